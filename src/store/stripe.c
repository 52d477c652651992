/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects at Stripe, and the outbox. */
#include "store/stripe.h"

#include "store/db.h"
#include "store/ledger.h"

typedef gboolean (*row_visit) (struct query *query, void *data, GError **error);

/* Steps through a bound query of its own and frees it. */
static gboolean
walk (struct query *query, row_visit visit, void *data, GError **error)
{
  gboolean row = TRUE, done = TRUE;
  while (done && row) {
    done = db_step (query, &row, error);
    if (done && row)
      done = visit (query, data, error);
  }
  db_query_free (query);
  return done;
}

/* --- objects ---------------------------------------------------------------------------------------------------- */

struct object_walk {
  stripe_object_visit visit;
  void *data;
};

static gboolean
visit_object (struct query *query, void *data, GError **error)
{
  const struct object_walk *task = data;
  const struct stripe_object object = {
    .account = db_text (query, 0, NULL),
    .kind = db_text (query, 1, NULL),
    .local_key = db_text (query, 2, NULL),
    .stripe_id = db_text (query, 3, NULL),
    .content = db_text (query, 4, NULL),
    .synced_at_us = db_int64 (query, 5),
  };
  return task->visit (&object, task->data, error);
}

gboolean
stripe_object_each (struct ledger *ledger, const char *account, stripe_object_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  struct object_walk task = { visit, data };
  if (!db_cursor (ledger_db (ledger), SQL_STRIPE_OBJECT_ALL, &query, error))
    return FALSE;
  db_bind (query, "t", account);
  return walk (query, visit_object, &task, error);
}

gboolean
stripe_object_find (struct ledger *ledger, const struct stripe_object *object, char **ret_id, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_STRIPE_OBJECT_FIND, &row, error, "ttt", object->account, object->kind, object->local_key))
    return FALSE;
  *ret_id = row == NULL ? NULL : g_strdup (db_text (row, 3, NULL));
  return TRUE;
}

gboolean
stripe_object_set (struct ledger *ledger, const struct stripe_object *object, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_STRIPE_OBJECT_SET, NULL, error, "ttttti", object->account, object->kind,
                     object->local_key, object->stripe_id, object->content, object->synced_at_us);
}

gboolean
stripe_object_remove (struct ledger *ledger, const struct stripe_object *object, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_STRIPE_OBJECT_REMOVE, NULL, error, "tttt", object->account, object->kind,
                     object->local_key, object->stripe_id);
}

gboolean
stripe_account_latest (struct ledger *ledger, char **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_STRIPE_ACCOUNT_LATEST, &row, error, ""))
    return FALSE;
  *ret = row == NULL ? NULL : g_strdup (db_text (row, 0, NULL));
  return TRUE;
}

/* --- outbox ----------------------------------------------------------------------------------------------------- */

gboolean
outbox_add (struct ledger *ledger, const struct outbox_entry *entry, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_OUTBOX_ADD, NULL, error, "tttttttti", entry->channel, entry->account, entry->operation,
                   entry->local_key, entry->method, entry->path, entry->body, entry->idempotency_key, entry->created_at_us))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

struct outbox_walk {
  outbox_visit visit;
  void *data;
};

static gboolean
visit_entry (struct query *query, void *data, GError **error)
{
  const struct outbox_walk *task = data;
  const struct outbox_entry entry = {
    .id = db_int64 (query, 0),
    .channel = db_text (query, 1, NULL),
    .account = db_text (query, 2, NULL),
    .operation = db_text (query, 3, NULL),
    .local_key = db_text (query, 4, NULL),
    .method = db_text (query, 5, NULL),
    .path = db_text (query, 6, NULL),
    .body = db_text (query, 7, NULL),
    .idempotency_key = db_text (query, 8, NULL),
    .created_at_us = db_int64 (query, 9),
  };
  return task->visit (&entry, task->data, error);
}

gboolean
outbox_each_open (struct ledger *ledger, const char *channel, const char *account, outbox_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  struct outbox_walk task = { visit, data };
  if (!db_cursor (ledger_db (ledger), SQL_OUTBOX_OPEN, &query, error))
    return FALSE;
  db_bind (query, "tt", channel, account);
  return walk (query, visit_entry, &task, error);
}

gboolean
outbox_settle (struct ledger *ledger, const struct outbox_outcome *outcome, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_OUTBOX_SETTLE, NULL, error, "itttti", outcome->id, outcome->done ? "done" : "failed",
                     outcome->remote_id, outcome->request_id, outcome->error, outcome->settled_at_us);
}

gboolean
outbox_note (struct ledger *ledger, const struct outbox_outcome *outcome, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_OUTBOX_NOTE, NULL, error, "itt", outcome->id, outcome->request_id, outcome->error);
}
