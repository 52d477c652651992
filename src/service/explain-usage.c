/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivations of usage as nodes: the price with its steps, and the quantity with its events. */
#include "service/explain-private.h"

#include "base/text.h"
#include "service/aggregate.h"
#include "service/counted-lines.h"
#include "store/catalog.h"

#include <json-c/json.h>
#include <string.h>

static gint64
derivation_integer (json_object *derivation, const char *key)
{
  json_object *value = NULL;
  return json_object_object_get_ex (derivation, key, &value) ? json_object_get_int64 (value) : 0;
}

static gboolean
read_exact (json_object *object, const char *key, struct exact *ret)
{
  const char *text = derivation_text (object, key);
  return text != NULL && exact_parse (text, strlen (text), ret);
}

/* --- Steps --- */

static const char *const model_words[PRICE_MODEL_COUNT] = {
  [PRICE_FLAT] = "flat: one price for the period, whatever is used",
  [PRICE_PER_UNIT] = "per unit: each unit has the same price",
  [PRICE_PACKAGE] = "packages: each one that is begun has the same price",
  [PRICE_GRADUATED] = "graduated: each tier prices its own part of the quantity",
  [PRICE_VOLUME] = "volume: the tier that is reached prices the whole quantity",
  [PRICE_STAIRSTEP] = "stairstep: the tier that is reached is one flat price",
  [PRICE_PERCENTAGE] = "percentage: a share of the amounts, and what each event costs",
  [PRICE_GRADUATED_PERCENTAGE] = "graduated percentage: each tier takes its share of its own part of the amounts",
  [PRICE_DYNAMIC] = "dynamic: each event carries its own amount",
};

static char *
tier_name (json_object *step)
{
  const char *from = derivation_text (step, "from"), *to = derivation_text (step, "to");
  if (from == NULL)
    return g_strdup ("");
  return to == NULL ? g_strdup_printf ("tier above %s: ", from) : g_strdup_printf ("tier above %s up to %s: ", from, to);
}

/* "100 x 0.10", "100 x 0.10 + 5.00", "5.00". */
static char *
product_words (json_object *step, enum price_model model, const struct currency *currency)
{
  const char *quantity = derivation_text (step, "quantity"), *unit = derivation_text (step, "unit_price"), *flat = derivation_text (step, "flat_price");
  gboolean share = model == PRICE_PERCENTAGE || model == PRICE_GRADUATED_PERCENTAGE;
  g_autofree char *each = share ? explain_percent_words (unit) : explain_price_words (unit, currency);
  g_autofree char *flat_words = explain_price_words (flat, currency);
  if (flat != NULL && g_strcmp0 (unit, "0") == 0)
    return g_strdup_printf ("flat %s", flat_words);
  g_autofree char *product = share ? g_strdup_printf ("%s %% of %s", each, quantity)
                                   : g_strdup_printf ("%s%s x %s", quantity, model == PRICE_PACKAGE ? " packages" : "", each);
  return flat == NULL ? g_steal_pointer (&product) : g_strdup_printf ("%s, and flat %s", product, flat_words);
}

/* What is not the share of the amounts: fees, and what the bounds of each event change. */
static char *
event_words (json_object *step, const char *part, const struct currency *currency)
{
  const char *quantity = derivation_text (step, "quantity");
  g_autofree char *each = explain_price_words (derivation_text (step, "unit_price"), currency);
  if (strcmp (part, "event_fee") == 0)
    return g_strdup_printf ("fee of each event, %s: events %s", each, quantity);
  if (strcmp (part, "event_min") == 0)
    return g_strdup_printf ("raised to the least that an event costs, %s: events %s", each, quantity);
  if (strcmp (part, "event_max") == 0)
    return g_strdup_printf ("cut to the most that an event costs, %s: events %s", each, quantity);
  return g_strdup_printf ("%s: %s x %s", part, quantity, each);
}

static gboolean
add_step (struct explain_node *price, const struct explain_figure *figure, json_object *step, enum price_model model, struct exact *sum)
{
  const struct currency *currency = figure->explainer->currency;
  const char *part = derivation_text (step, "part");
  struct exact amount;
  if (!read_exact (step, "amount", &amount) || !exact_add (sum, &amount, sum))
    return FALSE;
  g_autofree char *tier = tier_name (step), *what = part == NULL ? product_words (step, model, currency) : event_words (step, part, currency);
  struct explain_node *node = explain_node_add (price, EXPLAIN_STEP, g_strconcat (tier, what, NULL));
  static const char *const keys[] = { "part", "quantity", "unit_price", "flat_price", "from", "to" };
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    explain_fact (node, keys[i], derivation_text (step, keys[i]));
  explain_node_set_exact (node, &amount);
  node->adds = TRUE;
  return TRUE;
}

static gboolean
add_steps (struct explain_node *price, const struct explain_figure *figure, enum price_model model, struct exact *sum)
{
  json_object *steps = NULL;
  if (!json_object_object_get_ex (figure->derivation, "steps", &steps) || !json_object_is_type (steps, json_type_array))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (steps); i++)
    if (!add_step (price, figure, json_object_array_get_idx (steps, i), model, sum))
      return FALSE;
  if (price->children->len == 0) {
    struct explain_node *nothing = explain_node_add (price, EXPLAIN_STEP, g_strdup ("nothing is left to be charged"));
    explain_node_set_exact (nothing, sum);
    nothing->adds = TRUE;
  }
  return TRUE;
}

static gboolean
add_dynamic (struct explain_node *price, const struct explain_figure *figure, struct exact *sum)
{
  const char *multiplier = derivation_text (figure->derivation, "multiplier"), *amounts = derivation_text (figure->derivation, "event_amounts");
  struct decimal factor;
  struct exact carried;
  if (multiplier == NULL || decimal_parse (multiplier, strlen (multiplier), &factor) != DECIMAL_OK
      || !read_exact (figure->derivation, "event_amounts", &carried) || !exact_multiply (&carried, factor, sum))
    return FALSE;
  struct explain_node *step = explain_node_add (price, EXPLAIN_STEP, g_strdup_printf ("amounts of the events, %s x %s", amounts, multiplier));
  explain_fact (step, "event_amounts", amounts);
  explain_fact (step, "multiplier", multiplier);
  explain_node_set_exact (step, sum);
  step->adds = TRUE;
  return TRUE;
}

static gboolean
add_price (struct explain_node *parent, const struct explain_figure *figure, enum price_model model)
{
  struct explain_node *price = explain_node_add (parent, EXPLAIN_PRICE, g_strdup ("price"));
  const char *filter = derivation_text (figure->derivation, "filter");
  struct exact sum = exact_zero (), exact;
  explain_node_say (price, "%s", model_words[model]);
  if (filter != NULL)
    explain_node_say (price, strcmp (filter, "no price") == 0 ? "for events that match no filter of the charge: they cost nothing"
                                                              : "for events with %s", filter);
  explain_fact (price, "model", price_model_name (model));
  explain_fact (price, "filter", filter);
  explain_fact (price, "package_size", derivation_text (figure->derivation, "package_size"));
  if (model == PRICE_PACKAGE)
    explain_node_say (price, "a package is %s units", derivation_text (figure->derivation, "package_size"));
  if (!(model == PRICE_DYNAMIC ? add_dynamic (price, figure, &sum) : add_steps (price, figure, model, &sum))
      || !explain_agreed_discount (price, figure, &sum, &exact))
    return FALSE;
  explain_node_set_exact (price, &exact);
  if (figure->exact_amount != NULL) {
    g_free (price->exact_amount);
    price->exact_amount = g_strdup (figure->exact_amount);
  }
  explain_node_sum_exact (price);
  return TRUE;
}

/* --- Quantity --- */

static void
say_aggregation (struct explain_node *node, const struct explain_figure *figure, const struct metric *metric)
{
  const char *name = derivation_text (figure->derivation, "aggregation"), *level = derivation_text (figure->derivation, "level_at_start");
  const char *stays = metric != NULL && metric->persistent ? ", with what stays from the periods before" : "";
  enum aggregation aggregation;
  if (name == NULL || !aggregation_parse (name, &aggregation)) {
    explain_node_say (node, "added up by the rule '%s'", name);
    return;
  }
  static const char *const words[] = {
    [AGGREGATE_COUNT] = "the number of events",
    [AGGREGATE_SUM] = "the sum of the quantities of the events",
    [AGGREGATE_MAX] = "the greatest of the readings",
    [AGGREGATE_LAST] = "the last of the readings",
    [AGGREGATE_UNIQUE] = "the number of different values",
    [AGGREGATE_WEIGHTED_SUM] = "a level, weighted by the time for which it held",
  };
  if (aggregation == AGGREGATE_UNIQUE && metric != NULL)
    explain_node_say (node, "the number of different values of '%s'%s", metric->property, stays);
  else
    explain_node_say (node, "%s%s", words[aggregation], stays);
  if (level != NULL)
    explain_node_say (node, "the level at the start of the period: %s", level);
  if (aggregation == AGGREGATE_WEIGHTED_SUM)
    explain_node_say (node, "each level times its microseconds: %s, divided by the %" G_GINT64_FORMAT " microseconds of the whole period",
                      derivation_text (figure->derivation, "level_microseconds"), derivation_integer (figure->derivation, "microseconds"));
}

static void
say_conversion (struct explain_node *node, json_object *derivation)
{
  const char *size = derivation_text (derivation, "unit_size"), *round = derivation_text (derivation, "round");
  const char *converted = derivation_text (derivation, "converted");
  if (converted == NULL)
    return;
  g_autofree char *by = size == NULL ? g_strdup ("") : g_strdup_printf ("%s measured units are one that is billed; ", size);
  if (round == NULL)
    explain_node_say (node, "%sin billed units: %s", by, converted);
  else
    explain_node_say (node, "%srounded %s%s to multiples of %s: %s", by, round, strcmp (round, "nearest") == 0 ? ", half away from zero," : "",
                      derivation_text (derivation, "to"), converted);
}

static void
say_free (struct explain_node *node, json_object *derivation)
{
  const char *included = derivation_text (derivation, "included"), *free_amount = derivation_text (derivation, "free_amount");
  const char *billable = derivation_text (derivation, "billable"), *quantity = derivation_text (derivation, "converted");
  gint64 free_events = derivation_integer (derivation, "free_events");
  if (quantity == NULL)
    quantity = derivation_text (derivation, "quantity");
  if (included != NULL)
    explain_node_say (node, "included, at no charge: %s", included);
  if (free_events > 0)
    explain_node_say (node, "first events that were free: %" G_GINT64_FORMAT, free_events);
  if (free_amount != NULL)
    explain_node_say (node, "of the amounts, free: %s", free_amount);
  if (billable != NULL && g_strcmp0 (billable, quantity) != 0)
    explain_node_say (node, "charged: %s", billable);
}

/* --- Events --- */

static char *
events_label (gint64 count, const char *first, const char *last)
{
  g_autofree char *counted = text_counted (count, "event");
  if (count == 0 || first == NULL)
    return g_strdup_printf ("%s in the period", counted);
  return count == 1 ? g_strdup_printf ("%s, at %s", counted, first) : g_strdup_printf ("%s, the first at %s, the last at %s", counted, first, last);
}

/* They are listed once for a line. */
static void
list_events (struct explain_node *events, struct explainer *explainer, const struct invoice_line *line, gboolean adds_up)
{
  struct explain_listed *listed = explainer->events == NULL ? NULL : g_hash_table_lookup (explainer->events, &line->position);
  char sum[DECIMAL_TEXT_SIZE];
  if (listed == NULL || listed->is_shown)
    return;
  listed->is_shown = TRUE;
  for (guint i = 0; i < listed->nodes->len; i++)
    g_ptr_array_add (events->children, g_steal_pointer (&listed->nodes->pdata[i]));
  g_ptr_array_set_size (listed->nodes, 0);
  if (!listed->fits)
    return;
  decimal_format (listed->sum, sum);
  explain_fact (events, "sum", sum);
  if (adds_up)
    explain_node_say (events, listed->before == 0 ? "their quantities add up to %s" : "the quantities of those in the period add up to %s", sum);
}

void
explain_events (struct explain_node *parent, const struct explain_figure *figure)
{
  json_object *derivation = figure->derivation;
  const char *at = derivation_text (derivation, "at");
  gint64 count = at == NULL ? derivation_integer (derivation, "events") : 1;
  const char *first = at == NULL ? derivation_text (derivation, "first") : at, *last = at == NULL ? derivation_text (derivation, "last") : at;
  struct explain_node *events = explain_node_add (parent, EXPLAIN_EVENTS, events_label (count, first, last));
  explain_fact_integer (events, "count", count);
  explain_fact (events, "first", first);
  explain_fact (events, "last", last);
  list_events (events, figure->explainer, figure->line, g_strcmp0 (derivation_text (derivation, "aggregation"), "sum") == 0);
}

static void
say_estimate (struct explain_node *node, json_object *derivation)
{
  json_object *from = NULL;
  if (json_object_object_get_ex (derivation, "estimated_from", &from))
    explain_node_say (node, "an estimate: nothing came for this period, and it is the quantity of the one from %s to %s",
                      derivation_text (from, "start"), derivation_text (from, "end"));
}

static gboolean
add_quantity (struct explain_node *parent, const struct explain_figure *figure)
{
  static const char *const keys[] = { "metric", "aggregation", "quantity", "level_at_start", "level_microseconds", "unit_size", "round", "to",
                                      "converted", "included", "free_amount", "billable" };
  json_object *derivation = figure->derivation;
  g_autoptr (metric_t) metric = NULL;
  const char *code = derivation_text (derivation, "metric"), *quantity = derivation_text (derivation, "quantity");
  g_autoptr (GError) failure = NULL;
  if (code == NULL || quantity == NULL || !metric_lookup (figure->explainer->ledger, code, &metric, &failure))
    return FALSE;
  struct explain_node *node = explain_node_add (
    parent, EXPLAIN_QUANTITY, metric == NULL || strcmp (metric->unit, "unit") == 0 ? g_strdup_printf ("quantity of %s: %s", code, quantity)
                                             : g_strdup_printf ("quantity of %s: %s (unit: %s)", code, quantity, metric->unit));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    explain_fact (node, keys[i], derivation_text (derivation, keys[i]));
  explain_fact (node, "unit", metric == NULL ? NULL : metric->unit);
  if (derivation_integer (derivation, "free_events") > 0)
    explain_fact_integer (node, "free_events", derivation_integer (derivation, "free_events"));
  if (derivation_integer (derivation, "microseconds") > 0)
    explain_fact_integer (node, "microseconds", derivation_integer (derivation, "microseconds"));
  say_aggregation (node, figure, metric);
  say_estimate (node, derivation);
  say_conversion (node, derivation);
  say_free (node, derivation);
  explain_events (node, figure);
  return TRUE;
}

gboolean
explain_usage (struct explain_node *node, const struct explain_figure *figure)
{
  enum price_model model;
  return price_model_parse (derivation_text (figure->derivation, "rule"), &model) && add_price (node, figure, model) && add_quantity (node, figure);
}
