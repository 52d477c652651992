/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading plan definitions, finding things in plans, and the cache of parsed versions.
 *
 * The canonical form: a JSON object with sorted keys in which type, currency, billing, alignment, usage_interval, trial_days,
 * grace_days and retries always stand, and everything else only when it says something. A field that a later version of
 * billctl adds must be left out while it has its default, so that the definitions of older plans stay as they are. */
#include "service/plan.h"

#include "base/error.h"
#include "base/json.h"
#include "core/money.h"
#include "store/catalog.h"

#include <json-c/linkhash.h>
#include <string.h>

const char *const plan_type_names[] = { "subscription", "pay_per_use", "hybrid", NULL };
const char *const plan_billing_names[] = { "advance", "arrears", NULL };
const char *const plan_proration_names[] = { "day", "second", "30/360", NULL };
const char *const plan_trial_payment_names[] = { "optional", "required", NULL };
const char *const plan_alignment_names[] = { "anniversary", "calendar", NULL };
const char *const plan_addon_kind_names[] = { "recurring", "one_off", NULL };
const char *const plan_addon_cycle_names[] = { "plan", "own", NULL };
const char *const plan_limit_kind_names[] = { "hard", "soft", "overage", NULL };
const char *const plan_limit_reset_names[] = { "cycle", "calendar-month", NULL };
const char *const plan_rounding_names[] = { "none", "up", "down", "nearest", NULL };

/* A plan with the memory behind it. The plan comes first, so that one pointer is the other. */
struct owner {
  struct plan plan;
  json_object *root; /* the texts of the plan point into it */
  GPtrArray *blocks;
};

static void *
new_block (struct owner *owner, gsize count, gsize size)
{
  void *block = g_malloc0_n (count == 0 ? 1 : count, size);
  g_ptr_array_add (owner->blocks, block);
  return block;
}

static const char *
keep_text (struct owner *owner, char *text)
{
  g_ptr_array_add (owner->blocks, text);
  return text;
}

static gboolean
fail (const struct json_node *node, const char *wanted, GError **error)
{
  g_autofree char *path = json_node_path (node);
  const char *text = node->value == NULL ? json_node_found (node) : json_object_get_string (node->value);
  return error_set (error, ERROR_USAGE, "%s: '%s' is not %s", path, text, wanted);
}

static gboolean
get_text (const struct json_node *object, const char *key, const char **ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  return json_node_string (&node, ret, error);
}

static gboolean
get_int (const struct json_node *object, const char *key, int *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  gint64 number = 0;
  if (!json_node_int64 (&node, &number, error))
    return FALSE;
  if (number < 0 || number > G_MAXINT)
    return fail (&node, "a count", error);
  *ret = (int) number;
  return TRUE;
}

static gboolean
get_word (const struct json_node *object, const char *key, const char *const *words, int *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (!json_node_string (&node, &text, error))
    return FALSE;
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], text) == 0) {
      *ret = i;
      return TRUE;
    }
  return fail (&node, "a word that is known here", error);
}

static gboolean
get_decimal (const struct json_node *object, const char *key, struct decimal *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (!json_node_string (&node, &text, error))
    return FALSE;
  return decimal_parse (text, strlen (text), ret) == DECIMAL_OK ? TRUE : fail (&node, "a decimal", error);
}

/* Left alone when it is not there. */
static gboolean
get_optional_word (const struct json_node *object, const char *key, const char *const *words, int *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  return node.value == NULL || get_word (object, key, words, ret, error);
}

/* The plan's where a part of it has none of its own. */
static gboolean
get_category (const struct json_node *object, const char *inherited, const char **ret, GError **error)
{
  struct json_node node = json_node_member (object, "category");
  *ret = inherited;
  return node.value == NULL || json_node_string (&node, ret, error);
}

/* Zero when it is not there. */
static gboolean
get_optional_decimal (const struct json_node *object, const char *key, struct decimal *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  *ret = DECIMAL_ZERO;
  return node.value == NULL ? TRUE : get_decimal (object, key, ret, error);
}

/* A percentage as a fraction; zero when it is not there. */
static gboolean
get_percent (const struct json_node *object, const char *key, struct decimal *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  struct decimal percent;
  if (!get_optional_decimal (object, key, &percent, error))
    return FALSE;
  return decimal_from_percent (percent, ret) == DECIMAL_OK ? TRUE : fail (&node, "a percentage", error);
}

static gboolean
get_interval (const struct json_node *object, const char *key, struct interval *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (!json_node_string (&node, &text, error))
    return FALSE;
  return interval_parse (text, strlen (text), ret) ? TRUE : fail (&node, "an interval", error);
}

static gboolean
get_amount (const struct owner *owner, const struct json_node *object, const char *key, gint64 *ret_minor, GError **error)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (!json_node_string (&node, &text, error))
    return FALSE;
  return money_parse (text, strlen (text), owner->plan.currency, ret_minor) == MONEY_OK ? TRUE : fail (&node, "an amount", error);
}

static gboolean
parse_fees (struct owner *owner, const struct json_node *list, gsize *ret_count, const struct plan_fee **ret, GError **error)
{
  gsize count = json_node_length (list);
  struct plan_fee *fees = new_block (owner, count, sizeof *fees);
  for (gsize i = 0; i < count; i++) {
    struct json_node node = json_node_element (list, i);
    if (!get_interval (&node, "interval", &fees[i].interval, error) || !get_amount (owner, &node, "amount", &fees[i].amount_minor, error))
      return FALSE;
  }
  *ret_count = count;
  *ret = fees;
  return TRUE;
}

static gboolean
parse_quantity_prices (struct owner *owner, const struct json_node *list, struct plan_quantity *quantity, GError **error)
{
  quantity->price_count = json_node_length (list);
  struct plan_quantity_price *prices = new_block (owner, quantity->price_count, sizeof *prices);
  quantity->prices = prices;
  for (gsize i = 0; i < quantity->price_count; i++) {
    struct json_node node = json_node_element (list, i);
    if (!get_interval (&node, "interval", &prices[i].interval, error)
        || !get_decimal (&node, "unit_price", &prices[i].unit_price, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_quantity (struct owner *owner, const struct json_node *node, void *item, GError **error)
{
  struct plan_quantity *quantity = item;
  struct json_node prices = json_node_member (node, "prices"), most = json_node_member (node, "max");
  quantity->has_most = most.value != NULL;
  return get_text (node, "code", &quantity->code, error) && get_text (node, "name", &quantity->name, error)
         && get_decimal (node, "included", &quantity->included, error) && get_decimal (node, "default", &quantity->initial, error)
         && get_category (node, owner->plan.category, &quantity->category, error)
         && get_decimal (node, "min", &quantity->least, error) && get_optional_decimal (node, "max", &quantity->most, error)
         && parse_quantity_prices (owner, &prices, quantity, error);
}

static gboolean
parse_addon (struct owner *owner, const struct json_node *node, void *item, GError **error)
{
  struct plan_addon *addon = item;
  int kind = 0, cycle = ADDON_CYCLE_PLAN;
  if (!get_text (node, "code", &addon->code, error) || !get_text (node, "name", &addon->name, error)
      || !get_word (node, "kind", plan_addon_kind_names, &kind, error)
      || !get_optional_word (node, "cycle", plan_addon_cycle_names, &cycle, error)
      || !get_category (node, owner->plan.category, &addon->category, error))
    return FALSE;
  addon->kind = (enum addon_kind) kind;
  addon->own_interval = cycle == ADDON_CYCLE_OWN;
  if (addon->kind == ADDON_RECURRING) {
    struct json_node prices = json_node_member (node, "prices");
    return parse_fees (owner, &prices, &addon->fee_count, &addon->fees, error);
  }
  struct plan_fee *fee = new_block (owner, 1, sizeof *fee);
  fee->interval = (struct interval){ INTERVAL_MONTH, 1 };
  addon->fees = fee;
  addon->fee_count = 1;
  return get_amount (owner, node, "amount", &fee->amount_minor, error);
}

static gboolean
parse_tiers (struct owner *owner, const struct json_node *list, struct price *price, GError **error)
{
  price->tier_count = json_node_length (list);
  struct price_tier *tiers = new_block (owner, price->tier_count, sizeof *tiers);
  price->tiers = tiers;
  for (gsize i = 0; i < price->tier_count; i++) {
    struct json_node node = json_node_element (list, i), up_to = json_node_member (&node, "up_to");
    tiers[i].unbounded = up_to.value == NULL;
    gboolean share = price->model == PRICE_GRADUATED_PERCENTAGE;
    if (!get_optional_decimal (&node, "up_to", &tiers[i].up_to, error)
        || !(share ? get_percent (&node, "percent", &tiers[i].unit_price, error)
                   : get_optional_decimal (&node, "unit_price", &tiers[i].unit_price, error))
        || !get_optional_decimal (&node, "flat_price", &tiers[i].flat_price, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_percentage (const struct json_node *node, struct price_percentage *ret, GError **error)
{
  struct json_node free_events = json_node_member (node, "free_events");
  return get_percent (node, "percent", &ret->rate, error) && get_optional_decimal (node, "event_fee", &ret->event_fee, error)
         && (free_events.value == NULL || json_node_int64 (&free_events, &ret->free_events, error))
         && get_optional_decimal (node, "free_amount", &ret->free_amount, error)
         && get_optional_decimal (node, "event_min", &ret->event_min, error)
         && get_optional_decimal (node, "event_max", &ret->event_max, error);
}

static gboolean
parse_model_fields (struct owner *owner, const struct json_node *node, struct price *price, GError **error)
{
  struct json_node tiers = json_node_member (node, "tiers");
  switch (price->model) {
  case PRICE_FLAT:
    return get_decimal (node, "amount", &price->unit_price, error);
  case PRICE_PER_UNIT:
    return get_decimal (node, "unit_price", &price->unit_price, error);
  case PRICE_PACKAGE:
    return get_decimal (node, "package_price", &price->unit_price, error)
           && get_decimal (node, "package_size", &price->package_size, error);
  case PRICE_GRADUATED:
  case PRICE_VOLUME:
  case PRICE_STAIRSTEP:
  case PRICE_GRADUATED_PERCENTAGE:
    return parse_tiers (owner, &tiers, price, error);
  case PRICE_PERCENTAGE:
    return parse_percentage (node, &price->percentage, error);
  case PRICE_DYNAMIC:
    return get_decimal (node, "multiplier", &price->multiplier, error);
  case PRICE_MODEL_COUNT:
    break;
  }
  return fail (node, "a price", error);
}

static gboolean
parse_price (struct owner *owner, const struct json_node *node, enum price_model model, struct price *ret, GError **error)
{
  *ret = (struct price){ .model = model };
  if (!get_optional_decimal (node, "included", &ret->included, error) || !parse_model_fields (owner, node, ret, error))
    return FALSE;
  return price_check (ret) == PRICE_OK ? TRUE : fail (node, "a price that can be computed", error);
}

/* The match of a filter, a list of pairs in the order in which it was written, and the code that shows it. */
static gboolean
parse_match (struct owner *owner, const struct json_node *list, struct plan_rate *rate, GError **error)
{
  rate->match_count = json_node_length (list);
  struct plan_match *matches = new_block (owner, rate->match_count, sizeof *matches);
  rate->matches = matches;
  g_autoptr (GString) code = g_string_new (NULL);
  for (gsize i = 0; i < rate->match_count; i++) {
    struct json_node pair = json_node_element (list, i), property = json_node_element (&pair, 0), value = json_node_element (&pair, 1);
    if (!json_node_string (&property, &matches[i].property, error) || !json_node_string (&value, &matches[i].value, error))
      return FALSE;
    g_string_append_printf (code, "%s%s=%s", i == 0 ? "" : ",", matches[i].property, matches[i].value);
  }
  rate->code = keep_text (owner, g_strdup (code->str));
  return rate->match_count > 0 ? TRUE : fail (list, "a match", error);
}

static gboolean
parse_filters (struct owner *owner, const struct json_node *list, enum price_model model, struct plan_charge *charge, GError **error)
{
  charge->filter_count = json_node_length (list);
  struct plan_rate *filters = new_block (owner, charge->filter_count, sizeof *filters);
  charge->filters = filters;
  for (gsize i = 0; i < charge->filter_count; i++) {
    struct json_node node = json_node_element (list, i), match = json_node_member (&node, "match");
    struct json_node price = json_node_member (&node, "price");
    if (!parse_match (owner, &match, &filters[i], error) || !parse_price (owner, &price, model, &filters[i].price, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_conversion (const struct json_node *node, struct conversion *ret, GError **error)
{
  struct json_node round = json_node_member (node, "round");
  int rounding = CONVERSION_EXACT;
  if (!get_optional_decimal (node, "unit_size", &ret->unit_size, error))
    return FALSE;
  if (round.value != NULL
      && (!get_word (&round, "mode", plan_rounding_names, &rounding, error) || !get_decimal (&round, "to", &ret->block, error)))
    return FALSE;
  ret->rounding = (enum conversion_rounding) rounding;
  return conversion_check (ret) ? TRUE : fail (node, "a charge whose units can be converted", error);
}

static gboolean
parse_charge (struct owner *owner, const struct json_node *node, void *item, GError **error)
{
  struct plan_charge *charge = item;
  struct json_node model_node = json_node_member (node, "model"), price = json_node_member (node, "price");
  struct json_node filters = json_node_member (node, "filters"), discount = json_node_member (node, "discount_percent");
  const char *model_name = NULL;
  int billing = PLAN_IN_ARREARS;
  enum price_model model = PRICE_FLAT;
  charge->definition = keep_text (owner, g_strdup (json_object_to_json_string_ext (node->value, JSON_C_TO_STRING_PLAIN)));
  if (!get_text (node, "code", &charge->code, error) || !get_text (node, "name", &charge->name, error)
      || !get_text (node, "metric", &charge->metric, error) || !json_node_string (&model_node, &model_name, error))
    return FALSE;
  if (!price_model_parse (model_name, &model))
    return fail (&model_node, "a pricing model", error);
  if (json_node_member (node, "group_by").value != NULL && !get_text (node, "group_by", &charge->group_by, error))
    return FALSE;
  if (model == PRICE_DYNAMIC && !get_text (node, "amount_property", &charge->amount_property, error))
    return FALSE;
  charge->discount = owner->plan.discount;
  if ((discount.value != NULL && !get_percent (node, "discount_percent", &charge->discount, error))
      || !get_optional_word (node, "billing", plan_billing_names, &billing, error)
      || !get_optional_decimal (node, "minimum_amount", &charge->bounds.minimum, error)
      || !get_optional_decimal (node, "maximum_amount", &charge->bounds.maximum, error)
      || !get_category (node, owner->plan.category, &charge->category, error)
      || !parse_conversion (node, &charge->conversion, error))
    return FALSE;
  charge->billing = (enum plan_billing) billing;
  charge->has_default = price.value != NULL;
  charge->fallback.code = "";
  charge->fallback.price.model = model;
  if (charge->has_default && !parse_price (owner, &price, model, &charge->fallback.price, error))
    return FALSE;
  return parse_filters (owner, &filters, model, charge, error);
}

static gboolean
parse_alerts (struct owner *owner, const struct json_node *list, struct plan_limit *limit, GError **error)
{
  limit->alert_count = json_node_length (list);
  int *alerts = new_block (owner, limit->alert_count, sizeof *alerts);
  limit->alerts = alerts;
  for (gsize i = 0; i < limit->alert_count; i++) {
    struct json_node node = json_node_element (list, i);
    gint64 percent = 0;
    if (!json_node_int64 (&node, &percent, error))
      return FALSE;
    alerts[i] = (int) percent;
  }
  return TRUE;
}

static gboolean
parse_limit (struct owner *owner, const struct json_node *node, void *item, GError **error)
{
  struct plan_limit *limit = item;
  struct json_node alerts = json_node_member (node, "alerts");
  const char *value = NULL;
  int kind = 0, reset = 0;
  if (!get_text (node, "metric", &limit->metric, error) || !get_text (node, "value", &value, error)
      || !get_word (node, "kind", plan_limit_kind_names, &kind, error)
      || !get_word (node, "reset", plan_limit_reset_names, &reset, error) || !parse_alerts (owner, &alerts, limit, error))
    return FALSE;
  limit->kind = (enum limit_kind) kind;
  limit->reset = (enum limit_reset) reset;
  limit->unlimited = strcmp (value, "unlimited") == 0;
  return limit->unlimited || get_decimal (node, "value", &limit->value, error);
}

static gboolean
parse_features (struct owner *owner, const struct json_node *root, GError **error)
{
  struct json_node node = json_node_member (root, "features");
  if (node.value == NULL)
    return TRUE;
  if (!json_node_expect (&node, json_type_object, error))
    return FALSE;
  struct plan_feature *features = new_block (owner, (gsize) json_object_object_length (node.value), sizeof *features);
  owner->plan.features = features;
  json_object_object_foreach (node.value, name, value) {
    features[owner->plan.feature_count++] = (struct plan_feature){ name, json_object_get_string (value) };
  }
  return TRUE;
}

typedef gboolean (*parse_item) (struct owner *owner, const struct json_node *node, void *item, GError **error);

/* A list of objects of one kind as an array of structs of `size` bytes; NULL on failure. */
static const void *
parse_list (struct owner *owner, const struct json_node *list, parse_item parse, gsize size, gsize *ret_count, GError **error)
{
  gsize count = json_node_length (list);
  char *items = new_block (owner, count, size);
  for (gsize i = 0; i < count; i++) {
    struct json_node node = json_node_element (list, i);
    if (!json_node_expect (&node, json_type_object, error) || !parse (owner, &node, items + i * size, error))
      return NULL;
  }
  *ret_count = count;
  return items;
}

static gboolean
parse_header (struct owner *owner, const struct json_node *root, GError **error)
{
  struct plan *plan = &owner->plan;
  struct json_node currency_node = json_node_member (root, "currency"), custom = json_node_member (root, "custom");
  const char *currency = NULL;
  int type = 0, billing = 0, alignment = 0;
  if (!get_word (root, "type", plan_type_names, &type, error) || !get_word (root, "billing", plan_billing_names, &billing, error)
      || !get_word (root, "alignment", plan_alignment_names, &alignment, error)
      || !get_interval (root, "usage_interval", &plan->usage_interval, error)
      || !get_int (root, "trial_days", &plan->trial_days, error) || !get_int (root, "grace_days", &plan->grace_days, error)
      || !get_int (root, "retries", &plan->retries, error) || !json_node_string (&currency_node, &currency, error)
      || (custom.value != NULL && !json_node_boolean (&custom, &plan->custom, error))
      || !get_optional_decimal (root, "credits", &plan->included_credits, error))
    return FALSE;
  plan->type = (enum plan_type) type;
  plan->billing = (enum plan_billing) billing;
  plan->alignment = (enum alignment) alignment;
  plan->currency = currency_find (currency);
  return plan->currency != NULL ? TRUE : fail (&currency_node, "a currency", error);
}

/* What is left out while it has its default. */
static gboolean
parse_settings (struct owner *owner, const struct json_node *root, GError **error)
{
  struct plan *plan = &owner->plan;
  struct json_node customer = json_node_member (root, "customer");
  int proration = BASIS_DAY, payment = TRIAL_PAYMENT_OPTIONAL;
  if (!get_optional_word (root, "proration", plan_proration_names, &proration, error)
      || !get_optional_word (root, "trial_payment_method", plan_trial_payment_names, &payment, error)
      || !get_optional_decimal (root, "minimum_spend", &plan->spending.minimum, error)
      || !get_optional_decimal (root, "maximum_spend", &plan->spending.maximum, error)
      || !get_percent (root, "discount_percent", &plan->discount, error) || !get_category (root, NULL, &plan->category, error)
      || (customer.value != NULL && !json_node_string (&customer, &plan->customer, error)))
    return FALSE;
  plan->proration = (enum proration_basis) proration;
  plan->trial_payment = (enum plan_trial_payment) payment;
  return TRUE;
}

static gboolean
parse_root (struct owner *owner, const struct json_node *root, GError **error)
{
  struct plan *plan = &owner->plan;
  struct json_node prices = json_node_member (root, "prices"), quantities = json_node_member (root, "quantities");
  struct json_node charges = json_node_member (root, "charges"), limits = json_node_member (root, "limits");
  struct json_node addons = json_node_member (root, "addons");
  if (!json_node_expect (root, json_type_object, error) || !parse_header (owner, root, error)
      || !parse_settings (owner, root, error) || !parse_fees (owner, &prices, &plan->fee_count, &plan->fees, error) || !parse_features (owner, root, error))
    return FALSE;
  plan->quantities = parse_list (owner, &quantities, parse_quantity, sizeof *plan->quantities, &plan->quantity_count, error);
  if (plan->quantities == NULL)
    return FALSE;
  plan->charges = parse_list (owner, &charges, parse_charge, sizeof *plan->charges, &plan->charge_count, error);
  if (plan->charges == NULL)
    return FALSE;
  plan->limits = parse_list (owner, &limits, parse_limit, sizeof *plan->limits, &plan->limit_count, error);
  if (plan->limits == NULL)
    return FALSE;
  plan->addons = parse_list (owner, &addons, parse_addon, sizeof *plan->addons, &plan->addon_count, error);
  return plan->addons != NULL;
}

gboolean
plan_parse (const char *definition, const char *code, const char *name, struct plan **ret, GError **error)
{
  struct owner *owner = g_new0 (struct owner, 1);
  g_autoptr (plan_t) plan = &owner->plan;
  g_autoptr (GError) local = NULL;
  owner->blocks = g_ptr_array_new_with_free_func (g_free);
  plan->variant = "";
  plan->code = keep_text (owner, g_strdup (code));
  plan->name = keep_text (owner, g_strdup (name));
  plan->definition = keep_text (owner, g_strdup (definition));
  gboolean done = json_parse_text (definition, strlen (definition), "definition", JSON_PLAIN, &owner->root, &local);
  if (done) {
    struct json_node root = { .value = owner->root };
    done = parse_root (owner, &root, &local);
  }
  if (!done)
    return error_set (error, ERROR_LEDGER, "the definition of plan '%s' is damaged: %s", code, local->message);
  *ret = g_steal_pointer (&plan);
  return TRUE;
}

void
plan_free (struct plan *plan)
{
  if (plan == NULL)
    return;
  struct owner *owner = (struct owner *) plan;
  json_object_put (owner->root);
  g_ptr_array_unref (owner->blocks);
  g_free (owner);
}

const struct plan_fee *
plan_find_fee (const struct plan *plan, struct interval interval)
{
  for (gsize i = 0; i < plan->fee_count; i++)
    if (interval_equal (plan->fees[i].interval, interval))
      return &plan->fees[i];
  return NULL;
}

const struct plan_quantity *
plan_find_quantity (const struct plan *plan, const char *code)
{
  for (gsize i = 0; i < plan->quantity_count; i++)
    if (strcmp (plan->quantities[i].code, code) == 0)
      return &plan->quantities[i];
  return NULL;
}

const struct plan_addon *
plan_find_addon (const struct plan *plan, const char *code)
{
  for (gsize i = 0; i < plan->addon_count; i++)
    if (strcmp (plan->addons[i].code, code) == 0)
      return &plan->addons[i];
  return NULL;
}

gboolean
plan_charge_equal (const struct plan_charge *a, const struct plan_charge *b)
{
  return strcmp (a->definition, b->definition) == 0;
}

const struct plan_charge *
plan_find_charge (const struct plan *plan, const char *metric)
{
  const struct plan_charge *rest = NULL;
  for (gsize i = 0; i < plan->charge_count; i++) {
    if (strcmp (plan->charges[i].metric, metric) == 0)
      return &plan->charges[i];
    if (strcmp (plan->charges[i].metric, "*") == 0)
      rest = &plan->charges[i];
  }
  return rest;
}

struct plan_cache {
  struct ledger *ledger;
  GHashTable *plans; /* gint64 version id -> struct plan */
};

struct plan_cache *
plan_cache_new (struct ledger *ledger)
{
  struct plan_cache *cache = g_new (struct plan_cache, 1);
  cache->ledger = ledger;
  cache->plans = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) plan_free);
  return cache;
}

void
plan_cache_free (struct plan_cache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref (cache->plans);
  g_free (cache);
}

gboolean
plan_from_version (const struct plan_version *version, struct plan **ret, GError **error)
{
  if (!plan_parse (version->definition, version->plan_code, version->plan_name, ret, error))
    return FALSE;
  (*ret)->version_id = version->id;
  (*ret)->version = version->version;
  (*ret)->variant = keep_text ((struct owner *) *ret, g_strdup (version->variant));
  return TRUE;
}

gboolean
plan_load (struct ledger *ledger, const char *code, gint64 version, struct plan **ret, GError **error)
{
  g_autoptr (plan_version_t) row = NULL;
  return plan_version_find (ledger, code, version, &row, error) && plan_from_version (row, ret, error);
}

gboolean
plan_load_currency (struct ledger *ledger, const char *code, gint64 version, const char *currency, struct plan **ret, GError **error)
{
  g_autoptr (plan_version_t) row = NULL, variant = NULL;
  g_autoptr (plan_t) plan = NULL;
  *ret = NULL;
  if (!plan_version_find (ledger, code, version, &row, error) || !plan_from_version (row, &plan, error))
    return FALSE;
  if (strcmp (plan->currency->code, currency) == 0) {
    *ret = g_steal_pointer (&plan);
    return TRUE;
  }
  return plan_version_look_up (ledger, row->plan_id, row->version, currency, &variant, error)
         && (variant == NULL || plan_from_version (variant, ret, error));
}

gboolean
plan_cache_get (struct plan_cache *cache, gint64 version_id, const struct plan **ret, GError **error)
{
  struct plan *plan = g_hash_table_lookup (cache->plans, &version_id);
  if (plan == NULL) {
    g_autoptr (plan_version_t) version = NULL;
    if (!plan_version_get (cache->ledger, version_id, &version, error) || !plan_from_version (version, &plan, error))
      return FALSE;
    g_hash_table_insert (cache->plans, &plan->version_id, plan); /* the key lives in the value */
  }
  *ret = plan;
  return TRUE;
}
