/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit notes: what takes back all or a part of an issued invoice. They never change. */
#ifndef BILLCTL_STORE_CREDIT_NOTE_H
#define BILLCTL_STORE_CREDIT_NOTE_H

#include <glib.h>

struct ledger;

/* What becomes of what is credited beyond what is still owed; with the last it all is a loss, and nothing is beyond it. */
enum credit_kind { CREDIT_REFUND, CREDIT_BALANCE, CREDIT_WRITE_OFF };
const char *credit_kind_name (enum credit_kind kind); /* "refund", "balance", "write_off" */

/* Text is borrowed: from the caller when writing, until the visitor returns when reading. */
struct credit_note {
  gint64 id;
  const char *number;
  gint64 invoice_id;  /* writing only, as are the next */
  gint64 issuer_id;
  gint64 customer_id;
  enum credit_kind kind;
  const char *invoice; /* its number; reading only, as are the next */
  const char *customer;
  const char *customer_name; /* when the invoice was issued */
  const char *timezone;
  const char *kind_name;
  const char *currency;
  const char *reason;
  gint64 subtotal_minor; /* the lines */
  gint64 tax_minor;      /* all taxes */
  gint64 total_minor;    /* the lines and the taxes on top of them */
  gint64 issued_at_us;
};

struct credit_note_line {
  gint64 position;         /* from 1 */
  gint64 invoice_position; /* of the line that it credits */
  const char *description;
  gint64 amount_minor;     /* of its price after discounts, with the taxes inside it */
  gint64 tax_minor;
  const char *taxes;       /* JSON as that of an invoice line; NULL: none */
};

gboolean credit_note_insert (struct ledger *ledger, const struct credit_note *note, gint64 *ret_id, GError **error);
gboolean credit_note_line_insert (struct ledger *ledger, gint64 note_id, const struct credit_note_line *line, GError **error);

typedef gboolean (*credit_note_visit) (const struct credit_note *note, void *data, GError **error);
typedef gboolean (*credit_note_line_visit) (const struct credit_note_line *line, void *data, GError **error);

/* ERROR_NOT_FOUND when there is none; visits it once. */
gboolean credit_note_find (struct ledger *ledger, const char *number, credit_note_visit visit, void *data, GError **error);

struct credit_note_filter {
  gint64 customer_id; /* 0: all */
  gint64 invoice_id;  /* 0: all */
  gint64 from_us;     /* half-open, on the time of issue */
  gint64 to_us;
};
gboolean credit_note_each (struct ledger *ledger, const struct credit_note_filter *filter, credit_note_visit visit, void *data, GError **error);
gboolean credit_note_each_line (struct ledger *ledger, gint64 note_id, credit_note_line_visit visit, void *data, GError **error);

/* The lines of all credit notes of an invoice. */
gboolean credit_note_each_credited (struct ledger *ledger, gint64 invoice_id, credit_note_line_visit visit, void *data, GError **error);

#endif
