/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger copy: a whole ledger to another place, also of another engine. */
#include "cli/progress.h"
#include "cmd/commands.h"
#include "service/init.h"
#include "service/ledger-copy.h"

struct args {
  gboolean restart;
  gboolean no_roles;
};

static const struct operand operands[] = {
  { "FROM", "the ledger that is copied: a file or a URL", COMPLETE_FILE, OPERAND_ONE },
  { "TO", "the one that it becomes; there must be none yet", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const struct option options[] = {
  OPTION_FLAG (struct args, restart, "restart", 0, "begin anew, whatever is there of an earlier copy"),
  OPTION_FLAG (struct args, no_roles, "no-roles", 0, "on a server: make no roles, so that only the owner opens the ledger"),
  OPTION_END
};

static const char *const examples[] = {
  "billctl ledger copy ledger.db postgresql://billing@db.example/billing",
  "billctl ledger copy postgresql://billing@db.example/billing ledger.db --dry-run",
  NULL,
};

static const struct column table_columns[] = {
  { .key = "table", .title = "Table", .kind = CELL_CODE },
  { .key = "rows", .title = "Rows", .kind = CELL_INTEGER },
  { .key = "sha256", .title = "SHA-256 of all rows", .kind = CELL_CODE },
};

static const struct column sum_columns[] = {
  { .key = "table", .title = "Table", .kind = CELL_CODE },
  { .key = "column", .title = "Column", .kind = CELL_CODE },
  { .key = "sum", .title = "Sum", .kind = CELL_DECIMAL },
};

static void
tell (void *data, enum copy_start start, gint64 rows)
{
  const struct invocation *invocation = data;
  if (start == COPY_GOES_ON)
    invocation_say (invocation, "going on with the copy that was begun: %" G_GINT64_FORMAT " rows are there", rows);
  else if (start == COPY_STARTS_OVER)
    invocation_say (invocation, "starting over: what an earlier copy left is not of this ledger as it is now, or not wanted");
}

static gboolean
write_fields (struct document *document, const struct invocation *invocation, const struct receive_result *result, GError **error)
{
  g_autofree char *from = ledger_name (invocation->operands[0]), *to = ledger_name (invocation->operands[1]);
  return document_field (document, "from", "From", cell_text (from), error) && document_field (document, "to", "To", cell_text (to), error)
         && document_field (document, "id", "Id", cell_code (result->id), error)
         && document_field (document, "schema_version", "Schema version", cell_integer (result->version), error)
         && document_field (document, "begun", "Begun before", cell_boolean (result->is_begun), error)
         && document_field (document, "size_bytes", "Bytes", invocation->dry_run ? cell_null () : cell_integer (result->size_bytes), error)
         && document_field (document, "rows", "Rows", cell_integer (result->rows), error)
         && document_field (document, "audit_rows", "Audit log", cell_integer (result->head.rows), error)
         && document_field (document, "audit_head", "Its last hash", cell_code (result->head.hash), error);
}

/* People get the tables that have rows. */
static gboolean
write_tables (struct document *document, const struct invocation *invocation, const struct receive_result *result, GError **error)
{
  for (guint i = 0; i < result->tables->len; i++) {
    const struct table_told *told = &g_array_index (result->tables, struct table_told, i);
    const struct cell cells[] = { cell_code (told->name), cell_integer (told->rows), cell_code (told->sha256) };
    if ((told->rows > 0 || invocation->render.format != FORMAT_TABLE) && !document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

/* People get what is money. */
static gboolean
write_sums_of (struct document *document, const struct invocation *invocation, const struct table_told *told, GError **error)
{
  for (guint i = 0; i < told->columns->len; i++) {
    const char *column = g_ptr_array_index (told->columns, i), *sum = g_ptr_array_index (told->sums, i);
    const struct cell cells[] = { cell_code (told->name), cell_code (column), cell_decimal (sum) };
    gboolean is_wanted = invocation->render.format != FORMAT_TABLE || (told->rows > 0 && g_str_has_suffix (column, "_minor"));
    if (is_wanted && !document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_sums (struct document *document, const struct invocation *invocation, const struct receive_result *result, GError **error)
{
  for (guint i = 0; i < result->tables->len; i++)
    if (!write_sums_of (document, invocation, &g_array_index (result->tables, struct table_told, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
write_answer (const struct invocation *invocation, const struct receive_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error) && write_fields (document, invocation, result, error)
         && document_begin_section (document, "tables", "Tables", table_columns, G_N_ELEMENTS (table_columns), error)
         && write_tables (document, invocation, result, error) && document_end_section (document, error)
         && document_begin_section (document, "sums", "Sums", sum_columns, G_N_ELEMENTS (sum_columns), error)
         && write_sums (document, invocation, result, error) && document_end_section (document, error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (receive_result_t) result = { 0 };
  struct progress *progress = progress_new (invocation, "copying", 0, "rows");
  struct progress_sink sink = progress_sink (progress);
  gint64 start_us = g_get_monotonic_time ();
  const struct copy_ledger_request request = {
    .from = invocation->operands[0],
    .to = invocation->operands[1],
    .exec_path = invocation->exec_path,
    .restart = args->restart,
    .without_roles = args->no_roles,
    .dry_run = invocation->dry_run,
    .now_us = invocation->as_of_us,
    .progress = &sink,
    .tell = tell,
    .data = invocation,
  };
  gboolean ok = ledger_copy (&request, &result, error);
  progress_finish (progress);
  invocation_advise (invocation, result.source_advice);
  invocation_advise (invocation, result.advice);
  if (ok && result.roles != NULL)
    invocation_say (invocation, "with the roles %s", result.roles);
  gint64 took_ms = (g_get_monotonic_time () - start_us) / 1000;
  if (ok && invocation->verbose > 0)
    invocation_say (invocation, "copied and proved in %d.%03d s", (int) (took_ms / 1000), (int) (took_ms % 1000));
  return ok && write_answer (invocation, &result, error);
}

const struct command command_ledger_copy = {
  .path = "ledger copy",
  .summary = "copy a ledger to another place or engine, row by row, and prove it",
  .description = "From a file to a database of PostgreSQL, back, or from either to another of its kind, while others work on FROM. TO can be "
                 "opened when it is whole and proved: rows, sums and digests of all tables and the audit chain are compared at both ends. A copy "
                 "that is cut off goes on where it stopped when the same command is given again.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = ACCEPTS_DRY_RUN | WRITES_ROWS,
  .engine_operand = 2,
  .run = run,
};
