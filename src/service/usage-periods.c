/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How usage periods go into the periods of fees. */
#include "service/usage-periods.h"

gint64
usage_periods_in (struct interval fees, struct interval usage)
{
  struct interval sum = usage;
  for (gint64 n = 1; sum.count <= 1000; n++, sum.count += usage.count)
    if (interval_equal (sum, fees))
      return n;
  return 0;
}
