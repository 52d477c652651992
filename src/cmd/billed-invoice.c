/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows about invoices that a run dealt with. */
#include "cmd/billed-invoice.h"

static const struct column columns[] = {
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "change", .title = "Change", .kind = CELL_CODE },
  { .key = "billed_on", .title = "Fell due", .kind = CELL_DATE },
  { .key = "billed_at", .title = "Fell due at", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "due_on", .title = "Payable by", .kind = CELL_DATE, .spare = 2 },
  { .key = "lines", .title = "Lines", .kind = CELL_INTEGER, .spare = 1 },
  { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

gboolean
billed_invoice_begin (struct billed_invoice_writer *writer, GError **error)
{
  if (!document_new (&writer->invocation->render, &writer->document, error))
    return FALSE;
  return document_begin_list (writer->document, columns, G_N_ELEMENTS (columns), error);
}

void
billed_invoice_clear (struct billed_invoice_writer *writer)
{
  document_free (writer->document);
}

gboolean
billed_invoice_row (const struct billed_invoice *invoice, void *data, GError **error)
{
  const struct billed_invoice_writer *writer = data;
  const struct cell cells[] = {
    cell_code (invoice->reference),
    cell_code (invoice->customer),
    cell_code (billing_change_name (invoice->change)),
    cell_date (invoice->billed_on),
    cell_instant (invoice->billed_at_us),
    invoice->issued ? cell_date (invoice->due_on) : cell_null (),
    cell_integer (invoice->line_count),
    cell_money (invoice->total_minor, invoice->currency),
    cell_currency (invoice->currency->code),
  };
  return document_row (writer->document, cells, error);
}

gboolean
billed_invoice_warn (const struct billing_failure *failure, void *data, GError **error)
{
  const struct billed_invoice_writer *writer = data;
  (void) error;
  invocation_warn (writer->invocation, "customer %s was not billed: %s", failure->customer, failure->message);
  return TRUE;
}

void
billed_invoice_settle (struct invocation *invocation, gint64 failed)
{
  if (failed == 0)
    return;
  invocation_warn (invocation, "%" G_GINT64_FORMAT " customers were not billed; the others were", failed);
  invocation->exit_status = ERROR_PARTIAL;
}

gboolean
billed_invoice_end (struct billed_invoice_writer *writer, GError **error)
{
  return document_end_list (writer->document, error) && document_close (writer->document, error);
}
