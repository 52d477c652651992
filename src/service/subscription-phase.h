/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording phases: what every change of a subscription has in common. Inside a transaction of the caller. */
#ifndef BILLCTL_SERVICE_SUBSCRIPTION_PHASE_H
#define BILLCTL_SERVICE_SUBSCRIPTION_PHASE_H

#include "service/subscription-change.h"

#include <glib.h>

/* The subscription as it stands, which must still run on the day before `day`. ERROR_REFUSED otherwise. */
gboolean phase_check_runs (const struct subscription_view *view, struct date day, GError **error);
/* No phase begins after the day: ERROR_REFUSED names the one that does. */
gboolean phase_check_last (const struct subscription_view *view, struct date day, GError **error);

/* The day of a time in the customer's zone; that of the as-of instant for NULL. */
struct date phase_day (const struct subscription_context *context, const struct subscription_view *view, const struct time_text *time);
/* When a change on that day takes effect: its first instant, or the instant itself where the plan prorates by seconds. */
gint64 phase_instant (const struct subscription_context *context, const struct subscription_view *view, const struct time_text *time);
/* The end of the fee period that contains the day; of the trial before the first one; the day itself where there is none. */
struct date phase_period_end (const struct subscription_view *view, struct date day);

/* A phase as it will be: everything of the one in force at its beginning, until the caller changes it. */
struct phase_plan {
  struct life_phase phase; /* its items are borrowed; number, settled and adjust are filled in by phase_record() */
  enum change_proration proration;
  gboolean due_at_start;   /* what it costs falls due with it, not with the next period */
};
struct phase_plan phase_plan_from (const struct subscription_view *view, struct date from, gint64 from_us);

/* Writes it behind the others, with the event and the audit row, and moves the terms of the row with it. */
struct phase_words {
  const char *kind;   /* of the event: "changed" … */
  const char *detail;
};
gboolean phase_record (struct subscription_context *context, struct subscription_view *view, const struct phase_plan *plan,
                       const struct phase_words *words, GError **error);

/* Reads the view anew, and what the phases cost that were recorded since the one before was read. */
gboolean phase_result (struct subscription_context *context, const struct subscription_view *before, struct change_result *result,
                       GError **error);
/* Only the view, for what has no lines. */
gboolean phase_result_bare (struct subscription_context *context, const char *code, struct change_result *result, GError **error);

gboolean phase_event (struct ledger *ledger, const struct subscription *subscription, struct date effective, const struct phase_words *words,
                      GError **error);

/* Runs a change as one transaction. */
typedef gboolean (*phase_work) (struct subscription_context *context, const void *request, struct change_result *result, GError **error);
gboolean phase_transaction (struct subscription_context *context, phase_work work, const void *request, struct change_result *ret,
                            GError **error);

/* Where the lines of a change go: fills lines, total and due of the result. */
gboolean subscription_preview (struct subscription_context *context, struct change_result *result, GError **error);

#endif
