/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalog files: read, compared with the ledger, applied to it. The grammar is billctl-catalog(5). */
#ifndef BILLCTL_SERVICE_CATALOG_H
#define BILLCTL_SERVICE_CATALOG_H

#include "base/json.h"
#include "service/plan.h"
#include "store/catalog.h"
#include "store/coupon.h"

#include <glib.h>

struct ledger;

/* A plan as the file has it. */
struct catalog_plan {
  struct plan_record record; /* code, name, description, metadata; id and status are not used */
  struct plan *terms;        /* with the canonical definition */
  GPtrArray *variants;       /* struct plan: the same in other currencies, by their codes */
};

/* The rates of one tax, by their first day; they never hold at the same time. */
struct catalog_tax {
  char *code;
  GPtrArray *rates; /* struct tax_rate_row, with texts that are its own */
};
void catalog_tax_free (struct catalog_tax *tax);

/* A checked file, in the order of the file. */
struct catalog {
  GPtrArray *metrics;         /* struct metric */
  GPtrArray *credit_events;   /* struct credit_event */
  GPtrArray *credit_packages; /* struct credit_package */
  GPtrArray *plans;           /* struct catalog_plan */
  GPtrArray *coupons;         /* struct coupon, with canonical definitions */
  GPtrArray *taxes;           /* struct catalog_tax */
};

enum { CATALOG_PROBLEMS_MAX = 20 };

struct catalog_source {
  const char *path; /* "-": standard input */
  const char *text; /* read instead of the file when it is not NULL; `path` is its name in messages */
  gsize length;
};

/* The file as JSON; its errors are those of json_read_file(). Free with json_object_put. */
gboolean catalog_parse (const struct catalog_source *source, json_object **ret, GError **error);

/* Checks all of it before it answers; `path` is its name in messages. Metrics may come from the ledger, which may be NULL.
 * ERROR_USAGE: with several problems they are appended to `problems` (texts, at most CATALOG_PROBLEMS_MAX; may be NULL) and the
 * error counts them; a single one is the error. */
gboolean catalog_check (struct ledger *ledger, const char *path, json_object *value, GPtrArray *problems, struct catalog **ret,
                        GError **error);
void catalog_free (struct catalog *catalog); /* NULL is fine */
typedef struct catalog catalog_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (catalog_t, catalog_free)

enum catalog_verdict {
  CATALOG_UNCHANGED,
  CATALOG_ADDED,
  CATALOG_CHANGED,     /* in place */
  CATALOG_NEW_VERSION, /* of a plan whose terms differ */
  CATALOG_NOT_IN_FILE, /* in the ledger only; applying leaves it alone */
  CATALOG_NOT_ALLOWED, /* applying refuses it */
};

struct catalog_change {
  const char *kind; /* "metric", "plan", "credit event", "credit package", "coupon", "tax" */
  char *code;
  enum catalog_verdict verdict;
  gint64 version;     /* of a plan: the one that holds after applying */
  GPtrArray *details; /* texts: "base month 99.00 -> 109.00 USD" */
};
void catalog_change_free (struct catalog_change *change);

/* "added", "new version 2", "unchanged" …; newly allocated. */
char *catalog_change_text (const struct catalog_change *change);

/* Reads the file and writes what differs, in one transaction, with an audit entry per changed object. `show` is handed the changes, struct
 * catalog_change in the order metrics, credit events, credit packages, plans, coupons, taxes, before anything is written; when it fails nothing is.
 * ERROR_REFUSED when a metric would come to measure something else. */
struct catalog_apply_request {
  struct catalog_source source;
  GPtrArray *problems; /* as catalog_check() has them */
  gboolean (*show) (GPtrArray *changes, void *data, GError **error);
  void *data;
};
gboolean catalog_apply (struct ledger *ledger, const struct catalog_apply_request *request, GError **error);

/* Reads the file and compares it with a snapshot of the ledger: the same changes, and what the ledger has and the file lacks.
 * *ret_differs: there is anything but CATALOG_UNCHANGED. */
gboolean catalog_diff (struct ledger *ledger, const struct catalog_source *source, GPtrArray *problems, GPtrArray *ret_changes,
                       gboolean *ret_differs, GError **error);

#endif
