/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing a month: what was earned in it of fees charged in advance is booked, and nothing can be booked into it any more. */
#ifndef BILLCTL_SERVICE_JOURNAL_CLOSE_H
#define BILLCTL_SERVICE_JOURNAL_CLOSE_H

#include "core/currency.h"
#include "store/journal.h"

#include <glib.h>

struct ledger;

/* What was earned on one account in one currency; below zero where more was taken back. */
struct journal_earned {
  const char *account; /* code; borrowed */
  const struct currency *currency;
  gint64 amount_minor;
};

struct journal_close_request {
  const char *month; /* "2026-01" */
  gint64 as_of_us;
  gboolean (*report) (const struct journal_earned *earned, void *data, GError **error); /* by account, then currency */
  void *data;
};
struct journal_close_result {
  gint64 entries; /* one for each invoice of which something was earned */
};

/* ERROR_USAGE for what is no month. ERROR_REFUSED when it is closed, when it is not over (in UTC) at the as-of time, and when
 * it is not the one behind the last closed month; the first to be closed is that of the first entry. */
gboolean journal_close (struct ledger *ledger, const struct journal_close_request *request, struct journal_close_result *ret, GError **error);

#endif
