/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unrounded amounts: exact products and sums, and the one rounding. */
#include "core/exact.h"

#include "exact-bytes.h"
#include "tap-main.h"

#include <string.h>

/* exact_parse() of a text that ends where its memory ends. */
static bool
parse_exactly (const char *text, struct exact *ret)
{
  const struct exact_bytes copy = exact_bytes_new (text);
  const bool result = exact_parse (copy.bytes, copy.length, ret);

  exact_bytes_free (copy);
  return result;
}

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  ck_assert_msg (decimal_parse (text, strlen (text), &value) == DECIMAL_OK, "\"%s\"", text);
  return value;
}

static struct exact
amount (const char *text)
{
  struct exact value = exact_zero ();

  ck_assert_msg (parse_exactly (text, &value), "\"%s\"", text);
  return value;
}

static void
assert_text (const struct exact *value, const char *expected)
{
  char text[EXACT_TEXT_SIZE];

  ck_assert_uint_eq (exact_format (value, text), strlen (expected));
  ck_assert_str_eq (text, expected);
}

START_TEST (products)
{
  static const struct {
    const char *a, *b, *product; /* NULL: overflow */
  } rows[] = {
    { "2", "3", "6" },
    { "0", "-5", "0" },
    { "0.0001", "-12.5", "-0.00125" },
    { "-0.1", "-0.1", "0.01" },
    { "1234567.89", "-0.05", "-61728.3945" },
    { "0.000000000000000001", "0.000000000000000001", "0.000000000000000000000000000000000001" },
    { "-0.000000000000000001", "0.000000000000000003", "-0.000000000000000000000000000000000003" },
    { "13302.712904456820057", "1.1", "14632.9841949025020627" },
    { "9223372036854775807", "2", "18446744073709551614" },
    { "-9223372036854775808", "-9223372036854775808", "85070591730234615865843651857942052864" },
    /* (10^20 - 10^-18)^2 = 10^40 - 200 + 10^-36 */
    { "99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999",
      "9999999999999999999999999999999999999800.000000000000000000000000000000000001" },
    { "57896044618658097711785492504343953926", "1000", "57896044618658097711785492504343953926000" },
    { "57896044618658097711785492504343953927", "1000", NULL }, /* 2^255 / 10^36 = 57896044618658097711785492504343953926634… */
    { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", NULL },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int swapped = 0; swapped < 2; swapped++) {
      const struct decimal a = number (swapped ? rows[i].b : rows[i].a), b = number (swapped ? rows[i].a : rows[i].b);
      struct exact product = amount ("42");

      ck_assert_msg (exact_product (a, b, &product) == (rows[i].product != NULL), "%s × %s", rows[i].a, rows[i].b);
      assert_text (&product, rows[i].product != NULL ? rows[i].product : "42");
    }
}
END_TEST

START_TEST (decimals_are_taken_as_they_are)
{
  static const char *const texts[] = { "0",
                                       "1",
                                       "-1.5",
                                       "0.000000000000000001",
                                       "-9223372036854775808",
                                       "18446744073709551616.25",
                                       "-99999999999999999999999999999999999999" };

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const struct exact value = exact_from_decimal (number (texts[i]));

    assert_text (&value, texts[i]);
  }
}
END_TEST

START_TEST (sums)
{
  const struct exact a = amount ("0.1"), b = amount ("-0.30000000000000000000000000000000001"), zero = exact_zero ();
  struct exact result;

  ck_assert (exact_add (&a, &b, &result));
  assert_text (&result, "-0.20000000000000000000000000000000001");
  ck_assert (exact_subtract (&a, &b, &result));
  assert_text (&result, "0.40000000000000000000000000000000001");
  ck_assert (exact_subtract (&a, &a, &result) && exact_is_zero (&result) && !exact_is_zero (&a));
  ck_assert_int_eq (exact_compare (&b, &a), -1);
  ck_assert_int_eq (exact_compare (&b, &zero), -1);
  ck_assert_int_eq (exact_compare (&a, &zero), 1);
  ck_assert_int_eq (exact_compare (&a, &a), 0);
}
END_TEST

START_TEST (sums_know_their_bounds)
{
  const struct exact half = amount ("30000000000000000000000000000000000000000"), zero = exact_zero ();
  const struct exact minus_half = amount ("-30000000000000000000000000000000000000000");
  struct exact result = amount ("42");

  ck_assert (!exact_add (&half, &half, &result));
  ck_assert (!exact_subtract (&minus_half, &half, &result));
  assert_text (&result, "42");
  ck_assert (exact_add (&half, &minus_half, &result) && exact_compare (&result, &zero) == 0);
}
END_TEST

START_TEST (scaling_by_a_factor)
{
  static const struct {
    const char *value, *factor, *expected; /* NULL: too large or too fine */
  } rows[] = {
    { "100", "1.1", "110" },
    { "-0.101", "1", "-0.101" },
    { "33.333333333333333333", "1.000000000000000001", "33.333333333333333366333333333333333333" },
    { "10", "-0.05", "-0.5" },
    { "5", "0", "0" },
    { "0.000000000000000001", "99999999999999999999.999999999999999999", "99.999999999999999999999999999999999999" },
    { "1", "-99999999999999999999999999999999999999", "-99999999999999999999999999999999999999" },
    { "1000", "99999999999999999999999999999999999999", NULL },
    { "0.0000000000000000001", "0.000000000000000001", NULL }, /* 10^-37 */
    { "0.0000000000000000001", "0.5", "0.00000000000000000005" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct exact value = amount (rows[i].value);
    struct exact result = amount ("42");

    ck_assert_msg (exact_multiply (&value, number (rows[i].factor), &result) == (rows[i].expected != NULL), "row %zu", i);
    assert_text (&result, rows[i].expected != NULL ? rows[i].expected : "42");
  }
}
END_TEST

START_TEST (rounding)
{
  static const struct {
    const char *value;
    struct ratio ratio;
    int digits;
    int64_t expected;
  } rows[] = {
    { "0.005", { 1, 1 }, 2, 1 },
    { "-0.005", { 1, 1 }, 2, -1 },
    { "0.004999999999999999999999999999999999", { 1, 1 }, 2, 0 },
    { "-0.004999999999999999999999999999999999", { 1, 1 }, 2, 0 },
    { "0.005000000000000000000000000000000001", { 1, 1 }, 2, 1 },
    { "2.675", { 1, 1 }, 2, 268 },
    { "2.665", { 1, 1 }, 2, 267 },
    { "0.5", { 1, 1 }, 0, 1 },
    { "-1.5", { 1, 1 }, 0, -2 },
    { "1.4999", { 1, 1 }, 0, 1 },
    { "1.2345", { 1, 1 }, 3, 1235 },
    { "0.00005", { 1, 1 }, 4, 1 },
    { "0.00004", { 1, 1 }, 4, 0 },
    { "100", { 1, 3 }, 2, 3333 },
    { "100", { 2, 3 }, 2, 6667 },
    { "-100", { 2, 3 }, 2, -6667 },
    { "100", { -2, 3 }, 2, -6667 },
    { "-100", { -2, 3 }, 2, 6667 },
    { "0.01", { 1, 2 }, 2, 1 },
    { "-0.01", { 1, 2 }, 2, -1 },
    { "0.03", { 1, 2 }, 2, 2 },
    { "10", { 27, 31 }, 2, 871 },     /* 8.7097 */
    { "599.95", { 5, 30 }, 2, 9999 }, /* 99.9917 */
    { "50", { 20, 28 }, 2, 3571 },    /* 35.714 */
    { "0", { 17, 31 }, 2, 0 },
    { "7", { 0, 5 }, 2, 0 },
    /* The two rounding errors of 1/3 of 0.015 do not add up: 0.005 exactly, so one cent. */
    { "0.015", { 1, 3 }, 2, 1 },
    { "92233720368547758.07", { 1, 1 }, 2, INT64_MAX },
    { "92233720368547758.074", { 1, 1 }, 2, INT64_MAX },
    { "-92233720368547758.08", { 1, 1 }, 2, INT64_MIN },
    { "-92233720368547758.084", { 1, 1 }, 2, INT64_MIN },
    { "9223372036854775807", { 1, 1 }, 0, INT64_MAX },
    /* The product with the numerator needs 244 bits, the quotient 64. */
    { "9223372036854775807", { INT64_MAX, INT64_MAX }, 0, INT64_MAX },
    { "-9223372036854775808", { INT64_MAX, INT64_MAX }, 0, INT64_MIN },
    { "100000000000000000000", { 1, INT64_C (10000000000) }, 2, INT64_C (1000000000000) },
    { "5000000000000.005", { 1, 1 }, 2, INT64_C (500000000000001) },
    { "6000000000000.005", { 1, 1 }, 2, INT64_C (600000000000001) },
    { "6000000000000.004999", { 1, 1 }, 2, INT64_C (600000000000000) },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct exact value = amount (rows[i].value);
    int64_t minor = 42;

    ck_assert_msg (exact_round (&value, rows[i].ratio, rows[i].digits, &minor) && minor == rows[i].expected,
                   "%s × %lld/%lld: %lld", rows[i].value, (long long)rows[i].ratio.numerator,
                   (long long)rows[i].ratio.denominator, (long long)minor);
  }
}
END_TEST

START_TEST (averages)
{
  static const struct {
    const char *sum;
    int64_t count;
    const char *average; /* NULL: it does not fit */
  } rows[] = {
    { "0", 7, "0" },
    { "10", 4, "2.5" },
    { "-10", 4, "-2.5" },
    { "1", 3, "0.333333333333333333" },
    { "2", 3, "0.666666666666666667" },
    { "-2", 3, "-0.666666666666666667" },
    { "0.000000000000000001", 2, "0.000000000000000001" }, /* half a place, away from zero */
    { "-0.000000000000000001", 2, "-0.000000000000000001" },
    { "0.000000000000000001", 3, "0" },
    { "405", 31, "13.064516129032258065" },
    { "99999999999999999999", 1, "99999999999999999999" },
    { "100000000000000000000000000000000000000", INT64_C (1000000000000000000), "100000000000000000000" },
    { "1000000000000000000000", 3, NULL }, /* 333333333333333333333.333333333333333333 has 39 digits */
    { "100000000000000000000000000000000000000", 1, NULL },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct exact sum;
    struct decimal average;
    char text[DECIMAL_TEXT_SIZE] = "";

    ck_assert (exact_parse (rows[i].sum, strlen (rows[i].sum), &sum));
    if (exact_average (&sum, rows[i].count, &average))
      decimal_format (average, text);
    ck_assert_msg (strcmp (text, rows[i].average == NULL ? "" : rows[i].average) == 0, "%s / %lld: %s", rows[i].sum,
                   (long long)rows[i].count, text);
  }
}
END_TEST

START_TEST (rounding_that_does_not_fit)
{
  static const struct {
    const char *value;
    struct ratio ratio;
    int digits;
  } rows[] = {
    { "92233720368547758.075", { 1, 1 }, 2 },
    { "-92233720368547758.085", { 1, 1 }, 2 },
    { "9223372036854775808", { 1, 1 }, 0 },
    { "10000000000000000000000000000000000000000", { 1, INT64_C (1000000000000000000) }, 0 },
    { "50000000000000000000000000000000000000000", { 3, 1 }, 2 },
    { "-50000000000000000000000000000000000000000", { INT64_MAX, 1 }, 2 },
    { "1", { 1, 0 }, 2 },
    { "1", { 1, -1 }, 2 },
    { "1", { 1, 1 }, 5 },
    { "1", { 1, 1 }, -1 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct exact value = amount (rows[i].value);
    int64_t minor = 42;

    ck_assert_msg (!exact_round (&value, rows[i].ratio, rows[i].digits, &minor) && minor == 42, "row %zu", i);
  }
}
END_TEST

START_TEST (rounding_agrees_with_the_digits_of_the_text)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 30000; i++) {
    /* Schoolbook: the first digit that is cut decides, 5 and above away from zero. */
    const int digits = (int)random_between (&random, 0, 4), places = (int)random_between (&random, 1, 30);
    const int64_t whole = random_between (&random, 0, INT64_C (900000000000000)) >> random_between (&random, 0, 49);
    const bool negative = random_between (&random, 0, 1) == 1;
    char text[80], *cut;
    int length;
    int64_t expected = whole, minor;
    struct exact value;

    length = snprintf (text, sizeof text, "%s%lld.", negative ? "-" : "", (long long)whole);
    cut = text + length + digits;
    for (int place = 0; place < digits + places; place++)
      text[length++] = (char)('0' + random_between (&random, place == digits + places - 1, 9));
    text[length] = '\0';
    for (int place = digits; place > 0; place--)
      expected = expected * 10 + (cut[-place] - '0');
    expected += *cut >= '5';
    value = amount (text);
    ck_assert_msg (exact_round (&value, RATIO_ONE, digits, &minor) && minor == (negative ? -expected : expected), "draw %d: %s",
                   i, text);
  }
}
END_TEST

START_TEST (a_ratio_gives_back_what_it_was_made_from)
{
  struct random random = random_for_test (2);

  for (int i = 0; i < 30000; i++) {
    /* (share × n + rest) / n rounds to the share when 2 × rest < n, and to the next one otherwise; all in cents. */
    const int64_t share = random_between (&random, 0, INT64_C (1) << 40), n = random_between (&random, 1, 100000);
    const int64_t rest = random_between (&random, 0, n - 1), expected = share + (2 * rest >= n);
    const int64_t factor = random_between (&random, 1, 1000);
    const struct exact value = exact_from_decimal ((struct decimal){ (int128)share * n + rest, 2 });
    const struct exact opposite = exact_from_decimal ((struct decimal){ -((int128)share * n + rest), 2 });
    int64_t minor;

    ck_assert_msg (exact_round (&value, (struct ratio){ 1, n }, 2, &minor) && minor == expected, "draw %d", i);
    ck_assert_msg (exact_round (&value, (struct ratio){ factor, factor * n }, 2, &minor) && minor == expected, "draw %d", i);
    ck_assert_msg (exact_round (&opposite, (struct ratio){ 1, n }, 2, &minor) && minor == -expected, "draw %d", i);
  }
}
END_TEST

START_TEST (parse_undoes_format)
{
  static const char *const texts[] = {
    "0",
    "1",
    "-1",
    "10",
    "0.1",
    "-0.000000000000000000000000000000000001",
    "1234.5678",
    "57896044618658097711785492504343953926634.992332820282019728792003956564819967",  /* 2^255 - 1 units */
    "-57896044618658097711785492504343953926634.992332820282019728792003956564819968", /* -2^255 units */
  };
  struct random random = random_for_test (3);
  char text[EXACT_TEXT_SIZE];

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const struct exact value = amount (texts[i]);

    assert_text (&value, texts[i]);
  }
  for (int i = 0; i < 20000; i++) {
    const struct exact value
        = { wide_product (random_up_to_bits (&random, 127), random_up_to_bits (&random, 127) * (i % 2 ? 1 : -1)) };
    struct exact back;

    ck_assert_msg (exact_parse (text, exact_format (&value, text), &back), "draw %d: %s", i, text);
    ck_assert_msg (exact_compare (&value, &back) == 0, "draw %d: %s", i, text);
  }
}
END_TEST

START_TEST (texts_that_format_never_writes)
{
  static const char *const texts[] = {
    "",
    "-",
    ".",
    "-0",
    "+1",
    "1.",
    ".5",
    "1.50",
    "1.0",
    "01",
    "-01.5",
    "00",
    "1e3",
    "1,5",
    " 1",
    "1 ",
    "1.2.3",
    "--1",
    "abc",
    "0.0000000000000000000000000000000000001", /* 37 places */
    "57896044618658097711785492504343953926634.992332820282019728792003956564819968",
    "-57896044618658097711785492504343953926634.992332820282019728792003956564819969",
    "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
  };

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    struct exact value = amount ("42");

    ck_assert_msg (!parse_exactly (texts[i], &value), "\"%s\"", texts[i]);
    assert_text (&value, "42");
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("exact");
  TCase *arithmetic = tcase_create ("arithmetic");
  TCase *round_case = tcase_create ("rounding");
  TCase *text = tcase_create ("text");

  tcase_add_test (arithmetic, products);
  tcase_add_test (arithmetic, decimals_are_taken_as_they_are);
  tcase_add_test (arithmetic, sums);
  tcase_add_test (arithmetic, sums_know_their_bounds);
  tcase_add_test (arithmetic, scaling_by_a_factor);
  suite_add_tcase (suite, arithmetic);
  tcase_add_test (round_case, rounding);
  tcase_add_test (round_case, averages);
  tcase_add_test (round_case, rounding_that_does_not_fit);
  tcase_add_test (round_case, rounding_agrees_with_the_digits_of_the_text);
  tcase_add_test (round_case, a_ratio_gives_back_what_it_was_made_from);
  tcase_set_timeout (round_case, 60);
  suite_add_tcase (suite, round_case);
  tcase_add_test (text, parse_undoes_format);
  tcase_add_test (text, texts_that_format_never_writes);
  tcase_set_timeout (text, 60);
  suite_add_tcase (suite, text);
  return suite;
}
