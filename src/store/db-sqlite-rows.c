/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite ledgers row by row: out of one, and into a new one beside the name that it will have. */
#include "base/error.h"
#include "store/db-file.h"
#include "store/db-sqlite-private.h"
#include "store/migrations.h"
#include "store/place.h"
#include "store/table-proof.h"

#include <string.h>

static const char reading[] = "reading the ledger";
static const char filling[] = "copying into the ledger";

/* --- Out --- */

struct db_rows {
  struct db *db;
  const struct table_layout *table;
  sqlite3_stmt *stmt;
  guint64 count;
};

gboolean
db_want_all_rows (struct db *db, GError **error)
{
  (void) db;
  (void) error;
  return TRUE;
}

gboolean
db_rows_begin (struct db *db, const struct table_layout *table, struct db_rows **ret, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s ORDER BY %s", table->columns, table->name, table->key);
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db_sqlite_handle (db), sql, -1, &stmt, NULL);
  if (code != SQLITE_OK)
    return db_sqlite_fail (db, code, reading, error);
  struct db_rows *rows = g_new0 (struct db_rows, 1);
  rows->db = db;
  rows->table = table;
  rows->stmt = stmt;
  *ret = rows;
  return TRUE;
}

static void
append_length (GByteArray *into, gint32 length)
{
  gint32 ordered = GINT32_TO_BE (length);
  g_byte_array_append (into, (const guint8 *) &ordered, sizeof ordered);
}

/* Strict tables keep what they are told to; a file that was changed by other means may not. */
static gboolean
append_value (struct db_rows *rows, int column, GByteArray *into, GError **error)
{
  int type = sqlite3_column_type (rows->stmt, column), wanted = rows->table->types[column] == 'i' ? SQLITE_INTEGER : SQLITE_TEXT;
  if (type == SQLITE_NULL) {
    append_length (into, -1);
    return TRUE;
  }
  if (type != wanted)
    return error_set (error, ERROR_LEDGER, "the ledger %s is damaged: row %" G_GUINT64_FORMAT " of %s has a value of another type in column %d",
                      db_path (rows->db), rows->count + 1, rows->table->name, column + 1);
  if (type == SQLITE_INTEGER) {
    gint64 number = GINT64_TO_BE (sqlite3_column_int64 (rows->stmt, column));
    append_length (into, sizeof number);
    g_byte_array_append (into, (const guint8 *) &number, sizeof number);
    return TRUE;
  }
  const char *text = (const char *) sqlite3_column_text (rows->stmt, column);
  int length = sqlite3_column_bytes (rows->stmt, column);
  if (!g_utf8_validate_len (text, (gsize) length, NULL))
    return error_set (error, ERROR_LEDGER, "the ledger %s is damaged: row %" G_GUINT64_FORMAT " of %s has bytes that are no text in column %d",
                      db_path (rows->db), rows->count + 1, rows->table->name, column + 1);
  append_length (into, length);
  g_byte_array_append (into, (const guint8 *) text, (guint) length);
  return TRUE;
}

gboolean
db_rows_next (struct db_rows *rows, GByteArray *into, gboolean *ret_row, GError **error)
{
  int code = sqlite3_step (rows->stmt);
  *ret_row = code == SQLITE_ROW;
  if (code != SQLITE_ROW)
    return code == SQLITE_DONE || db_sqlite_fail (rows->db, code, reading, error);
  gint16 count = GINT16_TO_BE ((gint16) sqlite3_column_count (rows->stmt));
  g_byte_array_append (into, (const guint8 *) &count, sizeof count);
  for (int i = 0; i < sqlite3_column_count (rows->stmt); i++)
    if (!append_value (rows, i, into, error))
      return FALSE;
  rows->count++;
  return TRUE;
}

void
db_rows_free (struct db_rows *rows)
{
  if (rows == NULL)
    return;
  sqlite3_finalize (rows->stmt);
  g_free (rows);
}

/* --- In --- */

struct db_put {
  struct db *db;
  const struct table_layout *table;
  sqlite3_stmt *stmt;
};

gboolean
db_put_begin (struct db *db, const struct table_layout *table, struct db_put **ret, GError **error)
{
  GString *sql = g_string_new (NULL);
  g_string_printf (sql, "INSERT INTO %s (%s) VALUES (?", table->name, table->columns);
  for (gsize i = 1; i < strlen (table->types); i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db_sqlite_handle (db), sql->str, -1, &stmt, NULL);
  g_string_free (sql, TRUE);
  if (code != SQLITE_OK)
    return db_sqlite_fail (db, code, filling, error);
  struct db_put *put = g_new0 (struct db_put, 1);
  put->db = db;
  put->table = table;
  put->stmt = stmt;
  *ret = put;
  return TRUE;
}

static gboolean
bind_value (struct db_put *put, int column, const guint8 *value, gint32 length)
{
  int code = SQLITE_ERROR;
  if (length < 0)
    code = sqlite3_bind_null (put->stmt, column + 1);
  else if (put->table->types[column] == 't')
    code = sqlite3_bind_text (put->stmt, column + 1, (const char *) value, length, SQLITE_STATIC);
  else if (length == sizeof (gint64))
    code = sqlite3_bind_int64 (put->stmt, column + 1, row_int64 (value));
  return code == SQLITE_OK;
}

static gboolean
put_row (struct db_put *put, const guint8 **at, const guint8 *end, GError **error)
{
  const guint8 *value = NULL;
  gint32 length = 0;
  *at += sizeof (gint16);
  for (int i = 0; i < sqlite3_bind_parameter_count (put->stmt); i++)
    if (!row_value (at, end, &value, &length) || !bind_value (put, i, value, length))
      return error_set (error, ERROR_FAILED, "a row of %s has another form than its table", put->table->name);
  int code = sqlite3_step (put->stmt);
  sqlite3_reset (put->stmt);
  return code == SQLITE_DONE || db_sqlite_fail (put->db, code, filling, error);
}

gboolean
db_put_rows (struct db_put *put, const guint8 *rows, gsize length, GError **error)
{
  const guint8 *at = rows, *end = rows + length;
  while (at < end)
    if (!put_row (put, &at, end, error))
      return FALSE;
  return TRUE;
}

gboolean
db_put_end (struct db_put *put, GError **error)
{
  (void) put;
  (void) error;
  return TRUE;
}

void
db_put_free (struct db_put *put)
{
  if (put == NULL)
    return;
  sqlite3_finalize (put->stmt);
  g_free (put);
}

/* --- A new ledger --- */

gboolean
db_fill_check (const char *path, gboolean without_roles, gboolean *ret_begun, struct db_place_words *ret, GError **error)
{
  g_autofree char *file = file_copying (path);
  *ret_begun = g_file_test (file, G_FILE_TEST_EXISTS);
  return db_check_place (path, without_roles, ret, error);
}

/* Alone with it to the end. What is written reaches the disk when all is done: until then a power cut may take the work, but not a kill.
 * New pages need no journal, so that one that begins anew with each transaction is less than a log. */
static gboolean
take (struct db *db, const char *path, gboolean has_name, GError **error)
{
  sqlite3 *handle = db_sqlite_handle (db);
  sqlite3_busy_handler (handle, NULL, NULL);
  static const char settings[] = "PRAGMA page_size = 8192; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;"
                                 "PRAGMA temp_store = FILE; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = %s; BEGIN EXCLUSIVE; COMMIT";
  g_autofree char *sql = g_strdup_printf (settings, has_name ? "TRUNCATE" : "MEMORY");
  int code = sqlite3_exec (handle, sql, NULL, NULL, NULL) & 0xff;
  if (code != SQLITE_BUSY)
    return code == SQLITE_OK || code == SQLITE_NOTADB || code == SQLITE_CORRUPT || db_sqlite_fail (db, code, filling, error);
  error_set (error, ERROR_REFUSED, "somebody else is copying into %s just now", path);
  return error_add_hint (error, "wait until that is done");
}

gboolean
db_fill_open (const char *path, struct new_file *file, gboolean without_roles, struct db **ret, GError **error)
{
  (void) without_roles; /* there are none */
  g_autofree char *copying = NULL;
  struct db *db = NULL;
  if (file == NULL && !file_create_copying (path, &copying, error))
    return FALSE;
  const struct db_open_request request = { .path = file == NULL ? copying : file->path, .name = path, .write = TRUE, .unfinished = TRUE };
  if (!db_sqlite_open (&request, &db, error))
    return FALSE;
  if (file == NULL)
    db_sqlite_is_new (db, copying);
  if (!take (db, path, file == NULL, error)) {
    db_close (db);
    return FALSE;
  }
  *ret = db;
  return TRUE;
}

static gboolean
is_of_no_use (int code)
{
  return code == SQLITE_ERROR || (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT;
}

gboolean
db_fill_note (struct db *db, char **ret, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  gint64 objects = 0;
  int code = sqlite3_prepare_v2 (db_sqlite_handle (db), "SELECT count (*) FROM sqlite_schema", -1, &stmt, NULL);
  if (code == SQLITE_OK && (code = sqlite3_step (stmt)) == SQLITE_ROW)
    objects = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  stmt = NULL;
  if (code == SQLITE_ROW && objects == 0) {
    *ret = NULL;
    return TRUE;
  }
  if (code == SQLITE_ROW)
    code = sqlite3_prepare_v2 (db_sqlite_handle (db), "SELECT note FROM billctl_copy", -1, &stmt, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step (stmt);
  gboolean ok = code == SQLITE_ROW || code == SQLITE_DONE || is_of_no_use (code) || db_sqlite_fail (db, code, filling, error);
  if (ok)
    *ret = g_strdup (code == SQLITE_ROW ? (const char *) sqlite3_column_text (stmt, 0) : "");
  sqlite3_finalize (stmt);
  return ok;
}

/* Also of a file that is damaged: sqlite.org/c3ref/c_dbconfig_defensive.html. */
static gboolean
empty (struct db *db, GError **error)
{
  sqlite3 *handle = db_sqlite_handle (db);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
  gboolean ok = db_sqlite_run (db, "VACUUM", filling, error);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
  return ok;
}

static gboolean
write_note (struct db *db, const char *note, GError **error)
{
  char *sql = sqlite3_mprintf ("CREATE TABLE billctl_copy (note TEXT NOT NULL) STRICT; INSERT INTO billctl_copy (note) VALUES (%Q)", note);
  gboolean ok = db_sqlite_run (db, sql, filling, error);
  sqlite3_free (sql);
  return ok;
}

gboolean
db_fill_begin (struct db *db, const char *note, GError **error)
{
  gboolean ok = empty (db, error) && db_begin_write (db, error);
  for (const char *const *statement = newest_schema; ok && *statement != NULL; statement++)
    if (g_str_has_prefix (*statement, "CREATE TABLE "))
      ok = db_sqlite_run (db, *statement, filling, error);
  ok = ok && write_note (db, note, error) && db_commit (db, error);
  if (!ok)
    db_rollback (db);
  return ok;
}

gboolean
db_fill_finish (struct db *db, GError **error)
{
  if (!db_sqlite_run (db, "DROP TABLE billctl_copy", filling, error))
    return FALSE;
  for (const char *const *statement = newest_schema; *statement != NULL; statement++)
    if (g_str_has_prefix (*statement, "CREATE ") && !g_str_has_prefix (*statement, "CREATE TABLE ") && !db_sqlite_run (db, *statement, filling, error))
      return FALSE;
  return TRUE;
}

void
db_fill_discard (struct db *db)
{
  db_sqlite_drop_new (db);
}
