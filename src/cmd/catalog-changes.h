/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of the catalog as rows: what `plans apply` and `plans diff` answer. */
#ifndef BILLCTL_CMD_CATALOG_CHANGES_H
#define BILLCTL_CMD_CATALOG_CHANGES_H

#include "cli/command.h"

enum catalog_layout {
  ONE_ROW_PER_CHANGE, /* its details in one cell */
  ONE_ROW_PER_DETAIL,
};

/* `changes`: struct catalog_change. Those that are unchanged are left out unless `unchanged`. */
gboolean write_catalog_changes (struct invocation *invocation, GPtrArray *changes, enum catalog_layout layout, gboolean unchanged,
                                GError **error);

/* Each problem of a catalog file on a line of its own. */
void tell_catalog_problems (const struct invocation *invocation, const GPtrArray *problems);

#endif
