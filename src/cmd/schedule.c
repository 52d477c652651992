/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl schedule: the periods that a start and an interval give. */
#include "service/schedule.h"

#include "base/error.h"
#include "cmd/commands.h"

struct args {
  struct time_argument start, anchor, at;
  const char *interval;
  int alignment;
  const char *timezone;
  gint64 periods;
};

static const char *const alignments[] = { "anniversary", "calendar", NULL };

static const struct option options[] = {
  OPTION_TIME (struct args, start, "start", 0, "first day that is billed, or a time on it"),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "length of a period: month, month:3, year, week, day:30 …"),
  OPTION_TIME (struct args, anchor, "anchor", 0, "day that periods are counted from; the start without it"),
  OPTION_CHOICE (struct args, alignment, "align", 0, alignments, "where periods begin; anniversary without it"),
  OPTION_STRING_FROM (struct args, timezone, "timezone", 0, "ZONE", "zone of the billing days; UTC without it", COMPLETE_TIMEZONE),
  OPTION_INTEGER (struct args, periods, "periods", 'n', "N", "show the first N periods, 1 to 10000"),
  OPTION_TIME (struct args, at, "at", 0, "show the one period that contains this time"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl schedule --start 2026-01-31 --interval month --periods 12",
  "billctl schedule --start 2026-03-05 -i quarter --align calendar --timezone Europe/Berlin --at 2026-08-01",
  NULL,
};

static const struct column columns[] = {
  { .key = "index", .title = "#", .kind = CELL_INTEGER },
  { .key = "period_from", .title = "From", .kind = CELL_DATE },
  { .key = "period_until", .title = "Until", .kind = CELL_DATE },
  { .key = "period_start", .title = "Starts at", .kind = CELL_INSTANT },
  { .key = "period_end", .title = "Ends at", .kind = CELL_INSTANT },
  { .key = "days", .title = "Days", .kind = CELL_INTEGER },
  { .key = "ratio", .title = "Ratio", .kind = CELL_CODE },
};

static gboolean
check_args (const struct args *args, GError **error)
{
  if (!args->start.given)
    return error_set (error, ERROR_USAGE, "the first day is missing: --start TIME");
  if (args->interval == NULL)
    return error_set (error, ERROR_USAGE, "the length of a period is missing: --interval INTERVAL");
  if (args->at.given && args->periods != 0)
    return error_set (error, ERROR_USAGE, "--periods and --at exclude each other");
  if (!args->at.given && (args->periods < 1 || args->periods > SCHEDULE_PERIODS_MAX))
    return error_set (error, ERROR_USAGE, "either --at TIME or --periods N is needed, N from 1 to %d", SCHEDULE_PERIODS_MAX);
  return TRUE;
}

static gboolean
write_period (struct document *document, const struct scheduled_period *period, GError **error)
{
  char ratio[48];
  g_snprintf (ratio, sizeof ratio, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, period->ratio.numerator, period->ratio.denominator);
  const struct cell cells[] = {
    cell_integer (period->index),
    cell_date (period->days.start),
    cell_date (period->days.end),
    cell_instant (period->from_us),
    cell_instant (period->to_us),
    cell_integer (period->days.end.day - period->days.start.day),
    period->ratio.numerator == period->ratio.denominator ? cell_null () : cell_code (ratio),
  };
  return document_row (document, cells, error);
}

/* The first one is looked at before anything is written, the others as they come. */
static gboolean
write_periods (struct document *document, const struct schedule *schedule, const struct args *args, GError **error)
{
  struct scheduled_period period, last;
  if (args->at.given ? !schedule_at (schedule, &args->at.time, &period, error)
                     : !schedule_period (schedule, args->periods - 1, &last, error) || !schedule_period (schedule, 0, &period, error))
    return FALSE;
  if (!document_begin_list (document, columns, G_N_ELEMENTS (columns), error) || !write_period (document, &period, error))
    return FALSE;
  for (gint64 i = 1; i < args->periods; i++)
    if (!schedule_period (schedule, i, &period, error) || !write_period (document, &period, error))
      return FALSE;
  return document_end_list (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (!check_args (args, error))
    return FALSE;
  const struct schedule_request request = {
    .start = &args->start.time,
    .anchor = args->anchor.given ? &args->anchor.time : NULL,
    .interval = args->interval,
    .alignment = args->alignment == 1 ? ALIGN_CALENDAR : ALIGN_ANNIVERSARY,
    .timezone = args->timezone == NULL ? "UTC" : args->timezone,
  };
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  g_autoptr (document_t) document = NULL;
  struct schedule schedule;
  return schedule_init (&schedule, zones, &request, error) && document_new (&invocation->render, &document, error)
         && write_periods (document, &schedule, args, error) && document_close (document, error);
}

const struct command command_schedule = {
  .path = "schedule",
  .summary = "show the billing periods that a start and an interval give",
  .description = "A calculator: it reads no ledger. Periods are half-open and made of civil days of the zone. Number n of the whole ones "
                 "begins n intervals after the anchor, on the last day of a month that is too short; where the start lies inside of one, "
                 "the first is short and has its ratio.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = WRITES_ROWS | USES_PAGER,
  .run = run,
};
