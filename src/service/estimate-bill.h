/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of an estimate come to over one interval of the fees: coupons and a tax, instant by instant as invoices would be. */
#ifndef BILLCTL_SERVICE_ESTIMATE_BILL_H
#define BILLCTL_SERVICE_ESTIMATE_BILL_H

#include "service/discount.h"
#include "service/draft.h"

#include <glib.h>

struct estimate_bill {
  struct draft_sheet *sheet;      /* not closed */
  struct discount_rules *rules;   /* with the supposed coupons; NULL: none */
  const struct currency *currency;
  struct decimal tax_percent;     /* on top of what is left after discounts; 0 to 100, with 6 decimals at most */
  const gint64 *counts;           /* how often each line comes in the interval, in the order of being added: 0 when nobody can say */
  gsize line_count;
};

struct estimate_amounts {
  gboolean has_total; /* else a count was 0, or they do not divide each other: then discount and tax are those of the first instant */
  gint64 fees_minor;  /* all lines but usage, as often as they come */
  gint64 usage_minor; /* of one usage period */
  gint64 discount_minor;
  gint64 tax_minor;
  gint64 total_minor; /* over the interval; of the first instant without has_total */
};

/* Closes the sheet: all of it is one draft, the first instant, at which every line comes once. `taxes` receives the tax of each of its
 * lines (gint64). ERROR_FAILED when an amount does not fit. */
gboolean estimate_bill (const struct estimate_bill *bill, struct estimate_amounts *ret, GArray *taxes, GError **error);

/* A tax in percent: from 0 to 100 with 6 decimals at most. ERROR_USAGE */
gboolean estimate_read_tax (const char *text, struct decimal *ret, GError **error);

#endif
