/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes reply lines of the HTTP helper apart. */
#include "stripe/reply.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

void
stripe_reply_clear (struct stripe_reply *reply)
{
  g_clear_pointer (&reply->body, json_object_put);
  g_clear_pointer (&reply->request_id, g_free);
  g_clear_pointer (&reply->error_type, g_free);
  g_clear_pointer (&reply->error_code, g_free);
  g_clear_pointer (&reply->error_message, g_free);
  g_clear_pointer (&reply->error_param, g_free);
}

gboolean
stripe_reply_is_success (const struct stripe_reply *reply)
{
  return reply->status >= 200 && reply->status <= 299;
}

static void
add_hint (const struct stripe_reply *reply, GError **error)
{
  if (reply->status == 401)
    error_add_hint (error, "check that the API key is complete and has not expired or been rolled");
  else if (reply->status == 403)
    error_add_hint (error, "give the restricted key the permission that the message names");
  else if (reply->status == 429)
    error_add_hint (error, "run the same command again later: what was done is not done twice");
  else if (reply->status >= 500)
    error_add_hint (error, "run the same command again: it finds out first what Stripe has carried out");
}

gboolean
stripe_reply_check (const struct stripe_reply *reply, const char *what, GError **error)
{
  if (stripe_reply_is_success (reply))
    return TRUE;
  GString *detail = g_string_new (NULL);
  g_string_append_printf (detail, "status %d", reply->status);
  if (reply->error_code != NULL)
    g_string_append_printf (detail, ", code %s", reply->error_code);
  if (reply->error_param != NULL)
    g_string_append_printf (detail, ", parameter %s", reply->error_param);
  if (reply->request_id != NULL)
    g_string_append_printf (detail, ", request %s", reply->request_id);
  g_autofree char *text = g_string_free (detail, FALSE);
  g_autofree char *harmless_detail = text_sanitize (text, -1);
  g_autofree char *message
      = text_sanitize (reply->error_message != NULL ? reply->error_message : "the answer gives no reason", -1);
  error_set (error, ERROR_REMOTE, "Stripe refused %s: %s (%s)", what, message, harmless_detail);
  add_hint (reply, error);
  return FALSE;
}

gboolean
stripe_reply_malformed (const char *what, GError **error)
{
  if (error != NULL && *error != NULL)
    (*error)->code = ERROR_REMOTE;
  return error_prefix (error, "Stripe's answer to %s: ", what);
}

/* --- the helper's lines ----------------------------------------------------------------------------------------- */

static json_object *
member (json_object *object, const char *name, json_type type)
{
  json_object *value;
  if (!json_object_is_type (object, json_type_object) || !json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, type))
    return NULL;
  return value;
}

static char *
member_text (json_object *object, const char *name)
{
  json_object *value = member (object, name, json_type_string);
  return value == NULL ? NULL : g_strdup (json_object_get_string (value));
}

static void
read_error_body (json_object *body, struct stripe_reply *reply)
{
  json_object *error = member (body, "error", json_type_object);
  if (error == NULL)
    return;
  reply->error_type = member_text (error, "type");
  reply->error_code = member_text (error, "code");
  reply->error_message = member_text (error, "message");
  reply->error_param = member_text (error, "param");
}

static void
read_body (json_object *line, struct helper_answer *answer)
{
  json_object *text = member (line, "body", json_type_string);
  g_autoptr (GError) trouble = NULL;
  json_object *body = NULL;
  gboolean whole = text != NULL
                   && json_parse_text (json_object_get_string (text), (gsize)json_object_get_string_len (text), "answer",
                                       JSON_PLAIN, &body, &trouble)
                   && json_object_is_type (body, json_type_object);
  if (whole)
    answer->reply.body = body;
  else
    json_object_put (body);
  if (stripe_reply_is_success (&answer->reply) && !whole) {
    answer->outcome = RETRY_NO_ANSWER;
    answer->failure = g_strdup ("the answer is not whole, or not JSON");
  } else if (whole && !stripe_reply_is_success (&answer->reply))
    read_error_body (body, &answer->reply);
}

static void
read_headers (json_object *headers, struct helper_answer *answer)
{
  g_autofree char *replayed = member_text (headers, "idempotent-replayed");
  answer->reply.request_id = member_text (headers, "request-id");
  answer->reply.replayed = replayed != NULL && strcmp (replayed, "true") == 0;
  answer->should_retry = member_text (headers, "stripe-should-retry");
  answer->retry_after = member_text (headers, "retry-after");
  answer->notice = member_text (headers, "stripe-notice");
}

static void
read_failure (json_object *error, struct helper_answer *answer)
{
  g_autofree char *kind = member_text (error, "kind");
  g_autofree char *message = member_text (error, "message");
  static const char *const passing[] = { "connect", "timeout", "cut", NULL };
  if (kind != NULL && g_strv_contains (passing, kind))
    answer->outcome = RETRY_NO_ANSWER;
  else if (g_strcmp0 (kind, "tls") == 0)
    answer->outcome = RETRY_NOT_TRUSTED;
  else
    answer->outcome = RETRY_NOT_SENT;
  answer->failure = text_sanitize (message == NULL ? "no reason given" : message, -1);
}

static gboolean
read_answer (json_object *line, struct helper_answer *answer, GError **error)
{
  json_object *failure = member (line, "error", json_type_object);
  json_object *id = member (line, "id", json_type_int);
  if (failure != NULL)
    read_failure (failure, answer);
  if (id == NULL && failure != NULL)
    return error_set (error, ERROR_FAILED, "billctl-http: %s", answer->failure);
  json_object *status = member (line, "status", json_type_int);
  if (id == NULL || (failure == NULL && status == NULL))
    return error_set (error, ERROR_FAILED, "billctl-http wrote a line that is no reply");
  answer->id = json_object_get_int64 (id);
  if (failure != NULL)
    return TRUE;
  answer->outcome = RETRY_ANSWERED;
  answer->reply.status = json_object_get_int (status);
  read_headers (member (line, "headers", json_type_object), answer);
  read_body (line, answer);
  return TRUE;
}

gboolean
helper_answer_parse (const char *line, gsize length, struct helper_answer *ret, GError **error)
{
  *ret = (struct helper_answer){ .id = -1 };
  json_object *object = NULL;
  if (!json_parse_text (line, length, "billctl-http", JSON_PLAIN, &object, NULL))
    return error_set (error, ERROR_FAILED, "billctl-http wrote a line that is not JSON");
  gboolean ok = read_answer (object, ret, error);
  json_object_put (object);
  if (!ok)
    helper_answer_clear (ret);
  return ok;
}

void
helper_answer_clear (struct helper_answer *answer)
{
  stripe_reply_clear (&answer->reply);
  g_clear_pointer (&answer->failure, g_free);
  g_clear_pointer (&answer->should_retry, g_free);
  g_clear_pointer (&answer->retry_after, g_free);
  g_clear_pointer (&answer->notice, g_free);
}
