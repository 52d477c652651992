/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups of a ledger, and ledgers from backups. */
#ifndef BILLCTL_SERVICE_LEDGER_BACKUP_H
#define BILLCTL_SERVICE_LEDGER_BACKUP_H

#include "base/progress.h"
#include "store/copy.h"

#include <glib.h>

struct backup_request {
  const char *from;      /* the ledger */
  const char *path;      /* the file */
  const char *exec_path; /* where helper programs are */
  gint64 now_us;
  gboolean dry_run;      /* all but the naming is done */
  const struct progress_sink *progress; /* in bytes, or in rows where the ledger is no file */
};

/* A copy of the ledger as it is at one instant, while others read and write; proved before it gets its name (store/copy.h, and
 * store/copy-receive.h for a ledger of another engine). ERROR_USAGE for what is no file, ERROR_REFUSED when there is one of that name. */
gboolean ledger_backup (const struct backup_request *request, struct copy_facts *ret, GError **error);

struct restore_request {
  const char *from;   /* file with a ledger, of a schema that is known */
  const char *to;     /* the ledger that it becomes; its folder is made when missing. On a server there must be none */
  const char *exec_path;
  gint64 now_us;
  gboolean dry_run;   /* all but the replacing is done */
  const struct progress_sink *progress; /* as above */
  /* Whether what is there (`what`: "a ledger", …) may be replaced; NULL error set: no. Not called when nothing is there. */
  gboolean (*confirm) (const char *what, void *data, GError **error);
  void *data;
};

struct restore_result {
  struct copy_facts facts;
  char *kept; /* what the ledger that was there is called now; NULL: there was none, or in a dry run */
};
void restore_result_clear (struct restore_result *result);
typedef struct restore_result restore_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (restore_result_t, restore_result_clear)

/* ERROR_LEDGER when `from` is not a sound ledger, or others work on `to`; ERROR_REFUSED when both are one file. */
gboolean ledger_restore (const struct restore_request *request, struct restore_result *ret, GError **error);

#endif
