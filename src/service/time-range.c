/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of time as a person names them. */
#include "service/time-range.h"

#include "base/error.h"
#include "base/timezone.h"
#include "store/customer.h"

gboolean
time_range_resolve (struct ledger *ledger, const char *customer, const struct time_text *from, const struct time_text *to,
                    gint64 *ret_from_us, gint64 *ret_to_us, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  g_autoptr (customer_t) found = NULL;
  const struct timezone *zone = NULL;
  if (customer != NULL && !customer_find_by_code (ledger, customer, &found, error))
    return FALSE;
  if (!timezone_cache_get (zones, found == NULL ? "UTC" : found->timezone, &zone, error))
    return FALSE;
  gint64 from_us = from == NULL ? G_MININT64 : timezone_resolve (zone, from);
  gint64 to_us = to == NULL ? G_MAXINT64 : timezone_resolve (zone, to);
  if (from_us >= to_us)
    return error_set (error, ERROR_USAGE, "--from must lie before --to: the range is half-open, [from, to)");
  *ret_from_us = from_us;
  *ret_to_us = to_us;
  return TRUE;
}
