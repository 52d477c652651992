/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of whole ledgers. */
#include "store/copy.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/setting.h"
#include "store/verify.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

void
copy_facts_clear (struct copy_facts *facts)
{
  g_clear_pointer (&facts->head.hash, g_free);
  g_clear_pointer (&facts->advice, g_free);
}

/* What both sides must agree on. */
struct side {
  GArray *tables; /* of struct db_table */
  struct audit_head head;
};

static void
side_clear (struct side *side)
{
  if (side->tables != NULL)
    g_array_unref (side->tables);
  g_free (side->head.hash);
}
typedef struct side side_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (side_t, side_clear)

static void
clear_table (gpointer data)
{
  db_table_clear (data);
}

static gboolean
read_side (struct ledger *ledger, struct side *ret, GError **error)
{
  ret->tables = g_array_new (FALSE, FALSE, sizeof (struct db_table));
  g_array_set_clear_func (ret->tables, clear_table);
  return db_count_rows (ledger_db (ledger), ret->tables, error) && audit_head (ledger, &ret->head, error);
}

static gboolean
fail_unsound (struct ledger *from, GError **error, const char *problem)
{
  error_set (error, ERROR_LEDGER, "the ledger %s is not sound: %s", ledger_path (from), problem);
  return error_add_hint (error, "`billctl verify` tells all that is wrong; keep the file as it is, and the backups that there are");
}

static gboolean
prove (struct ledger *from, struct ledger *copy, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  gint64 rows = 0, broken = 0;
  gboolean is_newest = ledger_schema_version (copy) == ledger_newest_version ();
  if (!verify_database (copy, problems, error) || (is_newest && !verify_schema (copy, problems, error)) || !audit_check (copy, &rows, &broken, error))
    return FALSE;
  if (problems->len > 0)
    return fail_unsound (from, error, g_ptr_array_index (problems, 0));
  return broken == 0 || fail_unsound (from, error, "the chain of its audit log is broken");
}

static gboolean
fail_different (const char *name, const char *what, GError **error)
{
  return error_set (error, ERROR_LEDGER, "the copy %s does not have %s of the original", name, what);
}

static gboolean
compare (const struct side *original, const struct side *copy, const char *name, GError **error)
{
  if (original->tables->len != copy->tables->len)
    return fail_different (name, "the tables", error);
  for (guint i = 0; i < copy->tables->len; i++) {
    const struct db_table *a = &g_array_index (original->tables, struct db_table, i), *b = &g_array_index (copy->tables, struct db_table, i);
    if (strcmp (a->name, b->name) != 0)
      return fail_different (name, "the tables", error);
    if (a->rows != b->rows)
      return error_set (error, ERROR_LEDGER, "the copy %s has %" G_GINT64_FORMAT " rows of %s, the original %" G_GINT64_FORMAT, name, b->rows,
                        b->name, a->rows);
  }
  return g_strcmp0 (original->head.hash, copy->head.hash) == 0 || fail_different (name, "the audit log", error);
}

static gboolean
fill_facts (struct ledger *copy, const struct new_file *file, struct side *side, struct copy_facts *ret, GError **error)
{
  struct stat info;
  struct copy_facts facts = { .version = ledger_schema_version (copy), .tables = side->tables->len };
  g_autofree char *shared = NULL;
  if (!setting_get (copy, SETTING_SHARED, &shared, error))
    return FALSE;
  if (fstat (file->fd, &info) != 0)
    return error_set (error, ERROR_FAILED, "cannot read %s: %s", file->name, g_strerror (errno));
  for (guint i = 0; i < side->tables->len; i++)
    facts.rows += g_array_index (side->tables, struct db_table, i).rows;
  facts.size_bytes = info.st_size;
  facts.is_shared = setting_is_shared (shared);
  facts.head = side->head;
  side->head.hash = NULL;
  *ret = facts;
  return TRUE;
}

/* In one read transaction, so that what is counted is what is copied. */
static gboolean
write_copy (struct ledger *ledger, struct new_file *file, const struct progress_sink *progress, struct side *ret, GError **error)
{
  if (!db_check_sees_all (ledger_db (ledger), error) || !ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = read_side (ledger, ret, error) && db_backup (ledger_db (ledger), file, progress, error);
  ledger_rollback (ledger);
  return ok;
}

gboolean
copy_make (struct ledger *ledger, struct new_file *file, const struct progress_sink *progress, struct copy_facts *ret, GError **error)
{
  g_autoptr (ledger_t) copy = NULL;
  g_auto (side_t) original = { 0 }, copied = { 0 };
  const struct ledger_open_request open = {
    .path = file->path, .name = file->name, .mode = LEDGER_READ, .any_version = TRUE, .now_us = ledger_now_us (ledger)
  };
  return write_copy (ledger, file, progress, &original, error) && ledger_open (&open, &copy, error) && prove (ledger, copy, error)
         && read_side (copy, &copied, error) && compare (&original, &copied, file->name, error)
         && fill_facts (copy, file, &copied, ret, error);
}
