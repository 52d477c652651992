/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of explanations in words. */
#include "service/explain-private.h"

#include "service/plan-words.h"

#include <string.h>

/* So many places of a number that has more. */
enum { PLACES_SHOWN = 8 };

char *
explain_exact_words (const struct exact *exact)
{
  char text[EXACT_TEXT_SIZE];
  exact_format (exact, text);
  return g_strdup (text);
}

gboolean
explain_parse_ratio (const char *text, struct ratio *ret)
{
  char *end = NULL;
  struct ratio ratio = RATIO_ONE;
  if (text != NULL) {
    ratio.numerator = g_ascii_strtoll (text, &end, 10);
    if (end == text || *end != '/')
      return FALSE;
    text = end + 1;
    ratio.denominator = g_ascii_strtoll (text, &end, 10);
    if (end == text || *end != '\0' || ratio.denominator <= 0)
      return FALSE;
  }
  *ret = ratio;
  return TRUE;
}

/* 54.290322580645161290 -> "54.29032258..." */
static char *
shorten (const char *text)
{
  const char *point = strchr (text, '.');
  if (point == NULL || strlen (point + 1) <= PLACES_SHOWN)
    return g_strconcat (text, "...", NULL);
  return g_strdup_printf ("%.*s...", (int) (point - text) + 1 + PLACES_SHOWN, text);
}

char *
explain_unrounded_words (const struct exact *exact, struct ratio ratio)
{
  struct exact product, back;
  struct decimal quotient;
  char text[DECIMAL_TEXT_SIZE];
  if (ratio.numerator == ratio.denominator)
    return explain_exact_words (exact);
  if (!exact_multiply (exact, decimal_from_int64 (ratio.numerator), &product) || !exact_average (&product, ratio.denominator, &quotient))
    return NULL;
  decimal_format (quotient, text);
  gboolean ends = exact_product (quotient, decimal_from_int64 (ratio.denominator), &back) && exact_compare (&back, &product) == 0;
  return ends ? g_strdup (text) : shorten (text);
}

char *
explain_ratio_words (const char *ratio)
{
  const char *slash = strchr (ratio, '/');
  return slash == NULL ? g_strdup (ratio) : g_strdup_printf ("%.*s of %s", (int) (slash - ratio), ratio, slash + 1);
}

char *
explain_price_words (const char *price, const struct currency *currency)
{
  struct decimal value;
  if (price == NULL)
    return g_strdup ("?");
  if (decimal_parse (price, strlen (price), &value) != DECIMAL_OK)
    return g_strdup (price);
  return unit_price_words (value, currency);
}

char *
explain_percent_words (const char *fraction)
{
  struct decimal value;
  if (fraction == NULL)
    return g_strdup ("?");
  if (decimal_parse (fraction, strlen (fraction), &value) != DECIMAL_OK)
    return g_strdup (fraction);
  return percent_words (value);
}
