/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unrounded amounts: sums of products of two decimals, kept exactly until the one rounding of a line.
 *
 * The unit is the currency's major unit; the scale is fixed at 36 digits after the point, so that the product of any
 * two decimals (18 digits after the point each) is exact. 256 bits leave 40 digits before the point; what is larger is
 * an overflow, and every function that can meet one says so. */
#ifndef BILLCTL_CORE_EXACT_H
#define BILLCTL_CORE_EXACT_H

#include "core/decimal.h"

enum { EXACT_SCALE = 36, EXACT_TEXT_SIZE = 84 };

struct exact {
  struct wide units; /* value = units / 10^36 */
};

/* numerator / denominator, denominator > 0. 1/1 for a full period. */
struct ratio {
  int64_t numerator;
  int64_t denominator;
};

#define RATIO_ONE ((struct ratio){ 1, 1 })

struct exact exact_zero (void);
struct exact exact_from_decimal (struct decimal value); /* always fits */
bool exact_is_zero (const struct exact *value);
int exact_compare (const struct exact *a, const struct exact *b);

/* false on overflow; *ret untouched. */
bool exact_product (struct decimal a, struct decimal b, struct exact *ret);
bool exact_add (const struct exact *a, const struct exact *b, struct exact *ret);
bool exact_subtract (const struct exact *a, const struct exact *b, struct exact *ret);

/* value × factor, exactly. Also false when that needs more than 36 digits after the point, which cannot happen when
 * the value has at most 18, as every sum of decimals has. */
bool exact_multiply (const struct exact *value, struct decimal factor, struct exact *ret);

/* sum / count for a count above 0, rounded half away from zero to the 18 places of a decimal; false when it is above
 * 10^20. For quantities, which come from division only where they are an average over time. */
bool exact_average (const struct exact *sum, int64_t count, struct decimal *ret);

/* value × ratio, rounded once, half away from zero, to minor units of a currency with `digits` decimal places
 * (0 … 4). false when it does not fit 64 bits. This is the only place where an amount is rounded. */
bool exact_round (const struct exact *value, struct ratio ratio, int digits, int64_t *ret_minor);

/* Plain decimal text without trailing zeros, NUL-terminated ("1234.5678"); returns the length. */
size_t exact_format (const struct exact *value, char text[EXACT_TEXT_SIZE]);

/* Reads what exact_format wrote; false when it is not such text or does not fit. */
bool exact_parse (const char *text, size_t length, struct exact *ret);

#endif
