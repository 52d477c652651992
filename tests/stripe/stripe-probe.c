/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drives the Stripe client for the tests. The key comes from STRIPE_API_KEY, live ones included.
 *
 *   stripe-probe BASE EXEC_PATH IN_FLIGHT TIMEOUT_MS run <REQUESTS    requests as JSON lines {"method","path","parameters","key"}
 *   stripe-probe BASE EXEC_PATH IN_FLIGHT TIMEOUT_MS list PATH         ids, one a line
 *   stripe-probe BASE EXEC_PATH IN_FLIGHT TIMEOUT_MS account
 *
 * `run` writes {"tag":N,"status":…,"tries":…,"replayed":…,"id":…,"code":…} or {"tag":N,"failure":…} for each line, as they
 * end. A request that has "then" sends that one after it has ended. Log lines go to stderr. Exit status: that of the error. */
#include "base/error.h"
#include "base/json.h"
#include "stripe/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct probe {
  GPtrArray *waiting; /* json_object *, owned; taken from `taken` on */
  guint taken;
  char *method, *path, *parameters, *key;
};

static void
print_log (gpointer data, enum stripe_log_level level, const char *message)
{
  (void)data;
  fprintf (stderr, "%s: %s\n", level == STRIPE_LOG_WARNING ? "warning" : "detail", message);
}

static const char *
text_of (json_object *object, const char *name)
{
  json_object *value;
  return json_object_object_get_ex (object, name, &value) ? json_object_get_string (value) : NULL;
}

static void
json_release (gpointer object)
{
  json_object_put (object);
}

static enum stripe_next
next_request (gpointer data, struct stripe_request *ret, gpointer *ret_tag, GError **error)
{
  struct probe *probe = data;
  if (probe->taken == probe->waiting->len)
    return STRIPE_NEXT_NONE;
  json_object *line = g_ptr_array_index (probe->waiting, probe->taken);
  if (text_of (line, "stop") != NULL) {
    error_set (error, ERROR_REFUSED, "stopped");
    return STRIPE_NEXT_FAILED;
  }
  *ret = (struct stripe_request){ text_of (line, "method"), text_of (line, "path"), text_of (line, "parameters"),
                                  text_of (line, "key") };
  *ret_tag = GUINT_TO_POINTER (probe->taken++);
  return STRIPE_NEXT_REQUEST;
}

static gboolean
request_done (gpointer data, gpointer tag, struct stripe_reply *reply, const GError *failure, GError **error)
{
  struct probe *probe = data;
  json_object *line = g_ptr_array_index (probe->waiting, GPOINTER_TO_UINT (tag));
  json_object *out = json_object_new_object ();
  json_object *then;
  (void)error;
  json_object_object_add (out, "tag", json_object_new_int64 (GPOINTER_TO_UINT (tag)));
  if (reply == NULL)
    json_object_object_add (out, "failure", json_object_new_string (failure->message));
  else {
    const char *id = reply->body == NULL ? NULL : text_of (reply->body, "id");
    json_object_object_add (out, "status", json_object_new_int (reply->status));
    json_object_object_add (out, "tries", json_object_new_int (reply->tries));
    json_object_object_add (out, "replayed", json_object_new_boolean (reply->replayed));
    json_object_object_add (out, "id", id == NULL ? NULL : json_object_new_string (id));
    json_object_object_add (out, "code", reply->error_code == NULL ? NULL : json_object_new_string (reply->error_code));
  }
  puts (json_object_to_json_string_ext (out, JSON_C_TO_STRING_PLAIN));
  fflush (stdout);
  json_object_put (out);
  if (json_object_object_get_ex (line, "then", &then))
    g_ptr_array_add (probe->waiting, json_object_get (then));
  return TRUE;
}

static gboolean
run (struct stripe_client *client, GError **error)
{
  struct probe probe = { .waiting = g_ptr_array_new_with_free_func (json_release) };
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  gboolean ok = TRUE;
  while (ok && (length = getline (&line, &size, stdin)) > 0) {
    json_object *request = NULL;
    ok = json_parse_text (line, (gsize)length, "request", JSON_PLAIN, &request, error);
    if (ok)
      g_ptr_array_add (probe.waiting, request);
  }
  free (line);
  ok = ok && stripe_run (client, &(struct stripe_batch){ .next = next_request, .done = request_done, .data = &probe }, error);
  g_ptr_array_unref (probe.waiting);
  return ok;
}

static gboolean
print_id (gpointer data, json_object *object, GError **error)
{
  (void)data;
  (void)error;
  puts (text_of (object, "id"));
  return TRUE;
}

static gboolean
act (struct stripe_client *client, int argc, char **argv, GError **error)
{
  g_autofree char *scope = NULL;
  if (strcmp (argv[5], "run") == 0)
    return run (client, error);
  if (strcmp (argv[5], "list") == 0 && argc == 7)
    return stripe_list (client, argv[6], NULL, print_id, NULL, error);
  if (!stripe_account_scope (client, &scope, error))
    return FALSE;
  puts (scope);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (stripe_key_t) key = NULL;
  g_autoptr (stripe_client_t) client = NULL;
  g_autoptr (GError) error = NULL;
  if (argc < 6)
    return ERROR_USAGE;
  gboolean ok = stripe_key_load (&(struct stripe_key_source){ .allow_live = TRUE }, &key, &error);
  const struct stripe_client_options options = {
    .api_base = argv[1],
    .key = key,
    .exec_path = argv[2],
    .max_in_flight = (int)strtol (argv[3], NULL, 10),
    .timeout_ms = (int)strtol (argv[4], NULL, 10),
    .log = print_log,
  };
  ok = ok && stripe_client_new (&options, &client, &error);
  ok = ok && act (client, argc, argv, &error);
  if (!ok)
    fprintf (stderr, "error: %s\n", error->message);
  return ok ? 0 : error_exit_status (error);
}
