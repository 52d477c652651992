/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has fallen due for one customer: the fee periods and usage periods of its subscriptions up to an instant, put as
 * lines onto a draft sheet. Reads the ledger, writes nothing. */
#ifndef BILLCTL_SERVICE_DUE_H
#define BILLCTL_SERVICE_DUE_H

#include "base/timezone.h"
#include "service/draft.h"
#include "store/subscription.h"

#include <glib.h>

/* One subscription of the customer with what billing needs of it. */
struct billed_subscription {
  struct subscription subscription; /* strings are not used */
  const struct plan *plan;
  struct window life;      /* from its start to its end (or for ever) */
  gint64 fees_through;     /* fee periods whose fees are due by then: the next fees_billed */
  gint64 usage_through;    /* likewise of usage periods */
};

struct due_request {
  gint64 customer_id;
  const struct timezone *zone;
  gint64 as_of_us;
  struct billed_subscription *subscriptions; /* in id order; *_through are filled in */
  gsize count;
};

/* One per run. */
struct due_reader;
gboolean due_reader_new (struct ledger *ledger, struct due_reader **ret, GError **error);
void due_reader_free (struct due_reader *reader);
typedef struct due_reader due_reader_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (due_reader_t, due_reader_free)

gboolean due_collect (struct due_reader *reader, struct due_request *request, struct draft_sheet *sheet, GError **error);

/* How many fee and usage periods of the subscription are due at an instant. */
gint64 due_fee_periods (const struct subscription *subscription, const struct plan *plan, const struct timezone *zone, gint64 at_us);
gint64 due_usage_periods (const struct subscription *subscription, const struct plan *plan, const struct timezone *zone, gint64 at_us);

#endif
