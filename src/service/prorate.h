/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of plan within a period costs: the unused part of the old fee back, the rest of the period under the new one. */
#ifndef BILLCTL_SERVICE_PRORATE_H
#define BILLCTL_SERVICE_PRORATE_H

#include "core/proration.h"
#include "service/price-list.h"
#include "service/schedule.h"

#include <glib.h>

struct prorate_request {
  const char *from; /* plan codes */
  const char *to;
  const char *interval; /* of the fees of both; NULL: as subscribing to the old plan chooses it */
  const struct time_text *anchor;
  const struct time_text *at;
  const char *timezone;
  int basis; /* enum proration_basis; -1: as each of the plans has it */
};

/* One of the two lines. */
struct prorated_line {
  const struct plan *plan; /* owned by the price list */
  enum proration_basis basis;
  struct ratio ratio;      /* what is left of the period */
  gint64 fee_minor;        /* the whole fee as it is listed */
  struct exact exact;      /* without the discount of the plan; below zero when it is given back */
  gint64 amount_minor;     /* the part of that, rounded once */
};

struct prorated {
  struct prorated_line unused;    /* under the old plan */
  struct prorated_line remaining; /* under the new one */
  struct interval interval;
  struct scheduled_period period;
  struct date changed_on; /* the first day under the new plan */
  gint64 changed_at_us;
  gint64 net_minor; /* the sum of both */
};

/* ERROR_REFUSED for plans in two currencies, fees in arrears, an interval that one of them does not offer, and 30/360 for days and
 * weeks; ERROR_USAGE for a time before the anchor. */
gboolean prorate (struct price_list *list, const struct prorate_request *request, struct prorated *ret, GError **error);

#endif
