/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes within periods. */
#include "service/due-change.h"

#include "base/error.h"
#include "service/discount.h"
#include "service/due-addon.h"
#include "service/plan-lines.h"

struct change {
  struct ledger *ledger;
  const struct billed_subscription *billed;
  struct draft_sheet *sheet;
  gsize phase; /* place of the new one */
  struct life_clock clock; /* of the periods in question */
  gboolean goes_on; /* they go on under the new terms */
  GArray *before;   /* struct plan_fee_item; empty where nothing is charged */
  GArray *after;
};

static void
change_clear (struct change *change)
{
  g_clear_pointer (&change->before, g_array_unref);
  g_clear_pointer (&change->after, g_array_unref);
}
typedef struct change change_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (change_t, change_clear)

static gboolean
read_fees (const struct life_phase *phase, GArray *ret, GError **error)
{
  if (phase->state == PHASE_PAUSED || phase->state == PHASE_ENDED)
    return TRUE;
  return plan_fee_items (phase->plan, phase->fee_interval, &phase->items, ret, error);
}

/* Once in a subscription, or wholly included: nothing that a part of a period could give back or cost. */
static gboolean
has_no_part (const struct plan_fee_item *item)
{
  return item->once || decimal_compare (item->line.count, item->line.included) <= 0;
}

static const struct plan_fee_item *
find_equal (const GArray *items, const struct plan_fee_item *item)
{
  for (guint i = 0; i < items->len; i++)
    if (plan_fee_item_equal (&g_array_index (items, struct plan_fee_item, i), item))
      return &g_array_index (items, struct plan_fee_item, i);
  return NULL;
}

/* The part of a period from the change on. */
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
    .due_us = phase->adjust_at_us,
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
give_back_discount (const struct change *change, const struct life_period *period, gsize mark, GError **error)
{
  const struct invoice_line *line = draft_last_line (change->sheet, mark);
  struct discounted_charge charge = { 0 };
  g_autofree char *discounts = NULL, *share = NULL;
  if (line == NULL)
    return TRUE;
  struct invoice_charge_key key = {
    .customer_id = change->billed->subscription.payer_id,
    .subscription_id = line->subscription_id,
    .kind = line->kind,
    .code = line->code,
    .period_end_us = line->period_end_us,
  };
  for (gsize i = change->phase; i-- > 0;) {
    key.billed_at_us = i > period->terms ? change->billed->life.phases[i].adjust_at_us : period->due_us;
    if (!invoice_find_charge (change->ledger, &key, &charge.amount_minor, &charge.discount_minor, &discounts, error))
      return FALSE;
    if (charge.amount_minor != 0)
      break;
    if (i <= period->terms)
      return TRUE;
  }
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
add_unused (const struct change *change, const struct life_period *period, GError **error)
{
  struct line_place place = place_in (change, period, change->phase - 1, LINE_UNUSED);
  for (guint i = 0; i < change->before->len; i++) {
    const struct plan_fee_item *item = &g_array_index (change->before, struct plan_fee_item, i);
    gsize mark = draft_sheet_mark (change->sheet);
    if (has_no_part (item) || (change->goes_on && find_equal (change->after, item) != NULL))
      continue;
    if (!draft_add_fee (change->sheet, &place, &item->line, error) || !give_back_discount (change, period, mark, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_remaining (const struct change *change, const struct life_period *period, GError **error)
{
  struct line_place place = place_in (change, period, change->phase, LINE_REMAINING);
  for (guint i = 0; change->goes_on && i < change->after->len; i++) {
    const struct plan_fee_item *item = &g_array_index (change->after, struct plan_fee_item, i);
    if (!has_no_part (item) && find_equal (change->before, item) == NULL && !draft_add_fee (change->sheet, &place, &item->line, error))
      return FALSE;
  }
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
    gboolean settled = phase->has_settled && period.due_us <= phase->settled_us;
    if (period.days.start.day >= phase->from.day && period.window.from_us >= phase->from_us && !settled)
      return TRUE;
    if (period.days.end.day <= phase->from.day)
      continue;
    if (!add_unused (change, &period, error) || !add_remaining (change, &period, error))
      return FALSE;
  }
  return TRUE;
}

/* The first phase whose one-off add-ons are charged: that of the first period, which bears its own. */
static gsize
first_charged (const struct change *change)
{
  const struct life *life = &change->billed->life;
  struct life_position at = life_position_start (life, 0, LIFE_FEES, change->billed->zone);
  struct life_period period;
  return life_step (life, LIFE_FEES, change->billed->zone, &at, &period) ? period.terms : 0;
}

static struct decimal
count_of (const struct life_phase *phase, const char *code)
{
  for (gsize i = 0; i < phase->items.count; i++)
    if (phase->items.items[i].kind == SUBSCRIPTION_ADDON && g_strcmp0 (phase->items.items[i].code, code) == 0)
      return phase->items.items[i].quantity;
  return DECIMAL_ZERO;
}

/* One-off add-ons that the phases before did not have, or not as many of. */
static gboolean
add_one_offs (const struct change *change, GError **error)
{
  const struct life *life = &change->billed->life;
  const struct life_phase *phase = &life->phases[change->phase];
  gsize first = first_charged (change);
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
  for (guint i = 0; i < change->after->len; i++) {
    struct fee_line line = g_array_index (change->after, struct plan_fee_item, i).line;
    struct decimal known = DECIMAL_ZERO;
    if (!g_array_index (change->after, struct plan_fee_item, i).once || first >= change->phase)
      continue;
    for (gsize p = first; p < change->phase; p++) {
      struct decimal count = count_of (&life->phases[p], line.code);
      known = decimal_compare (count, known) > 0 ? count : known;
    }
    if (decimal_compare (line.count, known) <= 0)
      continue;
    if (decimal_subtract (line.count, known, &line.count) != DECIMAL_OK)
      return error_set (error, ERROR_FAILED, "add-on %s: the number does not fit", line.code);
    if (!draft_add_fee (change->sheet, &place, &line, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Add-ons with a cycle of their own --- */

static void
take_addon (const struct life_phase *phase, const char *code, GArray *ret)
{
  struct plan_fee_item item = { 0 };
  struct interval interval;
  if (phase->state == PHASE_PAUSED || phase->state == PHASE_ENDED || !due_addon_terms (phase, code, &item.line, &interval))
    return;
  item.description = g_strdup (item.line.description);
  item.line.description = item.description;
  g_array_append_val (ret, item);
}

static gboolean
add_own_addons (const struct change *change, GError **error)
{
  const struct life *life = &change->billed->life;
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  due_addon_codes (life, codes);
  for (guint i = 0; i < codes->len; i++) {
    const char *code = g_ptr_array_index (codes, i);
    g_autoptr (GArray) before = plan_fee_items_new (), after = plan_fee_items_new ();
    struct change own = *change;
    own.clock = due_addon_clock (life, code);
    own.goes_on = life->phases[change->phase].state != PHASE_ENDED;
    own.before = before;
    own.after = after;
    take_addon (&life->phases[change->phase - 1], code, before);
    take_addon (&life->phases[change->phase], code, after);
    if (!add_periods (&own, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
due_change_add (struct ledger *ledger, const struct billed_subscription *billed, gsize phase, struct draft_sheet *sheet, GError **error)
{
  const struct life *life = &billed->life;
  g_auto (change_t) change = {
    .ledger = ledger,
    .billed = billed,
    .sheet = sheet,
    .phase = phase,
    .clock = LIFE_FEES,
    .goes_on = life_goes_on (life, phase),
    .before = plan_fee_items_new (),
    .after = plan_fee_items_new (),
  };
  if (!read_fees (&life->phases[phase - 1], change.before, error) || !read_fees (&life->phases[phase], change.after, error))
    return FALSE;
  if (life->phases[phase].prorated && (!add_periods (&change, error) || !add_own_addons (&change, error)))
    return FALSE;
  return add_one_offs (&change, error);
}
