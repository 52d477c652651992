/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to Stripe: through the HTTP helper, several under way at once, within the rate limits, tried again where that is
 * right.
 *
 * A client is used by one thread. Every request names its API version; every POST has an idempotency key, which the caller stores
 * before the request is sent, so that the same request can be sent again after a crash and is carried out once. Stripe keeps a
 * key for at least 24 hours: later, look for the object before making it.
 *
 * An answer with any status is a reply; an error means that there was none, or none that can be believed. After an error or a 5xx
 * reply to a POST it is not known whether it was carried out: look, then send again with the same key. When the reply is a
 * replayed 5xx
 * (`replayed`), that key will only ever repeat it: look, and use a new key. */
#ifndef BILLCTL_STRIPE_CLIENT_H
#define BILLCTL_STRIPE_CLIENT_H

#include "stripe/form.h"
#include "stripe/key.h"
#include "stripe/reply.h"

#include <glib.h>

#define STRIPE_API_BASE "https://api.stripe.com"
#define STRIPE_API_VERSION "2026-09-30.endive"

enum { STRIPE_IDEMPOTENCY_KEY_MAX = 255 };

struct stripe_client;
typedef struct stripe_client stripe_client_t; /* for g_autoptr (stripe_client_t) only */

enum stripe_log_level {
  STRIPE_LOG_DETAIL,  /* each request with its status and request id, each wait; for --verbose */
  STRIPE_LOG_WARNING, /* what Stripe wants to be shown ("Stripe-Notice") */
};

/* One line without a newline; never holds a key, a body or an idempotency key. */
typedef void (*stripe_log_function) (gpointer data, enum stripe_log_level level, const char *message);

struct stripe_client_options {
  const char *api_base;         /* NULL: STRIPE_API_BASE. https, or http to this machine */
  const struct stripe_key *key; /* read by stripe_client_new() only */
  const char *exec_path;        /* the folder of the helper programs */
  int max_in_flight;            /* 0: 4; at most 64 */
  int timeout_ms;               /* of one try; 0: 80,000 */
  stripe_log_function log;      /* NULL: silence */
  gpointer log_data;
};

/* ERROR_USAGE for an address that may not be asked: anything but https, and http to this machine. */
gboolean stripe_check_base (const char *base, GError **error);

/* Starts the helper. ERROR_USAGE for an api_base that may not be asked. BILLCTL_STRIPE_DELAY_PERCENT (0 to 100) shortens all
 * waiting; it is meant for tests. */
gboolean stripe_client_new (const struct stripe_client_options *options, struct stripe_client **ret, GError **error);
void stripe_client_free (struct stripe_client *client); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (stripe_client_t, stripe_client_free)

/* All borrowed: copied when the request is taken. */
struct stripe_request {
  const char *method;          /* "GET", "POST" or "DELETE" */
  const char *path;            /* "/v1/prices", see form_path() */
  const char *parameters;      /* form_text(); NULL: none. The body of a POST, else the query */
  const char *idempotency_key; /* needed for POST, else NULL */
};

/* One request, waited for. *ret is the caller's. ERROR_REMOTE when no believable answer came, however often it was tried. */
gboolean stripe_send (struct stripe_client *client, const struct stripe_request *request, struct stripe_reply *ret,
                      GError **error);

/* The same, and only a 2xx answer is success: *ret_body is an object, to be freed with json_object_put(). */
gboolean stripe_fetch (struct stripe_client *client, const struct stripe_request *request, json_object **ret_body,
                       GError **error);

/* Many requests, several under way at once.
 *
 * `next` is asked for one more request whenever there is room; after STRIPE_NEXT_NONE it is asked again when a request has ended,
 * so that one request can follow from another. `done` gets what became of each, in the order in which they end: a reply (any
 * status) that it may take over by stealing its fields, or NULL and the error. When either fails, no more requests are taken,
 * those under way end and are reported, and stripe_run() fails with that error. Neither may use the client. */
enum stripe_next { STRIPE_NEXT_REQUEST, STRIPE_NEXT_NONE, STRIPE_NEXT_FAILED };

struct stripe_batch {
  enum stripe_next (*next) (gpointer data, struct stripe_request *ret, gpointer *ret_tag, GError **error);
  gboolean (*done) (gpointer data, gpointer tag, struct stripe_reply *reply, const GError *failure, GError **error);
  gpointer data;
};

/* ERROR_REMOTE also when the helper ended early; `done` has then been told of every request that was under way. */
gboolean stripe_run (struct stripe_client *client, const struct stripe_batch *batch, GError **error);

gboolean stripe_client_is_live (const struct stripe_client *client);

#endif
