/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late usage becomes lines of the period that it belongs to: what all usage of that period comes to now, under its terms and at its
 * place in the tiers, less what was billed for it before, by the regular lines and by earlier late ones. The difference is taken price
 * by price and bound by bound, so that a period comes to the same whether its events came in time or not. */
#ifndef BILLCTL_SERVICE_LATE_USAGE_H
#define BILLCTL_SERVICE_LATE_USAGE_H

#include "service/due.h"
#include "store/usage-late.h"

#include <glib.h>

struct ledger;

struct late_request {
  struct ledger *ledger;
  struct due_reader *reader;
  const struct due_request *due;   /* left_out as late_left_out() has it */
  const struct invoice_order *on;  /* the issued invoice that is drawn up again; NULL: one that comes after all that are issued */
  struct draft_sheet *sheet;
  struct draft_sheet *scratch;     /* an empty one, for the lines of old periods */
};

/* Ids of the entries (struct usage_late_entry) that do not count on that invoice, appended to *ret and sorted. An event counts from
 * the invoice on that it is billed on; on one that comes after all, so does what does not wait. */
void late_left_out (const GArray *entries, const struct invoice_order *on, GArray *ret);

/* An event that goes onto the draft of that scope, currency and due instant. */
struct late_placed {
  gint64 usage_id;
  const char *scope;
  const struct currency *currency;
  gint64 due_us;
};

/* Adds lines for the entries that count and are not billed, each to the earliest draft that has lines on its subscription's
 * invoices; where there is none they stay as they are, or are due at `alone_us` by themselves. Appends what was placed. */
struct late_alone {
  gboolean allowed;
  gint64 at_us;
};
gboolean late_usage_add (const struct late_request *request, const GArray *entries, struct late_alone alone, GArray *ret_placed,
                         GError **error);

/* The late lines of one period of a subscription, as they stand on the invoice `on`; `phase` and `period_index` are those of a line. */
struct late_again {
  gsize index; /* of the subscription in the request */
  gint64 phase;
  gint64 period_index;
  gboolean with_arrears; /* are there lines for others than charges in advance? */
};
gboolean late_usage_again (const struct late_request *request, const struct late_again *again, GError **error);

#endif
