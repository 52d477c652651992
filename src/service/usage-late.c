/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that comes too late. */
#include "service/usage-late.h"

#include "service/billed-customer.h"
#include "store/catalog.h"
#include "store/usage.h"

/* The policy of a metric, looked up once. */
static gboolean
find_policy (struct ledger *ledger, GHashTable *policies, gint64 metric_id, const char **ret, GError **error)
{
  *ret = g_hash_table_lookup (policies, &metric_id);
  if (*ret != NULL)
    return TRUE;
  g_autoptr (metric_t) metric = NULL;
  if (!metric_get (ledger, metric_id, &metric, error))
    return FALSE;
  char *policy = g_strdup (metric->late);
  g_hash_table_insert (policies, g_memdup2 (&metric_id, sizeof metric_id), policy);
  *ret = policy;
  return TRUE;
}

gboolean
usage_note_late (struct ledger *ledger, const struct usage_counts *counts, gint64 *ret_late, GError **error)
{
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (struct usage_maybe_late));
  g_autoptr (billed_customer_t) customer = NULL;
  g_autoptr (GHashTable) policies = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  gint64 late = 0, loaded = 0;
  if (counts->recorded > 0 && !usage_maybe_late (ledger, counts->first_id, counts->last_id, events, error))
    return FALSE;
  if (events->len > 0 && !billed_customer_new (ledger, &customer, error))
    return FALSE;
  for (guint i = 0; i < events->len; i++) {
    const struct usage_maybe_late *event = &g_array_index (events, struct usage_maybe_late, i);
    if (event->customer_id != loaded && !billed_customer_load_for (customer, event->customer_id, error))
      return FALSE;
    loaded = event->customer_id;
    const struct due_request request = billed_customer_request (customer, event->at_us);
    const struct due_event asked = { event->customer_id, event->metric_id, event->subscription_id, event->at_us };
    if (!due_is_billed (customer->due, &request, &asked))
      continue;
    const char *policy = NULL;
    if (!find_policy (ledger, policies, event->metric_id, &policy, error) || !usage_late_insert (ledger, event, policy, error))
      return FALSE;
    late++;
  }
  *ret_late = late;
  return TRUE;
}
