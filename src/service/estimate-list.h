/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates on issued invoices, and what has become of them: listing them writes nothing. */
#ifndef BILLCTL_SERVICE_ESTIMATE_LIST_H
#define BILLCTL_SERVICE_ESTIMATE_LIST_H

#include "core/currency.h"

#include <glib.h>

struct ledger;

/* Text is borrowed until the visitor returns. */
struct listed_estimate {
  const char *customer;
  const char *subscription;
  const char *metric;
  const char *filter;     /* NULL: none */
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity;   /* in billed units */
  gint64 amount_minor;
  const struct currency *currency;
  const char *invoice;    /* on which it stands */
  gint64 events;          /* that came for the period since then, also those that were reversed */
  const char *settled_by; /* the last invoice on which such events count; NULL: none does, it is open */
};
typedef gboolean (*estimate_visit) (const struct listed_estimate *estimate, void *data, GError **error);

/* By payer, subscription and period. */
struct estimate_list_request {
  const char *customer; /* whose usage it is; NULL: all */
  const char *metric;   /* NULL: all */
  enum { ESTIMATES_ALL, ESTIMATES_OPEN, ESTIMATES_SETTLED } which;
  estimate_visit visit;
  void *data;
};
gboolean estimate_list (struct ledger *ledger, const struct estimate_list_request *request, GError **error);

#endif
