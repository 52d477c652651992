/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a write transaction needs to ask only once, since nobody else writes meanwhile.
 *
 * It all holds until the transaction ends; outside of one nothing is known, and asking is as if this were not there. */
#ifndef BILLCTL_STORE_KNOWN_H
#define BILLCTL_STORE_KNOWN_H

#include <glib.h>

struct ledger;

/* Ids that count on, as the engine would give them. */
enum known_table { KNOWN_INVOICE, KNOWN_JOURNAL_ENTRY, KNOWN_TABLES };

/* What most customers do not have: late usage, events taken back, charges that wait (for a payer: also those of whom it pays for), a
 * balance. KNOWN_ITEM is about subscriptions: quantities and add-ons. */
enum known_kind { KNOWN_LATE, KNOWN_REVERSAL, KNOWN_CHARGE, KNOWN_BALANCE, KNOWN_ITEM, KNOWN_KINDS };

struct known {
  gint64 next_ids[KNOWN_TABLES]; /* 0: ask */
  gint64 closed_through;         /* months; -1: ask */
  gboolean is_walk;
  struct known_range {
    gint64 from, to;
    int strays; /* ids far behind it, so far */
    GHashTable *ids; /* gint64: those that have it; NULL: nothing is known */
  } ranges[KNOWN_KINDS];
};

void known_clear (struct known *known); /* also the first time, of zeros */

/* The next id of the table, which the caller then gives to a row. */
gboolean known_next_id (struct ledger *ledger, enum known_table table, gint64 *ret, GError **error);
void known_forget_id (struct ledger *ledger, enum known_table table); /* rows were taken away */

/* The rest of the transaction goes over customers in the order of their ids: what they have is asked for thousands at once. */
void known_expect_walk (struct ledger *ledger);
/* *ret: whether the customer or subscription has it, or may have it. */
gboolean known_has (struct ledger *ledger, enum known_kind kind, gint64 id, gboolean *ret, GError **error);
void known_note (struct ledger *ledger, enum known_kind kind, gint64 id); /* now it has */

#endif
