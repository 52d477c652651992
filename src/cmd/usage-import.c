/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage import. */
#include "service/usage-import.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cmd/commands.h"

#include <string.h>

struct args {
  int input;
  const char **maps;
  const char **conditions;
  const char *create;
  const char *source;
  const char *timezone;
  gboolean keep_going;
  const char *rejects;
};

static const char *const inputs[] = { "csv", "jsonl", NULL };

static const struct option options[] = {
  OPTION_CHOICE (struct args, input, "input", 0, inputs, "what the file is; else its name or its first byte tells"),
  OPTION_LIST (struct args, maps, "map", 'm', "KEY=VALUE,…", "which columns make up an event; may be repeated"),
  OPTION_LIST (struct args, conditions, "where", 'w', "COLUMN=VALUE", "only rows for which it holds, also !=; may be repeated"),
  OPTION_STRING (struct args, create, "create", 0, "customers,metrics", "add customers or metrics that are not there yet"),
  OPTION_STRING (struct args, source, "source", 0, "NAME", "the feed: event ids are unique within it"),
  OPTION_STRING_FROM (struct args, timezone, "timezone", 0, "ZONE", "times without a zone are civil times of it",
                      COMPLETE_TIMEZONE),
  OPTION_FLAG (struct args, keep_going, "keep-going", 'k', "record the good rows and write the bad ones to a file"),
  OPTION_STRING_FROM (struct args, rejects, "rejects", 0, "FILE", "where bad rows go; else FILE.rejects.csv", COMPLETE_FILE),
  OPTION_END,
};

static const struct operand operands[] = {
  { "FILE", "CSV file with a header line, or JSON lines; '-' is standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl usage import events.csv",
  "billctl usage import events.jsonl --keep-going",
  "billctl usage import focus.csv --map 'id=Id,customer=SubAccountId,metric={ServiceName}_{ConsumedUnit}' "
  "--map 'quantity=ConsumedQuantity,time=ChargePeriodStart,ListCost=ListCost' --where ChargeCategory=Usage --create "
  "customers,metrics",
  NULL,
};

static gboolean
parse_create (const char *text, struct usage_import_request *request, GError **error)
{
  if (text == NULL)
    return TRUE;
  g_auto (GStrv) words = g_strsplit (*text == '\0' ? "," : text, ",", -1);
  for (gsize i = 0; words[i] != NULL; i++) {
    if (strcmp (words[i], "customers") == 0)
      request->create_customers = TRUE;
    else if (strcmp (words[i], "metrics") == 0)
      request->create_metrics = TRUE;
    else
      return error_set (error, ERROR_USAGE, "--create '%s': expected customers, metrics, or customers,metrics", text);
  }
  return TRUE;
}

static void
say_notes (const struct invocation *invocation, const struct usage_import_result *result)
{
  g_autofree char *customers = text_counted (result->customers_created, "customer");
  g_autofree char *metrics = text_counted (result->metrics_created, "metric");
  g_autofree char *zoneless = text_counted (result->zoneless, "time");
  g_autofree char *late = text_counted (result->late, "event");
  if (result->customers_created + result->metrics_created > 0)
    invocation_say (invocation, "%s %s and %s", invocation->dry_run ? "would add" : "added", customers, metrics);
  if (result->negative > 0)
    invocation_say (invocation, "negative among the events: %" G_GINT64_FORMAT, result->negative);
  if (result->zoneless > 0 && result->zoneless_is_utc)
    invocation_say (invocation, "%s without a zone read as UTC", zoneless);
  if (result->late > 0)
    invocation_warn (invocation, "%s in periods that are already billed", late);
  if (result->rejects != NULL)
    invocation_say (invocation, "the rejected rows are in %s", result->rejects);
}

static gboolean
answer (const struct invocation *invocation, const struct usage_import_result *result, GError **error)
{
  if (!invocation->format_given && invocation->render.columns == NULL) {
    fprintf (invocation->render.out,
             "%" G_GINT64_FORMAT " recorded, %" G_GINT64_FORMAT " duplicates, %" G_GINT64_FORMAT " rejected, %" G_GINT64_FORMAT
             " skipped\n",
             result->recorded, result->duplicates, result->rejected, result->skipped);
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "recorded", "Recorded", cell_integer (result->recorded), error)
         && document_field (document, "duplicates", "Duplicates", cell_integer (result->duplicates), error)
         && document_field (document, "rejected", "Rejected", cell_integer (result->rejected), error)
         && document_field (document, "skipped", "Skipped", cell_integer (result->skipped), error)
         && document_field (document, "negative", "Negative", cell_integer (result->negative), error)
         && document_field (document, "late", "Already billed", cell_integer (result->late), error)
         && document_field (document, "customers_added", "Customers added", cell_integer (result->customers_created), error)
         && document_field (document, "metrics_added", "Metrics added", cell_integer (result->metrics_created), error)
         && document_field (document, "rejects", "Rejects", cell_text (result->rejects), error)
         && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (usage_import_result_t) result = { 0 };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  struct usage_import_request request = {
    .path = invocation->operands[0],
    .input = (enum usage_input) args->input,
    .maps = args->maps,
    .conditions = args->conditions,
    .source = args->source,
    .timezone = args->timezone,
    .keep_going = args->keep_going,
    .rejects = args->rejects,
  };
  if (!parse_create (args->create, &request, error))
    return FALSE;
  struct progress *progress = progress_new (invocation, "importing usage", 0, "bytes");
  struct progress_sink sink = progress_sink (progress);
  request.progress = &sink;
  gboolean done = usage_import (invocation->ledger, &request, problems, &result, error);
  progress_finish (progress);
  for (guint i = 0; i < problems->len; i++)
    invocation_problem (invocation, g_ptr_array_index (problems, i));
  if (!done || !answer (invocation, &result, error))
    return FALSE;
  say_notes (invocation, &result);
  if (result.rejected > 0)
    invocation->exit_status = ERROR_PARTIAL;
  return TRUE;
}

const struct command command_usage_import = {
  .path = "usage import",
  .summary = "import usage events from a file",
  .description
  = "A CSV file has the columns id, customer, metric, quantity, time, in any order, and perhaps subscription; every other column "
    "is "
    "a property of the event, where it is not empty. JSON lines have the same keys, and the properties in an object "
    "'properties'. "
    "Times need a zone (2026-01-05T10:00:00Z) unless --timezone gives one.\n\n"
    "Other layouts are read with --map: KEY=VALUE pairs with commas between them. The keys are id, customer, metric, quantity, "
    "time, "
    "subscription, and any other name for a property (or property.NAME); a value is a column, a 'literal' in single quotes, or a "
    "template such as {ServiceName}_{ConsumedUnit}. Customers and metrics are turned into codes (lower case, _) by a template, "
    "and where "
    "they are no code. Then only the columns named count, an empty cell and the word NULL are missing, and times without a zone "
    "are UTC.\n\n"
    "An id that was recorded before is a duplicate and is counted; with other content it is a bad row. Either all rows are taken "
    "or "
    "none: up to twenty problems are listed. With --keep-going the good rows are recorded and the others written, with line and "
    "reason, to a file; the exit status is then 6. An import that was cut off is simply run again.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
