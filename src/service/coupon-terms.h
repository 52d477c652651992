/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of a coupon, in memory.
 *
 * Parsed from coupon.definition or redemption.definition: canonical JSON, described in billctl-catalog(5), that only
 * catalog_check() writes. Every text that a function returns is newly allocated. */
#ifndef BILLCTL_SERVICE_COUPON_TERMS_H
#define BILLCTL_SERVICE_COUPON_TERMS_H

#include "core/currency.h"
#include "core/date.h"
#include "core/discount.h"

#include <glib.h>

enum { COUPON_PERIODS_MAX = 1200, COUPON_REDEMPTIONS_MAX = 1000000000 };

enum coupon_scope { COUPON_ANYWHERE, COUPON_ON_SUBSCRIPTION, COUPON_ON_CUSTOMER };

/* The kinds of lines that it can be for, in the order of the words that catalogs write; a bit each in coupon_terms.kinds. */
extern const char *const coupon_kind_names[]; /* base, quantity, addon, usage, spending, one_off, NULL */
extern const char *const coupon_scope_names[]; /* "", subscription, customer, NULL */

struct coupon_terms {
  struct discount discount;
  struct decimal percent;          /* of a percentage, as written: 12.5 */
  const struct currency *currency; /* of an amount; NULL for a percentage */
  gint64 periods;                  /* billing instants that it lasts; 0: for ever */
  char **plans;                    /* codes, sorted, NULL-terminated; empty: any */
  char **metrics;                  /* likewise, for usage */
  guint kinds;                     /* bits; 0: every line */
  gint64 redemptions_most;         /* 0: as many as come */
  gboolean has_expiry;
  struct date expires;             /* the last day on which it can be redeemed */
  gboolean is_once_per_customer;
  enum coupon_scope scope;
};

gboolean coupon_terms_parse (const char *definition, struct coupon_terms **ret, GError **error); /* ERROR_LEDGER */
void coupon_terms_free (struct coupon_terms *terms);                                             /* NULL is fine */
typedef struct coupon_terms coupon_terms_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (coupon_terms_t, coupon_terms_free)

/* Is it for a line of this kind, plan and metric? Codes; NULL where there is none. */
struct coupon_line {
  const char *kind;
  const char *plan;
  const char *metric;
};
gboolean coupon_terms_cover (const struct coupon_terms *terms, const struct coupon_line *line);

char *coupon_discount_words (const struct coupon_terms *terms); /* "20 %", "10.00 USD" */
char *coupon_duration_words (const struct coupon_terms *terms); /* "once", "3 periods", "forever" */
char *coupon_cover_words (const struct coupon_terms *terms);    /* "base, usage of calls; plans pro, team"; "" for everything */

/* Appends a text for each term in which they differ: "discount 10 % -> 20 %". */
void coupon_terms_differences (const struct coupon_terms *before, const struct coupon_terms *next, GPtrArray *ret);

#endif
