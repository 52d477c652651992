/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Storing usage events in batches. */
#include "store/usage-batch.h"

#include "base/error.h"
#include "core/hash.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/usage.h"

#include <string.h>

enum { BATCH_BYTES = 96 * 1024 * 1024, RECENT_SIZE = 4096, GATHERED = 512 };

/* Narrow, because the more events fit into a batch, the fewer times all pages of the keys and the index are gone through. */
struct row {
  guint64 hash;
  gint64 at_us;
  guint32 customer_id;
  guint32 metric_id;
  guint32 subscription_id;
  guint32 text;       /* offset of id and quantity in the batch's text */
  guint32 properties; /* offset */
  guint32 properties_length;
  guint16 event_id_length;
  guint8 quantity_length;
  guint8 outcome : 4;
  guint8 any_time : 4;
};

/* Properties that were written lately: most events have the same few. */
struct recent {
  guint32 offset;
  guint32 length; /* 0: none */
};

struct sort_item {
  guint64 key;
  guint32 row;
};

/* An event that met a known key. */
struct candidate {
  gint64 usage_id;
  guint32 row;
  gboolean is_settled;
};

struct usage_batch {
  struct ledger *ledger;
  gint64 source_id;
  guint64 seed;
  GArray *rows;
  GByteArray *text;
  struct recent *recent; /* RECENT_SIZE, by hash */
  /* While storing: */
  struct sort_item *items;
  struct sort_item *spare;
  guint32 *by_rating; /* row numbers in rating order; the usage id of by_rating[i] is first_id + i */
  guint32 *rank;      /* and back */
  gint64 first_id;
  GArray *candidates;
  const struct usage_listener *listener;
  struct usage_counts counts;
};

/* What a known event says, wherever it is. */
struct content {
  gint64 source_id;
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id;
  gint64 at_us;
  const char *event_id, *quantity, *properties;
  gsize event_id_length, quantity_length, properties_length;
};

struct usage_batch *
usage_batch_new (struct ledger *ledger, gint64 source_id, const char *source)
{
  struct usage_batch *batch = g_new0 (struct usage_batch, 1);
  batch->ledger = ledger;
  batch->source_id = source_id;
  batch->seed = hash64 (source, strlen (source), 0);
  batch->rows = g_array_new (FALSE, FALSE, sizeof (struct row));
  batch->text = g_byte_array_new ();
  batch->recent = g_new0 (struct recent, RECENT_SIZE);
  batch->candidates = g_array_new (FALSE, FALSE, sizeof (struct candidate));
  return batch;
}

void
usage_batch_free (struct usage_batch *batch)
{
  if (batch == NULL)
    return;
  g_array_unref (batch->rows);
  g_byte_array_unref (batch->text);
  g_free (batch->recent);
  g_array_unref (batch->candidates);
  g_free (batch);
}

static const struct row *
row_at (const struct usage_batch *batch, guint32 row)
{
  return &g_array_index (batch->rows, struct row, row);
}

static guint32
add_text (struct usage_batch *batch, const char *text, gsize length)
{
  guint32 offset = batch->text->len;
  g_byte_array_append (batch->text, (const guint8 *) text, (guint) length);
  return offset;
}

static guint32
add_properties (struct usage_batch *batch, const char *text, gsize length)
{
  struct recent *recent = &batch->recent[hash64 (text, length, 0) % RECENT_SIZE];
  if (recent->length != length || memcmp (batch->text->data + recent->offset, text, length) != 0)
    *recent = (struct recent){ add_text (batch, text, length), (guint32) length };
  return recent->offset;
}

/* There are never that many customers, metrics or subscriptions. */
static guint32
narrow_id (gint64 id)
{
  if (id < 0 || id > G_MAXUINT32)
    BUG ("id %" G_GINT64_FORMAT " is out of range", id);
  return (guint32) id;
}

void
usage_batch_add (struct usage_batch *batch, const struct usage_new *event)
{
  if (event->event_id_length > G_MAXUINT16 || event->quantity_length > G_MAXUINT8)
    BUG ("an event with an id of %" G_GSIZE_FORMAT " bytes", event->event_id_length);
  struct row row = {
    .hash = hash64 (event->event_id, event->event_id_length, batch->seed),
    .at_us = event->at_us,
    .customer_id = narrow_id (event->customer_id),
    .metric_id = narrow_id (event->metric_id),
    .subscription_id = narrow_id (event->subscription_id),
    .event_id_length = (guint16) event->event_id_length,
    .quantity_length = (guint8) event->quantity_length,
    .outcome = USAGE_RECORDED,
    .any_time = event->any_time ? 1 : 0,
  };
  row.text = add_text (batch, event->event_id, event->event_id_length);
  add_text (batch, event->quantity, event->quantity_length);
  if (event->properties != NULL && event->properties_length > 0) {
    row.properties = add_properties (batch, event->properties, event->properties_length);
    row.properties_length = (guint32) event->properties_length;
  }
  g_array_append_val (batch->rows, row);
}

gboolean
usage_batch_is_full (const struct usage_batch *batch)
{
  return batch->text->len + batch->rows->len * sizeof (struct row) >= BATCH_BYTES;
}

gsize
usage_batch_length (const struct usage_batch *batch)
{
  return batch->rows->len;
}

static struct content
content_of_row (const struct usage_batch *batch, const struct row *row)
{
  const char *text = (const char *) batch->text->data + row->text;
  return (struct content){
    .source_id = batch->source_id,
    .customer_id = row->customer_id,
    .metric_id = row->metric_id,
    .subscription_id = row->subscription_id,
    .at_us = row->at_us,
    .event_id = text,
    .event_id_length = row->event_id_length,
    .quantity = text + row->event_id_length,
    .quantity_length = row->quantity_length,
    .properties = (const char *) batch->text->data + row->properties,
    .properties_length = row->properties_length,
  };
}

/* Least significant byte first, each pass stable; bytes that are the same in all keys cost no pass. */
static void
sort_items (struct usage_batch *batch)
{
  guint32 counts[8][256] = { 0 };
  guint length = batch->rows->len;
  for (guint i = 0; i < length; i++)
    for (guint byte = 0; byte < 8; byte++)
      counts[byte][batch->items[i].key >> (8 * byte) & 0xff]++;
  for (guint byte = 0; byte < 8; byte++) {
    if (counts[byte][batch->items[0].key >> (8 * byte) & 0xff] == length)
      continue;
    guint32 start = 0;
    for (guint digit = 0; digit < 256; digit++) {
      guint32 count = counts[byte][digit];
      counts[byte][digit] = start;
      start += count;
    }
    for (guint i = 0; i < length; i++)
      batch->spare[counts[byte][batch->items[i].key >> (8 * byte) & 0xff]++] = batch->items[i];
    struct sort_item *sorted = batch->spare;
    batch->spare = batch->items;
    batch->items = sorted;
  }
}

/* A signed number as a key that sorts the same way. */
static guint64
sort_key (gint64 number)
{
  return (guint64) number ^ (G_GUINT64_CONSTANT (1) << 63);
}

/* By customer, metric, time, and then as they came. */
static void
rank_for_rating (struct usage_batch *batch)
{
  guint length = batch->rows->len;
  for (guint32 i = 0; i < length; i++)
    batch->items[i] = (struct sort_item){ sort_key (row_at (batch, i)->at_us), i };
  sort_items (batch);
  for (guint32 i = 0; i < length; i++) {
    const struct row *row = row_at (batch, batch->items[i].row);
    batch->items[i].key = (guint64) row->customer_id << 32 | row->metric_id;
  }
  sort_items (batch);
  for (guint32 i = 0; i < length; i++) {
    batch->by_rating[i] = batch->items[i].row;
    batch->rank[batch->items[i].row] = i;
  }
}

static gint64
usage_id_of (const struct usage_batch *batch, guint32 row)
{
  return batch->first_id + batch->rank[row];
}

static int
compare_candidates (const void *a, const void *b)
{
  const struct candidate *left = a, *right = b;
  if (left->usage_id != right->usage_id)
    return left->usage_id < right->usage_id ? -1 : 1;
  return left->row < right->row ? -1 : left->row > right->row;
}

/* Each event is stored twice: as a key, and as a row. */
static void
tell_progress (const struct usage_batch *batch, guint done)
{
  if (batch->listener != NULL && batch->listener->progress != NULL)
    batch->listener->progress (batch->listener->data, done, 2 * (gint64) batch->rows->len);
}

/* The key of an event is there already. */
static gboolean
add_candidate (void *data, guint64 key, GError **error)
{
  struct usage_batch *batch = data;
  struct candidate candidate = { .row = batch->items[key].row };
  (void) error;
  g_array_append_val (batch->candidates, candidate);
  return TRUE;
}

static gboolean
meet (void *data, guint place, struct query *row, GError **error)
{
  struct usage_batch *batch = data;
  (void) error;
  g_array_index (batch->candidates, struct candidate, place).usage_id = db_int64 (row, 0);
  return TRUE;
}

/* Which events the candidates met, whose order they then have. */
static gboolean
meet_known (struct usage_batch *batch, GError **error)
{
  g_autoptr (GArray) hashes = g_array_sized_new (FALSE, FALSE, sizeof (gint64), batch->candidates->len);
  for (guint i = 0; i < batch->candidates->len; i++) {
    gint64 hash = (gint64) row_at (batch, g_array_index (batch->candidates, struct candidate, i).row)->hash;
    g_array_append_val (hashes, hash);
  }
  const struct db_each each = { .id = SQL_USAGE_KEY_FIND, .keys = hashes, .visit = meet, .data = batch };
  if (!db_each (ledger_db (batch->ledger), &each, error))
    return FALSE;
  g_array_sort (batch->candidates, compare_candidates);
  return TRUE;
}

/* Puts in the keys in order. Those that are there already leave candidates. */
static gboolean
insert_keys (struct usage_batch *batch, GError **error)
{
  g_autoptr (load_t) load = NULL;
  const struct load_request request = { .id = SQL_USAGE_KEY_INSERT, .skipped = add_candidate, .data = batch };
  guint length = batch->rows->len;
  for (guint32 i = 0; i < length; i++)
    batch->items[i] = (struct sort_item){ sort_key ((gint64) row_at (batch, i)->hash), i };
  sort_items (batch);
  g_array_set_size (batch->candidates, 0);
  if (!db_load_begin (ledger_db (batch->ledger), &request, &load, error))
    return FALSE;
  struct query *insert = db_load_row (load);
  for (guint i = 0; i < length; i++) {
    guint32 row = batch->items[i].row;
    if (i % GATHERED == 0)
      tell_progress (batch, i);
    if (i + 8 < length)
      __builtin_prefetch (&batch->rank[batch->items[i + 8].row]);
    db_bind_int64 (insert, 1, (gint64) sort_key ((gint64) batch->items[i].key));
    db_bind_int64 (insert, 2, usage_id_of (batch, row));
    if (!db_load_add (load, error))
      return FALSE;
  }
  return db_load_end (load, error);
}

static gboolean
same_text (const char *a, gsize a_length, const char *b, gsize b_length)
{
  return a_length == b_length && (a_length == 0 || memcmp (a, b, a_length) == 0);
}

static gboolean
is_same_event (const struct content *a, const struct content *b)
{
  return a->source_id == b->source_id && same_text (a->event_id, a->event_id_length, b->event_id, b->event_id_length);
}

static const char *
difference (const struct content *a, const struct content *b, gboolean any_time)
{
  if (a->customer_id != b->customer_id)
    return "customer";
  if (a->metric_id != b->metric_id)
    return "metric";
  if (!any_time && a->at_us != b->at_us)
    return "time";
  if (!same_text (a->quantity, a->quantity_length, b->quantity, b->quantity_length))
    return "quantity";
  if (a->subscription_id != b->subscription_id)
    return "subscription";
  if (!same_text (a->properties, a->properties_length, b->properties, b->properties_length))
    return "properties";
  return NULL;
}

static void
settle (struct usage_batch *batch, guint32 number, const char *differs)
{
  struct row *row = &g_array_index (batch->rows, struct row, number);
  enum usage_outcome outcome = differs == NULL ? USAGE_DUPLICATE : USAGE_CONFLICT;
  row->outcome = outcome & 0xf;
  if (differs == NULL)
    batch->counts.duplicates++;
  else
    batch->counts.conflicts++;
  if (batch->listener != NULL)
    batch->listener->report (batch->listener->data, number, (const char *) batch->text->data + row->text, row->event_id_length,
                             outcome, differs);
}

/* Settles an event that is the same one as a known one. */
static gboolean
settle_if_same (struct usage_batch *batch, guint32 number, const struct content *there)
{
  struct content here = content_of_row (batch, row_at (batch, number));
  if (!is_same_event (&here, there))
    return FALSE;
  settle (batch, number, difference (&here, there, row_at (batch, number)->any_time));
  return TRUE;
}

static struct content
content_of_stored (struct query *stored)
{
  struct content content = { 0 };
  content.source_id = db_int64 (stored, 0);
  content.event_id = db_text (stored, 1, &content.event_id_length);
  content.customer_id = db_int64 (stored, 2);
  content.subscription_id = db_int64 (stored, 3);
  content.metric_id = db_int64 (stored, 4);
  content.at_us = db_int64 (stored, 5);
  content.quantity = db_text (stored, 6, &content.quantity_length);
  content.properties = db_text (stored, 7, &content.properties_length);
  return content;
}

static gboolean
is_in_batch (const struct usage_batch *batch, gint64 usage_id)
{
  return usage_id >= batch->first_id && usage_id - batch->first_id < (gint64) batch->rows->len;
}

static struct content
content_in_batch (const struct usage_batch *batch, gint64 usage_id)
{
  return content_of_row (batch, row_at (batch, batch->by_rating[usage_id - batch->first_id]));
}

/* Compares an event with the one that is stored under `usage_id`; *ret_same: it is the same event, and is settled. */
static gboolean
compare_with (struct usage_batch *batch, guint32 number, gint64 usage_id, gboolean *ret_same, GError **error)
{
  g_autoptr (query_t) stored = NULL;
  struct content there = { 0 };
  if (is_in_batch (batch, usage_id))
    there = content_in_batch (batch, usage_id);
  else if (!db_find (ledger_db (batch->ledger), SQL_USAGE_FIND, &stored, error, "i", usage_id))
    return FALSE;
  else if (stored != NULL)
    there = content_of_stored (stored);
  *ret_same = settle_if_same (batch, number, &there);
  return TRUE;
}

/* Two different ids with one hash: the others are in the table of collisions, where this one goes too if it is new. */
static gboolean
settle_collision (struct usage_batch *batch, guint32 number, GError **error)
{
  struct db *db = ledger_db (batch->ledger);
  gint64 hash = (gint64) row_at (batch, number)->hash;
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (gint64));
  struct query *query = NULL;
  if (!db_query (db, SQL_USAGE_KEY_COLLISIONS, &query, error))
    return FALSE;
  db_bind (query, "i", hash);
  for (gboolean any = TRUE; any;) {
    if (!db_step (query, &any, error))
      return FALSE;
    gint64 other = any ? db_int64 (query, 0) : 0;
    if (any)
      g_array_append_val (others, other);
  }
  for (guint i = 0; i < others->len; i++) {
    gboolean same = FALSE;
    if (!compare_with (batch, number, g_array_index (others, gint64, i), &same, error))
      return FALSE;
    if (same)
      return TRUE;
  }
  return db_execute (db, SQL_USAGE_KEY_COLLISION_INSERT, NULL, error, "ii", hash, usage_id_of (batch, number));
}

/* The candidates that met stored events, which are read together. */
struct stored {
  struct usage_batch *batch;
  GArray *ids;        /* gint64 */
  GArray *candidates; /* guint: where those of ids[i] begin */
};

static gboolean
settle_stored (void *data, guint place, struct query *row, GError **error)
{
  struct stored *stored = data;
  struct usage_batch *batch = stored->batch;
  gint64 usage_id = g_array_index (stored->ids, gint64, place);
  const struct content there = content_of_stored (row);
  (void) error;
  for (guint i = g_array_index (stored->candidates, guint, place); i < batch->candidates->len; i++) {
    struct candidate *candidate = &g_array_index (batch->candidates, struct candidate, i);
    if (candidate->usage_id != usage_id)
      break;
    candidate->is_settled = settle_if_same (batch, candidate->row, &there);
  }
  return TRUE;
}

static gboolean
settle_known (struct usage_batch *batch, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64)), candidates = g_array_new (FALSE, FALSE, sizeof (guint));
  gint64 last = 0;
  for (guint i = 0; i < batch->candidates->len; i++) {
    struct candidate *candidate = &g_array_index (batch->candidates, struct candidate, i);
    if (is_in_batch (batch, candidate->usage_id)) {
      const struct content there = content_in_batch (batch, candidate->usage_id);
      candidate->is_settled = settle_if_same (batch, candidate->row, &there);
    } else if (candidate->usage_id != last) {
      last = candidate->usage_id;
      g_array_append_val (ids, last);
      g_array_append_val (candidates, i);
    }
  }
  struct stored stored = { batch, ids, candidates };
  const struct db_each each = { .id = SQL_USAGE_FIND, .keys = ids, .visit = settle_stored, .data = &stored };
  return db_each (ledger_db (batch->ledger), &each, error);
}

static gboolean
settle_candidates (struct usage_batch *batch, GError **error)
{
  if (!meet_known (batch, error) || !settle_known (batch, error))
    return FALSE;
  for (guint i = 0; i < batch->candidates->len; i++) {
    const struct candidate *candidate = &g_array_index (batch->candidates, struct candidate, i);
    if (!candidate->is_settled && !settle_collision (batch, candidate->row, error))
      return FALSE;
  }
  return TRUE;
}

/* Rows in rating order, brought together from all over the batch some hundred at a time: in a loop that does nothing else the
 * processor waits for many of them at once. */
struct gathered {
  guint count;
  struct row rows[GATHERED];
  GByteArray *text; /* ids and quantities, one behind the other */
};

static void
gather (const struct usage_batch *batch, guint from, struct gathered *ret)
{
  ret->count = MIN (batch->rows->len - from, GATHERED);
  g_byte_array_set_size (ret->text, 0);
  for (guint i = 0; i < ret->count; i++)
    ret->rows[i] = *row_at (batch, batch->by_rating[from + i]);
  for (guint i = 0; i < ret->count; i++) {
    const struct row *row = &ret->rows[i];
    g_byte_array_append (ret->text, batch->text->data + row->text, (guint) row->event_id_length + row->quantity_length);
  }
}

/* `text`: the id and behind it the quantity. */
static void
bind_row (struct query *insert, const struct usage_batch *batch, const struct row *row, const char *text, gint64 id)
{
  db_bind_int64 (insert, 1, id);
  db_bind_text (insert, 3, text, (gssize) row->event_id_length);
  db_bind_int64 (insert, 4, row->customer_id);
  if (row->subscription_id != 0)
    db_bind_int64 (insert, 5, row->subscription_id);
  else
    db_bind_null (insert, 5);
  db_bind_int64 (insert, 6, row->metric_id);
  db_bind_int64 (insert, 7, row->at_us);
  db_bind_text (insert, 8, text + row->event_id_length, row->quantity_length);
  if (row->properties_length > 0)
    db_bind_text (insert, 9, (const char *) batch->text->data + row->properties, (gssize) row->properties_length);
  else
    db_bind_null (insert, 9);
}

static gboolean
insert_gathered (struct usage_batch *batch, struct load *load, const struct gathered *gathered, gint64 first_id,
                 GError **error)
{
  const char *text = (const char *) gathered->text->data;
  for (guint i = 0; i < gathered->count; i++) {
    const struct row *row = &gathered->rows[i];
    gint64 id = first_id + i;
    if (row->outcome == USAGE_RECORDED) {
      bind_row (db_load_row (load), batch, row, text, id);
      if (!db_load_add (load, error))
        return FALSE;
      if (batch->counts.recorded++ == 0)
        batch->counts.first_id = id;
      batch->counts.last_id = id;
    }
    text += row->event_id_length + row->quantity_length;
  }
  return TRUE;
}

static gboolean
insert_rows (struct usage_batch *batch, GError **error)
{
  g_autoptr (load_t) load = NULL;
  const struct load_request request = { .id = SQL_USAGE_INSERT };
  if (!db_load_begin (ledger_db (batch->ledger), &request, &load, error))
    return FALSE;
  g_autofree struct gathered *gathered = g_new (struct gathered, 1);
  g_autoptr (GByteArray) text = g_byte_array_new ();
  gathered->text = text;
  db_bind_int64 (db_load_row (load), 2, batch->source_id);
  for (guint from = 0; from < batch->rows->len; from += GATHERED) {
    tell_progress (batch, batch->rows->len + from);
    gather (batch, from, gathered);
    if (!insert_gathered (batch, load, gathered, batch->first_id + from, error))
      return FALSE;
  }
  return db_load_end (load, error);
}

static gboolean
store_rows (struct usage_batch *batch, GError **error)
{
  gint64 last_id = 0;
  if (!usage_last_id (batch->ledger, &last_id, error))
    return FALSE;
  batch->first_id = last_id + 1;
  rank_for_rating (batch);
  return insert_keys (batch, error) && settle_candidates (batch, error) && insert_rows (batch, error);
}

gboolean
usage_batch_store (struct usage_batch *batch, const struct usage_listener *listener, struct usage_counts *counts, GError **error)
{
  guint length = batch->rows->len;
  if (length == 0)
    return TRUE;
  batch->items = g_new (struct sort_item, length);
  batch->spare = g_new (struct sort_item, length);
  batch->by_rating = g_new (guint32, length);
  batch->rank = g_new (guint32, length);
  batch->listener = listener;
  batch->counts = *counts;
  gboolean ok = store_rows (batch, error);
  g_free (batch->items);
  g_free (batch->spare);
  g_free (batch->by_rating);
  g_free (batch->rank);
  g_array_set_size (batch->rows, 0);
  g_byte_array_set_size (batch->text, 0);
  memset (batch->recent, 0, RECENT_SIZE * sizeof (struct recent));
  if (ok)
    *counts = batch->counts;
  return ok;
}

gboolean
usage_source (struct ledger *ledger, const char *name, gint64 *ret, GError **error)
{
  struct db *db = ledger_db (ledger);
  gint64 id = -1;
  if (!db_find_int64 (db, SQL_USAGE_SOURCE_FIND, -1, &id, error, "t", name))
    return FALSE;
  if (id < 0) {
    if (!db_execute (db, SQL_USAGE_SOURCE_INSERT, NULL, error, "t", name))
      return FALSE;
    id = db_last_id (db);
  }
  *ret = id;
  return TRUE;
}

gboolean
usage_import_insert (struct ledger *ledger, const struct usage_import_row *row, GError **error)
{
  const struct usage_counts *counts = &row->counts;
  gboolean none = counts->recorded == 0;
  return db_execute (ledger_db (ledger), SQL_USAGE_IMPORT_INSERT, NULL, error, "iitIIiii", ledger_now_us (ledger), row->source_id,
                     row->file, counts->first_id, none, counts->last_id, none, counts->recorded, counts->duplicates,
                     row->rejected);
}
