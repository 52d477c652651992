/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a customer on a plan. */
#include "service/subscribe.h"

#include "base/error.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

/* What is being put together; everything but the zone and the plan is owned. */
struct order {
  struct customer *customer;
  const struct timezone *zone;
  const struct plan *plan;
  GArray *items; /* struct subscription_item with codes of the plan */
  struct subscription subscription;
  char *code;
};

static void
order_clear (struct order *order)
{
  g_clear_pointer (&order->customer, customer_free);
  g_clear_pointer (&order->items, g_array_unref);
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

/* --- The plan and the interval --- */

static gboolean
find_plan (struct subscription_context *context, const struct subscribe_request *request, struct order *order, GError **error)
{
  g_autoptr (plan_record_t) record = NULL;
  g_autoptr (plan_version_t) version = NULL;
  if (!plan_record_find (context->ledger, request->plan, &record, error)
      || !plan_version_find (context->ledger, request->plan, request->version, &version, error)
      || !plan_cache_get (context->plans, version->id, &order->plan, error))
    return FALSE;
  const struct plan *plan = order->plan;
  if (strcmp (record->status, "archived") == 0)
    return error_set (error, ERROR_REFUSED, "plan %s is archived: it is not sold any more", plan->code);
  if (strcmp (plan->currency->code, order->customer->currency) != 0)
    return error_set (error, ERROR_REFUSED, "plan %s is priced in %s, customer %s pays in %s", plan->code, plan->currency->code,
                      order->customer->code, order->customer->currency);
  if (plan->custom && plan->fee_count == 0) {
    error_set (error, ERROR_REFUSED, "plan %s is sold by agreement and has no price yet", plan->code);
    return error_add_hint (error, "write a plan with the agreed prices into a catalog file, apply it and subscribe to that");
  }
  order->subscription.plan_version_id = version->id;
  return TRUE;
}

/* "month, year". */
static char *
offered_intervals (const struct plan *plan)
{
  GString *text = g_string_new (NULL);
  char interval[INTERVAL_TEXT_SIZE];
  for (gsize i = 0; i < plan->fee_count; i++) {
    interval_format (plan->fees[i].interval, interval);
    g_string_append_printf (text, "%s%s", i == 0 ? "" : ", ", interval);
  }
  if (plan->fee_count == 0) {
    interval_format (plan->usage_interval, interval);
    g_string_append (text, interval);
  }
  return g_string_free (text, FALSE);
}

/* A plan without fees is billed for usage alone; its interval is that of usage. */
static gboolean
choose_interval (const struct subscribe_request *request, struct order *order, GError **error)
{
  const struct plan *plan = order->plan;
  struct interval interval = plan->usage_interval;
  g_autofree char *offered = offered_intervals (plan);
  if (request->interval != NULL && !interval_parse (request->interval, strlen (request->interval), &interval)) {
    error_set (error, ERROR_USAGE, "interval '%s' is not an interval such as month, year or day:30", request->interval);
    return error_add_hint (error, "plan %s is offered by: %s", plan->code, offered);
  }
  const struct plan_fee *fee = plan_find_fee (plan, interval);
  if (fee == NULL && request->interval == NULL && plan->fee_count > 0)
    fee = &plan->fees[0];
  if (fee == NULL && (plan->fee_count > 0 || !interval_equal (interval, plan->usage_interval))) {
    error_set (error, ERROR_REFUSED, "plan %s is not offered by '%s'", plan->code, request->interval);
    return error_add_hint (error, "it is offered by: %s", offered);
  }
  order->subscription.fee_interval = fee == NULL ? plan->usage_interval : fee->interval;
  return TRUE;
}

/* --- Quantities and add-ons --- */

/* Splits "CODE=N"; the number is a whole one, at least `least`. */
static gboolean
read_item (const char *text, const char *what, gint64 least, struct subscription_item *item, char **ret_code, GError **error)
{
  const char *sign = strchr (text, '=');
  g_autofree char *code = sign == NULL ? g_strdup (text) : g_strndup (text, (gsize) (sign - text));
  if (sign != NULL) {
    enum decimal_status status = decimal_parse (sign + 1, strlen (sign + 1), &item->quantity);
    if (status != DECIMAL_OK)
      return error_set (error, ERROR_USAGE, "%s '%s': '%s' %s", what, code, sign + 1, decimal_status_text (status));
    if (item->quantity.scale != 0 || decimal_compare (item->quantity, decimal_from_int64 (least)) < 0)
      return error_set (error, ERROR_USAGE, "%s '%s': '%s' is not a whole number from %" G_GINT64_FORMAT " on", what, code, sign + 1, least);
  }
  *ret_code = g_steal_pointer (&code);
  return TRUE;
}

static gboolean
has_item (const struct order *order, enum subscription_item_kind kind, const char *code)
{
  for (guint i = 0; i < order->items->len; i++) {
    const struct subscription_item *item = &g_array_index (order->items, struct subscription_item, i);
    if (item->kind == kind && strcmp (item->code, code) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_item (struct order *order, const struct subscription_item *item, const char *what, GError **error)
{
  if (has_item (order, item->kind, item->code))
    return error_set (error, ERROR_USAGE, "%s '%s' is given twice", what, item->code);
  g_array_append_val (order->items, *item);
  return TRUE;
}

static gboolean
fail_not_sold (const struct plan *plan, const char *what, const char *code, const GString *offered, GError **error)
{
  error_set (error, ERROR_NOT_FOUND, "plan %s has no %s '%s'", plan->code, what, code);
  if (offered->len == 0)
    return error_add_hint (error, "it has none at all");
  return error_add_hint (error, "it has: %s", offered->str);
}

static gboolean
fail_no_quantity (const struct plan *plan, const char *code, GError **error)
{
  g_autoptr (GString) offered = g_string_new (NULL);
  for (gsize i = 0; i < plan->quantity_count; i++)
    g_string_append_printf (offered, "%s%s", i == 0 ? "" : ", ", plan->quantities[i].code);
  return fail_not_sold (plan, "quantity", code, offered, error);
}

static gboolean
check_bounds (const struct plan_quantity *quantity, struct decimal value, GError **error)
{
  char text[DECIMAL_TEXT_SIZE], bound[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  if (decimal_compare (value, quantity->least) < 0) {
    decimal_format (quantity->least, bound);
    return error_set (error, ERROR_REFUSED, "quantity '%s': %s is less than %s, the least that the plan sells", quantity->code, text, bound);
  }
  if (quantity->has_most && decimal_compare (value, quantity->most) > 0) {
    decimal_format (quantity->most, bound);
    return error_set (error, ERROR_REFUSED, "quantity '%s': %s is more than %s, the most that the plan sells", quantity->code, text, bound);
  }
  return TRUE;
}

static gboolean
read_quantity (const char *text, struct order *order, GError **error)
{
  struct subscription_item item = { .kind = SUBSCRIPTION_QUANTITY };
  g_autofree char *code = NULL;
  if (!read_item (text, "quantity", 0, &item, &code, error))
    return FALSE;
  const struct plan_quantity *quantity = plan_find_quantity (order->plan, code);
  if (quantity == NULL)
    return fail_no_quantity (order->plan, code, error);
  if (strchr (text, '=') == NULL)
    return error_set (error, ERROR_USAGE, "quantity '%s' lacks its number: %s=N", code, code);
  item.code = quantity->code;
  return check_bounds (quantity, item.quantity, error) && add_item (order, &item, "quantity", error);
}

/* What the subscriber did not name has its initial number, which is written down as well. */
static void
add_initial_quantities (struct order *order)
{
  for (gsize i = 0; i < order->plan->quantity_count; i++) {
    const struct plan_quantity *quantity = &order->plan->quantities[i];
    struct subscription_item item = { SUBSCRIPTION_QUANTITY, quantity->code, quantity->initial };
    if (!has_item (order, SUBSCRIPTION_QUANTITY, quantity->code))
      g_array_append_val (order->items, item);
  }
}

static gboolean
fail_no_addon (const struct plan *plan, const char *code, GError **error)
{
  g_autoptr (GString) offered = g_string_new (NULL);
  for (gsize i = 0; i < plan->addon_count; i++)
    g_string_append_printf (offered, "%s%s", i == 0 ? "" : ", ", plan->addons[i].code);
  return fail_not_sold (plan, "add-on", code, offered, error);
}

static gboolean
check_addon_interval (const struct plan_addon *addon, struct interval interval, GError **error)
{
  char text[INTERVAL_TEXT_SIZE];
  g_autoptr (GString) offered = g_string_new (NULL);
  for (gsize i = 0; i < addon->fee_count; i++) {
    if (addon->kind == ADDON_ONE_OFF || interval_equal (addon->fees[i].interval, interval))
      return TRUE;
    interval_format (addon->fees[i].interval, text);
    g_string_append_printf (offered, "%s%s", i == 0 ? "" : ", ", text);
  }
  interval_format (interval, text);
  error_set (error, ERROR_REFUSED, "add-on '%s' is not sold by the %s", addon->code, text);
  return error_add_hint (error, "it is sold by: %s", offered->str);
}

static gboolean
read_addon (const char *text, struct order *order, GError **error)
{
  struct subscription_item item = { .kind = SUBSCRIPTION_ADDON, .quantity = decimal_from_int64 (1) };
  g_autofree char *code = NULL;
  if (!read_item (text, "add-on", 1, &item, &code, error))
    return FALSE;
  const struct plan_addon *addon = plan_find_addon (order->plan, code);
  if (addon == NULL)
    return fail_no_addon (order->plan, code, error);
  item.code = addon->code;
  return check_addon_interval (addon, order->subscription.fee_interval, error) && add_item (order, &item, "add-on", error);
}

static gboolean
read_items (const struct subscribe_request *request, struct order *order, GError **error)
{
  order->items = g_array_new (FALSE, FALSE, sizeof (struct subscription_item));
  for (gsize i = 0; request->quantities != NULL && request->quantities[i] != NULL; i++)
    if (!read_quantity (request->quantities[i], order, error))
      return FALSE;
  for (gsize i = 0; request->addons != NULL && request->addons[i] != NULL; i++)
    if (!read_addon (request->addons[i], order, error))
      return FALSE;
  add_initial_quantities (order);
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

static gboolean
set_days (struct subscription_context *context, const struct subscribe_request *request, struct order *order, struct period *ret_first,
          GError **error)
{
  struct subscription *subscription = &order->subscription;
  gint32 trial_days = 0;
  if (!read_trial_days (request, order->plan, &trial_days, error))
    return FALSE;
  subscription->start = request->start == NULL ? timezone_date (order->zone, context->at_us) : civil_day (order->zone, request->start);
  subscription->anchor = (struct date){ subscription->start.day + trial_days };
  subscription->status = trial_days > 0 ? SUBSCRIPTION_TRIALING : SUBSCRIPTION_ACTIVE;
  subscription->alignment = request->alignment < 0 ? order->plan->alignment : (enum alignment) request->alignment;
  subscription->has_end = request->end != NULL;
  char start[DATE_TEXT_SIZE], end[DATE_TEXT_SIZE];
  date_format (subscription->start, start);
  if (subscription->has_end) {
    subscription->end = civil_day (order->zone, request->end);
    date_format (subscription->end, end);
    if (subscription->end.day <= subscription->start.day)
      return error_set (error, ERROR_USAGE, "the end %s is not after the start %s", end, start);
  }
  struct cycle cycle = { subscription->anchor, subscription->fee_interval, subscription->alignment };
  struct period period;
  if (!cycle_period (&cycle, 0, &period))
    return error_set (error, ERROR_USAGE, "the start %s leaves no room for a period in the calendar", start);
  if (subscription->has_end && period.end.day > subscription->end.day)
    period.end = (struct date){ MAX (subscription->end.day, period.start.day) };
  *ret_first = period;
  return TRUE;
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
write_order (struct ledger *ledger, const struct order *order, GError **error)
{
  gint64 id = 0;
  if (!subscription_insert (ledger, &order->subscription, &id, error))
    return FALSE;
  for (guint i = 0; i < order->items->len; i++)
    if (!subscription_item_insert (ledger, id, &g_array_index (order->items, struct subscription_item, i), error))
      return FALSE;
  return audit_add (ledger, error, "subscription %s: %s version %" G_GINT64_FORMAT " for %s", order->code, order->plan->code,
                    order->plan->version, order->customer->code);
}

static gboolean
place_order (struct subscription_context *context, const struct subscribe_request *request, struct order *order,
             struct subscribe_result *result, GError **error)
{
  if (!customer_find_by_code (context->ledger, request->customer, &order->customer, error)
      || !timezone_cache_get (context->zones, order->customer->timezone, &order->zone, error)
      || !find_plan (context, request, order, error) || !choose_interval (request, order, error) || !read_items (request, order, error)
      || !set_days (context, request, order, &result->first_period, error) || !choose_code (context, request, order, error))
    return FALSE;
  order->subscription.code = order->code;
  order->subscription.customer_id = order->customer->id;
  order->subscription.fees_from_us = timezone_day_start_us (order->zone, order->subscription.anchor);
  order->subscription.usage_from_us = order->subscription.fees_from_us;
  return find_shared (context, order, result, error) && write_order (context->ledger, order, error)
         && subscription_get (context, order->code, &result->view, error);
}

gboolean
subscribe (struct subscription_context *context, const struct subscribe_request *request, struct subscribe_result *ret, GError **error)
{
  g_auto (order_t) order = { 0 };
  g_auto (subscribe_result_t) result = { 0 };
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
