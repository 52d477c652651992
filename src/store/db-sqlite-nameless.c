/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases in files that have no name (yet): reading and writing through an open descriptor. SQLite's own VFS resolves links and
 * refuses what it finds behind /proc/self/fd. */
#include "store/db-sqlite-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "/proc/self/fd/"
static const char vfs_name[] = "billctl-nameless";

struct nameless {
  sqlite3_file base;
  int fd; /* borrowed */
};

static int
fd_of (sqlite3_file *file)
{
  return ((struct nameless *) file)->fd;
}

static int
close_file (sqlite3_file *file)
{
  (void) file;
  return SQLITE_OK;
}

static int
read_bytes (sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
  char *at = bytes;
  while (length > 0) {
    ssize_t got = pread (fd_of (file), at, (size_t) length, offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return SQLITE_IOERR_READ;
    if (got == 0)
      break;
    at += got;
    offset += got;
    length -= (int) got;
  }
  memset (at, 0, (size_t) length);
  return length == 0 ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
write_bytes (sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
  const char *at = bytes;
  while (length > 0) {
    ssize_t put = pwrite (fd_of (file), at, (size_t) length, offset);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return put == 0 || errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    at += put;
    offset += put;
    length -= (int) put;
  }
  return SQLITE_OK;
}

static int
truncate_file (sqlite3_file *file, sqlite3_int64 size)
{
  return ftruncate (fd_of (file), size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int
sync_file (sqlite3_file *file, int flags)
{
  (void) flags;
  return fsync (fd_of (file)) == 0 ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *ret)
{
  struct stat info;
  if (fstat (fd_of (file), &info) != 0)
    return SQLITE_IOERR_FSTAT;
  *ret = info.st_size;
  return SQLITE_OK;
}

static int
set_lock (sqlite3_file *file, int level)
{
  (void) file;
  (void) level;
  return SQLITE_OK;
}

static int
check_reserved_lock (sqlite3_file *file, int *ret)
{
  (void) file;
  *ret = 0;
  return SQLITE_OK;
}

static int
control_file (sqlite3_file *file, int operation, void *argument)
{
  (void) file;
  (void) operation;
  (void) argument;
  return SQLITE_NOTFOUND;
}

static int
sector_size (sqlite3_file *file)
{
  (void) file;
  return 4096;
}

static int
device_characteristics (sqlite3_file *file)
{
  (void) file;
  return 0;
}

static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = close_file,
  .xRead = read_bytes,
  .xWrite = write_bytes,
  .xTruncate = truncate_file,
  .xSync = sync_file,
  .xFileSize = file_size,
  .xLock = set_lock,
  .xUnlock = set_lock,
  .xCheckReservedLock = check_reserved_lock,
  .xFileControl = control_file,
  .xSectorSize = sector_size,
  .xDeviceCharacteristics = device_characteristics,
};

/* What SQLite sorts, and forgets: files of its own, somewhere else. */
enum { PASSING = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL };

/* Of the database only the file itself: a journal beside it has no place. */
static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
  guint64 fd = 0;
  sqlite3_vfs *own = sqlite3_vfs_find (NULL);
  (void) vfs;
  file->pMethods = NULL;
  if ((flags & PASSING) != 0)
    return own->xOpen (own, name, file, flags, ret_flags);
  if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0
      || !g_ascii_string_to_unsigned (name + strlen (PREFIX), 10, 0, G_MAXINT, &fd, NULL))
    return SQLITE_CANTOPEN;
  ((struct nameless *) file)->fd = (int) fd;
  file->pMethods = &methods;
  if (ret_flags != NULL)
    *ret_flags = flags;
  return SQLITE_OK;
}

static int
delete_file (sqlite3_vfs *vfs, const char *name, int sync)
{
  (void) vfs;
  (void) name;
  (void) sync;
  return SQLITE_IOERR_DELETE_NOENT;
}

static int
access_file (sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
  (void) vfs;
  (void) name;
  (void) flags;
  *ret = 0;
  return SQLITE_OK;
}

static int
full_name (sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
  (void) vfs;
  return g_strlcpy (ret, name, (gsize) size) < (gsize) size ? SQLITE_OK : SQLITE_CANTOPEN;
}

const char *
db_sqlite_vfs (const char *path)
{
  if (!g_str_has_prefix (path, PREFIX))
    return NULL;
  const sqlite3_vfs *own = sqlite3_vfs_find (NULL);
  if (sqlite3_vfs_find (vfs_name) != NULL || own == NULL)
    return vfs_name;
  /* SQLite keeps it to the end of the program. Clock and randomness are those of its own. */
  sqlite3_vfs *vfs = g_new0 (sqlite3_vfs, 1);
  *vfs = *own;
  vfs->iVersion = 1;
  vfs->pNext = NULL;
  vfs->szOsFile = MAX ((int) sizeof (struct nameless), own->szOsFile);
  vfs->zName = vfs_name;
  vfs->xOpen = open_file;
  vfs->xDelete = delete_file;
  vfs->xAccess = access_file;
  vfs->xFullPathname = full_name;
  sqlite3_vfs_register (vfs, 0);
  return vfs_name;
}
