/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of subscriptions as an answer. */
#include "cmd/change-document.h"

#include "base/text.h"

const struct operand change_operands[] = {
  { "SUBSCRIPTION", "its code, or the code of a customer who has only one", COMPLETE_SUBSCRIPTION, OPERAND_ONE },
  OPERAND_END,
};

const char *const change_whens[] = { "now", "period-end", NULL };
const char *const change_prorations[] = { "create", "none", "invoice-now", NULL };
const char *const change_short_prorations[] = { "create", "none", NULL };

const struct time_text *
change_time (const struct time_argument *argument)
{
  return argument->given ? &argument->time : NULL;
}

static const struct column line_columns[] = {
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "period_from", .title = "From", .kind = CELL_DATE },
  { .key = "period_until", .title = "Until", .kind = CELL_DATE, .spare = 2 },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "included", .title = "Included", .kind = CELL_DECIMAL, .spare = 1 },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "ratio", .title = "Part", .kind = CELL_CODE },
  { .key = "due_on", .title = "Due", .kind = CELL_DATE, .spare = 3 },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .total = TRUE },
};

static gboolean
write_lines (struct document *document, const struct change_result *result, GError **error)
{
  for (guint i = 0; i < result->lines->len; i++) {
    const struct change_line *line = &g_array_index (result->lines, struct change_line, i);
    const struct cell cells[] = {
      cell_text (line->description),
      cell_date (line->from),
      cell_date (line->until),
      cell_decimal (line->quantity),
      cell_decimal (line->included),
      cell_decimal (line->unit_price),
      cell_decimal (line->exact_amount),
      cell_code (line->ratio),
      cell_date (line->due_on),
      cell_money (line->amount_minor, result->currency),
    };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_document (struct document *document, const struct change_result *result, GError **error)
{
  const struct subscription_view *view = &result->view;
  return document_field (document, "subscription", "Subscription", cell_code (view->row->subscription.code), error)
         && document_field (document, "customer", "Customer", cell_code (view->row->customer_code), error)
         && document_field (document, "change", "Change", cell_text (result->kind), error)
         && document_field (document, "detail", "Decision", cell_text (result->detail), error)
         && document_field (document, "effective_on", "Effective", cell_date (result->effective), error)
         && document_field (document, "status", "Status today", cell_code (subscription_status_name (view->state.status)), error)
         && document_field (document, "due_at", "Due at", result->has_due ? cell_instant (result->due_us) : cell_null (), error)
         && document_field (document, "currency", "Currency", cell_currency (result->currency->code), error)
         && document_field (document, "total", "Total of the lines", cell_money (result->total_minor, result->currency), error)
         && document_begin_section (document, "lines", "Lines", line_columns, G_N_ELEMENTS (line_columns), error)
         && write_lines (document, result, error) && document_end_section (document, error);
}

/* For a person: the decision in a line, then what it brings. */
static gboolean
print_result (const struct invocation *invocation, struct document *document, const struct change_result *result, GError **error)
{
  g_autofree char *detail = text_sanitize (result->detail, -1);
  fprintf (invocation->render.out, "%s: %s, %s\n", result->view.row->subscription.code, result->kind, detail);
  return result->lines->len == 0
         || (document_begin_list (document, line_columns, G_N_ELEMENTS (line_columns), error) && write_lines (document, result, error)
             && document_end_list (document, error));
}

gboolean
change_document_write (const struct invocation *invocation, const struct change_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  gboolean whole = invocation->format_given || invocation->render.columns != NULL;
  return document_new (&invocation->render, &document, error)
         && (whole ? write_document (document, result, error) : print_result (invocation, document, result, error))
         && document_close (document, error);
}

gboolean
change_run (struct invocation *invocation, const char *plan, GError **error)
{
  const struct change_args *args = invocation->args;
  const struct custom_terms_request agreed = { args->sets, args->terms };
  g_autoptr (custom_terms_t) terms = NULL;
  if (!custom_terms_read (&agreed, &terms, error))
    return FALSE;
  const struct change_request request = {
    .subscription = invocation->operands[0],
    .plan = plan,
    .version = args->version,
    .interval = args->interval,
    .quantities = args->quantities,
    .addons = args->addons,
    .without = args->without,
    .terms = terms,
    .when = args->when,
    .at = change_time (&args->at),
    .proration = args->proration,
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_change (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}
