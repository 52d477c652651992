/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates and ISO 8601 text. Years are counted from 1 March inside, so that the leap day is a year's last. */
#include "core/date.h"

enum { DAYS_PER_400_YEARS = 146097, DAYS_BEFORE_1970 = 719468 }; /* the latter from 0000-03-01 */

static bool
is_leap_year (int year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
date_days_in_month (int year, int month)
{
  if (month == 2)
    return is_leap_year (year) ? 29 : 28;
  return 30 + ((month + month / 8) & 1);
}

/* Days from 1 March to the first of a month; `month` counts from March as 0. */
static int
days_before_month (int month)
{
  return (153 * month + 2) / 5;
}

bool
date_from_civil (struct civil civil, struct date *ret)
{
  int year, month;

  if (civil.year < 1 || civil.year > 9999 || civil.month < 1 || civil.month > 12 || civil.day < 1
      || (civil.day > 28 && civil.day > date_days_in_month (civil.year, civil.month)))
    return false;
  year = civil.month > 2 ? civil.year : civil.year - 1;
  month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
  ret->day = 365 * year + year / 4 - year / 100 + year / 400 + days_before_month (month) + civil.day - 1 - DAYS_BEFORE_1970;
  return true;
}

struct civil
date_to_civil (struct date date)
{
  const int64_t days = (int64_t)date.day + DAYS_BEFORE_1970;
  const int64_t cycle = days >= 0 ? days / DAYS_PER_400_YEARS : (days + 1) / DAYS_PER_400_YEARS - 1;
  const int of_cycle = (int)(days - cycle * DAYS_PER_400_YEARS);
  /* Each correction takes out the leap days that passed: one in 1460 days, but not one in 36524, but one in 146096. */
  const int year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
  const int of_year = of_cycle - (365 * year + year / 4 - year / 100);
  const int month = (5 * of_year + 2) / 153;

  return (struct civil){
    .year = (int)(400 * cycle + year + (month >= 10)),
    .month = month < 10 ? month + 3 : month - 9,
    .day = of_year - days_before_month (month) + 1,
  };
}

int
date_weekday (struct date date)
{
  /* 1970-01-01 was a Thursday. */
  return (int)((((int64_t)date.day + 3) % 7 + 7) % 7) + 1;
}

/* Reads `count` digits at text; -1 when they are not all digits. */
static int
read_digits (const char *text, int count)
{
  int value = 0;

  for (int i = 0; i < count; i++) {
    const unsigned digit = (unsigned)(unsigned char)text[i] - '0';

    if (digit > 9)
      return -1;
    value = value * 10 + (int)digit;
  }
  return value;
}

/* Reads ".123…", keeping microseconds and cutting off what is finer. */
static bool
read_fraction (const char *text, size_t length, size_t *at, int64_t *ret_us)
{
  int64_t unit = MICROSECONDS_PER_SECOND / 10;
  int64_t us = 0;
  size_t i = *at + 1;

  for (; i < length; i++) {
    const int digit = read_digits (text + i, 1);

    if (digit < 0)
      break;
    us += digit * unit;
    unit /= 10;
  }
  if (i == *at + 1)
    return false;
  *at = i;
  *ret_us = us;
  return true;
}

/* Reads "10:00[:00[.123]]" at *at. */
static enum time_status
read_clock (const char *text, size_t length, size_t *at, int64_t *ret_us)
{
  size_t i = *at;
  int hour, minute, second = 0;
  int64_t fraction_us = 0;

  if (length - i < 5 || text[i + 2] != ':')
    return TIME_SYNTAX;
  hour = read_digits (text + i, 2);
  minute = read_digits (text + i + 3, 2);
  i += 5;
  if (length - i >= 3 && text[i] == ':') {
    second = read_digits (text + i + 1, 2);
    i += 3;
    if (i < length && text[i] == '.' && !read_fraction (text, length, &i, &fraction_us))
      return TIME_SYNTAX;
  }
  if (hour < 0 || minute < 0 || second < 0)
    return TIME_SYNTAX;
  if (hour > 23 || minute > 59 || second > 59)
    return TIME_NO_SUCH_TIME;
  *at = i;
  *ret_us = (hour * 3600 + minute * 60 + second) * MICROSECONDS_PER_SECOND + fraction_us;
  return TIME_OK;
}

/* Reads "Z", "+01:00", "+0100" or "+01", which must fill the rest of the text. */
static enum time_status
read_zone (const char *text, size_t length, int *ret_seconds)
{
  const bool colon = length == 6 && text[3] == ':';
  int hours, minutes = 0;

  if (length == 1 && (text[0] == 'Z' || text[0] == 'z')) {
    *ret_seconds = 0;
    return TIME_OK;
  }
  if ((text[0] != '+' && text[0] != '-') || !(length == 3 || length == 5 || colon))
    return TIME_SYNTAX;
  hours = read_digits (text + 1, 2);
  if (length > 3)
    minutes = read_digits (text + length - 2, 2);
  if (hours < 0 || minutes < 0)
    return TIME_SYNTAX;
  if (hours > 23 || minutes > 59)
    return TIME_NO_SUCH_OFFSET;
  *ret_seconds = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
  return TIME_OK;
}

enum time_status
time_parse (const char *text, size_t length, struct time_text *ret)
{
  struct time_text result = { 0 };
  struct civil civil;
  size_t at = 10;
  enum time_status status;

  if (length < 10 || text[4] != '-' || text[7] != '-')
    return TIME_SYNTAX;
  civil = (struct civil){ read_digits (text, 4), read_digits (text + 5, 2), read_digits (text + 8, 2) };
  if (civil.year < 0 || civil.month < 0 || civil.day < 0)
    return TIME_SYNTAX;
  if (length > at) {
    if (text[at] != 'T' && text[at] != 't' && text[at] != ' ')
      return TIME_SYNTAX;
    at++;
    result.has_time = true;
    status = read_clock (text, length, &at, &result.of_day_us);
    if (status != TIME_OK)
      return status;
  }
  if (length > at) {
    result.has_zone = true;
    status = read_zone (text + at, length - at, &result.offset_seconds);
    if (status != TIME_OK)
      return status;
  }
  if (!date_from_civil (civil, &result.date))
    return TIME_NO_SUCH_DAY;
  *ret = result;
  return TIME_OK;
}

const char *
time_status_text (enum time_status status)
{
  switch (status) {
    case TIME_OK:
      return "is a time";
    case TIME_SYNTAX:
      return "is not a time such as 2026-02-28 or 2026-02-28T10:00:00Z";
    case TIME_NO_SUCH_DAY:
      return "is a day that the calendar does not have";
    case TIME_NO_SUCH_TIME:
      return "is not a time between 00:00:00 and 23:59:59";
    case TIME_NO_SUCH_OFFSET:
      return "has an offset from UTC that is not between -23:59 and +23:59";
  }
  return "is not a time";
}

int64_t
time_instant_us (const struct time_text *time)
{
  return time->date.day * MICROSECONDS_PER_DAY + time->of_day_us - time->offset_seconds * MICROSECONDS_PER_SECOND;
}

/* Writes at least `width` digits; returns where the text goes on. */
static char *
put_number (char *out, unsigned value, int width)
{
  char digits[10];
  int count = 0;

  for (; value != 0 || count < width; value /= 10)
    digits[count++] = (char)('0' + value % 10);
  while (count > 0)
    *out++ = digits[--count];
  return out;
}

size_t
date_format (struct date date, char text[DATE_TEXT_SIZE])
{
  const struct civil civil = date_to_civil (date);
  char *out = text;

  if (civil.year < 0)
    *out++ = '-';
  out = put_number (out, (unsigned)(civil.year < 0 ? -civil.year : civil.year), 4);
  *out++ = '-';
  out = put_number (out, (unsigned)civil.month, 2);
  *out++ = '-';
  out = put_number (out, (unsigned)civil.day, 2);
  *out = '\0';
  return (size_t)(out - text);
}

size_t
instant_format (int64_t instant_us, char text[INSTANT_TEXT_SIZE])
{
  int64_t day = instant_us / MICROSECONDS_PER_DAY;
  int64_t of_day_us = instant_us % MICROSECONDS_PER_DAY;
  unsigned second, fraction;
  int width = 6;
  char *out = text;

  if (of_day_us < 0) {
    of_day_us += MICROSECONDS_PER_DAY;
    day--;
  }
  second = (unsigned)(of_day_us / MICROSECONDS_PER_SECOND);
  fraction = (unsigned)(of_day_us % MICROSECONDS_PER_SECOND);
  out += date_format ((struct date){ (int32_t)day }, text);
  *out++ = 'T';
  out = put_number (out, second / 3600, 2);
  *out++ = ':';
  out = put_number (out, second / 60 % 60, 2);
  *out++ = ':';
  out = put_number (out, second % 60, 2);
  if (fraction != 0) {
    for (; fraction % 10 == 0; width--)
      fraction /= 10;
    *out++ = '.';
    out = put_number (out, fraction, width);
  }
  *out++ = 'Z';
  *out = '\0';
  return (size_t)(out - text);
}
