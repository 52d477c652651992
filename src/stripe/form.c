/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percent-encoding of request parameters. */
#include "stripe/form.h"

#include "base/error.h"

#include <string.h>

struct form {
  GString *text;
};

struct form *
form_new (void)
{
  struct form *form = g_new (struct form, 1);
  form->text = g_string_new (NULL);
  return form;
}

void
form_free (struct form *form)
{
  if (form == NULL)
    return;
  g_string_free (form->text, TRUE);
  g_free (form);
}

static void
append_encoded (GString *text, const char *bytes, const char *kept)
{
  static const char digits[] = "0123456789ABCDEF";
  for (; *bytes != '\0'; bytes++) {
    guchar byte = (guchar)*bytes;
    if (g_ascii_isalnum (*bytes) || strchr (kept, *bytes) != NULL)
      g_string_append_c (text, *bytes);
    else {
      g_string_append_c (text, '%');
      g_string_append_c (text, digits[byte >> 4]);
      g_string_append_c (text, digits[byte & 15]);
    }
  }
}

void
form_add (struct form *form, const char *name, const char *value)
{
  if (form->text->len > 0)
    g_string_append_c (form->text, '&');
  append_encoded (form->text, name, "-._~[]");
  g_string_append_c (form->text, '=');
  append_encoded (form->text, value, "-._~");
}

void
form_add_integer (struct form *form, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  form_add (form, name, text);
}

void
form_add_boolean (struct form *form, const char *name, gboolean value)
{
  form_add (form, name, value ? "true" : "false");
}

void
form_add_element (struct form *form, const char *list, guint index, const char *value)
{
  g_autofree char *name = g_strdup_printf ("%s[%u]", list, index);
  form_add (form, name, value);
}

gboolean
form_add_metadata (struct form *form, const char *key, const char *value, GError **error)
{
  if (strlen (key) > FORM_METADATA_KEY_MAX || strpbrk (key, "[]") != NULL)
    BUG ("no metadata key: %s", key);
  if (g_utf8_strlen (value, -1) > FORM_METADATA_VALUE_MAX)
    return error_set (error, ERROR_USAGE, "%s is longer than the %d characters that Stripe keeps", key,
                      (int)FORM_METADATA_VALUE_MAX);
  g_autofree char *name = g_strdup_printf ("metadata[%s]", key);
  form_add (form, name, value);
  return TRUE;
}

const char *
form_text (const struct form *form)
{
  return form->text->str;
}

gboolean
form_is_empty (const struct form *form)
{
  return form->text->len == 0;
}

char *
form_path (const char *collection, const char *id, const char *action)
{
  GString *path = g_string_new (collection);
  g_string_append_c (path, '/');
  append_encoded (path, id, "-._~");
  if (action != NULL)
    g_string_append_printf (path, "/%s", action);
  return g_string_free (path, FALSE);
}
