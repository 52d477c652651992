/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fees are earned: figures worked out by hand, and parts that add up. */
#include "core/recognition.h"

#include "random.h"
#include "tap-main.h"

/* Days of 2026: 2026-01-01 is day 20454. */
enum { JANUARY = 20454, FEBRUARY = JANUARY + 31, MARCH = FEBRUARY + 28, NEXT_YEAR = JANUARY + 365 };

START_TEST (worked_out_by_hand)
{
  static const struct {
    int64_t amount;
    int32_t from, until, day;
    int64_t earned;
  } rows[] = {
    { 9900, JANUARY, FEBRUARY, JANUARY - 1, 0 },
    { 9900, JANUARY, FEBRUARY, JANUARY, 0 },
    { 9900, JANUARY, FEBRUARY, JANUARY + 1, 319 },       /* 9900 / 31 = 319.35 */
    { 9900, JANUARY, FEBRUARY, FEBRUARY - 1, 9581 },     /* 9900 × 30 / 31 = 9580.65 */
    { 9900, JANUARY, FEBRUARY, FEBRUARY, 9900 },
    { 9900, JANUARY, FEBRUARY, MARCH, 9900 },
    { 9900, JANUARY + 14, FEBRUARY + 14, FEBRUARY, 5429 }, /* 9900 × 17 / 31 = 5429.03 */
    { 299000, JANUARY, NEXT_YEAR, FEBRUARY, 25395 },     /* 299000 × 31 / 365 = 25394.52 */
    { 299000, JANUARY, NEXT_YEAR, MARCH, 48332 },        /* 299000 × 59 / 365 = 48331.51 */
    { 1, JANUARY, JANUARY + 2, JANUARY + 1, 1 },         /* 0.5: away from zero */
    { -1, JANUARY, JANUARY + 2, JANUARY + 1, -1 },
    { 1, JANUARY, JANUARY + 3, JANUARY + 1, 0 },
    { -9900, JANUARY, FEBRUARY, FEBRUARY - 1, -9581 },
    { 0, JANUARY, FEBRUARY, JANUARY + 9, 0 },
    { 5, JANUARY, JANUARY + 1, JANUARY + 1, 5 },
    { INT64_MAX, JANUARY, JANUARY + 2, JANUARY + 1, INT64_MAX / 2 + 1 },
    { INT64_MIN, JANUARY, JANUARY + 2, JANUARY + 1, INT64_MIN / 2 },
    { INT64_MAX, -719162, 2932896, 2932895, INT64_C (9223369511327515053) }, /* all days from year 1 to 9999 but the last */
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct earning earning = { rows[i].amount, rows[i].from, rows[i].until };

    ck_assert_msg (recognition_before (&earning, rows[i].day) == rows[i].earned, "row %zu: %lld", i,
                   (long long)recognition_before (&earning, rows[i].day));
  }
}
END_TEST

/* Closed at any days, in order, the parts are what the fee is, each day is earned once, and a fee and its mirror image cancel out on
 * every day. The rounded value is next to the true one. */
START_TEST (parts_add_up)
{
  struct random random = random_for_test (1);

  for (int round = 0; round < 20000; round++) {
    const int64_t amount = (int64_t)random_up_to_bits (&random, 62) * (random_bits (&random) % 2 == 0 ? 1 : -1);
    const int32_t from = (int32_t)random_between (&random, -1000, 40000);
    const int32_t days = (int32_t)random_between (&random, 1, round % 2 == 0 ? 62 : 1500);
    const struct earning fee = { amount, from, from + days }, mirror = { -amount, from, from + days };
    int64_t sum = 0, before = 0;

    for (int32_t day = from - 3; day < from + days; day += (int32_t)random_between (&random, 1, 40)) {
      const int64_t now = recognition_before (&fee, day);
      const int128 exact = (int128)amount * (day < from ? 0 : day > from + days ? days : day - from);
      const int128 off = ((int128)now * days - exact) * 2;

      ck_assert (off <= days && off >= -days);
      ck_assert (amount < 0 ? now <= before : now >= before);
      ck_assert (recognition_before (&mirror, day) == -now);
      sum += now - before;
      before = now;
    }
    sum += recognition_before (&fee, from + days) - before;
    ck_assert_msg (sum == amount, "round %d", round);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("recognition");
  TCase *tests = tcase_create ("earned");

  tcase_add_test (tests, worked_out_by_hand);
  tcase_add_test (tests, parts_add_up);
  suite_add_tcase (suite, tests);
  return suite;
}
