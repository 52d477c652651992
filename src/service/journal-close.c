/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing a month. */
#include "service/journal-close.h"

#include "base/error.h"
#include "core/money.h"
#include "core/recognition.h"
#include "service/journal.h"
#include "store/audit.h"
#include "store/ledger.h"

#include <string.h>

/* What one invoice earns on one account. */
struct share {
  gint64 invoice_id;
  gint64 customer_id;
  gint64 amount_minor;
  enum account account;
  char currency[4];
};

struct closing {
  struct ledger *ledger;
  gint64 month;
  GArray *shares; /* struct share */
  GArray *totals; /* struct share, by account and currency */
};
typedef struct closing closing_t;

static void
closing_clear (struct closing *closing)
{
  g_clear_pointer (&closing->shares, g_array_unref);
  g_clear_pointer (&closing->totals, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (closing_t, closing_clear)

/* --- Which month --- */

static gboolean
parse_month (const char *text, gint64 *ret, GError **error)
{
  struct time_text time;
  g_autofree char *first = g_strconcat (text, "-01", NULL);
  if (strlen (text) == 7 && time_parse (first, strlen (first), &time) == TIME_OK && !time.has_time) {
    *ret = journal_month_of (time.date);
    if (*ret < 9999 * 12 + 11)
      return TRUE;
  }
  error_set (error, ERROR_USAGE, "'%s' is not a month", text);
  return error_add_hint (error, "a month is written like 2026-01");
}

static gboolean
refuse_order (gint64 month, gint64 due, GError **error)
{
  g_autofree char *name = journal_month_name (month);
  g_autofree char *first = journal_month_name (due);
  if (month < due)
    return error_set (error, ERROR_REFUSED, "the books begin in %s: there is nothing to close in %s", first, name);
  error_set (error, ERROR_REFUSED, "%s cannot be closed before %s: months are closed in order", name, first);
  return error_add_hint (error, "billctl journal close %s", first);
}

static gboolean
check_order (const struct closing *closing, GError **error)
{
  gint64 closed = 0;
  struct date first = { 0 };
  gboolean any = FALSE;
  if (!journal_closed_through (closing->ledger, &closed, error) || !journal_first_day (closing->ledger, &first, &any, error))
    return FALSE;
  if (closing->month <= closed) {
    g_autofree char *name = journal_month_name (closing->month);
    return error_set (error, ERROR_REFUSED, "the month %s is closed already", name);
  }
  gint64 due = closed != 0 ? closed + 1 : any ? journal_month_of (first) : closing->month;
  return closing->month == due || refuse_order (closing->month, due, error);
}

static gboolean
check_over (gint64 month, gint64 as_of_us, GError **error)
{
  if (as_of_us >= journal_month_start (month + 1).day * MICROSECONDS_PER_DAY)
    return TRUE;
  char now[INSTANT_TEXT_SIZE];
  instant_format (as_of_us, now);
  g_autofree char *name = journal_month_name (month);
  return error_set (error, ERROR_REFUSED, "the month %s is not over at the as-of time %s", name, now);
}

/* --- What was earned --- */

static gboolean
does_not_fit (GError **error)
{
  return error_set (error, ERROR_FAILED, "what was earned does not fit 64 bits of minor units");
}

/* Up to the end of the month, less what was booked when the months before were closed, or by the entry itself. */
static gboolean
add_share (const struct deferral_row *row, void *data, GError **error)
{
  struct closing *closing = data;
  struct share share = { .invoice_id = row->invoice_id, .customer_id = row->customer_id, .account = row->deferral.account };
  gint64 now = journal_recognised (&row->deferral, row->booked, closing->month);
  gint64 before = journal_recognised (&row->deferral, row->booked, closing->month - 1);
  if (!money_subtract (now, before, &share.amount_minor))
    return does_not_fit (error);
  g_strlcpy (share.currency, row->currency, sizeof share.currency);
  if (share.amount_minor != 0)
    g_array_append_val (closing->shares, share);
  return TRUE;
}

static gint
compare_shares (gconstpointer left, gconstpointer right)
{
  const struct share *a = left, *b = right;
  if (a->invoice_id != b->invoice_id)
    return a->invoice_id < b->invoice_id ? -1 : 1;
  int by_currency = strcmp (a->currency, b->currency);
  return by_currency != 0 ? by_currency : (int) a->account - (int) b->account;
}

static gboolean
same_entry (const struct share *a, const struct share *b)
{
  return a->invoice_id == b->invoice_id && strcmp (a->currency, b->currency) == 0;
}

static gint
compare_totals (gconstpointer left, gconstpointer right)
{
  const struct share *a = left, *b = right;
  return a->account != b->account ? (int) a->account - (int) b->account : strcmp (a->currency, b->currency);
}

static gboolean
add_total (struct closing *closing, const struct share *share, GError **error)
{
  for (guint i = 0; i < closing->totals->len; i++) {
    struct share *total = &g_array_index (closing->totals, struct share, i);
    if (compare_totals (total, share) == 0)
      return money_add (total->amount_minor, share->amount_minor, &total->amount_minor) || does_not_fit (error);
  }
  g_array_append_vals (closing->totals, share, 1);
  return TRUE;
}

/* --- Booking it --- */

/* One entry for the shares of one invoice: each account is credited with what it earned, deferred revenue debited with all. */
static gboolean
post_shares (struct closing *closing, const struct share *shares, gsize count, gboolean *ret_posted, GError **error)
{
  struct posting postings[ACCOUNT_END] = { { ACCOUNT_DEFERRED_REVENUE, 0 } };
  struct journal_entry entry = {
    .day = { journal_month_start (closing->month + 1).day - 1 },
    .kind = "recognition",
    .customer_id = shares[0].customer_id,
    .invoice_id = shares[0].invoice_id,
    .currency = shares[0].currency,
    .postings = postings,
    .posting_count = 1,
  };
  for (gsize i = 0; i < count; i++) {
    struct posting *last = &postings[entry.posting_count - 1];
    if (i == 0 || last->account != shares[i].account) {
      last = &postings[entry.posting_count++];
      *last = (struct posting){ shares[i].account, 0 };
    }
    if (!money_subtract (last->amount_minor, shares[i].amount_minor, &last->amount_minor)
        || !money_add (postings[0].amount_minor, shares[i].amount_minor, &postings[0].amount_minor))
      return does_not_fit (error);
    if (!add_total (closing, &shares[i], error))
      return FALSE;
  }
  gsize kept = 0;
  for (gsize i = 0; i < entry.posting_count; i++)
    if (postings[i].amount_minor != 0)
      postings[kept++] = postings[i];
  entry.posting_count = kept;
  g_autofree char *name = journal_month_name (closing->month);
  g_autofree char *description = g_strdup_printf ("earned in %s", name);
  entry.description = description;
  *ret_posted = kept > 0;
  return kept == 0 || journal_post (closing->ledger, &entry, NULL, error);
}

static gboolean
post_all (struct closing *closing, gint64 *ret_entries, GError **error)
{
  g_array_sort (closing->shares, compare_shares);
  const struct share *shares = (const struct share *) (gpointer) closing->shares->data;
  for (gsize first = 0, next; first < closing->shares->len; first = next) {
    gboolean posted = FALSE;
    for (next = first + 1; next < closing->shares->len && same_entry (&shares[first], &shares[next]);)
      next++;
    if (!post_shares (closing, &shares[first], next - first, &posted, error))
      return FALSE;
    *ret_entries += posted;
  }
  return TRUE;
}

static gboolean
report_totals (struct closing *closing, const struct journal_close_request *request, GError **error)
{
  g_auto (chart_t) chart = { 0 };
  if (!chart_load (closing->ledger, &chart, error))
    return FALSE;
  g_array_sort (closing->totals, compare_totals);
  for (guint i = 0; i < closing->totals->len; i++) {
    const struct share *total = &g_array_index (closing->totals, struct share, i);
    struct journal_earned earned = { chart.rows[total->account].code, currency_find (total->currency), total->amount_minor };
    if (!request->report (&earned, request->data, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
close_in_transaction (struct closing *closing, const struct journal_close_request *request, gint64 *ret_entries, GError **error)
{
  g_autofree char *name = journal_month_name (closing->month);
  return check_order (closing, error) && check_over (closing->month, request->as_of_us, error)
         && journal_each_open_deferral (closing->ledger, closing->month, add_share, closing, error)
         && post_all (closing, ret_entries, error) && journal_month_insert (closing->ledger, closing->month, error)
         && audit_add (closing->ledger, error, "month %s closed: %" G_GINT64_FORMAT " entries of what was earned", name, *ret_entries);
}

gboolean
journal_close (struct ledger *ledger, const struct journal_close_request *request, struct journal_close_result *ret, GError **error)
{
  g_auto (closing_t) closing = {
    .ledger = ledger,
    .shares = g_array_new (FALSE, FALSE, sizeof (struct share)),
    .totals = g_array_new (FALSE, FALSE, sizeof (struct share)),
  };
  gint64 entries = 0;
  if (!parse_month (request->month, &closing.month, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!close_in_transaction (&closing, request, &entries, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error) || !report_totals (&closing, request, error))
    return FALSE;
  ret->entries = entries;
  return TRUE;
}
