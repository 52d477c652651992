/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage events: reading them in rating order. Writing them in bulk is usage-batch.h.
 *
 * An event is append-only. Quantities are canonical decimal text; instants are microseconds since 1970-01-01T00:00:00Z;
 * ranges are half-open. A subscription id of 0 means that the event names no subscription. */
#ifndef BILLCTL_STORE_USAGE_H
#define BILLCTL_STORE_USAGE_H

#include <glib.h>

struct ledger;

struct usage_range {
  gint64 customer_id;
  gint64 metric_id;
  gint64 from_us; /* included */
  gint64 to_us;   /* not included */
  gint64 last_id; /* events that were stored later are left out; 0: none are */
};

/* One event of a range. Text is borrowed until the next step. */
struct usage_event {
  gint64 at_us;
  gint64 subscription_id;
  const char *quantity; /* NUL-terminated */
  gsize quantity_length;
  /* Only with USAGE_FULL, else 0 and NULL: */
  gint64 id;
  const char *event_id;
  const char *source;
  const char *properties; /* canonical JSON object, NULL when there are none */
};

enum usage_detail {
  USAGE_RATED, /* time, subscription, quantity: answered from the index alone */
  USAGE_FULL,  /* everything: looks up each row */
};

/* A cursor is made once and started for as many ranges as one likes; events come in time order, equal times in the order
 * in which they were stored with USAGE_FULL. It holds a read snapshot only while a range is being read. */
struct usage_cursor;
gboolean usage_cursor_new (struct ledger *ledger, enum usage_detail detail, struct usage_cursor **ret, GError **error);
void usage_cursor_start (struct usage_cursor *cursor, const struct usage_range *range);
/* *ret is the next event, NULL at the end of the range. */
gboolean usage_cursor_next (struct usage_cursor *cursor, const struct usage_event **ret, GError **error);
void usage_cursor_free (struct usage_cursor *cursor);
typedef struct usage_cursor usage_cursor_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (usage_cursor_t, usage_cursor_free)

/* Appends the ids (gint64) of the metrics for which the customer has events in [from_us, to_us), ascending. Costs two
 * index probes per metric that the customer ever had, however many events there are. */
gboolean usage_metrics_of (struct ledger *ledger, gint64 customer_id, gint64 from_us, gint64 to_us, GArray *ret, GError **error);

/* When the first event of the metric at from_us or later is; G_MAXINT64 when there is none. One index probe. */
gboolean usage_first (struct ledger *ledger, gint64 customer_id, gint64 metric_id, gint64 from_us, gint64 *ret_us, GError **error);

/* Before which instant usage of the customer is billed, for any of its subscriptions; G_MININT64 when none is. */
gboolean usage_billed_until (struct ledger *ledger, gint64 customer_id, gint64 *ret_us, GError **error);

/* The same of all customers: one pass, for those who ask about many. */
struct usage_customer {
  gint64 id;
  const char *code;
  gint64 billed_until_us;
};
typedef void (*usage_customer_visit) (const struct usage_customer *customer, void *data);
gboolean usage_customer_each (struct ledger *ledger, usage_customer_visit visit, void *data, GError **error);

/* Among the events first_id … last_id, those whose time lies before what is billed of some subscription of their customer: which
 * of them are late, only the plans can tell. Appends struct usage_maybe_late, by id. */
struct usage_maybe_late {
  gint64 id;
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id;
  gint64 at_us;
};
gboolean usage_maybe_late (struct ledger *ledger, gint64 first_id, gint64 last_id, GArray *ret, GError **error);
/* Notes that the event came after its period was billed; `policy` is what its metric says about such events. */
gboolean usage_late_insert (struct ledger *ledger, const struct usage_maybe_late *event, const char *policy, GError **error);
/* How many such events stand on no invoice; of all customers for 0. */
gboolean usage_late_count (struct ledger *ledger, gint64 customer_id, gint64 *ret, GError **error);

enum usage_late_status {
  USAGE_LATE_OPEN,    /* goes onto the next invoice */
  USAGE_LATE_BILLED,
  USAGE_LATE_IGNORED, /* for ever */
  USAGE_LATE_HELD,    /* until it is released */
};

/* One late event. Text is borrowed until the visitor returns. */
struct usage_late_event {
  gint64 at_us;
  const char *customer;
  const char *metric;
  const char *quantity;
  const char *event_id;
  const char *source;
  const char *subscription; /* NULL: it names none */
  enum usage_late_status status;
  const char *invoice;      /* BILLED: the number of the invoice; else NULL */
};
typedef gboolean (*usage_late_visit) (const struct usage_late_event *event, void *data, GError **error);
/* Of one customer, or of all for 0, in the order of coming. */
gboolean usage_late_each (struct ledger *ledger, gint64 customer_id, usage_late_visit visit, void *data, GError **error);
/* Releases what is held, of one customer and one metric or of all for 0; *ret says how many. */
struct usage_late_chosen {
  gint64 customer_id;
  gint64 metric_id;
};
gboolean usage_late_release (struct ledger *ledger, struct usage_late_chosen chosen, gint64 *ret, GError **error);

/* An event that takes another one back, whole: both count as if they had never been. It has the customer, metric, subscription, time and
 * properties of the other, and its quantity with the other sign. */
struct usage_reversal {
  gint64 usage_id; /* greater than original_id */
  gint64 original_id;
  gint64 metric_id;
};
/* Appends the reversals of a customer, in no particular order. */
gboolean usage_reversals_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error);

/* The id of the newest event; 0 when there is none. Ids only grow. */
gboolean usage_last_id (struct ledger *ledger, gint64 *ret, GError **error);

#endif
