/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger access apply: roles, rights and policies as billctl makes them. */
#include "cmd/commands.h"
#include "service/ledger-access.h"

static const char *const examples[] = { "billctl ledger access apply --dry-run", "billctl ledger access apply", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autofree char *roles = NULL;
  if (!access_apply (invocation->ledger, &roles, error))
    return FALSE;
  invocation_say (invocation, "roles of the ledger: %s", roles);
  return TRUE;
}

const struct command command_ledger_access_apply = {
  .path = "ledger access apply",
  .summary = "put the roles, rights and policies of the ledger right",
  .description = "Of a ledger on a server, by its owner. What `billctl verify` finds wrong with them is as `billctl init` makes it again, and "
                 "what others added is gone. A ledger that was made with --no-roles gets its roles. Who opens the ledger stays as it is.",
  .examples = examples,
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
