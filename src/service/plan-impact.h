/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plans of a catalog file would mean for those who are subscribed to them. Writes nothing. */
#ifndef BILLCTL_SERVICE_PLAN_IMPACT_H
#define BILLCTL_SERVICE_PLAN_IMPACT_H

#include "service/catalog.h"

#include <glib.h>

/* What a subscription costs: its fees of one whole period, and the usage of its last whole usage period, or of the present one where there
 * is none, rated by some terms. */
struct impact_cost {
  gint64 fees_minor;
  gint64 usage_minor;
  gint64 total_minor; /* fees, and usage as often as usage periods go into the interval of the fees */
};

struct impact_row {
  char *subscription;
  char *customer;
  char *plan;
  gint64 version;
  char *terms;               /* "" or the variant that it is on */
  struct interval interval;  /* of the fees */
  struct date from;          /* the end of the period that is paid for: the first day on the new terms */
  const struct currency *currency;
  struct impact_cost before;
  gboolean possible;         /* it could be on the new terms */
  struct impact_cost after;  /* only then */
  char *note;                /* NULL: nothing to say */
};
void impact_row_free (struct impact_row *row);
typedef struct impact_row impact_row_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (impact_row_t, impact_row_free)

struct impact_request {
  struct catalog_source source;
  GPtrArray *problems; /* as catalog_check() has them */
  gint64 at_us;
};

/* Appends struct impact_row, by plan in the order of the file, then by customer: every subscription that runs and whose terms differ from
 * those of the file. ERROR_USAGE when the file cannot be applied. */
gboolean plan_impact (struct ledger *ledger, const struct impact_request *request, GPtrArray *ret, GError **error);

#endif
