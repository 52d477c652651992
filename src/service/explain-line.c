/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of invoices as nodes. */
#include "service/explain-private.h"

#include "base/text.h"
#include "core/money.h"
#include "service/counted-lines.h"
#include "service/plan-words.h"
#include "store/subscription.h"

#include <json-c/json.h>
#include <string.h>

/* The customer's days; of what it pays for others, theirs. */
static gboolean
zone_of (struct explainer *explainer, const struct invoice_line *line, const struct timezone **ret, GError **error)
{
  const struct timezone *zone = g_hash_table_lookup (explainer->places, &line->subscription_id);
  g_autoptr (subscription_row_t) row = NULL;
  *ret = explainer->zone;
  if (line->subscription_code == NULL)
    return TRUE;
  if (zone == NULL) {
    if (!subscription_look_up (explainer->ledger, line->subscription_code, &row, error))
      return FALSE;
    zone = explainer->zone;
    if (row != NULL && row->subscription.customer_id != explainer->invoice->customer_id
        && !timezone_cache_get (explainer->zones, row->timezone, &zone, error))
      return FALSE;
    g_hash_table_insert (explainer->places, g_memdup2 (&line->subscription_id, sizeof line->subscription_id), (gpointer) zone);
  }
  *ret = zone;
  return TRUE;
}

static const char *
kind_words (const struct invoice_line *line)
{
  static const struct {
    const char *kind;
    const char *words;
  } kinds[] = {
    { "base", "base fee" },           { "quantity", "licences" },
    { "addon", "add-on" },            { "usage", "usage" },
    { "spending", "bound of the usage of a period" }, { "one_off", "charged once" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, line->kind) == 0)
      return kinds[i].words;
  return line->kind;
}

/* "usage, of subscription acme-1, by plan professional version 2". */
static gboolean
say_terms (struct explainer *explainer, const struct invoice_line *line, struct explain_node *node, const struct plan **ret_plan, GError **error)
{
  static const char *const roles[] = { "", "unused part, given back: ", "remaining part, after a change: ", "late, for a period that was billed before: " };
  g_autoptr (GString) text = g_string_new (roles[line->role]);
  const struct plan *plan = NULL;
  if (line->plan_version_id != 0 && !plan_cache_get (explainer->plans, line->plan_version_id, &plan, error))
    return FALSE;
  g_string_append (text, kind_words (line));
  if (line->subscription_code != NULL)
    g_string_append_printf (text, " of subscription %s", line->subscription_code);
  if (plan != NULL) {
    g_string_append_printf (text, ", by plan %s version %" G_GINT64_FORMAT, plan->code, plan->version);
    if (plan->variant != NULL && *plan->variant != '\0')
      g_string_append_printf (text, " (%s)", g_str_has_prefix (plan->variant, "custom:") ? "terms of its own" : plan->variant);
    explain_fact (node, "plan", plan->code);
    explain_fact_integer (node, "plan_version", plan->version);
  }
  explain_node_say (node, "%s", text->str);
  *ret_plan = plan;
  return TRUE;
}

static gboolean
is_whole_day (const struct timezone *zone, gint64 instant_us)
{
  return timezone_day_start_us (zone, timezone_date (zone, instant_us)) == instant_us;
}

/* Days are counted in the zone, whatever their length; a part of a day says its instants. */
static void
say_period (const struct invoice_line *line, const struct timezone *zone, struct explain_node *node)
{
  const struct date from = timezone_date (zone, line->period_start_us), until = timezone_date (zone, line->period_end_us);
  char first[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];
  explain_fact_date (node, "period_from", from);
  explain_fact_instant (node, "period_start", line->period_start_us);
  explain_fact_instant (node, "period_end", line->period_end_us);
  explain_fact (node, "timezone", timezone_name (zone));
  if (line->period_start_us == line->period_end_us) {
    date_format (from, first);
    explain_node_say (node, "on %s", first);
    return;
  }
  explain_fact_date (node, "period_until", until);
  if (!is_whole_day (zone, line->period_start_us) || !is_whole_day (zone, line->period_end_us)) {
    instant_format (line->period_start_us, first);
    instant_format (line->period_end_us, last);
    explain_node_say (node, "from %s to before %s", first, last);
    return;
  }
  g_autofree char *days = text_counted (until.day - from.day, "day");
  date_format (from, first);
  date_format ((struct date){ until.day - 1 }, last);
  if (until.day - from.day == 1)
    explain_node_say (node, "the day %s", first);
  else
    explain_node_say (node, "from %s to %s: %s", first, last, days);
  explain_fact_integer (node, "days", until.day - from.day);
}

static const char *
basis_words (const struct plan *plan)
{
  if (plan == NULL || plan->proration == BASIS_DAY)
    return " days";
  return plan->proration == BASIS_SECOND ? " seconds" : " days of a year that has 360";
}

/* The one rounding of a line, where its price is unrounded. */
static void
say_rounding (struct explainer *explainer, const struct invoice_line *line, const struct plan *plan, struct explain_node *price)
{
  struct exact exact;
  struct ratio ratio;
  g_autofree char *amount = amount_words (line->amount_minor, explainer->currency);
  if (!exact_parse (line->exact_amount, strlen (line->exact_amount), &exact) || !explain_parse_ratio (line->ratio, &ratio))
    return;
  g_autofree char *unrounded = explain_unrounded_words (&exact, ratio);
  explain_fact (price, "ratio", line->ratio);
  explain_fact (price, "unrounded", unrounded);
  explain_fact (price, "rounding", "half away from zero");
  if (line->ratio != NULL) {
    g_autofree char *part = explain_ratio_words (line->ratio);
    explain_node_say (price, "for a part of the period, %s%s: %s x %s = %s", part, basis_words (plan), line->exact_amount, line->ratio,
                      unrounded == NULL ? "(too long to be shown)" : unrounded);
  }
  explain_node_say (price, "rounded once, half away from zero: %s", amount);
}

static gboolean
add_derivation (struct explainer *explainer, const struct invoice_line *line, const struct plan *plan, struct explain_node *node)
{
  json_object *derivation = json_tokener_parse (line->derivation);
  const char *rule = derivation_text (derivation, "rule");
  guint known = node->children->len;
  const struct explain_figure figure = {
    .explainer = explainer,
    .line = line,
    .derivation = derivation,
    .exact_amount = line->exact_amount,
    .amount_minor = line->amount_minor,
    .negative = line->role == LINE_UNUSED,
  };
  gboolean ok = explain_rule (node, &figure);
  if (!ok) {
    g_ptr_array_set_size (node->children, (gint) known);
    explain_unknown (node, derivation);
  }
  explain_fact (node, "rule", rule);
  if (derivation_text (derivation, "cycle") != NULL)
    explain_node_say (node, "in a cycle of its own, whatever the interval of the plan is");
  for (guint i = known; i < node->children->len; i++) {
    struct explain_node *child = g_ptr_array_index (node->children, i);
    if (child->kind == EXPLAIN_PRICE)
      say_rounding (explainer, line, plan, child);
  }
  json_object_put (derivation);
  return ok;
}

gboolean
explain_line (struct explainer *explainer, const struct invoice_line *line, struct explain_node **ret, GError **error)
{
  const struct timezone *zone = NULL;
  const struct plan *plan = NULL;
  struct explain_node *node = explain_node_new (EXPLAIN_LINE, g_strdup_printf ("line %" G_GINT64_FORMAT ": %s", line->position, line->description));
  node->position = line->position;
  node->adds = TRUE;
  explain_node_set_amount (node, line->amount_minor);
  explain_fact (node, "kind", line->kind);
  explain_fact (node, "role", line_role_name (line->role));
  explain_fact (node, "code", line->code);
  explain_fact (node, "subscription", line->subscription_code);
  explain_fact (node, "quantity", line->quantity);
  explain_fact (node, "unit_price", line->unit_price);
  explain_fact (node, "exact_amount", line->exact_amount);
  explain_fact (node, "category", line->category);
  *ret = node;
  if (!zone_of (explainer, line, &zone, error) || !say_terms (explainer, line, node, &plan, error))
    return FALSE;
  say_period (line, zone, node);
  add_derivation (explainer, line, plan, node);
  return explain_deductions (explainer, line, node, error);
}
