/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP exchange: a request on its way through libcurl until its reply is whole. */
#ifndef BILLCTL_LIBEXEC_HTTP_TRANSFER_H
#define BILLCTL_LIBEXEC_HTTP_TRANSFER_H

#include "http-request.h"
#include "http-secret.h"

#include <curl/curl.h>
#include <glib.h>

#define HTTP_BODY_MAX ((gsize)64 * 1024 * 1024)

struct http_transfer;

/* What all exchanges of one helper have in common; borrowed. */
struct http_environment {
  const struct http_secret *secret; /* NULL: none */
  const char *secret_origin;        /* scheme://host:port, lower case; with a secret no other origin is asked */
  const char *ca_file;              /* certificates beside the system's own, NULL: none */
};

/* Takes the request over, also on failure. Refuses (ERROR_USAGE) a URL that may not be asked. */
gboolean http_transfer_new (struct http_request *request, const struct http_environment *environment, struct http_transfer **ret,
                            GError **error);
void http_transfer_free (struct http_transfer *transfer);

CURL *http_transfer_easy (struct http_transfer *transfer); /* to be added to a multi handle; owned by the transfer */
struct http_transfer *http_transfer_of (CURL *easy);

/* The reply line, newline included: the answer, or the error for what libcurl reported. Newly allocated. */
GString *http_transfer_reply (struct http_transfer *transfer, CURLcode result);

/* {"id":…,"error":{"kind":"…","message":"…"}} and a newline; id null when has_id is FALSE. */
GString *http_error_reply (gboolean has_id, gint64 id, const char *kind, const char *message);

/* "connect", "timeout", "tls", "cut" or "other". */
const char *http_error_kind (CURLcode result);

#endif
