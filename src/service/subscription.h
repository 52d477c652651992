/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions as they stand at an instant: status, periods, what falls due next. */
#ifndef BILLCTL_SERVICE_SUBSCRIPTION_H
#define BILLCTL_SERVICE_SUBSCRIPTION_H

#include "base/timezone.h"
#include "service/life.h"
#include "service/plan.h"
#include "store/subscription.h"

#include <glib.h>

struct ledger;

/* Where a subscription stands at an instant. Days are civil days in the customer's zone; periods are half-open. */
struct subscription_state {
  enum subscription_status status;
  gboolean has_trial;         /* the trial runs from the start to the anchor */
  gboolean has_fee_period;    /* the period that contains the day, from the anchor to the end */
  struct period fee_period;
  gboolean has_usage_period;
  struct period usage_period;
  gboolean has_fees_billed;   /* some fees stand on an issued invoice … */
  struct date fees_billed_to; /* … up to, but without, this day */
  gboolean has_usage_billed;
  struct date usage_billed_to;
  gboolean has_next_billing;  /* not when everything up to the end is billed */
  gint64 next_billing_us;     /* when the first thing that stands on no issued invoice fell or falls due */
  gboolean has_next_change;   /* a phase that begins after the day */
  struct date next_change;
};

void subscription_state_at (const struct subscription *subscription, const struct life *life, const struct timezone *zone, gint64 at_us,
                            struct subscription_state *ret);

/* A subscription with its plan, its items and its state; owns what it points to, but for the plan. */
struct subscription_view {
  struct subscription_row *row;
  struct life life;
  const struct timezone *zone;      /* owned by the context, as is the next */
  const struct life_phase *phase;   /* in force on the day; within the life, as are its items */
  const struct plan *plan;
  GPtrArray *differences;           /* texts: what was agreed otherwise than the plan has it */
  struct subscription_state state;
};
void subscription_view_clear (struct subscription_view *view);
typedef struct subscription_view subscription_view_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (subscription_view_t, subscription_view_clear)

/* Plans and time zones for work over several subscriptions. */
struct subscription_context {
  struct ledger *ledger;
  struct plan_cache *plans;
  struct timezone_cache *zones;
  gint64 at_us;
};
void subscription_context_init (struct subscription_context *context, struct ledger *ledger, gint64 at_us);
void subscription_context_clear (struct subscription_context *context);
typedef struct subscription_context subscription_context_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (subscription_context_t, subscription_context_clear)

/* `reference`: the code of a subscription, or of a customer that has exactly one (ERROR_USAGE names them when there are more). */
gboolean subscription_get (struct subscription_context *context, const char *reference, struct subscription_view *ret, GError **error);

struct subscription_list_request {
  const char *customer; /* code; NULL: all */
  const char *plan;     /* code; NULL: all */
  int status;           /* enum subscription_status as of the instant; -1: all */
  /* Everything is borrowed until it returns. */
  gboolean (*each) (const struct subscription_row *row, const struct life_phase *phase, const struct subscription_state *state, void *data,
                    GError **error);
  void *data;
};
/* By customer code, then in the order in which they were made. */
gboolean subscription_list (struct subscription_context *context, const struct subscription_list_request *request, GError **error);

#endif
