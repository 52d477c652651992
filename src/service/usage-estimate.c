/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates of usage that did not come. */
#include "service/usage-estimate.h"

#include "base/error.h"
#include "core/date.h"
#include "service/plan-lines.h"

#include <json-c/json.h>
#include <string.h>

static void
clear (gpointer data)
{
  struct usage_estimate *estimate = data;
  g_free (estimate->code);
  g_free (estimate->filter);
}

GArray *
usage_estimates_new (void)
{
  GArray *estimates = g_array_new (FALSE, FALSE, sizeof (struct usage_estimate));
  g_array_set_clear_func (estimates, clear);
  return estimates;
}

gboolean
usage_estimate_is (enum line_role role, const char *derivation)
{
  return role == LINE_REGULAR && strstr (derivation, "\"estimate\":true") != NULL;
}

/* --- Reading --- */

static const char *
member_text (json_object *object, const char *key)
{
  json_object *value = NULL;
  return object != NULL && json_object_object_get_ex (object, key, &value) ? json_object_get_string (value) : NULL;
}

static gboolean
read_instant (json_object *object, const char *key, gint64 *ret)
{
  const char *text = member_text (object, key);
  struct time_text time;
  if (text == NULL || time_parse (text, strlen (text), &time) != TIME_OK)
    return FALSE;
  *ret = time_instant_us (&time);
  return TRUE;
}

static gboolean
read_members (json_object *object, struct usage_estimate *ret)
{
  json_object *from = NULL;
  const char *quantity = member_text (object, "quantity"), *filter = member_text (object, "filter");
  if (quantity == NULL || decimal_parse (quantity, strlen (quantity), &ret->quantity) != DECIMAL_OK
      || !json_object_object_get_ex (object, "estimated_from", &from) || !read_instant (from, "start", &ret->from.from_us)
      || !read_instant (from, "end", &ret->from.to_us))
    return FALSE;
  ret->filter = g_strdup (filter == NULL ? "" : filter);
  return TRUE;
}

gboolean
usage_estimate_read (const char *derivation, const struct usage_estimate *like, GArray *ret, GError **error)
{
  struct usage_estimate estimate = *like;
  json_object *object = json_tokener_parse (derivation);
  gboolean ok = read_members (object, &estimate);
  json_object_put (object);
  if (!ok)
    return error_set (error, ERROR_LEDGER, "the ledger holds an estimate of %s that does not say what it was taken from", like->code);
  estimate.code = g_strdup (like->code);
  g_array_append_val (ret, estimate);
  return TRUE;
}

const struct usage_estimate *
usage_estimate_find (const GArray *estimates, const struct line_place *place, const char *code, const char *filter)
{
  for (guint i = 0; i < estimates->len; i++) {
    const struct usage_estimate *estimate = &g_array_index (estimates, struct usage_estimate, i);
    if (estimate->subscription_id == place->subscription_id && estimate->period_index == place->period_index
        && estimate->phase == place->phase && strcmp (estimate->code, code) == 0
        && (filter == NULL || strcmp (estimate->filter, filter) == 0))
      return estimate;
  }
  return NULL;
}

/* --- Making --- */

gboolean
usage_estimate_fits (const struct aggregate_request *aggregate)
{
  const struct plan_charge *charge = aggregate->charge;
  return charge->billing == PLAN_IN_ARREARS && strcmp (charge->metric, "*") != 0 && charge->amount_property == NULL
         && !price_model_is_by_event (charge->fallback.price.model)
         && !aggregation_stays (aggregate->aggregation, aggregate->persistent);
}

static gsize
priced_count (const struct plan_charge *charge)
{
  return charge->filter_count + (charge->has_default ? 1 : 0);
}

static void
start (const struct plan_charge *charge, GArray *ret)
{
  g_array_set_size (ret, 0);
  g_array_set_size (ret, (guint) charge->filter_count + 1);
}

/* No events stand behind it, and whose usage it was is not known either: it is not split. */
void
usage_estimate_take (const struct plan_charge *charge, const struct usage_bucket *before, GArray *ret, gboolean *ret_any)
{
  start (charge, ret);
  *ret_any = FALSE;
  for (gsize b = 0; b < priced_count (charge); b++) {
    if (decimal_sign (before[b].total.quantity) <= 0)
      continue;
    g_array_index (ret, struct usage_bucket, b).total.quantity = before[b].total.quantity;
    *ret_any = TRUE;
  }
}

void
usage_estimate_keep (const GArray *estimates, const struct line_place *place, const struct plan_charge *charge, GArray *ret)
{
  start (charge, ret);
  for (gsize b = 0; b < priced_count (charge); b++) {
    const struct usage_estimate *kept = usage_estimate_find (estimates, place, charge->code, plan_lines_rate (charge, b)->code);
    if (kept != NULL)
      g_array_index (ret, struct usage_bucket, b).total.quantity = kept->quantity;
  }
}
