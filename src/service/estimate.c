/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan would cost. */
#include "service/estimate.h"

#include "base/error.h"
#include "core/money.h"
#include "service/coupon.h"
#include "service/estimate-usage.h"
#include "service/plan-lines.h"
#include "service/usage-periods.h"

#include <string.h>

void
estimate_free (struct estimate *estimate)
{
  if (estimate == NULL)
    return;
  draft_sheet_free (estimate->sheet);
  g_clear_pointer (&estimate->counts, g_array_unref);
  g_clear_pointer (&estimate->taxes, g_array_unref);
  g_free (estimate->note);
  g_free (estimate);
}

enum { WHOLE_US = 1 }; /* the length of the period: any will do, as no event has a time */

/* What is the same for every plan that is looked at. */
struct estimator {
  struct price_list *list;
  gboolean is_comparing;
  struct decimal tax_percent;
  struct aggregator *aggregator;
  GPtrArray *events; /* struct supposed_event */
};

static void
estimator_clear (struct estimator *estimator)
{
  g_clear_pointer (&estimator->aggregator, aggregator_free);
  g_clear_pointer (&estimator->events, g_ptr_array_unref);
}
typedef struct estimator estimator_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (estimator_t, estimator_clear)

static gboolean
estimator_init (struct estimator *estimator, struct price_list *list, const struct estimate_request *request, GError **error)
{
  estimator->list = list;
  estimator->events = g_ptr_array_new_with_free_func ((GDestroyNotify) supposed_event_free);
  return (request->tax == NULL || estimate_read_tax (request->tax, &estimator->tax_percent, error))
         && aggregator_new (NULL, &estimator->aggregator, error) && supposed_usage_read (list, request->usage, estimator->events, error);
}

/* Behind what has been said already. */
static void
add_note (struct estimate *estimate, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_note (struct estimate *estimate, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *added = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  char *joined = estimate->note == NULL ? g_steal_pointer (&added) : g_strconcat (estimate->note, "; ", added, NULL);
  g_free (estimate->note);
  estimate->note = joined;
}

/* --- Lines --- */

/* Lines that were added since the mark come `count` times in the interval. */
static void
count_lines (struct estimate *estimate, gint64 count)
{
  while (estimate->counts->len < draft_sheet_mark (estimate->sheet))
    g_array_append_val (estimate->counts, count);
}

static struct line_place
place_of (const struct estimate *estimate)
{
  return (struct line_place){ .plan = estimate->plan, .is_first = TRUE, .ratio = RATIO_ONE, .whole_us = WHOLE_US };
}

/* All events come at the start of the period: a level that one of them changes is so the whole time. */
static const struct window any_time = { EVENT_WITHOUT_TIME, EVENT_WITHOUT_TIME + WHOLE_US };

static gboolean
add_charge (struct estimator *estimator, struct estimate *estimate, const struct plan_charge *charge, const struct metric *metric,
            GError **error)
{
  struct aggregate_request request = { .property = metric->property, .window = any_time, .whole_us = WHOLE_US, .charge = charge };
  if (!aggregation_parse (metric->aggregation, &request.aggregation))
    return error_set (error, ERROR_LEDGER, "metric %s has an unknown aggregation '%s'", metric->code, metric->aggregation);
  const struct usage_bucket *buckets = NULL;
  if (!supposed_usage_aggregate (estimator->events, metric->code, estimator->aggregator, &request, &buckets, error))
    return FALSE;
  const struct priced_metric priced = { metric->id, metric->code, metric->name, request.aggregation };
  struct line_place place = place_of (estimate);
  return plan_lines_add_usage (estimate->sheet, &place, charge, &priced, buckets, error);
}

/* The metrics with usage, each once, in the order in which they were named. */
static GPtrArray *
used_metrics (const struct estimator *estimator)
{
  GPtrArray *metrics = g_ptr_array_new ();
  for (guint i = 0; i < estimator->events->len; i++) {
    const struct supposed_event *event = g_ptr_array_index (estimator->events, i);
    gboolean seen = FALSE;
    for (guint m = 0; m < metrics->len && !seen; m++)
      seen = strcmp (((const struct metric *) g_ptr_array_index (metrics, m))->code, event->metric->code) == 0;
    if (!seen)
      g_ptr_array_add (metrics, (gpointer) event->metric);
  }
  return metrics;
}

static gboolean
add_usage (struct estimator *estimator, struct estimate *estimate, const GPtrArray *used, GError **error)
{
  struct line_place place = place_of (estimate);
  gsize first = draft_sheet_mark (estimate->sheet);
  for (gsize c = 0; c < estimate->plan->charge_count; c++) {
    const struct plan_charge *charge = &estimate->plan->charges[c];
    const struct metric *metric = NULL;
    if (strcmp (charge->metric, "*") != 0) {
      if (!price_list_metric (estimator->list, charge->metric, &metric, error) || !add_charge (estimator, estimate, charge, metric, error))
        return FALSE;
      continue;
    }
    for (guint m = 0; m < used->len; m++) {
      metric = g_ptr_array_index (used, m);
      if (plan_find_charge (estimate->plan, metric->code) == charge && !add_charge (estimator, estimate, charge, metric, error))
        return FALSE;
    }
  }
  if (!plan_lines_add_spending (estimate->sheet, &place, first, error))
    return FALSE;
  estimate->usage_periods = usage_periods_in (estimate->interval, estimate->plan->usage_interval);
  count_lines (estimate, estimate->usage_periods);
  return TRUE;
}

/* An add-on in a cycle of its own, if it is ordered: one of its periods, which comes more than once in a longer interval. */
static gboolean
add_own_addon (struct estimate *estimate, const struct line_place *place, const struct plan_addon *addon,
               const struct subscription_items *items, GError **error)
{
  for (gsize i = 0; i < items->count; i++) {
    const struct subscription_item *item = &items->items[i];
    if (item->kind != SUBSCRIPTION_ADDON || strcmp (item->code, addon->code) != 0)
      continue;
    const struct fee_line line = {
      .kind = LINE_ADDON,
      .code = addon->code,
      .description = addon->name,
      .category = addon->category,
      .unit_price = money_to_decimal (addon->fees[0].amount_minor, estimate->plan->currency),
      .count = item->quantity,
    };
    if (!draft_add_fee (estimate->sheet, place, &line, error))
      return FALSE;
    count_lines (estimate, usage_periods_in (estimate->interval, addon->fees[0].interval));
  }
  return TRUE;
}

static gboolean
add_fees (struct estimate *estimate, const struct plan_order *order, GError **error)
{
  const struct subscription_items items = { order->items->len, (struct subscription_item *) (gpointer) order->items->data };
  struct line_place place = place_of (estimate);
  if (!plan_lines_add_fees (estimate->sheet, &place, order->interval, &items, error))
    return FALSE;
  count_lines (estimate, 1);
  for (gsize i = 0; i < estimate->plan->addon_count; i++) {
    const struct plan_addon *addon = &estimate->plan->addons[i];
    if (addon->own_interval && !add_own_addon (estimate, &place, addon, &items, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Totals --- */

static gboolean
add_up (struct estimate *estimate, const struct estimator *estimator, struct discount_rules *rules, GError **error)
{
  const struct estimate_bill bill = {
    .sheet = estimate->sheet,
    .rules = rules,
    .currency = estimate->plan->currency,
    .tax_percent = estimator->tax_percent,
    .counts = (const gint64 *) (gpointer) estimate->counts->data,
    .line_count = estimate->counts->len,
  };
  if (!estimate_bill (&bill, &estimate->amounts, estimate->taxes, error))
    return error_prefix (error, "plan %s: ", estimate->plan->code);
  if (estimate->usage_periods == 0)
    add_note (estimate, "no total: usage periods do not divide the interval of the fees");
  else if (!estimate->amounts.has_total)
    add_note (estimate, "no total: the interval of an add-on does not divide that of the fees");
  estimate->amounts.has_total = estimate->amounts.has_total && estimate->usage_periods > 0;
  return TRUE;
}

/* --- Coupons --- */

/* Why a coupon is not for the plan; ERROR_REFUSED. */
static gboolean
check_coupon (const struct coupon *coupon, const struct coupon_terms *terms, const struct plan *plan, GError **error)
{
  if (terms->currency != NULL && terms->currency != plan->currency)
    return error_set (error, ERROR_REFUSED, "coupon %s takes off %s, but plan %s is priced in %s", coupon->code, terms->currency->code,
                      plan->code, plan->currency->code);
  if (terms->plans[0] != NULL && !g_strv_contains ((const char *const *) terms->plans, plan->code))
    return error_set (error, ERROR_REFUSED, "coupon %s is not for plan %s", coupon->code, plan->code);
  return TRUE;
}

static struct date
utc_day (gint64 at_us)
{
  return (struct date){ (int32_t) (at_us / MICROSECONDS_PER_DAY - (at_us % MICROSECONDS_PER_DAY < 0)) };
}

/* Comparing, what is not for one of the plans is said in its note. */
static gboolean
suppose_coupons (struct estimator *estimator, struct estimate *estimate, const struct estimate_request *request, struct discount_rules *rules,
                 GError **error)
{
  for (const char *const *code = request->coupons; code != NULL && *code != NULL; code++) {
    const struct coupon *coupon = NULL;
    g_autoptr (coupon_terms_t) terms = NULL;
    g_autoptr (GError) problem = NULL;
    if (!price_list_coupon (estimator->list, *code, &coupon, error) || !coupon_terms_parse (coupon->definition, &terms, error)
        || !coupon_check_redeemable (coupon, terms, utc_day (request->at_us), error))
      return FALSE;
    for (const char *const *other = request->coupons; other < code; other++)
      if (strcmp (*other, *code) == 0)
        return error_set (error, ERROR_USAGE, "coupon '%s' is given twice", *code);
    const struct discount_supposed supposed = { coupon->code, coupon->definition, estimate->plan };
    if (check_coupon (coupon, terms, estimate->plan, &problem)) {
      if (!discount_rules_suppose (rules, &supposed, error))
        return FALSE;
    } else if (estimator->is_comparing) {
      add_note (estimate, "%s", problem->message);
    } else {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  }
  return TRUE;
}

static void
note_unpriced (struct estimate *estimate, const GPtrArray *used)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint m = 0; m < used->len; m++) {
    const struct metric *metric = g_ptr_array_index (used, m);
    if (plan_find_charge (estimate->plan, metric->code) == NULL)
      g_string_append_printf (names, "%s%s", names->len == 0 ? "" : ", ", metric->code);
  }
  if (names->len > 0)
    add_note (estimate, "does not charge for %s", names->str);
}

/* --- Hard limits --- */

static void
mind_limit (struct estimate *estimate, const struct plan_limit *limit, struct decimal quantity)
{
  char bound[DECIMAL_TEXT_SIZE], reached[DECIMAL_TEXT_SIZE];
  if (decimal_compare (quantity, limit->value) <= 0)
    return;
  decimal_format (limit->value, bound);
  decimal_format (quantity, reached);
  add_note (estimate, "hard limit: %s is %s, more than %s", limit->metric, reached, bound);
  estimate->is_excluded = TRUE;
}

/* What is counted for a limit is all of the metric, whatever the filters of its charge. */
static gboolean
mind_metric (struct estimator *estimator, struct estimate *estimate, const struct plan_limit *limit, const struct metric *metric,
             GError **error)
{
  const struct plan_charge all = { .metric = metric->code };
  struct aggregate_request request = { .property = metric->property, .window = any_time, .whole_us = WHOLE_US, .charge = &all };
  const struct usage_bucket *buckets = NULL;
  if (!aggregation_parse (metric->aggregation, &request.aggregation)
      || !supposed_usage_aggregate (estimator->events, metric->code, estimator->aggregator, &request, &buckets, error))
    return FALSE;
  mind_limit (estimate, limit, buckets[0].total.quantity);
  return TRUE;
}

static gboolean
mind_limits (struct estimator *estimator, struct estimate *estimate, const struct plan_order *order, const GPtrArray *used, GError **error)
{
  for (gsize l = 0; l < estimate->plan->limit_count; l++) {
    const struct plan_limit *limit = &estimate->plan->limits[l];
    if (limit->unlimited || limit->kind != LIMIT_HARD)
      continue;
    for (guint i = 0; i < order->items->len; i++) {
      const struct subscription_item *item = &g_array_index (order->items, struct subscription_item, i);
      if (item->kind == SUBSCRIPTION_QUANTITY && strcmp (item->code, limit->metric) == 0)
        mind_limit (estimate, limit, item->quantity);
    }
    for (guint m = 0; m < used->len; m++) {
      const struct metric *metric = g_ptr_array_index (used, m);
      if (strcmp (metric->code, limit->metric) == 0 && !mind_metric (estimator, estimate, limit, metric, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* --- One plan --- */

static gboolean
choose_currency (struct estimator *estimator, struct estimate *estimate, const struct estimate_request *request, GError **error)
{
  const struct plan *plan = estimate->plan, *priced = NULL;
  if (request->currency == NULL)
    return TRUE;
  const struct currency *currency = currency_find (request->currency);
  if (currency == NULL)
    return error_set (error, ERROR_USAGE, "'%s' is not an ISO 4217 currency, such as USD or EUR", request->currency);
  if (!price_list_plan_in (estimator->list, plan, currency->code, &priced, error))
    return FALSE;
  if (priced == NULL)
    return error_set (error, ERROR_REFUSED, "plan %s has no prices in %s", plan->code, currency->code);
  estimate->plan = priced;
  return TRUE;
}

static gboolean
read_order (struct plan_order *order, const struct plan *plan, const struct estimate_request *request, GError **error)
{
  if (plan->custom && plan->fee_count == 0)
    return error_set (error, ERROR_REFUSED, "plan %s is sold by agreement and has no price yet", plan->code);
  return plan_order_read (order, plan, &request->order, error);
}

static gboolean
fill (struct estimator *estimator, struct estimate *estimate, const struct plan_order *order, const struct estimate_request *request,
      GError **error)
{
  g_autoptr (GPtrArray) used = used_metrics (estimator);
  g_autoptr (discount_rules_t) rules = discount_rules_new (NULL);
  estimate->interval = order->interval;
  estimate->sheet = draft_sheet_new ();
  estimate->counts = g_array_new (FALSE, FALSE, sizeof (gint64));
  estimate->taxes = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!add_fees (estimate, order, error) || !add_usage (estimator, estimate, used, error)
      || !suppose_coupons (estimator, estimate, request, rules, error) || !add_up (estimate, estimator, rules, error)
      || !mind_limits (estimator, estimate, order, used, error))
    return FALSE;
  note_unpriced (estimate, used);
  return TRUE;
}

gboolean
estimate_plan (struct price_list *list, const char *code, gint64 version, const struct estimate_request *request, struct estimate **ret,
               GError **error)
{
  g_auto (estimator_t) estimator = { 0 };
  g_auto (plan_order_t) order = { 0 };
  g_autoptr (estimate_t) estimate = g_new0 (struct estimate, 1);
  if (!estimator_init (&estimator, list, request, error) || !price_list_plan (list, code, version, &estimate->plan, error)
      || !choose_currency (&estimator, estimate, request, error) || !read_order (&order, estimate->plan, request, error)
      || !fill (&estimator, estimate, &order, request, error))
    return FALSE;
  *ret = g_steal_pointer (&estimate);
  return TRUE;
}

/* --- Several plans --- */

/* What this plan does not offer is a note; `refusal` keeps the first. */
static gboolean
try_plan (struct estimator *estimator, const char *code, const struct estimate_request *request, GPtrArray *estimates, GError **refusal,
          GError **error)
{
  g_auto (plan_order_t) order = { 0 };
  g_autoptr (estimate_t) estimate = g_new0 (struct estimate, 1);
  g_autoptr (GError) problem = NULL;
  if (!price_list_plan (estimator->list, code, 0, &estimate->plan, error))
    return FALSE;
  if (choose_currency (estimator, estimate, request, &problem) && read_order (&order, estimate->plan, request, &problem)) {
    if (!fill (estimator, estimate, &order, request, error))
      return FALSE;
  } else if (g_error_matches (problem, BILLCTL_ERROR, ERROR_USAGE) || g_error_matches (problem, BILLCTL_ERROR, ERROR_LEDGER)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  } else {
    estimate->is_excluded = TRUE;
    estimate->note = error_message_text (problem);
    if (*refusal == NULL)
      *refusal = g_steal_pointer (&problem);
  }
  g_ptr_array_add (estimates, g_steal_pointer (&estimate));
  return TRUE;
}

/* The usage is that of one usage period: plans whose usage periods differ cannot be compared by it. */
static void
mind_usage_intervals (GPtrArray *estimates)
{
  const struct estimate *first = NULL;
  for (guint i = 0; i < estimates->len; i++) {
    struct estimate *estimate = g_ptr_array_index (estimates, i);
    if (estimate->sheet == NULL)
      continue;
    if (first == NULL)
      first = estimate;
    if (!interval_equal (estimate->plan->usage_interval, first->plan->usage_interval)) {
      char text[INTERVAL_TEXT_SIZE];
      interval_format (estimate->plan->usage_interval, text);
      add_note (estimate, "bills usage by the %s, unlike plan %s", text, first->plan->code);
      estimate->is_excluded = TRUE;
    }
  }
}

static gint
compare_estimates (gconstpointer left, gconstpointer right)
{
  const struct estimate *a = *(const struct estimate *const *) left, *b = *(const struct estimate *const *) right;
  int order = strcmp (a->plan->currency->code, b->plan->currency->code);
  if (order == 0)
    order = (a->is_excluded || !a->amounts.has_total) - (b->is_excluded || !b->amounts.has_total);
  if (order == 0)
    order = b->amounts.has_total - a->amounts.has_total;
  if (order == 0 && a->amounts.total_minor != b->amounts.total_minor)
    order = a->amounts.total_minor < b->amounts.total_minor ? -1 : 1;
  return order != 0 ? order : strcmp (a->plan->code, b->plan->code);
}

/* In their order: the first of each currency, and those that cost the same. */
static void
mark_cheapest (GPtrArray *estimates)
{
  const struct estimate *least = NULL;
  for (guint i = 0; i < estimates->len; i++) {
    struct estimate *estimate = g_ptr_array_index (estimates, i);
    if (estimate->is_excluded || !estimate->amounts.has_total)
      continue;
    if (least == NULL || estimate->plan->currency != least->plan->currency)
      least = estimate;
    estimate->is_cheapest = estimate->amounts.total_minor == least->amounts.total_minor;
  }
}

gboolean
estimate_compare (struct price_list *list, const char *const *codes, const struct estimate_request *request, GPtrArray *ret, GError **error)
{
  g_auto (estimator_t) estimator = { 0 };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) estimates = g_ptr_array_new_with_free_func ((GDestroyNotify) estimate_free);
  g_autoptr (GError) refusal = NULL;
  struct estimate_request same = *request;
  estimator.is_comparing = TRUE;
  if (same.order.interval == NULL)
    same.order.interval = "month";
  if (!estimator_init (&estimator, list, request, error) || (codes[0] == NULL && !price_list_codes (list, all, error)))
    return FALSE;
  g_ptr_array_add (all, NULL);
  gboolean is_any_possible = FALSE;
  for (const char *const *code = codes[0] == NULL ? (const char *const *) all->pdata : codes; *code != NULL; code++) {
    if (!try_plan (&estimator, *code, &same, estimates, &refusal, error))
      return FALSE;
    is_any_possible = is_any_possible || ((const struct estimate *) g_ptr_array_index (estimates, estimates->len - 1))->sheet != NULL;
  }
  if (!is_any_possible && refusal != NULL) {
    g_propagate_error (error, g_steal_pointer (&refusal));
    return FALSE;
  }
  mind_usage_intervals (estimates);
  g_ptr_array_sort (estimates, compare_estimates);
  mark_cheapest (estimates);
  g_ptr_array_extend_and_steal (ret, g_steal_pointer (&estimates));
  return TRUE;
}
