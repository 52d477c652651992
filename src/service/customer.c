/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding, changing and listing customers. */
#include "service/customer.h"

#include "base/error.h"
#include "base/text.h"
#include "core/currency.h"
#include "store/audit.h"
#include "store/invoice.h"
#include "store/ledger.h"
#include "store/setting.h"

#include <string.h>

enum { DEFAULT_ISSUER_ID = 1, FAMILY_MAX = 100 };

void
customer_view_clear (struct customer_view *view)
{
  g_clear_pointer (&view->customer, customer_free);
  customer_values_clear (&view->values);
}

static gboolean
check_request (const struct customer_request *request, struct customer_values *ret, gboolean is_given[CUSTOMER_FIELD_COUNT], GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++) {
    is_given[i] = request->of[i] != NULL;
    if (is_given[i] && !customer_check (zones, (enum customer_field) i, request->of[i], &ret->of[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
customer_complete (struct ledger *ledger, struct customer_values *values, GError **error)
{
  if (!customer_check_tax_id (values->of[CUSTOMER_COUNTRY], &values->of[CUSTOMER_TAX_ID], error))
    return FALSE;
  if (values->of[CUSTOMER_NAME] == NULL)
    values->of[CUSTOMER_NAME] = g_strdup (values->of[CUSTOMER_CODE]);
  if (values->of[CUSTOMER_CURRENCY] == NULL && !setting_get (ledger, "customer.currency", &values->of[CUSTOMER_CURRENCY], error))
    return FALSE;
  return values->of[CUSTOMER_TIMEZONE] != NULL || setting_get (ledger, "customer.timezone", &values->of[CUSTOMER_TIMEZONE], error);
}

/* Who pays for whom must not run in a circle. */
static gboolean
check_family (struct ledger *ledger, gint64 id, const char *code, gint64 parent_id, GError **error)
{
  gint64 ancestor = parent_id;
  for (int i = 0; i < FAMILY_MAX && ancestor != 0; i++) {
    g_autoptr (customer_t) customer = NULL;
    if (!customer_find_by_id (ledger, ancestor, &customer, error))
      return FALSE;
    if (customer->parent_id == id)
      return error_set (error, ERROR_REFUSED, "customer %s would be its own parent, through %s", code, customer->code);
    ancestor = customer->parent_id;
  }
  return ancestor == 0 || error_set (error, ERROR_REFUSED, "customer %s would have more than %d parents", code, FAMILY_MAX);
}

/* Who pays is the customer itself, or a parent that pays for itself, in the same currency. */
static gboolean
check_payer (struct ledger *ledger, gint64 id, const struct customer_values *values, gint64 parent_id, GError **error)
{
  const char *code = values->of[CUSTOMER_CODE], *payer = values->of[CUSTOMER_PAYS];
  g_autoptr (customer_t) parent = NULL;
  gboolean pays = FALSE;
  if (payer == NULL || strcmp (payer, customer_payer_names[0]) == 0)
    return TRUE;
  if (parent_id == 0) {
    error_set (error, ERROR_REFUSED, "customer %s has no parent that could pay for it", code);
    return error_add_hint (error, "name one with --parent, or let it pay itself: --payer self");
  }
  if (!customer_find_by_id (ledger, parent_id, &parent, error) || (id != 0 && !customer_pays_for_others (ledger, id, &pays, error)))
    return FALSE;
  if (strcmp (parent->payer, customer_payer_names[0]) != 0)
    return error_set (error, ERROR_REFUSED, "customer %s does not pay for itself, so it cannot pay for %s", parent->code, code);
  if (pays)
    return error_set (error, ERROR_REFUSED, "customer %s pays for others, so nobody can pay for it", code);
  return strcmp (parent->currency, values->of[CUSTOMER_CURRENCY]) == 0
         || error_set (error, ERROR_REFUSED, "customer %s is billed in %s, but customer %s, who would pay, in %s", code,
                       values->of[CUSTOMER_CURRENCY], parent->code, parent->currency);
}

gboolean
customer_find_parent (struct ledger *ledger, gint64 id, const struct customer_values *values, gint64 *ret_id, GError **error)
{
  const char *parent = values->of[CUSTOMER_PARENT];
  gint64 parent_id = 0;
  if (parent != NULL) {
    if (strcmp (parent, values->of[CUSTOMER_CODE]) == 0)
      return error_set (error, ERROR_REFUSED, "customer %s would be its own parent", parent);
    if (!customer_id_by_code (ledger, parent, &parent_id, error))
      return FALSE;
    if (parent_id == 0) {
      customer_fail_unknown (ledger, parent, error);
      return error_prefix (error, "parent '%s': ", parent);
    }
    if (id != 0 && !check_family (ledger, id, values->of[CUSTOMER_CODE], parent_id, error))
      return FALSE;
  }
  *ret_id = parent_id;
  return check_payer (ledger, id, values, parent_id, error);
}

/* Drafts of a customer for whom somebody else pays from now on are drawn up there. */
static gboolean
move_to_payer (struct ledger *ledger, const struct customer *customer, GError **error)
{
  g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key));
  if (!customer_set_payer (ledger, customer->id, error) || !invoice_drafts_of (ledger, customer->id, drafts, error))
    return FALSE;
  for (guint i = 0; i < drafts->len; i++)
    if (!invoice_delete_draft (ledger, g_array_index (drafts, struct invoice_draft_key, i).id, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_currency_change (struct ledger *ledger, const struct customer *customer, const char *currency, GError **error)
{
  enum customer_bond bond = CUSTOMER_FREE;
  if (!customer_bond (ledger, customer->id, &bond, error))
    return FALSE;
  if (bond == CUSTOMER_FREE)
    return TRUE;
  error_set (error, ERROR_REFUSED, "currency '%s': customer %s has %s in %s, so its currency stays", currency, customer->code,
             bond == CUSTOMER_HAS_INVOICES ? "invoices" : "subscriptions", customer->currency);
  return error_add_hint (error, "add another customer for the other currency");
}

/* A tax id is right for a country: both are looked at when either is given. *ret is what is to be stored. */
static gboolean
merge_tax_id (const struct customer_values *given, const gboolean is_given[CUSTOMER_FIELD_COUNT], const struct customer_values *values,
              char **ret, GError **error)
{
  g_autofree char *tax_id = g_strdup ((is_given[CUSTOMER_TAX_ID] ? given : values)->of[CUSTOMER_TAX_ID]);
  const char *country = (is_given[CUSTOMER_COUNTRY] ? given : values)->of[CUSTOMER_COUNTRY];
  if ((is_given[CUSTOMER_TAX_ID] || is_given[CUSTOMER_COUNTRY]) && !customer_check_tax_id (country, &tax_id, error))
    return FALSE;
  *ret = g_steal_pointer (&tax_id);
  return TRUE;
}

gboolean
customer_merge (struct ledger *ledger, const struct customer *customer, const struct customer_values *given,
                const gboolean is_given[CUSTOMER_FIELD_COUNT], struct customer_values *values, char **ret_changed, GError **error)
{
  g_autoptr (GString) changed = g_string_new (NULL);
  g_autofree char *tax_id = NULL;
  if (!merge_tax_id (given, is_given, values, &tax_id, error))
    return FALSE;
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++) {
    const char *text = i == CUSTOMER_TAX_ID ? tax_id : is_given[i] ? given->of[i] : values->of[i];
    if (g_strcmp0 (text, values->of[i]) == 0)
      continue;
    if (i == CUSTOMER_CURRENCY && !check_currency_change (ledger, customer, text, error))
      return FALSE;
    g_free (values->of[i]);
    values->of[i] = g_strdup (text);
    g_string_append_printf (changed, "%s%s", changed->len > 0 ? ", " : "", customer_field_name ((enum customer_field) i));
  }
  *ret_changed = changed->len == 0 ? NULL : g_string_free (g_steal_pointer (&changed), FALSE);
  return TRUE;
}

static gboolean
fail_taken (const struct customer *existing, GError **error)
{
  error_set (error, ERROR_REFUSED, "customer %s already exists", existing->code);
  return error_add_hint (error, "`billctl customer update %s` changes it", existing->code);
}

static gboolean
add (struct ledger *ledger, struct customer_values *values, GError **error)
{
  const char *code = values->of[CUSTOMER_CODE];
  g_autoptr (customer_t) existing = NULL;
  if (!customer_look_up (ledger, code, &existing, error))
    return FALSE;
  if (existing != NULL)
    return fail_taken (existing, error);
  struct customer fresh = { .issuer_id = DEFAULT_ISSUER_ID };
  if (!customer_complete (ledger, values, error) || !customer_find_parent (ledger, 0, values, &fresh.parent_id, error))
    return FALSE;
  customer_from_values (values, &fresh);
  return customer_insert (ledger, &fresh, NULL, error) && audit_add (ledger, error, "customer %s added", code);
}

static gboolean
get (struct ledger *ledger, const char *code, struct customer_view *ret, GError **error)
{
  g_autoptr (customer_t) customer = NULL;
  if (!customer_find_by_code (ledger, code, &customer, error))
    return FALSE;
  *ret = (struct customer_view){ .customer = g_steal_pointer (&customer) };
  customer_to_values (ret->customer, &ret->values);
  return TRUE;
}

gboolean
customer_add (struct ledger *ledger, const struct customer_request *request, struct customer_view *ret, GError **error)
{
  g_auto (customer_values_t) values = { { NULL } };
  gboolean is_given[CUSTOMER_FIELD_COUNT];
  g_auto (customer_view_t) view = { 0 };
  if (!check_request (request, &values, is_given, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!add (ledger, &values, error) || !get (ledger, values.of[CUSTOMER_CODE], &view, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  view.changed = TRUE;
  *ret = view;
  view = (struct customer_view){ 0 };
  return TRUE;
}

static gboolean
change (struct ledger *ledger, const struct customer_values *given, const gboolean is_given[CUSTOMER_FIELD_COUNT],
        struct customer_view *ret, GError **error)
{
  g_auto (customer_view_t) before = { 0 };
  g_autofree char *changed = NULL;
  if (!get (ledger, given->of[CUSTOMER_CODE], &before, error)
      || !customer_merge (ledger, before.customer, given, is_given, &before.values, &changed, error))
    return FALSE;
  gboolean zone = strcmp (before.customer->timezone, before.values.of[CUSTOMER_TIMEZONE]) != 0;
  enum customer_bond bond = CUSTOMER_FREE;
  if (changed != NULL) {
    struct customer fresh = { .id = before.customer->id, .issuer_id = before.customer->issuer_id };
    if (!customer_find_parent (ledger, fresh.id, &before.values, &fresh.parent_id, error)
        || !customer_bond (ledger, fresh.id, &bond, error))
      return FALSE;
    customer_from_values (&before.values, &fresh);
    gboolean moves = strcmp (fresh.payer, before.customer->payer) != 0 || fresh.parent_id != before.customer->parent_id;
    if (!customer_update (ledger, &fresh, error) || (moves && !move_to_payer (ledger, &fresh, error))
        || !audit_add (ledger, error, "customer %s changed: %s", fresh.code, changed))
      return FALSE;
  }
  if (!get (ledger, given->of[CUSTOMER_CODE], ret, error))
    return FALSE;
  ret->changed = changed != NULL;
  ret->timezone_changed = zone && bond == CUSTOMER_HAS_SUBSCRIPTIONS;
  return TRUE;
}

gboolean
customer_change (struct ledger *ledger, const struct customer_request *request, struct customer_view *ret, GError **error)
{
  g_auto (customer_values_t) given = { { NULL } };
  gboolean is_given[CUSTOMER_FIELD_COUNT];
  g_auto (customer_view_t) view = { 0 };
  if (!check_request (request, &given, is_given, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!change (ledger, &given, is_given, &view, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = view;
  view = (struct customer_view){ 0 };
  return TRUE;
}

gboolean
customer_get (struct ledger *ledger, const char *code, struct customer_view *ret, GError **error)
{
  return get (ledger, code, ret, error);
}

gboolean
customer_list (struct ledger *ledger, const struct customer_list_request *request, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  g_autofree char *currency = NULL;
  if (request->currency != NULL && !customer_check (zones, CUSTOMER_CURRENCY, request->currency, &currency, error))
    return FALSE;
  struct customer_filter filter = { .currency = currency };
  g_autoptr (customer_walk_t) walk = NULL;
  if (!customer_walk_begin (ledger, &filter, &walk, error))
    return FALSE;
  for (;;) {
    const struct customer *customer = NULL;
    gint64 subscriptions = 0;
    if (!customer_walk_next (walk, &customer, &subscriptions, error))
      return FALSE;
    if (customer == NULL)
      return TRUE;
    if (!request->each (customer, subscriptions, request->data, error))
      return FALSE;
  }
}
