/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans list. */
#include "base/json.h"
#include "cmd/commands.h"
#include "service/catalog-view.h"
#include "service/plan-words.h"

struct args {
  gboolean all;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, all, "all", 'a', "archived plans too"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl plans list",
  "billctl plans list --format csv --columns code,version,subscribers",
  NULL,
};

static const struct column columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "version", .title = "Ver.", .kind = CELL_INTEGER },
  { .key = "type", .title = "Type", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "price", .title = "Price", .kind = CELL_TEXT, .wrap = TRUE },
  { .key = "prices", .title = "Prices", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "status", .title = "Status", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "subscribers", .title = "Used by", .kind = CELL_INTEGER },
};

/* [{"interval":"month","amount":2900}] */
static char *
prices_json (const struct plan *plan)
{
  GString *out = g_string_new ("[");
  for (gsize i = 0; i < plan->fee_count; i++) {
    char interval[INTERVAL_TEXT_SIZE];
    interval_format (plan->fees[i].interval, interval);
    g_string_append (out, i == 0 ? "{\"interval\":" : ",{\"interval\":");
    json_append_string (out, interval);
    g_string_append_printf (out, ",\"amount\":%" G_GINT64_FORMAT "}", plan->fees[i].amount_minor);
  }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static gboolean
write_row (const struct plan_row *row, void *data, GError **error)
{
  g_autofree char *price = plan_prices_words (row->terms), *prices = prices_json (row->terms);
  const struct cell cells[] = {
    cell_code (row->record->code),
    cell_text (row->record->name),
    cell_integer (row->terms->version),
    cell_code (plan_type_names[row->terms->type]),
    cell_text (price),
    cell_json (prices),
    cell_currency (row->terms->currency->code),
    cell_code (row->record->status),
    cell_integer (row->subscribers),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && catalog_list_plans (invocation->ledger, args->all, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_plans_list = {
  .path = "plans list",
  .summary = "list the plans in their newest version",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
