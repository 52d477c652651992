/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors with exit statuses and hints. */
#include "base/error.h"

#include <string.h>

static const char hint_mark[] = "\nhint: ";

GQuark
billctl_error_quark (void)
{
  return g_quark_from_static_string ("billctl-error");
}

gboolean
error_set (GError **error, enum error_code code, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, BILLCTL_ERROR, (int) code, message);
  return FALSE;
}

gboolean
error_add_hint (GError **error, const char *format, ...)
{
  if (error == NULL || *error == NULL || strstr ((*error)->message, hint_mark) != NULL)
    return FALSE;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *hint = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  char *message = g_strconcat ((*error)->message, hint_mark, hint, NULL);
  g_free ((*error)->message);
  (*error)->message = message;
  return FALSE;
}

gboolean
error_prefix (GError **error, const char *format, ...)
{
  if (error == NULL || *error == NULL)
    return FALSE;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *prefix = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_prefix_error (error, "%s", prefix);
  return FALSE;
}

char *
error_message_text (const GError *error)
{
  const char *mark = strstr (error->message, hint_mark);
  return mark == NULL ? g_strdup (error->message) : g_strndup (error->message, (gsize) (mark - error->message));
}

char *
error_hint_text (const GError *error)
{
  const char *mark = strstr (error->message, hint_mark);
  return mark == NULL ? NULL : g_strdup (mark + strlen (hint_mark));
}

int
error_exit_status (const GError *error)
{
  return error->domain == BILLCTL_ERROR ? error->code : ERROR_FAILED;
}

const char *
error_status_meaning (int status)
{
  static const char *const meanings[] = {
    [0] = "done",
    [ERROR_FAILED] = "failed",
    [ERROR_USAGE] = "wrong usage or malformed input",
    [ERROR_NOT_FOUND] = "not found",
    [ERROR_REFUSED] = "refused by a rule",
    [ERROR_REMOTE] = "the remote side failed or is out of reach",
    [ERROR_PARTIAL] = "done in part, the rest listed",
    [ERROR_LEDGER] = "ledger busy, newer than the program, or damaged",
  };
  return status < 0 || status >= (int) G_N_ELEMENTS (meanings) ? NULL : meanings[status];
}
