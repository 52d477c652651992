/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money received for invoices, and what will never be. Each is one transaction with its row in the audit log. */
#ifndef BILLCTL_SERVICE_PAYMENT_H
#define BILLCTL_SERVICE_PAYMENT_H

#include "core/currency.h"
#include "core/date.h"

#include <glib.h>

struct ledger;

struct payment_request {
  const char *invoice;
  const char *amount;          /* as typed; NULL: all that is owed */
  const char *reference;       /* of the transfer, cheque …; NULL: none */
  const struct time_text *at;  /* a date is a day of the invoice's zone; NULL: now */
  gboolean to_balance;         /* what is above that goes to the customer's balance */
  gboolean from_balance;       /* not money, but the customer's balance */
  gint64 as_of_us;
};

/* Where an invoice stands after that. */
struct payment_result {
  gint64 amount_minor;     /* what came in or was written off now */
  gint64 to_balance_minor; /* of which so much went to the balance */
  gint64 owed_minor;
  const char *status;
  const struct currency *currency;
};

/* Pays an open or uncollectible invoice out of band; a write-off is taken back as far as it is paid. ERROR_REFUSED when nothing is owed,
 * or less than the amount without to_balance, or when the balance is short. */
gboolean payment_record (struct ledger *ledger, const struct payment_request *request, struct payment_result *ret, GError **error);

/* Writes off what is owed on an open invoice, which becomes uncollectible. */
gboolean payment_write_off (struct ledger *ledger, const char *reference, const char *reason, struct payment_result *ret, GError **error);

#endif
