/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving a ledger: the file, the references, the audit chain, every sum, number, rounding, event. Reads only. */
#ifndef BILLCTL_SERVICE_VERIFY_H
#define BILLCTL_SERVICE_VERIFY_H

#include "base/progress.h"
#include "store/verify.h"

#include <glib.h>

struct ledger;

/* One proof and what came out of it; text is borrowed. */
struct verify_outcome {
  const char *check;  /* "invoice totals" */
  gint64 examined;    /* rows looked at; -1 where that is not counted */
  const GPtrArray *problems; /* texts; empty: sound */
};

struct verify_request {
  gboolean quick; /* leave out what reads usage events */
  gboolean (*report) (const struct verify_outcome *outcome, void *data, GError **error);
  void *data;
  const struct progress_sink *progress;
};

/* Runs every proof, also after one that failed. *ret_problems: how many problems there are in all. */
gboolean verify_ledger (struct ledger *ledger, const struct verify_request *request, gint64 *ret_problems, GError **error);

/* Only that of the number series: visits each, by document, issuer and year; texts for what is wrong. */
gboolean verify_numbers (struct ledger *ledger, const struct series_visitor *visitor, GPtrArray *ret_problems, GError **error);

#endif
