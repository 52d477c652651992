/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a discount takes off the lines of an invoice: one rounding, and parts that add up. */
#ifndef BILLCTL_CORE_DISCOUNT_H
#define BILLCTL_CORE_DISCOUNT_H

#include "core/currency.h"
#include "core/decimal.h"

#include <stdbool.h>

struct discount {
  bool is_percent;
  struct decimal fraction; /* of a percentage: 0.2 for 20 %; above 0, at most 1 */
  int64_t amount_minor;    /* otherwise; 0 or more */
};

enum discount_status {
  DISCOUNT_OK,
  DISCOUNT_OVERFLOW, /* the sum of the lines does not fit */
};

/* left[i] is what is left of line i after earlier discounts, 0 when the discount is not for it. What is taken is a share of their
 * sum, rounded once, or the amount, but never more than the sum. It is spread by largest
 * remainder over the lines above zero, so that no line comes to less than nothing; a sum that is not above zero gives nothing. A
 * line below zero (a maximum, a correction) makes the sum smaller and bears nothing.
 *
 * `weights` and `parts` have room for `count`; the former is scratch. */
enum discount_status discount_take (const struct discount *discount, const struct currency *currency, const int64_t left[], size_t count,
                                    int64_t weights[], int64_t parts[], int64_t *ret_minor);

#endif
