/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking lines of an invoice back in parts. */
#include "core/credit.h"

#include "core/money.h"
#include "core/wide.h"

/* total × part / whole for 0 <= part / whole <= 1, rounded half away from zero. */
static int64_t
share (int64_t total, int64_t part, int64_t whole)
{
  if (whole == 0)
    return total;
  int128 product = (int128) total * part;
  int128 quotient = product / whole, rest = product % whole;
  int128 twice = 2 * (rest < 0 ? -rest : rest);
  if (twice >= (whole < 0 ? -(int128) whole : (int128) whole))
    quotient += (product < 0) == (whole < 0) ? 1 : -1;
  return (int64_t) quotient;
}

/* Between 0 and `left`, whatever sign that has. */
static int64_t
clamp (int64_t value, int64_t left)
{
  if (left >= 0)
    return value < 0 ? 0 : value > left ? left : value;
  return value > 0 ? 0 : value < left ? left : value;
}

static bool
sum_up (const struct credit_line *line, bool left, int64_t *ret)
{
  int64_t sum = left ? line->price - line->credited : line->now;
  for (size_t i = 0; i < line->tax_count; i++) {
    const struct credit_tax *tax = &line->taxes[i];
    if (tax->on_top && !money_add (sum, left ? tax->amount - tax->credited : tax->now, &sum))
      return false;
  }
  *ret = sum;
  return true;
}

bool
credit_left (const struct credit_line *line, int64_t *ret)
{
  return sum_up (line, true, ret);
}

bool
credit_now (const struct credit_line *line, int64_t *ret)
{
  return sum_up (line, false, ret);
}

void
credit_rest (struct credit_line *line)
{
  line->now = line->price - line->credited;
  for (size_t i = 0; i < line->tax_count; i++) {
    struct credit_tax *tax = &line->taxes[i];
    tax->now = tax->amount - tax->credited;
    tax->base_now = tax->base - tax->base_credited;
  }
}

static void
base_by_price (const struct credit_line *line, struct credit_tax *tax)
{
  int64_t by_then = share (tax->base, line->credited + line->now, line->price);
  tax->base_now = clamp (by_then - tax->base_credited, tax->base - tax->base_credited);
}

static void
tax_by_price (const struct credit_line *line, struct credit_tax *tax)
{
  base_by_price (line, tax);
  int64_t by_then = share (tax->amount, line->credited + line->now, line->price);
  tax->now = clamp (by_then - tax->credited, tax->amount - tax->credited);
}

bool
credit_price (struct credit_line *line, int64_t price)
{
  int64_t left = line->price - line->credited;
  if (price == 0 || clamp (price, left) != price)
    return false;
  line->now = price;
  for (size_t i = 0; i < line->tax_count; i++)
    tax_by_price (line, &line->taxes[i]);
  return true;
}

/* What is left of the taxes on top takes `amount` in the ratio of what is left of each; it is not above that. */
static void
spread_on_top (struct credit_line *line, int64_t amount, int64_t left)
{
  int64_t taken = 0, passed = 0;
  for (size_t i = 0; i < line->tax_count; i++) {
    struct credit_tax *tax = &line->taxes[i];
    if (!tax->on_top)
      continue;
    base_by_price (line, tax);
    /* By running sums, so that the parts add up; each running sum is between those next to it. */
    passed += tax->amount - tax->credited;
    int64_t by_then = share (amount, passed, left);
    tax->now = by_then - taken;
    taken = by_then;
  }
}

bool
credit_amount (struct credit_line *line, int64_t amount)
{
  int64_t left = 0, whole = line->price, before = line->credited;
  if (!credit_left (line, &left) || amount <= 0 || amount > left)
    return false;
  if (amount == left) {
    credit_rest (line);
    return true;
  }
  for (size_t i = 0; i < line->tax_count; i++)
    if (line->taxes[i].on_top
        && (!money_add (whole, line->taxes[i].amount, &whole) || !money_add (before, line->taxes[i].credited, &before)))
      return false;
  int64_t price_left = line->price - line->credited, tax_left = left - price_left;
  int64_t now = share (line->price, before + amount, whole) - line->credited;
  now = clamp (now, price_left < amount ? price_left : amount);
  if (amount - now > tax_left)
    now = amount - tax_left;
  line->now = now;
  spread_on_top (line, amount - now, tax_left);
  for (size_t i = 0; i < line->tax_count; i++)
    if (!line->taxes[i].on_top)
      tax_by_price (line, &line->taxes[i]);
  return true;
}
