/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: records have the header's width, bad ones say where, and what was read survives being written again with every field
 * in quotes. */
#include "fuzz.h"

#include "base/csv.h"

#include <string.h>

static void
append_quoted (GString *out, const char *text, size_t length)
{
  g_string_append_c (out, '"');
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, text[i]);
  }
  g_string_append_c (out, '"');
}

static void
append_header (GString *out, const char *const *columns)
{
  for (size_t i = 0; columns[i] != NULL; i++) {
    g_string_append (out, i == 0 ? "" : ",");
    append_quoted (out, columns[i], strlen (columns[i]));
  }
  g_string_append_c (out, '\n');
}

static void
append_record (GString *out, const struct csv_record *record)
{
  for (size_t i = 0; i < record->count; i++) {
    g_string_append (out, i == 0 ? "" : ",");
    append_quoted (out, record->fields[i].text, record->fields[i].length);
  }
  g_string_append_c (out, '\n');
}

/* Reads to the end, past bad records; the good ones go to `out`, which may be NULL. Returns how many were good. */
static size_t
read_all (struct csv_reader *reader, GString *out, gboolean *ret_bad)
{
  size_t width = g_strv_length ((char **) csv_reader_columns (reader)), count = 0;
  gint64 line = 0;
  for (;;) {
    const struct csv_record *record = NULL;
    g_autoptr (GError) error = NULL;
    if (!csv_reader_next (reader, &record, &error)) {
      *ret_bad = TRUE;
      HOLDS (error != NULL && g_str_has_prefix (error->message, "fuzz.csv: line "));
      HOLDS (g_utf8_validate (error->message, -1, NULL));
      if (csv_reader_bad (reader) == NULL)
        return count;
      continue;
    }
    if (record == NULL)
      return count;
    HOLDS (record->count == width && record->line > line);
    line = record->line;
    for (size_t i = 0; i < width; i++) {
      HOLDS (g_utf8_validate_len (record->fields[i].text, record->fields[i].length, NULL));
      HOLDS (memchr (record->fields[i].text, '\0', record->fields[i].length) == NULL);
    }
    count++;
    if (out != NULL)
      append_record (out, record);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (csv_reader_t) reader = NULL;
  g_autoptr (csv_reader_t) again = NULL;
  g_autoptr (GString) written = g_string_new ("");
  g_autoptr (GString) rewritten = g_string_new ("");
  gboolean is_bad = FALSE, is_bad_again = FALSE;
  if (!csv_reader_open_memory ("fuzz.csv", (const char *) data, size, &reader, NULL))
    return 0;
  append_header (written, csv_reader_columns (reader));
  size_t count = read_all (reader, written, &is_bad);
  HOLDS (csv_reader_open_memory ("fuzz.csv", written->str, written->len, &again, NULL));
  append_header (rewritten, csv_reader_columns (again));
  HOLDS (read_all (again, rewritten, &is_bad_again) == count && !is_bad_again);
  HOLDS (g_string_equal (written, rewritten));
  return 0;
}
