/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting amounts. */
#include "service/usage-split.h"

#include "core/exact.h"
#include "core/money.h"

/* Quantities as whole numbers of one unit, as fine as fits when they are summed up. */
static gboolean
find_weights (const struct usage_share *shares, gsize count, gint64 *weights)
{
  for (gint64 scale = G_GINT64_CONSTANT (1000000000000000000); scale > 0; scale /= 10) {
    gint64 sum = 0;
    gsize i = 0;
    for (; i < count; i++) {
      struct exact exact;
      if (!exact_product (shares[i].quantity, decimal_from_int64 (scale), &exact) || !exact_round (&exact, RATIO_ONE, 0, &weights[i]) || weights[i] < -(G_MAXINT64 / 2) || weights[i] > G_MAXINT64 / 2
          || sum > G_MAXINT64 / 2 - ABS (weights[i]))
        break;
      sum += ABS (weights[i]);
    }
    if (i == count)
      return TRUE;
  }
  return FALSE;
}

/* Shares out `amount_minor` over the weights of one sign. */
static gboolean
distribute (gint64 amount_minor, const gint64 *weights, gsize count, int sign, gint64 *parts)
{
  g_autofree gint64 *chosen = g_new0 (gint64, count), *given = g_new0 (gint64, count);
  gint64 whole = 0;
  for (gsize i = 0; i < count; i++) {
    chosen[i] = sign * weights[i] > 0 ? ABS (weights[i]) : 0;
    whole += chosen[i];
  }
  if (whole == 0)
    return amount_minor == 0;
  if (!money_distribute (amount_minor, chosen, count, given))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    parts[i] += given[i];
  return TRUE;
}

gboolean
usage_split (gint64 amount_minor, const struct usage_share *shares, gsize count, gint64 *parts)
{
  g_autofree gint64 *weights = g_new0 (gint64, count);
  gint64 above = 0, below = 0, first = amount_minor, rest = 0;
  for (gsize i = 0; i < count; i++)
    parts[i] = 0;
  if (!find_weights (shares, count, weights))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    *(weights[i] < 0 ? &below : &above) += ABS (weights[i]);
  if (above == below) {
    parts[0] = amount_minor;
    return TRUE;
  }
  /* The sign that weighs more is that of the whole. */
  int sign = above > below ? 1 : -1;
  gint64 more = MAX (above, below), less = MIN (above, below);
  if (less > 0) {
    struct exact exact = exact_from_decimal (decimal_from_int64 (amount_minor));
    if (!exact_round (&exact, (struct ratio){ more, more - less }, 0, &first) || !money_subtract (amount_minor, first, &rest))
      return FALSE;
  }
  return distribute (first, weights, count, sign, parts) && distribute (rest, weights, count, -sign, parts);
}
