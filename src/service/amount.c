/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts as a person types them. */
#include "service/amount.h"

#include "base/error.h"
#include "core/money.h"

#include <string.h>

gboolean
amount_parse (const char *what, const char *text, const struct currency *currency, gint64 *ret_minor, GError **error)
{
  const char *space = strchr (text, ' ');
  gsize length = space == NULL ? strlen (text) : (gsize) (space - text);
  if (space != NULL && currency_find (space + 1) != NULL && currency_find (space + 1) != currency)
    return error_set (error, ERROR_REFUSED, "%s '%s' is in %s, but this is about %s", what, text, currency_find (space + 1)->code,
                      currency->code);
  switch (space != NULL && currency_find (space + 1) == NULL ? MONEY_SYNTAX : money_parse (text, length, currency, ret_minor)) {
    case MONEY_OK:
      return TRUE;
    case MONEY_TOO_MANY_PLACES:
      return error_set (error, ERROR_USAGE, "%s '%s' has too many decimals: %s has %d", what, text, currency->code, currency->digits);
    case MONEY_OVERFLOW:
      return error_set (error, ERROR_USAGE, "%s '%s' is too large", what, text);
    default:
      error_set (error, ERROR_USAGE, "%s '%s' is not an amount of %s", what, text, currency->code);
      return error_add_hint (error, "write it in major units, with a point before the decimals: 99 or 12.50");
  }
}

char *
money_words (gint64 minor, const struct currency *currency)
{
  char text[MONEY_TEXT_SIZE];
  money_format (minor, currency, text);
  return g_strconcat (text, " ", currency->code, NULL);
}
