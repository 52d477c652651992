/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts: 64-bit integers of minor units. The currency travels beside them; amounts of two currencies never meet. */
#ifndef BILLCTL_CORE_MONEY_H
#define BILLCTL_CORE_MONEY_H

#include "core/currency.h"
#include "core/decimal.h"

enum { MONEY_TEXT_SIZE = 32 };

enum money_status {
  MONEY_OK,
  MONEY_SYNTAX,          /* not a decimal number */
  MONEY_TOO_MANY_PLACES, /* more decimals than the currency has: "1.005" USD, "1.5" JPY, "1.000" USD (a thousand?) */
  MONEY_OVERFLOW,        /* does not fit 64 bits of minor units */
};

/* "99", "99.5", "-99.00" in major units -> minor units. No exponent, no grouping, no currency sign. */
enum money_status money_parse (const char *text, size_t length, const struct currency *currency, int64_t *ret_minor);

/* 9900 USD -> "99.00"; 100 JPY -> "100". Returns the length. */
size_t money_format (int64_t minor, const struct currency *currency, char text[MONEY_TEXT_SIZE]);

struct decimal money_to_decimal (int64_t minor, const struct currency *currency); /* in major units */

bool money_add (int64_t a, int64_t b, int64_t *ret); /* false on overflow, *ret untouched */
bool money_subtract (int64_t a, int64_t b, int64_t *ret);

/* Splits `total` over `count` weights (each >= 0, not all 0) so that the parts add up exactly: largest remainder, ties
 * to the earlier part. A negative total gives negative parts. `parts` has room for `count`. false when an intermediate
 * overflows or all weights are 0. */
bool money_distribute (int64_t total, const int64_t weights[], size_t count, int64_t parts[]);

#endif
