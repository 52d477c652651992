/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The retry rules. */
#include "stripe/retry.h"

#include <string.h>

enum { FIRST_DELAY_MS = 500, DELAY_MAX_MS = 5000, DELAY_MAX_RATE_LIMITED_MS = 30000 };

static gboolean
is_rate_limited (const struct retry_try *done)
{
  return done->outcome == RETRY_ANSWERED && done->status == 429;
}

static gboolean
is_worth_it (const struct retry_try *done)
{
  if (done->outcome != RETRY_ANSWERED)
    return done->outcome == RETRY_NO_ANSWER;
  if (done->should_retry != NULL && strcmp (done->should_retry, "true") == 0)
    return TRUE;
  if (done->should_retry != NULL && strcmp (done->should_retry, "false") == 0)
    return FALSE;
  if (done->status >= 500)
    return !done->replayed;
  /* 424: something that Stripe depends on failed; the request may be carried out next time. */
  return done->status == 409 || done->status == 424 || done->status == 429;
}

/* Half to all of the doubling delay, but never less than the first one. */
static gint64
backoff_ms (const struct retry_try *done, int jitter)
{
  gint64 most = is_rate_limited (done) ? DELAY_MAX_RATE_LIMITED_MS : DELAY_MAX_MS;
  gint64 delay = MIN (most, (gint64)FIRST_DELAY_MS << MIN (done->number - 1, 16));
  return MAX (FIRST_DELAY_MS, delay * (1000 + jitter) / 2000);
}

/* Seconds as a whole number; -1 for none and for the HTTP date form, which Stripe does not send. */
static gint64
retry_after_ms (const char *text)
{
  guint64 seconds;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return -1;
  return (gint64)seconds * 1000;
}

gboolean
retry_decide (const struct retry_try *done, int jitter, gint64 *ret_delay_ms)
{
  gint64 asked_ms = done->outcome == RETRY_ANSWERED ? retry_after_ms (done->retry_after) : -1;
  int tries = is_rate_limited (done) ? RETRY_TRIES_RATE_LIMITED : RETRY_TRIES;
  if (done->number >= tries || !is_worth_it (done) || asked_ms > RETRY_AFTER_MAX_MS)
    return FALSE;
  *ret_delay_ms = MAX (asked_ms, backoff_ms (done, jitter));
  return TRUE;
}
