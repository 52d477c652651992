/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who opens a ledger on a server. */
#include "store/people.h"

#include "store/db.h"
#include "store/ledger.h"

const char *const people_access[] = { "operator", "auditor", "tenant", NULL };

static void
clear_person (gpointer data)
{
  db_person_clear (data);
}

gboolean
people_each (struct ledger *ledger, people_visit visit, void *data, GError **error)
{
  g_autoptr (GArray) people = g_array_new (FALSE, FALSE, sizeof (struct db_person));
  g_array_set_clear_func (people, clear_person);
  gboolean ok = db_people (ledger_db (ledger), people, error);
  for (guint i = 0; ok && i < people->len; i++) {
    const struct db_person *found = &g_array_index (people, struct db_person, i);
    const struct person person = { found->role, found->access, found->customer, found->may_log_in };
    ok = visit (&person, data, error);
  }
  return ok;
}

gboolean
people_grant (struct ledger *ledger, const struct people_grant *grant, gboolean *ret_changed, GError **error)
{
  const struct db_access_request request = { .role = grant->role, .access = people_access[grant->access], .customer_id = grant->customer_id };
  return db_access_grant (ledger_db (ledger), &request, ret_changed, error);
}

gboolean
people_revoke (struct ledger *ledger, const char *role, gboolean *ret_changed, GError **error)
{
  return db_access_revoke (ledger_db (ledger), role, ret_changed, error);
}

gboolean
people_apply (struct ledger *ledger, char **ret_roles, GError **error)
{
  return db_access_apply (ledger_db (ledger), ret_roles, error);
}
