/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person would ask about a catalog file. */
#include "service/catalog-lint.h"

#include "core/money.h"
#include "service/plan-words.h"
#include "service/usage-periods.h"
#include "store/ledger.h"

#include <string.h>

void
lint_finding_free (struct lint_finding *finding)
{
  if (finding == NULL)
    return;
  g_free (finding->plan);
  g_free (finding->message);
  g_free (finding);
}

/* One plan in one currency. */
struct lint {
  GPtrArray *findings;
  const struct plan *plan; /* NULL: not of a plan */
};

static void find (const struct lint *lint, const char *rule, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
find (const struct lint *lint, const char *rule, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  struct lint_finding *finding = g_new (struct lint_finding, 1);
  *finding = (struct lint_finding){ lint->plan == NULL ? NULL : g_strdup (lint->plan->code), rule, g_strdup_vprintf (format, arguments) };
  va_end (arguments);
  g_ptr_array_add (lint->findings, finding);
}

/* --- Prices by interval --- */

/* A year costs at most what its months cost. */
static void
lint_intervals (const struct lint *lint)
{
  const struct plan *plan = lint->plan;
  for (gsize i = 0; i < plan->fee_count; i++)
    for (gsize k = 0; k < plan->fee_count; k++) {
      const struct plan_fee *part = &plan->fees[i], *whole = &plan->fees[k];
      gint64 n = i == k ? 0 : usage_periods_in (whole->interval, part->interval);
      if (n == 0 || whole->amount_minor / n < part->amount_minor || (whole->amount_minor / n == part->amount_minor && whole->amount_minor % n == 0))
        continue;
      g_autofree char *long_words = interval_words (whole->interval), *short_words = interval_words (part->interval);
      g_autofree char *amount = amount_words (whole->amount_minor, plan->currency), *each = amount_words (part->amount_minor, plan->currency);
      find (lint, "interval-dearer", "a %s costs %s %s, more than %" G_GINT64_FORMAT " times the %s at %s", long_words, amount, plan->currency->code, n,
            short_words, each);
    }
}

/* --- Charges --- */

/* A tier that costs more for each unit than the one before; of what is paid by the tier as a whole, one that costs less. */
static void
lint_tiers (const struct lint *lint, const struct plan_charge *charge, const struct price *price)
{
  for (gsize i = 1; i < price->tier_count; i++) {
    const struct price_tier *before = &price->tiers[i - 1], *tier = &price->tiers[i];
    gboolean steps = price->model == PRICE_STAIRSTEP;
    int order = steps ? decimal_compare (before->flat_price, tier->flat_price) : decimal_compare (tier->unit_price, before->unit_price);
    if (order <= 0)
      continue;
    g_autofree char *bound = decimal_words (before->up_to);
    g_autofree char *words = tier_words (price->model, tier, lint->plan->currency);
    g_autofree char *old = tier_words (price->model, before, lint->plan->currency);
    find (lint, steps ? "step-cheaper" : "tier-dearer", "charge %s: above %s it is %s, %s than %s before", charge->code, bound, words,
          steps ? "less" : "more", old);
  }
}

static gboolean
costs_nothing (const struct price *price)
{
  gboolean nothing = decimal_sign (price->unit_price) == 0;
  switch (price->model) {
  case PRICE_PERCENTAGE:
    return decimal_sign (price->percentage.rate) == 0 && decimal_sign (price->percentage.event_fee) == 0
           && decimal_sign (price->percentage.event_min) == 0;
  case PRICE_DYNAMIC:
    return decimal_sign (price->multiplier) == 0;
  default:
    break;
  }
  for (gsize i = 0; i < price->tier_count; i++)
    nothing = nothing && decimal_sign (price->tiers[i].unit_price) == 0 && decimal_sign (price->tiers[i].flat_price) == 0;
  return nothing;
}

static void
lint_rate (const struct lint *lint, const struct plan_charge *charge, const struct plan_rate *rate)
{
  g_autofree char *where = rate->match_count == 0 ? g_strdup ("") : g_strdup_printf (" for %s", rate->code);
  lint_tiers (lint, charge, &rate->price);
  if (!costs_nothing (&rate->price))
    return;
  if (decimal_sign (rate->price.included) != 0)
    find (lint, "included-free", "charge %s%s: units are included, and those beyond cost nothing either", charge->code, where);
  else
    find (lint, "price-zero", "charge %s%s: its price is 0", charge->code, where);
}

static void
lint_charges (const struct lint *lint)
{
  for (gsize i = 0; i < lint->plan->charge_count; i++) {
    const struct plan_charge *charge = &lint->plan->charges[i];
    if (charge->has_default)
      lint_rate (lint, charge, &charge->fallback);
    else
      find (lint, "filters-alone", "charge %s: what matches none of its filters is not billed", charge->code);
    for (gsize k = 0; k < charge->filter_count; k++)
      lint_rate (lint, charge, &charge->filters[k]);
  }
}

/* --- Limits and quantities --- */

static const struct plan_charge *
find_own_charge (const struct plan *plan, const char *metric)
{
  const struct plan_charge *charge = plan_find_charge (plan, metric);
  return charge == NULL || strcmp (charge->metric, metric) != 0 ? NULL : charge;
}

/* A limit that ends before the allowance does; overage that nothing prices. */
static void
lint_limits (const struct lint *lint)
{
  for (gsize i = 0; i < lint->plan->limit_count; i++) {
    const struct plan_limit *limit = &lint->plan->limits[i];
    const struct plan_charge *charge = find_own_charge (lint->plan, limit->metric);
    if (limit->unlimited)
      continue;
    if (limit->kind == LIMIT_OVERAGE && plan_find_quantity (lint->plan, limit->metric) == NULL
        && plan_find_charge (lint->plan, limit->metric) == NULL)
      find (lint, "overage-unpriced", "limit %s: what goes beyond it is billed, but no charge has a price for it", limit->metric);
    if (charge != NULL && charge->has_default && conversion_is_none (&charge->conversion)
        && decimal_compare (limit->value, charge->fallback.price.included) < 0) {
      g_autofree char *value = decimal_words (limit->value), *included = decimal_words (charge->fallback.price.included);
      find (lint, "limit-below-included", "limit %s: %s is less than the %s that are included", limit->metric, value, included);
    }
  }
}

static void
lint_quantities (const struct lint *lint)
{
  for (gsize i = 0; i < lint->plan->quantity_count; i++) {
    const struct plan_quantity *quantity = &lint->plan->quantities[i];
    if (decimal_compare (quantity->initial, quantity->included) > 0) {
      g_autofree char *initial = decimal_words (quantity->initial), *included = decimal_words (quantity->included);
      find (lint, "default-paid", "quantity %s: who names no number pays for %s, of which %s are included", quantity->code, initial, included);
    }
  }
}

static void
lint_plan (const struct lint *lint)
{
  const struct plan *plan = lint->plan;
  gboolean pays = FALSE;
  for (gsize i = 0; i < plan->fee_count; i++)
    pays = pays || plan->fees[i].amount_minor != 0;
  if (!pays && !plan->custom && plan->charge_count == 0 && plan->quantity_count == 0)
    find (lint, "plan-free", "nothing of it costs anything");
  lint_intervals (lint);
  lint_quantities (lint);
  lint_charges (lint);
  lint_limits (lint);
}

/* --- The file --- */

static gboolean
is_used (const struct catalog *catalog, const char *metric)
{
  for (guint i = 0; i < catalog->plans->len; i++) {
    const struct plan *plan = ((const struct catalog_plan *) g_ptr_array_index (catalog->plans, i))->terms;
    for (gsize l = 0; l < plan->limit_count; l++)
      if (strcmp (plan->limits[l].metric, metric) == 0)
        return TRUE;
    if (plan_find_charge (plan, metric) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
lint_file (const struct catalog *catalog, GPtrArray *ret)
{
  struct lint lint = { .findings = ret };
  for (guint i = 0; i < catalog->metrics->len && catalog->plans->len > 0; i++) {
    const char *code = ((const struct metric *) g_ptr_array_index (catalog->metrics, i))->code;
    if (!is_used (catalog, code))
      find (&lint, "metric-unused", "metric %s: no plan of the file charges for it or limits it", code);
  }
  for (guint i = 0; i < catalog->plans->len; i++) {
    const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, i);
    lint.plan = plan->terms;
    lint_plan (&lint);
    for (guint k = 0; k < plan->variants->len; k++) {
      lint.plan = g_ptr_array_index (plan->variants, k);
      lint_intervals (&lint);
      lint_charges (&lint);
    }
  }
}

gboolean
catalog_lint (const struct lint_request *request, GPtrArray *ret, GError **error)
{
  const struct ledger_open_request open = { .path = request->ledger_path, .mode = LEDGER_READ, .now_us = request->now_us };
  g_autoptr (json_object) value = NULL;
  g_autoptr (catalog_t) catalog = NULL;
  struct ledger *ledger = NULL;
  if (!catalog_parse (&request->source, &value, error) || (open.path != NULL && !ledger_open (&open, &ledger, error)))
    return FALSE;
  gboolean done = catalog_check (ledger, request->source.path, value, request->problems, &catalog, error);
  ledger_close (ledger);
  if (done)
    lint_file (catalog, ret);
  return done;
}
