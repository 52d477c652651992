/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One customer after the other as billing sees it. */
#include "service/billed-customer.h"

#include "base/error.h"

gboolean
billed_customer_new (struct ledger *ledger, struct billed_customer **ret, GError **error)
{
  g_autoptr (billed_customer_t) customer = g_new0 (struct billed_customer, 1);
  customer->ledger = ledger;
  customer->zones = timezone_cache_new ();
  customer->plans = plan_cache_new (ledger);
  customer->sheet = draft_sheet_new ();
  customer->subscriptions = g_array_new (FALSE, FALSE, sizeof (struct billed_subscription));
  if (!due_reader_new (ledger, &customer->due, error))
    return FALSE;
  *ret = g_steal_pointer (&customer);
  return TRUE;
}

void
billed_customer_free (struct billed_customer *customer)
{
  if (customer == NULL)
    return;
  timezone_cache_free (customer->zones);
  plan_cache_free (customer->plans);
  due_reader_free (customer->due);
  draft_sheet_free (customer->sheet);
  g_array_unref (customer->subscriptions);
  g_free (customer->code);
  g_free (customer);
}

gboolean
billed_customer_start (struct billed_customer *customer, const struct subscription_row *row, GError **error)
{
  g_free (customer->code);
  customer->id = row->subscription.customer_id;
  customer->issuer_id = row->issuer_id;
  customer->code = g_strdup (row->customer_code);
  customer->currency = currency_find (row->currency);
  g_array_set_size (customer->subscriptions, 0);
  return timezone_cache_get (customer->zones, row->timezone, &customer->zone, error);
}

static struct window
life_of (const struct subscription *subscription, const struct timezone *zone)
{
  return (struct window){
    .from_us = MIN (timezone_day_start_us (zone, subscription->start), subscription->usage_from_us),
    .to_us = subscription->has_end ? timezone_day_start_us (zone, subscription->end) : G_MAXINT64,
  };
}

gboolean
billed_customer_add (struct billed_customer *customer, const struct subscription_row *row, GError **error)
{
  struct billed_subscription billed = { .subscription = row->subscription, .life = life_of (&row->subscription, customer->zone) };
  if (!plan_cache_get (customer->plans, row->subscription.plan_version_id, &billed.plan, error))
    return FALSE;
  g_array_append_val (customer->subscriptions, billed);
  return TRUE;
}

gboolean
billed_customer_load (struct billed_customer *customer, gint64 id, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  customer->id = 0;
  if (!subscription_walk_begin (customer->ledger, id, id, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if ((customer->id == 0 && !billed_customer_start (customer, row, error)) || !billed_customer_add (customer, row, error))
      return FALSE;
  }
}

gboolean
billed_customer_set_zone (struct billed_customer *customer, const char *zone, GError **error)
{
  if (!timezone_cache_get (customer->zones, zone, &customer->zone, error))
    return FALSE;
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    billed->life = life_of (&billed->subscription, customer->zone);
  }
  return TRUE;
}

struct due_request
billed_customer_request (const struct billed_customer *customer, gint64 through_us)
{
  return (struct due_request){
    .customer_id = customer->id,
    .zone = customer->zone,
    .as_of_us = through_us,
    .subscriptions = (const struct billed_subscription *) (gpointer) customer->subscriptions->data,
    .count = customer->subscriptions->len,
  };
}

gboolean
billed_customer_draw_up (struct billed_customer *customer, gint64 through_us, GError **error)
{
  const struct due_request request = billed_customer_request (customer, through_us);
  draft_sheet_clear (customer->sheet);
  for (gsize i = 0; i < request.count; i++) {
    const struct plan *plan = request.subscriptions[i].plan;
    if (plan->currency != customer->currency)
      return error_set (error, ERROR_FAILED, "plan %s is in %s, but customer %s is billed in %s", plan->code, plan->currency->code,
                        customer->code, customer->currency->code);
  }
  return due_collect (customer->due, &request, customer->sheet, error) && draft_sheet_close (customer->sheet, &customer->rules, error);
}

gboolean
billed_customer_move_on (const struct billed_customer *customer, gint64 through_us, GError **error)
{
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    const struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    struct subscription moved = billed->subscription;
    due_move_on (&moved, billed->plan, customer->zone, through_us);
    gboolean same = moved.fees_billed == billed->subscription.fees_billed && moved.usage_billed == billed->subscription.usage_billed;
    if (!same && !subscription_set_billed (customer->ledger, &moved, error))
      return FALSE;
  }
  return TRUE;
}
