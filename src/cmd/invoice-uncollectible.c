/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice uncollectible: write off what is due. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/settled-invoice.h"

struct args {
  const char *reason;
};

static const struct option options[] = {
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept in the audit log"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl invoice uncollectible INV-2026-000001 --reason \"insolvent\"", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct payment_result result;
  if (args->reason == NULL) {
    error_set (error, ERROR_USAGE, "--reason is missing");
    return error_add_hint (error, "say why nobody will pay: it is kept in the audit log");
  }
  return settled_invoice_check_text ("reason", args->reason, error)
         && payment_write_off (invocation->ledger, invocation->operands[0], args->reason, &result, error)
         && settled_invoice_answer (invocation, "written off", &result, error);
}

const struct command command_invoice_uncollectible = {
  .path = "invoice uncollectible",
  .summary = "write off what is due on an invoice",
  .description = "Only an open invoice can become uncollectible. If it is paid after all, `billctl invoice pay` takes the write-off back.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
