/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of one invoice, from the raw events and the terms that priced it up to its total. */
#ifndef BILLCTL_SERVICE_VERIFY_INVOICE_H
#define BILLCTL_SERVICE_VERIFY_INVOICE_H

#include "service/due.h"

#include <glib.h>

struct ledger;
struct invoice;

/* What was looked at. */
struct invoice_proof {
  gint64 lines;
  gint64 events;   /* that count for its lines, each line by itself */
  gint64 discounts; /* lines with one */
  gint64 taxes;    /* rates */
};

/* Draws up the lines again from subscription, plan version and the events that there were then, rounds them again, takes the discounts and
 * the taxes again, adds up the totals, and appends a text for each difference. `visit` is told of each event and may be NULL. To be used
 * inside a transaction. */
gboolean verify_invoice (struct ledger *ledger, const struct invoice *invoice, due_visit visit, void *data, struct invoice_proof *ret,
                         GPtrArray *ret_problems, GError **error);

#endif
