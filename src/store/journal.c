/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the journal. */
#include "store/journal.h"

#include "base/error.h"
#include "core/recognition.h"
#include "core/wide.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger-private.h"
#include "store/ledger.h"
#include "store/nearest.h"

gint64
journal_month_of (struct date day)
{
  struct civil civil = date_to_civil (day);
  return (gint64) civil.year * 12 + civil.month - 1;
}

struct date
journal_month_start (gint64 month)
{
  struct date day = { 0 };
  if (!date_from_civil ((struct civil){ (int) (month / 12), (int) (month % 12) + 1, 1 }, &day))
    BUG ("there is no month %" G_GINT64_FORMAT, month);
  return day;
}

char *
journal_month_name (gint64 month)
{
  return g_strdup_printf ("%04d-%02d", (int) (month / 12), (int) (month % 12) + 1);
}

gboolean
journal_closed_through (struct ledger *ledger, gint64 *ret, GError **error)
{
  struct known *known = ledger_known (ledger);
  *ret = known == NULL ? -1 : known->closed_through;
  if (*ret < 0 && !db_find_int64 (ledger_db (ledger), SQL_JOURNAL_CLOSED_THROUGH, 0, ret, error, ""))
    return FALSE;
  if (known != NULL)
    known->closed_through = *ret;
  return TRUE;
}

gboolean
journal_check_open (struct ledger *ledger, struct date day, GError **error)
{
  gint64 closed = 0;
  if (!journal_closed_through (ledger, &closed, error))
    return FALSE;
  gint64 month = journal_month_of (day);
  if (month > closed)
    return TRUE;
  char day_text[DATE_TEXT_SIZE], open_text[DATE_TEXT_SIZE];
  date_format (day, day_text);
  date_format (journal_month_start (closed + 1), open_text);
  g_autofree char *name = journal_month_name (month);
  error_set (error, ERROR_REFUSED, "the month %s is closed: nothing can be booked on %s any more", name, day_text);
  return error_add_hint (error, "the first open day is %s (--as-of)", open_text);
}

gboolean
journal_month_insert (struct ledger *ledger, gint64 month, GError **error)
{
  struct known *known = ledger_known (ledger);
  if (known != NULL)
    known->closed_through = -1;
  return db_execute (ledger_db (ledger), SQL_JOURNAL_MONTH_INSERT, NULL, error, "ii", month, ledger_now_us (ledger));
}

/* In 128 bits, so that it does not matter in which order large amounts stand. */
static void
check_balance (const struct journal_entry *entry)
{
  int128 sum = 0;
  for (gsize i = 0; i < entry->posting_count; i++)
    sum += entry->postings[i].amount_minor;
  if (sum != 0 || entry->posting_count == 0)
    BUG ("the postings of '%s' do not add up to zero", entry->description);
}

static gboolean
insert_postings (struct ledger *ledger, const struct journal_entry *entry, gint64 id, GError **error)
{
  for (gsize i = 0; i < entry->posting_count; i++) {
    const struct posting *posting = &entry->postings[i];
    if (!db_execute (ledger_db (ledger), SQL_POSTING_INSERT, NULL, error, "iiitii", id, (gint64) i + 1, (gint64) posting->account,
                     entry->currency, (gint64) entry->day.day, posting->amount_minor))
      return FALSE;
  }
  for (gsize i = 0; i < entry->deferral_count; i++) {
    const struct deferral *deferral = &entry->deferrals[i];
    if (!db_execute (ledger_db (ledger), SQL_DEFERRAL_INSERT, NULL, error, "iiitiiii", id, (gint64) i + 1, (gint64) deferral->account,
                     entry->currency, deferral->amount_minor, deferral->recognised_minor, (gint64) deferral->from.day,
                     (gint64) deferral->until.day))
      return FALSE;
  }
  return TRUE;
}

gboolean
journal_post (struct ledger *ledger, const struct journal_entry *entry, gint64 *ret_id, GError **error)
{
  gint64 id = 0;
  check_balance (entry);
  if (!journal_check_open (ledger, entry->day, error) || !known_next_id (ledger, KNOWN_JOURNAL_ENTRY, &id, error)
      || !db_execute (ledger_db (ledger), SQL_JOURNAL_ENTRY_INSERT, NULL, error, "iitIIIti", id, (gint64) entry->day.day, entry->kind,
                      entry->customer_id, entry->customer_id == 0, entry->invoice_id, entry->invoice_id == 0, entry->document_id,
                      entry->document_id == 0, entry->description, ledger_now_us (ledger)))
    return FALSE;
  if (ret_id != NULL)
    *ret_id = id;
  return insert_postings (ledger, entry, id, error);
}

gint64
journal_recognised (const struct deferral *deferral, struct date booked, gint64 closed_through)
{
  if (journal_month_of (booked) > closed_through)
    return deferral->recognised_minor;
  struct earning earning = { deferral->amount_minor, deferral->from.day, deferral->until.day };
  return recognition_before (&earning, journal_month_start (closed_through + 1).day);
}

gboolean
journal_issue_postings (struct ledger *ledger, gint64 invoice_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_JOURNAL_ISSUE_POSTINGS, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct posting posting = { .account = (enum account) db_int64 (query, 0), .amount_minor = db_int64 (query, 1) };
    g_array_append_val (ret, posting);
  }
  return FALSE;
}

gboolean
journal_issue_deferrals (struct ledger *ledger, gint64 invoice_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  gint64 closed = 0;
  if (!journal_closed_through (ledger, &closed, error) || !db_query (ledger_db (ledger), SQL_JOURNAL_ISSUE_DEFERRALS, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct deferral deferral = {
      .account = (enum account) db_int64 (query, 0),
      .amount_minor = db_int64 (query, 1),
      .recognised_minor = db_int64 (query, 2),
      .from = { (gint32) db_int64 (query, 3) },
      .until = { (gint32) db_int64 (query, 4) },
    };
    deferral.recognised_minor = journal_recognised (&deferral, (struct date){ (gint32) db_int64 (query, 5) }, closed);
    g_array_append_val (ret, deferral);
  }
  return FALSE;
}

/* --- Reading --- */

gboolean
journal_each_account (struct ledger *ledger, account_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_JOURNAL_ACCOUNTS, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct account_row account = {
      .account = (enum account) db_int64 (query, 0),
      .code = db_text (query, 1, NULL),
      .name = db_text (query, 2, NULL),
      .type = db_text (query, 3, NULL),
    };
    if (!visit (&account, data, error))
      return FALSE;
  }
  return FALSE;
}

gboolean
journal_account_find (struct ledger *ledger, const char *code, enum account *ret, GError **error)
{
  gint64 id = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_ACCOUNT_BY_CODE, 0, &id, error, "t", code))
    return FALSE;
  if (id != 0) {
    *ret = (enum account) id;
    return TRUE;
  }
  error_set (error, ERROR_NOT_FOUND, "there is no account '%s'", code);
  return nearest_add_hint (ledger, SQL_ACCOUNT_CODES, code, "`billctl journal accounts` shows the accounts", error);
}

static gboolean
one_day (struct query *query, struct date *ret, gboolean *ret_any)
{
  *ret_any = query != NULL;
  if (query == NULL)
    return TRUE;
  ret->day = (gint32) db_int64 (query, 0);
  db_reset (query);
  return TRUE;
}

gboolean
journal_first_day (struct ledger *ledger, struct date *ret, gboolean *ret_any, GError **error)
{
  struct query *query = NULL;
  return db_find (ledger_db (ledger), SQL_JOURNAL_FIRST_DAY, &query, error, "") && one_day (query, ret, ret_any);
}

gboolean
journal_last_day (struct ledger *ledger, struct date before, struct date *ret, gboolean *ret_any, GError **error)
{
  struct query *query = NULL;
  return db_find (ledger_db (ledger), SQL_JOURNAL_LAST_DAY, &query, error, "i", (gint64) before.day) && one_day (query, ret, ret_any);
}

static void
read_row (struct query *query, struct journal_row *ret)
{
  *ret = (struct journal_row){
    .entry_id = db_int64 (query, 0),
    .day = { (gint32) db_int64 (query, 1) },
    .kind = db_text (query, 2, NULL),
    .description = db_text (query, 3, NULL),
    .customer = db_text (query, 4, NULL),
    .invoice = db_text (query, 5, NULL),
    .document_id = db_int64 (query, 6),
    .at_us = db_int64 (query, 7),
    .account = (enum account) db_int64 (query, 8),
    .currency = db_text (query, 9, NULL),
    .amount_minor = db_int64 (query, 10),
  };
}

gboolean
journal_each (struct ledger *ledger, const struct journal_filter *filter, journal_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  gboolean of_invoice = filter->invoice_id != 0, row = FALSE;
  if (!db_query (ledger_db (ledger), of_invoice ? SQL_JOURNAL_WALK_INVOICE : SQL_JOURNAL_WALK, &query, error))
    return FALSE;
  db_bind (query, of_invoice ? "iiItIi" : "iiItI", (gint64) filter->from.day, (gint64) filter->to.day, filter->customer_id,
           filter->customer_id == 0, filter->kind, (gint64) filter->account, filter->account == 0, filter->invoice_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct journal_row read;
    read_row (query, &read);
    if (!visit (&read, data, error))
      return FALSE;
  }
  return FALSE;
}

gboolean
journal_each_balance (struct ledger *ledger, const struct balance_query *asked, account_balance_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  gboolean row = FALSE;
  int first = asked->by_customer ? 1 : 0;
  if (!db_query (ledger_db (ledger), asked->by_customer ? SQL_JOURNAL_BALANCES_BY_CUSTOMER : SQL_JOURNAL_BALANCES, &query, error))
    return FALSE;
  db_bind (query, "i", (gint64) asked->before.day);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct account_balance balance = {
      .customer = asked->by_customer ? db_text (query, 0, NULL) : NULL,
      .account = (enum account) db_int64 (query, first),
      .currency = db_text (query, first + 1, NULL),
      .amount_minor = db_int64 (query, first + 2),
    };
    if (!visit (&balance, data, error))
      return FALSE;
  }
  return error_prefix (error, "adding up the accounts: ");
}

static void
read_deferral (struct query *query, struct deferral_row *ret)
{
  *ret = (struct deferral_row){
    .deferral = {
      .account = (enum account) db_int64 (query, 0),
      .amount_minor = db_int64 (query, 2),
      .recognised_minor = db_int64 (query, 3),
      .from = { (gint32) db_int64 (query, 4) },
      .until = { (gint32) db_int64 (query, 5) },
    },
    .currency = db_text (query, 1, NULL),
    .booked = { (gint32) db_int64 (query, 6) },
    .invoice_id = db_int64 (query, 7),
    .customer_id = db_int64 (query, 8),
  };
}

/* All rows of a query that is bound already. */
static gboolean
each_deferral (struct query *bound, deferral_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = bound;
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct deferral_row read;
    read_deferral (query, &read);
    if (!visit (&read, data, error))
      return FALSE;
  }
  return FALSE;
}

gboolean
journal_each_open_deferral (struct ledger *ledger, gint64 month, deferral_visit visit, void *data, GError **error)
{
  struct query *before = NULL, *within = NULL;
  gint64 start = journal_month_start (month).day, end = journal_month_start (month + 1).day;
  if (!db_query (ledger_db (ledger), SQL_DEFERRALS_BEFORE, &before, error))
    return FALSE;
  db_bind (before, "i", start);
  if (!each_deferral (before, visit, data, error) || !db_query (ledger_db (ledger), SQL_DEFERRALS_WITHIN, &within, error))
    return FALSE;
  db_bind (within, "ii", start, end);
  return each_deferral (within, visit, data, error);
}
