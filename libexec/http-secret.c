/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the bearer secret in one buffer of its own, so that there is one place to wipe. */
#include "http-secret.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char scheme[] = "Authorization: Bearer ";

struct http_secret {
  char header[sizeof scheme + HTTP_SECRET_MAX]; /* the whole header line, NUL-terminated */
};

static gboolean
read_all (int descriptor, char *buffer, gsize size, gsize *ret_length, GError **error)
{
  gsize length = 0;
  while (length < size) {
    ssize_t got = read (descriptor, buffer + length, size - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return error_set (error, ERROR_FAILED, "reading the secret: %s", g_strerror (errno));
    if (got == 0)
      break;
    length += (gsize)got;
  }
  *ret_length = length;
  return TRUE;
}

static gboolean
secret_check (const char *text, gsize length, GError **error)
{
  if (length == 0)
    return error_set (error, ERROR_USAGE, "the secret is empty");
  if (length > HTTP_SECRET_MAX)
    return error_set (error, ERROR_USAGE, "the secret is longer than %d characters", (int)HTTP_SECRET_MAX);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return error_set (error, ERROR_USAGE, "the secret is not one line of visible ASCII");
  return TRUE;
}

gboolean
http_secret_read (int descriptor, struct http_secret **ret, GError **error)
{
  char text[HTTP_SECRET_MAX + 2]; /* room for a newline, and for one too many */
  gsize length = 0;
  gboolean ok = read_all (descriptor, text, sizeof text, &length, error);
  close (descriptor);
  if (ok && length > 0 && text[length - 1] == '\n')
    length--;
  ok = ok && secret_check (text, length, error);
  if (ok) {
    struct http_secret *secret = g_new0 (struct http_secret, 1);
    memcpy (secret->header, scheme, strlen (scheme));
    memcpy (secret->header + strlen (scheme), text, length);
    *ret = secret;
  }
  explicit_bzero (text, sizeof text);
  return ok;
}

void
http_secret_free (struct http_secret *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, sizeof *secret);
  g_free (secret);
}

struct curl_slist *
http_secret_append (const struct http_secret *secret, struct curl_slist *list)
{
  return curl_slist_append (list, secret->header);
}

void
http_headers_free (struct curl_slist *list)
{
  for (struct curl_slist *item = list; item != NULL; item = item->next)
    explicit_bzero (item->data, strlen (item->data));
  curl_slist_free_all (list);
}
