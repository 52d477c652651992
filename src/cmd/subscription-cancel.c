/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription cancel. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  gboolean now, undo;
  struct time_argument at;
  int proration;
  const char *reason;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, now, "now", 0, "today is the last day; else the period that is paid for is the last one"),
  OPTION_TIME (struct args, at, "at", 0, "the first day that is not billed any more"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_short_prorations, "whether prepaid days are given back; create without it"),
  OPTION_FLAG (struct args, undo, "undo", 0, "take the cancellation back, as long as it is not over"),
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, for the history"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription cancel acme --dry-run",
  "billctl subscription cancel acme --now --reason 'moved away'",
  "billctl subscription cancel acme --at 2026-04-01 --proration none",
  "billctl subscription cancel acme --undo",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (args->now && args->at.given)
    return error_set (error, ERROR_USAGE, "--now and --at exclude each other");
  if (args->undo && (args->now || args->at.given || args->proration >= 0 || args->reason != NULL))
    return error_set (error, ERROR_USAGE, "--undo stands alone");
  const struct cancel_request request = { invocation->operands[0], args->now, change_time (&args->at), args->proration, args->reason };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return (args->undo ? subscription_cancel_undo (&context, request.subscription, &result, error)
                     : subscription_cancel (&context, &request, &result, error))
         && change_document_write (invocation, &result, error);
}

const struct command command_subscription_cancel = {
  .path = "subscription cancel",
  .summary = "end a subscription",
  .description = "Without an option it ends with the period that is paid for, or with its trial. With --now today is the last day that is billed: "
                 "open usage falls due and prepaid days behind it are given back. `billctl subscription undo` takes a cancellation back as long "
                 "as it is not over.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
