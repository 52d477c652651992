/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which addresses the HTTP helper may talk to: https anywhere, plain http only to this machine. */
#ifndef BILLCTL_LIBEXEC_HTTP_URL_H
#define BILLCTL_LIBEXEC_HTTP_URL_H

#include <glib.h>

struct http_target {
  char *origin;      /* "https://api.stripe.com:443": scheme, host and port, lower case; owned */
  gboolean plain;    /* http */
  gboolean loopback; /* 127.0.0.0/8, ::1, localhost */
};

/* ERROR_USAGE for text that is no absolute URL, names a user or password, has another scheme than http and https, or is plain
 * http to another machine. */
gboolean http_target_parse (const char *url, struct http_target *ret, GError **error);
void http_target_clear (struct http_target *target);

#endif
