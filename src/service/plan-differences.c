/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed between two versions of a plan, in words.
 *
 * Each plan becomes a list of facts (subject, field, value); the lists are compared fact by fact. */
#include "service/plan-words.h"

#include <string.h>

static void
fact_free (gpointer data)
{
  struct plan_fact *fact = data;
  g_free (fact->subject);
  g_free (fact->field);
  g_free (fact->value);
  g_free (fact);
}

/* Takes subject, field and value. */
static void
take_fact (GPtrArray *facts, char *subject, char *field, char *value, const char *unit)
{
  struct plan_fact *fact = g_new (struct plan_fact, 1);
  *fact = (struct plan_fact){ subject, field, value, unit };
  g_ptr_array_add (facts, fact);
}

static void
add_text (GPtrArray *facts, const char *subject, const char *field, const char *value)
{
  take_fact (facts, g_strdup (subject), g_strdup (field), g_strdup (value), "");
}

static void
add_decimal (GPtrArray *facts, const char *subject, const char *field, struct decimal value)
{
  take_fact (facts, g_strdup (subject), g_strdup (field), decimal_words (value), "");
}

static void
add_count (GPtrArray *facts, const char *field, int value)
{
  take_fact (facts, g_strdup (""), g_strdup (field), g_strdup_printf ("%d", value), "");
}

static void
add_bound (GPtrArray *facts, const struct plan *plan, const char *subject, const char *field, struct decimal bound)
{
  if (decimal_sign (bound) != 0)
    take_fact (facts, g_strdup (subject), g_strdup (field), unit_price_words (bound, plan->currency), plan->currency->code);
}

static void
add_discount (GPtrArray *facts, const char *subject, struct decimal discount)
{
  g_autofree char *percent = percent_words (discount);
  take_fact (facts, g_strdup (subject), g_strdup ("discount"), g_strconcat (percent, " %", NULL), "");
}

/* Of a part, where it is not that of the plan. */
static void
add_category (GPtrArray *facts, const char *subject, const char *category, const char *inherited)
{
  if (category != NULL && g_strcmp0 (category, inherited) != 0)
    add_text (facts, subject, "category", category);
}

/* Settings that most plans leave alone. */
static void
add_settings (GPtrArray *facts, const struct plan *plan)
{
  add_category (facts, "", plan->category, NULL);
  if (plan->customer != NULL)
    add_text (facts, "", "customer", plan->customer);
  add_text (facts, "", "proration", plan_proration_names[plan->proration]);
  add_text (facts, "", "payment method for a trial", plan_trial_payment_names[plan->trial_payment]);
  if (decimal_sign (plan->discount) != 0)
    add_discount (facts, "", plan->discount);
  add_bound (facts, plan, "", "minimum spend", plan->spending.minimum);
  add_bound (facts, plan, "", "maximum spend", plan->spending.maximum);
}

static void
add_header (GPtrArray *facts, const struct plan *plan)
{
  g_autofree char *usage_interval = interval_words (plan->usage_interval);
  add_text (facts, "", "type", plan_type_names[plan->type]);
  add_text (facts, "", "currency", plan->currency->code);
  add_text (facts, "", "billing", plan_billing_names[plan->billing]);
  add_text (facts, "", "alignment", plan_alignment_names[plan->alignment]);
  add_text (facts, "", "usage interval", usage_interval);
  add_count (facts, "trial days", plan->trial_days);
  add_count (facts, "grace days", plan->grace_days);
  add_count (facts, "retries", plan->retries);
  add_text (facts, "", "custom", plan->custom ? "yes" : "no");
  add_settings (facts, plan);
  add_decimal (facts, "", "included credits", plan->included_credits);
}

static void
add_fees (GPtrArray *facts, const struct plan *plan)
{
  for (gsize i = 0; i < plan->fee_count; i++) {
    g_autofree char *interval = interval_words (plan->fees[i].interval);
    take_fact (facts, g_strdup_printf ("base %s", interval), g_strdup (""), amount_words (plan->fees[i].amount_minor, plan->currency),
               plan->currency->code);
  }
}

static void
add_quantities (GPtrArray *facts, const struct plan *plan)
{
  for (gsize i = 0; i < plan->quantity_count; i++) {
    const struct plan_quantity *quantity = &plan->quantities[i];
    g_autofree char *subject = g_strdup_printf ("quantity %s", quantity->code);
    add_text (facts, subject, "name", quantity->name);
    add_category (facts, subject, quantity->category, plan->category);
    add_decimal (facts, subject, "included", quantity->included);
    add_decimal (facts, subject, "default", quantity->initial);
    add_decimal (facts, subject, "min", quantity->least);
    if (quantity->has_most)
      add_decimal (facts, subject, "max", quantity->most);
    for (gsize k = 0; k < quantity->price_count; k++) {
      g_autofree char *interval = interval_words (quantity->prices[k].interval);
      take_fact (facts, g_strdup (subject), g_strdup_printf ("price %s", interval),
                 unit_price_words (quantity->prices[k].unit_price, plan->currency), plan->currency->code);
    }
  }
}

static void
add_rate (GPtrArray *facts, const struct plan *plan, const struct plan_charge *charge, const struct plan_rate *rate)
{
  gboolean is_filter = rate->match_count > 0;
  char *subject = g_strdup_printf ("charge %s", charge->code);
  char *field = is_filter ? g_strdup_printf ("price for %s", rate->code) : g_strdup ("price");
  take_fact (facts, subject, field, price_words (charge, &rate->price, plan->currency), "");
  if (decimal_sign (rate->price.included) != 0)
    take_fact (facts, g_strdup (subject), is_filter ? g_strdup_printf ("included for %s", rate->code) : g_strdup ("included"),
               decimal_words (rate->price.included), "");
}

static void
add_conversion (GPtrArray *facts, const char *subject, const struct conversion *conversion)
{
  if (decimal_sign (conversion->unit_size) != 0)
    add_decimal (facts, subject, "unit size", conversion->unit_size);
  if (conversion->rounding == CONVERSION_EXACT)
    return;
  g_autofree char *block = decimal_words (conversion->block);
  take_fact (facts, g_strdup (subject), g_strdup ("rounded"), g_strdup_printf ("%s to %s", plan_rounding_names[conversion->rounding], block),
             "");
}

static void
add_charges (GPtrArray *facts, const struct plan *plan)
{
  for (gsize i = 0; i < plan->charge_count; i++) {
    const struct plan_charge *charge = &plan->charges[i];
    g_autofree char *subject = g_strdup_printf ("charge %s", charge->code);
    add_text (facts, subject, "name", charge->name);
    add_category (facts, subject, charge->category, plan->category);
    if (strcmp (charge->code, charge->metric) != 0)
      add_text (facts, subject, "metric", charge->metric);
    if (charge->has_default)
      add_rate (facts, plan, charge, &charge->fallback);
    for (gsize k = 0; k < charge->filter_count; k++)
      add_rate (facts, plan, charge, &charge->filters[k]);
    add_conversion (facts, subject, &charge->conversion);
    if (charge->group_by != NULL)
      add_text (facts, subject, "split by", charge->group_by);
    if (charge->billing == PLAN_IN_ADVANCE)
      add_text (facts, subject, "billed", "in advance");
    if (decimal_compare (charge->discount, plan->discount) != 0)
      add_discount (facts, subject, charge->discount);
    add_bound (facts, plan, subject, "at least", charge->bounds.minimum);
    add_bound (facts, plan, subject, "at most", charge->bounds.maximum);
  }
}

static void
add_limits (GPtrArray *facts, const struct plan *plan)
{
  for (gsize i = 0; i < plan->limit_count; i++) {
    const struct plan_limit *limit = &plan->limits[i];
    g_autofree char *subject = g_strdup_printf ("limit %s", limit->metric);
    g_autoptr (GString) alerts = g_string_new (NULL);
    for (gsize k = 0; k < limit->alert_count; k++)
      g_string_append_printf (alerts, "%s%d", k == 0 ? "" : ",", limit->alerts[k]);
    take_fact (facts, g_strdup (subject), g_strdup (""), limit->unlimited ? g_strdup ("unlimited") : decimal_words (limit->value), "");
    add_text (facts, subject, "kind", plan_limit_kind_names[limit->kind]);
    add_text (facts, subject, "reset", plan_limit_reset_names[limit->reset]);
    if (limit->alert_count > 0)
      add_text (facts, subject, "alerts", alerts->str);
  }
}

static void
add_addons (GPtrArray *facts, const struct plan *plan)
{
  for (gsize i = 0; i < plan->addon_count; i++) {
    const struct plan_addon *addon = &plan->addons[i];
    g_autofree char *subject = g_strdup_printf ("add-on %s", addon->code);
    add_text (facts, subject, "name", addon->name);
    add_category (facts, subject, addon->category, plan->category);
    if (addon->own_interval)
      add_text (facts, subject, "cycle", plan_addon_cycle_names[ADDON_CYCLE_OWN]);
    for (gsize k = 0; k < addon->fee_count; k++) {
      g_autofree char *interval = interval_words (addon->fees[k].interval);
      take_fact (facts, g_strdup (subject),
                 addon->kind == ADDON_ONE_OFF ? g_strdup ("once") : g_strdup_printf ("price %s", interval),
                 amount_words (addon->fees[k].amount_minor, plan->currency), plan->currency->code);
    }
  }
}

GPtrArray *
plan_facts (const struct plan *plan)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func (fact_free);
  add_header (facts, plan);
  add_fees (facts, plan);
  add_quantities (facts, plan);
  add_charges (facts, plan);
  add_limits (facts, plan);
  for (gsize i = 0; i < plan->feature_count; i++)
    take_fact (facts, g_strdup_printf ("feature %s", plan->features[i].name), g_strdup (""), g_strdup (plan->features[i].value), "");
  add_addons (facts, plan);
  return facts;
}

static gboolean
has_subject (const GPtrArray *facts, const char *subject)
{
  for (guint i = 0; i < facts->len; i++)
    if (strcmp (((const struct plan_fact *) g_ptr_array_index (facts, i))->subject, subject) == 0)
      return TRUE;
  return FALSE;
}

static const struct plan_fact *
find_fact (const GPtrArray *facts, const struct plan_fact *wanted)
{
  for (guint i = 0; i < facts->len; i++) {
    const struct plan_fact *fact = g_ptr_array_index (facts, i);
    if (strcmp (fact->subject, wanted->subject) == 0 && strcmp (fact->field, wanted->field) == 0)
      return fact;
  }
  return NULL;
}

char *
plan_fact_label (const struct plan_fact *fact)
{
  gboolean both = fact->subject[0] != '\0' && fact->field[0] != '\0';
  return g_strconcat (fact->subject, both ? " " : "", fact->field, NULL);
}

static const char *
gap_before (const char *unit)
{
  return *unit == '\0' ? "" : " ";
}

/* Words that "added" leaves out, since nobody has to be told them. */
static gboolean
goes_without_saying (const struct plan_fact *fact)
{
  static const char *const quiet[][2] = { { "included", "0" }, { "default", "0" }, { "min", "0" }, { "reset", "cycle" } };
  for (gsize i = 0; i < G_N_ELEMENTS (quiet); i++)
    if (strcmp (fact->field, quiet[i][0]) == 0 && strcmp (fact->value, quiet[i][1]) == 0)
      return TRUE;
  return FALSE;
}

/* "add-on extra_agent added: name Extra agent, price month 10.00 USD" */
static char *
describe_added (const GPtrArray *facts, const char *subject)
{
  GString *out = g_string_new (subject);
  const char *separator = " added: ";
  for (guint i = 0; i < facts->len; i++) {
    const struct plan_fact *fact = g_ptr_array_index (facts, i);
    if (strcmp (fact->subject, subject) != 0 || goes_without_saying (fact))
      continue;
    g_string_append_printf (out, "%s%s%s%s%s%s", separator, fact->field, gap_before (fact->field), fact->value, gap_before (fact->unit),
                            fact->unit);
    separator = ", ";
  }
  return g_string_free (out, FALSE);
}

static char *
describe_change (const struct plan_fact *before, const struct plan_fact *next)
{
  g_autofree char *label = plan_fact_label (next == NULL ? before : next);
  if (before == NULL)
    return g_strdup_printf ("%s none -> %s%s%s", label, next->value, gap_before (next->unit), next->unit);
  if (next == NULL)
    return g_strdup_printf ("%s %s%s%s -> none", label, before->value, gap_before (before->unit), before->unit);
  gboolean same_unit = strcmp (before->unit, next->unit) == 0;
  return g_strdup_printf ("%s %s%s%s -> %s%s%s", label, before->value, same_unit ? "" : gap_before (before->unit),
                          same_unit ? "" : before->unit, next->value, gap_before (next->unit), next->unit);
}

/* The first fact of a subject speaks for all of it when the subject is new or gone. */
static gboolean
is_first_of_subject (const GPtrArray *facts, guint index)
{
  const struct plan_fact *fact = g_ptr_array_index (facts, index);
  return index == 0 || strcmp (((const struct plan_fact *) g_ptr_array_index (facts, index - 1))->subject, fact->subject) != 0;
}

void
plan_differences (const struct plan *before, const struct plan *next, GPtrArray *ret)
{
  if (strcmp (before->definition, next->definition) == 0)
    return;
  g_autoptr (GPtrArray) old_facts = plan_facts (before), new_facts = plan_facts (next);
  guint first = ret->len;
  for (guint i = 0; i < new_facts->len; i++) {
    const struct plan_fact *fact = g_ptr_array_index (new_facts, i), *old = find_fact (old_facts, fact);
    if (old == NULL && !has_subject (old_facts, fact->subject)) {
      if (is_first_of_subject (new_facts, i))
        g_ptr_array_add (ret, describe_added (new_facts, fact->subject));
    } else if (old == NULL || strcmp (old->value, fact->value) != 0 || strcmp (old->unit, fact->unit) != 0)
      g_ptr_array_add (ret, describe_change (old, fact));
  }
  for (guint i = 0; i < old_facts->len; i++) {
    const struct plan_fact *fact = g_ptr_array_index (old_facts, i);
    if (find_fact (new_facts, fact) != NULL)
      continue;
    if (has_subject (new_facts, fact->subject))
      g_ptr_array_add (ret, describe_change (fact, NULL));
    else if (is_first_of_subject (old_facts, i))
      g_ptr_array_add (ret, g_strconcat (fact->subject, " removed", NULL));
  }
  if (ret->len == first)
    g_ptr_array_add (ret, g_strdup ("the order of the parts"));
}
