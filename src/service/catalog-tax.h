/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the catalog: the tax rates of a file against those of the ledger. */
#ifndef BILLCTL_SERVICE_CATALOG_TAX_H
#define BILLCTL_SERVICE_CATALOG_TAX_H

#include "service/catalog.h"
#include "store/tax.h"

/* Appends what differs to `details`, in words. */
gboolean catalog_tax_compare (struct ledger *ledger, const struct catalog_tax *tax, GPtrArray *details, enum catalog_verdict *ret,
                              GError **error);

/* The rates of the ledger for the code become those of the file; what was issued has its own. */
gboolean catalog_tax_write (struct ledger *ledger, const struct catalog_tax *tax, GError **error);

#endif
