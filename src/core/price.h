/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pricing models: what a quantity costs, exactly, with the steps that led there.
 *
 * Tiers are (previous, up_to]; zero usage reaches no tier. Amounts stay unrounded (struct exact): a line is rounded once
 * by exact_round(). Prices are in major units of the currency. The caller owns all memory.
 *
 * Where each event has its own price (percentage), the caller hands the events to price_event_add() in their order, and
 * price_rate() then prices what has added up. Such amounts carry the sign of the events.
 *
 * A model is a row of one table inside price.c; adding one is a function and a row. */
#ifndef BILLCTL_CORE_PRICE_H
#define BILLCTL_CORE_PRICE_H

#include "core/decimal.h"
#include "core/exact.h"

enum price_model {
  PRICE_FLAT,                 /* one flat amount when there is any usage */
  PRICE_PER_UNIT,             /* quantity × unit price */
  PRICE_PACKAGE,              /* price per started block of package_size */
  PRICE_GRADUATED,            /* each tier prices its own slice */
  PRICE_VOLUME,               /* the tier reached prices the whole quantity */
  PRICE_STAIRSTEP,            /* the tier reached is one flat price */
  PRICE_PERCENTAGE,           /* a share of each event's money amount, its quantity, and a fee for each event */
  PRICE_GRADUATED_PERCENTAGE, /* as graduated, with a money amount for a quantity and a share for a unit price */
  PRICE_DYNAMIC,              /* each event carries its amount; multiplied by `multiplier` */
  PRICE_MODEL_COUNT
};

struct price_tier {
  struct decimal up_to; /* inclusive upper bound; ignored when `unbounded` */
  bool unbounded;       /* the last tier only */
  struct decimal unit_price; /* graduated_percentage: the share as a fraction, 0.02; stairstep: zero */
  struct decimal flat_price;
};

/* What only the percentage model has. An event is free while fewer than free_events events and less than free_amount
 * have been so, as far as they are set (not zero); of the event that crosses free_amount the rest is not. The fee, the
 * minimum and the maximum concern each event that is not wholly free. */
struct price_percentage {
  struct decimal rate;      /* a fraction: 0.013 for 1.3 % */
  struct decimal event_fee; /* zero: none, and so are those below */
  int64_t free_events;
  struct decimal free_amount;
  struct decimal event_min; /* what an event costs at least, with its fee */
  struct decimal event_max; /* and at most */
};

struct price {
  enum price_model model;
  struct decimal included;     /* allowance: the first units that cost nothing */
  struct decimal unit_price;   /* per_unit, package (per block), flat (the amount) */
  struct decimal package_size; /* package: > 0 */
  struct decimal multiplier;   /* dynamic: 1.1 for "plus 10 %"; no allowance, as no unit of it has a price */
  const struct price_tier *tiers;
  size_t tier_count;                  /* graduated, volume, stairstep, graduated_percentage */
  struct price_percentage percentage; /* percentage; `included` is zero there */
};

/* What price_event_add() has added up. A correction counts as minus one event. */
struct usage_events {
  struct decimal billable; /* the money amounts without what is free */
  struct decimal free;     /* what is free */
  int64_t free_count;      /* events that are wholly free */
  int64_t billed_count;    /* the others, which pay the fee */
  int64_t raised_count;    /* of these, the ones that pay the minimum */
  struct exact raised;     /* by how much that is more, in all */
  int64_t capped_count;    /* and those that pay the maximum */
  struct exact capped;     /* by how much that is less, in all; not negative where the usage is not */
};

/* What was measured in the period. */
struct usage_total {
  struct decimal quantity; /* aggregated, before the allowance */
  struct exact amount;     /* dynamic: the sum of the events' own amounts; else zero */
  int64_t event_count;
  struct usage_events events; /* percentage; else zero */
};

/* What a step prices. */
enum price_part {
  PRICE_PART_UNITS,
  PRICE_PART_EVENT_FEE, /* percentage: `quantity` events, `unit_price` is the fee */
  PRICE_PART_EVENT_MIN, /* `quantity` events were raised to the minimum, `unit_price`; the amount is what that adds */
  PRICE_PART_EVENT_MAX, /* `quantity` events were cut to the maximum, `unit_price`; the amount is what that takes off */
};

/* One step of the computation: `quantity` units at `unit_price`, plus `flat_price`. Package: the quantity is the number
 * of blocks. Percentages: a money amount at a fraction. Dynamic: the unit price is the multiplier of the events' own amount. Mirrored (negative usage): quantity and
 * flat price are negative, the tier bounds are not. */
struct price_step {
  enum price_part part;
  struct decimal quantity;
  struct decimal unit_price;
  struct decimal flat_price;
  struct decimal tier_from; /* exclusive lower bound; zero where there are no tiers */
  struct decimal tier_to;   /* inclusive upper bound where !unbounded */
  bool tiered;
  bool unbounded;
  struct exact amount;
};

/* What a charge costs in a whole period at least and at most, whatever is used. Zero: no such bound. */
struct price_bounds {
  struct decimal minimum;
  struct decimal maximum;
};

enum price_bound { PRICE_BOUND_NONE, PRICE_BOUND_MINIMUM, PRICE_BOUND_MAXIMUM };

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
  PRICE_BAD_INCLUDED,   /* an allowance that is negative, or stands beside the dynamic or the percentage model */
  PRICE_BAD_PERCENTAGE, /* something negative, or a minimum above the maximum */
};

/* NULL-terminated names are stable: they are what catalogs write. */
const char *price_model_name (enum price_model model);
bool price_model_parse (const char *text, enum price_model *ret);

bool price_model_has_tiers (enum price_model model);
bool price_model_is_by_event (enum price_model model); /* does it need price_event_add()? */

/* Is the price well formed? Tiers ascend from above zero, only the last is unbounded and it is, and those of a stairstep
 * have no unit price; package size > 0. */
enum price_status price_check (const struct price *price);

/* Does it matter for a price by event in which order the events come? */
bool price_needs_order (const struct price *price);

/* Adds one event of a model that is priced by event; `quantity` is its money amount. The quantity and the event count of
 * the total are left to the caller. A negative event takes back what was added last: first of what was billed, then of
 * what was free, then as the mirror image of an event without anything free. PRICE_OK or PRICE_OVERFLOW, after which the
 * total is of no use. */
enum price_status price_event_add (const struct price *price, struct usage_total *usage, struct decimal quantity);

/* Checks the price first. *ret is undefined unless PRICE_OK. A negative quantity (corrections that outweigh usage) is priced as
 * the mirror image of its absolute value, without the allowance. */
enum price_status price_rate (const struct price *price, const struct usage_total *usage, struct price_result *ret);

bool price_has_bounds (const struct price_bounds *bounds);

/* What is missing to the minimum, or too much (then negative), when the rounded lines of a charge come to `charged_minor`
 * in a part of a period: the bounds are multiplied by the ratio and rounded. For one line that is the same as holding its
 * unrounded amount within the bounds. false when an amount does not fit. */
bool price_bounds_apply (const struct price_bounds *bounds, struct ratio ratio, int digits, int64_t charged_minor,
                         enum price_bound *ret_bound, int64_t *ret_change_minor);

#endif
