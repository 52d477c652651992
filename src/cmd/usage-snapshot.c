/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage snapshot: what the usage on an invoice was computed from. */
#include "service/usage-snapshot.h"

#include "cmd/commands.h"

struct args {
  gboolean events;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, events, "events", 'e', "the events themselves, line by line"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl usage snapshot INV-2026-000002",
  "billctl usage snapshot INV-2026-000002 --events --format csv",
  NULL,
};

static const struct column of_lines[] = {
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "filter", .title = "Filter", .kind = CELL_TEXT, .spare = 3 },
  { .key = "group", .title = "Group", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "events", .title = "Events", .kind = CELL_INTEGER },
  { .key = "first", .title = "First", .kind = CELL_INSTANT, .spare = 2 },
  { .key = "last", .title = "Last", .kind = CELL_INSTANT, .spare = 1 },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "role", .title = "Role", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "period_start", .title = "Period start", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "period_end", .title = "Period end", .kind = CELL_INSTANT, .hidden = TRUE },
};
static const struct column of_events[] = {
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "time", .title = "Time", .kind = CELL_INSTANT },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "filter", .title = "Filter", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "id", .title = "Id", .kind = CELL_TEXT },
  { .key = "source", .title = "Source", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "properties", .title = "Properties", .kind = CELL_JSON },
};

struct writer {
  struct document *document;
  const struct currency *currency;
  gboolean events;
};

static gboolean
write_head (const struct snapshot_head *head, void *data, GError **error)
{
  struct writer *writer = data;
  writer->currency = head->currency;
  return document_field (writer->document, "invoice", "Invoice", cell_code (head->invoice), error)
         && document_field (writer->document, "customer", "Customer", cell_code (head->customer), error)
         && document_field (writer->document, "currency", "Currency", cell_currency (head->currency->code), error)
         && document_field (writer->document, "billed_at", "Fell due at", cell_instant (head->billed_at_us), error)
         && document_field (writer->document, "issued_at", "Issued at", cell_instant (head->issued_at_us), error)
         && document_field (writer->document, "usage_seen", "Events seen", cell_integer (head->usage_seen), error)
         && (writer->events
                 ? document_begin_section (writer->document, "events", "Events", of_events, G_N_ELEMENTS (of_events), error)
                 : document_begin_section (writer->document, "lines", "Lines", of_lines, G_N_ELEMENTS (of_lines), error));
}

static struct cell
instant_or_null (gint64 at_us)
{
  return at_us == 0 ? cell_null () : cell_instant (at_us);
}

static gboolean
write_line (const struct snapshot_line *line, void *data, GError **error)
{
  const struct writer *writer = data;
  const struct cell cells[] = {
    cell_integer (line->position),
    cell_code (line->metric),
    cell_text (line->filter),
    cell_text (line->group),
    cell_decimal (line->quantity),
    cell_integer (line->events),
    instant_or_null (line->first_us),
    instant_or_null (line->last_us),
    cell_money (line->amount_minor, writer->currency),
    cell_code (line->role),
    cell_code (line->subscription),
    cell_instant (line->period_start_us),
    cell_instant (line->period_end_us),
  };
  return document_row (writer->document, cells, error);
}

static gboolean
write_event (const struct snapshot_event *event, void *data, GError **error)
{
  const struct writer *writer = data;
  const struct cell cells[] = {
    cell_integer (event->position), cell_instant (event->at_us), cell_code (event->metric), cell_text (event->filter),
    cell_decimal (event->quantity), cell_text (event->event_id), cell_text (event->source), cell_json (event->properties),
  };
  return document_row (writer->document, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct writer writer = { .document = document, .events = args->events };
  const struct snapshot_request request = {
    .reference = invocation->operands[0],
    .head = write_head,
    .line = write_line,
    .event = args->events ? write_event : NULL,
    .data = &writer,
  };
  return usage_snapshot (invocation->ledger, &request, error) && document_end_section (document, error)
         && document_close (document, error);
}

const struct command command_usage_snapshot = {
  .path = "usage snapshot",
  .summary = "show what the usage on an invoice was computed from",
  .description = "An issued invoice keeps which events there were when it was drawn up: later ones, and later corrections, do not change it. "
                 "The events are added up again before anything is shown; when they do not come to what the invoice says, the exit "
                 "status is 7.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
