/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger migrate: to the newest schema. */
#include "cmd/commands.h"
#include "service/init.h"
#include "service/ledger-migrate.h"

static const char *const examples[] = { "billctl ledger migrate --dry-run", "billctl ledger migrate", NULL };

static const struct column columns[] = {
  { .key = "migration", .title = "Migration", .kind = CELL_CODE },
  { .key = "result", .title = "Result", .kind = CELL_CODE },
};

static gboolean
write_rows (struct document *document, const struct migrate_result *result, gboolean dry_run, GError **error)
{
  gboolean ran = FALSE;
  const char *name = NULL;
  for (int i = 0; (name = migrate_result_name (result, i, &ran)) != NULL; i++) {
    const struct cell cells[] = { cell_code (name), cell_code (!ran ? "present" : dry_run ? "pending" : "done") };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_answer (const struct invocation *invocation, const struct migrate_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  return document_new (&invocation->render, &document, error)
         && document_field (document, "ledger", "Ledger", cell_text (name), error)
         && document_field (document, "from_version", "From version", cell_integer (result->version), error)
         && document_field (document, "to_version", "To version", cell_integer (result->newest), error)
         && document_field (document, "copy", "Copy", cell_text (result->copy), error)
         && document_begin_section (document, "migrations", "Migrations", columns, G_N_ELEMENTS (columns), error)
         && write_rows (document, result, invocation->dry_run, error) && document_end_section (document, error)
         && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (migrate_result_t) result = { 0 };
  const struct migrate_request request = {
    .path = invocation->ledger_path,
    .actor = invocation->actor,
    .command = invocation->command->path,
    .now_us = invocation->as_of_us,
    .dry_run = invocation->dry_run,
  };
  if (!ledger_migrate (&request, &result, error))
    return FALSE;
  invocation_advise (invocation, result.advice);
  g_autofree char *name = ledger_name (invocation->ledger_path);
  if (result.version == result.newest)
    invocation_say (invocation, "the ledger %s is current: schema version %" G_GINT64_FORMAT, name, result.version);
  return write_answer (invocation, &result, error);
}

const struct command command_ledger_migrate = {
  .path = "ledger migrate",
  .summary = "bring the ledger to the newest schema",
  .description = "All of it in one transaction, after a copy of the ledger was put beside it. With --dry-run it names the migrations that would "
                 "run. Any other command that writes does the same when it meets an older ledger.",
  .examples = examples,
  .needs = ACCEPTS_DRY_RUN | WRITES_ROWS,
  .run = run,
};
