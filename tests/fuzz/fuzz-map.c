/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of --map and --where: the first line is a map, the second a condition, further lines are the fields of a row.
 * Whatever map is accepted can be bound to the columns that it names, and applied to any row. */
#include "fuzz.h"

#include "base/json.h"
#include "service/event-map.h"

#include <string.h>

enum { COLUMNS_MAX = 64 };

static void
check_row (struct event_map *map, const struct csv_field *row)
{
  struct event_fields fields;
  event_map_accepts (map, row);
  event_map_apply (map, row, &fields);
  if (fields.properties == NULL)
    return;
  g_autoptr (json_object) value = NULL;
  HOLDS (json_parse_text (fields.properties, fields.properties_length, "properties", JSON_PLAIN, &value, NULL));
  HOLDS (json_object_is_type (value, json_type_object));
}

static void
check_map (struct event_map *map, char **lines, size_t line_count)
{
  const char *const *columns = event_map_columns (map);
  size_t count = g_strv_length ((char **) columns);
  g_autoptr (GError) error = NULL;
  struct csv_field row[COLUMNS_MAX] = { { NULL, 0 } };
  if (count > COLUMNS_MAX || !event_map_bind (map, columns, "fuzz.csv", &error))
    return;
  for (size_t i = 0; i < count; i++) {
    row[i].text = i < line_count ? lines[i] : "";
    row[i].length = strlen (row[i].text);
  }
  check_row (map, row);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup (size == 0 ? "" : (const char *) data, size);
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  g_auto (GStrv) lines = g_strsplit (text, "\n", COLUMNS_MAX);
  size_t count = g_strv_length (lines);
  if (count == 0)
    return 0;
  const char *const maps[] = { lines[0], NULL };
  const char *const conditions[] = { count > 1 ? lines[1] : NULL, NULL };
  g_autoptr (event_map_t) map = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_made = event_map_new (maps, conditions, &map, &error);
  HOLDS (is_made == (error == NULL) && is_made == (map != NULL));
  if (is_made)
    check_map (map, lines + MIN (count, 2), count - MIN (count, 2));
  return 0;
}
