/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions: a customer on a plan version, with an anchor, and what it holds in numbers. */
#ifndef BILLCTL_STORE_SUBSCRIPTION_H
#define BILLCTL_STORE_SUBSCRIPTION_H

#include "core/date.h"
#include "core/decimal.h"
#include "core/period.h"

#include <glib.h>

struct ledger;

enum subscription_status {
  SUBSCRIPTION_TRIALING,
  SUBSCRIPTION_ACTIVE,
  SUBSCRIPTION_PAST_DUE,
  SUBSCRIPTION_PAUSED,
  SUBSCRIPTION_CANCELED,
  SUBSCRIPTION_EXPIRED,
};

/* Text is borrowed: from the caller when writing, from the walk until its next step, from itself when subscription_find
 * allocated it. Days are civil days in the customer's time zone. */
struct subscription {
  gint64 id;
  const char *code;
  gint64 customer_id;
  gint64 plan_version_id;
  struct interval fee_interval;
  enum alignment alignment;
  enum subscription_status status; /* as stored; subscription_status_on() says what it is on a day */
  struct date start;
  struct date anchor; /* the first day that is billed: start + trial */
  gboolean has_end;
  struct date end;    /* the first day that is not billed any more; only with has_end */
  gint64 fees_billed;  /* fee periods 0 … fees_billed - 1 stand on issued invoices */
  gint64 fees_from_us; /* the instant at which fee period number fees_billed starts, whatever the zone is by now */
  gint64 usage_billed; /* usage periods likewise */
  gint64 usage_from_us;
  gint64 created_at_us;
  gint64 payer_id;       /* the customer on whose invoices it stands: itself, or its parent. Not read when inserting */
  gint64 phases;         /* 1: never changed. Its terms above are those that were recorded last */
  gint64 fees_phase;     /* with whose periods fees_billed counts */
  gint64 usage_phase;
  gboolean has_billed_through;
  gint64 billed_through_us; /* everything that fell due by then stands on issued invoices */
  gboolean has_contract_end;
  struct date contract_end; /* the end as agreed; `end` is where it ends as things stand */
  gboolean is_canceled;     /* it ends because it was canceled, not because that was agreed */
};

/* A subscription and what it is joined with. */
struct subscription_row {
  struct subscription subscription;
  const char *customer_code;
  const char *currency; /* of the customer */
  const char *timezone; /* of the customer */
  gint64 issuer_id;     /* of the customer */
  /* Of who pays, from subscription_walk_begin only: */
  const char *payer_code;
  const char *payer_currency;
  const char *payer_timezone;
  gint64 payer_issuer_id;
  gboolean is_apart;        /* the payer wants one invoice for each subscription */
  gboolean is_child_apart;  /* … for each customer whose invoices it pays */
  const char *plan_code; /* NULL from subscription_walk_begin, as are the next */
  gint64 plan_version;
  const char *customer_name;
  const char *plan_name;
};

enum subscription_item_kind { SUBSCRIPTION_QUANTITY, SUBSCRIPTION_ADDON };

struct subscription_item {
  enum subscription_item_kind kind;
  const char *code;
  struct decimal quantity;
};

/* "trialing", "active", "past_due", "paused", "canceled", "expired". Other spellings are accepted: "cancelled", "past-due". */
const char *subscription_status_name (enum subscription_status status);
gboolean subscription_status_parse (const char *text, enum subscription_status *ret);
/* trialing until the anchor, active after it, expired from the end on; what was stored by hand (paused …) stays. */
enum subscription_status subscription_status_on (const struct subscription *subscription, struct date day);
const char *alignment_name (enum alignment alignment);
gboolean alignment_parse (const char *text, enum alignment *ret);

/* ERROR_NOT_FOUND with a did-you-mean hint when there is none. Everything is copied; free with subscription_row_free. */
gboolean subscription_find (struct ledger *ledger, const char *code, struct subscription_row **ret, GError **error);
/* *ret is NULL when there is none. */
gboolean subscription_look_up (struct ledger *ledger, const char *code, struct subscription_row **ret, GError **error);
void subscription_row_free (struct subscription_row *row); /* NULL is fine */
typedef struct subscription_row subscription_row_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (subscription_row_t, subscription_row_free)

/* Who pays for the subscriptions of a customer. */
gboolean subscription_payer (struct ledger *ledger, gint64 customer_id, gint64 *ret, GError **error);

/* Whose it is; 0 when there is no such subscription. */
gboolean subscription_customer (struct ledger *ledger, gint64 id, gint64 *ret_customer_id, GError **error);
/* *ret_id is 0 when there is none. */
gboolean subscription_id_by_code (struct ledger *ledger, const char *code, gint64 *ret_id, GError **error);
gboolean subscription_fail_unknown (struct ledger *ledger, const char *code, GError **error); /* ERROR_NOT_FOUND; returns FALSE */

/* Subscriptions one after the other. The walk reads one consistent state only inside a transaction; a row may be given
 * subscription_set_billed() while it stands. */
struct subscription_walk;

/* What billing looks at, by (payer id, id): every subscription on the invoices of the customers first … last. One that has
 * ended is among them, since its last usage may still be due. Without plan_code … plan_name. */
gboolean subscription_walk_begin (struct ledger *ledger, gint64 first_payer_id, gint64 last_payer_id,
                                  struct subscription_walk **ret, GError **error);

struct subscription_filter {
  gint64 customer_id;    /* 0: all */
  const char *plan_code; /* NULL: all */
};
/* For lists, by (customer code, id), with everything. */
gboolean subscription_list_begin (struct ledger *ledger, const struct subscription_filter *filter, struct subscription_walk **ret,
                                  GError **error);

gboolean subscription_walk_next (struct subscription_walk *walk, const struct subscription_row **ret, GError **error); /* NULL at the end */
void subscription_walk_free (struct subscription_walk *walk); /* NULL is fine */
typedef struct subscription_walk subscription_walk_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (subscription_walk_t, subscription_walk_free)

/* `id` and `created_at_us` are not read: ids are given here, the time is the ledger's now. */
gboolean subscription_insert (struct ledger *ledger, const struct subscription *subscription, gint64 *ret_id, GError **error);
gboolean subscription_item_insert (struct ledger *ledger, gint64 subscription_id, const struct subscription_item *item, GError **error);

/* The quantities, then the add-ons, each by code. */
struct subscription_items {
  gsize count;
  struct subscription_item *items; /* with their texts */
};
gboolean subscription_items_read (struct ledger *ledger, gint64 subscription_id, struct subscription_items *ret, GError **error);
void subscription_items_clear (struct subscription_items *items);
typedef struct subscription_items subscription_items_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (subscription_items_t, subscription_items_clear)

/* The number of the next period of an add-on with a cycle of its own; 0: none is billed. */
gboolean subscription_addon_billed (struct ledger *ledger, gint64 subscription_id, const char *code, gint64 *ret, GError **error);
gboolean subscription_addon_set_billed (struct ledger *ledger, gint64 subscription_id, const char *code, gint64 billed, GError **error);

/* Writes the terms, the status, the end, the anchor and the count of phases. */
gboolean subscription_set_terms (struct ledger *ledger, const struct subscription *subscription, GError **error);
gboolean subscription_items_delete (struct ledger *ledger, gint64 subscription_id, GError **error);

/* Writes fees_billed, fees_from_us, fees_phase, the same of usage, and billed_through_us. */
gboolean subscription_set_billed (struct ledger *ledger, const struct subscription *subscription, GError **error);

#endif
