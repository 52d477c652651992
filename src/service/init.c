/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a ledger. */
#include "service/init.h"

#include "store/db.h"
#include "store/ledger.h"

gboolean
ledger_init (const struct init_request *request, struct init_result *ret, GError **error)
{
  struct ledger_made made = { NULL, NULL };
  const struct ledger_open_request open = {
    .path = request->path,
    .mode = LEDGER_WRITE,
    .dry_run = request->dry_run,
    .without_roles = request->without_roles,
    .ret_made = &made,
    .actor = request->actor,
    .command = request->command,
    .now_us = request->now_us,
  };
  if (!ledger_make (&open, error))
    return FALSE;
  *ret = (struct init_result){ made.roles, made.advice };
  return TRUE;
}

void
init_result_clear (struct init_result *result)
{
  g_clear_pointer (&result->roles, g_free);
  g_clear_pointer (&result->advice, g_free);
}

char *
ledger_name (const char *path)
{
  return ledger_path_shown (path);
}

gboolean
ledger_name_is_file (const char *path)
{
  return ledger_path_is_file (path);
}

struct engine
engine_of_program (void)
{
  const struct db_engine *engine = ledger_engine ();
  return (struct engine){ engine->code, engine->name, engine->version () };
}
