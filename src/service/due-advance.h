/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that is billed in advance: each event is a line that falls due at its time. */
#ifndef BILLCTL_SERVICE_DUE_ADVANCE_H
#define BILLCTL_SERVICE_DUE_ADVANCE_H

#include "service/aggregate.h"
#include "service/draft.h"
#include "service/plan-lines.h"

/* The events of a charge in one period, of which those whose time is within `due` become lines. Each costs what the period comes to
 * with it, less what it came to before it, both rounded, in the order of time and then of arrival: so the lines of a period add up to
 * what it comes to as a whole. An event that adds nothing to the amount makes no line. `aggregate` says which events, up to the end
 * of the period; it is told of those that become lines. */
struct advance_request {
  const struct aggregate_request *aggregate;
  const struct priced_metric *metric;
  const struct line_place *place; /* without due_us */
  struct window due;
};
gboolean due_advance_add (struct aggregator *aggregator, const struct advance_request *request, struct draft_sheet *sheet, GError **error);

#endif
