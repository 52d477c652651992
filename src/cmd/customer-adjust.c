/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer adjust: change the balance of a customer by hand. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/settled-invoice.h"
#include "service/amount.h"
#include "service/balance.h"

#include <stdio.h>

struct args {
  const char *amount;
  const char *currency;
  const char *reason;
};

static const struct option options[] = {
  OPTION_STRING (struct args, amount, "amount", 'a', "AMOUNT", "above zero in the customer's favour"),
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "of the balance; else the customer's", COMPLETE_CURRENCY),
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept with the movement and in the audit log"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl customer adjust acme --amount 25.00 --reason \"goodwill\"",
  "billctl customer adjust acme --amount -5.00 --reason \"typed twice\"",
  NULL,
};

static gboolean
answer (const struct invocation *invocation, const struct balance_entry *entry, GError **error)
{
  const char *customer = invocation->operands[0];
  if (!invocation->format_given && invocation->render.columns == NULL) {
    g_autofree char *amount = money_words (entry->amount_minor, entry->currency);
    g_autofree char *balance = money_words (entry->balance_minor, entry->currency);
    fprintf (invocation->render.out, "%s: balance changed by %s to %s\n", customer, amount, balance);
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "customer", "Customer", cell_code (customer), error)
         && document_field (document, "amount", "Amount", cell_money (entry->amount_minor, entry->currency), error)
         && document_field (document, "balance", "Balance", cell_money (entry->balance_minor, entry->currency), error)
         && document_field (document, "currency", "Currency", cell_currency (entry->currency->code), error)
         && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct balance_entry entry;
  if (args->amount == NULL || args->reason == NULL) {
    error_set (error, ERROR_USAGE, "%s is missing", args->amount == NULL ? "--amount" : "--reason");
    return error_add_hint (error, "billctl customer adjust CUSTOMER --amount AMOUNT --reason TEXT");
  }
  const struct balance_adjustment adjustment = {
    .customer = invocation->operands[0],
    .amount = args->amount,
    .currency = args->currency,
    .reason = args->reason,
  };
  return settled_invoice_check_text ("reason", args->reason, error)
         && balance_adjust (invocation->ledger, &adjustment, &entry, error) && answer (invocation, &entry, error);
}

const struct command command_customer_adjust = {
  .path = "customer adjust",
  .summary = "change the balance of a customer by hand",
  .description = "The balance never falls below zero.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
