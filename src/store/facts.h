/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say of a ledger as a whole. */
#ifndef BILLCTL_STORE_FACTS_H
#define BILLCTL_STORE_FACTS_H

#include "store/audit.h"

#include <glib.h>

struct ledger;

struct table_facts {
  const char *name;
  gint64 rows;
};

struct ledger_facts {
  const char *engine;         /* "sqlite"; borrowed */
  const char *engine_version; /* borrowed */
  gint64 size_bytes;
  int mode;                   /* permissions of its file; -1: it has none */
  gint64 version;             /* of the schema, and the newest one */
  gint64 newest_version;
  char *id;                   /* settings ledger.id, ledger.name, ledger.shared */
  char *name;
  char *shared;
  gint64 drafts;              /* invoices that are not issued */
  struct audit_head head;
  GArray *tables;             /* of struct table_facts, by name */
  GPtrArray *names;           /* owns those of the tables */
};

/* At one instant; works with any version of the schema. */
gboolean ledger_facts_read (struct ledger *ledger, struct ledger_facts *ret, GError **error);
void ledger_facts_clear (struct ledger_facts *facts);
typedef struct ledger_facts ledger_facts_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ledger_facts_t, ledger_facts_clear)

#endif
