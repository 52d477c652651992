/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases of subscriptions in memory, and their periods. */
#include "service/life.h"

#include "base/error.h"
#include "base/json.h"

#include <json-c/json.h>
#include <string.h>

/* --- Items --- */

static const char *const item_kinds[] = { [SUBSCRIPTION_QUANTITY] = "quantity", [SUBSCRIPTION_ADDON] = "addon" };

static gint
compare_items (gconstpointer left, gconstpointer right)
{
  const struct subscription_item *a = left, *b = right;
  return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp (a->code, b->code);
}

static void
append_items (GString *text, const struct subscription_items *items, enum subscription_item_kind kind)
{
  const char *separator = "";
  g_string_append_printf (text, "\"%s\":{", item_kinds[kind]);
  for (gsize i = 0; i < items->count; i++) {
    const struct subscription_item *item = &items->items[i];
    char quantity[DECIMAL_TEXT_SIZE];
    if (item->kind != kind)
      continue;
    decimal_format (item->quantity, quantity);
    g_string_append (text, separator);
    json_append_string (text, item->code);
    g_string_append_printf (text, ":\"%s\"", quantity);
    separator = ",";
  }
  g_string_append_c (text, '}');
}

char *
life_items_text (const struct subscription_items *items)
{
  g_autofree struct subscription_item *copy = g_memdup2 (items->items, items->count * sizeof *copy);
  struct subscription_items sorted = { items->count, copy };
  if (copy != NULL)
    qsort (copy, sorted.count, sizeof *copy, compare_items);
  g_autoptr (GString) text = g_string_new ("{");
  append_items (text, &sorted, SUBSCRIPTION_ADDON);
  g_string_append_c (text, ',');
  append_items (text, &sorted, SUBSCRIPTION_QUANTITY);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
parse_items (json_object *root, enum subscription_item_kind kind, GArray *items)
{
  json_object *members = NULL;
  if (!json_object_object_get_ex (root, item_kinds[kind], &members) || !json_object_is_type (members, json_type_object))
    return FALSE;
  json_object_object_foreach (members, code, value) {
    struct subscription_item item = { .kind = kind };
    const char *text = json_object_get_string (value);
    if (text == NULL || decimal_parse (text, strlen (text), &item.quantity) != DECIMAL_OK)
      return FALSE;
    item.code = g_strdup (code);
    g_array_append_val (items, item);
  }
  return TRUE;
}

gboolean
life_items_parse (const char *text, struct subscription_items *ret, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (struct subscription_item));
  json_object *root = json_tokener_parse (text);
  gboolean ok = parse_items (root, SUBSCRIPTION_QUANTITY, items) && parse_items (root, SUBSCRIPTION_ADDON, items);
  json_object_put (root);
  ret->count = items->len;
  ret->items = (struct subscription_item *) (gpointer) g_array_steal (items, NULL);
  if (ok)
    return TRUE;
  subscription_items_clear (ret);
  return error_set (error, ERROR_LEDGER, "the ledger holds items of a subscription that cannot be read: %s", text);
}

/* --- Loading --- */

void
life_clear (struct life *life)
{
  for (gsize i = 0; i < life->count; i++)
    subscription_items_clear (&life->phases[i].items);
  g_clear_pointer (&life->phases, g_free);
  life->count = 0;
}

struct loading {
  struct plan_cache *plans;
  GArray *phases; /* struct life_phase */
};

static gboolean
load_phase (const struct phase_row *row, void *data, GError **error)
{
  struct loading *loading = data;
  struct life_phase phase = {
    .number = row->number,
    .state = row->state,
    .from = row->from,
    .from_us = row->from_us,
    .fee_interval = row->fee_interval,
    .alignment = row->alignment,
    .anchor = row->anchor,
    .has_settled = row->has_settled,
    .settled_us = row->settled_us,
    .adjust_at_us = row->adjust_at_us,
    .prorated = row->prorated,
  };
  if (!plan_cache_get (loading->plans, row->plan_version_id, &phase.plan, error) || !life_items_parse (row->items, &phase.items, error))
    return FALSE;
  g_array_append_val (loading->phases, phase);
  return TRUE;
}

static gboolean
load_single (struct ledger *ledger, struct plan_cache *plans, const struct subscription *subscription, const struct timezone *zone,
             struct life *ret, GError **error)
{
  const struct plan *plan = NULL;
  struct subscription_items items = { 0 };
  if (!plan_cache_get (plans, subscription->plan_version_id, &plan, error))
    return FALSE;
  if ((plan->quantity_count > 0 || plan->addon_count > 0) && !subscription_items_read (ledger, subscription->id, &items, error))
    return FALSE;
  ret->count = 1;
  ret->phases = g_new0 (struct life_phase, 1);
  ret->phases[0] = (struct life_phase){
    .number = 1,
    .from = subscription->start,
    .from_us = timezone_day_start_us (zone, subscription->start),
    .plan = plan,
    .fee_interval = subscription->fee_interval,
    .alignment = subscription->alignment,
    .anchor = subscription->anchor,
    .items = items,
  };
  return TRUE;
}

/* What a change gives back must not fall due before what it was charged by: a change that falls due earlier than one before it, which
 * stood on no issued invoice then, takes that one along. */
static void
align_dues (struct life *life)
{
  for (gsize i = life->count; i-- > 2;) {
    const struct life_phase *later = &life->phases[i];
    struct life_phase *phase = &life->phases[i - 1];
    if (phase->adjust_at_us > later->adjust_at_us && (!later->has_settled || phase->adjust_at_us > later->settled_us))
      phase->adjust_at_us = later->adjust_at_us;
  }
}

gboolean
life_load (struct ledger *ledger, struct plan_cache *plans, const struct subscription *subscription, const struct timezone *zone,
           struct life *ret, GError **error)
{
  g_auto (life_t) life = { .has_contract_end = subscription->has_contract_end, .contract_end = subscription->contract_end };
  if (subscription->phases == 1) {
    if (!load_single (ledger, plans, subscription, zone, &life, error))
      return FALSE;
  } else {
    struct loading loading = { plans, g_array_new (FALSE, FALSE, sizeof (struct life_phase)) };
    gboolean ok = phase_each (ledger, subscription->id, load_phase, &loading, error);
    life.count = loading.phases->len;
    life.phases = (struct life_phase *) (gpointer) g_array_free (loading.phases, FALSE);
    if (!ok)
      return FALSE;
    if (life.count != (gsize) subscription->phases)
      return error_set (error, ERROR_LEDGER, "subscription %s lacks some of its phases", subscription->code);
    align_dues (&life);
  }
  *ret = life;
  life = (struct life){ 0 };
  return TRUE;
}

/* --- What is in force --- */

const struct life_phase *
life_phase_at (const struct life *life, gint64 at_us)
{
  gsize i = life->count - 1;
  while (i > 0 && life->phases[i].from_us > at_us)
    i--;
  return &life->phases[i];
}

const struct life_phase *
life_phase_on (const struct life *life, struct date day)
{
  gsize i = life->count - 1;
  while (i > 0 && life->phases[i].from.day > day.day)
    i--;
  return &life->phases[i];
}

const struct life_phase *
life_end (const struct life *life)
{
  const struct life_phase *last = &life->phases[life->count - 1];
  return last->state == PHASE_ENDED ? last : NULL;
}

/* --- Stretches --- */

static struct cycle
cycle_of (const struct life_phase *phase, struct life_clock clock)
{
  const struct interval intervals[] = { phase->fee_interval, phase->plan->usage_interval, clock.interval };
  return (struct cycle){ phase->anchor, intervals[clock.kind], phase->alignment };
}

static gboolean
same_cycle (const struct life_phase *a, const struct life_phase *b, struct life_clock clock)
{
  struct cycle one = cycle_of (a, clock), other = cycle_of (b, clock);
  return one.anchor.day == other.anchor.day && one.alignment == other.alignment && interval_equal (one.interval, other.interval);
}

/* The end is no stretch of its own. */
static gboolean
belongs_to_stretch (const struct life *life, gsize phase, gsize next, struct life_clock clock)
{
  return clock.kind == LIFE_KIND_OWN || life->phases[next].state == PHASE_ENDED || same_cycle (&life->phases[phase], &life->phases[next], clock);
}

static gsize
stretch_first (const struct life *life, gsize phase, struct life_clock clock)
{
  while (phase > 0 && belongs_to_stretch (life, phase - 1, phase, clock))
    phase--;
  return phase;
}

static gsize
stretch_last (const struct life *life, gsize phase, struct life_clock clock)
{
  while (phase + 1 < life->count && belongs_to_stretch (life, phase, phase + 1, clock))
    phase++;
  return phase;
}

/* Was what fell due at the instant settled before the phase was recorded? */
static gboolean
is_settled (const struct life_phase *phase, gint64 due_us)
{
  return phase->has_settled && due_us <= phase->settled_us;
}

/* The first day that the stretch bills. Usage that was billed by the periods before, when it was recorded, is not billed again; fees
 * are given back instead. */
static struct date
stretch_start (const struct life *life, gsize first, struct life_clock clock, const struct timezone *zone)
{
  const struct life_phase *phase = &life->phases[first];
  struct date day = phase->from.day > phase->anchor.day ? phase->from : phase->anchor;
  struct period period;
  if (first == 0 || clock.kind != LIFE_KIND_USAGE)
    return day;
  struct cycle before = cycle_of (phase - 1, clock);
  for (gint64 index = cycle_index (&before, day); index >= 0 && cycle_period (&before, index, &period); index++) {
    struct date end = period.end;
    if (life->has_contract_end && life->contract_end.day < end.day)
      end = life->contract_end;
    if (end.day <= day.day || !is_settled (phase, timezone_day_start_us (zone, end)))
      break;
    day = end;
  }
  return day;
}

struct life_position
life_position_start (const struct life *life, gsize phase, struct life_clock clock, const struct timezone *zone)
{
  gsize first = stretch_first (life, phase, clock);
  struct cycle cycle = cycle_of (&life->phases[first], clock);
  struct date day = stretch_start (life, first, clock, zone);
  return (struct life_position){ first, cycle_index (&cycle, day), timezone_day_start_us (zone, day) };
}

struct life_position
life_position_billed (const struct life *life, const struct subscription *subscription, struct life_clock clock)
{
  gboolean fees = clock.kind == LIFE_KIND_FEES;
  gint64 number = fees ? subscription->fees_phase : subscription->usage_phase;
  gsize phase = 0;
  while (phase + 1 < life->count && life->phases[phase].number < number)
    phase++;
  return (struct life_position){ stretch_first (life, phase, clock), fees ? subscription->fees_billed : subscription->usage_billed,
                                 fees ? subscription->fees_from_us : subscription->usage_from_us };
}

struct life_position
life_position_on (const struct life *life, gsize phase, struct life_clock clock, const struct timezone *zone, struct date day)
{
  struct life_position at = life_position_start (life, phase, clock, zone);
  struct cycle cycle = cycle_of (&life->phases[at.phase], clock);
  struct period period;
  gint64 index = cycle_index (&cycle, day);
  if (index <= at.index || !cycle_period (&cycle, index, &period))
    return at;
  return (struct life_position){ at.phase, index, timezone_day_start_us (zone, period.start) };
}

struct life_position
life_position_at (const struct life *life, struct life_clock clock, const struct timezone *zone, gint64 index)
{
  struct cycle cycle = cycle_of (&life->phases[0], clock);
  struct period period = { life->phases[0].anchor, life->phases[0].anchor };
  cycle_period (&cycle, index, &period);
  return (struct life_position){ 0, index, timezone_day_start_us (zone, period.start) };
}

gboolean
life_goes_on (const struct life *life, gsize phase)
{
  return life->phases[phase].state != PHASE_ENDED && same_cycle (&life->phases[phase - 1], &life->phases[phase], LIFE_FEES);
}

/* --- Periods --- */

static gint64
due_of (const struct life_phase *terms, struct life_clock clock, struct window window)
{
  return clock.kind != LIFE_KIND_USAGE && terms->plan->billing == PLAN_IN_ADVANCE ? window.from_us : window.to_us;
}

/* Days count, whatever the zone is by now; instants only within a day. */
static gboolean
begins_by (const struct life_phase *phase, struct date start, gint64 start_us)
{
  return phase->from.day < start.day
         || (phase->from.day == start.day && (phase->plan->proration != BASIS_SECOND || phase->from_us <= start_us));
}

/* The last phase at the start of the window that was known when the period fell due. From the first one on that was recorded behind
 * that, none is: what fell due before is on invoices. */
static gsize
terms_of (const struct life *life, struct life_clock clock, gsize first, struct date start, struct window window)
{
  gsize terms = first;
  for (gsize i = first + 1; i < life->count; i++) {
    if (is_settled (&life->phases[i], due_of (&life->phases[terms], clock, window)))
      break;
    if (begins_by (&life->phases[i], start, window.from_us))
      terms = i;
  }
  return terms;
}

/* Cuts the period off at a day, unless it was settled before that was decided by the phase. FALSE when nothing is left. */
static gboolean
cut (struct period *days, struct date end, const struct life_phase *by, gint64 due_us)
{
  if (end.day >= days->end.day || (by != NULL && is_settled (by, due_us)))
    return TRUE;
  days->end = end;
  return days->start.day < end.day;
}

/* What is paid in advance is given back where its periods begin anew; what is paid afterwards just ends
 * there, also where the change is not prorated: nothing was paid that could stay paid. */
static gboolean
ends_with_stretch (const struct life *life, struct life_clock clock, const struct life_period *period)
{
  if (period->last + 1 >= life->count)
    return FALSE;
  return clock.kind == LIFE_KIND_USAGE || life->phases[period->terms].plan->billing == PLAN_IN_ARREARS;
}

/* Does the end cut a period short that lies before this one? Then there is none behind it, whatever that might have fallen due by. */
static gboolean
ended_before (const struct life *life, struct life_clock clock, const struct timezone *zone, const struct life_period *period)
{
  const struct life_phase *end = life_end (life);
  const struct cycle cycle = cycle_of (&life->phases[period->stretch], clock);
  struct period last;
  if (period->days.start.day < end->from.day || !cycle_period (&cycle, cycle_index (&cycle, end->from), &last)
      || last.start.day >= end->from.day)
    return FALSE;
  const struct window whole = { timezone_day_start_us (zone, last.start), timezone_day_start_us (zone, last.end) };
  gsize terms = terms_of (life, clock, period->stretch, last.start, whole);
  return !is_settled (end, due_of (&life->phases[terms], clock, whole));
}

/* Finds the terms as well. */
static gboolean
cut_ends (const struct life *life, struct life_clock clock, const struct timezone *zone, gint64 from_us, struct life_period *period)
{
  const struct life_phase *end = life_end (life);
  if (life->has_contract_end && !cut (&period->days, life->contract_end, NULL, 0))
    return FALSE;
  const struct window whole = { from_us, timezone_day_start_us (zone, period->days.end) };
  period->terms = terms_of (life, clock, period->stretch, period->days.start, whole);
  period->settled_us = due_of (&life->phases[period->terms], clock, whole);
  if (ends_with_stretch (life, clock, period)
      && !cut (&period->days, life->phases[period->last + 1].from, &life->phases[period->last + 1], period->settled_us))
    return FALSE;
  if (end == NULL || period->last + 1 < life->count)
    return TRUE;
  return !ended_before (life, clock, zone, period) && cut (&period->days, end->from, end, period->settled_us);
}

gboolean
life_is_settled (const struct life_phase *phase, const struct life_period *period)
{
  return is_settled (phase, period->settled_us);
}

struct ratio
life_part_ratio (const struct plan *plan, const struct proration_stretch *part, const struct life_period *period,
                 const struct timezone *zone)
{
  const struct proration_stretch whole = { period->whole, timezone_day_start_us (zone, period->whole.start),
                                           timezone_day_start_us (zone, period->whole.end) };
  return proration_ratio (plan->proration, part, &whole);
}

/* Period `index` of the stretch that begins with `first`; FALSE outside the calendar and behind the end. */
static gboolean
make_period (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position at, struct life_period *ret)
{
  struct cycle cycle = cycle_of (&life->phases[at.phase], clock);
  struct life_period period = { .stretch = at.phase, .last = stretch_last (life, at.phase, clock), .index = at.index };
  if (!cycle_period (&cycle, at.index, &period.days) || !cycle_full_period (&cycle, at.index, &period.whole))
    return FALSE;
  struct date first = stretch_start (life, at.phase, clock, zone);
  if (period.days.start.day < first.day)
    period.days.start = first;
  if (!cut_ends (life, clock, zone, at.from_us, &period))
    return FALSE;
  period.window = (struct window){ at.from_us, timezone_day_start_us (zone, period.days.end) };
  const struct proration_stretch charged = { period.days, period.window.from_us, period.window.to_us };
  period.ratio = life_part_ratio (life->phases[period.terms].plan, &charged, &period, zone);
  /* A whole period is as long as it is, also where the customer's zone has changed within. */
  period.whole_us = period.ratio.numerator == period.ratio.denominator
                        ? period.window.to_us - period.window.from_us
                        : timezone_day_start_us (zone, period.whole.end) - timezone_day_start_us (zone, period.whole.start);
  period.due_us = due_of (&life->phases[period.terms], clock, period.window);
  *ret = period;
  return TRUE;
}

gboolean
life_next (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position *position, struct life_period *ret)
{
  for (;;) {
    struct life_period period;
    gsize last = stretch_last (life, position->phase, clock);
    struct cycle cycle = cycle_of (&life->phases[position->phase], clock);
    struct period natural;
    gboolean over = !cycle_period (&cycle, position->index, &natural);
    if (!over && last + 1 < life->count) {
      struct date first = stretch_start (life, position->phase, clock, zone);
      over = MAX (natural.start.day, first.day) >= life->phases[last + 1].from.day;
    }
    if (!over && make_period (life, clock, zone, *position, &period)) {
      *position = (struct life_position){ position->phase, position->index + 1, period.window.to_us };
      *ret = period;
      return TRUE;
    }
    if (last + 1 >= life->count || !over)
      return FALSE;
    *position = life_position_start (life, last + 1, clock, zone);
  }
}

gboolean
life_step (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position *position, struct life_period *ret)
{
  struct life_period period;
  if (!make_period (life, clock, zone, *position, &period))
    return FALSE;
  *position = (struct life_position){ position->phase, position->index + 1, period.window.to_us };
  *ret = period;
  return TRUE;
}

gboolean
life_again (const struct life *life, struct life_clock clock, const struct timezone *zone, gint64 number, gint64 index, struct window window,
            struct life_period *ret)
{
  gsize phase = 0;
  while (phase + 1 < life->count && life->phases[phase].number < number)
    phase++;
  struct life_position at = { stretch_first (life, phase, clock), index, window.from_us };
  if (!make_period (life, clock, zone, at, ret))
    return FALSE;
  gboolean is_whole = clock.kind != LIFE_KIND_USAGE || ret->terms == life->count - 1 || life->phases[ret->terms + 1].from.day >= ret->days.end.day;
  /* Usage of a part of a period: the window that stands on the line is not that of the period. */
  if (!is_whole)
    return TRUE;
  if (ret->ratio.numerator == ret->ratio.denominator)
    ret->whole_us = window.to_us - window.from_us;
  ret->window = window;
  if (clock.kind != LIFE_KIND_USAGE)
    ret->terms = phase;
  return TRUE;
}

gint64
life_next_due (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position position, gint64 from_us)
{
  struct life_period period;
  while (life_next (life, clock, zone, &position, &period)) {
    gboolean paused = life->phases[period.terms].state == PHASE_PAUSED;
    /* Nobody knows how long the last pause is. */
    if (paused && period.last + 1 == life->count)
      return G_MAXINT64;
    if (!paused && period.due_us >= from_us)
      return period.due_us;
  }
  return G_MAXINT64;
}
