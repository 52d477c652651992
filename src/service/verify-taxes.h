/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving the taxes of invoices. */
#ifndef BILLCTL_SERVICE_VERIFY_TAXES_H
#define BILLCTL_SERVICE_VERIFY_TAXES_H

#include <glib.h>

struct ledger;

/* Computes the taxes of each invoice again, drafts too, from its lines and the rates that it was taxed by, and appends a text for each
 * that comes out otherwise: what a rate comes to, or the part of a line. *ret_invoices: how many there are. */
gboolean verify_taxes (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error);
/* Those of one invoice alone. */
struct invoice;
gboolean verify_invoice_taxes (struct ledger *ledger, const struct invoice *invoice, GPtrArray *ret_problems, GError **error);

#endif
