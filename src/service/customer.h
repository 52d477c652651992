/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding, changing and listing customers. */
#ifndef BILLCTL_SERVICE_CUSTOMER_H
#define BILLCTL_SERVICE_CUSTOMER_H

#include "service/customer-check.h"
#include "store/customer.h"

#include <glib.h>

struct ledger;

/* One text per field: NULL is not given, "" empties the field. Borrowed. */
struct customer_request {
  const char *of[CUSTOMER_FIELD_COUNT];
};

/* A customer as it stands afterwards. */
struct customer_view {
  struct customer *customer;
  struct customer_values values; /* with the address in its parts */
  gboolean changed;              /* customer_change: something is different now */
  gboolean timezone_changed;     /* and it had subscriptions: see customer_change */
};
void customer_view_clear (struct customer_view *view);
typedef struct customer_view customer_view_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (customer_view_t, customer_view_clear)

/* Without a name the code stands for it; currency and time zone come from the settings customer.currency and
 * customer.timezone. ERROR_REFUSED when the code is taken. */
gboolean customer_add (struct ledger *ledger, const struct customer_request *request, struct customer_view *ret, GError **error);

/* Changes what is given. The currency stays once there is a subscription or an invoice (ERROR_REFUSED). A new time zone counts from
 * the next period boundary on. */
gboolean customer_change (struct ledger *ledger, const struct customer_request *request, struct customer_view *ret, GError **error);

gboolean customer_get (struct ledger *ledger, const char *code, struct customer_view *ret, GError **error);

struct customer_list_request {
  const char *currency; /* NULL: all */
  /* The customer is borrowed until it returns. */
  gboolean (*each) (const struct customer *customer, gint64 subscriptions, void *data, GError **error);
  void *data;
};
gboolean customer_list (struct ledger *ledger, const struct customer_list_request *request, GError **error);

/* For other files of this folder that write customers inside a transaction of theirs. */

/* Replaces in `values` what `given` has (NULL: leave it). *ret_changed: the names of the fields that differ now, joined by ", ";
 * NULL when none does. Checks what only the ledger knows; the parent is checked by customer_store_parent. */
gboolean customer_merge (struct ledger *ledger, const struct customer *customer, const struct customer_values *given,
                         const gboolean is_given[CUSTOMER_FIELD_COUNT], struct customer_values *values, char **ret_changed,
                         GError **error);
/* Empty fields get their defaults. */
gboolean customer_complete (struct ledger *ledger, struct customer_values *values, GError **error);
/* Looks up `values->of[CUSTOMER_PARENT]` for the customer `id` (0: a new one). ERROR_NOT_FOUND; ERROR_REFUSED for a circle. */
gboolean customer_find_parent (struct ledger *ledger, gint64 id, const struct customer_values *values, gint64 *ret_id, GError **error);

#endif
