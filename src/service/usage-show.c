/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summing usage up for people to look at. */
#include "service/usage-show.h"

#include "base/error.h"
#include "base/timezone.h"
#include "service/event-line.h"
#include "service/time-range.h"
#include "store/catalog.h"
#include "store/codes.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/usage.h"
#include "store/usage-lookup.h"

#include <string.h>

struct show {
  struct ledger *ledger;
  const struct usage_show_request *request;
  struct customer *customer;
  struct timezone_cache *zones;
  const struct timezone *zone;
  gint64 from_us;
  gint64 to_us;
  GPtrArray *metrics; /* struct metric, by code */
  GArray *reversals;    /* struct usage_reversal, of the customer */
  GHashTable *reversed; /* gint64: events that were taken back, and those that take them back */
};

/* A sum in the making. */
struct sum {
  gint64 events;
  struct decimal quantity;
  gint64 first_us;
  gint64 last_us;
};

static void
show_clear (struct show *show)
{
  customer_free (show->customer);
  timezone_cache_free (show->zones);
  g_clear_pointer (&show->metrics, g_ptr_array_unref);
  g_clear_pointer (&show->reversals, g_array_unref);
  g_clear_pointer (&show->reversed, g_hash_table_unref);
}
typedef struct show show_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (show_t, show_clear)

static int
compare_metrics (const void *a, const void *b)
{
  const struct metric *const *left = a, *const *right = b;
  return strcmp ((*left)->code, (*right)->code);
}

static gboolean
find_metrics (struct show *show, GError **error)
{
  struct metric *metric = NULL;
  show->metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) metric_free);
  if (show->request->metric != NULL) {
    if (!metric_find (show->ledger, show->request->metric, &metric, error))
      return FALSE;
    g_ptr_array_add (show->metrics, metric);
    return TRUE;
  }
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!usage_metrics_of (show->ledger, show->customer->id, show->from_us, show->to_us, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    if (!metric_get (show->ledger, g_array_index (ids, gint64, i), &metric, error))
      return FALSE;
    g_ptr_array_add (show->metrics, metric);
  }
  g_ptr_array_sort (show->metrics, compare_metrics);
  return TRUE;
}

static gboolean
find_reversed (struct show *show, GError **error)
{
  show->reversals = g_array_new (FALSE, FALSE, sizeof (struct usage_reversal));
  show->reversed = g_hash_table_new (g_int64_hash, g_int64_equal);
  if (!usage_reversals_of (show->ledger, show->customer->id, show->reversals, error))
    return FALSE;
  for (guint i = 0; i < show->reversals->len; i++) {
    struct usage_reversal *reversal = &g_array_index (show->reversals, struct usage_reversal, i);
    g_hash_table_add (show->reversed, &reversal->usage_id);
    g_hash_table_add (show->reversed, &reversal->original_id);
  }
  return TRUE;
}

/* The next event that counts; NULL at the end. */
static gboolean
next_event (const struct show *show, struct usage_cursor *cursor, const struct usage_event **ret, GError **error)
{
  do {
    if (!usage_cursor_next (cursor, ret, error))
      return FALSE;
  } while (*ret != NULL && g_hash_table_contains (show->reversed, &(*ret)->id));
  return TRUE;
}

static gboolean
prepare (struct show *show, GError **error)
{
  const struct usage_show_request *request = show->request;
  show->zones = timezone_cache_new ();
  return customer_find_by_code (show->ledger, request->customer, &show->customer, error)
         && timezone_cache_get (show->zones, show->customer->timezone, &show->zone, error)
         && time_range_resolve (show->ledger, request->customer, request->from, request->to, &show->from_us, &show->to_us, error)
         && find_metrics (show, error) && find_reversed (show, error);
}

static struct usage_range
range_of (const struct show *show, const struct metric *metric)
{
  return (struct usage_range){
    .customer_id = show->customer->id,
    .metric_id = metric->id,
    .from_us = show->from_us,
    .to_us = show->to_us,
  };
}

/* --- Groups --- */

static gboolean
add_event (struct sum *sum, const struct metric *metric, const struct usage_event *event, GError **error)
{
  struct decimal quantity;
  if (decimal_parse (event->quantity, event->quantity_length, &quantity) != DECIMAL_OK
      || decimal_add (sum->quantity, quantity, &sum->quantity) != DECIMAL_OK)
    return error_set (error, ERROR_FAILED, "the quantities of metric %s cannot be summed up: more than 38 digits", metric->code);
  sum->first_us = sum->events == 0 ? event->at_us : MIN (sum->first_us, event->at_us);
  sum->last_us = sum->events == 0 ? event->at_us : MAX (sum->last_us, event->at_us);
  sum->events++;
  return TRUE;
}

static gboolean
tell (const struct show *show, const struct metric *metric, const struct sum *sum, struct date day, const char *property,
      GError **error)
{
  char quantity[DECIMAL_TEXT_SIZE];
  if (sum->events == 0)
    return TRUE;
  decimal_format (sum->quantity, quantity);
  const struct usage_group group = {
    .metric = metric->code,
    .unit = metric->unit,
    .day = day,
    .property = property,
    .events = sum->events,
    .quantity = quantity,
    .first_us = sum->first_us,
    .last_us = sum->last_us,
  };
  return show->request->each_group (show->request->data, &group, error);
}

/* By metric: one group. By day: one for each day, told when the next begins, since events come by time. */
static gboolean
group_by_time (const struct show *show, struct usage_cursor *cursor, const struct metric *metric, GError **error)
{
  const struct usage_event *event = NULL;
  const struct usage_range range = range_of (show, metric);
  gboolean by_day = show->request->grouping == USAGE_BY_DAY;
  struct sum sum = { .quantity = DECIMAL_ZERO };
  struct date day = { 0 };
  gint64 day_end_us = by_day ? G_MININT64 : G_MAXINT64;
  usage_cursor_start (cursor, &range);
  for (;;) {
    if (!next_event (show, cursor, &event, error))
      return FALSE;
    if (event == NULL)
      return tell (show, metric, &sum, day, NULL, error);
    if (event->at_us >= day_end_us) {
      if (!tell (show, metric, &sum, day, NULL, error))
        return FALSE;
      sum = (struct sum){ .quantity = DECIMAL_ZERO };
      day = timezone_date (show->zone, event->at_us);
      day_end_us = timezone_day_start_us (show->zone, (struct date){ day.day + 1 });
    }
    if (!add_event (&sum, metric, event, error))
      return FALSE;
  }
}

/* The property of an event; NULL when it has none. Newly allocated. */
static gboolean
read_property (struct event_line *parser, const char *properties, const char *name, char **ret, GError **error)
{
  const char *const names[] = { name, NULL };
  struct csv_field value = { NULL, 0 };
  *ret = NULL;
  if (properties == NULL)
    return TRUE;
  if (!event_line_members (parser, properties, strlen (properties), names, &value, error))
    return error_prefix (error, "properties of an event: ");
  *ret = value.text == NULL ? NULL : g_strndup (value.text, value.length);
  return TRUE;
}

/* "" stands for the events without the property, which sorts first; no value is empty. */
static gboolean
collect_values (const struct show *show, struct usage_cursor *cursor, const struct metric *metric, GHashTable *sums,
                GError **error)
{
  const struct usage_event *event = NULL;
  const struct usage_range range = range_of (show, metric);
  g_autoptr (event_line_t) parser = event_line_new ();
  usage_cursor_start (cursor, &range);
  for (;;) {
    g_autofree char *value = NULL;
    if (!next_event (show, cursor, &event, error))
      return FALSE;
    if (event == NULL)
      return TRUE;
    if (!read_property (parser, event->properties, show->request->property, &value, error))
      return FALSE;
    if (value == NULL)
      value = g_strdup ("");
    struct sum *sum = g_hash_table_lookup (sums, value);
    if (sum == NULL) {
      sum = g_new0 (struct sum, 1);
      g_hash_table_insert (sums, g_steal_pointer (&value), sum);
    }
    if (!add_event (sum, metric, event, error))
      return FALSE;
  }
}

static int
compare_texts (const void *a, const void *b)
{
  return strcmp (a, b);
}

static gboolean
group_by_property (const struct show *show, struct usage_cursor *cursor, const struct metric *metric, GError **error)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!collect_values (show, cursor, metric, sums, error))
    return FALSE;
  g_autoptr (GList) values = g_list_sort (g_hash_table_get_keys (sums), compare_texts);
  for (const GList *value = values; value != NULL; value = value->next) {
    const char *text = value->data;
    if (!tell (show, metric, g_hash_table_lookup (sums, text), (struct date){ 0 }, *text == '\0' ? NULL : text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
show_groups (struct show *show, GError **error)
{
  g_autoptr (usage_cursor_t) cursor = NULL;
  gboolean by_property = show->request->grouping == USAGE_BY_PROPERTY;
  gboolean full = by_property || show->reversals->len > 0;
  if (!usage_cursor_new (show->ledger, full ? USAGE_FULL : USAGE_RATED, &cursor, error))
    return FALSE;
  for (guint i = 0; i < show->metrics->len; i++) {
    const struct metric *metric = g_ptr_array_index (show->metrics, i);
    if (by_property ? !group_by_property (show, cursor, metric, error) : !group_by_time (show, cursor, metric, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Events --- */

/* One metric's events on their way into one list. */
struct stream {
  const struct metric *metric;
  struct usage_cursor *cursor;
  const struct usage_event *next; /* NULL: at the end */
};

static void
stream_clear (gpointer data)
{
  usage_cursor_free (((struct stream *) data)->cursor);
}

static gboolean
open_streams (const struct show *show, GArray *streams, GError **error)
{
  for (guint i = 0; i < show->metrics->len; i++) {
    struct stream stream = { .metric = g_ptr_array_index (show->metrics, i) };
    const struct usage_range range = range_of (show, stream.metric);
    if (!usage_cursor_new (show->ledger, USAGE_FULL, &stream.cursor, error))
      return FALSE;
    usage_cursor_start (stream.cursor, &range);
    g_array_append_val (streams, stream);
    if (!usage_cursor_next (stream.cursor, &g_array_index (streams, struct stream, i).next, error))
      return FALSE;
  }
  return TRUE;
}

/* The stream whose event comes first; NULL at the end of all. */
static struct stream *
earliest (GArray *streams)
{
  struct stream *first = NULL;
  for (guint i = 0; i < streams->len; i++) {
    struct stream *stream = &g_array_index (streams, struct stream, i);
    if (stream->next == NULL)
      continue;
    if (first == NULL || stream->next->at_us < first->next->at_us
        || (stream->next->at_us == first->next->at_us && stream->next->id < first->next->id))
      first = stream;
  }
  return first;
}

/* The id of the event that this one takes back; NULL: none. Newly allocated. */
static gboolean
find_original (const struct show *show, gint64 usage_id, char **ret, GError **error)
{
  *ret = NULL;
  if (!g_hash_table_contains (show->reversed, &usage_id))
    return TRUE;
  for (guint i = 0; i < show->reversals->len; i++) {
    const struct usage_reversal *reversal = &g_array_index (show->reversals, struct usage_reversal, i);
    g_autoptr (usage_stored_t) original = NULL;
    if (reversal->usage_id != usage_id)
      continue;
    if (!usage_stored_get (show->ledger, reversal->original_id, &original, error))
      return FALSE;
    *ret = g_strdup (original->event_id);
    return TRUE;
  }
  return TRUE;
}

static gboolean
show_events (struct show *show, GError **error)
{
  g_autoptr (codes_t) subscriptions = NULL;
  g_autoptr (GArray) streams = g_array_new (FALSE, FALSE, sizeof (struct stream));
  g_array_set_clear_func (streams, stream_clear);
  if (!codes_load (show->ledger, CODES_OF_SUBSCRIPTIONS, &subscriptions, error) || !open_streams (show, streams, error))
    return FALSE;
  for (struct stream *stream = earliest (streams); stream != NULL; stream = earliest (streams)) {
    const struct usage_event *event = stream->next;
    g_autofree char *reverses = NULL;
    if (!find_original (show, event->id, &reverses, error))
      return FALSE;
    const struct usage_listed listed = {
      .at_us = event->at_us,
      .metric = stream->metric->code,
      .quantity = event->quantity,
      .event_id = event->event_id,
      .source = event->source,
      .subscription = event->subscription_id == 0 ? NULL : codes_get (subscriptions, event->subscription_id),
      .properties = event->properties,
      .reverses = reverses,
    };
    if (!show->request->each_event (show->request->data, &listed, error)
        || !usage_cursor_next (stream->cursor, &stream->next, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
usage_show (struct ledger *ledger, const struct usage_show_request *request, GError **error)
{
  g_auto (show_t) show = { .ledger = ledger, .request = request };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = prepare (&show, error) && (request->each_event != NULL ? show_events (&show, error) : show_groups (&show, error));
  ledger_rollback (ledger);
  return ok;
}
