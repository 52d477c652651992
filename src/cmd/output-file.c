/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that appear only when they are whole. */
#include "cmd/output-file.h"

#include "base/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
output_file_clear (struct output_file *file)
{
  if (file->stream != NULL)
    fclose (file->stream);
  if (file->temporary != NULL)
    g_unlink (file->temporary);
  g_free (file->temporary);
  g_free (file->path);
}

gboolean
output_file_open (struct output_file *file, const char *path, GError **error)
{
  struct stat status;
  char *resolved = realpath (path, NULL);
  gboolean exists = resolved != NULL && stat (resolved, &status) == 0;
  file->path = g_strdup (resolved == NULL ? path : resolved);
  free (resolved);
  if (exists && !S_ISREG (status.st_mode))
    file->stream = fopen (file->path, "we");
  else {
    file->temporary = g_strdup_printf ("%s.part-%ld", file->path, (long) getpid ());
    file->stream = fopen (file->temporary, "wxe");
  }
  if (file->stream != NULL && (!exists || file->temporary == NULL || fchmod (fileno (file->stream), status.st_mode & 0777) == 0))
    return TRUE;
  error_set (error, ERROR_FAILED, "cannot write %s: %s", path, g_strerror (errno));
  if (file->stream == NULL)
    g_clear_pointer (&file->temporary, g_free);
  return FALSE;
}

gboolean
output_file_finish (struct output_file *file, GError **error)
{
  gboolean ok = fflush (file->stream) == 0 && (file->temporary == NULL || fsync (fileno (file->stream)) == 0);
  int failure = errno;
  ok = fclose (file->stream) == 0 && ok;
  file->stream = NULL;
  if (ok && file->temporary == NULL)
    return TRUE;
  if (ok && g_rename (file->temporary, file->path) == 0) {
    g_clear_pointer (&file->temporary, g_free);
    return TRUE;
  }
  return error_set (error, ERROR_FAILED, "cannot write %s: %s", file->path, g_strerror (ok ? errno : failure));
}
