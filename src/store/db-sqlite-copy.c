/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite ledgers as a whole: what they are, copies while others write, and a copy in the place of a ledger. */
#include "base/error.h"
#include "store/db-busy.h"
#include "store/db-sqlite-private.h"
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  PAGES_PER_STEP = 512,
  PAGE_BYTES = 8192, /* of every ledger */
  /* Where the header says how it is written: 1 with a rollback journal, 2 with a log beside it (sqlite.org/fileformat2.html, 1.3). */
  FORMAT_OFFSET = 18,
};

/* --- Facts --- */

gboolean
db_facts (struct db *db, struct db_facts *ret, GError **error)
{
  struct stat info;
  const char *file = db_sqlite_file (db);
  if (stat (file, &info) != 0)
    return error_set (error, ERROR_LEDGER, "cannot look at the ledger %s: %s", db_path (db), g_strerror (errno));
  *ret = (struct db_facts) {
    .engine = "sqlite", .version = sqlite3_libversion (), .size_bytes = info.st_size, .mode = (int) (info.st_mode & 07777)
  };
  g_autofree char *log = g_strconcat (file, "-wal", NULL);
  if (stat (log, &info) == 0)
    ret->size_bytes += info.st_size;
  return TRUE;
}

void
db_table_clear (struct db_table *table)
{
  g_clear_pointer (&table->name, g_free);
}

static gboolean
prepare (struct db *db, const char *sql, sqlite3_stmt **ret, GError **error)
{
  int code = sqlite3_prepare_v2 (db_sqlite_handle (db), sql, -1, ret, NULL);
  return code == SQLITE_OK || db_sqlite_fail (db, code, "counting rows", error);
}

static gboolean
count_table (struct db *db, const char *name, GArray *ret, GError **error)
{
  char *sql = sqlite3_mprintf ("SELECT count (*) FROM \"%w\"", name);
  sqlite3_stmt *stmt = NULL;
  gboolean ok = prepare (db, sql, &stmt, error);
  sqlite3_free (sql);
  if (!ok)
    return FALSE;
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW) {
    struct db_table table = { .name = g_strdup (name), .rows = sqlite3_column_int64 (stmt, 0) };
    g_array_append_val (ret, table);
  }
  sqlite3_finalize (stmt);
  return code == SQLITE_ROW || db_sqlite_fail (db, code, "counting rows", error);
}

gboolean
db_count_rows (struct db *db, GArray *ret, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  if (!prepare (db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", &stmt, error))
    return FALSE;
  gboolean ok = TRUE;
  int code = sqlite3_step (stmt);
  for (; ok && code == SQLITE_ROW; code = sqlite3_step (stmt))
    ok = count_table (db, (const char *) sqlite3_column_text (stmt, 0), ret, error);
  sqlite3_finalize (stmt);
  return ok && (code == SQLITE_DONE || db_sqlite_fail (db, code, "counting rows", error));
}

/* --- Copies --- */

/* The read transaction of the source is kept over all steps, so that nothing is begun anew when somebody writes. */
static gboolean
copy_pages (struct db *from, struct db *to, const struct progress_sink *progress, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (db_sqlite_handle (to), "main", db_sqlite_handle (from), "main");
  if (backup == NULL)
    return db_sqlite_fail (to, sqlite3_errcode (db_sqlite_handle (to)), "copying the ledger", error);
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step (backup, PAGES_PER_STEP);
    gint64 total = sqlite3_backup_pagecount (backup), left = sqlite3_backup_remaining (backup);
    progress_report (progress, (total - left) * PAGE_BYTES, total * PAGE_BYTES);
  }
  sqlite3_backup_finish (backup);
  if (code == SQLITE_DONE)
    return TRUE;
  gboolean is_source = code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return db_sqlite_fail (is_source ? from : to, code, "copying the ledger", error);
}

static gboolean
set_format (const struct new_file *file, const char format[2], GError **error)
{
  if (pwrite (file->fd, format, 2, FORMAT_OFFSET) == 2)
    return TRUE;
  return error_set (error, ERROR_FAILED, "cannot write %s: %s", file->name, g_strerror (errno));
}

/* A copy is one file that can be read anywhere, also in a folder that nobody may write to: without a log beside it. */
gboolean
db_backup (struct db *db, struct new_file *file, const struct progress_sink *progress, GError **error)
{
  static const char format[] = { 1, 1 };
  struct db *copy = NULL;
  const struct db_open_request request = { .path = file->path, .name = file->name, .write = TRUE };
  /* Nobody knows of the file before it is whole, so that it needs no journal (in memory there is nothing in one: all pages are new); it
   * goes to the disk before it gets its name. */
  gboolean ok = db_sqlite_open (&request, &copy, error)
                && db_sqlite_run (copy, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", "copying the ledger", error)
                && copy_pages (db, copy, progress, error);
  db_close (copy);
  return ok && set_format (file, format, error);
}

/* "ledger.db.v1", or "ledger.db.v1-2" where that is taken. */
static gboolean
begin_free (const char *path, gint64 version, struct new_file *file, GError **error)
{
  for (int n = 1;; n++) {
    g_autofree char *name = n == 1 ? g_strdup_printf ("%s.v%" G_GINT64_FORMAT, path, version)
                                   : g_strdup_printf ("%s.v%" G_GINT64_FORMAT "-%d", path, version, n);
    g_autoptr (GError) problem = NULL;
    if (new_file_begin (file, name, &problem))
      return TRUE;
    if (error_exit_status (problem) != ERROR_REFUSED) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  }
}

/* By a second connection: SQLite does not copy from one that has begun to write. */
gboolean
db_keep_copy (struct db *db, gint64 version, struct new_file *file, GError **error)
{
  struct db *reader = NULL;
  gint64 same = 0;
  const struct db_open_request request = { .path = db_sqlite_file (db), .name = db_path (db) };
  gboolean ok = begin_free (db_path (db), version, file, error) && db_sqlite_open (&request, &reader, error) && db_begin_read (reader, error)
                && db_schema_version (reader, &same, error) && db_backup (reader, file, NULL, error);
  db_close (reader);
  return ok || error_prefix (error, "keeping a copy before the migration: ");
}

/* --- A place for a ledger --- */

static const char *const endings[] = { "-wal", "-shm", "-journal" };

void
db_place_clear (struct db_place *place)
{
  g_clear_pointer (&place->path, g_free);
}

/* SQLite would play a log that is left over into a new ledger of that name. */
static gboolean
check_left_over (const char *path, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *file = g_strconcat (path, endings[i], NULL);
    struct stat info;
    if (lstat (file, &info) != 0)
      continue;
    error_set (error, ERROR_REFUSED, "there is a file %s without its ledger, which would be taken for part of a new one", file);
    return error_add_hint (error, "move it away");
  }
  return TRUE;
}

/* Whether SQLite takes it for a database of ours; it is not said whether it is sound. */
static gboolean
is_ledger (const char *path)
{
  struct db *db = NULL;
  gint64 version = 0;
  const struct db_open_request request = { .path = path };
  gboolean ok = db_sqlite_open (&request, &db, NULL) && db_schema_version (db, &version, NULL) && version > 0;
  db_close (db);
  return ok;
}

gboolean
db_place_look (const char *path, struct db_place *ret, GError **error)
{
  struct stat info;
  char *resolved = lstat (path, &info) == 0 && S_ISLNK (info.st_mode) ? realpath (path, NULL) : NULL;
  ret->path = g_strdup (resolved == NULL ? path : resolved);
  free (resolved);
  ret->is_taken = lstat (ret->path, &info) == 0;
  if (!ret->is_taken)
    return check_left_over (ret->path, error);
  if (!S_ISREG (info.st_mode))
    return error_set (error, ERROR_REFUSED, "%s is no file that a ledger could replace", path);
  ret->what = is_ledger (ret->path) ? "a ledger" : "a file that is no ledger, or a damaged one";
  return TRUE;
}

static gboolean
fail_lock (const char *path, sqlite3 *handle, int code, GError **error)
{
  if (code == SQLITE_BUSY) {
    error_set (error, ERROR_LEDGER, "the ledger %s is in use by another process", path);
    return error_add_hint (error, "run it again when nobody works with it");
  }
  return error_set (error, ERROR_LEDGER, "cannot lock the ledger %s: %s", path, sqlite3_errmsg (handle));
}

static gboolean
has_journal_mode (sqlite3 *handle, const char *mode)
{
  sqlite3_stmt *stmt = NULL;
  gboolean is_it = sqlite3_prepare_v2 (handle, "PRAGMA journal_mode", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW
                   && g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), mode) == 0;
  sqlite3_finalize (stmt);
  return is_it;
}

/* With a rollback journal there is one file, and one lock that keeps everybody out. SQLite does not wait for it by itself. */
static int
leave_log (sqlite3 *handle, gint64 limit_us)
{
  gint64 start_us = g_get_monotonic_time ();
  for (;;) {
    int code = sqlite3_exec (handle, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE", NULL, NULL, NULL);
    if (code == SQLITE_OK && has_journal_mode (handle, "delete"))
      return SQLITE_OK;
    if (code == SQLITE_OK)
      sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
    if ((code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) || g_get_monotonic_time () - start_us > limit_us)
      return code == SQLITE_OK ? SQLITE_BUSY : code & 0xff;
    g_usleep (1000);
  }
}

/* Alone with the old ledger, and all of it in one file. *ret is NULL when it is damaged so that SQLite cannot do that. Somebody who
 * opened it meanwhile finds that it moved, and does not write. */
static gboolean
lock_old (const char *path, sqlite3 **ret, GError **error)
{
  gint64 limit_ms = 0;
  int has_moved = 0;
  sqlite3 *handle = NULL;
  if (!busy_limit_find (&limit_ms, error))
    return FALSE;
  int code = sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  /* Of a damaged one, nothing is changed by looking at it. */
  sqlite3_db_config (handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (code == SQLITE_OK)
    code = leave_log (handle, limit_ms * 1000);
  if (code == SQLITE_OK && sqlite3_file_control (handle, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK && !has_moved) {
    *ret = handle;
    return TRUE;
  }
  gboolean is_damaged = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
  if (has_moved)
    error_set (error, ERROR_LEDGER, "somebody else replaced the ledger %s just now", path);
  else if (!is_damaged)
    fail_lock (path, handle, code, error);
  sqlite3_close (handle);
  *ret = NULL;
  return is_damaged;
}

/* Owner and group of what was there: root, or one of a group, must not lock out the others. What is not permitted stays as it is. */
static void
take_owner (const struct new_file *file, const struct stat *old)
{
  if (fchown (file->fd, old->st_uid, old->st_gid) != 0 && fchown (file->fd, (uid_t) -1, old->st_gid) != 0)
    return;
}

/* Gives the new file a free name beside the old one: *ret_name. */
static gboolean
name_beside (const char *path, struct new_file *file, char **ret_name, GError **error)
{
  for (int n = 1;; n++) {
    g_autofree char *name = g_strdup_printf ("%s.old-%d", path, n);
    g_autofree char *log = g_strconcat (name, "-wal", NULL);
    struct stat info;
    if (lstat (log, &info) == 0)
      continue;
    if (new_file_give_name (file, name)) {
      *ret_name = g_steal_pointer (&name);
      return TRUE;
    }
    if (errno != EEXIST)
      return error_set (error, ERROR_FAILED, "cannot write beside %s: %s", path, g_strerror (errno));
  }
}

/* Of a damaged ledger, what stands beside it goes along. A sound one is all in its file by now: there is an index of its log at most. */
static gboolean
move_endings (const char *from, const char *to, gboolean is_damaged, GError **error)
{
  if (!is_damaged) {
    g_autofree char *index = g_strconcat (from, "-shm", NULL);
    unlink (index);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *old = g_strconcat (from, endings[i], NULL), *kept = g_strconcat (to, endings[i], NULL);
    if (rename (old, kept) != 0 && errno != ENOENT)
      return error_set (error, ERROR_FAILED, "cannot rename %s: %s", old, g_strerror (errno));
  }
  return TRUE;
}

/* Both names change their files at one instant; where the file system cannot do that, one after the other. */
static gboolean
exchange (const char *path, const char *other)
{
  if (renameat2 (AT_FDCWD, other, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  g_autofree char *between = g_strconcat (other, ".new", NULL);
  return rename (other, between) == 0 && rename (path, other) == 0 && rename (between, path) == 0;
}

static gboolean
replace (const char *path, gboolean is_damaged, struct new_file *file, char **ret_kept, GError **error)
{
  struct stat info;
  g_autofree char *kept = NULL;
  if (stat (path, &info) == 0)
    take_owner (file, &info);
  if (!name_beside (path, file, &kept, error) || !move_endings (path, kept, is_damaged, error))
    return FALSE;
  if (!exchange (path, kept)) {
    int cause = errno;
    unlink (kept);
    return error_set (error, ERROR_FAILED, "cannot replace the ledger %s: %s", path, g_strerror (cause));
  }
  if (!file_sync_folder (path))
    return error_set (error, ERROR_FAILED, "the ledger %s is replaced, but not safe from a power cut yet: %s", path, g_strerror (errno));
  *ret_kept = g_steal_pointer (&kept);
  return TRUE;
}

gboolean
db_place_fill (const struct db_place *place, struct new_file *file, gboolean is_shared, char **ret_kept, GError **error)
{
  static const char format[] = { 2, 2 };
  *ret_kept = NULL;
  if (is_shared && fchmod (file->fd, 0660) != 0)
    return error_set (error, ERROR_FAILED, "cannot share %s with its group: %s", file->name, g_strerror (errno));
  if (!set_format (file, format, error))
    return FALSE;
  if (!place->is_taken)
    return new_file_finish (file, error);
  sqlite3 *old = NULL;
  if (!lock_old (place->path, &old, error))
    return FALSE;
  gboolean ok = replace (place->path, old == NULL, file, ret_kept, error);
  sqlite3_close (old);
  return ok;
}

/* --- Writing --- */

/* A copy that is used as a ledger. What hinders it shows when something is written. */
gboolean
db_prepare_writing (struct db *db, GError **error)
{
  int has_moved = 0;
  sqlite3 *handle = db_sqlite_handle (db);
  if (has_journal_mode (handle, "wal"))
    return TRUE;
  if (sqlite3_file_control (handle, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK && has_moved) {
    error_set (error, ERROR_LEDGER, "somebody else replaced the ledger %s just now", db_path (db));
    return error_add_hint (error, "run it again");
  }
  sqlite3_exec (handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
  return TRUE;
}
