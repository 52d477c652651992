/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes that begin with a few letters, and the names that go with them: for completion. */
#ifndef BILLCTL_STORE_PREFIX_H
#define BILLCTL_STORE_PREFIX_H

#include <glib.h>

struct ledger;

enum prefix_of {
  PREFIX_OF_CUSTOMERS,
  PREFIX_OF_PLANS,
  PREFIX_OF_METRICS,
  PREFIX_OF_SUBSCRIPTIONS,
  PREFIX_OF_DRAFTS,   /* "draft-7" */
  PREFIX_OF_INVOICES, /* the numbers of issued ones */
  PREFIX_OF_ACCOUNTS, /* of the books */
  PREFIX_OF_CREDIT_NOTES,
  PREFIX_OF_COUPONS,
  PREFIX_OF_CHARGES,  /* numbers of those that wait for an invoice, and what they are for */
};

/* Both are borrowed until it returns; the name may be NULL. */
typedef void (*prefix_visit) (const char *code, const char *name, gpointer data);

/* The first `limit` codes that begin with `prefix` (UTF-8), in order; drafts by customer. */
gboolean prefix_each (struct ledger *ledger, enum prefix_of of, const char *prefix, gint64 limit, prefix_visit visit, gpointer data,
                      GError **error);

#endif
