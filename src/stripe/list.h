/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists, page by page, and the account that a key belongs to. */
#ifndef BILLCTL_STRIPE_LIST_H
#define BILLCTL_STRIPE_LIST_H

#include "stripe/client.h"

/* Given each object of a list in Stripe's order (newest first); borrowed. FALSE with an error stops. */
typedef gboolean (*stripe_each_function) (gpointer data, json_object *object, GError **error);

/* GETs `path` ("/v1/prices") with the filter (NULL: none; it must not hold limit or starting_after) until there are no more
 * pages. */
gboolean stripe_list (struct stripe_client *client, const char *path, const struct form *filter, stripe_each_function each,
                      gpointer data, GError **error);

/* "acct_1/test" or "acct_1/live": where objects made with this key live. Test and live objects of one account are apart. Newly
 * allocated. */
gboolean stripe_account_scope (struct stripe_client *client, char **ret, GError **error);

#endif
