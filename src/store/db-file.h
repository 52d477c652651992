/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that an SQLite ledger is: whether it is there, and how a new one gets its name. For the SQLite driver only. */
#ifndef BILLCTL_STORE_DB_FILE_H
#define BILLCTL_STORE_DB_FILE_H

#include <glib.h>

/* ERROR_NOT_FOUND when there is no such file, ERROR_LEDGER for what cannot be a ledger. */
gboolean file_check (const char *path, GError **error);

/* Whether something is there already (a folder is ERROR_REFUSED at once); ERROR_LEDGER when no file can be made there. */
gboolean file_check_place (const char *path, gboolean *ret_is_there, GError **error);
/* ERROR_REFUSED: what is at `path` is a ledger, or is none because of `problem` (which may be NULL). */
gboolean file_refuse (const char *path, gboolean is_ledger, const GError *problem, GError **error);

/* An empty file beside the name that it gets when it is complete, never readable by others; its folder is made when missing. A
 * run that is killed leaves nothing behind that would stand in the way of the next one. */
gboolean file_create (const char *path, char **ret_new_file, GError **error);
/* The same for one that is filled in several steps: "PATH.copying", which may be there from the step before. */
gboolean file_create_copying (const char *path, char **ret_file, GError **error);
char *file_copying (const char *path);
gboolean file_settle (const char *new_file, GError **error); /* all of it is on the disk, and readers need not wait for its writers */
void file_drop (const char *new_file); /* with the journal beside it */
gboolean file_publish (const char *new_file, const char *path, GError **error);

#endif
