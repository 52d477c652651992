/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates, every day of them, and the ISO 8601 texts that are read, refused and written. */
#include "core/date.h"

#include "exact-bytes.h"
#include "tap-main.h"

#include <string.h>

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* 0001-01-01, 9999-12-31 */

START_TEST (known_days)
{
  static const struct {
    struct civil civil;
    int day, weekday;
  } rows[] = {
    { { 1970, 1, 1 }, 0, 4 },        { { 1969, 12, 31 }, -1, 3 },    { { 2000, 2, 29 }, 11016, 2 },
    { { 2000, 3, 1 }, 11017, 3 },    { { 1900, 2, 28 }, -25509, 3 }, { { 1900, 3, 1 }, -25508, 4 },
    { { 2024, 2, 29 }, 19782, 4 },   { { 2026, 2, 28 }, 20512, 6 },  { { 2026, 3, 1 }, 20513, 7 },
    { { 1600, 2, 29 }, -135081, 2 }, { { 1, 1, 1 }, FIRST_DAY, 1 },  { { 9999, 12, 31 }, LAST_DAY, 5 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct date date = { 42 };

    ck_assert_msg (date_from_civil (rows[i].civil, &date), "row %zu", i);
    ck_assert_msg (date.day == rows[i].day, "row %zu: %d", i, date.day);
    ck_assert_msg (date_weekday (date) == rows[i].weekday, "row %zu: weekday %d", i, date_weekday (date));
  }
}
END_TEST

START_TEST (days_that_do_not_exist)
{
  static const struct civil rows[]
      = { { 2026, 2, 29 }, { 2026, 2, 30 }, { 1900, 2, 29 },  { 2100, 2, 29 }, { 2024, 2, 30 }, { 2026, 4, 31 },
          { 2026, 6, 31 }, { 2026, 9, 31 }, { 2026, 11, 31 }, { 2026, 1, 32 }, { 2026, 13, 1 }, { 2026, 0, 1 },
          { 2026, 1, 0 },  { 2026, -1, 1 }, { 2026, 1, -1 },  { 0, 12, 31 },   { 10000, 1, 1 }, { -1, 1, 1 } };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct date date = { 42 };

    ck_assert_msg (!date_from_civil (rows[i], &date) && date.day == 42, "row %zu", i);
  }
}
END_TEST

START_TEST (every_day_of_ten_thousand_years)
{
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  struct civil expected = { 1, 1, 1 };
  int weekday = 1;

  for (int day = FIRST_DAY; day <= LAST_DAY; day++) {
    const bool leap = expected.year % 400 == 0 || (expected.year % 4 == 0 && expected.year % 100 != 0);
    const int length = lengths[expected.month - 1] + (leap && expected.month == 2);
    const struct civil civil = date_to_civil ((struct date){ day });
    struct date back;

    if (civil.year != expected.year || civil.month != expected.month || civil.day != expected.day
        || !date_from_civil (civil, &back) || back.day != day || date_weekday (back) != weekday
        || date_days_in_month (civil.year, civil.month) != length)
      ck_abort_msg ("day %d: %d-%d-%d", day, civil.year, civil.month, civil.day);
    weekday = weekday % 7 + 1;
    if (++expected.day > length) {
      expected.day = 1;
      expected.month = expected.month % 12 + 1;
      expected.year += expected.month == 1;
    }
  }
  ck_assert_int_eq (expected.year, 10000);
}
END_TEST

/* time_parse() of a text that ends where its memory ends. */
static enum time_status
parse_exactly (const char *text, struct time_text *ret)
{
  const struct exact_bytes copy = exact_bytes_new (text);
  const enum time_status result = time_parse (copy.bytes, copy.length, ret);

  exact_bytes_free (copy);
  return result;
}

START_TEST (accepted_texts)
{
  static const struct {
    const char *text;
    bool has_time, has_zone;
    int64_t of_day_us;
    int offset_seconds;
  } rows[] = {
    { "2026-02-28", false, false, 0, 0 },
    { "2026-02-28T10:00", true, false, INT64_C (36000000000), 0 },
    { "2026-02-28T10:00Z", true, true, INT64_C (36000000000), 0 },
    { "2026-02-28t10:00:01z", true, true, INT64_C (36001000000), 0 },
    { "2026-02-28 10:00:01", true, false, INT64_C (36001000000), 0 },
    { "2026-02-28T00:00:00Z", true, true, 0, 0 },
    { "2026-02-28T23:59:59.999999Z", true, true, INT64_C (86399999999), 0 },
    { "2026-02-28T10:00:00.5Z", true, true, INT64_C (36000500000), 0 },
    { "2026-02-28T10:00:00.123456", true, false, INT64_C (36000123456), 0 },
    { "2026-02-28T10:00:00.1234569999999999999999999Z", true, true, INT64_C (36000123456), 0 }, /* cut off, not rounded */
    { "2026-02-28T10:00:00.0000009+00:00", true, true, INT64_C (36000000000), 0 },
    { "2026-02-28T10:00:00+01:00", true, true, INT64_C (36000000000), 3600 },
    { "2026-02-28T10:00:00+0530", true, true, INT64_C (36000000000), 19800 },
    { "2026-02-28T10:00:00-08", true, true, INT64_C (36000000000), -28800 },
    { "2026-02-28T10:00-03:30", true, true, INT64_C (36000000000), -12600 },
    { "2026-02-28T10:00:00.25-23:59", true, true, INT64_C (36000250000), -86340 },
    { "2026-02-28T10:00:00+23:59", true, true, INT64_C (36000000000), 86340 },
    { "2026-02-28T10:00:00-00:00", true, true, INT64_C (36000000000), 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct time_text time;

    ck_assert_msg (parse_exactly (rows[i].text, &time) == TIME_OK, "\"%s\"", rows[i].text);
    ck_assert_msg (time.date.day == 20512, "\"%s\": day %d", rows[i].text, time.date.day);
    ck_assert_msg (time.has_time == rows[i].has_time && time.has_zone == rows[i].has_zone, "\"%s\"", rows[i].text);
    ck_assert_msg (time.of_day_us == rows[i].of_day_us, "\"%s\": %lld us", rows[i].text, (long long)time.of_day_us);
    ck_assert_msg (time.offset_seconds == rows[i].offset_seconds, "\"%s\": offset %d", rows[i].text, time.offset_seconds);
  }
}
END_TEST

static const struct {
  const char *text;
  enum time_status status;
} refused[] = {
  { "", TIME_SYNTAX },
  { "2026", TIME_SYNTAX },
  { "2026-02", TIME_SYNTAX },
  { "2026-2-28", TIME_SYNTAX },
  { "26-02-28", TIME_SYNTAX },
  { "20260228", TIME_SYNTAX },
  { "2026/02/28", TIME_SYNTAX },
  { "2026/02-28", TIME_SYNTAX },
  { "2026-02/28", TIME_SYNTAX },
  { "2026-02-28Tab:00", TIME_SYNTAX },
  { "2026-02-28T10:ab", TIME_SYNTAX },
  { "2026-02-28T10:00:ab", TIME_SYNTAX },
  { "28.02.2026", TIME_SYNTAX },
  { "+2026-02-28", TIME_SYNTAX },
  { "-026-02-28", TIME_SYNTAX },
  { "2026-02-28Z", TIME_SYNTAX },
  { "2026-02-28+01:00", TIME_SYNTAX },
  { "2026-02-28T", TIME_SYNTAX },
  { "2026-02-28T10", TIME_SYNTAX },
  { "2026-02-28T10Z", TIME_SYNTAX },
  { "2026-02-28T10:", TIME_SYNTAX },
  { "2026-02-28T10:0", TIME_SYNTAX },
  { "2026-02-28T1:00", TIME_SYNTAX },
  { "2026-02-28T10:00:", TIME_SYNTAX },
  { "2026-02-28T10:00:0", TIME_SYNTAX },
  { "2026-02-28T10:00:00.", TIME_SYNTAX },
  { "2026-02-28T10:00:00.Z", TIME_SYNTAX },
  { "2026-02-28T10:00:00,5Z", TIME_SYNTAX },
  { "2026-02-28T10:00.5Z", TIME_SYNTAX },
  { "2026-02-28T10:00:00 Z", TIME_SYNTAX },
  { "2026-02-28T10:00:00ZZ", TIME_SYNTAX },
  { "2026-02-28T10:00:00Z ", TIME_SYNTAX },
  { "2026-02-28T10:00:00+", TIME_SYNTAX },
  { "2026-02-28T10:00:00+1", TIME_SYNTAX },
  { "2026-02-28T10:00:00+1:00", TIME_SYNTAX },
  { "2026-02-28T10:00:00+010", TIME_SYNTAX },
  { "2026-02-28T10:00:00+01:0", TIME_SYNTAX },
  { "2026-02-28T10:00:00+01-00", TIME_SYNTAX },
  { "2026-02-28T10:00:00+01:00:00", TIME_SYNTAX },
  { "2026-02-28T10:00:00 UTC", TIME_SYNTAX },
  { "2026-02-28  10:00:00", TIME_SYNTAX },
  { " 2026-02-28", TIME_SYNTAX },
  { "2026-02-28 ", TIME_SYNTAX },
  { "2026-02-2x", TIME_SYNTAX },
  { "yesterday!", TIME_SYNTAX },
  { "2026-02-30", TIME_NO_SUCH_DAY },
  { "2026-02-29T10:00:00Z", TIME_NO_SUCH_DAY },
  { "2026-13-01", TIME_NO_SUCH_DAY },
  { "2026-00-10", TIME_NO_SUCH_DAY },
  { "2026-01-00", TIME_NO_SUCH_DAY },
  { "2026-04-31", TIME_NO_SUCH_DAY },
  { "0000-01-01", TIME_NO_SUCH_DAY },
  { "2026-02-28T24:00", TIME_NO_SUCH_TIME },
  { "2026-02-28T24:00:00Z", TIME_NO_SUCH_TIME },
  { "2026-02-28T10:60", TIME_NO_SUCH_TIME },
  { "2026-02-28T23:59:60Z", TIME_NO_SUCH_TIME },
  { "2026-02-28T99:99:99Z", TIME_NO_SUCH_TIME },
  { "2026-02-28T10:00:00+25:00", TIME_NO_SUCH_OFFSET },
  { "2026-02-28T10:00:00+24:00", TIME_NO_SUCH_OFFSET },
  { "2026-02-28T10:00:00-0160", TIME_NO_SUCH_OFFSET },
};

START_TEST (refused_texts)
{
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    struct time_text time = { .of_day_us = 42 };

    ck_assert_msg (parse_exactly (refused[i].text, &time) == refused[i].status, "\"%s\"", refused[i].text);
    ck_assert_msg (time.of_day_us == 42, "\"%s\" left a value", refused[i].text);
  }
}
END_TEST

START_TEST (only_the_given_bytes_are_read)
{
  struct time_text time;

  ck_assert_int_eq (time_parse ("2026-02-28T10:00:00", 10, &time), TIME_OK);
  ck_assert (!time.has_time);
  ck_assert_int_eq (time_parse ("2026-02-28T10:00:00", 16, &time), TIME_OK);
  ck_assert_int_eq (time.of_day_us, INT64_C (36000000000));
  ck_assert_int_eq (time_parse ("2026-02-28\0T10:00", 17, &time), TIME_SYNTAX);
}
END_TEST

START_TEST (statuses_have_words)
{
  for (int status = TIME_SYNTAX; status <= TIME_NO_SUCH_OFFSET; status++) {
    ck_assert_msg (strlen (time_status_text ((enum time_status)status)) > 10, "status %d", status);
    for (int other = TIME_OK; other < status; other++)
      ck_assert_str_ne (time_status_text ((enum time_status)status), time_status_text ((enum time_status)other));
  }
}
END_TEST

START_TEST (instants)
{
  /* Seconds since 1970 of the UTC time in the second column. */
  static const struct {
    const char *text, *utc;
    int64_t second;
    int us;
  } rows[] = {
    { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, 0 },
    { "1969-12-31T23:59:59.75Z", "1969-12-31T23:59:59.75Z", -1, 750000 },
    { "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z", 1772272800, 0 },
    { "2026-02-28T11:00:00+01:00", "2026-02-28T10:00:00Z", 1772272800, 0 },
    { "2026-02-28T01:00:00.000001-0900", "2026-02-28T10:00:00.000001Z", 1772272800, 1 },
    { "2026-03-01T00:30+14", "2026-02-28T10:30:00Z", 1772274600, 0 },
    { "2026-02-28T10:00:00.120000Z", "2026-02-28T10:00:00.12Z", 1772272800, 120000 },
    { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", -62135596800, 0 },
    { "0001-01-01T00:00:00+00:01", "0000-12-31T23:59:00Z", -62135596860, 0 },
    { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", 253402300799, 999999 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct time_text time;
    char text[INSTANT_TEXT_SIZE];
    int64_t instant_us;

    ck_assert_msg (parse_exactly (rows[i].text, &time) == TIME_OK, "\"%s\"", rows[i].text);
    instant_us = time_instant_us (&time);
    ck_assert_msg (instant_us == rows[i].second * 1000000 + rows[i].us, "\"%s\": %lld", rows[i].text, (long long)instant_us);
    ck_assert_uint_eq (instant_format (instant_us, text), strlen (rows[i].utc));
    ck_assert_str_eq (text, rows[i].utc);
  }
}
END_TEST

START_TEST (parse_undoes_format)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 50000; i++) {
    const struct date date = { (int32_t)random_between (&random, FIRST_DAY, LAST_DAY) };
    const int64_t instant_us = date.day * MICROSECONDS_PER_DAY + random_between (&random, 0, MICROSECONDS_PER_DAY - 1);
    char text[INSTANT_TEXT_SIZE], day_text[DATE_TEXT_SIZE];
    struct time_text time;

    ck_assert_msg (time_parse (text, instant_format (instant_us, text), &time) == TIME_OK, "draw %d: %s", i, text);
    ck_assert_msg (time_instant_us (&time) == instant_us && time.has_zone, "draw %d: %s", i, text);
    ck_assert_msg (time_parse (day_text, date_format (date, day_text), &time) == TIME_OK, "draw %d: %s", i, day_text);
    ck_assert_msg (time.date.day == date.day && !time.has_time, "draw %d: %s", i, day_text);
    ck_assert_msg (strncmp (text, day_text, 10) == 0, "draw %d: %s, %s", i, text, day_text);
  }
}
END_TEST

START_TEST (dates_outside_the_calendar_still_fit_their_text)
{
  char text[DATE_TEXT_SIZE], instant[INSTANT_TEXT_SIZE];

  ck_assert_uint_lt (date_format ((struct date){ INT32_MIN }, text), DATE_TEXT_SIZE);
  ck_assert_uint_lt (date_format ((struct date){ INT32_MAX }, text), DATE_TEXT_SIZE);
  ck_assert_uint_lt (instant_format (INT64_MIN, instant), INSTANT_TEXT_SIZE);
  ck_assert_uint_lt (instant_format (INT64_MAX, instant), INSTANT_TEXT_SIZE);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("date");
  TCase *calendar = tcase_create ("calendar");
  TCase *text = tcase_create ("text");

  tcase_add_test (calendar, known_days);
  tcase_add_test (calendar, days_that_do_not_exist);
  tcase_add_test (calendar, every_day_of_ten_thousand_years);
  tcase_set_timeout (calendar, 60);
  suite_add_tcase (suite, calendar);
  tcase_add_test (text, accepted_texts);
  tcase_add_test (text, refused_texts);
  tcase_add_test (text, only_the_given_bytes_are_read);
  tcase_add_test (text, statuses_have_words);
  tcase_add_test (text, instants);
  tcase_add_test (text, parse_undoes_format);
  tcase_add_test (text, dates_outside_the_calendar_still_fit_their_text);
  tcase_set_timeout (text, 60);
  suite_add_tcase (suite, text);
  return suite;
}
