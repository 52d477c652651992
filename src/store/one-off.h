/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges: what is billed once, with the next invoice. */
#ifndef BILLCTL_STORE_ONE_OFF_H
#define BILLCTL_STORE_ONE_OFF_H

#include <glib.h>

struct ledger;

/* Text is borrowed: from the caller when writing, until the visitor returns when reading. */
struct one_off {
  gint64 id;
  gint64 customer_id;
  gint64 subscription_id; /* 0: none */
  gint64 due_us;          /* not before this */
  const char *code;
  const char *description;
  const char *quantity;   /* canonical decimal, as is the next */
  const char *unit_price; /* below zero: a credit */
  const char *currency;
  const char *category;   /* NULL: none */
  gint64 invoice_id;      /* 0: on no issued invoice; reading only, as are the next */
  gboolean is_removed;
  const char *customer;
  const char *subscription;
  const char *invoice;    /* its number */
  gboolean is_apart;      /* its customer has invoices of its own that the parent pays */
  const char *timezone;   /* of its customer */
};

gboolean one_off_insert (struct ledger *ledger, const struct one_off *charge, gint64 *ret_id, GError **error);
/* Both: *ret_done is FALSE when it waits no more. What stands on a void invoice can be billed with the one issued in its place. */
gboolean one_off_remove (struct ledger *ledger, gint64 id, gboolean *ret_done, GError **error);
gboolean one_off_set_billed (struct ledger *ledger, gint64 id, gint64 invoice_id, gboolean *ret_done, GError **error);

typedef gboolean (*one_off_visit) (const struct one_off *charge, void *data, GError **error);
/* ERROR_NOT_FOUND when there is none; visits it once. */
gboolean one_off_find (struct ledger *ledger, gint64 id, one_off_visit visit, void *data, GError **error);
/* Of one customer, or of all for 0. */
gboolean one_off_each (struct ledger *ledger, gint64 customer_id, gboolean only_waiting, one_off_visit visit, void *data, GError **error);
/* What stands on invoices of the payer and is due by then, in the order in which it was recorded. */
gboolean one_off_each_due (struct ledger *ledger, gint64 payer_id, gint64 through_us, one_off_visit visit, void *data, GError **error);

/* Appends the ids (gint64) of payers from first to last without a subscription whose charges wait, or who have a draft. */
gboolean one_off_lone_payers (struct ledger *ledger, gint64 first, gint64 last, GArray *ret, GError **error);

#endif
