/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger: the database that billctl works on, opened and checked, with transactions, settings and the audit log.
 *
 * A ledger is made in main, passed down, and used by one thread. Every write happens between ledger_begin() and
 * ledger_commit(); in a dry run ledger_commit() rolls back instead, so services need not know. */
#ifndef BILLCTL_STORE_LEDGER_H
#define BILLCTL_STORE_LEDGER_H

#include <glib.h>

struct ledger;
struct db;
struct db_engine;

enum ledger_mode {
  LEDGER_READ, /* nothing is written */
  LEDGER_WRITE,
};

/* What there is to say of a ledger that was made, or could be. */
struct ledger_made {
  char *roles;  /* on a server: the roles for people that come with it, in words; NULL: none */
  char *advice; /* as ledger_advice() */
};
void ledger_made_clear (struct ledger_made *made);
typedef struct ledger_made ledger_made_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ledger_made_t, ledger_made_clear)

struct ledger_open_request {
  const char *path; /* a file, or what engine.h knows */
  const char *name; /* what messages call it; NULL: path, without a password */
  enum ledger_mode mode;
  gboolean any_version; /* LEDGER_READ: an older schema will do, for what reads only what every version has */
  gboolean dry_run;
  gboolean without_roles; /* ledger_make() on a server: only its owner opens it */
  struct ledger_made *ret_made; /* of ledger_make(), when it went well; NULL: not wanted */
  const char *actor;   /* who is written into the audit log; NULL: the login name */
  const char *command; /* "invoice generate": what is written into the audit log */
  gint64 now_us;       /* the as-of instant; stamped on what is written */
};

/* ERROR_LEDGER for a file that is not a ledger, newer than the program, damaged, read-only or locked; ERROR_NOT_FOUND
 * with a hint about `billctl init` when there is none; ERROR_REMOTE when its server is out of reach; ERROR_LEDGER when more people may read it than the setting ledger.shared says.
 * Older ledgers are copied beside themselves and migrated by LEDGER_WRITE. */
gboolean ledger_open (const struct ledger_open_request *request, struct ledger **ret, GError **error);
/* A new ledger with the first row of its audit log; nobody sees half of one. ERROR_REFUSED when there is something already, and
 * the message says what. With dry_run only looks whether it could. */
gboolean ledger_make (const struct ledger_open_request *request, GError **error);
void ledger_close (struct ledger *ledger); /* NULL is fine; rolls back what is not committed */
typedef struct ledger ledger_t;            /* for g_autoptr (ledger_t) only */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ledger_t, ledger_close)

/* What a person should know about the connection to it, such as that nothing proves the server; NULL: nothing. */
const char *ledger_advice (const struct ledger *ledger);

/* The version of the schema when it was opened, after a migration the newest; the newest that this program knows. */
gint64 ledger_schema_version (const struct ledger *ledger);
gint64 ledger_newest_version (void);
/* The version that a migration leads to, and its name (static); NULL behind the last. They are counted from 0. */
const char *ledger_migration_name (int index, gint64 *ret_version);
/* What opening it did: from which version it was migrated (0: it was not), and the copy of it that is kept (NULL: none). */
gint64 ledger_migrated_from (const struct ledger *ledger);
const char *ledger_migration_copy (const struct ledger *ledger);

/* The permissions of its files become what the setting ledger.shared says; in a dry run, or with check_only: whether they could. */
gboolean ledger_apply_access (struct ledger *ledger, gboolean check_only, GError **error);

/* One writer at a time; waits for other writers with a jittered sleep, up to 30 s or what BILLCTL_BUSY_TIMEOUT_MS says, then
 * ERROR_LEDGER. ledger_begin_read() takes a snapshot for several reads. */
gboolean ledger_begin (struct ledger *ledger, GError **error);
gboolean ledger_begin_read (struct ledger *ledger, GError **error);
/* Commits; in a dry run rolls back and succeeds. */
gboolean ledger_commit (struct ledger *ledger, GError **error);
void ledger_rollback (struct ledger *ledger);
/* After a failure: others wrote at the same time, and nothing has been committed yet; the same again may go well. */
gboolean ledger_may_try_again (const struct ledger *ledger); /* no-op outside a transaction */

gboolean ledger_is_dry_run (const struct ledger *ledger);
gint64 ledger_now_us (const struct ledger *ledger);
const char *ledger_path (const struct ledger *ledger);
const char *ledger_command (const struct ledger *ledger);
struct db *ledger_db (struct ledger *ledger); /* for the other files of src/store only */

/* ERROR_LEDGER when this program is not the one that works on such a ledger. */
gboolean ledger_check_engine (const char *path, GError **error);
/* The helper program that works on such a ledger, such as "billctl-postgresql"; NULL: this one does. */
const char *ledger_engine_program (const char *path);
gboolean ledger_path_is_file (const char *path);
char *ledger_path_shown (const char *path); /* as messages call it: without a password */
void ledger_hide_password (char *word);          /* of the command line: lists of processes show it as messages do */
const struct db_engine *ledger_engine (void); /* store/db.h */

#endif
