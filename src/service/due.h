/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has fallen due for one payer: the fee periods, changes and usage periods of its subscriptions up to an instant, put as
 * lines onto a draft sheet. Reads the ledger, writes nothing. */
#ifndef BILLCTL_SERVICE_DUE_H
#define BILLCTL_SERVICE_DUE_H

#include "base/timezone.h"
#include "service/draft.h"
#include "service/life.h"
#include "store/subscription.h"

#include <glib.h>

/* One subscription on the payer's invoices with what billing needs of it. */
struct billed_subscription {
  struct subscription subscription; /* strings are not used */
  const struct timezone *zone;      /* of its customer */
  struct life life;
  struct window open; /* from its start to its end (or for ever) */
  char scope[24];     /* of the invoice on which it stands, see struct invoice */
};

/* The time of a phase, within that of the subscription. */
struct window billed_subscription_window (const struct billed_subscription *billed, gsize phase);

/* When the first of its periods of fees or usage that are not billed falls due, not before an instant; G_MAXINT64: none will. */
gint64 billed_subscription_next_due (const struct billed_subscription *billed, gint64 from_us);

/* An event that counts for usage that is being drawn up. Borrowed until the call returns. */
struct usage_event;
struct due_counted {
  const struct usage_event *event;
  const struct line_place *place;
  gint64 metric_id;
  const char *filter; /* as derivations have it; "": none */
};
typedef gboolean (*due_visit) (void *data, const struct due_counted *counted, GError **error);

struct due_request {
  gint64 as_of_us;
  const struct billed_subscription *subscriptions; /* in id order */
  gsize count;
  gint64 last_usage_id; /* events that were stored later are left out; 0: none are */
  const gint64 *left_out; /* ids of late events that do not count yet, ascending */
  gsize left_out_count;
  gboolean only_fees;   /* leave usage out */
  gboolean estimate_missing; /* due_collect(): where nothing came for a charge, what it measured in the period before stands for it */
  due_visit visit;      /* told of each event; of charges in advance, of those that make a line. NULL: nobody is */
  void *data;
};

/* One per run. */
struct due_reader;
gboolean due_reader_new (struct ledger *ledger, struct due_reader **ret, GError **error);
void due_reader_free (struct due_reader *reader);
typedef struct due_reader due_reader_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (due_reader_t, due_reader_free)

gboolean due_collect (struct due_reader *reader, const struct due_request *request, struct draft_sheet *sheet, GError **error);

/* What stands on an issued invoice, drawn up again: the fees of one period, the usage of one period, or what one change cost. The
 * request says which events there were then; its as_of_us and what its subscriptions count as billed are not used. */
struct due_again {
  gsize index;         /* of the subscription in the request */
  gint64 phase;        /* number, as it stands on the lines */
  gint64 period_index;
  struct window period; /* as it stands on the lines: the zone may have changed since then */
  /* Of usage: what is billed in arrears, or of charges in advance each event whose time is within `due`, or all before due.to_us as
   * one line. */
  enum due_usage { DUE_ARREARS, DUE_IN_ADVANCE, DUE_ADVANCE_TOTAL } usage;
  struct window due;
  /* DUE_ARREARS: which lines are estimates where nothing came (struct usage_estimate; NULL: none). They are made again from the period
   * that each was taken from, or keep the quantities that stand there. */
  const GArray *estimates;
  gboolean keep_estimates;
  const char *addon;    /* fees: of an add-on with a cycle of its own; NULL: those of the plan */
};
gboolean due_fees_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again,
                         struct draft_sheet *sheet, GError **error);
gboolean due_change_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again,
                           struct draft_sheet *sheet, GError **error);
gboolean due_usage_again (struct due_reader *reader, const struct due_request *request, const struct due_again *again,
                          struct draft_sheet *sheet, GError **error);

/* What holds the usage of a period within the spending bounds; `first`: what draft_sheet_mark() said before its lines. */
gboolean due_spending_again (const struct due_request *request, const struct due_again *again, gsize first, struct draft_sheet *sheet,
                             GError **error);

struct due_event {
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id; /* 0: it names none */
  gint64 at_us;
};
/* Has any phase a charge in advance? */
gboolean due_has_advance (const struct billed_subscription *billed);
/* Does the event count for the subscription at that place of the request? Only one that makes a level may count for several. */
gboolean due_counts_for (const struct due_reader *reader, const struct due_request *request, const struct due_event *event, gsize index);
/* Does what the metric measures stay from one period to the next? */
gboolean due_metric_stays (const struct due_reader *reader, gint64 metric_id);
/* Does the event fall into a usage period that is billed, of a subscription that it counts for? */
gboolean due_is_billed (const struct due_reader *reader, const struct due_request *request, const struct due_event *event);

/* *ret is the subscription moved past what is due at an instant: fees_…, usage_… and billed_through_us. FALSE when nothing of it
 * was due; `also`: something that is not counted there was. */
gboolean due_move_on (const struct billed_subscription *billed, gint64 through_us, gboolean also, struct subscription *ret);

#endif
