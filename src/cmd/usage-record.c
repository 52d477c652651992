/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage record. */
#include "service/usage-record.h"

#include "base/error.h"
#include "base/text.h"
#include "cmd/commands.h"

#include <string.h>

struct args {
  struct time_argument at;
  const char *id;
  const char *subscription;
  const char **properties;
  const char *source;
  const char *batch;
};

static const struct option options[] = {
  OPTION_TIME (struct args, at, "at", 0, "when it was used; a date is the start of the customer's day; else now"),
  OPTION_STRING (struct args, id, "id", 0, "ID", "the event's own id; else one is made up and shown"),
  OPTION_STRING_FROM (struct args, subscription, "subscription", 's', "CODE", "the subscription that used it",
                      COMPLETE_SUBSCRIPTION),
  OPTION_LIST (struct args, properties, "property", 'p', "KEY=VALUE", "a property of the event; may be repeated"),
  OPTION_STRING (struct args, source, "source", 0, "NAME", "the feed: event ids are unique within it"),
  OPTION_STRING_FROM (struct args, batch, "batch", 'b', "FILE", "record JSON lines; '-' is standard input", COMPLETE_FILE),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_OPTIONAL },
  { "METRIC", "code of the metric", COMPLETE_METRIC, OPERAND_OPTIONAL },
  { "QUANTITY", "how much: 15.5, 9.984E-7, -3", COMPLETE_NONE, OPERAND_OPTIONAL },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl usage record acme call_minutes 15.5 --at 2026-01-05T10:00:00Z --id call-1 --property region=eu",
  "tail -f events.jsonl | billctl usage record --batch - --format ndjson",
  NULL,
};

static const struct column columns[] = {
  { .key = "line", .title = "Line", .kind = CELL_INTEGER },
  { .key = "id", .title = "Id", .kind = CELL_TEXT },
  { .key = "result", .title = "Result", .kind = CELL_CODE },
  { .key = "error", .title = "Error", .kind = CELL_TEXT },
};

/* --- One event --- */

static gboolean
answer_one (const struct invocation *invocation, const struct usage_record_result *result, GError **error)
{
  const char *what = result->is_duplicate ? "duplicate" : "recorded";
  if (result->is_late && !result->is_duplicate)
    invocation_warn (invocation, "the event falls into a period that is already billed");
  if (!invocation->format_given && invocation->render.columns == NULL) {
    fprintf (invocation->render.out, "%s %s%s\n", invocation->dry_run && !result->is_duplicate ? "would record" : what, result->id,
             result->is_duplicate ? ": it was recorded before" : "");
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "id", "Id", cell_text (result->id), error)
         && document_field (document, "result", "Result", cell_code (what), error) && document_close (document, error);
}

static gboolean
record_one (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (usage_record_result_t) result = { 0 };
  if (invocation->operand_count < 3) {
    error_set (error, ERROR_USAGE, "expected CUSTOMER METRIC QUANTITY, or --batch FILE");
    return error_add_hint (error, "e.g. billctl usage record acme call_minutes 15.5");
  }
  const struct usage_record_request request = {
    .customer = invocation->operands[0],
    .metric = invocation->operands[1],
    .quantity = invocation->operands[2],
    .at = args->at.given ? &args->at.time : NULL,
    .id = args->id,
    .subscription = args->subscription,
    .properties = args->properties,
    .source = args->source,
  };
  return usage_record (invocation->ledger, &request, &result, error) && answer_one (invocation, &result, error);
}

/* --- Many --- */

/* Acknowledgements of one group, in a document of their own: it is closed, and so written, with the group. */
struct teller {
  const struct invocation *invocation;
  const char *name; /* of the input, in messages */
  gboolean acknowledges;
  struct document *document;
};

static gboolean
acknowledge (struct teller *teller, const struct usage_line_result *result, gboolean last, GError **error)
{
  static const char *const outcomes[] = { "recorded", "duplicate", "rejected" };
  const struct cell cells[] = {
    cell_integer (result->line),
    cell_text (result->id),
    cell_code (outcomes[result->outcome]),
    cell_text (result->problem),
  };
  if (teller->document == NULL
      && (!document_new (&teller->invocation->render, &teller->document, error)
          || !document_begin_list (teller->document, columns, G_N_ELEMENTS (columns), error)))
    return FALSE;
  if (!document_row (teller->document, cells, error))
    return FALSE;
  if (!last)
    return TRUE;
  gboolean ok = document_end_list (teller->document, error) && document_close (teller->document, error);
  g_clear_pointer (&teller->document, document_free);
  if (!ok || fflush (teller->invocation->render.out) == 0)
    return ok;
  return error_set (error, ERROR_FAILED, "cannot write the acknowledgements");
}

static gboolean
tell (void *data, const struct usage_line_result *result, gboolean last, GError **error)
{
  struct teller *teller = data;
  if (teller->acknowledges)
    return acknowledge (teller, result, last, error);
  if (result->problem != NULL) {
    g_autofree char *text = g_strdup_printf ("%s: line %" G_GINT64_FORMAT ": %s", teller->name, result->line, result->problem);
    invocation_problem (teller->invocation, text);
  }
  return TRUE;
}

static gboolean
answer_many (const struct invocation *invocation, const struct usage_stream_result *result, GError **error)
{
  if (!invocation->format_given && invocation->render.columns == NULL) {
    fprintf (invocation->render.out,
             "%" G_GINT64_FORMAT " recorded, %" G_GINT64_FORMAT " duplicates, %" G_GINT64_FORMAT " rejected\n", result->recorded,
             result->duplicates, result->rejected);
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "recorded", "Recorded", cell_integer (result->recorded), error)
         && document_field (document, "duplicates", "Duplicates", cell_integer (result->duplicates), error)
         && document_field (document, "rejected", "Rejected", cell_integer (result->rejected), error)
         && document_close (document, error);
}

static gboolean
record_many (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (invocation->operand_count > 0 || args->at.given || args->id != NULL || args->subscription != NULL
      || args->properties[0] != NULL) {
    error_set (error, ERROR_USAGE, "--batch takes customer, metric, quantity and all else from the lines");
    return error_add_hint (error, "leave out the operands, --at, --id, --subscription and --property");
  }
  struct teller teller = {
    .invocation = invocation,
    .name = strcmp (args->batch, "-") == 0 ? "standard input" : args->batch,
    .acknowledges = invocation->render.format == FORMAT_NDJSON,
  };
  struct usage_stream_result result = { 0 };
  const struct usage_stream_request request = { .path = args->batch, .source = args->source, .tell = tell, .data = &teller };
  gboolean ok = usage_record_stream (invocation->ledger, &request, &result, error);
  g_clear_pointer (&teller.document, document_free);
  if (!ok) {
    if (result.recorded + result.duplicates + result.rejected > 0)
      invocation_warn (invocation, "%" G_GINT64_FORMAT " events were recorded before that", result.recorded);
    return FALSE;
  }
  if (!teller.acknowledges && !answer_many (invocation, &result, error))
    return FALSE;
  g_autofree char *late = text_counted (result.late, "event");
  if (result.late > 0)
    invocation_warn (invocation, "%s in periods that are already billed", late);
  if (result.rejected > 0)
    invocation->exit_status = ERROR_PARTIAL;
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  return args->batch != NULL ? record_many (invocation, error) : record_one (invocation, error);
}

const struct command command_usage_record = {
  .path = "usage record",
  .summary = "record usage events as they happen",
  .description = "The id makes it safe to try again: an event that is recorded already, with the same content, is a duplicate "
                 "and changes nothing; "
                 "with other content it is refused (status 4). The time is compared only when --at gives it. billctl usage void and "
                 "billctl usage correct take an event back; so does a line that names it as reverses.\n\n"
                 "--batch reads one JSON object to a line: "
                 "{\"id\": \"call-1\", \"customer\": \"acme\", \"metric\": \"call_minutes\", \"quantity\": 15.5, "
                 "\"time\": \"2026-01-05T10:00:00Z\", \"subscription\": …, \"reverses\": …, \"properties\": {…}}. Lines are committed together as soon "
                 "as no more input waits, at "
                 "the latest after 1000; with --format ndjson each is acknowledged when it is safely on disk: line, id, result "
                 "(recorded, duplicate, "
                 "rejected) and error. A bad line is rejected and the rest goes on; the exit status is then 6.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
