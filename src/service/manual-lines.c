/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a manual invoice as a person writes them. */
#include "service/manual-lines.h"

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <json-c/linkhash.h>
#include <string.h>

enum field { DESCRIPTION, QUANTITY, UNIT_PRICE, CATEGORY, CODE, FIELDS };
static const char *const field_names[FIELDS] = { "description", "quantity", "unit_price", "category", "code" };

static void
line_clear (gpointer data)
{
  struct manual_line *line = data;
  g_free (line->description);
  g_free (line->code);
  g_free (line->category);
}

GArray *
manual_lines_new (void)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (struct manual_line));
  g_array_set_clear_func (lines, line_clear);
  return lines;
}

static gboolean
read_decimal (const char *what, const char *text, struct decimal *ret, GError **error)
{
  enum decimal_status status = decimal_parse (text, strlen (text), ret);
  return status == DECIMAL_OK || error_set (error, ERROR_USAGE, "%s '%s' %s", what, text, decimal_status_text (status));
}

static gboolean
check_code (const char *what, const char *text, GError **error)
{
  return text == NULL || text_is_code (text)
         || error_set (error, ERROR_USAGE, "%s '%s' is no code: letters, digits, and . _ : - behind the first", what, text);
}

/* NULL, or "": not given. */
static gboolean
add (GArray *lines, const char *fields[FIELDS], GError **error)
{
  struct manual_line line = { 0 };
  for (int i = 0; i < FIELDS; i++)
    if (fields[i] != NULL && *fields[i] == '\0')
      fields[i] = NULL;
  for (int i = DESCRIPTION; i <= UNIT_PRICE; i++)
    if (fields[i] == NULL)
      return error_set (error, ERROR_USAGE, "%s is missing", field_names[i]);
  if (!text_is_plain (fields[DESCRIPTION], -1))
    return error_set (error, ERROR_USAGE, "description '%s' has control characters", fields[DESCRIPTION]);
  if (!read_decimal ("quantity", fields[QUANTITY], &line.quantity, error)
      || !read_decimal ("unit price", fields[UNIT_PRICE], &line.unit_price, error) || !check_code ("category", fields[CATEGORY], error)
      || !check_code ("code", fields[CODE], error))
    return FALSE;
  if (decimal_sign (line.quantity) <= 0)
    return error_set (error, ERROR_USAGE, "quantity '%s': it is above zero; a reduction has a price below zero", fields[QUANTITY]);
  line.description = g_strdup (fields[DESCRIPTION]);
  line.code = g_strdup (fields[CODE] == NULL ? "one-off" : fields[CODE]);
  line.category = g_strdup (fields[CATEGORY]);
  g_array_append_val (lines, line);
  return TRUE;
}

gboolean
manual_lines_add (GArray *lines, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  guint count = g_strv_length (parts);
  const char *fields[FIELDS] = { NULL };
  for (guint i = 0; i < count && i < FIELDS; i++)
    fields[i] = g_strstrip (parts[i]);
  if (count < 3 || count > 4) {
    error_set (error, ERROR_USAGE, "line '%s' has %u parts", text, count);
    return error_add_hint (error, "DESCRIPTION;QUANTITY;PRICE or DESCRIPTION;QUANTITY;PRICE;CATEGORY");
  }
  return add (lines, fields, error) || error_prefix (error, "line '%s': ", text);
}

static int
field_named (const char *name)
{
  for (int i = 0; i < FIELDS; i++)
    if (strcmp (field_names[i], name) == 0)
      return i;
  return -1;
}

static gboolean
fail_field (const char *path, const char *name, GError **error)
{
  error_set (error, ERROR_USAGE, "%s: there is no '%s' of a line", path, name);
  return error_add_hint (error, "description, quantity, unit_price, category, code");
}

static gboolean
add_record (GArray *lines, const char *const *columns, const struct csv_record *record, GError **error)
{
  const char *fields[FIELDS] = { NULL };
  g_auto (GStrv) texts = g_new0 (char *, record->count + 1);
  for (gsize i = 0; i < record->count; i++) {
    texts[i] = g_strndup (record->fields[i].text, record->fields[i].length);
    fields[field_named (columns[i])] = texts[i];
  }
  return add (lines, fields, error);
}

static gboolean
read_csv (GArray *lines, const char *path, GError **error)
{
  g_autoptr (csv_reader_t) reader = NULL;
  if (!csv_reader_open (path, &reader, error))
    return FALSE;
  const char *const *columns = csv_reader_columns (reader);
  for (gsize i = 0; columns[i] != NULL; i++)
    if (field_named (columns[i]) < 0) {
      fail_field (csv_reader_name (reader), columns[i], error);
      return csv_hint_separator (columns, error);
    }
  for (;;) {
    const struct csv_record *record = NULL;
    if (!csv_reader_next (reader, &record, error))
      return FALSE;
    if (record == NULL)
      return TRUE;
    if (!add_record (lines, columns, record, error))
      return error_prefix (error, "%s: line %" G_GINT64_FORMAT ": ", csv_reader_name (reader), record->line);
  }
}

static gboolean
add_object (GArray *lines, const char *path, const struct json_node *node, GError **error)
{
  const char *fields[FIELDS] = { NULL };
  if (!json_node_expect (node, json_type_object, error))
    return FALSE;
  json_object_object_foreach (node->value, key, value)
  {
    struct json_node member = json_node_member (node, key);
    (void) value;
    if (field_named (key) < 0)
      return fail_field (path, key, error);
    if (json_node_is (&member, json_type_int))
      fields[field_named (key)] = json_object_get_string (member.value);
    else if (!json_node_string (&member, &fields[field_named (key)], error))
      return FALSE;
  }
  return add (lines, fields, error);
}

static gboolean
read_json (GArray *lines, const char *path, GError **error)
{
  g_autoptr (json_object) root = NULL;
  if (!json_read_file (path, JSON_WITH_COMMENTS, &root, error))
    return FALSE;
  const struct json_node list = { .value = root };
  if (!json_node_expect (&list, json_type_array, error))
    return error_prefix (error, "%s: ", path);
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node node = json_node_element (&list, i);
    if (!add_object (lines, path, &node, error))
      return error_prefix (error, "%s: line %u of the invoice: ", path, (unsigned) i + 1);
  }
  return TRUE;
}

gboolean
manual_lines_read (GArray *lines, const char *path, GError **error)
{
  return g_str_has_suffix (path, ".json") ? read_json (lines, path, error) : read_csv (lines, path, error);
}
