/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --from and --to as instants: a date is a day of the customer's zone, or of UTC when no customer is named. */
#ifndef BILLCTL_SERVICE_TIME_RANGE_H
#define BILLCTL_SERVICE_TIME_RANGE_H

#include "core/date.h"

#include <glib.h>

struct ledger;

/* NULL for an end that is not given: it becomes G_MININT64 or G_MAXINT64. Half-open; ERROR_USAGE when it is empty. */
gboolean time_range_resolve (struct ledger *ledger, const char *customer, const struct time_text *from, const struct time_text *to,
                             gint64 *ret_from_us, gint64 *ret_to_us, GError **error);

#endif
