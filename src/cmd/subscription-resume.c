/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription resume. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  struct time_argument at;
  int proration;
};

static const struct option options[] = {
  OPTION_TIME (struct args, at, "at", 0, "the first day after the pause; today without it"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_short_prorations, "whether the rest of the period is charged; create without it"),
  OPTION_END,
};

static const char *const examples[] = { "billctl subscription resume acme", "billctl subscription resume acme --at 2026-09-01", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct resume_request request = { invocation->operands[0], change_time (&args->at), args->proration };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_resume (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_resume = {
  .path = "subscription resume",
  .summary = "end the pause of a subscription",
  .description = "The rest of the running period is charged in proportion, due on the day on which it goes on.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
