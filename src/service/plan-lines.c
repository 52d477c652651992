/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of one period under a plan. */
#include "service/plan-lines.h"

#include "base/error.h"
#include "core/money.h"
#include "service/usage-split.h"

#include <string.h>

static const struct subscription_item *
find_item (const struct subscription_items *items, enum subscription_item_kind kind, const char *code)
{
  for (gsize i = 0; i < items->count; i++)
    if (items->items[i].kind == kind && strcmp (items->items[i].code, code) == 0)
      return &items->items[i];
  return NULL;
}

static void
clear_item (gpointer data)
{
  struct plan_fee_item *item = data;
  g_free (item->description);
}

GArray *
plan_fee_items_new (void)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (struct plan_fee_item));
  g_array_set_clear_func (items, clear_item);
  return items;
}

static void
append (GArray *ret, struct fee_line line, char *description, gboolean once)
{
  line.description = description;
  struct plan_fee_item item = { line, description, once };
  g_array_append_val (ret, item);
}

static gboolean
append_base (const struct plan *plan, struct interval interval, GArray *ret, GError **error)
{
  const struct plan_fee *fee = plan_find_fee (plan, interval);
  if (fee == NULL)
    return error_set (error, ERROR_LEDGER, "plan %s has no price for the interval of a subscription", plan->code);
  char text[INTERVAL_TEXT_SIZE];
  interval_format (interval, text);
  const struct fee_line line = {
    .kind = LINE_BASE,
    .code = plan->code,
    .category = plan->category,
    .unit_price = money_to_decimal (fee->amount_minor, plan->currency),
    .count = decimal_from_int64 (1),
  };
  append (ret, line, g_strdup_printf ("%s (%s)", plan->name, text), FALSE);
  return TRUE;
}

static void
append_quantities (const struct plan *plan, struct interval interval, const struct subscription_items *items, GArray *ret)
{
  for (gsize q = 0; q < plan->quantity_count; q++) {
    const struct plan_quantity *quantity = &plan->quantities[q];
    const struct subscription_item *item = find_item (items, SUBSCRIPTION_QUANTITY, quantity->code);
    struct fee_line line = {
      .kind = LINE_QUANTITY,
      .code = quantity->code,
      .category = quantity->category,
      .count = item == NULL ? quantity->initial : item->quantity,
      .included = quantity->included,
    };
    for (gsize p = 0; p < quantity->price_count; p++)
      if (interval_equal (quantity->prices[p].interval, interval))
        line.unit_price = quantity->prices[p].unit_price;
    append (ret, line, g_strdup (quantity->name), FALSE);
  }
}

static void
append_addons (const struct plan *plan, struct interval interval, const struct subscription_items *items, GArray *ret)
{
  for (gsize a = 0; a < plan->addon_count; a++) {
    const struct plan_addon *addon = &plan->addons[a];
    const struct subscription_item *item = find_item (items, SUBSCRIPTION_ADDON, addon->code);
    if (item == NULL || addon->own_interval)
      continue;
    struct fee_line line = { .kind = LINE_ADDON, .code = addon->code, .category = addon->category, .count = item->quantity };
    for (gsize f = 0; f < addon->fee_count; f++)
      if (addon->kind == ADDON_ONE_OFF || interval_equal (addon->fees[f].interval, interval))
        line.unit_price = money_to_decimal (addon->fees[f].amount_minor, plan->currency);
    append (ret, line, g_strdup (addon->name), addon->kind == ADDON_ONE_OFF);
  }
}

gboolean
plan_fee_items (const struct plan *plan, struct interval interval, const struct subscription_items *items, GArray *ret, GError **error)
{
  if (!append_base (plan, interval, ret, error))
    return FALSE;
  append_quantities (plan, interval, items, ret);
  append_addons (plan, interval, items, ret);
  return TRUE;
}

gboolean
plan_fee_item_equal (const struct plan_fee_item *a, const struct plan_fee_item *b)
{
  return a->line.kind == b->line.kind && strcmp (a->line.code, b->line.code) == 0 && g_strcmp0 (a->line.category, b->line.category) == 0
         && decimal_compare (a->line.count, b->line.count) == 0
         && decimal_compare (a->line.included, b->line.included) == 0 && decimal_compare (a->line.unit_price, b->line.unit_price) == 0;
}

gboolean
plan_lines_add_fees (struct draft_sheet *sheet, const struct line_place *place, struct interval interval,
                     const struct subscription_items *items, GError **error)
{
  g_autoptr (GArray) fees = plan_fee_items_new ();
  if (!plan_fee_items (place->plan, interval, items, fees, error))
    return FALSE;
  for (guint i = 0; i < fees->len; i++) {
    const struct plan_fee_item *item = &g_array_index (fees, struct plan_fee_item, i);
    struct line_place at = *place;
    if (item->once && !place->is_first)
      continue;
    if (item->once)
      at.ratio = RATIO_ONE;
    if (!draft_add_fee (sheet, &at, &item->line, error))
      return FALSE;
  }
  return TRUE;
}

static const struct plan_rate unpriced = { .code = "no price", .price = { .model = PRICE_PER_UNIT } };

const struct plan_rate *
plan_lines_rate (const struct plan_charge *charge, gsize bucket)
{
  if (bucket < charge->filter_count)
    return &charge->filters[bucket];
  return charge->has_default ? &charge->fallback : &unpriced;
}

/* The line of one bucket; *ret_description is what it borrows. */
static struct usage_line
usage_line_of (const struct plan_charge *charge, const struct priced_metric *metric, const struct usage_bucket *buckets, gsize b,
               char **ret_description)
{
  gboolean any_metric = strcmp (charge->metric, "*") == 0;
  const struct plan_rate *rate = plan_lines_rate (charge, b);
  const char *name = any_metric ? metric->name : charge->name;
  *ret_description = *rate->code == '\0' ? g_strdup (name) : g_strdup_printf ("%s (%s)", name, rate->code);
  return (struct usage_line){
    .code = any_metric ? metric->code : charge->code,
    .description = *ret_description,
    .metric = metric->code,
    .metric_id = metric->id,
    .category = charge->category,
    .aggregation = metric->aggregation,
    .rate = rate,
    .conversion = &charge->conversion,
    .discount = charge->discount,
    .bucket = &buckets[b],
  };
}

/* A line for each value of the property, at one common price. */
static gboolean
add_split (struct draft_sheet *sheet, const struct line_place *place, const struct plan_charge *charge, const struct usage_line *line,
           GError **error)
{
  const struct usage_bucket *bucket = line->bucket;
  g_autofree gint64 *parts = g_new0 (gint64, bucket->share_count);
  struct late_side whole;
  if (!draft_rate_usage (place, line, &whole, error))
    return FALSE;
  if (!usage_split (whole.amount_minor, bucket->shares, bucket->share_count, parts))
    return error_set (error, ERROR_FAILED, "charge %s of plan %s: its amount cannot be split over %" G_GSIZE_FORMAT " values of %s", charge->code,
                      place->plan->code, bucket->share_count, charge->group_by);
  for (gsize i = 0; i < bucket->share_count; i++) {
    const struct usage_part part = { charge->group_by, &bucket->shares[i], parts[i], whole };
    if (!draft_add_part (sheet, place, line, &part, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
plan_lines_rate_bucket (const struct line_place *place, const struct plan_charge *charge, const struct priced_metric *metric,
                        const struct usage_bucket *buckets, gsize bucket, struct late_side *ret, GError **error)
{
  g_autofree char *description = NULL;
  struct usage_line line = usage_line_of (charge, metric, buckets, bucket, &description);
  return draft_rate_usage (place, &line, ret, error);
}

gboolean
plan_lines_add_step (struct draft_sheet *sheet, const struct line_place *place, const struct plan_charge *charge,
                     const struct priced_metric *metric, const struct usage_bucket *buckets, gsize bucket, const struct usage_step *step,
                     GError **error)
{
  g_autofree char *description = NULL;
  struct usage_line line = usage_line_of (charge, metric, buckets, bucket, &description);
  return draft_add_step (sheet, place, &line, step, error);
}

gboolean
plan_lines_add_usage (struct draft_sheet *sheet, const struct line_place *place, const struct plan_charge *charge,
                      const struct priced_metric *metric, const struct usage_bucket *buckets, GError **error)
{
  gsize first = draft_sheet_mark (sheet);
  struct line_place whole = *place;
  whole.ratio = RATIO_ONE;
  for (gsize b = 0; b <= charge->filter_count; b++) {
    if (buckets[b].total.event_count == 0 && decimal_sign (buckets[b].total.quantity) == 0)
      continue;
    g_autofree char *description = NULL;
    struct usage_line line = usage_line_of (charge, metric, buckets, b, &description);
    /* Where no event has the property there is nothing to split. */
    gboolean is_split = buckets[b].share_count > 1 || (buckets[b].share_count == 1 && *buckets[b].shares[0].value != '\0');
    if (is_split ? !add_split (sheet, &whole, charge, &line, error) : !draft_add_usage (sheet, &whole, &line, error))
      return FALSE;
  }
  if (!price_has_bounds (&charge->bounds))
    return TRUE;
  struct bound_line bound = { charge->code, charge->name, metric->code, metric->id, &charge->bounds, charge->category, first };
  return draft_add_bound (sheet, place, &bound, error);
}

gboolean
plan_lines_add_spending (struct draft_sheet *sheet, const struct line_place *place, gsize first, GError **error)
{
  const struct bound_line bound = { .code = place->plan->code, .bounds = &place->plan->spending, .category = place->plan->category, .first = first };
  return !price_has_bounds (bound.bounds) || draft_add_bound (sheet, place, &bound, error);
}
