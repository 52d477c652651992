/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups of a ledger, and ledgers from backups. */
#include "service/ledger-backup.h"

#include "base/error.h"
#include "service/ledger-copy.h"
#include "store/ledger.h"
#include "store/place.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Neither a stream, nor a name that SQLite would take for a part of the ledger itself. */
static gboolean
check_name (const struct backup_request *request, GError **error)
{
  static const char *const endings[] = { "-wal", "-shm", "-journal" };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *part = g_strconcat (request->from, endings[i], NULL);
    if (strcmp (request->path, part) == 0)
      return error_set (error, ERROR_REFUSED, "%s would be taken for a part of the ledger", request->path);
  }
  if (strcmp (request->path, "-") != 0)
    return TRUE;
  error_set (error, ERROR_USAGE, "a backup goes to a file, not to standard output: '-'");
  return error_add_hint (error, "it is checked before it gets its name; name a file that does not exist yet");
}

static gboolean
check_file (const char *path, GError **error)
{
  if (ledger_path_is_file (path))
    return TRUE;
  g_autofree char *shown = ledger_path_shown (path);
  error_set (error, ERROR_USAGE, "a backup is a file, and '%s' is none", shown);
  return error_add_hint (error, "`billctl ledger copy FROM TO` copies a ledger from one server to another");
}

/* Page by page, whatever its schema is. */
static gboolean
back_up_file (const struct backup_request *request, struct copy_facts *ret, GError **error)
{
  g_autoptr (ledger_t) ledger = NULL;
  g_auto (new_file_t) file = { 0 };
  g_auto (copy_facts_t) facts = { 0 };
  const struct ledger_open_request open = { .path = request->from, .mode = LEDGER_READ, .any_version = TRUE, .now_us = request->now_us };
  if (!ledger_open (&open, &ledger, error) || !new_file_begin (&file, request->path, error)
      || !copy_make (ledger, &file, request->progress, &facts, error) || (!request->dry_run && !new_file_finish (&file, error)))
    return FALSE;
  *ret = facts;
  memset (&facts, 0, sizeof facts);
  return TRUE;
}

static void
take_facts (struct receive_result *result, struct copy_facts *ret)
{
  *ret = (struct copy_facts) {
    .version = result->version,
    .size_bytes = result->size_bytes,
    .tables = result->tables->len,
    .rows = result->rows,
    .is_shared = result->is_shared,
    .advice = g_strdup (result->source_advice != NULL ? result->source_advice : result->advice),
    .head = result->head,
  };
  result->head.hash = NULL;
}

/* Row by row, from another program. */
static gboolean
copy_rows (const struct copy_ledger_request *copy, struct copy_facts *ret, GError **error)
{
  g_auto (receive_result_t) result = { 0 };
  if (!ledger_copy (copy, &result, error))
    return FALSE;
  take_facts (&result, ret);
  return TRUE;
}

static gboolean
back_up_rows (const struct backup_request *request, struct copy_facts *ret, GError **error)
{
  const struct copy_ledger_request copy = {
    .from = request->from,
    .to = request->path,
    .file_name = request->path,
    .exec_path = request->exec_path,
    .dry_run = request->dry_run,
    .now_us = request->now_us,
    .progress = request->progress,
  };
  return copy_rows (&copy, ret, error);
}

gboolean
ledger_backup (const struct backup_request *request, struct copy_facts *ret, GError **error)
{
  g_auto (db_place_t) place = { 0 };
  if (!check_file (request->path, error) || !ledger_check_engine (request->path, error) || !check_name (request, error)
      || !db_place_look (request->path, &place, error))
    return FALSE;
  return ledger_engine_program (request->from) == NULL ? back_up_file (request, ret, error) : back_up_rows (request, ret, error);
}

void
restore_result_clear (struct restore_result *result)
{
  copy_facts_clear (&result->facts);
  g_clear_pointer (&result->kept, g_free);
}

static gboolean
check_from (const struct restore_request *request, const char *to, GError **error)
{
  struct stat from_info, to_info;
  if (g_stat (request->from, &from_info) != 0) {
    enum error_code code = errno == ENOENT || errno == ENOTDIR ? ERROR_NOT_FOUND : ERROR_FAILED;
    return error_set (error, code, "cannot read %s: %s", request->from, g_strerror (errno));
  }
  if (g_stat (to, &to_info) == 0 && from_info.st_dev == to_info.st_dev && from_info.st_ino == to_info.st_ino)
    return error_set (error, ERROR_REFUSED, "%s is the ledger itself", request->from);
  return TRUE;
}

/* In a dry run the copy is made in the folder where the missing ones would be. */
static char *
find_folder (const char *path, gboolean dry_run, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  if (!dry_run && g_mkdir_with_parents (folder, 0700) != 0) {
    error_set (error, ERROR_LEDGER, "cannot make the folder %s: %s", folder, g_strerror (errno));
    return NULL;
  }
  while (!g_file_test (folder, G_FILE_TEST_EXISTS)) {
    char *above = g_path_get_dirname (folder);
    g_free (folder);
    folder = above;
  }
  return g_steal_pointer (&folder);
}

/* What is there is asked about before the long work, and looked at again when it is replaced. */
static gboolean
ask (const struct restore_request *request, const struct db_place *place, GError **error)
{
  return !place->is_taken || request->confirm (place->what, request->data, error);
}

/* Where a ledger is, begun beside it under a name that is free: it takes that of the ledger. */
static gboolean
begin (const struct db_place *place, gboolean dry_run, struct new_file *file, GError **error)
{
  g_autofree char *folder = find_folder (place->path, dry_run, error);
  if (folder == NULL)
    return FALSE;
  g_autofree char *base = g_path_get_basename (place->path);
  g_autofree char *name = place->is_taken ? g_strdup_printf ("%s.new-%ld", base, (long) getpid ()) : g_strdup (base);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return new_file_begin (file, path, error);
}

static gboolean
restore_pages (const struct restore_request *request, struct restore_result *ret, GError **error)
{
  g_autoptr (ledger_t) from = NULL;
  g_auto (db_place_t) place = { 0 };
  g_auto (new_file_t) file = { 0 };
  g_auto (restore_result_t) result = { 0 };
  const struct ledger_open_request open = { .path = request->from, .mode = LEDGER_READ, .any_version = TRUE, .now_us = request->now_us };
  if (!db_place_look (request->to, &place, error) || !check_from (request, place.path, error) || !ledger_open (&open, &from, error)
      || !ask (request, &place, error) || !begin (&place, request->dry_run, &file, error)
      || !copy_make (from, &file, request->progress, &result.facts, error)
      || (!request->dry_run && !db_place_fill (&place, &file, result.facts.is_shared, &result.kept, error)))
    return FALSE;
  *ret = result;
  memset (&result, 0, sizeof result);
  return TRUE;
}

/* To a server, where no ledger is replaced: it has no place beside it for the old one. */
static gboolean
restore_rows (const struct restore_request *request, struct restore_result *ret, GError **error)
{
  const struct copy_ledger_request copy = {
    .from = request->from,
    .to = request->to,
    .exec_path = request->exec_path,
    .dry_run = request->dry_run,
    .now_us = request->now_us,
    .progress = request->progress,
  };
  return copy_rows (&copy, &ret->facts, error);
}

gboolean
ledger_restore (const struct restore_request *request, struct restore_result *ret, GError **error)
{
  if (!check_file (request->from, error) || !ledger_check_engine (request->to, error))
    return FALSE;
  return ledger_engine_program (request->from) == NULL ? restore_pages (request, ret, error) : restore_rows (request, ret, error);
}
