/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage event by event. */
#include "service/due-advance.h"

#include "store/usage.h"

struct walk {
  struct aggregator *aggregator;
  const struct advance_request *request;
  struct draft_sheet *sheet;
  GArray *sides; /* struct late_side: what each bucket comes to so far */
};

static gboolean
add_event (void *data, const struct usage_event *event, gsize bucket, GError **error)
{
  const struct walk *walk = data;
  const struct advance_request *request = walk->request;
  const struct plan_charge *charge = request->aggregate->charge;
  const struct usage_bucket *buckets = aggregator_buckets (walk->aggregator);
  struct late_side *side = &g_array_index (walk->sides, struct late_side, bucket), after;
  struct line_place place = *request->place;
  if (!plan_lines_rate_bucket (&place, charge, request->metric, buckets, bucket, &after, error))
    return FALSE;
  const struct usage_step step = { event, *side, after };
  gboolean falls_due = event->at_us >= request->due.from_us && after.amount_minor != side->amount_minor;
  *side = after;
  if (!falls_due)
    return TRUE;
  place.due_us = event->at_us;
  place.period.to_us = event->at_us;
  place.ratio = RATIO_ONE;
  place.in_advance = TRUE;
  return plan_lines_add_step (walk->sheet, &place, charge, request->metric, buckets, bucket, &step, error)
         && (request->aggregate->visit == NULL || request->aggregate->visit (request->aggregate->data, event, bucket, error));
}

gboolean
due_advance_add (struct aggregator *aggregator, const struct advance_request *request, struct draft_sheet *sheet, GError **error)
{
  g_autoptr (GArray) sides = g_array_new (FALSE, TRUE, sizeof (struct late_side));
  struct walk walk = { aggregator, request, sheet, sides };
  struct aggregate_request aggregate = *request->aggregate;
  const struct usage_bucket *buckets = NULL;
  g_array_set_size (sides, (guint) aggregate.charge->filter_count + 1);
  aggregate.window.to_us = MIN (aggregate.window.to_us, request->due.to_us);
  aggregate.visit = add_event;
  aggregate.data = &walk;
  return aggregate.window.to_us <= aggregate.window.from_us || aggregate.window.to_us <= request->due.from_us
         || aggregator_run (aggregator, &aggregate, &buckets, error);
}
