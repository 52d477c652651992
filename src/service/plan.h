/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of one plan version, in memory: what billing, subscribing and showing work from.
 *
 * Parsed from plan_version.definition (canonical JSON, described in billctl-catalog(5)); immutable; everything in it is
 * owned by the struct plan and lives as long as it does. Prices are in major units of `currency`. */
#ifndef BILLCTL_SERVICE_PLAN_H
#define BILLCTL_SERVICE_PLAN_H

#include "core/conversion.h"
#include "core/currency.h"
#include "core/period.h"
#include "core/price.h"
#include "core/proration.h"

#include <glib.h>

enum plan_billing { PLAN_IN_ADVANCE, PLAN_IN_ARREARS }; /* when base, quantity and add-on fees fall due; usage, of a charge */
enum plan_type { PLAN_TYPE_SUBSCRIPTION, PLAN_TYPE_PAY_PER_USE, PLAN_TYPE_HYBRID };
enum plan_trial_payment { TRIAL_PAYMENT_OPTIONAL, TRIAL_PAYMENT_REQUIRED }; /* does a trial need a payment method? */

struct plan_fee {
  struct interval interval;
  gint64 amount_minor;
};

/* Something licensed by number: --quantity CODE=N. */
struct plan_quantity {
  const char *code;
  const char *name;
  const char *category; /* of the product, for taxes: its own or the plan's; NULL: none. So for the others */
  struct decimal included; /* that many cost nothing */
  struct decimal initial;  /* when the subscriber names none */
  struct decimal least;
  struct decimal most;
  gboolean has_most;
  gsize price_count; /* one unit price per interval of the plan */
  const struct plan_quantity_price {
    struct interval interval;
    struct decimal unit_price;
  } *prices;
};

enum addon_kind { ADDON_RECURRING, ADDON_ONE_OFF };
enum addon_cycle { ADDON_CYCLE_PLAN, ADDON_CYCLE_OWN };

struct plan_addon {
  const char *code;
  const char *name;
  const char *category;
  enum addon_kind kind;
  gboolean own_interval; /* RECURRING: billed by fees[0].interval, its only one, from the anchor of the subscription on, whatever
                          * the interval of the plan's fees is */
  gsize fee_count; /* RECURRING: one per interval it is sold in; ONE_OFF: one, its interval is not used */
  const struct plan_fee *fees;
};

/* One property that a filter asks for, and the value it must have. */
struct plan_match {
  const char *property;
  const char *value;
};

/* One price of a charge: the default (no matches) or a filter. */
struct plan_rate {
  const char *code;     /* "" for the default, else "size=small,environment=production" in the order written */
  gsize match_count;
  const struct plan_match *matches;
  struct price price;
};

struct plan_charge {
  const char *definition; /* its part of the canonical JSON */
  const char *code;
  const char *name;
  const char *metric;          /* metric code; "*": every metric that no other charge of the plan prices */
  const char *amount_property; /* PRICE_DYNAMIC: event property that carries the amount in major units, else NULL */
  const char *group_by;        /* event property by whose values the lines are split, at one price for all; NULL: none */
  enum plan_billing billing;   /* PLAN_IN_ADVANCE: each event is a line of its own, due at its time, at what it adds to the price of
                                * the period up to it. Only count, sum and unique, no bounds */
  const char *category;
  struct decimal discount;     /* taken off each line, as a fraction: 0.1 for 10 %; the plan's where the charge has none of its own */
  gboolean has_default;        /* false: what matches no filter is not billed, and shown as such */
  struct plan_rate fallback;   /* the default price; only its model when there is none */
  gsize filter_count;
  struct conversion conversion; /* of the quantity of each price, before its allowance */
  struct price_bounds bounds; /* of all prices together; none when the metric is "*" */
  const struct plan_rate *filters; /* the matching one with the most properties wins, the first of equals */
};

enum limit_kind { LIMIT_HARD, LIMIT_SOFT, LIMIT_OVERAGE };
enum limit_reset { LIMIT_RESET_CYCLE, LIMIT_RESET_CALENDAR_MONTH };

struct plan_limit {
  const char *metric; /* a metric or a quantity code */
  gboolean unlimited;
  struct decimal value;
  enum limit_kind kind;
  enum limit_reset reset;
  gsize alert_count; /* percentages of the value at which someone is told, ascending */
  const int *alerts;
};

struct plan_feature {
  const char *name;
  const char *value; /* text as shown: "priority", "yes", "no" */
};

struct plan {
  gint64 version_id; /* plan_version.id; 0 when it does not come from a ledger */
  gint64 version;
  const char *variant; /* "": the version itself; a currency; "custom:N": the terms of one subscription */
  const char *code;
  const char *name; /* of the plan, not of the version */
  enum plan_type type;
  const struct currency *currency;
  enum plan_billing billing;
  enum alignment alignment;
  struct interval usage_interval; /* how often usage is billed, and the cycle of the allowances */
  enum proration_basis proration;
  struct price_bounds spending;  /* of all usage of one usage period together */
  const char *category;
  struct decimal discount;       /* taken off fees and, where a charge has no other one, usage; a fraction */
  enum plan_trial_payment trial_payment;
  const char *customer;          /* code of the only customer that may have it; NULL: all */
  int trial_days;
  int grace_days;
  int retries;
  gboolean custom;               /* sold by agreement: cannot be subscribed to as it stands when it has no fee */
  gsize fee_count;
  const struct plan_fee *fees;   /* base fee per interval on offer */
  gsize quantity_count;
  const struct plan_quantity *quantities;
  gsize charge_count;
  const struct plan_charge *charges;
  gsize limit_count;
  const struct plan_limit *limits;
  gsize feature_count;
  const struct plan_feature *features;
  gsize addon_count;
  const struct plan_addon *addons;
  struct decimal included_credits; /* per fee interval; zero: none */
  const char *definition;          /* the canonical JSON itself */
};

/* The words for the enums, in their order, NULL-terminated: what catalogs write. */
extern const char *const plan_type_names[];
extern const char *const plan_billing_names[];
extern const char *const plan_proration_names[];
extern const char *const plan_trial_payment_names[];
extern const char *const plan_alignment_names[];
extern const char *const plan_addon_kind_names[];
extern const char *const plan_addon_cycle_names[];
extern const char *const plan_limit_kind_names[];
extern const char *const plan_limit_reset_names[];
extern const char *const plan_rounding_names[];

/* Reads a definition, which only catalog_check() writes: ERROR_LEDGER names plan, field and value of one that is
 * not canonical. `code` and `name` are copied. plan_free (NULL) is fine. */
gboolean plan_parse (const char *definition, const char *code, const char *name, struct plan **ret, GError **error);
void plan_free (struct plan *plan);
typedef struct plan plan_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan_t, plan_free)

/* Borrowed pointers into the plan, NULL when there is none. */
const struct plan_fee *plan_find_fee (const struct plan *plan, struct interval interval);
const struct plan_quantity *plan_find_quantity (const struct plan *plan, const char *code);
const struct plan_addon *plan_find_addon (const struct plan *plan, const char *code);
gboolean plan_charge_equal (const struct plan_charge *a, const struct plan_charge *b); /* do both price the same in the same way? */
const struct plan_charge *plan_find_charge (const struct plan *plan, const char *metric); /* by metric code; falls back to "*" */

/* Plan `code` from the ledger, its newest version for 0. ERROR_NOT_FOUND when there is none. Free with plan_free. */
struct ledger;
struct plan_version;
gboolean plan_load (struct ledger *ledger, const char *code, gint64 version, struct plan **ret, GError **error);

gboolean plan_from_version (const struct plan_version *version, struct plan **ret, GError **error);
/* The same version with its prices in `currency`: *ret is NULL when it has none. */
gboolean plan_load_currency (struct ledger *ledger, const char *code, gint64 version, const char *currency, struct plan **ret, GError **error);

/* Plans by version id, parsed once, for work over many subscriptions. The plans are owned by the cache. */
struct plan_cache;
struct plan_cache *plan_cache_new (struct ledger *ledger);
void plan_cache_free (struct plan_cache *cache);
gboolean plan_cache_get (struct plan_cache *cache, gint64 version_id, const struct plan **ret, GError **error);
typedef struct plan_cache plan_cache_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan_cache_t, plan_cache_free)

#endif
