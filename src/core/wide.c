/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 256-bit integers: sign and magnitude in the middle of every operation, two's complement at its ends. */
#include "core/wide.h"

static const struct wide wide_zero = { { 0, 0, 0, 0 } };

/* value mod 2^256, with the other sign. Its own inverse, so it also makes a magnitude of a negative value. */
static struct wide
negated (const struct wide *value)
{
  struct wide result;
  uint128 carry = 1;

  for (int i = 0; i < 4; i++) {
    carry += ~value->limb[i];
    result.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  return result;
}

static struct wide
magnitude_of (const struct wide *value)
{
  return wide_is_negative (value) ? negated (value) : *value;
}

/* The magnitude 2^255 exists for a negative value only. */
static bool
from_magnitude (const struct wide *magnitude, bool negative, struct wide *ret)
{
  if (wide_is_negative (magnitude)) {
    const struct wide lowest = { { 0, 0, 0, UINT64_C (1) << 63 } };

    if (!negative || wide_compare (magnitude, &lowest) != 0)
      return false;
  }
  *ret = negative ? negated (magnitude) : *magnitude;
  return true;
}

static int
compare_magnitudes (const struct wide *a, const struct wide *b)
{
  for (int i = 3; i >= 0; i--)
    if (a->limb[i] != b->limb[i])
      return a->limb[i] < b->limb[i] ? -1 : 1;
  return 0;
}

static uint128
low_half (const struct wide *value)
{
  return (uint128)value->limb[1] << 64 | value->limb[0];
}

static bool
fits_half (const struct wide *magnitude)
{
  return (magnitude->limb[2] | magnitude->limb[3]) == 0;
}

static struct wide
from_halves (uint128 low, uint128 high)
{
  return (struct wide){ { (uint64_t)low, (uint64_t)(low >> 64), (uint64_t)high, (uint64_t)(high >> 64) } };
}

struct wide
wide_from_int128 (int128 value)
{
  return from_halves ((uint128)value, value < 0 ? ~(uint128)0 : 0);
}

bool
wide_is_negative (const struct wide *value)
{
  return value->limb[3] >> 63 != 0;
}

bool
wide_is_zero (const struct wide *value)
{
  return (value->limb[0] | value->limb[1] | value->limb[2] | value->limb[3]) == 0;
}

int
wide_compare (const struct wide *a, const struct wide *b)
{
  if (wide_is_negative (a) != wide_is_negative (b))
    return wide_is_negative (a) ? -1 : 1;
  return compare_magnitudes (a, b);
}

struct wide
wide_product (int128 a, int128 b)
{
  const bool negative = (a < 0) != (b < 0);
  const uint128 x = a < 0 ? -(uint128)a : (uint128)a;
  const uint128 y = b < 0 ? -(uint128)b : (uint128)b;
  const uint64_t x0 = (uint64_t)x, x1 = (uint64_t)(x >> 64);
  const uint64_t y0 = (uint64_t)y, y1 = (uint64_t)(y >> 64);
  struct wide result;

  if ((x1 | y1) == 0)
    result = from_halves ((uint128)x0 * y0, 0);
  else {
    const uint128 low = (uint128)x0 * y0;
    const uint128 cross = (uint128)x1 * y0 + (uint64_t)(low >> 64);
    const uint128 other = (uint128)x0 * y1 + (uint64_t)cross;
    const uint128 high = (uint128)x1 * y1 + (uint64_t)(cross >> 64) + (uint64_t)(other >> 64);

    result = from_halves (other << 64 | (uint64_t)low, high);
  }
  return negative ? negated (&result) : result;
}

bool
wide_add (const struct wide *a, const struct wide *b, struct wide *ret)
{
  struct wide sum;
  uint128 carry = 0;

  for (int i = 0; i < 4; i++) {
    carry += (uint128)a->limb[i] + b->limb[i];
    sum.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  if (wide_is_negative (a) == wide_is_negative (b) && wide_is_negative (&sum) != wide_is_negative (a))
    return false;
  *ret = sum;
  return true;
}

bool
wide_subtract (const struct wide *a, const struct wide *b, struct wide *ret)
{
  struct wide difference;
  uint128 carry = 1;

  for (int i = 0; i < 4; i++) {
    carry += (uint128)a->limb[i] + (uint64_t)~b->limb[i];
    difference.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  if (wide_is_negative (a) != wide_is_negative (b) && wide_is_negative (&difference) != wide_is_negative (a))
    return false;
  *ret = difference;
  return true;
}

bool
wide_multiply (const struct wide *a, uint64_t factor, struct wide *ret)
{
  const struct wide magnitude = magnitude_of (a);
  struct wide product;
  uint128 carry = 0;

  for (int i = 0; i < 4; i++) {
    carry += (uint128)magnitude.limb[i] * factor;
    product.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  if (carry != 0)
    return false;
  return from_magnitude (&product, wide_is_negative (a), ret);
}

bool
wide_to_int64 (const struct wide *value, int64_t *ret)
{
  const int64_t low = (int64_t)value->limb[0];
  const struct wide extended = wide_from_int128 (low);

  if (wide_compare (&extended, value) != 0)
    return false;
  *ret = low;
  return true;
}

bool
wide_to_int128 (const struct wide *value, int128 *ret)
{
  const int128 low = (int128)low_half (value);
  const struct wide extended = wide_from_int128 (low);

  if (wide_compare (&extended, value) != 0)
    return false;
  *ret = low;
  return true;
}

/* Long division of magnitudes by one limb. */
static struct wide
divide_by_limb (const struct wide *magnitude, uint64_t divisor, uint64_t *ret_remainder)
{
  struct wide quotient = wide_zero;
  uint64_t remainder = 0;

  for (int i = 3; i >= 0; i--) {
    const uint64_t limb = magnitude->limb[i];

    /* The compiler's 128-bit division is a call: most limbs do not need it. */
    if (remainder == 0) {
      quotient.limb[i] = limb / divisor;
      remainder = limb % divisor;
    } else {
      const uint128 part = (uint128)remainder << 64 | limb;

      quotient.limb[i] = (uint64_t)(part / divisor);
      remainder = (uint64_t)(part - (uint128)quotient.limb[i] * divisor);
    }
  }
  *ret_remainder = remainder;
  return quotient;
}

static int
bit_length (const struct wide *magnitude)
{
  for (int i = 3; i >= 0; i--)
    if (magnitude->limb[i] != 0)
      return 64 * i + 64 - __builtin_clzll (magnitude->limb[i]);
  return 0;
}

static struct wide
shifted_left (const struct wide *value, int bits)
{
  struct wide result = wide_zero;
  const int limbs = bits / 64, rest = bits % 64;

  for (int i = 3; i >= limbs; i--) {
    result.limb[i] = value->limb[i - limbs] << rest;
    if (rest != 0 && i > limbs)
      result.limb[i] |= value->limb[i - limbs - 1] >> (64 - rest);
  }
  return result;
}

static void
halve (struct wide *value)
{
  for (int i = 0; i < 3; i++)
    value->limb[i] = value->limb[i] >> 1 | value->limb[i + 1] << 63;
  value->limb[3] >>= 1;
}

static void
subtract_magnitude (struct wide *from, const struct wide *what)
{
  const struct wide opposite = negated (what);
  uint128 carry = 0;

  for (int i = 0; i < 4; i++) {
    carry += (uint128)from->limb[i] + opposite.limb[i];
    from->limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
}

/* Schoolbook division bit by bit, for divisors of more than one limb: rare, so plain rather than fast. */
static struct wide
divide_magnitudes (const struct wide *value, const struct wide *divisor, struct wide *ret_remainder)
{
  struct wide quotient = wide_zero;
  const int shift = bit_length (value) - bit_length (divisor);

  *ret_remainder = *value;
  if (shift >= 0) {
    struct wide step = shifted_left (divisor, shift);

    for (int bit = shift; bit >= 0; bit--) {
      if (compare_magnitudes (ret_remainder, &step) >= 0) {
        subtract_magnitude (ret_remainder, &step);
        quotient.limb[bit / 64] |= UINT64_C (1) << bit % 64;
      }
      halve (&step);
    }
  }
  return quotient;
}

/* Is `remainder` at least half of `divisor`? Both are below 2^255, so twice the remainder does not wrap. */
static bool
is_half_or_more (const struct wide *remainder, const struct wide *divisor)
{
  const struct wide twice = shifted_left (remainder, 1);

  return compare_magnitudes (&twice, divisor) >= 0;
}

struct wide
wide_divide_rounded (const struct wide *value, const struct wide *divisor)
{
  const bool negative = wide_is_negative (value);
  const struct wide magnitude = magnitude_of (value);
  struct wide quotient, remainder = wide_zero;

  if (fits_half (&magnitude) && fits_half (divisor)) {
    const uint128 a = low_half (&magnitude), b = low_half (divisor);

    quotient = from_halves (a / b, 0);
    remainder = from_halves (a % b, 0);
  } else if (fits_half (divisor) && divisor->limb[1] == 0)
    quotient = divide_by_limb (&magnitude, divisor->limb[0], &remainder.limb[0]);
  else
    quotient = divide_magnitudes (&magnitude, divisor, &remainder);

  if (is_half_or_more (&remainder, divisor))
    for (int i = 0; i < 4 && ++quotient.limb[i] == 0; i++)
      ;
  return negative ? negated (&quotient) : quotient;
}

struct wide
wide_divide_small (const struct wide *value, uint64_t divisor, uint64_t *ret_remainder)
{
  const struct wide magnitude = magnitude_of (value);
  const struct wide quotient = divide_by_limb (&magnitude, divisor, ret_remainder);

  return wide_is_negative (value) ? negated (&quotient) : quotient;
}
