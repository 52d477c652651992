/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivations as nodes: fees, charges by hand, bounds, differences, shares, and what nobody knows. */
#include "service/explain-private.h"

#include "core/money.h"
#include "service/counted-lines.h"
#include "service/plan-words.h"

#include <json-c/json.h>
#include <string.h>

static gboolean
read_decimal (json_object *object, const char *key, struct decimal *ret)
{
  const char *text = derivation_text (object, key);
  return text != NULL && decimal_parse (text, strlen (text), ret) == DECIMAL_OK;
}

static gboolean
read_money (const struct explain_figure *figure, json_object *object, const char *key, gint64 *ret_minor)
{
  const char *text = derivation_text (object, key);
  return text != NULL && money_parse (text, strlen (text), figure->explainer->currency, ret_minor) == MONEY_OK;
}

/* The value beside each other member, for a rule that came after this program. */
void
explain_unknown (struct explain_node *node, json_object *derivation)
{
  struct explain_node *other = explain_node_add (node, EXPLAIN_OTHER, g_strdup ("as the ledger has it"));
  explain_fact_json (other, "derivation", json_object_to_json_string_ext (derivation, JSON_C_TO_STRING_PLAIN));
  if (!json_object_is_type (derivation, json_type_object))
    return;
  json_object_object_foreach (derivation, key, value)
    explain_node_say (other, "%s: %s", key, json_object_get_string (value));
}

/* --- Prices of fees and charges by hand --- */

gboolean
explain_agreed_discount (struct explain_node *price, const struct explain_figure *figure, const struct exact *gross, struct exact *ret)
{
  const char *percent = derivation_text (figure->derivation, "discount_percent");
  struct decimal value, fraction, rest;
  struct exact off;
  if (percent == NULL) {
    *ret = *gross;
    return TRUE;
  }
  if (decimal_parse (percent, strlen (percent), &value) != DECIMAL_OK || decimal_from_percent (value, &fraction) != DECIMAL_OK
      || decimal_subtract (decimal_from_int64 (1), fraction, &rest) != DECIMAL_OK || !exact_multiply (gross, rest, ret)
      || !exact_subtract (ret, gross, &off))
    return FALSE;
  struct explain_node *step = explain_node_add (price, EXPLAIN_STEP, g_strdup_printf ("less %s %% as agreed", percent));
  explain_fact (step, "discount_percent", percent);
  explain_node_set_exact (step, &off);
  step->adds = TRUE;
  return TRUE;
}

static gboolean
multiply (const struct explain_figure *figure, struct decimal count, struct decimal unit_price, struct exact *ret)
{
  struct exact none = exact_zero ();
  return exact_product (count, unit_price, ret) && (!figure->negative || exact_subtract (&none, ret, ret));
}

static gboolean
explain_product (struct explain_node *node, const struct explain_figure *figure)
{
  json_object *derivation = figure->derivation;
  const char *quantity = derivation_text (derivation, "quantity"), *included = derivation_text (derivation, "included");
  const char *billable = derivation_text (derivation, "billable"), *unit_price = derivation_text (derivation, "unit_price");
  g_autofree char *price_words = explain_price_words (unit_price, figure->explainer->currency);
  struct explain_node *price = explain_node_add (node, EXPLAIN_PRICE, g_strdup ("price"));
  struct decimal count, each;
  struct exact gross, exact;
  if (!read_decimal (derivation, billable == NULL ? "quantity" : "billable", &count)
      || !read_decimal (derivation, "unit_price", &each))
    return FALSE;
  if (included != NULL)
    explain_node_say (price, "%s in all, of which %s cost nothing: %s charged", quantity, included, billable == NULL ? quantity : billable);
  struct explain_node *step = explain_node_add (
    price, EXPLAIN_STEP, g_strdup_printf ("%s%s x %s", figure->negative ? "given back: " : "", billable == NULL ? quantity : billable, price_words));
  explain_fact (step, "quantity", billable == NULL ? quantity : billable);
  explain_fact (step, "unit_price", unit_price);
  step->adds = TRUE;
  if (!multiply (figure, count, each, &gross) || !explain_agreed_discount (price, figure, &gross, &exact))
    return FALSE;
  explain_node_set_exact (step, &gross);
  explain_node_set_exact (price, &exact);
  if (figure->exact_amount != NULL) {
    g_free (price->exact_amount);
    price->exact_amount = g_strdup (figure->exact_amount);
  }
  explain_fact (price, "included", included);
  explain_node_sum_exact (price);
  return TRUE;
}

/* --- Bounds --- */

/* Does the line count for what is held within the bound of the line at hand? */
static gboolean
is_bounded (const struct invoice_line *bound, const struct invoice_line *line)
{
  gboolean of_charge = bound->metric_id == 0 || (line->metric_id == bound->metric_id && strcmp (line->code, bound->code) == 0);
  return line->subscription_id == bound->subscription_id && line->period_index == bound->period_index && line->role == bound->role
         && strcmp (line->kind, "usage") == 0 && of_charge;
}

/* The lines before it that come to what was charged. None when they do not, as where usage stands on another invoice. */
static void
name_charged (struct explain_node *charged, const struct explain_figure *figure, gint64 charged_minor)
{
  const struct explainer *explainer = figure->explainer;
  gint64 sum_minor = 0;
  guint first = (guint) figure->line->position - 1;
  if (figure->exact_amount == NULL)
    return;
  while (first > 0 && is_bounded (figure->line, &g_array_index (explainer->lines, struct invoice_line, first - 1))) {
    first--;
    if (!money_add (sum_minor, g_array_index (explainer->lines, struct invoice_line, first).amount_minor, &sum_minor))
      return;
  }
  if (sum_minor != charged_minor)
    return;
  for (guint i = first; i + 1 < (guint) figure->line->position; i++) {
    const struct invoice_line *line = &g_array_index (explainer->lines, struct invoice_line, i);
    struct explain_node *one = explain_node_add (charged, EXPLAIN_CHARGED,
                                                 g_strdup_printf ("line %" G_GINT64_FORMAT ", %s", line->position, line->description));
    one->position = line->position;
    one->adds = TRUE;
    explain_node_set_amount (one, -line->amount_minor);
  }
  if (charged->children->len > 0)
    explain_node_sum_amounts (charged);
}

static gboolean
explain_bound (struct explain_node *node, const struct explain_figure *figure, gboolean least)
{
  const struct currency *currency = figure->explainer->currency;
  const char *ratio_text = derivation_text (figure->derivation, "ratio"), *bound_text = derivation_text (figure->derivation, "bound");
  g_autofree char *bound_words = explain_price_words (bound_text, currency);
  gint64 charged_minor = 0, held_minor = 0;
  struct decimal bound;
  struct ratio ratio;
  if (!read_decimal (figure->derivation, "bound", &bound)
      || !read_money (figure, figure->derivation, "charged", &charged_minor))
    return FALSE;
  if (!explain_parse_ratio (ratio_text, &ratio) || !money_add (charged_minor, figure->amount_minor, &held_minor))
    return FALSE;
  const struct exact exact = exact_from_decimal (bound);
  g_autofree char *unrounded = explain_unrounded_words (&exact, ratio), *held = amount_words (held_minor, currency);
  struct explain_node *child = explain_node_add (node, EXPLAIN_BOUND, g_strdup_printf ("%s of %s", least ? "minimum" : "maximum", bound_words));
  child->adds = TRUE;
  explain_node_set_amount (child, held_minor);
  explain_fact (child, "bound", bound_text);
  explain_fact (child, "ratio", ratio_text);
  explain_fact (child, "unrounded", unrounded);
  if (ratio_text != NULL) {
    g_autofree char *part = explain_ratio_words (ratio_text);
    explain_node_say (child, "for a part of the period, %s: %s, rounded half away from zero: %s", part, unrounded == NULL ? ratio_text : unrounded,
                      held);
  }
  struct explain_node *charged = explain_node_add (node, EXPLAIN_CHARGED, g_strdup ("less what is charged for it without this line"));
  charged->adds = TRUE;
  explain_node_set_amount (charged, -charged_minor);
  name_charged (charged, figure, charged_minor);
  explain_node_sum_amounts (node);
  return TRUE;
}

/* --- Differences --- */

/* Below the node stands what its amount comes from, where the derivation says it. */
static gboolean
explain_side (struct explain_node *side, const struct explain_figure *figure)
{
  json_object *now = NULL;
  if (!json_object_object_get_ex (figure->derivation, "now", &now))
    return TRUE;
  const struct explain_figure nested = {
    .explainer = figure->explainer,
    .line = figure->line,
    .derivation = now,
    .amount_minor = side->amount_minor,
  };
  if (!explain_rule (side, &nested))
    return FALSE;
  for (guint i = 0; i < side->children->len; i++) {
    struct explain_node *child = g_ptr_array_index (side->children, i);
    g_autofree char *rounded = amount_words (side->amount_minor, figure->explainer->currency);
    if (child->kind == EXPLAIN_PRICE)
      explain_node_say (child, "rounded once, half away from zero: %s", rounded);
  }
  return TRUE;
}

static gboolean
read_side (const struct explain_figure *figure, const char *key, json_object **ret, gint64 *ret_minor)
{
  if (!json_object_object_get_ex (figure->derivation, key, ret) || !json_object_is_type (*ret, json_type_object))
    return FALSE;
  return read_money (figure, *ret, "amount", ret_minor);
}

/* A bound has no quantity. */
static char *
side_label (const char *what, json_object *side)
{
  return side == NULL ? g_strdup (what) : g_strdup_printf ("%s: %s", what, derivation_text (side, "quantity"));
}

static gboolean
explain_difference (struct explain_node *node, const struct explain_figure *figure, gboolean late)
{
  json_object *before = NULL, *after = NULL;
  gint64 before_minor = 0, after_minor = 0;
  if (!read_side (figure, "before", &before, &before_minor) || !read_side (figure, "after", &after, &after_minor))
    return FALSE;
  const char *bound = derivation_text (figure->derivation, "bound");
  struct explain_node *now = explain_node_add (
    node, EXPLAIN_NOW, side_label (late ? "what the period comes to with all events that count now" : "what the period comes to with this event",
                                   bound == NULL ? after : NULL));
  now->adds = TRUE;
  explain_node_set_amount (now, after_minor);
  explain_fact (now, "quantity", derivation_text (after, "quantity"));
  struct explain_node *billed = explain_node_add (
    node, EXPLAIN_BEFORE, side_label (late ? "less what was billed for it before" : "less what it came to before this event", bound == NULL ? before : NULL));
  billed->adds = TRUE;
  explain_node_set_amount (billed, -before_minor);
  explain_fact (billed, "quantity", derivation_text (before, "quantity"));
  explain_node_sum_amounts (node);
  if (!late) {
    explain_node_say (node, "charged at once, for event %s", derivation_text (figure->derivation, "event"));
    explain_fact (node, "event", derivation_text (figure->derivation, "event"));
    explain_fact (node, "source", derivation_text (figure->derivation, "source"));
    explain_events (node, figure);
  }
  return explain_side (now, figure);
}

/* --- Shares --- */

static gboolean
explain_share (struct explain_node *node, const struct explain_figure *figure)
{
  json_object *whole = NULL;
  gint64 whole_minor = 0;
  const char *property = derivation_text (figure->derivation, "property"), *group = derivation_text (figure->derivation, "group");
  const char *quantity = derivation_text (figure->derivation, "quantity");
  if (!read_side (figure, "whole", &whole, &whole_minor))
    return FALSE;
  g_autofree char *all = amount_words (whole_minor, figure->explainer->currency), *part = amount_words (figure->amount_minor, figure->explainer->currency);
  explain_node_say (node, "the charge is priced as a whole and split by '%s': of %s this line has %s, in proportion to its quantity %s", property,
                    all, part, quantity);
  explain_node_say (node, "the parts of all lines add up to the whole: what rounding leaves over goes to the largest remainders");
  explain_fact (node, "property", property);
  explain_fact (node, "group", group);
  struct explain_node *own = explain_node_add (node, EXPLAIN_QUANTITY, g_strdup_printf ("quantity of this line: %s", quantity));
  explain_fact (own, "quantity", quantity);
  explain_events (own, figure);
  struct explain_node *child = explain_node_add (
    node, EXPLAIN_WHOLE, g_strdup_printf ("the whole, for all values of '%s': %s", property, derivation_text (whole, "quantity")));
  explain_node_set_amount (child, whole_minor);
  explain_fact (child, "quantity", derivation_text (whole, "quantity"));
  return explain_side (child, figure);
}

gboolean
explain_rule (struct explain_node *node, const struct explain_figure *figure)
{
  const char *rule = derivation_text (figure->derivation, "rule");
  enum price_model model;
  if (rule == NULL) {
    explain_unknown (node, figure->derivation);
    return TRUE;
  }
  if (strcmp (rule, "fee") == 0 || strcmp (rule, "one_off") == 0)
    return explain_product (node, figure);
  if (g_str_has_prefix (rule, "minimum") || g_str_has_prefix (rule, "maximum"))
    return explain_bound (node, figure, g_str_has_prefix (rule, "minimum"));
  if (strcmp (rule, "late") == 0 || strcmp (rule, "in_advance") == 0)
    return explain_difference (node, figure, strcmp (rule, "late") == 0);
  if (strcmp (rule, "share") == 0)
    return explain_share (node, figure);
  if (price_model_parse (rule, &model))
    return explain_usage (node, figure);
  explain_unknown (node, figure->derivation);
  return TRUE;
}
