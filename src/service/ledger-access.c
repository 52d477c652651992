/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who opens the ledger. */
#include "service/ledger-access.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

gboolean
access_each (struct ledger *ledger, people_visit visit, void *data, GError **error)
{
  return people_each (ledger, visit, data, error);
}

/* A tenant is one of somebody; nobody else is. */
static gboolean
check_request (const struct access_request *request, GError **error)
{
  gboolean is_tenant = request->access == PEOPLE_TENANT;
  if (is_tenant && request->customer == NULL)
    return error_set (error, ERROR_USAGE, "'--as tenant' needs '--customer', whose rows the tenant sees");
  if (!is_tenant && request->customer != NULL)
    return error_set (error, ERROR_USAGE, "'--customer' goes with '--as tenant': an %s sees all customers", people_access[request->access]);
  return *request->role != '\0' || error_set (error, ERROR_USAGE, "ROLE is empty");
}

static gboolean
give (struct ledger *ledger, const struct access_request *request, gboolean *ret_changed, GError **error)
{
  struct people_grant wanted = { .role = request->role, .access = request->access };
  g_autoptr (customer_t) customer = NULL;
  if (request->customer != NULL && !customer_find_by_code (ledger, request->customer, &customer, error))
    return FALSE;
  wanted.customer_id = customer == NULL ? 0 : customer->id;
  if (!people_grant (ledger, &wanted, ret_changed, error))
    return FALSE;
  return !*ret_changed
         || audit_add (ledger, error, "role %s opens the ledger as %s%s%s", request->role, people_access[request->access],
                       customer == NULL ? "" : " of customer ", customer == NULL ? "" : customer->code);
}

/* Commits when that went well, else undoes it. */
static gboolean
end (struct ledger *ledger, gboolean is_done, GError **error)
{
  if (is_done && ledger_commit (ledger, error))
    return TRUE;
  ledger_rollback (ledger);
  return FALSE;
}

gboolean
access_grant (struct ledger *ledger, const struct access_request *request, gboolean *ret_changed, GError **error)
{
  return check_request (request, error) && ledger_begin (ledger, error) && end (ledger, give (ledger, request, ret_changed, error), error);
}

static gboolean
take (struct ledger *ledger, const char *role, GError **error)
{
  gboolean changed = FALSE;
  if (!people_revoke (ledger, role, &changed, error))
    return FALSE;
  if (changed)
    return audit_add (ledger, error, "role %s opens the ledger no more", role);
  error_set (error, ERROR_NOT_FOUND, "the role '%s' does not open the ledger", role);
  return error_add_hint (error, "`billctl ledger access list` names those that do");
}

gboolean
access_revoke (struct ledger *ledger, const char *role, GError **error)
{
  return ledger_begin (ledger, error) && end (ledger, take (ledger, role, error), error);
}

gboolean
access_apply (struct ledger *ledger, char **ret_roles, GError **error)
{
  g_autofree char *roles = NULL;
  if (!ledger_begin (ledger, error)
      || !end (ledger, people_apply (ledger, &roles, error) && audit_add (ledger, error, "rights and policies of %s put right", roles), error))
    return FALSE;
  *ret_roles = g_steal_pointer (&roles);
  return TRUE;
}
