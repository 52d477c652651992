/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts between billctl and Stripe.
 *
 * billctl counts in the minor units of ISO 4217; Stripe mostly does too, with a list of zero-decimal currencies of its own (MGA
 * is one), ISK and UGX sent as two-decimal amounts that must be whole, and five three-decimal currencies whose last digit must be
 * 0. What has no exact Stripe amount is refused (ERROR_REFUSED), never rounded.
 *
 * Source: docs.stripe.com/currencies (zero-decimal, three-decimal, special cases, minimum and maximum charge amounts). */
#ifndef BILLCTL_STRIPE_AMOUNT_H
#define BILLCTL_STRIPE_AMOUNT_H

#include "core/currency.h"
#include "core/decimal.h"
#include "core/money.h"

#include <glib.h>

/* Stripe takes up to twelve digits. */
#define STRIPE_AMOUNT_MAX G_GINT64_CONSTANT (999999999999)

enum { STRIPE_AMOUNT_PLACES_MAX = 12 }; /* decimals of unit_amount_decimal */

/* Minor units of ISO 4217 -> Stripe's integer, and back. Negative amounts (credits) go through. Decoding refuses a Stripe amount
 * that is no whole number of minor units (12.50 ISK). */
gboolean stripe_amount_encode (gint64 minor, const struct currency *currency, gint64 *ret_amount, GError **error);
gboolean stripe_amount_decode (gint64 amount, const struct currency *currency, gint64 *ret_minor, GError **error);

/* Can this be charged? It must be positive and not below the currency's minimum charge, where one is known: Stripe itself
 * compares in the currency of settlement. `amount` is Stripe's. */
gboolean stripe_amount_check_charge (gint64 amount, const struct currency *currency, GError **error);

/* A price per unit in major units as Stripe takes it: `text` holds unit_amount when `is_integer`, else unit_amount_decimal. Never
 * negative. Fractions of the smallest unit only where Stripe has no rule about last digits. */
struct stripe_unit_amount {
  gboolean is_integer;
  char text[DECIMAL_TEXT_SIZE];
};
gboolean stripe_unit_amount_encode (struct decimal major, const struct currency *currency, struct stripe_unit_amount *ret,
                                    GError **error);

#endif
