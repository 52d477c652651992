/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token bucket in whole numbers. */
#include "stripe/rate.h"

static const gint64 token = 1000000;

void
rate_bucket_init (struct rate_bucket *bucket, int per_second, int burst, gint64 now_us)
{
  *bucket = (struct rate_bucket){ .per_second = per_second, .burst = burst, .level = burst * token, .last_us = now_us };
}

gint64
rate_bucket_wait_us (struct rate_bucket *bucket, gint64 now_us)
{
  gint64 full = bucket->burst * token;
  gint64 passed_us = now_us - bucket->last_us;
  /* After the time that fills an empty bucket it is full; this also keeps the product small. */
  if (passed_us >= full / bucket->per_second + 1)
    bucket->level = full;
  else
    bucket->level = MIN (full, bucket->level + passed_us * bucket->per_second);
  bucket->last_us = now_us;
  if (bucket->level >= token)
    return 0;
  return (token - bucket->level + bucket->per_second - 1) / bucket->per_second;
}

void
rate_bucket_take (struct rate_bucket *bucket)
{
  bucket->level -= token;
}
