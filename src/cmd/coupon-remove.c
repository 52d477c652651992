/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl coupon remove: a redeemed coupon ends. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/coupon-document.h"

struct args {
  struct time_argument from;
  int scope;
};

static const char *const scopes[] = { "subscription", "customer", NULL };

static const struct option options[] = {
  OPTION_TIME (struct args, from, "from", 0, "first day on which it does not hold any more; the as-of day without it"),
  OPTION_CHOICE (struct args, scope, "scope", 0, scopes, "which is meant where a customer and a subscription have the same code"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "HOLDER", "code of the customer or of the subscription", COMPLETE_HOLDER, OPERAND_ONE },
  { "CODE", "code of the coupon", COMPLETE_COUPON, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl coupon remove acme WELCOME20", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct coupon_request request = {
    .holder = invocation->operands[0],
    .code = invocation->operands[1],
    .scope = args->scope < 0 ? -1 : args->scope == 0 ? COUPON_ON_SUBSCRIPTION : COUPON_ON_CUSTOMER,
    .from = args->from.given ? &args->from.time : NULL,
    .at_us = invocation->as_of_us,
  };
  g_autoptr (redeemed_t) redeemed = NULL;
  return coupon_remove (invocation->ledger, &request, &redeemed, error) && redemption_answer (invocation, &redeemed->row, error);
}

const struct command command_coupon_remove = {
  .path = "coupon remove",
  .summary = "end a coupon that a customer or a subscription has",
  .description = "What falls due on the day of --from or later is not lessened any more. What stands on issued invoices stays.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
