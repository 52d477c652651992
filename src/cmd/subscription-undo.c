/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription undo. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

static const char *const examples[] = { "billctl subscription undo acme --dry-run", "billctl subscription undo acme", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_undo (&context, invocation->operands[0], &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_undo = {
  .path = "subscription undo",
  .summary = "take back the last change of a subscription",
  .description = "Takes back what was recorded last: a change, a pause, the end of a pause, a cancellation; not once the day after it has begun, "
                 "and not once it stands on an issued invoice. The history keeps both.",
  .examples = examples,
  .operands = change_operands,
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
