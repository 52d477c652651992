/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a customer as people write them: what is right, and how it is stored.
 *
 * A customer is handled as one text per field, so that adding, changing and importing follow the same rules. */
#ifndef BILLCTL_SERVICE_CUSTOMER_CHECK_H
#define BILLCTL_SERVICE_CUSTOMER_CHECK_H

#include "base/timezone.h"
#include "store/customer.h"

#include <glib.h>

enum customer_field {
  CUSTOMER_CODE,
  CUSTOMER_NAME,
  CUSTOMER_EMAIL,
  CUSTOMER_CURRENCY,
  CUSTOMER_TIMEZONE,
  CUSTOMER_LOCALE,
  CUSTOMER_ADDRESS,
  CUSTOMER_COUNTRY,
  CUSTOMER_REGION,
  CUSTOMER_TAX_ID,
  CUSTOMER_TAX_EXEMPT,
  CUSTOMER_PAYMENT_METHOD,
  CUSTOMER_PARENT,
  CUSTOMER_PAYS,     /* who pays: self, parent, parent_apart */
  CUSTOMER_INVOICES, /* together, apart */
  CUSTOMER_FIELD_COUNT
};

/* One text per field, owned; NULL where there is none. */
struct customer_values {
  char *of[CUSTOMER_FIELD_COUNT];
};
void customer_values_clear (struct customer_values *values);
typedef struct customer_values customer_values_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (customer_values_t, customer_values_clear)

/* "code", "name", "email", "currency", "timezone", "locale", "address", "country", "region", "tax_id", "tax_exempt",
 * "payment_method", "parent", "payer", "invoices". */
const char *customer_field_name (enum customer_field field);

/* Checks one field by itself and answers what is stored: currencies and countries in upper case, locales with '-', NULL for an
 * empty text where the field may be empty. ERROR_USAGE "currency 'EURO' is not …" with a hint. */
gboolean customer_check (struct timezone_cache *zones, enum customer_field field, const char *text, char **ret, GError **error);

/* A country of ISO 3166 in either case; *ret is newly allocated, in upper case. `what` begins the message. */
gboolean customer_check_country (const char *what, const char *text, char **ret, GError **error);

/* A tax id of a country of the European Union must have its form and its check digit (ERROR_USAGE names the rule); *tax_id is written
 * as it is stored. Others are taken as they are; so is everything when either is NULL. */
gboolean customer_check_tax_id (const char *country, char **tax_id, GError **error);

extern const char *const customer_payer_names[];
extern const char *const customer_grouping_names[];

/* A stored customer as texts, and texts as a customer to be stored, which borrows from `values`; its ids are left alone. */
void customer_to_values (const struct customer *customer, struct customer_values *ret);
void customer_from_values (const struct customer_values *values, struct customer *customer);

#endif
