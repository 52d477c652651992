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
  if (!price_list_plan (list, request->from, 0, &made->from, error) || !price_list_plan (list, request->to, 0, &made->to, error)
      || !check_plan (made->from, error) || !check_plan (made->to, error) || !plan_order_read (&before, made->from, &order, error))
    return FALSE;
  if (made->from->currency != made->to->currency)
    return error_set (error, ERROR_REFUSED, "plan %s is priced in %s, plan %s in %s", made->from->code, made->from->currency->code,
                      made->to->code, made->to->currency->code);
  interval_format (before.interval, interval);
  order.interval = interval;
  if (!plan_order_read (&after, made->to, &order, error))
    return FALSE;
  made->interval = before.interval;
  made->from_minor = plan_find_fee (made->from, before.interval)->amount_minor;
  made->to_minor = plan_find_fee (made->to, before.interval)->amount_minor;
  return TRUE;
}

/* --- What is left --- */

static gboolean
measure (enum proration_basis basis, struct prorated *made, GError **error)
{
  const struct scheduled_period *period = &made->period;
  const struct proration_stretch whole = { period->days, period->from_us, period->to_us };
  const struct proration_stretch rest = { { made->changed_on, period->days.end }, made->changed_at_us, period->to_us };
  if (basis == BASIS_30_360 && (made->interval.unit == INTERVAL_DAY || made->interval.unit == INTERVAL_WEEK))
    return error_set (error, ERROR_REFUSED, "the basis 30/360 goes with months, quarters and years, not with days and weeks");
  made->ratio = proration_ratio (basis, &rest, &whole);
  return TRUE;
}

static gboolean
prorate_fee (const struct plan *plan, gint64 fee_minor, struct ratio ratio, gint64 *ret_minor, GError **error)
{
  struct exact fee = exact_from_decimal (money_to_decimal (fee_minor, plan->currency));
  if (!exact_round (&fee, ratio, plan->currency->digits, ret_minor))
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
  gint64 unused_minor = 0;
  if (!find_plans (list, request, &made, error) || !find_period (request, &made, error) || !measure (request->basis, &made, error)
      || !prorate_fee (made.from, made.from_minor, made.ratio, &unused_minor, error)
      || !prorate_fee (made.to, made.to_minor, made.ratio, &made.remaining_minor, error))
    return FALSE;
  made.unused_minor = -unused_minor;
  if (!money_add (made.unused_minor, made.remaining_minor, &made.net_minor))
    return error_set (error, ERROR_FAILED, "the sum of both lines does not fit 64 bits of minor units");
  *ret = made;
  return TRUE;
}
