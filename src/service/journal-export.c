/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books for another program. */
#include "service/journal-export.h"

#include "base/error.h"
#include "store/ledger.h"

struct gathered {
  struct chart chart;
  GArray *opening;
  GArray *closing;
  GPtrArray *currencies;
};
typedef struct gathered gathered_t;

static void
gathered_clear (struct gathered *gathered)
{
  chart_clear (&gathered->chart);
  g_array_unref (gathered->opening);
  g_array_unref (gathered->closing);
  g_ptr_array_unref (gathered->currencies);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (gathered_t, gathered_clear)

struct collector {
  struct gathered *gathered;
  GArray *into;
  gboolean zero_too;
};

static gint
compare_currencies (gconstpointer left, gconstpointer right)
{
  const struct currency *const *a = left, *const *b = right;
  return g_strcmp0 ((*a)->code, (*b)->code);
}

static gboolean
collect (const struct account_balance *row, void *data, GError **error)
{
  struct collector *collector = data;
  struct gathered *gathered = collector->gathered;
  struct journal_balance balance = { .amount_minor = row->amount_minor, .currency = currency_find (row->currency) };
  if (balance.currency == NULL || row->account < ACCOUNT_CASH || row->account >= ACCOUNT_END)
    return error_set (error, ERROR_LEDGER, "a posting names account %d and currency %s, which do not exist", (int) row->account, row->currency);
  if (row->amount_minor == 0 && !collector->zero_too)
    return TRUE;
  balance.account = &gathered->chart.rows[row->account];
  g_array_append_val (collector->into, balance);
  if (!g_ptr_array_find (gathered->currencies, balance.currency, NULL))
    g_ptr_array_add (gathered->currencies, (gpointer) (gsize) balance.currency);
  return TRUE;
}

static gboolean
gather (struct ledger *ledger, const struct journal_export_request *request, struct gathered *gathered, GError **error)
{
  struct collector opening = { gathered, gathered->opening, FALSE }, closing = { gathered, gathered->closing, TRUE };
  const struct balance_query before = { .before = request->from }, after = { .before = request->to };
  if (!chart_load (ledger, &gathered->chart, error) || !journal_each_balance (ledger, &before, collect, &opening, error)
      || !journal_each_balance (ledger, &after, collect, &closing, error))
    return FALSE;
  g_ptr_array_sort (gathered->currencies, compare_currencies);
  return TRUE;
}

/* With balances brought forward the books begin on the first day that was asked for, else with the first entry. */
static gboolean
find_days (struct ledger *ledger, const struct journal_export_request *request, struct journal_books *books, GError **error)
{
  struct date first = { 0 }, last = { 0 };
  gboolean any = FALSE, any_before = FALSE;
  if (!journal_first_day (ledger, &first, &any, error) || !journal_last_day (ledger, request->to, &last, &any_before, error))
    return FALSE;
  any = any && any_before;
  books->first = !any ? request->today : first.day < request->from.day ? request->from : first;
  books->last = !any || last.day < books->first.day ? books->first : last;
  return TRUE;
}

static gboolean
export_snapshot (struct ledger *ledger, const struct journal_export_request *request, GError **error)
{
  g_auto (gathered_t) gathered = {
    .opening = g_array_new (FALSE, FALSE, sizeof (struct journal_balance)),
    .closing = g_array_new (FALSE, FALSE, sizeof (struct journal_balance)),
    .currencies = g_ptr_array_new (),
  };
  struct journal_books books = {
    .chart = &gathered.chart, .opening = gathered.opening, .closing = gathered.closing, .currencies = gathered.currencies,
  };
  const struct journal_request all = { .from = request->from, .to = request->to };
  return gather (ledger, request, &gathered, error) && find_days (ledger, request, &books, error)
         && request->begin (&books, request->data, error) && journal_list (ledger, &all, request->line, request->data, error)
         && request->end (&books, request->data, error);
}

gboolean
journal_export (struct ledger *ledger, const struct journal_export_request *request, GError **error)
{
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = export_snapshot (ledger, request, error);
  ledger_rollback (ledger);
  return ok;
}
