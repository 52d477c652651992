/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking lines of an invoice back in parts, with their taxes.
 *
 * Each tax of a line is credited in the ratio of its price that is credited by then, rounded half away from zero, less what was
 * credited of it before: parts add up to the whole exactly, whatever they are, and the last one takes what is left. Nothing is ever
 * credited beyond what there is. */
#ifndef BILLCTL_CORE_CREDIT_H
#define BILLCTL_CORE_CREDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct credit_tax {
  int64_t amount;   /* of the line; has the sign of its price */
  int64_t credited; /* of that, before */
  bool on_top;      /* added to the price; else it is inside */
  int64_t now;      /* set by the functions below */
  /* What the tax is taken of, likewise: */
  int64_t base;
  int64_t base_credited;
  int64_t base_now;
};

/* All amounts are minor units. Those of a line below zero are below zero. */
struct credit_line {
  int64_t price;    /* after discounts, with the taxes that are inside */
  int64_t credited;
  int64_t now;      /* set by the functions below */
  struct credit_tax *taxes;
  size_t tax_count;
};

/* What is left of it with the taxes on top. false when that does not fit. */
bool credit_left (const struct credit_line *line, int64_t *ret);
/* What the functions below set, with the taxes on top. */
bool credit_now (const struct credit_line *line, int64_t *ret);

/* All that is left. */
void credit_rest (struct credit_line *line);
/* So much of the price, and the taxes that go with it. false when it is 0, has the other sign, or is more than what is left. */
bool credit_price (struct credit_line *line, int64_t price);
/* So much with the taxes on top, of a line above zero. false as before. */
bool credit_amount (struct credit_line *line, int64_t amount);

#endif
