/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans lint: is a catalog file right, and is it meant so? */
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"
#include "service/catalog-lint.h"

enum { FOUND_SOMETHING = 1 }; /* the exit status of --strict */

struct args {
  gboolean strict;
  gboolean with_ledger;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, strict, "strict", 0, "exit with 1 when there are findings"),
  OPTION_FLAG (struct args, with_ledger, "with-ledger", 0, "metrics that the file lacks are those of the ledger"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "FILE", "catalog file, see billctl-catalog(5); - for standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans lint catalog.json",
  "billctl plans lint --strict catalog.json",
  NULL,
};

static const struct column columns[] = {
  { .key = "plan", .title = "Plan", .kind = CELL_CODE },
  { .key = "rule", .title = "Rule", .kind = CELL_CODE },
  { .key = "message", .title = "Finding", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_findings (struct invocation *invocation, const GPtrArray *findings, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const struct lint_finding *finding = g_ptr_array_index (findings, i);
    const struct cell cells[] = { cell_code (finding->plan), cell_code (finding->rule), cell_text (finding->message) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_list (document, error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify) lint_finding_free);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const struct lint_request request = {
    .source = { .path = invocation->operands[0] },
    .ledger_path = args->with_ledger ? invocation->ledger_path : NULL,
    .now_us = invocation->as_of_us,
    .problems = problems,
  };
  if (!catalog_lint (&request, findings, error)) {
    tell_catalog_problems (invocation, problems);
    return FALSE;
  }
  if (findings->len > 0 && args->strict)
    invocation->exit_status = FOUND_SOMETHING;
  if (!write_findings (invocation, findings, error))
    return FALSE;
  if (findings->len == 0)
    invocation_say (invocation, "nothing to ask about");
  return TRUE;
}

const struct command command_plans_lint = {
  .path = "plans lint",
  .summary = "check a catalog file, and say what looks odd in it",
  .description = "The file is checked as applying it would; problems are listed and the exit status is 2. Then it says what is right, but "
                 "perhaps not meant. No ledger is needed, unless the file leaves out metrics that one has.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = WRITES_ROWS | USES_PAGER,
  .run = run,
};
