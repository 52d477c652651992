/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a ledger. */
#include "service/init.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/ledger.h"
#include "store/place.h"
#include "store/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stands in the way; opening it to read is the surest way to tell. */
static gboolean
fail_existing (const struct init_request *request, const struct stat *info, GError **error)
{
  if (S_ISDIR (info->st_mode))
    return error_set (error, ERROR_REFUSED, "%s is a directory", request->path);
  g_autoptr (ledger_t) ledger = NULL;
  g_autoptr (GError) problem = NULL;
  struct ledger_open_request open = { .path = request->path, .mode = LEDGER_READ, .now_us = request->now_us };
  if (S_ISREG (info->st_mode) && ledger_open (&open, &ledger, &problem)) {
    error_set (error, ERROR_REFUSED, "there is already a ledger %s", request->path);
    return error_add_hint (error, "use it as it is, or name another file with --ledger FILE");
  }
  g_autofree char *what = problem == NULL ? NULL : error_message_text (problem);
  if (what != NULL && strstr (what, request->path) != NULL)
    error_set (error, ERROR_REFUSED, "there is already a file %s: %s", request->path, what);
  else
    error_set (error, ERROR_REFUSED, "there is already a file %s", request->path);
  return error_add_hint (error, "name another file with --ledger FILE");
}

/* What making it would meet: nothing is written for that. */
static gboolean
check_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  while (!g_file_test (folder, G_FILE_TEST_EXISTS) && strcmp (folder, "/") != 0 && strcmp (folder, ".") != 0) {
    char *above = g_path_get_dirname (folder);
    g_free (folder);
    folder = above;
  }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: %s is not a directory", path, folder);
  if (g_access (folder, W_OK | X_OK) != 0)
    return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: no right to write into %s", path, folder);
  return TRUE;
}

/* A whole ledger under another name, closed again. */
static gboolean
make (const struct init_request *request, const char *path, GError **error)
{
  g_autoptr (ledger_t) ledger = NULL;
  struct ledger_open_request open = {
    .path = path,
    .mode = LEDGER_CREATE,
    .actor = request->actor,
    .command = request->command,
    .now_us = request->now_us,
  };
  g_autofree char *id = NULL;
  return ledger_open (&open, &ledger, error) && ledger_begin (ledger, error) && setting_ledger_id (ledger, &id, error)
         && audit_add (ledger, error, "ledger made") && ledger_commit (ledger, error);
}

/* Some file systems cannot rename without replacing; there the check and the renaming are two steps. */
static gboolean
rename_to_new (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  return (errno == EINVAL || errno == ENOSYS) && !g_file_test (to, G_FILE_TEST_EXISTS) && g_rename (from, to) == 0;
}

/* The new name survives a power cut once the folder is on disk. */
static gboolean
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean done = fsync (fd) == 0;
  close (fd);
  return done;
}

/* The ledger gets its name when it is complete: a run that is killed leaves nothing behind that would stand in the way of
 * the next one. */
static gboolean
create (const struct init_request *request, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s.new-%d", request->path, (int) getpid ());
  if (!make (request, path, error)) {
    g_unlink (path);
    return FALSE;
  }
  if (rename_to_new (path, request->path) && sync_folder (request->path))
    return TRUE;
  int cause = errno;
  g_unlink (path);
  if (cause == EEXIST)
    return error_set (error, ERROR_REFUSED, "there is already a file %s", request->path);
  return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: %s", request->path, g_strerror (cause));
}

gboolean
ledger_init (const struct init_request *request, GError **error)
{
  struct stat info;
  if (lstat (request->path, &info) == 0)
    return fail_existing (request, &info, error);
  g_auto (db_place_t) place = { 0 };
  if (!check_folder (request->path, error) || !db_place_look (request->path, &place, error))
    return FALSE;
  return request->dry_run || create (request, error);
}

const char *
engine_version (void)
{
  return ledger_engine_version ();
}
