/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tables are append-only. */
#include "store/append-only.h"

#include <string.h>

gboolean
append_only_table (const char *table)
{
  static const char *const tables[] = {
    "usage",       "usage_reversal",   "audit",      "plan_version",  "subscription_event",
    "credit_note", "credit_note_line", "settlement", "journal_entry", "posting",
    "deferral",    "journal_month",    "balance_movement",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (strcmp (table, tables[i]) == 0)
      return TRUE;
  return FALSE;
}
