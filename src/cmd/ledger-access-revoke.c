/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger access revoke: somebody opens the ledger no more. */
#include "cmd/commands.h"
#include "service/ledger-access.h"

static const struct operand operands[] = {
  { "ROLE", "a role of the server", COMPLETE_ROLE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl ledger access revoke ann", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  if (!access_revoke (invocation->ledger, invocation->operands[0], error))
    return FALSE;
  invocation_say (invocation, "%s opens the ledger no more", invocation->operands[0]);
  return TRUE;
}

const struct command command_ledger_access_revoke = {
  .path = "ledger access revoke",
  .summary = "take the ledger away from a role of the server",
  .description = "Of a ledger on a server, by its owner. The role stays on the server; a connection that it has open loses its rights at its "
                 "next statement.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
