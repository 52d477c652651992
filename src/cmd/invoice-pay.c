/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice pay: money that came in otherwise. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/settled-invoice.h"

struct args {
  const char *amount;
  const char *reference;
  struct time_argument at;
  gboolean to_balance;
  gboolean from_balance;
};

static const struct option options[] = {
  OPTION_STRING (struct args, amount, "amount", 'a', "AMOUNT", "how much; else all that is due"),
  OPTION_STRING (struct args, reference, "reference", 'r', "TEXT", "of the transfer or cheque, kept with the payment"),
  OPTION_TIME (struct args, at, "at", 0, "when it was received; a date is a day of the customer; else now"),
  OPTION_FLAG (struct args, to_balance, "to-balance", 0, "keep what is above that for the customer's next invoices"),
  OPTION_FLAG (struct args, from_balance, "from-balance", 0, "use the customer's balance"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice pay INV-2026-000001",
  "billctl invoice pay INV-2026-000001 --amount 40.00 --reference \"transfer 4711\" --at 2026-02-10",
  "billctl invoice pay INV-2026-000001 --from-balance",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct payment_result result;
  if (args->from_balance && (args->to_balance || args->reference != NULL || args->at.given)) {
    error_set (error, ERROR_USAGE, "--from-balance: no money comes in");
    return error_add_hint (error, "leave out --to-balance, --reference and --at");
  }
  const struct payment_request request = {
    .invoice = invocation->operands[0],
    .amount = args->amount,
    .reference = args->reference,
    .at = args->at.given ? &args->at.time : NULL,
    .to_balance = args->to_balance,
    .from_balance = args->from_balance,
    .as_of_us = invocation->as_of_us,
  };
  return settled_invoice_check_text ("reference", args->reference, error)
         && payment_record (invocation->ledger, &request, &result, error)
         && settled_invoice_answer (invocation, args->from_balance ? "taken from the balance" : "received", &result, error);
}

const struct command command_invoice_pay = {
  .path = "invoice pay",
  .summary = "record what was paid for an invoice",
  .description = "For money that came in otherwise: a bank transfer, a cheque, cash. A part of what is due may be paid; the invoice is "
                 "paid when nothing is due any more. More than is due is refused, unless --to-balance keeps the rest for the next "
                 "invoices. An uncollectible invoice can be paid too: what was written off comes back as far as it is paid.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
