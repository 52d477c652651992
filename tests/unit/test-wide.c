/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 256-bit integers: constants worked out by hand, and identities on random operands. */
#include "core/wide.h"

#include "tap-main.h"

#include <string.h>

#define INT128_MAX ((int128)(~(uint128)0 >> 1))
#define INT128_MIN (-INT128_MAX - 1)
#define ONES (~UINT64_C (0))
#define TOP (UINT64_C (1) << 63)

static const struct wide largest = { { ONES, ONES, ONES, ONES >> 1 } };
static const struct wide lowest = { { 0, 0, 0, TOP } };

static bool
same (const struct wide *a, const struct wide *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

static struct wide
wide_of (int128 value)
{
  return wide_from_int128 (value);
}

START_TEST (products_of_the_largest_operands)
{
  /* (2^127 - 1)^2 = 2^254 - 2^128 + 1;  (-2^127)^2 = 2^254;  -2^127 × (2^127 - 1) = -2^254 + 2^127. */
  const struct {
    int128 a, b;
    struct wide expected;
  } rows[] = {
    { INT128_MAX, INT128_MAX, { { 1, 0, ONES, ONES >> 2 } } },
    { INT128_MIN, INT128_MIN, { { 0, 0, 0, TOP >> 1 } } },
    { INT128_MIN, INT128_MAX, { { 0, TOP, 0, UINT64_C (0xC000000000000000) } } },
    { 0, INT128_MIN, { { 0, 0, 0, 0 } } },
    { -1, 1, { { ONES, ONES, ONES, ONES } } },
    { (int128)1 << 64, (int128)1 << 64, { { 0, 0, 1, 0 } } },
    { ONES, ONES, { { 1, ONES - 1, 0, 0 } } },
    { -((int128)1 << 64), (int128)1 << 63, { { 0, TOP, ONES, ONES } } },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct wide forth = wide_product (rows[i].a, rows[i].b);
    const struct wide back = wide_product (rows[i].b, rows[i].a);

    ck_assert_msg (same (&forth, &rows[i].expected), "row %zu", i);
    ck_assert_msg (same (&back, &rows[i].expected), "row %zu, swapped", i);
  }
}
END_TEST

START_TEST (carries_run_through_all_limbs)
{
  const struct wide low = { { ONES, ONES, ONES, 0 } }, one = wide_of (1), minus_one = wide_of (-1);
  const struct wide high = { { 0, 0, 0, 1 } };
  struct wide result;

  ck_assert (wide_add (&low, &one, &result) && same (&result, &high));
  ck_assert (wide_subtract (&high, &one, &result) && same (&result, &low));
  ck_assert (wide_add (&high, &minus_one, &result) && same (&result, &low));
  ck_assert (wide_add (&minus_one, &one, &result) && wide_is_zero (&result));
}
END_TEST

START_TEST (overflow_is_reported_and_touches_nothing)
{
  const struct wide one = wide_of (1), minus_one = wide_of (-1), zero = wide_of (0);
  const struct wide mark = { { 1, 2, 3, 4 } };
  struct wide result = mark;

  ck_assert (!wide_add (&largest, &one, &result));
  ck_assert (!wide_add (&lowest, &minus_one, &result));
  ck_assert (!wide_subtract (&lowest, &one, &result));
  ck_assert (!wide_subtract (&zero, &lowest, &result));
  ck_assert (!wide_subtract (&largest, &minus_one, &result));
  ck_assert (!wide_multiply (&largest, 2, &result));
  ck_assert (!wide_multiply (&lowest, 2, &result));
  ck_assert (!wide_multiply (&largest, ONES, &result));
  ck_assert (same (&result, &mark));

  ck_assert (wide_subtract (&minus_one, &lowest, &result) && same (&result, &largest));
  ck_assert (wide_add (&lowest, &largest, &result) && same (&result, &minus_one));
}
END_TEST

START_TEST (multiplication_reaches_the_lowest_value_only)
{
  const struct wide high = { { 0, 0, 0, 1 } };          /* 2^192 */
  const struct wide minus_high = { { 0, 0, 0, ONES } }; /* -2^192 */
  struct wide result;

  ck_assert (!wide_multiply (&high, TOP, &result));
  ck_assert (wide_multiply (&minus_high, TOP, &result) && same (&result, &lowest));
  ck_assert (wide_multiply (&lowest, 1, &result) && same (&result, &lowest));
  ck_assert (wide_multiply (&lowest, 0, &result) && wide_is_zero (&result));
}
END_TEST

START_TEST (narrowing_checks_both_ends)
{
  const struct {
    int128 value;
    bool fits;
  } rows[] = { { INT64_MAX, true },
               { INT64_MIN, true },
               { 0, true },
               { -1, true },
               { (int128)INT64_MAX + 1, false },
               { (int128)INT64_MIN - 1, false },
               { INT128_MAX, false },
               { INT128_MIN, false } };
  struct wide beyond;
  int128 wide = 7;

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct wide value = wide_of (rows[i].value);
    int64_t narrow = 7;

    ck_assert_msg (wide_to_int64 (&value, &narrow) == rows[i].fits, "row %zu", i);
    ck_assert_msg (narrow == (rows[i].fits ? (int64_t)rows[i].value : 7), "row %zu", i);
    ck_assert_msg (wide_to_int128 (&value, &wide) && wide == rows[i].value, "row %zu", i);
  }
  beyond = (struct wide){ { 0, TOP, 0, 0 } }; /* 2^127 */
  ck_assert (!wide_to_int128 (&beyond, &wide));
  beyond = (struct wide){ { ONES, ONES >> 1, ONES, ONES } }; /* -2^127 - 1 */
  ck_assert (!wide_to_int128 (&beyond, &wide));
  ck_assert (!wide_to_int128 (&lowest, &wide));
}
END_TEST

START_TEST (comparison_orders_signs_and_limbs)
{
  const struct wide ascending[]
      = { lowest,      { { 0, 0, 0, ONES } }, wide_of (INT128_MIN), wide_of (-2),       wide_of (-1),       wide_of (0),
          wide_of (1), { { ONES, 0, 0, 0 } }, { { 0, 1, 0, 0 } },   { { 0, 0, 1, 0 } }, { { 0, 0, 0, 1 } }, largest };

  for (size_t i = 0; i < sizeof ascending / sizeof ascending[0]; i++)
    for (size_t j = 0; j < sizeof ascending / sizeof ascending[0]; j++)
      ck_assert_int_eq (wide_compare (&ascending[i], &ascending[j]), (i > j) - (i < j));
  ck_assert (wide_is_negative (&lowest) && !wide_is_negative (&largest));
  ck_assert (wide_is_zero (&ascending[5]) && !wide_is_negative (&ascending[5]) && !wide_is_zero (&lowest));
}
END_TEST

START_TEST (small_quotients_round_half_away_from_zero)
{
  const struct {
    int value, divisor, expected;
  } rows[] = { { 7, 2, 4 },    { -7, 2, -4 },   { 5, 2, 3 },      { -5, 2, -3 },   { 7, 3, 2 },    { 8, 3, 3 }, { -8, 3, -3 },
               { 1, 2, 1 },    { -1, 2, -1 },   { 1, 3, 0 },      { -1, 3, 0 },    { 0, 5, 0 },    { 9, 1, 9 }, { 49, 100, 0 },
               { 50, 100, 1 }, { -49, 100, 0 }, { -50, 100, -1 }, { 149, 100, 1 }, { 150, 100, 2 } };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct wide value = wide_of (rows[i].value), divisor = wide_of (rows[i].divisor);
    const struct wide quotient = wide_divide_rounded (&value, &divisor);
    const struct wide expected = wide_of (rows[i].expected);

    ck_assert_msg (same (&quotient, &expected), "%d / %d", rows[i].value, rows[i].divisor);
  }
}
END_TEST

START_TEST (wide_quotients_round_half_away_from_zero)
{
  const struct wide one = wide_of (1), two = wide_of (2), minus_one = wide_of (-1), minus_two = wide_of (-2);
  const struct wide divisor = { { 0, 0, 0, 256 } };        /* 2^200 */
  const struct wide tie = { { 0, 0, 0, 384 } };            /* 1.5 × 2^200 */
  const struct wide below = { { ONES, ONES, ONES, 383 } }; /* the tie less 1 */
  const struct wide minus_tie = { { 0, 0, 0, ONES - 383 } };
  const struct wide above_minus_tie = { { 1, 0, 0, ONES - 383 } };
  const struct wide half = { { 0, 0, 0, 128 } };
  const struct wide odd_ones = { { ONES, 1, 0, 0 } }, power_64 = { { 0, 1, 0, 0 } }; /* 2^65 - 1 */
  const struct wide all_ones = { { ONES, ONES, ONES, 0 } }, power_191 = { { 0, 0, TOP, 0 } };
  const struct wide power_128 = { { 0, 0, 1, 0 } }, power_254 = { { 0, 0, 0, TOP >> 1 } }, power_126 = { { 0, TOP >> 1, 0, 0 } };
  struct wide quotient;

  quotient = wide_divide_rounded (&tie, &divisor);
  ck_assert (same (&quotient, &two));
  quotient = wide_divide_rounded (&below, &divisor);
  ck_assert (same (&quotient, &one));
  quotient = wide_divide_rounded (&minus_tie, &divisor);
  ck_assert (same (&quotient, &minus_two));
  quotient = wide_divide_rounded (&above_minus_tie, &divisor);
  ck_assert (same (&quotient, &minus_one));
  quotient = wide_divide_rounded (&half, &divisor);
  ck_assert (same (&quotient, &one));
  quotient = wide_divide_rounded (&power_254, &power_128);
  ck_assert (same (&quotient, &power_126));
  quotient = wide_divide_rounded (&lowest, &one);
  ck_assert (same (&quotient, &lowest));
  /* Rounding up that carries: (2^65 - 1) / 2 into the second limb, (2^192 - 1) / 2 into the top bit of the third. */
  quotient = wide_divide_rounded (&odd_ones, &two);
  ck_assert (same (&quotient, &power_64));
  quotient = wide_divide_rounded (&all_ones, &two);
  ck_assert (same (&quotient, &power_191));
  /* 2^255 / (2^255 - 1) is just above 1. */
  quotient = wide_divide_rounded (&lowest, &largest);
  ck_assert (same (&quotient, &minus_one));
}
END_TEST

START_TEST (truncated_quotients)
{
  const struct {
    int64_t value;
    uint64_t divisor;
    int64_t quotient;
    uint64_t remainder;
  } rows[] = { { 7, 2, 3, 1 }, { -7, 2, -3, 1 }, { 6, 2, 3, 0 }, { -1, 10, 0, 1 }, { INT64_MIN, TOP, -1, 0 }, { 5, ONES, 0, 5 } };
  const struct wide power_192 = { { 0, 0, 0, 1 } };
  struct wide quotient;
  uint64_t remainder;

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct wide value = wide_of (rows[i].value), expected = wide_of (rows[i].quotient);

    quotient = wide_divide_small (&value, rows[i].divisor, &remainder);
    ck_assert_msg (same (&quotient, &expected) && remainder == rows[i].remainder, "row %zu", i);
  }
  /* 2^192 = 3 × 0x5555…5555 (48 digits) + 1. */
  quotient = wide_divide_small (&power_192, 3, &remainder);
  ck_assert_uint_eq (quotient.limb[0], UINT64_C (0x5555555555555555));
  ck_assert_uint_eq (quotient.limb[1], UINT64_C (0x5555555555555555));
  ck_assert_uint_eq (quotient.limb[2], UINT64_C (0x5555555555555555));
  ck_assert_uint_eq (quotient.limb[3], 0);
  ck_assert_uint_eq (remainder, 1);
}
END_TEST

START_TEST (a_product_divided_by_a_factor_is_the_other)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 20000; i++) {
    const int128 a = random_up_to_bits (&random, 127) * (i % 2 == 0 ? 1 : -1);
    const int128 b = random_up_to_bits (&random, 126) + 1;
    const struct wide product = wide_product (a, b), divisor = wide_of (b), expected = wide_of (a);
    const struct wide quotient = wide_divide_rounded (&product, &divisor);

    ck_assert_msg (same (&quotient, &expected), "draw %d", i);
  }
}
END_TEST

START_TEST (quotient_times_divisor_plus_remainder)
{
  struct random random = random_for_test (2);

  for (int i = 0; i < 20000; i++) {
    const struct wide value
        = wide_product (random_up_to_bits (&random, 127), random_up_to_bits (&random, 127) * (i % 2 == 0 ? 1 : -1));
    const uint64_t divisor = random_bits (&random) >> random_between (&random, 0, 63) | 1;
    uint64_t remainder;
    const struct wide quotient = wide_divide_small (&value, divisor, &remainder);
    const struct wide rest = wide_of (wide_is_negative (&value) ? -(int128)remainder : (int128)remainder);
    struct wide back;

    ck_assert_msg (remainder < divisor, "draw %d", i);
    ck_assert_msg (wide_multiply (&quotient, divisor, &back) && wide_add (&back, &rest, &back), "draw %d", i);
    ck_assert_msg (same (&back, &value), "draw %d", i);
  }
}
END_TEST

START_TEST (nearest_quotient_of_a_wide_divisor)
{
  struct random random = random_for_test (3);

  for (int i = 0; i < 5000; i++) {
    /* n = a × d + d / 3 rounds to a; n = a × d + 2 × (d / 3) rounds to a + 1. d has up to 190 bits. */
    const struct wide d = wide_product (random_up_to_bits (&random, 95) + 3, random_up_to_bits (&random, 95) + 3);
    const int64_t a = random_between (&random, 0, INT64_C (1) << 61);
    const struct wide down = wide_of (a), up = wide_of (a + 1);
    uint64_t unused;
    const struct wide third = wide_divide_small (&d, 3, &unused);
    struct wide n, quotient;

    ck_assert (wide_multiply (&d, (uint64_t)a, &n));
    ck_assert (wide_add (&n, &third, &n));
    quotient = wide_divide_rounded (&n, &d);
    ck_assert_msg (same (&quotient, &down), "draw %d", i);
    ck_assert (wide_add (&n, &third, &n));
    quotient = wide_divide_rounded (&n, &d);
    ck_assert_msg (same (&quotient, &up), "draw %d", i);
  }
}
END_TEST

START_TEST (products_distribute_over_sums)
{
  struct random random = random_for_test (4);

  for (int i = 0; i < 20000; i++) {
    const int128 a = random_up_to_bits (&random, 127), b = random_up_to_bits (&random, 126), c = random_up_to_bits (&random, 126);
    const struct wide ab = wide_product (-a, b), ac = wide_product (-a, c), whole = wide_product (-a, b + c);
    struct wide sum, difference;

    ck_assert_msg (wide_add (&ab, &ac, &sum) && same (&sum, &whole), "draw %d", i);
    ck_assert_msg (wide_subtract (&whole, &ac, &difference) && same (&difference, &ab), "draw %d", i);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("wide");
  TCase *constants = tcase_create ("constants");
  TCase *identities = tcase_create ("identities");

  tcase_add_test (constants, products_of_the_largest_operands);
  tcase_add_test (constants, carries_run_through_all_limbs);
  tcase_add_test (constants, overflow_is_reported_and_touches_nothing);
  tcase_add_test (constants, multiplication_reaches_the_lowest_value_only);
  tcase_add_test (constants, narrowing_checks_both_ends);
  tcase_add_test (constants, comparison_orders_signs_and_limbs);
  tcase_add_test (constants, small_quotients_round_half_away_from_zero);
  tcase_add_test (constants, wide_quotients_round_half_away_from_zero);
  tcase_add_test (constants, truncated_quotients);
  suite_add_tcase (suite, constants);
  tcase_add_test (identities, a_product_divided_by_a_factor_is_the_other);
  tcase_add_test (identities, quotient_times_divisor_plus_remainder);
  tcase_add_test (identities, nearest_quotient_of_a_wide_divisor);
  tcase_add_test (identities, products_distribute_over_sums);
  tcase_set_timeout (identities, 60);
  suite_add_tcase (suite, identities);
  return suite;
}
