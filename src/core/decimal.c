/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact decimals. Every function has a short way through 64 bits, because nearly all prices and quantities fit. */
#include "core/decimal.h"

/* 10^0 … 10^18. */
static const uint64_t powers[DECIMAL_SCALE_MAX + 1] = {
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
};

/* 10^19, the largest power of ten in 64 bits, and 10^38, the bound of a coefficient. */
static const uint64_t ten_to_19 = UINT64_C (10000000000000000000);
#define COEFFICIENT_BOUND ((uint128)ten_to_19 * ten_to_19)

static uint128
magnitude_of (int128 value)
{
  return value < 0 ? -(uint128)value : (uint128)value;
}

static int128
with_sign (uint128 magnitude, bool negative)
{
  return negative ? -(int128)magnitude : (int128)magnitude;
}

/* Makes a decimal canonical; the magnitude may still have trailing zeros, and digits that only they make too many. */
static enum decimal_status
make_decimal (bool negative, uint128 magnitude, int scale, struct decimal *ret)
{
  if (magnitude <= UINT64_MAX) {
    uint64_t small = (uint64_t)magnitude;

    if (small == 0)
      scale = 0;
    for (; scale > 0 && (small & 1) == 0 && small % 10 == 0; scale--)
      small /= 10;
    magnitude = small;
  } else {
    for (; scale > 0 && (magnitude & 1) == 0 && magnitude % 10 == 0; scale--)
      magnitude /= 10;
    if (magnitude >= COEFFICIENT_BOUND)
      return DECIMAL_OVERFLOW;
  }
  *ret = (struct decimal){ with_sign (magnitude, negative), scale };
  return DECIMAL_OK;
}

/* magnitude × 10^places; false when that is 2^128 or more. */
static bool
scale_up (uint128 magnitude, int places, uint128 *ret)
{
  if (magnitude > UINT64_MAX && magnitude > ~(uint128)0 / powers[places])
    return false;
  *ret = magnitude * powers[places];
  return true;
}

/* The short way: at most 19 digits, one point, 18 places, no exponent. false when the text is anything else, right or
 * wrong. */
static bool
parse_short (const char *text, size_t length, struct decimal *ret)
{
  const size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
  const bool negative = sign == 1 && text[0] == '-';
  const size_t width = length - sign;
  size_t point = length;
  uint64_t magnitude = 0; /* 20 digits may wrap; they are refused below */

  if (width == 0 || width > 20)
    return false;
  for (size_t i = sign; i < length; i++) {
    const unsigned digit = (unsigned)(unsigned char)text[i] - '0';

    if (digit <= 9)
      magnitude = magnitude * 10 + digit;
    else if (text[i] == '.' && point == length)
      point = i;
    else
      return false;
  }
  if (point == length) {
    if (width == 20)
      return false;
    *ret = (struct decimal){ with_sign (magnitude, negative), 0 };
    return true;
  }
  if (width == 1 || length - point - 1 > DECIMAL_SCALE_MAX) /* a point alone, or too fine unless the rest is zeros */
    return false;
  make_decimal (negative, magnitude, (int)(length - point - 1), ret);
  return true;
}

/* What the long way has read so far: value = coefficient × 10^(zeros - places), where `zeros` trailing zeros wait for a
 * digit that makes them significant. */
struct reading {
  uint128 coefficient;
  int significant; /* digits in the coefficient; counts on above 38, where the coefficient stays as it is */
  int64_t zeros;
  int64_t places;
  bool any_digit;
};

static void
take_digit (struct reading *reading, unsigned digit)
{
  reading->any_digit = true;
  if (digit == 0) {
    if (reading->significant > 0)
      reading->zeros++;
    return;
  }
  for (; reading->zeros >= 0 && reading->significant <= DECIMAL_DIGITS_MAX; reading->zeros--) {
    if (reading->significant < DECIMAL_DIGITS_MAX)
      reading->coefficient = reading->coefficient * 10 + (reading->zeros == 0 ? digit : 0);
    reading->significant++;
  }
  reading->zeros = 0;
}

/* Reads an exponent that fills the rest of the text; clamped to what can never become a decimal. */
static bool
parse_exponent (const char *text, size_t length, int64_t *ret)
{
  const int64_t most = INT64_C (1) << 40;
  size_t i = length > 0 && (text[0] == '-' || text[0] == '+');
  const bool negative = i == 1 && text[0] == '-';
  int64_t exponent = 0;

  if (i == length)
    return false;
  for (; i < length; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    exponent = exponent * 10 + (text[i] - '0');
    if (exponent > most)
      exponent = most;
  }
  *ret = negative ? -exponent : exponent;
  return true;
}

/* Turns what was read into a decimal: value = coefficient × 10^exponent. */
static enum decimal_status
finish_reading (const struct reading *reading, int64_t exponent, bool negative, struct decimal *ret)
{
  uint128 coefficient = reading->coefficient;

  if (reading->significant == 0) {
    *ret = DECIMAL_ZERO;
    return DECIMAL_OK;
  }
  if (exponent < -DECIMAL_SCALE_MAX)
    return DECIMAL_TOO_FINE;
  if (reading->significant > DECIMAL_DIGITS_MAX || exponent > DECIMAL_DIGITS_MAX - reading->significant)
    return DECIMAL_TOO_MANY_DIGITS;
  for (; exponent > 0; exponent--)
    coefficient *= 10;
  *ret = (struct decimal){ with_sign (coefficient, negative), (int)-exponent };
  return DECIMAL_OK;
}

static enum decimal_status
parse_long (const char *text, size_t length, struct decimal *ret)
{
  size_t i = length > 0 && (text[0] == '-' || text[0] == '+');
  const bool negative = i == 1 && text[0] == '-';
  struct reading reading = { 0 };
  bool after_point = false;
  int64_t exponent = 0;

  for (; i < length; i++) {
    const unsigned digit = (unsigned)(unsigned char)text[i] - '0';

    if (digit <= 9) {
      take_digit (&reading, digit);
      reading.places += after_point;
    } else if (text[i] == '.' && !after_point)
      after_point = true;
    else
      break;
  }
  if (!reading.any_digit)
    return DECIMAL_SYNTAX;
  if (i < length) {
    if (text[i] != 'e' && text[i] != 'E')
      return DECIMAL_SYNTAX;
    if (!parse_exponent (text + i + 1, length - i - 1, &exponent))
      return DECIMAL_SYNTAX;
  }
  return finish_reading (&reading, exponent + reading.zeros - reading.places, negative, ret);
}

enum decimal_status
decimal_parse (const char *text, size_t length, struct decimal *ret)
{
  if (parse_short (text, length, ret))
    return DECIMAL_OK;
  return parse_long (text, length, ret);
}

/* Writes the digits of `value` so that they end before `end`, at least `width` of them; returns where they begin. */
static char *
put_digits (char *end, uint64_t value, int width)
{
  for (; value != 0 || width > 0; value /= 10, width--)
    *--end = (char)('0' + value % 10);
  return end;
}

size_t
decimal_format (struct decimal value, char text[DECIMAL_TEXT_SIZE])
{
  char digits[DECIMAL_TEXT_SIZE];
  char *const end = digits + sizeof digits;
  const uint128 magnitude = magnitude_of (value.coefficient);
  const int width = value.scale + 1; /* a digit before the point, at least */
  char *start;
  char *out = text;

  if (magnitude <= UINT64_MAX)
    start = put_digits (end, (uint64_t)magnitude, width);
  else {
    start = put_digits (end, (uint64_t)(magnitude % ten_to_19), 19);
    start = put_digits (start, (uint64_t)(magnitude / ten_to_19), width - 19);
  }
  if (value.coefficient < 0)
    *out++ = '-';
  for (const char *const point = end - value.scale; start < end;) {
    if (start == point)
      *out++ = '.';
    *out++ = *start++;
  }
  *out = '\0';
  return (size_t)(out - text);
}

const char *
decimal_status_text (enum decimal_status status)
{
  switch (status) {
    case DECIMAL_OK:
      return "is a number";
    case DECIMAL_SYNTAX:
      return "is not a decimal number";
    case DECIMAL_TOO_MANY_DIGITS:
      return "has more than 38 digits";
    case DECIMAL_TOO_FINE:
      return "has more than 18 digits after the point";
    case DECIMAL_OVERFLOW:
      return "is too large";
  }
  return "is not a decimal number";
}

struct decimal
decimal_from_int64 (int64_t value)
{
  return (struct decimal){ value, 0 };
}

enum decimal_status
decimal_make (int128 coefficient, int scale, struct decimal *ret)
{
  return make_decimal (coefficient < 0, magnitude_of (coefficient), scale, ret);
}

int
decimal_sign (struct decimal value)
{
  return (value.coefficient > 0) - (value.coefficient < 0);
}

int
decimal_compare (struct decimal a, struct decimal b)
{
  const int sign = decimal_sign (a);
  uint128 x = magnitude_of (a.coefficient), y = magnitude_of (b.coefficient);

  if (sign != decimal_sign (b))
    return sign < decimal_sign (b) ? -1 : 1;
  /* What leaves 128 bits when it is brought to the other's scale is larger than any coefficient. */
  if (a.scale < b.scale && !scale_up (x, b.scale - a.scale, &x))
    return sign;
  if (b.scale < a.scale && !scale_up (y, a.scale - b.scale, &y))
    return -sign;
  if (x == y)
    return 0;
  return x < y ? -sign : sign;
}

struct decimal
decimal_negate (struct decimal value)
{
  return (struct decimal){ -value.coefficient, value.scale };
}

/* The long way of decimal_add(): magnitudes of up to 2 × 10^38 before trailing zeros are cut. */
static enum decimal_status
add_long (struct decimal a, struct decimal b, struct decimal *ret)
{
  const bool a_negative = a.coefficient < 0, b_negative = b.coefficient < 0;
  const int scale = a.scale > b.scale ? a.scale : b.scale;
  uint128 x, y;

  /* An operand that leaves 128 bits here outweighs the other one, and its last digit is the other's, not zero: the sum
   * has more than 38 digits. */
  if (!scale_up (magnitude_of (a.coefficient), scale - a.scale, &x)
      || !scale_up (magnitude_of (b.coefficient), scale - b.scale, &y))
    return DECIMAL_OVERFLOW;
  if (a_negative != b_negative)
    return x >= y ? make_decimal (a_negative && x > y, x - y, scale, ret) : make_decimal (b_negative, y - x, scale, ret);
  if (x > ~(uint128)0 - y)
    return DECIMAL_OVERFLOW;
  return make_decimal (a_negative, x + y, scale, ret);
}

enum decimal_status
decimal_add (struct decimal a, struct decimal b, struct decimal *ret)
{
  const int64_t x = (int64_t)a.coefficient, y = (int64_t)b.coefficient;
  int64_t sum;

  if (a.scale == b.scale && x == a.coefficient && y == b.coefficient && !__builtin_add_overflow (x, y, &sum)) {
    int scale = a.scale;

    if (sum == 0)
      scale = 0;
    for (; scale > 0 && (sum & 1) == 0 && sum % 10 == 0; scale--)
      sum /= 10;
    *ret = (struct decimal){ sum, scale };
    return DECIMAL_OK;
  }
  return add_long (a, b, ret);
}

enum decimal_status
decimal_subtract (struct decimal a, struct decimal b, struct decimal *ret)
{
  return decimal_add (a, decimal_negate (b), ret);
}

enum decimal_status
decimal_from_percent (struct decimal percent, struct decimal *ret)
{
  struct decimal fraction;

  if (make_decimal (percent.coefficient < 0, magnitude_of (percent.coefficient), percent.scale + 2, &fraction) != DECIMAL_OK
      || fraction.scale > DECIMAL_SCALE_MAX)
    return DECIMAL_OVERFLOW;
  *ret = fraction;
  return DECIMAL_OK;
}

enum decimal_status
decimal_to_percent (struct decimal fraction, struct decimal *ret)
{
  const int up = fraction.scale < 2 ? 2 - fraction.scale : 0;
  uint128 magnitude;

  if (!scale_up (magnitude_of (fraction.coefficient), up, &magnitude) || magnitude >= COEFFICIENT_BOUND)
    return DECIMAL_OVERFLOW;
  *ret = (struct decimal){ with_sign (magnitude, fraction.coefficient < 0), fraction.scale - 2 + up };
  return DECIMAL_OK;
}

/* The long way of decimal_started_blocks(): the dividend may need 187 bits. */
static enum decimal_status
started_blocks_long (struct decimal value, struct decimal block, struct decimal *ret)
{
  const int up = block.scale - value.scale;
  const struct wide dividend = wide_product (value.coefficient, (int128)powers[up > 0 ? up : 0]);
  uint128 divisor;
  int128 count;
  struct wide wide_divisor, quotient, back;

  /* A block beyond 128 bits at this scale is larger than any value. */
  if (!scale_up (magnitude_of (block.coefficient), up < 0 ? -up : 0, &divisor) || divisor >> 127 != 0) {
    *ret = decimal_from_int64 (1);
    return DECIMAL_OK;
  }
  wide_divisor = wide_from_int128 ((int128)divisor);
  quotient = wide_divide_rounded (&dividend, &wide_divisor);
  if (!wide_to_int128 (&quotient, &count))
    return DECIMAL_OVERFLOW;
  back = wide_product (count, (int128)divisor);
  if (wide_compare (&back, &dividend) < 0)
    count++;
  if ((uint128)count >= COEFFICIENT_BOUND)
    return DECIMAL_OVERFLOW;
  *ret = (struct decimal){ count, 0 };
  return DECIMAL_OK;
}

enum decimal_status
decimal_started_blocks (struct decimal value, struct decimal block, struct decimal *ret)
{
  const int64_t x = (int64_t)value.coefficient, y = (int64_t)block.coefficient;

  if (block.coefficient <= 0)
    return DECIMAL_OVERFLOW;
  if (value.coefficient <= 0)
    *ret = DECIMAL_ZERO;
  else if (value.scale == block.scale && x == value.coefficient && y == block.coefficient)
    *ret = decimal_from_int64 (x / y + (x % y != 0));
  else
    return started_blocks_long (value, block, ret);
  return DECIMAL_OK;
}
