/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription show. */
#include "cmd/commands.h"
#include "cmd/subscription-document.h"

static const struct operand operands[] = {
  { "SUBSCRIPTION", "its code, or the code of a customer who has only one", COMPLETE_SUBSCRIPTION, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl subscription show acme", "billctl subscription show acme-2 --format json", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (subscription_view_t) view = { 0 };
  return subscription_get (&context, invocation->operands[0], &view, error) && subscription_document_write (invocation, &view, error);
}

const struct command command_subscription_show = {
  .path = "subscription show",
  .summary = "show a subscription as it stands",
  .description = "Status and periods are those of the as-of time. Days are civil days in the customer's time zone; a day that something "
                 "lasts until is not part of it any more. What stands on drafts does not count as billed.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
