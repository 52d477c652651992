/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the catalog of a ledger: its plans, one plan, several plans side by side, its metrics. */
#ifndef BILLCTL_SERVICE_CATALOG_VIEW_H
#define BILLCTL_SERVICE_CATALOG_VIEW_H

#include "service/catalog.h"

/* A plan in its newest version. All of it is borrowed by a visitor. */
struct plan_row {
  const struct plan_record *record;
  const struct plan *terms;
  gint64 subscribers; /* subscriptions to any version that are neither canceled nor expired */
};
typedef gboolean (*plan_row_visit) (const struct plan_row *row, void *data, GError **error);

/* In the order of codes; archived plans only with `all`. */
gboolean catalog_list_plans (struct ledger *ledger, gboolean all, plan_row_visit visit, void *data, GError **error);

struct plan_detail {
  struct plan_record *record;
  struct plan *terms; /* of the version asked for */
  GArray *versions;   /* struct plan_version_count, oldest first */
  char *currencies;   /* of the version: "USD, EUR" */
  GPtrArray *differences; /* texts: custom terms in what they differ */
};

struct plan_wanted {
  const char *code;
  gint64 version;       /* 0: the newest */
  const char *currency; /* NULL: its own */
  const char *terms;    /* custom ones, such as "custom:1"; NULL: those of the version */
};
/* ERROR_NOT_FOUND when there is no such plan or version, or no such currency or custom terms of it. */
gboolean catalog_find_plan (struct ledger *ledger, const struct plan_wanted *wanted, struct plan_detail **ret, GError **error);
void plan_detail_free (struct plan_detail *detail);
typedef struct plan_detail plan_detail_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan_detail_t, plan_detail_free)

/* One line of a comparison: what is compared, and the value in each plan, NULL where the plan says nothing about it. */
struct comparison_row {
  char *item;
  char **values; /* one per plan, not NULL-terminated */
  gsize count;
};

/* Appends struct comparison_row for what a buyer compares: fees, quantities, charges, limits, features, add-ons, credits; other terms
 * only where they differ. `codes` is NULL-terminated; naming a plan twice is ERROR_USAGE. `currency`: NULL for that of each plan. */
gboolean catalog_compare_plans (struct ledger *ledger, const char *const *codes, const char *currency, GPtrArray *ret, GError **error);
void comparison_row_free (struct comparison_row *row);

gboolean catalog_list_metrics (struct ledger *ledger, metric_visit visit, void *data, GError **error);

#endif
