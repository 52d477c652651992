/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice list. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/invoice.h"
#include "service/time-range.h"

#include <string.h>

struct args {
  const char *customer;
  const char *status;
  struct time_argument from;
  struct time_argument to;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only this customer", COMPLETE_CUSTOMER),
  OPTION_STRING (struct args, status, "status", 's', "STATUS", "draft, open, paid, void, uncollectible or overdue"),
  OPTION_TIME (struct args, from, "from", 0, "fell due at this time or later"),
  OPTION_TIME (struct args, to, "to", 0, "fell due before this time"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl invoice list",
  "billctl invoice list --status open --format csv",
  "billctl invoice list --customer acme --from 2026-01-01 --to 2026-04-01",
  NULL,
};

static const struct column columns[] = {
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 4 },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "billed_on", .title = "Fell due", .kind = CELL_DATE, .spare = 1 },
  { .key = "issued_on", .title = "Issued", .kind = CELL_DATE, .spare = 5 },
  { .key = "due_on", .title = "Payable by", .kind = CELL_DATE, .spare = 3 },
  { .key = "overdue", .title = "Overdue", .kind = CELL_BOOLEAN, .hidden = TRUE },
  { .key = "billed_at", .title = "Fell due at", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "subtotal", .title = "Subtotal", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .hidden = TRUE, .total = TRUE },
  { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  { .key = "amount_due", .title = "Due", .kind = CELL_MONEY, .total = TRUE, .spare = 2 },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static gboolean
write_row (const struct invoice_row *row, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (row->reference),
    cell_code (row->customer),
    cell_text (row->customer_name),
    cell_code (row->status),
    cell_date (row->billed_on),
    row->draft ? cell_null () : cell_date (row->issued_on),
    row->draft ? cell_null () : cell_date (row->due_on),
    cell_boolean (row->overdue),
    cell_instant (row->billed_at_us),
    cell_money (row->subtotal_minor, row->currency),
    cell_money (row->discount_minor, row->currency),
    cell_money_if (strcmp (row->status, "void") != 0, row->tax_minor, row->currency),
    cell_money_if (strcmp (row->status, "void") != 0, row->total_minor, row->currency),
    row->draft ? cell_null () : cell_money (row->owed_minor, row->currency),
    cell_currency (row->currency->code),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct invoice_list_request request = {
    .customer = args->customer,
    .status = args->status,
    .from_us = G_MININT64,
    .to_us = G_MAXINT64,
    .as_of_us = invocation->as_of_us,
  };
  g_autoptr (document_t) document = NULL;
  if (!time_range_resolve (invocation->ledger, args->customer, args->from.given ? &args->from.time : NULL,
                           args->to.given ? &args->to.time : NULL, &request.from_us, &request.to_us, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && invoice_list (invocation->ledger, &request, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_invoice_list = {
  .path = "invoice list",
  .summary = "list invoices",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
