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

struct exact
exact_from_decimal (struct decimal value)
{
  const struct wide coefficient = wide_from_int128 (value.coefficient);
  struct exact result = exact_zero ();

  scale_up (&coefficient, EXACT_SCALE - value.scale, &result.units); /* below 10^74 < 2^255 */
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
  const struct wide product = wide_product (a.coefficient, b.coefficient);

  return scale_up (&product, EXACT_SCALE - a.scale - b.scale, &ret->units);
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
  const uint128 magnitude = factor < 0 ? -(uint128) factor : (uint128) factor;
  const struct wide zero = wide_from_int128 (0);
  struct wide low, high;

  if (!wide_multiply (a, (uint64_t) magnitude, &low) || !wide_multiply (a, (uint64_t) (magnitude >> 64), &high)
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

bool
exact_round (const struct exact *value, struct ratio ratio, int digits, int64_t *ret_minor)
{
  const bool negative = wide_is_negative (&value->units) != (ratio.numerator < 0);
  const uint64_t factor = ratio.numerator < 0 ? -(uint64_t) ratio.numerator : (uint64_t) ratio.numerator;
  const struct wide zero = wide_from_int128 (0);
  struct wide scaled, half;
  uint64_t rest;

  if (ratio.denominator <= 0 || digits < 0 || digits > 4)
    return false;
  /* The divisor is 10^(36 - digits) × denominator. Adding half of it, with the sign of the value, and cutting off is
   * rounding half away from zero. A product that leaves 256 bits gives a result beyond 64. */
  half = wide_product (ratio.denominator, (int128) powers[CHUNK_DIGITS - digits] / 2 * (int128) powers[CHUNK_DIGITS]);
  if (negative && !wide_subtract (&zero, &half, &half))
    return false;
  if (!wide_multiply (&value->units, factor, &scaled))
    return false;
  if (ratio.numerator < 0 && !wide_subtract (&zero, &scaled, &scaled))
    return false;
  if (!wide_add (&scaled, &half, &scaled))
    return false;
  scaled = wide_divide_small (&scaled, powers[CHUNK_DIGITS], &rest);
  scaled = wide_divide_small (&scaled, powers[CHUNK_DIGITS - digits], &rest);
  if (ratio.denominator != 1)
    scaled = wide_divide_small (&scaled, (uint64_t) ratio.denominator, &rest);
  return wide_to_int64 (&scaled, ret_minor);
}

/* Writes 18 digits, the last one at end[-1]. */
static void
put_chunk (char *end, uint64_t chunk)
{
  for (int i = 0; i < CHUNK_DIGITS; i++, chunk /= 10)
    *--end = (char) ('0' + chunk % 10);
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

  for (size_t end = sizeof digits; end > 0; end -= CHUNK_DIGITS)
    {
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
  if (last > point)
    {
      *out++ = '.';
      memcpy (out, digits + point, last - point);
      out += last - point;
    }
  *out = '\0';
  return (size_t) (out - text);
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
  for (size_t i = first; i < length; i++)
    {
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
