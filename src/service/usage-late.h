/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that comes too late: after the period that it falls into was billed. It stands on no invoice, and is listed. */
#ifndef BILLCTL_SERVICE_USAGE_LATE_H
#define BILLCTL_SERVICE_USAGE_LATE_H

#include "store/usage-batch.h"

#include <glib.h>

struct ledger;

/* To be called in the transaction that stored the events that `counts` tells of, and of no others: notes the late ones among
 * them. An event is late when the subscription that it counts for has its period billed; what no subscription prices is not. */
gboolean usage_note_late (struct ledger *ledger, const struct usage_counts *counts, gint64 *ret_late, GError **error);

#endif
