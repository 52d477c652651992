/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledgers that move from one engine to another.
 *
 * A program has one engine. This one writes; it starts the program of the other end, or itself once more, to read, and takes what comes
 * over a pipe. The name of the ledger that is read goes over a descriptor, since there may be a password in it. */
#ifndef BILLCTL_SERVICE_LEDGER_COPY_H
#define BILLCTL_SERVICE_LEDGER_COPY_H

#include "store/copy-receive.h"
#include "store/table-proof.h"

#include <glib.h>

struct copy_ledger_request {
  const char *from;
  const char *to;        /* of the engine of this program */
  const char *file_name; /* instead of `to`: a file that is whole or not there at all */
  const char *exec_path; /* where helper programs are */
  gboolean restart;
  gboolean without_roles;
  gboolean dry_run;
  gint64 now_us;
  const struct progress_sink *progress;
  void (*tell) (void *data, enum copy_start start, gint64 rows); /* store/copy-receive.h */
  void *data;
};
gboolean ledger_copy (const struct copy_ledger_request *request, struct receive_result *ret, GError **error);

/* What the program does that is started to read: the name comes from descriptor 3. ERROR_USAGE when a person starts it. */
struct send_request {
  gint64 now_us;
  int in;
  int out;
};
gboolean ledger_send (const struct send_request *request, GError **error);

#endif
