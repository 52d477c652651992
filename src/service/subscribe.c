/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a customer on a plan. */
#include "service/subscribe.h"

#include "base/error.h"
#include "base/text.h"
#include "service/coupon.h"
#include "service/plan-order.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/phase.h"

#include <string.h>

/* What is being put together; everything but the zone and the plan is owned. */
struct order {
  struct customer *customer;
  const struct timezone *zone;
  const struct plan *plan;
  const struct custom_terms *terms; /* NULL: as the plan has them */
  struct plan_order taken;
  struct subscription subscription;
  char *code;
};

static void
order_clear (struct order *order)
{
  g_clear_pointer (&order->customer, customer_free);
  plan_order_clear (&order->taken);
  g_clear_pointer (&order->code, g_free);
}
typedef struct order order_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (order_t, order_clear)

void
subscribe_result_clear (struct subscribe_result *result)
{
  subscription_view_clear (&result->view);
  g_clear_pointer (&result->shared_with, g_free);
  g_clear_pointer (&result->shared_metrics, g_free);
}

/* --- The plan --- */

static gboolean
fail_currency (struct ledger *ledger, const struct plan_version *version, const struct plan *plan, const struct customer *customer,
               GError **error)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_version_free);
  g_autoptr (GString) currencies = g_string_new (plan->currency->code);
  if (!plan_version_currencies (ledger, version->plan_id, version->version, others, error))
    return FALSE;
  for (guint i = 0; i < others->len; i++)
    g_string_append_printf (currencies, " and %s", ((const struct plan_version *) g_ptr_array_index (others, i))->variant);
  return error_set (error, ERROR_REFUSED, "plan %s is priced in %s, customer %s pays in %s", plan->code, currencies->str, customer->code,
                    customer->currency);
}

/* The version that is wanted, with its prices in the customer's currency. */
static gboolean
find_version (struct subscription_context *context, const struct subscribe_request *request, const struct order *order, gint64 *ret_id,
              GError **error)
{
  const struct customer *customer = order->customer;
  g_autoptr (plan_version_t) version = NULL, variant = NULL;
  const struct plan *plan = NULL;
  if (!plan_version_find (context->ledger, request->plan, request->version, &version, error)
      || !plan_cache_get (context->plans, version->id, &plan, error))
    return FALSE;
  *ret_id = version->id;
  gboolean agreed = order->terms != NULL && custom_terms_currency (order->terms) != NULL;
  if (agreed || strcmp (plan->currency->code, customer->currency) == 0)
    return TRUE;
  if (!plan_version_look_up (context->ledger, version->plan_id, version->version, customer->currency, &variant, error))
    return FALSE;
  if (variant == NULL)
    return fail_currency (context->ledger, version, plan, customer, error);
  *ret_id = variant->id;
  return TRUE;
}

static gboolean
find_plan (struct subscription_context *context, const struct subscribe_request *request, struct order *order, GError **error)
{
  g_autoptr (plan_record_t) record = NULL;
  gint64 *version_id = &order->subscription.plan_version_id;
  if (!plan_record_find (context->ledger, request->plan, &record, error) || !find_version (context, request, order, version_id, error)
      || (order->terms != NULL && !custom_terms_make (context->ledger, *version_id, order->terms, version_id, error))
      || !plan_cache_get (context->plans, *version_id, &order->plan, error))
    return FALSE;
  const struct plan *plan = order->plan;
  if (strcmp (record->status, "archived") == 0) {
    error_set (error, ERROR_REFUSED, "plan %s is archived: it is not sold any more", plan->code);
    return error_add_hint (error, "`billctl plans archive %s --undo` sells it again", plan->code);
  }
  if (plan->customer != NULL && strcmp (plan->customer, order->customer->code) != 0)
    return error_set (error, ERROR_REFUSED, "plan %s was agreed with customer %s: nobody else can have it", plan->code, plan->customer);
  if (plan->custom && plan->fee_count == 0) {
    error_set (error, ERROR_REFUSED, "plan %s is sold by agreement and has no price yet", plan->code);
    return error_add_hint (error, "set the agreed prices with --set or --terms, or apply a catalog file with a plan of that customer");
  }
  return TRUE;
}

static gboolean
read_order (const struct subscribe_request *request, struct order *order, GError **error)
{
  const struct plan_order_request taken = { request->interval, request->quantities, request->addons };
  if (!plan_order_read (&order->taken, order->plan, &taken, error))
    return FALSE;
  order->subscription.fee_interval = order->taken.interval;
  return TRUE;
}

/* --- Days --- */

static gboolean
read_trial_days (const struct subscribe_request *request, const struct plan *plan, gint32 *ret, GError **error)
{
  guint64 days = 0;
  if (request->trial_days == NULL) {
    *ret = plan->trial_days;
    return TRUE;
  }
  if (!g_ascii_string_to_unsigned (request->trial_days, 10, 0, TRIAL_DAYS_MAX, &days, NULL))
    return error_set (error, ERROR_USAGE, "trial days '%s' are not a whole number from 0 to %d", request->trial_days, TRIAL_DAYS_MAX);
  *ret = (gint32) days;
  return TRUE;
}

/* A day of the customer's calendar: what a date says, or the day on which an instant falls there. */
static struct date
civil_day (const struct timezone *zone, const struct time_text *time)
{
  return timezone_date (zone, timezone_resolve (zone, time));
}

/* A plan may ask for a payment method before a trial, since nobody asks again when that is over. */
static gboolean
check_trial_payment (const struct order *order, gint32 trial_days, GError **error)
{
  if (trial_days == 0 || order->plan->trial_payment == TRIAL_PAYMENT_OPTIONAL || order->customer->payment_method != NULL)
    return TRUE;
  error_set (error, ERROR_REFUSED, "plan %s has no trial without a payment method, and customer %s has none", order->plan->code,
             order->customer->code);
  return error_add_hint (error, "`billctl customer update %s --payment-method TOKEN` sets it", order->customer->code);
}

/* Periods are counted from where those of the other subscription are. */
static gboolean
align (struct subscription_context *context, const struct subscribe_request *request, struct order *order, gint32 trial_days, GError **error)
{
  struct subscription *subscription = &order->subscription;
  g_auto (subscription_view_t) other = { 0 };
  char start[DATE_TEXT_SIZE], anchor[DATE_TEXT_SIZE];
  if (!subscription_get (context, request->align_to, &other, error))
    return FALSE;
  const struct life_phase *last = &other.life.phases[other.life.count - 1];
  if (other.row->subscription.customer_id != order->customer->id)
    return error_set (error, ERROR_REFUSED, "subscription %s is not one of customer %s", other.row->subscription.code, order->customer->code);
  if (trial_days > 0)
    return error_set (error, ERROR_REFUSED, "a subscription with a trial begins its periods where the trial ends: it cannot be aligned");
  date_format (subscription->start, start);
  date_format (last->anchor, anchor);
  if (last->anchor.day > subscription->start.day)
    return error_set (error, ERROR_REFUSED, "the periods of subscription %s are counted from %s, after the start %s",
                      other.row->subscription.code, anchor, start);
  subscription->anchor = last->anchor;
  subscription->alignment = last->alignment;
  return TRUE;
}

/* Where periods are counted from an earlier day, those before the start count as billed, and the first one is short. */
static gboolean
find_first_period (struct order *order, struct period *ret, GError **error)
{
  struct subscription *subscription = &order->subscription;
  struct cycle fees = { subscription->anchor, subscription->fee_interval, subscription->alignment };
  struct cycle usage = { subscription->anchor, order->plan->usage_interval, subscription->alignment };
  struct date first = { MAX (subscription->start.day, subscription->anchor.day) };
  struct period period;
  subscription->fees_billed = cycle_index (&fees, first);
  subscription->usage_billed = cycle_index (&usage, first);
  if (!cycle_period (&fees, subscription->fees_billed, &period)) {
    char start[DATE_TEXT_SIZE];
    date_format (subscription->start, start);
    return error_set (error, ERROR_USAGE, "the start %s leaves no room for a period in the calendar", start);
  }
  period.start = first;
  if (subscription->has_end && period.end.day > subscription->end.day)
    period.end = (struct date){ MAX (subscription->end.day, period.start.day) };
  *ret = period;
  return TRUE;
}

static gboolean
set_days (struct subscription_context *context, const struct subscribe_request *request, struct order *order, struct period *ret_first,
          GError **error)
{
  struct subscription *subscription = &order->subscription;
  gint32 trial_days = 0;
  if (!read_trial_days (request, order->plan, &trial_days, error) || !check_trial_payment (order, trial_days, error))
    return FALSE;
  subscription->start = request->start == NULL ? timezone_date (order->zone, context->at_us) : civil_day (order->zone, request->start);
  subscription->anchor = (struct date){ subscription->start.day + trial_days };
  subscription->status = trial_days > 0 ? SUBSCRIPTION_TRIALING : SUBSCRIPTION_ACTIVE;
  subscription->alignment = request->alignment < 0 ? order->plan->alignment : (enum alignment) request->alignment;
  subscription->has_end = request->end != NULL;
  char start[DATE_TEXT_SIZE], end[DATE_TEXT_SIZE];
  date_format (subscription->start, start);
  if (subscription->start.day < 0) {
    error_set (error, ERROR_USAGE, "the start %s lies before 1970", start);
    return error_add_hint (error, "is the year right? Every period since then would be billed");
  }
  if (subscription->has_end) {
    subscription->end = civil_day (order->zone, request->end);
    date_format (subscription->end, end);
    if (subscription->end.day <= subscription->start.day)
      return error_set (error, ERROR_USAGE, "the end %s is not after the start %s", end, start);
  }
  return (request->align_to == NULL || align (context, request, order, trial_days, error)) && find_first_period (order, ret_first, error);
}

/* --- The code --- */

static gboolean
fail_code (const char *code, GError **error)
{
  error_set (error, ERROR_USAGE, "subscription code '%s' is not a code", code);
  return error_add_hint (error, "codes have letters, digits, '_', '.', ':' and '-', at most 128, a letter or digit first");
}

static gboolean
count_subscriptions (struct ledger *ledger, gint64 customer_id, gint64 *ret, GError **error)
{
  struct subscription_filter filter = { .customer_id = customer_id };
  g_autoptr (subscription_walk_t) walk = NULL;
  const struct subscription_row *row = NULL;
  gint64 count = 0;
  if (!subscription_list_begin (ledger, &filter, &walk, error))
    return FALSE;
  for (;; count++) {
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      break;
  }
  *ret = count;
  return TRUE;
}

static gboolean
choose_code (struct subscription_context *context, const struct subscribe_request *request, struct order *order, GError **error)
{
  gint64 number = 0, taken = 1;
  if (request->code != NULL) {
    order->code = g_strdup (request->code);
    if (!text_is_code (order->code))
      return fail_code (order->code, error);
    if (!subscription_id_by_code (context->ledger, order->code, &taken, error))
      return FALSE;
    return taken == 0 || error_set (error, ERROR_REFUSED, "there is already a subscription %s", order->code);
  }
  if (!count_subscriptions (context->ledger, order->customer->id, &number, error))
    return FALSE;
  while (taken != 0) {
    number++;
    g_free (order->code);
    order->code = g_strdup_printf ("%s-%" G_GINT64_FORMAT, order->customer->code, number);
    if (!text_is_code (order->code))
      return fail_code (order->code, error);
    if (!subscription_id_by_code (context->ledger, order->code, &taken, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Other subscriptions of the customer --- */

static void
add_metric (GString *metrics, const char *metric)
{
  g_string_append_printf (metrics, "%s%s", metrics->len == 0 ? "" : ", ", strcmp (metric, "*") == 0 ? "all other metrics" : metric);
}

/* The metrics that both plans price; empty when there are none. */
static void
compare_charges (const struct plan *older, const struct plan *newer, GString *metrics)
{
  const struct plan_charge *rest = plan_find_charge (newer, "*");
  for (gsize i = 0; i < newer->charge_count; i++)
    if (&newer->charges[i] != rest && plan_find_charge (older, newer->charges[i].metric) != NULL)
      add_metric (metrics, newer->charges[i].metric);
  for (gsize i = 0; rest != NULL && i < older->charge_count; i++)
    if (plan_find_charge (newer, older->charges[i].metric) == rest)
      add_metric (metrics, older->charges[i].metric);
}

static gboolean
find_shared (struct subscription_context *context, const struct order *order, struct subscribe_result *result, GError **error)
{
  struct subscription_filter filter = { .customer_id = order->customer->id };
  g_autoptr (subscription_walk_t) walk = NULL;
  if (!subscription_list_begin (context->ledger, &filter, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    const struct plan *older = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    const struct subscription *other = &row->subscription;
    if (other->status == SUBSCRIPTION_CANCELED || other->status == SUBSCRIPTION_EXPIRED
        || (other->has_end && other->end.day <= order->subscription.start.day))
      continue;
    if (!plan_cache_get (context->plans, other->plan_version_id, &older, error))
      return FALSE;
    g_autoptr (GString) metrics = g_string_new (NULL);
    compare_charges (older, order->plan, metrics);
    if (metrics->len > 0) {
      result->shared_with = g_strdup (other->code);
      result->shared_metrics = g_strdup (metrics->str);
      return TRUE;
    }
  }
}

/* --- All of it --- */

static gboolean
redeem (struct subscription_context *context, const struct order *order, gint64 id, const char *const *coupons, GError **error)
{
  const struct coupon_holder holder = {
    .customer_id = order->customer->id,
    .customer = order->customer->code,
    .subscription_id = id,
    .subscription = order->code,
    .plan = order->plan->code,
    .currency = order->plan->currency,
    .zone = order->zone,
  };
  const gint64 from_us = timezone_day_start_us (order->zone, order->subscription.start);
  for (; coupons != NULL && *coupons != NULL; coupons++) {
    gint64 redemption_id = 0;
    if (!coupon_redeem (context->ledger, &holder, &(struct coupon_redeeming){ *coupons, from_us, context->at_us }, &redemption_id, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_order (struct ledger *ledger, const struct order *order, gint64 *ret_id, GError **error)
{
  gint64 id = 0;
  if (!subscription_insert (ledger, &order->subscription, &id, error))
    return FALSE;
  *ret_id = id;
  for (guint i = 0; i < order->taken.items->len; i++)
    if (!subscription_item_insert (ledger, id, &g_array_index (order->taken.items, struct subscription_item, i), error))
      return FALSE;
  g_autofree char *detail = g_strdup_printf ("%s version %" G_GINT64_FORMAT, order->plan->code, order->plan->version);
  const struct subscription_event event = { order->subscription.created_at_us, order->subscription.start, "subscribed", detail };
  return subscription_event_insert (ledger, id, &event, error)
         && audit_add (ledger, error, "subscription %s: %s for %s", order->code, detail, order->customer->code);
}

static gboolean
place_order (struct subscription_context *context, const struct subscribe_request *request, struct order *order,
             struct subscribe_result *result, GError **error)
{
  if (!customer_find_by_code (context->ledger, request->customer, &order->customer, error)
      || !timezone_cache_get (context->zones, order->customer->timezone, &order->zone, error)
      || !find_plan (context, request, order, error) || !read_order (request, order, error)
      || !set_days (context, request, order, &result->first_period, error) || !choose_code (context, request, order, error))
    return FALSE;
  order->subscription.code = order->code;
  order->subscription.customer_id = order->customer->id;
  order->subscription.fees_from_us = timezone_day_start_us (order->zone, result->first_period.start);
  order->subscription.usage_from_us = order->subscription.fees_from_us;
  gint64 id = 0;
  return find_shared (context, order, result, error) && write_order (context->ledger, order, &id, error)
         && redeem (context, order, id, request->coupons, error)
         && subscription_get (context, order->code, &result->view, error);
}

gboolean
subscribe (struct subscription_context *context, const struct subscribe_request *request, struct subscribe_result *ret, GError **error)
{
  g_autoptr (custom_terms_t) terms = NULL;
  g_auto (order_t) order = { 0 };
  g_auto (subscribe_result_t) result = { 0 };
  if (!custom_terms_read (&request->terms, &terms, error))
    return FALSE;
  order.terms = terms;
  if (!ledger_begin (context->ledger, error))
    return FALSE;
  if (!place_order (context, request, &order, &result, error) || !ledger_commit (context->ledger, error)) {
    ledger_rollback (context->ledger);
    return FALSE;
  }
  *ret = result;
  result = (struct subscribe_result){ 0 };
  return TRUE;
}
