/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing side of a copy between engines: a new ledger of what another program of ours reads and hands on (store/copy-stream.h). */
#ifndef BILLCTL_STORE_COPY_RECEIVE_H
#define BILLCTL_STORE_COPY_RECEIVE_H

#include "base/new-file.h"
#include "base/process.h"
#include "base/progress.h"
#include "store/audit.h"

#include <glib.h>

enum copy_start {
  COPY_STARTS,       /* nothing was there */
  COPY_GOES_ON,      /* where an earlier copy of the same stopped */
  COPY_STARTS_OVER,  /* what was there is of another ledger, or of this one as it was; or that was asked for */
};

struct receive_request {
  const char *to;         /* what the driver of this program takes; there must be no ledger */
  struct new_file *file;  /* just begun: it goes there, in one go; NULL: to where `to` says */
  struct process *source; /* a program that sends */
  gboolean restart;       /* nothing of an earlier copy is used */
  gboolean without_roles; /* on a server: only its owner opens it */
  gboolean dry_run;       /* the source is read and proved, and nothing is written */
  gint64 now_us;
  const struct progress_sink *progress; /* in rows */
  /* Before the first row; `rows` are those that are there already. NULL: nobody wants to know. */
  void (*tell) (void *data, enum copy_start start, gint64 rows);
  void *data;
};

/* What both ends agree on. */
struct receive_result {
  char *id; /* of the ledger */
  gint64 version;
  gint64 size_bytes; /* of the new one; 0 in a dry run */
  gint64 rows;
  gboolean is_begun; /* an earlier copy had not finished */
  gboolean is_shared;
  char *roles;  /* on a server: those for people, in words; NULL: none */
  char *advice; /* about the connection to it; NULL: none */
  char *source_advice; /* and about the one to the source */
  struct audit_head head; /* rows and hash */
  GArray *tables;         /* of struct table_told (store/table-proof.h), in the order of the schema */
};
void receive_result_clear (struct receive_result *result);
typedef struct receive_result receive_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (receive_result_t, receive_result_clear)

/* The new ledger can be opened when all is proved: each table is read again and has the rows, sums and digest that it had at the source;
 * its references and guards stand; the chain of the audit log holds at both ends, and has the same end. What is there of one that is cut
 * off stays, and is gone on with by the next call, unless it has a `file`. ERROR_REFUSED when there is something, or somebody else copies
 * into it; ERROR_LEDGER when an end is not sound or the ends differ; what the source says of itself has its own status. */
gboolean copy_receive (const struct receive_request *request, struct receive_result *ret, GError **error);

#endif
