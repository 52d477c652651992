/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice finalize: number and open drafts as they stand. */
#include "cmd/billed-invoice.h"
#include "cmd/commands.h"

struct args {
  const char *customer;
  gboolean all;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "all drafts of this customer", COMPLETE_CUSTOMER),
  OPTION_FLAG (struct args, all, "all", 0, "all drafts of the ledger"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "DRAFT", "a draft: draft-N", COMPLETE_INVOICE, OPERAND_OPTIONAL },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice finalize draft-1",
  "billctl invoice finalize --customer acme",
  "billctl invoice finalize --all --dry-run",
  NULL,
};

static void
say_result (const struct invocation *invocation, const struct finalize_result *result)
{
  if (result->issued > 0)
    invocation_say (invocation, "invoices: %" G_GINT64_FORMAT " issued", result->issued);
  else if (result->later == 0 && result->failed == 0)
    invocation_say (invocation, "there are no drafts");
  if (result->later > 0)
    invocation_say (invocation, "%" G_GINT64_FORMAT " fall due after the as-of time and stay drafts", result->later);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  int named = (invocation->operand_count > 0) + (args->customer != NULL) + args->all;
  if (named != 1) {
    error_set (error, ERROR_USAGE, named == 0 ? "no draft was named" : "name a draft, a customer, or all: only one of them");
    return error_add_hint (error, "billctl invoice finalize draft-N, or --customer CODE, or --all");
  }
  g_auto (billed_invoice_writer_t) writer = { .invocation = invocation };
  if (!billed_invoice_begin (&writer, error))
    return FALSE;
  struct finalize_request request = {
    .reference = invocation->operand_count > 0 ? invocation->operands[0] : NULL,
    .customer = args->customer,
    .as_of_us = invocation->as_of_us,
    .report_invoice = billed_invoice_row,
    .report_failure = billed_invoice_warn,
    .data = &writer,
  };
  struct finalize_result result = { 0 };
  if (!billing_finalize (invocation->ledger, &request, &result, error) || !billed_invoice_end (&writer, error))
    return FALSE;
  say_result (invocation, &result);
  billed_invoice_settle (invocation, result.failed);
  return TRUE;
}

const struct command command_invoice_finalize = {
  .path = "invoice finalize",
  .summary = "number and open drafts",
  .description = "A draft becomes an open invoice as it stands, with the next number of its issuer's gapless series. From then on it "
                 "never changes. Drafts of a customer are issued in the order in which they fell due. A draft that would be drawn up "
                 "otherwise by now is refused.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
