/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage from a file of any size, all or nothing, or with the bad rows set aside. */
#ifndef BILLCTL_SERVICE_USAGE_IMPORT_H
#define BILLCTL_SERVICE_USAGE_IMPORT_H

#include "base/progress.h"

#include <glib.h>

struct ledger;

enum { USAGE_PROBLEMS_MAX = 20 };

enum usage_input { USAGE_INPUT_GUESSED = -1, USAGE_INPUT_CSV, USAGE_INPUT_JSONL };

struct usage_import_request {
  const char *path;        /* "-": standard input */
  enum usage_input input;  /* GUESSED: by the ending of the name, else by the first byte */
  const char *const *maps; /* event-map.h; NULL-terminated */
  const char *const *conditions;
  gboolean create_customers;
  gboolean create_metrics;
  const char *source;                   /* event ids are unique within a source; NULL: "" */
  const char *timezone;                 /* of times without a zone; NULL: see zoneless_is_utc */
  gboolean keep_going;                  /* record the good rows, write the others to `rejects` */
  const char *rejects;                  /* NULL: the path with ".rejects.csv" behind it */
  const struct progress_sink *progress; /* bytes; may be NULL */
};

struct usage_import_result {
  gint64 recorded;
  gint64 duplicates;
  gint64 rejected;          /* only with keep_going */
  gint64 skipped;           /* rows for which a condition did not hold */
  gint64 negative;          /* of those recorded, like the next ones */
  gint64 late;              /* fall into a period that is billed already */
  gint64 zoneless;          /* had a time without a zone */
  gboolean zoneless_is_utc; /* which was read as UTC, since the time is mapped and no zone was named */
  gint64 customers_created;
  gint64 metrics_created;
  char *rejects; /* the file that was written; NULL: none */
};
void usage_import_result_clear (struct usage_import_result *result);
typedef struct usage_import_result usage_import_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (usage_import_result_t, usage_import_result_clear)

/* One transaction for the whole file. ERROR_USAGE when rows are not right (without keep_going): a single problem is the error;
 * several are appended to `problems` (texts, the first USAGE_PROBLEMS_MAX by line; may be NULL) and the error counts them. With
 * keep_going the first of them are appended as well. ERROR_USAGE too for a map that does not fit the file, a file without the
 * columns, an unreadable one. */
gboolean usage_import (struct ledger *ledger, const struct usage_import_request *request, GPtrArray *problems,
                       struct usage_import_result *ret, GError **error);

#endif
