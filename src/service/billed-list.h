/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the invoices of one transaction, told when it is committed: nothing is said to be done that is not, and no
 * reader that takes its time keeps the ledger locked. */
#ifndef BILLCTL_SERVICE_BILLED_LIST_H
#define BILLCTL_SERVICE_BILLED_LIST_H

#include "service/billing.h"

struct billed_list;
struct billed_list *billed_list_new (void);
void billed_list_free (struct billed_list *list); /* NULL is fine */

/* Copies the texts. */
void billed_list_add (struct billed_list *list, const struct billed_invoice *invoice);

/* Tells all of them and empties the list. `report` may be NULL. */
gboolean billed_list_tell (struct billed_list *list, gboolean (*report) (const struct billed_invoice *invoice, void *data, GError **error),
                           void *data, GError **error);

#endif
