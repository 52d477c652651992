/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of src/store know of the ledger beyond its public header. */
#ifndef BILLCTL_STORE_LEDGER_PRIVATE_H
#define BILLCTL_STORE_LEDGER_PRIVATE_H

struct ledger;

const char *ledger_actor (struct ledger *ledger);

#endif
