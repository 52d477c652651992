/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a ledger. */
#include "service/config.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/ledger.h"
#include "store/setting.h"

#include <string.h>

gboolean
config_each (struct ledger *ledger, const char *name, config_visit visit, void *data, GError **error)
{
  g_autofree char *value = NULL;
  if (name != NULL && !setting_get (ledger, name, &value, error))
    return FALSE;
  for (const struct setting *setting = setting_table (); setting->name != NULL; setting++) {
    if (name != NULL && strcmp (name, setting->name) != 0)
      continue;
    g_clear_pointer (&value, g_free);
    if (!setting_get (ledger, setting->name, &value, error))
      return FALSE;
    gboolean is_default = setting->is_fixed || strcmp (value, setting->initial) == 0;
    struct config_entry entry = { setting->name, value, is_default, setting->help };
    if (!visit (&entry, data, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
set (struct ledger *ledger, const char *name, const char *value, gboolean *ret_changed, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  if (!setting_get (ledger, name, &before, error) || !setting_set (ledger, name, value, error)
      || !setting_get (ledger, name, &after, error))
    return FALSE;
  *ret_changed = strcmp (before, after) != 0;
  return !*ret_changed || audit_add (ledger, error, "setting %s: '%s' instead of '%s'", name, after, before);
}

/* Who may read the ledger: taken away before it is promised, given after that. */
static gboolean
share (struct ledger *ledger, const char *name, gboolean committed, GError **error)
{
  g_autofree char *value = NULL;
  if (strcmp (name, SETTING_SHARED) != 0)
    return TRUE;
  return setting_get (ledger, name, &value, error) && ledger_apply_access (ledger, !committed && setting_is_shared (value), error);
}

gboolean
config_set (struct ledger *ledger, const char *name, const char *value, gboolean *ret_changed, GError **error)
{
  gboolean changed = FALSE;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!set (ledger, name, value, &changed, error) || !share (ledger, name, FALSE, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_is_dry_run (ledger) && !share (ledger, name, TRUE, error))
    return FALSE;
  *ret_changed = changed;
  return TRUE;
}
