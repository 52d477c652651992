/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of plan, quantities and add-ons. */
#include "service/subscription-change.h"

#include "base/error.h"
#include "service/plan-lines.h"
#include "service/plan-order.h"
#include "service/subscription-phase.h"
#include "store/catalog.h"
#include "store/ledger.h"

#include <string.h>

/* What is being put together. */
struct changing {
  struct subscription_context *context;
  const struct change_request *request;
  struct subscription_view view;
  const struct life_phase *before; /* the terms that the change starts from: those recorded last */
  const struct plan *plan;
  struct plan_order order;
  GPtrArray *quantities; /* "CODE=N" */
  GPtrArray *addons;
  struct subscription_items items; /* of the order, borrowed */
  gboolean is_upgrade;
};

static void
changing_clear (struct changing *changing)
{
  subscription_view_clear (&changing->view);
  plan_order_clear (&changing->order);
  g_clear_pointer (&changing->quantities, g_ptr_array_unref);
  g_clear_pointer (&changing->addons, g_ptr_array_unref);
}
typedef struct changing changing_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (changing_t, changing_clear)

/* --- The plan --- */

/* The version as it is sold in the currency that the subscription is billed in. */
static gboolean
find_version (const struct changing *changing, gint64 *ret_id, GError **error)
{
  const struct change_request *request = changing->request;
  const struct plan *before = changing->before->plan, *plan = NULL;
  struct ledger *ledger = changing->context->ledger;
  g_autoptr (plan_version_t) version = NULL, variant = NULL;
  if (!plan_version_find (ledger, request->plan != NULL ? request->plan : before->code, request->version, &version, error)
      || !plan_cache_get (changing->context->plans, version->id, &plan, error)
      || (plan->currency != before->currency
          && !plan_version_look_up (ledger, version->plan_id, version->version, before->currency->code, &variant, error)))
    return FALSE;
  *ret_id = variant != NULL ? variant->id : version->id;
  return TRUE;
}

/* What was agreed for the subscription stays with its version of the plan; another plan or version is taken as it is sold. */
static gboolean
load_plan (struct changing *changing, GError **error)
{
  const struct change_request *request = changing->request;
  gint64 id = changing->before->plan->version_id;
  if (request->plan_version_id != 0)
    return plan_cache_get (changing->context->plans, request->plan_version_id, &changing->plan, error);
  if ((request->plan != NULL || request->version != 0) && !find_version (changing, &id, error))
    return FALSE;
  if (request->terms != NULL && !custom_terms_make (changing->context->ledger, id, request->terms, &id, error))
    return FALSE;
  return plan_cache_get (changing->context->plans, id, &changing->plan, error);
}

static gboolean
check_plan (const struct changing *changing, GError **error)
{
  const struct plan *plan = changing->plan, *before = changing->before->plan;
  g_autoptr (plan_record_t) record = NULL;
  if (plan->currency != before->currency)
    return error_set (error, ERROR_REFUSED, "plan %s is priced in %s, subscription %s is billed in %s", plan->code, plan->currency->code,
                      changing->view.row->subscription.code, before->currency->code);
  if (strcmp (plan->code, before->code) == 0)
    return TRUE;
  if (!plan_record_find (changing->context->ledger, plan->code, &record, error))
    return FALSE;
  if (strcmp (record->status, "archived") == 0)
    return error_set (error, ERROR_REFUSED, "plan %s is archived: it is not sold any more", plan->code);
  if (plan->customer != NULL && strcmp (plan->customer, changing->view.row->customer_code) != 0)
    return error_set (error, ERROR_REFUSED, "plan %s is for customer %s alone", plan->code, plan->customer);
  return !plan->custom || plan->fee_count > 0
         || error_set (error, ERROR_REFUSED, "plan %s is sold by agreement and has no price yet", plan->code);
}

/* --- What is taken of it --- */

static gboolean
names_item (const char *const *texts, const char *code)
{
  gsize length = strlen (code);
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    if (strncmp (texts[i], code, length) == 0 && (texts[i][length] == '=' || texts[i][length] == '\0'))
      return TRUE;
  return FALSE;
}

static void
add_texts (GPtrArray *list, const char *const *texts)
{
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    g_ptr_array_add (list, g_strdup (texts[i]));
}

static gboolean
is_offered (const struct plan *plan, const struct subscription_item *item)
{
  return item->kind == SUBSCRIPTION_QUANTITY ? plan_find_quantity (plan, item->code) != NULL : plan_find_addon (plan, item->code) != NULL;
}

/* What the subscription has stays, as far as the plan sells it and it is neither given anew nor taken away. */
static void
carry_items (struct changing *changing)
{
  const struct change_request *request = changing->request;
  for (gsize i = 0; i < changing->before->items.count; i++) {
    const struct subscription_item *item = &changing->before->items.items[i];
    gboolean addon = item->kind == SUBSCRIPTION_ADDON;
    char quantity[DECIMAL_TEXT_SIZE];
    if (!is_offered (changing->plan, item) || names_item (addon ? request->addons : request->quantities, item->code)
        || (addon && names_item (request->without, item->code)))
      continue;
    decimal_format (item->quantity, quantity);
    g_ptr_array_add (addon ? changing->addons : changing->quantities, g_strdup_printf ("%s=%s", item->code, quantity));
  }
  add_texts (changing->quantities, request->quantities);
  add_texts (changing->addons, request->addons);
  g_ptr_array_add (changing->quantities, NULL);
  g_ptr_array_add (changing->addons, NULL);
}

static gboolean
check_without (const struct changing *changing, GError **error)
{
  const char *const *without = changing->request->without;
  for (gsize i = 0; without != NULL && without[i] != NULL; i++) {
    gboolean found = FALSE;
    for (gsize k = 0; k < changing->before->items.count && !found; k++)
      found = changing->before->items.items[k].kind == SUBSCRIPTION_ADDON
              && strcmp (changing->before->items.items[k].code, without[i]) == 0;
    if (!found)
      return error_set (error, ERROR_NOT_FOUND, "subscription %s has no add-on '%s'", changing->view.row->subscription.code, without[i]);
  }
  return TRUE;
}

static gboolean
read_order (struct changing *changing, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (changing->before->fee_interval, interval);
  gboolean keeps = changing->request->interval == NULL
                   && (plan_find_fee (changing->plan, changing->before->fee_interval) != NULL || changing->plan->fee_count == 0);
  if (!check_without (changing, error))
    return FALSE;
  changing->quantities = g_ptr_array_new_with_free_func (g_free);
  changing->addons = g_ptr_array_new_with_free_func (g_free);
  carry_items (changing);
  const struct plan_order_request order = {
    .interval = keeps && changing->plan->fee_count > 0 ? interval : changing->request->interval,
    .quantities = (const char *const *) changing->quantities->pdata,
    .addons = (const char *const *) changing->addons->pdata,
  };
  if (!plan_order_read (&changing->order, changing->plan, &order, error))
    return FALSE;
  changing->items = (struct subscription_items){ changing->order.items->len,
                                                 (struct subscription_item *) (gpointer) changing->order.items->data };
  return TRUE;
}

/* --- Up or down --- */

/* What all recurring fees come to in one interval. */
static gboolean
recurring_fees (const struct plan *plan, struct interval interval, const struct subscription_items *items, struct exact *ret, GError **error)
{
  g_autoptr (GArray) fees = plan_fee_items_new ();
  *ret = exact_zero ();
  if (!plan_fee_items (plan, interval, items, fees, error))
    return FALSE;
  for (guint i = 0; i < fees->len; i++) {
    const struct plan_fee_item *item = &g_array_index (fees, struct plan_fee_item, i);
    struct decimal billable;
    struct exact amount;
    if (item->once || decimal_compare (item->line.count, item->line.included) <= 0)
      continue;
    if (decimal_subtract (item->line.count, item->line.included, &billable) != DECIMAL_OK
        || !exact_product (billable, item->line.unit_price, &amount) || !exact_add (ret, &amount, ret))
      return error_set (error, ERROR_FAILED, "the fees of plan %s do not fit", plan->code);
  }
  return TRUE;
}

/* In 48ths of a day, where a month is a twelfth of 365 1/4 days: for comparing only. */
static gint64
interval_length (struct interval interval)
{
  static const gint64 lengths[] = {
    [INTERVAL_DAY] = 48, [INTERVAL_WEEK] = 7 * 48, [INTERVAL_MONTH] = 1461, [INTERVAL_QUARTER] = 3 * 1461, [INTERVAL_YEAR] = 12 * 1461,
  };
  return lengths[interval.unit] * interval.count;
}

/* An upgrade costs as much or more in the same time. */
static gboolean
find_direction (struct changing *changing, GError **error)
{
  const struct life_phase *before = changing->before;
  struct exact old, new;
  if (!recurring_fees (before->plan, before->fee_interval, &before->items, &old, error)
      || !recurring_fees (changing->plan, changing->order.interval, &changing->items, &new, error))
    return FALSE;
  if (!exact_multiply (&old, decimal_from_int64 (interval_length (changing->order.interval)), &old)
      || !exact_multiply (&new, decimal_from_int64 (interval_length (before->fee_interval)), &new))
    return error_set (error, ERROR_FAILED, "the fees of plan %s do not fit", changing->plan->code);
  changing->is_upgrade = exact_compare (&new, &old) >= 0;
  return TRUE;
}

static gboolean
changes_nothing (const struct changing *changing)
{
  g_autofree char *old = life_items_text (&changing->before->items), *new = life_items_text (&changing->items);
  return changing->plan == changing->before->plan && strcmp (old, new) == 0
         && interval_equal (changing->order.interval, changing->before->fee_interval);
}

/* --- The phase --- */

static void
find_start (const struct changing *changing, struct date *ret_day, gint64 *ret_us)
{
  const struct change_request *request = changing->request;
  gboolean now = request->at != NULL || request->when == CHANGE_NOW || (request->when < 0 && changing->is_upgrade);
  *ret_day = phase_day (changing->context, &changing->view, request->at);
  *ret_us = phase_instant (changing->context, &changing->view, request->at);
  if (now)
    return;
  *ret_day = phase_period_end (&changing->view, *ret_day);
  *ret_us = timezone_day_start_us (changing->view.zone, *ret_day);
}

static char *
name_terms (const struct plan *plan, struct interval interval)
{
  char text[INTERVAL_TEXT_SIZE];
  interval_format (interval, text);
  const char *custom = g_str_has_prefix (plan->variant, "custom:") ? ", custom terms" : "";
  return g_strdup_printf ("%s version %" G_GINT64_FORMAT " (%s%s)", plan->code, plan->version, text, custom);
}

static void
describe_items (const struct changing *changing, GString *text)
{
  for (gsize i = 0; i < changing->items.count; i++) {
    const struct subscription_item *item = &changing->items.items[i], *old = NULL;
    for (gsize k = 0; k < changing->before->items.count && old == NULL; k++)
      if (changing->before->items.items[k].kind == item->kind && strcmp (changing->before->items.items[k].code, item->code) == 0)
        old = &changing->before->items.items[k];
    char was[DECIMAL_TEXT_SIZE], is[DECIMAL_TEXT_SIZE];
    decimal_format (old == NULL ? DECIMAL_ZERO : old->quantity, was);
    decimal_format (item->quantity, is);
    if (strcmp (was, is) != 0)
      g_string_append_printf (text, "%s%s %s -> %s", text->len == 0 ? "" : ", ", item->code, was, is);
  }
  for (gsize k = 0; k < changing->before->items.count; k++) {
    const struct subscription_item *old = &changing->before->items.items[k];
    gboolean stays = FALSE;
    for (gsize i = 0; i < changing->items.count && !stays; i++)
      stays = changing->items.items[i].kind == old->kind && strcmp (changing->items.items[i].code, old->code) == 0;
    if (!stays)
      g_string_append_printf (text, "%swithout %s", text->len == 0 ? "" : ", ", old->code);
  }
}

/* Is something billed already that begins on the day of the change or later? */
static gboolean
is_settled_beyond (const struct changing *changing, const struct phase_plan *plan)
{
  const struct subscription *subscription = &changing->view.row->subscription;
  return subscription->has_billed_through && subscription->billed_through_us >= plan->phase.from_us;
}

static const char *
describe_proration (const struct changing *changing, const struct phase_plan *plan)
{
  if (plan->proration == CHANGE_NONE)
    return "not prorated";
  struct date eve = { plan->phase.from.day - 1 };
  if (plan->phase.from.day <= changing->before->anchor.day && !is_settled_beyond (changing, plan))
    return "nothing is paid before that";
  if (phase_period_end (&changing->view, eve).day == plan->phase.from.day && !is_settled_beyond (changing, plan))
    return "with the period that begins then";
  if (plan->phase.anchor.day != changing->before->anchor.day
      || !interval_equal (plan->phase.fee_interval, changing->before->fee_interval))
    return "periods begin anew, the unused part is given back";
  return plan->proration == CHANGE_INVOICE_NOW ? "prorated, invoiced now" : "prorated, on the next invoice";
}

static char *
describe (const struct changing *changing, const struct phase_plan *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char day[DATE_TEXT_SIZE];
  date_format (plan->phase.from, day);
  if (changing->plan != changing->before->plan || !interval_equal (changing->order.interval, changing->before->fee_interval)) {
    g_autofree char *old = name_terms (changing->before->plan, changing->before->fee_interval);
    g_autofree char *new = name_terms (changing->plan, changing->order.interval);
    if (strcmp (old, new) == 0)
      g_string_append_printf (text, "terms of %s", new);
    else
      g_string_append_printf (text, "%s -> %s", old, new);
  }
  describe_items (changing, text);
  g_string_append_printf (text, " from %s: %s", day, describe_proration (changing, plan));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Another interval begins periods anew, but not in a trial, which decides where they begin. */
static struct phase_plan
plan_phase (const struct changing *changing)
{
  const struct life_phase *before = changing->before;
  struct date day;
  gint64 at_us = 0;
  find_start (changing, &day, &at_us);
  struct phase_plan plan = phase_plan_from (&changing->view, day, at_us);
  plan.phase.state = before->state;
  plan.phase.plan = changing->plan;
  plan.phase.fee_interval = changing->order.interval;
  plan.phase.items = changing->items;
  plan.phase.alignment = before->alignment;
  plan.phase.anchor = before->anchor;
  if (!interval_equal (changing->order.interval, before->fee_interval) && day.day > before->anchor.day) {
    plan.phase.anchor = day;
    plan.phase.from_us = timezone_day_start_us (changing->view.zone, day);
  }
  plan.proration = changing->request->proration < 0 ? CHANGE_CREATE : (enum change_proration) changing->request->proration;
  return plan;
}

static gboolean
change (struct changing *changing, struct change_result *result, GError **error)
{
  struct subscription_context *context = changing->context;
  if (!subscription_get (context, changing->request->subscription, &changing->view, error)
      || !phase_check_runs (&changing->view, phase_day (context, &changing->view, changing->request->at), error))
    return FALSE;
  changing->before = &changing->view.life.phases[changing->view.life.count - 1];
  if (!load_plan (changing, error) || !check_plan (changing, error) || !read_order (changing, error) || !find_direction (changing, error))
    return FALSE;
  if (changes_nothing (changing))
    return error_set (error, ERROR_REFUSED, "subscription %s has these terms already: nothing would change",
                      changing->view.row->subscription.code);
  const struct phase_plan plan = plan_phase (changing);
  if (!phase_check_runs (&changing->view, plan.phase.from, error) || !phase_check_last (&changing->view, plan.phase.from, error))
    return FALSE;
  result->kind = changing->is_upgrade ? "upgrade" : "downgrade";
  result->detail = describe (changing, &plan);
  const struct phase_words words = { "changed", result->detail };
  return phase_record (context, &changing->view, &plan, &words, error)
         && phase_result (context, &changing->view, result, error);
}

static gboolean
change_work (struct subscription_context *context, const void *request, struct change_result *result, GError **error)
{
  g_auto (changing_t) changing = { .context = context, .request = request };
  return change (&changing, result, error);
}

gboolean
subscription_change_within (struct subscription_context *context, const struct change_request *request, struct change_result *ret,
                            GError **error)
{
  g_auto (change_result_t) result = { 0 };
  if (!change_work (context, request, &result, error))
    return FALSE;
  *ret = result;
  result = (struct change_result){ 0 };
  return TRUE;
}

gboolean
subscription_change (struct subscription_context *context, const struct change_request *request, struct change_result *ret, GError **error)
{
  return phase_transaction (context, change_work, request, ret, error);
}
