/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking and storing events that take others back. */
#include "service/usage-reversal.h"

#include "base/error.h"
#include "base/text.h"
#include "store/ledger.h"

#include <string.h>

struct pending {
  char *event_id;
  struct usage_stored *original;
};

struct usage_reversals {
  struct ledger *ledger;
  struct usage_feed feed;
  GArray *pending;       /* struct pending */
  GHashTable *by_id;     /* event id -> number in `pending`, both of what is gathered */
  GHashTable *originals; /* gint64: usage id that is taken back -> number in `pending` */
};

static void
pending_clear (gpointer data)
{
  struct pending *pending = data;
  g_free (pending->event_id);
  usage_stored_free (pending->original);
}

struct usage_reversals *
usage_reversals_new (struct ledger *ledger, struct usage_feed feed)
{
  struct usage_reversals *reversals = g_new (struct usage_reversals, 1);
  *reversals = (struct usage_reversals){
    .ledger = ledger,
    .feed = feed,
    .pending = g_array_new (FALSE, FALSE, sizeof (struct pending)),
    .by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .originals = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };
  g_array_set_clear_func (reversals->pending, pending_clear);
  return reversals;
}

void
usage_reversals_free (struct usage_reversals *reversals)
{
  if (reversals == NULL)
    return;
  g_hash_table_unref (reversals->by_id);
  g_hash_table_unref (reversals->originals);
  g_array_unref (reversals->pending);
  g_free (reversals);
}

gboolean
usage_reversal_not_found (struct usage_feed feed, const char *event_id, GError **error)
{
  g_autofree char *shown = text_sanitize (event_id, -1);
  error_set (error, ERROR_NOT_FOUND, "there is no event '%s'%s%s%s", shown, *feed.name == '\0' ? "" : " in source '", feed.name,
             *feed.name == '\0' ? "" : "'");
  if (*feed.name == '\0')
    return error_add_hint (error, "`billctl usage show CUSTOMER --events` shows ids; --source NAME names the feed it came from");
  return error_add_hint (error, "`billctl usage show CUSTOMER --events --columns id,source` shows ids and their sources");
}

static gboolean
refuse_again (const struct usage_stored *original, const char *by, GError **error)
{
  error_set (error, ERROR_REFUSED, "event '%s' is already reversed by event '%s'", original->event_id, by);
  return error_add_hint (error, "an event is reversed once, whole");
}

/* The original may be reversed now: it exists, is none itself, and nothing takes it back yet. */
static gboolean
find_original (struct usage_reversals *reversals, const char *event_id, struct usage_stored **ret, GError **error)
{
  g_autoptr (usage_stored_t) original = NULL;
  gint64 of = 0;
  if (!usage_stored_find (reversals->ledger, reversals->feed, event_id, strlen (event_id), &original, error))
    return FALSE;
  if (original == NULL)
    return usage_reversal_not_found (reversals->feed, event_id, error);
  if (!usage_reversal_original (reversals->ledger, original->id, &of, error))
    return FALSE;
  if (of != 0) {
    error_set (error, ERROR_REFUSED, "event '%s' is itself a reversal, which cannot be reversed", event_id);
    return error_add_hint (error, "record the usage again, as an event with an id of its own");
  }
  *ret = g_steal_pointer (&original);
  return TRUE;
}

static gboolean
check_free (struct usage_reversals *reversals, const struct usage_stored *original, GError **error)
{
  gint64 by = 0;
  g_autoptr (usage_stored_t) reversal = NULL;
  gpointer number = NULL;
  if (g_hash_table_lookup_extended (reversals->originals, &original->id, NULL, &number))
    return refuse_again (original, g_array_index (reversals->pending, struct pending, GPOINTER_TO_UINT (number)).event_id, error);
  if (!usage_reversed_by (reversals->ledger, original->id, &by, error))
    return FALSE;
  if (by == 0)
    return TRUE;
  return usage_stored_get (reversals->ledger, by, &reversal, error) && refuse_again (original, reversal->event_id, error);
}

/* An id that is taken: by the same reversal, or by something else. */
static gboolean
check_id (struct usage_reversals *reversals, const char *event_id, const struct usage_stored *original, gboolean *ret_known, GError **error)
{
  g_autoptr (usage_stored_t) taken = NULL;
  gpointer number = NULL;
  gint64 of = 0;
  *ret_known = FALSE;
  if (g_hash_table_lookup_extended (reversals->by_id, event_id, NULL, &number))
    of = g_array_index (reversals->pending, struct pending, GPOINTER_TO_UINT (number)).original->id;
  else {
    if (!usage_stored_find (reversals->ledger, reversals->feed, event_id, strlen (event_id), &taken, error))
      return FALSE;
    if (taken == NULL)
      return TRUE;
    if (!usage_reversal_original (reversals->ledger, taken->id, &of, error))
      return FALSE;
  }
  *ret_known = of == original->id;
  if (*ret_known)
    return TRUE;
  error_set (error, ERROR_REFUSED, "id '%s' is already recorded for another event", event_id);
  return error_add_hint (error, "give the reversing event an id of its own");
}

static gboolean
fail_part (enum event_part part, struct csv_field value, const struct usage_stored *original, GError **error)
{
  g_autofree char *shown = text_sanitize (value.text, (gssize) value.length);
  error_set (error, ERROR_USAGE, "%s '%s' does not fit event '%s', which it reverses", event_part_name (part), shown, original->event_id);
  return error_add_hint (error, "an event is reversed whole: leave out all but id and reverses, or write them as they are, "
                                "and the quantity with the other sign");
}

/* The quantity with the other sign, as canonical text. */
static void
negate (const char *quantity, char text[DECIMAL_TEXT_SIZE])
{
  struct decimal value = DECIMAL_ZERO, negative = DECIMAL_ZERO;
  if (decimal_parse (quantity, strlen (quantity), &value) != DECIMAL_OK || decimal_subtract (DECIMAL_ZERO, value, &negative) != DECIMAL_OK)
    BUG ("the ledger holds a quantity that is not a decimal: '%s'", quantity);
  decimal_format (negative, text);
}

static gboolean
check_name (struct usage_names *names, enum event_part part, const struct event_fields *fields, gint64 id,
            const struct usage_stored *original, GError **error)
{
  const struct usage_name *name = NULL;
  if (!usage_event_has (fields, part))
    return TRUE;
  if (!usage_names_find (names, part, fields->of[part], &name, error))
    return FALSE;
  return name->id == id || fail_part (part, fields->of[part], original, error);
}

/* What the row says beside its id must be what the original says. */
static gboolean
check_parts (struct usage_names *names, const struct usage_event_rules *rules, const struct event_fields *fields,
             const struct usage_stored *original, GError **error)
{
  struct usage_made made = { 0 };
  char negative[DECIMAL_TEXT_SIZE];
  negate (original->quantity, negative);
  if (!check_name (names, EVENT_CUSTOMER, fields, original->customer_id, original, error)
      || !check_name (names, EVENT_METRIC, fields, original->metric_id, original, error)
      || !check_name (names, EVENT_SUBSCRIPTION, fields, original->subscription_id, original, error)
      || (usage_event_has (fields, EVENT_QUANTITY) && !usage_event_quantity (fields->of[EVENT_QUANTITY], &made, error))
      || (usage_event_has (fields, EVENT_TIME) && !usage_event_time (rules, fields->of[EVENT_TIME], &made, error)))
    return FALSE;
  if (usage_event_has (fields, EVENT_QUANTITY) && strcmp (made.quantity, negative) != 0)
    return fail_part (EVENT_QUANTITY, fields->of[EVENT_QUANTITY], original, error);
  if (usage_event_has (fields, EVENT_TIME) && made.event.at_us != original->at_us)
    return fail_part (EVENT_TIME, fields->of[EVENT_TIME], original, error);
  return TRUE;
}

gboolean
usage_reversals_add (struct usage_reversals *reversals, struct usage_names *names, const struct usage_event_rules *rules,
                     const struct event_fields *fields, gboolean *ret_known, GError **error)
{
  g_autoptr (usage_stored_t) original = NULL;
  struct csv_field named = fields->of[EVENT_REVERSES];
  g_autofree char *of = g_strndup (named.text, named.length);
  if (!usage_event_check_id (fields, error) || !find_original (reversals, of, &original, error))
    return FALSE;
  g_autofree char *event_id = g_strndup (fields->of[EVENT_ID].text, fields->of[EVENT_ID].length);
  if (!check_parts (names, rules, fields, original, error) || !check_id (reversals, event_id, original, ret_known, error))
    return FALSE;
  if (*ret_known)
    return TRUE;
  if (!check_free (reversals, original, error))
    return FALSE;
  g_hash_table_insert (reversals->by_id, g_strdup (event_id), GUINT_TO_POINTER (reversals->pending->len));
  g_hash_table_insert (reversals->originals, g_memdup2 (&original->id, sizeof original->id), GUINT_TO_POINTER (reversals->pending->len));
  struct pending pending = { g_steal_pointer (&event_id), g_steal_pointer (&original) };
  g_array_append_val (reversals->pending, pending);
  return TRUE;
}

static void
add_event (struct usage_batch *batch, const struct pending *pending)
{
  const struct usage_stored *original = pending->original;
  char negative[DECIMAL_TEXT_SIZE];
  negate (original->quantity, negative);
  const struct usage_new event = {
    .customer_id = original->customer_id,
    .metric_id = original->metric_id,
    .subscription_id = original->subscription_id,
    .at_us = original->at_us,
    .event_id = pending->event_id,
    .event_id_length = strlen (pending->event_id),
    .quantity = negative,
    .quantity_length = strlen (negative),
    .properties = original->properties,
    .properties_length = original->properties == NULL ? 0 : strlen (original->properties),
  };
  usage_batch_add (batch, &event);
}

gboolean
usage_reversals_store (struct usage_reversals *reversals, struct usage_counts *counts, GError **error)
{
  g_autoptr (usage_batch_t) batch = usage_batch_new (reversals->ledger, reversals->feed.id, reversals->feed.name);
  for (guint i = 0; i < reversals->pending->len; i++) {
    add_event (batch, &g_array_index (reversals->pending, struct pending, i));
    if (usage_batch_is_full (batch) && !usage_batch_store (batch, NULL, counts, error))
      return FALSE;
  }
  if (!usage_batch_store (batch, NULL, counts, error))
    return FALSE;
  for (guint i = 0; i < reversals->pending->len; i++) {
    const struct pending *pending = &g_array_index (reversals->pending, struct pending, i);
    g_autoptr (usage_stored_t) stored = NULL;
    if (!usage_stored_find (reversals->ledger, reversals->feed, pending->event_id, strlen (pending->event_id), &stored, error))
      return FALSE;
    if (stored == NULL)
      BUG ("event '%s' was stored and is not there", pending->event_id);
    if (!usage_reversal_insert (reversals->ledger, stored->id, pending->original, error))
      return FALSE;
  }
  g_hash_table_remove_all (reversals->by_id);
  g_hash_table_remove_all (reversals->originals);
  g_array_set_size (reversals->pending, 0);
  return TRUE;
}
