/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices that are written by hand. */
#ifndef BILLCTL_SERVICE_MANUAL_INVOICE_H
#define BILLCTL_SERVICE_MANUAL_INVOICE_H

#include "service/billing.h"

#include <glib.h>

struct ledger;

struct manual_invoice_request {
  const char *customer;
  const char *const *lines; /* see manual-lines.h; NULL-terminated */
  const char *file;         /* more of them; NULL: none */
  gint64 due_days;          /* payable so many days after issue; 0: as the setting says */
  gboolean finalize;        /* issue it at once */
  gint64 as_of_us;          /* when it falls due */
  gboolean (*report_invoice) (const struct billed_invoice *invoice, void *data, GError **error); /* once it is committed */
  void *data;
};

/* Draws it up in one transaction: with discounts and taxes like any other. */
gboolean manual_invoice_create (struct ledger *ledger, const struct manual_invoice_request *request, GError **error);

#endif
