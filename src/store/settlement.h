/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reduces what is owed on issued invoices; payments; and the balances of customers. All are added to, never changed. */
#ifndef BILLCTL_STORE_SETTLEMENT_H
#define BILLCTL_STORE_SETTLEMENT_H

#include <glib.h>

struct ledger;

enum settlement_kind { SETTLEMENT_BALANCE, SETTLEMENT_PAYMENT, SETTLEMENT_CREDIT_NOTE, SETTLEMENT_WRITE_OFF, SETTLEMENT_KINDS };

/* At the ledger's now. Ids of 0: none. */
struct settlement {
  gint64 invoice_id;
  enum settlement_kind kind;
  gint64 amount_minor; /* below zero where one is undone, or money goes back */
  gint64 payment_id;
  gint64 credit_note_id;
};
gboolean settlement_insert (struct ledger *ledger, const struct settlement *settlement, GError **error);

/* What settles an invoice, by kind; owed = total - all of them. */
struct settlement_sums {
  gint64 of[SETTLEMENT_KINDS];
};
gboolean settlement_sums_read (struct ledger *ledger, gint64 invoice_id, struct settlement_sums *ret, GError **error);

/* Money that was received, or with an amount below zero paid back. Text is borrowed. */
struct payment {
  gint64 customer_id;
  const char *currency;
  gint64 amount_minor;
  const char *method;    /* "manual", "refund" */
  const char *reference; /* NULL: none */
  gint64 received_at_us;
};
gboolean payment_insert (struct ledger *ledger, const struct payment *payment, gint64 *ret_id, GError **error);

enum balance_kind {
  BALANCE_CREDIT_NOTE,
  BALANCE_NEGATIVE_INVOICE, /* an invoice that came to less than nothing */
  BALANCE_OVERPAYMENT,
  BALANCE_APPLIED,          /* used for an invoice: below zero */
  BALANCE_RETURNED,         /* of an invoice that was voided */
  BALANCE_ADJUSTMENT,       /* by hand */
};
const char *balance_kind_name (enum balance_kind kind);

/* At the ledger's now. Text is borrowed; ids of 0: none. */
struct balance_movement {
  gint64 customer_id;
  const char *currency;
  gint64 amount_minor; /* above zero in the customer's favour */
  enum balance_kind kind;
  gint64 invoice_id;
  gint64 credit_note_id;
  gint64 payment_id;
  const char *note;
};
gboolean balance_movement_insert (struct ledger *ledger, const struct balance_movement *movement, gint64 *ret_id, GError **error); /* may be NULL */

/* What the customer has in this currency. */
gboolean balance_read (struct ledger *ledger, gint64 customer_id, const char *currency, gint64 *ret_minor, GError **error);

/* One movement as it is listed. Text is borrowed until the visitor returns. */
struct balance_row {
  const char *currency;
  gint64 amount_minor;
  const char *kind;
  const char *invoice;     /* number; NULL: none; so the next */
  const char *credit_note;
  const char *note;
  gint64 at_us;
};
typedef gboolean (*balance_visit) (const struct balance_row *row, void *data, GError **error);
/* By currency, then as they came. */
gboolean balance_each (struct ledger *ledger, gint64 customer_id, balance_visit visit, void *data, GError **error);

#endif
