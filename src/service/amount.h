/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts as a person types them, in a currency that is known. */
#ifndef BILLCTL_SERVICE_AMOUNT_H
#define BILLCTL_SERVICE_AMOUNT_H

#include "core/currency.h"

#include <glib.h>

/* "99", "-99.50", or with the currency behind it: "99.50 USD". ERROR_USAGE for what is no amount or has more decimals than the
 * currency, ERROR_REFUSED for another currency. `what` names it in messages: "amount". */
gboolean amount_parse (const char *what, const char *text, const struct currency *currency, gint64 *ret_minor, GError **error);

/* "99.00 USD"; newly allocated. */
char *money_words (gint64 minor, const struct currency *currency);

#endif
