/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Voiding issued invoices, and issuing them again.
 *
 * Only what nobody paid and no credit note touched can be void. What the customer's balance paid goes back to it, a write-off is taken
 * back, coupons are not used by it any more. What the invoice billed stays billed, unless it is issued again: then a draft takes its
 * place that has the same periods, changes and charges, drawn up anew by the terms that priced them, with the usage that the void
 * invoice has seen, and the discounts and taxes of the day of issue. What usage came since then is late, and is billed as such. */
#ifndef BILLCTL_SERVICE_VOIDING_H
#define BILLCTL_SERVICE_VOIDING_H

#include "core/currency.h"
#include "service/billing.h"

#include <glib.h>

struct ledger;

/* What voiding it undoes. */
struct void_consequences {
  const struct currency *currency;
  gint64 balance_minor;     /* goes back to the customer's balance */
  gint64 written_off_minor; /* is taken back */
  gint64 discount_minor;    /* was taken off by coupons, which are given back */
  gint64 charges;           /* one-off charges on it, which stay billed */
};

struct void_request {
  const char *reference;
  const char *reason;   /* NULL: none */
  gboolean reissue;     /* also an invoice that is void already, where nothing was issued again for it */
  gboolean finalize;    /* with reissue: the new one is issued at once */
  gint64 as_of_us;
  gboolean (*report_invoice) (const struct billed_invoice *invoice, void *data, GError **error); /* the new one; may be NULL */
  void *data;
};

/* ERROR_REFUSED with what stands in the way, or what voiding it would undo; changes nothing. */
gboolean voiding_examine (struct ledger *ledger, const struct void_request *request, struct void_consequences *ret, GError **error);

/* In one transaction. */
gboolean voiding_void (struct ledger *ledger, const struct void_request *request, GError **error);

#endif
