/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of an SQLite ledger. */
#include "store/db-file.h"

#include "base/error.h"
#include "base/new-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
file_check (const char *path, GError **error)
{
  struct stat info;
  if (stat (path, &info) != 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      return error_set (error, ERROR_LEDGER, "cannot open the ledger %s: %s", path, g_strerror (errno));
    error_set (error, ERROR_NOT_FOUND, "there is no ledger %s", path);
    return error_add_hint (error, "make one with `billctl init`, or name yours with --ledger FILE or BILLCTL_LEDGER");
  }
  if (S_ISDIR (info.st_mode))
    return error_set (error, ERROR_LEDGER, "%s is a directory, not a ledger", path);
  if (info.st_size == 0)
    return error_set (error, ERROR_LEDGER, "%s is empty, not a ledger", path);
  return TRUE;
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

gboolean
file_check_place (const char *path, gboolean *ret_is_there, GError **error)
{
  struct stat info;
  if (lstat (path, &info) != 0) {
    *ret_is_there = FALSE;
    return check_folder (path, error);
  }
  if (S_ISDIR (info.st_mode))
    return error_set (error, ERROR_REFUSED, "%s is a directory", path);
  *ret_is_there = TRUE;
  return TRUE;
}

gboolean
file_refuse (const char *path, gboolean is_ledger, const GError *problem, GError **error)
{
  if (is_ledger) {
    error_set (error, ERROR_REFUSED, "there is already a ledger %s", path);
    return error_add_hint (error, "use it as it is, or name another file with --ledger FILE");
  }
  g_autofree char *what = problem == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR) ? NULL : error_message_text (problem);
  if (what != NULL && strstr (what, path) != NULL)
    error_set (error, ERROR_REFUSED, "there is already a file %s: %s", path, what);
  else
    error_set (error, ERROR_REFUSED, "there is already a file %s", path);
  return error_add_hint (error, "name another file with --ledger FILE");
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  return error_set (error, ERROR_LEDGER, "cannot make the folder %s: %s", folder, g_strerror (errno));
}

gboolean
file_create (const char *path, char **ret_new_file, GError **error)
{
  if (!make_folder (path, error))
    return FALSE;
  g_autofree char *new_file = g_strdup_printf ("%s.new-%d", path, (int) getpid ());
  int fd = open (new_file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: %s", path, g_strerror (errno));
  close (fd);
  *ret_new_file = g_steal_pointer (&new_file);
  return TRUE;
}

char *
file_copying (const char *path)
{
  return g_strconcat (path, ".copying", NULL);
}

gboolean
file_create_copying (const char *path, char **ret_file, GError **error)
{
  if (!make_folder (path, error))
    return FALSE;
  g_autofree char *file = file_copying (path);
  int fd = open (file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: %s: %s", path, file, g_strerror (errno));
  close (fd);
  *ret_file = g_steal_pointer (&file);
  return TRUE;
}

static void
drop_journal (const char *new_file)
{
  g_autofree char *journal = g_strconcat (new_file, "-journal", NULL);
  g_unlink (journal);
}

void
file_drop (const char *new_file)
{
  g_unlink (new_file);
  drop_journal (new_file);
}

gboolean
file_settle (const char *new_file, GError **error)
{
  /* That it is written with a log beside it (sqlite.org/fileformat2.html, 1.3). */
  static const char format[] = { 2, 2 };
  int fd = open (new_file, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  gboolean done = fd >= 0 && pwrite (fd, format, sizeof format, 18) == sizeof format && fsync (fd) == 0;
  int cause = errno;
  if (fd >= 0)
    close (fd);
  if (!done)
    return error_set (error, ERROR_FAILED, "cannot write %s: %s", new_file, g_strerror (cause));
  drop_journal (new_file);
  return TRUE;
}

/* Some file systems cannot rename without replacing; there the check and the renaming are two steps. */
static gboolean
rename_to_new (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  return (errno == EINVAL || errno == ENOSYS) && !g_file_test (to, G_FILE_TEST_EXISTS) && g_rename (from, to) == 0;
}

gboolean
file_publish (const char *new_file, const char *path, GError **error)
{
  if (rename_to_new (new_file, path) && file_sync_folder (path))
    return TRUE;
  int cause = errno;
  g_unlink (new_file);
  if (cause == EEXIST)
    return error_set (error, ERROR_REFUSED, "there is already a file %s", path);
  return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: %s", path, g_strerror (cause));
}
