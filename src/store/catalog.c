/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics, plans, credit events and credit packages in the ledger. */
#include "store/catalog.h"

#include "base/error.h"
#include "base/text.h"
#include "core/date.h"
#include "store/db.h"
#include "store/ledger.h"

const char *const metric_late_names[] = { "bill", "ignore", "hold", NULL };

/* A text column of a row. Structs that are handed to visitors borrow it; the cast stands here alone. */
static char *
borrow (struct query *query, int column)
{
  return (char *) (gpointer) (gsize) db_text (query, column, NULL);
}

/* Calls `each` for every row of a statement without parameters. */
static gboolean
walk (struct ledger *ledger, enum statement id, gboolean (*each) (struct query *query, void *data, GError **error), void *data,
      GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), id, &query, error))
    return FALSE;
  gboolean row = TRUE, done = TRUE;
  while (done && row) {
    done = db_step (query, &row, error);
    if (done && row)
      done = each (query, data, error);
  }
  db_query_free (query);
  return done;
}

static gboolean
collect_code (struct query *query, void *data, GError **error)
{
  (void) error;
  g_ptr_array_add (data, g_strdup (db_text (query, 1, NULL)));
  return TRUE;
}

/* ERROR_NOT_FOUND, with the nearest code (column 1 of the list) as the hint. */
static gboolean
fail_not_found (struct ledger *ledger, enum statement list, const char *kind, const char *code, GError **error)
{
  error_set (error, ERROR_NOT_FOUND, "there is no %s '%s'", kind, code);
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  if (!walk (ledger, list, collect_code, codes, NULL))
    return FALSE;
  g_ptr_array_add (codes, NULL);
  const char *near = text_nearest (code, (const char *const *) codes->pdata);
  if (near != NULL)
    return error_add_hint (error, "did you mean '%s'?", near);
  return error_add_hint (error, "`billctl %s list` shows the %ss", list == SQL_PLAN_LIST ? "plans" : "metric", kind);
}

static struct metric
read_metric (struct query *query)
{
  return (struct metric){
    .id = db_int64 (query, 0),
    .code = borrow (query, 1),
    .name = borrow (query, 2),
    .unit = borrow (query, 3),
    .aggregation = borrow (query, 4),
    .property = borrow (query, 5),
    .negative = borrow (query, 6),
    .persistent = db_int64 (query, 7) != 0,
    .late = borrow (query, 8),
  };
}

static struct metric *
copy_metric (struct query *query)
{
  struct metric row = read_metric (query), *copy = g_new (struct metric, 1);
  *copy = (struct metric){
    .id = row.id,
    .code = g_strdup (row.code),
    .name = g_strdup (row.name),
    .unit = g_strdup (row.unit),
    .aggregation = g_strdup (row.aggregation),
    .property = g_strdup (row.property),
    .negative = g_strdup (row.negative),
    .persistent = row.persistent,
    .late = g_strdup (row.late),
  };
  return copy;
}

void
metric_free (struct metric *metric)
{
  if (metric == NULL)
    return;
  g_free (metric->code);
  g_free (metric->name);
  g_free (metric->unit);
  g_free (metric->aggregation);
  g_free (metric->property);
  g_free (metric->negative);
  g_free (metric->late);
  g_free (metric);
}

gboolean
metric_lookup (struct ledger *ledger, const char *code, struct metric **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_METRIC_FIND, &row, error, "t", code))
    return FALSE;
  *ret = row == NULL ? NULL : copy_metric (row);
  return TRUE;
}

gboolean
metric_find (struct ledger *ledger, const char *code, struct metric **ret, GError **error)
{
  struct metric *found = NULL;
  if (!metric_lookup (ledger, code, &found, error))
    return FALSE;
  if (found == NULL)
    return fail_not_found (ledger, SQL_METRIC_LIST, "metric", code, error);
  *ret = found;
  return TRUE;
}

gboolean
metric_get (struct ledger *ledger, gint64 id, struct metric **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_METRIC_GET, &row, error, "i", id))
    return FALSE;
  if (row == NULL)
    return error_set (error, ERROR_LEDGER, "the ledger lacks the metric with id %" G_GINT64_FORMAT, id);
  *ret = copy_metric (row);
  return TRUE;
}

gboolean
metric_insert (struct ledger *ledger, const struct metric *metric, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_METRIC_INSERT, NULL, error, "ttttttiti", metric->code, metric->name, metric->unit,
                   metric->aggregation, metric->property, metric->negative, (gint64) metric->persistent, metric->late,
                   ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
metric_update (struct ledger *ledger, const struct metric *metric, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_METRIC_UPDATE, NULL, error, "itttt", metric->id, metric->name, metric->unit,
                     metric->negative, metric->late);
}

struct metric_walk {
  metric_visit visit;
  void *data;
};

static gboolean
visit_metric (struct query *query, void *data, GError **error)
{
  const struct metric_walk *task = data;
  struct metric metric = read_metric (query);
  return task->visit (&metric, task->data, error);
}

gboolean
metric_each (struct ledger *ledger, metric_visit visit, void *data, GError **error)
{
  struct metric_walk task = { visit, data };
  return walk (ledger, SQL_METRIC_LIST, visit_metric, &task, error);
}

static struct plan_record
read_plan (struct query *query)
{
  return (struct plan_record){
    .id = db_int64 (query, 0),
    .code = borrow (query, 1),
    .name = borrow (query, 2),
    .description = borrow (query, 3),
    .metadata = borrow (query, 4),
    .status = borrow (query, 5),
  };
}

static struct plan_record *
copy_plan (struct query *query)
{
  struct plan_record row = read_plan (query), *copy = g_new (struct plan_record, 1);
  *copy = (struct plan_record){
    .id = row.id,
    .code = g_strdup (row.code),
    .name = g_strdup (row.name),
    .description = g_strdup (row.description),
    .metadata = g_strdup (row.metadata),
    .status = g_strdup (row.status),
  };
  return copy;
}

void
plan_record_free (struct plan_record *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->code);
  g_free (plan->name);
  g_free (plan->description);
  g_free (plan->metadata);
  g_free (plan->status);
  g_free (plan);
}

gboolean
plan_record_lookup (struct ledger *ledger, const char *code, struct plan_record **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_PLAN_FIND, &row, error, "t", code))
    return FALSE;
  *ret = row == NULL ? NULL : copy_plan (row);
  return TRUE;
}

gboolean
plan_record_find (struct ledger *ledger, const char *code, struct plan_record **ret, GError **error)
{
  struct plan_record *found = NULL;
  if (!plan_record_lookup (ledger, code, &found, error))
    return FALSE;
  if (found == NULL)
    return fail_not_found (ledger, SQL_PLAN_LIST, "plan", code, error);
  *ret = found;
  return TRUE;
}

gboolean
plan_record_insert (struct ledger *ledger, const struct plan_record *plan, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_PLAN_INSERT, NULL, error, "tttti", plan->code, plan->name, plan->description, plan->metadata,
                   ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
plan_record_update (struct ledger *ledger, const struct plan_record *plan, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_PLAN_UPDATE, NULL, error, "ittt", plan->id, plan->name, plan->description, plan->metadata);
}

gboolean
plan_record_set_status (struct ledger *ledger, gint64 id, const char *status, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_PLAN_SET_STATUS, NULL, error, "it", id, status);
}

struct plan_walk {
  plan_record_visit visit;
  void *data;
};

static gboolean
visit_plan (struct query *query, void *data, GError **error)
{
  const struct plan_walk *task = data;
  struct plan_record plan = read_plan (query);
  return task->visit (&plan, task->data, error);
}

gboolean
plan_record_each (struct ledger *ledger, plan_record_visit visit, void *data, GError **error)
{
  struct plan_walk task = { visit, data };
  return walk (ledger, SQL_PLAN_LIST, visit_plan, &task, error);
}

static struct plan_version *
copy_version (struct query *query)
{
  struct plan_version *version = g_new (struct plan_version, 1);
  *version = (struct plan_version){
    .id = db_int64 (query, 0),
    .plan_id = db_int64 (query, 1),
    .version = db_int64 (query, 2),
    .definition = g_strdup (db_text (query, 3, NULL)),
    .created_at_us = db_int64 (query, 4),
    .plan_code = g_strdup (db_text (query, 5, NULL)),
    .plan_name = g_strdup (db_text (query, 6, NULL)),
    .variant = g_strdup (db_text (query, 7, NULL)),
    .base_id = db_int64 (query, 8),
    .overrides = g_strdup (db_text (query, 9, NULL)),
  };
  return version;
}

void
plan_version_free (struct plan_version *version)
{
  if (version == NULL)
    return;
  g_free (version->definition);
  g_free (version->plan_code);
  g_free (version->plan_name);
  g_free (version->variant);
  g_free (version->overrides);
  g_free (version);
}

gboolean
plan_version_get (struct ledger *ledger, gint64 id, struct plan_version **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_PLAN_VERSION_GET, &row, error, "i", id))
    return FALSE;
  if (row == NULL)
    return error_set (error, ERROR_LEDGER, "the ledger lacks the plan version with id %" G_GINT64_FORMAT, id);
  *ret = copy_version (row);
  return TRUE;
}

static gboolean
fail_no_version (struct ledger *ledger, const char *plan_code, gint64 version, GError **error)
{
  g_autoptr (plan_version_t) newest = NULL;
  if (!plan_version_find (ledger, plan_code, 0, &newest, error))
    return FALSE;
  error_set (error, ERROR_NOT_FOUND, "plan '%s' has no version %" G_GINT64_FORMAT, plan_code, version);
  return error_add_hint (error, "its newest version is %" G_GINT64_FORMAT, newest->version);
}

gboolean
plan_version_find (struct ledger *ledger, const char *plan_code, gint64 version, struct plan_version **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (version == 0 ? !db_find (ledger_db (ledger), SQL_PLAN_VERSION_NEWEST, &row, error, "t", plan_code)
                   : !db_find (ledger_db (ledger), SQL_PLAN_VERSION_FIND, &row, error, "ti", plan_code, version))
    return FALSE;
  if (row != NULL) {
    *ret = copy_version (row);
    return TRUE;
  }
  return version == 0 ? fail_not_found (ledger, SQL_PLAN_LIST, "plan", plan_code, error)
                      : fail_no_version (ledger, plan_code, version, error);
}

gboolean
plan_version_look_up (struct ledger *ledger, gint64 plan_id, gint64 version, const char *variant, struct plan_version **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_PLAN_VERSION_VARIANT, &row, error, "iit", plan_id, version, variant))
    return FALSE;
  *ret = row == NULL ? NULL : copy_version (row);
  return TRUE;
}

gboolean
plan_version_currencies (struct ledger *ledger, gint64 plan_id, gint64 version, GPtrArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_PLAN_VERSION_CURRENCIES, &query, error))
    return FALSE;
  db_bind (query, "ii", plan_id, version);
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    g_ptr_array_add (ret, copy_version (query));
  }
  return FALSE;
}

gboolean
plan_version_custom_count (struct ledger *ledger, gint64 plan_id, gint64 version, gint64 *ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_PLAN_VERSION_CUSTOM_COUNT, &row, error, "ii", plan_id, version))
    return FALSE;
  *ret = row == NULL ? 0 : db_int64 (row, 0);
  return TRUE;
}

gboolean
plan_version_custom_find (struct ledger *ledger, gint64 base_id, const char *definition, gint64 *ret_id, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_PLAN_VERSION_CUSTOM_FIND, &row, error, "it", base_id, definition))
    return FALSE;
  *ret_id = row == NULL ? 0 : db_int64 (row, 0);
  return TRUE;
}

gboolean
plan_version_insert (struct ledger *ledger, const struct plan_version *version, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_PLAN_VERSION_INSERT, NULL, error, "iitItti", version->plan_id, version->version,
                   version->variant == NULL ? "" : version->variant, version->base_id, version->base_id == 0, version->overrides,
                   version->definition, ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
plan_version_counts (struct ledger *ledger, gint64 plan_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_PLAN_VERSION_SUBSCRIBERS, &query, error))
    return FALSE;
  db_bind (query, "ii", plan_id, (gint64) (ledger_now_us (ledger) / MICROSECONDS_PER_DAY));
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct plan_version_count count = { db_int64 (query, 0), db_int64 (query, 1), db_int64 (query, 2) };
    g_array_append_val (ret, count);
  }
  return FALSE;
}

void
credit_event_free (struct credit_event *event)
{
  if (event == NULL)
    return;
  g_free (event->code);
  g_free (event->credits);
  g_free (event);
}

gboolean
credit_event_lookup (struct ledger *ledger, const char *code, struct credit_event **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_CREDIT_EVENT_FIND, &row, error, "t", code))
    return FALSE;
  *ret = NULL;
  if (row != NULL) {
    *ret = g_new (struct credit_event, 1);
    **ret = (struct credit_event){ g_strdup (db_text (row, 0, NULL)), g_strdup (db_text (row, 1, NULL)) };
  }
  return TRUE;
}

gboolean
credit_event_set (struct ledger *ledger, const struct credit_event *event, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_CREDIT_EVENT_SET, NULL, error, "tti", event->code, event->credits, ledger_now_us (ledger));
}

struct credit_event_walk {
  credit_event_visit visit;
  void *data;
};

static gboolean
visit_credit_event (struct query *query, void *data, GError **error)
{
  const struct credit_event_walk *task = data;
  struct credit_event event = { borrow (query, 0), borrow (query, 1) };
  return task->visit (&event, task->data, error);
}

gboolean
credit_event_each (struct ledger *ledger, credit_event_visit visit, void *data, GError **error)
{
  struct credit_event_walk task = { visit, data };
  return walk (ledger, SQL_CREDIT_EVENT_LIST, visit_credit_event, &task, error);
}

void
credit_package_free (struct credit_package *package)
{
  if (package == NULL)
    return;
  g_free (package->code);
  g_free (package->name);
  g_free (package->credits);
  g_free (package->currency);
  g_free (package);
}

gboolean
credit_package_lookup (struct ledger *ledger, const char *code, struct credit_package **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_CREDIT_PACKAGE_FIND, &row, error, "t", code))
    return FALSE;
  *ret = NULL;
  if (row != NULL) {
    *ret = g_new (struct credit_package, 1);
    **ret = (struct credit_package){ g_strdup (db_text (row, 0, NULL)), g_strdup (db_text (row, 1, NULL)),
                                     g_strdup (db_text (row, 2, NULL)), db_int64 (row, 3), g_strdup (db_text (row, 4, NULL)) };
  }
  return TRUE;
}

gboolean
credit_package_set (struct ledger *ledger, const struct credit_package *package, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_CREDIT_PACKAGE_SET, NULL, error, "tttiti", package->code, package->name, package->credits,
                     package->amount_minor, package->currency, ledger_now_us (ledger));
}

struct credit_package_walk {
  credit_package_visit visit;
  void *data;
};

static gboolean
visit_credit_package (struct query *query, void *data, GError **error)
{
  const struct credit_package_walk *task = data;
  struct credit_package package = { borrow (query, 0), borrow (query, 1), borrow (query, 2), db_int64 (query, 3), borrow (query, 4) };
  return task->visit (&package, task->data, error);
}

gboolean
credit_package_each (struct ledger *ledger, credit_package_visit visit, void *data, GError **error)
{
  struct credit_package_walk task = { visit, data };
  return walk (ledger, SQL_CREDIT_PACKAGE_LIST, visit_credit_package, &task, error);
}
