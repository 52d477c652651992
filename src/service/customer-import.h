/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers from a CSV file, all or nothing. */
#ifndef BILLCTL_SERVICE_CUSTOMER_IMPORT_H
#define BILLCTL_SERVICE_CUSTOMER_IMPORT_H

#include "base/progress.h"

#include <glib.h>

struct ledger;

enum { CUSTOMER_PROBLEMS_MAX = 20 };

struct customer_import_request {
  const char *path; /* "-": standard input */
  gboolean update;  /* customers that exist with other content are changed; without it they are problems */
  const struct progress_sink *progress; /* bytes; may be NULL */
};

struct customer_import_result {
  gint64 added;
  gint64 updated;
  gint64 unchanged;
};

/* The header names the columns (customer_field_name), in any order; "code" must be there. An empty cell says nothing: a new customer gets
 * the default, an existing one keeps what it has. A parent may stand further down in the file.
 *
 * ERROR_USAGE for rows that are not right, ERROR_REFUSED when rules alone stand against them; with several problems they are
 * appended to `problems` (texts, at most CUSTOMER_PROBLEMS_MAX; may be NULL) and the error counts them; a single one is the error. */
gboolean customer_import (struct ledger *ledger, const struct customer_import_request *request, GPtrArray *problems,
                          struct customer_import_result *ret, GError **error);

#endif
