/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing usage events, one or a million, each id once.
 *
 * Events are gathered in memory and stored together: sorted by the hash of their ids they meet the keys in order, sorted by
 * customer, metric and time they meet the rating index in order, so that the cost of an event hardly grows with the ledger.
 * The (source, id) of an event decides whether it is known: a 64-bit hash finds the candidate, the stored id decides. */
#ifndef BILLCTL_STORE_USAGE_BATCH_H
#define BILLCTL_STORE_USAGE_BATCH_H

#include <glib.h>

struct ledger;

/* An event to be stored. Text need not be NUL-terminated and is copied. */
struct usage_new {
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id; /* 0: none */
  gint64 at_us;
  gboolean any_time; /* the time is only when it was said: a known event with another time is the same one */
  const char *event_id;
  gsize event_id_length;
  const char *quantity; /* canonical decimal */
  gsize quantity_length;
  const char *properties; /* canonical JSON object; NULL: none */
  gsize properties_length;
};

enum usage_outcome {
  USAGE_RECORDED,
  USAGE_DUPLICATE, /* known, with the same content: nothing is stored */
  USAGE_CONFLICT,  /* known, with other content: nothing is stored */
};

/* Told for each event that was not recorded, in no particular order. `place` counts the events of the batch from 0, as they were
 * added. `differs` names what a conflict differs in: "quantity",
 * "time", "customer", "metric", "subscription" or "properties". */
struct usage_listener {
  void (*report) (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome,
                  const char *differs);
  /* How much of the storing is done, now and then; may be NULL. */
  void (*progress) (void *data, gint64 done, gint64 total);
  void *data;
};

struct usage_counts {
  gint64 recorded;
  gint64 duplicates;
  gint64 conflicts;
  gint64 first_id; /* of the events recorded; 0 when there is none */
  gint64 last_id;
};

/* All events of a batch have the source `source_id`, whose name is `source`. */
struct usage_batch;
struct usage_batch *usage_batch_new (struct ledger *ledger, gint64 source_id, const char *source);
void usage_batch_free (struct usage_batch *batch);
typedef struct usage_batch usage_batch_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (usage_batch_t, usage_batch_free)

void usage_batch_add (struct usage_batch *batch, const struct usage_new *event);
/* Whether it holds so much that it should be stored now (about 96 MiB). */
gboolean usage_batch_is_full (const struct usage_batch *batch);
gsize usage_batch_length (const struct usage_batch *batch);

/* Stores what was added and empties the batch, inside the caller's transaction; adds to *counts. After a failure the
 * transaction must be rolled back. `listener` may be NULL. */
gboolean usage_batch_store (struct usage_batch *batch, const struct usage_listener *listener, struct usage_counts *counts,
                            GError **error);

/* The id of the named source, which is made when there is none; "" is always there. */
gboolean usage_source (struct ledger *ledger, const char *name, gint64 *ret, GError **error);

/* One row about a bulk import that was stored. */
struct usage_import_row {
  gint64 source_id;
  const char *file;
  struct usage_counts counts;
  gint64 rejected;
};
gboolean usage_import_insert (struct ledger *ledger, const struct usage_import_row *row, GError **error);

#endif
