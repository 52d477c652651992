/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as JSON objects, one to a line. */
#include "service/event-line.h"

#include "base/error.h"
#include "base/json-scan.h"
#include "base/text.h"

#include <string.h>

enum { PROPERTIES_MAX = 1000, SHOWN_MAX = 60 };

struct event_line {
  GString *scratch;   /* strings that had escapes */
  GString *written;   /* the canonical properties */
  GArray *properties; /* struct event_property */
  struct event_fields fields;
};

struct event_line *
event_line_new (void)
{
  struct event_line *line = g_new0 (struct event_line, 1);
  line->scratch = g_string_new (NULL);
  line->written = g_string_new (NULL);
  line->properties = g_array_new (FALSE, FALSE, sizeof (struct event_property));
  return line;
}

void
event_line_free (struct event_line *line)
{
  if (line == NULL)
    return;
  g_string_free (line->scratch, TRUE);
  g_string_free (line->written, TRUE);
  g_array_unref (line->properties);
  g_free (line);
}

static gboolean
fail_scan (const struct json_scan *scan, GError **error)
{
  return error_set (error, ERROR_USAGE, "column %" G_GSIZE_FORMAT ": %s", json_scan_column (scan), scan->problem);
}

static gboolean
fail_member (struct json_text key, GError **error, const char *what)
{
  g_autofree char *shown = text_sanitize (key.text, (gssize) MIN (key.length, SHOWN_MAX));
  return error_set (error, ERROR_USAGE, "member '%s': %s", shown, what);
}

static gboolean
key_is (struct json_text key, const char *name)
{
  return strlen (name) == key.length && memcmp (key.text, name, key.length) == 0;
}

static gboolean
read_property (struct event_line *line, struct json_scan *scan, struct json_text key, GError **error)
{
  enum json_scalar kind;
  struct json_text value;
  char first = json_scan_peek (scan);
  if (first == '{' || first == '[') {
    fail_member (key, error, "a property is a string, a number, true, false or null");
    return error_prefix (error, "properties: ");
  }
  if (!json_scan_scalar (scan, &kind, &value))
    return fail_scan (scan, error);
  if (key.length == 0)
    return error_set (error, ERROR_USAGE, "properties: a property has no name");
  if (line->properties->len == PROPERTIES_MAX)
    return error_set (error, ERROR_USAGE, "properties: more than %d", PROPERTIES_MAX);
  struct event_property property = { key.text, key.length, value.text, value.text == NULL ? 0 : value.length };
  g_array_append_val (line->properties, property);
  return TRUE;
}

static gboolean
read_properties (struct event_line *line, struct json_scan *scan, GError **error)
{
  struct json_text key;
  struct event_property repeated;
  if (json_scan_peek (scan) == 'n') {
    enum json_scalar kind;
    struct json_text value;
    return json_scan_scalar (scan, &kind, &value) || fail_scan (scan, error);
  }
  if (!json_scan_enter (scan))
    return fail_scan (scan, error);
  for (;;) {
    if (!json_scan_member (scan, &key))
      return fail_scan (scan, error);
    if (key.text == NULL)
      break;
    if (!read_property (line, scan, key, error))
      return FALSE;
  }
  if (!event_properties_write ((struct event_property *) (gpointer) line->properties->data, line->properties->len, line->written,
                               &repeated)) {
    fail_member ((struct json_text){ repeated.key, repeated.key_length }, error, "it stands twice");
    return error_prefix (error, "properties: ");
  }
  return TRUE;
}

/* A part: a string; numbers are taken as they are written. */
static gboolean
read_part (struct event_line *line, struct json_scan *scan, struct json_text key, enum event_part part, GError **error)
{
  enum json_scalar kind;
  struct json_text value;
  char first = json_scan_peek (scan);
  if (first == '{' || first == '[' || first == 't' || first == 'f')
    return fail_member (key, error, part == EVENT_QUANTITY ? "expected a number or a string" : "expected a string");
  if (!json_scan_scalar (scan, &kind, &value))
    return fail_scan (scan, error);
  line->fields.of[part] = (struct csv_field){ value.text, value.text == NULL ? 0 : value.length };
  return TRUE;
}

static gboolean
fail_unknown (struct json_text key, GError **error)
{
  static const char *const known[] = { "id", "customer", "metric", "quantity", "time", "subscription", "reverses", "properties", NULL };
  g_autofree char *name = g_strndup (key.text, MIN (key.length, SHOWN_MAX));
  const char *near = text_nearest (name, known);
  fail_member (key, error, "it is not known");
  if (near != NULL)
    return error_add_hint (error, "did you mean '%s'?", near);
  return error_add_hint (error, "an event has id, customer, metric, quantity, time, subscription, reverses, and properties for the rest");
}

/* The number of the part, EVENT_PART_COUNT for the properties, -1 for something else. */
static int
member_number (struct json_text key)
{
  for (int part = 0; part < EVENT_PART_COUNT; part++)
    if (key_is (key, event_part_name ((enum event_part) part)))
      return part;
  return key_is (key, "properties") ? EVENT_PART_COUNT : -1;
}

static gboolean
read_members (struct event_line *line, struct json_scan *scan, GError **error)
{
  guint seen = 0;
  struct json_text key;
  if (!json_scan_enter (scan))
    return fail_scan (scan, error);
  for (;;) {
    if (!json_scan_member (scan, &key))
      return fail_scan (scan, error);
    if (key.text == NULL)
      return json_scan_finish (scan) || fail_scan (scan, error);
    int number = member_number (key);
    if (number < 0)
      return fail_unknown (key, error);
    if (seen & 1u << number)
      return fail_member (key, error, "it stands twice");
    seen |= 1u << number;
    if (number == EVENT_PART_COUNT ? !read_properties (line, scan, error)
                                   : !read_part (line, scan, key, (enum event_part) number, error))
      return FALSE;
  }
}

gboolean
event_line_parse (struct event_line *line, const char *text, gsize length, struct event_fields *ret, GError **error)
{
  struct json_scan scan;
  g_array_set_size (line->properties, 0);
  g_string_truncate (line->written, 0);
  memset (&line->fields, 0, sizeof line->fields);
  json_scan_begin (&scan, text, length, line->scratch);
  if (!read_members (line, &scan, error))
    return FALSE;
  line->fields.properties = line->written->len == 0 ? NULL : line->written->str;
  line->fields.properties_length = line->written->len;
  *ret = line->fields;
  return TRUE;
}

struct csv_field
event_line_value (const struct event_line *line, const char *name)
{
  for (int part = 0; part < EVENT_PART_COUNT; part++)
    if (strcmp (name, event_part_name ((enum event_part) part)) == 0)
      return line->fields.of[part];
  for (guint i = 0; i < line->properties->len; i++) {
    const struct event_property *property = &g_array_index (line->properties, struct event_property, i);
    if (key_is ((struct json_text){ property->key, property->key_length }, name))
      return (struct csv_field){ property->value, property->value_length };
  }
  return (struct csv_field){ NULL, 0 };
}

static gboolean
read_value (struct json_scan *scan, struct csv_field *ret)
{
  enum json_scalar kind;
  struct json_text value;
  char first = json_scan_peek (scan);
  if (first == '{' || first == '[')
    return json_scan_skip (scan);
  if (!json_scan_scalar (scan, &kind, &value))
    return FALSE;
  *ret = (struct csv_field){ value.text, value.text == NULL ? 0 : value.length };
  return TRUE;
}

gboolean
event_line_members (struct event_line *line, const char *text, gsize length, const char *const *names, struct csv_field *values,
                    GError **error)
{
  struct json_scan scan;
  struct json_text key;
  for (gsize i = 0; names[i] != NULL; i++)
    values[i] = (struct csv_field){ NULL, 0 };
  json_scan_begin (&scan, text, length, line->scratch);
  if (!json_scan_enter (&scan))
    return fail_scan (&scan, error);
  for (;;) {
    if (!json_scan_member (&scan, &key))
      return fail_scan (&scan, error);
    if (key.text == NULL)
      return json_scan_finish (&scan) || fail_scan (&scan, error);
    gsize i = 0;
    while (names[i] != NULL && !key_is (key, names[i]))
      i++;
    if (names[i] != NULL && values[i].text != NULL)
      return fail_member (key, error, "it stands twice");
    if (names[i] == NULL ? !json_scan_skip (&scan) : !read_value (&scan, &values[i]))
      return fail_scan (&scan, error);
  }
}
