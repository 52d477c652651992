/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be done about one object, given what stands at Stripe. */
#include "service/stripe-sync-private.h"

#include "base/error.h"

#include <string.h>

/* There is something to send: `form` to `collection`, or to the object `id` in it. */
static void
plan_request (struct sync *sync, struct sync_item *item, const char *collection, const char *id, const struct form *form)
{
  item->path = id == NULL ? collection : sync_take_text (sync, form_path (collection, id, NULL));
  item->body = sync_text (sync, form_text (form));
}

/* An object that is there and in step, or needs what `form` says; `fields` names it. */
static void
decide_existing (struct sync *sync, struct sync_item *item, const char *collection, const struct form *form, const GString *fields)
{
  if (form_is_empty (form)) {
    sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_UNCHANGED, item->summary);
    return;
  }
  sync_decide (item, STRIPE_SYNC_UPDATE, STRIPE_SYNC_PLANNED, sync_text (sync, fields->str));
  plan_request (sync, item, collection, item->stripe_id, form);
}

static void
decide_new (struct sync *sync, struct sync_item *item, const char *collection, const struct form *form)
{
  sync_decide (item, STRIPE_SYNC_CREATE, STRIPE_SYNC_PLANNED, item->summary);
  plan_request (sync, item, collection, NULL, form);
}

static void
decide_conflict (struct sync *sync, struct sync_item *item, const char *why)
{
  sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_CONFLICT, sync_format (sync, "conflict: %s", why));
}

/* --- products --------------------------------------------------------------------------------------------------- */

gboolean
sync_decide_product (struct sync *sync, struct sync_item *item, json_object *object, GError **error)
{
  const struct stripe_product *wanted = &item->wanted.product;
  struct stripe_product_seen seen = { .deleted = TRUE };
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GString) fields = g_string_new (NULL);
  if (object != NULL && !stripe_product_read (object, &seen, error))
    return FALSE;
  if (seen.deleted && !wanted->active) {
    item->is_absent = TRUE;
    sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_UNCHANGED, "");
    return TRUE;
  }
  if (seen.deleted) {
    if (!stripe_product_create (wanted, form, error))
      return FALSE;
    decide_new (sync, item, STRIPE_PRODUCTS, form);
    return TRUE;
  }
  if (!stripe_product_is_ours (wanted, &seen)) {
    decide_conflict (sync, item, "the product that has this id is not marked as this plan of this ledger");
    return TRUE;
  }
  item->default_price = sync_text (sync, seen.default_price);
  if (!stripe_product_update (wanted, &seen, form, fields, error))
    return FALSE;
  decide_existing (sync, item, STRIPE_PRODUCTS, form, fields);
  return TRUE;
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

static gboolean
is_our_price (const struct sync *sync, const char *plan, const struct stripe_price_seen *seen)
{
  return g_strcmp0 (seen->plan, plan) == 0 && g_strcmp0 (seen->ledger, sync->ledger_id) == 0;
}

static gboolean
decide_replacement (struct sync *sync, struct sync_item *item, const char *differences, GError **error)
{
  g_autoptr (form_t) form = form_new ();
  if (!sync->request->force_update) {
    sync_decide (item, STRIPE_SYNC_REPLACE, STRIPE_SYNC_NEEDS_FORCE,
                 sync_format (sync, "differs: needs --force-update (%s)", differences));
    return TRUE;
  }
  if (!stripe_price_create (&item->wanted.price, TRUE, form, error))
    return FALSE;
  sync_decide (item, STRIPE_SYNC_REPLACE, STRIPE_SYNC_PLANNED, sync_format (sync, "%s; was: %s", item->summary, differences));
  plan_request (sync, item, STRIPE_PRICES, NULL, form);
  return TRUE;
}

gboolean
sync_decide_price (struct sync *sync, struct sync_item *item, json_object *object, GError **error)
{
  const struct stripe_price *wanted = &item->wanted.price;
  struct stripe_price_seen seen = { 0 };
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  if (object == NULL) {
    if (!stripe_price_create (wanted, FALSE, form, error))
      return FALSE;
    decide_new (sync, item, STRIPE_PRICES, form);
    return TRUE;
  }
  if (!stripe_price_read (object, &seen, error))
    return FALSE;
  item->stripe_id = sync_text (sync, seen.id);
  if (!is_our_price (sync, wanted->plan, &seen)) {
    decide_conflict (sync, item, "the lookup key stands on a price that is not marked as one of this plan of this ledger");
    return TRUE;
  }
  g_autoptr (GError) trouble = NULL;
  if (!stripe_price_matches (wanted, &seen, text, &trouble)) {
    if (trouble == NULL)
      return decide_replacement (sync, item, text->str, error);
    g_propagate_error (error, g_steal_pointer (&trouble));
    return FALSE;
  }
  if (!stripe_price_update (wanted, &seen, form, text, error))
    return FALSE;
  decide_existing (sync, item, STRIPE_PRICES, form, text);
  return TRUE;
}

/* Of the plan's prices, the one that `seen` could have been before it was replaced. */
static struct sync_item *
find_successor (struct sync *sync, const struct sync_item *product, const struct stripe_price_seen *seen)
{
  for (guint i = 0; i < sync->items[SYNC_PRICE]->len; i++) {
    struct sync_item *item = sync->items[SYNC_PRICE]->pdata[i];
    struct stripe_recurring recurring = { 0 };
    if (item->product == product && stripe_recurring_encode (item->wanted.price.interval, &recurring, NULL)
        && g_strcmp0 (recurring.interval, seen->interval) == 0 && recurring.count == seen->interval_count
        && g_ascii_strcasecmp (item->wanted.price.currency->code, seen->currency) == 0)
      return item;
  }
  return NULL;
}

static void
decide_retirement (struct sync *sync, struct sync_item *item)
{
  g_autoptr (form_t) form = form_new ();
  const char *why = item->successor == NULL ? "not on offer any more" : sync_format (sync, "replaced by %s", item->successor->summary);
  item->is_stored = item->successor == NULL;
  if (item->successor == NULL && g_strcmp0 (item->product->default_price, item->stripe_id) == 0)
    sync_decide (item, STRIPE_SYNC_RETIRE, STRIPE_SYNC_CONFLICT,
                 "conflict: not on offer any more, but it is the default price of its product; choose another one at Stripe first");
  else
    sync_decide (item, STRIPE_SYNC_RETIRE, STRIPE_SYNC_PLANNED, why);
  stripe_price_retire (form);
  plan_request (sync, item, STRIPE_PRICES, item->stripe_id, form);
  g_ptr_array_add (sync->retired, item);
}

gboolean
sync_decide_other_price (struct sync *sync, struct sync_item *product, json_object *object, GError **error)
{
  struct stripe_price_seen seen = { 0 };
  if (!stripe_price_read (object, &seen, error))
    return FALSE;
  if (!is_our_price (sync, product->key, &seen))
    return TRUE;
  for (guint i = 0; i < sync->items[SYNC_PRICE]->len; i++) {
    struct sync_item *item = sync->items[SYNC_PRICE]->pdata[i];
    if (item->product != product)
      continue;
    if (g_strcmp0 (item->stripe_id, seen.id) == 0 || g_strcmp0 (item->key, seen.lookup_key) == 0)
      return TRUE;
    /* It lost its lookup key, but the ledger remembers it. */
    if (!item->is_decided && g_strcmp0 (item->known_id, seen.id) == 0)
      return sync_decide_price (sync, item, object, error);
  }
  struct sync_item *item = g_new0 (struct sync_item, 1);
  *item = (struct sync_item){ .kind = SYNC_PRICE, .product = product };
  item->key = sync_text (sync, seen.lookup_key);
  item->stripe_id = sync_text (sync, seen.id);
  item->successor = find_successor (sync, product, &seen);
  decide_retirement (sync, item);
  return TRUE;
}

void
sync_decide_replaced (struct sync *sync)
{
  for (guint i = 0; i < sync->items[SYNC_PRICE]->len; i++) {
    struct sync_item *item = sync->items[SYNC_PRICE]->pdata[i];
    if (item->operation != STRIPE_SYNC_REPLACE || item->outcome != STRIPE_SYNC_PLANNED)
      continue;
    struct sync_item *old = g_new0 (struct sync_item, 1);
    *old = (struct sync_item){ .kind = SYNC_PRICE, .product = item->product, .key = item->key };
    old->stripe_id = item->stripe_id;
    old->successor = item;
    decide_retirement (sync, old);
  }
}

/* --- customers -------------------------------------------------------------------------------------------------- */

gboolean
sync_decide_customer (struct sync *sync, struct sync_item *item, json_object *object, GError **error)
{
  const struct stripe_customer *wanted = &item->wanted.customer;
  struct stripe_customer_seen seen = { .deleted = TRUE };
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GString) fields = g_string_new (NULL);
  if (object != NULL && !stripe_customer_read (object, &seen, error))
    return FALSE;
  if (seen.deleted) {
    if (!stripe_customer_create (wanted, form, error))
      return FALSE;
    decide_new (sync, item, STRIPE_CUSTOMERS, form);
    if (item->known_id != NULL)
      item->detail = sync_format (sync, "%s; it is gone at Stripe", item->summary);
    item->stripe_id = NULL;
    return TRUE;
  }
  item->stripe_id = sync_text (sync, seen.id);
  if (!stripe_customer_is_ours (wanted, &seen)) {
    decide_conflict (sync, item, "the customer that has this id is not marked as this one of this ledger");
    return TRUE;
  }
  if (!stripe_customer_update (wanted, &seen, form, fields, error))
    return FALSE;
  decide_existing (sync, item, STRIPE_CUSTOMERS, form, fields);
  return TRUE;
}
