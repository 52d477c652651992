/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing periods without a ledger. */
#include "service/schedule.h"

#include "base/error.h"

#include <string.h>

gboolean
interval_read (const char *text, struct interval *ret, GError **error)
{
  if (interval_parse (text, strlen (text), ret))
    return TRUE;
  error_set (error, ERROR_USAGE, "interval '%s' is not an interval such as month, year or day:30", text);
  return error_add_hint (error, "day, week, month, quarter or year, and a count from 1 to 1000 behind a colon");
}

static struct date
civil_day (const struct timezone *zone, const struct time_text *time)
{
  return timezone_date (zone, timezone_resolve (zone, time));
}

/* Does period n of the grid begin on the day or before it? What lies before the calendar begins before any day. */
static gboolean
begins_by (const struct cycle *grid, gint64 n, struct date day)
{
  struct date boundary;
  return !date_add_interval (grid->anchor, grid->interval, n, &boundary) || boundary.day <= day.day;
}

/* The period of the grid that a day before its anchor lies in. */
static gint64
index_before (const struct cycle *grid, struct date day)
{
  gint64 low = -1, high = 0; /* period `high` begins after the day; in the end `low` does not */
  while (!begins_by (grid, low, day)) {
    high = low;
    low *= 2;
  }
  while (high - low > 1) {
    gint64 middle = low + (high - low) / 2;
    if (begins_by (grid, middle, day))
      low = middle;
    else
      high = middle;
  }
  return low;
}

gboolean
schedule_init (struct schedule *schedule, struct timezone_cache *zones, const struct schedule_request *request, GError **error)
{
  struct schedule made = { .grid.alignment = ALIGN_ANNIVERSARY };
  if (!timezone_cache_get (zones, request->timezone, &made.zone, error) || !interval_read (request->interval, &made.grid.interval, error))
    return FALSE;
  made.start = civil_day (made.zone, request->start);
  struct cycle cycle = { request->anchor == NULL ? made.start : civil_day (made.zone, request->anchor), made.grid.interval, request->alignment };
  struct period whole;
  if (!cycle_full_period (&cycle, 0, &whole))
    return error_set (error, ERROR_USAGE, "the period of the anchor does not lie in the years 1 to 9999");
  made.grid.anchor = whole.start;
  made.first = made.start.day < whole.start.day ? index_before (&made.grid, made.start) : cycle_index (&made.grid, made.start);
  *schedule = made;
  return TRUE;
}

gboolean
schedule_period (const struct schedule *schedule, gint64 index, struct scheduled_period *ret, GError **error)
{
  const struct cycle *grid = &schedule->grid;
  struct period whole;
  if (!date_add_interval (grid->anchor, grid->interval, schedule->first + index, &whole.start)
      || !date_add_interval (grid->anchor, grid->interval, schedule->first + index + 1, &whole.end))
    return error_set (error, ERROR_USAGE, "period %" G_GINT64_FORMAT " does not lie in the years 1 to 9999", index);
  struct period days = whole;
  if (index == 0)
    days.start = schedule->start;
  *ret = (struct scheduled_period){
    .index = index,
    .days = days,
    .from_us = timezone_day_start_us (schedule->zone, days.start),
    .to_us = timezone_day_start_us (schedule->zone, days.end),
    .ratio = period_ratio (days, whole),
  };
  return TRUE;
}

gboolean
schedule_at (const struct schedule *schedule, const struct time_text *at, struct scheduled_period *ret, GError **error)
{
  struct date day = civil_day (schedule->zone, at);
  if (day.day < schedule->start.day) {
    char text[DATE_TEXT_SIZE], start[DATE_TEXT_SIZE];
    date_format (day, text);
    date_format (schedule->start, start);
    return error_set (error, ERROR_USAGE, "--at falls on %s, before the start on %s", text, start);
  }
  const struct cycle *grid = &schedule->grid;
  gint64 n = day.day < grid->anchor.day ? index_before (grid, day) : cycle_index (grid, day);
  return schedule_period (schedule, n - schedule->first, ret, error);
}
