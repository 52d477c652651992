/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of one period under a plan: what billing and the calculators put onto a sheet. Reads no ledger. */
#ifndef BILLCTL_SERVICE_PLAN_LINES_H
#define BILLCTL_SERVICE_PLAN_LINES_H

#include "service/draft.h"
#include "store/subscription.h"

#include <glib.h>

/* The base fee, quantities and add-ons of the place's plan, but for add-ons in a cycle of their own. A quantity that is not among the items has the plan's initial
 * number. A one-off add-on is billed whole, with period 0. ERROR_LEDGER when the plan has fees, but none for the interval. */
gboolean plan_lines_add_fees (struct draft_sheet *sheet, const struct line_place *place, struct interval interval,
                              const struct subscription_items *items, GError **error);

/* The add-on `addon` of the place's plan for one period of its own interval, if it is among the items. */
gboolean plan_lines_add_own_addon (struct draft_sheet *sheet, const struct line_place *place, const struct plan_addon *addon,
                                   const struct subscription_items *items, GError **error);

struct priced_metric {
  gint64 id;
  const char *code;
  const char *name;
  enum aggregation aggregation;
};

/* One charge on one metric: a line for each bucket (those of aggregator_run()) that has usage, and one for what keeps them within
 * the bounds of the charge. Usage is never prorated, its bounds are. */
gboolean plan_lines_add_usage (struct draft_sheet *sheet, const struct line_place *place, const struct plan_charge *charge,
                               const struct priced_metric *metric, const struct usage_bucket *buckets, GError **error);

/* What holds the sum of the usage lines of one usage period within the spending bounds of the plan, in proportion to place->ratio: a
 * line, or none. `first`: what draft_sheet_mark() said before the usage lines of the period, which nothing else may follow. */
gboolean plan_lines_add_spending (struct draft_sheet *sheet, const struct line_place *place, gsize first, GError **error);

#endif
