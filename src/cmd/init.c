/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl init: a new ledger. */
#include "cmd/commands.h"
#include "service/init.h"

struct args {
  gboolean no_roles;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, no_roles, "no-roles", 0, "on a server: make no roles, so that only the owner opens the ledger"),
  OPTION_END,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct init_request request = {
    .path = invocation->ledger_path,
    .actor = invocation->actor,
    .command = invocation->command->path,
    .now_us = invocation->as_of_us,
    .dry_run = invocation->dry_run,
    .without_roles = args->no_roles,
  };
  g_auto (init_result_t) result = { NULL, NULL };
  if (!ledger_init (&request, &result, error))
    return FALSE;
  invocation_advise (invocation, result.advice);
  g_autofree char *name = ledger_name (invocation->ledger_path);
  invocation_say (invocation, invocation->dry_run ? "would make the ledger %s" : "made the ledger %s", name);
  if (result.roles != NULL)
    invocation_say (invocation, "with the roles %s", result.roles);
  return TRUE;
}

static const char *const examples[] = { "billctl init", "billctl --ledger acme.db init", NULL };

const struct command command_init = {
  .path = "init",
  .summary = "make a ledger",
  .description = "The ledger is the one file that billctl works on. It is made where --ledger or BILLCTL_LEDGER says, else in "
                 "$XDG_DATA_HOME/billctl/ledger.db, readable by its owner alone. A file that exists is never touched. With "
                 "a URL such as postgresql://HOST/DATABASE the ledger is made in that database, which must exist, with roles of the server for people to work as.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = ACCEPTS_DRY_RUN,
  .run = run,
};
