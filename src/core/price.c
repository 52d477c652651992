/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pricing models. Each rates a positive quantity; the allowance and the sign are dealt with around them. */
#include "core/price.h"

#include <string.h>

/* The table of models: identifier, the name that catalogs write, the function that rates. It is expanded into names and
 * a switch rather than into an array of structs, so that the library has no pointers to relocate. */
#define FOR_EACH_MODEL(ROW)                                                                                                      \
  ROW (PRICE_FLAT, "flat", rate_flat)                                                                                            \
  ROW (PRICE_PER_UNIT, "per_unit", rate_per_unit)                                                                                \
  ROW (PRICE_PACKAGE, "package", rate_package)                                                                                   \
  ROW (PRICE_GRADUATED, "graduated", rate_graduated)                                                                             \
  ROW (PRICE_VOLUME, "volume", rate_volume)                                                                                      \
  ROW (PRICE_DYNAMIC, "dynamic", rate_dynamic)

static const char model_names[PRICE_MODEL_COUNT][16] = {
#define ROW(id, name, rate) [id] = name,
  FOR_EACH_MODEL (ROW)
#undef ROW
};

const char *
price_model_name (enum price_model model)
{
  return (unsigned)model < PRICE_MODEL_COUNT ? model_names[model] : "";
}

bool
price_model_parse (const char *text, enum price_model *ret)
{
  for (int model = 0; model < PRICE_MODEL_COUNT; model++)
    if (strcmp (text, price_model_name ((enum price_model)model)) == 0) {
      *ret = (enum price_model)model;
      return true;
    }
  return false;
}

static bool
has_tiers (enum price_model model)
{
  return model == PRICE_GRADUATED || model == PRICE_VOLUME;
}

static enum price_status
check_tiers (const struct price *price)
{
  struct decimal from = DECIMAL_ZERO;

  if (price->tier_count == 0 || price->tier_count > PRICE_STEPS_MAX)
    return PRICE_BAD_TIERS;
  for (size_t i = 0; i < price->tier_count; i++) {
    const struct price_tier *tier = &price->tiers[i];
    const bool last = i == price->tier_count - 1;

    if (tier->unbounded != last || (!last && decimal_compare (tier->up_to, from) <= 0))
      return PRICE_BAD_TIERS;
    from = tier->up_to;
  }
  return PRICE_OK;
}

enum price_status
price_check (const struct price *price)
{
  const int included = decimal_sign (price->included);

  if (price_model_name (price->model)[0] == '\0')
    return PRICE_BAD_MODEL;
  if (included < 0 || (included > 0 && price->model == PRICE_DYNAMIC))
    return PRICE_BAD_INCLUDED;
  if (price->model == PRICE_PACKAGE && decimal_sign (price->package_size) <= 0)
    return PRICE_BAD_PACKAGE;
  return has_tiers (price->model) ? check_tiers (price) : PRICE_OK;
}

/* Appends quantity × unit price + flat price to the steps and to the amount. */
static enum price_status
add_step (struct price_result *result, const struct price_step *terms)
{
  struct price_step *const step = &result->steps[result->step_count];
  const struct exact flat = exact_from_decimal (terms->flat_price);

  *step = *terms;
  if (!exact_product (terms->quantity, terms->unit_price, &step->amount) || !exact_add (&step->amount, &flat, &step->amount)
      || !exact_add (&result->amount, &step->amount, &result->amount))
    return PRICE_OVERFLOW;
  result->step_count++;
  return PRICE_OK;
}

static enum price_status
add_tier_step (struct price_result *result, const struct price_tier *tier, struct decimal from, struct decimal quantity)
{
  return add_step (result, &(struct price_step){
                               .quantity = quantity,
                               .unit_price = tier->unit_price,
                               .flat_price = tier->flat_price,
                               .tier_from = from,
                               .tier_to = tier->unbounded ? DECIMAL_ZERO : tier->up_to,
                               .tiered = true,
                               .unbounded = tier->unbounded,
                           });
}

static enum price_status
rate_flat (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  (void)usage;
  return add_step (result, &(struct price_step){ .quantity = result->billable, .flat_price = price->unit_price });
}

static enum price_status
rate_per_unit (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  (void)usage;
  return add_step (result, &(struct price_step){ .quantity = result->billable, .unit_price = price->unit_price });
}

static enum price_status
rate_package (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  struct price_step step = { .unit_price = price->unit_price };

  (void)usage;
  if (decimal_started_blocks (result->billable, price->package_size, &step.quantity) != DECIMAL_OK)
    return PRICE_OVERFLOW;
  return add_step (result, &step);
}

static enum price_status
rate_graduated (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  struct decimal from = DECIMAL_ZERO;
  enum price_status status = PRICE_OK;

  (void)usage;
  for (size_t i = 0; status == PRICE_OK && i < price->tier_count; i++) {
    const struct price_tier *tier = &price->tiers[i];
    const bool ends_here = tier->unbounded || decimal_compare (result->billable, tier->up_to) <= 0;
    struct decimal slice;

    if (decimal_subtract (ends_here ? result->billable : tier->up_to, from, &slice) != DECIMAL_OK)
      return PRICE_OVERFLOW;
    status = add_tier_step (result, tier, from, slice);
    if (ends_here)
      break;
    from = tier->up_to;
  }
  return status;
}

static enum price_status
rate_volume (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  struct decimal from = DECIMAL_ZERO;
  size_t i = 0;

  (void)usage;
  for (; !price->tiers[i].unbounded && decimal_compare (result->billable, price->tiers[i].up_to) > 0; i++)
    from = price->tiers[i].up_to;
  return add_tier_step (result, &price->tiers[i], from, result->billable);
}

static enum price_status
rate_dynamic (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  struct price_step *const step = &result->steps[0];

  if (!exact_multiply (&usage->amount, price->multiplier, &result->amount))
    return PRICE_OVERFLOW;
  *step = (struct price_step){
    .quantity = result->billable,
    .unit_price = price->multiplier,
    .amount = result->amount,
  };
  result->step_count = 1;
  return PRICE_OK;
}

static enum price_status
rate_model (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  switch (price->model) {
#define ROW(id, name, rate)                                                                                                      \
  case id:                                                                                                                       \
    return rate (price, usage, result);
    FOR_EACH_MODEL (ROW)
#undef ROW
    case PRICE_MODEL_COUNT:
      break;
  }
  return PRICE_BAD_MODEL;
}

/* Turns the price of an absolute value into that of the negative quantity. */
static enum price_status
mirror (struct price_result *result)
{
  const struct exact zero = exact_zero ();

  result->billable = decimal_negate (result->billable);
  if (!exact_subtract (&zero, &result->amount, &result->amount))
    return PRICE_OVERFLOW;
  for (size_t i = 0; i < result->step_count; i++) {
    struct price_step *const step = &result->steps[i];

    step->quantity = decimal_negate (step->quantity);
    step->flat_price = decimal_negate (step->flat_price);
    if (!exact_subtract (&zero, &step->amount, &step->amount))
      return PRICE_OVERFLOW;
  }
  return PRICE_OK;
}

enum price_status
price_rate (const struct price *price, const struct usage_total *usage, struct price_result *ret)
{
  const int sign = decimal_sign (usage->quantity);
  enum price_status status = price_check (price);

  if (status != PRICE_OK)
    return status;
  ret->billable = usage->quantity;
  ret->amount = exact_zero ();
  ret->step_count = 0;
  if (price->model == PRICE_DYNAMIC) {
    /* The events' own amounts carry the sign, and may be there without a quantity. */
    if (sign == 0 && exact_is_zero (&usage->amount))
      return PRICE_OK;
    return rate_model (price, usage, ret);
  }
  if (sign < 0)
    ret->billable = decimal_negate (usage->quantity);
  else if (decimal_compare (usage->quantity, price->included) <= 0)
    ret->billable = DECIMAL_ZERO;
  else if (decimal_subtract (usage->quantity, price->included, &ret->billable) != DECIMAL_OK)
    return PRICE_OVERFLOW;
  if (decimal_sign (ret->billable) == 0)
    return PRICE_OK;
  status = rate_model (price, usage, ret);
  return status == PRICE_OK && sign < 0 ? mirror (ret) : status;
}
