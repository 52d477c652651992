/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who opens the ledger: roles of its server. */
#ifndef BILLCTL_SERVICE_LEDGER_ACCESS_H
#define BILLCTL_SERVICE_LEDGER_ACCESS_H

#include "store/people.h"

#include <glib.h>

/* In the order of roles. ERROR_REFUSED for a ledger in a file, here and below. */
gboolean access_each (struct ledger *ledger, people_visit visit, void *data, GError **error);

struct access_request {
  const char *role;
  enum people_access access;
  const char *customer; /* code, of a tenant, and of no one else: ERROR_USAGE */
};
/* *ret_changed: it was not so before. ERROR_NOT_FOUND when the server has no such role, ERROR_REFUSED for one that no right would hold
 * back, or that opens the ledger in another way already; ERROR_LEDGER when who asks may not decide that. */
gboolean access_grant (struct ledger *ledger, const struct access_request *request, gboolean *ret_changed, GError **error);
/* ERROR_NOT_FOUND when it does not open the ledger. */
gboolean access_revoke (struct ledger *ledger, const char *role, GError **error);
/* *ret_roles names the roles of the ledger, newly allocated. */
gboolean access_apply (struct ledger *ledger, char **ret_roles, GError **error);

#endif
