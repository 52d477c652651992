/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event by the id that its feed gave it, and what was taken back by which event. */
#ifndef BILLCTL_STORE_USAGE_LOOKUP_H
#define BILLCTL_STORE_USAGE_LOOKUP_H

#include <glib.h>

struct ledger;

struct usage_stored {
  gint64 id;
  gint64 source_id;
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id; /* 0: none */
  gint64 at_us;
  char *event_id;
  char *quantity;
  char *properties; /* NULL: none */
};
void usage_stored_free (struct usage_stored *event); /* NULL is fine */
typedef struct usage_stored usage_stored_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (usage_stored_t, usage_stored_free)

/* The feed that ids are unique within. */
struct usage_feed {
  gint64 id;
  const char *name;
};

/* The number of a source, -1 when no event ever came from it. */
gboolean usage_source_find (struct ledger *ledger, const char *name, gint64 *ret, GError **error);
/* *ret is NULL when there is none. */
gboolean usage_stored_find (struct ledger *ledger, struct usage_feed feed, const char *event_id, gsize length, struct usage_stored **ret,
                            GError **error);
gboolean usage_stored_get (struct ledger *ledger, gint64 id, struct usage_stored **ret, GError **error); /* ERROR_LEDGER: none */

/* Of the event that takes it back, of the event that it takes back; 0: none. */
gboolean usage_reversed_by (struct ledger *ledger, gint64 id, gint64 *ret, GError **error);
gboolean usage_reversal_original (struct ledger *ledger, gint64 id, gint64 *ret, GError **error);
gboolean usage_reversal_insert (struct ledger *ledger, gint64 id, const struct usage_stored *original, GError **error);

#endif
