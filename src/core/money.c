/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts in minor units: text, sums, and the split that adds up. */
#include "core/money.h"

/* *value × 10 + digit, as a magnitude that may stand for a negative amount. */
static bool
append_digit (uint64_t *value, unsigned digit)
{
  if (*value > (UINT64_MAX - digit) / 10)
    return false;
  *value = *value * 10 + digit;
  return true;
}

static bool
from_magnitude (uint64_t magnitude, bool negative, int64_t *ret)
{
  if (magnitude > (uint64_t)INT64_MAX + negative)
    return false;
  *ret = (int64_t)(negative ? -magnitude : magnitude);
  return true;
}

static uint64_t
magnitude_of (int64_t value)
{
  return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

enum money_status
money_parse (const char *text, size_t length, const struct currency *currency, int64_t *ret_minor)
{
  size_t i = length > 0 && (text[0] == '-' || text[0] == '+');
  const bool negative = i == 1 && text[0] == '-';
  bool after_point = false, any_digit = false, fits = true;
  uint64_t magnitude = 0;
  size_t places = 0;

  for (; i < length; i++) {
    const unsigned digit = (unsigned)(unsigned char)text[i] - '0';

    if (digit <= 9) {
      any_digit = true;
      places += after_point;
      fits = fits && append_digit (&magnitude, digit);
    } else if (text[i] == '.' && !after_point)
      after_point = true;
    else
      return MONEY_SYNTAX;
  }
  if (!any_digit)
    return MONEY_SYNTAX;
  if (places > (size_t)currency->digits)
    return MONEY_TOO_MANY_PLACES;
  for (; places < (size_t)currency->digits; places++)
    fits = fits && append_digit (&magnitude, 0);
  return fits && from_magnitude (magnitude, negative, ret_minor) ? MONEY_OK : MONEY_OVERFLOW;
}

size_t
money_format (int64_t minor, const struct currency *currency, char text[MONEY_TEXT_SIZE])
{
  char reversed[MONEY_TEXT_SIZE];
  uint64_t rest = magnitude_of (minor);
  size_t count = 0, length = 0;

  for (int place = 0; rest != 0 || place <= currency->digits; place++, rest /= 10) {
    if (place > 0 && place == currency->digits)
      reversed[count++] = '.';
    reversed[count++] = (char)('0' + rest % 10);
  }
  if (minor < 0)
    reversed[count++] = '-';
  while (count > 0)
    text[length++] = reversed[--count];
  text[length] = '\0';
  return length;
}

struct decimal
money_to_decimal (int64_t minor, const struct currency *currency)
{
  int scale = minor == 0 ? 0 : currency->digits;

  for (; scale > 0 && minor % 10 == 0; scale--)
    minor /= 10;
  return (struct decimal){ minor, scale };
}

bool
money_add (int64_t a, int64_t b, int64_t *ret)
{
  int64_t sum;

  if (__builtin_add_overflow (a, b, &sum))
    return false;
  *ret = sum;
  return true;
}

bool
money_subtract (int64_t a, int64_t b, int64_t *ret)
{
  int64_t difference;

  if (__builtin_sub_overflow (a, b, &difference))
    return false;
  *ret = difference;
  return true;
}

/* A split being made. Part i has a floor of total × weight / whole and a remainder below `whole`; that remainder is
 * computed again from the floor whenever it is wanted, because there is no room to keep it. */
struct split {
  uint64_t total;
  uint128 whole; /* the sum of the weights */
  const int64_t *weights;
  int64_t *floors;
  size_t count;
};

static uint128
remainder_of (const struct split *split, size_t i)
{
  return (uint128)split->total * (uint64_t)split->weights[i] - split->whole * (uint64_t)split->floors[i];
}

static size_t
count_remainders_from (const struct split *split, uint128 least)
{
  size_t count = 0;

  for (size_t i = 0; i < split->count; i++)
    count += remainder_of (split, i) >= least;
  return count;
}

/* The largest value that at least `wanted` remainders reach, 0 < wanted < count: built from its highest bit down. */
static uint128
threshold_for (const struct split *split, size_t wanted)
{
  uint128 threshold = 0, bit = 1;

  while (bit <= split->whole >> 1)
    bit <<= 1;
  for (; bit != 0; bit >>= 1)
    if (count_remainders_from (split, threshold | bit) >= wanted)
      threshold |= bit;
  return threshold;
}

/* Unsigned, because the magnitude of the lowest amount is one more than the largest. */
static void
raise_floor (const struct split *split, size_t i)
{
  split->floors[i] = (int64_t)((uint64_t)split->floors[i] + 1);
}

/* Gives one unit each to the `units` largest remainders, the earlier of two equal ones first. The remainders are read
 * from the floors, so a part is only raised once its own remainder has been read. */
static void
give_out (const struct split *split, size_t units)
{
  const uint128 threshold = threshold_for (split, units);
  size_t ties = units - count_remainders_from (split, threshold + 1);

  for (size_t i = 0; i < split->count; i++) {
    const uint128 remainder = remainder_of (split, i);

    if (remainder > threshold)
      raise_floor (split, i);
    else if (remainder == threshold && ties > 0) {
      raise_floor (split, i);
      ties--;
    }
  }
}

bool
money_distribute (int64_t total, const int64_t weights[], size_t count, int64_t parts[])
{
  struct split split = { magnitude_of (total), 0, weights, parts, count };
  uint64_t left = split.total;

  for (size_t i = 0; i < count; i++) {
    if (weights[i] < 0)
      return false;
    split.whole += (uint64_t)weights[i];
  }
  if (split.whole == 0)
    return false;

  for (size_t i = 0; i < count; i++) {
    parts[i] = (int64_t)((uint128)split.total * (uint64_t)weights[i] / split.whole);
    left -= (uint64_t)parts[i];
  }
  if (left > 0)
    give_out (&split, (size_t)left);
  if (total < 0)
    for (size_t i = 0; i < count; i++)
      parts[i] = (int64_t) - (uint64_t)parts[i];
  return true;
}
