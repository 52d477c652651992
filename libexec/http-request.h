/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What arrives on the HTTP helper's stdin, one JSON object per line.
 *
 *   {"configure":{"max_in_flight":4,"auth_fd":3,"auth_origin":"https://api.stripe.com"}}      the first line only
 *   {"id":1,"method":"POST","url":"https://…","headers":["Stripe-Version: …"],"body":"a=b",
 *    "timeout_ms":80000,"connect_timeout_ms":15000}
 */
#ifndef BILLCTL_LIBEXEC_HTTP_REQUEST_H
#define BILLCTL_LIBEXEC_HTTP_REQUEST_H

#include <glib.h>

enum { HTTP_TIMEOUT_MS = 80000, HTTP_CONNECT_TIMEOUT_MS = 15000, HTTP_IN_FLIGHT = 4, HTTP_IN_FLIGHT_MAX = 64 };

struct http_request {
  gint64 id;
  char *method; /* "GET", "POST" or "DELETE" */
  char *url;
  GPtrArray *headers; /* char *, "Name: value", checked: no control characters */
  char *body;         /* NULL: none */
  gsize body_length;
  long timeout_ms;         /* the whole exchange */
  long connect_timeout_ms; /* name lookup, connection and TLS */
};

struct http_configuration {
  int max_in_flight;
  int auth_fd;       /* -1: no secret */
  char *auth_origin; /* where the secret may go; given when auth_fd is */
};

/* Exactly one of the two is set after http_line_parse(). */
struct http_line {
  struct http_request *request;
  struct http_configuration *configuration;
  gboolean has_id; /* also of a line that is refused, as far as it could be read */
  gint64 id;
};

/* ERROR_USAGE for anything that is not one of the two forms; ret->has_id and ret->id are set where possible. */
gboolean http_line_parse (const char *text, gsize length, struct http_line *ret, GError **error);

/* TRUE when a header with this name is among the request's own. */
gboolean http_request_has_header (const struct http_request *request, const char *name);

void http_request_free (struct http_request *request);
void http_configuration_free (struct http_configuration *configuration);

#endif
