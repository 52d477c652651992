/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice credit: take back all or a part of an issued invoice. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/settled-invoice.h"
#include "service/amount.h"
#include "service/credit-note.h"

static const char *const kinds[] = { "refund", "balance", "write-off", NULL }; /* as enum credit_kind */

struct args {
  const char **lines;
  const char *amount;
  gboolean all;
  const char *reason;
  int as;
};

static const struct option options[] = {
  OPTION_LIST (struct args, lines, "line", 'l', "N[=AMOUNT]", "what is left of a line, or so much of its price; may be repeated"),
  OPTION_STRING (struct args, amount, "amount", 'a', "AMOUNT", "so much with taxes, spread over all lines"),
  OPTION_FLAG (struct args, all, "all", 0, "all that is left"),
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, printed on the credit note and in the audit log"),
  OPTION_CHOICE (struct args, as, "as", 0, kinds, "what becomes of what was paid already; else balance"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice credit INV-2026-000001 --line 2 --reason \"seats that nobody had\"",
  "billctl invoice credit INV-2026-000001 --line 1=10.00 --line 4 --as refund --reason \"outage\"",
  "billctl invoice credit INV-2026-000001 --all --as balance --reason \"sent twice\" --dry-run",
  NULL,
};

static gboolean
write_document (const struct invocation *invocation, const struct credit_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  const struct currency *currency = result->currency;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "credit_note", "Credit note", cell_code (result->number), error)
         && document_field (document, "invoice", "Invoice", cell_code (invocation->operands[0]), error)
         && document_field (document, "status", "Status of the invoice", cell_code (result->status), error)
         && document_field (document, "tax", "Tax", cell_money (result->tax_minor, currency), error)
         && document_field (document, "total", "Total", cell_money (result->total_minor, currency), error)
         && document_field (document, "off_due", "Off what is due", cell_money (result->owed_minor, currency), error)
         && document_field (document, "to_balance", "To balance", cell_money (result->balance_minor, currency), error)
         && document_field (document, "refunded", "Refunded", cell_money (result->refunded_minor, currency), error)
         && document_field (document, "currency", "Currency", cell_currency (currency->code), error) && document_close (document, error);
}

static void
print_part (const struct invocation *invocation, gint64 minor, const struct currency *currency, const char *where)
{
  g_autofree char *words = money_words (minor, currency);
  if (minor > 0)
    fprintf (invocation->render.out, "; %s %s", words, where);
}

static gboolean
answer (const struct invocation *invocation, const struct credit_result *result, GError **error)
{
  if (invocation->format_given || invocation->render.columns != NULL)
    return write_document (invocation, result, error);
  g_autofree char *total = money_words (result->total_minor, result->currency);
  fprintf (invocation->render.out, "%s: %s of %s credited", result->number, total, invocation->operands[0]);
  print_part (invocation, result->owed_minor, result->currency, "less is due");
  print_part (invocation, result->balance_minor, result->currency, "to the balance");
  print_part (invocation, result->refunded_minor, result->currency, "refunded");
  fprintf (invocation->render.out, "; it is %s\n", result->status);
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (credit_result_t) result = { 0 };
  if (args->reason == NULL) {
    error_set (error, ERROR_USAGE, "--reason is missing");
    return error_add_hint (error, "say why: it stands on the credit note");
  }
  const struct credit_request request = {
    .invoice = invocation->operands[0],
    .choice = { .lines = args->lines, .amount = args->amount, .all = args->all },
    .kind = args->as < 0 ? CREDIT_BALANCE : (enum credit_kind) args->as,
    .reason = args->reason,
    .as_of_us = invocation->as_of_us,
  };
  return settled_invoice_check_text ("reason", args->reason, error) && credit_note_issue (invocation->ledger, &request, &result, error)
         && answer (invocation, &result, error);
}

const struct command command_invoice_credit = {
  .path = "invoice credit",
  .summary = "issue a credit note for an invoice",
  .description = "Takes back lines or an amount of an issued invoice, with their taxes; never more than what is left after earlier credit "
                 "notes. What is still due becomes less first. What goes beyond that was paid already: it goes to the customer's balance, "
                 "or back as money with --as refund. With --as write-off what is due is given up as a loss instead.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
