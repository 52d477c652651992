/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pricing models: what a quantity costs, exactly, with the steps that led there.
 *
 * Tiers are (previous, up_to]; zero usage reaches no tier. Amounts stay unrounded (struct exact): a line is rounded once
 * by exact_round(). Prices are in major units of the currency. The caller owns all memory.
 *
 * A model is a row of one table inside price.c; adding one is a function and a row. */
#ifndef BILLCTL_CORE_PRICE_H
#define BILLCTL_CORE_PRICE_H

#include "core/decimal.h"
#include "core/exact.h"

enum price_model {
  PRICE_FLAT,      /* one flat amount when there is any usage */
  PRICE_PER_UNIT,  /* quantity × unit price */
  PRICE_PACKAGE,   /* price per started block of package_size */
  PRICE_GRADUATED, /* each tier prices its own slice */
  PRICE_VOLUME,    /* the tier reached prices the whole quantity */
  PRICE_DYNAMIC,   /* each event carries its amount; multiplied by `multiplier` */
  PRICE_MODEL_COUNT
};

struct price_tier {
  struct decimal up_to; /* inclusive upper bound; ignored when `unbounded` */
  bool unbounded;       /* the last tier only */
  struct decimal unit_price;
  struct decimal flat_price;
};

struct price {
  enum price_model model;
  struct decimal included;     /* allowance: the first units that cost nothing */
  struct decimal unit_price;   /* per_unit, package (per block), flat (the amount) */
  struct decimal package_size; /* package: > 0 */
  struct decimal multiplier;   /* dynamic: 1.1 for "plus 10 %"; no allowance, as no unit of it has a price */
  const struct price_tier *tiers;
  size_t tier_count; /* graduated, volume */
};

/* What was measured in the period. */
struct usage_total {
  struct decimal quantity; /* aggregated, before the allowance */
  struct exact amount;     /* dynamic: the sum of the events' own amounts; else zero */
  int64_t event_count;
};

/* One step of the computation: `quantity` units at `unit_price`, plus `flat_price`. Package: the quantity is the number
 * of blocks. Dynamic: the unit price is the multiplier of the events' own amount. Mirrored (negative usage): quantity and
 * flat price are negative, the tier bounds are not. */
struct price_step {
  struct decimal quantity;
  struct decimal unit_price;
  struct decimal flat_price;
  struct decimal tier_from; /* exclusive lower bound; zero where there are no tiers */
  struct decimal tier_to;   /* inclusive upper bound where !unbounded */
  bool tiered;
  bool unbounded;
  struct exact amount;
};

enum { PRICE_STEPS_MAX = 64 }; /* also the most tiers a price may have */

struct price_result {
  struct decimal billable; /* quantity after the allowance */
  struct exact amount;
  size_t step_count;
  struct price_step steps[PRICE_STEPS_MAX]; /* only the first step_count are set */
};

enum price_status {
  PRICE_OK,
  PRICE_OVERFLOW,
  PRICE_BAD_TIERS,
  PRICE_BAD_PACKAGE,
  PRICE_BAD_MODEL,
  PRICE_BAD_INCLUDED, /* an allowance that is negative, or stands beside the dynamic model */
};

/* NULL-terminated names are stable: they are what catalogs write. */
const char *price_model_name (enum price_model model);
bool price_model_parse (const char *text, enum price_model *ret);

/* Is the price well formed? Tiers ascend from above zero, only the last is unbounded and it is; package size > 0. */
enum price_status price_check (const struct price *price);

/* Checks the price first. *ret is undefined unless PRICE_OK. A negative quantity (corrections that outweigh usage) is priced as
 * the mirror image of its absolute value, without the allowance. */
enum price_status price_rate (const struct price *price, const struct usage_total *usage, struct price_result *ret);

#endif
