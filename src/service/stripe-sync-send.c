/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending what changes something: the intent is committed first, then the request leaves, then what came of it is committed.
 *
 * Commits are grouped: the intents of up to a hundred requests in one, and the outcomes of up to twenty-five. An outcome that is lost
 * with the process leaves its intent open, which the next run takes up. */
#include "service/stripe-sync-private.h"

#include "base/error.h"
#include "store/ledger.h"

#include <string.h>

enum { SLICE = 100, OUTCOMES_PER_COMMIT = 25 };

/* --- outcomes --------------------------------------------------------------------------------------------------- */

static struct stripe_object
object_of (const struct sync *sync, const struct sync_letter *letter)
{
  return (struct stripe_object){
    .account = sync->account,
    .kind = sync_kind_names[letter->kind],
    .local_key = letter->key,
    .stripe_id = letter->remote_id,
    /* What an earlier run sent is looked at before it counts as known. */
    .content = letter->item == NULL ? "" : letter->item->content,
    .synced_at_us = g_get_real_time (),
  };
}

static gboolean
settle_letter (struct sync *sync, const struct sync_letter *letter, GError **error)
{
  struct outbox_outcome outcome = {
    .id = letter->id,
    .done = letter->state == SYNC_LETTER_DONE,
    .remote_id = letter->remote_id,
    .request_id = letter->request_id,
    .error = letter->error,
    .settled_at_us = g_get_real_time (),
  };
  if (letter->state == SYNC_LETTER_OPEN)
    return outbox_note (sync->ledger, &outcome, error);
  if (!outbox_settle (sync->ledger, &outcome, error))
    return FALSE;
  if (letter->state == SYNC_LETTER_FAILED || *letter->key == '\0' || (letter->item != NULL && !letter->item->is_stored))
    return TRUE;
  struct stripe_object object = object_of (sync, letter);
  return letter->operation == STRIPE_SYNC_RETIRE ? stripe_object_remove (sync->ledger, &object, error)
                                                 : stripe_object_set (sync->ledger, &object, error);
}

gboolean
sync_settle (struct sync *sync, GPtrArray *letters, GError **error)
{
  if (letters->len == 0)
    return TRUE;
  gboolean ok = ledger_begin (sync->ledger, error);
  for (guint i = 0; ok && i < letters->len; i++)
    ok = settle_letter (sync, letters->pdata[i], error);
  ok = ok && ledger_commit (sync->ledger, error);
  if (!ok)
    ledger_rollback (sync->ledger);
  return ok;
}

/* --- delivery --------------------------------------------------------------------------------------------------- */

struct delivery {
  struct sync *sync;
  GPtrArray *letters;
  guint next;
  GPtrArray *unsettled;
  gboolean has_failed; /* the ledger has */
};

static enum stripe_next
next (gpointer data, struct stripe_request *ret, gpointer *ret_tag, GError **error)
{
  struct delivery *delivery = data;
  (void) error;
  if (delivery->sync->is_stopped || delivery->next == delivery->letters->len)
    return STRIPE_NEXT_NONE;
  struct sync_letter *letter = delivery->letters->pdata[delivery->next++];
  *ret = (struct stripe_request){
    .method = "POST",
    .path = letter->path,
    .parameters = letter->body,
    .idempotency_key = letter->idempotency_key,
  };
  *ret_tag = letter;
  return STRIPE_NEXT_REQUEST;
}

/* A refusal says that nothing was done, unless the same request is still under way there; after anything else nobody knows. */
static enum sync_letter_state
state_after_failure (const struct stripe_reply *reply)
{
  if (reply == NULL || reply->status < 400 || reply->status >= 500 || reply->status == 409 || reply->status == 424)
    return SYNC_LETTER_OPEN;
  return SYNC_LETTER_FAILED;
}

static void
read_failure (struct sync *sync, struct sync_letter *letter, const struct stripe_reply *reply, const GError *failure)
{
  g_autofree char *what = g_strconcat ("POST ", letter->path, NULL);
  letter->state = state_after_failure (reply);
  letter->is_answered_for_good = reply != NULL && reply->replayed;
  letter->request_id = reply == NULL ? NULL : sync_text (sync, reply->request_id);
  letter->error = sync_take_text (sync, sync_trouble_text (reply, failure));
  sync_note_reply (sync, what, reply, failure);
  if (letter->item == NULL)
    return;
  letter->item->outcome = STRIPE_SYNC_FAILED;
  letter->item->detail
    = sync_format (sync, "failed: %s%s", letter->error, letter->state == SYNC_LETTER_OPEN ? "; the next run finds out what came of it" : "");
}

static void
read_success (struct sync *sync, struct sync_letter *letter, const struct stripe_reply *reply)
{
  const struct json_node root = { .value = reply->body };
  struct json_node node = json_node_member (&root, "id");
  g_autoptr (GError) error = NULL;
  const char *id = NULL;
  letter->request_id = sync_text (sync, reply->request_id);
  if (!json_node_string (&node, &id, &error)) {
    letter->error = sync_take_text (sync, error_message_text (error));
    if (letter->item == NULL)
      return;
    letter->item->outcome = STRIPE_SYNC_FAILED;
    letter->item->detail = sync_format (sync, "failed: Stripe's answer: %s", letter->error);
    return;
  }
  sync->troubles = 0;
  letter->state = SYNC_LETTER_DONE;
  letter->remote_id = sync_text (sync, id);
  if (letter->item == NULL)
    return;
  letter->item->outcome = STRIPE_SYNC_DONE;
  letter->item->stripe_id = letter->remote_id;
}

static gboolean
done (gpointer data, gpointer tag, struct stripe_reply *reply, const GError *failure, GError **error)
{
  struct delivery *delivery = data;
  struct sync *sync = delivery->sync;
  const struct sync_letter *letter = tag;
  if (reply != NULL && stripe_reply_is_success (reply))
    read_success (sync, tag, reply);
  else
    read_failure (sync, tag, reply, failure);
  g_ptr_array_add (delivery->unsettled, tag);
  if (letter->item != NULL)
    sync_count (sync, letter->item);
  if (delivery->unsettled->len < OUTCOMES_PER_COMMIT || delivery->has_failed)
    return TRUE;
  delivery->has_failed = !sync_settle (sync, delivery->unsettled, error);
  g_ptr_array_set_size (delivery->unsettled, 0);
  return !delivery->has_failed;
}

gboolean
sync_deliver (struct sync *sync, GPtrArray *letters, GError **error)
{
  g_autoptr (GPtrArray) unsettled = g_ptr_array_new ();
  struct delivery delivery = { .sync = sync, .letters = letters, .unsettled = unsettled };
  g_autoptr (GError) trouble = NULL;
  if (!sync->is_stopped
      && !stripe_run (sync->client, &(struct stripe_batch){ .next = next, .done = done, .data = &delivery }, &trouble)) {
    if (delivery.has_failed) {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
    sync_stop (sync, trouble);
  }
  return sync_settle (sync, unsettled, error);
}

/* --- intents ---------------------------------------------------------------------------------------------------- */

/* "price starter_month_usd" of every request whose outcome is not known. */
static gboolean
take_open (const struct outbox_entry *entry, void *data, GError **error)
{
  const char *kind = strrchr (entry->operation, ' ');
  (void) error;
  g_hash_table_add (data, g_strconcat (kind == NULL ? "" : kind + 1, " ", entry->local_key, NULL));
  return TRUE;
}

/* Inside the transaction that commits the intents: has another run been at this object since we looked? */
static gboolean
is_taken (struct sync *sync, const struct sync_item *item, GHashTable *open, gboolean *ret, GError **error)
{
  const struct stripe_object object = { .account = sync->account, .kind = sync_kind_names[item->kind], .local_key = item->key };
  g_autofree char *id = NULL;
  if (item->key == NULL)
    return TRUE;
  g_autofree char *name = sync_name (item->kind, item->key);
  if (g_hash_table_contains (open, name)) {
    *ret = TRUE;
    return TRUE;
  }
  if (!item->is_stored)
    return TRUE;
  if (!stripe_object_find (sync->ledger, &object, &id, error))
    return FALSE;
  *ret = item->operation == STRIPE_SYNC_RETIRE ? FALSE : g_strcmp0 (id, item->known_id) != 0;
  return TRUE;
}

static gboolean
add_letter (struct sync *sync, struct sync_item *item, GPtrArray *letters, GError **error)
{
  g_autofree char *operation = g_strconcat (stripe_sync_operation_names[item->operation], " ", sync_kind_names[item->kind], NULL);
  g_autofree char *idempotency_key = g_uuid_string_random ();
  struct sync_letter *letter = g_new0 (struct sync_letter, 1);
  *letter = (struct sync_letter){
    .kind = item->kind,
    .operation = item->operation,
    .item = item,
    .key = item->key == NULL ? "" : item->key,
    .path = item->path,
    .body = item->body,
    .idempotency_key = sync_text (sync, idempotency_key),
    .created_at_us = g_get_real_time (),
  };
  g_ptr_array_add (letters, letter);
  const struct outbox_entry entry = {
    .channel = SYNC_CHANNEL,
    .account = sync->account,
    .operation = operation,
    .local_key = letter->key,
    .method = "POST",
    .path = letter->path,
    .body = letter->body,
    .idempotency_key = letter->idempotency_key,
    .created_at_us = letter->created_at_us,
  };
  return outbox_add (sync->ledger, &entry, &letter->id, error);
}

/* What was found in step: the ledger takes note of it, so that it knows without looking. */
static gboolean
store_unchanged (struct sync *sync, const struct sync_item *item, GError **error)
{
  const struct stripe_object object = {
    .account = sync->account,
    .kind = sync_kind_names[item->kind],
    .local_key = item->key,
    .stripe_id = item->stripe_id,
    .content = item->content,
    .synced_at_us = g_get_real_time (),
  };
  return stripe_object_set (sync->ledger, &object, error);
}

static gboolean
needs_storing (const struct sync_item *item)
{
  return item->outcome == STRIPE_SYNC_UNCHANGED && !item->is_absent
         && (g_strcmp0 (item->stripe_id, item->known_id) != 0 || g_strcmp0 (item->content, item->known_content) != 0);
}

static gboolean
intend (struct sync *sync, struct sync_item *item, GHashTable *open, GPtrArray *letters, GError **error)
{
  gboolean taken = FALSE;
  if (needs_storing (item))
    return store_unchanged (sync, item, error);
  if (item->outcome != STRIPE_SYNC_PLANNED)
    return TRUE;
  if (!is_taken (sync, item, open, &taken, error))
    return FALSE;
  if (!taken)
    return add_letter (sync, item, letters, error);
  sync_decide (item, item->operation, STRIPE_SYNC_NOT_REACHED,
               "not done: what another run sent for it is not settled yet; run the command again");
  return TRUE;
}

static gboolean
intend_all (struct sync *sync, GPtrArray *slice, GPtrArray *letters, GError **error)
{
  g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean ok = ledger_begin (sync->ledger, error) && outbox_each_open (sync->ledger, SYNC_CHANNEL, sync->account, take_open, open, error);
  for (guint i = 0; ok && i < slice->len; i++)
    ok = intend (sync, slice->pdata[i], open, letters, error);
  ok = ok && ledger_commit (sync->ledger, error);
  if (!ok)
    ledger_rollback (sync->ledger);
  return ok;
}

/* --- a list of items -------------------------------------------------------------------------------------------- */

static void
give_up (GPtrArray *slice)
{
  for (guint i = 0; i < slice->len; i++) {
    struct sync_item *item = slice->pdata[i];
    if (item->outcome == STRIPE_SYNC_PLANNED)
      sync_decide (item, item->operation, STRIPE_SYNC_NOT_REACHED, "not done: the run was stopped before");
  }
}

static gboolean
has_work (GPtrArray *slice)
{
  for (guint i = 0; i < slice->len; i++) {
    const struct sync_item *item = slice->pdata[i];
    if (item->outcome == STRIPE_SYNC_PLANNED || needs_storing (item))
      return TRUE;
  }
  return FALSE;
}

/* Letters that were committed but never left: nothing came of them. */
static gboolean
withdraw (struct sync *sync, GPtrArray *letters, GError **error)
{
  g_autoptr (GPtrArray) unsent = g_ptr_array_new ();
  for (guint i = 0; i < letters->len; i++) {
    struct sync_letter *letter = letters->pdata[i];
    if (letter->item->outcome != STRIPE_SYNC_PLANNED)
      continue;
    letter->state = SYNC_LETTER_FAILED;
    letter->error = "not sent";
    g_ptr_array_add (unsent, letter);
  }
  return sync_settle (sync, unsent, error);
}

static gboolean
act_on_slice (struct sync *sync, GPtrArray *slice, GError **error)
{
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func (g_free);
  if (sync_is_dry_run (sync))
    return TRUE;
  if (!sync->is_stopped && has_work (slice)
      && (!intend_all (sync, slice, letters, error) || !sync_deliver (sync, letters, error) || !withdraw (sync, letters, error)))
    return FALSE;
  give_up (slice);
  return TRUE;
}

gboolean
sync_act (struct sync *sync, GPtrArray *items, GError **error)
{
  for (guint start = 0; start < items->len; start += SLICE) {
    g_autoptr (GPtrArray) slice = g_ptr_array_new ();
    for (guint i = start; i < MIN (items->len, start + SLICE); i++)
      g_ptr_array_add (slice, items->pdata[i]);
    if (!act_on_slice (sync, slice, error))
      return FALSE;
    for (guint i = 0; i < slice->len; i++)
      if (!sync_report (sync, slice->pdata[i], error))
        return FALSE;
  }
  return TRUE;
}
