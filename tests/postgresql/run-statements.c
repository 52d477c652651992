/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-statements LEDGER: makes a ledger where there is none, and runs every statement of the catalogue in it once, each parameter being 1, and undone at
 * once. What a rule of the ledger refuses has been understood; a line for each that the server does not take. */
#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"

#include <stdio.h>
#include <string.h>

static int
parameter_count (const char *sql)
{
  int count = 0;
  for (const char *at = strchr (sql, '?'); at != NULL; at = strchr (at + 1, '?'))
    count = MAX (count, (int) g_ascii_strtoll (at + 1, NULL, 10));
  return count;
}

static gboolean
run (struct db *db, enum statement id, GError **error)
{
  struct query *query = NULL;
  gboolean row = TRUE;
  if (!db_query (db, id, &query, error))
    return FALSE;
  for (int i = 1; i <= parameter_count (statement_sql (id)); i++)
    db_bind_int64 (query, i, 1);
  while (row)
    if (!db_step (query, &row, error))
      return FALSE;
  return TRUE;
}

/* The statements that UPDATE or DELETE take from append-only tables would be among the refused ones; there are none. */
static gboolean
check (struct db *db, enum statement id)
{
  g_autoptr (GError) error = NULL;
  if (!db_savepoint (db, &error))
    g_error ("%s", error->message);
  gboolean ok = run (db, id, &error) || error_exit_status (error) == ERROR_REFUSED;
  if (!ok)
    printf ("%s: %s\n", statement_name (id), error->message);
  db_savepoint_undo (db);
  return ok;
}

int
main (int argc, char **argv)
{
  g_autoptr (ledger_t) ledger = NULL;
  g_autoptr (GError) error = NULL;
  const struct ledger_open_request request = { .path = argv[argc - 1], .mode = LEDGER_WRITE, .actor = "test", .command = "test" };
  gboolean is_open = ledger_open (&request, &ledger, NULL);
  if ((!is_open && (!ledger_make (&request, &error) || !ledger_open (&request, &ledger, &error))) || !ledger_begin (ledger, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 2;
  }
  gboolean ok = TRUE;
  for (int id = 0; id < SQL_STATEMENT_COUNT; id++)
    ok = check (ledger_db (ledger), (enum statement) id) && ok;
  return ok ? 0 : 1;
}
