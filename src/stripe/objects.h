/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers, products, prices and meters: what billctl wants at Stripe, as parameters, and what is there, read from JSON.
 *
 * Pure functions. For each kind there is what is wanted (struct stripe_product), what was seen (struct stripe_product_seen, whose
 * text is borrowed from the JSON it was read from), parameters to make it, and parameters that bring what was seen in step, which
 * stay empty when nothing differs. The metadata carries our own identity: billctl_plan, billctl_version, billctl_customer,
 * billctl_metric and, when the ledger has an id, billctl_ledger.
 *
 * Source of the limits: the API description 2026-09-30.endive. Text that is too long is ERROR_USAGE and names the field; an
 * object that lacks what every such object has is ERROR_REMOTE. */
#ifndef BILLCTL_STRIPE_OBJECTS_H
#define BILLCTL_STRIPE_OBJECTS_H

#include "base/json.h"
#include "core/period.h"
#include "stripe/amount.h"
#include "stripe/form.h"

#include <glib.h>

#define STRIPE_CUSTOMERS "/v1/customers"
#define STRIPE_PRODUCTS "/v1/products"
#define STRIPE_PRICES "/v1/prices"
#define STRIPE_METERS "/v1/billing/meters"

enum { STRIPE_LOOKUP_KEYS_MAX = 10, STRIPE_LOOKUP_KEY_LENGTH_MAX = 200 };

/* The id of a reference that is an id or the whole object; NULL for null and for anything else. Borrowed. */
const char *stripe_reference (json_object *value);

/* --- customers -------------------------------------------------------------------------------------------------- */

struct stripe_customer {
  const char *ledger; /* NULL: none */
  const char *code;
  const char *name;
  const char *email;   /* NULL: none */
  const char *country; /* ISO 3166 alpha-2, NULL: none */
  const char *address; /* lines of text, NULL: none; the first becomes line1, the rest line2 */
};

struct stripe_customer_seen {
  const char *id;
  gboolean deleted; /* then nothing else is set */
  const char *name; /* NULL: none, so all that follow */
  const char *email;
  const char *country;
  const char *line1;
  const char *line2;
  const char *code;   /* metadata billctl_customer */
  const char *ledger; /* metadata billctl_ledger */
};

gboolean stripe_customer_create (const struct stripe_customer *wanted, struct form *form, GError **error);
gboolean stripe_customer_read (json_object *object, struct stripe_customer_seen *ret, GError **error);
/* Appends the names of the fields that differ to `fields` ("name, email"). */
gboolean stripe_customer_update (const struct stripe_customer *wanted, const struct stripe_customer_seen *seen, struct form *form,
                                 GString *fields, GError **error);
/* TRUE when the object at Stripe says that it is this customer of this ledger: after a lookup by e-mail, which others may share.
 */
gboolean stripe_customer_is_ours (const struct stripe_customer *wanted, const struct stripe_customer_seen *seen);

/* --- products --------------------------------------------------------------------------------------------------- */

/* One product per plan. Its id is our own, so that it can be fetched without having been stored: "billctl_LEDGER_PLAN", or
 * "billctl_PLAN" without a ledger. What is not a letter, digit, '_' or '-' becomes "-HH". Newly allocated. */
char *stripe_product_id (const char *ledger, const char *plan);

struct stripe_product {
  const char *ledger; /* NULL: none */
  const char *plan;
  const char *name;
  const char *description; /* NULL or "": none */
  gboolean active;
};

struct stripe_product_seen {
  const char *id;
  gboolean deleted; /* then nothing else is set */
  const char *name;
  const char *description; /* NULL: none */
  gboolean active;
  const char *default_price; /* id, NULL: none */
  const char *plan;          /* metadata billctl_plan, NULL: none */
  const char *ledger;
};

gboolean stripe_product_create (const struct stripe_product *wanted, struct form *form, GError **error);
gboolean stripe_product_read (json_object *object, struct stripe_product_seen *ret, GError **error);
gboolean stripe_product_update (const struct stripe_product *wanted, const struct stripe_product_seen *seen, struct form *form,
                                GString *fields, GError **error);
/* Whether the metadata names this plan and ledger; an object without our metadata is somebody else's. */
gboolean stripe_product_is_ours (const struct stripe_product *wanted, const struct stripe_product_seen *seen);
/* A price that is the default of its product must give that up before it can be retired. */
void stripe_product_set_default_price (const char *price, struct form *form);

/* --- prices ----------------------------------------------------------------------------------------------------- */

struct stripe_recurring {
  const char *interval; /* "day", "week", "month", "year" */
  int count;
};

/* A quarter is three months. ERROR_REFUSED beyond Stripe's three years. */
gboolean stripe_recurring_encode (struct interval interval, struct stripe_recurring *ret, GError **error);

/* "professional_month_usd", "platform_day30_usd": plan, interval and currency, not the version: the key stands on the price that
 * is sold now. ERROR_USAGE beyond 200 characters. Newly allocated in *ret. */
gboolean stripe_price_lookup_key (const char *plan, struct interval interval, const struct currency *currency, char **ret,
                                  GError **error);

/* The base fee of one plan version for one interval: a licensed price per unit. */
struct stripe_price {
  const char *ledger; /* NULL: none */
  const char *plan;
  gint64 version;
  const char *product; /* its id */
  const struct currency *currency;
  struct stripe_unit_amount amount;
  struct interval interval;
  const char *lookup_key;
  const char *nickname; /* NULL: none */
};

struct stripe_price_seen {
  const char *id;
  const char *product;  /* id */
  const char *currency; /* lower case */
  gboolean active;
  const char *lookup_key;              /* NULL: none */
  char unit_amount[DECIMAL_TEXT_SIZE]; /* in Stripe's smallest unit, maybe with decimals; "" for tiers and what the customer
                                          chooses */
  const char *interval;                /* NULL: paid once */
  gint64 interval_count;
  const char *usage_type; /* "licensed", "metered" */
  const char *plan;       /* metadata billctl_plan, NULL: none */
  const char *version;    /* metadata billctl_version */
  const char *ledger;
};

/* With `transfer_lookup_key` the key moves here from the price that has it now. */
gboolean stripe_price_create (const struct stripe_price *wanted, gboolean transfer_lookup_key, struct form *form, GError **error);
gboolean stripe_price_read (json_object *object, struct stripe_price_seen *ret, GError **error);
/* Is it the same product, currency, amount, interval and kind? If not, the differences are appended to `differences`:
 * "amount 2900, not 3900; interval …". These never change at Stripe: only a new price mends them. */
gboolean stripe_price_matches (const struct stripe_price *wanted, const struct stripe_price_seen *seen, GString *differences,
                               GError **error);
/* What may change of a price that matches: active, lookup key, our metadata. */
gboolean stripe_price_update (const struct stripe_price *wanted, const struct stripe_price_seen *seen, struct form *form,
                              GString *fields, GError **error);
void stripe_price_retire (struct form *form);

/* GET /v1/prices for at most STRIPE_LOOKUP_KEYS_MAX keys; a list that is never behind, unlike search. */
void stripe_price_lookup (const char *const *keys, guint count, struct form *form);

/* --- meters ----------------------------------------------------------------------------------------------------- */

struct stripe_meter {
  const char *event_name; /* the metric's code */
  const char *display_name;
  const char *aggregation; /* of the metric: count, sum or last; ERROR_REFUSED for what Stripe cannot aggregate */
};

struct stripe_meter_seen {
  const char *id;
  const char *event_name;
  const char *display_name;
  const char *formula;
  gboolean active;
};

gboolean stripe_meter_create (const struct stripe_meter *wanted, struct form *form, GError **error);
gboolean stripe_meter_read (json_object *object, struct stripe_meter_seen *ret, GError **error);

#endif
