/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing an older ledger to the newest schema: opening it for writing does that, here it is asked for and told. */
#include "service/ledger-migrate.h"

#include "store/ledger.h"

void
migrate_result_clear (struct migrate_result *result)
{
  g_clear_pointer (&result->copy, g_free);
  g_clear_pointer (&result->advice, g_free);
}

static gboolean
look (const struct migrate_request *request, struct migrate_result *ret, GError **error)
{
  g_autoptr (ledger_t) ledger = NULL;
  const struct ledger_open_request open = { .path = request->path, .mode = LEDGER_READ, .any_version = TRUE, .now_us = request->now_us };
  if (!ledger_open (&open, &ledger, error))
    return FALSE;
  ret->version = ledger_schema_version (ledger);
  ret->advice = g_strdup (ledger_advice (ledger));
  return TRUE;
}

/* Another process may be faster: then this one had nothing to do. */
static gboolean
run (const struct migrate_request *request, struct migrate_result *ret, GError **error)
{
  g_autoptr (ledger_t) ledger = NULL;
  const struct ledger_open_request open = {
    .path = request->path, .mode = LEDGER_WRITE, .actor = request->actor, .command = request->command, .now_us = request->now_us
  };
  if (!ledger_open (&open, &ledger, error))
    return FALSE;
  ret->version = ledger_migrated_from (ledger) == 0 ? ret->newest : ledger_migrated_from (ledger);
  ret->copy = g_strdup (ledger_migration_copy (ledger));
  return TRUE;
}

const char *
migrate_result_name (const struct migrate_result *result, int index, gboolean *ret_ran)
{
  gint64 version = 0;
  const char *name = ledger_migration_name (index, &version);
  *ret_ran = version > result->version;
  return name;
}

gboolean
ledger_migrate (const struct migrate_request *request, struct migrate_result *ret, GError **error)
{
  ret->newest = ledger_newest_version ();
  return look (request, ret, error) && (ret->version == ret->newest || request->dry_run || run (request, ret, error));
}
