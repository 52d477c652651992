/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading and changing the settings of a ledger. */
#ifndef BILLCTL_SERVICE_CONFIG_H
#define BILLCTL_SERVICE_CONFIG_H

#include <glib.h>

struct ledger;

/* One setting; text is borrowed until the visitor returns. */
struct config_entry {
  const char *name;
  const char *value;
  gboolean is_default; /* nobody has set it to anything else */
  const char *help;
};
typedef gboolean (*config_visit) (const struct config_entry *entry, void *data, GError **error);

/* Every setting in order, or the one called `name` (NULL: all; ERROR_NOT_FOUND). */
gboolean config_each (struct ledger *ledger, const char *name, config_visit visit, void *data, GError **error);

/* Sets it, or with NULL takes it back to its default, and writes that into the audit log unless nothing changes. */
gboolean config_set (struct ledger *ledger, const char *name, const char *value, gboolean *ret_changed, GError **error);

#endif
