/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil days of time zones. The transitions are those that zdump(8) prints from the time zone database; what follows from them is
 * worked out by hand beside each row. */
#include "base/timezone.h"

#include "base/error.h"
#include "base/tzif.h"

#include "tap-main.h"

#include <string.h>

static gint64
instant (const char *text)
{
  struct time_text time;
  ck_assert_msg (time_parse (text, strlen (text), &time) == TIME_OK && time.has_zone, "%s", text);
  return time_instant_us (&time);
}

static struct time_text
civil_time (const char *text)
{
  struct time_text time;
  ck_assert_msg (time_parse (text, strlen (text), &time) == TIME_OK, "%s", text);
  return time;
}

static struct date
day (const char *text)
{
  return civil_time (text).date;
}

static const struct timezone *
get (struct timezone_cache *cache, const char *name)
{
  const struct timezone *zone = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_msg (timezone_cache_get (cache, name, &zone, &error), "%s", error == NULL ? name : error->message);
  ck_assert_str_eq (timezone_name (zone), name);
  return zone;
}

START_TEST (day_starts)
{
  static const struct {
    const char *zone, *day, *start;
  } rows[] = {
    { "UTC", "2026-01-01", "2026-01-01T00:00:00Z" },
    { "Europe/Berlin", "2026-01-01", "2025-12-31T23:00:00Z" },
    /* 23 hours, then 25 */
    { "Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z" },
    { "Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z" },
    { "Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z" },
    { "Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z" },
    { "America/New_York", "2026-07-04", "2026-07-04T04:00:00Z" },
    { "Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z" },
    /* The clock goes from 24:00 of the 7th to 01:00 of the 8th: the day starts at 01:00. */
    { "America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z" },
    { "America/Santiago", "2024-09-09", "2024-09-09T03:00:00Z" },
    /* From 24:00 back to 23:00 of the same day: the next one starts an hour later. */
    { "America/Santiago", "2024-04-06", "2024-04-06T03:00:00Z" },
    { "America/Santiago", "2024-04-07", "2024-04-07T04:00:00Z" },
    { "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z" },
    { "America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z" },
    { "Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00Z" },
    { "Africa/Cairo", "2023-10-26", "2023-10-25T21:00:00Z" },
    { "Africa/Cairo", "2023-10-27", "2023-10-26T22:00:00Z" },
    { "Asia/Gaza", "2012-03-30", "2012-03-29T22:00:00Z" },
    /* Midnight twice, an hour apart: the first one. */
    { "Asia/Gaza", "2012-09-21", "2012-09-20T21:00:00Z" },
    { "America/Havana", "2023-11-05", "2023-11-05T04:00:00Z" },
    { "America/Havana", "2023-03-12", "2023-03-12T05:00:00Z" },
    /* One minute past midnight back to 23:01: the first midnight. */
    { "America/St_Johns", "2007-11-04", "2007-11-04T02:30:00Z" },
    { "America/St_Johns", "2007-11-05", "2007-11-05T03:30:00Z" },
    /* The 30th never was: it starts, and ends, where the 31st starts. */
    { "Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z" },
    { "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z" },
    { "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z" },
    { "Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z" },
    /* Half an hour of summer time. */
    { "Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z" },
    { "Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30:00Z" },
    { "Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z" },
    { "Australia/Lord_Howe", "2026-10-05", "2026-10-04T13:00:00Z" },
    /* Rules hold beyond the table: last Sundays of March and October 2050 are the 27th and 30th; Chile's summer spans the new year. */
    { "Europe/Berlin", "2050-03-27", "2050-03-26T23:00:00Z" },
    { "Europe/Berlin", "2050-03-28", "2050-03-27T22:00:00Z" },
    { "Europe/Berlin", "2050-10-30", "2050-10-29T22:00:00Z" },
    { "Europe/Berlin", "2050-10-31", "2050-10-30T23:00:00Z" },
    { "America/Santiago", "2060-01-01", "2060-01-01T03:00:00Z" },
    { "America/Santiago", "2060-07-01", "2060-07-01T04:00:00Z" },
    { "Europe/Berlin", "9999-12-31", "9999-12-30T23:00:00Z" },
    /* Local mean time before the zones: 0:53:28 east. */
    { "Europe/Berlin", "1890-01-01", "1889-12-31T23:06:32Z" },
  };
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  /* Twice, so that remembered answers are compared as well. */
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    gsize row = i % G_N_ELEMENTS (rows);
    char text[INSTANT_TEXT_SIZE];
    instant_format (timezone_day_start_us (get (cache, rows[row].zone), day (rows[row].day)), text);
    ck_assert_msg (strcmp (text, rows[row].start) == 0, "%s %s: %s instead of %s", rows[row].zone, rows[row].day, text, rows[row].start);
  }
}
END_TEST

START_TEST (dates_of_instants)
{
  static const struct {
    const char *zone, *instant, *date;
  } rows[] = {
    { "UTC", "2026-01-01T00:00:00Z", "2026-01-01" },
    { "UTC", "2025-12-31T23:59:59.999999Z", "2025-12-31" },
    { "UTC", "1969-12-31T23:59:59.999999Z", "1969-12-31" },
    { "Europe/Berlin", "2025-12-31T22:59:59.999999Z", "2025-12-31" },
    { "Europe/Berlin", "2025-12-31T23:00:00Z", "2026-01-01" },
    { "America/Santiago", "2024-09-08T03:59:59Z", "2024-09-07" },
    { "America/Santiago", "2024-09-08T04:00:00Z", "2024-09-08" },
    { "America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17" },
    { "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29" },
    { "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31" },
    /* The clock shows 23:16 of the 3rd again, but the 4th has begun. */
    { "America/St_Johns", "2007-11-04T02:46:00Z", "2007-11-04" },
    { "America/St_Johns", "2007-11-04T02:29:59Z", "2007-11-03" },
  };
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    char text[DATE_TEXT_SIZE];
    date_format (timezone_date (get (cache, rows[i].zone), instant (rows[i].instant)), text);
    ck_assert_msg (strcmp (text, rows[i].date) == 0, "%s %s: %s", rows[i].zone, rows[i].instant, text);
  }
}
END_TEST

START_TEST (resolving)
{
  static const struct {
    const char *zone, *time, *instant;
  } rows[] = {
    { "Europe/Berlin", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z" },
    { "Europe/Berlin", "2026-01-05T10:00:00-05:00", "2026-01-05T15:00:00Z" },
    { "Europe/Berlin", "2026-01-05T10:00:00.5", "2026-01-05T09:00:00.5Z" },
    { "Europe/Berlin", "2026-01-05", "2026-01-04T23:00:00Z" },
    { "Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z" },
    { "Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z" }, /* skipped: the end of the gap */
    { "Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z" }, /* twice: the first */
    { "Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z" },
    { "Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z" },
    { "America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z" },
  };
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct time_text time = civil_time (rows[i].time);
    char text[INSTANT_TEXT_SIZE];
    instant_format (timezone_resolve (get (cache, rows[i].zone), &time), text);
    ck_assert_msg (strcmp (text, rows[i].instant) == 0, "%s %s: %s", rows[i].zone, rows[i].time, text);
  }
}
END_TEST

START_TEST (names_that_are_none)
{
  static const struct {
    const char *name, *hint;
  } rows[] = {
    { "europe/berlin", "'Europe/Berlin'" },
    { "Berlin", "'Europe/Berlin'" },
    { "new york", "'America/New_York'" },
    { "Europe/Belin", "'Europe/Berlin'" },
    { "+01:00", "such as" },
    { "UTC+1", "hint: " },
    { "", "such as" },
    { "../../etc/passwd", "such as" },
    { "/usr/share/zoneinfo/UTC", "hint: " },
    { "Europe/../Europe/Berlin", "hint: " },
    { "right/Europe/Berlin", "hint: " },
    { "posix/Europe/Berlin", "hint: " },
    { "zone.tab", "such as" },
    { "Europe", "such as" },
    { "Europe/", "hint: " },
  };
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct timezone *zone = NULL;
    g_autoptr (GError) error = NULL;
    ck_assert_msg (!timezone_cache_get (cache, rows[i].name, &zone, &error), "'%s'", rows[i].name);
    ck_assert_ptr_null (zone);
    ck_assert_int_eq (error->code, ERROR_USAGE);
    ck_assert_msg (strstr (error->message, rows[i].hint) != NULL, "'%s': %s", rows[i].name, error->message);
  }
}
END_TEST

START_TEST (list_of_names)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  ck_assert (timezone_names (names, NULL));
  ck_assert_uint_gt (names->len, 300);
  guint found = 0;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    ck_assert_msg (i == 0 || strcmp (g_ptr_array_index (names, i - 1), name) < 0, "%s", name);
    found += strcmp (name, "UTC") == 0 || strcmp (name, "Europe/Berlin") == 0 || strcmp (name, "Pacific/Apia") == 0;
  }
  ck_assert_uint_eq (found, 3);
}
END_TEST

/* In every zone: days follow each other without gap or overlap, and every instant lies in the day that it is said to. */
START_TEST (days_divide_time)
{
  struct random random = random_for_test (1);
  g_autoptr (timezone_cache_t) cache = timezone_cache_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  ck_assert (timezone_names (names, NULL));
  for (guint i = 0; i < names->len; i++) {
    const struct timezone *zone = get (cache, g_ptr_array_index (names, i));
    for (int n = 0; n < 200; n++) {
      struct date date = { (gint32) random_between (&random, -30000, 60000) };
      gint64 start = timezone_day_start_us (zone, date), end = timezone_day_start_us (zone, (struct date){ date.day + 1 });
      /* The longest: Samoa had 4 July 1892 for 48 hours, when it changed the side of the date line. */
      ck_assert_msg (start <= end && end - start <= 48 * 3600 * MICROSECONDS_PER_SECOND, "%s day %d", timezone_name (zone), date.day);
      if (start == end)
        continue;
      gint64 within = random_between (&random, start, end - 1);
      ck_assert_msg (timezone_date (zone, start).day == date.day && timezone_date (zone, end - 1).day == date.day
                       && timezone_date (zone, within).day == date.day,
                     "%s day %d", timezone_name (zone), date.day);
    }
  }
}
END_TEST

/* A version 2 file without transitions: a rule alone. */
static struct tzif *
zone_of_rule (const char *rule)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  static const guint8 header[44] = { 'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1 }; /* one type, one character */
  static const guint8 block[7] = { 0 };
  for (int i = 0; i < 2; i++) {
    g_byte_array_append (file, header, sizeof header);
    g_byte_array_append (file, block, sizeof block);
  }
  g_autofree char *footer = g_strdup_printf ("\n%s\n", rule);
  g_byte_array_append (file, (const guint8 *) footer, (guint) strlen (footer));
  const char *problem = NULL;
  struct tzif *tzif = tzif_new (file->data, file->len, &problem);
  ck_assert_msg ((tzif == NULL) == (problem != NULL), "%s", rule);
  return tzif;
}

START_TEST (rules)
{
  static const struct {
    const char *rule, *instant;
    int offset;
  } rows[] = {
    { "EST5EDT,M3.2.0,M11.1.0", "2030-03-10T06:59:59Z", -18000 }, /* second Sunday of March 2030, 02:00 */
    { "EST5EDT,M3.2.0,M11.1.0", "2030-03-10T07:00:00Z", -14400 },
    { "EST5EDT,M3.2.0,M11.1.0", "2030-11-03T05:59:59Z", -14400 },
    { "EST5EDT,M3.2.0,M11.1.0", "2030-11-03T06:00:00Z", -18000 },
    { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7200 }, /* 23:00 of the day before the last Sunday */
    { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", -3600 },
    { "AAA0BBB,J60/0,J61/0", "2028-03-01T00:00:00Z", 3600 }, /* J60 is 1 March in every year */
    { "AAA0BBB,J60/0,J61/0", "2028-02-29T23:59:59Z", 0 },
    { "AAA0BBB,J60/0,J61/0", "2027-03-01T00:00:00Z", 3600 },
    { "AAA0BBB,59/0,60/0", "2028-02-29T00:00:00Z", 3600 }, /* 59 is 29 February where there is one */
    { "AAA0BBB,59/0,60/0", "2027-03-01T00:00:00Z", 3600 },
    { "IST-1GMT0,M10.5.0,M3.5.0/1", "2030-07-01T00:00:00Z", 3600 }, /* winter time is the second one */
    { "IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-01T00:00:00Z", 0 },
    { "XXX3EDT4,0/0,J365/23", "2030-12-31T12:00:00Z", -14400 }, /* summer all year long */
    { "XXX3EDT4,0/0,J365/23", "2031-01-01T03:00:00Z", -14400 },
    { "<+0530>-5:30", "2030-01-01T00:00:00Z", 19800 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct tzif *tzif = zone_of_rule (rows[i].rule);
    ck_assert_msg (tzif != NULL, "%s", rows[i].rule);
    gint64 at = instant (rows[i].instant) / MICROSECONDS_PER_SECOND;
    struct tzif_span span = tzif_span_at (tzif, at);
    ck_assert_msg (span.offset == rows[i].offset, "%s %s: %d", rows[i].rule, rows[i].instant, span.offset);
    ck_assert (span.start <= at && at < span.end);
    tzif_free (tzif);
  }
  static const char *const bad[] = { "X", "XXX", "XXX25", "XXX1YYY", "XXX1YYY,", "XXX1YYY,M13.1.0,M1.1.0", "XXX1YYY,M3.6.0,M1.1.0",
                                     "XXX1YYY,M3.2.7,M1.1.0", "XXX1YYY,M3.2.0", "XXX1YYY,M3.2.0,M11.1.0x", "XXX1YYY,J0,J5",
                                     "XXX1YYY,366,J5", "XXX1YYY,M3.2.0/168,M11.1.0", "<XX5", "XXX1:60" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (zone_of_rule (bad[i]) == NULL, "%s", bad[i]);
}
END_TEST

START_TEST (damaged_files)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  const char *problem = NULL;
  const char *folder = g_getenv ("TZDIR");
  g_autofree char *path = g_build_filename (folder == NULL ? "/usr/share/zoneinfo" : folder, "Europe/Berlin", NULL);
  ck_assert (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize cut = 0; cut < length; cut++) {
    g_autofree guint8 *part = g_memdup2 (bytes, cut); /* of its own, so that reading behind the end shows */
    struct tzif *tzif = tzif_new (part, cut, &problem);
    ck_assert_msg (tzif == NULL && problem != NULL, "cut at %zu of %zu", cut, length);
  }
  /* Whatever bytes change, it is refused or can be asked. */
  struct random random = random_for_test (2);
  for (int n = 0; n < 3000; n++) {
    g_autofree guint8 *copy = g_memdup2 (bytes, length);
    for (int i = 0; i < 3; i++)
      copy[random_between (&random, 0, (gint64) length - 1)] = (guint8) random_between (&random, 0, 255);
    struct tzif *tzif = tzif_new (copy, length, &problem);
    gint64 at = random_between (&random, -G_GINT64_CONSTANT (100000000000), G_GINT64_CONSTANT (200000000000));
    if (tzif != NULL) {
      struct tzif_span span = tzif_span_at (tzif, at);
      ck_assert (span.start <= at && at < span.end && span.offset >= TZIF_OFFSET_LEAST && span.offset <= TZIF_OFFSET_MOST);
    }
    tzif_free (tzif);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("timezone");
  TCase *tests = tcase_create ("timezone");
  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, day_starts);
  tcase_add_test (tests, dates_of_instants);
  tcase_add_test (tests, resolving);
  tcase_add_test (tests, names_that_are_none);
  tcase_add_test (tests, list_of_names);
  tcase_add_test (tests, days_divide_time);
  tcase_add_test (tests, rules);
  tcase_add_test (tests, damaged_files);
  suite_add_tcase (suite, tests);
  return suite;
}
