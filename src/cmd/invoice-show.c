/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice show: one invoice with its lines and how they came about. */
#include "cmd/commands.h"
#include "cmd/invoice-document.h"

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice, or draft-N", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice show INV-2026-000001",
  "billctl invoice show draft-2 --format json",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct invoice_view view = { .document = document, .brief = invocation->render.format == FORMAT_TABLE };
  struct invoice_show_request request = {
    .reference = invocation->operands[0],
    .as_of_us = invocation->as_of_us,
    .head = invoice_document_head,
    .line = invoice_document_line,
    .foot = invoice_document_foot,
    .data = &view,
  };
  return invoice_show (invocation->ledger, &request, error) && document_end_section (view.document, error)
         && document_close (view.document, error);
}

const struct command command_invoice_show = {
  .path = "invoice show",
  .summary = "show one invoice with its lines",
  .description = "The JSON form also has, for every line, the exact unrounded amount, the ratio of a part period, and the derivation: "
                 "events, allowance, tiers. `billctl invoice explain` says it in words.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
