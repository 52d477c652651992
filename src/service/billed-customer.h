/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One customer after the other as billing sees it: its subscriptions with their plans, and what is due of them.
 *
 * Made once per run and used inside its transactions, so that plans, time zones and cursors are loaded once. */
#ifndef BILLCTL_SERVICE_BILLED_CUSTOMER_H
#define BILLCTL_SERVICE_BILLED_CUSTOMER_H

#include "base/timezone.h"
#include "service/draft.h"
#include "service/due.h"
#include "service/late-usage.h"
#include "service/plan.h"
#include "store/subscription.h"

#include <glib.h>

struct ledger;

struct billed_customer {
  struct ledger *ledger;
  struct timezone_cache *zones;
  struct plan_cache *plans;
  struct due_reader *due;
  struct draft_sheet *sheet; /* what billed_customer_draw_up() found */
  /* Of the customer that was started or loaded last: */
  gint64 id;                 /* the payer; 0: none yet */
  gint64 issuer_id;
  char *code;
  const struct currency *currency;
  const struct timezone *zone;
  GArray *subscriptions;     /* struct billed_subscription, in id order */
  GArray *late;       /* struct usage_late_entry, of the customers of the subscriptions */
  GHashTable *known;  /* gint64: the customers whose late usage that is */
  GArray *left_out;   /* gint64: late events that do not count */
  GArray *placed;     /* struct late_placed: late events on the sheet */
  struct draft_sheet *scratch;
  gboolean estimate_missing; /* usage that did not come is estimated, see due.h */
  gboolean late_alone; /* late usage falls due by itself where nothing else does */
  struct draft_rules rules;  /* discounts and taxes; those of a customer are set by billed_customer_draw_up() */
};

gboolean billed_customer_new (struct ledger *ledger, struct billed_customer **ret, GError **error);
void billed_customer_free (struct billed_customer *customer); /* NULL is fine */
typedef struct billed_customer billed_customer_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (billed_customer_t, billed_customer_free)

/* From the rows of a walk: the first one starts the customer, and each is added. */
gboolean billed_customer_start (struct billed_customer *customer, const struct subscription_row *row, GError **error);
gboolean billed_customer_add (struct billed_customer *customer, const struct subscription_row *row, GError **error);
/* Or all at once, also a customer without subscriptions. */
gboolean billed_customer_load (struct billed_customer *customer, gint64 id, GError **error);

/* The payer of the customer's subscriptions, with all that it pays for. */
gboolean billed_customer_load_for (struct billed_customer *customer, gint64 id, GError **error);

/* Works in another zone from then on: the payer's own subscriptions. */
gboolean billed_customer_set_zone (struct billed_customer *customer, const char *zone, GError **error);

/* What due.h asks about the customer, for an as-of instant. */
struct due_request billed_customer_request (const struct billed_customer *customer, gint64 through_us);

/* Puts everything that is due by then and stands on no issued invoice onto the sheet, and closes it. */
gboolean billed_customer_draw_up (struct billed_customer *customer, gint64 through_us, GError **error);

/* The draft of the view was issued as that invoice: late events on it count from there on. */
gboolean billed_customer_note_issued (const struct billed_customer *customer, const struct draft_view *view, gint64 invoice_id,
                                      GError **error);

/* What counted on an issued invoice: to be set before it is drawn up again. The request is changed accordingly. */
void billed_customer_go_back (struct billed_customer *customer, const struct invoice_order *on, struct due_request *request);

/* What fell due by then now stands on issued invoices: those of the scope (see struct invoice) and the
 * currency, or all for NULL. */
gboolean billed_customer_move_on (const struct billed_customer *customer, const char *scope, const char *currency, gint64 through_us,
                                  GError **error);

#endif
