/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription extend-trial. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  gint64 days;
  struct time_argument until;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, days, "days", 0, "N", "so many days more"),
  OPTION_TIME (struct args, until, "until", 0, "the first paid day; today ends the trial"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription extend-trial acme --days 14",
  "billctl subscription extend-trial acme --until 2026-03-01",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if ((args->days > 0) == args->until.given)
    return error_set (error, ERROR_USAGE, "say how long: either --days or --until");
  const struct trial_request request = { invocation->operands[0], args->days, change_time (&args->until) };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_extend_trial (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_extend_trial = {
  .path = "subscription extend-trial",
  .summary = "end a trial later, or sooner",
  .description = "As long as the trial lasts. The first paid period starts where it ends.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
