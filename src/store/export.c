/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streaming whole tables out. */
#include "store/export.h"

#include "store/db.h"
#include "store/ledger.h"

static gboolean
start (struct ledger *ledger, const struct export_filter *filter, enum statement all, enum statement of_customer, struct query **ret,
       GError **error)
{
  if (!db_query (ledger_db (ledger), filter->customer_id == 0 ? all : of_customer, ret, error))
    return FALSE;
  db_bind (*ret, filter->customer_id == 0 ? "ii" : "iii", filter->from_us, filter->to_us, filter->customer_id);
  return TRUE;
}

static gboolean
start_late (struct ledger *ledger, const struct export_filter *filter, struct query **ret, GError **error)
{
  if (!db_query (ledger_db (ledger), SQL_EXPORT_USAGE_LATE, ret, error))
    return FALSE;
  db_bind (*ret, "iiI", filter->from_us, filter->to_us, filter->customer_id, filter->customer_id == 0);
  return TRUE;
}

gboolean
export_each_event (struct ledger *ledger, const struct export_filter *filter, export_event_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (filter->late ? !start_late (ledger, filter, &query, error)
                   : !start (ledger, filter, SQL_EXPORT_USAGE, SQL_EXPORT_USAGE_CUSTOMER, &query, error))
    return FALSE;
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct export_event event = {
      .id = db_int64 (query, 0),
      .event_id = db_text (query, 1, NULL),
      .source_id = db_int64 (query, 2),
      .customer_id = db_int64 (query, 3),
      .subscription_id = db_int64 (query, 4),
      .metric_id = db_int64 (query, 5),
      .at_us = db_int64 (query, 6),
      .quantity = db_text (query, 7, NULL),
      .properties = db_text (query, 8, NULL),
      .reverses = db_text (query, 9, NULL),
    };
    if (!visit (&event, data, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}

static struct export_line
read_line (struct query *query)
{
  return (struct export_line){
    .invoice_id = db_int64 (query, 0),
    .number = db_text (query, 1, NULL),
    .status = db_text (query, 2, NULL),
    .currency = db_text (query, 3, NULL),
    .customer_id = db_int64 (query, 4),
    .position = db_int64 (query, 5),
    .subscription_id = db_int64 (query, 6),
    .plan_version_id = db_int64 (query, 7),
    .kind = db_text (query, 8, NULL),
    .code = db_text (query, 9, NULL),
    .metric_id = db_int64 (query, 10),
    .description = db_text (query, 11, NULL),
    .period_start_us = db_int64 (query, 12),
    .period_end_us = db_int64 (query, 13),
    .quantity = db_text (query, 14, NULL),
    .unit_price = db_text (query, 15, NULL),
    .exact_amount = db_text (query, 16, NULL),
    .ratio = db_text (query, 17, NULL),
    .amount_minor = db_int64 (query, 18),
    .derivation = db_text (query, 19, NULL),
    .discount_minor = db_int64 (query, 20),
    .tax_minor = db_int64 (query, 21),
    .category = db_text (query, 22, NULL),
    .discounts = db_text (query, 23, NULL),
    .taxes = db_text (query, 24, NULL),
    .role = db_text (query, 25, NULL),
  };
}

gboolean
export_each_line (struct ledger *ledger, const struct export_filter *filter, export_line_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!start (ledger, filter, SQL_EXPORT_LINES, SQL_EXPORT_LINES_CUSTOMER, &query, error))
    return FALSE;
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct export_line line = read_line (query);
    if (!visit (&line, data, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}
