/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans and metrics of a file or of a ledger. */
#include "service/price-list.h"

#include "base/error.h"
#include "service/catalog.h"
#include "store/ledger.h"

#include <string.h>

struct price_list {
  char *path;              /* of the file */
  struct catalog *catalog; /* or … */
  struct ledger *ledger;
  GPtrArray *plans;   /* struct plan, of the ledger */
  GPtrArray *metrics; /* struct metric, of the ledger */
  GPtrArray *coupons; /* struct coupon, of the ledger */
};

gboolean
price_list_open (const struct price_list_request *request, struct price_list **ret, GError **error)
{
  g_autoptr (price_list_t) list = g_new0 (struct price_list, 1);
  list->plans = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  list->metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) metric_free);
  list->coupons = g_ptr_array_new_with_free_func ((GDestroyNotify) coupon_free);
  list->path = g_strdup (request->catalog);
  if (request->catalog == NULL) {
    struct ledger_open_request open = { .path = request->ledger_path, .mode = LEDGER_READ, .now_us = request->now_us };
    if (!ledger_open (&open, &list->ledger, error))
      return FALSE;
  } else {
    struct catalog_source source = { .path = request->catalog };
    g_autoptr (json_object) value = NULL;
    if (!catalog_parse (&source, &value, error)
        || !catalog_check (NULL, request->catalog, value, request->problems, &list->catalog, error))
      return FALSE;
  }
  *ret = g_steal_pointer (&list);
  return TRUE;
}

void
price_list_free (struct price_list *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref (list->plans);
  g_ptr_array_unref (list->metrics);
  g_ptr_array_unref (list->coupons);
  catalog_free (list->catalog);
  ledger_close (list->ledger);
  g_free (list->path);
  g_free (list);
}

/* "there is no plan 'x' in catalog.json", and which ones there are. */
static gboolean
fail_not_in_file (const struct price_list *list, const char *what, const char *code, const GString *known, GError **error)
{
  error_set (error, ERROR_NOT_FOUND, "there is no %s '%s' in %s", what, code, list->path);
  return error_add_hint (error, "it has: %s", known->len == 0 ? "none at all" : known->str);
}

static gboolean
find_plan_in_file (const struct price_list *list, const char *code, const struct plan **ret, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < list->catalog->plans->len; i++) {
    const struct catalog_plan *plan = g_ptr_array_index (list->catalog->plans, i);
    if (strcmp (plan->record.code, code) == 0) {
      *ret = plan->terms;
      return TRUE;
    }
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", plan->record.code);
  }
  return fail_not_in_file (list, "plan", code, known, error);
}

static gboolean
find_metric_in_file (const struct price_list *list, const char *code, const struct metric **ret, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < list->catalog->metrics->len; i++) {
    const struct metric *metric = g_ptr_array_index (list->catalog->metrics, i);
    if (strcmp (metric->code, code) == 0) {
      *ret = metric;
      return TRUE;
    }
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", metric->code);
  }
  return fail_not_in_file (list, "metric", code, known, error);
}

gboolean
price_list_plan (struct price_list *list, const char *code, gint64 version, const struct plan **ret, GError **error)
{
  if (list->catalog != NULL)
    return find_plan_in_file (list, code, ret, error);
  struct plan *plan = NULL;
  if (!plan_load (list->ledger, code, version, &plan, error))
    return FALSE;
  g_ptr_array_add (list->plans, plan);
  *ret = plan;
  return TRUE;
}

gboolean
price_list_metric (struct price_list *list, const char *code, const struct metric **ret, GError **error)
{
  if (list->catalog != NULL)
    return find_metric_in_file (list, code, ret, error);
  struct metric *metric = NULL;
  if (!metric_find (list->ledger, code, &metric, error))
    return FALSE;
  g_ptr_array_add (list->metrics, metric);
  *ret = metric;
  return TRUE;
}

static const struct plan *
find_variant_in_file (const struct price_list *list, const struct plan *plan, const char *currency)
{
  for (guint i = 0; i < list->catalog->plans->len; i++) {
    const struct catalog_plan *sold = g_ptr_array_index (list->catalog->plans, i);
    for (guint v = 0; sold->terms == plan && v < sold->variants->len; v++) {
      const struct plan *variant = g_ptr_array_index (sold->variants, v);
      if (strcmp (variant->currency->code, currency) == 0)
        return variant;
    }
  }
  return NULL;
}

gboolean
price_list_plan_in (struct price_list *list, const struct plan *plan, const char *currency, const struct plan **ret, GError **error)
{
  struct plan *variant = NULL;
  *ret = strcmp (plan->currency->code, currency) == 0 ? plan : NULL;
  if (*ret != NULL)
    return TRUE;
  if (list->catalog != NULL) {
    *ret = find_variant_in_file (list, plan, currency);
    return TRUE;
  }
  if (!plan_load_currency (list->ledger, plan->code, plan->version, currency, &variant, error))
    return FALSE;
  if (variant != NULL)
    g_ptr_array_add (list->plans, variant);
  *ret = variant;
  return TRUE;
}

static gboolean
find_coupon_in_file (const struct price_list *list, const char *code, const struct coupon **ret, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < list->catalog->coupons->len; i++) {
    const struct coupon *coupon = g_ptr_array_index (list->catalog->coupons, i);
    if (strcmp (coupon->code, code) == 0) {
      *ret = coupon;
      return TRUE;
    }
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", coupon->code);
  }
  return fail_not_in_file (list, "coupon", code, known, error);
}

gboolean
price_list_coupon (struct price_list *list, const char *code, const struct coupon **ret, GError **error)
{
  struct coupon *coupon = NULL;
  if (list->catalog != NULL)
    return find_coupon_in_file (list, code, ret, error);
  if (!coupon_find (list->ledger, code, &coupon, error))
    return FALSE;
  g_ptr_array_add (list->coupons, coupon);
  *ret = coupon;
  return TRUE;
}

static gboolean
add_code (const struct plan_record *plan, void *data, GError **error)
{
  (void) error;
  if (strcmp (plan->status, "archived") != 0)
    g_ptr_array_add (data, g_strdup (plan->code));
  return TRUE;
}

gboolean
price_list_codes (struct price_list *list, GPtrArray *ret, GError **error)
{
  if (list->catalog == NULL)
    return plan_record_each (list->ledger, add_code, ret, error);
  for (guint i = 0; i < list->catalog->plans->len; i++)
    g_ptr_array_add (ret, g_strdup (((const struct catalog_plan *) g_ptr_array_index (list->catalog->plans, i))->record.code));
  return TRUE;
}
