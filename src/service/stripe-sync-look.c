/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at what stands at Stripe: GETs only, several under way at once. */
#include "service/stripe-sync-private.h"

#include "base/error.h"

#include <string.h>

/* Up to so many customers are looked up one by one; beyond, reading the list of all of them is less work. */
enum { LOOKED_UP_ONE_BY_ONE_MAX = 25, PAGE_SIZE = 100 };

struct errand;

/* Given the object, each object of a list, or NULL when there is none (404). */
typedef gboolean (*errand_take) (struct sync *sync, struct errand *errand, json_object *object, GError **error);

/* One thing to ask for. */
struct errand {
  char *path;
  char *filter;     /* of a list; NULL: one object */
  char *after;      /* the list goes on behind this id */
  GPtrArray *items; /* struct sync_item *: whom it is for; they fail with it */
  errand_take take;
  gpointer data;
};

struct round {
  struct sync *sync;
  GPtrArray *errands; /* struct errand *; grows while it runs: further pages */
  guint next;
  gboolean is_complete; /* every errand was answered */
  char *parameters;     /* of the request that was given out last */
};

static void
errand_free (gpointer data)
{
  struct errand *errand = data;
  g_free (errand->path);
  g_free (errand->filter);
  g_free (errand->after);
  g_ptr_array_unref (errand->items);
  g_free (errand);
}

/* Takes over `path` and `filter`. */
static struct errand *
add_errand (GPtrArray *errands, char *path, char *filter, errand_take take)
{
  struct errand *errand = g_new0 (struct errand, 1);
  *errand = (struct errand){ .path = path, .filter = filter, .items = g_ptr_array_new (), .take = take };
  g_ptr_array_add (errands, errand);
  return errand;
}

static gboolean take_price_of_product (struct sync *sync, struct errand *errand, json_object *object, GError **error);

static void
fail_errand (struct round *round, struct errand *errand, const char *why)
{
  round->is_complete = FALSE;
  if (errand->take == take_price_of_product) {
    struct sync_item *item = g_new0 (struct sync_item, 1);
    *item = (struct sync_item){ .kind = SYNC_PRICE, .product = errand->data };
    sync_decide (item, STRIPE_SYNC_RETIRE, STRIPE_SYNC_FAILED,
                 sync_format (round->sync, "failed: the prices of plan %s cannot be listed: %s", item->product->key, why));
    g_ptr_array_add (round->sync->retired, item);
  }
  for (guint i = 0; i < errand->items->len; i++) {
    struct sync_item *item = errand->items->pdata[i];
    if (!item->is_decided)
      sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_FAILED, sync_format (round->sync, "failed: %s", why));
  }
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static gboolean
take_page (struct round *round, struct errand *errand, json_object *page, GError **error)
{
  const struct json_node root = { .value = page };
  struct json_node list = json_node_member (&root, "data");
  struct json_node more_node = json_node_member (&root, "has_more");
  gboolean more = FALSE;
  const char *last = NULL;
  if (!json_node_expect (&list, json_type_array, error) || !json_node_boolean (&more_node, &more, error))
    return FALSE;
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node object = json_node_element (&list, i);
    struct json_node id = json_node_member (&object, "id");
    if (!json_node_string (&id, &last, error) || !errand->take (round->sync, errand, object.value, error))
      return FALSE;
  }
  if (!more)
    return TRUE;
  /* Without a new id to go on from, the same page would come for ever. */
  if (last == NULL || g_strcmp0 (last, errand->after) == 0)
    return error_set (error, ERROR_REMOTE, "a page without anything new says that there are more");
  struct errand *next = add_errand (round->errands, g_strdup (errand->path), g_strdup (errand->filter), errand->take);
  next->after = g_strdup (last);
  next->data = errand->data;
  g_ptr_array_unref (next->items);
  next->items = g_ptr_array_ref (errand->items);
  return TRUE;
}

static gboolean
take_answer (struct round *round, struct errand *errand, const struct stripe_reply *reply, GError **error)
{
  if (reply->status == 404 && errand->filter == NULL)
    return errand->take (round->sync, errand, NULL, error);
  if (errand->filter == NULL)
    return errand->take (round->sync, errand, reply->body, error);
  return take_page (round, errand, reply->body, error);
}

/* For the progress: an object that was asked for by itself, and needs nothing. */
static void
count_when_finished (struct sync *sync, const struct errand *errand)
{
  if (errand->filter != NULL || errand->items->len != 1)
    return;
  struct sync_item *item = errand->items->pdata[0];
  if (item->is_decided && item->outcome != STRIPE_SYNC_PLANNED)
    sync_count (sync, item);
}

static gboolean
done (gpointer data, gpointer tag, struct stripe_reply *reply, const GError *failure, GError **error)
{
  struct round *round = data;
  struct errand *errand = tag;
  g_autoptr (GError) trouble = NULL;
  (void) error;
  gboolean is_answer = reply != NULL && (stripe_reply_is_success (reply) || (reply->status == 404 && errand->filter == NULL));
  if (!is_answer) {
    g_autofree char *why = sync_trouble_text (reply, failure);
    g_autofree char *what = g_strconcat ("GET ", errand->path, NULL);
    sync_note_reply (round->sync, what, reply, failure);
    fail_errand (round, errand, why);
    return TRUE;
  }
  round->sync->troubles = 0;
  if (!take_answer (round, errand, reply, &trouble)) {
    g_autofree char *why = error_message_text (trouble);
    fail_errand (round, errand, why);
  }
  count_when_finished (round->sync, errand);
  return TRUE;
}

static enum stripe_next
next (gpointer data, struct stripe_request *ret, gpointer *ret_tag, GError **error)
{
  struct round *round = data;
  (void) error;
  if (round->sync->is_stopped || round->next == round->errands->len)
    return STRIPE_NEXT_NONE;
  struct errand *errand = round->errands->pdata[round->next++];
  g_clear_pointer (&round->parameters, g_free);
  if (errand->filter != NULL) {
    g_autoptr (form_t) paging = form_new ();
    form_add_integer (paging, "limit", PAGE_SIZE);
    if (errand->after != NULL)
      form_add (paging, "starting_after", errand->after);
    round->parameters = g_strconcat (errand->filter, *errand->filter == '\0' ? "" : "&", form_text (paging), NULL);
  }
  *ret = (struct stripe_request){ .method = "GET", .path = errand->path, .parameters = round->parameters };
  *ret_tag = errand;
  return STRIPE_NEXT_REQUEST;
}

/* Runs and frees them. FALSE: not all were answered; the items of those that were not are marked. */
static gboolean
run_errands (struct sync *sync, GPtrArray *errands)
{
  struct round round = { .sync = sync, .errands = errands, .is_complete = TRUE };
  g_autoptr (GError) error = NULL;
  if (errands->len > 0 && !sync->is_stopped
      && !stripe_run (sync->client, &(struct stripe_batch){ .next = next, .done = done, .data = &round }, &error))
    sync_stop (sync, error);
  round.is_complete = round.is_complete && round.next == errands->len;
  g_free (round.parameters);
  g_ptr_array_unref (errands);
  return round.is_complete;
}

static GPtrArray *
new_errands (void)
{
  return g_ptr_array_new_with_free_func (errand_free);
}

/* What was not looked at because the run was stopped. */
static void
mark_not_reached (GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    struct sync_item *item = items->pdata[i];
    if (!item->is_decided)
      sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_NOT_REACHED, "not looked at: the run was stopped before");
  }
}

/* --- products --------------------------------------------------------------------------------------------------- */

static gboolean
take_product (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  return sync_decide_product (sync, errand->items->pdata[0], object, error);
}

void
sync_look_at_products (struct sync *sync)
{
  GPtrArray *errands = new_errands ();
  GPtrArray *items = sync->items[SYNC_PRODUCT];
  for (guint i = 0; i < items->len; i++) {
    struct sync_item *item = items->pdata[i];
    if (item->is_decided)
      continue;
    struct errand *errand = add_errand (errands, form_path (STRIPE_PRODUCTS, item->stripe_id, NULL), NULL, take_product);
    g_ptr_array_add (errand->items, item);
  }
  run_errands (sync, errands);
  mark_not_reached (items);
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

static gboolean
product_is_there (const struct sync_item *product)
{
  return product->is_decided
         && (product->outcome == STRIPE_SYNC_PLANNED || product->outcome == STRIPE_SYNC_DONE
             || product->outcome == STRIPE_SYNC_UNCHANGED);
}

static gboolean
take_keyed_price (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  struct stripe_price_seen seen = { 0 };
  if (!stripe_price_read (object, &seen, error))
    return FALSE;
  for (guint i = 0; i < errand->items->len; i++) {
    struct sync_item *item = errand->items->pdata[i];
    if (!item->is_decided && g_strcmp0 (item->key, seen.lookup_key) == 0)
      return sync_decide_price (sync, item, object, error);
  }
  return TRUE;
}

/* Ten lookup keys at a time. */
static void
look_up_keys (struct sync *sync, GPtrArray *wanted)
{
  GPtrArray *errands = new_errands ();
  for (guint i = 0; i < wanted->len; i += STRIPE_LOOKUP_KEYS_MAX) {
    const char *keys[STRIPE_LOOKUP_KEYS_MAX];
    guint count = MIN (wanted->len - i, (guint) STRIPE_LOOKUP_KEYS_MAX);
    g_autoptr (form_t) form = form_new ();
    for (guint k = 0; k < count; k++)
      keys[k] = ((const struct sync_item *) wanted->pdata[i + k])->key;
    stripe_price_lookup (keys, count, form);
    struct errand *errand = add_errand (errands, g_strdup (STRIPE_PRICES), g_strdup (form_text (form)), take_keyed_price);
    for (guint k = 0; k < count; k++)
      g_ptr_array_add (errand->items, wanted->pdata[i + k]);
  }
  run_errands (sync, errands);
}

static gboolean
take_price_of_product (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  return sync_decide_other_price (sync, errand->data, object, error);
}

/* What else is on offer there under our name: left by an interrupted run, or by terms that have changed. */
static void
look_at_other_prices (struct sync *sync)
{
  GPtrArray *errands = new_errands ();
  for (guint i = 0; i < sync->items[SYNC_PRODUCT]->len; i++) {
    struct sync_item *product = sync->items[SYNC_PRODUCT]->pdata[i];
    if (!product_is_there (product) || product->operation == STRIPE_SYNC_CREATE || !product->wanted.product.active)
      continue;
    g_autoptr (form_t) form = form_new ();
    form_add (form, "product", product->stripe_id);
    form_add_boolean (form, "active", TRUE);
    struct errand *errand = add_errand (errands, g_strdup (STRIPE_PRICES), g_strdup (form_text (form)), take_price_of_product);
    errand->data = product;
    for (guint k = 0; k < sync->items[SYNC_PRICE]->len; k++) {
      struct sync_item *item = sync->items[SYNC_PRICE]->pdata[k];
      if (item->product == product)
        g_ptr_array_add (errand->items, item);
    }
  }
  run_errands (sync, errands);
}

void
sync_look_at_prices (struct sync *sync)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  GPtrArray *items = sync->items[SYNC_PRICE];
  for (guint i = 0; i < items->len; i++) {
    struct sync_item *item = items->pdata[i];
    if (item->is_decided)
      continue;
    if (product_is_there (item->product))
      g_ptr_array_add (wanted, item);
    else
      sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_NOT_REACHED, "not looked at: its product is not in step");
  }
  look_up_keys (sync, wanted);
  look_at_other_prices (sync);
  if (sync->is_stopped)
    mark_not_reached (items);
  for (guint i = 0; i < wanted->len; i++) {
    struct sync_item *item = wanted->pdata[i];
    g_autoptr (GError) error = NULL;
    if (!item->is_decided && !sync_decide_price (sync, item, NULL, &error)) {
      g_autofree char *why = error_message_text (error);
      sync_decide (item, STRIPE_SYNC_CREATE, STRIPE_SYNC_FAILED, sync_format (sync, "failed: %s", why));
    }
  }
  sync_decide_replaced (sync);
}

/* --- customers -------------------------------------------------------------------------------------------------- */

static gboolean
take_customer (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  return sync_decide_customer (sync, errand->items->pdata[0], object, error);
}

/* One of a list; later ones of the list are older, and the oldest counts. */
static gboolean
take_listed_customer (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  GHashTable *by_code = errand->data;
  struct stripe_customer_seen seen = { 0 };
  if (!stripe_customer_read (object, &seen, error))
    return FALSE;
  struct sync_item *item = seen.code == NULL ? NULL : g_hash_table_lookup (by_code, seen.code);
  if (item == NULL || !stripe_customer_is_ours (&item->wanted.customer, &seen))
    return TRUE;
  return sync_decide_customer (sync, item, object, error);
}

/* Customers that the ledger has never seen at Stripe may be there all the same, when it was restored from a copy. */
static void
look_for_unknown_customers (struct sync *sync, GPtrArray *unknown)
{
  GPtrArray *errands = new_errands ();
  g_autoptr (GHashTable) by_code = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < unknown->len; i++) {
    struct sync_item *item = unknown->pdata[i];
    g_hash_table_insert (by_code, (gpointer) item->key, item);
  }
  if (unknown->len > LOOKED_UP_ONE_BY_ONE_MAX) {
    struct errand *errand = add_errand (errands, g_strdup (STRIPE_CUSTOMERS), g_strdup (""), take_listed_customer);
    errand->data = by_code;
    g_ptr_array_extend (errand->items, unknown, NULL, NULL);
  } else
    for (guint i = 0; i < unknown->len; i++) {
      struct sync_item *item = unknown->pdata[i];
      g_autoptr (form_t) form = form_new ();
      if (item->wanted.customer.email == NULL)
        continue;
      form_add (form, "email", item->wanted.customer.email);
      struct errand *errand = add_errand (errands, g_strdup (STRIPE_CUSTOMERS), g_strdup (form_text (form)), take_listed_customer);
      errand->data = by_code;
      g_ptr_array_add (errand->items, item);
    }
  run_errands (sync, errands);
}

static void
decide_new_customer (struct sync *sync, struct sync_item *item)
{
  g_autoptr (GError) error = NULL;
  if (item->is_decided || sync_decide_customer (sync, item, NULL, &error))
    return;
  g_autofree char *why = error_message_text (error);
  sync_decide (item, STRIPE_SYNC_CREATE, STRIPE_SYNC_FAILED, sync_format (sync, "failed: %s", why));
}

void
sync_look_at_customers (struct sync *sync)
{
  GPtrArray *errands = new_errands ();
  GPtrArray *items = sync->items[SYNC_CUSTOMER];
  g_autoptr (GPtrArray) unknown = g_ptr_array_new ();
  for (guint i = 0; i < items->len; i++) {
    struct sync_item *item = items->pdata[i];
    if (item->is_decided)
      continue;
    if (item->known_id == NULL)
      g_ptr_array_add (unknown, item);
    else if (!sync->request->verify_remote && strcmp (item->content, item->known_content) == 0) {
      item->stripe_id = item->known_id;
      sync_decide (item, STRIPE_SYNC_KEEP, STRIPE_SYNC_UNCHANGED, item->summary);
    } else {
      struct errand *errand = add_errand (errands, form_path (STRIPE_CUSTOMERS, item->known_id, NULL), NULL, take_customer);
      g_ptr_array_add (errand->items, item);
    }
  }
  run_errands (sync, errands);
  look_for_unknown_customers (sync, unknown);
  if (sync->is_stopped)
    mark_not_reached (items);
  for (guint i = 0; i < unknown->len; i++)
    decide_new_customer (sync, unknown->pdata[i]);
  mark_not_reached (items);
}

struct since {
  sync_customer_visit visit;
  gpointer data;
};

static gboolean
take_recent_customer (struct sync *sync, struct errand *errand, json_object *object, GError **error)
{
  const struct since *since = errand->data;
  struct stripe_customer_seen seen = { 0 };
  if (!stripe_customer_read (object, &seen, error))
    return FALSE;
  since->visit (sync, &seen, since->data);
  return TRUE;
}

gboolean
sync_list_customers_since (struct sync *sync, gint64 since_s, sync_customer_visit visit, gpointer data)
{
  GPtrArray *errands = new_errands ();
  struct since since = { visit, data };
  g_autoptr (form_t) form = form_new ();
  form_add_integer (form, "created[gte]", since_s);
  struct errand *errand = add_errand (errands, g_strdup (STRIPE_CUSTOMERS), g_strdup (form_text (form)), take_recent_customer);
  errand->data = &since;
  return run_errands (sync, errands);
}
