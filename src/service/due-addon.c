/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Add-ons with a cycle of their own. */
#include "service/due-addon.h"

#include "core/money.h"

#include <string.h>

static gboolean
holds (const GPtrArray *codes, const char *code)
{
  for (guint i = 0; i < codes->len; i++)
    if (strcmp (g_ptr_array_index (codes, i), code) == 0)
      return TRUE;
  return FALSE;
}

void
due_addon_codes (const struct life *life, GPtrArray *ret)
{
  for (gsize p = 0; p < life->count; p++)
    for (gsize i = 0; i < life->phases[p].items.count; i++) {
      const struct subscription_item *item = &life->phases[p].items.items[i];
      const struct plan_addon *addon = item->kind == SUBSCRIPTION_ADDON ? plan_find_addon (life->phases[p].plan, item->code) : NULL;
      if (addon != NULL && addon->own_interval && !holds (ret, item->code))
        g_ptr_array_add (ret, (gpointer) item->code);
    }
}

gboolean
due_addon_terms (const struct life_phase *phase, const char *code, struct fee_line *ret, struct interval *ret_interval)
{
  const struct plan_addon *addon = plan_find_addon (phase->plan, code);
  if (addon == NULL || !addon->own_interval)
    return FALSE;
  for (gsize i = 0; i < phase->items.count; i++) {
    const struct subscription_item *item = &phase->items.items[i];
    if (item->kind != SUBSCRIPTION_ADDON || strcmp (item->code, code) != 0)
      continue;
    *ret_interval = addon->fees[0].interval;
    *ret = (struct fee_line){
      .kind = LINE_ADDON,
      .code = addon->code,
      .description = addon->name,
      .category = addon->category,
      .unit_price = money_to_decimal (addon->fees[0].amount_minor, phase->plan->currency),
      .count = item->quantity,
    };
    return TRUE;
  }
  return FALSE;
}

/* The interval is that of the first phase that has it. */
struct life_clock
due_addon_clock (const struct life *life, const char *code)
{
  struct life_clock clock = { .kind = LIFE_KIND_OWN };
  struct fee_line line;
  for (gsize p = 0; p < life->count; p++)
    if (due_addon_terms (&life->phases[p], code, &line, &clock.interval))
      break;
  return clock;
}

static gboolean
add_period (const struct billed_subscription *billed, const char *code, const struct life_period *period, struct draft_sheet *sheet,
            GError **error)
{
  const struct life_phase *terms = &billed->life.phases[period->terms];
  struct fee_line line;
  struct interval interval;
  if ((terms->state != PHASE_ACTIVE && terms->state != PHASE_PAUSED_BILLED) || !due_addon_terms (terms, code, &line, &interval))
    return TRUE;
  const struct line_place place = {
    .subscription_id = billed->subscription.id,
    .phase = terms->number,
    .scope = billed->scope,
    .plan = terms->plan,
    .due_us = period->due_us,
    .period_index = period->index,
    .period = period->window,
    .ratio = period->ratio,
    .whole_us = period->whole_us,
    .own_cycle = TRUE,
  };
  return draft_add_fee (sheet, &place, &line, error);
}

gboolean
due_addon_position (struct ledger *ledger, const struct billed_subscription *billed, const char *code, struct life_clock *ret_clock,
                    struct life_position *ret, GError **error)
{
  gint64 index = 0;
  *ret_clock = due_addon_clock (&billed->life, code);
  *ret = life_position_start (&billed->life, 0, *ret_clock, billed->zone);
  if (!subscription_addon_billed (ledger, billed->subscription.id, code, &index, error))
    return FALSE;
  if (index > ret->index)
    *ret = life_position_at (&billed->life, *ret_clock, billed->zone, index);
  return TRUE;
}

gboolean
due_addons_collect (struct ledger *ledger, const struct due_request *request, const struct billed_subscription *billed,
                    struct draft_sheet *sheet, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  due_addon_codes (&billed->life, codes);
  for (guint i = 0; i < codes->len; i++) {
    const char *code = g_ptr_array_index (codes, i);
    struct life_clock clock;
    struct life_position at;
    struct life_period period;
    if (!due_addon_position (ledger, billed, code, &clock, &at, error))
      return FALSE;
    while (life_next (&billed->life, clock, billed->zone, &at, &period) && period.due_us <= request->as_of_us)
      if (!add_period (billed, code, &period, sheet, error))
        return FALSE;
  }
  return TRUE;
}

gboolean
due_addon_again (const struct billed_subscription *billed, const char *code, const struct due_again *again, struct draft_sheet *sheet,
                 GError **error)
{
  struct life_period period;
  return !life_again (&billed->life, due_addon_clock (&billed->life, code), billed->zone, again->phase, again->period_index, again->period, &period)
         || add_period (billed, code, &period, sheet, error);
}

gboolean
due_addons_move_on (struct ledger *ledger, const struct billed_subscription *billed, gint64 through_us, gboolean *ret_moved, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  due_addon_codes (&billed->life, codes);
  *ret_moved = FALSE;
  for (guint i = 0; i < codes->len; i++) {
    const char *code = g_ptr_array_index (codes, i);
    struct life_clock clock;
    struct life_position at, next;
    struct life_period period;
    if (!due_addon_position (ledger, billed, code, &clock, &at, error))
      return FALSE;
    gint64 index = at.index;
    for (next = at; life_next (&billed->life, clock, billed->zone, &next, &period) && period.due_us <= through_us;)
      index = next.index;
    if (index == at.index)
      continue;
    *ret_moved = TRUE;
    if (!subscription_addon_set_billed (ledger, billed->subscription.id, code, index, error))
      return FALSE;
  }
  return TRUE;
}
