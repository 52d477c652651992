/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets libcurl up for one request, gathers the reply and writes it as a line. */
#include "http-transfer.h"

#include "base/error.h"
#include "http-url.h"

#include <json-c/json.h>
#include <string.h>

struct http_transfer {
  struct http_request *request;
  CURL *easy;
  struct curl_slist *headers;
  GString *body;
  gboolean too_long;
  char message[CURL_ERROR_SIZE];
};

static size_t
on_body (char *data, size_t size, size_t count, void *user_data)
{
  struct http_transfer *transfer = user_data;
  gsize length = size * count;
  if (length > HTTP_BODY_MAX - transfer->body->len) {
    transfer->too_long = TRUE;
    return 0;
  }
  g_string_append_len (transfer->body, data, (gssize)length);
  return length;
}

/* Collected so that one refused option (an old libcurl, no memory) is an error and not a request with less protection. */
#define SET(option, value) (result = result == CURLE_OK ? curl_easy_setopt (easy, option, value) : result)

static CURLcode
set_security (CURL *easy, const struct http_target *target, const struct http_environment *environment)
{
  CURLcode result = CURLE_OK;
  SET (CURLOPT_PROTOCOLS_STR, target->plain ? "http" : "https");
  SET (CURLOPT_REDIR_PROTOCOLS_STR, "https");
  SET (CURLOPT_FOLLOWLOCATION, 0L);
  SET (CURLOPT_SSL_VERIFYPEER, 1L);
  SET (CURLOPT_SSL_VERIFYHOST, 2L);
  SET (CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET (CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  /* The secret is for the server behind the proxy, never for the proxy. */
  SET (CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
  SET (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (environment->ca_file != NULL)
    SET (CURLOPT_CAINFO, environment->ca_file);
  if (target->loopback)
    SET (CURLOPT_PROXY, "");
  return result;
}

static CURLcode
set_request (CURL *easy, const struct http_request *request)
{
  CURLcode result = CURLE_OK;
  SET (CURLOPT_URL, request->url);
  /* One exchange per connection at a time: a lost connection then leaves one request in doubt, not all of them. */
  SET (CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  if (strcmp (request->method, "POST") == 0)
    SET (CURLOPT_POST, 1L);
  if (request->body != NULL || strcmp (request->method, "POST") == 0) {
    SET (CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET (CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
  }
  if (strcmp (request->method, "DELETE") == 0)
    SET (CURLOPT_CUSTOMREQUEST, "DELETE");
  /* libcurl itself sends a request again when a kept-alive connection turns out to be dead. Only a request that the server
   * recognises may be sent twice. */
  if (strcmp (request->method, "POST") == 0 && !http_request_has_header (request, "Idempotency-Key"))
    SET (CURLOPT_FRESH_CONNECT, 1L);
  return result;
}

static CURLcode
set_exchange (struct http_transfer *transfer)
{
  CURL *easy = transfer->easy;
  CURLcode result = CURLE_OK;
  SET (CURLOPT_NOSIGNAL, 1L);
  SET (CURLOPT_NOPROGRESS, 1L);
  SET (CURLOPT_TCP_KEEPALIVE, 1L);
  SET (CURLOPT_TIMEOUT_MS, transfer->request->timeout_ms);
  SET (CURLOPT_CONNECTTIMEOUT_MS, transfer->request->connect_timeout_ms);
  SET (CURLOPT_HTTPHEADER, transfer->headers);
  SET (CURLOPT_ERRORBUFFER, transfer->message);
  SET (CURLOPT_PRIVATE, (void *)transfer);
  SET (CURLOPT_WRITEFUNCTION, on_body);
  SET (CURLOPT_WRITEDATA, (void *)transfer);
  return result;
}

static gboolean
append_header (struct http_transfer *transfer, struct curl_slist *list)
{
  if (list == NULL)
    return FALSE;
  transfer->headers = list;
  return TRUE;
}

static gboolean
make_headers (struct http_transfer *transfer, const struct http_environment *environment)
{
  const struct http_request *request = transfer->request;
  for (guint i = 0; i < request->headers->len; i++)
    if (!append_header (transfer, curl_slist_append (transfer->headers, g_ptr_array_index (request->headers, i))))
      return FALSE;
  /* No waiting for "100 Continue": bodies are small. */
  return append_header (transfer, curl_slist_append (transfer->headers, "Expect:"))
         && (environment->secret == NULL
             || append_header (transfer, http_secret_append (environment->secret, transfer->headers)));
}

static gboolean
transfer_prepare (struct http_transfer *transfer, const struct http_environment *environment, GError **error)
{
  struct http_target target = { 0 };
  if (!http_target_parse (transfer->request->url, &target, error))
    return FALSE;
  gboolean ok = TRUE;
  if (environment->secret != NULL && strcmp (target.origin, environment->secret_origin) != 0)
    ok = error_set (error, ERROR_USAGE, "%s is not %s, where the secret may be sent", target.origin, environment->secret_origin);
  else if (transfer->easy == NULL || !make_headers (transfer, environment))
    ok = error_set (error, ERROR_FAILED, "no memory for a request");
  else {
    CURLcode result = set_security (transfer->easy, &target, environment);
    if (result == CURLE_OK)
      result = set_request (transfer->easy, transfer->request);
    if (result == CURLE_OK)
      result = set_exchange (transfer);
    if (result != CURLE_OK)
      ok = error_set (error, ERROR_FAILED, "libcurl refuses the request: %s", curl_easy_strerror (result));
  }
  http_target_clear (&target);
  return ok;
}

gboolean
http_transfer_new (struct http_request *request, const struct http_environment *environment, struct http_transfer **ret,
                   GError **error)
{
  struct http_transfer *transfer = g_new0 (struct http_transfer, 1);
  transfer->request = request;
  transfer->body = g_string_new (NULL);
  transfer->easy = curl_easy_init ();
  if (!transfer_prepare (transfer, environment, error)) {
    http_transfer_free (transfer);
    return FALSE;
  }
  *ret = transfer;
  return TRUE;
}

void
http_transfer_free (struct http_transfer *transfer)
{
  if (transfer == NULL)
    return;
  curl_easy_cleanup (transfer->easy);
  http_headers_free (transfer->headers);
  g_string_free (transfer->body, TRUE);
  http_request_free (transfer->request);
  g_free (transfer);
}

CURL *
http_transfer_easy (struct http_transfer *transfer)
{
  return transfer->easy;
}

struct http_transfer *
http_transfer_of (CURL *easy)
{
  char *transfer = NULL;
  curl_easy_getinfo (easy, CURLINFO_PRIVATE, &transfer);
  return (void *)transfer;
}

const char *
http_error_kind (CURLcode result)
{
  switch ((int)result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    /* The handshake broke off: reset, or no common version. Nothing was sent. Distrust has codes of its own, below. */
    case CURLE_SSL_CONNECT_ERROR:
      return "connect";
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_USE_SSL_FAILED:
      return "tls";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    /* What came is no HTTP. The scheme has been checked before, so the second one has no other reason. */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "cut";
    default:
      return "other";
  }
}

/* A JSON string must be UTF-8. What is not becomes U+FFFD, which no JSON body that was meant for us contains. */
static struct json_object *
json_text (const char *text, gsize length)
{
  if (g_utf8_validate_len (text, length, NULL))
    return json_object_new_string_len (text, (int)length);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)length);
  return json_object_new_string (valid);
}

static struct json_object *
json_headers (CURL *easy)
{
  struct json_object *object = json_object_new_object ();
  struct curl_header *header = NULL;
  while ((header = curl_easy_nextheader (easy, CURLH_HEADER, -1, header)) != NULL) {
    g_autofree char *name = g_ascii_strdown (header->name, -1);
    struct json_object *before;
    g_autofree char *value = json_object_object_get_ex (object, name, &before)
                                 ? g_strconcat (json_object_get_string (before), ", ", header->value, NULL)
                                 : g_strdup (header->value);
    json_object_object_add (object, name, json_text (value, strlen (value)));
  }
  return object;
}

static GString *
line_of (struct json_object *object)
{
  GString *line = g_string_new (json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  g_string_append_c (line, '\n');
  json_object_put (object);
  return line;
}

GString *
http_error_reply (gboolean has_id, gint64 id, const char *kind, const char *message)
{
  struct json_object *reply = json_object_new_object ();
  struct json_object *error = json_object_new_object ();
  json_object_object_add (error, "kind", json_object_new_string (kind));
  json_object_object_add (error, "message", json_text (message, strlen (message)));
  json_object_object_add (reply, "id", has_id ? json_object_new_int64 (id) : NULL);
  json_object_object_add (reply, "error", error);
  return line_of (reply);
}

static GString *
failure_reply (struct http_transfer *transfer, CURLcode result)
{
  g_autofree char *message = NULL;
  const char *kind = http_error_kind (result);
  long proxy_status = 0;
  curl_easy_getinfo (transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300)
    kind = "connect"; /* the proxy answered, not the server; nothing of the request has left */
  if (transfer->too_long)
    message = g_strdup_printf ("the reply is longer than %zu MiB", HTTP_BODY_MAX / 1024 / 1024);
  else
    message = g_strdup (transfer->message[0] != '\0' ? transfer->message : curl_easy_strerror (result));
  return http_error_reply (TRUE, transfer->request->id, kind, message);
}

GString *
http_transfer_reply (struct http_transfer *transfer, CURLcode result)
{
  if (result != CURLE_OK)
    return failure_reply (transfer, result);
  long status = 0;
  curl_easy_getinfo (transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  struct json_object *reply = json_object_new_object ();
  json_object_object_add (reply, "id", json_object_new_int64 (transfer->request->id));
  json_object_object_add (reply, "status", json_object_new_int64 (status));
  json_object_object_add (reply, "headers", json_headers (transfer->easy));
  json_object_object_add (reply, "body", json_text (transfer->body->str, transfer->body->len));
  return line_of (reply);
}
