/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons in the hands of customers: redeemed, ended, shown. */
#ifndef BILLCTL_SERVICE_COUPON_H
#define BILLCTL_SERVICE_COUPON_H

#include "base/timezone.h"
#include "service/coupon-terms.h"
#include "store/coupon.h"

#include <glib.h>

struct ledger;

/* Who redeems it. Borrowed. */
struct coupon_holder {
  gint64 customer_id;
  const char *customer;
  gint64 subscription_id;          /* 0: the customer, for all that it is billed */
  const char *subscription;
  const char *plan;                /* of the subscription */
  const struct currency *currency; /* of the subscription's plan, or of the customer */
  const struct timezone *zone;
};

/* Inside the caller's transaction. It holds for what falls due from from_us on; expiry is judged at at_us. ERROR_NOT_FOUND for a
 * coupon that is not there; ERROR_REFUSED for one that is archived, expired or used up, not for this holder or currency, or that
 * the holder has already. */
struct coupon_redeeming {
  const char *code;
  gint64 from_us;
  gint64 at_us;
};
gboolean coupon_redeem (struct ledger *ledger, const struct coupon_holder *holder, const struct coupon_redeeming *redeeming, gint64 *ret_id,
                        GError **error);

struct redemption_row {
  const struct redemption *redemption;
  const struct coupon_terms *terms;
  struct date from; /* days of the customer, as is the next */
  gboolean has_until;
  struct date until;
  const char *status; /* pending, active, used_up, ended */
};
typedef gboolean (*redemption_row_visit) (const struct redemption_row *row, void *data, GError **error);

/* A row of one's own. */
struct redeemed {
  struct redemption_row row;
  struct redemption redemption;
  struct coupon_terms *terms;
};
void redeemed_free (struct redeemed *redeemed); /* NULL is fine */
typedef struct redeemed redeemed_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (redeemed_t, redeemed_free)

/* The commands; each a transaction of its own. `holder`: the code of a customer or of a subscription; where both are called so, the
 * scope says which is meant (-1: ERROR_USAGE). `from`: NULL for the customer's day of the instant. */
struct coupon_request {
  const char *holder;
  const char *code;
  int scope; /* enum coupon_scope, or -1 */
  const struct time_text *from;
  gint64 at_us;
};
gboolean coupon_apply (struct ledger *ledger, const struct coupon_request *request, struct redeemed **ret, GError **error);
/* Ends what still holds of the coupon from a day on. ERROR_REFUSED when the holder has none. */
gboolean coupon_remove (struct ledger *ledger, const struct coupon_request *request, struct redeemed **ret, GError **error);
/* ERROR_REFUSED when it is so already. */
gboolean coupon_archive (struct ledger *ledger, const char *code, gboolean is_archived, GError **error);

/* Whether it can be redeemed on a day: not archived, expired or exhausted. ERROR_REFUSED */
gboolean coupon_check_redeemable (const struct coupon *coupon, const struct coupon_terms *terms, struct date today, GError **error);

struct coupon_row {
  const struct coupon *coupon;
  const struct coupon_terms *terms;
  const char *status; /* active, archived, expired (on the UTC day of the instant), exhausted */
};
typedef gboolean (*coupon_row_visit) (const struct coupon_row *row, void *data, GError **error);
gboolean coupon_list (struct ledger *ledger, gint64 at_us, coupon_row_visit visit, void *data, GError **error); /* by code */
gboolean coupon_show (struct ledger *ledger, const char *code, gint64 at_us, coupon_row_visit visit, void *data, GError **error);

/* In the order of redeeming. `id`: of the coupon, the customer … */
struct redemption_request {
  enum redemptions_of of;
  gint64 id;
  gint64 at_us;
  redemption_row_visit visit;
  void *data;
};
gboolean redemption_rows (struct ledger *ledger, const struct redemption_request *request, GError **error);
gboolean redemption_row_copy (struct ledger *ledger, gint64 id, gint64 at_us, struct redeemed **ret, GError **error); /* NULL: none */

#endif
