/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a request to Stripe is sent again, and after how long. Pure decisions: no clock, no random source.
 *
 * The rules are those of Stripe's own libraries: no answer, 409 and 5xx are tried again, "Stripe-Should-Retry" overrules the
 * status, everything else stands; waits double from half a second up to five, with jitter. Beyond them, as a batch tool may be
 * patient: 429 is tried up to five times with waits up to 30 s, Retry-After is honoured, and a stored 5xx answer
 * ("Idempotent-Replayed") is not asked for again, because it would only be repeated. The same idempotency key goes with every
 * try. */
#ifndef BILLCTL_STRIPE_RETRY_H
#define BILLCTL_STRIPE_RETRY_H

#include <glib.h>

enum {
  RETRY_TRIES = 3, /* the first one included */
  RETRY_TRIES_RATE_LIMITED = 5,
  RETRY_AFTER_MAX_MS = 60000, /* asked to stay away longer, we report it instead of waiting */
};

enum retry_outcome {
  RETRY_ANSWERED,    /* a whole answer with a status */
  RETRY_NO_ANSWER,   /* not connected, timed out, cut off, or a 2xx answer that is not JSON */
  RETRY_NOT_TRUSTED, /* the certificate was refused */
  RETRY_NOT_SENT,    /* the request itself was refused on this side */
};

/* One finished try. */
struct retry_try {
  enum retry_outcome outcome;
  int status;               /* RETRY_ANSWERED */
  const char *should_retry; /* the header, NULL: none */
  const char *retry_after;  /* the header, NULL: none */
  const char *error_code;   /* NULL: none */
  gboolean replayed;        /* "Idempotent-Replayed: true" */
  int number;               /* 1 for the first try */
};

/* TRUE: again, after *ret_delay_ms. `jitter` is a random number from 0 to 1000. */
gboolean retry_decide (const struct retry_try *done, int jitter, gint64 *ret_delay_ms);

#endif
