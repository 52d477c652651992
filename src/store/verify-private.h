/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the proofs of the store have in common. */
#ifndef BILLCTL_STORE_VERIFY_PRIVATE_H
#define BILLCTL_STORE_VERIFY_PRIVATE_H

#include "store/db.h"

struct ledger;

enum { PROBLEMS_MAX = 100 };

/* Runs a statement whose every row is a problem; appends at most PROBLEMS_MAX texts. */
gboolean verify_each_problem (struct ledger *ledger, enum statement id, char *(*describe) (struct query *query), GPtrArray *ret, GError **error);

#endif
