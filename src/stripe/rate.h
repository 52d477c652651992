/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token bucket: how fast requests may follow each other. Pure: the caller brings the clock. */
#ifndef BILLCTL_STRIPE_RATE_H
#define BILLCTL_STRIPE_RATE_H

#include <glib.h>

struct rate_bucket {
  int per_second; /* tokens that come back in a second; > 0 */
  int burst;      /* tokens in a full bucket; > 0 */
  gint64 level;   /* tokens × 1,000,000 */
  gint64 last_us; /* when `level` was true */
};

/* A full bucket. In any one second at most burst + per_second tokens can be taken. */
void rate_bucket_init (struct rate_bucket *bucket, int per_second, int burst, gint64 now_us);

/* Microseconds until a token is there; 0: now. Nothing is taken. Times must not run backwards. */
gint64 rate_bucket_wait_us (struct rate_bucket *bucket, gint64 now_us);

/* Takes a token that rate_bucket_wait_us() found to be there. */
void rate_bucket_take (struct rate_bucket *bucket);

#endif
