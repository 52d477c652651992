/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as JSON lines: the fast scanner takes nothing that the strict reader of JSON would refuse, and what it makes of the
 * properties is canonical JSON. */
#include "fuzz.h"

#include "base/json.h"
#include "service/event-line.h"

#include <json-c/linkhash.h>
#include <string.h>

/* The scanner hands integers out as text, of any size; the strict reader stops at 64 bits. `pardon` is part of another message
 * that is fine. */
static gboolean
is_strict_json (const char *text, size_t size, const char *pardon)
{
  g_autoptr (json_object) value = NULL;
  g_autoptr (GError) error = NULL;
  return json_parse_text (text, size, "fuzz.json", JSON_PLAIN, &value, &error) || strstr (error->message, " is too large;") != NULL
         || strstr (error->message, pardon) != NULL;
}

static void
check_properties (const struct event_fields *fields)
{
  if (fields->properties == NULL)
    return;
  g_autoptr (json_object) value = NULL;
  HOLDS (json_parse_text (fields->properties, fields->properties_length, "properties", JSON_PLAIN, &value, NULL));
  HOLDS (json_object_is_type (value, json_type_object) && json_object_object_length (value) > 0);
  json_object_object_foreach (value, key, member) {
    (void) key;
    HOLDS (json_object_is_type (member, json_type_string));
  }
}

static void
check_members (struct event_line *line, const char *text, size_t size)
{
  static const char *const names[] = { "id", "a", "properties", NULL };
  struct csv_field values[G_N_ELEMENTS (names) - 1];
  g_autoptr (GError) error = NULL;
  if (!event_line_members (line, text, size, names, values, &error)) {
    HOLDS (error != NULL && g_utf8_validate (error->message, -1, NULL));
    return;
  }
  /* Members that nobody asked for are skipped without being remembered. */
  HOLDS (is_strict_json (text, size, " stands twice in this object"));
  for (size_t i = 0; names[i] != NULL; i++)
    HOLDS (values[i].text == NULL || g_utf8_validate_len (values[i].text, values[i].length, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (event_line_t) line = event_line_new ();
  g_autoptr (GError) error = NULL;
  struct event_fields fields;
  if (event_line_parse (line, text, size, &fields, &error)) {
    HOLDS (is_strict_json (text, size, " is too large;"));
    check_properties (&fields);
  } else {
    HOLDS (error != NULL && g_utf8_validate (error->message, -1, NULL));
  }
  check_members (line, text, size);
  return 0;
}
