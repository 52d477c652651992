/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of ledgers. */
#include "store/engine.h"

#include "base/error.h"

#include <string.h>

gboolean
engine_check_name (const char *path, GError **error)
{
  gsize length = strspn (path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-");
  gboolean is_foreign = strcmp (engine_of_path (path), "sqlite") == 0
                        && ((g_ascii_isalpha (path[0]) && g_str_has_prefix (path + length, "://")) || g_str_has_prefix (path, "postgresql:")
                            || g_str_has_prefix (path, "postgres:"));
  if (!is_foreign)
    return TRUE;
  error_set (error, ERROR_USAGE, "'%.*s…' names no ledger: it is a file, or begins with postgresql:// or service=", (int) length + 1, path);
  return error_add_hint (error, "a file is named as it is; with a ':' in its name, write ./ before it");
}

const char *
engine_of_path (const char *path)
{
  static const char *const prefixes[] = { "postgresql://", "postgres://", "service=" };
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (path, prefixes[i]))
      return "postgresql";
  return "sqlite";
}

gboolean
engine_path_is_file (const char *path)
{
  return strcmp (engine_of_path (path), "sqlite") == 0;
}

const char *
engine_program (const char *engine)
{
  return strcmp (engine, "postgresql") == 0 ? "billctl-postgresql" : "billctl";
}

static gboolean
is_secret (const char *setting, gsize length)
{
  static const char *const names[] = { "password", "sslpassword" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (length == strlen (names[i]) && g_ascii_strncasecmp (setting, names[i], length) == 0)
      return TRUE;
  return FALSE;
}

/* postgresql://USER:PASSWORD@HOST,HOST/DATABASE?NAME=VALUE&… */
static char *
url_shown (const char *url)
{
  const char *authority = strstr (url, "://") + 3;
  const char *query = strchr (authority, '?');
  const char *end = query == NULL ? authority + strlen (authority) : query;
  /* A password with a bare '/' or '@' in it is wrong, but must not be shown either. */
  const char *at = end;
  while (at > authority && *at != '@')
    at--;
  GString *shown = g_string_new (NULL);
  const char *colon = at > authority ? memchr (authority, ':', (gsize) (at - authority)) : NULL;
  if (colon != NULL) {
    g_string_append_len (shown, url, colon - url);
    g_string_append_len (shown, at, end - at);
  } else
    g_string_append_len (shown, url, end - url);
  g_auto (GStrv) settings = g_strsplit (query == NULL ? "" : query + 1, "&", -1);
  char before = '?';
  for (char **setting = settings; *setting != NULL; setting++)
    if (!is_secret (*setting, strcspn (*setting, "="))) {
      g_string_append_printf (shown, "%c%s", before, *setting);
      before = '&';
    }
  return g_string_free (shown, FALSE);
}

/* Behind the name of a setting, its value: a word, or quoted. */
static const char *
behind_value (const char *at)
{
  gboolean quoted = *at == '\'';
  for (at += quoted; *at != '\0' && (quoted ? *at != '\'' : !g_ascii_isspace (*at)); at++)
    if (*at == '\\' && at[1] != '\0')
      at++;
  return *at == '\'' ? at + 1 : at;
}

/* service=NAME and, behind it, other settings of libpq: name = 'value' … */
static char *
settings_shown (const char *text)
{
  GString *shown = g_string_new (NULL);
  for (const char *at = text; *at != '\0';) {
    gsize length = strcspn (at, "= \t\n\r\f\v");
    const char *value = at + length;
    while (g_ascii_isspace (*value))
      value++;
    if (*value == '=')
      value++;
    while (g_ascii_isspace (*value))
      value++;
    const char *end = behind_value (value);
    if (!is_secret (at, length))
      g_string_append_printf (shown, "%s%.*s", shown->len > 0 ? " " : "", (int) (end - at), at);
    for (at = end; g_ascii_isspace (*at);)
      at++;
  }
  return g_string_free (shown, FALSE);
}

char *
engine_path_shown (const char *path)
{
  if (strcmp (engine_of_path (path), "sqlite") == 0)
    return g_strdup (path);
  return strstr (path, "://") != NULL && !g_str_has_prefix (path, "service=") ? url_shown (path) : settings_shown (path);
}

void
engine_hide_password (char *word)
{
  char *path = g_str_has_prefix (word, "--") ? strchr (word, '=') : NULL;
  path = path == NULL ? word : path + 1;
  g_autofree char *shown = engine_path_shown (path);
  gsize length = strlen (path), kept = strlen (shown);
  if (kept >= length)
    return;
  memcpy (path, shown, kept);
  memset (path + kept, 0, length - kept);
}
