/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl journal accounts: the chart of accounts. */
#include "cmd/commands.h"
#include "render/journal.h"
#include "service/journal.h"

static const struct column columns[] = {
  { .key = "account", .title = "Account", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "type", .title = "Type", .kind = CELL_CODE },
  { .key = "hledger", .title = "hledger, ledger", .kind = CELL_CODE, .spare = 1 },
  { .key = "beancount", .title = "beancount", .kind = CELL_CODE, .spare = 2 },
};

static const char *const examples[] = { "billctl journal accounts", "billctl journal accounts --format json", NULL };

static gboolean
write_chart (struct document *document, const struct chart *chart, GError **error)
{
  for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++) {
    const struct account_row *row = &chart->rows[account];
    g_autofree char *plain = journal_account_name (JOURNAL_HLEDGER, row->type, row->code);
    g_autofree char *capital = journal_account_name (JOURNAL_BEANCOUNT, row->type, row->code);
    const struct cell cells[] = { cell_code (row->code), cell_text (row->name), cell_code (row->type), cell_code (plain), cell_code (capital) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (chart_t) chart = { 0 };
  g_autoptr (document_t) document = NULL;
  if (!chart_load (invocation->ledger, &chart, error) || !document_new (&invocation->render, &document, error))
    return FALSE;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error) && write_chart (document, &chart, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_journal_accounts = {
  .path = "journal accounts",
  .summary = "list the chart of accounts",
  .description = "The accounts that the books have, and what they are called in the exports for other programs.",
  .examples = examples,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
