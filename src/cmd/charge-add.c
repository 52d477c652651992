/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl charge add: something that is billed once, with the next invoice. */
#include "cmd/charge-document.h"
#include "cmd/commands.h"

struct args {
  const char *amount;
  const char *quantity;
  const char *unit_price;
  gboolean credit;
  const char *description;
  const char *code;
  const char *category;
  const char *subscription;
  struct time_argument at;
};

static const struct option options[] = {
  OPTION_STRING (struct args, amount, "amount", 'a', "AMOUNT", "how much in all"),
  OPTION_STRING (struct args, quantity, "quantity", 0, "N", "how many"),
  OPTION_STRING (struct args, unit_price, "unit-price", 0, "PRICE", "and what each costs; up to 18 decimals"),
  OPTION_FLAG (struct args, credit, "credit", 0, "give it to the customer instead"),
  OPTION_STRING (struct args, description, "description", 'd', "TEXT", "what stands on the invoice"),
  OPTION_STRING (struct args, code, "code", 0, "CODE", "what it is called in exports; else one-off"),
  OPTION_STRING (struct args, category, "category", 0, "CODE", "of the product, for taxes"),
  OPTION_STRING_FROM (struct args, subscription, "subscription", 's', "CODE", "with the invoices of this subscription",
                      COMPLETE_SUBSCRIPTION),
  OPTION_TIME (struct args, at, "at", 0, "not before this time; a date is a day of the customer; else now"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl charge add acme --amount 250.00 --description \"Set-up\"",
  "billctl charge add acme --quantity 3.5 --unit-price 120 --description \"Consulting, hours\" --category services",
  "billctl charge add acme --amount 20.00 --credit --description \"Outage of 3 May\"",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (charge_row_t) row = { 0 };
  const struct charge_request request = {
    .customer = invocation->operands[0],
    .amount = args->amount,
    .quantity = args->quantity,
    .unit_price = args->unit_price,
    .is_credit = args->credit,
    .description = args->description,
    .code = args->code,
    .category = args->category,
    .subscription = args->subscription,
    .at = args->at.given ? &args->at.time : NULL,
    .as_of_us = invocation->as_of_us,
  };
  char day[DATE_TEXT_SIZE];
  if (!charge_add (invocation->ledger, &request, &row, error))
    return FALSE;
  date_format (row.due_on, day);
  g_autofree char *what = g_strdup_printf (", on the first invoice that falls due from %s on", day);
  return charge_document_answer (invocation, &row, what, error);
}

const struct command command_charge_add = {
  .path = "charge add",
  .summary = "charge something once, with the next invoice",
  .description = "The charge waits for the first invoice of the customer that falls due at its time or later. A customer without a "
                 "subscription that goes on gets an invoice of its own for it. Until it is billed it can be removed.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
