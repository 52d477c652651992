/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl metric list. */
#include "cmd/commands.h"
#include "service/catalog-view.h"

static const char *const examples[] = { "billctl metric list", NULL };

static const struct column columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "unit", .title = "Unit", .kind = CELL_TEXT },
  { .key = "aggregation", .title = "Aggregation", .kind = CELL_CODE },
  { .key = "property", .title = "Property", .kind = CELL_TEXT, .spare = 1 },
  { .key = "negative", .title = "Negative", .kind = CELL_CODE },
  { .key = "persistent", .title = "Persistent", .kind = CELL_BOOLEAN, .hidden = TRUE },
  { .key = "late", .title = "Late", .kind = CELL_CODE, .hidden = TRUE },
};

static gboolean
write_row (const struct metric *metric, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (metric->code),        cell_text (metric->name),     cell_text (metric->unit),
    cell_code (metric->aggregation), cell_text (metric->property), cell_code (metric->negative),
    cell_boolean (metric->persistent), cell_code (metric->late),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && catalog_list_metrics (invocation->ledger, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_metric_list = {
  .path = "metric list",
  .summary = "list what is measured",
  .examples = examples,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
