/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a writer waits for another one. */
#include "store/db-busy.h"

#include "base/error.h"

enum {
  BUSY_LIMIT_MS = 30000,
  BUSY_LIMIT_MS_MAX = 24 * 3600 * 1000,
};

gboolean
busy_limit_find (gint64 *ret_ms, GError **error)
{
  const char *text = g_getenv ("BILLCTL_BUSY_TIMEOUT_MS");
  guint64 limit_ms = BUSY_LIMIT_MS;
  if (text != NULL && *text != '\0' && !g_ascii_string_to_unsigned (text, 10, 0, BUSY_LIMIT_MS_MAX, &limit_ms, NULL))
    return error_set (error, ERROR_USAGE, "BILLCTL_BUSY_TIMEOUT_MS has '%s', which is not a number of milliseconds up to %d", text,
                      BUSY_LIMIT_MS_MAX);
  *ret_ms = (gint64) limit_ms;
  return TRUE;
}
