/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unrounded amounts in units of 10^-36, and the one place where they are rounded. */
#include "core/exact.h"

#include <string.h>

/* 10^0 … 10^19. */
static const uint64_t powers[20] = {
  UINT64_C (1),
  UINT64_C (10),
  UINT64_C (100),
  UINT64_C (1000),
  UINT64_C (10000),
  UINT64_C (100000),
  UINT64_C (1000000),
  UINT64_C (10000000),
  UINT64_C (100000000),
  UINT64_C (1000000000),
  UINT64_C (10000000000),
  UINT64_C (100000000000),
  UINT64_C (1000000000000),
  UINT64_C (10000000000000),
  UINT64_C (100000000000000),
  UINT64_C (1000000000000000),
  UINT64_C (10000000000000000),
  UINT64_C (100000000000000000),
  UINT64_C (1000000000000000000),
  UINT64_C (10000000000000000000),
};

enum { CHUNK_DIGITS = 18 }; /* decimal digits that are read and written at a time */

/* *value × 10^places, for 0 … 36 places. */
static bool
scale_up (const struct wide *value, int places, struct wide *ret)
{
  const int first = places < 19 ? places : 19;
  struct wide scaled;

  if (!wide_multiply (value, powers[first], &scaled))
    return false;
  if (places > first && !wide_multiply (&scaled, powers[places - first], &scaled))
    return false;
  *ret = scaled;
  return true;
}

struct exact
exact_zero (void)
{
  return (struct exact){ { { 0, 0, 0, 0 } } };
}

/* a × b × 10^places for what is nearly always asked: both factors in 64 bits and their product too. The result then has
 * at most 184 bits. */
static bool
scale_up_small (int128 a, int128 b, int places, struct wide *ret)
{
  const int first = places < 19 ? places : 19;
  const uint128 power = (uint128)powers[first] * powers[places - first];
  const int64_t x = (int64_t)a, y = (int64_t)b;
  const bool negative = (x < 0) != (y < 0);
  uint128 low, high;
  uint64_t magnitude;

  if (x != a || y != b
      || __builtin_mul_overflow (x < 0 ? -(uint64_t)x : (uint64_t)x, y < 0 ? -(uint64_t)y : (uint64_t)y, &magnitude))
    return false;
  low = (uint128)magnitude * (uint64_t)power;
  high = (uint128)magnitude * (uint64_t)(power >> 64) + (uint64_t)(low >> 64);
  low = high << 64 | (uint64_t)low;
  high >>= 64;
  if (negative) {
    low = -low;
    high = low == 0 ? -high : ~high;
  }
  *ret = (struct wide){ { (uint64_t)low, (uint64_t)(low >> 64), (uint64_t)high, (uint64_t)(high >> 64) } };
  return true;
}

struct exact
exact_from_decimal (struct decimal value)
{
  const int places = EXACT_SCALE - value.scale;
  struct exact result = exact_zero ();

  if (!scale_up_small (value.coefficient, 1, places, &result.units)) {
    const struct wide coefficient = wide_from_int128 (value.coefficient);

    scale_up (&coefficient, places, &result.units); /* below 10^74 < 2^255 */
  }
  return result;
}

bool
exact_is_zero (const struct exact *value)
{
  return wide_is_zero (&value->units);
}

int
exact_compare (const struct exact *a, const struct exact *b)
{
  return wide_compare (&a->units, &b->units);
}

bool
exact_product (struct decimal a, struct decimal b, struct exact *ret)
{
  const int places = EXACT_SCALE - a.scale - b.scale;
  struct wide product;

  if (scale_up_small (a.coefficient, b.coefficient, places, &ret->units))
    return true;
  product = wide_product (a.coefficient, b.coefficient);
  return scale_up (&product, places, &ret->units);
}

bool
exact_add (const struct exact *a, const struct exact *b, struct exact *ret)
{
  return wide_add (&a->units, &b->units, &ret->units);
}

bool
exact_subtract (const struct exact *a, const struct exact *b, struct exact *ret)
{
  return wide_subtract (&a->units, &b->units, &ret->units);
}

/* *a × factor, where the factor has up to 128 bits: a × (high × 2^64 + low). */
static bool
multiply_wide (const struct wide *a, int128 factor, struct wide *ret)
{
  const uint128 magnitude = factor < 0 ? -(uint128)factor : (uint128)factor;
  const struct wide zero = wide_from_int128 (0);
  struct wide low, high;

  if (!wide_multiply (a, (uint64_t)magnitude, &low) || !wide_multiply (a, (uint64_t)(magnitude >> 64), &high)
      || !wide_multiply (&high, UINT64_C (1) << 32, &high) || !wide_multiply (&high, UINT64_C (1) << 32, &high)
      || !wide_add (&high, &low, &low))
    return false;
  if (factor < 0)
    return wide_subtract (&zero, &low, ret);
  *ret = low;
  return true;
}

bool
exact_multiply (const struct exact *value, struct decimal factor, struct exact *ret)
{
  uint64_t remainder;
  const struct wide reduced = wide_divide_small (&value->units, powers[factor.scale], &remainder);

  /* Dividing first keeps the product inside 256 bits. Where that leaves a remainder, the value has more than 18 places
   * (a decimal's factor takes at most 18 of the 36). */
  if (remainder == 0)
    return multiply_wide (&reduced, factor.coefficient, &ret->units);
  return false;
}

/* magnitude / (10^(36 - digits) × denominator), cut off, as a magnitude too. */
static bool
cut_to_minor (const struct wide *magnitude, uint64_t denominator, int digits, uint64_t *ret)
{
  const int places = EXACT_SCALE - digits; /* 32 … 36 */
  struct wide rest = *magnitude;
  uint64_t remainder;

  /* 10^n is 2^n × 5^n: after the shift, amounts up to a million millions fit the machine's own division. */
  if (rest.limb[3] == 0 && rest.limb[2] >> places == 0) {
    const uint128 fives
        = (uint128)(powers[CHUNK_DIGITS] >> CHUNK_DIGITS) * (powers[CHUNK_DIGITS - digits] >> (CHUNK_DIGITS - digits));
    const uint128 low = (uint128)rest.limb[1] << 64 | rest.limb[0];
    const uint128 quotient = ((uint128)rest.limb[2] << (128 - places) | low >> places) / fives;

    *ret = (uint64_t)quotient / denominator; /* below 2^128 / 5^32 < 2^54 */
    return true;
  }
  rest = wide_divide_small (&rest, powers[CHUNK_DIGITS], &remainder);
  rest = wide_divide_small (&rest, powers[CHUNK_DIGITS - digits], &remainder);
  rest = wide_divide_small (&rest, denominator, &remainder);
  *ret = rest.limb[0];
  return (rest.limb[1] | rest.limb[2] | rest.limb[3]) == 0;
}

bool
exact_round (const struct exact *value, struct ratio ratio, int digits, int64_t *ret_minor)
{
  const bool negative = wide_is_negative (&value->units) != (ratio.numerator < 0);
  const uint64_t factor = ratio.numerator < 0 ? -(uint64_t)ratio.numerator : (uint64_t)ratio.numerator;
  const struct wide zero = wide_from_int128 (0);
  struct wide scaled = value->units, half;
  uint64_t minor;

  if (ratio.denominator <= 0 || digits < 0 || digits > 4)
    return false;
  /* Adding half of the divisor to the magnitude and cutting off is rounding half away from zero. A product that leaves
   * 256 bits gives a result beyond 64. */
  if (wide_is_negative (&scaled) && !wide_subtract (&zero, &scaled, &scaled))
    return false;
  half = wide_product (ratio.denominator, (int128)powers[CHUNK_DIGITS - digits] / 2 * (int128)powers[CHUNK_DIGITS]);
  if (factor != 1 && !wide_multiply (&scaled, factor, &scaled))
    return false;
  if (!wide_add (&scaled, &half, &scaled) || !cut_to_minor (&scaled, (uint64_t)ratio.denominator, digits, &minor))
    return false;
  if (minor > (uint64_t)INT64_MAX + negative)
    return false;
  *ret_minor = (int64_t)(negative ? -minor : minor);
  return true;
}

/* Writes 18 digits, the last one at end[-1]. */
static void
put_chunk (char *end, uint64_t chunk)
{
  for (int i = 0; i < CHUNK_DIGITS; i++, chunk /= 10)
    *--end = (char)('0' + chunk % 10);
}

bool
exact_average (const struct exact *sum, int64_t count, struct decimal *ret)
{
  const struct wide divisor = wide_product (count, (int128)powers[EXACT_SCALE - DECIMAL_SCALE_MAX]);
  const struct wide quotient = wide_divide_rounded (&sum->units, &divisor);
  int128 coefficient;

  return wide_to_int128 (&quotient, &coefficient) && decimal_make (coefficient, DECIMAL_SCALE_MAX, ret) == DECIMAL_OK;
}

size_t
exact_format (const struct exact *value, char text[EXACT_TEXT_SIZE])
{
  char digits[5 * CHUNK_DIGITS]; /* 2^255 has 77 digits */
  struct wide rest = value->units;
  size_t point = sizeof digits - EXACT_SCALE;
  size_t first = 0, last = sizeof digits;
  char *out = text;
  uint64_t chunk;

  for (size_t end = sizeof digits; end > 0; end -= CHUNK_DIGITS) {
    rest = wide_divide_small (&rest, powers[CHUNK_DIGITS], &chunk);
    put_chunk (digits + end, chunk);
  }
  while (first < point - 1 && digits[first] == '0')
    first++;
  while (last > point && digits[last - 1] == '0')
    last--;
  if (wide_is_negative (&value->units))
    *out++ = '-';
  memcpy (out, digits + first, point - first);
  out += point - first;
  if (last > point) {
    *out++ = '.';
    memcpy (out, digits + point, last - point);
    out += last - point;
  }
  *out = '\0';
  return (size_t)(out - text);
}

/* Is it the text that exact_format() writes: no sign but "-", no zeros that could be left out? Finds the point. */
static bool
is_canonical (const char *text, size_t length, size_t *ret_point)
{
  size_t point = length;

  for (size_t i = 0; i < length; i++)
    if (text[i] == '.' && point == length)
      point = i;
    else if (text[i] < '0' || text[i] > '9')
      return false;
  if (point == 0 || (point > 1 && text[0] == '0'))
    return false;
  if (point < length && (point + 1 == length || text[length - 1] == '0' || length - point - 1 > EXACT_SCALE))
    return false;
  *ret_point = point;
  return true;
}

bool
exact_parse (const char *text, size_t length, struct exact *ret)
{
  const bool negative = length > 0 && text[0] == '-';
  const size_t first = negative;
  struct wide units = wide_from_int128 (0);
  size_t point;
  int places = 0;

  if (!is_canonical (text + first, length - first, &point) || (negative && length == 2 && text[1] == '0'))
    return false;
  for (size_t i = first; i < length; i++) {
    struct wide digit;

    if (text[i] == '.')
      continue;
    digit = wide_from_int128 (negative ? '0' - text[i] : text[i] - '0');
    if (!wide_multiply (&units, 10, &units) || !wide_add (&units, &digit, &units))
      return false;
    places += i > first + point;
  }
  return scale_up (&units, EXACT_SCALE - places, &ret->units);
}
