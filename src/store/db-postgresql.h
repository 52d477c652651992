/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the PostgreSQL driver share. */
#ifndef BILLCTL_STORE_DB_POSTGRESQL_H
#define BILLCTL_STORE_DB_POSTGRESQL_H

#include "store/db.h"

#include <libpq-fe.h>

struct db {
  PGconn *connection;
  char *path; /* without passwords */
  char *server_version; /* once db_facts() has asked */
  gboolean creating;
  gboolean protected;
  gboolean reading; /* a transaction that a cursor began by itself */
  gint64 busy_limit_ms;
  gint64 last_id;
  gint64 changes;
  guint cursor_count;       /* for their names */
  GPtrArray *cursors;       /* struct query *: open on the server */
  GPtrArray *cursors_ended; /* char *: names that the server may forget */
  struct query *queries[SQL_STATEMENT_COUNT];
};

typedef PGresult result_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (result_t, PQclear)

#define POSTGRESQL_LEDGER_TABLE "billctl_ledger" /* one row: the version of the schema; locked by who writes */

/* Connects and looks around; *ret_is_ledger: the tables of a ledger are there. */
gboolean postgresql_connect (const struct db_open_request *request, struct db **ret, gboolean *ret_is_ledger, GError **error);

/* Says why a command failed; `result` may be NULL. Always FALSE. */
gboolean postgresql_fail (struct db *db, const PGresult *result, const char *doing, GError **error);

/* One or more commands in a text, with no parameters; *ret (may be NULL) is what the last one returned, and is freed with PQclear. */
gboolean postgresql_run (struct db *db, const char *sql, const char *doing, PGresult **ret, GError **error);

/* A statement of the schema as it stands in schema/ -> the commands that do the same here. */
char *postgresql_translate (const char *statement);
/* Whether a table of the newest schema has ids of its own. */
gboolean postgresql_has_id (const char *table);

#endif
