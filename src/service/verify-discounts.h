/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of discounts. */
#ifndef BILLCTL_SERVICE_VERIFY_DISCOUNTS_H
#define BILLCTL_SERVICE_VERIFY_DISCOUNTS_H

#include <glib.h>

struct ledger;

/* Appends a text for each line whose discounts do not add up or take off more than it has, for each issued invoice that comes out
 * with other discounts when they are taken again, and for each redemption whose uses are not those of issued invoices. To be used
 * inside a transaction. */
gboolean verify_discounts (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error);
/* Those of the lines of one invoice alone. */
struct invoice;
gboolean verify_invoice_discounts (struct ledger *ledger, const struct invoice *invoice, GPtrArray *ret_problems, GError **error);

#endif
