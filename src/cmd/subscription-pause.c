/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription pause. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  struct time_argument at, until;
  int billing, proration;
};

static const char *const billings[] = { "stop", "keep", NULL };

static const struct option options[] = {
  OPTION_TIME (struct args, at, "at", 0, "the first day of the pause; today without it"),
  OPTION_TIME (struct args, until, "until", 0, "the first day after it; until it is resumed without it"),
  OPTION_CHOICE (struct args, billing, "billing", 0, billings, "whether fees and usage of the pause are billed; stop without it"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_short_prorations, "whether prepaid days are given back; create without it"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription pause acme",
  "billctl subscription pause acme --at 2026-07-01 --until 2026-09-01 --dry-run",
  "billctl subscription pause acme --billing keep",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct pause_request request = {
    invocation->operands[0], change_time (&args->at), change_time (&args->until), args->billing == 1, args->proration,
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_pause (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_pause = {
  .path = "subscription pause",
  .summary = "pause a subscription",
  .description = "Without billing nothing is charged for the pause: prepaid days are given back, periods that begin in it cost nothing, and usage of "
                 "that time is not billed. Periods are counted on, so that the subscription goes on with the rest of the period in which it is "
                 "resumed. With --billing keep only the status changes.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
