/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups of a ledger, and ledgers from backups. */
#include "service/ledger-backup.h"

#include "base/error.h"
#include "store/ledger.h"
#include "store/place.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Neither a stream, nor a name that SQLite would take for a part of the ledger itself. */
static gboolean
check_name (struct ledger *ledger, const char *path, GError **error)
{
  static const char *const endings[] = { "-wal", "-shm", "-journal" };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *part = g_strconcat (ledger_path (ledger), endings[i], NULL);
    if (strcmp (path, part) == 0)
      return error_set (error, ERROR_REFUSED, "%s would be taken for a part of the ledger", path);
  }
  if (strcmp (path, "-") != 0)
    return TRUE;
  error_set (error, ERROR_USAGE, "a backup goes to a file, not to standard output: '-'");
  return error_add_hint (error, "it is checked before it gets its name; name a file that does not exist yet");
}

gboolean
ledger_backup (struct ledger *ledger, const char *path, const struct progress_sink *progress, struct copy_facts *ret, GError **error)
{
  g_auto (new_file_t) file = { 0 };
  g_auto (copy_facts_t) facts = { 0 };
  g_auto (db_place_t) place = { 0 };
  if (!check_name (ledger, path, error) || !new_file_begin (&file, path, error) || !db_place_look (path, &place, error)
      || !copy_make (ledger, &file, progress, &facts, error) || (!ledger_is_dry_run (ledger) && !new_file_finish (&file, error)))
    return FALSE;
  *ret = facts;
  memset (&facts, 0, sizeof facts);
  return TRUE;
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

gboolean
ledger_restore (const struct restore_request *request, struct restore_result *ret, GError **error)
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
