/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invoice, stored or only drawn up, as a document. */
#include "cmd/invoice-document.h"

#include "core/money.h"

#include <string.h>

static const struct column line_columns[] = {
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "code", .title = "Code", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "period_from", .title = "From", .kind = CELL_DATE },
  { .key = "period_until", .title = "Until", .kind = CELL_DATE, .spare = 2 },
  { .key = "period_start", .title = "Period start", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "period_end", .title = "Period end", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "included", .title = "Included", .kind = CELL_DECIMAL, .spare = 3 },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL, .spare = 1 },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "ratio", .title = "Ratio", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "discounts", .title = "Discounts", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "taxes", .title = "Taxes", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "category", .title = "Category", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "role", .title = "Role", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "derivation", .title = "Derivation", .kind = CELL_JSON, .hidden = TRUE },
};

static const struct column tax_columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "percent", .title = "Percent", .kind = CELL_DECIMAL },
  { .key = "country", .title = "Country", .kind = CELL_CODE },
  { .key = "base", .title = "Base", .kind = CELL_MONEY },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
};

/* How the total comes about, for people. */
static const struct column total_columns[] = {
  { .key = "what", .title = "What", .kind = CELL_TEXT },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
};

static gboolean
write_dates (struct document *document, const struct invoice_row *row, GError **error)
{
  return document_field (document, "billed_on", "Fell due", cell_date (row->billed_on), error)
         && document_field (document, "billed_at", "Fell due at", cell_instant (row->billed_at_us), error)
         && document_field (document, "issued_on", "Issued", row->draft ? cell_null () : cell_date (row->issued_on), error)
         && document_field (document, "due_on", "Payable by", row->draft ? cell_null () : cell_date (row->due_on), error)
         && document_field (document, "overdue", "Overdue", cell_boolean (row->overdue), error)
         && (row->void_reason == NULL
             || document_field (document, "void_reason", "Void because", cell_text (row->void_reason), error));
}

/* A table has a column for discounts where there are any. */
static gboolean
begin_lines (struct document *document, const struct invoice_row *row, GError **error)
{
  struct column columns[G_N_ELEMENTS (line_columns)];
  memcpy (columns, line_columns, sizeof columns);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if (strcmp (columns[i].key, "discount") == 0)
      columns[i].hidden = row->discount_minor == 0;
  return document_begin_section (document, "lines", "Lines", columns, G_N_ELEMENTS (columns), error);
}

/* Only what there is stands in a table; programs get all of it. */
static gboolean
write_part (const struct invoice_view *view, const char *key, const char *title, gint64 minor, GError **error)
{
  return (minor == 0 && view->brief) || document_field (view->document, key, title, cell_money (minor, view->currency), error);
}

static gboolean
write_text (const struct invoice_view *view, const char *key, const char *title, struct cell cell, GError **error)
{
  return (cell.kind == CELL_NULL && view->brief) || document_field (view->document, key, title, cell, error);
}

static gboolean
write_place (const struct invoice_view *view, const struct invoice_row *row, GError **error)
{
  return write_text (view, "country", "Country", cell_code (row->country), error)
         && write_text (view, "tax_id", "Tax id", cell_text (row->tax_id), error);
}

/* A person finds them below the lines. */
static gboolean
write_parts (const struct invoice_view *view, const struct invoice_row *row, GError **error)
{
  if (view->brief)
    return write_text (view, "tax_note", "Tax note", cell_text (row->tax_note), error);
  return document_field (view->document, "subtotal", "Subtotal", cell_money (row->subtotal_minor, row->currency), error)
         && document_field (view->document, "discount", "Discount", cell_money (row->discount_minor, row->currency), error)
         && document_field (view->document, "tax", "Tax", cell_money (row->tax_minor, row->currency), error)
         && document_field (view->document, "tax_note", "Tax note", cell_text (row->tax_note), error);
}

/* A person reads where it went, a program its sign. */
static gboolean
write_balance (const struct invoice_view *view, gint64 minor, GError **error)
{
  gboolean given = view->brief && minor < 0;
  return write_part (view, "balance_applied", given ? "To balance" : "From balance", given ? -minor : minor, error);
}

static gboolean
write_settled (const struct invoice_view *view, const struct invoice_row *row, const struct invoice_settled *settled, GError **error)
{
  return row->draft
         || (write_part (view, "credited", "Credited", settled->credited_minor, error)
             && write_balance (view, settled->balance_minor, error)
             && write_part (view, "paid", "Paid", settled->paid_minor, error)
             && write_part (view, "written_off", "Written off", settled->written_off_minor, error)
             && document_field (view->document, "amount_due", "Amount due", cell_money (row->owed_minor, view->currency), error));
}

static gboolean
write_link (const struct invoice_view *view, const char *key, const char *title, const char *invoice, GError **error)
{
  return (invoice == NULL && view->brief) || document_field (view->document, key, title, cell_code (invoice), error);
}

gboolean
invoice_document_head (const struct invoice_row *row, const struct invoice_settled *settled, void *data, GError **error)
{
  struct invoice_view *view = data;
  struct document *document = view->document;
  view->currency = row->currency;
  return write_text (view, "invoice", "Invoice", cell_code (row->reference), error)
         && document_field (document, "status", "Status", cell_code (row->status), error)
         && document_field (document, "customer", "Customer", cell_code (row->customer), error)
         && document_field (document, "name", "Name", cell_text (row->customer_name), error)
         && document_field (document, "email", "E-mail", cell_text (row->email), error) && write_place (view, row, error)
         && document_field (document, "timezone", "Time zone", cell_text (row->timezone), error) && write_dates (document, row, error)
         && document_field (document, "currency", "Currency", cell_currency (row->currency->code), error)
         && write_parts (view, row, error)
         && document_field (document, "total", "Total", cell_money (row->total_minor, row->currency), error)
         && write_settled (view, row, settled, error) && write_link (view, "replaces", "Replaces", settled->replaces, error)
         && write_link (view, "replaced_by", "Replaced by", settled->replaced_by, error)
         && begin_lines (document, row, error);
}

gboolean
invoice_document_line (const struct invoice_line_row *row, void *data, GError **error)
{
  const struct invoice_view *view = data;
  const struct cell cells[] = {
    cell_integer (row->position),
    cell_text (row->description),
    cell_code (row->subscription),
    cell_code (row->kind),
    cell_code (row->code),
    cell_date (row->period_from),
    row->period_start_us == row->period_end_us ? cell_null () : cell_date (row->period_until),
    cell_instant (row->period_start_us),
    cell_instant (row->period_end_us),
    cell_decimal (row->quantity),
    cell_decimal (row->included),
    cell_decimal (row->unit_price),
    cell_decimal (row->exact_amount),
    cell_code (row->ratio),
    cell_money (row->amount_minor, view->currency),
    cell_money (row->discount_minor, view->currency),
    cell_json (row->discounts == NULL ? "[]" : row->discounts),
    cell_money (row->tax_minor, view->currency),
    cell_json (row->taxes == NULL ? "[]" : row->taxes),
    cell_code (row->category),
    cell_code (row->role),
    cell_json (row->derivation),
  };
  return document_row (view->document, cells, error);
}

static gboolean
write_tax (const struct invoice_view *view, const struct invoice_tax *tax, GError **error)
{
  const struct cell cells[] = {
    cell_code (tax->code),
    cell_text (tax->name),
    cell_code (tax->kind),
    cell_decimal (tax->percent),
    cell_code (tax->country),
    cell_money (tax->base_minor, view->currency),
    cell_money (tax->tax_minor, view->currency),
  };
  return document_row (view->document, cells, error);
}

static gboolean
write_total (const struct invoice_view *view, const char *what, gint64 minor, GError **error)
{
  const struct cell cells[] = { cell_text (what), cell_money (minor, view->currency) };
  return document_row (view->document, cells, error);
}

/* "VAT 19 % of 10.00", "VAT 19 % of 8.40, inside the prices", "Reverse charge on 10.00". */
static gboolean
write_tax_total (const struct invoice_view *view, const struct invoice_tax *tax, GError **error)
{
  char base[MONEY_TEXT_SIZE];
  money_format (tax->base_minor, view->currency, base);
  gboolean inside = strcmp (tax->kind, "inclusive") == 0, taxed = inside || strcmp (tax->kind, "exclusive") == 0;
  g_autofree char *what = taxed ? g_strdup_printf ("%s %s %% of %s%s", tax->name, tax->percent, base, inside ? ", inside the prices" : "")
                                : g_strdup_printf ("%s on %s", tax->name, base);
  return write_total (view, what, tax->tax_minor, error);
}

static gboolean
write_totals (const struct invoice_view *view, const struct invoice_row *row, const struct invoice_tax *taxes, gsize count, GError **error)
{
  if (!document_begin_section (view->document, "totals", "Totals", total_columns, G_N_ELEMENTS (total_columns), error)
      || ((count > 0 || row->discount_minor != 0) && !write_total (view, "Subtotal", row->subtotal_minor, error))
      || (row->discount_minor != 0 && !write_total (view, "Discount", -row->discount_minor, error)))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    if (!write_tax_total (view, &taxes[i], error))
      return FALSE;
  return write_total (view, "Total", row->total_minor, error)
         && (row->draft || row->owed_minor == row->total_minor || write_total (view, "Amount due", row->owed_minor, error));
}

gboolean
invoice_document_foot (const struct invoice_row *row, const struct invoice_tax *taxes, gsize count, void *data, GError **error)
{
  const struct invoice_view *view = data;
  if (!document_end_section (view->document, error))
    return FALSE;
  if (view->brief)
    return write_totals (view, row, taxes, count, error);
  if (!document_begin_section (view->document, "taxes", "Taxes", tax_columns, G_N_ELEMENTS (tax_columns), error))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    if (!write_tax (view, &taxes[i], error))
      return FALSE;
  return TRUE;
}
