/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is ordered of a plan: its interval, its quantities, its add-ons. */
#include "service/plan-order.h"

#include "base/error.h"

#include <string.h>

/* --- The interval --- */

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
choose_interval (const struct plan *plan, const char *wanted, struct interval *ret, GError **error)
{
  struct interval interval = plan->usage_interval;
  g_autofree char *offered = offered_intervals (plan);
  if (wanted != NULL && !interval_parse (wanted, strlen (wanted), &interval)) {
    error_set (error, ERROR_USAGE, "interval '%s' is not an interval such as month, year or day:30", wanted);
    return error_add_hint (error, "plan %s is offered by: %s", plan->code, offered);
  }
  const struct plan_fee *fee = plan_find_fee (plan, interval);
  if (fee == NULL && wanted == NULL && plan->fee_count > 0)
    fee = &plan->fees[0];
  if (fee == NULL && (plan->fee_count > 0 || !interval_equal (interval, plan->usage_interval))) {
    error_set (error, ERROR_REFUSED, "plan %s is not offered by '%s'", plan->code, wanted);
    return error_add_hint (error, "it is offered by: %s", offered);
  }
  *ret = fee == NULL ? plan->usage_interval : fee->interval;
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
has_item (const struct plan_order *order, enum subscription_item_kind kind, const char *code)
{
  for (guint i = 0; i < order->items->len; i++) {
    const struct subscription_item *item = &g_array_index (order->items, struct subscription_item, i);
    if (item->kind == kind && strcmp (item->code, code) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_item (struct plan_order *order, const struct subscription_item *item, const char *what, GError **error)
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
read_quantity (const char *text, struct plan_order *order, GError **error)
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
add_initial_quantities (struct plan_order *order)
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
    if (addon->kind == ADDON_ONE_OFF || addon->own_interval || interval_equal (addon->fees[i].interval, interval))
      return TRUE;
    interval_format (addon->fees[i].interval, text);
    g_string_append_printf (offered, "%s%s", i == 0 ? "" : ", ", text);
  }
  interval_format (interval, text);
  error_set (error, ERROR_REFUSED, "add-on '%s' is not sold by the %s", addon->code, text);
  return error_add_hint (error, "it is sold by: %s", offered->str);
}

static gboolean
read_addon (const char *text, struct plan_order *order, GError **error)
{
  struct subscription_item item = { .kind = SUBSCRIPTION_ADDON, .quantity = decimal_from_int64 (1) };
  g_autofree char *code = NULL;
  if (!read_item (text, "add-on", 1, &item, &code, error))
    return FALSE;
  const struct plan_addon *addon = plan_find_addon (order->plan, code);
  if (addon == NULL)
    return fail_no_addon (order->plan, code, error);
  item.code = addon->code;
  return check_addon_interval (addon, order->interval, error) && add_item (order, &item, "add-on", error);
}

static gboolean
read_items (struct plan_order *order, const struct plan_order_request *request, GError **error)
{
  for (gsize i = 0; request->quantities != NULL && request->quantities[i] != NULL; i++)
    if (!read_quantity (request->quantities[i], order, error))
      return FALSE;
  for (gsize i = 0; request->addons != NULL && request->addons[i] != NULL; i++)
    if (!read_addon (request->addons[i], order, error))
      return FALSE;
  add_initial_quantities (order);
  return TRUE;
}

void
plan_order_clear (struct plan_order *order)
{
  g_clear_pointer (&order->items, g_array_unref);
}

gboolean
plan_order_read (struct plan_order *order, const struct plan *plan, const struct plan_order_request *request, GError **error)
{
  g_auto (plan_order_t) made = { .plan = plan, .items = g_array_new (FALSE, FALSE, sizeof (struct subscription_item)) };
  if (!choose_interval (plan, request->interval, &made.interval, error) || !read_items (&made, request, error))
    return FALSE;
  *order = made;
  made = (struct plan_order){ 0 };
  return TRUE;
}
