/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a discount takes off lines. */
#include "core/discount.h"

#include "core/exact.h"
#include "core/money.h"

/* The share of a sum above zero. A fraction of 1 at most gives no more than the sum, since rounding keeps order. */
static bool
share_of (const struct discount *discount, const struct currency *currency, int64_t sum_minor, int64_t *ret_minor)
{
  struct exact share;

  return exact_product (money_to_decimal (sum_minor, currency), discount->fraction, &share)
         && exact_round (&share, RATIO_ONE, currency->digits, ret_minor);
}

enum discount_status
discount_take (const struct discount *discount, const struct currency *currency, const int64_t left[], size_t count, int64_t weights[],
               int64_t parts[], int64_t *ret_minor)
{
  int64_t sum = 0, taken = 0;

  for (size_t i = 0; i < count; i++) {
    if (!money_add (sum, left[i], &sum))
      return DISCOUNT_OVERFLOW;
    weights[i] = left[i] > 0 ? left[i] : 0;
    parts[i] = 0;
  }
  if (sum > 0) {
    if (!discount->is_percent)
      taken = discount->amount_minor < sum ? discount->amount_minor : sum;
    else if (!share_of (discount, currency, sum, &taken))
      return DISCOUNT_OVERFLOW;
  }
  if (taken > 0 && !money_distribute (taken, weights, count, parts))
    return DISCOUNT_OVERFLOW;
  *ret_minor = taken;
  return DISCOUNT_OK;
}
