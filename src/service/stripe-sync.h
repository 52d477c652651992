/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mirroring plans, their prices and customers to Stripe.
 *
 * A plan is a product; each interval that its newest version has a base fee for is a price, found again by its lookup key; a customer
 * is a customer. The run looks at what is there, decides for each object, and acts; what it does not need to change it does not touch,
 * and an object that does not carry this ledger's mark it never touches.
 *
 *   - Texts are brought in step. Amounts and intervals never change at Stripe: with `force_update` a new price takes over the lookup
 *     key and the place of the default price, and the old one is retired; without it the difference is listed.
 *   - A price of ours that no interval on offer needs any more is retired. The product of an archived plan is made inactive; its
 *     prices are left as they are, since nothing can be sold through them.
 *   - Products and prices are looked at on every run. A customer whose content is what was sent last is not, unless `verify_remote`.
 *
 * Every request that changes something is committed with its idempotency key before it is sent, and what came of it afterwards. A run
 * that was killed anywhere is completed by the next one, which first finds out what became of the requests that it left behind. */
#ifndef BILLCTL_SERVICE_STRIPE_SYNC_H
#define BILLCTL_SERVICE_STRIPE_SYNC_H

#include "base/progress.h"

#include <glib.h>

struct ledger;

enum stripe_sync_operation {
  STRIPE_SYNC_KEEP,
  STRIPE_SYNC_CREATE,
  STRIPE_SYNC_UPDATE,
  STRIPE_SYNC_REPLACE, /* a price */
  STRIPE_SYNC_RETIRE,  /* a price */
  STRIPE_SYNC_OPERATION_COUNT
};
extern const char *const stripe_sync_operation_names[]; /* "keep", …; NULL-terminated; so the next one */

enum stripe_sync_outcome {
  STRIPE_SYNC_PLANNED,     /* would be done */
  STRIPE_SYNC_DONE,
  STRIPE_SYNC_UNCHANGED,   /* nothing to do */
  STRIPE_SYNC_NEEDS_FORCE, /* not without force_update */
  STRIPE_SYNC_CONFLICT,    /* something else is in its place */
  STRIPE_SYNC_FAILED,
  STRIPE_SYNC_NOT_REACHED, /* not tried */
  STRIPE_SYNC_OUTCOME_COUNT
};
extern const char *const stripe_sync_outcome_names[];

/* One object; text is borrowed. */
struct stripe_sync_row {
  enum stripe_sync_operation operation;
  enum stripe_sync_outcome outcome;
  const char *object;    /* "product", "price", "customer" */
  const char *key;       /* plan code, lookup key, customer code; NULL for a price that lost its lookup key */
  const char *stripe_id; /* NULL: not known yet */
  const char *detail;
};

struct stripe_sync_request {
  const char *plan;     /* only this plan, its prices, and no customers; NULL: all */
  const char *customer; /* only this customer, and no plans unless one is named */
  gboolean force_update;
  gboolean verify_remote;
  gboolean allow_live;
  const char *key_file;    /* NULL: the setting stripe.key-file */
  const char *key_command; /* NULL: the setting stripe.key-command */
  const char *api_base;    /* NULL: Stripe's own */
  const char *exec_path;
  int timeout_ms;          /* of one try; 0: the default */
  gboolean (*report) (const struct stripe_sync_row *row, void *data, GError **error);
  /* What goes on: requests with their ids (details), and what Stripe wants to be read (warnings). May be NULL. */
  void (*log) (void *data, gboolean is_warning, const char *message);
  void *data;
  struct progress_sink *progress; /* may be NULL; counts objects */
};

struct stripe_sync_result {
  char *account;   /* "acct_1/test"; NULL when the plan was made without looking, and nothing was ever mirrored */
  gboolean looked; /* FALSE: a dry run without a key, from what the ledger knows */
  gint64 done[STRIPE_SYNC_OPERATION_COUNT]; /* in a dry run: would be done */
  gint64 unchanged;
  gint64 not_done;
  char *stopped; /* why the run was stopped before its end; NULL: it was not */
};
void stripe_sync_result_clear (struct stripe_sync_result *result);
typedef struct stripe_sync_result stripe_sync_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (stripe_sync_result_t, stripe_sync_result_clear)

/* In a dry run only GETs are sent, and without a key none. ERROR_REMOTE when Stripe is out of reach or does not accept the key and
 * nothing was done; else TRUE, with `not_done` objects that stand as they were. */
gboolean stripe_sync (struct ledger *ledger, const struct stripe_sync_request *request, struct stripe_sync_result *ret, GError **error);

#endif
