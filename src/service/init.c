/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a ledger. */
#include "service/init.h"

#include "store/db.h"
#include "store/ledger.h"

gboolean
ledger_init (const struct init_request *request, GError **error)
{
  const struct ledger_open_request open = {
    .path = request->path,
    .mode = LEDGER_WRITE,
    .dry_run = request->dry_run,
    .actor = request->actor,
    .command = request->command,
    .now_us = request->now_us,
  };
  return ledger_make (&open, error);
}

char *
ledger_name (const char *path)
{
  return ledger_path_shown (path);
}

struct engine
engine_of_program (void)
{
  const struct db_engine *engine = ledger_engine ();
  return (struct engine){ engine->code, engine->name, engine->version () };
}
