/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes by their first letters. */
#include "store/prefix.h"

#include "store/db.h"
#include "store/ledger.h"

/* Behind everything that begins with the same letters: the last character that there is. */
#define LAST_CHARACTER "\xf4\x8f\xbf\xbf"

gboolean
prefix_each (struct ledger *ledger, enum prefix_of of, const char *prefix, gint64 limit, prefix_visit visit, gpointer data,
             GError **error)
{
  static const enum statement statements[] = { SQL_CUSTOMER_PREFIX,     SQL_PLAN_PREFIX,  SQL_METRIC_PREFIX,
                                               SQL_SUBSCRIPTION_PREFIX, SQL_DRAFT_PREFIX, SQL_INVOICE_PREFIX,
                                               SQL_ACCOUNT_PREFIX,      SQL_CREDIT_NOTE_PREFIX, SQL_COUPON_PREFIX,
                                               SQL_ONE_OFF_PREFIX };
  g_autofree char *end = g_strconcat (prefix, LAST_CHARACTER, NULL);
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), statements[of], &query, error))
    return FALSE;
  db_bind (query, "tti", prefix, end, limit);
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    visit (db_text (query, 0, NULL), db_text (query, 1, NULL), data);
  }
  return FALSE;
}
