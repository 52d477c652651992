/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of one ledger: a fixed list of names with defaults. */
#ifndef BILLCTL_STORE_SETTING_H
#define BILLCTL_STORE_SETTING_H

#include <glib.h>

struct ledger;

struct setting {
  const char *name;
  const char *initial; /* value when it was never set */
  const char *help;    /* one line */
  gboolean is_fixed;   /* made with the ledger; setting_set() refuses it */
};

#define SETTING_SHARED "ledger.shared"

/* The known settings, ended by a NULL name. */
const struct setting *setting_table (void);

/* The value or its default, newly allocated. `name` must be a known one. */
gboolean setting_get (struct ledger *ledger, const char *name, char **ret, GError **error);
gboolean setting_get_boolean (struct ledger *ledger, const char *name, gboolean *ret, GError **error);
gboolean setting_get_int64 (struct ledger *ledger, const char *name, gint64 *ret, GError **error);

/* Checks name and value (ERROR_USAGE), writes inside the caller's transaction. NULL value: back to the default. ERROR_REFUSED for a
 * setting that nobody changes. */
gboolean setting_set (struct ledger *ledger, const char *name, const char *value, GError **error);

gboolean setting_is_shared (const char *value); /* of SETTING_SHARED */

/* "3f9a1c2b7d40", newly allocated: what tells this ledger from every other one where objects carry its mark. Made at random inside the
 * caller's transaction when it has none. */
gboolean setting_ledger_id (struct ledger *ledger, char **ret, GError **error);

#endif
