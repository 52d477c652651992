/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription renew. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  gint64 periods;
  struct time_argument until;
  gboolean for_ever;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, periods, "periods", 0, "N", "how many fee periods more; one without an option"),
  OPTION_TIME (struct args, until, "until", 0, "the first day that is not billed any more"),
  OPTION_FLAG (struct args, for_ever, "for-ever", 0, "without an end"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription renew acme",
  "billctl subscription renew acme --periods 12",
  "billctl subscription renew acme --until 2027-01-01",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if ((args->periods > 0) + args->until.given + args->for_ever > 1)
    return error_set (error, ERROR_USAGE, "--periods, --until and --for-ever exclude each other");
  const struct renew_request request = { invocation->operands[0], args->periods, change_time (&args->until), args->for_ever };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_renew (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_renew = {
  .path = "subscription renew",
  .summary = "let a subscription with an end go on",
  .description = "Moves the agreed end on, also one that has passed: there is no gap then. The terms stay. A canceled subscription is not renewed, nor "
                 "is one that was changed back in time after it had ended and was billed.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
