/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is ordered of a plan: the interval of its fees, its quantities, its add-ons. Reads no ledger. */
#ifndef BILLCTL_SERVICE_PLAN_ORDER_H
#define BILLCTL_SERVICE_PLAN_ORDER_H

#include "service/plan.h"
#include "store/subscription.h"

#include <glib.h>

/* As it was typed; NULL stands for what is not given. */
struct plan_order_request {
  const char *interval;          /* NULL: the one in which usage is billed, if it is on offer, else the first on offer */
  const char *const *quantities; /* "CODE=N", NULL-terminated */
  const char *const *addons;     /* "CODE" or "CODE=N", NULL-terminated */
};

struct plan_order {
  const struct plan *plan;  /* borrowed; also the codes of the items are the plan's */
  struct interval interval; /* of the fees */
  GArray *items;            /* struct subscription_item; every quantity of the plan is among them */
};
void plan_order_clear (struct plan_order *order);
typedef struct plan_order plan_order_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (plan_order_t, plan_order_clear)

/* ERROR_USAGE for what is not written as it should be; ERROR_NOT_FOUND for a quantity or add-on that the plan does not have;
 * ERROR_REFUSED for an interval that is not on offer and a number out of bounds. */
gboolean plan_order_read (struct plan_order *order, const struct plan *plan, const struct plan_order_request *request, GError **error);

#endif
