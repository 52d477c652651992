/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, creating and migrating ledgers, and their transactions. */
#include "store/ledger.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/engine.h"
#include "store/known.h"
#include "store/ledger-private.h"
#include "store/migrations.h"
#include "store/setting.h"

#include <unistd.h>

struct ledger {
  struct db *db;
  char *path;
  char *actor;
  char *command;
  gboolean dry_run;
  gboolean has_committed;
  gint64 now_us;
  gint64 version;
  gint64 migrated_from;
  char *migration_copy;
  gboolean is_writing; /* ledger_begin() was called, and its transaction has not ended */
  struct known known;
};

static int
newest_version (void)
{
  int newest = 0;
  for (const struct migration *migration = migrations; migration->version != 0; migration++)
    newest = migration->version;
  return newest;
}

static gboolean
run_migrations (struct db *db, gint64 from, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  for (const struct migration *migration = migrations; migration->version != 0; migration++)
    if (migration->version > from && !db_run_script (db, migration->sql, error))
      return error_prefix (error, "migration %s: ", migration->name);
  if (!db_check_references (db, problems, error))
    return FALSE;
  if (problems->len > 0)
    return error_set (error, ERROR_LEDGER, "cannot migrate a ledger in which %s", (const char *) g_ptr_array_index (problems, 0));
  return db_set_schema_version (db, newest_version (), error);
}

/* Under the lock of a write, since another process may have migrated the ledger while this one waited. The copy beside the ledger, which
 * an older program can still be given, gets its name when nothing can fail any more but the commit. */
static gboolean
migrate_locked (struct ledger *ledger, GError **error)
{
  g_auto (new_file_t) copy = { 0 };
  gint64 from = 0;
  if (!db_schema_version (ledger->db, &from, error))
    return FALSE;
  if (from >= newest_version ()) {
    db_rollback (ledger->db);
    return TRUE;
  }
  if (!db_keep_copy (ledger->db, from, &copy, error) || !run_migrations (ledger->db, from, error)
      || !audit_add (ledger, error, "schema version %d instead of %" G_GINT64_FORMAT, newest_version (), from)
      || (copy.name != NULL && !new_file_finish (&copy, error)) || !db_commit (ledger->db, error))
    return FALSE;
  ledger->migrated_from = from;
  ledger->migration_copy = g_strdup (copy.name);
  return TRUE;
}

static gboolean
migrate (struct ledger *ledger, gint64 from, GError **error)
{
  if (ledger->dry_run) {
    error_set (error, ERROR_LEDGER, "%s has schema version %" G_GINT64_FORMAT " and must be migrated to %d first", ledger->path, from,
               newest_version ());
    return error_add_hint (error, "run `billctl ledger migrate`; a copy of the ledger is kept");
  }
  if (!db_enforce_references (ledger->db, FALSE, error) || !db_begin_write (ledger->db, error))
    return FALSE;
  if (!migrate_locked (ledger, error)) {
    db_rollback (ledger->db);
    return FALSE;
  }
  ledger->version = newest_version ();
  return db_enforce_references (ledger->db, TRUE, error);
}

static gboolean
check_access (struct ledger *ledger, GError **error)
{
  g_autofree char *shared = NULL;
  return setting_get (ledger, SETTING_SHARED, &shared, error) && db_check_access (ledger->db, setting_is_shared (shared), error);
}

static gboolean
check_version (struct ledger *ledger, const struct ledger_open_request *request, GError **error)
{
  gint64 version = 0;
  if (!db_schema_version (ledger->db, &version, error))
    return FALSE;
  if (version == 0)
    return error_set (error, ERROR_LEDGER, "%s is not a billctl ledger", ledger->path);
  if (version > newest_version ()) {
    error_set (error, ERROR_LEDGER, "the ledger %s has schema version %" G_GINT64_FORMAT ", newer than this program knows (%d)",
               ledger->path, version, newest_version ());
    return error_add_hint (error, "use the billctl that wrote it, or a newer one");
  }
  ledger->version = version;
  if (!check_access (ledger, error))
    return FALSE;
  if (version == newest_version () || request->any_version)
    return TRUE;
  if (request->mode == LEDGER_READ) {
    error_set (error, ERROR_LEDGER, "the ledger %s has the older schema version %" G_GINT64_FORMAT, ledger->path, version);
    return error_add_hint (error, "`billctl ledger migrate`, or any writing command, migrates it and keeps a copy");
  }
  return migrate (ledger, version, error);
}

static char *
login_name (void)
{
  const char *name = g_getenv ("LOGNAME");
  if (name == NULL || *name == '\0')
    name = g_getenv ("USER");
  if (name != NULL && *name != '\0')
    return g_strdup (name);
  return g_strdup_printf ("uid %u", (unsigned) getuid ());
}

/* A ledger of another engine is for another program, which the dispatcher becomes where it is installed. */
gboolean
ledger_check_engine (const char *path, GError **error)
{
  const char *engine = engine_of_path (path);
  if (!engine_check_name (path, error))
    return FALSE;
  if (g_str_equal (engine, db_engine ()->code))
    return TRUE;
  g_autofree char *name = engine_path_shown (path);
  error_set (error, ERROR_LEDGER, "this billctl cannot open the ledger %s: it was built for %s", name, db_engine ()->name);
  return error_add_hint (error, "install %s, or say with BILLCTL_EXEC_PATH where it is", engine_program (engine));
}

static struct ledger *
ledger_new (const struct ledger_open_request *request)
{
  struct ledger *ledger = g_new0 (struct ledger, 1);
  ledger->path = request->name == NULL ? engine_path_shown (request->path) : g_strdup (request->name);
  ledger->actor = g_strdup (request->actor);
  ledger->command = g_strdup (request->command == NULL ? "" : request->command);
  ledger->dry_run = request->dry_run;
  ledger->now_us = request->now_us;
  return ledger;
}

struct ledger *
ledger_around (struct db *db, const struct ledger_open_request *request)
{
  struct ledger *ledger = ledger_new (request);
  ledger->db = db;
  ledger->version = newest_version ();
  return ledger;
}

gboolean
ledger_open (const struct ledger_open_request *request, struct ledger **ret, GError **error)
{
  if (!ledger_check_engine (request->path, error))
    return FALSE;
  g_autoptr (ledger_t) ledger = ledger_new (request);
  struct db_open_request open = { .path = request->path, .name = request->name, .write = request->mode == LEDGER_WRITE };
  if (!db_open (&open, &ledger->db, error) || !check_version (ledger, request, error)
      || (open.write && !request->dry_run && !db_prepare_writing (ledger->db, error)))
    return FALSE;
  db_protect (ledger->db);
  *ret = g_steal_pointer (&ledger);
  return TRUE;
}

/* All of a new ledger in one transaction. */
static gboolean
fill (struct ledger *ledger, GError **error)
{
  struct db *db = ledger->db;
  g_autofree char *id = NULL;
  return db_begin_write (db, error) && db_make_schema (db, error) && db_set_schema_version (db, newest_version (), error)
         && setting_ledger_id (ledger, &id, error) && audit_add (ledger, error, "ledger made") && db_commit (db, error);
}

static gboolean
make (const struct ledger_open_request *request, GError **error)
{
  g_autoptr (ledger_t) ledger = ledger_new (request);
  struct db_open_request open = { .path = request->path, .write = TRUE, .create = TRUE, .without_roles = request->without_roles };
  return db_open (&open, &ledger->db, error) && db_enforce_references (ledger->db, FALSE, error) && fill (ledger, error)
         && db_publish (ledger->db, error);
}

gboolean
ledger_make (const struct ledger_open_request *request, GError **error)
{
  struct db_place_words words = { NULL, NULL };
  gboolean ok = ledger_check_engine (request->path, error) && db_check_place (request->path, request->without_roles, &words, error)
                && (request->dry_run || make (request, error));
  struct ledger_made made = { words.roles, words.advice };
  if (ok && request->ret_made != NULL)
    *request->ret_made = made;
  else
    ledger_made_clear (&made);
  return ok;
}

void
ledger_made_clear (struct ledger_made *made)
{
  g_clear_pointer (&made->roles, g_free);
  g_clear_pointer (&made->advice, g_free);
}

void
ledger_close (struct ledger *ledger)
{
  if (ledger == NULL)
    return;
  if (ledger->db != NULL)
    db_rollback (ledger->db);
  db_close (ledger->db);
  g_free (ledger->path);
  g_free (ledger->actor);
  g_free (ledger->command);
  g_free (ledger->migration_copy);
  known_clear (&ledger->known);
  g_free (ledger);
}

/* At the beginning and at the end of each write. */
static void
set_writing (struct ledger *ledger, gboolean is_writing)
{
  ledger->is_writing = is_writing;
  known_clear (&ledger->known);
}

gboolean
ledger_begin (struct ledger *ledger, GError **error)
{
  set_writing (ledger, db_begin_write (ledger->db, error));
  return ledger->is_writing;
}

struct known *
ledger_known (struct ledger *ledger)
{
  return ledger->is_writing ? &ledger->known : NULL;
}

gboolean
ledger_begin_read (struct ledger *ledger, GError **error)
{
  return db_begin_read (ledger->db, error);
}

gboolean
ledger_commit (struct ledger *ledger, GError **error)
{
  set_writing (ledger, FALSE);
  if (ledger->dry_run) {
    gboolean ok = db_settle (ledger->db, error);
    db_rollback (ledger->db);
    return ok;
  }
  if (db_commit (ledger->db, error)) {
    ledger->has_committed = TRUE;
    return TRUE;
  }
  db_rollback (ledger->db);
  return FALSE;
}

gboolean
ledger_may_try_again (const struct ledger *ledger)
{
  return db_conflicted (ledger->db) && !ledger->has_committed;
}

void
ledger_rollback (struct ledger *ledger)
{
  set_writing (ledger, FALSE);
  db_rollback (ledger->db);
}

gboolean
ledger_is_dry_run (const struct ledger *ledger)
{
  return ledger->dry_run;
}

gint64
ledger_now_us (const struct ledger *ledger)
{
  return ledger->now_us;
}

const char *
ledger_path (const struct ledger *ledger)
{
  return ledger->path;
}

const char *
ledger_command (const struct ledger *ledger)
{
  return ledger->command;
}

const char *
ledger_actor (struct ledger *ledger)
{
  if (ledger->actor == NULL)
    ledger->actor = login_name ();
  return ledger->actor;
}

struct db *
ledger_db (struct ledger *ledger)
{
  return ledger->db;
}

const char *
ledger_advice (const struct ledger *ledger)
{
  return db_advice (ledger->db);
}

gint64
ledger_schema_version (const struct ledger *ledger)
{
  return ledger->version;
}

gint64
ledger_newest_version (void)
{
  return newest_version ();
}

const char *
ledger_migration_name (int index, gint64 *ret_version)
{
  *ret_version = migrations[index].version;
  return migrations[index].name;
}

gint64
ledger_migrated_from (const struct ledger *ledger)
{
  return ledger->migrated_from;
}

const char *
ledger_migration_copy (const struct ledger *ledger)
{
  return ledger->migration_copy;
}

gboolean
ledger_apply_access (struct ledger *ledger, gboolean check_only, GError **error)
{
  g_autofree char *shared = NULL;
  return setting_get (ledger, SETTING_SHARED, &shared, error)
         && db_set_access (ledger->db, setting_is_shared (shared), check_only || ledger->dry_run, error);
}

const char *
ledger_engine_program (const char *path)
{
  const char *engine = engine_of_path (path);
  return g_str_equal (engine, db_engine ()->code) ? NULL : engine_program (engine);
}

gboolean
ledger_path_is_file (const char *path)
{
  return engine_path_is_file (path);
}

char *
ledger_path_shown (const char *path)
{
  return engine_path_shown (path);
}

void
ledger_hide_password (char *word)
{
  engine_hide_password (word);
}

const struct db_engine *
ledger_engine (void)
{
  return db_engine ();
}
