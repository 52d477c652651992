/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stripe's amount codec. */
#include "stripe/amount.h"

#include "base/error.h"

#include <string.h>

/* How Stripe counts a currency: `digits` after the point, and amounts must be multiples of `step`. */
struct rule {
  int digits;
  gint64 step;
};

static gboolean
one_of (const char *code, const char *const *codes)
{
  return g_strv_contains (codes, code);
}

static gboolean
find_rule (const struct currency *currency, struct rule *ret, GError **error)
{
  static const char *const zero_decimal[]
      = { "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF", NULL };
  static const char *const three_decimal[] = { "BHD", "JOD", "KWD", "OMR", "TND", NULL };
  static const char *const whole_amounts[] = { "ISK", "UGX", NULL };
  if (one_of (currency->code, zero_decimal))
    *ret = (struct rule){ 0, 1 };
  else if (one_of (currency->code, three_decimal))
    *ret = (struct rule){ 3, 10 };
  else if (one_of (currency->code, whole_amounts))
    *ret = (struct rule){ 2, 100 };
  else if (currency->digits == 2)
    *ret = (struct rule){ 2, 1 };
  else
    return error_set (error, ERROR_REFUSED, "Stripe takes no amounts in %s", currency->code);
  return TRUE;
}

static gint64
power_of_ten (int exponent)
{
  gint64 power = 1;
  while (exponent-- > 0)
    power *= 10;
  return power;
}

static gboolean
not_exact (gint64 minor, const struct currency *currency, GError **error)
{
  char text[MONEY_TEXT_SIZE];
  money_format (minor, currency, text);
  return error_set (error, ERROR_REFUSED, "%s %s has no exact amount at Stripe", text, currency->code);
}

static gboolean
too_large (const struct currency *currency, GError **error)
{
  return error_set (error, ERROR_REFUSED, "the amount in %s has more than the twelve digits that Stripe takes", currency->code);
}

gboolean
stripe_amount_encode (gint64 minor, const struct currency *currency, gint64 *ret_amount, GError **error)
{
  struct rule rule = { 0 };
  if (!find_rule (currency, &rule, error))
    return FALSE;
  if (minor > STRIPE_AMOUNT_MAX || minor < -STRIPE_AMOUNT_MAX)
    return too_large (currency, error);
  gint64 amount = minor;
  if (rule.digits >= currency->digits)
    amount *= power_of_ten (rule.digits - currency->digits);
  else if (minor % power_of_ten (currency->digits - rule.digits) == 0)
    amount /= power_of_ten (currency->digits - rule.digits);
  else
    return not_exact (minor, currency, error);
  if (amount > STRIPE_AMOUNT_MAX || amount < -STRIPE_AMOUNT_MAX)
    return too_large (currency, error);
  if (amount % rule.step != 0)
    return not_exact (minor, currency, error);
  *ret_amount = amount;
  return TRUE;
}

gboolean
stripe_amount_decode (gint64 amount, const struct currency *currency, gint64 *ret_minor, GError **error)
{
  struct rule rule = { 0 };
  if (!find_rule (currency, &rule, error))
    return FALSE;
  int shift = currency->digits - rule.digits;
  gint64 minor;
  if (shift < 0 && amount % power_of_ten (-shift) != 0)
    return error_set (error, ERROR_REFUSED, "Stripe's amount %" G_GINT64_FORMAT " is no whole amount of %s", amount,
                      currency->code);
  if (shift < 0)
    minor = amount / power_of_ten (-shift);
  else if (__builtin_mul_overflow (amount, power_of_ten (shift), &minor))
    return error_set (error, ERROR_REFUSED, "Stripe's amount %" G_GINT64_FORMAT " %s is too large", amount, currency->code);
  *ret_minor = minor;
  return TRUE;
}

/* The least that may be charged, in Stripe's units; 1 where none is published. */
static gint64
minimum_charge (const struct currency *currency)
{
  static const struct {
    gint64 least;
    const char *const codes[10];
  } rows[] = {
    { 30, { "GBP" } },        { 50, { "USD", "EUR", "CAD", "AUD", "CHF", "NZD", "SGD", "INR", "BRL" } },
    { 50, { "JPY", "KRW" } }, { 200, { "PLN", "RON", "AED", "MYR" } },
    { 250, { "DKK" } },       { 300, { "SEK", "NOK" } },
    { 400, { "HKD" } },       { 1000, { "MXN", "THB" } },
    { 1500, { "CZK" } },      { 17500, { "HUF" } },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (one_of (currency->code, rows[i].codes))
      return rows[i].least;
  return 1;
}

gboolean
stripe_amount_check_charge (gint64 amount, const struct currency *currency, GError **error)
{
  gint64 least = minimum_charge (currency);
  gint64 minor, least_minor;
  if (amount >= least && amount <= STRIPE_AMOUNT_MAX)
    return TRUE;
  if (!stripe_amount_decode (amount, currency, &minor, error) || !stripe_amount_decode (least, currency, &least_minor, error))
    return FALSE;
  if (amount >= least)
    return too_large (currency, error);
  char text[MONEY_TEXT_SIZE], least_text[MONEY_TEXT_SIZE];
  money_format (minor, currency, text);
  money_format (least_minor, currency, least_text);
  return error_set (error, ERROR_REFUSED, "%s %s is below the %s that Stripe charges at least", text, currency->code, least_text);
}

/* value × 10^digits; FALSE when it does not fit. */
static gboolean
shift_left (struct decimal value, int digits, struct decimal *ret)
{
  if (value.scale >= digits) {
    *ret = (struct decimal){ value.coefficient, value.scale - digits };
    return TRUE;
  }
  int128 coefficient = value.coefficient;
  for (int i = value.scale; i < digits; i++)
    if (__builtin_mul_overflow (coefficient, 10, &coefficient))
      return FALSE;
  *ret = (struct decimal){ coefficient, 0 };
  return TRUE;
}

gboolean
stripe_unit_amount_encode (struct decimal major, const struct currency *currency, struct stripe_unit_amount *ret, GError **error)
{
  struct rule rule = { 0 };
  struct decimal amount;
  char text[DECIMAL_TEXT_SIZE];
  if (!find_rule (currency, &rule, error))
    return FALSE;
  decimal_format (major, text);
  if (decimal_sign (major) < 0)
    return error_set (error, ERROR_REFUSED, "Stripe takes no negative price: %s %s", text, currency->code);
  if (!shift_left (major, rule.digits, &amount) || decimal_compare (amount, decimal_from_int64 (STRIPE_AMOUNT_MAX)) > 0)
    return too_large (currency, error);
  if (amount.scale > STRIPE_AMOUNT_PLACES_MAX)
    return error_set (error, ERROR_REFUSED, "price %s %s has more decimals than Stripe keeps", text, currency->code);
  if (rule.step > 1 && (amount.scale > 0 || amount.coefficient % rule.step != 0))
    return error_set (error, ERROR_REFUSED, "price %s %s has no exact amount at Stripe", text, currency->code);
  ret->is_integer = amount.scale == 0;
  decimal_format (amount, ret->text);
  return TRUE;
}
