/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money: text in major units, overflow, and splits that add up. */
#include "core/money.h"

#include "exact-bytes.h"
#include "tap-main.h"

#include <string.h>

/* money_parse() of a text that ends where its memory ends. */
static enum money_status
parse_exactly (const char *text, const struct currency *currency, int64_t *ret)
{
  const struct exact_bytes copy = exact_bytes_new (text);
  const enum money_status result = money_parse (copy.bytes, copy.length, currency, ret);

  exact_bytes_free (copy);
  return result;
}

START_TEST (accepted_texts)
{
  static const struct {
    const char *text, *code;
    int64_t minor;
    const char *canonical;
  } rows[] = {
    { "99", "USD", 9900, "99.00" },
    { "99.5", "USD", 9950, "99.50" },
    { "-99.00", "USD", -9900, "-99.00" },
    { "+1", "USD", 100, "1.00" },
    { ".05", "USD", 5, "0.05" },
    { "0", "USD", 0, "0.00" },
    { "-0.00", "USD", 0, "0.00" },
    { "-0.01", "USD", -1, "-0.01" },
    { "00012.30", "USD", 1230, "12.30" },
    { "100", "JPY", 100, "100" },
    { "-7", "JPY", -7, "-7" },
    { "0", "JPY", 0, "0" },
    { "5.124", "KWD", 5124, "5.124" },
    { "0.0001", "CLF", 1, "0.0001" },
    { "92233720368547758.07", "USD", INT64_MAX, "92233720368547758.07" },
    { "-92233720368547758.08", "USD", INT64_MIN, "-92233720368547758.08" },
    { "9223372036854775807", "JPY", INT64_MAX, "9223372036854775807" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct currency *const currency = currency_find (rows[i].code);
    char text[MONEY_TEXT_SIZE];
    int64_t minor = 42;

    ck_assert_msg (parse_exactly (rows[i].text, currency, &minor) == MONEY_OK, "%s", rows[i].text);
    ck_assert_msg (minor == rows[i].minor, "%s: %lld", rows[i].text, (long long)minor);
    ck_assert_uint_eq (money_format (minor, currency, text), strlen (rows[i].canonical));
    ck_assert_str_eq (text, rows[i].canonical);
  }
}
END_TEST

START_TEST (refused_texts)
{
  static const struct {
    const char *text, *code;
    enum money_status status;
  } rows[] = {
    { "", "USD", MONEY_SYNTAX },
    { "-", "USD", MONEY_SYNTAX },
    { ".", "USD", MONEY_SYNTAX },
    { "1,5", "USD", MONEY_SYNTAX },
    { "1,000.00", "USD", MONEY_SYNTAX },
    { "1e3", "USD", MONEY_SYNTAX },
    { "$5", "USD", MONEY_SYNTAX },
    { "5 USD", "USD", MONEY_SYNTAX },
    { " 5", "USD", MONEY_SYNTAX },
    { "1.2.3", "USD", MONEY_SYNTAX },
    { "NaN", "USD", MONEY_SYNTAX },
    { "1.005", "USD", MONEY_TOO_MANY_PLACES },
    { "1.000", "USD", MONEY_TOO_MANY_PLACES },
    { "1.5", "JPY", MONEY_TOO_MANY_PLACES },
    { "1.0", "JPY", MONEY_TOO_MANY_PLACES },
    { "1.2345", "KWD", MONEY_TOO_MANY_PLACES },
    { "92233720368547758.08", "USD", MONEY_OVERFLOW },
    { "-92233720368547758.09", "USD", MONEY_OVERFLOW },
    { "92233720368547759", "USD", MONEY_OVERFLOW },
    { "9223372036854775808", "JPY", MONEY_OVERFLOW },
    { "99999999999999999999999999999999999999999", "USD", MONEY_OVERFLOW },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t minor = 42;

    ck_assert_msg (parse_exactly (rows[i].text, currency_find (rows[i].code), &minor) == rows[i].status, "\"%s\" %s",
                   rows[i].text, rows[i].code);
    ck_assert_msg (minor == 42, "\"%s\" left a value", rows[i].text);
  }
}
END_TEST

START_TEST (major_units_as_decimals)
{
  static const struct {
    int64_t minor;
    const char *code, *expected;
  } rows[] = {
    { 9900, "USD", "99" },   { 9950, "USD", "99.5" }, { -1, "USD", "-0.01" }, { 100, "JPY", "100" },
    { 5120, "KWD", "5.12" }, { 0, "USD", "0" },       { 10, "CLF", "0.001" }, { INT64_MIN, "USD", "-92233720368547758.08" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[DECIMAL_TEXT_SIZE];

    decimal_format (money_to_decimal (rows[i].minor, currency_find (rows[i].code)), text);
    ck_assert_str_eq (text, rows[i].expected);
  }
}
END_TEST

START_TEST (parse_undoes_format)
{
  struct random random = random_for_test (1);
  size_t count;
  const struct currency *const table = currency_table (&count);

  for (int i = 0; i < 50000; i++) {
    const struct currency *const currency = &table[random_bits (&random) % count];
    const int64_t minor = (int64_t)random_bits (&random) >> random_between (&random, 0, 63);
    char text[MONEY_TEXT_SIZE];
    int64_t back;

    ck_assert_msg (money_parse (text, money_format (minor, currency, text), currency, &back) == MONEY_OK && back == minor,
                   "%s %s", text, currency->code);
  }
}
END_TEST

START_TEST (sums_know_their_bounds)
{
  int64_t result = 42;

  ck_assert (!money_add (INT64_MAX, 1, &result) && !money_add (INT64_MIN, -1, &result));
  ck_assert (!money_subtract (INT64_MIN, 1, &result) && !money_subtract (0, INT64_MIN, &result));
  ck_assert_int_eq (result, 42);
  ck_assert (money_add (INT64_MAX, INT64_MIN, &result) && result == -1);
  ck_assert (money_subtract (-1, INT64_MIN, &result) && result == INT64_MAX);
}
END_TEST

START_TEST (splits_by_largest_remainder)
{
  /* The shares in the comments are exact; what is left over goes to the largest fractions. */
  static const struct {
    int64_t total;
    size_t count;
    int64_t weights[5], parts[5];
  } rows[] = {
    { 100, 3, { 1, 1, 1 }, { 34, 33, 33 } }, /* 33.33 each: the tie goes to the first */
    { -100, 3, { 1, 1, 1 }, { -34, -33, -33 } },
    { 101, 3, { 1, 1, 1 }, { 34, 34, 33 } },
    { 10, 3, { 1, 2, 3 }, { 2, 3, 5 } },     /* 1.67, 3.33, 5 */
    { 100, 3, { 2, 3, 2 }, { 29, 43, 28 } }, /* 28.57, 42.86, 28.57 */
    { 5, 2, { 1, 1 }, { 3, 2 } },            /* 2.5, 2.5 */
    { 1, 4, { 1, 1, 1, 1 }, { 1, 0, 0, 0 } },
    { 3, 4, { 0, 1, 0, 1 }, { 0, 2, 0, 1 } },
    { 0, 3, { 5, 7, 11 }, { 0, 0, 0 } },
    { 7, 1, { 3 }, { 7 } },
    { 1000, 5, { 1, 10, 100, 1000, 10000 }, { 0, 1, 9, 90, 900 } }, /* 0.09, 0.90, 9.0009, 90.009, 900.09 */
    { 2, 3, { 1, 1, 4 }, { 1, 0, 1 } },                             /* 0.33, 0.33, 1.33: three equal fractions, one unit left */
    { INT64_MAX, 2, { INT64_MAX, INT64_MAX }, { INT64_C (4611686018427387904), INT64_C (4611686018427387903) } },
    { INT64_MIN, 2, { 1, 0 }, { INT64_MIN, 0 } },
    { INT64_MIN, 2, { 1, 1 }, { INT64_MIN / 2, INT64_MIN / 2 } },
    { INT64_MIN, 3, { 1, INT64_MAX, 0 }, { -1, -INT64_MAX, 0 } },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t parts[5];

    ck_assert_msg (money_distribute (rows[i].total, rows[i].weights, rows[i].count, parts), "row %zu", i);
    for (size_t j = 0; j < rows[i].count; j++)
      ck_assert_msg (parts[j] == rows[i].parts[j], "row %zu, part %zu: %lld", i, j, (long long)parts[j]);
  }
}
END_TEST

START_TEST (splits_that_cannot_be)
{
  static const int64_t none[] = { 0, 0 }, negative[] = { 2, -1 };
  int64_t parts[2] = { 42, 42 };

  ck_assert (!money_distribute (100, none, 2, parts));
  ck_assert (!money_distribute (100, negative, 2, parts));
  ck_assert (!money_distribute (100, none, 0, parts));
  ck_assert (parts[0] == 42 && parts[1] == 42);
}
END_TEST

START_TEST (parts_add_up_and_stay_within_one_of_their_share)
{
  enum { MOST = 40 };

  struct random random = random_for_test (2);

  for (int i = 0; i < 10000; i++) {
    const size_t count = (size_t)random_between (&random, 1, MOST);
    const int64_t total = (int64_t)random_bits (&random) >> random_between (&random, 1, 62);
    int64_t weights[MOST], parts[MOST];
    int128 whole = 0, sum = 0;

    for (size_t j = 0; j < count; j++) {
      weights[j] = (int64_t)(random_bits (&random) >> random_between (&random, 1, 63));
      whole += weights[j];
    }
    ck_assert_msg (money_distribute (total, weights, count, parts) == (whole != 0), "draw %d", i);
    if (whole == 0)
      continue;
    for (size_t j = 0; j < count; j++) {
      /* |part × whole - total × weight| < whole, in 256 bits because the products may need more than 127. */
      const struct wide got = wide_product (parts[j], whole), want = wide_product (total, weights[j]);
      const struct wide bound = wide_from_int128 (whole), opposite = wide_from_int128 (-whole);
      struct wide off;

      sum += parts[j];
      ck_assert (wide_subtract (&got, &want, &off));
      ck_assert_msg (wide_compare (&off, &bound) < 0 && wide_compare (&off, &opposite) > 0, "draw %d, part %zu", i, j);
      ck_assert_msg (weights[j] != 0 || parts[j] == 0, "draw %d: a part without weight", i);
    }
    ck_assert_msg (sum == total, "draw %d", i);
  }
}
END_TEST

START_TEST (a_negative_total_is_the_mirror_image)
{
  struct random random = random_for_test (3);

  for (int i = 0; i < 5000; i++) {
    const int64_t total = random_between (&random, 0, 1000000);
    int64_t weights[8], parts[8], mirrored[8];

    for (size_t j = 0; j < 8; j++)
      weights[j] = random_between (&random, j == 0, 50);
    ck_assert (money_distribute (total, weights, 8, parts) && money_distribute (-total, weights, 8, mirrored));
    for (size_t j = 0; j < 8; j++)
      ck_assert_msg (parts[j] == -mirrored[j], "draw %d, part %zu", i, j);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("money");
  TCase *text = tcase_create ("text");
  TCase *arithmetic = tcase_create ("arithmetic");

  tcase_add_test (text, accepted_texts);
  tcase_add_test (text, refused_texts);
  tcase_add_test (text, major_units_as_decimals);
  tcase_add_test (text, parse_undoes_format);
  tcase_set_timeout (text, 60);
  suite_add_tcase (suite, text);
  tcase_add_test (arithmetic, sums_know_their_bounds);
  tcase_add_test (arithmetic, splits_by_largest_remainder);
  tcase_add_test (arithmetic, splits_that_cannot_be);
  tcase_add_test (arithmetic, parts_add_up_and_stay_within_one_of_their_share);
  tcase_add_test (arithmetic, a_negative_total_is_the_mirror_image);
  tcase_set_timeout (arithmetic, 60);
  suite_add_tcase (suite, arithmetic);
  return suite;
}
