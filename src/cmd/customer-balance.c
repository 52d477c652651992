/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer balance: what a customer has with the seller, and how it came about. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/balance.h"

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl customer balance acme", NULL };

static const struct column columns[] = {
  { .key = "at", .title = "When", .kind = CELL_INSTANT },
  { .key = "kind", .title = "What", .kind = CELL_CODE },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "credit_note", .title = "Credit note", .kind = CELL_CODE, .spare = 2 },
  { .key = "note", .title = "Note", .kind = CELL_TEXT, .spare = 1 },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .total = TRUE },
  { .key = "balance", .title = "Balance", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static gboolean
write_row (const struct balance_entry *entry, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_instant (entry->at_us - entry->at_us % G_USEC_PER_SEC),
    cell_words (entry->kind),
    cell_code (entry->invoice),
    cell_code (entry->credit_note),
    cell_text (entry->note),
    cell_money (entry->amount_minor, entry->currency),
    cell_money (entry->balance_minor, entry->currency),
    cell_currency (entry->currency->code),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && balance_list (invocation->ledger, invocation->operands[0], write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_customer_balance = {
  .path = "customer balance",
  .summary = "show the balance of a customer and its movements",
  .description = "The balance is money that the seller owes the customer: from credit notes, overpayments and invoices below zero. It is "
                 "used for the next invoice when that is issued.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
