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
/* One issued invoice in the same way; `visit` is told of each event that counts, line by line, and may be NULL. */
struct invoice;
gboolean verify_invoice_again (struct ledger *ledger, const struct invoice *invoice, due_visit visit, void *data, GPtrArray *ret_problems,
                               GError **error);

#endif
