/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice void: declare an issued, unpaid invoice void. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "service/billing.h"

struct args {
  const char *reason;
};

static const struct option options[] = {
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept with the invoice and in the audit log"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl invoice void INV-2026-000001 --reason \"sent to the wrong company\"", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const char *reference = invocation->operands[0];
  if (args->reason != NULL && !text_is_plain (args->reason, -1)) {
    error_set (error, ERROR_USAGE, "reason '%s' has control characters", args->reason);
    return error_add_hint (error, "write it as plain text on one line");
  }
  g_autofree char *question = g_strdup_printf ("Void invoice %s? Its number stays used and its periods are not billed again.", reference);
  if (!billing_check_voidable (invocation->ledger, reference, error) || !invocation_confirm (invocation, question, error))
    return FALSE;
  if (!billing_void (invocation->ledger, reference, args->reason, error))
    return FALSE;
  invocation_say (invocation, invocation->dry_run ? "invoice %s would be void" : "invoice %s is void", reference);
  return TRUE;
}

const struct command command_invoice_void = {
  .path = "invoice void",
  .summary = "declare an unpaid invoice void",
  .description = "Only an open (or uncollectible) invoice can be voided. It keeps its number, so that the series has no gap; the "
                 "periods that it billed are not drawn up again. There is no way back, so it asks, unless --yes is given.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
