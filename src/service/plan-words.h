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

/* "0.10 each", "2.00 per 1000", "graduated: 0.10 each to 1000, 0.08 each above", "2.9 % + 0.30 per event", "ListCost x 1.1";
 * the allowance is not in it, unless it is one of events. */
char *price_words (const struct plan_charge *charge, const struct price *price, const struct currency *currency);

/* "0.08 each", "5.00 flat", "0.08 each + 5.00 flat", "2 % + 5.00 flat": the price of one tier. */
char *tier_words (enum price_model model, const struct price_tier *tier, const struct currency *currency);

/* "2.9": a fraction as a percentage. */
char *percent_words (struct decimal fraction);

/* "29.00 month, 290.00 year"; "by agreement" without a price. */
char *plan_prices_words (const struct plan *plan);

/* One thing that is true of a plan. */
struct plan_fact {
  char *subject;    /* "charge call_minutes", "base month"; "" for the plan itself */
  char *field;      /* "price"; may be empty */
  char *value;      /* "0.10 each" */
  const char *unit; /* said behind the value: "USD"; or "" */
};

/* All that is true of it, in its order: struct plan_fact. Borrows from the plan; free with g_ptr_array_unref. */
GPtrArray *plan_facts (const struct plan *plan);
char *plan_fact_label (const struct plan_fact *fact); /* "charge call_minutes price", "trial days" */

/* Appends one text for each term in which `next` differs from `before`: "base month 99.00 -> 109.00 USD". */
void plan_differences (const struct plan *before, const struct plan *next, GPtrArray *ret);

#endif
