/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of one period under a plan: what billing and the calculators put onto a sheet. Reads no ledger. */
#ifndef BILLCTL_SERVICE_PLAN_LINES_H
#define BILLCTL_SERVICE_PLAN_LINES_H

#include "service/draft.h"
#include "store/subscription.h"

#include <glib.h>

/* What a plan charges for one whole period. */
struct plan_fee_item {
  struct fee_line line; /* texts live as long as the plan, but for the description */
  char *description;    /* owned */
  gboolean once;        /* a one-off add-on: charged whole, once in a subscription */
};

/* Appends the base fee, quantities and add-ons of the plan but for add-ons in a cycle of their own (struct plan_fee_item; make the array with plan_fee_items_new()). A
 * quantity that is not among the items has the plan's initial number. ERROR_LEDGER when the plan has fees, but none for the
 * interval. */
GArray *plan_fee_items_new (void);
gboolean plan_fee_items (const struct plan *plan, struct interval interval, const struct subscription_items *items, GArray *ret, GError **error);
/* Do both charge the same for the same thing? */
gboolean plan_fee_item_equal (const struct plan_fee_item *a, const struct plan_fee_item *b);

/* Lines for all of them; a one-off add-on only where the place is the first period of the subscription. */
gboolean plan_lines_add_fees (struct draft_sheet *sheet, const struct line_place *place, struct interval interval,
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
/* What prices that bucket; where nothing does, a price of zero that says so. */
const struct plan_rate *plan_lines_rate (const struct plan_charge *charge, gsize bucket);

/* One bucket by itself: what it comes to so far, and what its latest event adds. */
gboolean plan_lines_rate_bucket (const struct line_place *place, const struct plan_charge *charge, const struct priced_metric *metric,
                                 const struct usage_bucket *buckets, gsize bucket, struct late_side *ret, GError **error);
gboolean plan_lines_add_step (struct draft_sheet *sheet, const struct line_place *place, const struct plan_charge *charge,
                              const struct priced_metric *metric, const struct usage_bucket *buckets, gsize bucket,
                              const struct usage_step *step, GError **error);

#endif
