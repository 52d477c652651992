/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean" for codes that the ledger does not have. */
#ifndef BILLCTL_STORE_NEAREST_H
#define BILLCTL_STORE_NEAREST_H

#include "store/statements.h"

#include <glib.h>

struct ledger;

/* Adds the hint "did you mean 'acme'?" to *error when a code near `word` exists, else the hint `otherwise` (may be NULL).
 * `codes` answers rows of (id, code); the first 20,000 are looked at. Returns FALSE, like error_add_hint. */
gboolean nearest_add_hint (struct ledger *ledger, enum statement codes, const char *word, const char *otherwise, GError **error);

#endif
