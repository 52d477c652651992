/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan would cost: the lines of one whole period for usage that is only supposed. Writes nothing. */
#ifndef BILLCTL_SERVICE_ESTIMATE_H
#define BILLCTL_SERVICE_ESTIMATE_H

#include "service/draft.h"
#include "service/estimate-bill.h"
#include "service/plan-order.h"
#include "service/price-list.h"

#include <glib.h>

struct estimate_request {
  struct plan_order_request order; /* comparing, the interval is "month" for NULL */
  const char *const *usage;        /* "METRIC=QUANTITY[,PROPERTY=VALUE…]", each one event; NULL-terminated */
  const char *const *coupons;      /* codes, in the order of being redeemed; NULL-terminated, or NULL */
  const char *currency;            /* prices in that one; NULL: the plan's own */
  const char *tax;                 /* percent on top; NULL: none is asked for */
  gint64 at_us;                    /* when the coupons are redeemed */
};

struct estimate {
  const struct plan *plan;
  struct interval interval; /* of the fees */
  gint64 usage_periods;     /* how many of them one interval has; 0 when they do not divide it */
  /* All lines are in one draft at most: the fees, then the usage of one usage period, as the first invoice of the interval would have
   * them together. NULL when the plan cannot be had so; then the note says why. */
  struct draft_sheet *sheet;
  GArray *counts; /* gint64: how often each line comes in the interval; 0: it does not divide it */
  GArray *taxes;  /* gint64: the tax of each line */
  struct estimate_amounts amounts; /* total = fees + usage × usage_periods - discount + tax */
  gboolean is_cheapest;
  gboolean is_excluded; /* it cannot be had, or not for this usage */
  char *note;           /* NULL when there is nothing to say */
};
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
