/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons at work: what they take off the lines of drafts, and the counting of their uses.
 *
 * A redemption lasts for a number of billing instants: those at which it took something off. Several are taken in the order of
 * redeeming, each off what the one before it left. Lines with the role "unused" bear no coupon anew: they give back their part of
 * the discount of what they are the unused part of; and what comes back so goes on for the rest of the period, on the lines with the role
 * "remaining", without being a new instant. On a line stands [{"coupon":CODE,"redemption":ID,"amount":MINOR}] (billctl-json(5)). */
#ifndef BILLCTL_SERVICE_DISCOUNT_H
#define BILLCTL_SERVICE_DISCOUNT_H

#include "service/coupon-terms.h"
#include "service/draft.h"

#include <glib.h>

struct ledger;
struct invoice;

struct discount_rules;
struct discount_rules *discount_rules_new (struct ledger *ledger); /* NULL: no ledger, for discount_rules_add() */
void discount_rules_free (struct discount_rules *rules);          /* NULL is fine */
typedef struct discount_rules discount_rules_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (discount_rules_t, discount_rules_free)

/* What the next drafts may bear: everything that the customer, or someone whom it pays for, has redeemed. Drafts come in the order
 * of falling due; what one of them uses is used for the next. */
gboolean discount_rules_for_customer (struct discount_rules *rules, gint64 customer_id, GError **error);

/* What an issued invoice bears, for drawing it up again: no count is asked, and of an amount there is what it took and what is
 * left at its instant. */
gboolean discount_rules_for_invoice (struct discount_rules *rules, const struct invoice *invoice, GError **error);

/* A coupon that nobody has redeemed, for estimates. The terms are copied by parsing `definition`. */
struct discount_supposed {
  const char *code;
  const char *definition;
  const struct plan *plan; /* what its lines are priced by; borrowed */
};
gboolean discount_rules_suppose (struct discount_rules *rules, const struct discount_supposed *supposed, GError **error);

/* A discount_apply_func. */
gboolean discount_apply (struct discount_rules *rules, const struct discount_draft *draft, GError **error);

/* What goes back of a discount with an unused part of what it was taken off: in proportion, rounded once, and its coupons by largest
 * remainder. `unused_minor` is not above zero, and neither is *ret_minor. *ret_discounts is newly allocated, NULL when there are none. */
struct discounted_charge {
  gint64 amount_minor; /* above zero */
  gint64 discount_minor;
  const char *discounts;
};
gboolean discount_share (const struct discounted_charge *charge, gint64 unused_minor, gint64 *ret_minor, char **ret_discounts,
                         GError **error);

/* What stands on lines that are being issued is used from now on; what stands on an invoice that becomes void is not taken any
 * more, but its instant stays counted. Inside the caller's transaction. */
struct discount_issue {
  gint64 billed_at_us;
  const struct invoice_line *lines;
  gsize count;
};
gboolean discount_count_uses (struct ledger *ledger, const struct discount_issue *issue, GError **error);
gboolean discount_give_back (struct ledger *ledger, const struct invoice *invoice, GError **error);

/* Reads the discounts of a line: `visit` for each. ERROR_LEDGER when they are not well formed. */
struct line_discount {
  const char *coupon;
  gint64 redemption_id;
  gint64 amount_minor;
};
typedef gboolean (*line_discount_visit) (const struct line_discount *discount, void *data, GError **error);
gboolean line_discounts_each (const char *discounts, line_discount_visit visit, void *data, GError **error); /* NULL: none */

/* Those on the lines of one invoice that make its instant a use: not what is given back, and not what goes on in its place. */
gboolean discount_used_each (const struct invoice_line *lines, gsize count, line_discount_visit visit, void *data, GError **error);

#endif
