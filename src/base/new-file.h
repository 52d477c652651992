/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that gets its name when it is whole, and never the name of another one.
 *
 * Until then it has none (O_TMPFILE), so that nothing is left of it when the program is killed. Where the file system or the
 * system has no files without a name, it is called NAME.part-PID meanwhile; a kill leaves that behind. */
#ifndef BILLCTL_BASE_NEW_FILE_H
#define BILLCTL_BASE_NEW_FILE_H

#include <glib.h>

/* Zero, or all bytes zero, before it is begun. */
struct new_file {
  char *name;  /* that it will have; NULL: not begun */
  char *path;  /* what opens it in this process meanwhile: "/proc/self/fd/N", or `part` */
  char *part;  /* the name that it has meanwhile; NULL: none */
  int fd;      /* open for reading and writing, while name is not NULL */
};

/* An empty file of mode 0600 beside `name`. ERROR_REFUSED when there is something of that name already (a link to nowhere too), else
 * ERROR_FAILED. */
gboolean new_file_begin (struct new_file *file, const char *name, GError **error);

/* Everything is written: the file goes to the disk and gets its name. ERROR_REFUSED when something took that meanwhile. */
gboolean new_file_finish (struct new_file *file, GError **error);

/* The same with another name than the one it was begun for, in the same folder; FALSE with errno EEXIST when that is taken. */
gboolean new_file_give_name (struct new_file *file, const char *name);

/* Frees; without new_file_finish() or new_file_give_name() before it, nothing is left of the file. */
void new_file_clear (struct new_file *file);
typedef struct new_file new_file_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (new_file_t, new_file_clear)

/* What was named or renamed in the folder of `path` survives a power cut from here on; FALSE with errno. */
gboolean file_sync_folder (const char *path);

#endif
