/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of periods as exact ratios. */
#include "core/proration.h"

static int64_t
days_of_360 (struct period days)
{
  const struct civil a = date_to_civil (days.start), b = date_to_civil (days.end);
  const int first = a.day < 30 ? a.day : 30, last = b.day < 30 ? b.day : 30;

  return 360 * (int64_t)(b.year - a.year) + 30 * (b.month - a.month) + last - first;
}

static int64_t
whole_seconds (const struct proration_stretch *stretch)
{
  return (stretch->to_us - stretch->from_us) / MICROSECONDS_PER_SECOND;
}

static struct ratio
part_of (int64_t part, int64_t whole)
{
  if (whole <= 0)
    return (struct ratio){ 0, 1 };
  return part == whole ? RATIO_ONE : (struct ratio){ part, whole };
}

struct ratio
proration_ratio (enum proration_basis basis, const struct proration_stretch *part, const struct proration_stretch *whole)
{
  switch (basis) {
    case BASIS_SECOND:
      return part_of (whole_seconds (part), whole_seconds (whole));
    case BASIS_30_360:
      return part_of (days_of_360 (part->days), days_of_360 (whole->days));
    case BASIS_DAY:
      break;
  }
  return period_ratio (part->days, whole->days);
}
