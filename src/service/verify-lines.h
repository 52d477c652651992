/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof that every issued line follows from plan, subscription and events. */
#ifndef BILLCTL_SERVICE_VERIFY_LINES_H
#define BILLCTL_SERVICE_VERIFY_LINES_H

#include "base/progress.h"
#include "service/due.h"

#include <glib.h>

struct ledger;

/* Draws up again what stands on each issued invoice, with the events that were there when it was issued, and appends a text for
 * each invoice that comes out with other figures. Reads every billed event. To be used inside a transaction. */
gboolean verify_lines_again (struct ledger *ledger, const struct progress_sink *progress, gint64 *ret_invoices, GPtrArray *ret_problems,
                             GError **error);
/* One invoice in the same way, a draft by the events that there were when it was drawn up; `visit` is told of each event that counts, line by line, and may be NULL. */
struct invoice;
gboolean verify_invoice_again (struct ledger *ledger, const struct invoice *invoice, due_visit visit, void *data, GPtrArray *ret_problems,
                               GError **error);

/* Puts what stands on the invoice, by its lines, onto the sheet of the customer once more, as one draft: with the usage that it has seen,
 * and by the terms that priced it. With `rules` the discounts and taxes of today are taken of it; else there are the bare lines. */
struct billed_customer;
struct invoice;
gboolean lines_again (struct billed_customer *customer, const struct invoice *invoice, gboolean rules, GError **error);

#endif
