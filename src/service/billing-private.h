/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What generating and finalizing share. */
#ifndef BILLCTL_SERVICE_BILLING_PRIVATE_H
#define BILLCTL_SERVICE_BILLING_PRIVATE_H

#include "base/timezone.h"
#include "service/plan.h"
#include "store/subscription.h"

struct ledger;

/* Moves the subscription's counters on: what fell due up to `through_us` now stands on issued invoices. */
gboolean billing_mark_billed (struct ledger *ledger, const struct subscription *subscription, const struct plan *plan,
                              const struct timezone *zone, gint64 through_us, GError **error);

#endif
