/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports: whole tables as rows of a document, streamed in flat memory. */
#ifndef BILLCTL_SERVICE_EXPORT_H
#define BILLCTL_SERVICE_EXPORT_H

#include "base/progress.h"
#include "render/document.h"

#include <glib.h>

struct ledger;

enum export_kind { EXPORT_INVOICES, EXPORT_LINES, EXPORT_USAGE, EXPORT_CUSTOMERS, EXPORT_SUBSCRIPTIONS, EXPORT_CREDIT_NOTES };

/* FALSE when there is no such kind; "invoices", "lines", … */
gboolean export_kind_parse (const char *text, enum export_kind *ret);
const char *export_kind_name (enum export_kind kind);

struct export_request {
  enum export_kind kind;
  const char *customer; /* code; NULL: all */
  gint64 from_us;       /* half-open: invoices and lines by when they fell due, usage by its time, subscriptions by */
  gint64 to_us;         /* their start, customers by when they were added, credit notes by when they were issued */
  gint64 as_of_us;
  gboolean late;        /* usage only: events that came after their period was billed */
  const struct progress_sink *progress; /* rows; may be NULL */
};

/* Writes the list, from document_begin_list to document_end_list; the caller closes the document. */
gboolean export_write (struct ledger *ledger, const struct export_request *request, struct document *document, gint64 *ret_rows,
                       GError **error);

#endif
