/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metering: from events to the totals that a charge prices, one per filter.
 *
 * Aggregations: count (events), sum, max, last (by time, then by arrival), unique (distinct values of the metric's
 * property), weighted_sum (a level that events change, each by its quantity; its average over a whole period, where the
 * level at the start is the sum of all events before). Exact, but that the average is rounded to 18 places; flat in
 * memory but for `unique`, which remembers the distinct values.
 *
 * What a persistent metric measured stays for the periods after: sum is that of all events up to the end of the window;
 * last the last one before that end; max the greatest of the last one before the window and those in it; unique the values
 * that are there at the end, where a quantity below zero takes the value away again and one of zero does nothing.
 *
 * An event that was reversed (store/usage.h) and its reversal do not count, as if the event had never been; both must have been
 * there, as last_usage_id says. */
#ifndef BILLCTL_SERVICE_AGGREGATE_H
#define BILLCTL_SERVICE_AGGREGATE_H

#include "service/plan.h"

#include <glib.h>

struct ledger;
struct usage_event;

enum aggregation { AGGREGATE_COUNT, AGGREGATE_SUM, AGGREGATE_MAX, AGGREGATE_LAST, AGGREGATE_UNIQUE, AGGREGATE_WEIGHTED_SUM };

const char *aggregation_name (enum aggregation aggregation);
gboolean aggregation_parse (const char *text, enum aggregation *ret);

/* Is there a level that a period begins with? */
gboolean aggregation_stays (enum aggregation aggregation, gboolean persistent);

/* A half-open stretch of time. */
struct window {
  gint64 from_us;
  gint64 to_us;
};

/* What of it has one value of the property by which the charge is split. */
struct usage_share {
  const char *value; /* "": the events without it */
  struct decimal quantity;
  gint64 event_count; /* within the window */
  gint64 first_us;
  gint64 last_us;
};

/* What one metric of one subscription measured under one price. */
struct usage_bucket {
  struct usage_total total; /* its event_count may be 0 beside a quantity: a level that stayed */
  gint64 first_us; /* of the events; 0 when there are none */
  gint64 last_us;
  struct decimal carried;    /* weighted_sum, persistent: the level at the start of the window */
  gboolean has_level;        /* persistent max: there is a reading */
  gsize share_count;       /* where the charge is split: by value */
  const struct usage_share *shares;
  struct exact level_times; /* weighted_sum: the sum of level × microseconds */
};

struct aggregate_request {
  gint64 customer_id;
  gint64 metric_id;
  enum aggregation aggregation;
  gboolean persistent;
  const char *property; /* unique: the property that is counted */
  const struct plan_charge *charge;
  gint64 subscription_id; /* events that name another subscription are left out */
  struct window window;
  gint64 whole_us;        /* weighted_sum: the length of the whole period; the window may be a part of it */
  gint64 last_usage_id; /* events that were stored later are left out; 0: none are */
  const struct window *excluded; /* stretches whose unnamed events belong to another subscription */
  gsize excluded_count;
  const gint64 *left_out; /* ids of events that do not count, ascending */
  gsize left_out_count;
  /* Told of each event that counts, also of those before the window that make up the level at its start; NULL: nobody is. The
   * bucket is the number of the filter. */
  gboolean (*visit) (void *data, const struct usage_event *event, gsize bucket, GError **error);
  void *data;
};

/* One per run; keeps its cursors and buckets between calls, and what is reversed of the customer that it was asked for last. */
struct aggregator;
gboolean aggregator_new (struct ledger *ledger, struct aggregator **ret, GError **error);
void aggregator_free (struct aggregator *aggregator);
typedef struct aggregator aggregator_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (aggregator_t, aggregator_free)

/* Events of a model that is priced by event are added up under their price, in the order of their time, then of arrival.
 * *ret has one bucket per filter of the charge, in their order, and one more for what matches none of them; borrowed until
 * the next call. Fails on an overflow, and on an event that lacks the amount which a dynamic charge reads. */
gboolean aggregator_run (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_bucket **ret,
                         GError **error);

/* How many events came within the window of the last run, those that were reversed and their reversals as well. */
gint64 aggregator_came (const struct aggregator *aggregator);

/* While an event is being told of: the buckets with it. */
const struct usage_bucket *aggregator_buckets (const struct aggregator *aggregator);

/* The same for events that no ledger holds, with an aggregator that was made for NULL: begin, add each in the order of time, end.
 * Of the request only the aggregation, the property, the charge, the window and whole_us are used. An event may be EVENT_WITHOUT_TIME, which
 * no derivation shows; the window then begins there as well. */
#define EVENT_WITHOUT_TIME G_MININT64
void aggregator_begin (struct aggregator *aggregator, const struct aggregate_request *request);
gboolean aggregator_add (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_event *event,
                         GError **error);
gboolean aggregator_end (struct aggregator *aggregator, const struct aggregate_request *request, const struct usage_bucket **ret,
                         GError **error);

#endif
