/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs about the books. */
#include "store/verify.h"

#include "store/journal.h"
#include "store/ledger.h"
#include "store/verify-private.h"

/* --- Entries --- */

static char *
describe_unbalanced (struct query *query)
{
  return g_strdup_printf ("entry %" G_GINT64_FORMAT " of the journal does not balance: its postings add up to %" G_GINT64_FORMAT
                          " minor units of %s", db_int64 (query, 0), db_int64 (query, 2), db_text (query, 1, NULL));
}

static char *
describe_empty (struct query *query)
{
  return g_strdup_printf ("entry %" G_GINT64_FORMAT " of the journal has no postings", db_int64 (query, 0));
}

static char *
describe_posting (struct query *query)
{
  return g_strdup_printf ("posting %" G_GINT64_FORMAT " of entry %" G_GINT64_FORMAT " is on no account, or not on the day of an entry",
                          db_int64 (query, 1), db_int64 (query, 0));
}

static char *
describe_deferral (struct query *query)
{
  return g_strdup_printf ("deferral %" G_GINT64_FORMAT " of entry %" G_GINT64_FORMAT " has no entry, no account or no days",
                          db_int64 (query, 1), db_int64 (query, 0));
}

gboolean
verify_entries (struct ledger *ledger, gint64 *ret_entries, GPtrArray *ret_problems, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_VERIFY_ENTRIES, 0, ret_entries, error, "")
         && verify_each_problem (ledger, SQL_VERIFY_ENTRY_BALANCE, describe_unbalanced, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_ENTRY_EMPTY, describe_empty, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_POSTING_LOST, describe_posting, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_DEFERRAL_LOST, describe_deferral, ret_problems, error);
}

/* --- Books and documents --- */

static char *
describe_owed (struct query *query)
{
  return g_strdup_printf ("invoice %s: %" G_GINT64_FORMAT " minor units are owed, but in the books they are %" G_GINT64_FORMAT,
                          db_text (query, 0, NULL), db_int64 (query, 1), db_int64 (query, 2));
}

static char *
describe_voided (struct query *query)
{
  return g_strdup_printf ("invoice %s is void, but %" G_GINT64_FORMAT " minor units of it are left on %s", db_text (query, 0, NULL),
                          db_int64 (query, 2), db_text (query, 1, NULL));
}

static char *
describe_voided_fee (struct query *query)
{
  return g_strdup_printf ("invoice %s is void, but %" G_GINT64_FORMAT " minor units of it would be earned by %s", db_text (query, 0, NULL),
                          db_int64 (query, 2), db_text (query, 1, NULL));
}

static char *
describe_customer (struct query *query, const char *what)
{
  return g_strdup_printf ("customer %s: %s comes to %" G_GINT64_FORMAT " minor units of %s, but in the books to %" G_GINT64_FORMAT,
                          db_text (query, 0, NULL), what, db_int64 (query, 2), db_text (query, 1, NULL), db_int64 (query, 3));
}

static char *
describe_balance (struct query *query)
{
  return describe_customer (query, "the balance");
}

static char *
describe_cash (struct query *query)
{
  return describe_customer (query, "what was received");
}

static char *
describe_unapplied (struct query *query)
{
  return describe_customer (query, "what was received and not applied");
}

gboolean
verify_books_and_documents (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return verify_each_problem (ledger, SQL_VERIFY_RECEIVABLE, describe_owed, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_VOIDED, describe_voided, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_VOIDED_FEES, describe_voided_fee, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_BOOKED_BALANCES, describe_balance, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_BOOKED_CASH, describe_cash, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_BOOKED_UNAPPLIED, describe_unapplied, ret_problems, error);
}

gboolean
verify_is_brought_forward (struct ledger *ledger, gint64 invoice_id, gboolean *ret, GError **error)
{
  gint64 forward = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_VERIFY_BROUGHT_FORWARD, 0, &forward, error, "i", invoice_id))
    return FALSE;
  *ret = forward != 0;
  return TRUE;
}

/* --- Deferred revenue --- */

/* What is not earned yet, by invoice. Of fees whose days are all in closed months nothing is left, so they are not read. */
static gboolean
read_unearned (struct ledger *ledger, GHashTable *unearned, gint64 *ret_deferrals, GError **error)
{
  struct query *query = NULL;
  gint64 closed = 0;
  gboolean row = FALSE;
  if (!journal_closed_through (ledger, &closed, error) || !db_query (ledger_db (ledger), SQL_VERIFY_DEFERRALS, &query, error))
    return FALSE;
  db_bind (query, "i", closed == 0 ? (gint64) G_MININT32 : (gint64) journal_month_start (closed + 1).day);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct deferral deferral = {
      .amount_minor = db_int64 (query, 2),
      .recognised_minor = db_int64 (query, 3),
      .from = { (gint32) db_int64 (query, 4) },
      .until = { (gint32) db_int64 (query, 5) },
    };
    gint64 left = deferral.amount_minor - journal_recognised (&deferral, (struct date){ (gint32) db_int64 (query, 6) }, closed);
    gint64 id = db_int64 (query, 7), *sum = g_hash_table_lookup (unearned, &id);
    ++*ret_deferrals;
    if (sum != NULL)
      *sum += left;
    else
      g_hash_table_insert (unearned, g_memdup2 (&id, sizeof id), g_memdup2 (&left, sizeof left));
  }
  return FALSE;
}

/* Takes the invoice out of the table; what is left there in the end is not in the books at all. */
static void
compare_deferred (struct query *query, GHashTable *unearned, GPtrArray *ret_problems)
{
  gint64 id = db_int64 (query, 0), booked = -db_int64 (query, 3);
  const gint64 *sum = g_hash_table_lookup (unearned, &id);
  gint64 left = sum == NULL ? 0 : *sum;
  g_hash_table_remove (unearned, &id);
  const char *number = db_text (query, 1, NULL);
  if (left != booked && ret_problems->len < PROBLEMS_MAX)
    g_ptr_array_add (ret_problems, g_strdup_printf ("invoice %s: %" G_GINT64_FORMAT " minor units of %s are not earned, but %" G_GINT64_FORMAT
                                                    " are deferred", number == NULL ? "(none)" : number, left, db_text (query, 2, NULL), booked));
}

static gboolean
find_lost (gpointer key, gpointer value, gpointer data)
{
  (void) key;
  (void) data;
  return *(const gint64 *) value != 0;
}

gboolean
verify_deferred (struct ledger *ledger, gint64 *ret_deferrals, GPtrArray *ret_problems, GError **error)
{
  g_autoptr (GHashTable) unearned = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!read_unearned (ledger, unearned, ret_deferrals, error) || !db_query (ledger_db (ledger), SQL_VERIFY_DEFERRED, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (row) {
      compare_deferred (query, unearned, ret_problems);
      continue;
    }
    if (g_hash_table_find (unearned, find_lost, NULL) != NULL)
      g_ptr_array_add (ret_problems, g_strdup ("fees are to be earned that were never deferred in the books"));
    return TRUE;
  }
  return FALSE;
}
