/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl init: a new ledger. */
#include "cmd/commands.h"
#include "service/init.h"

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct init_request request = {
    .path = invocation->ledger_path,
    .actor = invocation->actor,
    .command = invocation->command->path,
    .now_us = invocation->as_of_us,
    .dry_run = invocation->dry_run,
  };
  if (!ledger_init (&request, error))
    return FALSE;
  g_autofree char *name = ledger_name (invocation->ledger_path);
  invocation_say (invocation, invocation->dry_run ? "would make the ledger %s" : "made the ledger %s", name);
  return TRUE;
}

static const char *const examples[] = { "billctl init", "billctl --ledger acme.db init", NULL };

const struct command command_init = {
  .path = "init",
  .summary = "make a ledger",
  .description = "The ledger is the one file that billctl works on. It is made where --ledger or BILLCTL_LEDGER says, else in "
                 "$XDG_DATA_HOME/billctl/ledger.db, readable by its owner alone. A file that exists is never touched. With "
                 "a URL such as postgresql://HOST/DATABASE the ledger is made in that database, which must exist.",
  .examples = examples,
  .needs = ACCEPTS_DRY_RUN,
  .run = run,
};
