/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl tax list. */
#include "cmd/commands.h"
#include "service/tax-report.h"

struct args {
  gboolean all;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, all, "all", 'a', "also rates that hold no more, or not yet"),
  OPTION_END,
};

static const char *const examples[] = { "billctl tax list", "billctl tax list --all --format csv", NULL };

static const struct column columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 4 },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "percent", .title = "Percent", .kind = CELL_DECIMAL },
  { .key = "country", .title = "Country", .kind = CELL_CODE },
  { .key = "region", .title = "Region", .kind = CELL_CODE, .spare = 1 },
  { .key = "category", .title = "Category", .kind = CELL_CODE, .spare = 3 },
  { .key = "from", .title = "From", .kind = CELL_DATE },
  { .key = "until", .title = "Until", .kind = CELL_DATE, .spare = 2 },
};

static struct cell
cell_day (gint64 day, gboolean is_there)
{
  return is_there ? cell_date ((struct date){ (gint32) day }) : cell_null ();
}

static gboolean
write_row (const struct tax_rate_row *rate, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (rate->code),
    cell_text (rate->name),
    cell_code (rate->kind),
    cell_decimal (rate->percent),
    cell_code (rate->country),
    cell_code (rate->region),
    cell_code (rate->category),
    cell_day (rate->from_day, rate->from_day != TAX_DAY_FIRST),
    cell_day (rate->until_day, rate->until_day != 0),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  gint64 day = invocation->as_of_us / MICROSECONDS_PER_DAY - (invocation->as_of_us % MICROSECONDS_PER_DAY < 0);
  const struct tax_list_request request = { .all = args->all, .day = { (gint32) day } };
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && tax_list (invocation->ledger, &request, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_tax_list = {
  .path = "tax list",
  .summary = "list tax rates",
  .description = "Lists the rates that hold on the day of the as-of time. Rates come from catalog files.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
