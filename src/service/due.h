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
};

struct due_request {
  gint64 customer_id;
  const struct timezone *zone;
  gint64 as_of_us;
  const struct billed_subscription *subscriptions; /* in id order */
  gsize count;
};

/* One per run. */
struct due_reader;
gboolean due_reader_new (struct ledger *ledger, struct due_reader **ret, GError **error);
void due_reader_free (struct due_reader *reader);
typedef struct due_reader due_reader_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (due_reader_t, due_reader_free)

gboolean due_collect (struct due_reader *reader, const struct due_request *request, struct draft_sheet *sheet, GError **error);

/* Moves the subscription's fees_billed, fees_from_us, usage_billed and usage_from_us past what is due at an instant. */
void due_move_on (struct subscription *subscription, const struct plan *plan, const struct timezone *zone, gint64 at_us);

#endif
