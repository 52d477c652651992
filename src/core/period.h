/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing periods: half-open [start, end) runs of civil days.
 *
 * Period n of a subscription is always computed from its anchor: clamp (anchor + n × interval), so 31 January is
 * followed by 28 February and 31 March, and periods tile without gap or overlap. */
#ifndef BILLCTL_CORE_PERIOD_H
#define BILLCTL_CORE_PERIOD_H

#include "core/date.h"
#include "core/exact.h"

enum interval_unit { INTERVAL_DAY, INTERVAL_WEEK, INTERVAL_MONTH, INTERVAL_QUARTER, INTERVAL_YEAR };

struct interval {
  enum interval_unit unit;
  int count; /* 1 … 1000 */
};

enum alignment {
  ALIGN_ANNIVERSARY, /* periods start on the anchor's day */
  ALIGN_CALENDAR,    /* on the first day of a calendar unit; the first period is short unless the anchor is such a day */
};

/* Calendar units: weeks begin on Monday; months, quarters and years at the largest block of months that divides both
 * the interval and the year (3 months: January, April, July, October; 5 months: any month; 24 months: January). The
 * first whole period begins with the unit that contains the anchor. Days have no unit above them: they begin at the
 * anchor. */

struct period {
  struct date start;
  struct date end;
};

/* How one subscription's periods are laid out. */
struct cycle {
  struct date anchor; /* the first day that is billed */
  struct interval interval;
  enum alignment alignment;
};

enum { INTERVAL_TEXT_SIZE = 24 };

/* "month", "month:3", "30 days", "day:30", "quarter", "2 weeks", "monthly", "annual", "yearly" … false when it is none. */
bool interval_parse (const char *text, size_t length, struct interval *ret);
size_t interval_format (struct interval interval, char text[INTERVAL_TEXT_SIZE]); /* "month", "day:30" */
/* Do both give the same periods from every anchor? A quarter and 3 months do; a week and 7 days do not (alignment). */
bool interval_equal (struct interval a, struct interval b);

/* clamp (anchor + n × interval); n may be negative. false outside the years 1 … 9999. */
bool date_add_interval (struct date anchor, struct interval interval, int64_t n, struct date *ret);

/* Period n >= 0 as it is billed (period 0 of a calendar cycle is short). false out of range. */
bool cycle_period (const struct cycle *cycle, int64_t n, struct period *ret);

/* The whole period that period n is a part of: equal to it but for n = 0 of a calendar cycle. */
bool cycle_full_period (const struct cycle *cycle, int64_t n, struct period *ret);

/* The number of the period that contains `date`, or -1 before the anchor. */
int64_t cycle_index (const struct cycle *cycle, struct date date);

/* Civil days of `part` over civil days of `whole`, not reduced ("27/31"), but 1/1 for the whole of it; part must lie
 * inside whole. */
struct ratio period_ratio (struct period part, struct period whole);

#endif
