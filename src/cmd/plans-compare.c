/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans compare: plans side by side. */
#include "cmd/commands.h"
#include "service/catalog-view.h"

struct args {
  const char *currency;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "the prices in this currency; else those in the currency of each plan",
                      COMPLETE_CURRENCY),
  OPTION_END,
};

static const struct operand operands[] = {
  { "PLAN", "codes of the plans", COMPLETE_PLAN, OPERAND_MANY },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans compare starter professional enterprise",
  NULL,
};

static gboolean
write_rows (struct document *document, const GPtrArray *rows, gsize count, GError **error)
{
  g_autofree struct cell *cells = g_new (struct cell, count + 1);
  for (guint i = 0; i < rows->len; i++) {
    const struct comparison_row *row = g_ptr_array_index (rows, i);
    cells[0] = cell_code (row->item);
    for (gsize k = 0; k < count; k++)
      cells[k + 1] = cell_text (row->values[k] == NULL ? "-" : row->values[k]);
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  gsize count = (gsize) invocation->operand_count;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) comparison_row_free);
  if (!catalog_compare_plans (invocation->ledger, invocation->operands, args->currency, rows, error))
    return FALSE;
  g_autofree struct column *columns = g_new0 (struct column, count + 1);
  columns[0] = (struct column){ .key = "item", .title = "Item", .kind = CELL_CODE };
  for (gsize i = 0; i < count; i++)
    columns[i + 1]
        = (struct column){ .key = invocation->operands[i], .title = invocation->operands[i], .kind = CELL_TEXT, .wrap = TRUE };
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, count + 1, error) && write_rows (document, rows, count, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_plans_compare = {
  .path = "plans compare",
  .summary = "show plans side by side",
  .description = "One column per plan and one row for each fee, quantity, charge, limit, feature and add-on of their newest versions; - where "
                 "a plan says nothing. Other terms have a row only where they differ.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
