/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger backup: a proved copy while others work. */
#include "cli/progress.h"
#include "cmd/commands.h"
#include "cmd/ledger-copy-document.h"
#include "service/init.h"
#include "service/ledger-backup.h"

static const struct operand operands[] = {
  { "FILE", "the backup; there must be no such file yet", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl ledger backup ledger-2026-02-01.db",
  "billctl ledger backup nightly.db --format json",
  NULL,
};

static gboolean
write_answer (const struct invocation *invocation, const struct copy_facts *facts, GError **error)
{
  g_autoptr (document_t) document = NULL;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  return document_new (&invocation->render, &document, error) && document_field (document, "ledger", "Ledger", cell_text (name), error)
         && document_field (document, "file", "Backup", cell_text (invocation->operands[0]), error)
         && ledger_copy_fields (document, facts, error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (copy_facts_t) facts = { 0 };
  struct progress *progress = progress_new (invocation, "backing up", 0, ledger_name_is_file (invocation->ledger_path) ? "bytes" : "rows");
  struct progress_sink sink = progress_sink (progress);
  const struct backup_request request = {
    .from = invocation->ledger_path,
    .path = invocation->operands[0],
    .exec_path = invocation->exec_path,
    .now_us = invocation->as_of_us,
    .dry_run = invocation->dry_run,
    .progress = &sink,
  };
  gboolean ok = ledger_backup (&request, &facts, error);
  progress_finish (progress);
  invocation_advise (invocation, facts.advice);
  return ok && write_answer (invocation, &facts, error);
}

const struct command command_ledger_backup = {
  .path = "ledger backup",
  .summary = "write a proved copy of the ledger, while others work on it",
  .description = "The copy is the ledger as it is at one instant. It is checked, and gets its name when it is sound and whole: nothing is "
                 "left of one that fails or is killed, and a file that is there is never overwritten. Only its owner can read it.",
  .examples = examples,
  .operands = operands,
  .needs = ACCEPTS_DRY_RUN | WRITES_ROWS,
  .engine_operand = 1,
  .run = run,
};
