/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Showing and changing issuers. */
#ifndef BILLCTL_SERVICE_ISSUER_H
#define BILLCTL_SERVICE_ISSUER_H

#include "store/issuer.h"

#include <glib.h>

struct ledger;

enum issuer_field {
  ISSUER_NAME,
  ISSUER_ADDRESS,
  ISSUER_COUNTRY,
  ISSUER_REGION,
  ISSUER_TAX_ID,
  ISSUER_NUMBER_PATTERN,
  ISSUER_CREDIT_NOTE_PATTERN,
  ISSUER_FIELD_COUNT
};

/* One text per field: NULL is not given, "" empties the field. */
struct issuer_request {
  const char *code;
  const char *of[ISSUER_FIELD_COUNT];
};

gboolean issuer_get (struct ledger *ledger, const char *code, struct issuer *ret, GError **error);

/* Changes what is given. The fields follow the rules of customers (customer-check.h). A pattern is text with one {seq:N}, the number
 * in N digits at least, and {year} where the numbers begin anew each year. ERROR_REFUSED for another pattern once it has given
 * numbers: the series could not be proved any more. */
gboolean issuer_change (struct ledger *ledger, const struct issuer_request *request, struct issuer *ret, gboolean *ret_changed,
                        GError **error);

#endif
