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

enum ledger_mode {
  LEDGER_READ,   /* must exist; nothing is written */
  LEDGER_WRITE,  /* must exist */
  LEDGER_CREATE, /* must not exist; its folder is made when missing */
};

struct ledger_open_request {
  const char *path;
  enum ledger_mode mode;
  gboolean dry_run;
  const char *actor;   /* who is written into the audit log; NULL: the login name */
  const char *command; /* "invoice generate": what is written into the audit log */
  gint64 now_us;       /* the as-of instant; stamped on what is written */
};

/* ERROR_LEDGER for a file that is not a ledger, newer than the program, damaged, read-only or locked; ERROR_NOT_FOUND
 * with a hint about `billctl init` when there is none. Older ledgers are copied beside themselves and migrated by LEDGER_WRITE. */
gboolean ledger_open (const struct ledger_open_request *request, struct ledger **ret, GError **error);
void ledger_close (struct ledger *ledger); /* NULL is fine; rolls back what is not committed */
typedef struct ledger ledger_t;            /* for g_autoptr (ledger_t) only */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ledger_t, ledger_close)

/* BEGIN IMMEDIATE; waits for other writers with a jittered sleep, up to 30 s or what BILLCTL_BUSY_TIMEOUT_MS says, then
 * ERROR_LEDGER. ledger_begin_read() takes a snapshot for several reads. */
gboolean ledger_begin (struct ledger *ledger, GError **error);
gboolean ledger_begin_read (struct ledger *ledger, GError **error);
/* Commits; in a dry run rolls back and succeeds. */
gboolean ledger_commit (struct ledger *ledger, GError **error);
void ledger_rollback (struct ledger *ledger); /* no-op outside a transaction */

gboolean ledger_is_dry_run (const struct ledger *ledger);
gint64 ledger_now_us (const struct ledger *ledger);
const char *ledger_path (const struct ledger *ledger);
const char *ledger_command (const struct ledger *ledger);
struct db *ledger_db (struct ledger *ledger); /* for the other files of src/store only */

/* The version of the database library. */
const char *ledger_engine_version (void);

#endif
