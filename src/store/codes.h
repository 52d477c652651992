/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids and the codes that people know them by, all in memory: for walks over more rows than there are names. */
#ifndef BILLCTL_STORE_CODES_H
#define BILLCTL_STORE_CODES_H

#include <glib.h>

struct ledger;

enum codes_of {
  CODES_OF_CUSTOMERS,
  CODES_OF_METRICS,
  CODES_OF_SUBSCRIPTIONS,
  CODES_OF_SOURCES,
  CODES_OF_PLAN_VERSIONS, /* "professional v2" */
};

struct codes;
gboolean codes_load (struct ledger *ledger, enum codes_of of, struct codes **ret, GError **error);
const char *codes_get (const struct codes *codes, gint64 id); /* NULL when there is none */
void codes_free (struct codes *codes);
typedef struct codes codes_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (codes_t, codes_free)

#endif
