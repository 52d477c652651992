/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charges of a catalog file: metrics, models, prices, tiers and filters. */
#include "core/money.h"
#include "service/catalog-reader.h"

#include <json-c/linkhash.h>
#include <string.h>

/* What one price is read with. */
struct price_context {
  struct catalog_reader *reader;
  const struct currency *currency;
  enum price_model model;
};

/* The price fields that a model has. */
static const char *const *
fields_of_model (enum price_model model)
{
  static const char *const flat[] = { "amount", "included", NULL };
  static const char *const per_unit[] = { "unit_price", "included", NULL };
  static const char *const package[] = { "package_price", "package_size", "included", NULL };
  static const char *const tiered[] = { "tiers", "included", NULL };
  static const char *const percentage[]
      = { "percent", "event_fee", "free_events", "free_amount", "event_min", "event_max", NULL };
  static const char *const dynamic[] = { "multiplier", NULL };
  switch (model) {
  case PRICE_FLAT:
    return flat;
  case PRICE_PER_UNIT:
    return per_unit;
  case PRICE_PACKAGE:
    return package;
  case PRICE_GRADUATED:
  case PRICE_VOLUME:
  case PRICE_STAIRSTEP:
  case PRICE_GRADUATED_PERCENTAGE:
    return tiered;
  case PRICE_PERCENTAGE:
    return percentage;
  case PRICE_DYNAMIC:
  case PRICE_MODEL_COUNT:
    break;
  }
  return dynamic;
}

/* The fields that its tiers have. */
static const char *const *
tier_fields_of_model (enum price_model model)
{
  static const char *const priced[] = { "up_to", "unit_price", "flat_price", NULL };
  static const char *const stairstep[] = { "up_to", "flat_price", NULL };
  static const char *const percentage[] = { "up_to", "percent", "flat_price", NULL };
  return model == PRICE_STAIRSTEP ? stairstep : model == PRICE_GRADUATED_PERCENTAGE ? percentage : priced;
}

/* Notes those of `all` fields that are there and not among the `own` ones of the model; *ret_any: at least one of all is there. */
static gboolean
check_own_fields (const struct price_context *context, const struct json_node *node, const char *const *all, const char *const *own,
                  const char *what, gboolean *ret_any)
{
  gboolean good = TRUE;
  *ret_any = FALSE;
  for (gsize i = 0; all[i] != NULL; i++) {
    struct json_node field = json_node_member (node, all[i]);
    if (field.value == NULL)
      continue;
    *ret_any = TRUE;
    if (g_strv_contains (own, all[i]))
      continue;
    g_autofree char *list = g_strjoinv (", ", (char **) (gpointer) (gsize) own);
    reader_problem (context->reader, &field, "%s %s has no such field; it has %s", what, price_model_name (context->model), list);
    good = FALSE;
  }
  return good;
}

static gboolean
check_price_fields (const struct price_context *context, const struct json_node *node, gboolean *ret_any)
{
  return check_own_fields (context, node, catalog_price_fields, fields_of_model (context->model), "the model", ret_any);
}

/* A percentage from 0 to 100, that can be written as a fraction. */
static gboolean
read_percent (const struct price_context *context, const struct json_node *object, enum presence presence, struct decimal *ret)
{
  struct json_node node = json_node_member (object, "percent");
  struct decimal percent = DECIMAL_ZERO, fraction;
  if (!read_quantity (context->reader, object, "percent", presence, &percent))
    return FALSE;
  if (decimal_compare (percent, decimal_from_int64 (100)) > 0) {
    reader_problem (context->reader, &node, "'%s' is above 100 %%; the model that multiplies amounts is dynamic",
                    json_object_get_string (node.value));
    return FALSE;
  }
  if (decimal_from_percent (percent, &fraction) != DECIMAL_OK) {
    reader_problem (context->reader, &node, "'%s' has more than 16 digits after the point", json_object_get_string (node.value));
    return FALSE;
  }
  *ret = percent;
  return TRUE;
}

static gboolean
check_up_to (const struct price_context *context, const struct json_node *tier, gboolean last, struct decimal *bound)
{
  struct json_node node = json_node_member (tier, "up_to");
  struct decimal up_to = DECIMAL_ZERO;
  if (last) {
    if (node.value != NULL)
      reader_problem (context->reader, &node, "the last tier must go on without end: write null");
    return node.value == NULL;
  }
  if (node.value == NULL) {
    reader_problem (context->reader, &node, "only the last tier may be without an end");
    return FALSE;
  }
  if (!read_quantity (context->reader, tier, "up_to", REQUIRED, &up_to))
    return FALSE;
  if (decimal_compare (up_to, *bound) <= 0) {
    char before[DECIMAL_TEXT_SIZE], here[DECIMAL_TEXT_SIZE];
    decimal_format (*bound, before);
    decimal_format (up_to, here);
    reader_problem (context->reader, &node, "tiers overlap: %s is not above %s, where the tier before ends", here, before);
    return FALSE;
  }
  *bound = up_to;
  return TRUE;
}

/* Notes a tier without any price. */
static gboolean
check_tier_price (const struct price_context *context, const struct json_node *tier)
{
  const char *unit = context->model == PRICE_GRADUATED_PERCENTAGE ? "percent" : "unit_price";
  struct json_node unit_node = json_node_member (tier, unit), flat_node = json_node_member (tier, "flat_price");
  if (flat_node.value != NULL || (unit_node.value != NULL && context->model != PRICE_STAIRSTEP))
    return TRUE;
  if (context->model == PRICE_STAIRSTEP)
    reader_problem (context->reader, tier, "a tier of the model stairstep has a flat_price");
  else
    reader_problem (context->reader, tier, "a tier has a %s, a flat_price, or both", unit);
  return FALSE;
}

static json_object *
read_tier (const struct price_context *context, const struct json_node *node, gboolean last, struct decimal *bound)
{
  struct decimal unit_price = DECIMAL_ZERO, percent = DECIMAL_ZERO;
  gint64 flat_minor = 0;
  gboolean any = FALSE;
  if (!reader_check_object (context->reader, node, catalog_tier_fields))
    return NULL;
  gboolean good = check_own_fields (context, node, catalog_tier_fields, tier_fields_of_model (context->model), "a tier of the model", &any);
  good = check_up_to (context, node, last, bound) && good;
  good = good && read_unit_price (context->reader, node, "unit_price", OPTIONAL, &unit_price);
  good = good && read_percent (context, node, OPTIONAL, &percent);
  good = read_amount (context->reader, node, "flat_price", OPTIONAL, context->currency, &flat_minor) && good;
  good = check_tier_price (context, node) && good;
  if (!good || context->currency == NULL)
    return NULL;
  json_object *tier = json_object_new_object ();
  if (!last)
    put_decimal (tier, "up_to", *bound);
  if (decimal_sign (unit_price) != 0)
    put_decimal (tier, "unit_price", unit_price);
  if (decimal_sign (percent) != 0)
    put_decimal (tier, "percent", percent);
  if (flat_minor != 0)
    put_decimal (tier, "flat_price", money_to_decimal (flat_minor, context->currency));
  return tier;
}

static gboolean
read_tiers (const struct price_context *context, const struct json_node *node, json_object *price)
{
  struct json_node list = json_node_member (node, "tiers");
  gsize count = json_node_length (&list);
  if (count == 0 || count > PRICE_STEPS_MAX) {
    reader_problem (context->reader, &list, "the model %s needs a list of 1 to %d tiers", price_model_name (context->model),
                    PRICE_STEPS_MAX);
    return FALSE;
  }
  g_autoptr (json_object) tiers = json_object_new_array ();
  struct decimal bound = DECIMAL_ZERO;
  for (gsize i = 0; i < count; i++) {
    struct json_node element = json_node_element (&list, i);
    json_object *tier = read_tier (context, &element, i == count - 1, &bound);
    if (tier != NULL)
      json_object_array_add (tiers, tier);
  }
  if (json_object_array_length (tiers) != count)
    return FALSE;
  json_object_object_add (price, "tiers", g_steal_pointer (&tiers));
  return TRUE;
}

static gboolean
read_package (const struct price_context *context, const struct json_node *node, json_object *price)
{
  struct decimal package_price = DECIMAL_ZERO, size = DECIMAL_ZERO;
  gboolean good = read_unit_price (context->reader, node, "package_price", REQUIRED, &package_price);
  if (!read_quantity (context->reader, node, "package_size", REQUIRED, &size))
    return FALSE;
  if (decimal_sign (size) == 0) {
    struct json_node field = json_node_member (node, "package_size");
    reader_problem (context->reader, &field, "a package has more than 0 units");
    return FALSE;
  }
  put_decimal (price, "package_price", package_price);
  put_decimal (price, "package_size", size);
  return good;
}

/* An optional price of the percentage model: left out of the definition when it is 0. */
static gboolean
read_event_price (const struct price_context *context, const struct json_node *node, const char *key, json_object *price,
                  struct decimal *ret)
{
  *ret = DECIMAL_ZERO;
  if (!read_unit_price (context->reader, node, key, OPTIONAL, ret))
    return FALSE;
  if (decimal_sign (*ret) != 0)
    put_decimal (price, key, *ret);
  return TRUE;
}

static gboolean
read_percentage (const struct price_context *context, const struct json_node *node, json_object *price)
{
  struct json_node max_node = json_node_member (node, "event_max");
  struct decimal percent = DECIMAL_ZERO, fee, free_amount, least, most;
  int free_events = 0;
  gboolean good = read_percent (context, node, REQUIRED, &percent);
  good = read_event_price (context, node, "event_fee", price, &fee) && good;
  good = read_count (context->reader, node, "free_events", G_MAXINT, &free_events) && good;
  good = read_event_price (context, node, "free_amount", price, &free_amount) && good;
  if (!read_event_price (context, node, "event_min", price, &least) || !read_event_price (context, node, "event_max", price, &most))
    return FALSE;
  if (max_node.value != NULL && (decimal_sign (most) == 0 || decimal_compare (most, least) < 0)) {
    reader_problem (context->reader, &max_node, "%s", decimal_sign (most) == 0 ? "the most that an event costs is above 0"
                                                                               : "the event_max is below the event_min");
    return FALSE;
  }
  put_decimal (price, "percent", percent);
  if (free_events != 0)
    put_count (price, "free_events", free_events);
  return good;
}

static gboolean
read_model_fields (const struct price_context *context, const struct json_node *node, json_object *price)
{
  struct decimal value = decimal_from_int64 (1);
  gint64 minor = 0;
  switch (context->model) {
  case PRICE_FLAT:
    if (!read_amount (context->reader, node, "amount", REQUIRED, context->currency, &minor) || context->currency == NULL)
      return FALSE;
    put_decimal (price, "amount", money_to_decimal (minor, context->currency));
    return TRUE;
  case PRICE_PER_UNIT:
    if (!read_unit_price (context->reader, node, "unit_price", REQUIRED, &value))
      return FALSE;
    put_decimal (price, "unit_price", value);
    return TRUE;
  case PRICE_PACKAGE:
    return read_package (context, node, price);
  case PRICE_GRADUATED:
  case PRICE_VOLUME:
  case PRICE_STAIRSTEP:
  case PRICE_GRADUATED_PERCENTAGE:
    return read_tiers (context, node, price);
  case PRICE_PERCENTAGE:
    return read_percentage (context, node, price);
  case PRICE_DYNAMIC:
    if (!read_quantity (context->reader, node, "multiplier", OPTIONAL, &value))
      return FALSE;
    put_decimal (price, "multiplier", value);
    return TRUE;
  case PRICE_MODEL_COUNT:
    break;
  }
  return FALSE;
}

/* One price as its definition; NULL with the problems noted. */
static json_object *
read_price (const struct price_context *context, const struct json_node *node)
{
  g_autoptr (json_object) price = json_object_new_object ();
  struct decimal included = DECIMAL_ZERO;
  gboolean good = read_model_fields (context, node, price);
  if (g_strv_contains (fields_of_model (context->model), "included"))
    good = read_quantity (context->reader, node, "included", OPTIONAL, &included) && good;
  if (decimal_sign (included) != 0)
    put_decimal (price, "included", included);
  return good ? g_steal_pointer (&price) : NULL;
}

/* The properties of a filter as a list of pairs in their order; NULL with the problem noted. */
static json_object *
read_match (struct catalog_reader *reader, const struct json_node *filter)
{
  struct json_node node = json_node_member (filter, "match");
  if (!json_node_is (&node, json_type_object) || json_object_object_length (node.value) == 0) {
    reader_problem (reader, &node, "expected the event properties that are matched, such as { \"region\": \"eu\" }");
    return NULL;
  }
  g_autoptr (json_object) pairs = json_object_new_array ();
  json_object_object_foreach (node.value, property, value) {
    if (json_object_get_type (value) != json_type_string) {
      struct json_node member = json_node_member (&node, property);
      reader_problem (reader, &member, "expected the value in a string, found %s", json_node_found (&member));
      return NULL;
    }
    json_object *pair = json_object_new_array ();
    json_object_array_add (pair, json_object_new_string (property));
    json_object_array_add (pair, json_object_new_string (json_object_get_string (value)));
    json_object_array_add (pairs, pair);
  }
  return g_steal_pointer (&pairs);
}

static json_object *
read_filter (const struct price_context *context, const struct json_node *node, GHashTable *seen)
{
  gboolean any = FALSE;
  if (!reader_check_object (context->reader, node, catalog_filter_fields))
    return NULL;
  gboolean good = check_price_fields (context, node, &any);
  g_autoptr (json_object) match = read_match (context->reader, node), price = read_price (context, node);
  if (match != NULL) {
    struct json_node field = json_node_member (node, "match");
    g_autofree char *sorted = json_canonical (field.value);
    good = reader_check_new (context->reader, &field, seen, sorted, "filter") && good;
  }
  if (!good || match == NULL || price == NULL)
    return NULL;
  json_object *filter = json_object_new_object ();
  json_object_object_add (filter, "match", g_steal_pointer (&match));
  json_object_object_add (filter, "price", g_steal_pointer (&price));
  return filter;
}

static gboolean
read_filters (const struct price_context *context, const struct json_node *charge, json_object *definition)
{
  struct json_node list = json_node_member (charge, "filters");
  if (!reader_check_list (context->reader, &list))
    return FALSE;
  g_autoptr (json_object) filters = json_object_new_array ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node node = json_node_element (&list, i);
    json_object *filter = read_filter (context, &node, seen);
    if (filter != NULL)
      json_object_array_add (filters, filter);
  }
  gboolean good = json_object_array_length (filters) == json_node_length (&list);
  put_list (definition, "filters", g_steal_pointer (&filters));
  return good;
}

/* The default price and the filters. */
static gboolean
read_prices (const struct price_context *context, const struct json_node *charge, json_object *definition)
{
  gboolean any = FALSE, good = check_price_fields (context, charge, &any);
  struct json_node filters = json_node_member (charge, "filters");
  if (any || json_node_length (&filters) == 0) {
    json_object *price = read_price (context, charge);
    good = price != NULL && good;
    if (price != NULL)
      json_object_object_add (definition, "price", price);
  }
  return read_filters (context, charge, definition) && good;
}

static gboolean
read_metric_of_charge (struct catalog_reader *reader, const struct json_node *node, const char **ret_metric, const char **ret_name)
{
  struct json_node field = json_node_member (node, "metric");
  if (!read_text (reader, node, "metric", REQUIRED, ret_metric))
    return FALSE;
  *ret_name = "Usage";
  if (strcmp (*ret_metric, "*") == 0)
    return TRUE;
  const struct metric *metric = reader_find_metric (reader, &field, *ret_metric);
  if (metric == NULL)
    return FALSE;
  *ret_name = metric->name;
  return TRUE;
}

static gboolean
read_model (struct catalog_reader *reader, const struct json_node *node, enum price_model *ret)
{
  const char *models[PRICE_MODEL_COUNT + 1] = { NULL };
  for (int i = 0; i < PRICE_MODEL_COUNT; i++)
    models[i] = price_model_name ((enum price_model) i);
  struct json_node field = json_node_member (node, "model");
  int model = -1;
  if (field.value == NULL) {
    g_autofree char *list = g_strjoinv (", ", (char **) (gpointer) models);
    reader_problem (reader, &field, "a charge needs a model: one of %s", list);
    return FALSE;
  }
  if (!read_word (reader, node, "model", models, &model))
    return FALSE;
  *ret = (enum price_model) model;
  return TRUE;
}

/* A model that looks at each event needs the events of one metric, and their quantities; an amount of each event needs events. */
static gboolean
check_metric_of_model (struct catalog_reader *reader, const struct json_node *node, const char *metric, enum price_model model)
{
  struct json_node field = json_node_member (node, "metric");
  gboolean by_event = price_model_is_by_event (model);
  if (metric == NULL || (!by_event && model != PRICE_DYNAMIC))
    return TRUE;
  if (strcmp (metric, "*") == 0) {
    if (!by_event)
      return TRUE;
    reader_problem (reader, &field, "the model %s prices one metric, not all", price_model_name (model));
    return FALSE;
  }
  const struct metric *found = reader_find_metric (reader, &field, metric);
  if (found == NULL)
    return TRUE;
  if (by_event && g_strcmp0 (found->aggregation, "sum") != 0) {
    reader_problem (reader, &field, "the model %s prices the amount of each event: it needs a metric that is aggregated by sum, not by %s",
                    price_model_name (model), found->aggregation);
    return FALSE;
  }
  if (!by_event && g_strcmp0 (found->aggregation, "weighted_sum") == 0) {
    reader_problem (reader, &field, "the model %s prices what each event costs, and the level of '%s' stays without events",
                    price_model_name (model), metric);
    return FALSE;
  }
  return TRUE;
}

/* What the charge costs at least and at most. */
static gboolean
read_bounds (const struct price_context *context, const struct json_node *node, const char *metric, json_object *charge)
{
  struct json_node fields[] = { json_node_member (node, "minimum_amount"), json_node_member (node, "maximum_amount") };
  gboolean good = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].value != NULL && g_strcmp0 (metric, "*") == 0) {
      reader_problem (context->reader, &fields[i], "a charge for all metrics has no %s", fields[i].key);
      good = FALSE;
    }
  const struct bound_fields names = { fields[0].key, fields[1].key };
  return read_bound_fields (context->reader, node, names, context->currency, charge) && good;
}

/* A charge in advance bills each event when it comes: what is known only when the period is over cannot stand beside it. */
static gboolean
check_in_advance (const struct price_context *context, const struct json_node *node, const char *metric)
{
  static const char *const bounds[] = { "minimum_amount", "maximum_amount" };
  struct json_node field = json_node_member (node, "billing"), metric_node = json_node_member (node, "metric");
  for (gsize i = 0; i < G_N_ELEMENTS (bounds); i++) {
    struct json_node bound = json_node_member (node, bounds[i]);
    if (bound.value != NULL) {
      reader_problem (context->reader, &bound, "a charge that is billed in advance has no %s: its period is not over when it is billed",
                      bounds[i]);
      return FALSE;
    }
  }
  if (g_strcmp0 (metric, "*") == 0) {
    reader_problem (context->reader, &field, "a charge for all metrics is billed in arrears");
    return FALSE;
  }
  const struct metric *found = reader_find_metric (context->reader, &metric_node, metric);
  static const char *const countable[] = { "count", "sum", "unique", NULL };
  if (found != NULL && (found->persistent || !g_strv_contains (countable, found->aggregation))) {
    reader_problem (context->reader, &field, "only what is counted or summed up within a period can be billed event by event: '%s' is %s",
                    metric, found->persistent ? "persistent" : found->aggregation);
    return FALSE;
  }
  return found != NULL;
}

/* Only what adds up can be split by who used it. */
static gboolean
read_group_by (struct catalog_reader *reader, const struct json_node *node, const char *metric, json_object *charge)
{
  struct json_node field = json_node_member (node, "group_by"), billing = json_node_member (node, "billing");
  struct json_node metric_node = json_node_member (node, "metric");
  const char *property = NULL, *when = NULL;
  if (field.value == NULL)
    return TRUE;
  if (!read_text (reader, node, "group_by", REQUIRED, &property))
    return FALSE;
  put_text (charge, "group_by", property);
  if (g_strcmp0 (metric, "*") == 0) {
    reader_problem (reader, &field, "a charge for all metrics cannot be split by a property");
    return FALSE;
  }
  if (billing.value != NULL && json_node_string (&billing, &when, NULL) && strcmp (when, "advance") == 0) {
    reader_problem (reader, &field, "a charge that is billed in advance has a line for each event, which cannot be split");
    return FALSE;
  }
  const struct metric *found = metric == NULL ? NULL : reader_find_metric (reader, &metric_node, metric);
  if (found == NULL || strcmp (found->aggregation, "sum") == 0 || strcmp (found->aggregation, "count") == 0)
    return found != NULL;
  reader_problem (reader, &field, "only what is counted or summed up can be split by a property: '%s' is %s", metric, found->aggregation);
  return FALSE;
}

/* When it is billed, and what is taken off. The plan's discount goes without saying. */
static gboolean
read_charge_settings (const struct price_context *context, const struct json_node *node, const char *metric, struct decimal plan_discount,
                      json_object *charge)
{
  int billing = PLAN_IN_ARREARS;
  struct decimal discount = plan_discount;
  gboolean good = read_discount (context->reader, node, &discount);
  if (decimal_compare (discount, plan_discount) != 0)
    put_decimal (charge, "discount_percent", discount);
  if (!read_word (context->reader, node, "billing", plan_billing_names, &billing))
    return FALSE;
  if (billing == PLAN_IN_ARREARS)
    return good;
  put_text (charge, "billing", plan_billing_names[billing]);
  return metric != NULL && check_in_advance (context, node, metric) && good;
}

/* A size above zero with no more digits than a conversion may have. */
static gboolean
read_size (struct catalog_reader *reader, const struct json_node *object, const char *key, struct decimal *ret)
{
  struct json_node node = json_node_member (object, key);
  struct decimal value = *ret;
  if (!read_quantity (reader, object, key, OPTIONAL, &value))
    return FALSE;
  if (!conversion_check (&(struct conversion){ .rounding = CONVERSION_UP, .block = value })) {
    reader_problem (reader, &node, "'%s' must be above 0 and have at most %d digits", json_object_get_string (node.value),
                    CONVERSION_DIGITS_MAX);
    return FALSE;
  }
  *ret = value;
  return TRUE;
}

static gboolean
read_rounding (struct catalog_reader *reader, const struct json_node *node, json_object *charge)
{
  struct json_node mode_node = json_node_member (node, "mode");
  struct decimal block = decimal_from_int64 (1);
  int mode = 0;
  if (node->value == NULL)
    return TRUE;
  if (!reader_check_object (reader, node, catalog_rounding_fields))
    return FALSE;
  if (mode_node.value == NULL)
    reader_problem (reader, &mode_node, "rounding needs a mode: one of up, down, nearest");
  gboolean good = mode_node.value != NULL && read_word (reader, node, "mode", plan_rounding_names + CONVERSION_UP, &mode);
  if (!read_size (reader, node, "to", &block) || !good)
    return FALSE;
  json_object *round = json_object_new_object ();
  put_text (round, "mode", plan_rounding_names[CONVERSION_UP + mode]);
  put_decimal (round, "to", block);
  json_object_object_add (charge, "round", round);
  return TRUE;
}

/* How the quantity is converted before it is priced. */
static gboolean
read_conversion (const struct price_context *context, const struct json_node *node, json_object *charge)
{
  struct json_node size_node = json_node_member (node, "unit_size"), round = json_node_member (node, "round");
  struct decimal size = decimal_from_int64 (1);
  if (size_node.value == NULL && round.value == NULL)
    return TRUE;
  if (context->model == PRICE_DYNAMIC || price_model_is_by_event (context->model)) {
    reader_problem (context->reader, size_node.value == NULL ? &round : &size_node, "the model %s prices events, not a quantity",
                    price_model_name (context->model));
    return FALSE;
  }
  gboolean good = read_size (context->reader, node, "unit_size", &size);
  if (decimal_compare (size, decimal_from_int64 (1)) != 0)
    put_decimal (charge, "unit_size", size);
  return read_rounding (context->reader, &round, charge) && good;
}

struct seen_charges {
  GHashTable *codes;
  GHashTable *metrics;
};

static json_object *
read_charge (struct catalog_reader *reader, const struct json_node *node, const struct charge_terms *terms, struct seen_charges *seen)
{
  const char *metric = NULL, *name = NULL, *amount_property = NULL;
  struct price_context context = { reader, terms->currency, PRICE_FLAT };
  if (!reader_check_object (reader, node, catalog_charge_fields))
    return NULL;
  gboolean good = read_metric_of_charge (reader, node, &metric, &name), has_model = read_model (reader, node, &context.model);
  good = has_model && good && check_metric_of_model (reader, node, metric, context.model);
  const char *code = metric;
  struct json_node code_node = json_node_member (node, "code"), metric_node = json_node_member (node, "metric");
  if (code_node.value != NULL)
    good = read_code (reader, node, "code", &code) && good;
  good = read_text (reader, node, "name", OPTIONAL, &name) && good;
  good = read_text (reader, node, "amount_property", OPTIONAL, &amount_property) && good;
  if (has_model && amount_property != NULL && context.model != PRICE_DYNAMIC) {
    struct json_node field = json_node_member (node, "amount_property");
    reader_problem (reader, &field, "only the model dynamic reads an amount from the events");
    good = FALSE;
  }
  g_autoptr (json_object) charge = json_object_new_object ();
  good = read_category (reader, node, charge) && good;
  good = has_model && read_prices (&context, node, charge) && good;
  good = read_bounds (&context, node, metric, charge) && good;
  good = read_group_by (reader, node, metric, charge) && good;
  good = read_charge_settings (&context, node, metric, terms->discount, charge) && good;
  good = (!has_model || read_conversion (&context, node, charge)) && good;
  if (metric != NULL && !reader_check_new (reader, &metric_node, seen->metrics, metric, "charge for the metric"))
    return NULL;
  if (code != NULL)
    good = reader_check_new (reader, code_node.value == NULL ? &metric_node : &code_node, seen->codes, code, "charge") && good;
  if (!good)
    return NULL;
  put_text (charge, "code", code);
  put_text (charge, "name", name);
  put_text (charge, "metric", metric);
  put_text (charge, "model", price_model_name (context.model));
  if (context.model == PRICE_DYNAMIC)
    put_text (charge, "amount_property", amount_property == NULL ? "amount" : amount_property);
  return g_steal_pointer (&charge);
}

json_object *
read_charges (struct catalog_reader *reader, const struct json_node *list, const struct charge_terms *terms)
{
  json_object *charges = json_object_new_array ();
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) metrics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  struct seen_charges seen = { codes, metrics };
  if (!reader_check_list (reader, list))
    return charges;
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    json_object *charge = read_charge (reader, &node, terms, &seen);
    if (charge != NULL)
      json_object_array_add (charges, charge);
  }
  return charges;
}
