/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl export: whole tables as CSV, spreadsheets, JSON. */
#include "base/error.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cmd/commands.h"
#include "cmd/output-file.h"
#include "service/export.h"
#include "service/time-range.h"

#include <string.h>

static const char *const formats[] = { "csv", "xlsx", "json", "ndjson", "table", NULL };
static const enum format format_values[] = { FORMAT_CSV, FORMAT_XLSX, FORMAT_JSON, FORMAT_NDJSON, FORMAT_TABLE };

struct args {
  int format;
  const char *output;
  const char *customer;
  struct time_argument from;
  struct time_argument to;
  gboolean late;
};

static const struct option options[] = {
  OPTION_CHOICE (struct args, format, "format", 'f', formats, "output format; from the file's ending, else csv"),
  OPTION_STRING_FROM (struct args, output, "output", 'o', "FILE", "write to FILE; '-' is standard output", COMPLETE_FILE),
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only this customer", COMPLETE_CUSTOMER),
  OPTION_TIME (struct args, from, "from", 0, "from this time on"),
  OPTION_TIME (struct args, to, "to", 0, "before this time"),
  OPTION_FLAG (struct args, late, "late", 0, "only usage that came after its period was billed"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "invoices|lines|usage|customers|subscriptions|credit_notes", "what to write", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl export invoices --format csv -o invoices.csv",
  "billctl export lines -o lines.xlsx --from 2026-01-01 --to 2026-04-01",
  "billctl export usage --customer acme --format ndjson",
  "billctl export customers --columns code,name,email",
  NULL,
};

static gboolean
choose_format (const struct args *args, const char *output, enum format *ret, GError **error)
{
  *ret = FORMAT_CSV;
  if (args->format >= 0)
    *ret = format_values[args->format];
  else if (output != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (format_values); i++) {
      const char *dot = strrchr (output, '.');
      if (dot != NULL && strcmp (dot + 1, formats[i]) == 0)
        *ret = format_values[i];
    }
  if (*ret == FORMAT_XLSX && output == NULL) {
    error_set (error, ERROR_USAGE, "a spreadsheet cannot be written to standard output");
    return error_add_hint (error, "name a file: -o FILE.xlsx");
  }
  return TRUE;
}

static gboolean
write_rows (struct invocation *invocation, const struct export_request *request, const struct render_request *render, gint64 *ret_rows,
            GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (render, &document, error))
    return FALSE;
  return export_write (invocation->ledger, request, document, ret_rows, error) && document_close (document, error);
}

static void
say_written (const struct invocation *invocation, enum export_kind kind, gint64 rows, const char *output)
{
  static const char *const nouns[] = {
    [EXPORT_INVOICES] = "invoice",   [EXPORT_LINES] = "line",
    [EXPORT_USAGE] = "event",        [EXPORT_CUSTOMERS] = "customer",
    [EXPORT_SUBSCRIPTIONS] = "subscription", [EXPORT_CREDIT_NOTES] = "line",
  };
  g_autofree char *counted = text_counted (rows, nouns[kind]);
  invocation_say (invocation, "%s written to %s", counted, output);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const char *output = args->output == NULL || strcmp (args->output, "-") == 0 ? NULL : args->output;
  struct export_request request = { .customer = args->customer, .as_of_us = invocation->as_of_us, .late = args->late };
  struct render_request render = invocation->render;
  g_auto (output_file_t) target = { 0 };
  if (!export_kind_parse (invocation->operands[0], &request.kind)) {
    error_set (error, ERROR_USAGE, "there is no export '%s'", invocation->operands[0]);
    return error_add_hint (error, "invoices, lines, usage, customers, subscriptions or credit_notes");
  }
  if (args->late && request.kind != EXPORT_USAGE) {
    error_set (error, ERROR_USAGE, "--late: it is usage that can be late");
    return error_add_hint (error, "billctl export usage --late");
  }
  if (!choose_format (args, output, &render.format, error)
      || !time_range_resolve (invocation->ledger, args->customer, args->from.given ? &args->from.time : NULL,
                              args->to.given ? &args->to.time : NULL, &request.from_us, &request.to_us, error))
    return FALSE;
  render.title = export_kind_name (request.kind);
  render.as_of_us = invocation->as_of_us;
  if (render.format == FORMAT_XLSX) {
    render.out = NULL;
    render.path = output;
  } else if (output != NULL) {
    if (!output_file_open (&target, output, error))
      return FALSE;
    render.out = target.stream;
    render.width = 0;
    render.colour = FALSE;
  }
  struct progress *progress = progress_new (invocation, "exporting", 0, "rows");
  struct progress_sink sink = progress_sink (progress);
  request.progress = &sink;
  gint64 rows = 0;
  gboolean ok = write_rows (invocation, &request, &render, &rows, error);
  progress_finish (progress);
  if (!ok || (target.stream != NULL && !output_file_finish (&target, error)))
    return FALSE;
  if (output != NULL)
    say_written (invocation, request.kind, rows, output);
  return TRUE;
}

const struct command command_export = {
  .path = "export",
  .summary = "write invoices, lines, usage, customers or subscriptions to a file",
  .description = "Rows stream in the order in which they were recorded. In CSV and spreadsheets a text that a spreadsheet would run as "
                 "a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front in CSV, and is plain text "
                 "in XLSX. A file appears under its name only when it is complete.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
