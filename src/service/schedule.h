/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing periods as a calculator: which they are for a start, an interval and a zone. Needs no ledger. */
#ifndef BILLCTL_SERVICE_SCHEDULE_H
#define BILLCTL_SERVICE_SCHEDULE_H

#include "base/timezone.h"
#include "core/period.h"

#include <glib.h>

enum { SCHEDULE_PERIODS_MAX = 10000 };

struct schedule_request {
  const struct time_text *start;  /* the first day that is billed, or a time on it */
  const struct time_text *anchor; /* the day that periods are counted from; NULL: the start */
  const char *interval;
  enum alignment alignment;
  const char *timezone;
};

/* The first period is cut off where the start lies inside of it; the others are whole. */
struct scheduled_period {
  gint64 index; /* from 0 */
  struct period days;
  gint64 from_us;
  gint64 to_us;
  struct ratio ratio; /* of the whole period, by civil days */
};

struct schedule {
  const struct timezone *zone;
  struct date start;
  struct cycle grid; /* whole periods: an anniversary cycle from a boundary */
  gint64 first;      /* the number in the grid of the period that the start lies in; may be negative */
};

/* ERROR_USAGE: no such interval or zone, or a calendar that does not reach so far. The zone belongs to `zones`. */
gboolean schedule_init (struct schedule *schedule, struct timezone_cache *zones, const struct schedule_request *request, GError **error);

/* Period `index` >= 0. ERROR_USAGE when it does not end before the year 10000. */
gboolean schedule_period (const struct schedule *schedule, gint64 index, struct scheduled_period *ret, GError **error);

/* The period with the day on which the time falls. ERROR_USAGE when that is before the start. */
gboolean schedule_at (const struct schedule *schedule, const struct time_text *at, struct scheduled_period *ret, GError **error);

/* The same words for every command: "interval 'month:0' is not an interval such as month, year or day:30". */
gboolean interval_read (const char *text, struct interval *ret, GError **error);

#endif
