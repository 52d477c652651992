/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuers: the legal identities that invoices are issued under. */
#ifndef BILLCTL_STORE_ISSUER_H
#define BILLCTL_STORE_ISSUER_H

#include "store/invoice.h"

#include <glib.h>

struct ledger;

struct issuer {
  gint64 id;
  char *code;
  char *name;
  char *address; /* NULL: none, as are the next */
  char *country;
  char *region;
  char *tax_id;
  char *number_pattern;
  char *credit_note_pattern;
};

/* ERROR_NOT_FOUND with a hint when there is none. A copy, to be cleared. */
gboolean issuer_find (struct ledger *ledger, const char *code, struct issuer *ret, GError **error);
void issuer_clear (struct issuer *issuer);
typedef struct issuer issuer_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (issuer_t, issuer_clear)

/* Everything but the code, by id. */
gboolean issuer_update (struct ledger *ledger, const struct issuer *issuer, GError **error);

/* The highest number that was given of any of its series for such documents; 0: none. */
gboolean issuer_last_number (struct ledger *ledger, gint64 id, enum number_document document, gint64 *ret, GError **error);

#endif
