/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording phases. */
#include "service/subscription-phase.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/ledger.h"
#include "store/phase.h"

#include <string.h>

gboolean
phase_check_runs (const struct subscription_view *view, struct date day, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  char start[DATE_TEXT_SIZE], end[DATE_TEXT_SIZE], text[DATE_TEXT_SIZE];
  date_format (day, text);
  date_format (subscription->start, start);
  date_format (subscription->end, end);
  if (day.day < subscription->start.day)
    return error_set (error, ERROR_REFUSED, "subscription %s starts on %s: %s lies before that", subscription->code, start, text);
  if (!subscription->has_end)
    return TRUE;
  if (subscription->is_canceled) {
    error_set (error, ERROR_REFUSED, "subscription %s is canceled as of %s", subscription->code, end);
    return error_add_hint (error, "`billctl subscription undo %s` takes that back while it is not over", subscription->code);
  }
  return day.day < subscription->end.day
         || error_set (error, ERROR_REFUSED, "subscription %s ends on %s: %s is not a day of it", subscription->code, end, text);
}

gboolean
phase_check_last (const struct subscription_view *view, struct date day, GError **error)
{
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  char text[DATE_TEXT_SIZE], asked[DATE_TEXT_SIZE];
  if (last->from.day <= day.day)
    return TRUE;
  date_format (last->from, text);
  date_format (day, asked);
  error_set (error, ERROR_REFUSED, "subscription %s changes on %s already: nothing can be changed on %s before that",
             view->row->subscription.code, text, asked);
  return error_add_hint (error, "`billctl subscription undo %s` takes the later change back", view->row->subscription.code);
}

struct date
phase_day (const struct subscription_context *context, const struct subscription_view *view, const struct time_text *time)
{
  return timezone_date (view->zone, time == NULL ? context->at_us : timezone_resolve (view->zone, time));
}

gint64
phase_instant (const struct subscription_context *context, const struct subscription_view *view, const struct time_text *time)
{
  gint64 at_us = time == NULL ? context->at_us : timezone_resolve (view->zone, time);
  if (view->plan->proration == BASIS_SECOND)
    return at_us;
  return timezone_day_start_us (view->zone, timezone_date (view->zone, at_us));
}

struct date
phase_period_end (const struct subscription_view *view, struct date day)
{
  const struct life *life = &view->life;
  const struct life_phase *phase = life_phase_on (life, day);
  struct life_position at = life_position_on (life, (gsize) (phase - life->phases), LIFE_FEES, view->zone, day);
  struct life_period period;
  if (day.day < phase->anchor.day)
    return phase->anchor;
  return life_step (life, LIFE_FEES, view->zone, &at, &period) && period.days.end.day > day.day ? period.days.end : day;
}

struct phase_plan
phase_plan_from (const struct subscription_view *view, struct date from, gint64 from_us)
{
  struct phase_plan plan = { .phase = *life_phase_on (&view->life, from), .proration = CHANGE_CREATE };
  plan.phase.from = from;
  plan.phase.from_us = from_us;
  return plan;
}

/* --- When what it costs falls due --- */

static gint64
behind_billed (const struct subscription *subscription, gint64 due_us, gint64 now_us)
{
  if (!subscription->has_billed_through || due_us > subscription->billed_through_us)
    return due_us;
  return MAX (now_us, subscription->billed_through_us + 1);
}

/* The end of the first period that ends after the change and is not billed. */
static gint64
next_end_us (const struct subscription_view *view, const struct phase_plan *plan, struct life_clock clock)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct life *life = &view->life;
  struct life_position at = life_position_on (life, life->count - 1, clock, view->zone, plan->phase.from);
  struct life_period period;
  while (life_step (life, clock, view->zone, &at, &period))
    if (period.window.to_us > plan->phase.from_us
        && (!subscription->has_billed_through || period.window.to_us > subscription->billed_through_us))
      return period.window.to_us;
  return plan->phase.from_us;
}

/* When the next invoice after the change is drawn up: for fees, or for usage where the plan has any. */
static gint64
next_boundary_us (const struct subscription_view *view, const struct phase_plan *plan)
{
  gint64 fees_us = next_end_us (view, plan, LIFE_FEES), usage_us = next_end_us (view, plan, LIFE_USAGE);
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  gboolean has_usage = last->plan->charge_count > 0 && last->plan->billing == PLAN_IN_ADVANCE && usage_us > plan->phase.from_us;
  return has_usage ? MIN (fees_us, usage_us) : fees_us;
}

static gint64
adjust_at_us (const struct subscription_context *context, const struct subscription_view *view, const struct phase_plan *plan)
{
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  gboolean anew = plan->phase.anchor.day != last->anchor.day || !interval_equal (plan->phase.fee_interval, last->fee_interval);
  gboolean ends = plan->phase.state == PHASE_ENDED, arrears = last->plan->billing == PLAN_IN_ARREARS;
  gint64 due_us = plan->phase.from_us;
  if (arrears && !anew && !ends)
    due_us = next_boundary_us (view, plan);
  else if (!plan->due_at_start && !anew && plan->proration != CHANGE_INVOICE_NOW && plan->phase.from.day >= last->anchor.day)
    due_us = next_boundary_us (view, plan);
  return behind_billed (&view->row->subscription, due_us, context->at_us);
}

/* --- Writing --- */

static gboolean
write_phase (struct ledger *ledger, gint64 subscription_id, const struct life_phase *phase, GError **error)
{
  g_autofree char *items = life_items_text (&phase->items);
  const struct phase_row row = {
    .number = phase->number,
    .state = phase->state,
    .from = phase->from,
    .from_us = phase->from_us,
    .plan_version_id = phase->plan->version_id,
    .fee_interval = phase->fee_interval,
    .alignment = phase->alignment,
    .anchor = phase->anchor,
    .items = items,
    .has_settled = phase->has_settled,
    .settled_us = phase->settled_us,
    .adjust_at_us = phase->adjust_at_us,
    .prorated = phase->prorated,
  };
  return phase_insert (ledger, subscription_id, &row, error);
}

static gboolean
write_terms (struct ledger *ledger, struct subscription *subscription, const struct life_phase *phase, GError **error)
{
  subscription->plan_version_id = phase->plan->version_id;
  subscription->fee_interval = phase->fee_interval;
  subscription->alignment = phase->alignment;
  if (!subscription_set_terms (ledger, subscription, error) || !subscription_items_delete (ledger, subscription->id, error))
    return FALSE;
  for (gsize i = 0; i < phase->items.count; i++)
    if (!subscription_item_insert (ledger, subscription->id, &phase->items.items[i], error))
      return FALSE;
  return TRUE;
}

gboolean
phase_event (struct ledger *ledger, const struct subscription *subscription, struct date effective, const struct phase_words *words,
             GError **error)
{
  const struct subscription_event event = { .effective = effective, .kind = words->kind, .detail = words->detail };
  return subscription_event_insert (ledger, subscription->id, &event, error)
         && audit_add (ledger, error, "subscription %s %s: %s", subscription->code, words->kind, words->detail);
}

gboolean
phase_record (struct subscription_context *context, struct subscription_view *view, const struct phase_plan *plan,
              const struct phase_words *words, GError **error)
{
  struct subscription *subscription = &view->row->subscription;
  struct life_phase phase = plan->phase;
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  phase.number = subscription->phases + 1;
  /* Whole days behind an instant of the same day begin with it. */
  if (phase.from.day == last->from.day)
    phase.from_us = MAX (phase.from_us, last->from_us);
  phase.has_settled = subscription->has_billed_through;
  phase.settled_us = subscription->billed_through_us;
  phase.prorated = plan->proration != CHANGE_NONE;
  phase.adjust_at_us = adjust_at_us (context, view, plan);
  if (subscription->phases == 1) {
    struct life_phase first = view->life.phases[0];
    first.adjust_at_us = first.from_us;
    if (!write_phase (context->ledger, subscription->id, &first, error))
      return FALSE;
  }
  subscription->phases++;
  return write_phase (context->ledger, subscription->id, &phase, error) && write_terms (context->ledger, subscription, &phase, error)
         && phase_event (context->ledger, subscription, phase.from, words, error);
}

/* --- Results --- */

static void
clear_line (gpointer data)
{
  struct change_line *line = data;
  g_free (line->description);
  g_free (line->quantity);
  g_free (line->included);
  g_free (line->unit_price);
  g_free (line->exact_amount);
  g_free (line->ratio);
}

void
change_result_clear (struct change_result *result)
{
  subscription_view_clear (&result->view);
  g_clear_pointer (&result->detail, g_free);
  g_clear_pointer (&result->lines, g_array_unref);
}

gboolean
phase_result_bare (struct subscription_context *context, const char *code, struct change_result *result, GError **error)
{
  g_autofree char *name = g_strdup (code);
  subscription_view_clear (&result->view);
  result->lines = g_array_new (FALSE, FALSE, sizeof (struct change_line));
  g_array_set_clear_func (result->lines, clear_line);
  if (!subscription_get (context, name, &result->view, error))
    return FALSE;
  result->currency = result->view.plan->currency;
  return TRUE;
}

gboolean
phase_result (struct subscription_context *context, const struct subscription_view *before, struct change_result *result, GError **error)
{
  result->first_phase = (gint64) before->life.count + 1;
  if (!phase_result_bare (context, before->row->subscription.code, result, error))
    return FALSE;
  const struct life_phase *first = &result->view.life.phases[result->first_phase - 1];
  result->effective = first->from;
  result->effective_us = first->from_us;
  result->currency = first->plan->currency;
  return subscription_preview (context, result, error);
}

gboolean
phase_transaction (struct subscription_context *context, phase_work work, const void *request, struct change_result *ret, GError **error)
{
  g_auto (change_result_t) result = { 0 };
  if (!ledger_begin (context->ledger, error))
    return FALSE;
  if (!work (context, request, &result, error) || !ledger_commit (context->ledger, error)) {
    ledger_rollback (context->ledger);
    return FALSE;
  }
  *ret = result;
  result = (struct change_result){ 0 };
  return TRUE;
}
