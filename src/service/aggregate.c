/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metering: events to totals. */
#include "service/aggregate.h"

#include "base/error.h"
#include "core/date.h"
#include "store/usage.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "count", "sum", "max", "last", "unique", "weighted_sum" };

const char *
aggregation_name (enum aggregation aggregation)
{
  return names[aggregation];
}

gboolean
aggregation_parse (const char *text, enum aggregation *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0) {
      *ret = (enum aggregation) i;
      return TRUE;
    }
  return FALSE;
}

gboolean
aggregation_stays (enum aggregation aggregation, gboolean persistent)
{
  return persistent || aggregation == AGGREGATE_WEIGHTED_SUM;
}

struct aggregator {
  struct usage_cursor *rated; /* time, subscription, quantity: from the index alone */
  struct usage_cursor *full;  /* with properties and in order of arrival */
  GArray *buckets;            /* struct usage_bucket */
  GPtrArray *distinct;        /* GHashTable per bucket, for unique */
  GPtrArray *shares;          /* GHashTable per bucket: value -> struct usage_share, where the charge is split */
  GPtrArray *sorted;          /* GArray per bucket: the same by value */
  struct ledger *ledger;
  gint64 customer_id;         /* whose reversals these are; 0: nobody's yet */
  GArray *reversals;          /* struct usage_reversal */
  gint64 came;                /* events within the window, also reversed ones */
  GArray *reversed;           /* gint64, ascending: of the metric that is being added up, events that do not count */
};

gboolean
aggregator_new (struct ledger *ledger, struct aggregator **ret, GError **error)
{
  g_autoptr (aggregator_t) aggregator = g_new0 (struct aggregator, 1);
  aggregator->buckets = g_array_new (FALSE, TRUE, sizeof (struct usage_bucket));
  aggregator->distinct = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  aggregator->shares = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  aggregator->sorted = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  aggregator->reversals = g_array_new (FALSE, FALSE, sizeof (struct usage_reversal));
  aggregator->reversed = g_array_new (FALSE, FALSE, sizeof (gint64));
  aggregator->ledger = ledger;
  if (ledger != NULL
      && (!usage_cursor_new (ledger, USAGE_RATED, &aggregator->rated, error)
          || !usage_cursor_new (ledger, USAGE_FULL, &aggregator->full, error)))
    return FALSE;
  *ret = g_steal_pointer (&aggregator);
  return TRUE;
}

void
aggregator_free (struct aggregator *aggregator)
{
  if (aggregator == NULL)
    return;
  usage_cursor_free (aggregator->rated);
  usage_cursor_free (aggregator->full);
  g_array_unref (aggregator->buckets);
  g_ptr_array_unref (aggregator->distinct);
  g_ptr_array_unref (aggregator->shares);
  g_ptr_array_unref (aggregator->sorted);
  g_array_unref (aggregator->reversals);
  g_array_unref (aggregator->reversed);
  g_free (aggregator);
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

static gboolean
has_id (const gint64 *ids, gsize count, gint64 id)
{
  return count > 0 && bsearch (&id, ids, count, sizeof *ids, compare_ids) != NULL;
}

/* The events of the metric that were reversed by then, and their reversals. */
static gboolean
find_reversed (struct aggregator *aggregator, const struct aggregate_request *request, GError **error)
{
  g_array_set_size (aggregator->reversed, 0);
  if (aggregator->customer_id != request->customer_id) {
    g_array_set_size (aggregator->reversals, 0);
    aggregator->customer_id = 0;
    if (!usage_reversals_of (aggregator->ledger, request->customer_id, aggregator->reversals, error))
      return FALSE;
    aggregator->customer_id = request->customer_id;
  }
  for (guint i = 0; i < aggregator->reversals->len; i++) {
    const struct usage_reversal *reversal = &g_array_index (aggregator->reversals, struct usage_reversal, i);
    if (reversal->metric_id != request->metric_id || (request->last_usage_id != 0 && reversal->usage_id > request->last_usage_id))
      continue;
    g_array_append_val (aggregator->reversed, reversal->usage_id);
    g_array_append_val (aggregator->reversed, reversal->original_id);
  }
  g_array_sort (aggregator->reversed, compare_ids);
  return TRUE;
}

/* Events that name a subscription belong to it; the others to the oldest subscription that prices the metric then. */
static gboolean
belongs (const struct aggregate_request *request, const struct usage_event *event)
{
  if (event->subscription_id != 0)
    return event->subscription_id == request->subscription_id;
  for (gsize i = 0; i < request->excluded_count; i++)
    if (event->at_us >= request->excluded[i].from_us && event->at_us < request->excluded[i].to_us)
      return FALSE;
  return TRUE;
}

static const char *
property_text (json_object *properties, const char *name)
{
  json_object *value = NULL;
  if (properties == NULL || !json_object_object_get_ex (properties, name, &value))
    return NULL;
  return json_object_get_string (value);
}

/* The filter with the most properties among those that match, the first of equals; filter_count when none does. */
static gsize
find_bucket (const struct plan_charge *charge, json_object *properties)
{
  gsize best = charge->filter_count, most = 0;
  for (gsize f = 0; f < charge->filter_count; f++) {
    const struct plan_rate *filter = &charge->filters[f];
    gsize m = 0;
    while (m < filter->match_count) {
      const char *value = property_text (properties, filter->matches[m].property);
      if (value == NULL || strcmp (value, filter->matches[m].value) != 0)
        break;
      m++;
    }
    if (m == filter->match_count && m > most) {
      best = f;
      most = m;
    }
  }
  return best;
}

static gboolean
overflow (const struct aggregate_request *request, GError **error)
{
  return error_set (error, ERROR_FAILED, "the usage of %s does not fit 38 digits", request->charge->metric);
}

static gboolean
add_amount (const struct aggregate_request *request, const struct usage_event *event, json_object *properties,
            struct usage_bucket *bucket, GError **error)
{
  const char *name = request->charge->amount_property;
  const char *text = property_text (properties, name);
  if (text == NULL) {
    error_set (error, ERROR_FAILED, "event %s has no property '%s' with its amount", event->event_id, name);
    return error_add_hint (error, "charge %s is dynamic: each event must carry its amount", request->charge->code);
  }
  struct decimal amount;
  enum decimal_status status = decimal_parse (text, strlen (text), &amount);
  if (status != DECIMAL_OK)
    return error_set (error, ERROR_FAILED, "event %s: property %s: '%s' %s", event->event_id, name, text, decimal_status_text (status));
  struct exact exact = exact_from_decimal (amount);
  return exact_add (&bucket->total.amount, &exact, &bucket->total.amount) ? TRUE : overflow (request, error);
}

static gboolean
add_by_event (const struct aggregate_request *request, gsize index, struct decimal quantity, struct usage_bucket *bucket, GError **error)
{
  const struct plan_charge *charge = request->charge;
  const struct price *price = index < charge->filter_count ? &charge->filters[index].price : &charge->fallback.price;
  return price_event_add (price, &bucket->total, quantity) == PRICE_OK ? TRUE : overflow (request, error);
}

static void
add_unique (struct aggregator *aggregator, const struct aggregate_request *request, gsize index, struct decimal quantity,
            json_object *properties, struct usage_bucket *bucket)
{
  const char *value = property_text (properties, request->property);
  GHashTable *seen = g_ptr_array_index (aggregator->distinct, index);
  if (value == NULL)
    return;
  if (request->persistent && decimal_sign (quantity) < 0)
    g_hash_table_remove (seen, value);
  else if (!request->persistent || decimal_sign (quantity) > 0)
    g_hash_table_add (seen, g_strdup (value));
  bucket->total.quantity = decimal_from_int64 ((gint64) g_hash_table_size (seen));
}

/* A reading that holds until the next one: what is above the level at the start counts, and so does that level. */
static void
add_reading (gboolean before, struct decimal quantity, struct usage_bucket *bucket)
{
  if (before || !bucket->has_level || decimal_compare (quantity, bucket->total.quantity) > 0)
    bucket->total.quantity = quantity;
  bucket->has_level = TRUE;
}

/* A change of the level holds from its time on, and all the time when it came before. */
static gboolean
add_level (const struct aggregate_request *request, const struct usage_event *event, struct decimal change, struct usage_bucket *bucket,
           GError **error)
{
  gboolean before = event->at_us < request->window.from_us;
  gint64 from_us = before ? request->window.from_us : event->at_us;
  struct exact times;
  if (before && decimal_add (bucket->carried, change, &bucket->carried) != DECIMAL_OK)
    return overflow (request, error);
  if (!exact_product (change, decimal_from_int64 (request->window.to_us - from_us), &times)
      || !exact_add (&bucket->level_times, &times, &bucket->level_times))
    return overflow (request, error);
  return TRUE;
}

static gboolean
add_quantity (struct aggregator *aggregator, const struct aggregate_request *request, gsize index, const struct usage_event *event,
              struct decimal quantity, json_object *properties, struct usage_bucket *bucket, GError **error)
{
  gboolean before = request->persistent && event->at_us < request->window.from_us;
  switch (request->aggregation) {
    case AGGREGATE_COUNT:
      bucket->total.quantity = decimal_from_int64 (bucket->total.event_count);
      break;
    case AGGREGATE_SUM:
      if (decimal_add (bucket->total.quantity, quantity, &bucket->total.quantity) != DECIMAL_OK)
        return overflow (request, error);
      break;
    case AGGREGATE_MAX:
      add_reading (before, quantity, bucket);
      break;
    case AGGREGATE_LAST:
      bucket->total.quantity = quantity;
      break;
    case AGGREGATE_UNIQUE:
      add_unique (aggregator, request, index, quantity, properties, bucket);
      break;
    case AGGREGATE_WEIGHTED_SUM:
      return add_level (request, event, quantity, bucket, error);
  }
  if (before)
    bucket->carried = bucket->total.quantity;
  return TRUE;
}

static gboolean
add_share (struct aggregator *aggregator, const struct aggregate_request *request, gsize index, const struct usage_event *event,
           struct decimal quantity, json_object *properties, GError **error)
{
  GHashTable *shares = g_ptr_array_index (aggregator->shares, index);
  const char *value = property_text (properties, request->charge->group_by);
  struct usage_share *share = g_hash_table_lookup (shares, value == NULL ? "" : value);
  if (share == NULL) {
    char *key = g_strdup (value == NULL ? "" : value);
    share = g_new (struct usage_share, 1);
    *share = (struct usage_share){ .value = key, .quantity = DECIMAL_ZERO };
    g_hash_table_insert (shares, key, share);
  }
  if (event->at_us >= request->window.from_us) {
    if (share->event_count++ == 0)
      share->first_us = event->at_us;
    share->last_us = event->at_us;
  }
  struct decimal added = request->aggregation == AGGREGATE_COUNT ? decimal_from_int64 (1) : quantity;
  return decimal_add (share->quantity, added, &share->quantity) == DECIMAL_OK || overflow (request, error);
}

static gint
compare_shares (gconstpointer a, gconstpointer b)
{
  return strcmp (((const struct usage_share *) a)->value, ((const struct usage_share *) b)->value);
}

static void
sort_shares (struct aggregator *aggregator)
{
  for (guint i = 0; i < aggregator->shares->len; i++) {
    struct usage_bucket *bucket = &g_array_index (aggregator->buckets, struct usage_bucket, i);
    GArray *sorted = g_array_new (FALSE, FALSE, sizeof (struct usage_share));
    GHashTableIter iter;
    gpointer share = NULL;
    g_hash_table_iter_init (&iter, g_ptr_array_index (aggregator->shares, i));
    while (g_hash_table_iter_next (&iter, NULL, &share))
      g_array_append_vals (sorted, share, 1);
    g_array_sort (sorted, compare_shares);
    g_ptr_array_add (aggregator->sorted, sorted);
    bucket->share_count = sorted->len;
    bucket->shares = (const struct usage_share *) (gpointer) sorted->data;
  }
}

static gboolean
add_event (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_event *event, GError **error)
{
  struct decimal quantity;
  if (decimal_parse (event->quantity, event->quantity_length, &quantity) != DECIMAL_OK)
    return error_set (error, ERROR_LEDGER, "the ledger holds a quantity that is not a decimal: '%s'", event->quantity);
  gsize index = request->charge->filter_count;
  json_object *properties = event->properties == NULL ? NULL : json_tokener_parse (event->properties);
  if (request->charge->filter_count > 0)
    index = find_bucket (request->charge, properties);
  struct usage_bucket *bucket = &g_array_index (aggregator->buckets, struct usage_bucket, index);
  gboolean inside = event->at_us >= request->window.from_us;
  if (inside) {
    if (bucket->total.event_count++ == 0)
      bucket->first_us = event->at_us;
    bucket->last_us = event->at_us;
  }
  gboolean ok = add_quantity (aggregator, request, index, event, quantity, properties, bucket, error);
  /* What no price matches is not billed, and needs no amount. */
  gboolean priced = inside && (index < request->charge->filter_count || request->charge->has_default);
  if (ok && priced && request->charge->amount_property != NULL)
    ok = add_amount (request, event, properties, bucket, error);
  if (ok && priced && price_model_is_by_event (request->charge->fallback.price.model))
    ok = add_by_event (request, index, quantity, bucket, error);
  if (ok && request->charge->group_by != NULL)
    ok = add_share (aggregator, request, index, event, quantity, properties, error);
  if (ok && request->visit != NULL)
    ok = request->visit (request->data, event, index, error);
  json_object_put (properties);
  return ok;
}

/* Levels become their averages over the whole period. */
static gboolean
average (struct aggregator *aggregator, const struct aggregate_request *request, GError **error)
{
  for (guint i = 0; i < aggregator->buckets->len; i++) {
    struct usage_bucket *bucket = &g_array_index (aggregator->buckets, struct usage_bucket, i);
    if (!exact_average (&bucket->level_times, request->whole_us, &bucket->total.quantity))
      return overflow (request, error);
  }
  return TRUE;
}

static gboolean
needs_full_events (const struct aggregator *aggregator, const struct aggregate_request *request)
{
  return aggregator->reversed->len > 0 || request->left_out_count > 0 || request->visit != NULL
         || (request->persistent && request->aggregation != AGGREGATE_SUM) || request->charge->filter_count > 0 || request->charge->group_by != NULL || request->charge->amount_property != NULL || request->aggregation == AGGREGATE_LAST
         || request->aggregation == AGGREGATE_UNIQUE || price_needs_order (&request->charge->fallback.price);
}

static void
reset (struct aggregator *aggregator, const struct aggregate_request *request)
{
  gsize count = request->charge->filter_count + 1;
  g_array_set_size (aggregator->buckets, 0);
  g_array_set_size (aggregator->buckets, (guint) count);
  g_ptr_array_set_size (aggregator->distinct, 0);
  g_ptr_array_set_size (aggregator->shares, 0);
  g_ptr_array_set_size (aggregator->sorted, 0);
  for (gsize i = 0; request->charge->group_by != NULL && i < count; i++)
    g_ptr_array_add (aggregator->shares, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
  if (request->aggregation != AGGREGATE_UNIQUE)
    return;
  for (gsize i = 0; i < count; i++)
    g_ptr_array_add (aggregator->distinct, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL));
}

const struct usage_bucket *
aggregator_buckets (const struct aggregator *aggregator)
{
  return (const struct usage_bucket *) (gpointer) aggregator->buckets->data;
}

void
aggregator_begin (struct aggregator *aggregator, const struct aggregate_request *request)
{
  reset (aggregator, request);
}

gboolean
aggregator_add (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_event *event, GError **error)
{
  return add_event (aggregator, request, event, error);
}

gboolean
aggregator_end (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_bucket **ret, GError **error)
{
  if (request->aggregation == AGGREGATE_WEIGHTED_SUM && !average (aggregator, request, error))
    return FALSE;
  sort_shares (aggregator);
  *ret = (const struct usage_bucket *) (gpointer) aggregator->buckets->data;
  return TRUE;
}

gint64
aggregator_came (const struct aggregator *aggregator)
{
  return aggregator->came;
}

static gboolean
counts (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_event *event)
{
  if (!belongs (request, event) || has_id (request->left_out, request->left_out_count, event->id))
    return FALSE;
  aggregator->came += event->at_us >= request->window.from_us;
  return !has_id ((const gint64 *) (gpointer) aggregator->reversed->data, aggregator->reversed->len, event->id);
}

gboolean
aggregator_run (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_bucket **ret,
                GError **error)
{
  reset (aggregator, request);
  aggregator->came = 0;
  if (!find_reversed (aggregator, request, error))
    return FALSE;
  struct usage_cursor *cursor = needs_full_events (aggregator, request) ? aggregator->full : aggregator->rated;
  gboolean levels = aggregation_stays (request->aggregation, request->persistent);
  struct usage_range range = {
    request->customer_id, request->metric_id, levels ? G_MININT64 : request->window.from_us, request->window.to_us, request->last_usage_id,
  };
  usage_cursor_start (cursor, &range);
  for (;;) {
    const struct usage_event *event = NULL;
    if (!usage_cursor_next (cursor, &event, error))
      return FALSE;
    if (event == NULL)
      break;
    if (counts (aggregator, request, event) && !add_event (aggregator, request, event, error))
      return FALSE;
  }
  return aggregator_end (aggregator, request, ret, error);
}
