/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates and ISO 8601 text. Proleptic Gregorian calendar; no clock, no time zone database. */
#ifndef BILLCTL_CORE_DATE_H
#define BILLCTL_CORE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DATE_TEXT_SIZE = 16, INSTANT_TEXT_SIZE = 40 };

#define MICROSECONDS_PER_SECOND INT64_C (1000000)
#define MICROSECONDS_PER_DAY (INT64_C (86400) * MICROSECONDS_PER_SECOND)

/* A day as the number of days since 1970-01-01. Years 0001 … 9999. */
struct date {
  int32_t day;
};

struct civil {
  int year;  /* 1 … 9999 */
  int month; /* 1 … 12 */
  int day;   /* 1 … 31 */
};

/* What a time text said. */
struct time_text {
  struct date date;
  int64_t of_day_us; /* microseconds since the civil midnight; 0 for a date alone. Finer digits are cut off */
  bool has_time;     /* false: a date alone */
  bool has_zone;     /* "Z" or an offset stood behind it */
  int offset_seconds;
};

enum time_status { TIME_OK, TIME_SYNTAX, TIME_NO_SUCH_DAY, TIME_NO_SUCH_TIME, TIME_NO_SUCH_OFFSET };

bool date_from_civil (struct civil civil, struct date *ret); /* false when there is no such day */
struct civil date_to_civil (struct date date);
int date_days_in_month (int year, int month);
int date_weekday (struct date date); /* 1 Monday … 7 Sunday (ISO 8601) */

/* "2026-02-28", "2026-02-28T10:00[:00[.123456]][Z|+01:00|+0100|+01]", a space or 't' instead of 'T', 'z' for 'Z'. Leap second :60
 * is TIME_NO_SUCH_TIME; 24:00 too. The fraction may have any number of digits. Reads exactly `length` bytes. */
enum time_status time_parse (const char *text, size_t length, struct time_text *ret);
const char *time_status_text (enum time_status status);

/* The instant of a time with a zone, in microseconds since 1970-01-01T00:00:00Z. */
int64_t time_instant_us (const struct time_text *time);

size_t date_format (struct date date, char text[DATE_TEXT_SIZE]); /* "2026-02-28" */

/* "2026-02-28T10:00:00Z", with ".123456" (trailing zeros cut) only when it is not a whole second. */
size_t instant_format (int64_t instant_us, char text[INSTANT_TEXT_SIZE]);

#endif
