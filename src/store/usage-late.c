/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late usage in the ledger. */
#include "store/usage-late.h"

#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

int
invoice_order_compare (const struct invoice_order *a, const struct invoice_order *b)
{
  if (a->usage_seen != b->usage_seen)
    return a->usage_seen < b->usage_seen ? -1 : 1;
  if (a->billed_at_us != b->billed_at_us)
    return a->billed_at_us < b->billed_at_us ? -1 : 1;
  return a->id < b->id ? -1 : a->id > b->id;
}

gboolean
usage_late_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  gboolean has = TRUE;
  if (!known_has (ledger, KNOWN_LATE, customer_id, &has, error) || !has)
    return !has;
  if (!db_query (ledger_db (ledger), SQL_USAGE_LATE_OF_CUSTOMER, &query, error))
    return FALSE;
  db_bind (query, "i", customer_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    const char *policy = db_text (query, 5, NULL);
    struct usage_late_entry entry = {
      .usage_id = db_int64 (query, 0),
      .customer_id = db_int64 (query, 1),
      .metric_id = db_int64 (query, 2),
      .subscription_id = db_int64 (query, 3),
      .at_us = db_int64 (query, 4),
      .waits = strcmp (policy, "ignore") == 0 || (strcmp (policy, "hold") == 0 && db_is_null (query, 6)),
      .billed = { db_int64 (query, 8), db_int64 (query, 9), db_int64 (query, 7) },
    };
    g_array_append_val (ret, entry);
  }
  return FALSE;
}

gboolean
usage_late_set_billed (struct ledger *ledger, gint64 usage_id, gint64 invoice_id, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_USAGE_LATE_SET_BILLED, NULL, error, "ii", usage_id, invoice_id);
}

static struct billed_usage_line
read_line (struct query *query)
{
  return (struct billed_usage_line){
    .kind = db_text (query, 0, NULL),
    .code = db_text (query, 1, NULL),
    .metric_id = db_int64 (query, 2),
    .phase = db_int64 (query, 3),
    .is_late = strcmp (db_text (query, 4, NULL), "late") == 0,
    .description = db_text (query, 5, NULL),
    .period_start_us = db_int64 (query, 6),
    .period_end_us = db_int64 (query, 7),
    .quantity = db_text (query, 8, NULL),
    .unit_price = db_text (query, 9, NULL),
    .amount_minor = db_int64 (query, 10),
    .derivation = db_text (query, 11, NULL),
    .category = db_text (query, 12, NULL),
    .on = { db_int64 (query, 13), db_int64 (query, 14), db_int64 (query, 15) },
    .replaced_by = { db_int64 (query, 16), db_int64 (query, 17), db_int64 (query, 18) },
  };
}

gboolean
billed_usage_each (struct ledger *ledger, struct billed_usage_period period, billed_usage_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_USAGE_LINES_BILLED, &query, error))
    return FALSE;
  db_bind (query, "ii", period.subscription_id, period.period_index);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    const struct billed_usage_line line = read_line (query);
    if (!visit (&line, data, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
estimated_line_each (struct ledger *ledger, gint64 subscription_id, estimated_line_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_USAGE_LINES_ESTIMATED, &query, error))
    return FALSE;
  db_bind (query, "i", subscription_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    const struct estimated_line line = {
      .customer = db_text (query, 0, NULL),
      .subscription = db_text (query, 1, NULL),
      .metric_id = db_int64 (query, 2),
      .metric = db_text (query, 3, NULL),
      .period_start_us = db_int64 (query, 4),
      .period_end_us = db_int64 (query, 5),
      .quantity = db_text (query, 6, NULL),
      .amount_minor = db_int64 (query, 7),
      .currency = db_text (query, 8, NULL),
      .derivation = db_text (query, 9, NULL),
      .invoice = db_text (query, 10, NULL),
    };
    if (!visit (&line, data, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}
