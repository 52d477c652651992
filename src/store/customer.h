/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers. */
#ifndef BILLCTL_STORE_CUSTOMER_H
#define BILLCTL_STORE_CUSTOMER_H

#include <glib.h>

struct ledger;

/* Text is borrowed: from the caller when writing, from the walk until its next step, from itself when customer_find
 * allocated it. */
struct customer {
  gint64 id;
  const char *code;
  const char *name;
  const char *email;    /* NULL: none; so the next ones */
  const char *currency; /* upper case ISO 4217 code */
  const char *timezone; /* IANA name */
  const char *locale;
  const char *address;    /* "Main Street 1\nBerlin" */
  const char *country;    /* ISO 3166 code of two letters */
  const char *region;     /* state or province, as tax rates name it */
  const char *tax_id;
  const char *payment_method; /* what the payment provider calls it, never the number of a card */
  const char *tax_exempt; /* why no tax is charged, as invoices say it */
  const char *payer;    /* "self"; "parent": on its invoices; "parent_apart": on invoices of its own that the parent pays; NULL: self */
  const char *grouping; /* "together"; "apart": an invoice for each subscription; NULL: together */
  gint64 issuer_id;
  gint64 parent_id;     /* 0: none */
  const char *parent_code; /* reading only */
  gint64 created_at_us;
};

/* ERROR_NOT_FOUND with a did-you-mean hint when there is none. The strings are copied; free with customer_free. */
gboolean customer_find_by_code (struct ledger *ledger, const char *code, struct customer **ret, GError **error);
/* *ret is NULL when there is none. */
gboolean customer_look_up (struct ledger *ledger, const char *code, struct customer **ret, GError **error);
gboolean customer_find_by_id (struct ledger *ledger, gint64 id, struct customer **ret, GError **error);
void customer_free (struct customer *customer); /* NULL is fine */
typedef struct customer customer_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (customer_t, customer_free)

/* *ret_id is 0 when there is none. */
gboolean customer_id_by_code (struct ledger *ledger, const char *code, gint64 *ret_id, GError **error);

/* ERROR_NOT_FOUND "there is no customer 'x'" with its hint; for callers that looked the code up otherwise. Returns FALSE. */
gboolean customer_fail_unknown (struct ledger *ledger, const char *code, GError **error);

/* `id`, `parent_code` and `created_at_us` are not read: ids are given here, the time is the ledger's now. */
gboolean customer_insert (struct ledger *ledger, const struct customer *customer, gint64 *ret_id, GError **error);
/* Moves the subscriptions of a customer to who pays for it now. */
gboolean customer_set_payer (struct ledger *ledger, gint64 id, GError **error);
/* Does it pay for a child? */
gboolean customer_pays_for_others (struct ledger *ledger, gint64 id, gboolean *ret, GError **error);
/* Everything but the code, by id. */
gboolean customer_update (struct ledger *ledger, const struct customer *customer, GError **error);

enum customer_bond { CUSTOMER_FREE, CUSTOMER_HAS_SUBSCRIPTIONS, CUSTOMER_HAS_INVOICES };
/* What ties the customer to its currency. */
gboolean customer_bond (struct ledger *ledger, gint64 id, enum customer_bond *ret, GError **error);

struct customer_filter {
  const char *currency; /* upper case; NULL: all */
};

/* All customers by code. */
struct customer_walk;
gboolean customer_walk_begin (struct ledger *ledger, const struct customer_filter *filter, struct customer_walk **ret, GError **error);
/* *ret is NULL at the end. *ret_subscriptions: how many it has. */
gboolean customer_walk_next (struct customer_walk *walk, const struct customer **ret, gint64 *ret_subscriptions, GError **error);
void customer_walk_free (struct customer_walk *walk); /* NULL is fine */
typedef struct customer_walk customer_walk_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (customer_walk_t, customer_walk_free)

/* Calls `each` for every (id, code) by id: to preload a lookup before many events. */
gboolean customer_each_code (struct ledger *ledger, void (*each) (gint64 id, const char *code, gpointer data), gpointer data,
                             GError **error);

#endif
