/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books for another program: what the accounts came to before, every entry, what they come to after. */
#ifndef BILLCTL_SERVICE_JOURNAL_EXPORT_H
#define BILLCTL_SERVICE_JOURNAL_EXPORT_H

#include "service/journal.h"

#include <glib.h>

struct ledger;

struct journal_books {
  const struct chart *chart;
  struct date first;        /* no entry lies before it */
  struct date last;         /* nor behind this */
  const GArray *opening;    /* struct journal_balance before the first day; those that are zero left out */
  const GArray *closing;    /* struct journal_balance at the end, zero or not: all that is posted to */
  const GPtrArray *currencies; /* const struct currency *, of both, by code */
};

struct journal_export_request {
  struct date from; /* half-open */
  struct date to;
  struct date today; /* stands for the days of books without an entry */
  gboolean (*begin) (const struct journal_books *books, void *data, GError **error);
  journal_line_visit line;
  gboolean (*end) (const struct journal_books *books, void *data, GError **error);
  void *data;
};

/* All from one state of the ledger. ERROR_USAGE for an empty range. */
gboolean journal_export (struct ledger *ledger, const struct journal_export_request *request, GError **error);

#endif
