/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phases of subscriptions: what each is billed by from an instant on; and the history of what happened to it.
 *
 * A subscription that was never changed has no phase rows: its own row and items say it all. */
#ifndef BILLCTL_STORE_PHASE_H
#define BILLCTL_STORE_PHASE_H

#include "store/subscription.h"

#include <glib.h>

struct ledger;

enum phase_state {
  PHASE_ACTIVE,
  PHASE_PAUSED,        /* nothing is charged */
  PHASE_PAUSED_BILLED, /* charged as if it were active */
  PHASE_ENDED,         /* the last one; its terms are those before it */
};

/* As it is stored. Text is borrowed. */
struct phase_row {
  gint64 number; /* from 1, in the order of from_us */
  enum phase_state state;
  struct date from; /* the civil day of from_us in the customer's zone */
  gint64 from_us;
  gint64 plan_version_id;
  struct interval fee_interval;
  enum alignment alignment;
  struct date anchor;
  const char *items; /* canonical JSON */
  gboolean has_settled;
  gint64 settled_us; /* what fell due by then stood on issued invoices when the phase was recorded */
  gint64 adjust_at_us; /* when what the change itself costs falls due */
  gboolean prorated;
};

typedef gboolean (*phase_visit) (const struct phase_row *row, void *data, GError **error);
gboolean phase_each (struct ledger *ledger, gint64 subscription_id, phase_visit visit, void *data, GError **error); /* by number */
gboolean phase_insert (struct ledger *ledger, gint64 subscription_id, const struct phase_row *row, GError **error);
gboolean phase_delete (struct ledger *ledger, gint64 subscription_id, gint64 number, GError **error);
/* Of a phase that nothing was billed by yet. */
gboolean phase_set_anchor (struct ledger *ledger, gint64 subscription_id, gint64 number, struct date anchor, GError **error);

/* One transition. Text is borrowed. */
struct subscription_event {
  gint64 at_us; /* when it was recorded */
  struct date effective;
  const char *kind; /* subscribed, changed, canceled … */
  const char *detail;
};
typedef gboolean (*subscription_event_visit) (const struct subscription_event *event, void *data, GError **error);
gboolean subscription_event_insert (struct ledger *ledger, gint64 subscription_id, const struct subscription_event *event, GError **error);
gboolean subscription_event_each (struct ledger *ledger, gint64 subscription_id, subscription_event_visit visit, void *data, GError **error);

#endif
