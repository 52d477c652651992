/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl coupon reactivate. */
#include "cmd/commands.h"
#include "service/coupon.h"

static const struct operand operands[] = {
  { "CODE", "code of the coupon", COMPLETE_COUPON, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl coupon reactivate WELCOME20", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  if (!coupon_archive (invocation->ledger, invocation->operands[0], FALSE, error))
    return FALSE;
  invocation_say (invocation, invocation->dry_run ? "coupon %s would be active" : "coupon %s is active", invocation->operands[0]);
  return TRUE;
}

const struct command command_coupon_reactivate = {
  .path = "coupon reactivate",
  .summary = "let an archived coupon be redeemed again",
  .description = "Its limits and its last day hold as they did before.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
