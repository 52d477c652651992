/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database driver interface: what the rest of the store needs from an engine, in terms that every engine has.
 *
 * One driver is linked into a program: db-sqlite.c into billctl, db-postgresql.c into billctl-postgresql. SQL texts stand in
 * the catalogue (statements.h) and nowhere else.
 * Queries are prepared once per connection and reused; a query that is in use must be finished (db_reset) before it
 * is used again. Text that a column returns is borrowed until the next step or reset. */
#ifndef BILLCTL_STORE_DB_H
#define BILLCTL_STORE_DB_H

#include "base/new-file.h"
#include "base/progress.h"
#include "store/statements.h"

#include <glib.h>

struct db;
struct query;

struct db_open_request {
  const char *path; /* as the engine names its databases: a file, or a URL */
  const char *name; /* what messages call it; NULL: path, without a password */
  gboolean write;
  gboolean create; /* with write: a new database, which nobody else sees before db_publish() */
  gboolean without_roles; /* with create: no roles for people other than its owner, where the engine has roles */
  gboolean unfinished; /* within the driver: where an earlier copy may have stopped */
};

/* ERROR_NOT_FOUND with a hint about `billctl init` when there is none; ERROR_REMOTE when a server is out of reach. */
gboolean db_open (const struct db_open_request *request, struct db **ret, GError **error);
void db_close (struct db *db); /* what was created and not published is gone */
const char *db_path (const struct db *db); /* how messages call it */

const char *db_advice (const struct db *db); /* what a person should know about the connection: "warning", or NULL; borrowed */

/* ERROR_REFUSED when there is something already where a new database would be; ERROR_LEDGER when none can be made there. What there is to
 * say of it, newly allocated or NULL: the roles that come with it, and advice as above. */
struct db_place_words {
  char *roles;
  char *advice;
};
gboolean db_check_place (const char *path, gboolean without_roles, struct db_place_words *ret, GError **error);
gboolean db_publish (struct db *db, GError **error); /* the last thing that is done with a created database but db_close() */

/* Makes all tables of the newest schema, with the rows that every ledger begins with. */
gboolean db_make_schema (struct db *db, GError **error);
/* Runs a schema text of several statements; for migrations only. */
gboolean db_run_script (struct db *db, const char *sql, GError **error);
gboolean db_schema_version (struct db *db, gint64 *ret, GError **error); /* 0: empty database; ERROR_LEDGER: not a ledger */
/* Whether references are checked at each write. Outside a transaction; a migration that makes a table anew has them off, and then
 * db_check_references() must find nothing before it commits. */
gboolean db_enforce_references (struct db *db, gboolean on, GError **error);
gboolean db_check_references (struct db *db, GPtrArray *ret_problems, GError **error);
gboolean db_set_schema_version (struct db *db, gint64 version, GError **error);

struct db_engine {
  const char *code; /* "sqlite" */
  const char *name; /* "SQLite" */
  char *(*version) (void); /* of its library; newly allocated */
};
const struct db_engine *db_engine (void);

gboolean db_check_integrity (struct db *db, GPtrArray *ret_problems, GError **error); /* texts; empty: sound */
/* Does the database hold the tables, indices and triggers of the newest schema, and no other trigger? Texts; empty: yes. */
gboolean db_check_schema (struct db *db, GPtrArray *ret_problems, GError **error);

/* --- The database as a whole --- */

struct db_facts {
  const char *engine;  /* "sqlite" */
  const char *version; /* of that which holds it; borrowed */
  gint64 size_bytes;   /* of all that belongs to it */
  int mode;            /* permissions of its file; -1: it has none */
};
gboolean db_facts (struct db *db, struct db_facts *ret, GError **error);

/* Appends struct db_table: every table in the order of names, with its rows as of the transaction that is open. */
struct db_table {
  char *name;
  gint64 rows;
};
void db_table_clear (struct db_table *table);
gboolean db_count_rows (struct db *db, GArray *ret, GError **error);

/* For engines whose ledgers are files (engine_path_is_file()): writes all that the open read transaction sees into `file`, which has just
 * been begun, page by page; others go on reading and writing meanwhile. `progress` is in bytes. */
gboolean db_backup (struct db *db, struct new_file *file, const struct progress_sink *progress, GError **error);
/* A copy beside the database of what is stored, while db_begin_write() keeps others from writing; it gets its name with
 * new_file_finish(). An engine that keeps none leaves `file` as it is. */
gboolean db_keep_copy (struct db *db, gint64 version, struct new_file *file, GError **error);

/* --- Who may open it --- */

/* ERROR_LEDGER when more people may read or write its files than `is_shared` (its group) says, unless
 * BILLCTL_ALLOW_WORLD_READABLE is 1. */
gboolean db_check_access (struct db *db, gboolean is_shared, GError **error);
/* Makes it so; with check_only: whether that could be done. */
gboolean db_set_access (struct db *db, gboolean is_shared, gboolean check_only, GError **error);

/* ERROR_LEDGER when who is connected sees the rows of one customer: nothing can be said of the whole. */
gboolean db_check_sees_all (struct db *db, GError **error);

/* People, where the engine has roles: those of its server. ERROR_REFUSED on others, ERROR_LEDGER for who may not decide about that. */
struct db_person {
  char *role;
  char *access;   /* "operator", "auditor" or "tenant" */
  char *customer; /* whose rows a tenant sees; NULL: no one's, or all */
  gboolean may_log_in;
};
void db_person_clear (struct db_person *person);
gboolean db_people (struct db *db, GArray *ret, GError **error); /* appends struct db_person, by role */
struct db_access_request {
  const char *role;   /* ERROR_NOT_FOUND when the server has none */
  const char *access;
  gint64 customer_id; /* of a tenant */
};
gboolean db_access_grant (struct db *db, const struct db_access_request *request, gboolean *ret_changed, GError **error);
gboolean db_access_revoke (struct db *db, const char *role, gboolean *ret_changed, GError **error);
/* Roles, rights and policies become those that this program makes; *ret_roles names them. */
gboolean db_access_apply (struct db *db, char **ret_roles, GError **error);

/* --- Rows as they are: what copies between engines are made of --- */

/* A row is what COPY … (FORMAT binary) of PostgreSQL makes of it: the number of its columns (16 bits), and of each its length (32 bits; -1:
 * NULL) and its bytes, a number having eight; all big-endian. */
struct table_layout; /* store/migrations.h */

/* ERROR_LEDGER where the engine hides rows of any table from who asks, which would be fewer rows and no error. In a transaction. */
gboolean db_want_all_rows (struct db *db, GError **error);

/* All rows of a table in the order of its key, as of the transaction that is open. No other statement runs until they are freed.
 * ERROR_LEDGER for what the schema does not allow. */
struct db_rows;
gboolean db_rows_begin (struct db *db, const struct table_layout *table, struct db_rows **ret, GError **error);
gboolean db_rows_next (struct db_rows *rows, GByteArray *into, gboolean *ret_row, GError **error); /* appends one to `into` */
void db_rows_free (struct db_rows *rows);
typedef struct db_rows db_rows_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (db_rows_t, db_rows_free)

/* The other way: rows into a table, within a transaction. */
struct db_put;
gboolean db_put_begin (struct db *db, const struct table_layout *table, struct db_put **ret, GError **error);
gboolean db_put_rows (struct db_put *put, const guint8 *rows, gsize length, GError **error); /* whole ones */
gboolean db_put_end (struct db_put *put, GError **error);
void db_put_free (struct db_put *put); /* without an end before, the transaction is to be rolled back */
typedef struct db_put db_put_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (db_put_t, db_put_free)

/* A ledger that comes in row by row, in several transactions; nobody else can open it before all is there. What is there of it when the
 * work is cut off stays, with a note of where it comes from, so that it can go on.
 *
 * Is there room for one? As db_check_place(), but that *ret_begun may be TRUE: an earlier copy has not finished. */
gboolean db_fill_check (const char *path, gboolean without_roles, gboolean *ret_begun, struct db_place_words *ret, GError **error);
/* With `file`, which has just been begun, it goes there, and nothing is left of it when it is cut off; an engine that keeps ledgers
 * elsewhere takes none. ERROR_REFUSED while somebody else copies into it. */
gboolean db_fill_open (const char *path, struct new_file *file, gboolean without_roles, struct db **ret, GError **error);
gboolean db_fill_note (struct db *db, char **ret, GError **error); /* newly allocated; NULL: nothing is begun, "": what is there is of no use */
/* Tables of the newest schema, without rows and all that would slow them down; what was there of an earlier copy is gone. */
gboolean db_fill_begin (struct db *db, const char *note, GError **error);
/* In a transaction: all the rest of the schema, so that the commit makes it a ledger. Then db_publish(). */
gboolean db_fill_finish (struct db *db, GError **error);
void db_fill_discard (struct db *db); /* outside a transaction: nothing of it is to stay; then db_close() */

/* From here on the append-only tables are closed by the driver too, whatever SQL is prepared. */
void db_protect (struct db *db);

/* Before the first transaction that writes: what lets others read meanwhile. */
gboolean db_prepare_writing (struct db *db, GError **error);
gboolean db_begin_write (struct db *db, GError **error);
gboolean db_begin_read (struct db *db, GError **error);
gboolean db_commit (struct db *db, GError **error);
/* What db_run() has put off is done: for a transaction that will be rolled back although it should have gone well. */
gboolean db_settle (struct db *db, GError **error);
void db_rollback (struct db *db);
gboolean db_in_transaction (const struct db *db);
/* Whether the last db_begin_write(), or something before its end, failed because others wrote at the same time: done once more from the
 * beginning, it may go well. */
gboolean db_conflicted (const struct db *db);
gboolean db_savepoint (struct db *db, GError **error); /* one level: undo the work of one item of a batch */
gboolean db_savepoint_release (struct db *db, GError **error);
void db_savepoint_undo (struct db *db);

/* Prepares (or finds) a statement. */
gboolean db_query (struct db *db, enum statement id, struct query **ret, GError **error);

/* The parameters from the first on: 'i' gint64, 't' const char * (NULL gives NULL), 'n' nothing (NULL), 'I' gint64 and
 * gboolean is_null. Text must stay alive until the query is reset. */
void db_bind (struct query *query, const char *types, ...);
void db_bind_int64 (struct query *query, int index, gint64 value); /* index from 1 */
void db_bind_text (struct query *query, int index, const char *text, gssize length);
void db_bind_null (struct query *query, int index);

/* *ret_row: there is a row. At the end, or on error, the query is reset. */
gboolean db_step (struct query *query, gboolean *ret_row, GError **error);
/* Runs a statement of which nobody wants rows, changes or the id, and resets it; its text is not needed any longer. The engine may put it
 * off until it is asked for something else, db_commit() at the latest, which then fails in its place. */
gboolean db_run (struct query *query, GError **error);
void db_reset (struct query *query);

/* Columns from 0. */
gint64 db_int64 (struct query *query, int column);
const char *db_text (struct query *query, int column, gsize *ret_length); /* NULL when NULL; ret_length may be NULL */
gboolean db_is_null (struct query *query, int column);

/* Prepare, bind, run to the end: for statements without rows. With ret_changes NULL as db_run(). */
gboolean db_execute (struct db *db, enum statement id, gint64 *ret_changes, GError **error, const char *types, ...);
/* Prepare, bind and step once: *ret is NULL when there is no row (already reset); else reset it when done. */
gboolean db_find (struct db *db, enum statement id, struct query **ret, GError **error, const char *types, ...);
/* One integer; *ret is `otherwise` when there is no row or it is NULL. */
gboolean db_find_int64 (struct db *db, enum statement id, gint64 otherwise, gint64 *ret, GError **error, const char *types, ...);
gint64 db_last_id (struct db *db);
gint64 db_changes (struct db *db); /* rows that the last INSERT, UPDATE or DELETE touched */

/* A query of one parameter, a number, for each of `keys` (gint64), in as few ways to the engine as it takes: `visit` gets every row, in
 * the order of the keys (those of one key in any), with the place in `keys` that it belongs to. It runs no statement. */
typedef gboolean (*db_visit) (void *data, guint place, struct query *row, GError **error);
struct db_each {
  enum statement id;
  const GArray *keys;
  db_visit visit;
  void *data;
};
gboolean db_each (struct db *db, const struct db_each *each, GError **error);
/* What db_each() does, one key after the other. */
gboolean db_each_alone (struct db *db, const struct db_each *each, GError **error);

/* A cursor of its own: like db_query, but never shared, for use while the same statement may run elsewhere. Free with
 * db_query_free. */
gboolean db_cursor (struct db *db, enum statement id, struct query **ret, GError **error);
void db_query_free (struct query *query);

/* Many rows through one INSERT whose parameters stand in the order of its columns; the engine takes them as it likes best, and from
 * begin to end no other statement runs. With ON CONFLICT (KEY) DO NOTHING they come in the order of the key, which is a number; those that
 * it leaves out are handed to `skipped` by their number, counted from 0, before db_load_end() returns, which runs no statement either. */
struct load;
struct load_request {
  enum statement id;
  gboolean (*skipped) (void *data, guint64 row, GError **error); /* NULL: there are none */
  void *data;
};
gboolean db_load_begin (struct db *db, const struct load_request *request, struct load **ret, GError **error);
struct query *db_load_row (struct load *load); /* to bind the next row to; what is not bound again stays from the last one */
gboolean db_load_add (struct load *load, GError **error);
gboolean db_load_end (struct load *load, GError **error);
void db_load_free (struct load *load); /* without an end before, some or all rows may be missing */
typedef struct load load_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (load_t, db_load_free)

/* For the test that reads every query plan: one text per step of the plan. */
gboolean db_explain (struct db *db, enum statement id, GPtrArray *ret, GError **error);

typedef struct query query_t; /* for g_autoptr only */
static inline void
db_reset_if (struct query *query)
{
  if (query != NULL)
    db_reset (query);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (query_t, db_reset_if)

#endif
