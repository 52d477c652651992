/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plans of a catalog file would mean for those who are subscribed to them. */
#include "service/plan-impact.h"

#include "base/error.h"
#include "core/money.h"
#include "service/billed-customer.h"
#include "service/custom-terms.h"
#include "service/plan-lines.h"
#include "service/usage-periods.h"
#include "store/ledger.h"

#include <string.h>

void
impact_row_free (struct impact_row *row)
{
  if (row == NULL)
    return;
  g_free (row->subscription);
  g_free (row->customer);
  g_free (row->plan);
  g_free (row->terms);
  g_free (row->note);
  g_free (row);
}

struct impact {
  struct ledger *ledger;
  gint64 at_us;
  struct billed_customer *customer;
  GHashTable *metrics; /* set of codes that the ledger has */
  json_object *new_metrics; /* those of the file; may be NULL */
  GPtrArray *rows;
};

/* A subscription that is looked at. */
struct candidate {
  gint64 id;
  gint64 customer_id;
  char *code;
  char *customer;
};

static void
candidate_free (gpointer data)
{
  struct candidate *candidate = data;
  g_free (candidate->code);
  g_free (candidate->customer);
  g_free (candidate);
}

static gboolean
find_candidates (const struct impact *impact, const char *plan, GPtrArray *candidates, GError **error)
{
  struct subscription_filter filter = { .plan_code = plan };
  g_autoptr (subscription_walk_t) walk = NULL;
  const struct subscription_row *row = NULL;
  if (!subscription_list_begin (impact->ledger, &filter, &walk, error))
    return FALSE;
  while (subscription_walk_next (walk, &row, error)) {
    if (row == NULL)
      return TRUE;
    if (row->subscription.status == SUBSCRIPTION_CANCELED || row->subscription.status == SUBSCRIPTION_EXPIRED)
      continue;
    struct candidate *candidate = g_new (struct candidate, 1);
    *candidate = (struct candidate){ row->subscription.id, row->subscription.customer_id, g_strdup (row->subscription.code),
                                     g_strdup (row->customer_code) };
    g_ptr_array_add (candidates, candidate);
  }
  return FALSE;
}

/* --- What it costs --- */

static gboolean
add_up (struct draft_sheet *sheet, gint64 *ret_minor, GError **error)
{
  *ret_minor = 0;
  if (!draft_sheet_close (sheet, NULL, error))
    return FALSE;
  for (gsize i = 0; i < draft_count (sheet); i++)
    if (!money_add (*ret_minor, draft_at (sheet, i).subtotal_minor, ret_minor))
      return error_set (error, ERROR_FAILED, "the fees or the usage of a subscription do not fit 64 bits of minor units");
  return TRUE;
}

static gboolean
cost_of_fees (const struct impact *impact, const struct life_phase *phase, const struct plan *plan, gint64 *ret_minor, GError **error)
{
  struct draft_sheet *sheet = impact->customer->sheet;
  const struct line_place place = { .plan = plan, .ratio = RATIO_ONE };
  draft_sheet_clear (sheet);
  return plan_lines_add_fees (sheet, &place, phase->fee_interval, &phase->items, error) && add_up (sheet, ret_minor, error);
}

/* The last usage period that is over; the present one where none is. FALSE: there is none at all. */
static gboolean
find_usage_period (const struct impact *impact, const struct billed_subscription *billed, struct life_period *ret)
{
  struct life_position at = life_position_start (&billed->life, 0, LIFE_USAGE, billed->zone);
  struct life_period period;
  gboolean found = FALSE;
  while (life_next (&billed->life, LIFE_USAGE, billed->zone, &at, &period)) {
    if (found && period.window.to_us > impact->at_us)
      break;
    *ret = period;
    found = TRUE;
  }
  return found;
}

/* The usage of the period as if the plan had been in force all the time. */
static gboolean
cost_of_usage (const struct impact *impact, gsize index, const struct plan *plan, gint64 *ret_minor, GError **error)
{
  struct billed_customer *customer = impact->customer;
  struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, index);
  struct life_period period = { 0 };
  *ret_minor = 0;
  if (!find_usage_period (impact, billed, &period))
    return TRUE;
  g_autofree const struct plan **own = g_new (const struct plan *, billed->life.count);
  for (gsize i = 0; i < billed->life.count; i++) {
    own[i] = billed->life.phases[i].plan;
    billed->life.phases[i].plan = plan;
  }
  const struct due_request request = billed_customer_request (customer, impact->at_us);
  struct due_again again = { .index = index, .phase = billed->life.phases[period.terms].number, .period_index = period.index, .period = period.window };
  draft_sheet_clear (customer->sheet);
  gboolean done = due_usage_again (customer->due, &request, &again, customer->sheet, error);
  again.usage = DUE_ADVANCE_TOTAL;
  again.due = period.window;
  done = done && due_usage_again (customer->due, &request, &again, customer->sheet, error) && add_up (customer->sheet, ret_minor, error);
  for (gsize i = 0; i < billed->life.count; i++)
    billed->life.phases[i].plan = own[i];
  return done;
}

/* Without the charges for metrics that only the file has: nothing of them has been measured. Usage is that of a period that there was,
 * whatever its interval will be. */
static struct plan *
known_charges (const struct impact *impact, const struct plan *plan, struct interval usage_interval, struct plan_charge **ret_charges)
{
  struct plan *known = g_memdup2 (plan, sizeof *plan);
  struct plan_charge *charges = g_new (struct plan_charge, plan->charge_count + 1);
  known->usage_interval = usage_interval;
  known->charge_count = 0;
  for (gsize i = 0; i < plan->charge_count; i++)
    if (strcmp (plan->charges[i].metric, "*") == 0 || g_hash_table_contains (impact->metrics, plan->charges[i].metric))
      charges[known->charge_count++] = plan->charges[i];
  known->charges = *ret_charges = charges;
  return known;
}

static gboolean
cost_of (const struct impact *impact, gsize index, const struct life_phase *phase, const struct plan *plan, struct impact_cost *ret, GError **error)
{
  g_autofree struct plan_charge *charges = NULL;
  g_autofree struct plan *known = known_charges (impact, plan, phase->plan->usage_interval, &charges);
  gint64 times = MAX (usage_periods_in (phase->fee_interval, known->usage_interval), 1);
  if (!cost_of_fees (impact, phase, known, &ret->fees_minor, error) || !cost_of_usage (impact, index, known, &ret->usage_minor, error))
    return FALSE;
  ret->total_minor = ret->fees_minor;
  for (gint64 n = 0; n < times; n++)
    if (!money_add (ret->total_minor, ret->usage_minor, &ret->total_minor))
      return error_set (error, ERROR_FAILED, "the total of plan %s does not fit 64 bits of minor units", plan->code);
  return TRUE;
}

/* --- The new terms --- */

static const struct plan *
terms_in (const struct catalog_plan *plan, const struct currency *currency)
{
  if (plan->terms->currency == currency)
    return plan->terms;
  for (guint i = 0; i < plan->variants->len; i++) {
    const struct plan *variant = g_ptr_array_index (plan->variants, i);
    if (variant->currency == currency)
      return variant;
  }
  return NULL;
}

/* *ret is NULL, and the row has its note, when it could not be on the new terms. Custom ones are owned by *ret_custom. */
static gboolean
find_terms (const struct impact *impact, const struct catalog_plan *file, const struct plan *now, struct impact_row *row, const struct plan **ret,
            struct plan **ret_custom, GError **error)
{
  g_autoptr (GError) local = NULL;
  *ret = NULL;
  if (!g_str_has_prefix (now->variant, "custom:")) {
    *ret = terms_in (file, now->currency);
    if (*ret == NULL)
      row->note = g_strdup_printf ("the new version is not sold in %s", now->currency->code);
    return TRUE;
  }
  g_autoptr (plan_version_t) custom = NULL, base_row = NULL;
  g_autoptr (plan_t) base = NULL;
  if (!plan_version_get (impact->ledger, now->version_id, &custom, error) || !plan_version_get (impact->ledger, custom->base_id, &base_row, error)
      || !plan_from_version (base_row, &base, error))
    return FALSE;
  const struct plan *next = terms_in (file, base->currency);
  if (next == NULL)
    row->note = g_strdup_printf ("the new version is not sold in %s", base->currency->code);
  else if (custom_terms_try (impact->ledger, custom->overrides, next, impact->new_metrics, ret_custom, &local))
    *ret = *ret_custom;
  else
    row->note = error_message_text (local);
  return TRUE;
}

static void
check_interval (const struct life_phase *phase, const struct plan **plan, struct impact_row *row)
{
  char interval[INTERVAL_TEXT_SIZE];
  if (*plan == NULL || (*plan)->fee_count == 0 || plan_find_fee (*plan, phase->fee_interval) != NULL)
    return;
  interval_format (phase->fee_interval, interval);
  row->note = g_strdup_printf ("the new version is not offered by '%s'", interval);
  *plan = NULL;
}

/* --- One subscription --- */

/* The end of the fee period of the day, or its start where that is still to come; FALSE when nothing comes after it. */
static gboolean
find_from (const struct impact *impact, const struct billed_subscription *billed, gsize phase, struct date *ret)
{
  struct date today = timezone_date (billed->zone, impact->at_us);
  struct life_position at = life_position_on (&billed->life, phase, LIFE_FEES, billed->zone, today);
  struct life_period period, next;
  if (!life_next (&billed->life, LIFE_FEES, billed->zone, &at, &period))
    return FALSE;
  *ret = today.day < period.days.start.day ? period.days.start : period.days.end;
  return today.day < period.days.start.day || life_next (&billed->life, LIFE_FEES, billed->zone, &at, &next);
}

static gboolean
fill (const struct impact *impact, const struct catalog_plan *file, gsize index, gsize place, struct impact_row *row, gboolean *ret_differs,
      GError **error)
{
  const struct billed_subscription *billed = &g_array_index (impact->customer->subscriptions, struct billed_subscription, index);
  const struct life_phase *phase = &billed->life.phases[place];
  const struct plan *next = NULL;
  g_autoptr (plan_t) custom = NULL;
  row->version = phase->plan->version;
  row->terms = g_strdup (phase->plan->variant);
  row->interval = phase->fee_interval;
  row->currency = phase->plan->currency;
  if (!find_terms (impact, file, phase->plan, row, &next, &custom, error))
    return FALSE;
  *ret_differs = next == NULL || strcmp (next->definition, phase->plan->definition) != 0;
  check_interval (phase, &next, row);
  if (!*ret_differs)
    return TRUE;
  row->possible = next != NULL;
  return cost_of (impact, index, phase, phase->plan, &row->before, error)
         && (next == NULL || cost_of (impact, index, phase, next, &row->after, error));
}

static gboolean
look_at (struct impact *impact, const struct catalog_plan *file, const struct candidate *candidate, GError **error)
{
  gsize index = 0;
  gboolean differs = FALSE;
  if (!billed_customer_load_for (impact->customer, candidate->customer_id, error))
    return FALSE;
  const GArray *subscriptions = impact->customer->subscriptions;
  while (index < subscriptions->len && g_array_index (subscriptions, struct billed_subscription, index).subscription.id != candidate->id)
    index++;
  if (index == subscriptions->len)
    return TRUE;
  const struct billed_subscription *billed = &g_array_index (subscriptions, struct billed_subscription, index);
  gsize place = billed->life.count - 1;
  struct date from;
  if (billed->life.phases[place].state == PHASE_ENDED || strcmp (billed->life.phases[place].plan->code, file->record.code) != 0
      || !find_from (impact, billed, place, &from))
    return TRUE;
  g_autoptr (impact_row_t) row = g_new0 (struct impact_row, 1);
  row->subscription = g_strdup (candidate->code);
  row->customer = g_strdup (candidate->customer);
  row->plan = g_strdup (file->record.code);
  row->from = from;
  if (!fill (impact, file, index, place, row, &differs, error))
    return FALSE;
  if (differs)
    g_ptr_array_add (impact->rows, g_steal_pointer (&row));
  return TRUE;
}

static gboolean
note_metric (const struct metric *metric, void *data, GError **error)
{
  const struct impact *impact = data;
  (void) error;
  g_hash_table_add (impact->metrics, g_strdup (metric->code));
  return TRUE;
}

static gboolean
look_at_all (struct impact *impact, const struct catalog *catalog, GError **error)
{
  if (!metric_each (impact->ledger, note_metric, impact, error) || !billed_customer_new (impact->ledger, &impact->customer, error))
    return FALSE;
  for (guint p = 0; p < catalog->plans->len; p++) {
    const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, p);
    g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
    if (!find_candidates (impact, plan->record.code, candidates, error))
      return FALSE;
    for (guint i = 0; i < candidates->len; i++)
      if (!look_at (impact, plan, g_ptr_array_index (candidates, i), error))
        return FALSE;
  }
  return TRUE;
}

gboolean
plan_impact (struct ledger *ledger, const struct impact_request *request, GPtrArray *ret, GError **error)
{
  g_autoptr (json_object) value = NULL;
  g_autoptr (catalog_t) catalog = NULL;
  g_autoptr (GHashTable) metrics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) impact_row_free);
  struct impact impact = { .ledger = ledger, .at_us = request->at_us, .metrics = metrics, .rows = rows };
  if (!catalog_parse (&request->source, &value, error) || !ledger_begin_read (ledger, error))
    return FALSE;
  if (json_object_is_type (value, json_type_object))
    json_object_object_get_ex (value, "metrics", &impact.new_metrics);
  gboolean done = catalog_check (ledger, request->source.path, value, request->problems, &catalog, error)
                  && look_at_all (&impact, catalog, error);
  billed_customer_free (impact.customer);
  ledger_rollback (ledger);
  if (done)
    g_ptr_array_extend_and_steal (ret, g_steal_pointer (&rows));
  return done;
}
