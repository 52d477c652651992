/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pure rating: pairs of subscription and metric, each with a quantity of its own, under graduated tiers, to a rounded amount.
 * Prints the number of pairs, the nanoseconds of processor time that they took, and the sum of the amounts in cents. */
#include "core/exact.h"
#include "core/price.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TIERS = 3 };

static struct decimal
number (const char *text)
{
  struct decimal value;
  if (decimal_parse (text, __builtin_strlen (text), &value) != DECIMAL_OK)
    abort ();
  return value;
}

static int64_t
now_ns (void)
{
  struct timespec now;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* 0 … 4,999.99 units in an order of their own, so that all tiers are reached. */
static struct decimal
quantity_of (int64_t pair)
{
  char text[32];
  int64_t hundredths = pair * 7919 % 500000;
  snprintf (text, sizeof text, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
  return number (text);
}

int
main (int argc, char **argv)
{
  int64_t pairs = argc > 1 ? strtoll (argv[1], NULL, 10) : 1000000, sum = 0;
  const struct price_tier tiers[TIERS] = {
    { .up_to = number ("1000"), .unit_price = number ("0.02") },
    { .up_to = number ("3000"), .unit_price = number ("0.015"), .flat_price = number ("1.00") },
    { .unbounded = true, .unit_price = number ("0.0099") },
  };
  const struct price price = { .model = PRICE_GRADUATED, .included = number ("100"), .tiers = tiers, .tier_count = TIERS };
  struct decimal *quantities = pairs > 0 ? calloc ((size_t) pairs, sizeof *quantities) : NULL;
  if (quantities == NULL)
    return 1;
  for (int64_t i = 0; i < pairs; i++)
    quantities[i] = quantity_of (i);
  int64_t start = now_ns ();
  for (int64_t i = 0; i < pairs; i++) {
    struct price_result result;
    const struct usage_total usage = { .quantity = quantities[i], .event_count = 1 };
    int64_t amount_minor = 0;
    if (price_rate (&price, &usage, &result) != PRICE_OK || !exact_round (&result.amount, RATIO_ONE, 2, &amount_minor))
      return 1;
    sum += amount_minor;
  }
  printf ("%" PRId64 " %" PRId64 " %" PRId64 "\n", pairs, now_ns () - start, sum);
  free (quantities);
  return 0;
}
