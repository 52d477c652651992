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
};

/* Makes the ledger, readable by its owner alone, with the first row of its audit log. ERROR_REFUSED when the file exists, whatever it
 * is; the message says what. */
gboolean ledger_init (const struct init_request *request, GError **error);

/* The version of SQLite, which ledgers are kept in. */
const char *engine_version (void);

#endif
