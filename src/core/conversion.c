/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billed units: one division of integers, rounded as it is asked for. */
#include "core/conversion.h"

static const struct decimal one = { 1, 0 }, finest = { 1, DECIMAL_SCALE_MAX };

/* 10^places for 0 … 36 places. */
static int128
power (int places)
{
  int128 result = 1;

  for (; places > 0; places--)
    result *= 10;
  return result;
}

bool
conversion_is_none (const struct conversion *conversion)
{
  return decimal_sign (conversion->unit_size) == 0 && conversion->rounding == CONVERSION_EXACT;
}

static bool
is_size (struct decimal value)
{
  return value.coefficient > 0 && value.coefficient < power (CONVERSION_DIGITS_MAX);
}

bool
conversion_check (const struct conversion *conversion)
{
  return (decimal_sign (conversion->unit_size) == 0 || is_size (conversion->unit_size))
         && (conversion->rounding == CONVERSION_EXACT || is_size (conversion->block));
}

/* dividend / divisor for a dividend that is not negative. The rounded quotient of (2n - d + 1) / 2d is the floor of n / d, and
 * that of (2n + d - 1) / 2d its ceiling: neither is ever half way. */
static bool
divide (const struct wide *dividend, const struct wide *divisor, enum conversion_rounding rounding, struct wide *ret)
{
  const struct wide unity = wide_from_int128 (1);
  struct wide twice, whole, shift;

  if (rounding == CONVERSION_EXACT || rounding == CONVERSION_NEAREST) {
    *ret = wide_divide_rounded (dividend, divisor);
    return true;
  }
  if (!wide_multiply (dividend, 2, &twice) || !wide_multiply (divisor, 2, &whole) || !wide_subtract (divisor, &unity, &shift)
      || !(rounding == CONVERSION_UP ? wide_add : wide_subtract) (&twice, &shift, &twice))
    return false;
  *ret = wide_divide_rounded (&twice, &whole);
  return true;
}

static enum decimal_status
convert (const struct conversion *conversion, struct decimal quantity, struct decimal *ret)
{
  const struct decimal size = decimal_sign (conversion->unit_size) == 0 ? one : conversion->unit_size;
  const struct decimal block = conversion->rounding == CONVERSION_EXACT ? finest : conversion->block;
  const bool negative = quantity.coefficient < 0;
  /* quantity / (size × block): below 10^74 and 10^54. */
  const struct wide dividend
      = wide_product (negative ? -quantity.coefficient : quantity.coefficient, power (size.scale + block.scale));
  const struct wide divisor = wide_product (size.coefficient * block.coefficient, power (quantity.scale));
  struct wide quotient;
  int128 count, total;

  if (!divide (&dividend, &divisor, conversion->rounding, &quotient) || !wide_to_int128 (&quotient, &count)
      || __builtin_mul_overflow (count, block.coefficient, &total))
    return DECIMAL_OVERFLOW;
  return decimal_make (negative ? -total : total, block.scale, ret);
}

enum decimal_status
conversion_apply (const struct conversion *conversion, struct decimal quantity, struct decimal *ret)
{
  if (!conversion_is_none (conversion))
    return convert (conversion, quantity, ret);
  *ret = quantity;
  return DECIMAL_OK;
}
