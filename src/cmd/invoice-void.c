/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice void: declare an issued, unpaid invoice void, and issue it again if wanted. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/billed-invoice.h"
#include "cmd/commands.h"
#include "service/amount.h"
#include "service/voiding.h"

struct args {
  const char *reason;
  gboolean reissue;
  gboolean finalize;
};

static const struct option options[] = {
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept with the invoice and in the audit log"),
  OPTION_FLAG (struct args, reissue, "reissue", 0, "draw up a draft that takes its place"),
  OPTION_FLAG (struct args, finalize, "finalize", 0, "issue that draft at once"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice void INV-2026-000001 --reason \"sent to the wrong company\"",
  "billctl invoice void INV-2026-000001 --reissue --reason \"new tax id\"",
  NULL,
};

static void
say_amount (const struct invocation *invocation, gint64 minor, const struct currency *currency, const char *what)
{
  g_autofree char *words = money_words (minor, currency);
  if (minor != 0)
    invocation_say (invocation, "%s %s", words, what);
}

/* What must be undone for it, before anything is asked. */
static void
say_consequences (const struct invocation *invocation, const struct void_consequences *consequences, gboolean is_reissued)
{
  say_amount (invocation, consequences->balance_minor, consequences->currency, "go back to the customer's balance");
  say_amount (invocation, consequences->written_off_minor, consequences->currency, "are not written off any more");
  say_amount (invocation, consequences->discount_minor, consequences->currency, "of discounts are given back to their coupons");
  if (consequences->charges > 0 && !is_reissued)
    invocation_say (invocation, "one-off charges that stay billed: %" G_GINT64_FORMAT, consequences->charges);
}

static gboolean
void_it (const struct invocation *invocation, struct void_request *request, GError **error)
{
  g_auto (billed_invoice_writer_t) writer = { .invocation = (struct invocation *) (gpointer) invocation };
  if (!request->reissue)
    return voiding_void (invocation->ledger, request, error);
  request->report_invoice = billed_invoice_row;
  request->data = &writer;
  return billed_invoice_begin (&writer, error) && voiding_void (invocation->ledger, request, error) && billed_invoice_end (&writer, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct void_consequences consequences = { 0 };
  struct void_request request = {
    .reference = invocation->operands[0],
    .reason = args->reason,
    .reissue = args->reissue,
    .finalize = args->finalize,
    .as_of_us = invocation->as_of_us,
  };
  if (args->reason != NULL && !text_is_plain (args->reason, -1)) {
    error_set (error, ERROR_USAGE, "reason '%s' has control characters", args->reason);
    return error_add_hint (error, "write it as plain text on one line");
  }
  if (args->finalize && !args->reissue)
    return error_set (error, ERROR_USAGE, "--finalize goes with --reissue");
  g_autofree char *question = g_strdup_printf (args->reissue ? "Void invoice %s and draw it up again? Its number stays used."
                                                             : "Void invoice %s? Its number stays used and its periods are not billed again.",
                                               request.reference);
  if (!voiding_examine (invocation->ledger, &request, &consequences, error))
    return FALSE;
  say_consequences (invocation, &consequences, args->reissue);
  if (!invocation_confirm (invocation, question, error) || !void_it (invocation, &request, error))
    return FALSE;
  invocation_say (invocation, invocation->dry_run ? "invoice %s would be void" : "invoice %s is void", request.reference);
  return TRUE;
}

const struct command command_invoice_void = {
  .path = "invoice void",
  .summary = "declare an unpaid invoice void",
  .description = "Only an open (or uncollectible) invoice can be voided, on which nothing is paid or credited. It keeps its number, so that "
                 "the series has no gap; the periods that it billed are not drawn up again, but with --reissue, which draws up a draft in "
                 "its place. What must be undone is said before it asks; there is no way back, so it asks, unless --yes is given.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
