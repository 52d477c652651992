/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the HTTP helper's input lines. Error messages never quote header values or bodies: they may hold what must not be logged.
 */
#include "http-request.h"

#include "base/error.h"

#include <json-c/json.h>
#include <string.h>

static const char token_marks[] = "!#$%&'*+-.^_`|~";

/* Headers that the helper or libcurl writes itself. Authorization would put a secret on stdin. */
static const char *const own_headers[]
    = { "authorization", "proxy-authorization", "content-length", "transfer-encoding", "host", "connection", "expect", NULL };

static gsize
header_name_length (const char *header)
{
  gsize length = 0;
  while (g_ascii_isalnum (header[length]) || (header[length] != '\0' && strchr (token_marks, header[length]) != NULL))
    length++;
  return length;
}

static gboolean
header_check (const char *header, gsize length, GError **error)
{
  gsize name_length = header_name_length (header);
  if (name_length == 0 || header[name_length] != ':')
    return error_set (error, ERROR_USAGE, "a header is not of the form \"Name: value\"");
  g_autofree char *name = g_ascii_strdown (header, (gssize)name_length);
  if (g_strv_contains (own_headers, name))
    return error_set (error, ERROR_USAGE, "header %s is not for the caller to set", name);
  for (gsize i = name_length; i < length; i++)
    if ((guchar)header[i] < ' ' || header[i] == '\x7f')
      return error_set (error, ERROR_USAGE, "header %s has a control character in its value", name);
  return TRUE;
}

static gboolean
read_text (struct json_object *object, const char *field, gboolean needed, char **ret, gsize *ret_length, GError **error)
{
  struct json_object *value;
  if (!json_object_object_get_ex (object, field, &value) || value == NULL)
    return needed ? error_set (error, ERROR_USAGE, "\"%s\" is missing", field) : TRUE;
  if (!json_object_is_type (value, json_type_string))
    return error_set (error, ERROR_USAGE, "\"%s\" is not a string", field);
  gsize length = (gsize)json_object_get_string_len (value);
  const char *text = json_object_get_string (value);
  if (memchr (text, '\0', length) != NULL)
    return error_set (error, ERROR_USAGE, "\"%s\" has a NUL character in it", field);
  *ret = g_strndup (text, length);
  if (ret_length != NULL)
    *ret_length = length;
  return TRUE;
}

static gboolean
read_integer (struct json_object *object, const char *field, gint64 least, gint64 most, gint64 *ret, GError **error)
{
  struct json_object *value;
  if (!json_object_object_get_ex (object, field, &value))
    return TRUE;
  if (!json_object_is_type (value, json_type_int) || json_object_get_int64 (value) < least
      || json_object_get_int64 (value) > most)
    return error_set (error, ERROR_USAGE, "\"%s\" is not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, field,
                      least, most);
  *ret = json_object_get_int64 (value);
  return TRUE;
}

static gboolean
read_headers (struct json_object *object, GPtrArray *headers, GError **error)
{
  struct json_object *list;
  if (!json_object_object_get_ex (object, "headers", &list))
    return TRUE;
  if (!json_object_is_type (list, json_type_array))
    return error_set (error, ERROR_USAGE, "\"headers\" is not an array");
  for (size_t i = 0; i < json_object_array_length (list); i++) {
    struct json_object *header = json_object_array_get_idx (list, i);
    if (!json_object_is_type (header, json_type_string))
      return error_set (error, ERROR_USAGE, "header %zu is not a string", i + 1);
    const char *text = json_object_get_string (header);
    if (!header_check (text, (gsize)json_object_get_string_len (header), error))
      return FALSE;
    g_ptr_array_add (headers, g_strdup (text));
  }
  return TRUE;
}

static gboolean
check_fields (struct json_object *object, const char *const *known, GError **error)
{
  json_object_object_foreach (object, name, value)
  {
    (void)value;
    if (!g_strv_contains (known, name))
      return error_set (error, ERROR_USAGE, "unknown field \"%s\"", name);
  }
  return TRUE;
}

static gboolean
read_request (struct json_object *object, struct http_request *request, GError **error)
{
  static const char *const fields[] = { "id", "method", "url", "headers", "body", "timeout_ms", "connect_timeout_ms", NULL };
  static const char *const methods[] = { "GET", "POST", "DELETE", NULL };
  gint64 timeout_ms = HTTP_TIMEOUT_MS;
  gint64 connect_timeout_ms = HTTP_CONNECT_TIMEOUT_MS;
  if (!check_fields (object, fields, error) || !read_text (object, "method", TRUE, &request->method, NULL, error)
      || !read_text (object, "url", TRUE, &request->url, NULL, error)
      || !read_text (object, "body", FALSE, &request->body, &request->body_length, error)
      || !read_integer (object, "timeout_ms", 1, 3600000, &timeout_ms, error)
      || !read_integer (object, "connect_timeout_ms", 1, 3600000, &connect_timeout_ms, error)
      || !read_headers (object, request->headers, error))
    return FALSE;
  if (!g_strv_contains (methods, request->method))
    return error_set (error, ERROR_USAGE, "\"method\" is not GET, POST or DELETE");
  if (request->body != NULL && strcmp (request->method, "GET") == 0)
    return error_set (error, ERROR_USAGE, "a GET request has no body");
  request->timeout_ms = (long)timeout_ms;
  request->connect_timeout_ms = (long)connect_timeout_ms;
  return TRUE;
}

static gboolean
parse_request (struct json_object *object, struct http_line *line, GError **error)
{
  struct json_object *id;
  if (!json_object_object_get_ex (object, "id", &id) || !json_object_is_type (id, json_type_int))
    return error_set (error, ERROR_USAGE, "\"id\" is missing or not a whole number");
  line->has_id = TRUE;
  line->id = json_object_get_int64 (id);
  struct http_request *request = g_new0 (struct http_request, 1);
  request->id = line->id;
  request->headers = g_ptr_array_new_with_free_func (g_free);
  if (!read_request (object, request, error)) {
    http_request_free (request);
    return FALSE;
  }
  line->request = request;
  return TRUE;
}

static gboolean
read_configuration (struct json_object *object, struct http_configuration *configuration, GError **error)
{
  static const char *const fields[] = { "max_in_flight", "auth_fd", "auth_origin", NULL };
  if (!json_object_is_type (object, json_type_object))
    return error_set (error, ERROR_USAGE, "\"configure\" is not an object");
  gint64 max_in_flight = HTTP_IN_FLIGHT;
  gint64 auth_fd = -1;
  if (!check_fields (object, fields, error)
      || !read_integer (object, "max_in_flight", 1, HTTP_IN_FLIGHT_MAX, &max_in_flight, error)
      || !read_integer (object, "auth_fd", 3, 65535, &auth_fd, error)
      || !read_text (object, "auth_origin", FALSE, &configuration->auth_origin, NULL, error))
    return FALSE;
  if (auth_fd >= 0 && configuration->auth_origin == NULL)
    return error_set (error, ERROR_USAGE, "\"auth_fd\" needs \"auth_origin\": where the secret may be sent");
  configuration->max_in_flight = (int)max_in_flight;
  configuration->auth_fd = (int)auth_fd;
  return TRUE;
}

static gboolean
parse_object (struct json_object *object, struct http_line *line, GError **error)
{
  struct json_object *configure;
  if (!json_object_is_type (object, json_type_object))
    return error_set (error, ERROR_USAGE, "the line is not a JSON object");
  if (!json_object_object_get_ex (object, "configure", &configure))
    return parse_request (object, line, error);
  struct http_configuration *configuration = g_new0 (struct http_configuration, 1);
  if (!read_configuration (configure, configuration, error)) {
    http_configuration_free (configuration);
    return FALSE;
  }
  line->configuration = configuration;
  return TRUE;
}

gboolean
http_line_parse (const char *text, gsize length, struct http_line *ret, GError **error)
{
  *ret = (struct http_line){ 0 };
  if (length > G_MAXINT)
    return error_set (error, ERROR_USAGE, "the line is too long");
  struct json_tokener *tokener = json_tokener_new_ex (16);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  struct json_object *object = json_tokener_parse_ex (tokener, text, (int)length);
  enum json_tokener_error status = json_tokener_get_error (tokener);
  gboolean ok;
  if (status == json_tokener_continue)
    ok = error_set (error, ERROR_USAGE, "the line is not JSON: it ends too early");
  else if (status != json_tokener_success)
    ok = error_set (error, ERROR_USAGE, "the line is not JSON: %s", json_tokener_error_desc (status));
  else
    ok = parse_object (object, ret, error);
  json_object_put (object);
  json_tokener_free (tokener);
  return ok;
}

gboolean
http_request_has_header (const struct http_request *request, const char *name)
{
  gsize length = strlen (name);
  for (guint i = 0; i < request->headers->len; i++) {
    const char *header = g_ptr_array_index (request->headers, i);
    if (g_ascii_strncasecmp (header, name, length) == 0 && header[length] == ':')
      return TRUE;
  }
  return FALSE;
}

void
http_request_free (struct http_request *request)
{
  if (request == NULL)
    return;
  g_free (request->method);
  g_free (request->url);
  g_ptr_array_unref (request->headers);
  g_free (request->body);
  g_free (request);
}

void
http_configuration_free (struct http_configuration *configuration)
{
  if (configuration == NULL)
    return;
  g_free (configuration->auth_origin);
  g_free (configuration);
}
