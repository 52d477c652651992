/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out invoice numbers within one transaction: each series is read once and written back once. */
#ifndef BILLCTL_SERVICE_NUMBERING_H
#define BILLCTL_SERVICE_NUMBERING_H

#include <glib.h>

struct ledger;

struct numbering;
/* Invoices issued at `issued_at_us` (UTC decides the year of the number), due setting invoice.net-days later. */
gboolean numbering_new (struct ledger *ledger, gint64 issued_at_us, struct numbering **ret, GError **error);
void numbering_free (struct numbering *numbering);
typedef struct numbering numbering_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (numbering_t, numbering_free)

/* The next number of the issuer; borrowed until the next call. */
gboolean numbering_next (struct numbering *numbering, gint64 issuer_id, const char **ret, GError **error);
gint64 numbering_due_at_us (const struct numbering *numbering);

/* Writes the series back; to be called before each commit. The numbering then reads them anew when it is used again. */
gboolean numbering_store (struct numbering *numbering, GError **error);

#endif
