/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log: who, when, which command, what changed; hash-chained, so that a changed or missing row shows.
 *
 * hash (n) = SHA-256 of "hash (n-1) LF id LF at_us LF actor LF command LF change", in hex; hash (0) is empty. */
#ifndef BILLCTL_STORE_AUDIT_H
#define BILLCTL_STORE_AUDIT_H

#include <glib.h>

struct ledger;

/* Adds a row inside the caller's transaction. `format` gives the change: a line of text, e.g. "customer acme added". */
gboolean audit_add (struct ledger *ledger, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* How many rows there are, and the hash of the last one, newly allocated: NULL when there is none. */
struct audit_head {
  gint64 rows;
  char *hash;
  gint64 first_us; /* when the first row was written, and the last one; 0 when there is none */
  gint64 last_us;
};
gboolean audit_head (struct ledger *ledger, struct audit_head *ret, GError **error);

/* Walks the chain; *ret_broken is the id of the first row that does not fit, 0 when all do. */
gboolean audit_check (struct ledger *ledger, gint64 *ret_rows, gint64 *ret_broken, GError **error);

#endif
