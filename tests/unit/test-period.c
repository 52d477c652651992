/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing periods: clamping, alignment, tiling without gap or overlap, and ratios that add up. */
#include "core/period.h"

#include "exact-bytes.h"
#include "tap-main.h"

#include <string.h>

static struct date
day (const char *text)
{
  struct time_text time = { 0 };

  ck_assert_msg (time_parse (text, strlen (text), &time) == TIME_OK, "\"%s\"", text);
  return time.date;
}

/* interval_parse() of a text that ends where its memory ends. */
static bool
parse_exactly (const char *text, struct interval *ret)
{
  const struct exact_bytes copy = exact_bytes_new (text);
  const bool result = interval_parse (copy.bytes, copy.length, ret);

  exact_bytes_free (copy);
  return result;
}

static struct interval
interval (const char *text)
{
  struct interval value = { INTERVAL_DAY, 0 };

  ck_assert_msg (parse_exactly (text, &value), "\"%s\"", text);
  return value;
}

static void
assert_day (struct date date, const char *expected, const char *where)
{
  char text[DATE_TEXT_SIZE];

  date_format (date, text);
  ck_assert_msg (strcmp (text, expected) == 0, "%s: %s, not %s", where, text, expected);
}

START_TEST (interval_texts)
{
  static const struct {
    const char *text;
    enum interval_unit unit;
    int count;
    const char *canonical;
  } rows[] = {
    { "day", INTERVAL_DAY, 1, "day" },
    { "daily", INTERVAL_DAY, 1, "day" },
    { "day:30", INTERVAL_DAY, 30, "day:30" },
    { "30 days", INTERVAL_DAY, 30, "day:30" },
    { "30days", INTERVAL_DAY, 30, "day:30" },
    { "week", INTERVAL_WEEK, 1, "week" },
    { "weekly", INTERVAL_WEEK, 1, "week" },
    { "2 weeks", INTERVAL_WEEK, 2, "week:2" },
    { "month", INTERVAL_MONTH, 1, "month" },
    { "monthly", INTERVAL_MONTH, 1, "month" },
    { "Monthly", INTERVAL_MONTH, 1, "month" },
    { "1 month", INTERVAL_MONTH, 1, "month" },
    { "month:1", INTERVAL_MONTH, 1, "month" },
    { "month:3", INTERVAL_MONTH, 3, "month:3" },
    { "quarter", INTERVAL_QUARTER, 1, "quarter" },
    { "quarterly", INTERVAL_QUARTER, 1, "quarter" },
    { "YEAR", INTERVAL_YEAR, 1, "year" },
    { "yearly", INTERVAL_YEAR, 1, "year" },
    { "annual", INTERVAL_YEAR, 1, "year" },
    { "annually", INTERVAL_YEAR, 1, "year" },
    { "year:2", INTERVAL_YEAR, 2, "year:2" },
    { "1000 days", INTERVAL_DAY, 1000, "day:1000" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct interval value = interval (rows[i].text);
    char text[INTERVAL_TEXT_SIZE];

    ck_assert_msg (value.unit == rows[i].unit && value.count == rows[i].count, "\"%s\"", rows[i].text);
    ck_assert_uint_eq (interval_format (value, text), strlen (rows[i].canonical));
    ck_assert_str_eq (text, rows[i].canonical);
  }
}
END_TEST

START_TEST (refused_interval_texts)
{
  static const char *const texts[] = {
    "",           " ",         "m",        "mon",        "months",    "monthsx",
    "xmonth",     "month:",    "month:0",  "month:-1",   "month: 3",  "month:3x",
    "month:1001", ":3",        "0 months", "-1 month",   "1001 days", "99999999999999999999 days",
    "30",         "30  days",  " month",   "month ",     "3 monthly", "monthly:3",
    "3 annual",   "3 month:3", "hour",     "1.5 months", "month:1.5", "P1M",
  };

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    struct interval value = { INTERVAL_WEEK, 42 };

    ck_assert_msg (!parse_exactly (texts[i], &value), "\"%s\"", texts[i]);
    ck_assert_msg (value.unit == INTERVAL_WEEK && value.count == 42, "\"%s\" left a value", texts[i]);
  }
}
END_TEST

START_TEST (equal_intervals)
{
  ck_assert (interval_equal (interval ("month:3"), interval ("quarter")));
  ck_assert (interval_equal (interval ("month:12"), interval ("year")));
  ck_assert (interval_equal (interval ("quarter:8"), interval ("year:2")));
  ck_assert (interval_equal (interval ("day:30"), interval ("30 days")));
  ck_assert (!interval_equal (interval ("day:30"), interval ("month")));
  ck_assert (!interval_equal (interval ("month"), interval ("day:30")));
  ck_assert (!interval_equal (interval ("week"), interval ("day:7")));
  ck_assert (!interval_equal (interval ("week"), interval ("week:2")));
  ck_assert (!interval_equal (interval ("month"), interval ("month:2")));
}
END_TEST

START_TEST (intervals_added_to_a_day)
{
  static const struct {
    const char *anchor, *interval;
    int64_t n;
    const char *expected; /* NULL: outside the calendar */
  } rows[] = {
    { "2026-01-31", "month", 0, "2026-01-31" },
    { "2026-01-31", "month", 1, "2026-02-28" },
    { "2026-01-31", "month", 2, "2026-03-31" },
    { "2026-01-31", "month", 3, "2026-04-30" },
    { "2026-01-31", "month", 25, "2028-02-29" },
    { "2026-01-31", "month", -2, "2025-11-30" },
    { "2026-01-30", "month", 1, "2026-02-28" },
    { "2026-12-15", "month", 1, "2027-01-15" },
    { "2024-02-29", "year", 1, "2025-02-28" },
    { "2024-02-29", "year", 4, "2028-02-29" },
    { "2024-02-29", "year", -124, "1900-02-28" },
    { "2024-02-29", "year", -24, "2000-02-29" },
    { "2025-11-30", "quarter", 1, "2026-02-28" },
    { "2025-11-30", "quarter", 2, "2026-05-30" },
    { "2026-01-31", "month:6", 1, "2026-07-31" },
    { "2026-08-31", "month:6", 1, "2027-02-28" },
    { "2026-02-25", "week", 1, "2026-03-04" },
    { "2024-02-25", "week:2", 1, "2024-03-10" },
    { "2026-01-01", "day:30", 1, "2026-01-31" },
    { "2026-01-01", "day:30", 2, "2026-03-02" },
    { "2026-01-01", "day", -1, "2025-12-31" },
    { "9999-12-01", "day", 30, "9999-12-31" },
    { "9999-12-01", "day", 31, NULL },
    { "9999-12-01", "month", 1, NULL },
    { "9999-01-01", "year", 1, NULL },
    { "0001-01-01", "day", -1, NULL },
    { "0001-01-31", "month", -1, NULL },
    { "0001-12-31", "month", -11, "0001-01-31" },
    { "2026-01-01", "year:1000", INT64_MAX, NULL },
    { "2026-01-01", "day:1000", INT64_MIN, NULL },
    { "2026-01-01", "week:1000", INT64_MAX / 7000, NULL },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct date result = { 42 };
    const bool exists = date_add_interval (day (rows[i].anchor), interval (rows[i].interval), rows[i].n, &result);

    ck_assert_msg (exists == (rows[i].expected != NULL), "row %zu", i);
    if (exists)
      assert_day (result, rows[i].expected, rows[i].interval);
    else
      ck_assert_msg (result.day == 42, "row %zu left a value", i);
  }
}
END_TEST

START_TEST (first_periods)
{
  /* Period 0 as billed, the whole period it is a part of, and the end of period 1. */
  static const struct {
    const char *anchor, *interval;
    enum alignment alignment;
    const char *whole_start, *end, *next_end;
  } rows[] = {
    { "2026-01-31", "month", ALIGN_ANNIVERSARY, "2026-01-31", "2026-02-28", "2026-03-31" },
    { "2026-01-15", "month", ALIGN_CALENDAR, "2026-01-01", "2026-02-01", "2026-03-01" },
    { "2026-01-01", "month", ALIGN_CALENDAR, "2026-01-01", "2026-02-01", "2026-03-01" },
    { "2026-01-31", "month", ALIGN_CALENDAR, "2026-01-01", "2026-02-01", "2026-03-01" },
    { "2026-02-14", "quarter", ALIGN_CALENDAR, "2026-01-01", "2026-04-01", "2026-07-01" },
    { "2026-12-31", "month:3", ALIGN_CALENDAR, "2026-10-01", "2027-01-01", "2027-04-01" },
    { "2026-05-05", "month:2", ALIGN_CALENDAR, "2026-05-01", "2026-07-01", "2026-09-01" },
    { "2026-06-05", "month:2", ALIGN_CALENDAR, "2026-05-01", "2026-07-01", "2026-09-01" },
    { "2026-06-05", "month:5", ALIGN_CALENDAR, "2026-06-01", "2026-11-01", "2027-04-01" },
    { "2026-08-05", "month:18", ALIGN_CALENDAR, "2026-07-01", "2028-01-01", "2029-07-01" },
    { "2026-06-05", "year", ALIGN_CALENDAR, "2026-01-01", "2027-01-01", "2028-01-01" },
    { "2026-06-05", "month:24", ALIGN_CALENDAR, "2026-01-01", "2028-01-01", "2030-01-01" },
    { "2026-06-05", "year:2", ALIGN_CALENDAR, "2026-01-01", "2028-01-01", "2030-01-01" },
    { "2026-02-25", "week", ALIGN_CALENDAR, "2026-02-23", "2026-03-02", "2026-03-09" }, /* a Wednesday */
    { "2026-03-01", "week", ALIGN_CALENDAR, "2026-02-23", "2026-03-02", "2026-03-09" }, /* a Sunday */
    { "2026-03-02", "week", ALIGN_CALENDAR, "2026-03-02", "2026-03-09", "2026-03-16" }, /* a Monday */
    { "2026-02-25", "week:2", ALIGN_CALENDAR, "2026-02-23", "2026-03-09", "2026-03-23" },
    { "2026-02-25", "day:30", ALIGN_CALENDAR, "2026-02-25", "2026-03-27", "2026-04-26" },
    { "2026-02-25", "day", ALIGN_CALENDAR, "2026-02-25", "2026-02-26", "2026-02-27" },
    { "2026-02-25", "week", ALIGN_ANNIVERSARY, "2026-02-25", "2026-03-04", "2026-03-11" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct cycle cycle = { day (rows[i].anchor), interval (rows[i].interval), rows[i].alignment };
    struct period first, whole, next;

    ck_assert (cycle_period (&cycle, 0, &first) && cycle_full_period (&cycle, 0, &whole) && cycle_period (&cycle, 1, &next));
    assert_day (first.start, rows[i].anchor, rows[i].interval);
    assert_day (first.end, rows[i].end, rows[i].interval);
    assert_day (whole.start, rows[i].whole_start, rows[i].interval);
    assert_day (whole.end, rows[i].end, rows[i].interval);
    assert_day (next.start, rows[i].end, rows[i].interval);
    assert_day (next.end, rows[i].next_end, rows[i].interval);
  }
}
END_TEST

START_TEST (periods_outside_the_calendar)
{
  const struct cycle late = { day ("9999-11-15"), interval ("month"), ALIGN_ANNIVERSARY };
  const struct cycle early
      = { day ("0001-01-03"), interval ("week"), ALIGN_CALENDAR }; /* a Wednesday of a week that began on 1 January */
  struct period period = { { 42 }, { 42 } };

  ck_assert (!cycle_period (&late, -1, &period));
  ck_assert (!cycle_period (&late, 1, &period));
  ck_assert (!cycle_full_period (&late, INT64_MAX, &period));
  ck_assert_int_eq (period.start.day, 42);
  ck_assert (cycle_period (&late, 0, &period));
  assert_day (period.end, "9999-12-15", "the last whole month");
  ck_assert (cycle_full_period (&early, 0, &period));
  assert_day (period.start, "0001-01-01", "the first week");
}
END_TEST

START_TEST (numbers_of_periods)
{
  const struct cycle cycle = { day ("2026-01-31"), interval ("month"), ALIGN_ANNIVERSARY };

  ck_assert_int_eq (cycle_index (&cycle, day ("2026-01-30")), -1);
  ck_assert_int_eq (cycle_index (&cycle, day ("2026-01-31")), 0);
  ck_assert_int_eq (cycle_index (&cycle, day ("2026-02-27")), 0);
  ck_assert_int_eq (cycle_index (&cycle, day ("2026-02-28")), 1);
  ck_assert_int_eq (cycle_index (&cycle, day ("2026-03-30")), 1);
  ck_assert_int_eq (cycle_index (&cycle, day ("2026-03-31")), 2);
  ck_assert_int_eq (cycle_index (&cycle, day ("2027-01-30")), 11);
  ck_assert_int_eq (cycle_index (&cycle, day ("2027-01-31")), 12);
}
END_TEST

/* Walks all periods that begin within 48 months of the anchor, and every day of them. */
static void
assert_tiles (const struct cycle *cycle, const char *where)
{
  struct date limit, next;
  struct period period, whole;

  ck_assert (date_add_interval (cycle->anchor, (struct interval){ INTERVAL_MONTH, 48 }, 1, &limit));
  ck_assert_int_eq (cycle_index (cycle, (struct date){ cycle->anchor.day - 1 }), -1);
  next = cycle->anchor;
  for (int64_t n = 0; next.day < limit.day; n++) {
    ck_assert_msg (cycle_period (cycle, n, &period) && cycle_full_period (cycle, n, &whole), "%s: period %lld", where,
                   (long long)n);
    ck_assert_msg (period.start.day == next.day, "%s: gap or overlap before period %lld", where, (long long)n);
    ck_assert_msg (period.end.day > period.start.day, "%s: period %lld is empty", where, (long long)n);
    ck_assert_msg (whole.end.day == period.end.day && whole.start.day <= period.start.day, "%s: period %lld", where,
                   (long long)n);
    ck_assert_msg (n == 0 || whole.start.day == period.start.day, "%s: period %lld is short", where, (long long)n);
    for (int32_t at = period.start.day; at < period.end.day; at++)
      if (cycle_index (cycle, (struct date){ at }) != n)
        ck_abort_msg ("%s: day %d is not in period %lld", where, at, (long long)n);
    next = period.end;
  }
}

START_TEST (periods_tile)
{
  static const int counts[] = { 1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 18, 24, 30 };

  for (int anchor_day = 1; anchor_day <= 31; anchor_day++)
    for (int unit = INTERVAL_DAY; unit <= INTERVAL_YEAR; unit++)
      for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (int alignment = ALIGN_ANNIVERSARY; alignment <= ALIGN_CALENDAR; alignment++) {
          const struct cycle cycle = {
            .anchor = { day ("2023-01-01").day + anchor_day - 1 }, /* 48 months with a leap day in them */
            .interval = { (enum interval_unit)unit, counts[i] },
            .alignment = (enum alignment)alignment,
          };
          char where[96];

          snprintf (where, sizeof where, "anchor 2023-01-%02d, unit %d × %d, alignment %d", anchor_day, unit, counts[i],
                    alignment);
          assert_tiles (&cycle, where);
        }
}
END_TEST

START_TEST (random_cycles_tile)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 300; i++) {
    const struct cycle cycle = {
      .anchor = { (int32_t)random_between (&random, -200000, 200000) },
      .interval
      = { (enum interval_unit)random_between (&random, INTERVAL_DAY, INTERVAL_YEAR), (int)random_between (&random, 1, 40) },
      .alignment = (enum alignment)random_between (&random, ALIGN_ANNIVERSARY, ALIGN_CALENDAR),
    };
    char where[96];

    snprintf (where, sizeof where, "draw %d: anchor %d, unit %d × %d, alignment %d", i, cycle.anchor.day,
              (int)cycle.interval.unit, cycle.interval.count, (int)cycle.alignment);
    assert_tiles (&cycle, where);
  }
}
END_TEST

START_TEST (monthly_anchors_do_not_drift)
{
  for (int anchor_day = 1; anchor_day <= 31; anchor_day++) {
    const struct cycle cycle = { { day ("2023-01-01").day + anchor_day - 1 }, interval ("month"), ALIGN_ANNIVERSARY };

    for (int n = 0; n < 48; n++) {
      const int year = 2023 + n / 12, month = n % 12 + 1;
      const int last = date_days_in_month (year, month);
      struct period period;
      struct civil start;

      ck_assert (cycle_period (&cycle, n, &period));
      start = date_to_civil (period.start);
      ck_assert_int_eq (start.year, year);
      ck_assert_int_eq (start.month, month);
      ck_assert_int_eq (start.day, anchor_day < last ? anchor_day : last);
    }
  }
}
END_TEST

START_TEST (ratios)
{
  const struct period march = { day ("2024-03-01"), day ("2024-04-01") };
  const struct period year = { day ("2023-06-29"), day ("2024-06-29") };
  struct ratio ratio;

  ratio = period_ratio ((struct period){ day ("2024-03-05"), march.end }, march);
  ck_assert (ratio.numerator == 27 && ratio.denominator == 31);
  ratio = period_ratio ((struct period){ day ("2023-09-28"), year.end }, year);
  ck_assert (ratio.numerator == 275 && ratio.denominator == 366);
  ratio = period_ratio (march, march);
  ck_assert (ratio.numerator == 1 && ratio.denominator == 1);
  ratio = period_ratio ((struct period){ march.start, march.start }, march);
  ck_assert (ratio.numerator == 0 && ratio.denominator == 31);
  ratio = period_ratio ((struct period){ march.start, march.start }, (struct period){ march.start, march.start });
  ck_assert (ratio.numerator == 0 && ratio.denominator == 1);
}
END_TEST

START_TEST (ratios_of_two_parts_add_up_to_the_ratio_of_both)
{
  struct random random = random_for_test (2);

  for (int i = 0; i < 20000; i++) {
    const struct date from = { (int32_t)random_between (&random, 0, 30000) };
    const int32_t length = (int32_t)random_between (&random, 1, 800);
    const struct period whole = { from, { from.day + length } };
    const struct date a = { from.day + (int32_t)random_between (&random, 0, length) };
    const struct date c = { (int32_t)random_between (&random, a.day, whole.end.day) };
    const struct date b = { (int32_t)random_between (&random, a.day, c.day) };
    const struct ratio ab = period_ratio ((struct period){ a, b }, whole), bc = period_ratio ((struct period){ b, c }, whole);
    const struct ratio ac = period_ratio ((struct period){ a, c }, whole);

    /* As rationals: brought to one denominator. */
    ck_assert_msg ((ab.numerator * bc.denominator + bc.numerator * ab.denominator) * ac.denominator
                       == ac.numerator * ab.denominator * bc.denominator,
                   "draw %d: %d, %d, %d in %d", i, a.day, b.day, c.day, length);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("period");
  TCase *text = tcase_create ("text");
  TCase *cycles = tcase_create ("cycles");
  TCase *ratio_case = tcase_create ("ratios");

  tcase_add_test (text, interval_texts);
  tcase_add_test (text, refused_interval_texts);
  tcase_add_test (text, equal_intervals);
  suite_add_tcase (suite, text);
  tcase_add_test (cycles, intervals_added_to_a_day);
  tcase_add_test (cycles, first_periods);
  tcase_add_test (cycles, periods_outside_the_calendar);
  tcase_add_test (cycles, numbers_of_periods);
  tcase_add_test (cycles, periods_tile);
  tcase_add_test (cycles, random_cycles_tile);
  tcase_add_test (cycles, monthly_anchors_do_not_drift);
  tcase_set_timeout (cycles, 120);
  suite_add_tcase (suite, cycles);
  tcase_add_test (ratio_case, ratios);
  tcase_add_test (ratio_case, ratios_of_two_parts_add_up_to_the_ratio_of_both);
  suite_add_tcase (suite, ratio_case);
  return suite;
}
