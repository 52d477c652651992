/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of src/store know of the ledger beyond its public header. */
#ifndef BILLCTL_STORE_LEDGER_PRIVATE_H
#define BILLCTL_STORE_LEDGER_PRIVATE_H

struct db;
struct known;
struct ledger;
struct ledger_open_request;

/* A ledger of the newest schema around a database that is being made; closing it closes that too. */
struct ledger *ledger_around (struct db *db, const struct ledger_open_request *request);

struct known *ledger_known (struct ledger *ledger); /* known.h; NULL outside a write transaction */

const char *ledger_actor (struct ledger *ledger);

#endif
