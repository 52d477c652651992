/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts that stand for themselves: manual invoices, and what is issued again for a void one. `invoice generate` leaves them alone. As
 * they are issued they are drawn up once more from their own lines, so that they bear the discounts and taxes of that day. */
#ifndef BILLCTL_SERVICE_KEPT_DRAFT_H
#define BILLCTL_SERVICE_KEPT_DRAFT_H

#include "service/billed-customer.h"
#include "service/billed-list.h"
#include "service/numbering.h"
#include "store/invoice.h"

#include <glib.h>

/* Stores the one draft on the customer's sheet; of `head` are read replaces_id, usage_seen and net_days. */
gboolean kept_draft_store (struct billed_customer *customer, const struct invoice *head, gint64 *ret_id, GError **error);

/* Numbers it, and adds it to what is told. */
gboolean kept_draft_issue (struct billed_customer *customer, struct numbering *numbering, gint64 id, struct billed_list *billed,
                           GError **error);

/* Tells of a draft that was stored just now. */
void kept_draft_tell (const struct billed_customer *customer, gint64 id, struct billed_list *billed);

/* Deletes it, in a transaction of its own. ERROR_REFUSED for an issued invoice, and for a draft that comes back by itself. */
gboolean kept_draft_discard (struct ledger *ledger, const char *reference, GError **error);

#endif
