/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl report tax. */
#include "cmd/commands.h"
#include "service/tax-report.h"
#include "service/time-range.h"

#include <string.h>

static const char *const groupings[] = { "rate", "country", NULL };
enum { BY_RATE, BY_COUNTRY };

struct args {
  struct time_argument from;
  struct time_argument to;
  int by;
};

static const struct option options[] = {
  OPTION_TIME (struct args, from, "from", 0, "issued at this time or later"),
  OPTION_TIME (struct args, to, "to", 0, "issued before this time"),
  OPTION_CHOICE (struct args, by, "by", 0, groupings, "a row for each rate, or for each country"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl report tax --from 2026-01-01 --to 2026-04-01",
  "billctl report tax --from 2026-01-01 --to 2026-04-01 --by country --format csv",
  NULL,
};

/* A table by country has no columns for rates. */
enum { COLUMN_CODE = 1, COLUMN_PERCENT = 4 };

static const struct column columns[] = {
  { .key = "country", .title = "Country", .kind = CELL_CODE },
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 1 },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "percent", .title = "Percent", .kind = CELL_DECIMAL },
  { .key = "invoices", .title = "Invoices", .kind = CELL_INTEGER },
  { .key = "credit_notes", .title = "Credit notes", .kind = CELL_INTEGER, .spare = 2 },
  { .key = "base", .title = "Base", .kind = CELL_MONEY },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static gboolean
write_row (const struct tax_report_row *row, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (row->country),
    cell_code (row->code),
    cell_text (row->name),
    cell_words (row->kind),
    cell_decimal (row->percent),
    cell_integer (row->invoices),
    cell_integer (row->credit_notes),
    cell_money (row->base_minor, row->currency),
    cell_money (row->tax_minor, row->currency),
    cell_currency (row->currency->code),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct tax_report_request request = { .by = args->by == BY_COUNTRY ? TAX_BY_COUNTRY : TAX_BY_RATE };
  g_autoptr (document_t) document = NULL;
  if (!time_range_resolve (invocation->ledger, NULL, args->from.given ? &args->from.time : NULL, args->to.given ? &args->to.time : NULL,
                           &request.from_us, &request.to_us, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  struct column shown[G_N_ELEMENTS (columns)];
  memcpy (shown, columns, sizeof shown);
  for (gsize i = COLUMN_CODE; i <= COLUMN_PERCENT; i++)
    shown[i].hidden = args->by == BY_COUNTRY;
  return document_begin_list (document, shown, G_N_ELEMENTS (shown), error)
         && tax_report (invocation->ledger, &request, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_report_tax = {
  .path = "report tax",
  .summary = "taxes of a period by rate or country",
  .description = "Adds up the taxes of the invoices that were issued in the period and are not void, less those of the credit notes that "
                 "were issued in it, for each currency by itself.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
