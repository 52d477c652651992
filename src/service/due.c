/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has fallen due for one customer. */
#include "service/due.h"

#include "base/error.h"
#include "service/plan-lines.h"
#include "store/catalog.h"
#include "store/usage.h"

#include <string.h>

struct metered {
  gint64 id;
  char *code;
  char *name;
  char *property;
  enum aggregation aggregation;
};

struct due_reader {
  struct ledger *ledger;
  struct aggregator *aggregator;
  GHashTable *by_code; /* code -> struct metered, owned by by_id */
  GHashTable *by_id;
  struct subscription_items items;
  GArray *excluded; /* struct window */
  GArray *metrics;  /* gint64 */
  gboolean levels;  /* there are metrics whose usage stays from period to period */
  GArray *next;     /* gint64: by charge, when its next event is */
};

static void
metered_free (gpointer data)
{
  struct metered *metered = data;
  g_free (metered->code);
  g_free (metered->name);
  g_free (metered->property);
  g_free (metered);
}

static gboolean
load_metric (const struct metric *metric, void *data, GError **error)
{
  struct due_reader *reader = data;
  struct metered *metered = g_new0 (struct metered, 1);
  metered->id = metric->id;
  metered->code = g_strdup (metric->code);
  metered->name = g_strdup (metric->name);
  metered->property = g_strdup (metric->property);
  g_hash_table_insert (reader->by_id, &metered->id, metered);
  g_hash_table_insert (reader->by_code, metered->code, metered);
  if (!aggregation_parse (metric->aggregation, &metered->aggregation))
    return error_set (error, ERROR_LEDGER, "metric %s has an unknown aggregation '%s'", metric->code, metric->aggregation);
  reader->levels = reader->levels || metered->aggregation == AGGREGATE_WEIGHTED_SUM;
  return TRUE;
}

gboolean
due_reader_new (struct ledger *ledger, struct due_reader **ret, GError **error)
{
  g_autoptr (due_reader_t) reader = g_new0 (struct due_reader, 1);
  reader->ledger = ledger;
  reader->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  reader->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, metered_free);
  reader->excluded = g_array_new (FALSE, FALSE, sizeof (struct window));
  reader->metrics = g_array_new (FALSE, FALSE, sizeof (gint64));
  reader->next = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!aggregator_new (ledger, &reader->aggregator, error) || !metric_each (ledger, load_metric, reader, error))
    return FALSE;
  *ret = g_steal_pointer (&reader);
  return TRUE;
}

void
due_reader_free (struct due_reader *reader)
{
  if (reader == NULL)
    return;
  aggregator_free (reader->aggregator);
  g_hash_table_unref (reader->by_code);
  g_hash_table_unref (reader->by_id);
  subscription_items_clear (&reader->items);
  g_array_unref (reader->excluded);
  g_array_unref (reader->metrics);
  g_array_unref (reader->next);
  g_free (reader);
}

/* One period as it is billed. */
struct billed_period {
  struct window window;
  struct ratio ratio;
  gint64 whole_us; /* the length of the whole period, of which it may be a part */
};

static struct cycle
fee_cycle (const struct subscription *subscription)
{
  return (struct cycle){ subscription->anchor, subscription->fee_interval, subscription->alignment };
}

static struct cycle
usage_cycle (const struct subscription *subscription, const struct plan *plan)
{
  return (struct cycle){ subscription->anchor, plan->usage_interval, subscription->alignment };
}

/* Where a walk over periods stands: the next one is number `index` and starts at `from_us`. */
struct position {
  gint64 index;
  gint64 from_us;
};

/* The period at the position, cut off where the subscription ends; false when it lies behind that end or out of the
 * calendar. It starts where the one before it ended, also when the customer's zone has changed since then. */
static gboolean
period_at (const struct subscription *subscription, struct cycle cycle, const struct timezone *zone, struct position position,
           struct billed_period *ret)
{
  gint64 n = position.index;
  struct period part, whole;
  if (!cycle_period (&cycle, n, &part) || !cycle_full_period (&cycle, n, &whole))
    return FALSE;
  if (subscription->has_end) {
    if (part.start.day >= subscription->end.day)
      return FALSE;
    if (part.end.day > subscription->end.day)
      part.end = subscription->end;
  }
  ret->window = (struct window){ position.from_us, timezone_day_start_us (zone, part.end) };
  ret->ratio = period_ratio (part, whole);
  /* A whole period is as long as it is, also where the customer's zone has changed within. */
  ret->whole_us = ret->ratio.numerator == ret->ratio.denominator
                      ? ret->window.to_us - ret->window.from_us
                      : timezone_day_start_us (zone, whole.end) - timezone_day_start_us (zone, whole.start);
  return TRUE;
}

static gint64
fees_due_us (const struct plan *plan, const struct billed_period *period)
{
  return plan->billing == PLAN_IN_ADVANCE ? period->window.from_us : period->window.to_us;
}

static struct position
next_position (struct position position, const struct billed_period *period)
{
  return (struct position){ position.index + 1, period->window.to_us };
}

void
due_move_on (struct subscription *subscription, const struct plan *plan, const struct timezone *zone, gint64 at_us)
{
  struct billed_period period;
  struct position fees = { subscription->fees_billed, subscription->fees_from_us };
  while (period_at (subscription, fee_cycle (subscription), zone, fees, &period) && fees_due_us (plan, &period) <= at_us)
    fees = next_position (fees, &period);
  struct position usage = { subscription->usage_billed, subscription->usage_from_us };
  while (period_at (subscription, usage_cycle (subscription, plan), zone, usage, &period) && period.window.to_us <= at_us)
    usage = next_position (usage, &period);
  subscription->fees_billed = fees.index;
  subscription->fees_from_us = fees.from_us;
  subscription->usage_billed = usage.index;
  subscription->usage_from_us = usage.from_us;
}

static struct line_place
place_of (const struct billed_subscription *billed, const struct billed_period *period, gint64 n, gint64 due_us)
{
  return (struct line_place){
    .subscription_id = billed->subscription.id,
    .plan = billed->plan,
    .due_us = due_us,
    .period_index = n,
    .period = period->window,
    .ratio = period->ratio,
    .whole_us = period->whole_us,
  };
}

static gboolean
read_items (struct due_reader *reader, const struct billed_subscription *billed, GError **error)
{
  subscription_items_clear (&reader->items);
  return (billed->plan->quantity_count == 0 && billed->plan->addon_count == 0)
         || subscription_items_read (reader->ledger, billed->subscription.id, &reader->items, error);
}

static gboolean
collect_fees (struct due_reader *reader, const struct due_request *request, const struct billed_subscription *billed,
              struct draft_sheet *sheet, GError **error)
{
  const struct subscription *subscription = &billed->subscription;
  struct billed_period period;
  struct position at = { subscription->fees_billed, subscription->fees_from_us };
  if (!read_items (reader, billed, error))
    return FALSE;
  for (; period_at (subscription, fee_cycle (subscription), request->zone, at, &period); at = next_position (at, &period)) {
    gint64 due_us = fees_due_us (billed->plan, &period);
    if (due_us > request->as_of_us)
      break;
    struct line_place place = place_of (billed, &period, at.index, due_us);
    if (!plan_lines_add_fees (sheet, &place, subscription->fee_interval, &reader->items, error))
      return FALSE;
  }
  return TRUE;
}

/* Unnamed events belong to the oldest subscription of the customer that prices the metric: leave out those of the older ones. */
static void
find_excluded (struct due_reader *reader, const struct due_request *request, gsize index, const char *metric)
{
  g_array_set_size (reader->excluded, 0);
  for (gsize i = 0; i < index; i++)
    if (plan_find_charge (request->subscriptions[i].plan, metric) != NULL)
      g_array_append_val (reader->excluded, request->subscriptions[i].life);
}

static gboolean
add_charge (struct due_reader *reader, const struct due_request *request, gsize index, const struct plan_charge *charge,
            const struct metered *metric, const struct line_place *place, struct draft_sheet *sheet, GError **error)
{
  find_excluded (reader, request, index, metric->code);
  struct aggregate_request aggregate = {
    .customer_id = request->customer_id,
    .metric_id = metric->id,
    .aggregation = metric->aggregation,
    .property = metric->property,
    .charge = charge,
    .subscription_id = place->subscription_id,
    .window = place->period,
    .whole_us = place->whole_us,
    .last_usage_id = request->last_usage_id,
    .excluded = (const struct window *) (gpointer) reader->excluded->data,
    .excluded_count = reader->excluded->len,
  };
  const struct usage_bucket *buckets = NULL;
  if (!aggregator_run (reader->aggregator, &aggregate, &buckets, error))
    return FALSE;
  const struct priced_metric priced = { metric->id, metric->code, metric->name, metric->aggregation };
  return plan_lines_add_usage (sheet, place, charge, &priced, buckets, error);
}

/* A charge on "*" takes every metric that has usage and no charge of its own. */
static gboolean
add_any_metric (struct due_reader *reader, const struct due_request *request, gsize index, const struct plan_charge *charge,
                const struct line_place *place, struct draft_sheet *sheet, GError **error)
{
  g_array_set_size (reader->metrics, 0);
  gint64 from_us = reader->levels ? G_MININT64 : place->period.from_us;
  if (!usage_metrics_of (reader->ledger, request->customer_id, from_us, place->period.to_us, reader->metrics, error))
    return FALSE;
  for (guint m = 0; m < reader->metrics->len; m++) {
    gint64 id = g_array_index (reader->metrics, gint64, m);
    const struct metered *metric = g_hash_table_lookup (reader->by_id, &id);
    if (metric == NULL)
      return error_set (error, ERROR_LEDGER, "there are events of a metric %" G_GINT64_FORMAT " that does not exist", id);
    if (plan_find_charge (place->plan, metric->code) == charge
        && !add_charge (reader, request, index, charge, metric, place, sheet, error))
      return FALSE;
  }
  return TRUE;
}

/* Whether the metric has an event in the period, without summing any. Customers who never use anything and pay nothing have
 * nothing to issue, and so ever more periods to look at. */
static gboolean
has_events (struct due_reader *reader, const struct due_request *request, gsize charge, gint64 metric_id, struct window period,
            gboolean *ret, GError **error)
{
  gint64 *next = &g_array_index (reader->next, gint64, charge);
  if (*next < period.from_us && !usage_first (reader->ledger, request->customer_id, metric_id, period.from_us, next, error))
    return FALSE;
  *ret = *next < period.to_us;
  return TRUE;
}

static gboolean
collect_period (struct due_reader *reader, const struct due_request *request, gsize index, const struct line_place *place,
                gboolean is_first, struct draft_sheet *sheet, GError **error)
{
  const struct plan *plan = place->plan;
  for (gsize c = 0; c < plan->charge_count; c++) {
    const struct plan_charge *charge = &plan->charges[c];
    if (strcmp (charge->metric, "*") == 0) {
      if (!add_any_metric (reader, request, index, charge, place, sheet, error))
        return FALSE;
      continue;
    }
    const struct metered *metric = g_hash_table_lookup (reader->by_code, charge->metric);
    if (metric == NULL)
      return error_set (error, ERROR_LEDGER, "plan %s charges for a metric '%s' that does not exist", plan->code, charge->metric);
    gboolean any = TRUE, without_events = price_has_bounds (&charge->bounds) || metric->aggregation == AGGREGATE_WEIGHTED_SUM;
    if (!is_first && !without_events && !has_events (reader, request, c, metric->id, place->period, &any, error))
      return FALSE;
    if (any && !add_charge (reader, request, index, charge, metric, place, sheet, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
collect_usage (struct due_reader *reader, const struct due_request *request, gsize index, struct draft_sheet *sheet, GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[index];
  const struct subscription *subscription = &billed->subscription;
  struct cycle cycle = usage_cycle (subscription, billed->plan);
  struct billed_period period;
  struct position at = { subscription->usage_billed, subscription->usage_from_us };
  g_array_set_size (reader->next, 0);
  for (gsize c = 0; c < billed->plan->charge_count; c++)
    g_array_append_vals (reader->next, &(gint64){ G_MININT64 }, 1);
  for (; period_at (subscription, cycle, request->zone, at, &period); at = next_position (at, &period)) {
    if (period.window.to_us > request->as_of_us)
      break;
    struct line_place place = place_of (billed, &period, at.index, period.window.to_us);
    gsize first = draft_sheet_mark (sheet);
    if (!collect_period (reader, request, index, &place, at.index == subscription->usage_billed, sheet, error)
        || !plan_lines_add_spending (sheet, &place, first, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
due_collect (struct due_reader *reader, const struct due_request *request, struct draft_sheet *sheet, GError **error)
{
  for (gsize i = 0; i < request->count; i++)
    if (!collect_fees (reader, request, &request->subscriptions[i], sheet, error) || !collect_usage (reader, request, i, sheet, error))
      return FALSE;
  return TRUE;
}

/* --- Which subscription an event counts for, and whether that is over --- */

/* The same rule as in find_excluded() and the aggregator's belongs(): the one it names, else the oldest that prices the metric then. */
static const struct billed_subscription *
find_owner (const struct due_request *request, const struct due_event *event, const char *metric)
{
  for (gsize i = 0; i < request->count; i++) {
    const struct billed_subscription *billed = &request->subscriptions[i];
    gboolean named = event->subscription_id == billed->subscription.id;
    gboolean open = event->subscription_id == 0 && event->at_us >= billed->life.from_us && event->at_us < billed->life.to_us;
    if ((named || open) && plan_find_charge (billed->plan, metric) != NULL)
      return billed;
  }
  return NULL;
}

gboolean
due_is_billed (const struct due_reader *reader, const struct due_request *request, const struct due_event *event)
{
  const struct metered *metric = g_hash_table_lookup (reader->by_id, &event->metric_id);
  const struct billed_subscription *owner = metric == NULL ? NULL : find_owner (request, event, metric->code);
  return owner != NULL && owner->subscription.usage_billed > 0 && event->at_us < owner->subscription.usage_from_us
         && event->at_us >= timezone_day_start_us (request->zone, owner->subscription.anchor);
}

/* --- Again --- */

static struct billed_subscription
as_it_was (const struct due_request *request, const struct due_again *again)
{
  struct billed_subscription billed = request->subscriptions[again->index];
  billed.plan = again->plan;
  return billed;
}

gboolean
due_fees_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again, struct draft_sheet *sheet,
                GError **error)
{
  struct billed_subscription billed = as_it_was (request, again);
  struct position at = { again->period_index, again->period.from_us };
  struct billed_period period;
  if (!period_at (&billed.subscription, fee_cycle (&billed.subscription), request->zone, at, &period))
    return TRUE;
  period.window = again->period;
  struct line_place place = place_of (&billed, &period, again->period_index, 0);
  return read_items (reader, &billed, error)
         && plan_lines_add_fees (sheet, &place, billed.subscription.fee_interval, &reader->items, error);
}

gboolean
due_usage_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again, struct draft_sheet *sheet,
                 GError **error)
{
  struct billed_subscription billed = as_it_was (request, again);
  struct position at = { again->period_index, again->period.from_us };
  struct billed_period period;
  if (!period_at (&billed.subscription, usage_cycle (&billed.subscription, again->plan), request->zone, at, &period))
    period = (struct billed_period){ again->period, RATIO_ONE, again->period.to_us - again->period.from_us };
  period.window = again->period;
  struct line_place place = place_of (&billed, &period, again->period_index, 0);
  const struct metered *metric = g_hash_table_lookup (reader->by_id, &again->metric_id);
  const struct plan_charge *charge = metric == NULL ? NULL : plan_find_charge (again->plan, metric->code);
  return charge == NULL || add_charge (reader, request, again->index, charge, metric, &place, sheet, error);
}

gboolean
due_spending_again (const struct due_request *request, const struct due_again *again, gsize first, struct draft_sheet *sheet, GError **error)
{
  struct billed_subscription billed = as_it_was (request, again);
  struct position at = { again->period_index, again->period.from_us };
  struct billed_period period;
  if (!period_at (&billed.subscription, usage_cycle (&billed.subscription, again->plan), request->zone, at, &period))
    return TRUE;
  period.window = again->period;
  struct line_place place = place_of (&billed, &period, again->period_index, 0);
  return plan_lines_add_spending (sheet, &place, first, error);
}
