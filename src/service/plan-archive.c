/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that are not sold any more. */
#include "service/plan-archive.h"

#include "store/audit.h"
#include "store/catalog.h"
#include "store/ledger.h"

#include <string.h>

static gboolean
count_subscribers (struct ledger *ledger, gint64 plan_id, gint64 *ret, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (struct plan_version_count));
  if (!plan_version_counts (ledger, plan_id, counts, error))
    return FALSE;
  for (guint i = 0; i < counts->len; i++)
    *ret += g_array_index (counts, struct plan_version_count, i).subscribers;
  return TRUE;
}

static gboolean
set_status (struct ledger *ledger, const char *code, const char *status, struct plan_archive_result *result, GError **error)
{
  g_autoptr (plan_record_t) record = NULL;
  if (!plan_record_find (ledger, code, &record, error) || !count_subscribers (ledger, record->id, &result->subscribers, error))
    return FALSE;
  result->changed = strcmp (record->status, status) != 0;
  return !result->changed
         || (plan_record_set_status (ledger, record->id, status, error)
             && audit_add (ledger, error, "plan %s: %s -> %s", code, record->status, status));
}

gboolean
plan_archive (struct ledger *ledger, const char *code, gboolean undo, struct plan_archive_result *ret, GError **error)
{
  struct plan_archive_result result = { 0 };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!set_status (ledger, code, undo ? "active" : "archived", &result, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = result;
  return TRUE;
}
