/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving that the books have what was issued. */
#ifndef BILLCTL_SERVICE_VERIFY_BOOKS_H
#define BILLCTL_SERVICE_VERIFY_BOOKS_H

#include <glib.h>

struct ledger;

/* Books every issued invoice again from its lines and taxes and compares that with its entry. Appends a text per problem;
 * *ret_invoices: how many there are. */
gboolean verify_invoices_booked (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error);

#endif
