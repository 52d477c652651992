/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events that take others back: an event is reversed whole, once, by an event of the same source that names it.
 *
 * The reversing event has customer, metric, subscription, time and properties of the original, and its quantity with the other
 * sign: what it says beside its id may be left out, and must be that otherwise. For every total both count as if they had never been.
 * A reversal cannot be reversed. */
#ifndef BILLCTL_SERVICE_USAGE_REVERSAL_H
#define BILLCTL_SERVICE_USAGE_REVERSAL_H

#include "service/usage-event.h"
#include "store/usage-lookup.h"

#include <glib.h>

struct ledger;

/* To be used inside the transaction that stores the events; the originals must be stored before. */
struct usage_reversals;
struct usage_reversals *usage_reversals_new (struct ledger *ledger, struct usage_feed feed);
void usage_reversals_free (struct usage_reversals *reversals); /* NULL is fine */
typedef struct usage_reversals usage_reversals_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (usage_reversals_t, usage_reversals_free)

/* Checks one and gathers it. *ret_known: it is recorded already, and nothing is to be done. What is wrong with it is an error as
 * usage_event_is_problem() has them. */
gboolean usage_reversals_add (struct usage_reversals *reversals, struct usage_names *names, const struct usage_event_rules *rules,
                              const struct event_fields *fields, gboolean *ret_known, GError **error);

/* Stores what was gathered; adds to *counts. */
gboolean usage_reversals_store (struct usage_reversals *reversals, struct usage_counts *counts, GError **error);

/* ERROR_NOT_FOUND "there is no event 'x' in source 's'". Returns FALSE. */
gboolean usage_reversal_not_found (struct usage_feed feed, const char *event_id, GError **error);

#endif
