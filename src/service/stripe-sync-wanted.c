/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What should stand at Stripe, from the ledger; and the plan that can be made without looking there. */
#include "service/stripe-sync-private.h"

#include "base/error.h"
#include "core/money.h"
#include "service/catalog-view.h"
#include "service/plan-words.h"
#include "store/catalog.h"
#include "store/customer.h"

#include <string.h>

enum { CONTENT_LENGTH = 32, PRODUCT_ID_LENGTH_MAX = 255 };

static struct sync_item *
add_item (struct sync *sync, enum sync_kind kind, const char *key)
{
  struct sync_item *item = g_new0 (struct sync_item, 1);
  item->kind = kind;
  item->key = sync_text (sync, key);
  item->is_stored = TRUE;
  g_ptr_array_add (sync->items[kind], item);
  return item;
}

/* What cannot be said to Stripe is a row of the answer, not the end of the run. */
static void
refuse (struct sync *sync, struct sync_item *item, const GError *error)
{
  g_autofree char *message = error_message_text (error);
  sync_decide (item, STRIPE_SYNC_CREATE, STRIPE_SYNC_FAILED, sync_format (sync, "failed: %s", message));
}

static const char *
digest (struct sync *sync, const char *text)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  hash[CONTENT_LENGTH] = '\0';
  return sync_text (sync, hash);
}

/* --- plans ------------------------------------------------------------------------------------------------------ */

static struct sync_item *
add_product (struct sync *sync, const struct plan_row *row)
{
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GError) error = NULL;
  struct sync_item *item = add_item (sync, SYNC_PRODUCT, row->record->code);
  item->wanted.product = (struct stripe_product){
    .ledger = sync->ledger_id,
    .plan = item->key,
    .name = sync_text (sync, row->record->name),
    .description = sync_text (sync, row->record->description),
    .active = strcmp (row->record->status, "archived") != 0,
  };
  item->summary = item->wanted.product.name;
  item->stripe_id = sync_take_text (sync, stripe_product_id (sync->ledger_id, item->key));
  if (strlen (item->stripe_id) > PRODUCT_ID_LENGTH_MAX)
    error_set (&error, ERROR_USAGE, "the code of plan %s is too long for an id at Stripe", item->key);
  else
    stripe_product_create (&item->wanted.product, form, &error);
  if (error != NULL)
    refuse (sync, item, error);
  else
    item->content = digest (sync, form_text (form));
  return item;
}

/* "29.00 USD every month, lookup key starter_month_usd" */
static const char *
price_summary (struct sync *sync, const struct stripe_price *price, gint64 amount_minor)
{
  g_autofree char *amount = amount_words (amount_minor, price->currency);
  g_autofree char *interval = interval_words (price->interval);
  return sync_format (sync, "%s %s every %s, lookup key %s", amount, price->currency->code, interval, price->lookup_key);
}

/* Two parts, so that a plan made without looking can tell what needs a new price from what does not. */
static const char *
price_content (struct sync *sync, const struct stripe_price *price, GError **error)
{
  struct stripe_recurring recurring = { 0 };
  g_autoptr (form_t) form = form_new ();
  if (!stripe_recurring_encode (price->interval, &recurring, error) || !stripe_price_create (price, FALSE, form, error))
    return NULL;
  g_autofree char *terms = g_strdup_printf ("%s %s %s %s %d", price->product, price->currency->code, price->amount.text,
                                            recurring.interval, recurring.count);
  return sync_format (sync, "%s %s", digest (sync, terms), digest (sync, form_text (form)));
}

static gboolean
fill_price (struct sync *sync, struct sync_item *item, const struct plan_fee *fee, GError **error)
{
  struct stripe_price *price = &item->wanted.price;
  item->summary = price_summary (sync, price, fee->amount_minor);
  if (!stripe_unit_amount_encode (money_to_decimal (fee->amount_minor, price->currency), price->currency, &price->amount, error))
    return FALSE;
  item->content = price_content (sync, price, error);
  return item->content != NULL;
}

static void
add_price (struct sync *sync, struct sync_item *product, const struct plan *terms, const struct plan_fee *fee)
{
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_key = stripe_price_lookup_key (product->key, fee->interval, terms->currency, &key, &error);
  struct sync_item *item = add_item (sync, SYNC_PRICE, has_key ? key : product->key);
  item->product = product;
  item->wanted.price = (struct stripe_price){
    .ledger = sync->ledger_id,
    .plan = product->key,
    .version = terms->version,
    .product = product->stripe_id,
    .currency = terms->currency,
    .interval = fee->interval,
    .lookup_key = item->key,
  };
  if (!has_key || !fill_price (sync, item, fee, &error))
    refuse (sync, item, error);
}

static gboolean
take_plan (const struct plan_row *row, void *data, GError **error)
{
  struct sync *sync = data;
  (void) error;
  if (sync->request->plan != NULL && strcmp (sync->request->plan, row->record->code) != 0)
    return TRUE;
  struct sync_item *product = add_product (sync, row);
  for (gsize i = 0; product->wanted.product.active && i < row->terms->fee_count; i++)
    add_price (sync, product, row->terms, &row->terms->fees[i]);
  return TRUE;
}

static gboolean
collect_plans (struct sync *sync, GError **error)
{
  if (sync->request->plan != NULL) {
    g_autoptr (plan_record_t) record = NULL;
    if (!plan_record_find (sync->ledger, sync->request->plan, &record, error))
      return FALSE;
  }
  return catalog_list_plans (sync->ledger, TRUE, take_plan, sync, error);
}

/* --- customers -------------------------------------------------------------------------------------------------- */

static void
take_customer (struct sync *sync, const struct customer *customer)
{
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GError) trouble = NULL;
  struct sync_item *item = add_item (sync, SYNC_CUSTOMER, customer->code);
  item->wanted.customer = (struct stripe_customer){
    .ledger = sync->ledger_id,
    .code = item->key,
    .name = sync_text (sync, customer->name),
    .email = sync_text (sync, customer->email),
    .country = sync_text (sync, customer->country),
    .address = sync_text (sync, customer->address),
  };
  item->summary = customer->email == NULL ? item->wanted.customer.name : sync_format (sync, "%s, %s", customer->name, customer->email);
  if (!stripe_customer_create (&item->wanted.customer, form, &trouble))
    refuse (sync, item, trouble);
  else
    item->content = digest (sync, form_text (form));
}

static gboolean
collect_all_customers (struct sync *sync, GError **error)
{
  g_autoptr (customer_walk_t) walk = NULL;
  const struct customer *customer = NULL;
  if (!customer_walk_begin (sync->ledger, NULL, &walk, error))
    return FALSE;
  do {
    if (!customer_walk_next (walk, &customer, NULL, error))
      return FALSE;
    if (customer != NULL)
      take_customer (sync, customer);
  } while (customer != NULL);
  return TRUE;
}

static gboolean
collect_customer (struct sync *sync, GError **error)
{
  g_autoptr (customer_t) customer = NULL;
  if (!customer_find_by_code (sync->ledger, sync->request->customer, &customer, error))
    return FALSE;
  take_customer (sync, customer);
  return TRUE;
}

gboolean
sync_collect (struct sync *sync, GError **error)
{
  const struct stripe_sync_request *request = sync->request;
  if ((request->plan != NULL || request->customer == NULL) && !collect_plans (sync, error))
    return FALSE;
  if (request->customer != NULL)
    return collect_customer (sync, error);
  return request->plan != NULL || collect_all_customers (sync, error);
}

/* --- what the ledger knows -------------------------------------------------------------------------------------- */

static gboolean
take_known (const struct stripe_object *object, void *data, GError **error)
{
  struct sync *sync = data;
  (void) error;
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++) {
    if (strcmp (sync_kind_names[kind], object->kind) != 0)
      continue;
    struct sync_known *known = g_new0 (struct sync_known, 1);
    *known = (struct sync_known){
      .kind = (enum sync_kind) kind,
      .key = sync_text (sync, object->local_key),
      .id = sync_text (sync, object->stripe_id),
      .content = sync_text (sync, object->content),
    };
    g_hash_table_insert (sync->known, sync_name (known->kind, known->key), known);
  }
  return TRUE;
}

gboolean
sync_load_known (struct sync *sync, GError **error)
{
  if (sync->account != NULL && !stripe_object_each (sync->ledger, sync->account, take_known, sync, error))
    return FALSE;
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
    for (guint i = 0; i < sync->items[kind]->len; i++) {
      struct sync_item *item = sync->items[kind]->pdata[i];
      g_autofree char *name = sync_name (item->kind, item->key);
      struct sync_known *known = g_hash_table_lookup (sync->known, name);
      if (known == NULL)
        continue;
      known->is_wanted = TRUE;
      item->known_id = known->id;
      item->known_content = known->content;
    }
  return TRUE;
}

/* --- without looking -------------------------------------------------------------------------------------------- */

/* The first part of a price's content is what never changes at Stripe. Nothing is known of one that an interrupted run left. */
static gboolean
has_same_terms (const struct sync_item *item)
{
  return *item->known_content == '\0' || strncmp (item->content, item->known_content, CONTENT_LENGTH + 1) == 0;
}

static void
plan_item_blindly (struct sync *sync, struct sync_item *item)
{
  if (item->is_decided)
    return;
  if (item->known_id != NULL)
    item->stripe_id = item->known_id;
  if (item->known_id == NULL && item->kind == SYNC_PRODUCT && !item->wanted.product.active) {
    item->is_absent = TRUE;
    sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_UNCHANGED, "");
  } else if (item->known_id == NULL) {
    item->stripe_id = NULL;
    sync_decide (item, STRIPE_SYNC_CREATE, STRIPE_SYNC_PLANNED, item->summary);
  } else if (strcmp (item->content, item->known_content) == 0)
    sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_UNCHANGED, item->summary);
  else if (item->kind != SYNC_PRICE || has_same_terms (item))
    sync_decide (item, STRIPE_SYNC_UPDATE, STRIPE_SYNC_PLANNED, item->summary);
  else if (sync->request->force_update)
    sync_decide (item, STRIPE_SYNC_REPLACE, STRIPE_SYNC_PLANNED, item->summary);
  else
    sync_decide (item, STRIPE_SYNC_REPLACE, STRIPE_SYNC_NEEDS_FORCE,
                 sync_format (sync, "differs: needs --force-update (%s)", item->summary));
}

/* "pro_plus_month_usd" is a price of the plan pro_plus: intervals and currencies have no '_'. */
static gboolean
belongs_to_plan (const char *lookup_key, const char *plan)
{
  const char *end = strrchr (lookup_key, '_');
  end = end == NULL ? NULL : g_strrstr_len (lookup_key, end - lookup_key, "_");
  return end != NULL && strlen (plan) == (gsize) (end - lookup_key) && strncmp (lookup_key, plan, strlen (plan)) == 0;
}

/* Whether the run has a plan that is sold, and the price is one of it that it has no use for. */
static gboolean
is_leftover (const struct sync *sync, const struct sync_known *known)
{
  if (known->kind != SYNC_PRICE || known->is_wanted)
    return FALSE;
  for (guint i = 0; i < sync->items[SYNC_PRODUCT]->len; i++) {
    const struct sync_item *product = sync->items[SYNC_PRODUCT]->pdata[i];
    if (product->wanted.product.active && belongs_to_plan (known->key, product->key))
      return TRUE;
  }
  return FALSE;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const struct sync_item *const *left = a, *const *right = b;
  return strcmp ((*left)->key, (*right)->key);
}

void
sync_plan_blindly (struct sync *sync)
{
  GHashTableIter each;
  gpointer value;
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
    for (guint i = 0; i < sync->items[kind]->len; i++)
      plan_item_blindly (sync, sync->items[kind]->pdata[i]);
  g_hash_table_iter_init (&each, sync->known);
  while (g_hash_table_iter_next (&each, NULL, &value)) {
    const struct sync_known *known = value;
    if (!is_leftover (sync, known))
      continue;
    struct sync_item *item = g_new0 (struct sync_item, 1);
    *item = (struct sync_item){ .kind = SYNC_PRICE, .key = known->key, .stripe_id = known->id };
    sync_decide (item, STRIPE_SYNC_RETIRE, STRIPE_SYNC_PLANNED, "not on offer any more");
    g_ptr_array_add (sync->retired, item);
  }
  sync_decide_replaced (sync);
  g_ptr_array_sort (sync->retired, compare_keys);
}
