/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans archive: a plan is not sold any more. */
#include "cmd/commands.h"
#include "service/plan-archive.h"

struct args {
  gboolean undo;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, undo, "undo", 0, "sell it again"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans archive starter",
  "billctl plans archive starter --undo",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const char *code = invocation->operands[0], *would = invocation->dry_run ? "would be" : "is";
  struct plan_archive_result result;
  if (!plan_archive (invocation->ledger, code, args->undo, &result, error))
    return FALSE;
  if (!result.changed)
    invocation_say (invocation, "plan %s is %s already", code, args->undo ? "sold" : "archived");
  else if (args->undo)
    invocation_say (invocation, "plan %s %s sold again", code, would);
  else
    invocation_say (invocation, "plan %s %s archived; %" G_GINT64_FORMAT " %s on it", code, would, result.subscribers,
                    result.subscribers == 1 ? "subscription stays" : "subscriptions stay");
  return TRUE;
}

const struct command command_plans_archive = {
  .path = "plans archive",
  .summary = "stop selling a plan",
  .description = "Nobody can subscribe to an archived plan, and lists leave it out. Its subscriptions stay on it and are billed as before.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
