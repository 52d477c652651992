/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases and history of subscriptions. */
#include "store/phase.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"

#include <string.h>

static const char *const state_names[] = { "active", "paused", "paused_billed", "ended" };

static gboolean
state_parse (const char *text, enum phase_state *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (strcmp (text, state_names[i]) == 0) {
      *ret = (enum phase_state) i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_row (struct query *query, gint64 subscription_id, struct phase_row *ret, GError **error)
{
  gsize length = 0;
  const char *interval = db_text (query, 5, &length);
  struct phase_row row = {
    .number = db_int64 (query, 0),
    .from = { (gint32) db_int64 (query, 2) },
    .from_us = db_int64 (query, 3),
    .plan_version_id = db_int64 (query, 4),
    .anchor = { (gint32) db_int64 (query, 7) },
    .items = db_text (query, 8, NULL),
    .has_settled = !db_is_null (query, 9),
    .settled_us = db_int64 (query, 9),
    .adjust_at_us = db_int64 (query, 10),
    .prorated = db_int64 (query, 11) != 0,
  };
  if (!state_parse (db_text (query, 1, NULL), &row.state) || !interval_parse (interval, length, &row.fee_interval)
      || !alignment_parse (db_text (query, 6, NULL), &row.alignment))
    return error_set (error, ERROR_LEDGER,
                      "phase %" G_GINT64_FORMAT " of subscription %" G_GINT64_FORMAT " has a state, interval or alignment that is none",
                      row.number, subscription_id);
  *ret = row;
  return TRUE;
}

gboolean
phase_each (struct ledger *ledger, gint64 subscription_id, phase_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_PHASES, &query, error))
    return FALSE;
  db_bind (query, "i", subscription_id);
  for (;;) {
    struct phase_row phase;
    if (!db_step (query, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    if (!read_row (query, subscription_id, &phase, error) || !visit (&phase, data, error))
      return FALSE;
  }
}

gboolean
phase_insert (struct ledger *ledger, gint64 subscription_id, const struct phase_row *row, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (row->fee_interval, interval);
  return db_execute (ledger_db (ledger), SQL_PHASE_INSERT, NULL, error, "iitiiittitIiii", subscription_id, row->number,
                     state_names[row->state], (gint64) row->from.day, row->from_us, row->plan_version_id, interval,
                     alignment_name (row->alignment), (gint64) row->anchor.day, row->items, row->settled_us, !row->has_settled,
                     row->adjust_at_us, (gint64) row->prorated, ledger_now_us (ledger));
}

gboolean
phase_delete (struct ledger *ledger, gint64 subscription_id, gint64 number, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_PHASE_DELETE, NULL, error, "ii", subscription_id, number);
}

gboolean
phase_set_anchor (struct ledger *ledger, gint64 subscription_id, gint64 number, struct date anchor, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_PHASE_SET_ANCHOR, NULL, error, "iii", subscription_id, number, (gint64) anchor.day);
}

gboolean
subscription_event_insert (struct ledger *ledger, gint64 subscription_id, const struct subscription_event *event, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_EVENT_INSERT, NULL, error, "iiitt", subscription_id, ledger_now_us (ledger),
                     (gint64) event->effective.day, event->kind, event->detail);
}

gboolean
subscription_event_each (struct ledger *ledger, gint64 subscription_id, subscription_event_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_SUBSCRIPTION_EVENTS, &query, error))
    return FALSE;
  db_bind (query, "i", subscription_id);
  for (;;) {
    if (!db_step (query, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    const struct subscription_event event = {
      .at_us = db_int64 (query, 0),
      .effective = { (gint32) db_int64 (query, 1) },
      .kind = db_text (query, 2, NULL),
      .detail = db_text (query, 3, NULL),
    };
    if (!visit (&event, data, error))
      return FALSE;
  }
}
