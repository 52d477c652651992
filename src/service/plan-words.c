/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices in words. */
#include "service/plan-words.h"

#include "core/money.h"

#include <string.h>

char *
decimal_words (struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  return g_strdup (text);
}

char *
unit_price_words (struct decimal price, const struct currency *currency)
{
  GString *out = g_string_new (NULL);
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (price, text);
  g_string_append (out, text);
  if (price.scale == 0 && currency->digits > 0)
    g_string_append_c (out, '.');
  for (int i = price.scale; i < currency->digits; i++)
    g_string_append_c (out, '0');
  return g_string_free (out, FALSE);
}

char *
amount_words (gint64 minor, const struct currency *currency)
{
  char text[MONEY_TEXT_SIZE];
  money_format (minor, currency, text);
  return g_strdup (text);
}

char *
interval_words (struct interval interval)
{
  char text[INTERVAL_TEXT_SIZE];
  interval_format ((struct interval){ interval.unit, 1 }, text);
  return interval.count == 1 ? g_strdup (text) : g_strdup_printf ("%d %ss", interval.count, text);
}

char *
tier_words (const struct price_tier *tier, const struct currency *currency)
{
  g_autofree char *unit = unit_price_words (tier->unit_price, currency);
  g_autofree char *flat = unit_price_words (tier->flat_price, currency);
  if (decimal_sign (tier->flat_price) == 0)
    return g_strdup_printf ("%s each", unit);
  if (decimal_sign (tier->unit_price) == 0)
    return g_strdup_printf ("%s flat", flat);
  return g_strdup_printf ("%s each + %s flat", unit, flat);
}

static void
append_tier (GString *out, const struct price_tier *tier, const struct currency *currency)
{
  g_autofree char *words = tier_words (tier, currency), *bound = decimal_words (tier->up_to);
  if (tier->unbounded)
    g_string_append_printf (out, "%s above", words);
  else
    g_string_append_printf (out, "%s to %s, ", words, bound);
}

char *
price_words (const struct plan_charge *charge, const struct price *price, const struct currency *currency)
{
  GString *out = g_string_new (NULL);
  g_autofree char *unit = unit_price_words (price->unit_price, currency);
  switch (price->model) {
  case PRICE_FLAT:
    g_string_append_printf (out, "%s flat", unit);
    break;
  case PRICE_PER_UNIT:
    g_string_append_printf (out, "%s each", unit);
    break;
  case PRICE_PACKAGE: {
    g_autofree char *size = decimal_words (price->package_size);
    g_string_append_printf (out, "%s per %s", unit, size);
    break;
  }
  case PRICE_GRADUATED:
  case PRICE_VOLUME:
    g_string_append_printf (out, "%s: ", price_model_name (price->model));
    for (gsize i = 0; i < price->tier_count; i++)
      append_tier (out, &price->tiers[i], currency);
    break;
  case PRICE_DYNAMIC: {
    g_autofree char *multiplier = decimal_words (price->multiplier);
    g_string_append_printf (out, "%s x %s", charge->amount_property, multiplier);
    break;
  }
  case PRICE_MODEL_COUNT:
    break;
  }
  return g_string_free (out, FALSE);
}

char *
plan_prices_words (const struct plan *plan)
{
  GString *out = g_string_new (plan->fee_count == 0 ? "by agreement" : "");
  for (gsize i = 0; i < plan->fee_count; i++) {
    g_autofree char *amount = amount_words (plan->fees[i].amount_minor, plan->currency);
    g_autofree char *interval = interval_words (plan->fees[i].interval);
    g_string_append_printf (out, "%s%s %s", i == 0 ? "" : ", ", amount, interval);
  }
  return g_string_free (out, FALSE);
}
