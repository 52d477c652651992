/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who opens a ledger on a server: roles of the server, made there by an administrator, who also gives them their passwords. */
#ifndef BILLCTL_STORE_PEOPLE_H
#define BILLCTL_STORE_PEOPLE_H

#include <glib.h>

struct ledger;

/* Operators read and write, auditors read, a tenant reads what belongs to one customer. */
extern const char *const people_access[]; /* "operator", "auditor", "tenant", NULL */
enum people_access { PEOPLE_OPERATOR, PEOPLE_AUDITOR, PEOPLE_TENANT };

struct person {
  const char *role;
  const char *access;   /* of people_access */
  const char *customer; /* code, of a tenant; NULL: none, so that such a tenant sees nothing */
  gboolean may_log_in;
};
typedef gboolean (*people_visit) (const struct person *person, void *data, GError **error);

/* All of them ERROR_REFUSED for a ledger in a file. By role. */
gboolean people_each (struct ledger *ledger, people_visit visit, void *data, GError **error);

/* Inside the caller's transaction; only the owner of the ledger may (ERROR_LEDGER). *ret_changed: it was not so before. */
struct people_grant {
  const char *role;
  enum people_access access;
  gint64 customer_id; /* of a tenant */
};
gboolean people_grant (struct ledger *ledger, const struct people_grant *grant, gboolean *ret_changed, GError **error);
gboolean people_revoke (struct ledger *ledger, const char *role, gboolean *ret_changed, GError **error);
/* Roles, rights and policies become what they are to be; *ret_roles names the roles, newly allocated. */
gboolean people_apply (struct ledger *ledger, char **ret_roles, GError **error);

#endif
