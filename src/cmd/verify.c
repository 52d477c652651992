/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl verify: prove the ledger. */
#include "base/error.h"
#include "cli/progress.h"
#include "cmd/commands.h"
#include "service/init.h"
#include "service/verify.h"

struct args {
  gboolean quick;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, quick, "quick", 0, "leave out the checks that read usage events"),
  OPTION_END,
};

static const char *const examples[] = { "billctl verify", "billctl verify --quick --format json", NULL };

static const struct column columns[] = {
  { .key = "check", .title = "Check", .kind = CELL_TEXT },
  { .key = "result", .title = "Result", .kind = CELL_CODE },
  { .key = "examined", .title = "Examined", .kind = CELL_INTEGER },
  { .key = "problem", .title = "Problem", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_outcome (const struct verify_outcome *outcome, void *data, GError **error)
{
  struct cell examined = outcome->examined < 0 ? cell_null () : cell_integer (outcome->examined);
  if (outcome->problems->len == 0) {
    const struct cell cells[] = { cell_text (outcome->check), cell_code ("ok"), examined, cell_null () };
    return document_row (data, cells, error);
  }
  for (guint i = 0; i < outcome->problems->len; i++) {
    const struct cell cells[] = { cell_text (outcome->check), cell_code ("failed"), examined,
                                  cell_text (g_ptr_array_index (outcome->problems, i)) };
    if (!document_row (data, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct progress *progress = progress_new (invocation, "verifying", 0, "rows");
  struct progress_sink sink = progress_sink (progress);
  struct verify_request request = { .quick = args->quick, .report = write_outcome, .data = document, .progress = &sink };
  gint64 problems = 0;
  gboolean ok = document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
                && verify_ledger (invocation->ledger, &request, &problems, error) && document_end_list (document, error)
                && document_close (document, error);
  progress_finish (progress);
  if (!ok)
    return FALSE;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  if (problems == 0) {
    invocation_say (invocation, "the ledger %s is sound", name);
    return TRUE;
  }
  error_set (error, ERROR_LEDGER, "the ledger %s has %" G_GINT64_FORMAT " problems", name, problems);
  return error_add_hint (error, "keep the file as it is; restore a backup, or look into the rows that are named");
}

const struct command command_verify = {
  .path = "verify",
  .summary = "prove that the ledger is sound",
  .description = "Checks the database file and every reference, the hash chain of the audit log, the terms of every plan version, that "
                 "invoice totals are the sums of their lines, that every line rounds from its exact amount, that no fee period stands "
                 "on two invoices, that what is owed agrees with what came in, that invoice numbers have no gap, every usage event, and that each issued line comes out the same when "
                 "it is drawn up again. Writes nothing. Exits with 7 when there is a problem.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
