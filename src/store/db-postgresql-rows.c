/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: ledgers row by row, as COPY gives and takes them in its binary form. A new one has its tables first; indices,
 * references and guards come when the rows are there, in the transaction that makes it a ledger. */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/migrations.h"

#include <string.h>

static const char reading[] = "reading the ledger";
static const char filling[] = "copying into the ledger";

/* Signature, flags, length of an extension. */
static const char head[] = "PGCOPY\n\377\r\n\0" "\0\0\0\0" "\0\0\0\0";
enum { HEAD_SIZE = sizeof head - 1 };

/* --- Out --- */

struct db_rows {
  struct db *db;
  gboolean is_ended;
};

/* A table that hides rows from this role: no policy shows it all of them, or one restricts it. (With row_security off the server would
 * refuse operators and auditors as well, whose policies let them see every row.) */
static const char hiding_tables[]
    = "WITH policy AS (SELECT * FROM pg_catalog.pg_policy WHERE polcmd IN ('r', '*')"
      " AND (0::oid = ANY (polroles) OR EXISTS (SELECT 1 FROM unnest (polroles) r WHERE r <> 0 AND pg_has_role (r, 'USAGE'))))"
      " SELECT c.relname, current_user FROM pg_catalog.pg_class c WHERE c.relnamespace = current_schema ()::regnamespace AND c.relkind = 'r'"
      " AND row_security_active (c.oid) AND (EXISTS (SELECT 1 FROM policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)"
      " OR NOT EXISTS (SELECT 1 FROM policy p WHERE p.polrelid = c.oid AND p.polpermissive AND pg_get_expr (p.polqual, p.polrelid) = 'true'))"
      " ORDER BY c.relname COLLATE \"C\" LIMIT 1";

gboolean
db_want_all_rows (struct db *db, GError **error)
{
  g_autoptr (result_t) hiding = NULL;
  if (!db_check_sees_all (db, error) || !postgresql_run (db, hiding_tables, reading, &hiding, error))
    return FALSE;
  if (PQntuples (hiding) == 0)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role %s may not see every row of %s, so that it cannot copy the ledger %s", PQgetvalue (hiding, 0, 1),
             PQgetvalue (hiding, 0, 0), db->path);
  return error_add_hint (error, "connect as its owner, an operator or an auditor");
}

gboolean
db_rows_begin (struct db *db, const struct table_layout *table, struct db_rows **ret, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("COPY (SELECT %s FROM %s ORDER BY %s) TO STDOUT (FORMAT binary)",
                                          table->columns, table->name, table->key);
  g_autoptr (result_t) result = PQexec (db->connection, sql);
  if (PQresultStatus (result) != PGRES_COPY_OUT)
    return postgresql_fail (db, result, reading, error);
  struct db_rows *rows = g_new0 (struct db_rows, 1);
  rows->db = db;
  *ret = rows;
  return TRUE;
}

static gboolean
end_rows (struct db_rows *rows, GError **error)
{
  rows->is_ended = TRUE;
  g_autoptr (result_t) result = PQgetResult (rows->db->connection);
  gboolean ok = PQresultStatus (result) == PGRES_COMMAND_OK || postgresql_fail (rows->db, result, reading, error);
  for (PGresult *more; (more = PQgetResult (rows->db->connection)) != NULL;)
    PQclear (more);
  return ok;
}

/* What comes is a row; in front of the first one stands a head, and behind the last a count of -1. */
gboolean
db_rows_next (struct db_rows *rows, GByteArray *into, gboolean *ret_row, GError **error)
{
  *ret_row = FALSE;
  while (!*ret_row) {
    char *bytes = NULL;
    int length = PQgetCopyData (rows->db->connection, &bytes, 0);
    if (length < 0)
      return length == -1 ? end_rows (rows, error) : postgresql_fail (rows->db, NULL, reading, error);
    int skipped = length >= HEAD_SIZE && memcmp (bytes, head, 11) == 0 ? HEAD_SIZE : 0;
    *ret_row = length > skipped + 2;
    if (*ret_row)
      g_byte_array_append (into, (const guint8 *) bytes + skipped, (guint) (length - skipped));
    PQfreemem (bytes);
  }
  return TRUE;
}

/* The rest of a table is not worth waiting for: the connection is used no more. */
void
db_rows_free (struct db_rows *rows)
{
  if (rows == NULL)
    return;
  if (!rows->is_ended) {
    PGcancel *cancel = PQgetCancel (rows->db->connection);
    char said[256];
    PQcancel (cancel, said, sizeof said);
    PQfreeCancel (cancel);
    char *bytes = NULL;
    while (PQgetCopyData (rows->db->connection, &bytes, 0) > 0)
      g_clear_pointer (&bytes, PQfreemem);
    for (PGresult *more; (more = PQgetResult (rows->db->connection)) != NULL;)
      PQclear (more);
  }
  g_free (rows);
}

/* --- In --- */

struct db_put {
  struct db *db;
  gboolean is_ended;
};

gboolean
db_put_begin (struct db *db, const struct table_layout *table, struct db_put **ret, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("COPY %s (%s) FROM STDIN (FORMAT binary)", table->name, table->columns);
  g_autoptr (result_t) result = PQexec (db->connection, sql);
  if (PQresultStatus (result) != PGRES_COPY_IN || PQputCopyData (db->connection, head, HEAD_SIZE) != 1)
    return postgresql_fail (db, result, filling, error);
  struct db_put *put = g_new0 (struct db_put, 1);
  put->db = db;
  *ret = put;
  return TRUE;
}

/* Why the server stopped to take rows. */
static gboolean
finish_put (struct db_put *put, GError **error)
{
  PGconn *connection = put->db->connection;
  put->is_ended = TRUE;
  g_autoptr (result_t) result = PQgetResult (connection);
  while (PQresultStatus (result) == PGRES_COPY_IN && PQstatus (connection) == CONNECTION_OK) {
    PQclear (result);
    result = PQgetResult (connection);
  }
  gboolean ok = PQresultStatus (result) == PGRES_COMMAND_OK || postgresql_fail (put->db, result, filling, error);
  for (PGresult *more; PQstatus (connection) == CONNECTION_OK && (more = PQgetResult (connection)) != NULL;)
    PQclear (more);
  return ok;
}

gboolean
db_put_rows (struct db_put *put, const guint8 *rows, gsize length, GError **error)
{
  if (PQputCopyData (put->db->connection, (const char *) rows, (int) length) == 1)
    return TRUE;
  put->is_ended = TRUE;
  return postgresql_fail (put->db, NULL, filling, error);
}

gboolean
db_put_end (struct db_put *put, GError **error)
{
  static const char end[] = { '\377', '\377' };
  if (PQputCopyData (put->db->connection, end, sizeof end) == 1 && PQputCopyEnd (put->db->connection, NULL) == 1)
    return finish_put (put, error);
  put->is_ended = TRUE;
  return postgresql_fail (put->db, NULL, filling, error);
}

void
db_put_free (struct db_put *put)
{
  if (put == NULL)
    return;
  if (!put->is_ended && PQputCopyEnd (put->db->connection, "given up") == 1)
    finish_put (put, NULL);
  g_free (put);
}

/* --- A new ledger --- */

gboolean
db_fill_check (const char *path, gboolean without_roles, gboolean *ret_begun, struct db_place_words *ret, GError **error)
{
  struct db *db = NULL;
  gboolean is_ledger = FALSE;
  const struct db_open_request request = { .path = path, .create = TRUE, .unfinished = TRUE, .without_roles = without_roles };
  if (!postgresql_connect (&request, &db, &is_ledger, error))
    return FALSE;
  *ret_begun = db->is_unfinished;
  gboolean ok = postgresql_check_room (db, is_ledger, ret, error);
  db_close (db);
  return ok;
}

/* What the steps write may be lost when the server is cut off, since the last one waits for all of it. */
gboolean
db_fill_open (const char *path, struct new_file *file, gboolean without_roles, struct db **ret, GError **error)
{
  static const char lock[] = "SET synchronous_commit = off; SELECT pg_try_advisory_lock (hashtextextended ('billctl copy ' || current_schema (), 0))";
  struct db *db = NULL;
  gboolean is_ledger = FALSE;
  g_autoptr (result_t) result = NULL;
  const struct db_open_request request = { .path = path, .write = TRUE, .create = TRUE, .unfinished = TRUE, .without_roles = without_roles };
  if (file != NULL)
    return error_set (error, ERROR_USAGE, "%s is a file; this billctl was built for PostgreSQL", file->name);
  if (!postgresql_connect (&request, &db, &is_ledger, error))
    return FALSE;
  gboolean ok = postgresql_run (db, lock, filling, &result, error);
  if (ok && *PQgetvalue (result, 0, 0) != 't') {
    error_set (error, ERROR_REFUSED, "somebody else is copying into %s just now", db->path);
    ok = error_add_hint (error, "wait until that is done");
  }
  if (!ok) {
    db_close (db);
    return FALSE;
  }
  *ret = db;
  return TRUE;
}

gboolean
db_fill_note (struct db *db, char **ret, GError **error)
{
  g_autoptr (result_t) there = NULL, note = NULL;
  *ret = NULL;
  if (!postgresql_run (db, "SELECT to_regclass ('" POSTGRESQL_COPY_TABLE "') IS NOT NULL", filling, &there, error))
    return FALSE;
  if (*PQgetvalue (there, 0, 0) != 't')
    return TRUE;
  if (!postgresql_run (db, "SELECT note FROM " POSTGRESQL_COPY_TABLE, filling, &note, error))
    return FALSE;
  *ret = g_strdup (PQntuples (note) == 1 ? PQgetvalue (note, 0, 0) : "");
  return TRUE;
}

/* "… issuer_id INTEGER NOT NULL REFERENCES issuer (id), …": each REFERENCES is taken out, and appended to *added as a statement. */
static char *
without_references (const struct table_layout *table, const char *statement, GString *added)
{
  static const char pattern[] = "(\\w+)( (?:INTEGER|TEXT)(?: NOT NULL| UNIQUE| PRIMARY KEY)*) REFERENCES (\\w+ \\(\\w+\\))";
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  for (g_regex_match (regex, statement, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *column = g_match_info_fetch (match, 1), *target = g_match_info_fetch (match, 3);
    g_string_append_printf (added, "ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s;\n", table->name, column, target);
  }
  char *plain = g_regex_replace (regex, statement, -1, 0, "\\1\\2", 0, NULL);
  if (strstr (plain, "REFERENCES") != NULL)
    BUG ("a reference that cannot come later: %s", statement);
  return plain;
}

/* The statements of the tables, and of what refers from one to the other. Tables come first in the schema, in the order of their list. */
static void
split_tables (GString *ret_tables, GString *ret_references)
{
  const char *const *statement = newest_schema;
  for (const struct table_layout *table = newest_tables; table->name != NULL; table++, statement++) {
    g_autofree char *plain = without_references (table, *statement, ret_references);
    g_autofree char *translated = postgresql_translate (plain);
    g_string_append_printf (ret_tables, "%s;\n", translated);
  }
}

static void
append_drops (GString *sql)
{
  for (const struct table_layout *table = newest_tables; table->name != NULL; table++) {
    g_string_append_printf (sql, "DROP TABLE IF EXISTS %s CASCADE;\n", table->name);
    if (postgresql_has_id (table->name))
      g_string_append_printf (sql, "DROP FUNCTION IF EXISTS %s_next_id ();\n", table->name);
  }
  g_string_append (sql, "DROP TABLE " POSTGRESQL_COPY_TABLE ";\n");
}

gboolean
db_fill_begin (struct db *db, const char *note, GError **error)
{
  g_autofree char *old = NULL, *quoted = PQescapeLiteral (db->connection, note, strlen (note));
  GString *sql = g_string_new (postgresql_search_here), *references = g_string_new (NULL);
  gboolean ok = db_fill_note (db, &old, error);
  if (old != NULL)
    append_drops (sql);
  split_tables (sql, references);
  g_string_append_printf (sql, "CREATE TABLE " POSTGRESQL_COPY_TABLE " (note TEXT NOT NULL); INSERT INTO " POSTGRESQL_COPY_TABLE " (note) VALUES (%s)", quoted);
  ok = ok && db_begin_write (db, error) && postgresql_run (db, sql->str, filling, NULL, error) && db_commit (db, error);
  if (!ok)
    db_rollback (db);
  g_string_free (sql, TRUE);
  g_string_free (references, TRUE);
  return ok;
}

gboolean
db_fill_finish (struct db *db, GError **error)
{
  GString *sql = g_string_new (postgresql_search_here), *tables = g_string_new (NULL), *references = g_string_new (NULL);
  split_tables (tables, references);
  g_string_append (sql, "SET LOCAL synchronous_commit = on; DROP TABLE " POSTGRESQL_COPY_TABLE ";\n");
  for (const char *const *statement = newest_schema; *statement != NULL; statement++)
    if (!g_str_has_prefix (*statement, "CREATE TABLE ") && !g_str_has_prefix (*statement, "INSERT ")) {
      g_autofree char *translated = postgresql_translate (*statement);
      g_string_append_printf (sql, "%s;\n", translated);
    }
  g_string_append (sql, references->str);
  for (const struct table_layout *table = newest_tables; table->name != NULL; table++)
    g_string_append_printf (sql, "ANALYZE %s;\n", table->name);
  gboolean ok = postgresql_run (db, sql->str, filling, NULL, error) && postgresql_make_ledger_table (db, error);
  g_string_free (sql, TRUE);
  g_string_free (tables, TRUE);
  g_string_free (references, TRUE);
  return ok;
}

void
db_fill_discard (struct db *db)
{
  GString *sql = g_string_new ("BEGIN;\n");
  append_drops (sql);
  g_string_append (sql, "COMMIT");
  if (!postgresql_run (db, sql->str, filling, NULL, NULL))
    db_rollback (db);
  g_string_free (sql, TRUE);
}
