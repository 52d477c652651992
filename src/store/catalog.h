/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is sold, in the ledger: metrics, plans with their versions, credit events and credit packages.
 *
 * What a find function returns is a copy, to be freed with the matching free function; what a visitor gets is borrowed
 * until it returns. A visitor that returns FALSE (with its error set) ends the walk. Lists are in the order of codes. */
#ifndef BILLCTL_STORE_CATALOG_H
#define BILLCTL_STORE_CATALOG_H

#include <glib.h>

struct ledger;

struct metric {
  gint64 id;
  char *code;
  char *name;
  char *unit;
  char *aggregation; /* aggregation_name() of service/aggregate.h */
  char *property;    /* unique: the event property that is counted; else NULL */
  char *negative;    /* "refuse" or "allow" */
  gboolean persistent; /* what was measured stays for the periods after, until it changes; sum, max, last, unique */
  char *late;        /* what becomes of an event whose period is billed: one of metric_late_names */
};

extern const char *const metric_late_names[]; /* "bill", "ignore", "hold", NULL */

/* ERROR_NOT_FOUND with a hint when there is none. */
gboolean metric_find (struct ledger *ledger, const char *code, struct metric **ret, GError **error);
/* The same, but *ret is NULL when there is none. */
gboolean metric_lookup (struct ledger *ledger, const char *code, struct metric **ret, GError **error);
gboolean metric_get (struct ledger *ledger, gint64 id, struct metric **ret, GError **error); /* ERROR_LEDGER when there is none */
gboolean metric_insert (struct ledger *ledger, const struct metric *metric, gint64 *ret_id, GError **error);
gboolean metric_update (struct ledger *ledger, const struct metric *metric, GError **error); /* name, unit, negative and late, by id */
typedef gboolean (*metric_visit) (const struct metric *metric, void *data, GError **error);
gboolean metric_each (struct ledger *ledger, metric_visit visit, void *data, GError **error);
void metric_free (struct metric *metric);
typedef struct metric metric_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (metric_t, metric_free)

/* A plan without its terms, which are in its versions. */
struct plan_record {
  gint64 id;
  char *code;
  char *name;
  char *description; /* "" when there is none */
  char *metadata;    /* canonical JSON object of strings */
  char *status;      /* "active" or "archived" */
};

gboolean plan_record_find (struct ledger *ledger, const char *code, struct plan_record **ret, GError **error);
gboolean plan_record_lookup (struct ledger *ledger, const char *code, struct plan_record **ret, GError **error);
gboolean plan_record_insert (struct ledger *ledger, const struct plan_record *plan, gint64 *ret_id, GError **error);
gboolean plan_record_update (struct ledger *ledger, const struct plan_record *plan, GError **error); /* its texts, by id */
gboolean plan_record_set_status (struct ledger *ledger, gint64 id, const char *status, GError **error);
typedef gboolean (*plan_record_visit) (const struct plan_record *plan, void *data, GError **error);
gboolean plan_record_each (struct ledger *ledger, plan_record_visit visit, void *data, GError **error);
void plan_record_free (struct plan_record *plan);
typedef struct plan_record plan_record_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan_record_t, plan_record_free)

struct plan_version {
  gint64 id;
  gint64 plan_id;
  gint64 version; /* from 1 */
  gint64 created_at_us;
  char *variant;    /* "": the version itself; a currency; "custom:N" for the terms of one subscription. NULL: "" when inserting */
  gint64 base_id;   /* of a custom variant: what it was made from; else 0 */
  char *overrides;  /* by what, canonical JSON; else NULL */
  char *definition; /* canonical JSON, for plan_parse() */
  char *plan_code;
  char *plan_name;
};

gboolean plan_version_get (struct ledger *ledger, gint64 id, struct plan_version **ret, GError **error); /* ERROR_LEDGER when there is none */
/* `version` 0: the newest. ERROR_NOT_FOUND, with a hint, when there is no such plan or version. */
gboolean plan_version_find (struct ledger *ledger, const char *plan_code, gint64 version, struct plan_version **ret, GError **error);
/* That variant of the version; *ret is NULL when there is none. */
gboolean plan_version_look_up (struct ledger *ledger, gint64 plan_id, gint64 version, const char *variant, struct plan_version **ret,
                               GError **error);
/* Appends struct plan_version: the version's prices in other currencies, by their codes. */
gboolean plan_version_currencies (struct ledger *ledger, gint64 plan_id, gint64 version, GPtrArray *ret, GError **error);
/* Custom variants: how many a version has, and the one that was made from `base_id` with this definition (*ret_id is 0: none). */
gboolean plan_version_custom_count (struct ledger *ledger, gint64 plan_id, gint64 version, gint64 *ret, GError **error);
gboolean plan_version_custom_find (struct ledger *ledger, gint64 base_id, const char *definition, gint64 *ret_id, GError **error);
gboolean plan_version_insert (struct ledger *ledger, const struct plan_version *version, gint64 *ret_id, GError **error);
void plan_version_free (struct plan_version *version);
typedef struct plan_version plan_version_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan_version_t, plan_version_free)

struct plan_version_count {
  gint64 version;
  gint64 created_at_us;
  gint64 subscribers; /* subscriptions that are neither canceled nor over at the ledger's now */
};
/* Appends struct plan_version_count, oldest version first. */
gboolean plan_version_counts (struct ledger *ledger, gint64 plan_id, GArray *ret, GError **error);

/* What one event costs in credits. */
struct credit_event {
  char *code;
  char *credits; /* canonical decimal */
};
gboolean credit_event_lookup (struct ledger *ledger, const char *code, struct credit_event **ret, GError **error); /* *ret may be NULL */
gboolean credit_event_set (struct ledger *ledger, const struct credit_event *event, GError **error); /* adds or replaces */
typedef gboolean (*credit_event_visit) (const struct credit_event *event, void *data, GError **error);
gboolean credit_event_each (struct ledger *ledger, credit_event_visit visit, void *data, GError **error);
void credit_event_free (struct credit_event *event);
typedef struct credit_event credit_event_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (credit_event_t, credit_event_free)

/* Credits for sale. */
struct credit_package {
  char *code;
  char *name;
  char *credits; /* canonical decimal */
  gint64 amount_minor;
  char *currency;
};
gboolean credit_package_lookup (struct ledger *ledger, const char *code, struct credit_package **ret, GError **error); /* *ret may be NULL */
gboolean credit_package_set (struct ledger *ledger, const struct credit_package *package, GError **error); /* adds or replaces */
typedef gboolean (*credit_package_visit) (const struct credit_package *package, void *data, GError **error);
gboolean credit_package_each (struct ledger *ledger, credit_package_visit visit, void *data, GError **error);
void credit_package_free (struct credit_package *package);
typedef struct credit_package credit_package_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (credit_package_t, credit_package_free)

#endif
