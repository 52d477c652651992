/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Corrections of events by hand: an event is taken back, and perhaps recorded again with another quantity. Nothing stored changes. */
#ifndef BILLCTL_SERVICE_USAGE_CORRECT_H
#define BILLCTL_SERVICE_USAGE_CORRECT_H

#include <glib.h>

struct ledger;

struct usage_correct_request {
  const char *event_id;
  const char *source;   /* NULL: "" */
  const char *reason;   /* for the audit log; NULL: none */
  const char *quantity; /* of the event that takes its place; NULL: it is only taken back */
  const char *void_id;  /* of the reversing event; NULL: the event's with ":void" behind it */
  const char *id;       /* of the event that takes its place; NULL: the event's with ":corrected" behind it */
};

struct usage_correct_result {
  char *void_id;
  char *id;          /* NULL: nothing takes its place */
  gboolean is_late;  /* its period is billed */
};
void usage_correct_result_clear (struct usage_correct_result *result);
typedef struct usage_correct_result usage_correct_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (usage_correct_result_t, usage_correct_result_clear)

/* One transaction. ERROR_NOT_FOUND: there is no such event; ERROR_REFUSED: it is reversed already or a reversal itself, an id is
 * taken, the quantity is what it has already or negative where the metric refuses that. */
gboolean usage_correct (struct ledger *ledger, const struct usage_correct_request *request, struct usage_correct_result *ret,
                        GError **error);

#endif
