/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading usage events in rating order. */
#include "store/usage.h"

#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

struct usage_cursor {
  struct query *query;
  enum usage_detail detail;
  gboolean running;
  struct usage_event event;
};

gboolean
usage_cursor_new (struct ledger *ledger, enum usage_detail detail, struct usage_cursor **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), detail == USAGE_FULL ? SQL_USAGE_FULL : SQL_USAGE_RATED, &query, error))
    return FALSE;
  struct usage_cursor *cursor = g_new0 (struct usage_cursor, 1);
  cursor->query = query;
  cursor->detail = detail;
  *ret = cursor;
  return TRUE;
}

void
usage_cursor_free (struct usage_cursor *cursor)
{
  if (cursor == NULL)
    return;
  db_query_free (cursor->query);
  g_free (cursor);
}

void
usage_cursor_start (struct usage_cursor *cursor, const struct usage_range *range)
{
  if (cursor->running)
    db_reset (cursor->query);
  db_bind (cursor->query, "iiiii", range->customer_id, range->metric_id, range->from_us, range->to_us,
           range->last_id == 0 ? G_MAXINT64 : range->last_id);
  cursor->running = TRUE;
}

gboolean
usage_cursor_next (struct usage_cursor *cursor, const struct usage_event **ret, GError **error)
{
  *ret = NULL;
  if (!cursor->running)
    return TRUE;
  struct query *query = cursor->query;
  if (!db_step (query, &cursor->running, error)) {
    cursor->running = FALSE;
    return FALSE;
  }
  if (!cursor->running)
    return TRUE;
  struct usage_event *event = &cursor->event;
  event->at_us = db_int64 (query, 0);
  event->subscription_id = db_int64 (query, 1);
  event->quantity = db_text (query, 2, &event->quantity_length);
  if (cursor->detail == USAGE_FULL) {
    event->id = db_int64 (query, 3);
    event->event_id = db_text (query, 4, NULL);
    event->source = db_text (query, 5, NULL);
    event->properties = db_text (query, 6, NULL);
  }
  *ret = event;
  return TRUE;
}

gboolean
usage_metrics_of (struct ledger *ledger, gint64 customer_id, gint64 from_us, gint64 to_us, GArray *ret, GError **error)
{
  struct db *db = ledger_db (ledger);
  gint64 metric = G_MININT64;
  for (;;) {
    gint64 next = 0, any = 0;
    if (!db_find_int64 (db, SQL_USAGE_NEXT_METRIC, G_MININT64, &next, error, "ii", customer_id, metric))
      return FALSE;
    if (next == G_MININT64)
      return TRUE;
    if (!db_find_int64 (db, SQL_USAGE_ANY, 0, &any, error, "iiii", customer_id, next, from_us, to_us))
      return FALSE;
    if (any != 0)
      g_array_append_val (ret, next);
    metric = next;
  }
}

gboolean
usage_first (struct ledger *ledger, gint64 customer_id, gint64 metric_id, gint64 from_us, gint64 *ret_us, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_FIRST, G_MAXINT64, ret_us, error, "iii", customer_id, metric_id, from_us);
}

gboolean
usage_billed_until (struct ledger *ledger, gint64 customer_id, gint64 *ret_us, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_BILLED_UNTIL, G_MININT64, ret_us, error, "i", customer_id);
}

gboolean
usage_customer_each (struct ledger *ledger, usage_customer_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE, ok = FALSE;
  if (!db_cursor (ledger_db (ledger), SQL_USAGE_CUSTOMERS, &query, error))
    return FALSE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct usage_customer customer = {
      .id = db_int64 (query, 0),
      .code = db_text (query, 1, NULL),
      .billed_until_us = db_is_null (query, 2) ? G_MININT64 : db_int64 (query, 2),
    };
    visit (&customer, data);
  }
  db_query_free (query);
  return ok;
}

gboolean
usage_last_id (struct ledger *ledger, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_LAST_ID, 0, ret, error, "");
}

gboolean
usage_maybe_late (struct ledger *ledger, gint64 first_id, gint64 last_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_USAGE_MAYBE_LATE, &query, error))
    return FALSE;
  db_bind (query, "ii", first_id, last_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct usage_maybe_late event = {
      .id = db_int64 (query, 0),
      .customer_id = db_int64 (query, 1),
      .metric_id = db_int64 (query, 2),
      .subscription_id = db_int64 (query, 3),
      .at_us = db_int64 (query, 4),
    };
    g_array_append_val (ret, event);
  }
  return FALSE;
}

gboolean
usage_late_insert (struct ledger *ledger, const struct usage_maybe_late *event, const char *policy, GError **error)
{
  known_note (ledger, KNOWN_LATE, event->customer_id);
  return db_execute (ledger_db (ledger), SQL_USAGE_LATE_INSERT, NULL, error, "iiit", event->id, event->customer_id, event->metric_id,
                     policy);
}

gboolean
usage_late_count (struct ledger *ledger, gint64 customer_id, gint64 *ret, GError **error)
{
  struct db *db = ledger_db (ledger);
  return customer_id == 0 ? db_find_int64 (db, SQL_USAGE_LATE_COUNT, 0, ret, error, "")
                          : db_find_int64 (db, SQL_USAGE_LATE_COUNT_CUSTOMER, 0, ret, error, "i", customer_id);
}

gboolean
usage_reversals_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  gboolean has = TRUE;
  if (!known_has (ledger, KNOWN_REVERSAL, customer_id, &has, error) || !has)
    return !has;
  if (!db_query (ledger_db (ledger), SQL_USAGE_REVERSALS_OF, &query, error))
    return FALSE;
  db_bind (query, "i", customer_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct usage_reversal reversal = { db_int64 (query, 0), db_int64 (query, 1), db_int64 (query, 2) };
    g_array_append_val (ret, reversal);
  }
  return FALSE;
}

static enum usage_late_status
late_status (struct query *query)
{
  const char *policy = db_text (query, 7, NULL);
  if (!db_is_null (query, 9))
    return USAGE_LATE_BILLED;
  if (strcmp (policy, "ignore") == 0)
    return USAGE_LATE_IGNORED;
  return strcmp (policy, "hold") == 0 && db_is_null (query, 8) ? USAGE_LATE_HELD : USAGE_LATE_OPEN;
}

gboolean
usage_late_each (struct ledger *ledger, gint64 customer_id, usage_late_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), customer_id == 0 ? SQL_USAGE_LATE_LIST : SQL_USAGE_LATE_LIST_CUSTOMER, &query, error))
    return FALSE;
  if (customer_id != 0)
    db_bind (query, "i", customer_id);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    const struct usage_late_event event = {
      .at_us = db_int64 (query, 0),
      .customer = db_text (query, 1, NULL),
      .metric = db_text (query, 2, NULL),
      .quantity = db_text (query, 3, NULL),
      .event_id = db_text (query, 4, NULL),
      .source = db_text (query, 5, NULL),
      .subscription = db_text (query, 6, NULL),
      .status = late_status (query),
      .invoice = db_text (query, 9, NULL),
    };
    if (!visit (&event, data, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
usage_late_release (struct ledger *ledger, struct usage_late_chosen chosen, gint64 *ret, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_USAGE_LATE_RELEASE, ret, error, "iII", ledger_now_us (ledger), chosen.customer_id,
                     chosen.customer_id == 0, chosen.metric_id, chosen.metric_id == 0);
}
