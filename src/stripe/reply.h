/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came back from Stripe, or why nothing did. */
#ifndef BILLCTL_STRIPE_REPLY_H
#define BILLCTL_STRIPE_REPLY_H

#include "base/json.h"
#include "stripe/retry.h"

#include <glib.h>

/* A whole answer with any status. Owned by whoever it was given to; stripe_reply_clear() empties it. */
struct stripe_reply {
  int status;
  json_object *body; /* always an object when the status is 2xx; else NULL when the body was no JSON object */
  char *request_id;  /* "req_…", NULL when there was none */
  gboolean replayed; /* the stored answer of an earlier request with the same idempotency key */
  char *error_type;  /* the four are NULL for 2xx and where the answer has none */
  char *error_code;
  char *error_message;
  char *error_param;
  int tries; /* how often the request was sent */
};

void stripe_reply_clear (struct stripe_reply *reply);
gboolean stripe_reply_is_success (const struct stripe_reply *reply); /* 2xx */

/* TRUE for 2xx. Else ERROR_REMOTE: what was asked, status, Stripe's message, code, parameter and request id, with a hint for a
 * key that is not accepted. `what` is "POST /v1/prices". */
gboolean stripe_reply_check (const struct stripe_reply *reply, const char *what, GError **error);

/* For a 2xx body that is not what it should be: the error becomes ERROR_REMOTE and names `what` was asked. Returns FALSE. */
gboolean stripe_reply_malformed (const char *what, GError **error);

/* A reply line of the HTTP helper, taken apart. Everything is owned; helper_answer_clear() frees it. */
struct helper_answer {
  gint64 id;
  enum retry_outcome outcome;
  char *failure;             /* why there is no answer; NULL when there is one */
  struct stripe_reply reply; /* RETRY_ANSWERED, without `tries` */
  char *should_retry;        /* headers; NULL: none */
  char *retry_after;
  char *notice;
};

/* ERROR_FAILED when the line is not one that the helper writes; ret->id is -1 then. */
gboolean helper_answer_parse (const char *line, gsize length, struct helper_answer *ret, GError **error);
void helper_answer_clear (struct helper_answer *answer);

#endif
