/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice preview: what the next invoices of a customer would be. */
#include "base/json.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/invoice-document.h"
#include "service/preview.h"

#include <stdlib.h>

struct args {
  struct time_argument at;
  const char **what_if;
  const char *subscription;
};

static const struct option options[] = {
  OPTION_TIME (struct args, at, "at", 0, "everything that falls due by then; the next due instant without it"),
  OPTION_LIST (struct args, what_if, "what-if", 0, "TERM=VALUE", "suppose other terms: plan=CODE[:VERSION], quantity.NAME=N …; may be repeated"),
  OPTION_STRING_FROM (struct args, subscription, "subscription", 0, "CODE", "whose terms --what-if concerns, where there are several",
                      COMPLETE_SUBSCRIPTION),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice preview acme",
  "billctl invoice preview acme --at 2026-06-01 --format json",
  "billctl invoice preview acme --what-if plan=enterprise --what-if quantity.team_members=25",
  NULL,
};

/* --- One invoice after the other --- */

enum shape { SHAPE_PAGES, SHAPE_OBJECT, SHAPE_ROWS };

struct writer {
  const struct invocation *invocation;
  enum shape shape;
  struct document *rows;     /* ROWS */
  struct invoice_view view;  /* else, of the invoice at hand */
  FILE *memory;              /* OBJECT, likewise */
  char *text;
  size_t size;
  GString *invoices;         /* OBJECT: those before it */
  struct date billed_on;
  gsize count;
};
typedef struct writer writer_t;

static void
writer_clear (struct writer *writer)
{
  document_free (writer->view.document);
  document_free (writer->rows);
  if (writer->memory != NULL)
    fclose (writer->memory);
  free (writer->text);
  g_string_free (writer->invoices, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (writer_t, writer_clear)

static const struct column row_columns[] = {
  { .key = "billed_on", .title = "Falls due", .kind = CELL_DATE },
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "role", .title = "Role", .kind = CELL_CODE },
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "period_from", .title = "From", .kind = CELL_DATE },
  { .key = "period_until", .title = "Until", .kind = CELL_DATE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static gboolean
write_head (const struct invoice_row *row, const struct invoice_settled *settled, void *data, GError **error)
{
  struct writer *writer = data;
  struct render_request render = writer->invocation->render;
  writer->billed_on = row->billed_on;
  writer->view.currency = row->currency;
  if (writer->shape == SHAPE_ROWS)
    return TRUE;
  if (writer->shape == SHAPE_OBJECT)
    render.out = writer->memory = open_memstream (&writer->text, &writer->size);
  else if (writer->count > 0)
    fputc ('\n', render.out);
  render.columns = NULL;
  writer->view.brief = writer->shape == SHAPE_PAGES;
  writer->count++;
  return document_new (&render, &writer->view.document, error) && invoice_document_head (row, settled, &writer->view, error);
}

static gboolean
write_line (const struct invoice_line_row *row, void *data, GError **error)
{
  struct writer *writer = data;
  const struct currency *currency = writer->view.currency;
  if (writer->shape != SHAPE_ROWS)
    return invoice_document_line (row, &writer->view, error);
  const struct cell cells[] = {
    cell_date (writer->billed_on),
    cell_integer (row->position),
    cell_text (row->description),
    cell_code (row->subscription),
    cell_code (row->kind),
    cell_code (row->role),
    cell_code (row->code),
    cell_date (row->period_from),
    row->period_start_us == row->period_end_us ? cell_null () : cell_date (row->period_until),
    cell_decimal (row->quantity),
    cell_decimal (row->unit_price),
    cell_money (row->amount_minor, currency),
    cell_money (row->discount_minor, currency),
    cell_money (row->tax_minor, currency),
    cell_currency (currency->code),
  };
  return document_row (writer->rows, cells, error);
}

static gboolean
write_foot (const struct invoice_row *row, const struct invoice_tax *taxes, gsize count, void *data, GError **error)
{
  struct writer *writer = data;
  if (writer->shape == SHAPE_ROWS)
    return TRUE;
  if (!invoice_document_foot (row, taxes, count, &writer->view, error) || !document_end_section (writer->view.document, error)
      || !document_close (writer->view.document, error))
    return FALSE;
  g_clear_pointer (&writer->view.document, document_free);
  if (writer->shape == SHAPE_PAGES)
    return TRUE;
  fclose (g_steal_pointer (&writer->memory));
  if (writer->invoices->len > 0)
    g_string_append_c (writer->invoices, ',');
  g_string_append_len (writer->invoices, writer->text, (gssize) writer->size);
  g_clear_pointer (&writer->text, free);
  return TRUE;
}

/* --- The whole --- */

static const struct column total_columns[] = {
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "before", .title = "As it is", .kind = CELL_MONEY },
  { .key = "after", .title = "What if", .kind = CELL_MONEY },
  { .key = "difference", .title = "Difference", .kind = CELL_MONEY },
};

static gboolean
write_totals (struct document *document, const struct preview_result *result, GError **error)
{
  for (guint i = 0; i < result->totals->len; i++) {
    const struct preview_total *total = &g_array_index (result->totals, struct preview_total, i);
    const struct cell cells[] = {
      cell_currency (total->currency->code),
      cell_money (total->before_minor, total->currency),
      cell_money (total->after_minor, total->currency),
      cell_money (total->after_minor - total->before_minor, total->currency),
    };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_object (const struct writer *writer, const struct preview_result *result, GError **error)
{
  const struct args *args = writer->invocation->args;
  g_autoptr (GString) what_if = g_string_new ("[");
  g_autofree char *invoices = g_strdup_printf ("[%s]", writer->invoices->str);
  g_autoptr (document_t) document = NULL;
  for (gsize i = 0; args->what_if[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c (what_if, ',');
    json_append_string (what_if, args->what_if[i]);
  }
  g_string_append_c (what_if, ']');
  return document_new (&writer->invocation->render, &document, error)
         && document_field (document, "customer", "Customer", cell_code (result->customer), error)
         && document_field (document, "until", "Until", cell_date (result->on), error)
         && document_field (document, "until_at", "Until", cell_instant (result->at_us), error)
         && document_field (document, "what_if", "What if", cell_json (what_if->str), error)
         && document_field (document, "decision", "Decision", cell_text (result->decision), error)
         && document_field (document, "invoices", "Invoices", cell_json (invoices), error)
         && document_begin_section (document, "totals", "Totals", total_columns, G_N_ELEMENTS (total_columns), error)
         && write_totals (document, result, error) && document_end_section (document, error) && document_close (document, error);
}

/* Below the invoices: what the change would be, and what it makes of their totals. */
static gboolean
write_comparison (const struct writer *writer, const struct preview_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (result->decision == NULL)
    return TRUE;
  g_autofree char *decision = text_sanitize (result->decision, -1);
  fprintf (writer->invocation->render.out, "%s%s\n", writer->count > 0 ? "\n" : "", decision);
  return document_new (&writer->invocation->render, &document, error)
         && document_begin_list (document, total_columns, G_N_ELEMENTS (total_columns), error) && write_totals (document, result, error)
         && document_end_list (document, error) && document_close (document, error);
}

static gboolean
begin_rows (struct writer *writer, GError **error)
{
  return writer->shape != SHAPE_ROWS
         || (document_new (&writer->invocation->render, &writer->rows, error)
             && document_begin_list (writer->rows, row_columns, G_N_ELEMENTS (row_columns), error));
}

static gboolean
finish (struct writer *writer, const struct preview_result *result, GError **error)
{
  char day[DATE_TEXT_SIZE];
  date_format (result->on, day);
  if (result->invoices == 0)
    invocation_say (writer->invocation, "nothing would be billed to %s until %s", result->customer, day);
  if (writer->shape == SHAPE_OBJECT)
    return write_object (writer, result, error);
  if (writer->shape == SHAPE_PAGES)
    return write_comparison (writer, result, error);
  return document_end_list (writer->rows, error) && document_close (writer->rows, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  gboolean pages = invocation->render.format == FORMAT_TABLE && invocation->render.columns == NULL;
  g_auto (writer_t) writer = {
    .invocation = invocation,
    .shape = pages ? SHAPE_PAGES : invocation->render.format == FORMAT_JSON ? SHAPE_OBJECT : SHAPE_ROWS,
    .invoices = g_string_new (NULL),
  };
  const struct preview_request request = {
    .customer = invocation->operands[0],
    .at = args->at.given ? &args->at.time : NULL,
    .what_if = args->what_if,
    .subscription = args->subscription,
    .as_of_us = invocation->as_of_us,
    .show = { .as_of_us = invocation->as_of_us, .head = write_head, .line = write_line, .foot = write_foot, .data = &writer },
  };
  g_auto (preview_result_t) result = { 0 };
  return begin_rows (&writer, error) && invoice_preview (invocation->ledger, &request, &result, error) && finish (&writer, &result, error);
}

const struct command command_invoice_preview = {
  .path = "invoice preview",
  .summary = "show what the next invoices of a customer would be",
  .description = "Draws up what falls due next, or by a time, with the usage that has been recorded so far, and writes nothing. With --what-if "
                 "the invoices are those under other terms that would be agreed on at the as-of time, with what is billed before and after "
                 "that side by side.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
