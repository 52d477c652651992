/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing an older ledger to the newest schema. */
#ifndef BILLCTL_SERVICE_LEDGER_MIGRATE_H
#define BILLCTL_SERVICE_LEDGER_MIGRATE_H

#include <glib.h>

struct migrate_request {
  const char *path;
  const char *actor;   /* NULL: the login name */
  const char *command; /* for the audit log */
  gint64 now_us;
  gboolean dry_run;    /* nothing is written */
};

struct migrate_result {
  gint64 version; /* it had; equal to `newest`: there was nothing to do */
  gint64 newest;
  char *advice;   /* about the connection; NULL: none */
  char *copy;     /* what is kept of the ledger as it was; NULL: nothing */
};
void migrate_result_clear (struct migrate_result *result);
typedef struct migrate_result migrate_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (migrate_result_t, migrate_result_clear)

/* Every migration in order, whether it was run (or is to be, in a dry run) or not. */
const char *migrate_result_name (const struct migrate_result *result, int index, gboolean *ret_ran); /* NULL behind the last */

gboolean ledger_migrate (const struct migrate_request *request, struct migrate_result *ret, GError **error);

#endif
