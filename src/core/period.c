/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing periods, all computed from the anchor: days for day and week intervals, months for the rest. */
#include "core/period.h"

#include <string.h>

enum { INTERVAL_COUNT_MAX = 1000, MONTHS_PER_YEAR = 12 };

/* The words of one unit. Arrays, not pointers: the table needs no relocation. */
struct unit_names {
  char singular[8];
  char plural[9];
  char adverb[10];
};

static const struct unit_names unit_names[] = {
  [INTERVAL_DAY] = { "day", "days", "daily" },         [INTERVAL_WEEK] = { "week", "weeks", "weekly" },
  [INTERVAL_MONTH] = { "month", "months", "monthly" }, [INTERVAL_QUARTER] = { "quarter", "quarters", "quarterly" },
  [INTERVAL_YEAR] = { "year", "years", "yearly" },
};

enum { UNIT_COUNT = sizeof unit_names / sizeof unit_names[0] };

/* Length in days, or 0 for an interval of months. */
static int
interval_days (struct interval interval)
{
  switch (interval.unit) {
    case INTERVAL_DAY:
      return interval.count;
    case INTERVAL_WEEK:
      return 7 * interval.count;
    case INTERVAL_MONTH:
    case INTERVAL_QUARTER:
    case INTERVAL_YEAR:
      break;
  }
  return 0;
}

/* Length in months, or 0 for an interval of days. */
static int
interval_months (struct interval interval)
{
  switch (interval.unit) {
    case INTERVAL_MONTH:
      return interval.count;
    case INTERVAL_QUARTER:
      return 3 * interval.count;
    case INTERVAL_YEAR:
      return MONTHS_PER_YEAR * interval.count;
    case INTERVAL_DAY:
    case INTERVAL_WEEK:
      break;
  }
  return 0;
}

static bool
same_word (const char *text, size_t length, const char *word)
{
  size_t i;

  for (i = 0; i < length && word[i] != '\0'; i++)
    if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]) != word[i])
      return false;
  return i == length && word[i] == '\0';
}

/* Finds "month" and "months", and "monthly" too where no count stands beside it. */
static bool
find_unit (const char *text, size_t length, bool counted, enum interval_unit *ret)
{
  for (size_t i = 0; i < UNIT_COUNT; i++)
    if (same_word (text, length, unit_names[i].singular)
        || (counted ? same_word (text, length, unit_names[i].plural) : same_word (text, length, unit_names[i].adverb))) {
      *ret = (enum interval_unit)i;
      return true;
    }
  if (!counted && (same_word (text, length, "annual") || same_word (text, length, "annually"))) {
    *ret = INTERVAL_YEAR;
    return true;
  }
  return false;
}

/* Reads the digits at the start of a text; returns how many bytes they take, 0 when they are no count. */
static size_t
read_count (const char *text, size_t length, int *ret)
{
  size_t i;
  int count = 0;

  for (i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
    count = count * 10 + (text[i] - '0');
    if (count > INTERVAL_COUNT_MAX)
      return 0;
  }
  *ret = count;
  return count > 0 ? i : 0;
}

bool
interval_parse (const char *text, size_t length, struct interval *ret)
{
  struct interval interval = { INTERVAL_DAY, 1 };
  const char *const colon = length > 0 ? memchr (text, ':', length) : NULL;
  size_t at = read_count (text, length, &interval.count);
  bool found;

  if (colon != NULL) {
    const size_t unit_length = (size_t)(colon - text), rest = length - unit_length - 1;

    found = rest > 0 && read_count (colon + 1, rest, &interval.count) == rest
            && find_unit (text, unit_length, true, &interval.unit);
  } else if (at > 0) {
    at += at < length && text[at] == ' ';
    found = find_unit (text + at, length - at, true, &interval.unit);
  } else {
    interval.count = 1;
    found = find_unit (text, length, false, &interval.unit);
  }
  if (found)
    *ret = interval;
  return found;
}

size_t
interval_format (struct interval interval, char text[INTERVAL_TEXT_SIZE])
{
  const char *const name = unit_names[interval.unit].singular;
  size_t length = strlen (name);
  unsigned rest = (unsigned)interval.count, power = 1;

  memcpy (text, name, length);
  if (interval.count != 1) {
    text[length++] = ':';
    while (rest / power >= 10)
      power *= 10;
    for (; power > 0; power /= 10)
      text[length++] = (char)('0' + rest / power % 10);
  }
  text[length] = '\0';
  return length;
}

bool
interval_equal (struct interval a, struct interval b)
{
  if (interval_months (a) > 0)
    return interval_months (a) == interval_months (b);
  return a.unit == b.unit && a.count == b.count;
}

/* Months since January of year 0. */
static int64_t
month_number (struct civil civil)
{
  return (int64_t)civil.year * MONTHS_PER_YEAR + civil.month - 1;
}

/* A date by month number, its day clamped to the month's last. */
static bool
date_in_month (int64_t month, int day, struct date *ret)
{
  struct civil civil;
  int last;

  if (month < MONTHS_PER_YEAR || month >= INT64_C (10000) * MONTHS_PER_YEAR)
    return false;
  civil.year = (int)(month / MONTHS_PER_YEAR);
  civil.month = (int)(month % MONTHS_PER_YEAR) + 1;
  last = date_days_in_month (civil.year, civil.month);
  civil.day = day < last ? day : last;
  return date_from_civil (civil, ret);
}

bool
date_add_interval (struct date anchor, struct interval interval, int64_t n, struct date *ret)
{
  const int days = interval_days (interval);
  const int64_t reach = INT64_C (4000000); /* no count of days, weeks or months inside 9999 years is larger */
  const struct date first = { -719162 }, last = { 2932896 };
  int64_t day;

  if (n > reach || n < -reach)
    return false;
  if (days == 0) {
    const struct civil civil = date_to_civil (anchor);

    return date_in_month (month_number (civil) + n * interval_months (interval), civil.day, ret);
  }
  day = anchor.day + n * days;
  if (day < first.day || day > last.day)
    return false;
  ret->day = (int32_t)day;
  return true;
}

static int
greatest_common_divisor (int a, int b)
{
  while (b != 0) {
    const int rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* The first day of the whole period that the anchor lies in. */
static bool
first_start (const struct cycle *cycle, struct date *ret)
{
  const int months = interval_months (cycle->interval);
  int block;
  int64_t month;

  *ret = cycle->anchor;
  if (cycle->alignment == ALIGN_ANNIVERSARY || cycle->interval.unit == INTERVAL_DAY)
    return true;
  if (months == 0) {
    ret->day -= date_weekday (cycle->anchor) - 1;
    return true;
  }
  block = greatest_common_divisor (months, MONTHS_PER_YEAR);
  month = month_number (date_to_civil (cycle->anchor));
  return date_in_month (month - month % block, 1, ret);
}

bool
cycle_full_period (const struct cycle *cycle, int64_t n, struct period *ret)
{
  struct date base;
  struct period period;

  if (n < 0 || !first_start (cycle, &base) || !date_add_interval (base, cycle->interval, n, &period.start)
      || !date_add_interval (base, cycle->interval, n + 1, &period.end))
    return false;
  *ret = period;
  return true;
}

bool
cycle_period (const struct cycle *cycle, int64_t n, struct period *ret)
{
  if (!cycle_full_period (cycle, n, ret))
    return false;
  if (n == 0)
    ret->start = cycle->anchor;
  return true;
}

int64_t
cycle_index (const struct cycle *cycle, struct date date)
{
  const int days = interval_days (cycle->interval);
  struct date base, start;
  int64_t n;

  if (date.day < cycle->anchor.day || !first_start (cycle, &base))
    return -1;
  if (days > 0)
    return ((int64_t)date.day - base.day) / days;
  n = (month_number (date_to_civil (date)) - month_number (date_to_civil (base))) / interval_months (cycle->interval);
  /* The estimate is by months; the date may still lie before that month's billing day. */
  if (!date_add_interval (base, cycle->interval, n, &start) || start.day > date.day)
    n--;
  return n;
}

struct ratio
period_ratio (struct period part, struct period whole)
{
  const int64_t days = (int64_t)part.end.day - part.start.day;
  const int64_t whole_days = (int64_t)whole.end.day - whole.start.day;

  if (whole_days <= 0)
    return (struct ratio){ 0, 1 };
  return days == whole_days ? RATIO_ONE : (struct ratio){ days, whole_days };
}
