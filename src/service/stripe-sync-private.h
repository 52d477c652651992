/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the Stripe synchronization share. */
#ifndef BILLCTL_SERVICE_STRIPE_SYNC_PRIVATE_H
#define BILLCTL_SERVICE_STRIPE_SYNC_PRIVATE_H

#include "service/stripe-sync.h"
#include "store/stripe.h"
#include "stripe/client.h"
#include "stripe/objects.h"

#include <glib.h>

#define SYNC_CHANNEL "stripe"

enum sync_kind { SYNC_PRODUCT, SYNC_PRICE, SYNC_CUSTOMER, SYNC_KIND_COUNT };
extern const char *const sync_kind_names[]; /* as in stripe_object.kind */

/* One object: what is wanted, what is known, what was decided, what came of it. All text lives in the run's `texts`. */
struct sync_item {
  enum sync_kind kind;
  const char *key;
  struct sync_item *product; /* PRICE: that of its plan */
  union {
    struct stripe_product product;
    struct stripe_price price;
    struct stripe_customer customer;
  } wanted;
  const char *summary; /* "29.00 USD every month, lookup key starter_month_usd" */
  const char *content; /* stripe_object.content once it is there */

  const char *known_id; /* what the ledger has; NULL: nothing */
  const char *known_content;

  gboolean is_decided;
  gboolean is_absent; /* neither wanted nor there: no row */
  enum stripe_sync_operation operation;
  enum stripe_sync_outcome outcome;
  const char *stripe_id;
  const char *detail;
  const char *path; /* the request, when the outcome is PLANNED */
  const char *body;
  gboolean is_stored;    /* its success changes stripe_object */
  gboolean is_counted;   /* in the progress */
  struct sync_item *successor; /* RETIRE: the price that took its place; NULL: none */
  const char *default_price;   /* PRODUCT: at Stripe; NULL: none */
};

/* One run. */
struct sync {
  struct ledger *ledger;
  const struct stripe_sync_request *request;
  struct stripe_sync_result *result;
  struct stripe_client *client; /* NULL: nobody looks */
  char *account;
  char *ledger_id;
  GStringChunk *texts;
  GPtrArray *items[SYNC_KIND_COUNT]; /* struct sync_item *, in order */
  GPtrArray *retired;                /* struct sync_item * of kind PRICE */
  GHashTable *known;                 /* "price starter_month_usd" -> struct sync_known *, in `account` */
  int troubles;                      /* failures in a row that are not the object's own */
  gboolean is_stopped;               /* nothing more is sent */
  GError *stop_reason;
  gint64 progress_done;
  gint64 progress_total;
};

/* What the ledger has about one object. */
struct sync_known {
  enum sync_kind kind;
  const char *key;
  const char *id;
  const char *content;
  gboolean is_wanted;
};

/* --- stripe-sync.c --- */

/* Keeps text for the run; the second takes the text over. NULL gives NULL. */
const char *sync_text (struct sync *sync, const char *text);
const char *sync_take_text (struct sync *sync, char *text);
const char *sync_format (struct sync *sync, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A whole name: kind and key. Newly allocated. */
char *sync_name (enum sync_kind kind, const char *key);
void sync_decide (struct sync_item *item, enum stripe_sync_operation operation, enum stripe_sync_outcome outcome, const char *detail);
/* Reports the row and counts it. */
gboolean sync_report (struct sync *sync, struct sync_item *item, GError **error);
/* One more object is through with. */
void sync_count (struct sync *sync, struct sync_item *item);
gboolean sync_is_dry_run (const struct sync *sync);

/* --- stripe-sync-wanted.c --- */

/* Fills `items` from the ledger. ERROR_NOT_FOUND for a plan or customer that is not there. */
gboolean sync_collect (struct sync *sync, GError **error);
/* Fills `known` and what items know of themselves. */
gboolean sync_load_known (struct sync *sync, GError **error);
/* Decides everything from what the ledger knows. */
void sync_plan_blindly (struct sync *sync);

/* --- stripe-sync-look.c --- */

void sync_look_at_products (struct sync *sync);
void sync_look_at_prices (struct sync *sync);
void sync_look_at_customers (struct sync *sync);

/* Walks the customers made at Stripe since then (seconds since the epoch). FALSE: not all were seen. */
typedef void (*sync_customer_visit) (struct sync *sync, const struct stripe_customer_seen *seen, gpointer data);
gboolean sync_list_customers_since (struct sync *sync, gint64 since_s, sync_customer_visit visit, gpointer data);

/* --- stripe-sync-decide.c --- */

/* `object` is what stands at Stripe; NULL: nothing. FALSE: it cannot be understood. */
gboolean sync_decide_product (struct sync *sync, struct sync_item *item, json_object *object, GError **error);
gboolean sync_decide_price (struct sync *sync, struct sync_item *item, json_object *object, GError **error);
gboolean sync_decide_customer (struct sync *sync, struct sync_item *item, json_object *object, GError **error);
/* An active price of the product: makes a row to retire it when it is ours and nothing needs it. */
gboolean sync_decide_other_price (struct sync *sync, struct sync_item *product, json_object *object, GError **error);
/* Adds the old prices of those that are replaced to `retired`. */
void sync_decide_replaced (struct sync *sync);

/* --- stripe-sync-send.c --- */

/* Carries out what is PLANNED among the items and stores what was found for those that are UNCHANGED, reporting each. In a dry run it
 * reports only. */
gboolean sync_act (struct sync *sync, GPtrArray *items, GError **error);

/* One request that changes something, as it stands in the outbox. */
enum sync_letter_state { SYNC_LETTER_OPEN, SYNC_LETTER_DONE, SYNC_LETTER_FAILED };
struct sync_letter {
  gint64 id;
  enum sync_kind kind;
  enum stripe_sync_operation operation;
  struct sync_item *item; /* NULL: it was left behind by an earlier run */
  const char *key;
  const char *path;
  const char *body;
  const char *idempotency_key;
  gint64 created_at_us;
  enum sync_letter_state state;
  gboolean is_answered_for_good; /* its key will only ever give the same failure */
  const char *remote_id;
  const char *request_id;
  const char *error;
};
/* Sends them all and stores what came of them, some at a time. FALSE only when the ledger fails. */
gboolean sync_deliver (struct sync *sync, GPtrArray *letters, GError **error);
/* Stores what is known of these letters in one transaction. */
gboolean sync_settle (struct sync *sync, GPtrArray *letters, GError **error);

/* --- stripe-sync-recover.c --- */

/* Finds out what became of requests that earlier runs left behind. */
gboolean sync_recover (struct sync *sync, GError **error);

/* --- stripe-sync-trouble.c --- */

/* Why a request failed, in words; `reply` may be NULL. Newly allocated. */
char *sync_trouble_text (const struct stripe_reply *reply, const GError *failure);
/* Counts what says that Stripe is out of reach, and stops the run when there is too much of it. `reply` may be NULL. */
void sync_note_reply (struct sync *sync, const char *what, const struct stripe_reply *reply, const GError *failure);
/* Nothing more is sent. */
void sync_stop (struct sync *sync, const GError *reason);

#endif
