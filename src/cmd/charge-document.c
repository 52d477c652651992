/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges as answers. */
#include "cmd/charge-document.h"

#include "service/amount.h"

#include <stdio.h>

const struct column charge_columns[CHARGE_COLUMN_COUNT] = {
  { .key = "charge", .title = "Charge", .kind = CELL_INTEGER },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .spare = 3 },
  { .key = "from", .title = "From", .kind = CELL_DATE },
  { .key = "code", .title = "Code", .kind = CELL_CODE, .spare = 4 },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "category", .title = "Category", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL, .spare = 1 },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL, .spare = 2 },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
};

static void
make_cells (const struct charge_row *row, struct cell cells[CHARGE_COLUMN_COUNT])
{
  const struct cell made[CHARGE_COLUMN_COUNT] = {
    cell_integer (row->id),
    cell_code (row->customer),
    cell_code (row->subscription),
    cell_date (row->due_on),
    cell_code (row->code),
    cell_text (row->description),
    cell_code (row->category),
    cell_decimal (row->quantity),
    cell_decimal (row->unit_price),
    cell_money (row->amount_minor, row->currency),
    cell_currency (row->currency->code),
    cell_code (row->status),
    cell_code (row->invoice),
  };
  for (int i = 0; i < CHARGE_COLUMN_COUNT; i++)
    cells[i] = made[i];
}

gboolean
charge_document_row (const struct charge_row *row, void *document, GError **error)
{
  struct cell cells[CHARGE_COLUMN_COUNT];
  make_cells (row, cells);
  return document_row (document, cells, error);
}

static gboolean
write_document (const struct invocation *invocation, const struct charge_row *row, GError **error)
{
  g_autoptr (document_t) document = NULL;
  struct cell cells[CHARGE_COLUMN_COUNT];
  make_cells (row, cells);
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  for (int i = 0; i < CHARGE_COLUMN_COUNT; i++)
    if (!document_field (document, charge_columns[i].key, charge_columns[i].title, cells[i], error))
      return FALSE;
  return document_close (document, error);
}

gboolean
charge_document_answer (const struct invocation *invocation, const struct charge_row *row, const char *what, GError **error)
{
  if (invocation->format_given || invocation->render.columns != NULL)
    return write_document (invocation, row, error);
  g_autofree char *amount = money_words (row->amount_minor, row->currency);
  fprintf (invocation->render.out, "charge %" G_GINT64_FORMAT ": %s for %s%s\n", row->id, amount, row->customer, what);
  return TRUE;
}
