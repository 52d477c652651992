/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger knows of Stripe: which objects are there, and which requests have left.
 *
 * An account is "acct_1/test" or "acct_1/live": objects of two accounts, and test and live objects, never mix. Text is borrowed:
 * from the caller when writing, from a walk until its visitor returns. */
#ifndef BILLCTL_STORE_STRIPE_H
#define BILLCTL_STORE_STRIPE_H

#include <glib.h>

struct ledger;

/* An object at Stripe that stands for something in the ledger. */
struct stripe_object {
  const char *account;
  const char *kind;      /* "customer", "product", "price" */
  const char *local_key; /* customer code, plan code, lookup key */
  const char *stripe_id;
  const char *content;   /* a hash of what was sent last; "" when that is not known */
  gint64 synced_at_us;   /* by the clock */
};

typedef gboolean (*stripe_object_visit) (const struct stripe_object *object, void *data, GError **error);
/* All of one account, by kind and key. */
gboolean stripe_object_each (struct ledger *ledger, const char *account, stripe_object_visit visit, void *data, GError **error);
/* *ret_id: its id at Stripe, newly allocated; NULL when there is none. Only account, kind and local_key are read. */
gboolean stripe_object_find (struct ledger *ledger, const struct stripe_object *object, char **ret_id, GError **error);
gboolean stripe_object_set (struct ledger *ledger, const struct stripe_object *object, GError **error); /* adds or replaces */
/* Only while it still has this id. */
gboolean stripe_object_remove (struct ledger *ledger, const struct stripe_object *object, GError **error);
/* The account that was written to last, newly allocated; NULL when there is none. */
gboolean stripe_account_latest (struct ledger *ledger, char **ret, GError **error);

/* A request that leaves the machine, committed before it does. */
struct outbox_entry {
  gint64 id;             /* not read by outbox_add */
  const char *channel;   /* "stripe" */
  const char *account;
  const char *operation; /* "create customer" */
  const char *local_key;
  const char *method;
  const char *path;
  const char *body;
  const char *idempotency_key; /* unique */
  gint64 created_at_us;  /* by the clock, as the other side counts the life of the key */
};

gboolean outbox_add (struct ledger *ledger, const struct outbox_entry *entry, gint64 *ret_id, GError **error);

typedef gboolean (*outbox_visit) (const struct outbox_entry *entry, void *data, GError **error);
/* Those whose outcome is not known, oldest first. */
gboolean outbox_each_open (struct ledger *ledger, const char *channel, const char *account, outbox_visit visit, void *data,
                           GError **error);

/* What became of a request. */
struct outbox_outcome {
  gint64 id;
  gboolean done;           /* else it failed: nothing was changed by it */
  const char *remote_id;   /* NULL: none; so the next ones */
  const char *request_id;
  const char *error;
  gint64 settled_at_us;
};
/* No change when it was settled before. */
gboolean outbox_settle (struct ledger *ledger, const struct outbox_outcome *outcome, GError **error);
/* Keeps it open and notes the last trouble with it. */
gboolean outbox_note (struct ledger *ledger, const struct outbox_outcome *outcome, GError **error);

#endif
