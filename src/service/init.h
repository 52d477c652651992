/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a ledger. */
#ifndef BILLCTL_SERVICE_INIT_H
#define BILLCTL_SERVICE_INIT_H

#include <glib.h>

struct init_request {
  const char *path;
  const char *actor;   /* NULL: the login name */
  const char *command; /* for the audit log */
  gint64 now_us;
  gboolean dry_run;    /* checks only */
  gboolean without_roles; /* on a server: only its owner opens it */
};

struct init_result {
  char *roles;  /* on a server: those for people, in words; NULL: none */
  char *advice; /* about the connection; NULL: none */
};
void init_result_clear (struct init_result *result);
typedef struct init_result init_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (init_result_t, init_result_clear)

/* Makes the ledger, with the first row of its audit log; a file is readable by its owner alone. ERROR_REFUSED when there is something
 * already, whatever it is; the message says what. */
gboolean ledger_init (const struct init_request *request, struct init_result *ret, GError **error);

/* How messages call the ledger: without a password. */
char *ledger_name (const char *path);
gboolean ledger_name_is_file (const char *path);

/* The library of the database that this program was built for. */
struct engine {
  const char *code; /* "sqlite" */
  const char *name; /* "SQLite" */
  char *version; /* newly allocated */
};
struct engine engine_of_program (void);

#endif
