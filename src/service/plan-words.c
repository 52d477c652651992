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
percent_words (struct decimal fraction)
{
  struct decimal percent = DECIMAL_ZERO;
  decimal_to_percent (fraction, &percent); /* made from a percentage, so that it fits */
  return decimal_words (percent);
}

char *
tier_words (enum price_model model, const struct price_tier *tier, const struct currency *currency)
{
  gboolean share = model == PRICE_GRADUATED_PERCENTAGE;
  g_autofree char *unit = share ? percent_words (tier->unit_price) : unit_price_words (tier->unit_price, currency);
  g_autofree char *flat = unit_price_words (tier->flat_price, currency);
  const char *each = share ? "%" : "each";
  if (decimal_sign (tier->flat_price) == 0 && model != PRICE_STAIRSTEP)
    return g_strdup_printf ("%s %s", unit, each);
  if (decimal_sign (tier->unit_price) == 0)
    return g_strdup_printf ("%s flat", flat);
  return g_strdup_printf ("%s %s + %s flat", unit, each, flat);
}

static void
append_tier (GString *out, enum price_model model, const struct price_tier *tier, const struct currency *currency)
{
  g_autofree char *words = tier_words (model, tier, currency), *bound = decimal_words (tier->up_to);
  if (tier->unbounded)
    g_string_append_printf (out, "%s above", words);
  else
    g_string_append_printf (out, "%s to %s, ", words, bound);
}

/* Nothing when the price is zero. */
static void
append_event_price (GString *out, struct decimal price, const struct currency *currency, const char *before, const char *behind)
{
  g_autofree char *words = unit_price_words (price, currency);
  if (decimal_sign (price) != 0)
    g_string_append_printf (out, "%s%s%s", before, words, behind);
}

static void
append_percentage (GString *out, const struct price_percentage *terms, const struct currency *currency)
{
  g_autofree char *percent = percent_words (terms->rate);
  g_string_append_printf (out, "%s %%", percent);
  append_event_price (out, terms->event_fee, currency, " + ", " per event");
  append_event_price (out, terms->event_min, currency, ", at least ", " each");
  append_event_price (out, terms->event_max, currency, ", at most ", " each");
  if (terms->free_events > 0)
    g_string_append_printf (out, ", first %" G_GINT64_FORMAT " free", terms->free_events);
  append_event_price (out, terms->free_amount, currency, ", first ", " of amounts free");
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
  case PRICE_STAIRSTEP:
  case PRICE_GRADUATED_PERCENTAGE:
    g_string_append_printf (out, "%s: ", price_model_name (price->model));
    for (gsize i = 0; i < price->tier_count; i++)
      append_tier (out, price->model, &price->tiers[i], currency);
    break;
  case PRICE_PERCENTAGE:
    append_percentage (out, &price->percentage, currency);
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
