/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taxes on the lines of one invoice, in minor units of its currency.
 *
 * A rate is taken of the sum of its base and rounded once, half away from zero; the lines get parts of that which add up, by largest
 * remainder. Source of the rule: "What a tax comes to" in billctl-tax-list(1). A tax that is inside the prices (inclusive) is gross × r / (100 + R), where R
 * adds up all rates inside the same price; what is left of the price is the base of the rates on top of it (exclusive). Amounts below
 * zero are taxed as the mirror image of those above. Nothing is allocated; the caller owns all arrays. */
#ifndef BILLCTL_CORE_TAX_H
#define BILLCTL_CORE_TAX_H

#include "core/decimal.h"

enum tax_kind {
  TAX_EXCLUSIVE,      /* comes on top of the amount */
  TAX_INCLUSIVE,      /* is contained in the amount */
  TAX_ZERO,           /* taxed, at nothing */
  TAX_EXEMPT,         /* not taxed */
  TAX_REVERSE_CHARGE, /* the customer accounts for it */
  TAX_KIND_COUNT
};

/* "exclusive", "inclusive", "zero", "exempt", "reverse_charge", as ledgers and JSON have them. */
const char *tax_kind_name (enum tax_kind kind);
bool tax_kind_parse (const char *text, enum tax_kind *ret);

enum tax_rounding {
  TAX_ROUND_INVOICE, /* once per rate; in the case of rates inside prices, once per rate and set of rates inside the same price */
  TAX_ROUND_LINE,    /* each rate on each line by itself, as Stripe does */
};

enum { TAX_PERCENT_PLACES_MAX = 6, TAX_PARTS_OF_WHOLE = 100000000 };

/* 19 % -> 19000000 parts of TAX_PARTS_OF_WHOLE. false unless it is from 0 to 100 with at most 6 decimals. */
bool tax_percent_to_parts (struct decimal percent, int64_t *ret_parts);

struct tax_rate {
  enum tax_kind kind;
  int64_t parts; /* of TAX_PARTS_OF_WHOLE; only used when it is exclusive or inclusive */
};

/* One rate on one line; all but line and rate are results. */
struct tax_entry {
  size_t line;
  size_t rate;
  int64_t whole;      /* scratch of tax_compute() */
  int64_t base_minor; /* of the line, without the taxes inside its price */
  int64_t tax_minor;
};

struct tax_total {
  int64_t base_minor;
  int64_t tax_minor;
};

struct tax_sheet {
  enum tax_rounding rounding;
  size_t rate_count;
  const struct tax_rate *rates;
  const int64_t *nets_minor;  /* of the lines: what they come to after discounts */
  size_t entry_count;
  struct tax_entry *entries;  /* those of a line beside each other */
  struct tax_total *totals;   /* results, one for each rate */
};

/* Fills in the results; false when an amount does not fit 64 bits. */
bool tax_compute (const struct tax_sheet *sheet);

#endif
