/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions of a plan moved to another version of it. */
#include "service/plan-migrate.h"

#include "base/error.h"
#include "service/custom-terms.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

struct migration {
  struct subscription_context *context;
  const struct migrate_request *request;
  struct plan_version *target; /* the version itself */
  GPtrArray *rows;
};

void
migrate_row_free (struct migrate_row *row)
{
  if (row == NULL)
    return;
  g_free (row->subscription);
  g_free (row->customer);
  g_free (row->terms);
  g_free (row->message);
  g_free (row);
}

/* --- Which ones --- */

static gboolean
is_meant (const struct migration *migration, const struct subscription_row *row, const struct plan_version *version)
{
  const struct migrate_request *request = migration->request;
  const struct subscription *subscription = &row->subscription;
  struct date today = { (gint32) (migration->context->at_us / MICROSECONDS_PER_DAY) };
  gboolean over = subscription->status == SUBSCRIPTION_CANCELED || subscription->status == SUBSCRIPTION_EXPIRED
                  || (subscription->has_end && subscription->end.day <= today.day);
  gboolean named = request->customers == NULL || request->customers[0] == NULL || g_strv_contains (request->customers, row->customer_code);
  return !over && named && version->version != request->to_version
         && (request->from_version == 0 || version->version == request->from_version);
}

static gboolean
find_rows (struct migration *migration, GError **error)
{
  struct subscription_filter filter = { .plan_code = migration->request->plan };
  g_autoptr (subscription_walk_t) walk = NULL;
  const struct subscription_row *row = NULL;
  if (!subscription_list_begin (migration->context->ledger, &filter, &walk, error))
    return FALSE;
  while (subscription_walk_next (walk, &row, error)) {
    g_autoptr (plan_version_t) version = NULL;
    if (row == NULL)
      return TRUE;
    if (!plan_version_get (migration->context->ledger, row->subscription.plan_version_id, &version, error))
      return FALSE;
    if (!is_meant (migration, row, version))
      continue;
    struct migrate_row *made = g_new0 (struct migrate_row, 1);
    made->subscription = g_strdup (row->subscription.code);
    made->customer = g_strdup (row->customer_code);
    made->from_version = version->version;
    made->terms = g_strdup (version->variant);
    g_ptr_array_add (migration->rows, made);
  }
  return FALSE;
}

static gboolean
check_names (struct migration *migration, GError **error)
{
  struct ledger *ledger = migration->context->ledger;
  const struct migrate_request *request = migration->request;
  g_autoptr (plan_version_t) from = NULL;
  if (!plan_version_find (ledger, request->plan, request->to_version, &migration->target, error)
      || (request->from_version != 0 && !plan_version_find (ledger, request->plan, request->from_version, &from, error)))
    return FALSE;
  for (gsize i = 0; request->customers != NULL && request->customers[i] != NULL; i++) {
    g_autoptr (customer_t) customer = NULL;
    if (!customer_find_by_code (ledger, request->customers[i], &customer, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Where to --- */

/* The prices of the new version in a currency; ERROR_REFUSED when it has none. */
static gboolean
find_currency (const struct migration *migration, const char *currency, gint64 *ret_id, GError **error)
{
  const struct plan_version *target = migration->target;
  g_autoptr (plan_version_t) variant = NULL;
  *ret_id = target->id;
  if (*currency == '\0')
    return TRUE;
  if (!plan_version_look_up (migration->context->ledger, target->plan_id, target->version, currency, &variant, error))
    return FALSE;
  if (variant == NULL)
    return error_set (error, ERROR_REFUSED, "version %" G_GINT64_FORMAT " is not sold in %s", target->version, currency);
  *ret_id = variant->id;
  return TRUE;
}

/* What was agreed is agreed again on the new version. */
static gboolean
find_terms (const struct migration *migration, const struct migrate_row *row, gint64 *ret_id, GError **error)
{
  struct ledger *ledger = migration->context->ledger;
  g_autoptr (plan_version_t) custom = NULL, base = NULL;
  gint64 base_id = 0;
  if (!g_str_has_prefix (row->terms, "custom:"))
    return find_currency (migration, row->terms, ret_id, error);
  return plan_version_look_up (ledger, migration->target->plan_id, row->from_version, row->terms, &custom, error)
         && plan_version_get (ledger, custom->base_id, &base, error) && find_currency (migration, base->variant, &base_id, error)
         && custom_terms_move (ledger, custom->id, base_id, ret_id, error);
}

static gboolean
move (struct migration *migration, struct migrate_row *row, GError **error)
{
  struct change_request request = { .subscription = row->subscription,
                                    .when = (int) migration->request->when,
                                    .proration = migration->request->proration };
  g_auto (change_result_t) result = { 0 };
  if (!find_terms (migration, row, &request.plan_version_id, error)
      || !subscription_change_within (migration->context, &request, &result, error))
    return FALSE;
  row->moved = TRUE;
  row->effective = result.effective;
  row->currency = result.currency;
  row->total_minor = result.total_minor;
  row->message = g_steal_pointer (&result.detail);
  return TRUE;
}

/* What a rule refuses, before anything of it is written, is said; anything else ends the work. */
static gboolean
try_to_move (struct migration *migration, struct migrate_row *row, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (move (migration, row, &local))
    return TRUE;
  if (!g_error_matches (local, BILLCTL_ERROR, ERROR_REFUSED) && !g_error_matches (local, BILLCTL_ERROR, ERROR_USAGE)
      && !g_error_matches (local, BILLCTL_ERROR, ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  row->message = error_message_text (local);
  return TRUE;
}

static gboolean
migrate (struct migration *migration, GError **error)
{
  guint moved = 0;
  if (!check_names (migration, error) || !find_rows (migration, error))
    return FALSE;
  for (guint i = 0; i < migration->rows->len; i++) {
    struct migrate_row *row = g_ptr_array_index (migration->rows, i);
    if (!try_to_move (migration, row, error))
      return FALSE;
    moved += row->moved ? 1 : 0;
  }
  return moved == 0
         || audit_add (migration->context->ledger, error, "plan %s: %u subscriptions moved to version %" G_GINT64_FORMAT, migration->request->plan,
                       moved, migration->request->to_version);
}

gboolean
plan_migrate (struct subscription_context *context, const struct migrate_request *request, GPtrArray *ret, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) migrate_row_free);
  struct migration migration = { .context = context, .request = request, .rows = rows };
  if (!ledger_begin (context->ledger, error))
    return FALSE;
  gboolean done = migrate (&migration, error) && ledger_commit (context->ledger, error);
  g_clear_pointer (&migration.target, plan_version_free);
  if (!done) {
    ledger_rollback (context->ledger);
    return FALSE;
  }
  g_ptr_array_extend_and_steal (ret, g_steal_pointer (&rows));
  return TRUE;
}
