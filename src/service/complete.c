/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes for completion. */
#include "service/complete.h"

#include "base/text.h"
#include "service/plan.h"
#include "store/catalog.h"
#include "store/people.h"
#include "store/prefix.h"
#include "store/setting.h"

#include <string.h>

/* A line of its own each, whatever the name holds. A customer without a name is called by its code. */
static void
add_code (const char *code, const char *name, gpointer data)
{
  GPtrArray *codes = data;
  g_autofree char *safe = name == NULL || strcmp (name, code) == 0 ? g_strdup ("") : text_sanitize (name, -1);
  g_ptr_array_add (codes, *safe == '\0' ? g_strdup (code) : g_strconcat (code, "\t", safe, NULL));
}

static gboolean
has_code (const GPtrArray *codes, const char *code)
{
  gsize length = strlen (code);
  for (guint i = 0; i < codes->len; i++) {
    const char *other = codes->pdata[i];
    if (strncmp (other, code, length) == 0 && (other[length] == '\t' || other[length] == '\0'))
      return TRUE;
  }
  return FALSE;
}

struct search {
  struct ledger *ledger;
  const char *prefix;
  GPtrArray *ret;
};

static gboolean
add_addons_of_plan (const struct plan_record *record, void *data, GError **error)
{
  const struct search *search = data;
  g_autoptr (plan_t) plan = NULL;
  if (!plan_load (search->ledger, record->code, 0, &plan, error))
    return FALSE;
  for (gsize i = 0; i < plan->addon_count && search->ret->len < COMPLETE_CODES_MAX; i++)
    if (g_str_has_prefix (plan->addons[i].code, search->prefix) && !has_code (search->ret, plan->addons[i].code))
      add_code (plan->addons[i].code, plan->addons[i].name, search->ret);
  return TRUE;
}

static void
add_settings (const char *prefix, GPtrArray *ret)
{
  for (const struct setting *setting = setting_table (); setting->name != NULL; setting++)
    if (g_str_has_prefix (setting->name, prefix))
      add_code (setting->name, setting->help, ret);
}

/* Drafts stand in front of the numbers: they are what still waits for someone. */
static gboolean
add_invoices (struct ledger *ledger, const char *prefix, GPtrArray *ret, GError **error)
{
  return prefix_each (ledger, PREFIX_OF_DRAFTS, prefix, COMPLETE_CODES_MAX, add_code, ret, error)
         && prefix_each (ledger, PREFIX_OF_INVOICES, prefix, COMPLETE_CODES_MAX - (gint64) ret->len, add_code, ret, error);
}

/* Who may hold something: half of the room for each. */
static gboolean
add_holders (struct ledger *ledger, const char *prefix, GPtrArray *ret, GError **error)
{
  return prefix_each (ledger, PREFIX_OF_CUSTOMERS, prefix, COMPLETE_CODES_MAX / 2, add_code, ret, error)
         && prefix_each (ledger, PREFIX_OF_SUBSCRIPTIONS, prefix, COMPLETE_CODES_MAX - (gint64) ret->len, add_code, ret, error);
}

static gboolean
add_person (const struct person *person, void *data, GError **error)
{
  const struct search *search = data;
  (void) error;
  if (g_str_has_prefix (person->role, search->prefix) && search->ret->len < COMPLETE_CODES_MAX && text_is_plain (person->role, -1))
    add_code (person->role, person->access, search->ret);
  return TRUE;
}

gboolean
complete_codes (struct ledger *ledger, enum code_of of, const char *prefix, GPtrArray *ret, GError **error)
{
  struct search search = { .ledger = ledger, .prefix = prefix, .ret = ret };
  switch (of) {
    case CODE_OF_CUSTOMER:
      return prefix_each (ledger, PREFIX_OF_CUSTOMERS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_PLAN:
      return prefix_each (ledger, PREFIX_OF_PLANS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_METRIC:
      return prefix_each (ledger, PREFIX_OF_METRICS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_SUBSCRIPTION:
      return prefix_each (ledger, PREFIX_OF_SUBSCRIPTIONS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_INVOICE:
      return add_invoices (ledger, prefix, ret, error);
    case CODE_OF_ACCOUNT:
      return prefix_each (ledger, PREFIX_OF_ACCOUNTS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_CREDIT_NOTE:
      return prefix_each (ledger, PREFIX_OF_CREDIT_NOTES, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_ADDON:
      return plan_record_each (ledger, add_addons_of_plan, &search, error);
    case CODE_OF_SETTING:
      add_settings (prefix, ret);
      return TRUE;
    case CODE_OF_COUPON:
      return prefix_each (ledger, PREFIX_OF_COUPONS, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_HOLDER:
      return add_holders (ledger, prefix, ret, error);
    case CODE_OF_CHARGE:
      return prefix_each (ledger, PREFIX_OF_CHARGES, prefix, COMPLETE_CODES_MAX, add_code, ret, error);
    case CODE_OF_ROLE:
      return people_each (ledger, add_person, &search, error);
  }
  return TRUE;
}
