/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl journal balance: the trial balance. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/journal.h"

static const char *const groupings[] = { "account", "customer", NULL };
enum { BY_ACCOUNT, BY_CUSTOMER };

struct args {
  struct time_argument at;
  int by;
};

static const struct option options[] = {
  OPTION_TIME (struct args, at, "at", 0, "at the end of this day; else with all that is booked"),
  OPTION_CHOICE (struct args, by, "by", 0, groupings, "a row for each account, or for each account of each customer"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl journal balance",
  "billctl journal balance --at 2026-01-31 --format json",
  "billctl journal balance --by customer",
  NULL,
};

static const struct column columns[] = {
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "account", .title = "Account", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 1 },
  { .key = "type", .title = "Type", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "debit", .title = "Debit", .kind = CELL_MONEY, .total = TRUE },
  { .key = "credit", .title = "Credit", .kind = CELL_MONEY, .total = TRUE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

struct table {
  struct document *document;
  gboolean by_customer; /* else the first column is left out */
};

static gboolean
write_row (const struct journal_balance *balance, void *data, GError **error)
{
  const struct table *table = data;
  const struct currency *currency = balance->currency;
  gint64 amount = balance->amount_minor;
  const struct cell cells[] = {
    cell_code (balance->customer),
    cell_code (balance->account->code),
    cell_text (balance->account->name),
    cell_code (balance->account->type),
    amount < 0 ? cell_null () : cell_money (amount, currency),
    amount < 0 ? cell_money (-amount, currency) : cell_null (),
    cell_money (amount, currency),
    cell_currency (currency->code),
  };
  return document_row (table->document, cells + !table->by_customer, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct balance_query query = { .before = JOURNAL_END_OF_DAYS, .by_customer = args->by == BY_CUSTOMER };
  g_autoptr (document_t) document = NULL;
  if (!journal_day (args->at.given ? &args->at.time : NULL, "--at", &query.before, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  query.before.day += args->at.given;
  struct table table = { document, query.by_customer };
  gsize left_out = !query.by_customer;
  return document_begin_list (document, columns + left_out, G_N_ELEMENTS (columns) - left_out, error)
         && journal_balances (invocation->ledger, &query, write_row, &table, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_journal_balance = {
  .path = "journal balance",
  .summary = "show what each account comes to",
  .description = "The trial balance: debits and credits of a currency come to the same. Accounts that come to zero are left out.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
