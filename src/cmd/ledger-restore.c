/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger restore: a ledger from a backup. */
#include "cli/progress.h"
#include "cmd/commands.h"
#include "cmd/ledger-copy-document.h"
#include "service/init.h"
#include "service/ledger-backup.h"

static const struct operand operands[] = {
  { "FILE", "a backup, or another ledger", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl ledger restore nightly.db --yes",
  "billctl --ledger copy.db ledger restore nightly.db",
  NULL,
};

static gboolean
confirm (const char *what, void *data, GError **error)
{
  const struct invocation *invocation = data;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  g_autofree char *question = g_strdup_printf ("%s is %s; replace it? (It is kept beside the new one.)", name, what);
  return invocation_confirm (invocation, question, error);
}

static gboolean
write_answer (const struct invocation *invocation, const struct restore_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  return document_new (&invocation->render, &document, error)
         && document_field (document, "file", "Backup", cell_text (invocation->operands[0]), error)
         && document_field (document, "ledger", "Ledger", cell_text (name), error)
         && document_field (document, "kept", "Old one kept as", cell_text (result->kept), error)
         && ledger_copy_fields (document, &result->facts, error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (restore_result_t) result = { 0 };
  struct progress *progress = progress_new (invocation, "restoring", 0, ledger_name_is_file (invocation->ledger_path) ? "bytes" : "rows");
  struct progress_sink sink = progress_sink (progress);
  const struct restore_request request = {
    .from = invocation->operands[0],
    .to = invocation->ledger_path,
    .exec_path = invocation->exec_path,
    .now_us = invocation->as_of_us,
    .dry_run = invocation->dry_run,
    .progress = &sink,
    .confirm = confirm,
    .data = invocation,
  };
  gboolean ok = ledger_restore (&request, &result, error);
  progress_finish (progress);
  invocation_advise (invocation, result.facts.advice);
  return ok && write_answer (invocation, &result, error);
}

const struct command command_ledger_restore = {
  .path = "ledger restore",
  .summary = "make a backup the ledger",
  .description = "FILE must be a sound ledger; it stays as it is. A ledger that is there is replaced at one instant, with --yes or when that is "
                 "answered so, and only while nobody else works on it; it is kept beside the new one under a name that the answer says.",
  .examples = examples,
  .operands = operands,
  .needs = ACCEPTS_DRY_RUN | WRITES_ROWS,
  .run = run,
};
