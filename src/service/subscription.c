/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions as they stand at an instant. */
#include "service/subscription.h"

#include "base/error.h"
#include "service/custom-terms.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

enum { NAMED_MAX = 10 };

static void
note_due (struct subscription_state *state, gint64 due_us)
{
  if (!state->has_next_billing || due_us < state->next_billing_us)
    state->next_billing_us = due_us;
  state->has_next_billing = TRUE;
}

static void
find_next_due (const struct subscription *subscription, const struct life *life, const struct timezone *zone, struct life_clock clock,
               struct subscription_state *state)
{
  struct life_position at = life_position_billed (life, subscription, clock);
  struct life_period period;
  if (life_next (life, clock, zone, &at, &period))
    note_due (state, period.due_us);
}

static gboolean
is_behind_start (const struct subscription *subscription, const struct life *life, const struct timezone *zone, struct life_clock clock)
{
  struct life_position at = life_position_billed (life, subscription, clock), start = life_position_start (life, 0, clock, zone);
  return at.phase > start.phase || at.index > start.index;
}

static void
find_billing (const struct subscription *subscription, const struct life *life, const struct timezone *zone, struct subscription_state *state)
{
  const struct plan *plan = life->phases[life->count - 1].plan;
  gboolean has_fees = plan->fee_count > 0 || plan->quantity_count > 0 || plan->addon_count > 0;
  if (has_fees)
    find_next_due (subscription, life, zone, LIFE_FEES, state);
  if (plan->charge_count > 0)
    find_next_due (subscription, life, zone, LIFE_USAGE, state);
  for (gsize i = 1; i < life->count; i++)
    if (life->phases[i].prorated
        && (!subscription->has_billed_through || life->phases[i].adjust_at_us > subscription->billed_through_us))
      note_due (state, life->phases[i].adjust_at_us);
  state->has_fees_billed = has_fees && is_behind_start (subscription, life, zone, LIFE_FEES);
  state->fees_billed_to = timezone_date (zone, subscription->fees_from_us);
  state->has_usage_billed = plan->charge_count > 0 && is_behind_start (subscription, life, zone, LIFE_USAGE);
  state->usage_billed_to = timezone_date (zone, subscription->usage_from_us);
}

static gboolean
period_on (const struct life *life, const struct timezone *zone, struct life_clock clock, struct date day, struct period *ret)
{
  gsize phase = (gsize) (life_phase_on (life, day) - life->phases);
  if (life->phases[phase].state == PHASE_ENDED)
    return FALSE;
  struct life_position at = life_position_on (life, phase, clock, zone, day);
  struct life_period period;
  if (!life_step (life, clock, zone, &at, &period) || day.day < period.days.start.day || day.day >= period.days.end.day)
    return FALSE;
  *ret = period.days;
  return TRUE;
}

static enum subscription_status
status_on (const struct subscription *subscription, const struct life *life, struct date day)
{
  const struct life_phase *phase = life_phase_on (life, day);
  if (phase->state == PHASE_ENDED)
    return subscription->is_canceled ? SUBSCRIPTION_CANCELED : SUBSCRIPTION_EXPIRED;
  if (phase->state == PHASE_PAUSED || phase->state == PHASE_PAUSED_BILLED)
    return SUBSCRIPTION_PAUSED;
  return subscription_status_on (subscription, day);
}

void
subscription_state_at (const struct subscription *subscription, const struct life *life, const struct timezone *zone, gint64 at_us,
                       struct subscription_state *ret)
{
  struct date today = timezone_date (zone, at_us);
  struct subscription_state state = {
    .status = status_on (subscription, life, today),
    .has_trial = life->phases[0].anchor.day > subscription->start.day,
  };
  state.has_fee_period = period_on (life, zone, LIFE_FEES, today, &state.fee_period);
  state.has_usage_period = period_on (life, zone, LIFE_USAGE, today, &state.usage_period);
  find_billing (subscription, life, zone, &state);
  const struct life_phase *now = life_phase_on (life, today), *last = &life->phases[life->count - 1];
  state.has_next_change = now < last && (last->state != PHASE_ENDED || now + 1 < last);
  if (state.has_next_change)
    state.next_change = now[1].from;
  *ret = state;
}

void
subscription_view_clear (struct subscription_view *view)
{
  g_clear_pointer (&view->row, subscription_row_free);
  life_clear (&view->life);
  g_clear_pointer (&view->differences, g_ptr_array_unref);
}

void
subscription_context_init (struct subscription_context *context, struct ledger *ledger, gint64 at_us)
{
  *context = (struct subscription_context){
    .ledger = ledger,
    .plans = plan_cache_new (ledger),
    .zones = timezone_cache_new (),
    .at_us = at_us,
  };
}

void
subscription_context_clear (struct subscription_context *context)
{
  g_clear_pointer (&context->plans, plan_cache_free);
  g_clear_pointer (&context->zones, timezone_cache_free);
}

static gboolean
read_life (struct subscription_context *context, const struct subscription_row *row, const struct timezone **ret_zone, struct life *ret,
           GError **error)
{
  if (!timezone_cache_get (context->zones, row->timezone, ret_zone, error)
      || !life_load (context->ledger, context->plans, &row->subscription, *ret_zone, ret, error))
    return error_prefix (error, "subscription %s: ", row->subscription.code);
  return TRUE;
}

/* The only subscription of a customer; *ret is NULL when there is no such customer. */
static gboolean
find_of_customer (struct ledger *ledger, const char *code, char **ret, GError **error)
{
  struct subscription_filter filter = { 0 };
  g_autoptr (subscription_walk_t) walk = NULL;
  if (!customer_id_by_code (ledger, code, &filter.customer_id, error))
    return FALSE;
  if (filter.customer_id == 0) {
    *ret = NULL;
    return TRUE;
  }
  if (!subscription_list_begin (ledger, &filter, &walk, error))
    return FALSE;
  g_autoptr (GString) codes = g_string_new (NULL);
  for (guint count = 0;; count++) {
    const struct subscription_row *row = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL && count == 1) {
      *ret = g_string_free (g_steal_pointer (&codes), FALSE);
      return TRUE;
    }
    if (row == NULL && count == 0)
      return error_set (error, ERROR_NOT_FOUND, "customer %s has no subscription", code);
    if (row == NULL || count == NAMED_MAX) {
      error_set (error, ERROR_USAGE, "customer %s has several subscriptions: %s%s", code, codes->str, row == NULL ? "" : ", …");
      return error_add_hint (error, "name one of them");
    }
    g_string_append_printf (codes, "%s%s", count == 0 ? "" : ", ", row->subscription.code);
  }
}

gboolean
subscription_get (struct subscription_context *context, const char *reference, struct subscription_view *ret, GError **error)
{
  g_auto (subscription_view_t) view = { .differences = g_ptr_array_new_with_free_func (g_free) };
  g_autofree char *code = NULL;
  if (!subscription_look_up (context->ledger, reference, &view.row, error))
    return FALSE;
  if (view.row == NULL) {
    if (!find_of_customer (context->ledger, reference, &code, error))
      return FALSE;
    if (!subscription_find (context->ledger, code == NULL ? reference : code, &view.row, error))
      return FALSE;
  }
  if (!read_life (context, view.row, &view.zone, &view.life, error))
    return FALSE;
  view.phase = life_phase_on (&view.life, timezone_date (view.zone, context->at_us));
  view.plan = view.phase->plan;
  subscription_state_at (&view.row->subscription, &view.life, view.zone, context->at_us, &view.state);
  if (!custom_terms_differences (context->ledger, view.plan->version_id, view.differences, error))
    return FALSE;
  *ret = view;
  view = (struct subscription_view){ 0 };
  return TRUE;
}

static gboolean
make_filter (struct ledger *ledger, const struct subscription_list_request *request, struct subscription_filter *ret, GError **error)
{
  *ret = (struct subscription_filter){ .plan_code = request->plan };
  if (request->plan != NULL) {
    g_autoptr (plan_record_t) plan = NULL;
    if (!plan_record_find (ledger, request->plan, &plan, error))
      return FALSE;
  }
  if (request->customer == NULL)
    return TRUE;
  if (!customer_id_by_code (ledger, request->customer, &ret->customer_id, error))
    return FALSE;
  return ret->customer_id != 0 || customer_fail_unknown (ledger, request->customer, error);
}

gboolean
subscription_list (struct subscription_context *context, const struct subscription_list_request *request, GError **error)
{
  struct subscription_filter filter;
  g_autoptr (subscription_walk_t) walk = NULL;
  if (!make_filter (context->ledger, request, &filter, error) || !subscription_list_begin (context->ledger, &filter, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    const struct timezone *zone = NULL;
    g_auto (life_t) life = { 0 };
    struct subscription_state state;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if (!read_life (context, row, &zone, &life, error))
      return FALSE;
    subscription_state_at (&row->subscription, &life, zone, context->at_us, &state);
    if (request->status >= 0 && (int) state.status != request->status)
      continue;
    if (!request->each (row, life_phase_on (&life, timezone_date (zone, context->at_us)), &state, request->data, error))
      return FALSE;
  }
}
