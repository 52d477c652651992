/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists and comparisons of what the catalog holds. */
#include "service/catalog-view.h"

#include "base/error.h"
#include "service/custom-terms.h"
#include "service/plan-words.h"
#include "store/ledger.h"

#include <string.h>

struct plan_list {
  struct ledger *ledger;
  gboolean all;
  plan_row_visit visit;
  void *data;
};

static gboolean
count_subscribers (struct ledger *ledger, gint64 plan_id, gint64 *ret, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (struct plan_version_count));
  if (!plan_version_counts (ledger, plan_id, counts, error))
    return FALSE;
  gint64 sum = 0;
  for (guint i = 0; i < counts->len; i++)
    sum += g_array_index (counts, struct plan_version_count, i).subscribers;
  *ret = sum;
  return TRUE;
}

static gboolean
visit_plan (const struct plan_record *record, void *data, GError **error)
{
  const struct plan_list *list = data;
  if (!list->all && strcmp (record->status, "active") != 0)
    return TRUE;
  g_autoptr (plan_t) terms = NULL;
  gint64 subscribers = 0;
  if (!plan_load (list->ledger, record->code, 0, &terms, error)
      || !count_subscribers (list->ledger, record->id, &subscribers, error))
    return FALSE;
  return list->visit (&(struct plan_row){ record, terms, subscribers }, list->data, error);
}

gboolean
catalog_list_plans (struct ledger *ledger, gboolean all, plan_row_visit visit, void *data, GError **error)
{
  struct plan_list list = { ledger, all, visit, data };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean done = plan_record_each (ledger, visit_plan, &list, error);
  ledger_rollback (ledger);
  return done;
}

void
plan_detail_free (struct plan_detail *detail)
{
  if (detail == NULL)
    return;
  plan_record_free (detail->record);
  plan_free (detail->terms);
  g_free (detail->currencies);
  g_ptr_array_unref (detail->differences);
  g_array_unref (detail->versions);
  g_free (detail);
}

/* "USD, EUR": the currency of the version, then the others. */
static gboolean
list_currencies (struct ledger *ledger, const struct plan *plan, gint64 plan_id, char **ret, GError **error)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_version_free);
  if (!plan_version_currencies (ledger, plan_id, plan->version, others, error))
    return FALSE;
  g_autoptr (GString) text = g_string_new (plan->currency->code);
  for (guint i = 0; i < others->len; i++)
    g_string_append_printf (text, ", %s", ((const struct plan_version *) g_ptr_array_index (others, i))->variant);
  *ret = g_strdup (text->str);
  return TRUE;
}

static gboolean
find_custom (struct ledger *ledger, const struct plan_wanted *wanted, struct plan_detail *detail, GError **error)
{
  gint64 version = detail->terms->version;
  g_autoptr (plan_version_t) row = NULL;
  if (!plan_version_look_up (ledger, detail->record->id, version, wanted->terms, &row, error))
    return FALSE;
  if (row == NULL || row->base_id == 0) {
    error_set (error, ERROR_NOT_FOUND, "plan %s version %" G_GINT64_FORMAT " has no terms '%s'", wanted->code, version, wanted->terms);
    return error_add_hint (error, "`billctl subscription show` names the version and the terms of a subscription");
  }
  g_clear_pointer (&detail->terms, plan_free);
  return plan_from_version (row, &detail->terms, error) && custom_terms_differences (ledger, row->id, detail->differences, error);
}

/* The version, in the currency that is wanted. */
static gboolean
find_terms (struct ledger *ledger, const struct plan_wanted *wanted, struct plan_detail *detail, GError **error)
{
  if (!plan_load (ledger, wanted->code, wanted->version, &detail->terms, error)
      || !list_currencies (ledger, detail->terms, detail->record->id, &detail->currencies, error))
    return FALSE;
  if (wanted->terms != NULL)
    return find_custom (ledger, wanted, detail, error);
  if (wanted->currency == NULL)
    return TRUE;
  g_autofree char *code = g_ascii_strup (wanted->currency, -1);
  g_clear_pointer (&detail->terms, plan_free);
  if (!plan_load_currency (ledger, wanted->code, wanted->version, code, &detail->terms, error))
    return FALSE;
  if (detail->terms != NULL)
    return TRUE;
  error_set (error, ERROR_NOT_FOUND, "plan %s is not sold in '%s'", wanted->code, wanted->currency);
  return error_add_hint (error, "it is sold in: %s", detail->currencies);
}

/* Inside a transaction. */
static gboolean
find_detail (struct ledger *ledger, const struct plan_wanted *wanted, struct plan_detail **ret, GError **error)
{
  g_autoptr (plan_detail_t) detail = g_new0 (struct plan_detail, 1);
  detail->versions = g_array_new (FALSE, FALSE, sizeof (struct plan_version_count));
  detail->differences = g_ptr_array_new_with_free_func (g_free);
  if (!plan_record_find (ledger, wanted->code, &detail->record, error) || !find_terms (ledger, wanted, detail, error)
      || !plan_version_counts (ledger, detail->record->id, detail->versions, error))
    return FALSE;
  *ret = g_steal_pointer (&detail);
  return TRUE;
}

gboolean
catalog_find_plan (struct ledger *ledger, const struct plan_wanted *wanted, struct plan_detail **ret, GError **error)
{
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean done = find_detail (ledger, wanted, ret, error);
  ledger_rollback (ledger);
  return done;
}

void
comparison_row_free (struct comparison_row *row)
{
  if (row == NULL)
    return;
  for (gsize i = 0; i < row->count; i++)
    g_free (row->values[i]);
  g_free (row->values);
  g_free (row->item);
  g_free (row);
}

/* The row of an item, made when it is not there yet. */
static struct comparison_row *
row_of (GPtrArray *rows, const char *item, gsize count)
{
  for (guint i = 0; i < rows->len; i++) {
    struct comparison_row *row = g_ptr_array_index (rows, i);
    if (strcmp (row->item, item) == 0)
      return row;
  }
  struct comparison_row *row = g_new (struct comparison_row, 1);
  *row = (struct comparison_row){ g_strdup (item), g_new0 (char *, count), count };
  g_ptr_array_add (rows, row);
  return row;
}

/* What is left to `plans show`. */
static gboolean
is_small_print (const struct plan_fact *fact)
{
  static const char *const fields[] = { "name", "default", "min", "kind", "reset", "alerts", "metric", NULL };
  return fact->subject[0] != '\0' && g_strv_contains (fields, fact->field);
}

static void
add_plan (GPtrArray *rows, const struct plan *plan, gsize place, gsize count, const char *section)
{
  g_autoptr (GPtrArray) facts = plan_facts (plan);
  for (guint i = 0; i < facts->len; i++) {
    const struct plan_fact *fact = g_ptr_array_index (facts, i);
    if (is_small_print (fact) || (*section == '\0' ? *fact->subject != '\0' : !g_str_has_prefix (fact->subject, section)))
      continue;
    g_autofree char *label = plan_fact_label (fact);
    struct comparison_row *row = row_of (rows, label, count);
    if (row->values[place] == NULL)
      row->values[place] = g_strdup (fact->value);
  }
}

/* Terms of the plan itself are worth a line when they differ; the currency always is. */
static void
drop_equal_terms (GPtrArray *rows)
{
  for (guint i = rows->len; i > 0; i--) {
    const struct comparison_row *row = g_ptr_array_index (rows, i - 1);
    gboolean same = strcmp (row->item, "currency") != 0;
    for (gsize k = 1; k < row->count; k++)
      same = same && g_strcmp0 (row->values[0], row->values[k]) == 0;
    if (same)
      g_ptr_array_remove_index (rows, i - 1);
  }
}

static gboolean
load_plans (struct ledger *ledger, const char *const *codes, const char *currency, GPtrArray *plans, GError **error)
{
  for (gsize i = 0; codes[i] != NULL; i++) {
    g_autoptr (plan_detail_t) detail = NULL;
    for (gsize k = 0; k < i; k++)
      if (strcmp (codes[i], codes[k]) == 0)
        return error_set (error, ERROR_USAGE, "plan '%s' is named twice", codes[i]);
    if (!find_detail (ledger, &(struct plan_wanted){ .code = codes[i], .currency = currency }, &detail, error))
      return FALSE;
    g_ptr_array_add (plans, g_steal_pointer (&detail->terms));
  }
  return TRUE;
}

gboolean
catalog_compare_plans (struct ledger *ledger, const char *const *codes, const char *currency, GPtrArray *ret, GError **error)
{
  static const char *const sections[] = { "base ", "quantity ", "charge ", "limit ", "feature ", "add-on " };
  g_autoptr (GPtrArray) plans = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean done = load_plans (ledger, codes, currency, plans, error);
  ledger_rollback (ledger);
  if (!done)
    return FALSE;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) comparison_row_free);
  for (guint i = 0; i < plans->len; i++)
    add_plan (rows, g_ptr_array_index (plans, i), i, plans->len, "");
  drop_equal_terms (rows);
  /* Section by section, so that what only the last plan has still stands beside its like. */
  for (gsize s = 0; s < G_N_ELEMENTS (sections); s++)
    for (guint i = 0; i < plans->len; i++)
      add_plan (rows, g_ptr_array_index (plans, i), i, plans->len, sections[s]);
  g_ptr_array_extend_and_steal (ret, g_steal_pointer (&rows));
  return TRUE;
}

gboolean
catalog_list_metrics (struct ledger *ledger, metric_visit visit, void *data, GError **error)
{
  return metric_each (ledger, visit, data, error);
}
