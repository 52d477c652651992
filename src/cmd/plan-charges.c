/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charges of a plan as a table. */
#include "cmd/plan-charges.h"

#include "service/plan-words.h"

enum { CHARGE_FILTER = 4, CHARGE_FROM = 6, CHARGE_TO = 7, CHARGE_MINIMUM = 20, CHARGE_MAXIMUM = 21, CHARGE_SIZE = 22, CHARGE_ROUND = 23, CHARGE_BLOCK = 24, CHARGE_DISCOUNT = 25, CHARGE_BILLING = 26 };
const struct column plan_charge_columns[PLAN_CHARGE_COLUMNS] = {
  { .key = "code", .title = "Charge", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "model", .title = "Model", .kind = CELL_CODE },
  { .key = "filter", .title = "For", .kind = CELL_TEXT, .wrap = TRUE },
  { .key = "included", .title = "Included", .kind = CELL_DECIMAL },
  { .key = "tier_from", .title = "Above", .kind = CELL_DECIMAL },
  { .key = "tier_to", .title = "Up to", .kind = CELL_DECIMAL },
  { .key = "price", .title = "Price", .kind = CELL_TEXT, .wrap = TRUE },
  { .key = "unit_price", .title = "Unit price", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "flat_price", .title = "Flat price", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "package_size", .title = "Package size", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "multiplier", .title = "Multiplier", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "amount_property", .title = "Amount property", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "percent", .title = "Percent", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "event_fee", .title = "Event fee", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "free_events", .title = "Free events", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "free_amount", .title = "Free amount", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "event_min", .title = "Event min", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "event_max", .title = "Event max", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "minimum_amount", .title = "At least", .kind = CELL_DECIMAL },
  { .key = "maximum_amount", .title = "At most", .kind = CELL_DECIMAL },
  { .key = "unit_size", .title = "Unit size", .kind = CELL_DECIMAL },
  { .key = "round", .title = "Rounded", .kind = CELL_CODE },
  { .key = "round_to", .title = "To", .kind = CELL_DECIMAL },
  { .key = "discount_percent", .title = "Off %", .kind = CELL_DECIMAL },
  { .key = "billing", .title = "Billed in", .kind = CELL_CODE },
};

/* One decimal as text. */
struct decimal_text {
  char text[DECIMAL_TEXT_SIZE];
};

static struct cell
decimal_cell (struct decimal value, struct decimal_text *buffer)
{
  decimal_format (value, buffer->text);
  return cell_decimal (buffer->text);
}

/* Nothing when it is zero. */
static struct cell
optional_cell (struct decimal value, struct decimal_text *buffer)
{
  return decimal_sign (value) == 0 ? cell_null () : decimal_cell (value, buffer);
}

/* The texts of a row. */
struct price_texts {
  struct decimal_text included, from, to, unit, flat, size, multiplier, fee, free_amount, event_min, event_max, minimum, maximum, unit_size, block;
};

static gboolean
has_unit_price (const struct price *price)
{
  return price->model == PRICE_PER_UNIT || price->model == PRICE_PACKAGE || price->model == PRICE_GRADUATED || price->model == PRICE_VOLUME;
}

/* One row of a charge: a price, or one tier of it. */
static gboolean
write_step (struct document *document, const struct plan *plan, const struct plan_charge *charge, const struct plan_rate *rate, gsize tier,
            GError **error)
{
  struct price_texts texts;
  const struct price *price = &rate->price;
  const struct price_tier *step = price->tier_count == 0 ? NULL : &price->tiers[tier];
  const struct price_percentage *share = &price->percentage;
  gboolean dynamic = price->model == PRICE_DYNAMIC, package = price->model == PRICE_PACKAGE, fixed = price->model == PRICE_FLAT;
  gboolean by_event = price_model_is_by_event (price->model);
  struct decimal above = tier == 0 || step == NULL ? DECIMAL_ZERO : price->tiers[tier - 1].up_to;
  g_autofree char *words = step == NULL ? price_words (charge, price, plan->currency) : tier_words (price->model, step, plan->currency);
  g_autofree char *percent = by_event                                       ? percent_words (share->rate)
                             : price->model == PRICE_GRADUATED_PERCENTAGE ? percent_words (step->unit_price)
                                                                            : NULL;
  g_autofree char *discount = percent_words (charge->discount);
  const struct cell cells[] = {
    cell_code (charge->code),
    cell_text (charge->name),
    cell_code (charge->metric),
    cell_code (price_model_name (price->model)),
    rate->match_count == 0 ? cell_null () : cell_text (rate->code),
    dynamic || by_event ? cell_null () : decimal_cell (price->included, &texts.included),
    step == NULL ? cell_null () : decimal_cell (above, &texts.from),
    step == NULL || step->unbounded ? cell_null () : decimal_cell (step->up_to, &texts.to),
    cell_text (words),
    has_unit_price (price) ? decimal_cell (step == NULL ? price->unit_price : step->unit_price, &texts.unit) : cell_null (),
    fixed          ? decimal_cell (price->unit_price, &texts.flat)
    : step == NULL ? cell_null ()
                   : decimal_cell (step->flat_price, &texts.flat),
    package ? decimal_cell (price->package_size, &texts.size) : cell_null (),
    dynamic ? decimal_cell (price->multiplier, &texts.multiplier) : cell_null (),
    dynamic ? cell_text (charge->amount_property) : cell_null (),
    cell_decimal (percent),
    optional_cell (share->event_fee, &texts.fee),
    share->free_events == 0 ? cell_null () : cell_integer (share->free_events),
    optional_cell (share->free_amount, &texts.free_amount),
    optional_cell (share->event_min, &texts.event_min),
    optional_cell (share->event_max, &texts.event_max),
    optional_cell (charge->bounds.minimum, &texts.minimum),
    optional_cell (charge->bounds.maximum, &texts.maximum),
    optional_cell (charge->conversion.unit_size, &texts.unit_size),
    charge->conversion.rounding == CONVERSION_EXACT ? cell_null () : cell_code (plan_rounding_names[charge->conversion.rounding]),
    optional_cell (charge->conversion.block, &texts.block),
    decimal_sign (charge->discount) == 0 ? cell_null () : cell_decimal (discount),
    cell_code (plan_billing_names[charge->billing]),
  };
  return document_row (document, cells, error);
}

static gboolean
write_rate (struct document *document, const struct plan *plan, const struct plan_charge *charge, const struct plan_rate *rate,
            GError **error)
{
  for (gsize tier = 0; tier == 0 || tier < rate->price.tier_count; tier++)
    if (!write_step (document, plan, charge, rate, tier, error))
      return FALSE;
  return TRUE;
}

void
narrow_plan_charges (const struct plan *plan, struct column *columns)
{
  gboolean has_filters = FALSE, has_tiers = FALSE, has_minimum = FALSE, has_maximum = FALSE, has_size = FALSE, has_rounding = FALSE;
  gboolean has_discount = FALSE, has_advance = FALSE;
  for (gsize i = 0; i < plan->charge_count; i++) {
    enum price_model model = plan->charges[i].fallback.price.model;
    has_filters = has_filters || plan->charges[i].filter_count > 0;
    has_minimum = has_minimum || decimal_sign (plan->charges[i].bounds.minimum) != 0;
    has_size = has_size || decimal_sign (plan->charges[i].conversion.unit_size) != 0;
    has_rounding = has_rounding || plan->charges[i].conversion.rounding != CONVERSION_EXACT;
    has_maximum = has_maximum || decimal_sign (plan->charges[i].bounds.maximum) != 0;
    has_discount = has_discount || decimal_sign (plan->charges[i].discount) != 0;
    has_advance = has_advance || plan->charges[i].billing == PLAN_IN_ADVANCE;
    has_tiers = has_tiers || price_model_has_tiers (model);
  }
  columns[CHARGE_FILTER].hidden = !has_filters;
  columns[CHARGE_MINIMUM].hidden = !has_minimum;
  columns[CHARGE_MAXIMUM].hidden = !has_maximum;
  columns[CHARGE_DISCOUNT].hidden = !has_discount;
  columns[CHARGE_BILLING].hidden = !has_advance;
  columns[CHARGE_SIZE].hidden = !has_size;
  columns[CHARGE_ROUND].hidden = columns[CHARGE_BLOCK].hidden = !has_rounding;
  columns[CHARGE_FROM].hidden = columns[CHARGE_TO].hidden = !has_tiers;
}

gboolean
write_plan_charges (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->charge_count; i++) {
    const struct plan_charge *charge = &plan->charges[i];
    for (gsize k = 0; k < charge->filter_count; k++)
      if (!write_rate (document, plan, charge, &charge->filters[k], error))
        return FALSE;
    if (charge->has_default && !write_rate (document, plan, charge, &charge->fallback, error))
      return FALSE;
  }
  return TRUE;
}
