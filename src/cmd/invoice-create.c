/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice create: an invoice written by hand. */
#include "cmd/billed-invoice.h"
#include "cmd/commands.h"
#include "service/manual-invoice.h"

struct args {
  const char **lines;
  const char *from;
  gboolean finalize;
  gint64 due_days;
};

static const struct option options[] = {
  OPTION_LIST (struct args, lines, "line", 'l', "TEXT;N;PRICE", "a line: description, quantity, price; also ;CATEGORY. May be repeated"),
  OPTION_STRING_FROM (struct args, from, "from", 0, "FILE", "lines of a JSON or CSV file; '-' is CSV on standard input", COMPLETE_FILE),
  OPTION_FLAG (struct args, finalize, "finalize", 0, "number and open it at once"),
  OPTION_INTEGER (struct args, due_days, "due-days", 0, "DAYS", "payable so many days after it is issued; else invoice.net-days"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice create acme --line \"Workshop;1;1200.00\" --line \"Travel, km;340;0.30\"",
  "billctl invoice create acme --from lines.csv --finalize --due-days 30",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (billed_invoice_writer_t) writer = { .invocation = invocation };
  const struct manual_invoice_request request = {
    .customer = invocation->operands[0],
    .lines = args->lines,
    .file = args->from,
    .due_days = args->due_days,
    .finalize = args->finalize,
    .as_of_us = invocation->as_of_us,
    .report_invoice = billed_invoice_row,
    .data = &writer,
  };
  return billed_invoice_begin (&writer, error) && manual_invoice_create (invocation->ledger, &request, error)
         && billed_invoice_end (&writer, error);
}

const struct command command_invoice_create = {
  .path = "invoice create",
  .summary = "write an invoice by hand",
  .description = "For what no plan sells. It is in the customer's currency, falls due now, and bears discounts and taxes like any other. It "
                 "stays a draft that `billctl invoice generate` leaves alone, until `billctl invoice finalize` issues or `billctl invoice "
                 "discard` deletes it.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
