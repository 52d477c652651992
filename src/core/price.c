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
  ROW (PRICE_STAIRSTEP, "stairstep", rate_volume)                                                                                \
  ROW (PRICE_PERCENTAGE, "percentage", rate_percentage)                                                                          \
  ROW (PRICE_GRADUATED_PERCENTAGE, "graduated_percentage", rate_graduated)                                                       \
  ROW (PRICE_DYNAMIC, "dynamic", rate_dynamic)

static const char model_names[PRICE_MODEL_COUNT][24] = {
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

bool
price_model_has_tiers (enum price_model model)
{
  return model == PRICE_GRADUATED || model == PRICE_VOLUME || model == PRICE_STAIRSTEP || model == PRICE_GRADUATED_PERCENTAGE;
}

bool
price_model_is_by_event (enum price_model model)
{
  return model == PRICE_PERCENTAGE;
}

/* Does the amount take its sign from the events? Then it needs no mirroring. */
static bool
has_own_sign (enum price_model model)
{
  return model == PRICE_DYNAMIC || price_model_is_by_event (model);
}

bool
price_needs_order (const struct price *price)
{
  return price_model_is_by_event (price->model)
         && (price->percentage.free_events > 0 || decimal_sign (price->percentage.free_amount) > 0);
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

    if (tier->unbounded != last || (!last && decimal_compare (tier->up_to, from) <= 0)
        || (price->model == PRICE_STAIRSTEP && decimal_sign (tier->unit_price) != 0))
      return PRICE_BAD_TIERS;
    from = tier->up_to;
  }
  return PRICE_OK;
}

static enum price_status
check_percentage (const struct price_percentage *terms)
{
  const bool negative = decimal_sign (terms->rate) < 0 || decimal_sign (terms->event_fee) < 0 || terms->free_events < 0
                        || decimal_sign (terms->free_amount) < 0 || decimal_sign (terms->event_min) < 0
                        || decimal_sign (terms->event_max) < 0;

  if (negative || (decimal_sign (terms->event_max) > 0 && decimal_compare (terms->event_min, terms->event_max) > 0))
    return PRICE_BAD_PERCENTAGE;
  return PRICE_OK;
}

enum price_status
price_check (const struct price *price)
{
  const int included = decimal_sign (price->included);

  if (price_model_name (price->model)[0] == '\0')
    return PRICE_BAD_MODEL;
  if (included < 0 || (included > 0 && has_own_sign (price->model)))
    return PRICE_BAD_INCLUDED;
  if (price->model == PRICE_PACKAGE && decimal_sign (price->package_size) <= 0)
    return PRICE_BAD_PACKAGE;
  if (price->model == PRICE_PERCENTAGE)
    return check_percentage (&price->percentage);
  return price_model_has_tiers (price->model) ? check_tiers (price) : PRICE_OK;
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

/* A step for what the minimum added or the maximum took off. */
static enum price_status
add_correction (struct price_result *result, enum price_part part, int64_t count, struct decimal bound, const struct exact *amount)
{
  struct price_step *const step = &result->steps[result->step_count];

  if (count == 0 && exact_is_zero (amount))
    return PRICE_OK;
  *step = (struct price_step){ .part = part, .quantity = decimal_from_int64 (count), .unit_price = bound, .amount = *amount };
  if (!exact_add (&result->amount, amount, &result->amount))
    return PRICE_OVERFLOW;
  result->step_count++;
  return PRICE_OK;
}

static enum price_status
rate_percentage (const struct price *price, const struct usage_total *usage, struct price_result *result)
{
  const struct price_percentage *const terms = &price->percentage;
  const struct usage_events *const events = &usage->events;
  const struct exact zero = exact_zero ();
  struct exact cut;
  enum price_status status = PRICE_OK;

  result->billable = events->billable;
  if (decimal_sign (events->billable) != 0)
    status = add_step (result, &(struct price_step){ .quantity = events->billable, .unit_price = terms->rate });
  if (status == PRICE_OK && events->billed_count != 0 && decimal_sign (terms->event_fee) != 0)
    status = add_step (result, &(struct price_step){
                                   .part = PRICE_PART_EVENT_FEE,
                                   .quantity = decimal_from_int64 (events->billed_count),
                                   .unit_price = terms->event_fee,
                               });
  if (status == PRICE_OK)
    status = add_correction (result, PRICE_PART_EVENT_MIN, events->raised_count, terms->event_min, &events->raised);
  if (status != PRICE_OK || !exact_subtract (&zero, &events->capped, &cut))
    return PRICE_OVERFLOW;
  return add_correction (result, PRICE_PART_EVENT_MAX, events->capped_count, terms->event_max, &cut);
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
  if (has_own_sign (price->model)) {
    /* The events' own amounts carry the sign, and may be there without a quantity. */
    if (price->model == PRICE_DYNAMIC && sign == 0 && exact_is_zero (&usage->amount))
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

/* How much of an event's amount is free while the free stage lasts; *ret_wholly: the event is no billed one. */
static bool
take_free (const struct price_percentage *terms, const struct usage_events *events, struct decimal amount, struct decimal *ret,
           bool *ret_wholly)
{
  const bool by_count = terms->free_events > 0, by_amount = decimal_sign (terms->free_amount) > 0;
  struct decimal room = amount;

  *ret = DECIMAL_ZERO;
  *ret_wholly = false;
  if ((!by_count && !by_amount) || (by_count && events->free_count >= terms->free_events)
      || (by_amount && decimal_compare (events->free, terms->free_amount) >= 0))
    return true;
  if (by_amount && decimal_subtract (terms->free_amount, events->free, &room) != DECIMAL_OK)
    return false;
  *ret_wholly = decimal_compare (amount, room) <= 0;
  *ret = *ret_wholly ? amount : room;
  return true;
}

/* How much of a correction was free. */
static bool
give_back_free (const struct usage_events *events, struct decimal amount, struct decimal *ret, bool *ret_wholly)
{
  struct decimal rest = amount;

  if (decimal_sign (events->billable) > 0 && decimal_subtract (amount, events->billable, &rest) != DECIMAL_OK)
    return false;
  if (decimal_sign (rest) < 0)
    rest = DECIMAL_ZERO;
  *ret = decimal_compare (rest, events->free) < 0 ? rest : events->free;
  *ret_wholly = events->free_count > 0 && decimal_compare (*ret, amount) == 0;
  return true;
}

/* Brings what one event costs between minimum and maximum, and notes what that changes. */
static bool
clamp_event (const struct price_percentage *terms, struct usage_events *events, const struct exact *cost, bool negative)
{
  const struct exact least = exact_from_decimal (terms->event_min), most = exact_from_decimal (terms->event_max);
  const int64_t count = negative ? -1 : 1;
  struct exact change;

  if (exact_compare (cost, &least) < 0) {
    events->raised_count += count;
    return exact_subtract (&least, cost, &change)
           && (negative ? exact_subtract (&events->raised, &change, &events->raised)
                        : exact_add (&events->raised, &change, &events->raised));
  }
  if (exact_is_zero (&most) || exact_compare (cost, &most) <= 0)
    return true;
  events->capped_count += count;
  return exact_subtract (cost, &most, &change)
         && (negative ? exact_subtract (&events->capped, &change, &events->capped)
                      : exact_add (&events->capped, &change, &events->capped));
}

enum price_status
price_event_add (const struct price *price, struct usage_total *usage, struct decimal quantity)
{
  const struct price_percentage *const terms = &price->percentage;
  struct usage_events *const events = &usage->events;
  const bool negative = decimal_sign (quantity) < 0;
  const struct decimal amount = negative ? decimal_negate (quantity) : quantity;
  const struct exact fee = exact_from_decimal (terms->event_fee);
  struct decimal is_free, billable;
  struct exact cost;
  bool wholly;

  if (!(negative ? give_back_free (events, amount, &is_free, &wholly) : take_free (terms, events, amount, &is_free, &wholly))
      || decimal_subtract (amount, is_free, &billable) != DECIMAL_OK
      || (negative ? decimal_subtract : decimal_add) (events->free, is_free, &events->free) != DECIMAL_OK)
    return PRICE_OVERFLOW;
  if (wholly) {
    events->free_count += negative ? -1 : 1;
    return PRICE_OK;
  }
  events->billed_count += negative ? -1 : 1;
  if ((negative ? decimal_subtract : decimal_add) (events->billable, billable, &events->billable) != DECIMAL_OK
      || !exact_product (billable, terms->rate, &cost) || !exact_add (&cost, &fee, &cost)
      || !clamp_event (terms, events, &cost, negative))
    return PRICE_OVERFLOW;
  return PRICE_OK;
}

bool
price_has_bounds (const struct price_bounds *bounds)
{
  return decimal_sign (bounds->minimum) != 0 || decimal_sign (bounds->maximum) != 0;
}

bool
price_bounds_apply (const struct price_bounds *bounds, struct ratio ratio, int digits, int64_t charged_minor,
                    enum price_bound *ret_bound, int64_t *ret_change_minor)
{
  const struct exact least = exact_from_decimal (bounds->minimum), most = exact_from_decimal (bounds->maximum);
  int64_t bound_minor;

  *ret_bound = PRICE_BOUND_NONE;
  *ret_change_minor = 0;
  if (!exact_is_zero (&least)) {
    if (!exact_round (&least, ratio, digits, &bound_minor))
      return false;
    if (charged_minor < bound_minor) {
      *ret_bound = PRICE_BOUND_MINIMUM;
      return !__builtin_sub_overflow (bound_minor, charged_minor, ret_change_minor);
    }
  }
  if (!exact_is_zero (&most)) {
    if (!exact_round (&most, ratio, digits, &bound_minor))
      return false;
    if (charged_minor > bound_minor) {
      *ret_bound = PRICE_BOUND_MAXIMUM;
      return !__builtin_sub_overflow (bound_minor, charged_minor, ret_change_minor);
    }
  }
  return true;
}
