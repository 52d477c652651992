/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans impact: who would pay what if a catalog file were applied. */
#include "base/error.h"
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"
#include "core/money.h"
#include "service/plan-impact.h"

static const struct operand operands[] = {
  { "FILE", "catalog file, see billctl-catalog(5); - for standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl plans impact catalog.json", "billctl plans impact catalog.json --format json", NULL };

static const struct column row_columns[] = {
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "plan", .title = "Plan", .kind = CELL_CODE, .spare = 1 },
  { .key = "version", .title = "Version", .kind = CELL_INTEGER, .spare = 6 },
  { .key = "terms", .title = "Terms", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "interval", .title = "Interval", .kind = CELL_CODE, .spare = 5 },
  { .key = "from", .title = "From", .kind = CELL_DATE, .spare = 3 },
  { .key = "fees_before", .title = "Fees before", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "fees_after", .title = "Fees after", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "usage_before", .title = "Usage before", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "usage_after", .title = "Usage after", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "before", .title = "Before", .kind = CELL_MONEY },
  { .key = "after", .title = "After", .kind = CELL_MONEY },
  { .key = "difference", .title = "Difference", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "note", .title = "Note", .kind = CELL_TEXT, .wrap = TRUE, .spare = 4 },
};

static const struct column total_columns[] = {
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "subscriptions", .title = "Subscriptions", .kind = CELL_INTEGER },
  { .key = "before", .title = "Before", .kind = CELL_MONEY },
  { .key = "after", .title = "After", .kind = CELL_MONEY },
  { .key = "difference", .title = "Difference", .kind = CELL_MONEY },
};

static struct cell
if_possible (const struct impact_row *row, gint64 minor)
{
  return row->possible ? cell_money (minor, row->currency) : cell_null ();
}

static gboolean
write_row (struct document *document, const struct impact_row *row, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (row->interval, interval);
  const struct cell cells[] = {
    cell_code (row->subscription),
    cell_code (row->customer),
    cell_code (row->plan),
    cell_integer (row->version),
    *row->terms == '\0' ? cell_null () : cell_code (row->terms),
    cell_code (interval),
    cell_date (row->from),
    cell_money (row->before.fees_minor, row->currency),
    if_possible (row, row->after.fees_minor),
    cell_money (row->before.usage_minor, row->currency),
    if_possible (row, row->after.usage_minor),
    cell_money (row->before.total_minor, row->currency),
    if_possible (row, row->after.total_minor),
    if_possible (row, row->after.total_minor - row->before.total_minor),
    cell_currency (row->currency->code),
    cell_text (row->note),
  };
  return document_row (document, cells, error);
}

/* Of those that could be on the new terms, in one currency. */
struct total {
  const struct currency *currency;
  gint64 count, before_minor, after_minor;
};

static gboolean
add_to_totals (GArray *totals, const struct impact_row *row, GError **error)
{
  guint i = 0;
  while (i < totals->len && g_array_index (totals, struct total, i).currency != row->currency)
    i++;
  if (i == totals->len)
    g_array_append_vals (totals, &(struct total){ .currency = row->currency }, 1);
  struct total *total = &g_array_index (totals, struct total, i);
  total->count++;
  if (!money_add (total->before_minor, row->before.total_minor, &total->before_minor)
      || !money_add (total->after_minor, row->after.total_minor, &total->after_minor))
    return error_set (error, ERROR_FAILED, "the total in %s does not fit 64 bits of minor units", row->currency->code);
  return TRUE;
}

static gboolean
write_totals (struct document *document, const GPtrArray *rows, GError **error)
{
  g_autoptr (GArray) totals = g_array_new (FALSE, FALSE, sizeof (struct total));
  for (guint i = 0; i < rows->len; i++) {
    const struct impact_row *row = g_ptr_array_index (rows, i);
    if (row->possible && !add_to_totals (totals, row, error))
      return FALSE;
  }
  if (!document_begin_section (document, "totals", "Totals", total_columns, G_N_ELEMENTS (total_columns), error))
    return FALSE;
  for (guint i = 0; i < totals->len; i++) {
    const struct total *total = &g_array_index (totals, struct total, i);
    const struct cell cells[] = {
      cell_currency (total->currency->code),
      cell_integer (total->count),
      cell_money (total->before_minor, total->currency),
      cell_money (total->after_minor, total->currency),
      cell_money (total->after_minor - total->before_minor, total->currency),
    };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

static gboolean
write_rows (struct invocation *invocation, const GPtrArray *rows, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_section (document, "subscriptions", "Subscriptions", row_columns, G_N_ELEMENTS (row_columns), error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!write_row (document, g_ptr_array_index (rows, i), error))
      return FALSE;
  return document_end_section (document, error) && write_totals (document, rows, error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) impact_row_free);
  const struct impact_request request
      = { .source = { .path = invocation->operands[0] }, .problems = problems, .at_us = invocation->as_of_us };
  if (!plan_impact (invocation->ledger, &request, rows, error)) {
    tell_catalog_problems (invocation, problems);
    return FALSE;
  }
  if (!write_rows (invocation, rows, error))
    return FALSE;
  if (rows->len == 0)
    invocation_say (invocation, "nobody would pay anything else");
  return TRUE;
}

const struct command command_plans_impact = {
  .path = "plans impact",
  .summary = "say who would pay what if a catalog file were applied",
  .description = "As if its plans were applied and every subscription moved to them when the period that it has paid for ends. Nothing is "
                 "written. A row for each subscription whose terms would differ: its recurring fees of one whole period, and the usage of "
                 "its last whole usage period, both by the old terms and by the new ones.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
