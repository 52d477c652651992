/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plans and add-ons of a catalog file, turned into canonical definitions. */
#include "core/money.h"
#include "service/catalog-reader.h"

#include <json-c/linkhash.h>
#include <string.h>

enum { DAYS_MAX = 3650, RETRIES_MAX = 100, ALERTS_MAX = 10, ALERT_PERCENT_MAX = 1000 };

static GArray *
new_fees (void)
{
  return g_array_new (FALSE, FALSE, sizeof (struct plan_fee));
}

static gboolean
read_addon_price (struct catalog_reader *reader, const struct json_node *node, const struct currency *currency, enum addon_kind kind,
                  json_object *definition)
{
  struct json_node prices = json_node_member (node, "prices"), amount = json_node_member (node, "amount");
  const struct json_node *wrong = kind == ADDON_RECURRING ? &amount : &prices;
  gboolean good = wrong->value == NULL;
  if (!good)
    reader_problem (reader, wrong, "%s", kind == ADDON_RECURRING ? "a recurring add-on has prices, one per interval"
                                                                 : "a one_off add-on has one amount");
  if (kind == ADDON_ONE_OFF) {
    gint64 minor = 0;
    char text[MONEY_TEXT_SIZE];
    if (!read_amount (reader, node, "amount", REQUIRED, currency, &minor) || currency == NULL)
      return FALSE;
    money_format (minor, currency, text);
    put_text (definition, "amount", text);
    return good;
  }
  g_autoptr (GArray) fees = new_fees ();
  if (json_node_length (&prices) == 0 && reader_check_list (reader, &prices)) {
    reader_problem (reader, &prices, "a recurring add-on has at least one price, such as { \"interval\": \"month\", \"amount\": \"10.00\" }");
    return FALSE;
  }
  if (!read_fees (reader, &prices, currency, fees) || currency == NULL)
    return FALSE;
  json_object_object_add (definition, "prices", fees_definition (fees, currency));
  return good;
}

static void
no_currency (struct catalog_reader *reader, const struct json_node *node)
{
  struct json_node field = json_node_member (node, "currency");
  if (field.value == NULL)
    reader_problem (reader, node, "there is no currency, neither here nor at the top of the file");
}

/* What an add-on is, whatever it costs. */
struct addon_terms {
  const char *code;
  const char *name;
  const char *category; /* NULL: none */
  int kind;
  int cycle;
};

/* One that is billed in a cycle of its own has one price, whose interval that cycle is. */
static gboolean
check_addon_cycle (struct catalog_reader *reader, const struct json_node *node, const struct addon_terms *terms)
{
  struct json_node cycle = json_node_member (node, "cycle"), prices = json_node_member (node, "prices");
  if (terms->cycle == ADDON_CYCLE_PLAN)
    return TRUE;
  if (terms->kind == ADDON_ONE_OFF)
    reader_problem (reader, &cycle, "a one_off add-on has no cycle");
  else if (json_node_length (&prices) > 1)
    reader_problem (reader, &prices, "an add-on in a cycle of its own has one price: its interval is the cycle");
  else
    return TRUE;
  return FALSE;
}

/* The add-on in one currency, from the object that has its price; NULL with the problems noted. */
static json_object *
addon_definition (struct catalog_reader *reader, const struct json_node *node, const struct currency *currency,
                  const struct addon_terms *terms)
{
  g_autoptr (json_object) definition = json_object_new_object ();
  gboolean good = check_addon_cycle (reader, node, terms);
  if (!read_addon_price (reader, node, currency, (enum addon_kind) terms->kind, definition) || !good)
    return NULL;
  if (terms->category != NULL)
    put_text (definition, "category", terms->category);
  put_text (definition, "code", terms->code);
  put_text (definition, "name", terms->name);
  put_text (definition, "kind", plan_addon_kind_names[terms->kind]);
  if (terms->cycle != ADDON_CYCLE_PLAN)
    put_text (definition, "cycle", plan_addon_cycle_names[terms->cycle]);
  return g_steal_pointer (&definition);
}

/* What it costs in other currencies. */
static void
read_addon_currencies (struct catalog_reader *reader, const struct json_node *node, const struct addon_terms *terms,
                       struct catalog_addon *addon)
{
  struct json_node list = json_node_member (node, "currencies");
  if (list.value == NULL || !reader_check_currencies (reader, &list, addon->currency))
    return;
  json_object_object_foreach (list.value, code, unused) {
    (void) unused;
    struct json_node member = json_node_member (&list, code);
    const struct currency *currency = currency_find (code);
    if (currency == NULL || !reader_check_object (reader, &member, catalog_addon_price_fields))
      continue;
    json_object *definition = addon_definition (reader, &member, currency, terms);
    if (definition != NULL)
      g_hash_table_insert (addon->others, g_strdup (currency->code), definition);
  }
}

static void
read_addon (struct catalog_reader *reader, const struct json_node *node)
{
  struct addon_terms terms = { .kind = ADDON_RECURRING, .cycle = ADDON_CYCLE_PLAN };
  struct json_node category = json_node_member (node, "category");
  const struct currency *currency = reader->currency;
  if (!reader_check_object (reader, node, catalog_addon_fields) || !read_code (reader, node, "code", &terms.code))
    return;
  terms.name = terms.code;
  gboolean good = read_text (reader, node, "name", OPTIONAL, &terms.name) && read_currency (reader, node, &currency);
  if (currency == NULL)
    no_currency (reader, node);
  good = (category.value == NULL || read_code (reader, node, "category", &terms.category)) && good;
  good = read_word (reader, node, "cycle", plan_addon_cycle_names, &terms.cycle) && good;
  json_object *definition = NULL;
  if (read_word (reader, node, "kind", plan_addon_kind_names, &terms.kind))
    definition = addon_definition (reader, node, currency, &terms);
  if (g_hash_table_contains (reader->addons, terms.code)) {
    json_object_put (definition);
    reader_problem (reader, node, "the add-on '%s' stands twice", terms.code);
    return;
  }
  struct catalog_addon *addon = g_new0 (struct catalog_addon, 1);
  addon->definition = definition;
  addon->currency = good && definition != NULL ? currency : NULL;
  addon->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, json_value_free);
  g_hash_table_insert (reader->addons, g_strdup (terms.code), addon);
  if (addon->currency != NULL)
    read_addon_currencies (reader, node, &terms, addon);
}

void
read_addons (struct catalog_reader *reader, const struct json_node *list)
{
  if (!reader_check_list (reader, list))
    return;
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    read_addon (reader, &node);
  }
}

/* What the parts of one plan are read with. */
struct plan_context {
  struct catalog_reader *reader;
  const struct currency *currency;
  GArray *fees; /* struct plan_fee, shortest interval first */
  json_object *definition;
  GHashTable *quantities; /* set of codes */
  struct decimal discount; /* in percent */
};

/* Zero for each interval, then what the list says. */
static gboolean
read_quantity_price_list (const struct plan_context *context, const struct json_node *list, struct decimal *prices, gboolean *known)
{
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    struct interval interval = { INTERVAL_MONTH, 1 };
    struct decimal price = DECIMAL_ZERO;
    if (!reader_check_object (context->reader, &node, catalog_quantity_price_fields)
        || !read_interval (context->reader, &node, "interval", REQUIRED, &interval)
        || !read_unit_price (context->reader, &node, "unit_price", REQUIRED, &price))
      return FALSE;
    guint place = 0;
    while (place < context->fees->len && !interval_equal (g_array_index (context->fees, struct plan_fee, place).interval, interval))
      place++;
    if (place == context->fees->len || known[place]) {
      reader_problem (context->reader, &node, "%s", place == context->fees->len ? "the plan has no price for this interval"
                                                                                : "the interval stands twice");
      return FALSE;
    }
    prices[place] = price;
    known[place] = TRUE;
  }
  return TRUE;
}

static gboolean
check_all_priced (const struct plan_context *context, const struct json_node *node, const gboolean *known)
{
  for (guint i = 0; i < context->fees->len; i++)
    if (!known[i]) {
      char text[INTERVAL_TEXT_SIZE];
      interval_format (g_array_index (context->fees, struct plan_fee, i).interval, text);
      reader_problem (context->reader, node, "the price for the interval '%s' is missing", text);
      return FALSE;
    }
  return TRUE;
}

/* `free_of_charge`: nobody can take more than what is included. */
static gboolean
read_quantity_prices (const struct plan_context *context, const struct json_node *node, gboolean free_of_charge, json_object *definition)
{
  struct json_node unit = json_node_member (node, "unit_price"), list = json_node_member (node, "prices");
  gsize count = context->fees->len;
  g_autofree struct decimal *prices = g_new0 (struct decimal, count + 1);
  g_autofree gboolean *known = g_new0 (gboolean, count + 1);
  if (!reader_check_list (context->reader, &list))
    return FALSE;
  if (unit.value != NULL && (list.value != NULL || count > 1)) {
    reader_problem (context->reader, &unit, "a plan with several intervals needs prices, one unit_price per interval, instead");
    return FALSE;
  }
  known[0] = unit.value != NULL;
  if (!read_unit_price (context->reader, node, "unit_price", OPTIONAL, &prices[0])
      || !read_quantity_price_list (context, &list, prices, known))
    return FALSE;
  if (unit.value == NULL && list.value == NULL && !free_of_charge) {
    reader_problem (context->reader, node, "a quantity needs a unit_price or prices, unless its max is what is included");
    return FALSE;
  }
  if (list.value != NULL && !check_all_priced (context, &list, known))
    return FALSE;
  json_object *definitions = json_object_new_array ();
  for (guint i = 0; i < count; i++) {
    json_object *entry = json_object_new_object ();
    put_interval (entry, "interval", g_array_index (context->fees, struct plan_fee, i).interval);
    put_decimal (entry, "unit_price", prices[i]);
    json_object_array_add (definitions, entry);
  }
  put_list (definition, "prices", definitions);
  return TRUE;
}

static gboolean
read_quantity_bounds (const struct plan_context *context, const struct json_node *node, gboolean *ret_free, json_object *definition)
{
  struct catalog_reader *reader = context->reader;
  struct decimal included = DECIMAL_ZERO, least = DECIMAL_ZERO, most = DECIMAL_ZERO;
  struct json_node max = json_node_member (node, "max"), initial_node = json_node_member (node, "default");
  gboolean has_most = max.value != NULL;
  if (!read_quantity (reader, node, "included", OPTIONAL, &included) || !read_quantity (reader, node, "min", OPTIONAL, &least)
      || !read_quantity (reader, node, "max", OPTIONAL, &most))
    return FALSE;
  if (has_most && decimal_compare (least, most) > 0) {
    reader_problem (reader, &max, "the max is below the min");
    return FALSE;
  }
  struct decimal initial = decimal_compare (included, least) > 0 ? included : least;
  if (has_most && decimal_compare (initial, most) > 0)
    initial = most;
  if (!read_quantity (reader, node, "default", OPTIONAL, &initial))
    return FALSE;
  if (decimal_compare (initial, least) < 0 || (has_most && decimal_compare (initial, most) > 0)) {
    reader_problem (reader, &initial_node, "the default is not between min and max");
    return FALSE;
  }
  put_decimal (definition, "included", included);
  put_decimal (definition, "default", initial);
  put_decimal (definition, "min", least);
  if (has_most)
    put_decimal (definition, "max", most);
  *ret_free = has_most && decimal_compare (most, included) <= 0;
  return TRUE;
}

static void
read_plan_quantity (const struct plan_context *context, const struct json_node *node, json_object *list)
{
  const char *code = NULL;
  gboolean free_of_charge = FALSE;
  if (!reader_check_object (context->reader, node, catalog_quantity_fields) || !read_code (context->reader, node, "code", &code))
    return;
  const char *name = code;
  g_autoptr (json_object) definition = json_object_new_object ();
  gboolean good = read_text (context->reader, node, "name", OPTIONAL, &name);
  good = read_category (context->reader, node, definition) && good;
  good = reader_check_new (context->reader, node, context->quantities, code, "quantity") && good;
  if (!read_quantity_bounds (context, node, &free_of_charge, definition)
      || !read_quantity_prices (context, node, free_of_charge, definition) || !good)
    return;
  put_text (definition, "code", code);
  put_text (definition, "name", name);
  json_object_array_add (list, g_steal_pointer (&definition));
}

static gboolean
read_alerts (struct catalog_reader *reader, const struct json_node *limit, json_object *definition)
{
  struct json_node list = json_node_member (limit, "alerts");
  if (!reader_check_list (reader, &list))
    return FALSE;
  g_autoptr (json_object) alerts = json_object_new_array ();
  gint64 before = 0;
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node node = json_node_element (&list, i);
    gint64 percent = json_node_is (&node, json_type_int) ? json_object_get_int64 (node.value) : 0;
    if (percent <= before || percent > ALERT_PERCENT_MAX || i >= ALERTS_MAX) {
      reader_problem (reader, &node, "alerts are ascending whole percentages from 1 to %d, %d at most, such as [80, 95, 100]",
                      ALERT_PERCENT_MAX, ALERTS_MAX);
      return FALSE;
    }
    before = percent;
    json_object_array_add (alerts, json_object_new_int64 (percent));
  }
  put_list (definition, "alerts", g_steal_pointer (&alerts));
  return TRUE;
}

static gboolean
read_limit_value (struct catalog_reader *reader, const struct json_node *limit, json_object *definition)
{
  struct json_node node = json_node_member (limit, "value");
  struct decimal value = DECIMAL_ZERO;
  if (json_node_is (&node, json_type_string) && strcmp (json_object_get_string (node.value), "unlimited") == 0) {
    put_text (definition, "value", "unlimited");
    return TRUE;
  }
  if (node.value == NULL) {
    reader_problem (reader, &node, "a limit needs a value: a quantity such as \"500\", or \"unlimited\"");
    return FALSE;
  }
  if (!read_quantity (reader, limit, "value", REQUIRED, &value))
    return FALSE;
  put_decimal (definition, "value", value);
  return TRUE;
}

static void
read_limit (const struct plan_context *context, const struct json_node *node, GHashTable *seen, json_object *list)
{
  struct catalog_reader *reader = context->reader;
  const char *metric = NULL;
  int kind = LIMIT_OVERAGE, reset = LIMIT_RESET_CYCLE;
  if (!reader_check_object (reader, node, catalog_limit_fields) || !read_text (reader, node, "metric", REQUIRED, &metric))
    return;
  g_autoptr (json_object) definition = json_object_new_object ();
  struct json_node field = json_node_member (node, "metric");
  gboolean good = g_hash_table_contains (context->quantities, metric) || reader_find_metric (reader, &field, metric) != NULL;
  good = reader_check_new (reader, &field, seen, metric, "limit for") && good;
  good = read_limit_value (reader, node, definition) && good;
  good = read_word (reader, node, "kind", plan_limit_kind_names, &kind) && good;
  good = read_word (reader, node, "reset", plan_limit_reset_names, &reset) && good;
  if (!read_alerts (reader, node, definition) || !good)
    return;
  put_text (definition, "metric", metric);
  put_text (definition, "kind", plan_limit_kind_names[kind]);
  put_text (definition, "reset", plan_limit_reset_names[reset]);
  json_object_array_add (list, g_steal_pointer (&definition));
}

static void
read_features (const struct plan_context *context, const struct json_node *plan)
{
  struct json_node node = json_node_member (plan, "features");
  if (node.value == NULL)
    return;
  if (!json_node_is (&node, json_type_object)) {
    reader_problem (context->reader, &node, "expected an object of names and values, found %s", json_node_found (&node));
    return;
  }
  json_object *features = json_object_new_object ();
  json_object_object_foreach (node.value, name, value) {
    struct json_node member = json_node_member (&node, name);
    json_type type = json_object_get_type (value);
    if (type == json_type_boolean)
      put_text (features, name, json_object_get_boolean (value) ? "yes" : "no");
    else if (type == json_type_string || type == json_type_int)
      put_text (features, name, json_object_get_string (value));
    else
      reader_problem (context->reader, &member, "expected a string, true or false, found %s", json_node_found (&member));
  }
  if (json_object_object_length (features) > 0)
    json_object_object_add (context->definition, "features", features);
  else
    json_object_put (features);
}

/* NULL when it is not sold in the currency. */
static json_object *
addon_in (const struct catalog_addon *addon, const struct currency *currency)
{
  if (currency == NULL || addon->currency == NULL || addon->currency == currency)
    return addon->definition;
  return g_hash_table_lookup (addon->others, currency->code);
}

static void
read_plan_addons (const struct plan_context *context, const struct json_node *list)
{
  json_object *addons = json_object_new_array ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader_check_list (context->reader, list);
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    if (!json_node_is (&node, json_type_string)) {
      reader_problem (context->reader, &node, "expected the code of an add-on in a string, found %s", json_node_found (&node));
      continue;
    }
    const char *code = json_object_get_string (node.value);
    const struct catalog_addon *addon = g_hash_table_lookup (context->reader->addons, code);
    json_object *definition = addon == NULL ? NULL : addon_in (addon, context->currency);
    if (addon == NULL)
      reader_problem (context->reader, &node, "there is no add-on '%s' in this file", code);
    else if (addon->currency != NULL && context->currency != NULL && definition == NULL)
      reader_problem (context->reader, &node, "the add-on '%s' is sold in %s, the plan in %s", code, addon->currency->code,
                      context->currency->code);
    else if (reader_check_new (context->reader, &node, seen, code, "add-on") && definition != NULL)
      json_object_array_add (addons, json_object_get (definition));
  }
  put_list (context->definition, "addons", addons);
}

/* Quantities, charges, limits, features, add-ons, credits. */
static void
read_parts (const struct plan_context *context, const struct json_node *plan)
{
  struct json_node quantities = json_node_member (plan, "quantities"), charges = json_node_member (plan, "charges");
  struct json_node limits = json_node_member (plan, "limits"), addons = json_node_member (plan, "addons");
  json_object *list = json_object_new_array ();
  reader_check_list (context->reader, &quantities);
  for (gsize i = 0; i < json_node_length (&quantities); i++) {
    struct json_node node = json_node_element (&quantities, i);
    read_plan_quantity (context, &node, list);
  }
  put_list (context->definition, "quantities", list);
  const struct charge_terms terms = { context->currency, context->discount };
  put_list (context->definition, "charges", read_charges (context->reader, &charges, &terms));
  list = json_object_new_array ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader_check_list (context->reader, &limits);
  for (gsize i = 0; i < json_node_length (&limits); i++) {
    struct json_node node = json_node_element (&limits, i);
    read_limit (context, &node, seen, list);
  }
  put_list (context->definition, "limits", list);
  read_features (context, plan);
  read_plan_addons (context, &addons);
}

static void
read_included_credits (const struct plan_context *context, const struct json_node *plan)
{
  struct json_node node = json_node_member (plan, "credits");
  struct decimal included = DECIMAL_ZERO;
  if (node.value == NULL || !reader_check_object (context->reader, &node, catalog_credits_fields)
      || !read_quantity (context->reader, &node, "included", REQUIRED, &included))
    return;
  if (decimal_sign (included) != 0)
    put_decimal (context->definition, "credits", included);
}

/* A plan that is paid per use and names no price has a base fee of nothing, so that it has an interval. */
static void
check_fees (const struct plan_context *context, const struct json_node *plan, enum plan_type type, gboolean custom,
            struct interval usage_interval)
{
  struct json_node prices = json_node_member (plan, "prices");
  if (context->fees->len == 0 && type == PLAN_TYPE_PAY_PER_USE && prices.value == NULL) {
    struct plan_fee fee = { .interval = usage_interval };
    g_array_append_val (context->fees, fee);
  }
  if (json_node_length (&prices) == 0 && type != PLAN_TYPE_PAY_PER_USE && !custom)
    reader_problem (context->reader, prices.value == NULL ? plan : &prices,
                    "a plan needs prices, such as [{ \"interval\": \"month\", \"amount\": \"99.00\" }], unless it is custom or pay_per_use");
  for (guint i = 0; i < context->fees->len; i++)
    if (type == PLAN_TYPE_PAY_PER_USE && g_array_index (context->fees, struct plan_fee, i).amount_minor != 0) {
      reader_problem (context->reader, &prices, "a pay_per_use plan has no base fee; the type with both is hybrid");
      break;
    }
}

/* Months of 30 days go with months. */
static void
check_proration (const struct plan_context *context, const struct json_node *plan, int proration)
{
  struct json_node node = json_node_member (plan, "proration");
  for (guint i = 0; i < context->fees->len && proration == BASIS_30_360; i++) {
    enum interval_unit unit = g_array_index (context->fees, struct plan_fee, i).interval.unit;
    if (unit == INTERVAL_DAY || unit == INTERVAL_WEEK) {
      reader_problem (context->reader, &node, "30/360 goes with months, quarters and years, not with days and weeks");
      return;
    }
  }
}

/* What is left out of the definition while it has its default. */
static void
read_settings (struct plan_context *context, const struct json_node *plan)
{
  static const struct bound_fields spending = { "minimum_spend", "maximum_spend" };
  struct catalog_reader *reader = context->reader;
  int proration = BASIS_DAY, payment = TRIAL_PAYMENT_OPTIONAL;
  const char *customer = NULL;
  struct json_node customer_node = json_node_member (plan, "customer");
  if (read_word (reader, plan, "proration", plan_proration_names, &proration) && proration != BASIS_DAY) {
    put_text (context->definition, "proration", plan_proration_names[proration]);
    check_proration (context, plan, proration);
  }
  if (read_word (reader, plan, "trial_payment_method", plan_trial_payment_names, &payment) && payment != TRIAL_PAYMENT_OPTIONAL)
    put_text (context->definition, "trial_payment_method", plan_trial_payment_names[payment]);
  if (customer_node.value != NULL && read_code (reader, plan, "customer", &customer))
    put_text (context->definition, "customer", customer);
  read_category (reader, plan, context->definition);
  if (read_discount (reader, plan, &context->discount) && decimal_sign (context->discount) != 0)
    put_decimal (context->definition, "discount_percent", context->discount);
  read_bound_fields (reader, plan, spending, context->currency, context->definition);
}

/* The spending bounds are settled when the period is over, and what is billed in advance stands on other invoices by then. */
static void
check_spending (const struct plan_context *context, const struct json_node *plan)
{
  struct json_node charges = json_node_member (plan, "charges");
  json_object *definition = context->definition;
  if (!json_object_object_get_ex (definition, "minimum_spend", NULL) && !json_object_object_get_ex (definition, "maximum_spend", NULL))
    return;
  for (gsize i = 0; i < json_node_length (&charges); i++) {
    struct json_node node = json_node_element (&charges, i), billing = json_node_member (&node, "billing");
    if (json_node_is (&billing, json_type_string) && strcmp (json_object_get_string (billing.value), "advance") == 0)
      reader_problem (context->reader, &billing, "a plan with a minimum_spend or maximum_spend bills all its usage in arrears");
  }
}

static void
read_terms (const struct plan_context *context, const struct json_node *plan)
{
  struct catalog_reader *reader = context->reader;
  int type = PLAN_TYPE_SUBSCRIPTION, billing = PLAN_IN_ADVANCE, alignment = ALIGN_ANNIVERSARY;
  int trial_days = 0, grace_days = 0, retries = 0;
  gboolean custom = FALSE;
  struct json_node prices = json_node_member (plan, "prices"), usage_node = json_node_member (plan, "usage_interval");
  struct interval usage_interval = { INTERVAL_MONTH, 1 };
  read_word (reader, plan, "type", plan_type_names, &type);
  read_word (reader, plan, "billing", plan_billing_names, &billing);
  read_word (reader, plan, "alignment", plan_alignment_names, &alignment);
  read_count (reader, plan, "trial_days", DAYS_MAX, &trial_days);
  read_count (reader, plan, "grace_days", DAYS_MAX, &grace_days);
  read_count (reader, plan, "retries", RETRIES_MAX, &retries);
  read_flag (reader, plan, "custom", &custom);
  read_fees (reader, &prices, context->currency, context->fees);
  read_interval (reader, plan, "usage_interval", OPTIONAL, &usage_interval);
  check_fees (context, plan, (enum plan_type) type, custom, usage_interval);
  if (usage_node.value == NULL && context->fees->len > 0)
    usage_interval = g_array_index (context->fees, struct plan_fee, 0).interval;
  put_text (context->definition, "type", plan_type_names[type]);
  put_text (context->definition, "billing", plan_billing_names[billing]);
  put_text (context->definition, "alignment", plan_alignment_names[alignment]);
  put_count (context->definition, "trial_days", trial_days);
  put_count (context->definition, "grace_days", grace_days);
  put_count (context->definition, "retries", retries);
  if (custom)
    json_object_object_add (context->definition, "custom", json_object_new_boolean (TRUE));
  put_interval (context->definition, "usage_interval", usage_interval);
}

json_object *
read_plan_terms (struct catalog_reader *reader, const struct json_node *plan)
{
  gsize problems = reader->problem_count;
  if (!reader_check_object (reader, plan, catalog_plan_fields))
    return NULL;
  g_autoptr (json_object) definition = json_object_new_object ();
  g_autoptr (GArray) fees = new_fees ();
  g_autoptr (GHashTable) quantities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  struct plan_context context = { reader, reader->currency, fees, definition, quantities, DECIMAL_ZERO };
  read_currency (reader, plan, &context.currency);
  if (context.currency == NULL)
    no_currency (reader, plan);
  read_terms (&context, plan);
  read_settings (&context, plan);
  check_spending (&context, plan);
  read_parts (&context, plan);
  read_included_credits (&context, plan);
  if (reader->problem_count != problems || context.currency == NULL)
    return NULL;
  put_text (definition, "currency", context.currency->code);
  put_list (definition, "prices", fees_definition (fees, context.currency));
  return g_steal_pointer (&definition);
}
