/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bearer secret of the HTTP helper: read once from an inherited descriptor, sent to one origin only, wiped at the end. */
#ifndef BILLCTL_LIBEXEC_HTTP_SECRET_H
#define BILLCTL_LIBEXEC_HTTP_SECRET_H

#include <curl/curl.h>
#include <glib.h>

enum { HTTP_SECRET_MAX = 4096 };

struct http_secret;

/* Reads `descriptor` to its end and closes it. The secret is one line of visible ASCII; anything else is ERROR_USAGE, and the
 * message does not quote it. */
gboolean http_secret_read (int descriptor, struct http_secret **ret, GError **error);
void http_secret_free (struct http_secret *secret); /* NULL is fine; wipes it */

/* `list` with "Authorization: Bearer …" appended. The list must be freed by http_headers_free(). */
struct curl_slist *http_secret_append (const struct http_secret *secret, struct curl_slist *list);

/* Wipes every header of the list, then frees it. */
void http_headers_free (struct curl_slist *list);

#endif
