/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billing: drawing up and numbering invoices.
 *
 * Generating is a function of (ledger, as-of instant): drafts are rebuilt, issued invoices never change, a late run fills
 * every missed period in order, and a second run finds nothing to do. Some thousands of customers are one transaction, so
 * that other writers get their turn; killed anywhere, the next run completes the work. */
#ifndef BILLCTL_SERVICE_BILLING_H
#define BILLCTL_SERVICE_BILLING_H

#include "base/progress.h"
#include "core/currency.h"
#include "core/date.h"

#include <glib.h>

struct ledger;

enum billing_change {
  BILLING_DRAFTED,   /* a new draft */
  BILLING_REBUILT,   /* a draft that stood there with other contents */
  BILLING_UNCHANGED, /* a draft that is still right */
  BILLING_ISSUED,    /* numbered and open, from a draft or at once */
  BILLING_DISCARDED, /* a draft for which nothing is due any more */
};
const char *billing_change_name (enum billing_change change);

/* One invoice that the run dealt with; text is borrowed. */
struct billed_invoice {
  enum billing_change change;
  const char *reference; /* number or draft-N */
  const char *customer;
  gint64 billed_at_us;
  struct date billed_on; /* civil days in the customer's zone */
  gboolean issued;
  struct date due_on;    /* only when issued */
  gint64 line_count;
  gint64 total_minor;
  const struct currency *currency;
};

/* A customer that could not be billed, and why. The others were. */
struct billing_failure {
  const char *customer;
  const char *message;
};

struct billing_request {
  const char *customer; /* code; NULL: all */
  gboolean late; /* late usage of customers for whom nothing else is due is billed by itself, at the as-of instant */
  gboolean estimate_missing; /* where nothing came for a charge, the quantity of the period before stands for it (usage-estimate.h) */
  gboolean finalize;    /* number and open at once; also on with the setting invoice.auto-finalize */
  gint64 as_of_us;
  gboolean (*report_invoice) (const struct billed_invoice *invoice, void *data, GError **error); /* once it is committed; may be NULL */
  gboolean (*report_failure) (const struct billing_failure *failure, void *data, GError **error); /* may be NULL */
  void *data;
  struct progress_sink *progress; /* may be NULL; counts customers */
};

struct billing_result {
  gint64 drafted;
  gint64 rebuilt;
  gint64 unchanged;
  gint64 issued;
  gint64 discarded;
  gint64 failed; /* customers */
  gint64 no_place; /* invoices without tax because nobody knows where the customer is, though there are rates for countries */
  gint64 estimates; /* lines */
  gint64 late;   /* events that came after their period was billed, of the customers of the request: on no invoice */
};

gboolean billing_generate (struct ledger *ledger, const struct billing_request *request, struct billing_result *ret, GError **error);

/* Numbers and opens drafts as they stand. `reference`: one draft (all earlier drafts of its customer must be issued first:
 * ERROR_REFUSED); or `customer`: all of its drafts; or neither: all drafts. In order of customer, then of falling due.
 *
 * Then the drafts that stand for themselves (kept-draft.h), in their order.
 *
 * A draft that was made with estimates, or of late usage alone, is drawn up in the same way.
 *
 * ERROR_REFUSED too when drawing the drafts up now would give something else, and when the named draft falls due only after the
 * as-of instant. With all drafts, a customer whose drafts are out of date is reported and the others are issued. */
struct finalize_request {
  const char *reference;
  const char *customer;
  gint64 as_of_us;
  gboolean (*report_invoice) (const struct billed_invoice *invoice, void *data, GError **error); /* once it is committed; may be NULL */
  gboolean (*report_failure) (const struct billing_failure *failure, void *data, GError **error); /* may be NULL */
  void *data;
};
struct finalize_result {
  gint64 issued;
  gint64 later;  /* drafts that fall due after the as-of instant, which stay drafts */
  gint64 failed; /* customers */
};
gboolean billing_finalize (struct ledger *ledger, const struct finalize_request *request, struct finalize_result *ret, GError **error);

#endif
