/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the journal. */
#include "store/journal.h"

#include "base/error.h"
#include "core/recognition.h"
#include "core/wide.h"
#include "store/db.h"
#include "store/ledger.h"

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
  return db_find_int64 (ledger_db (ledger), SQL_JOURNAL_CLOSED_THROUGH, 0, ret, error, "");
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
  check_balance (entry);
  if (!journal_check_open (ledger, entry->day, error)
      || !db_execute (ledger_db (ledger), SQL_JOURNAL_ENTRY_INSERT, NULL, error, "itIIIti", (gint64) entry->day.day, entry->kind,
                      entry->customer_id, entry->customer_id == 0, entry->invoice_id, entry->invoice_id == 0, entry->document_id,
                      entry->document_id == 0, entry->description, ledger_now_us (ledger)))
    return FALSE;
  gint64 id = db_last_id (ledger_db (ledger));
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
