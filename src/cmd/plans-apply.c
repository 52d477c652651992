/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans apply: bring the ledger's catalog to what a file says. */
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"
#include "service/catalog.h"

static const struct operand operands[] = {
  { "FILE", "catalog file, see billctl-catalog(5); - for standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans apply examples/catalogs/voice-ai.json",
  "billctl plans apply --dry-run catalog.json",
  NULL,
};

static gboolean
show (GPtrArray *changes, void *data, GError **error)
{
  struct invocation *invocation = data;
  if (!write_catalog_changes (invocation, changes, ONE_ROW_PER_CHANGE, TRUE, error))
    return FALSE;
  fflush (invocation->render.out); /* what cannot be said is found by the dispatcher */
  if (changes->len == 0)
    invocation_say (invocation, "nothing stands in the file");
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const struct catalog_apply_request request = {
    .source = { .path = invocation->operands[0] },
    .problems = problems,
    .show = show,
    .data = invocation,
  };
  if (catalog_apply (invocation->ledger, &request, error))
    return TRUE;
  tell_catalog_problems (invocation, problems);
  return FALSE;
}

const struct command command_plans_apply = {
  .path = "plans apply",
  .summary = "create and update metrics, plans and credits from a catalog file",
  .description = "The whole file is checked first, and all its problems are listed; then what changes is shown, and written. A plan whose terms differ gets a new version; "
                 "its older versions and their subscriptions stay as they are. Names, descriptions and metadata change in place. "
                 "What the file does not mention is left alone.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
