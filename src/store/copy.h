/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of whole ledgers, proved before anybody relies on them. */
#ifndef BILLCTL_STORE_COPY_H
#define BILLCTL_STORE_COPY_H

#include "base/new-file.h"
#include "base/progress.h"
#include "store/audit.h"

#include <glib.h>

struct ledger;

/* What is in a copy. */
struct copy_facts {
  gint64 version;   /* of the schema */
  gint64 size_bytes;
  gint64 tables;
  gint64 rows;      /* of all tables */
  gboolean is_shared;
  char *advice;     /* about the connection to a server; NULL: none */
  struct audit_head head;
};
void copy_facts_clear (struct copy_facts *facts);
typedef struct copy_facts copy_facts_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (copy_facts_t, copy_facts_clear)

/* Writes the ledger, as it is at one instant, into `file`, which has just been begun. The copy is opened again and proved: the database
 * itself with its references and guards, the rows of every table against those of the original, the audit chain and its end. Others
 * work on the ledger meanwhile. ERROR_LEDGER when something is not sound. `progress` is in bytes. */
gboolean copy_make (struct ledger *ledger, struct new_file *file, const struct progress_sink *progress, struct copy_facts *ret, GError **error);

#endif
