/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a customer on a plan. */
#ifndef BILLCTL_SERVICE_SUBSCRIBE_H
#define BILLCTL_SERVICE_SUBSCRIBE_H

#include "service/custom-terms.h"
#include "service/subscription.h"

#include <glib.h>

enum { TRIAL_DAYS_MAX = 3650 };

/* NULL, 0 and -1 stand for what is not given. Borrowed. */
struct subscribe_request {
  const char *customer;
  const char *plan;
  gint64 version;                /* 0: the newest */
  const struct time_text *start; /* a civil day of the customer, or an instant on one; NULL: the day of the as-of instant */
  const struct time_text *end;   /* the first day that is not billed any more */
  const char *interval;          /* NULL: the one in which usage is billed, if it is on offer, else the first on offer */
  const char *const *quantities; /* "CODE=N", NULL-terminated */
  const char *const *addons;     /* "CODE" or "CODE=N", NULL-terminated */
  const char *const *coupons;    /* codes, redeemed for the subscription from its start on; NULL-terminated, or NULL */
  const char *trial_days;        /* a number; NULL: as the plan has it */
  int alignment;                 /* enum alignment; -1: as the plan has it */
  const char *align_to;          /* code of another subscription of the customer, whose periods it shares from its start on; NULL: none */
  const char *code;              /* NULL: the customer's code and a number */
  struct custom_terms_request terms; /* what was agreed otherwise than the plan has it */
};

struct subscribe_result {
  struct subscription_view view;
  struct period first_period; /* of fees; empty when the subscription ends with its trial or before */
  char *shared_with;    /* an older subscription that prices some of the same metrics: events that name no subscription are billed by
                         * it; NULL when there is none */
  char *shared_metrics; /* "api_calls, call_minutes" */
};
void subscribe_result_clear (struct subscribe_result *result);
typedef struct subscribe_result subscribe_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (subscribe_result_t, subscribe_result_clear)

/* ERROR_NOT_FOUND for a customer, plan, version, quantity or add-on that is not there; ERROR_REFUSED for an archived plan, another
 * currency, an interval that is not on offer, a number out of bounds, a coupon that it may not have, a code that is taken, a custom plan without a fee. */
gboolean subscribe (struct subscription_context *context, const struct subscribe_request *request, struct subscribe_result *ret,
                    GError **error);

#endif
