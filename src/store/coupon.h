/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons, who has redeemed them, and at which billing instants they were used.
 *
 * What a visitor gets is borrowed until it returns; one that returns FALSE (with its error set) ends the walk. */
#ifndef BILLCTL_STORE_COUPON_H
#define BILLCTL_STORE_COUPON_H

#include <glib.h>

struct ledger;

struct coupon {
  gint64 id;
  char *code;
  char *name;
  char *definition; /* canonical JSON, for coupon_terms_parse() */
  gboolean is_archived;
  gint64 created_at_us; /* reading only, as is the next */
  gint64 redeemed;      /* how often; what was removed before it could hold does not count */
};

/* ERROR_NOT_FOUND with a hint when there is none; the second: *ret is NULL then. Copies; free with coupon_free. */
gboolean coupon_find (struct ledger *ledger, const char *code, struct coupon **ret, GError **error);
gboolean coupon_look_up (struct ledger *ledger, const char *code, struct coupon **ret, GError **error);
void coupon_free (struct coupon *coupon); /* NULL is fine */
typedef struct coupon coupon_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (coupon_t, coupon_free)

gboolean coupon_insert (struct ledger *ledger, const struct coupon *coupon, gint64 *ret_id, GError **error);
gboolean coupon_update (struct ledger *ledger, const struct coupon *coupon, GError **error); /* name and definition, by id */
gboolean coupon_set_archived (struct ledger *ledger, gint64 id, gboolean is_archived, GError **error);
typedef gboolean (*coupon_visit) (const struct coupon *coupon, void *data, GError **error);
gboolean coupon_each (struct ledger *ledger, coupon_visit visit, void *data, GError **error); /* by code */

/* A coupon in the hands of a customer, or of one of its subscriptions. */
struct redemption {
  gint64 id; /* in the order of redeeming */
  gint64 coupon_id;
  const char *coupon_code; /* reading only, as are all codes */
  gint64 customer_id;
  const char *customer_code;
  gint64 subscription_id; /* 0: all of the customer's */
  const char *subscription_code;
  const char *definition; /* of the coupon when it was redeemed */
  gint64 from_us;         /* what falls due from then on … */
  gint64 until_us;        /* … and before that; G_MAXINT64: for as long as it lasts */
  gint64 uses;            /* billing instants at which it took something off issued invoices */
  gint64 redeemed_at_us;
  const char *timezone; /* of the customer; reading only */
};

/* `uses`, `until_us` and `redeemed_at_us` are not read: it begins unused, at the ledger's now. */
gboolean redemption_insert (struct ledger *ledger, const struct redemption *redemption, gint64 *ret_id, GError **error);
gboolean redemption_end (struct ledger *ledger, gint64 id, gint64 until_us, GError **error);

enum redemptions_of { REDEMPTIONS_OF_ALL, REDEMPTIONS_OF_COUPON, REDEMPTIONS_OF_CUSTOMER, REDEMPTIONS_OF_PAYER, REDEMPTION_BY_ID };
typedef gboolean (*redemption_visit) (const struct redemption *redemption, void *data, GError **error);
/* In the order of redeeming. `id`: of what is named; of a payer: those of everyone whose subscriptions stand on its invoices. */
gboolean redemption_each (struct ledger *ledger, enum redemptions_of of, gint64 id, redemption_visit visit, void *data, GError **error);
gboolean redemption_any (struct ledger *ledger, gboolean *ret, GError **error); /* is there one at all? */

/* A billing instant, and what was taken off at it on invoices that are not void. */
struct redemption_use {
  gint64 billed_at_us;
  gint64 amount_minor;
};
/* Appends struct redemption_use, earliest first. */
gboolean redemption_uses (struct ledger *ledger, gint64 id, GArray *ret, GError **error);
/* Adds to the use at the instant, which is a new one when there is none yet, and counts the uses. */
gboolean redemption_use_add (struct ledger *ledger, gint64 id, const struct redemption_use *use, GError **error);

#endif
