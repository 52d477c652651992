/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that an earlier run sent, or was about to send, without hearing what came of them.
 *
 * Young ones are sent again as they were, with the same idempotency key: Stripe carries them out once and repeats its answer. It
 * forgets keys after a day; then products and prices are found by their own ids and lookup keys as always, and only a customer that
 * was to be made has to be searched for among those made since. */
#include "service/stripe-sync-private.h"

#include "base/error.h"

#include <string.h>

/* An hour less than the day that Stripe keeps a key, and more than two clocks differ. */
#define RESEND_WITHIN_US (23 * G_TIME_SPAN_HOUR)
enum { CLOCK_MARGIN_S = 3600 };

static gboolean
read_operation (const char *text, enum stripe_sync_operation *ret_operation, enum sync_kind *ret_kind)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  if (words[0] == NULL || words[1] == NULL)
    return FALSE;
  for (int operation = 0; operation < STRIPE_SYNC_OPERATION_COUNT; operation++)
    for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
      if (strcmp (words[0], stripe_sync_operation_names[operation]) == 0 && strcmp (words[1], sync_kind_names[kind]) == 0) {
        *ret_operation = (enum stripe_sync_operation) operation;
        *ret_kind = (enum sync_kind) kind;
        return TRUE;
      }
  return FALSE;
}

struct reading {
  struct sync *sync;
  GPtrArray *letters;
};

static gboolean
take_entry (const struct outbox_entry *entry, void *data, GError **error)
{
  struct reading *reading = data;
  struct sync *sync = reading->sync;
  struct sync_letter letter = {
    .id = entry->id,
    .key = sync_text (sync, entry->local_key),
    .path = sync_text (sync, entry->path),
    .body = sync_text (sync, entry->body),
    .idempotency_key = sync_text (sync, entry->idempotency_key),
    .created_at_us = entry->created_at_us,
  };
  if (!read_operation (entry->operation, &letter.operation, &letter.kind))
    return error_set (error, ERROR_LEDGER, "outbox row %" G_GINT64_FORMAT " has the operation '%s', which this program does not know",
                      entry->id, entry->operation);
  g_ptr_array_add (reading->letters, g_memdup2 (&letter, sizeof letter));
  return TRUE;
}

static gboolean
is_young (const struct sync_letter *letter)
{
  return g_get_real_time () - letter->created_at_us < RESEND_WITHIN_US;
}

/* --- customers that may have been made -------------------------------------------------------------------------- */

static gboolean
makes_customer (const struct sync_letter *letter)
{
  return letter->kind == SYNC_CUSTOMER && letter->operation == STRIPE_SYNC_CREATE;
}

static void
match_customer (struct sync *sync, const struct stripe_customer_seen *seen, gpointer data)
{
  GHashTable *by_code = data;
  struct sync_letter *letter = seen->code == NULL ? NULL : g_hash_table_lookup (by_code, seen->code);
  if (letter == NULL || seen->deleted || g_strcmp0 (seen->ledger, sync->ledger_id) != 0)
    return;
  letter->state = SYNC_LETTER_DONE;
  letter->remote_id = sync_text (sync, seen->id);
  letter->error = NULL;
}

/* Finds them, or makes sure that they are not there. */
static void
search_customers (struct sync *sync, GPtrArray *letters)
{
  g_autoptr (GHashTable) by_code = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 since_us = G_MAXINT64;
  for (guint i = 0; i < letters->len; i++) {
    struct sync_letter *letter = letters->pdata[i];
    g_hash_table_insert (by_code, (gpointer) letter->key, letter);
    since_us = MIN (since_us, letter->created_at_us);
  }
  if (letters->len == 0 || !sync_list_customers_since (sync, since_us / G_USEC_PER_SEC - CLOCK_MARGIN_S, match_customer, by_code))
    return;
  for (guint i = 0; i < letters->len; i++) {
    struct sync_letter *letter = letters->pdata[i];
    if (letter->state == SYNC_LETTER_OPEN) {
      letter->state = SYNC_LETTER_FAILED;
      letter->error = "no such customer was made";
    }
  }
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

/* What sending again cannot or did not settle: a customer is searched for; the rest is looked at in the ordinary way. */
static gboolean
settle_otherwise (struct sync *sync, GPtrArray *letters, GError **error)
{
  g_autoptr (GPtrArray) customers = g_ptr_array_new ();
  g_autoptr (GPtrArray) settled = g_ptr_array_new ();
  for (guint i = 0; i < letters->len; i++) {
    struct sync_letter *letter = letters->pdata[i];
    if (letter->state != SYNC_LETTER_OPEN || (is_young (letter) && !letter->is_answered_for_good))
      continue;
    g_ptr_array_add (settled, letter);
    if (makes_customer (letter)) {
      g_ptr_array_add (customers, letter);
      continue;
    }
    letter->state = SYNC_LETTER_FAILED;
    letter->error = "not known; looked at again";
  }
  search_customers (sync, customers);
  return sync_settle (sync, settled, error);
}

/* A row for each that is still open: a run that says that all is done leaves none behind. */
static gboolean
report_open (struct sync *sync, GPtrArray *letters, GError **error)
{
  for (guint i = 0; i < letters->len; i++) {
    const struct sync_letter *letter = letters->pdata[i];
    if (letter->state != SYNC_LETTER_OPEN)
      continue;
    struct sync_item item = { .kind = letter->kind, .key = *letter->key == '\0' ? NULL : letter->key, .is_counted = TRUE };
    sync_decide (&item, letter->operation, STRIPE_SYNC_FAILED,
                 sync_format (sync, "failed: what an earlier run sent for it is not settled yet: %s; run the command again",
                              letter->error == NULL ? "not sent again" : letter->error));
    if (!sync_report (sync, &item, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
sync_recover (struct sync *sync, GError **error)
{
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) young = g_ptr_array_new ();
  struct reading reading = { sync, letters };
  if (!outbox_each_open (sync->ledger, SYNC_CHANNEL, sync->account, take_entry, &reading, error))
    return FALSE;
  for (guint i = 0; i < letters->len; i++)
    if (is_young (letters->pdata[i]))
      g_ptr_array_add (young, letters->pdata[i]);
  return letters->len == 0
         || (sync_deliver (sync, young, error) && settle_otherwise (sync, letters, error) && report_open (sync, letters, error));
}
