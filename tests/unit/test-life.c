/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods tile: whatever the anchor, the interval and the zone, each begins at the very instant where the one before it ended, on a
 * midnight of the zone, and together they are the days from the first to the last. */
#include "service/life.h"

#include "tap-main.h"

#include <string.h>

enum { MONTHS = 48 };

static const char *const zones[] = {
  "Pacific/Pago_Pago",  "Pacific/Honolulu",   "America/Los_Angeles", "America/Havana",  "America/Sao_Paulo",   "America/St_Johns", "Atlantic/Azores",
  "UTC",                "Europe/Dublin",      "Europe/Berlin",       "Africa/Cairo",    "Asia/Tehran",         "Asia/Kathmandu",   "Australia/Lord_Howe",
  "Pacific/Chatham",    "Pacific/Apia",       "Pacific/Kiritimati",  "Asia/Gaza",       "Africa/Casablanca",   "America/Asuncion",
};
static const struct interval intervals[] = {
  { INTERVAL_DAY, 3 },    { INTERVAL_DAY, 30 },     { INTERVAL_WEEK, 1 },    { INTERVAL_WEEK, 2 },  { INTERVAL_MONTH, 1 }, { INTERVAL_MONTH, 2 }, { INTERVAL_MONTH, 5 },
  { INTERVAL_MONTH, 12 }, { INTERVAL_QUARTER, 1 }, { INTERVAL_QUARTER, 2 }, { INTERVAL_YEAR, 1 },  { INTERVAL_YEAR, 2 },
};

static struct date
day (int year, int month, int of_month)
{
  struct date date = { 0 };
  ck_assert (date_from_civil ((struct civil){ year, month, of_month }, &date));
  return date;
}

/* ck_assert() takes a note each time, which takes longer than what is tested here. */
#define must(condition) ((condition) ? (void) 0 : ck_abort_msg ("%s in line %d", #condition, __LINE__))

/* Walks MONTHS of a life of one phase. The answer is how many periods there were. */
static int
walk (const struct timezone *zone, struct life_phase *phase, enum life_kind kind)
{
  const struct life life = { .count = 1, .phases = phase };
  const struct life_clock clock = { .kind = kind };
  const struct date until = { phase->anchor.day + MONTHS * 31 };
  struct life_position at = life_position_start (&life, 0, clock, zone);
  struct life_period period;
  struct date next = phase->anchor;
  gint64 next_us = timezone_day_start_us (zone, phase->anchor);
  int count = 0;
  while (next.day < until.day) {
    must (life_next (&life, clock, zone, &at, &period));
    must (period.days.start.day == next.day);
    must (period.window.from_us == next_us);
    must (period.days.start.day < period.days.end.day);
    must (period.window.to_us == timezone_day_start_us (zone, period.days.end));
    must (period.window.from_us <= period.window.to_us); /* equal for the day that Apia did not have */
    must (period.due_us == (kind == LIFE_KIND_FEES ? period.window.from_us : period.window.to_us));
    /* Only the first one can be a part; it is as many days of as many. */
    must (count == 0 || period.ratio.numerator == period.ratio.denominator);
    must (period.ratio.numerator == period.ratio.denominator
               || (period.ratio.numerator == period.days.end.day - period.days.start.day
                   && period.ratio.denominator == period.whole.end.day - period.whole.start.day));
    /* Found again by a day within. */
    struct date within = { (period.days.start.day + period.days.end.day) / 2 };
    struct life_position found = life_position_on (&life, 0, clock, zone, within);
    must (found.index == period.index);
    next = period.days.end;
    next_us = period.window.to_us;
    count++;
  }
  return count;
}

START_TEST (test_tile)
{
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  const struct timezone *zone = NULL;
  GError *error = NULL;
  /* 2011 in the middle of four years: in Apia there was no 30 December. */
  static const struct {
    int year;
    int month;
  } begins[] = { { 2009, 12 }, { 2024, 1 } };
  int count = 0;
  ck_assert_msg (timezone_cache_get (cache, zones[_i], &zone, &error), "%s", error == NULL ? "" : error->message);
  for (gsize b = 0; b < G_N_ELEMENTS (begins); b++)
    for (int of_month = 1; of_month <= 31; of_month++)
      for (gsize i = 0; i < G_N_ELEMENTS (intervals); i++)
        for (int alignment = intervals[i].unit == INTERVAL_DAY && of_month > 3 ? ALIGN_CALENDAR : ALIGN_ANNIVERSARY; alignment <= ALIGN_CALENDAR; alignment++) {
          const struct plan plan = { .usage_interval = intervals[i] };
          struct life_phase phase = { .number = 1, .plan = &plan, .fee_interval = intervals[i], .alignment = (enum alignment)alignment };
          phase.anchor = phase.from = day (begins[b].year, begins[b].month, of_month);
          phase.from_us = timezone_day_start_us (zone, phase.from);
          count += walk (zone, &phase, LIFE_KIND_FEES);
          if (intervals[i].unit != INTERVAL_DAY)
            count += walk (zone, &phase, LIFE_KIND_USAGE);
        }
  ck_assert_int_gt (count, 10000);
}
END_TEST

/* Parts of a period add up to it, by every basis, wherever it is split and how often. */
START_TEST (test_parts)
{
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  struct random random = random_for_test (2);
  const struct timezone *zone = NULL;
  ck_assert (timezone_cache_get (cache, zones[_i], &zone, NULL));
  for (int n = 0; n < 500; n++) {
    const struct interval interval = intervals[random_between (&random, 4, (gint64)G_N_ELEMENTS (intervals) - 1)];
    const struct plan plan = { .usage_interval = interval, .proration = (enum proration_basis)random_between (&random, 0, 2) };
    struct life_phase phase = { .number = 1, .plan = &plan, .fee_interval = interval };
    phase.anchor = phase.from = (struct date){ day (2010, 1, 1).day + (gint32)random_between (&random, 0, 6000) };
    const struct life life = { .count = 1, .phases = &phase };
    struct life_position at = life_position_start (&life, 0, LIFE_FEES, zone);
    struct life_period period;
    ck_assert (life_next (&life, LIFE_FEES, zone, &at, &period));
    gint64 sum = 0, whole = 0, wholes = 0;
    for (struct date from = period.days.start; from.day < period.days.end.day;) {
      struct date to = { (gint32)random_between (&random, from.day + 1, period.days.end.day) };
      const struct proration_stretch part = { { from, to }, timezone_day_start_us (zone, from), timezone_day_start_us (zone, to) };
      struct ratio ratio = life_part_ratio (&plan, &part, &period, zone);
      /* A month of 30 days is over on the 30th of one with 31. */
      if (ratio.numerator == ratio.denominator)
        wholes++;
      else {
        must (whole == 0 || whole == ratio.denominator);
        whole = ratio.denominator;
        must (ratio.numerator >= 0);
        sum += ratio.numerator;
      }
      from = to;
    }
    ck_assert_msg (whole == 0 ? wholes == 1 : wholes * whole + sum == whole, "%s, basis %d, from %d", zones[_i], plan.proration, period.days.start.day);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("life");
  TCase *tcase = tcase_create ("life");
  tcase_set_timeout (tcase, 0);
  tcase_add_loop_test (tcase, test_tile, 0, G_N_ELEMENTS (zones));
  tcase_add_loop_test (tcase, test_parts, 0, G_N_ELEMENTS (zones));
  suite_add_tcase (suite, tcase);
  return suite;
}
