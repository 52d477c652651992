/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: a ledger as a whole. Its copies are made row by row (db-postgresql-rows.c). */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/place.h"

static const char counting[] = "counting rows";

gboolean
db_facts (struct db *db, struct db_facts *ret, GError **error)
{
  static const char size[] = "SELECT coalesce (sum (pg_total_relation_size (oid)), 0), current_setting ('server_version') FROM pg_catalog.pg_class"
                             " WHERE relnamespace = current_schema ()::regnamespace AND relkind = 'r'";
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, size, "looking at the ledger", &result, error))
    return FALSE;
  g_free (db->server_version);
  db->server_version = g_strdup (PQgetvalue (result, 0, 1));
  *ret = (struct db_facts) {
    .engine = "postgresql", .version = db->server_version, .size_bytes = g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10), .mode = -1
  };
  return TRUE;
}

void
db_table_clear (struct db_table *table)
{
  g_clear_pointer (&table->name, g_free);
}

static gboolean
count_table (struct db *db, const char *name, GArray *ret, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", name);
  g_autoptr (result_t) count = NULL;
  if (!postgresql_run (db, sql, counting, &count, error))
    return FALSE;
  struct db_table table = { .name = g_strdup (name), .rows = g_ascii_strtoll (PQgetvalue (count, 0, 0), NULL, 10) };
  g_array_append_val (ret, table);
  return TRUE;
}

gboolean
db_count_rows (struct db *db, GArray *ret, GError **error)
{
  static const char names[] = "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = current_schema ()::regnamespace AND relkind = 'r'"
                              " AND " POSTGRESQL_IS_OURS " ORDER BY relname COLLATE \"C\"";
  g_autoptr (result_t) tables = NULL;
  gboolean ok = postgresql_run (db, names, counting, &tables, error);
  for (int row = 0; ok && row < PQntuples (tables); row++)
    ok = count_table (db, PQgetvalue (tables, row, 0), ret, error);
  return ok;
}

/* --- Files: not what ledgers are here --- */

/* A migration is one transaction here, and servers have backups of their own. */
gboolean
db_keep_copy (struct db *db, gint64 version, struct new_file *file, GError **error)
{
  (void) db;
  (void) version;
  (void) file;
  (void) error;
  return TRUE;
}

static gboolean
fail_file (const char *path, GError **error)
{
  return error_set (error, ERROR_LEDGER, "%s is not a file that a ledger is in: this billctl was built for PostgreSQL", path);
}

gboolean
db_backup (struct db *db, struct new_file *file, const struct progress_sink *progress, GError **error)
{
  (void) file;
  (void) progress;
  return fail_file (db->path, error);
}

void
db_place_clear (struct db_place *place)
{
  g_clear_pointer (&place->path, g_free);
}

gboolean
db_place_look (const char *path, struct db_place *ret, GError **error)
{
  (void) ret;
  return fail_file (path, error);
}

gboolean
db_place_fill (const struct db_place *place, struct new_file *file, gboolean is_shared, char **ret_kept, GError **error)
{
  (void) place;
  (void) is_shared;
  (void) ret_kept;
  return fail_file (file->name, error);
}

/* --- Who may open it: whom the server lets in --- */

gboolean
db_check_access (struct db *db, gboolean is_shared, GError **error)
{
  (void) db;
  (void) is_shared;
  (void) error;
  return TRUE;
}

gboolean
db_set_access (struct db *db, gboolean is_shared, gboolean check_only, GError **error)
{
  (void) db;
  (void) is_shared;
  (void) check_only;
  (void) error;
  return TRUE;
}

gboolean
db_prepare_writing (struct db *db, GError **error)
{
  (void) db;
  (void) error;
  return TRUE;
}
