/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has fallen due for one customer. */
#include "service/due.h"

#include "base/error.h"
#include "service/due-addon.h"
#include "service/due-advance.h"
#include "service/due-change.h"
#include "service/plan-lines.h"
#include "service/usage-estimate.h"
#include "store/catalog.h"
#include "store/usage.h"

#include <string.h>

struct metered {
  gint64 id;
  char *code;
  char *name;
  char *property;
  enum aggregation aggregation;
  gboolean persistent;
};

struct due_reader {
  struct ledger *ledger;
  struct aggregator *aggregator;
  GHashTable *by_code; /* code -> struct metered, owned by by_id */
  GHashTable *by_id;
  GArray *excluded; /* struct window */
  GArray *metrics;  /* gint64 */
  gboolean levels;  /* there are metrics whose usage stays from period to period */
  enum due_usage usage; /* which charges are being collected, and with those in advance, which events */
  struct window due;
  GHashTable *next; /* metric id, then when its next event is: gint64[2] of the customer at hand */
  struct estimating {
    struct window before;    /* what came in it may stand for the period at hand; empty: nothing may */
    const GArray *estimates; /* or these may, see struct due_again */
    gboolean keep;
  } estimating;
  GArray *estimated; /* struct usage_bucket */
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
  metered->persistent = metric->persistent;
  g_hash_table_insert (reader->by_id, &metered->id, metered);
  g_hash_table_insert (reader->by_code, metered->code, metered);
  if (!aggregation_parse (metric->aggregation, &metered->aggregation))
    return error_set (error, ERROR_LEDGER, "metric %s has an unknown aggregation '%s'", metric->code, metric->aggregation);
  reader->levels = reader->levels || aggregation_stays (metered->aggregation, metered->persistent);
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
  reader->next = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  reader->estimated = g_array_new (FALSE, TRUE, sizeof (struct usage_bucket));
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
  g_array_unref (reader->excluded);
  g_array_unref (reader->metrics);
  g_hash_table_unref (reader->next);
  g_array_unref (reader->estimated);
  g_free (reader);
}

struct window
billed_subscription_window (const struct billed_subscription *billed, gsize phase)
{
  const struct life *life = &billed->life;
  struct window window = billed->open;
  if (phase > 0)
    window.from_us = MAX (window.from_us, life->phases[phase].from_us);
  if (phase + 1 < life->count)
    window.to_us = MIN (window.to_us, life->phases[phase + 1].from_us);
  return window;
}

gboolean
due_has_advance (const struct billed_subscription *billed)
{
  for (gsize p = 0; p < billed->life.count; p++) {
    const struct plan *plan = billed->life.phases[p].plan;
    for (gsize c = 0; c < plan->charge_count; c++)
      if (plan->charges[c].billing == PLAN_IN_ADVANCE)
        return TRUE;
  }
  return FALSE;
}

gint64
billed_subscription_next_due (const struct billed_subscription *billed, gint64 from_us)
{
  const struct life_position fees = life_position_billed (&billed->life, &billed->subscription, LIFE_FEES);
  const struct life_position usage = life_position_billed (&billed->life, &billed->subscription, LIFE_USAGE);
  gint64 fees_us = life_next_due (&billed->life, LIFE_FEES, billed->zone, fees, from_us);
  gint64 usage_us = life_next_due (&billed->life, LIFE_USAGE, billed->zone, usage, from_us);
  return MIN (fees_us, usage_us);
}

/* --- Moving on --- */

static gboolean
adjusts_within (const struct billed_subscription *billed, gint64 through_us)
{
  const struct subscription *subscription = &billed->subscription;
  for (gsize i = 1; i < billed->life.count; i++)
    if (billed->life.phases[i].adjust_at_us <= through_us
        && (!subscription->has_billed_through || billed->life.phases[i].adjust_at_us > subscription->billed_through_us))
      return TRUE;
  return FALSE;
}

static gboolean
move_position (const struct billed_subscription *billed, struct life_clock clock, gint64 through_us, struct life_position *ret)
{
  struct life_position at = life_position_billed (&billed->life, &billed->subscription, clock), next = at;
  struct life_period period;
  gboolean moved = FALSE;
  while (life_next (&billed->life, clock, billed->zone, &next, &period) && period.due_us <= through_us) {
    at = next;
    moved = TRUE;
  }
  *ret = at;
  return moved;
}

gboolean
due_move_on (const struct billed_subscription *billed, gint64 through_us, gboolean also, struct subscription *ret)
{
  struct life_position fees, usage;
  gboolean moved = move_position (billed, LIFE_FEES, through_us, &fees);
  moved = move_position (billed, LIFE_USAGE, through_us, &usage) || moved;
  moved = moved || (due_has_advance (billed) && (!billed->subscription.has_billed_through || billed->subscription.billed_through_us < through_us));
  if (!moved && !also && !adjusts_within (billed, through_us))
    return FALSE;
  *ret = billed->subscription;
  ret->fees_phase = billed->life.phases[fees.phase].number;
  ret->fees_billed = fees.index;
  ret->fees_from_us = fees.from_us;
  ret->usage_phase = billed->life.phases[usage.phase].number;
  ret->usage_billed = usage.index;
  ret->usage_from_us = usage.from_us;
  if (!ret->has_billed_through || ret->billed_through_us < through_us)
    ret->billed_through_us = through_us;
  ret->has_billed_through = TRUE;
  return TRUE;
}

/* --- Fees --- */

static struct line_place
place_of (const struct billed_subscription *billed, const struct life_period *period, gsize phase)
{
  return (struct line_place){
    .subscription_id = billed->subscription.id,
    .phase = billed->life.phases[phase].number,
    .scope = billed->scope,
    .plan = billed->life.phases[phase].plan,
    .due_us = period->due_us,
    .period_index = period->index,
    .period = period->window,
    .ratio = period->ratio,
    .whole_us = period->whole_us,
  };
}

/* Another interval within the trial begins periods anew, on the same day as the first one that was then never charged. */
static gboolean
is_first_period (const struct billed_subscription *billed, const struct life_period *period)
{
  const struct life *life = &billed->life;
  struct life_position at = life_position_start (life, 0, LIFE_FEES, billed->zone);
  struct life_period first;
  if (period->stretch == 0)
    return at.index == period->index;
  return life_step (life, LIFE_FEES, billed->zone, &at, &first) && first.days.start.day == period->days.start.day
         && !life_is_settled (&life->phases[period->stretch], &first);
}

static gboolean
is_charged (const struct life_phase *phase)
{
  return phase->state == PHASE_ACTIVE || phase->state == PHASE_PAUSED_BILLED;
}

static gboolean
add_fees (const struct billed_subscription *billed, const struct life_period *period, struct draft_sheet *sheet, GError **error)
{
  const struct life_phase *terms = &billed->life.phases[period->terms];
  struct line_place place = place_of (billed, period, period->terms);
  place.is_first = is_first_period (billed, period);
  return !is_charged (terms) || plan_lines_add_fees (sheet, &place, terms->fee_interval, &terms->items, error);
}

/* What a change makes of fees that are paid afterwards falls due with them. */
static gboolean
may_fall_due (const struct billed_subscription *billed, gsize phase)
{
  const struct life *life = &billed->life;
  const struct subscription *subscription = &billed->subscription;
  if (!subscription->has_billed_through || life->phases[phase].adjust_at_us > subscription->billed_through_us)
    return TRUE;
  for (gsize p = 0; p < phase; p++)
    if (life->phases[p].plan->billing == PLAN_IN_ARREARS)
      return TRUE;
  return FALSE;
}

static gboolean
collect_fees (struct due_reader *reader, const struct due_request *request, const struct billed_subscription *billed,
              struct draft_sheet *sheet, GError **error)
{
  const struct subscription *subscription = &billed->subscription;
  struct life_position at = life_position_billed (&billed->life, subscription, LIFE_FEES);
  struct life_period period;
  while (life_next (&billed->life, LIFE_FEES, billed->zone, &at, &period) && period.due_us <= request->as_of_us)
    if (!add_fees (billed, &period, sheet, error))
      return FALSE;
  if (!due_addons_collect (reader->ledger, request, billed, sheet, error))
    return FALSE;
  for (gsize i = 1; i < billed->life.count; i++) {
    const struct due_change change = { .phase = i, .due_us = request->as_of_us };
    if (may_fall_due (billed, i) && !due_change_add (reader->ledger, billed, &change, sheet, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Usage --- */

/* Unnamed events belong to the oldest subscription of the customer that prices the metric: leave out those of the older ones. */
static void
find_excluded (struct due_reader *reader, const struct due_request *request, gsize index, const char *metric)
{
  g_array_set_size (reader->excluded, 0);
  for (gsize i = 0; i < index; i++) {
    const struct billed_subscription *older = &request->subscriptions[i];
    if (older->subscription.customer_id != request->subscriptions[index].subscription.customer_id)
      continue;
    for (gsize p = 0; p < older->life.count; p++) {
      struct window window = billed_subscription_window (older, p);
      if (is_charged (&older->life.phases[p]) && plan_find_charge (older->life.phases[p].plan, metric) != NULL)
        g_array_append_val (reader->excluded, window);
    }
  }
}

struct telling {
  const struct due_request *request;
  const struct plan_charge *charge;
  struct due_counted counted;
};

static gboolean
tell_event (void *data, const struct usage_event *event, gsize bucket, GError **error)
{
  struct telling *telling = data;
  const struct plan_charge *charge = telling->charge;
  telling->counted.event = event;
  telling->counted.filter = plan_lines_rate (charge, bucket)->code;
  return telling->request->visit (telling->request->data, &telling->counted, error);
}

/* Was the metric priced in arrears all the time? Then nothing of it can be missing from what was measured. */
static gboolean
was_priced (const struct billed_subscription *billed, struct window window, const char *metric)
{
  for (gsize p = 0; p < billed->life.count; p++) {
    struct window phase = billed_subscription_window (billed, p);
    if (MAX (phase.from_us, window.from_us) >= MIN (phase.to_us, window.to_us))
      continue;
    const struct plan_charge *charge = plan_find_charge (billed->life.phases[p].plan, metric);
    if (!is_charged (&billed->life.phases[p]) || charge == NULL || charge->billing != PLAN_IN_ARREARS || strcmp (charge->metric, metric) != 0)
      return FALSE;
  }
  return TRUE;
}

/* What the charge on the place may be estimated from; FALSE: nothing. */
static gboolean
find_base (const struct due_reader *reader, const struct billed_subscription *billed, const struct aggregate_request *aggregate,
           const struct line_place *place, struct window *ret)
{
  const struct estimating *estimating = &reader->estimating;
  if (reader->usage != DUE_ARREARS || !usage_estimate_fits (aggregate) || place->ratio.numerator != place->ratio.denominator)
    return FALSE;
  if (estimating->estimates != NULL) {
    const struct usage_estimate *known = usage_estimate_find (estimating->estimates, place, aggregate->charge->code, NULL);
    *ret = known == NULL ? (struct window){ 0 } : known->from;
    return known != NULL;
  }
  *ret = estimating->before;
  return ret->to_us > ret->from_us && was_priced (billed, *ret, aggregate->charge->metric);
}

/* Replaces the buckets of a charge for which nothing came. */
static gboolean
estimate_missing (struct due_reader *reader, const struct billed_subscription *billed, const struct aggregate_request *aggregate,
                  struct line_place *place, const struct usage_bucket **buckets, GError **error)
{
  struct aggregate_request earlier = *aggregate;
  gboolean any = TRUE;
  if (aggregator_came (reader->aggregator) > 0 || !find_base (reader, billed, aggregate, place, &earlier.window))
    return TRUE;
  if (reader->estimating.keep)
    usage_estimate_keep (reader->estimating.estimates, place, aggregate->charge, reader->estimated);
  else {
    earlier.visit = NULL;
    if (!aggregator_run (reader->aggregator, &earlier, buckets, error))
      return FALSE;
    usage_estimate_take (aggregate->charge, *buckets, reader->estimated, &any);
  }
  if (any)
    place->estimated_from = earlier.window;
  *buckets = (const struct usage_bucket *) (gpointer) reader->estimated->data;
  return TRUE;
}

static gboolean
add_charge (struct due_reader *reader, const struct due_request *request, gsize index, const struct plan_charge *charge,
            const struct metered *metric, const struct line_place *place, struct draft_sheet *sheet, GError **error)
{
  find_excluded (reader, request, index, metric->code);
  struct aggregate_request aggregate = {
    .customer_id = request->subscriptions[index].subscription.customer_id,
    .metric_id = metric->id,
    .aggregation = metric->aggregation,
    .persistent = metric->persistent,
    .property = metric->property,
    .charge = charge,
    .subscription_id = place->subscription_id,
    .window = place->period,
    .whole_us = place->whole_us,
    .last_usage_id = request->last_usage_id,
    .excluded = (const struct window *) (gpointer) reader->excluded->data,
    .excluded_count = reader->excluded->len,
    .left_out = request->left_out,
    .left_out_count = request->left_out_count,
  };
  struct telling telling = { request, charge, { .place = place, .metric_id = metric->id } };
  if (request->visit != NULL) {
    aggregate.visit = tell_event;
    aggregate.data = &telling;
  }
  const struct priced_metric priced = { metric->id, metric->code, metric->name, metric->aggregation };
  const struct advance_request advance = { &aggregate, &priced, place, reader->due };
  if (reader->usage == DUE_IN_ADVANCE)
    return due_advance_add (reader->aggregator, &advance, sheet, error);
  const struct usage_bucket *buckets = NULL;
  struct line_place at = *place;
  if (reader->usage == DUE_ADVANCE_TOTAL) {
    at.in_advance = TRUE;
    at.period.to_us = aggregate.window.to_us = MIN (aggregate.window.to_us, MAX (reader->due.to_us, aggregate.window.from_us));
  }
  return aggregator_run (reader->aggregator, &aggregate, &buckets, error)
         && estimate_missing (reader, &request->subscriptions[index], &aggregate, &at, &buckets, error)
         && plan_lines_add_usage (sheet, &at, charge, &priced, buckets, error);
}

/* A charge on "*" takes every metric that has usage and no charge of its own. */
static gboolean
add_any_metric (struct due_reader *reader, const struct due_request *request, gsize index, const struct plan_charge *charge,
                const struct line_place *place, struct draft_sheet *sheet, GError **error)
{
  gint64 customer_id = request->subscriptions[index].subscription.customer_id;
  gint64 from_us = reader->levels ? G_MININT64 : place->period.from_us;
  g_array_set_size (reader->metrics, 0);
  if (!usage_metrics_of (reader->ledger, customer_id, from_us, place->period.to_us, reader->metrics, error))
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
has_events (struct due_reader *reader, gint64 customer_id, gint64 metric_id, struct window period, gboolean *ret, GError **error)
{
  gint64 *next = g_hash_table_lookup (reader->next, &metric_id);
  if (next == NULL) {
    next = g_new (gint64, 2);
    next[0] = metric_id;
    next[1] = G_MININT64;
    g_hash_table_insert (reader->next, next, next);
  }
  if (next[1] < period.from_us && !usage_first (reader->ledger, customer_id, metric_id, period.from_us, &next[1], error))
    return FALSE;
  *ret = next[1] < period.to_us;
  return TRUE;
}

/* One charge over the part of a usage period in which it is in force. */
static gboolean
collect_charge (struct due_reader *reader, const struct due_request *request, gsize index, const struct plan_charge *charge,
                const struct line_place *place, gboolean may_skip, struct draft_sheet *sheet, GError **error)
{
  if ((charge->billing == PLAN_IN_ADVANCE) != (reader->usage != DUE_ARREARS))
    return TRUE;
  if (strcmp (charge->metric, "*") == 0)
    return add_any_metric (reader, request, index, charge, place, sheet, error);
  const struct metered *metric = g_hash_table_lookup (reader->by_code, charge->metric);
  if (metric == NULL)
    return error_set (error, ERROR_LEDGER, "plan %s charges for a metric '%s' that does not exist", place->plan->code, charge->metric);
  gboolean any = TRUE, without_events = price_has_bounds (&charge->bounds) || aggregation_stays (metric->aggregation, metric->persistent);
  if (may_skip && !without_events
      && !has_events (reader, request->subscriptions[index].subscription.customer_id, metric->id, place->period, &any, error))
    return FALSE;
  gboolean may_estimate = reader->estimating.before.to_us > reader->estimating.before.from_us;
  return (!any && !may_estimate) || add_charge (reader, request, index, charge, metric, place, sheet, error);
}

/* --- Parts of a usage period --- */

/* A usage period falls into parts where the terms change. part[i] is under phase first + i; empty ones are left out. */
struct parts {
  gsize count;
  struct part {
    gsize phase;
    struct proration_stretch stretch;
  } *items;
};

static void
parts_clear (struct parts *parts)
{
  g_clear_pointer (&parts->items, g_free);
}
typedef struct parts parts_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (parts_t, parts_clear)

static void
find_parts (const struct billed_subscription *billed, const struct life_period *period, struct parts *ret)
{
  const struct life *life = &billed->life;
  ret->items = g_new0 (struct part, life->count);
  ret->count = 1;
  ret->items[0] = (struct part){ period->terms, { period->days, period->window.from_us, period->window.to_us } };
  for (gsize i = period->terms + 1; i < life->count; i++) {
    const struct life_phase *phase = &life->phases[i];
    struct part *last = &ret->items[ret->count - 1];
    if (phase->from.day >= period->days.end.day || life_is_settled (phase, period))
      break;
    if (phase->from_us > last->stretch.from_us) {
      last->stretch.days.end = phase->from;
      last->stretch.to_us = phase->from_us;
      last = &ret->items[ret->count++];
    }
    *last = (struct part){ i, { { phase->from, period->days.end }, phase->from_us, period->window.to_us } };
  }
}

static gboolean
part_has_charge (const struct billed_subscription *billed, const struct part *part, const struct plan_charge *charge)
{
  const struct life_phase *phase = &billed->life.phases[part->phase];
  if (!is_charged (phase))
    return FALSE;
  for (gsize c = 0; c < phase->plan->charge_count; c++)
    if (plan_charge_equal (&phase->plan->charges[c], charge))
      return TRUE;
  return FALSE;
}

/* A charge that is the same in parts that follow each other prices them as one. */
static struct line_place
place_over (const struct billed_subscription *billed, const struct life_period *period, const struct parts *parts, gsize first, gsize last)
{
  struct line_place place = place_of (billed, period, parts->items[first].phase);
  struct proration_stretch part = parts->items[first].stretch;
  part.days.end = parts->items[last].stretch.days.end;
  part.to_us = parts->items[last].stretch.to_us;
  place.period = (struct window){ part.from_us, part.to_us };
  if (part.days.start.day != period->days.start.day || part.days.end.day != period->days.end.day)
    place.ratio = life_part_ratio (place.plan, &part, period, billed->zone);
  return place;
}

static gboolean
collect_part (struct due_reader *reader, const struct due_request *request, gsize index, const struct life_period *period,
              const struct parts *parts, gsize p, gboolean may_skip, struct draft_sheet *sheet, GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[index];
  const struct life_phase *phase = &billed->life.phases[parts->items[p].phase];
  gsize first = draft_sheet_mark (sheet);
  if (!is_charged (phase))
    return TRUE;
  for (gsize c = 0; c < phase->plan->charge_count; c++) {
    const struct plan_charge *charge = &phase->plan->charges[c];
    gsize last = p;
    if (p > 0 && part_has_charge (billed, &parts->items[p - 1], charge))
      continue;
    while (last + 1 < parts->count && part_has_charge (billed, &parts->items[last + 1], charge))
      last++;
    struct line_place place = place_over (billed, period, parts, p, last);
    if (!collect_charge (reader, request, index, charge, &place, may_skip, sheet, error))
      return FALSE;
  }
  if (reader->usage != DUE_ARREARS)
    return TRUE;
  struct line_place whole = place_over (billed, period, parts, p, p);
  return plan_lines_add_spending (sheet, &whole, first, error);
}

static gboolean
collect_period (struct due_reader *reader, const struct due_request *request, gsize index, const struct life_period *period,
                gboolean may_skip, struct draft_sheet *sheet, GError **error)
{
  g_auto (parts_t) parts = { 0 };
  find_parts (&request->subscriptions[index], period, &parts);
  for (gsize p = 0; p < parts.count; p++)
    if (!collect_part (reader, request, index, period, &parts, p, may_skip, sheet, error))
      return FALSE;
  return TRUE;
}

/* The usage period before that at the position, of the same stretch: where periods begin anew there is none. Its index is -1 then. */
static struct life_period
period_before (const struct billed_subscription *billed, const struct life_position *at)
{
  struct life_position step = life_position_start (&billed->life, at->phase, LIFE_USAGE, billed->zone);
  struct life_period before = { .index = -1 };
  while (step.index < at->index && life_step (&billed->life, LIFE_USAGE, billed->zone, &step, &before))
    continue;
  return before;
}

static void
set_before (struct due_reader *reader, const struct life_period *before, const struct life_period *period)
{
  gboolean follows = before->index >= 0 && before->stretch == period->stretch && before->index + 1 == period->index;
  reader->estimating = (struct estimating){ 0 };
  if (follows)
    reader->estimating.before = (struct window){ before->window.from_us, period->window.from_us };
}

static gboolean
collect_usage (struct due_reader *reader, const struct due_request *request, gsize index, struct draft_sheet *sheet, GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[index];
  struct life_position at = life_position_billed (&billed->life, &billed->subscription, LIFE_USAGE);
  struct life_period period, before = { .index = -1 };
  gboolean may_skip = FALSE;
  if (request->estimate_missing)
    before = period_before (billed, &at);
  g_hash_table_remove_all (reader->next);
  reader->usage = DUE_ARREARS;
  while (life_next (&billed->life, LIFE_USAGE, billed->zone, &at, &period) && period.due_us <= request->as_of_us) {
    set_before (reader, &before, &period);
    if (!collect_period (reader, request, index, &period, may_skip, sheet, error))
      return FALSE;
    may_skip = TRUE;
    if (request->estimate_missing)
      before = period;
  }
  return TRUE;
}

/* Events since what is billed, in the period that is not over and those before it that are not billed. */
static gboolean
collect_advance (struct due_reader *reader, const struct due_request *request, gsize index, struct draft_sheet *sheet, GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[index];
  const struct subscription *subscription = &billed->subscription;
  struct life_position at = life_position_billed (&billed->life, subscription, LIFE_USAGE);
  struct life_period period;
  if (!due_has_advance (billed))
    return TRUE;
  reader->usage = DUE_IN_ADVANCE;
  reader->due = (struct window){ subscription->has_billed_through ? subscription->billed_through_us + 1 : G_MININT64, request->as_of_us + 1 };
  while (life_next (&billed->life, LIFE_USAGE, billed->zone, &at, &period) && period.window.from_us <= request->as_of_us)
    if (!collect_period (reader, request, index, &period, FALSE, sheet, error))
      return FALSE;
  return TRUE;
}

gboolean
due_collect (struct due_reader *reader, const struct due_request *request, struct draft_sheet *sheet, GError **error)
{
  for (gsize i = 0; i < request->count; i++)
    if (!collect_fees (reader, request, &request->subscriptions[i], sheet, error)
        || (!request->only_fees && (!collect_usage (reader, request, i, sheet, error) || !collect_advance (reader, request, i, sheet, error))))
      return FALSE;
  return TRUE;
}

/* --- Which subscription an event counts for, and whether that is over --- */

static gboolean
prices_within (const struct billed_subscription *billed, gsize phase, const char *metric, gint64 at_us)
{
  struct window window = billed_subscription_window (billed, phase);
  return at_us >= window.from_us && at_us < window.to_us && is_charged (&billed->life.phases[phase])
         && plan_find_charge (billed->life.phases[phase].plan, metric) != NULL;
}

static gboolean
prices_then (const struct billed_subscription *billed, const char *metric, gint64 at_us)
{
  for (gsize p = 0; p < billed->life.count; p++)
    if (prices_within (billed, p, metric, at_us))
      return TRUE;
  return FALSE;
}

/* Some time from then on. */
static gboolean
prices_later (const struct billed_subscription *billed, const char *metric, gint64 at_us)
{
  for (gsize p = 0; p < billed->life.count; p++)
    if (prices_within (billed, p, metric, MAX (at_us, billed_subscription_window (billed, p).from_us)))
      return TRUE;
  return FALSE;
}

/* The same rule as in find_excluded() and the aggregator's belongs(): an event counts for the subscription that it names, else for the
 * oldest that prices the metric then. What stays counts as well for those that begin later, where no older one has it. */
static gboolean
counts_for (const struct due_request *request, gsize index, const struct due_event *event, const struct metered *metric)
{
  const struct billed_subscription *billed = &request->subscriptions[index];
  gboolean stays = aggregation_stays (metric->aggregation, metric->persistent);
  if (billed->subscription.customer_id != event->customer_id
      || (event->subscription_id != 0 && event->subscription_id != billed->subscription.id))
    return FALSE;
  for (gsize i = 0; event->subscription_id == 0 && i < index; i++)
    if (request->subscriptions[i].subscription.customer_id == event->customer_id
        && prices_then (&request->subscriptions[i], metric->code, event->at_us))
      return FALSE;
  if (stays)
    return prices_later (billed, metric->code, event->at_us);
  const struct life_phase *phase = life_phase_at (&billed->life, event->at_us);
  return event->subscription_id == 0 ? prices_then (billed, metric->code, event->at_us)
                                     : is_charged (phase) && plan_find_charge (phase->plan, metric->code) != NULL;
}

gboolean
due_counts_for (const struct due_reader *reader, const struct due_request *request, const struct due_event *event, gsize index)
{
  const struct metered *metric = g_hash_table_lookup (reader->by_id, &event->metric_id);
  return metric != NULL && counts_for (request, index, event, metric);
}

gboolean
due_metric_stays (const struct due_reader *reader, gint64 metric_id)
{
  const struct metered *metric = g_hash_table_lookup (reader->by_id, &metric_id);
  return metric != NULL && aggregation_stays (metric->aggregation, metric->persistent);
}

static gboolean
is_billed_of (const struct billed_subscription *owner, const struct due_event *event, const struct metered *metric)
{
  if (!owner->subscription.has_billed_through)
    return FALSE;
  const struct plan_charge *charge = plan_find_charge (life_phase_at (&owner->life, event->at_us)->plan, metric->code);
  gboolean in_advance = charge != NULL && charge->billing == PLAN_IN_ADVANCE;
  gint64 billed_us = in_advance ? owner->subscription.billed_through_us + 1 : owner->subscription.usage_from_us;
  gint64 start_us = life_position_start (&owner->life, 0, LIFE_USAGE, owner->zone).from_us;
  /* A level from before the start is that at the start. */
  gint64 at_us = aggregation_stays (metric->aggregation, metric->persistent) ? MAX (event->at_us, start_us) : event->at_us;
  return at_us < billed_us && at_us >= start_us;
}

gboolean
due_is_billed (const struct due_reader *reader, const struct due_request *request, const struct due_event *event)
{
  const struct metered *metric = g_hash_table_lookup (reader->by_id, &event->metric_id);
  for (gsize i = 0; metric != NULL && i < request->count; i++)
    if (counts_for (request, i, event, metric) && is_billed_of (&request->subscriptions[i], event, metric))
      return TRUE;
  return FALSE;
}

/* --- Again --- */

gboolean
due_fees_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again, struct draft_sheet *sheet,
                GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[again->index];
  struct life_period period;
  (void) reader;
  if (again->addon != NULL)
    return due_addon_again (billed, again->addon, again, sheet, error);
  return !life_again (&billed->life, LIFE_FEES, billed->zone, again->phase, again->period_index, again->period, &period)
         || add_fees (billed, &period, sheet, error);
}

gboolean
due_change_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again, struct draft_sheet *sheet,
                  GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[again->index];
  for (gsize i = 1; i < billed->life.count; i++) {
    const struct due_change change = { .phase = i, .due_us = request->as_of_us, .again = TRUE };
    if (billed->life.phases[i].number == again->phase)
      return due_change_add (reader->ledger, billed, &change, sheet, error);
  }
  return TRUE;
}

gboolean
due_usage_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again, struct draft_sheet *sheet,
                 GError **error)
{
  const struct billed_subscription *billed = &request->subscriptions[again->index];
  struct life_period period;
  g_hash_table_remove_all (reader->next);
  reader->usage = again->usage;
  reader->due = again->due;
  reader->estimating = (struct estimating){ .estimates = again->estimates, .keep = again->keep_estimates };
  return !life_again (&billed->life, LIFE_USAGE, billed->zone, again->phase, again->period_index, again->period, &period)
         || collect_period (reader, request, again->index, &period, FALSE, sheet, error);
}
