/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan would cost: the lines of one whole period for usage that is only supposed. Writes nothing. */
#ifndef BILLCTL_SERVICE_ESTIMATE_H
#define BILLCTL_SERVICE_ESTIMATE_H

#include "service/draft.h"
#include "service/plan-order.h"
#include "service/price-list.h"

#include <glib.h>

struct estimate_request {
  struct plan_order_request order; /* comparing, the interval is "month" for NULL */
  const char *const *usage;        /* "METRIC=QUANTITY[,PROPERTY=VALUE…]", each one event; NULL-terminated */
};

struct estimate {
  const struct plan *plan;
  struct interval interval; /* of the fees */
  gint64 usage_periods;     /* how many of them one interval has; 0 when they do not divide it */
  /* The lines are in at most two drafts: fees, due at ESTIMATE_FEES, and the usage of one usage period, at ESTIMATE_USAGE.
   * NULL when the plan cannot be had so; then the note says why. */
  struct draft_sheet *sheet;
  gint64 fees_minor;
  gint64 usage_minor; /* of one usage period */
  gboolean has_total;
  gint64 total_minor; /* fees + usage × usage_periods */
  gboolean is_cheapest;
  gboolean is_excluded; /* it cannot be had, or not for this usage */
  char *note;           /* NULL when there is nothing to say */
};
enum { ESTIMATE_FEES, ESTIMATE_USAGE };
void estimate_free (struct estimate *estimate);
typedef struct estimate estimate_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (estimate_t, estimate_free)

/* ERROR_NOT_FOUND for a plan, metric, quantity or add-on that is not there, ERROR_USAGE for what is not written as it should be,
 * ERROR_REFUSED for what the plan does not offer. The estimate refers to the list. */
gboolean estimate_plan (struct price_list *list, const char *code, gint64 version, const struct estimate_request *request,
                        struct estimate **ret, GError **error);

/* Several plans, or all that are sold when `codes` is empty; appends struct estimate, the least total of each currency first.
 * What one plan does not offer is its note; it is an error when no plan offers it. Hard limits are minded. */
gboolean estimate_compare (struct price_list *list, const char *const *codes, const struct estimate_request *request, GPtrArray *ret,
                           GError **error);

#endif
