/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl credit-note list. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/credit-note.h"
#include "service/time-range.h"

struct args {
  const char *customer;
  const char *invoice;
  struct time_argument from;
  struct time_argument to;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only of this customer", COMPLETE_CUSTOMER),
  OPTION_STRING_FROM (struct args, invoice, "invoice", 0, "INVOICE", "only of this invoice", COMPLETE_INVOICE),
  OPTION_TIME (struct args, from, "from", 0, "issued at this time or later"),
  OPTION_TIME (struct args, to, "to", 0, "issued before this time"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl credit-note list",
  "billctl credit-note list --invoice INV-2026-000001",
  NULL,
};

static const struct column columns[] = {
  { .key = "credit_note", .title = "Credit note", .kind = CELL_CODE },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 2 },
  { .key = "issued_at", .title = "Issued at", .kind = CELL_INSTANT, .spare = 3 },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "reason", .title = "Reason", .kind = CELL_TEXT, .spare = 1 },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .total = TRUE },
  { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static gboolean
write_row (const struct credit_note *note, void *data, GError **error)
{
  const struct currency *currency = currency_find (note->currency);
  const struct cell cells[] = {
    cell_code (note->number),
    cell_code (note->invoice),
    cell_code (note->customer),
    cell_text (note->customer_name),
    cell_instant (note->issued_at_us - note->issued_at_us % G_USEC_PER_SEC),
    cell_words (note->kind_name),
    cell_text (note->reason),
    cell_money (note->tax_minor, currency),
    cell_money (note->total_minor, currency),
    cell_currency (note->currency),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct credit_note_list_request request = { .customer = args->customer, .invoice = args->invoice };
  g_autoptr (document_t) document = NULL;
  if (!time_range_resolve (invocation->ledger, args->customer, args->from.given ? &args->from.time : NULL,
                           args->to.given ? &args->to.time : NULL, &request.from_us, &request.to_us, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && credit_note_list (invocation->ledger, &request, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_credit_note_list = {
  .path = "credit-note list",
  .summary = "list credit notes",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
