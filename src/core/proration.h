/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of a period a part of it is. */
#ifndef BILLCTL_CORE_PRORATION_H
#define BILLCTL_CORE_PRORATION_H

#include "core/period.h"

/* By what a part of a period is measured. */
enum proration_basis {
  BASIS_DAY,    /* civil days; the day of a change belongs to the new terms */
  BASIS_SECOND, /* seconds from the change on */
  BASIS_30_360, /* civil days where every month has 30 (30E/360: the 31st counts as the 30th); not for days and weeks */
};

/* A stretch of days, and of time: microseconds, from midnight to midnight unless a change came between. */
struct proration_stretch {
  struct period days;
  int64_t from_us;
  int64_t to_us;
};

/* `part` lies inside `whole`. 1/1 for the whole of it. */
struct ratio proration_ratio (enum proration_basis basis, const struct proration_stretch *part, const struct proration_stretch *whole);

#endif
