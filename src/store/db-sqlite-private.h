/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the SQLite driver know of each other. */
#ifndef BILLCTL_STORE_DB_SQLITE_PRIVATE_H
#define BILLCTL_STORE_DB_SQLITE_PRIVATE_H

#include "store/db.h"

#include <sqlite3.h>

/* db-sqlite.c */
gboolean db_sqlite_open (const struct db_open_request *request, struct db **ret, GError **error); /* also an empty file */
sqlite3 *db_sqlite_handle (struct db *db);
const char *db_sqlite_file (struct db *db); /* what was opened, where db_path() is what messages call it */
/* What an SQLite result means for a person; errno is that of the call. Returns FALSE. */
gboolean db_sqlite_fail (struct db *db, int code, const char *doing, GError **error);
gboolean db_sqlite_run (struct db *db, const char *sql, const char *doing, GError **error);

/* It is a new ledger in the file of that name: db_publish() gives it its own, and without that it stays when it is closed. */
void db_sqlite_is_new (struct db *db, const char *file);
void db_sqlite_drop_new (struct db *db); /* it does not stay */

/* db-sqlite-nameless.c: the VFS for "/proc/self/fd/N", which SQLite's own does not open; NULL for any other file. It knows no locks
 * and no files beside: such a file is nobody else's. */
const char *db_sqlite_vfs (const char *path);

#endif
