/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes within periods. */
#include "service/due-change.h"

#include "base/error.h"
#include "service/discount.h"
#include "service/due-addon.h"
#include "service/plan-lines.h"

#include <string.h>

/* A fee as it is charged for what is left of a period. */
struct charged {
  const struct plan_fee_item *item;
  gsize phase; /* place of the one by whose terms it was charged */
};

struct change {
  struct ledger *ledger;
  const struct billed_subscription *billed;
  struct draft_sheet *sheet;
  gsize phase; /* place of the new one */
  struct life_clock clock; /* of the periods in question */
  struct life_position position; /* behind what is billed of them */
  gint64 due_us;      /* by when lines must fall due that stand on no issued invoice; `again`: when exactly */
  gboolean again;
  const char *addon;  /* the one with a cycle of its own; NULL: what is charged in the interval of the fees */
  gboolean goes_on;   /* the periods go on under the new terms */
  GPtrArray *fees;    /* GArray of struct plan_fee_item: of each phase up to the new one; empty where nothing is charged */
  GArray *charged;    /* struct charged */
};

static void
change_clear (struct change *change)
{
  g_clear_pointer (&change->fees, g_ptr_array_unref);
  g_clear_pointer (&change->charged, g_array_unref);
}
typedef struct change change_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (change_t, change_clear)

static void
take_addon (const struct life_phase *phase, const char *code, GArray *ret)
{
  struct plan_fee_item item = { 0 };
  struct interval interval;
  if (!due_addon_terms (phase, code, &item.line, &interval))
    return;
  item.description = g_strdup (item.line.description);
  item.line.description = item.description;
  g_array_append_val (ret, item);
}

static gboolean
read_fees (struct change *change, GError **error)
{
  change->fees = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  change->charged = g_array_new (FALSE, FALSE, sizeof (struct charged));
  for (gsize p = 0; p <= change->phase; p++) {
    const struct life_phase *phase = &change->billed->life.phases[p];
    GArray *fees = plan_fee_items_new ();
    g_ptr_array_add (change->fees, fees);
    if (phase->state == PHASE_PAUSED || phase->state == PHASE_ENDED)
      continue;
    if (change->addon != NULL)
      take_addon (phase, change->addon, fees);
    else if (!plan_fee_items (phase->plan, phase->fee_interval, &phase->items, fees, error))
      return FALSE;
  }
  return TRUE;
}

static const GArray *
fees_of (const struct change *change, gsize phase)
{
  return g_ptr_array_index (change->fees, phase);
}

/* Once in a subscription, or wholly included: nothing that a part of a period could give back or cost. */
static gboolean
has_no_part (const struct plan_fee_item *item)
{
  return item->once || decimal_compare (item->line.count, item->line.included) <= 0;
}

/* --- What is charged for the rest of a period --- */

/* There is one base fee, whatever the plan is called. */
static gboolean
is_same_thing (const struct plan_fee_item *a, const struct plan_fee_item *b)
{
  return a->line.kind == b->line.kind && (a->line.kind == LINE_BASE || strcmp (a->line.code, b->line.code) == 0);
}

static const struct plan_fee_item *
find_same (const struct change *change, gsize phase, const struct plan_fee_item *item)
{
  const GArray *fees = fees_of (change, phase);
  for (guint i = 0; i < fees->len; i++)
    if (is_same_thing (&g_array_index (fees, struct plan_fee_item, i), item))
      return &g_array_index (fees, struct plan_fee_item, i);
  return NULL;
}

static gboolean
is_charged_already (const struct change *change, const struct plan_fee_item *item)
{
  for (guint i = 0; i < change->charged->len; i++)
    if (is_same_thing (g_array_index (change->charged, struct charged, i).item, item))
      return TRUE;
  return FALSE;
}

/* Does the fee of one phase cost what that of the other does? */
static gboolean
costs_the_same (const struct change *change, struct charged a, struct charged b)
{
  const struct life_phase *phases = change->billed->life.phases;
  if (a.item == NULL || b.item == NULL)
    return a.item == b.item;
  return plan_fee_item_equal (a.item, b.item)
         && decimal_compare (phases[a.phase].plan->discount, phases[b.phase].plan->discount) == 0;
}

/* Does the phase leave that as it was: a fee that it does not change, or one that was charged as it is now? */
static gboolean
stays (const struct change *change, gsize phase, struct charged charged)
{
  const struct charged before = { find_same (change, phase - 1, charged.item), phase - 1 };
  const struct charged after = { find_same (change, phase, charged.item), phase };
  return costs_the_same (change, before, after) || costs_the_same (change, charged, after);
}

/* What is paid afterwards falls due with its period, and so does what a change makes of it: nothing is given back before it is
 * charged. */
static gboolean
comes_with_period (const struct change *change, const struct life_period *period)
{
  const struct life_phase *phases = change->billed->life.phases;
  return phases[period->terms].plan->billing == PLAN_IN_ARREARS && !life_is_settled (&phases[change->phase], period);
}

static gint64
line_due_us (const struct change *change, const struct life_period *period)
{
  return comes_with_period (change, period) ? period->due_us : change->billed->life.phases[change->phase].adjust_at_us;
}

/* Is the period behind what counts as billed? */
static gboolean
is_open (const struct change *change, const struct life_period *period)
{
  const struct life_position *billed = &change->position;
  return period->stretch > billed->phase || (period->stretch == billed->phase && period->index >= billed->index);
}

static gboolean
falls_due (const struct change *change)
{
  const struct subscription *subscription = &change->billed->subscription;
  gint64 due_us = change->billed->life.phases[change->phase].adjust_at_us;
  if (change->again)
    return due_us == change->due_us;
  return due_us <= change->due_us && (!subscription->has_billed_through || due_us > subscription->billed_through_us);
}

/* Are the lines of the change within the period asked for? */
static gboolean
is_wanted (const struct change *change, const struct life_period *period)
{
  if (!comes_with_period (change, period))
    return falls_due (change);
  return change->again ? period->due_us == change->due_us : period->due_us <= change->due_us && is_open (change, period);
}

/* The part of a period from the change on, by the basis of the terms. */
static struct line_place
place_in (const struct change *change, const struct life_period *period, gsize terms, enum line_role role)
{
  const struct life_phase *phase = &change->billed->life.phases[change->phase];
  struct proration_stretch rest = { period->days, period->window.from_us, period->window.to_us };
  if (phase->from.day > rest.days.start.day || phase->from_us > rest.from_us) {
    rest.days.start = phase->from;
    rest.from_us = phase->from_us;
  }
  const struct plan *plan = change->billed->life.phases[terms].plan;
  return (struct line_place){
    .subscription_id = change->billed->subscription.id,
    .phase = phase->number,
    .role = role,
    .scope = change->billed->scope,
    .plan = plan,
    .due_us = line_due_us (change, period),
    .period_index = period->index,
    .period = { rest.from_us, rest.to_us },
    .ratio = life_part_ratio (plan, &rest, period, change->billed->zone),
    .whole_us = period->whole_us,
    .own_cycle = change->clock.kind == LIFE_KIND_OWN,
  };
}

/* The discount of what an unused part was charged by, in proportion. What stands on no issued invoice yet is found when the drafts are
 * discounted. */
static gboolean
give_back_discount (const struct change *change, const struct life_period *period, gsize terms, gsize mark, GError **error)
{
  const struct invoice_line *line = draft_last_line (change->sheet, mark);
  struct discounted_charge charge = { 0 };
  g_autofree char *discounts = NULL, *share = NULL;
  if (line == NULL)
    return TRUE;
  const struct change charging = { .billed = change->billed, .phase = terms };
  gint64 charged_at_us = line_due_us (&charging, period);
  struct invoice_charge_key key = {
    .customer_id = change->billed->subscription.payer_id,
    .subscription_id = line->subscription_id,
    .kind = line->kind,
    .code = line->code,
    .period_end_us = line->period_end_us,
    .billed_at_us = terms > period->terms ? charged_at_us : period->due_us,
  };
  if (!invoice_find_charge (change->ledger, &key, &charge.amount_minor, &charge.discount_minor, &discounts, error))
    return FALSE;
  if (charge.amount_minor == 0)
    return TRUE;
  gint64 share_minor = 0;
  charge.discounts = discounts;
  if (!discount_share (&charge, line->amount_minor, &share_minor, &share, error))
    return FALSE;
  draft_set_discount (change->sheet, share_minor, share);
  return TRUE;
}

static gboolean
add_unused (const struct change *change, const struct life_period *period, struct charged charged, GError **error)
{
  const struct line_place place = place_in (change, period, charged.phase, LINE_UNUSED);
  gsize mark = draft_sheet_mark (change->sheet);
  return has_no_part (charged.item)
         || (draft_add_fee (change->sheet, &place, &charged.item->line, error)
             && give_back_discount (change, period, charged.phase, mark, error));
}

static gboolean
add_remaining (const struct change *change, const struct life_period *period, const struct plan_fee_item *item, GError **error)
{
  const struct line_place place = place_in (change, period, change->phase, LINE_REMAINING);
  return has_no_part (item) || draft_add_fee (change->sheet, &place, &item->line, error);
}

/* What the phase gives back of what is charged, and what it charges itself: as lines where it is the change in question. */
static gboolean
swap (const struct change *change, const struct life_period *period, gsize phase, GError **error)
{
  gboolean is_it = phase == change->phase, goes_on = !is_it || change->goes_on;
  const GArray *after = fees_of (change, phase);
  for (guint i = 0; i < change->charged->len;) {
    const struct charged charged = g_array_index (change->charged, struct charged, i);
    if (goes_on && stays (change, phase, charged)) {
      i++;
      continue;
    }
    g_array_remove_index (change->charged, i);
    if (is_it && !add_unused (change, period, charged, error))
      return FALSE;
  }
  for (guint i = 0; goes_on && i < after->len; i++) {
    const struct charged now = { &g_array_index (after, struct plan_fee_item, i), phase };
    const struct charged before = { find_same (change, phase - 1, now.item), phase - 1 };
    if (is_charged_already (change, now.item) || costs_the_same (change, before, now))
      continue;
    g_array_append_val (change->charged, now);
    if (is_it && !add_remaining (change, period, now.item, error))
      return FALSE;
  }
  return TRUE;
}

/* What was charged is what the period began with, and what later changes made of it; those that are not prorated made nothing. */
static gboolean
add_period (const struct change *change, const struct life_period *period, GError **error)
{
  const GArray *first = fees_of (change, period->terms);
  g_array_set_size (change->charged, 0);
  for (guint i = 0; i < first->len; i++) {
    const struct charged charged = { &g_array_index (first, struct plan_fee_item, i), period->terms };
    g_array_append_val (change->charged, charged);
  }
  for (gsize p = period->terms + 1; p <= change->phase; p++)
    if (change->billed->life.phases[p].prorated && !swap (change, period, p, error))
      return FALSE;
  return TRUE;
}

/* The periods under the terms before that are charged beyond the change: the one it falls into, and those that were settled when
 * it was recorded. */
static gboolean
add_periods (const struct change *change, GError **error)
{
  const struct life *life = &change->billed->life;
  const struct life_phase *phase = &life->phases[change->phase];
  struct life_position at = life_position_on (life, change->phase - 1, change->clock, change->billed->zone, phase->from);
  struct life_period period;
  while (life_step (life, change->clock, change->billed->zone, &at, &period)) {
    gboolean begins_behind = change->goes_on ? period.days.start.day > phase->from.day : period.days.start.day >= phase->from.day;
    if (period.terms >= change->phase || (begins_behind && !life_is_settled (phase, &period)))
      return TRUE;
    if (period.days.end.day > phase->from.day && is_wanted (change, &period) && !add_period (change, &period, error))
      return FALSE;
    if (period.days.end.day < period.whole.end.day)
      return TRUE; /* cut short: nothing follows it */
  }
  return TRUE;
}

/* --- One-off add-ons --- */

/* How many the phases had from the one on by which the first period was charged. */
static struct decimal
most_before (const struct change *change, gsize first, const char *code)
{
  struct decimal most = DECIMAL_ZERO;
  for (gsize p = first; p < change->phase; p++) {
    const struct subscription_items *items = &change->billed->life.phases[p].items;
    for (gsize i = 0; i < items->count; i++)
      if (items->items[i].kind == SUBSCRIPTION_ADDON && strcmp (items->items[i].code, code) == 0
          && decimal_compare (items->items[i].quantity, most) > 0)
        most = items->items[i].quantity;
  }
  return most;
}

/* Those that the phases before did not have, and did not have as many of. What the first period begins with is charged with it. */
static gboolean
add_one_offs (const struct change *change, GError **error)
{
  const struct life *life = &change->billed->life;
  const struct life_phase *phase = &life->phases[change->phase];
  const GArray *fees = fees_of (change, change->phase);
  struct life_position at = life_position_start (life, 0, LIFE_FEES, change->billed->zone);
  struct life_period begun = { .terms = 0 };
  struct line_place place = {
    .subscription_id = change->billed->subscription.id,
    .phase = phase->number,
    .role = LINE_REMAINING,
    .scope = change->billed->scope,
    .plan = phase->plan,
    .due_us = phase->adjust_at_us,
    .period = { phase->from_us, timezone_day_start_us (change->billed->zone, (struct date){ phase->from.day + 1 }) },
    .ratio = RATIO_ONE,
  };
  place.whole_us = place.period.to_us - place.period.from_us;
  if (life_step (life, LIFE_FEES, change->billed->zone, &at, &begun) && begun.terms >= change->phase)
    return TRUE;
  for (guint i = 0; i < fees->len; i++) {
    const struct plan_fee_item *item = &g_array_index (fees, struct plan_fee_item, i);
    struct fee_line line = item->line;
    if (item->once && decimal_subtract (line.count, most_before (change, begun.terms, line.code), &line.count) == DECIMAL_OK
        && decimal_sign (line.count) > 0 && !draft_add_fee (change->sheet, &place, &line, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Add-ons with a cycle of their own --- */

static gboolean
add_own_addons (const struct change *change, GError **error)
{
  const struct life *life = &change->billed->life;
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  due_addon_codes (life, codes);
  for (guint i = 0; i < codes->len; i++) {
    const char *code = g_ptr_array_index (codes, i);
    g_auto (change_t) own = {
      .ledger = change->ledger,
      .billed = change->billed,
      .sheet = change->sheet,
      .phase = change->phase,
      .due_us = change->due_us,
      .again = change->again,
      .addon = code,
      .goes_on = life->phases[change->phase].state != PHASE_ENDED,
    };
    if (!due_addon_position (change->ledger, change->billed, code, &own.clock, &own.position, error) || !read_fees (&own, error)
        || !add_periods (&own, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
due_change_add (struct ledger *ledger, const struct billed_subscription *billed, const struct due_change *asked, struct draft_sheet *sheet,
                GError **error)
{
  const struct life *life = &billed->life;
  g_auto (change_t) change = {
    .ledger = ledger,
    .billed = billed,
    .sheet = sheet,
    .phase = asked->phase,
    .due_us = asked->due_us,
    .again = asked->again,
    .clock = LIFE_FEES,
    .position = life_position_billed (life, &billed->subscription, LIFE_FEES),
    .goes_on = life_goes_on (life, asked->phase),
  };
  if (!read_fees (&change, error))
    return FALSE;
  if (life->phases[asked->phase].prorated && (!add_periods (&change, error) || !add_own_addons (&change, error)))
    return FALSE;
  return !falls_due (&change) || add_one_offs (&change, error);
}
