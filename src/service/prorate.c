/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change of plan within a period. */
#include "service/prorate.h"

#include "base/error.h"
#include "core/money.h"
#include "service/plan-order.h"

#include <string.h>

static gboolean
check_plan (const struct plan *plan, GError **error)
{
  if (plan->fee_count == 0)
    return error_set (error, ERROR_REFUSED, "plan %s has no fee that could be prorated", plan->code);
  if (plan->billing == PLAN_IN_ARREARS)
    return error_set (error, ERROR_REFUSED, "plan %s is paid in arrears: nothing of it has been paid that could be unused", plan->code);
  return TRUE;
}

/* Both plans, and the interval by which both are paid. */
static gboolean
find_plans (struct price_list *list, const struct prorate_request *request, struct prorated *made, GError **error)
{
  g_auto (plan_order_t) before = { 0 }, after = { 0 };
  struct plan_order_request order = { .interval = request->interval };
  char interval[INTERVAL_TEXT_SIZE];
  if (!price_list_plan (list, request->from, 0, &made->unused.plan, error) || !price_list_plan (list, request->to, 0, &made->remaining.plan, error)
      || !check_plan (made->unused.plan, error) || !check_plan (made->remaining.plan, error) || !plan_order_read (&before, made->unused.plan, &order, error))
    return FALSE;
  if (made->unused.plan->currency != made->remaining.plan->currency)
    return error_set (error, ERROR_REFUSED, "plan %s is priced in %s, plan %s in %s", made->unused.plan->code, made->unused.plan->currency->code,
                      made->remaining.plan->code, made->remaining.plan->currency->code);
  interval_format (before.interval, interval);
  order.interval = interval;
  if (!plan_order_read (&after, made->remaining.plan, &order, error))
    return FALSE;
  made->interval = before.interval;
  made->unused.fee_minor = plan_find_fee (made->unused.plan, before.interval)->amount_minor;
  made->remaining.fee_minor = plan_find_fee (made->remaining.plan, before.interval)->amount_minor;
  return TRUE;
}

/* --- What is left --- */

static gboolean
measure (const struct prorate_request *request, const struct prorated *made, struct prorated_line *line, GError **error)
{
  const struct scheduled_period *period = &made->period;
  const struct proration_stretch whole = { period->days, period->from_us, period->to_us };
  const struct proration_stretch rest = { { made->changed_on, period->days.end }, made->changed_at_us, period->to_us };
  line->basis = request->basis < 0 ? line->plan->proration : (enum proration_basis) request->basis;
  if (line->basis == BASIS_30_360 && (made->interval.unit == INTERVAL_DAY || made->interval.unit == INTERVAL_WEEK))
    return error_set (error, ERROR_REFUSED, "the basis 30/360 goes with months, quarters and years, not with days and weeks");
  line->ratio = proration_ratio (line->basis, &rest, &whole);
  return TRUE;
}

/* As invoices have it: the fee without the discount of the plan, times the ratio, rounded once. */
static gboolean
prorate_fee (struct prorated_line *line, gint64 fee_minor, GError **error)
{
  const struct plan *plan = line->plan;
  struct decimal rest;
  line->exact = exact_from_decimal (money_to_decimal (fee_minor, plan->currency));
  if (decimal_subtract (decimal_from_int64 (1), plan->discount, &rest) != DECIMAL_OK || !exact_multiply (&line->exact, rest, &line->exact)
      || !exact_round (&line->exact, line->ratio, plan->currency->digits, &line->amount_minor))
    return error_set (error, ERROR_FAILED, "the fee of plan %s: the amount does not fit", plan->code);
  return TRUE;
}

static gboolean
find_period (const struct prorate_request *request, struct prorated *made, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (made->interval, interval);
  const struct schedule_request asked = { .start = request->anchor, .interval = interval, .timezone = request->timezone };
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct schedule schedule;
  if (!schedule_init (&schedule, zones, &asked, error) || !schedule_at (&schedule, request->at, &made->period, error))
    return FALSE;
  made->changed_at_us = timezone_resolve (schedule.zone, request->at);
  made->changed_on = timezone_date (schedule.zone, made->changed_at_us);
  return TRUE;
}

gboolean
prorate (struct price_list *list, const struct prorate_request *request, struct prorated *ret, GError **error)
{
  struct prorated made = { 0 };
  if (!find_plans (list, request, &made, error) || !find_period (request, &made, error) || !measure (request, &made, &made.unused, error)
      || !measure (request, &made, &made.remaining, error) || !prorate_fee (&made.unused, -made.unused.fee_minor, error)
      || !prorate_fee (&made.remaining, made.remaining.fee_minor, error))
    return FALSE;
  if (!money_add (made.unused.amount_minor, made.remaining.amount_minor, &made.net_minor))
    return error_set (error, ERROR_FAILED, "the sum of both lines does not fit 64 bits of minor units");
  *ret = made;
  return TRUE;
}
