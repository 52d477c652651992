/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimals: what is read and what is refused, exact sums, started blocks. */
#include "core/decimal.h"

#include "exact-bytes.h"
#include "tap-main.h"

#include <string.h>

/* decimal_parse() of a text that ends where its memory ends. */
static enum decimal_status
parse_exactly (const char *text, struct decimal *ret)
{
  const struct exact_bytes copy = exact_bytes_new (text);
  const enum decimal_status result = decimal_parse (copy.bytes, copy.length, ret);

  exact_bytes_free (copy);
  return result;
}

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  ck_assert_msg (parse_exactly (text, &value) == DECIMAL_OK, "\"%s\"", text);
  return value;
}

static void
assert_text (struct decimal value, const char *expected)
{
  char text[DECIMAL_TEXT_SIZE];
  const size_t length = decimal_format (value, text);

  ck_assert_str_eq (text, expected);
  ck_assert_uint_eq (length, strlen (expected));
}

START_TEST (accepted_texts)
{
  static const struct {
    const char *text, *canonical;
    int scale;
  } rows[] = {
    { "0", "0", 0 },
    { "-0", "0", 0 },
    { "+0.000", "0", 0 },
    { "0e400", "0", 0 },
    { "0.0000000000000000000000000000000000000000000", "0", 0 },
    { "1", "1", 0 },
    { "+1", "1", 0 },
    { "-1.50", "-1.5", 1 },
    { ".5", "0.5", 1 },
    { "-.5", "-0.5", 1 },
    { "5.", "5", 0 },
    { "007.10", "7.1", 1 },
    { "100", "100", 0 },
    { "9.984E-7", "0.0000009984", 10 },
    { "9.984e-07", "0.0000009984", 10 },
    { "1e3", "1000", 0 },
    { "1E+3", "1000", 0 },
    { "1.5e1", "15", 0 },
    { "12.34e1", "123.4", 1 },
    { "1e-18", "0.000000000000000001", 18 },
    { "0.000000000000000001", "0.000000000000000001", 18 },
    { "13302.712904456820057", "13302.712904456820057", 15 },
    { "1234567890123456789", "1234567890123456789", 0 },
    { "12345678901234567890", "12345678901234567890", 0 },
    { "99999999999999999999", "99999999999999999999", 0 },
    { "0.123456789012345678", "0.123456789012345678", 18 },
    { "-9.999999999999999999", "-9.999999999999999999", 18 },
    { "9999999999999999999.", "9999999999999999999", 0 },
    { ".9999999999999999990", "0.999999999999999999", 18 },
    { "9999999999999999999", "9999999999999999999", 0 },
    { "18446744073709551615", "18446744073709551615", 0 },
    { "18446744073709551616", "18446744073709551616", 0 },
    { "-18446744073709551616.5", "-18446744073709551616.5", 1 },
    { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", 0 },
    { "-99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999", 18 },
    { "1e37", "10000000000000000000000000000000000000", 0 },
    /* Zeros that say nothing: 30 places, 60 leading zeros, 60 digits taken back by an exponent. */
    { "0.250000000000000000000000000000", "0.25", 2 },
    { "1.000000000000000000000000000000", "1", 0 },
    { "000000000000000000000000000000000000000000000000000000000001.5", "1.5", 1 },
    { "100000000000000000000000000000000000000000000000000000000000e-50", "1000000000", 0 },
    { "0.0000000000000000000000000000000000000001e40", "1", 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct decimal value = number (rows[i].text);

    assert_text (value, rows[i].canonical);
    ck_assert_msg (value.scale == rows[i].scale, "\"%s\": scale %d", rows[i].text, value.scale);
  }
}
END_TEST

START_TEST (refused_texts)
{
  static const struct {
    const char *text;
    enum decimal_status status;
  } rows[] = {
    { "", DECIMAL_SYNTAX },
    { "+", DECIMAL_SYNTAX },
    { "-", DECIMAL_SYNTAX },
    { ".", DECIMAL_SYNTAX },
    { "-.", DECIMAL_SYNTAX },
    { "e5", DECIMAL_SYNTAX },
    { ".e5", DECIMAL_SYNTAX },
    { "1e", DECIMAL_SYNTAX },
    { "1e+", DECIMAL_SYNTAX },
    { "1e1.5", DECIMAL_SYNTAX },
    { "1e1e1", DECIMAL_SYNTAX },
    { "1,5", DECIMAL_SYNTAX },
    { "1 000", DECIMAL_SYNTAX },
    { "1_000", DECIMAL_SYNTAX },
    { " 1", DECIMAL_SYNTAX },
    { "1 ", DECIMAL_SYNTAX },
    { "1\n", DECIMAL_SYNTAX },
    { "1.2.3", DECIMAL_SYNTAX },
    { "--1", DECIMAL_SYNTAX },
    { "+-1", DECIMAL_SYNTAX },
    { "1-", DECIMAL_SYNTAX },
    { "NaN", DECIMAL_SYNTAX },
    { "inf", DECIMAL_SYNTAX },
    { "-Infinity", DECIMAL_SYNTAX },
    { "0x10", DECIMAL_SYNTAX },
    { "1f", DECIMAL_SYNTAX },
    { "\xD9\xA1", DECIMAL_SYNTAX }, /* an Arabic digit one */
    { "1e400", DECIMAL_TOO_MANY_DIGITS },
    { "1e38", DECIMAL_TOO_MANY_DIGITS },
    { "1e99999999999999999999999999", DECIMAL_TOO_MANY_DIGITS },
    { "1234567890123456789012345678901234567890", DECIMAL_TOO_MANY_DIGITS },
    { "100000000000000000000000000000000000000", DECIMAL_TOO_MANY_DIGITS },
    { "-999999999999999999999.999999999999999999", DECIMAL_TOO_MANY_DIGITS },
    { "0.1234567890123456789", DECIMAL_TOO_FINE },
    { "1.0000000000000000001", DECIMAL_TOO_FINE },
    { ".1234567890123456789", DECIMAL_TOO_FINE },
    { "1e-19", DECIMAL_TOO_FINE },
    { "1e-99999999999999999999999999", DECIMAL_TOO_FINE },
    { "0.1000000000000000055511151231257827021181583404541015625", DECIMAL_TOO_FINE },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct decimal value = { 42, 7 };

    ck_assert_msg (parse_exactly (rows[i].text, &value) == rows[i].status, "\"%s\"", rows[i].text);
    ck_assert_msg (value.coefficient == 42 && value.scale == 7, "\"%s\" left a value", rows[i].text);
  }
}
END_TEST

START_TEST (only_the_given_bytes_are_read)
{
  struct decimal value;

  ck_assert_int_eq (decimal_parse ("12.5xyz", 4, &value), DECIMAL_OK);
  assert_text (value, "12.5");
  ck_assert_int_eq (decimal_parse ("12.57", 4, &value), DECIMAL_OK);
  assert_text (value, "12.5");
  ck_assert_int_eq (decimal_parse ("1234567890123456789012345", 20, &value), DECIMAL_OK);
  assert_text (value, "12345678901234567890");
  ck_assert_int_eq (decimal_parse ("1e15", 3, &value), DECIMAL_OK);
  assert_text (value, "10");
  ck_assert_int_eq (decimal_parse ("1\0002", 3, &value), DECIMAL_SYNTAX);
}
END_TEST

START_TEST (statuses_have_words)
{
  ck_assert_str_eq (decimal_status_text (DECIMAL_SYNTAX), "is not a decimal number");
  ck_assert_str_eq (decimal_status_text (DECIMAL_TOO_MANY_DIGITS), "has more than 38 digits");
  ck_assert_str_eq (decimal_status_text (DECIMAL_TOO_FINE), "has more than 18 digits after the point");
  ck_assert_str_eq (decimal_status_text (DECIMAL_OVERFLOW), "is too large");
}
END_TEST

/* A canonical decimal: any of 1 … 38 digits, any scale, the last digit not a zero that could be left out. */
static struct decimal
random_decimal (struct random *random)
{
  struct decimal value = { 0, (int)random_between (random, 0, DECIMAL_SCALE_MAX) };
  const int digits = (int)random_between (random, 0, DECIMAL_DIGITS_MAX);

  for (int i = 0; i < digits; i++)
    value.coefficient = value.coefficient * 10 + random_between (random, 0, 9);
  while (value.scale > 0 && value.coefficient % 10 == 0) {
    value.coefficient /= 10;
    value.scale--;
  }
  if (random_between (random, 0, 1) == 0)
    value.coefficient = -value.coefficient;
  return value;
}

static bool
same (struct decimal a, struct decimal b)
{
  return a.coefficient == b.coefficient && a.scale == b.scale;
}

START_TEST (parse_undoes_format)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 50000; i++) {
    const struct decimal value = random_decimal (&random);
    char text[DECIMAL_TEXT_SIZE];
    struct decimal back;

    ck_assert_msg (decimal_parse (text, decimal_format (value, text), &back) == DECIMAL_OK, "draw %d: %s", i, text);
    ck_assert_msg (same (value, back), "draw %d: %s", i, text);
  }
}
END_TEST

START_TEST (notations_of_one_number_agree)
{
  struct random random = random_for_test (2);

  for (int i = 0; i < 20000; i++) {
    const struct decimal value = random_decimal (&random);
    char plain[DECIMAL_TEXT_SIZE], other[3 * DECIMAL_TEXT_SIZE];
    const char *digits = plain;
    struct decimal back;
    int shift;

    /* The digits without their point, an exponent instead, and zeros around. */
    decimal_format ((struct decimal){ value.coefficient, 0 }, plain);
    shift = (int)random_between (&random, 0, 20);
    if (*digits == '-')
      digits++;
    snprintf (other, sizeof other, "%s000%s%.*se%d", digits > plain ? "-" : "", digits, shift, "00000000000000000000",
              -value.scale - shift);
    ck_assert_msg (decimal_parse (other, strlen (other), &back) == DECIMAL_OK && same (value, back), "draw %d: %s", i, other);
  }
}
END_TEST

START_TEST (sums)
{
  static const struct {
    const char *a, *b, *sum; /* NULL: overflow */
  } rows[] = {
    { "0.1", "0.2", "0.3" },
    { "0.5", "0.5", "1" },
    { "1.05", "-0.05", "1" },
    { "1.5", "-1.5", "0" },
    { "100", "0.001", "100.001" },
    { "-3", "1.25", "-1.75" },
    { "9223372036854775807", "1", "9223372036854775808" },
    { "9223372036854775807", "9223372036854775807", "18446744073709551614" },
    { "-9223372036854775808", "-9223372036854775808", "-18446744073709551616" },
    { "0.000000000000000001", "99999999999999999999", "99999999999999999999.000000000000000001" },
    { "99999999999999999999999999999999999999", "1", NULL },
    { "-99999999999999999999999999999999999999", "-1", NULL },
    { "99999999999999999999999999999999999999", "-1", "99999999999999999999999999999999999998" },
    { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", NULL },
    { "10000000000000000000000000000000000000", "0.1", NULL },
    { "99999999999999999999999999999999999999", "0.000000000000000001", NULL },
    /* Both coefficients and their sum pass 10^38 until the last zero is cut. */
    { "6000000000000000000000000000000000000.5", "6000000000000000000000000000000000000.5",
      "12000000000000000000000000000000000001" },
    { "9999999999999999999999999999999999999.9", "0.1", "10000000000000000000000000000000000000" },
    { "-9999999999999999999999999999999999999.9", "-9999999999999999999999999999999999999.9", NULL },
    /* Brought to one scale, the first operand has 39 digits; the sum has 38 again. */
    { "18000000000000000000000000000000000000", "-8999999999999999999999999999999999999.1",
      "9000000000000000000000000000000000000.9" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int swapped = 0; swapped < 2; swapped++) {
      const struct decimal a = number (swapped ? rows[i].b : rows[i].a), b = number (swapped ? rows[i].a : rows[i].b);
      struct decimal sum = { 42, 7 };
      const enum decimal_status status = decimal_add (a, b, &sum);

      ck_assert_msg (status == (rows[i].sum != NULL ? DECIMAL_OK : DECIMAL_OVERFLOW), "%s + %s", rows[i].a, rows[i].b);
      if (rows[i].sum != NULL)
        assert_text (sum, rows[i].sum);
      else
        ck_assert_msg (sum.coefficient == 42 && sum.scale == 7, "%s + %s left a value", rows[i].a, rows[i].b);
    }
}
END_TEST

START_TEST (subtraction_undoes_addition)
{
  struct random random = random_for_test (3);
  int checked = 0;

  for (int i = 0; i < 50000; i++) {
    const struct decimal a = random_decimal (&random), b = random_decimal (&random);
    struct decimal sum, back;

    if (decimal_add (a, b, &sum) != DECIMAL_OK)
      continue;
    ck_assert_msg (decimal_subtract (sum, b, &back) == DECIMAL_OK && same (back, a), "draw %d", i);
    ck_assert_msg (decimal_subtract (a, a, &back) == DECIMAL_OK && same (back, DECIMAL_ZERO), "draw %d", i);
    ck_assert_msg (decimal_compare (sum, a) == decimal_sign (b), "draw %d", i);
    checked++;
  }
  ck_assert_msg (checked > 10000, "only %d sums fitted", checked);
}
END_TEST

START_TEST (order)
{
  static const char *const ascending[] = {
    "-99999999999999999999999999999999999999",
    "-1000000000000000000000",
    "-10.5",
    "-10.49",
    "-1",
    "-0.000000000000000001",
    "0",
    "0.000000000000000001",
    "0.09",
    "0.1",
    "1",
    "1.000000000000000001",
    "2",
    "10",
    "10.49",
    "10.5",
    "99999999999999999999.999999999999999999",
    "100000000000000000000",
    "99999999999999999999999999999999999999",
  };
  const size_t count = sizeof ascending / sizeof ascending[0];

  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++)
      ck_assert_msg (decimal_compare (number (ascending[i]), number (ascending[j])) == (i > j) - (i < j), "%s, %s", ascending[i],
                     ascending[j]);
  ck_assert_int_eq (decimal_sign (number ("-0.1")), -1);
  ck_assert_int_eq (decimal_sign (number ("0")), 0);
  ck_assert_int_eq (decimal_sign (number ("0.1")), 1);
  assert_text (decimal_negate (number ("-0.1")), "0.1");
  assert_text (decimal_negate (DECIMAL_ZERO), "0");
  assert_text (decimal_from_int64 (INT64_MIN), "-9223372036854775808");
}
END_TEST

START_TEST (started_blocks)
{
  static const struct {
    const char *value, *block, *count; /* NULL: overflow */
  } rows[] = {
    { "0", "10", "0" },
    { "-5", "10", "0" },
    { "1", "10", "1" },
    { "10", "10", "1" },
    { "11", "10", "2" },
    { "22", "10", "3" },
    { "4500", "1000", "5" },
    { "10.000000000000000001", "10", "2" },
    { "0.3", "0.1", "3" },
    { "0.31", "0.1", "4" },
    { "1", "0.3", "4" },
    { "1", "3", "1" },
    { "2.5", "2.5", "1" },
    { "0.000000000000000001", "99999999999999999999999999999999999999", "1" },
    { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", "1" },
    { "99999999999999999999999999999999999999", "2", "50000000000000000000000000000000000000" },
    { "99999999999999999999", "0.000000000000000001", "99999999999999999999000000000000000000" },
    { "99999999999999999999.5", "0.000000000000000001", "99999999999999999999500000000000000000" },
    { "100000000000000000000", "0.000000000000000001", NULL },
    { "5", "0", NULL }, /* no number of such blocks holds it */
    { "5", "-1", NULL },
    { "99999999999999999999999999999999999999", "0.000000000000000001", NULL },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct decimal count = { 42, 7 };
    const enum decimal_status status = decimal_started_blocks (number (rows[i].value), number (rows[i].block), &count);

    ck_assert_msg (status == (rows[i].count != NULL ? DECIMAL_OK : DECIMAL_OVERFLOW), "%s / %s", rows[i].value, rows[i].block);
    if (rows[i].count != NULL)
      assert_text (count, rows[i].count);
  }
}
END_TEST

START_TEST (started_blocks_hold_the_value_and_no_block_is_idle)
{
  struct random random = random_for_test (4);

  for (int i = 0; i < 20000; i++) {
    /* value = blocks × size - missing, 0 <= missing < size, at random scales. */
    const int64_t blocks = random_between (&random, 1, 1000000), size = random_between (&random, 1, INT64_C (1000000000000));
    const int64_t missing = random_between (&random, 0, size - 1);
    const int scale = (int)random_between (&random, 0, 9);
    char text[DECIMAL_TEXT_SIZE];
    struct decimal value, block, count;

    snprintf (text, sizeof text, "%llde-%d", (long long)(blocks * size - missing), scale);
    value = number (text);
    snprintf (text, sizeof text, "%llde-%d", (long long)size, scale);
    block = number (text);
    ck_assert_msg (decimal_started_blocks (value, block, &count) == DECIMAL_OK, "draw %d", i);
    ck_assert_msg (same (count, decimal_from_int64 (blocks)), "draw %d: %lld blocks", i, (long long)blocks);
  }
}
END_TEST

START_TEST (made_of_digits_and_a_scale)
{
  struct decimal value = { 42, 7 };

  ck_assert_int_eq (decimal_make (-12300, 3, &value), DECIMAL_OK);
  assert_text (value, "-12.3");
  ck_assert_int_eq (decimal_make (0, 18, &value), DECIMAL_OK);
  assert_text (value, "0");
  /* 10^38 has 39 digits, unless they are zeros behind the point. */
  const int128 bound = (int128)UINT64_C (10000000000000000000) * (int128)UINT64_C (10000000000000000000);

  ck_assert_int_eq (decimal_make (bound, 0, &value), DECIMAL_OVERFLOW);
  ck_assert_int_eq (decimal_make (bound, 18, &value), DECIMAL_OK);
  assert_text (value, "100000000000000000000");
}
END_TEST

START_TEST (percentages)
{
  static const struct {
    const char *percent, *fraction; /* NULL: it does not fit */
  } rows[] = {
    { "0", "0" },
    { "1.3", "0.013" },
    { "100", "1" },
    { "10", "0.1" },
    { "5", "0.05" },
    { "-2.5", "-0.025" },
    { "120", "1.2" },
    { "12300", "123" },
    { "0.0000000000000001", "0.000000000000000001" },
    { "0.00000000000000001", NULL },
    { "99999999999999999999999999999999999999", "999999999999999999999999999999999999.99" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct decimal fraction = { 42, 7 }, back = { 42, 7 };
    const enum decimal_status status = decimal_from_percent (number (rows[i].percent), &fraction);

    ck_assert_msg (status == (rows[i].fraction != NULL ? DECIMAL_OK : DECIMAL_OVERFLOW), "%s %%", rows[i].percent);
    if (rows[i].fraction == NULL)
      continue;
    assert_text (fraction, rows[i].fraction);
    ck_assert_int_eq (decimal_to_percent (fraction, &back), DECIMAL_OK);
    assert_text (back, rows[i].percent);
  }
  ck_assert_int_eq (decimal_to_percent (number ("1e36"), &(struct decimal){ 0, 0 }), DECIMAL_OVERFLOW);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("decimal");
  TCase *text = tcase_create ("text");
  TCase *arithmetic = tcase_create ("arithmetic");

  tcase_add_test (text, accepted_texts);
  tcase_add_test (text, refused_texts);
  tcase_add_test (text, only_the_given_bytes_are_read);
  tcase_add_test (text, statuses_have_words);
  tcase_add_test (text, parse_undoes_format);
  tcase_add_test (text, notations_of_one_number_agree);
  tcase_set_timeout (text, 60);
  suite_add_tcase (suite, text);
  tcase_add_test (arithmetic, sums);
  tcase_add_test (arithmetic, subtraction_undoes_addition);
  tcase_add_test (arithmetic, order);
  tcase_add_test (arithmetic, started_blocks);
  tcase_add_test (arithmetic, made_of_digits_and_a_scale);
  tcase_add_test (arithmetic, percentages);
  tcase_add_test (arithmetic, started_blocks_hold_the_value_and_no_block_is_idle);
  tcase_set_timeout (arithmetic, 60);
  suite_add_tcase (suite, arithmetic);
  return suite;
}
