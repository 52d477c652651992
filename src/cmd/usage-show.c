/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage show. */
#include "service/usage-show.h"

#include "base/error.h"
#include "cmd/commands.h"

struct args {
  const char *metric;
  struct time_argument from;
  struct time_argument to;
  int by;
  const char *property;
  gboolean events;
};

static const char *const groupings[] = { "metric", "day", "property", NULL };

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, metric, "metric", 0, "CODE", "only this metric", COMPLETE_METRIC),
  OPTION_TIME (struct args, from, "from", 0, "from here on; a date is a day of the customer"),
  OPTION_TIME (struct args, to, "to", 0, "up to here, not included"),
  OPTION_CHOICE (struct args, by, "by", 0, groupings, "what a row stands for; else metric"),
  OPTION_STRING (struct args, property, "property", 'p', "NAME", "with --by property: the event property"),
  OPTION_FLAG (struct args, events, "events", 'e', "the events themselves, by time"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl usage show acme --from 2026-01-01 --to 2026-02-01",
  "billctl usage show acme --metric call_minutes --by day",
  "billctl usage show acme --by property --property region --format csv",
  "billctl usage show acme --events --format ndjson",
  NULL,
};

#define COLUMN_METRIC { .key = "metric", .title = "Metric", .kind = CELL_CODE }
#define COLUMN_UNIT { .key = "unit", .title = "Unit", .kind = CELL_TEXT }
#define COLUMN_EVENTS { .key = "events", .title = "Events", .kind = CELL_INTEGER }
#define COLUMN_QUANTITY { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL }
#define COLUMN_FIRST { .key = "first", .title = "First", .kind = CELL_INSTANT, .hidden = TRUE }
#define COLUMN_LAST { .key = "last", .title = "Last", .kind = CELL_INSTANT, .hidden = TRUE }

static const struct column by_metric[]
    = { COLUMN_METRIC, COLUMN_EVENTS, COLUMN_QUANTITY, COLUMN_UNIT, COLUMN_FIRST, COLUMN_LAST };
static const struct column by_day[] = {
  COLUMN_METRIC, { .key = "day", .title = "Day", .kind = CELL_DATE }, COLUMN_EVENTS, COLUMN_QUANTITY, COLUMN_UNIT, COLUMN_FIRST,
  COLUMN_LAST,
};
static const struct column by_property[] = {
  COLUMN_METRIC, { .key = "value", .title = "Value", .kind = CELL_TEXT }, COLUMN_EVENTS, COLUMN_QUANTITY, COLUMN_UNIT, COLUMN_FIRST,
  COLUMN_LAST,
};
static const struct column of_events[] = {
  { .key = "time", .title = "Time", .kind = CELL_INSTANT },
  COLUMN_METRIC,
  COLUMN_QUANTITY,
  { .key = "id", .title = "Id", .kind = CELL_TEXT },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "source", .title = "Source", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "properties", .title = "Properties", .kind = CELL_JSON },
  { .key = "reverses", .title = "Reverses", .kind = CELL_TEXT, .hidden = TRUE },
};

struct writer {
  struct document *document;
  enum usage_grouping grouping;
};

static gboolean
write_group (void *data, const struct usage_group *group, GError **error)
{
  const struct writer *writer = data;
  struct cell cells[G_N_ELEMENTS (by_day)];
  gsize count = 0;
  cells[count++] = cell_code (group->metric);
  if (writer->grouping == USAGE_BY_DAY)
    cells[count++] = cell_date (group->day);
  else if (writer->grouping == USAGE_BY_PROPERTY)
    cells[count++] = cell_text (group->property);
  cells[count++] = cell_integer (group->events);
  cells[count++] = cell_decimal (group->quantity);
  cells[count++] = cell_text (group->unit);
  cells[count++] = cell_instant (group->first_us);
  cells[count] = cell_instant (group->last_us);
  return document_row (writer->document, cells, error);
}

static gboolean
write_event (void *data, const struct usage_listed *event, GError **error)
{
  const struct writer *writer = data;
  const struct cell cells[] = {
    cell_instant (event->at_us),     cell_code (event->metric), cell_decimal (event->quantity), cell_text (event->event_id),
    cell_code (event->subscription), cell_text (event->source), cell_json (event->properties),      cell_text (event->reverses),
  };
  return document_row (writer->document, cells, error);
}

static gboolean
begin (const struct writer *writer, gboolean events, GError **error)
{
  if (events)
    return document_begin_list (writer->document, of_events, G_N_ELEMENTS (of_events), error);
  if (writer->grouping == USAGE_BY_DAY)
    return document_begin_list (writer->document, by_day, G_N_ELEMENTS (by_day), error);
  if (writer->grouping == USAGE_BY_PROPERTY)
    return document_begin_list (writer->document, by_property, G_N_ELEMENTS (by_property), error);
  return document_begin_list (writer->document, by_metric, G_N_ELEMENTS (by_metric), error);
}

static gboolean
check (const struct args *args, GError **error)
{
  if (args->events && args->by >= 0)
    return error_set (error, ERROR_USAGE, "--events and --by exclude each other");
  if (args->by == USAGE_BY_PROPERTY && args->property == NULL) {
    error_set (error, ERROR_USAGE, "--by property: which one is not said");
    return error_add_hint (error, "add --property NAME");
  }
  if (args->property != NULL && args->by != USAGE_BY_PROPERTY) {
    error_set (error, ERROR_USAGE, "--property '%s' has a meaning only with --by property", args->property);
    return error_add_hint (error, "add --by property");
  }
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (!check (args, error))
    return FALSE;
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct writer writer = { .document = document, .grouping = args->by < 0 ? USAGE_BY_METRIC : (enum usage_grouping) args->by };
  const struct usage_show_request request = {
    .customer = invocation->operands[0],
    .metric = args->metric,
    .from = args->from.given ? &args->from.time : NULL,
    .to = args->to.given ? &args->to.time : NULL,
    .grouping = writer.grouping,
    .property = args->property,
    .each_group = args->events ? NULL : write_group,
    .each_event = args->events ? write_event : NULL,
    .data = &writer,
  };
  return begin (&writer, args->events, error) && usage_show (invocation->ledger, &request, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_usage_show = {
  .path = "usage show",
  .summary = "show what a customer used",
  .description
  = "Sums are exact. --from and --to are half-open: --from 2026-01-01 --to 2026-02-01 is January, in the customer's time "
    "zone, whose civil days --by day goes by. Quantities of different metrics are never added.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
