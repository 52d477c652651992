/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that comes too late. */
#include "service/usage-late.h"

#include "service/billed-customer.h"
#include "store/usage.h"

gboolean
usage_note_late (struct ledger *ledger, const struct usage_counts *counts, gint64 *ret_late, GError **error)
{
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (struct usage_maybe_late));
  g_autoptr (billed_customer_t) customer = NULL;
  gint64 late = 0;
  if (counts->recorded > 0 && !usage_maybe_late (ledger, counts->first_id, counts->last_id, events, error))
    return FALSE;
  if (events->len > 0 && !billed_customer_new (ledger, &customer, error))
    return FALSE;
  for (guint i = 0; i < events->len; i++) {
    const struct usage_maybe_late *event = &g_array_index (events, struct usage_maybe_late, i);
    if (event->customer_id != customer->id && !billed_customer_load (customer, event->customer_id, error))
      return FALSE;
    const struct due_request request = billed_customer_request (customer, event->at_us);
    const struct due_event asked = { event->metric_id, event->subscription_id, event->at_us };
    if (!due_is_billed (customer->due, &request, &asked))
      continue;
    if (!usage_late_insert (ledger, event->id, error))
      return FALSE;
    late++;
  }
  *ret_late = late;
  return TRUE;
}
