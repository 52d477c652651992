/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalog files that are right, but perhaps not meant: what a person would ask about before they are applied. */
#ifndef BILLCTL_SERVICE_CATALOG_LINT_H
#define BILLCTL_SERVICE_CATALOG_LINT_H

#include "service/catalog.h"

struct lint_finding {
  char *plan;          /* its code; NULL: not of a plan */
  const char *rule;    /* "tier-dearer" …, as billctl-plans-lint(1) has them */
  char *message;
};
void lint_finding_free (struct lint_finding *finding);

struct lint_request {
  struct catalog_source source;
  const char *ledger_path; /* metrics that the file lacks are those of this ledger; NULL: there are no others */
  gint64 now_us;
  GPtrArray *problems; /* of a file that cannot be applied, as catalog_check() has them */
};

/* Appends struct lint_finding, in the order of the file. ERROR_USAGE when the file cannot be applied. */
gboolean catalog_lint (const struct lint_request *request, GPtrArray *ret, GError **error);

#endif
