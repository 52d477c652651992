/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription set: other quantities, add-ons, an interval, within the plan. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"

static const struct option options[] = {
  CHANGE_OPTIONS,
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription set acme --quantity team_members=12",
  "billctl subscription set acme --addon support --without-addon training --dry-run",
  "billctl subscription set acme --interval year --when period-end",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct change_args *args = invocation->args;
  if (args->interval == NULL && args->quantities[0] == NULL && args->addons[0] == NULL && args->without[0] == NULL
      && args->sets[0] == NULL && args->terms == NULL)
    return error_set (error, ERROR_USAGE, "nothing to set: name a quantity, an add-on, an interval or a term");
  return change_run (invocation, NULL, error);
}

const struct command command_subscription_set = {
  .path = "subscription set",
  .summary = "set quantities, add-ons, the interval or agreed terms of a subscription",
  .description = "The plan and its version stay. What costs more takes effect now, what costs less at the end of the period that is paid for, "
                 "unless --when or --at says otherwise; within a period the difference is prorated as in `billctl subscription change`.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct change_args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
