/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions of a plan moved to another version of it. */
#ifndef BILLCTL_SERVICE_PLAN_MIGRATE_H
#define BILLCTL_SERVICE_PLAN_MIGRATE_H

#include "service/subscription-change.h"

#include <glib.h>

struct migrate_request {
  const char *plan;
  gint64 to_version;
  gint64 from_version;          /* only those on this one; 0: all */
  const char *const *customers; /* only those of these; NULL-terminated, may be empty */
  enum change_when when;
  int proration;                /* enum change_proration; -1: CHANGE_CREATE */
};

/* One subscription. */
struct migrate_row {
  char *subscription;
  char *customer;
  gint64 from_version;
  char *terms;              /* "" or the variant that it is on: a currency, "custom:1" */
  gboolean moved;
  struct date effective;    /* of what was moved, as are the next */
  const struct currency *currency;
  gint64 total_minor;       /* of the lines that the change brings */
  char *message;            /* what was decided; or why it was not moved */
};
void migrate_row_free (struct migrate_row *row);

/* Moves, in one transaction, every subscription of the plan that runs and is on another version: to the same currency of the new one, and
 * what was agreed for it stays agreed. Appends struct migrate_row in the order of customers; what a rule refuses is left where it is
 * and says why. ERROR_NOT_FOUND for a plan, version or customer that is not there. */
gboolean plan_migrate (struct subscription_context *context, const struct migrate_request *request, GPtrArray *ret, GError **error);

#endif
