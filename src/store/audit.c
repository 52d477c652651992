/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash-chained audit log. */
#include "store/audit.h"

#include "store/db.h"
#include "store/ledger.h"
#include "store/ledger-private.h"

#include <string.h>

static char *
row_hash (const char *previous, gint64 id, gint64 at_us, const char *actor, const char *command, const char *change)
{
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n%s\n%s", previous, id, at_us, actor,
                                           command, change);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

gboolean
audit_add (struct ledger *ledger, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *change = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *previous = NULL;
  gint64 id = 1;
  struct query *last = NULL;
  if (!db_find (ledger_db (ledger), SQL_AUDIT_LAST, &last, error, ""))
    return FALSE;
  if (last != NULL) {
    id = db_int64 (last, 0) + 1;
    previous = g_strdup (db_text (last, 1, NULL));
    db_reset (last);
  }
  const char *actor = ledger_actor (ledger), *command = ledger_command (ledger);
  g_autofree char *hash = row_hash (previous == NULL ? "" : previous, id, ledger_now_us (ledger), actor, command, change);
  return db_execute (ledger_db (ledger), SQL_AUDIT_INSERT, NULL, error, "iitttt", id, ledger_now_us (ledger), actor, command, change, hash);
}

gboolean
audit_head (struct ledger *ledger, struct audit_head *ret, GError **error)
{
  struct query *last = NULL;
  struct audit_head head = { 0, NULL, 0, 0 };
  if (!db_find_int64 (ledger_db (ledger), SQL_AUDIT_FIRST, 0, &head.first_us, error, "")
      || !db_find (ledger_db (ledger), SQL_AUDIT_LAST, &last, error, ""))
    return FALSE;
  if (last != NULL) {
    head.rows = db_int64 (last, 0);
    head.hash = g_strdup (db_text (last, 1, NULL));
    head.last_us = db_int64 (last, 2);
    db_reset (last);
  }
  *ret = head;
  return TRUE;
}

gboolean
audit_check (struct ledger *ledger, gint64 *ret_rows, gint64 *ret_broken, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_AUDIT_ALL, &query, error))
    return FALSE;
  g_autofree char *previous = g_strdup ("");
  gint64 rows = 0, broken = 0;
  gboolean row = FALSE;
  for (;;) {
    if (!db_step (query, &row, error))
      return FALSE;
    if (!row)
      break;
    rows++;
    gint64 id = db_int64 (query, 0);
    g_autofree char *hash = row_hash (previous, id, db_int64 (query, 1), db_text (query, 2, NULL), db_text (query, 3, NULL),
                                      db_text (query, 4, NULL));
    if (broken == 0 && (id != rows || strcmp (hash, db_text (query, 5, NULL)) != 0))
      broken = id;
    g_free (previous);
    previous = g_strdup (db_text (query, 5, NULL));
  }
  *ret_rows = rows;
  *ret_broken = broken;
  return TRUE;
}
