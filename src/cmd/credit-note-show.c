/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl credit-note show: one credit note with its lines. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/credit-note.h"

static const struct operand operands[] = {
  { "CREDIT-NOTE", "number of the credit note", COMPLETE_CREDIT_NOTE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl credit-note show CN-2026-000001", NULL };

static const struct column line_columns[] = {
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "invoice_line", .title = "Line", .kind = CELL_INTEGER },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY },
  { .key = "taxes", .title = "Taxes", .kind = CELL_JSON, .hidden = TRUE },
};

struct view {
  struct document *document;
  const struct currency *currency;
};

static gboolean
write_head (const struct credit_note *note, void *data, GError **error)
{
  struct view *view = data;
  struct document *document = view->document;
  const struct currency *currency = view->currency = currency_find (note->currency);
  return document_field (document, "credit_note", "Credit note", cell_code (note->number), error)
         && document_field (document, "invoice", "Invoice", cell_code (note->invoice), error)
         && document_field (document, "customer", "Customer", cell_code (note->customer), error)
         && document_field (document, "name", "Name", cell_text (note->customer_name), error)
         && document_field (document, "issued_at", "Issued at", cell_instant (note->issued_at_us - note->issued_at_us % G_USEC_PER_SEC), error)
         && document_field (document, "kind", "Kind", cell_words (note->kind_name), error)
         && document_field (document, "reason", "Reason", cell_text (note->reason), error)
         && document_field (document, "currency", "Currency", cell_currency (note->currency), error)
         && document_field (document, "subtotal", "Subtotal", cell_money (note->subtotal_minor, currency), error)
         && document_field (document, "tax", "Tax", cell_money (note->tax_minor, currency), error)
         && document_field (document, "total", "Total", cell_money (note->total_minor, currency), error)
         && document_begin_section (document, "lines", "Lines", line_columns, G_N_ELEMENTS (line_columns), error);
}

static gboolean
write_line (const struct credit_note_line *line, void *data, GError **error)
{
  const struct view *view = data;
  const struct cell cells[] = {
    cell_integer (line->position),
    cell_text (line->description),
    cell_integer (line->invoice_position),
    cell_money (line->amount_minor, view->currency),
    cell_money (line->tax_minor, view->currency),
    cell_json (line->taxes),
  };
  return document_row (view->document, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct view view = { .document = document };
  const struct credit_note_show_request request = {
    .number = invocation->operands[0],
    .head = write_head,
    .line = write_line,
    .data = &view,
  };
  return credit_note_show (invocation->ledger, &request, error) && document_end_section (document, error)
         && document_close (document, error);
}

const struct command command_credit_note_show = {
  .path = "credit-note show",
  .summary = "show one credit note with its lines",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
