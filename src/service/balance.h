/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The balances of customers: money that the seller owes them, used for their next invoices. */
#ifndef BILLCTL_SERVICE_BALANCE_H
#define BILLCTL_SERVICE_BALANCE_H

#include "core/currency.h"

#include <glib.h>

struct ledger;

/* One movement, and what the balance in its currency is after it. Text is borrowed. */
struct balance_entry {
  const char *kind;
  gint64 amount_minor;
  gint64 balance_minor;
  const struct currency *currency;
  const char *invoice;     /* NULL: none; so the next */
  const char *credit_note;
  const char *note;
  gint64 at_us;
};
/* By currency, then as they came. ERROR_NOT_FOUND for an unknown customer. */
gboolean balance_list (struct ledger *ledger, const char *customer, gboolean (*each) (const struct balance_entry *entry, void *data, GError **error),
                       void *data, GError **error);

struct balance_adjustment {
  const char *customer;
  const char *amount;   /* as typed; above zero in the customer's favour */
  const char *currency; /* NULL: the customer's */
  const char *reason;
};
/* ERROR_REFUSED when the balance would fall below zero. */
gboolean balance_adjust (struct ledger *ledger, const struct balance_adjustment *adjustment, struct balance_entry *ret, GError **error);

#endif
