/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a fee that was charged in advance is earned: evenly over the civil days of its period.
 *
 * What is earned is always the rounded value of what there is up to a day, never the sum of rounded parts, so that the parts
 * of any division of the period add up to the fee. Half a minor unit is rounded away from zero, as everywhere. */
#ifndef BILLCTL_CORE_RECOGNITION_H
#define BILLCTL_CORE_RECOGNITION_H

#include <stdint.h>

struct earning {
  int64_t amount_minor; /* may be negative: what is given back */
  int32_t from_day;     /* days since 1970-01-01, half-open */
  int32_t until_day;    /* > from_day */
};

/* What is earned of it before `day`: 0 until from_day, all of it from until_day on. */
int64_t recognition_before (const struct earning *earning, int32_t day);

#endif
