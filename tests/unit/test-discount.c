/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discounts over lines, worked out by hand from the rules in billctl-coupon-apply(1). */
#include "core/discount.h"

#include "core/exact.h"
#include "core/money.h"
#include "tap-main.h"

#include <string.h>

enum { LINES_MOST = 8 };

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  ck_assert_msg (decimal_parse (text, strlen (text), &value) == DECIMAL_OK, "\"%s\"", text);
  return value;
}

START_TEST (discounts)
{
  static const struct {
    const char *fraction; /* NULL: an amount */
    int64_t amount;
    const char *currency;
    size_t count;
    int64_t left[LINES_MOST], parts[LINES_MOST], taken;
  } rows[] = {
    { "0.2", 0, "USD", 1, { 9900 }, { 1980 }, 1980 },
    /* 10 % of 99.99 + 0.06 = 10.005 -> 10.01; shares 9.99899…, 0.0060…: floors 999 and 0, the larger remainder is the first. */
    { "0.1", 0, "USD", 2, { 9999, 6 }, { 1000, 1 }, 1001 },
    /* Each line rounded by itself would give 3 x 0.02; the sum 0.45 x 0.1 = 0.045 -> 0.05, ties to the earlier. */
    { "0.1", 0, "USD", 3, { 15, 15, 15 }, { 2, 2, 1 }, 5 },
    { "0.5", 0, "JPY", 2, { 1, 2 }, { 1, 1 }, 2 }, /* 1.5 yen -> 2: shares 2/3 and 4/3; remainders 2/3 and 1/3 */
    { "0.333333333333333333", 0, "KWD", 1, { 3000 }, { 1000 }, 1000 },
    { "1", 0, "USD", 3, { 100, 0, 1 }, { 100, 0, 1 }, 101 },
    { NULL, 1000, "USD", 2, { 3000, 1000 }, { 750, 250 }, 1000 },
    { NULL, 100, "USD", 3, { 1, 1, 1 }, { 1, 1, 1 }, 3 }, /* never more than the lines */
    { NULL, 1, "USD", 3, { 5, 5, 5 }, { 1, 0, 0 }, 1 },
    { NULL, 0, "USD", 1, { 5 }, { 0 }, 0 },
    /* A line below zero lessens the sum and bears nothing: 20 % of 50 = 10 over 40 and 20. */
    { "0.2", 0, "USD", 3, { 4000, -1000, 2000 }, { 667, 0, 333 }, 1000 },
    { NULL, 9000, "USD", 3, { 4000, -1000, 2000 }, { 3333, 0, 1667 }, 5000 },
    { "0.2", 0, "USD", 2, { 1000, -1000 }, { 0, 0 }, 0 },
    { "0.2", 0, "USD", 2, { 1000, -3000 }, { 0, 0 }, 0 },
    { NULL, 500, "USD", 1, { -3000 }, { 0 }, 0 },
    { "0.2", 0, "USD", 0, { 0 }, { 0 }, 0 },
    /* in-lago-coupon-cap: 10.00 off 100.00, and 110.00 off the 90.00 that are left. in-om-percent-discount: half of 200.00. */
    { NULL, 1000, "EUR", 1, { 10000 }, { 1000 }, 1000 },
    { NULL, 11000, "EUR", 1, { 9000 }, { 9000 }, 9000 },
    { "0.5", 0, "USD", 1, { 20000 }, { 10000 }, 10000 },
    { "1", 0, "USD", 1, { INT64_MAX }, { INT64_MAX }, INT64_MAX },
    /* 2^62 over 2^63 - 2 and 1: remainders just below and just above a half. */
    { "0.5", 0, "CLF", 2, { INT64_MAX - 1, 1 }, { INT64_C (4611686018427387903), 1 }, INT64_C (4611686018427387904) },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct discount discount = { .amount_minor = rows[i].amount };
    int64_t weights[LINES_MOST], parts[LINES_MOST], taken = -1;

    if (rows[i].fraction != NULL)
      discount = (struct discount){ .is_percent = true, .fraction = number (rows[i].fraction) };
    ck_assert_msg (discount_take (&discount, currency_find (rows[i].currency), rows[i].left, rows[i].count, weights, parts, &taken) == DISCOUNT_OK, "row %zu", i);
    ck_assert_msg (taken == rows[i].taken, "row %zu: %lld", i, (long long)taken);
    for (size_t k = 0; k < rows[i].count; k++)
      ck_assert_msg (parts[k] == rows[i].parts[k], "row %zu, line %zu: %lld", i, k, (long long)parts[k]);
  }
}
END_TEST

START_TEST (sums_that_do_not_fit)
{
  const struct discount half = { .is_percent = true, .fraction = number ("0.5") }, amount = { .amount_minor = 1 };
  const struct currency *dollar = currency_find ("USD");
  const int64_t left[] = { INT64_MAX, 1 };
  int64_t weights[2], parts[2], taken = 77;

  ck_assert (discount_take (&half, dollar, left, 2, weights, parts, &taken) == DISCOUNT_OVERFLOW && taken == 77);
  ck_assert (discount_take (&amount, dollar, left, 2, weights, parts, &taken) == DISCOUNT_OVERFLOW && taken == 77);
}
END_TEST

/* Several discounts one after the other, each on what is left: what is taken adds up, no line comes below zero, and a percentage
 * is the rounded share of the sum. */
START_TEST (parts_add_up_and_no_line_comes_below_zero)
{
  const struct currency *dollar = currency_find ("USD");
  struct random random = random_for_test (1);

  for (int draw = 0; draw < 20000; draw++) {
    const size_t count = (size_t)random_between (&random, 1, LINES_MOST);
    int64_t left[LINES_MOST];

    for (size_t i = 0; i < count; i++)
      left[i] = (int64_t)random_up_to_bits (&random, 40) * (random_between (&random, 0, 9) == 0 ? -1 : 1);
    for (int round = 0; round < 3; round++) {
      const int64_t percent = random_between (&random, 1, 10000);
      struct discount discount = { .amount_minor = (int64_t)random_up_to_bits (&random, 42) };
      int64_t weights[LINES_MOST], parts[LINES_MOST], taken = -1, sum = 0, given = 0;

      if (random_between (&random, 0, 1) == 1) {
        discount.is_percent = true;
        ck_assert (decimal_make (percent, 4, &discount.fraction) == DECIMAL_OK);
      }
      ck_assert (discount_take (&discount, dollar, left, count, weights, parts, &taken) == DISCOUNT_OK);
      for (size_t i = 0; i < count; i++) {
        sum += left[i];
        given += parts[i];
        ck_assert_msg (parts[i] >= 0 && parts[i] <= (left[i] > 0 ? left[i] : 0), "draw %d, line %zu", draw, i);
        left[i] -= parts[i];
      }
      ck_assert_msg (given == taken, "draw %d", draw);
      /* In whole numbers: (2 × sum × percent + 10^4) / (2 × 10^4), cut off. */
      const int64_t share = (int64_t)(((int128)sum * percent * 2 + 10000) / 20000);
      const int64_t wanted = sum <= 0 ? 0 : discount.is_percent ? share : discount.amount_minor < sum ? discount.amount_minor : sum;
      ck_assert_msg (taken == wanted, "draw %d: %lld, not %lld", draw, (long long)taken, (long long)wanted);
    }
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("discount");
  TCase *discount = tcase_create ("discount");

  tcase_add_test (discount, discounts);
  tcase_add_test (discount, sums_that_do_not_fit);
  tcase_add_test (discount, parts_add_up_and_no_line_comes_below_zero);
  tcase_set_timeout (discount, 60);
  suite_add_tcase (suite, discount);
  return suite;
}
