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
  gboolean without_roles; /* with creating */
  gboolean may_write;     /* the role that is connected */
  gboolean sees_all;
  gboolean is_held;       /* … sees what policies let it see, even where that is all */
  char *schema;           /* where the ledger is or is to be, as SQL takes it */
  char *advice;           /* NULL: none */
  gboolean is_unfinished; /* a copy into it stopped before its end */
  gboolean protected;
  gboolean reading; /* a transaction that a cursor began by itself */
  gboolean locked;  /* this session is the one that may write */
  gboolean conflicted; /* the transaction that was begun last cannot be brought in line with one of somebody else's */
  char *warning; /* the last one that the server gave */
  gint64 busy_limit_ms;
  gint64 last_id;
  gint64 changes;
  GPtrArray *preparing; /* struct query *: to be prepared in the exchange that is under way */
  guint prepared_count; /* for their names: s1, s2 … */
  int put_off; /* statements that were given to the connection, but not yet to the server; see postgresql_settle() */
  guint cursor_count;       /* for their names: c1, c2 … */
  guint cursors_before;     /* those up to here were there before the savepoint */
  GPtrArray *cursors;       /* struct query *: open on the server */
  GPtrArray *cursors_ended; /* char *: names that the server may forget */
  struct query *queries[SQL_STATEMENT_COUNT];
  gboolean prepared_short[SQL_STATEMENT_COUNT]; /* as what may have few rows; see cursor_begin() */
};

enum { POSTGRESQL_INT64_SIZE = 24 };
enum { POSTGRESQL_INT64 = 20, POSTGRESQL_TEXT = 25, POSTGRESQL_INT64_ARRAY = 1016, POSTGRESQL_NUMERIC = 1700 }; /* what the server calls its types, always */

struct query {
  struct db *db;
  enum statement id;
  char *sql;  /* in the words of PostgreSQL */
  char *name; /* of the prepared statement, or of the cursor */
  gboolean is_cursor;
  gboolean is_prepared; /* the server knows it by its name, or will before it is asked to run it */
  gboolean returns_id; /* an INSERT whose only row is the id that it gave */
  gboolean is_load; /* its numbers are bound in binary form */
  gboolean busy;
  gboolean is_open; /* a cursor on the server, with rows to come */
  gboolean is_lost; /* one that has rows to come and can be read no more */
  int count;        /* parameters */
  Oid *types;
  const char **values;
  int *lengths;
  int *formats;
  char (*numbers)[POSTGRESQL_INT64_SIZE];
  PGresult *result;
  int row; /* the one that db_int64() and db_text() look at */
};

typedef PGresult result_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (result_t, PQclear)

#define POSTGRESQL_LEDGER_TABLE "billctl_ledger" /* one row: the version of the schema, and the names of the roles */
#define POSTGRESQL_TENANT_TABLE "billctl_tenant" /* which customer a role sees */
#define POSTGRESQL_IS_OURS "relname NOT IN ('" POSTGRESQL_LEDGER_TABLE "', '" POSTGRESQL_TENANT_TABLE "')" /* what every engine has */
/* The advisory lock of a ledger: this number ("bill"), and the oid of its table. */
#define POSTGRESQL_LOCK_CLASS 1651076204
#define POSTGRESQL_COPY_TABLE "billctl_copy" /* one row: where a ledger comes from that is not whole yet */

/* Connects and looks around; *ret_is_ledger: the tables of a ledger are there. */
gboolean postgresql_connect (const struct db_open_request *request, struct db **ret, gboolean *ret_is_ledger, GError **error);

/* Says that there is no ledger here; always FALSE. */
gboolean postgresql_fail_no_ledger (struct db *db, GError **error);

/* Says why a command failed; `result` may be NULL. Always FALSE. */
gboolean postgresql_fail (struct db *db, const PGresult *result, const char *doing, GError **error);
gboolean postgresql_fail_conflict (struct db *db, const char *doing, GError **error);

/* Commands that go to the server in one way there and back; those that were put off go before them. */
struct exchange {
  struct db *db;
  const char *doing;
  int count;
};
struct exchange postgresql_exchange (struct db *db, const char *doing);
gboolean postgresql_send (struct exchange *exchange, const char *sql, const struct query *parameters, GError **error); /* NULL: none */
gboolean postgresql_send_prepared (struct exchange *exchange, const char *name, const struct query *query, GError **error);
/* A statement of db_query(), which is prepared in the same way when it runs for the first time. */
gboolean postgresql_send_query (struct exchange *exchange, struct query *query, GError **error);
/* What the last one returned, or the error of the first that failed. */
gboolean postgresql_receive (struct exchange *exchange, PGresult **ret, GError **error);

/* Puts a statement off whose result nobody asks for: its error may be that of a later call. */
gboolean postgresql_put_off (struct query *query, GError **error);
/* Must come before every other use of the connection than the above. */
gboolean postgresql_settle (struct db *db, GError **error);

/* One or more commands in a text, with no parameters; *ret (may be NULL) is what the last one returned, and is freed with PQclear. */
gboolean postgresql_run (struct db *db, const char *sql, const char *doing, PGresult **ret, GError **error);

/* Runs a statement, whose one parameter is an array of numbers, for all of `keys` (gint64), some thousand at a time: `visit` is told which
 * key the array began with, and may not keep the result. */
typedef gboolean (*postgresql_visit) (void *data, guint from, PGresult *result, GError **error);
gboolean postgresql_run_for_keys (struct db *db, const char *sql, const GArray *keys, postgresql_visit visit, void *data, GError **error);

/* A statement in the words of PostgreSQL, not prepared yet. */
struct query *postgresql_query_new (struct db *db, enum statement id);
/* "INSERT INTO usage (…", "INSERT INTO " -> "usage", newly allocated; NULL when it does not begin so. */
char *postgresql_word_behind (const char *sql, const char *verb);

/* A statement of the schema as it stands in schema/ -> the commands that do the same here. */
char *postgresql_translate (const char *statement);
/* First in each transaction that makes something: functions are to find what they name where the ledger is. */
extern const char postgresql_search_here[];
/* What makes it a ledger, of version 0, with its roles: the last thing in a new schema. */
gboolean postgresql_make_ledger_table (struct db *db, GError **error);
/* ERROR_REFUSED or ERROR_LEDGER when no ledger can be made there. */
gboolean postgresql_check_room (struct db *db, gboolean is_ledger, struct db_place_words *ret, GError **error);
/* Whether a table of the newest schema has ids of its own. */
gboolean postgresql_has_id (const char *table);
/* The name behind the words that a statement of the schema begins with, newly allocated; NULL when it does not begin so. */
char *postgresql_schema_name (const char *statement, const char *words);

/* --- Roles --- */

enum { POSTGRESQL_OPERATOR, POSTGRESQL_AUDITOR, POSTGRESQL_TENANT, POSTGRESQL_ROLE_COUNT };
struct postgresql_roles {
  char *names[POSTGRESQL_ROLE_COUNT]; /* NULL: the ledger is its owner's alone */
  char *quoted[POSTGRESQL_ROLE_COUNT]; /* as SQL takes them */
};
void postgresql_roles_clear (struct postgresql_roles *roles);
typedef struct postgresql_roles postgresql_roles_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (postgresql_roles_t, postgresql_roles_clear)

gboolean postgresql_roles_read (struct db *db, struct postgresql_roles *ret, GError **error);
/* Names for those of a new ledger; *ret_sql: what makes those that are not there, "" for none; *ret_told: the names in words. Both may be
 * NULL. ERROR_LEDGER when that cannot be. */
gboolean postgresql_roles_choose (struct db *db, struct postgresql_roles *ret, char **ret_sql, char **ret_told, GError **error);

/* What gives them their rights in a ledger that has just been made; and what takes away before that what there is. `schema` is quoted. */
char *postgresql_access_sql (const struct postgresql_roles *roles, const char *schema);
char *postgresql_access_clear_sql (const struct postgresql_roles *roles);
/* The one behind the other, in a ledger that has its roles. */
gboolean postgresql_apply_access (struct db *db, const struct postgresql_roles *roles, GError **error);
/* Adds "right of ROLE to TABLE", "policy NAME of TABLE" … with what they are to be, and are. */
gboolean postgresql_compare_access (struct db *db, const struct postgresql_roles *roles, GHashTable *ret_wanted, GHashTable *ret_found,
                                    GError **error);
/* Who opens the ledger, and could do more than that. */
gboolean postgresql_check_people (struct db *db, const struct postgresql_roles *roles, GPtrArray *ret_problems, GError **error);

#endif
