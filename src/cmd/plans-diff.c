/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans diff: what `plans apply` would change, term by term. */
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"
#include "service/catalog.h"

enum { DIFFERENT = 1 }; /* the exit status of --exit-code */

struct args {
  gboolean exit_code;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, exit_code, "exit-code", 0, "exit with 1 when file and ledger differ"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "FILE", "catalog file, see billctl-catalog(5); - for standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans diff catalog.json",
  "billctl plans diff --exit-code catalog.json",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct catalog_source source = { .path = invocation->operands[0] };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) catalog_change_free);
  gboolean differs = FALSE;
  if (!catalog_diff (invocation->ledger, &source, problems, changes, &differs, error)) {
    tell_catalog_problems (invocation, problems);
    return FALSE;
  }
  if (differs && args->exit_code)
    invocation->exit_status = DIFFERENT;
  if (!write_catalog_changes (invocation, changes, ONE_ROW_PER_DETAIL, FALSE, error))
    return FALSE;
  if (!differs)
    invocation_say (invocation, "no differences");
  return TRUE;
}

const struct command command_plans_diff = {
  .path = "plans diff",
  .summary = "compare a catalog file with the ledger",
  .description = "Shows one row for each term that differs, and what the ledger has and the file lacks. The exit status is 0 whether or "
                 "not there are differences, unless --exit-code is given.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
