/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the catalog reader: fields of a catalog file, read with every problem noted instead of stopping at the first.
 *
 * The read_ functions answer TRUE when the field has a good value, or is missing and optional (then *ret keeps what it held);
 * otherwise they have noted the problem. */
#ifndef BILLCTL_SERVICE_CATALOG_READER_H
#define BILLCTL_SERVICE_CATALOG_READER_H

#include "base/json.h"
#include "core/currency.h"
#include "core/decimal.h"
#include "core/period.h"
#include "core/price.h"
#include "service/catalog-fields.h"
#include "service/catalog.h"

struct catalog_reader {
  struct ledger *ledger; /* may be NULL */
  const char *file;
  GPtrArray *problems;
  gsize problem_count;
  const struct currency *currency; /* the default of the file; NULL when it names none */
  GHashTable *metrics;             /* code -> struct metric, from the file and those that were looked up in the ledger */
  GPtrArray *ledger_metrics;       /* owns the latter */
  GHashTable *addons;              /* code -> struct catalog_addon */
  GError *failure;                 /* of the ledger; ends the reading */
};

struct catalog_addon {
  json_object *definition; /* canonical */
  const struct currency *currency; /* NULL when the add-on has problems */
  GHashTable *others;              /* code of another currency -> definition in it */
};

enum presence { OPTIONAL, REQUIRED };

void reader_problem (struct catalog_reader *reader, const struct json_node *node, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Notes fields that are not among the NULL-terminated `known`; FALSE when the node is no object at all. */
gboolean reader_check_object (struct catalog_reader *reader, const struct json_node *node, const char *const *known);
/* A missing list is an empty one. */
gboolean reader_check_list (struct catalog_reader *reader, const struct json_node *node);
/* Notes a code that was there before; `seen` is a set of strings. */
gboolean reader_check_new (struct catalog_reader *reader, const struct json_node *node, GHashTable *seen, const char *code,
                           const char *kind);

gboolean read_text (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                    const char **ret);
gboolean read_code (struct catalog_reader *reader, const struct json_node *object, const char *key, const char **ret); /* required */
/* An object by codes of currencies, each other than `own`; FALSE when it is none. */
gboolean reader_check_currencies (struct catalog_reader *reader, const struct json_node *node, const struct currency *own);
/* The product category of an object, for taxes, into its definition; left out of it when there is none. */
gboolean read_category (struct catalog_reader *reader, const struct json_node *object, json_object *definition);
/* One of the words; *ret receives its place. */
gboolean read_word (struct catalog_reader *reader, const struct json_node *object, const char *key, const char *const *words, int *ret);
gboolean read_flag (struct catalog_reader *reader, const struct json_node *object, const char *key, gboolean *ret);
/* A whole number from 0 to `most`. */
gboolean read_count (struct catalog_reader *reader, const struct json_node *object, const char *key, int most, int *ret);
gboolean read_currency (struct catalog_reader *reader, const struct json_node *object, const struct currency **ret);

/* A quantity: a string, or a JSON integer; never negative. */
gboolean read_quantity (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                        struct decimal *ret);
/* A price per unit: a string in major units, as fine as decimals are; never negative. */
gboolean read_unit_price (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                          struct decimal *ret);
/* An amount: a string in major units, no finer than the currency. Without a currency only its form is checked. */
gboolean read_amount (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                      const struct currency *currency, gint64 *ret_minor);
gboolean read_interval (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                        struct interval *ret);

/* A list of { interval, amount } without an interval twice; appends struct plan_fee, shortest interval first. */
gboolean read_fees (struct catalog_reader *reader, const struct json_node *list, const struct currency *currency, GArray *ret);
int interval_order (struct interval a, struct interval b); /* by length: < 0, 0, > 0 */

/* NULL, with the problem noted, when neither the file nor the ledger has it. */
const struct metric *reader_find_metric (struct catalog_reader *reader, const struct json_node *node, const char *code);

/* Building definitions. */
void put_text (json_object *object, const char *key, const char *text);
void put_decimal (json_object *object, const char *key, struct decimal value);
void put_count (json_object *object, const char *key, int count);
void put_interval (json_object *object, const char *key, struct interval interval);
void put_list (json_object *object, const char *key, json_object *list); /* takes the list; an empty one is left out */
json_object *fees_definition (const GArray *fees, const struct currency *currency);

/* `discount_percent`, a percentage from 0 to 100 with at most 4 decimals. */
gboolean read_discount (struct catalog_reader *reader, const struct json_node *object, struct decimal *ret_percent);

/* Two amounts: what something costs at least and at most; written into the definition unless they are 0. */
struct bound_fields {
  const char *least;
  const char *most;
};
gboolean read_bound_fields (struct catalog_reader *reader, const struct json_node *object, struct bound_fields fields,
                            const struct currency *currency, json_object *definition);

/* The charges of a plan as a definition list; problems are noted. `discount`: the plan's, in percent. catalog-price.c */
struct charge_terms {
  const struct currency *currency;
  struct decimal discount;
};
json_object *read_charges (struct catalog_reader *reader, const struct json_node *list, const struct charge_terms *terms);
/* The coupons of the file, appended as struct coupon; `plans`: the codes of its plans. catalog-coupon.c */
void read_coupons (struct catalog_reader *reader, const struct json_node *list, GHashTable *plans, GPtrArray *ret);
/* The tax rates of the file, appended as struct catalog_tax. catalog-tax.c */
void read_taxes (struct catalog_reader *reader, const struct json_node *list, GPtrArray *ret);
/* The definition of one plan, NULL when it has problems. catalog-plan.c */
json_object *read_plan_terms (struct catalog_reader *reader, const struct json_node *plan);
/* The same in each of its further currencies; appends those without problems, to be freed with json_object_put. catalog-currency.c */
void read_plan_currencies (struct catalog_reader *reader, const struct json_node *plan, const struct currency *own,
                           GPtrArray *ret_definitions);
/* The add-ons of the file into reader->addons. catalog-plan.c */
void read_addons (struct catalog_reader *reader, const struct json_node *list);

#endif
