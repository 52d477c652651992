/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One customer after the other as billing sees it. */
#include "service/billed-customer.h"

#include "base/error.h"
#include "service/due-addon.h"
#include "service/discount.h"
#include "service/one-offs.h"
#include "store/customer.h"

#include <string.h>

static void
clear_subscription (gpointer data)
{
  struct billed_subscription *billed = data;
  life_clear (&billed->life);
}

gboolean
billed_customer_new (struct ledger *ledger, struct billed_customer **ret, GError **error)
{
  g_autoptr (billed_customer_t) customer = g_new0 (struct billed_customer, 1);
  customer->ledger = ledger;
  customer->zones = timezone_cache_new ();
  customer->plans = plan_cache_new (ledger);
  customer->sheet = draft_sheet_new ();
  customer->rules.taxes = tax_book_new (ledger);
  customer->rules.apply_discounts = discount_apply;
  customer->rules.discounts = discount_rules_new (ledger);
  customer->subscriptions = g_array_new (FALSE, FALSE, sizeof (struct billed_subscription));
  g_array_set_clear_func (customer->subscriptions, clear_subscription);
  customer->late = g_array_new (FALSE, FALSE, sizeof (struct usage_late_entry));
  customer->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  customer->left_out = g_array_new (FALSE, FALSE, sizeof (gint64));
  customer->placed = g_array_new (FALSE, FALSE, sizeof (struct late_placed));
  customer->scratch = draft_sheet_new ();
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
  tax_book_free (customer->rules.taxes);
  discount_rules_free (customer->rules.discounts);
  g_array_unref (customer->subscriptions);
  g_array_unref (customer->late);
  g_hash_table_unref (customer->known);
  g_array_unref (customer->left_out);
  g_array_unref (customer->placed);
  draft_sheet_free (customer->scratch);
  g_free (customer->code);
  g_free (customer);
}

gboolean
billed_customer_start (struct billed_customer *customer, const struct subscription_row *row, GError **error)
{
  g_free (customer->code);
  customer->id = row->subscription.payer_id;
  customer->issuer_id = row->payer_issuer_id;
  customer->code = g_strdup (row->payer_code);
  customer->currency = currency_find (row->payer_currency);
  g_array_set_size (customer->subscriptions, 0);
  g_array_set_size (customer->late, 0);
  g_array_set_size (customer->left_out, 0);
  g_hash_table_remove_all (customer->known);
  return timezone_cache_get (customer->zones, row->payer_timezone, &customer->zone, error);
}

static void
set_zone (struct billed_subscription *billed, const struct timezone *zone)
{
  const struct subscription *subscription = &billed->subscription;
  gint64 start_us = timezone_day_start_us (zone, subscription->start);
  billed->zone = zone;
  billed->open = (struct window){
    .from_us = subscription->has_billed_through ? MIN (start_us, subscription->usage_from_us) : start_us,
    .to_us = subscription->has_end ? timezone_day_start_us (zone, subscription->end) : G_MAXINT64,
  };
}

static void
set_scope (struct billed_subscription *billed, const struct subscription_row *row)
{
  const struct subscription *subscription = &row->subscription;
  if (row->is_apart)
    g_snprintf (billed->scope, sizeof billed->scope, "s:%" G_GINT64_FORMAT, subscription->id);
  else if (row->is_child_apart && subscription->payer_id != subscription->customer_id)
    g_snprintf (billed->scope, sizeof billed->scope, "c:%" G_GINT64_FORMAT, subscription->customer_id);
}

static gboolean
add_late (struct billed_customer *customer, gint64 customer_id, GError **error)
{
  guint before = customer->late->len;
  if (g_hash_table_contains (customer->known, &customer_id))
    return TRUE;
  g_hash_table_add (customer->known, g_memdup2 (&customer_id, sizeof customer_id));
  if (!usage_late_of (customer->ledger, customer_id, customer->late, error))
    return FALSE;
  if (customer->late->len > before) {
    g_array_set_size (customer->left_out, 0);
    late_left_out (customer->late, NULL, customer->left_out);
  }
  return TRUE;
}

gboolean
billed_customer_add (struct billed_customer *customer, const struct subscription_row *row, GError **error)
{
  struct billed_subscription billed = { .subscription = row->subscription };
  const struct timezone *zone = NULL;
  if (!timezone_cache_get (customer->zones, row->timezone, &zone, error)
      || !life_load (customer->ledger, customer->plans, &row->subscription, zone, &billed.life, error))
    return FALSE;
  set_zone (&billed, zone);
  set_scope (&billed, row);
  g_array_append_val (customer->subscriptions, billed);
  return add_late (customer, row->subscription.customer_id, error);
}

/* Somebody who has no subscription may still have to pay for something. */
static gboolean
start_alone (struct billed_customer *customer, gint64 id, GError **error)
{
  g_autoptr (customer_t) found = NULL;
  if (!customer_find_by_id (customer->ledger, id, &found, error))
    return FALSE;
  g_free (customer->code);
  customer->id = found->id;
  customer->issuer_id = found->issuer_id;
  customer->code = g_strdup (found->code);
  customer->currency = currency_find (found->currency);
  g_array_set_size (customer->subscriptions, 0);
  return timezone_cache_get (customer->zones, found->timezone, &customer->zone, error);
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
      return customer->id != 0 || start_alone (customer, id, error);
    if ((customer->id == 0 && !billed_customer_start (customer, row, error)) || !billed_customer_add (customer, row, error))
      return FALSE;
  }
}

gboolean
billed_customer_load_for (struct billed_customer *customer, gint64 id, GError **error)
{
  gint64 payer_id = 0;
  return subscription_payer (customer->ledger, id, &payer_id, error) && billed_customer_load (customer, payer_id, error);
}

gboolean
billed_customer_set_zone (struct billed_customer *customer, const char *zone, GError **error)
{
  if (!timezone_cache_get (customer->zones, zone, &customer->zone, error))
    return FALSE;
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    if (billed->subscription.customer_id == customer->id)
      set_zone (billed, customer->zone);
  }
  return TRUE;
}

struct due_request
billed_customer_request (const struct billed_customer *customer, gint64 through_us)
{
  return (struct due_request){
    .as_of_us = through_us,
    .subscriptions = (const struct billed_subscription *) (gpointer) customer->subscriptions->data,
    .count = customer->subscriptions->len,
    .left_out = (const gint64 *) (gpointer) customer->left_out->data,
    .left_out_count = customer->left_out->len,
    .estimate_missing = customer->estimate_missing,
  };
}

gboolean
billed_customer_draw_up (struct billed_customer *customer, gint64 through_us, GError **error)
{
  const struct due_request request = billed_customer_request (customer, through_us);
  const struct late_request late = {
    .ledger = customer->ledger,
    .reader = customer->due,
    .due = &request,
    .sheet = customer->sheet,
    .scratch = customer->scratch,
  };
  const struct late_alone alone = { customer->late_alone, through_us };
  draft_sheet_clear (customer->sheet);
  const struct tax_payer taxed = { customer->id, customer->issuer_id, customer->zone };
  tax_book_for (customer->rules.taxes, &taxed);
  g_array_set_size (customer->placed, 0);
  return discount_rules_for_customer (customer->rules.discounts, customer->id, error)
         && due_collect (customer->due, &request, customer->sheet, error) && one_offs_collect (customer, through_us, error)
         && late_usage_add (&late, customer->late, alone, customer->placed, error)
         && draft_sheet_close (customer->sheet, &customer->rules, error);
}

gboolean
billed_customer_note_issued (const struct billed_customer *customer, const struct draft_view *view, gint64 invoice_id, GError **error)
{
  for (guint i = 0; i < customer->placed->len; i++) {
    const struct late_placed *placed = &g_array_index (customer->placed, struct late_placed, i);
    if (placed->due_us == view->due_us && placed->currency == view->currency && strcmp (placed->scope, view->scope) == 0
        && !usage_late_set_billed (customer->ledger, placed->usage_id, invoice_id, error))
      return FALSE;
  }
  return TRUE;
}

void
billed_customer_go_back (struct billed_customer *customer, const struct invoice_order *on, struct due_request *request)
{
  g_array_set_size (customer->left_out, 0);
  late_left_out (customer->late, on, customer->left_out);
  request->left_out = (const gint64 *) (gpointer) customer->left_out->data;
  request->left_out_count = customer->left_out->len;
}

gboolean
billed_customer_move_on (const struct billed_customer *customer, const char *scope, const char *currency, gint64 through_us, GError **error)
{
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    const struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    struct subscription moved;
    gboolean concerned = scope == NULL || (strcmp (scope, billed->scope) == 0
                                           && strcmp (billed->life.phases[0].plan->currency->code, currency) == 0);
    gboolean addons = FALSE;
    if (!concerned)
      continue;
    if (!due_addons_move_on (customer->ledger, billed, through_us, &addons, error)
        || (due_move_on (billed, through_us, addons, &moved) && !subscription_set_billed (customer->ledger, &moved, error)))
      return FALSE;
  }
  return TRUE;
}
