/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events by their id. */
#include "store/usage-lookup.h"

#include "base/error.h"
#include "core/hash.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

void
usage_stored_free (struct usage_stored *event)
{
  if (event == NULL)
    return;
  g_free (event->event_id);
  g_free (event->quantity);
  g_free (event->properties);
  g_free (event);
}

gboolean
usage_source_find (struct ledger *ledger, const char *name, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_SOURCE_FIND, -1, ret, error, "t", name);
}

static gboolean
load (struct ledger *ledger, gint64 id, struct usage_stored **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  *ret = NULL;
  if (!db_find (ledger_db (ledger), SQL_USAGE_FIND, &row, error, "i", id))
    return FALSE;
  if (row == NULL)
    return TRUE;
  struct usage_stored *event = g_new (struct usage_stored, 1);
  *event = (struct usage_stored){
    .id = id,
    .source_id = db_int64 (row, 0),
    .event_id = g_strdup (db_text (row, 1, NULL)),
    .customer_id = db_int64 (row, 2),
    .subscription_id = db_int64 (row, 3),
    .metric_id = db_int64 (row, 4),
    .at_us = db_int64 (row, 5),
    .quantity = g_strdup (db_text (row, 6, NULL)),
    .properties = g_strdup (db_text (row, 7, NULL)),
  };
  *ret = event;
  return TRUE;
}

struct sought {
  gint64 source_id;
  const char *event_id;
  gsize length;
};

/* Hands the event out when it is the one that is sought. */
static gboolean
try_candidate (struct ledger *ledger, gint64 id, const struct sought *sought, struct usage_stored **ret, GError **error)
{
  g_autoptr (usage_stored_t) event = NULL;
  if (!load (ledger, id, &event, error))
    return FALSE;
  if (event != NULL && event->source_id == sought->source_id && strlen (event->event_id) == sought->length
      && memcmp (event->event_id, sought->event_id, sought->length) == 0)
    *ret = g_steal_pointer (&event);
  return TRUE;
}

static gboolean
collect_collisions (struct ledger *ledger, gint64 hash, GArray *ids, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_USAGE_KEY_COLLISIONS, &query, error))
    return FALSE;
  db_bind (query, "i", hash);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    gint64 id = db_int64 (query, 0);
    g_array_append_val (ids, id);
  }
  return FALSE;
}

gboolean
usage_stored_find (struct ledger *ledger, struct usage_feed feed, const char *event_id, gsize length, struct usage_stored **ret,
                   GError **error)
{
  gint64 hash = (gint64) hash64 (event_id, length, hash64 (feed.name, strlen (feed.name), 0)), first = 0;
  const struct sought sought = { feed.id, event_id, length };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  *ret = NULL;
  if (!db_find_int64 (ledger_db (ledger), SQL_USAGE_KEY_FIND, 0, &first, error, "i", hash))
    return FALSE;
  if (first == 0)
    return TRUE;
  g_array_append_val (ids, first);
  if (!collect_collisions (ledger, hash, ids, error))
    return FALSE;
  for (guint i = 0; *ret == NULL && i < ids->len; i++)
    if (!try_candidate (ledger, g_array_index (ids, gint64, i), &sought, ret, error))
      return FALSE;
  return TRUE;
}

gboolean
usage_stored_get (struct ledger *ledger, gint64 id, struct usage_stored **ret, GError **error)
{
  if (!load (ledger, id, ret, error))
    return FALSE;
  return *ret != NULL || error_set (error, ERROR_LEDGER, "the ledger lacks the event %" G_GINT64_FORMAT, id);
}

gboolean
usage_reversed_by (struct ledger *ledger, gint64 id, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_REVERSAL_BY, 0, ret, error, "i", id);
}

gboolean
usage_reversal_original (struct ledger *ledger, gint64 id, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_USAGE_REVERSAL_ORIGINAL, 0, ret, error, "i", id);
}

gboolean
usage_reversal_insert (struct ledger *ledger, gint64 id, const struct usage_stored *original, GError **error)
{
  known_note (ledger, KNOWN_REVERSAL, original->customer_id);
  return db_execute (ledger_db (ledger), SQL_USAGE_REVERSAL_INSERT, NULL, error, "iiii", id, original->id, original->customer_id,
                     original->metric_id);
}
