/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans in words: prices, tiers and differences as a person reads them. Every text is newly allocated. */
#ifndef BILLCTL_SERVICE_PLAN_WORDS_H
#define BILLCTL_SERVICE_PLAN_WORDS_H

#include "service/plan.h"

/* "0.10", "0.0025": at least as many decimals as the currency has. */
char *unit_price_words (struct decimal price, const struct currency *currency);
char *decimal_words (struct decimal value);
char *amount_words (gint64 minor, const struct currency *currency); /* "99.00" */
char *interval_words (struct interval interval);                    /* "month", "30 days" */

/* "0.10 each", "2.00 per 1000", "graduated: 0.10 to 1000, 0.08 above", "ListCost x 1.1"; the allowance is not in it. */
char *price_words (const struct plan_charge *charge, const struct price *price, const struct currency *currency);

/* "29.00 month, 290.00 year"; "none" without a price. */
char *plan_prices_words (const struct plan *plan);

/* Appends one text for each term in which `next` differs from `before`: "base month 99.00 -> 109.00 USD". */
void plan_differences (const struct plan *before, const struct plan *next, GPtrArray *ret);

#endif
