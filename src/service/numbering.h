/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out numbers of invoices and credit notes within one transaction: each series is read once and written back once. And the day by which
 * what is issued is payable. */
#ifndef BILLCTL_SERVICE_NUMBERING_H
#define BILLCTL_SERVICE_NUMBERING_H

#include "base/timezone.h"

#include <glib.h>

struct ledger;

struct numbering;
/* For invoices issued at `issued_at_us`; UTC decides the year of the number. */
gboolean numbering_new (struct ledger *ledger, gint64 issued_at_us, struct numbering **ret, GError **error);
void numbering_free (struct numbering *numbering);
typedef struct numbering numbering_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (numbering_t, numbering_free)

/* The next number of the issuer; borrowed until the next call. */
gboolean numbering_next (struct numbering *numbering, gint64 issuer_id, const char **ret, GError **error);
/* Likewise in the issuer's series of credit notes. */
gboolean numbering_next_credit_note (struct numbering *numbering, gint64 issuer_id, const char **ret, GError **error);
/* The first instant of the day by which they are payable: setting invoice.net-days civil days of the customer's zone after
 * the day of issue there. */
gint64 numbering_due_at_us (const struct numbering *numbering, const struct timezone *zone);
/* The same so many days after it; 0: as the setting says. */
gint64 numbering_due_after_us (const struct numbering *numbering, const struct timezone *zone, gint64 net_days);

/* Writes the series back; to be called before each commit. The numbering then reads them anew when it is used again. */
gboolean numbering_store (struct numbering *numbering, GError **error);

#endif
