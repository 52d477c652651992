/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a write transaction needs to ask only once. */
#include "store/known.h"

#include "store/db.h"
#include "store/ledger-private.h"
#include "store/ledger.h"

enum { RANGE_IDS = 4096, STRAY_MAX = 16 };

void
known_clear (struct known *known)
{
  for (int kind = 0; kind < KNOWN_KINDS; kind++)
    g_clear_pointer (&known->ranges[kind].ids, g_hash_table_unref);
  *known = (struct known){ .closed_through = -1 };
}

gboolean
known_next_id (struct ledger *ledger, enum known_table table, gint64 *ret, GError **error)
{
  static const enum statement last_ids[] = { SQL_KNOWN_LAST_INVOICE, SQL_KNOWN_LAST_JOURNAL_ENTRY };
  struct known *known = ledger_known (ledger);
  gint64 next = known == NULL ? 0 : known->next_ids[table];
  if (next == 0) {
    if (!db_find_int64 (ledger_db (ledger), last_ids[table], 0, &next, error, ""))
      return FALSE;
    next++;
  }
  if (known != NULL)
    known->next_ids[table] = next + 1;
  *ret = next;
  return TRUE;
}

void
known_forget_id (struct ledger *ledger, enum known_table table)
{
  struct known *known = ledger_known (ledger);
  if (known != NULL)
    known->next_ids[table] = 0;
}

void
known_expect_walk (struct ledger *ledger)
{
  struct known *known = ledger_known (ledger);
  if (known != NULL)
    known->is_walk = TRUE;
}

static gboolean
read_range (struct ledger *ledger, enum known_kind kind, struct known_range *range, GError **error)
{
  static const enum statement statements[]
      = { SQL_KNOWN_LATE, SQL_KNOWN_REVERSAL, SQL_KNOWN_CHARGE, SQL_KNOWN_BALANCE, SQL_KNOWN_ITEM };
  struct query *query = NULL;
  gboolean row = FALSE;
  if (range->ids == NULL)
    range->ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_remove_all (range->ids);
  if (!db_query (ledger_db (ledger), statements[kind], &query, error))
    return FALSE;
  db_bind (query, "ii", range->from, range->to);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    gint64 id = db_int64 (query, 0);
    g_hash_table_add (range->ids, g_memdup2 (&id, sizeof id));
  }
  return FALSE;
}

/* Whether the range can stay: for what lies before it, and for a few that lie far behind it, such as the second subscription of somebody
 * who has had the first one for long. They are asked for singly. */
static gboolean
is_stray (struct known_range *range, gint64 id)
{
  if (range->ids == NULL || (id > range->to && id <= range->to + RANGE_IDS))
    return FALSE;
  if (id <= range->to)
    return id < range->from;
  return ++range->strays < STRAY_MAX;
}

gboolean
known_has (struct ledger *ledger, enum known_kind kind, gint64 id, gboolean *ret, GError **error)
{
  struct known *known = ledger_known (ledger);
  *ret = TRUE;
  if (known == NULL || !known->is_walk)
    return TRUE;
  struct known_range *range = &known->ranges[kind];
  if (is_stray (range, id))
    return TRUE;
  if (range->ids == NULL || id > range->to) {
    range->strays = 0;
    range->from = id;
    range->to = id + RANGE_IDS - 1;
    if (!read_range (ledger, kind, range, error))
      return FALSE;
  }
  *ret = g_hash_table_contains (range->ids, &id);
  return TRUE;
}

void
known_note (struct ledger *ledger, enum known_kind kind, gint64 id)
{
  struct known *known = ledger_known (ledger);
  if (known != NULL && known->ranges[kind].ids != NULL)
    g_hash_table_add (known->ranges[kind].ids, g_memdup2 (&id, sizeof id));
}
