/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of tax rates, and what taxes came to in a period. */
#ifndef BILLCTL_SERVICE_TAX_REPORT_H
#define BILLCTL_SERVICE_TAX_REPORT_H

#include "core/currency.h"
#include "core/date.h"
#include "store/tax.h"

#include <glib.h>

struct ledger;

/* The rates of the ledger that hold on a day, or all of them. */
struct tax_list_request {
  gboolean all;
  struct date day;
};
gboolean tax_list (struct ledger *ledger, const struct tax_list_request *request, tax_rate_visit visit, void *data, GError **error);

enum tax_grouping { TAX_BY_RATE, TAX_BY_COUNTRY };

/* One row; by country the fields of the rate are NULL, and a base counts once for each rate that it was taxed by. */
struct tax_report_row {
  const struct currency *currency;
  const char *country; /* NULL: a rate without one */
  const char *code;
  const char *name;
  const char *kind;
  const char *percent;
  gint64 invoices;
  gint64 credit_notes;
  gint64 base_minor; /* of the invoices, less the credit notes */
  gint64 tax_minor;
};

/* What was issued in [from_us, to_us), by currency, then country, then rate: invoices that are not void now, less credit notes. */
struct tax_report_request {
  gint64 from_us;
  gint64 to_us;
  enum tax_grouping by;
};
typedef gboolean (*tax_report_visit) (const struct tax_report_row *row, void *data, GError **error);
gboolean tax_report (struct ledger *ledger, const struct tax_report_request *request, tax_report_visit visit, void *data, GError **error);

#endif
