/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription change: another plan, another version, another interval. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

static const struct option options[] = {
  OPTION_INTEGER (struct change_args, version, "version", 0, "N", "version of the plan; the newest without it"),
  CHANGE_OPTIONS,
  OPTION_END,
};

static const struct operand operands[] = {
  { "SUBSCRIPTION", "its code, or the code of a customer who has only one", COMPLETE_SUBSCRIPTION, OPERAND_ONE },
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl subscription change acme enterprise --dry-run",
  "billctl subscription change acme-2 starter --when period-end",
  "billctl subscription change acme professional --version 3 --proration invoice-now",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  return change_run (invocation, invocation->operands[1], error);
}

const struct command command_subscription_change = {
  .path = "subscription change",
  .summary = "move a subscription to another plan or version",
  .description = "A plan that costs as much or more in the same time takes effect now, a cheaper one at the end of the period that is paid "
                 "for. Within a period the unused part of what was charged is given back and the remaining part of the new fees is "
                 "charged. With another interval periods begin anew. The answer shows the decision and the lines it brings; --dry-run shows "
                 "them without recording anything. What the subscriber has of quantities and add-ons stays as far as the new plan sells it.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct change_args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
