/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that get their name when they are whole. */
#include "base/new-file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (const char *name, int cause, GError **error)
{
  if (cause == EEXIST) {
    error_set (error, ERROR_REFUSED, "there is already a file %s", name);
    return error_add_hint (error, "it is never overwritten; name another one, or move it away");
  }
  error_set (error, ERROR_FAILED, "cannot write %s: %s", name, g_strerror (cause));
  if (cause == ENOSPC || cause == EDQUOT)
    error_add_hint (error, "free some space and run it again");
  return FALSE;
}

/* Has neither name nor part where that cannot be had here. */
static int
open_nameless (const char *folder, char **ret_path)
{
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return -1;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  if (g_access (path, F_OK) != 0) {
    close (fd);
    return -1;
  }
  *ret_path = g_steal_pointer (&path);
  return fd;
}

gboolean
new_file_begin (struct new_file *file, const char *name, GError **error)
{
  struct stat info;
  if (lstat (name, &info) == 0)
    return fail (name, EEXIST, error);
  g_autofree char *folder = g_path_get_dirname (name);
  file->fd = open_nameless (folder, &file->path);
  if (file->fd < 0) {
    g_autofree char *part = g_strdup_printf ("%s.part-%ld", name, (long) getpid ());
    file->fd = open (part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file->fd < 0)
      return fail (name, errno, error);
    file->path = g_strdup (part);
    file->part = g_steal_pointer (&part);
  }
  file->name = g_strdup (name);
  return TRUE;
}

/* Some file systems cannot rename without replacing; there the check and the renaming are two steps. */
static gboolean
rename_to_new (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  struct stat info;
  if (lstat (to, &info) == 0) {
    errno = EEXIST;
    return FALSE;
  }
  return g_rename (from, to) == 0;
}

gboolean
file_sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean done = fsync (fd) == 0;
  int cause = errno;
  close (fd);
  errno = cause;
  return done;
}

gboolean
new_file_give_name (struct new_file *file, const char *name)
{
  if (fsync (file->fd) != 0)
    return FALSE;
  if (file->part == NULL)
    return linkat (AT_FDCWD, file->path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
  if (!rename_to_new (file->part, name))
    return FALSE;
  g_clear_pointer (&file->part, g_free);
  return TRUE;
}

gboolean
new_file_finish (struct new_file *file, GError **error)
{
  if (!new_file_give_name (file, file->name))
    return fail (file->name, errno, error);
  if (file_sync_folder (file->name))
    return TRUE;
  int cause = errno;
  g_unlink (file->name);
  return fail (file->name, cause, error);
}

void
new_file_clear (struct new_file *file)
{
  if (file->part != NULL)
    g_unlink (file->part);
  if (file->name != NULL)
    close (file->fd);
  g_clear_pointer (&file->part, g_free);
  g_clear_pointer (&file->path, g_free);
  g_clear_pointer (&file->name, g_free);
}
