/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks lists with starting_after. */
#include "stripe/list.h"

#include "base/error.h"

static gboolean
fetch_page (struct stripe_client *client, const char *path, const struct form *filter, const char *after, json_object **ret,
            GError **error)
{
  g_autoptr (form_t) paging = form_new ();
  form_add_integer (paging, "limit", 100);
  if (after != NULL)
    form_add (paging, "starting_after", after);
  g_autofree char *parameters = filter == NULL || form_is_empty (filter)
                                    ? g_strdup (form_text (paging))
                                    : g_strconcat (form_text (filter), "&", form_text (paging), NULL);
  return stripe_fetch (client, &(struct stripe_request){ .method = "GET", .path = path, .parameters = parameters }, ret, error);
}

/* Gives out the objects of one page; *after becomes its last id, or NULL after the last page. */
static gboolean
walk_page (json_object *page, const char *path, stripe_each_function each, gpointer data, char **after, GError **error)
{
  const struct json_node root = { .value = page };
  struct json_node list = json_node_member (&root, "data");
  struct json_node more_node = json_node_member (&root, "has_more");
  gboolean more;
  const char *last = NULL;
  if (!json_node_expect (&list, json_type_array, error) || !json_node_boolean (&more_node, &more, error))
    return stripe_reply_malformed (path, error);
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node object = json_node_element (&list, i);
    struct json_node id = json_node_member (&object, "id");
    if (!json_node_string (&id, &last, error))
      return stripe_reply_malformed (path, error);
    if (!each (data, object.value, error))
      return FALSE;
  }
  /* Without a new id to go on from, the same page would come for ever. */
  if (more && (last == NULL || g_strcmp0 (last, *after) == 0))
    return error_set (error, ERROR_REMOTE, "Stripe's answer to %s: a page without anything new says that there are more", path);
  g_free (*after);
  *after = more ? g_strdup (last) : NULL;
  return TRUE;
}

gboolean
stripe_list (struct stripe_client *client, const char *path, const struct form *filter, stripe_each_function each, gpointer data,
             GError **error)
{
  g_autofree char *after = NULL;
  do {
    g_autoptr (json_object) page = NULL;
    if (!fetch_page (client, path, filter, after, &page, error) || !walk_page (page, path, each, data, &after, error))
      return FALSE;
  } while (after != NULL);
  return TRUE;
}

gboolean
stripe_account_scope (struct stripe_client *client, char **ret, GError **error)
{
  g_autoptr (json_object) account = NULL;
  const char *id;
  if (!stripe_fetch (client, &(struct stripe_request){ .method = "GET", .path = "/v1/account" }, &account, error))
    return FALSE;
  const struct json_node root = { .value = account };
  struct json_node node = json_node_member (&root, "id");
  if (!json_node_string (&node, &id, error))
    return stripe_reply_malformed ("/v1/account", error);
  *ret = g_strconcat (id, stripe_client_is_live (client) ? "/live" : "/test", NULL);
  return TRUE;
}
