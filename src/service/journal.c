/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the books. */
#include "service/journal.h"

#include "base/error.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/ledger.h"

static gboolean
keep_account (const struct account_row *row, void *data, GError **error)
{
  struct chart *chart = data;
  if (row->account < ACCOUNT_CASH || row->account >= ACCOUNT_END)
    return error_set (error, ERROR_LEDGER, "the books have an account that this program does not know: %s", row->code);
  chart->rows[row->account] = (struct account_row){
    .account = row->account,
    .code = g_string_chunk_insert (chart->text, row->code),
    .name = g_string_chunk_insert (chart->text, row->name),
    .type = g_string_chunk_insert (chart->text, row->type),
  };
  return TRUE;
}

gboolean
chart_load (struct ledger *ledger, struct chart *ret, GError **error)
{
  g_auto (chart_t) chart = { .text = g_string_chunk_new (1024) };
  if (!journal_each_account (ledger, keep_account, &chart, error))
    return FALSE;
  for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++)
    if (chart.rows[account].code == NULL)
      return error_set (error, ERROR_LEDGER, "the chart of accounts lacks account %d", (int) account);
  *ret = chart;
  chart.text = NULL;
  return TRUE;
}

void
chart_clear (struct chart *chart)
{
  if (chart->text != NULL)
    g_string_chunk_free (chart->text);
}

struct date
journal_day_of (gint64 at_us)
{
  return (struct date){ (gint32) (at_us / MICROSECONDS_PER_DAY - (at_us % MICROSECONDS_PER_DAY < 0)) };
}

gboolean
journal_day (const struct time_text *time, const char *option, struct date *ret, GError **error)
{
  if (time == NULL)
    return TRUE;
  if (time->has_time)
    return error_set (error, ERROR_USAGE, "%s: the books are kept by days: give a date without a time", option);
  *ret = time->date;
  return TRUE;
}

/* A row of the store as a line, checked: rows may name what only a damaged ledger has. */
struct line_reader {
  const struct chart *chart;
  journal_line_visit visit;
  void *data;
};

static gboolean
known (enum account account, const char *code, const struct currency **ret, GError **error)
{
  *ret = currency_find (code);
  if (*ret != NULL && account >= ACCOUNT_CASH && account < ACCOUNT_END)
    return TRUE;
  return error_set (error, ERROR_LEDGER, "a posting names account %d and currency %s, which do not exist", (int) account, code);
}

static gboolean
read_line (const struct journal_row *row, void *data, GError **error)
{
  const struct line_reader *reader = data;
  struct journal_line line = { .row = row };
  if (!known (row->account, row->currency, &line.currency, error))
    return FALSE;
  line.account = &reader->chart->rows[row->account];
  return reader->visit (&line, reader->data, error);
}

static gboolean
resolve (struct ledger *ledger, const struct journal_request *request, struct journal_filter *ret, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  g_autoptr (customer_t) customer = NULL;
  if (request->from.day >= request->to.day)
    return error_set (error, ERROR_USAGE, "--from must lie before --to: the range is half-open, [from, to)");
  *ret = (struct journal_filter){ .from = request->from, .to = request->to, .kind = request->kind };
  if ((request->account != NULL && !journal_account_find (ledger, request->account, &ret->account, error))
      || (request->customer != NULL && !customer_find_by_code (ledger, request->customer, &customer, error))
      || (request->invoice != NULL && !invoice_find (ledger, request->invoice, &invoice, error)))
    return FALSE;
  ret->customer_id = customer == NULL ? 0 : customer->id;
  ret->invoice_id = invoice == NULL ? 0 : invoice->id;
  return TRUE;
}

gboolean
journal_list (struct ledger *ledger, const struct journal_request *request, journal_line_visit visit, void *data, GError **error)
{
  g_auto (chart_t) chart = { 0 };
  struct journal_filter filter;
  struct line_reader reader = { &chart, visit, data };
  return chart_load (ledger, &chart, error) && resolve (ledger, request, &filter, error)
         && journal_each (ledger, &filter, read_line, &reader, error);
}

struct balance_reader {
  const struct chart *chart;
  journal_balance_visit visit;
  void *data;
};

static gboolean
read_balance (const struct account_balance *row, void *data, GError **error)
{
  const struct balance_reader *reader = data;
  struct journal_balance balance = { .customer = row->customer, .amount_minor = row->amount_minor };
  if (!known (row->account, row->currency, &balance.currency, error))
    return FALSE;
  balance.account = &reader->chart->rows[row->account];
  return row->amount_minor == 0 || reader->visit (&balance, reader->data, error);
}

gboolean
journal_balances (struct ledger *ledger, const struct balance_query *query, journal_balance_visit visit, void *data, GError **error)
{
  g_auto (chart_t) chart = { 0 };
  struct balance_reader reader = { &chart, visit, data };
  return chart_load (ledger, &chart, error) && journal_each_balance (ledger, query, read_balance, &reader, error);
}
