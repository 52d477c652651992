/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl coupon archive. */
#include "cmd/commands.h"
#include "service/coupon.h"

static const struct operand operands[] = {
  { "CODE", "code of the coupon", COMPLETE_COUPON, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl coupon archive WELCOME20", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  if (!coupon_archive (invocation->ledger, invocation->operands[0], TRUE, error))
    return FALSE;
  invocation_say (invocation, invocation->dry_run ? "coupon %s would be archived" : "coupon %s is archived", invocation->operands[0]);
  return TRUE;
}

const struct command command_coupon_archive = {
  .path = "coupon archive",
  .summary = "let nobody redeem a coupon any more",
  .description = "Who has redeemed it keeps it.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
