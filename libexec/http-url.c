/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes a URL apart with libcurl's own parser, so that what was checked is what is asked. */
#include "http-url.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

static gboolean
host_is_loopback (const char *host)
{
  struct in_addr address;
  if (g_ascii_strcasecmp (host, "localhost") == 0 || strcmp (host, "[::1]") == 0)
    return TRUE;
  return inet_pton (AF_INET, host, &address) == 1 && ntohl (address.s_addr) >> 24 == 127;
}

static gboolean
target_read (CURLU *parts, struct http_target *ret, GError **error)
{
  char *scheme = NULL, *host = NULL, *port = NULL;
  gboolean whole = curl_url_get (parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK
                   && curl_url_get (parts, CURLUPART_HOST, &host, 0) == CURLUE_OK
                   && curl_url_get (parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
  gboolean ok = FALSE;
  if (!whole)
    error_set (error, ERROR_USAGE, "the URL names no host");
  else if (strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0)
    error_set (error, ERROR_USAGE, "URL scheme %s is not https", scheme);
  else if (strcmp (scheme, "http") == 0 && !host_is_loopback (host))
    error_set (error, ERROR_USAGE, "plain http to %s: only this machine may be reached without TLS", host);
  else {
    g_autofree char *origin = g_strdup_printf ("%s://%s:%s", scheme, host, port);
    ret->origin = g_ascii_strdown (origin, -1);
    ret->plain = strcmp (scheme, "http") == 0;
    ret->loopback = host_is_loopback (host);
    ok = TRUE;
  }
  curl_free (scheme);
  curl_free (host);
  curl_free (port);
  return ok;
}

gboolean
http_target_parse (const char *url, struct http_target *ret, GError **error)
{
  CURLU *parts = curl_url ();
  if (parts == NULL)
    return error_set (error, ERROR_FAILED, "no memory for a URL");
  gboolean ok;
  CURLUcode status = curl_url_set (parts, CURLUPART_URL, url, CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME);
  if (status != CURLUE_OK)
    ok = error_set (error, ERROR_USAGE, "not a usable URL: %s", curl_url_strerror (status));
  else
    ok = target_read (parts, ret, error);
  curl_url_cleanup (parts);
  return ok;
}

void
http_target_clear (struct http_target *target)
{
  g_clear_pointer (&target->origin, g_free);
}
