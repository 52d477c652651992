/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates: where nothing came for a charge in a usage period, what it measured in the period before may stand for it, on a line that
 * says so. An event that was reversed came, too: it says that there was none. When something comes it is late usage, and the difference to the estimate is billed. Until then the estimate stays as it
 * was billed, whatever else comes late for the period, or for the one before. */
#ifndef BILLCTL_SERVICE_USAGE_ESTIMATE_H
#define BILLCTL_SERVICE_USAGE_ESTIMATE_H

#include "service/aggregate.h"
#include "service/draft.h"

#include <glib.h>

/* One line that is an estimate, as it stands on an invoice. */
struct usage_estimate {
  gint64 subscription_id;
  gint64 period_index;
  gint64 phase;
  char *code;
  char *filter;            /* "": none */
  struct decimal quantity; /* as it was measured, before any conversion */
  struct window from;      /* the period that it was taken from */
};
GArray *usage_estimates_new (void);

/* Does a derivation say so? That of a late line never does, though what it comes to now may be one. */
gboolean usage_estimate_is (enum line_role role, const char *derivation);

/* Appends the line to the estimates; ERROR_LEDGER when its derivation is not well formed. `like` has what no derivation says, and
 * lends its code. */
gboolean usage_estimate_read (const char *derivation, const struct usage_estimate *like, GArray *ret, GError **error);

/* An estimate of the charge on the place; NULL: there is none. `filter` NULL: under whatever price. */
const struct usage_estimate *usage_estimate_find (const GArray *estimates, const struct line_place *place, const char *code,
                                                  const char *filter);

/* Can the charge be estimated at all? What is priced event by event cannot, and what carries a level from period to period is never
 * missing. */
gboolean usage_estimate_fits (const struct aggregate_request *aggregate);

/* Replaces *ret (struct usage_bucket) by buckets with the quantities of the period before, as far as they are above zero and have a
 * price, or with those of the estimates; *ret_any: there are some. */
void usage_estimate_take (const struct plan_charge *charge, const struct usage_bucket *before, GArray *ret, gboolean *ret_any);
void usage_estimate_keep (const GArray *estimates, const struct line_place *place, const struct plan_charge *charge, GArray *ret);

#endif
