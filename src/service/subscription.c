/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions as they stand at an instant. */
#include "service/subscription.h"

#include "base/error.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

enum { NAMED_MAX = 10 };

/* Period n, cut off where the subscription ends; FALSE when there is none. */
static gboolean
period_of (const struct subscription *subscription, struct interval interval, gint64 n, struct period *ret)
{
  struct cycle cycle = { subscription->anchor, interval, subscription->alignment };
  struct period period;
  if (n < 0 || !cycle_period (&cycle, n, &period))
    return FALSE;
  if (subscription->has_end) {
    if (period.start.day >= subscription->end.day)
      return FALSE;
    if (period.end.day > subscription->end.day)
      period.end = subscription->end;
  }
  *ret = period;
  return TRUE;
}

static gboolean
period_on (const struct subscription *subscription, struct interval interval, struct date day, struct period *ret)
{
  struct cycle cycle = { subscription->anchor, interval, subscription->alignment };
  struct period period;
  if (!period_of (subscription, interval, cycle_index (&cycle, day), &period) || day.day >= period.end.day)
    return FALSE;
  *ret = period;
  return TRUE;
}

static void
note_due (struct subscription_state *state, gint64 due_us)
{
  if (!state->has_next_billing || due_us < state->next_billing_us)
    state->next_billing_us = due_us;
  state->has_next_billing = TRUE;
}

static void
find_billing (const struct subscription *subscription, const struct plan *plan, const struct timezone *zone,
              struct subscription_state *state)
{
  struct period period;
  gboolean has_fees = plan->fee_count > 0 || plan->quantity_count > 0 || plan->addon_count > 0;
  if (has_fees && period_of (subscription, subscription->fee_interval, subscription->fees_billed, &period))
    note_due (state, timezone_day_start_us (zone, plan->billing == PLAN_IN_ADVANCE ? period.start : period.end));
  if (plan->charge_count > 0 && period_of (subscription, plan->usage_interval, subscription->usage_billed, &period))
    note_due (state, timezone_day_start_us (zone, period.end));
  if (has_fees && period_of (subscription, subscription->fee_interval, subscription->fees_billed - 1, &period)) {
    state->has_fees_billed = TRUE;
    state->fees_billed_to = period.end;
  }
  if (plan->charge_count > 0 && period_of (subscription, plan->usage_interval, subscription->usage_billed - 1, &period)) {
    state->has_usage_billed = TRUE;
    state->usage_billed_to = period.end;
  }
}

void
subscription_state_at (const struct subscription *subscription, const struct plan *plan, const struct timezone *zone, gint64 at_us,
                       struct subscription_state *ret)
{
  struct date today = timezone_date (zone, at_us);
  struct subscription_state state = {
    .status = subscription_status_on (subscription, today),
    .has_trial = subscription->anchor.day > subscription->start.day,
  };
  state.has_fee_period = period_on (subscription, subscription->fee_interval, today, &state.fee_period);
  state.has_usage_period = period_on (subscription, plan->usage_interval, today, &state.usage_period);
  find_billing (subscription, plan, zone, &state);
  *ret = state;
}

void
subscription_view_clear (struct subscription_view *view)
{
  g_clear_pointer (&view->row, subscription_row_free);
  subscription_items_clear (&view->items);
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
read_state (struct subscription_context *context, const struct subscription_row *row, const struct plan **ret_plan,
            struct subscription_state *ret, GError **error)
{
  const struct timezone *zone = NULL;
  if (!plan_cache_get (context->plans, row->subscription.plan_version_id, ret_plan, error)
      || !timezone_cache_get (context->zones, row->timezone, &zone, error))
    return error_prefix (error, "subscription %s: ", row->subscription.code);
  subscription_state_at (&row->subscription, *ret_plan, zone, context->at_us, ret);
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
  g_auto (subscription_view_t) view = { 0 };
  g_autofree char *code = NULL;
  if (!subscription_look_up (context->ledger, reference, &view.row, error))
    return FALSE;
  if (view.row == NULL) {
    if (!find_of_customer (context->ledger, reference, &code, error))
      return FALSE;
    if (!subscription_find (context->ledger, code == NULL ? reference : code, &view.row, error))
      return FALSE;
  }
  if (!read_state (context, view.row, &view.plan, &view.state, error)
      || !subscription_items_read (context->ledger, view.row->subscription.id, &view.items, error))
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
    const struct plan *plan = NULL;
    struct subscription_state state;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if (!read_state (context, row, &plan, &state, error))
      return FALSE;
    if (request->status >= 0 && (int) state.status != request->status)
      continue;
    if (!request->each (row, &state, request->data, error))
      return FALSE;
  }
}
