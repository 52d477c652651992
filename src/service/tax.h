/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which taxes stand on an invoice, and what they come to.
 *
 * The rates of the ledger that hold for a line: those valid on the day on which the invoice falls due (in the customer's zone), for the
 * customer's country and for the region where they name one, and for the line's category where they name one. All of them apply, but:
 * of the rates for the same country and region, those for the category replace the ones for any; and rates without a country only hold
 * where the customer's own country has none for the line. An exempt customer pays none, with its reason as the note. A customer in
 * another country of the European Union than the issuer, with a tax id that is right for that country, accounts for the tax itself
 * (reverse charge). A ledger without rates has no taxes, and is not asked about customers. */
#ifndef BILLCTL_SERVICE_TAX_H
#define BILLCTL_SERVICE_TAX_H

#include "base/timezone.h"
#include "core/decimal.h"
#include "store/invoice.h"

#include <glib.h>

struct ledger;

/* The rates of a ledger, read at the first draft; one per run. */
struct tax_book;
struct tax_book *tax_book_new (struct ledger *ledger);
/* One exclusive rate for everything, as an estimate supposes it. ERROR_USAGE when it is no percentage from 0 to 100. */
gboolean tax_book_single (struct decimal percent, struct tax_book **ret, GError **error);
void tax_book_free (struct tax_book *book); /* NULL is fine */
typedef struct tax_book tax_book_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (tax_book_t, tax_book_free)

/* Whose drafts come next. Nothing is read before there is one. Not needed for a single rate. */
struct tax_payer {
  gint64 customer_id;
  gint64 issuer_id;
  const struct timezone *zone; /* NULL: UTC */
};
void tax_book_for (struct tax_book *book, const struct tax_payer *payer);

/* The lines of a draft, with their discounts. tax_minor and taxes of each are filled in. */
struct taxed_draft {
  gint64 due_us;
  struct invoice_line *lines;
  gsize count;
  GStringChunk *text; /* keeps what lines and taxes point to */
};

struct taxed_result {
  gint64 tax_minor;   /* all of it */
  gint64 added_minor; /* what is not inside the prices */
  const char *note;   /* NULL: none */
  gboolean no_place;  /* there are rates for countries, and the customer has none */
};

/* Appends a struct invoice_tax to `taxes` for each rate. ERROR_FAILED when an amount does not fit. */
gboolean tax_apply (struct tax_book *book, const struct taxed_draft *draft, GArray *taxes, struct taxed_result *ret, GError **error);

/* The taxes of a line, from its JSON (NULL: none). */
struct line_tax {
  const char *code;
  const char *kind;
  const char *percent;
  gint64 base_minor;
  gint64 tax_minor;
};
typedef gboolean (*line_tax_visit) (const struct line_tax *tax, void *data, GError **error);
gboolean line_taxes_each (const char *taxes, line_tax_visit visit, void *data, GError **error);

/* Appends them as they are stored: "[{…}]". */
void line_tax_append (GString *out, const struct line_tax *tax); /* one of them, with what comes before it; "]" is the caller's */

#endif
