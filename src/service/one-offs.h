/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges on the invoices of a payer.
 *
 * A charge waits for the next invoice: the first one of its scope and currency that falls due at its own instant or later, be it that
 * there are lines on it anyway or that a period of a subscription begins or ends then. Where nothing more will come, since no
 * subscription goes on, it is an invoice of its own that falls due at its own instant. */
#ifndef BILLCTL_SERVICE_ONE_OFFS_H
#define BILLCTL_SERVICE_ONE_OFFS_H

#include "service/billed-customer.h"

/* Puts the charges that are due by then onto the customer's sheet, on which everything else stands already. */
gboolean one_offs_collect (struct billed_customer *customer, gint64 through_us, GError **error);

/* What stands on an issued invoice, drawn up again: from the charge; a line of a manual invoice from itself. */
gboolean one_off_again (struct billed_customer *customer, gint64 invoice_id, gint64 position, GError **error);

#endif
