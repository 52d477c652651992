/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite driver. Settings and their reasons: WAL so that readers never wait; synchronous FULL because a committed
 * money record must survive a power cut; 8192-byte pages and a 32 MiB cache as measured for bulk import. */
#include "store/db.h"

#include "base/error.h"
#include "store/append-only.h"
#include "store/db-busy.h"
#include "store/db-file.h"
#include "store/db-sqlite-private.h"
#include "store/migrations.h"
#include "store/place.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  APPLICATION_ID = 0x62696c6c, /* "bill" */
};

struct query {
  sqlite3_stmt *stmt;
  struct db *db;
  gboolean busy;
};

struct db {
  sqlite3 *handle;
  char *path;
  char *new_file; /* where a new ledger is while it is being made; else NULL */
  gboolean stays; /* what is there of a new one, also when it is closed */
  gboolean protected;
  guint32 jitter;
  gint64 busy_since_us;
  gint64 busy_limit_us;
  struct query *queries[SQL_STATEMENT_COUNT];
};

static const char opening[] = "opening the ledger";

static gboolean
fail_damaged (const struct db *db, const char *doing, GError **error)
{
  error_set (error, ERROR_LEDGER, "%s: the ledger %s is damaged: %s", doing, db->path, sqlite3_errmsg (db->handle));
  return error_add_hint (error, "keep the file as it is and restore a backup%s",
                         strcmp (doing, opening) == 0 ? "" : "; `billctl verify` tells what is wrong");
}

static gboolean
fail (struct db *db, int code, const char *doing, GError **error)
{
  const char *path = db->path;
  if (code == SQLITE_ERROR && g_str_has_prefix (sqlite3_errmsg (db->handle), "no such "))
    return fail_damaged (db, doing, error);
  if (code == SQLITE_ERROR && strcmp (sqlite3_errmsg (db->handle), "integer overflow") == 0)
    return error_set (error, ERROR_FAILED, "a sum of amounts does not fit 64 bits of minor units");
  gboolean is_opening = strcmp (doing, opening) == 0;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error_set (error, ERROR_LEDGER, "%s: the ledger %s is locked by another process", doing, path);
      return error_add_hint (error, "run it again when the other command has finished");
    case SQLITE_READONLY:
      if (is_opening) {
        error_set (error, ERROR_LEDGER, "the ledger %s is in a folder that is read-only, and cannot even be read there", path);
        return error_add_hint (error, "make the folder writable, or copy the ledger to one that is: SQLite keeps files beside it");
      }
      error_set (error, ERROR_LEDGER, "%s: the ledger %s is read-only", doing, path);
      return error_add_hint (error, "make the file and its folder writable, or use another --ledger");
    case SQLITE_CANTOPEN:
      return error_set (error, ERROR_LEDGER, "%s: cannot open the ledger %s: %s", doing, path,
                        errno != 0 ? g_strerror (errno) : sqlite3_errmsg (db->handle));
    case SQLITE_NOTADB:
      return error_set (error, ERROR_LEDGER, "%s: %s is not a billctl ledger", doing, path);
    case SQLITE_CORRUPT:
      return fail_damaged (db, doing, error);
    case SQLITE_FULL:
      error_set (error, ERROR_FAILED, "%s: no space left on the disk of %s; nothing was changed", doing, path);
      return error_add_hint (error, "free some space and run it again");
    case SQLITE_IOERR:
      error_set (error, ERROR_FAILED, "%s: input/output error on %s; nothing was changed", doing, path);
      return error_add_hint (error, "look at the free space and the health of the disk, then run it again");
    case SQLITE_CONSTRAINT:
      return error_set (error, ERROR_REFUSED, "%s: refused by the ledger: %s", doing, sqlite3_errmsg (db->handle));
    default:
      return error_set (error, ERROR_FAILED, "%s: %s", doing, sqlite3_errmsg (db->handle));
  }
}

/* SQLite's own busy timeout lets some writers wait a second; a short jittered sleep is fairer and faster. */
static int
wait_for_writer (void *data, int tries)
{
  struct db *db = data;
  gint64 now = g_get_monotonic_time ();
  if (tries == 0)
    db->busy_since_us = now;
  if (now - db->busy_since_us > db->busy_limit_us)
    return 0;
  db->jitter = db->jitter * 1664525u + 1013904223u;
  struct timespec pause = { 0, 300000 + (long) (db->jitter >> 12) % 700000 };
  nanosleep (&pause, NULL);
  return 1;
}

static int
authorize (void *data, int action, const char *first, const char *second, const char *database, const char *trigger)
{
  const struct db *db = data;
  (void) second;
  (void) database;
  (void) trigger;
  if (!db->protected)
    return SQLITE_OK;
  switch (action) {
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return append_only_table (first) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_ALTER_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TABLE:
      return SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

static gboolean
run_text (struct db *db, const char *sql, const char *doing, GError **error)
{
  int code = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? TRUE : fail (db, code, doing, error);
}

static gboolean
pragma_int64 (struct db *db, const char *sql, gint64 *ret, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db->handle, sql, -1, &stmt, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    *ret = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return code == SQLITE_ROW ? TRUE : fail (db, code, opening, error);
}

/* A program that was killed while it wrote one without a log has left a journal, which who only reads cannot play back. */
static void
finish_write (const char *path)
{
  sqlite3 *handle = NULL;
  if (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    sqlite3_exec (handle, "SELECT count (*) FROM sqlite_schema", NULL, NULL, NULL);
  sqlite3_close (handle);
}

gboolean
db_sqlite_open (const struct db_open_request *request, struct db **ret, GError **error)
{
  gint64 busy_limit_ms = 0;
  if (!busy_limit_find (&busy_limit_ms, error))
    return FALSE;
  struct db *db = g_new0 (struct db, 1);
  db->path = g_strdup (request->name == NULL ? request->path : request->name);
  db->busy_limit_us = busy_limit_ms * 1000;
  db->jitter = (guint32) getpid () * 2654435761u;
  int flags = (request->write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  /* One thread: no locks inside the library. Counting every allocation would cost 5 % of an import. */
  sqlite3_config (SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  if (request->create && !file_create (request->path, &db->new_file, error)) {
    db_close (db);
    return FALSE;
  }
  errno = 0;
  int code = sqlite3_open_v2 (request->create ? db->new_file : request->path, &db->handle, flags, db_sqlite_vfs (request->path));
  if (code != SQLITE_OK) {
    fail (db, code, opening, error);
    db_close (db);
    return FALSE;
  }
  sqlite3_extended_result_codes (db->handle, 0);
  sqlite3_busy_handler (db->handle, wait_for_writer, db);
  sqlite3_set_authorizer (db->handle, authorize, db);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  const char *setup = request->unfinished ? "" /* not read yet, since it may be anything */
                      : request->create  ? "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                         "PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768"
                      : request->write ? "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;"
                                         "PRAGMA temp_store = MEMORY"
                                       : "PRAGMA query_only = ON; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY";
  code = sqlite3_exec (db->handle, setup, NULL, NULL, NULL);
  if (code == SQLITE_READONLY && !request->write) {
    finish_write (request->path);
    code = sqlite3_exec (db->handle, setup, NULL, NULL, NULL);
  }
  if (code != SQLITE_OK) {
    fail (db, code, opening, error);
    db_close (db);
    return FALSE;
  }
  *ret = db;
  return TRUE;
}

gboolean
db_open (const struct db_open_request *request, struct db **ret, GError **error)
{
  return (request->create || file_check (request->path, error)) && db_sqlite_open (request, ret, error);
}

void
db_query_free (struct query *query)
{
  if (query == NULL)
    return;
  sqlite3_finalize (query->stmt);
  g_free (query);
}

static void
close_handle (struct db *db)
{
  for (int i = 0; i < SQL_STATEMENT_COUNT; i++)
    g_clear_pointer (&db->queries[i], db_query_free);
  sqlite3_close (db->handle);
  db->handle = NULL;
}

void
db_close (struct db *db)
{
  if (db == NULL)
    return;
  close_handle (db);
  if (db->new_file != NULL && !db->stays)
    file_drop (db->new_file);
  g_free (db->new_file);
  g_free (db->path);
  g_free (db);
}

void
db_sqlite_is_new (struct db *db, const char *file)
{
  db->new_file = g_strdup (file);
  db->stays = TRUE;
}

void
db_sqlite_drop_new (struct db *db)
{
  db->stays = FALSE;
}

gboolean
db_publish (struct db *db, GError **error)
{
  close_handle (db);
  /* What was written without waiting for the disk, and without a log. */
  if (db->stays && !file_settle (db->new_file, error))
    return FALSE;
  g_autofree char *new_file = g_steal_pointer (&db->new_file);
  return file_publish (new_file, db->path, error);
}

gboolean
db_check_place (const char *path, gboolean without_roles, struct db_place_words *ret, GError **error)
{
  (void) without_roles; /* there are none */
  (void) ret;
  gboolean is_there = FALSE;
  if (!file_check_place (path, &is_there, error))
    return FALSE;
  if (!is_there) {
    g_auto (db_place_t) place = { 0 };
    return db_place_look (path, &place, error);
  }
  struct db *db = NULL;
  struct db_open_request request = { .path = path };
  gint64 version = 0;
  g_autoptr (GError) problem = NULL;
  gboolean is_ledger = db_open (&request, &db, &problem) && db_schema_version (db, &version, &problem) && version > 0;
  db_close (db);
  return file_refuse (path, is_ledger, problem, error);
}

const char *
db_path (const struct db *db)
{
  return db->path;
}

gboolean
db_run_script (struct db *db, const char *sql, GError **error)
{
  return run_text (db, sql, "setting up the ledger", error);
}

gboolean
db_make_schema (struct db *db, GError **error)
{
  for (const struct migration *migration = migrations; migration->version != 0; migration++)
    if (!db_run_script (db, migration->sql, error))
      return error_prefix (error, "schema %s: ", migration->name);
  return TRUE;
}

gboolean
db_schema_version (struct db *db, gint64 *ret, GError **error)
{
  gint64 application = 0, version = 0, objects = 0;
  if (!pragma_int64 (db, "PRAGMA application_id", &application, error) || !pragma_int64 (db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (application != APPLICATION_ID) {
    if (!pragma_int64 (db, "SELECT count(*) FROM sqlite_schema", &objects, error))
      return FALSE;
    if (application != 0 || objects != 0)
      return error_set (error, ERROR_LEDGER, "%s is an SQLite database, but not a billctl ledger", db->path);
    version = 0;
  }
  *ret = version;
  return TRUE;
}

gboolean
db_set_schema_version (struct db *db, gint64 version, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT, APPLICATION_ID, version);
  return run_text (db, sql, "setting up the ledger", error);
}

gboolean
db_enforce_references (struct db *db, gboolean on, GError **error)
{
  return run_text (db, on ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", "setting up the ledger", error);
}

/* What SQLite says about the file: one problem a line, after a line that names the database. */
static void
add_integrity_lines (const char *text, GPtrArray *ret_problems)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (!g_str_has_prefix (*line, "***") && strcmp (*line, "ok") != 0)
      g_ptr_array_add (ret_problems, g_strdup (*line));
}

static void
add_lost_reference (sqlite3_stmt *stmt, GPtrArray *ret_problems)
{
  g_ptr_array_add (ret_problems,
                   g_strdup_printf ("%s row %s names a %s that does not exist", sqlite3_column_text (stmt, 0), sqlite3_column_text (stmt, 1),
                                    sqlite3_column_text (stmt, 2)));
}

static void
add_integrity_row (sqlite3_stmt *stmt, GPtrArray *ret_problems)
{
  add_integrity_lines ((const char *) sqlite3_column_text (stmt, 0), ret_problems);
}

static gboolean
run_check (struct db *db, const char *sql, void (*add) (sqlite3_stmt *stmt, GPtrArray *ret_problems), GPtrArray *ret_problems, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db->handle, sql, -1, &stmt, NULL);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step (stmt);
    if (code == SQLITE_ROW)
      add (stmt, ret_problems);
  }
  sqlite3_finalize (stmt);
  return code == SQLITE_DONE ? TRUE : fail (db, code, "checking the ledger", error);
}

gboolean
db_check_references (struct db *db, GPtrArray *ret_problems, GError **error)
{
  return run_check (db, "PRAGMA foreign_key_check", add_lost_reference, ret_problems, error);
}

gboolean
db_check_integrity (struct db *db, GPtrArray *ret_problems, GError **error)
{
  return run_check (db, "PRAGMA integrity_check (20)", add_integrity_row, ret_problems, error)
         && db_check_references (db, ret_problems, error);
}

/* "type name" -> its SQL. */
static gboolean
read_schema (struct db *db, sqlite3 *handle, GHashTable *ret, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (handle, "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL", -1, &stmt, NULL);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step (stmt);
    if (code == SQLITE_ROW)
      g_hash_table_insert (ret, g_strdup ((const char *) sqlite3_column_text (stmt, 0)),
                           g_strdup ((const char *) sqlite3_column_text (stmt, 1)));
  }
  sqlite3_finalize (stmt);
  return code == SQLITE_DONE || fail (db, code, "reading the schema", error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
compare_schemas (GHashTable *wanted, GHashTable *found, GPtrArray *ret_problems)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name = NULL, sql = NULL;
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, "trigger ") && !g_hash_table_contains (wanted, name))
      g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    name = g_ptr_array_index (names, i);
    sql = g_hash_table_lookup (found, name);
    if (sql == NULL)
      g_ptr_array_add (ret_problems, g_strdup_printf ("the ledger lacks the %s", (const char *) name));
    else if (g_strcmp0 (g_hash_table_lookup (wanted, name), sql) != 0)
      g_ptr_array_add (ret_problems, g_strdup_printf ("the %s is not the one that billctl makes", (const char *) name));
  }
}

gboolean
db_check_schema (struct db *db, GPtrArray *ret_problems, GError **error)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3 *model = NULL;
  int code = sqlite3_open (":memory:", &model);
  for (const struct migration *migration = migrations; code == SQLITE_OK && migration->version != 0; migration++)
    code = sqlite3_exec (model, migration->sql, NULL, NULL, NULL);
  gboolean ok = (code == SQLITE_OK || fail (db, code, "making the schema to compare with", error))
                && read_schema (db, model, wanted, error) && read_schema (db, db->handle, found, error);
  sqlite3_close (model);
  if (ok)
    compare_schemas (wanted, found, ret_problems);
  return ok;
}

sqlite3 *
db_sqlite_handle (struct db *db)
{
  return db->handle;
}

const char *
db_sqlite_file (struct db *db)
{
  return sqlite3_db_filename (db->handle, "main");
}

gboolean
db_sqlite_fail (struct db *db, int code, const char *doing, GError **error)
{
  return fail (db, code, doing, error);
}

gboolean
db_sqlite_run (struct db *db, const char *sql, const char *doing, GError **error)
{
  return run_text (db, sql, doing, error);
}

static char *
library_version (void)
{
  return g_strdup (sqlite3_libversion ());
}

const struct db_engine *
db_engine (void)
{
  static const struct db_engine engine = { "sqlite", "SQLite", library_version };
  return &engine;
}

void
db_protect (struct db *db)
{
  db->protected = TRUE;
}

gboolean
db_begin_write (struct db *db, GError **error)
{
  return run_text (db, "BEGIN IMMEDIATE", "starting a write", error);
}

gboolean
db_begin_read (struct db *db, GError **error)
{
  return run_text (db, "BEGIN", "starting to read", error);
}

gboolean
db_commit (struct db *db, GError **error)
{
  return run_text (db, "COMMIT", "writing the ledger", error);
}

gboolean
db_settle (struct db *db, GError **error)
{
  (void) db;
  (void) error;
  return TRUE;
}

void
db_rollback (struct db *db)
{
  if (db_in_transaction (db))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
db_in_transaction (const struct db *db)
{
  return db->handle != NULL && !sqlite3_get_autocommit (db->handle);
}

/* Who writes has locked out the others before it reads. */
gboolean
db_conflicted (const struct db *db)
{
  (void) db;
  return FALSE;
}

gboolean
db_savepoint (struct db *db, GError **error)
{
  return run_text (db, "SAVEPOINT item", "starting a write", error);
}

gboolean
db_savepoint_release (struct db *db, GError **error)
{
  return run_text (db, "RELEASE item", "writing the ledger", error);
}

void
db_savepoint_undo (struct db *db)
{
  sqlite3_exec (db->handle, "ROLLBACK TO item; RELEASE item", NULL, NULL, NULL);
}

static gboolean
prepare (struct db *db, enum statement id, unsigned flags, struct query **ret, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v3 (db->handle, statement_sql (id), -1, flags, &stmt, NULL);
  if (code != SQLITE_OK) {
    g_autofree char *doing = g_strdup_printf ("preparing %s", statement_name (id));
    return fail (db, code, doing, error);
  }
  struct query *query = g_new0 (struct query, 1);
  query->stmt = stmt;
  query->db = db;
  *ret = query;
  return TRUE;
}

gboolean
db_query (struct db *db, enum statement id, struct query **ret, GError **error)
{
  if (db->queries[id] == NULL && !prepare (db, id, SQLITE_PREPARE_PERSISTENT, &db->queries[id], error))
    return FALSE;
  if (db->queries[id]->busy)
    BUG ("query %s is still in use", statement_name (id));
  *ret = db->queries[id];
  return TRUE;
}

gboolean
db_each (struct db *db, const struct db_each *each, GError **error)
{
  return db_each_alone (db, each, error);
}

gboolean
db_cursor (struct db *db, enum statement id, struct query **ret, GError **error)
{
  return prepare (db, id, 0, ret, error);
}

static void
bound (const struct query *query, int code)
{
  if (code != SQLITE_OK)
    BUG ("binding to %s: %s", sqlite3_sql (query->stmt), sqlite3_errstr (code));
}

void
db_bind_int64 (struct query *query, int index, gint64 value)
{
  bound (query, sqlite3_bind_int64 (query->stmt, index, value));
}

void
db_bind_text (struct query *query, int index, const char *text, gssize length)
{
  bound (query, sqlite3_bind_text (query->stmt, index, text, (int) length, SQLITE_STATIC));
}

void
db_bind_null (struct query *query, int index)
{
  bound (query, sqlite3_bind_null (query->stmt, index));
}

gboolean
db_step (struct query *query, gboolean *ret_row, GError **error)
{
  query->busy = TRUE;
  int code = sqlite3_step (query->stmt);
  if (code == SQLITE_ROW) {
    *ret_row = TRUE;
    return TRUE;
  }
  gboolean ok = code == SQLITE_DONE || fail (query->db, code, "using the ledger", error);
  db_reset (query);
  if (ok)
    *ret_row = FALSE;
  return ok;
}

gboolean
db_run (struct query *query, GError **error)
{
  gboolean row = FALSE;
  if (!db_step (query, &row, error))
    return FALSE;
  if (row)
    db_reset (query);
  return TRUE;
}

void
db_reset (struct query *query)
{
  sqlite3_reset (query->stmt);
  query->busy = FALSE;
}

gint64
db_int64 (struct query *query, int column)
{
  return sqlite3_column_int64 (query->stmt, column);
}

const char *
db_text (struct query *query, int column, gsize *ret_length)
{
  const char *text = (const char *) sqlite3_column_text (query->stmt, column);
  if (ret_length != NULL)
    *ret_length = (gsize) sqlite3_column_bytes (query->stmt, column);
  return text;
}

gboolean
db_is_null (struct query *query, int column)
{
  return sqlite3_column_type (query->stmt, column) == SQLITE_NULL;
}

gint64
db_last_id (struct db *db)
{
  return sqlite3_last_insert_rowid (db->handle);
}

gint64
db_changes (struct db *db)
{
  return sqlite3_changes64 (db->handle);
}

gboolean
db_explain (struct db *db, enum statement id, GPtrArray *ret, GError **error)
{
  g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", statement_sql (id), NULL);
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db->handle, sql, -1, &stmt, NULL);
  if (code != SQLITE_OK)
    return fail (db, code, statement_name (id), error);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW)
    g_ptr_array_add (ret, g_strdup ((const char *) sqlite3_column_text (stmt, 3)));
  sqlite3_finalize (stmt);
  return code == SQLITE_DONE ? TRUE : fail (db, code, statement_name (id), error);
}
