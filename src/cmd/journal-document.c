/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of the books as rows: a debit and a credit column, of which one is empty. */
#include "cmd/journal-document.h"

const char *const journal_kinds[] = {
  "opening",         "invoice",        "void",     "negative_invoice", "credit_note",      "payment",          "refund",
  "payment_applied", "balance_applied", "write_off", "overpayment",      "balance_returned", "balance_adjusted", "recognition",
  NULL,
};

static const struct column columns[] = {
  { .key = "entry", .title = "Entry", .kind = CELL_INTEGER },
  { .key = "date", .title = "Date", .kind = CELL_DATE },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE, .spare = 2 },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "document", .title = "Document", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "description", .title = "Description", .kind = CELL_TEXT, .spare = 1 },
  { .key = "account", .title = "Account", .kind = CELL_CODE },
  { .key = "debit", .title = "Debit", .kind = CELL_MONEY, .total = TRUE },
  { .key = "credit", .title = "Credit", .kind = CELL_MONEY, .total = TRUE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

gboolean
journal_document_begin (struct document *document, GError **error)
{
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error);
}

gboolean
journal_document_row (const struct journal_line *line, void *document, GError **error)
{
  const struct journal_row *row = line->row;
  const struct currency *currency = line->currency;
  gint64 amount = row->amount_minor;
  const struct cell cells[] = {
    cell_integer (row->entry_id),
    cell_date (row->day),
    cell_words (row->kind),
    cell_code (row->customer),
    cell_code (row->invoice),
    row->document_id == 0 ? cell_null () : cell_integer (row->document_id),
    cell_text (row->description),
    cell_code (line->account->code),
    amount < 0 ? cell_null () : cell_money (amount, currency),
    amount < 0 ? cell_money (-amount, currency) : cell_null (),
    cell_money (amount, currency),
    cell_currency (currency->code),
  };
  return document_row (document, cells, error);
}
