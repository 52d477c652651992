/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of events from CSV files and JSON lines. */
#include "base/error.h"
#include "base/input.h"
#include "service/event-line.h"
#include "service/usage-import-private.h"

#include <string.h>

struct row_source {
  struct event_map *map;  /* borrowed */
  struct csv_reader *csv; /* or: */
  struct input *input;
  gint64 line;
  struct event_line *parser;
  GArray *values; /* struct csv_field, of JSON members in the order of the map's columns */
  GArray *seen;   /* gboolean, likewise */
  gboolean any;
};

void
row_source_free (struct row_source *source)
{
  if (source == NULL)
    return;
  csv_reader_free (source->csv);
  input_free (source->input);
  event_line_free (source->parser);
  g_clear_pointer (&source->values, g_array_unref);
  g_clear_pointer (&source->seen, g_array_unref);
  g_free (source);
}

static gboolean
guess_input (const char *path, struct input *input, enum usage_input *ret, GError **error)
{
  if (!input_skip_mark (input, error))
    return FALSE;
  if (g_str_has_suffix (path, ".csv"))
    *ret = USAGE_INPUT_CSV;
  else if (g_str_has_suffix (path, ".jsonl") || g_str_has_suffix (path, ".ndjson"))
    *ret = USAGE_INPUT_JSONL;
  else
    *ret = input->length > 0 && input->bytes[0] == '{' ? USAGE_INPUT_JSONL : USAGE_INPUT_CSV;
  return TRUE;
}

static gboolean
open_csv (struct row_source *source, struct input *input, GError **error)
{
  return csv_reader_new (input, &source->csv, error)
         && event_map_bind (source->map, csv_reader_columns (source->csv), csv_reader_name (source->csv), error);
}

static void
open_lines (struct row_source *source, struct input *input)
{
  guint columns = g_strv_length ((char **) (gpointer) event_map_columns (source->map));
  source->input = input;
  source->parser = event_line_new ();
  source->values = g_array_new (FALSE, TRUE, sizeof (struct csv_field));
  g_array_set_size (source->values, columns);
  source->seen = g_array_new (FALSE, TRUE, sizeof (gboolean));
  g_array_set_size (source->seen, columns);
  event_map_bind_members (source->map);
}

gboolean
row_source_open (const struct usage_import_request *request, struct event_map *map, struct row_source **ret, GError **error)
{
  g_autoptr (input_t) input = NULL;
  enum usage_input kind = request->input;
  if (!input_open (request->path, &input, error)
      || (kind == USAGE_INPUT_GUESSED && !guess_input (request->path, input, &kind, error)))
    return FALSE;
  g_autoptr (row_source_t) source = g_new0 (struct row_source, 1);
  source->map = map;
  if (kind == USAGE_INPUT_JSONL)
    open_lines (source, g_steal_pointer (&input));
  else if (!open_csv (source, g_steal_pointer (&input), error))
    return FALSE;
  *ret = g_steal_pointer (&source);
  return TRUE;
}

/* --- CSV --- */

static enum row_status
next_record (struct row_source *source, struct import_row *ret, GError **error)
{
  const struct csv_record *record = NULL;
  gboolean ok = csv_reader_next (source->csv, &record, error);
  if (!ok)
    record = csv_reader_bad (source->csv);
  if (record == NULL)
    return ok ? ROW_END : ROW_FAILED;
  ret->line = record->line;
  ret->raw = record->raw;
  ret->raw_length = record->raw_length;
  ret->is_record = ok;
  if (!ok)
    return ROW_BAD;
  if (!event_map_accepts (source->map, record->fields))
    return ROW_SKIPPED;
  event_map_apply (source->map, record->fields, &ret->fields);
  return ROW_EVENT;
}

/* --- JSON lines --- */

static gboolean
is_blank (const char *text, gsize length)
{
  gsize i = 0;
  while (i < length && (text[i] == ' ' || text[i] == '\t'))
    i++;
  return i == length;
}

static void
note_seen (struct row_source *source)
{
  for (guint i = 0; i < source->values->len; i++)
    if (g_array_index (source->values, struct csv_field, i).text != NULL)
      g_array_index (source->seen, gboolean, i) = TRUE;
}

static enum row_status
read_native_line (struct row_source *source, struct import_row *ret, GError **error)
{
  const char *const *columns = event_map_columns (source->map);
  if (!event_line_parse (source->parser, ret->raw, ret->raw_length, &ret->fields, error))
    return ROW_BAD;
  if (columns[0] == NULL)
    return ROW_EVENT;
  for (guint i = 0; columns[i] != NULL; i++)
    g_array_index (source->values, struct csv_field, i) = event_line_value (source->parser, columns[i]);
  note_seen (source);
  return event_map_accepts (source->map, (const struct csv_field *) (gpointer) source->values->data) ? ROW_EVENT : ROW_SKIPPED;
}

static enum row_status
read_mapped_line (struct row_source *source, struct import_row *ret, GError **error)
{
  struct csv_field *values = (struct csv_field *) (gpointer) source->values->data;
  if (!event_line_members (source->parser, ret->raw, ret->raw_length, event_map_columns (source->map), values, error))
    return ROW_BAD;
  note_seen (source);
  if (!event_map_accepts (source->map, values))
    return ROW_SKIPPED;
  event_map_apply (source->map, values, &ret->fields);
  return ROW_EVENT;
}

static enum row_status
next_line (struct row_source *source, struct import_row *ret, GError **error)
{
  do {
    if (!input_line (source->input, CSV_RECORD_MAX, &ret->raw, &ret->raw_length, error))
      return ROW_FAILED;
    if (ret->raw == NULL)
      return ROW_END;
    ret->line = ++source->line;
  } while (is_blank (ret->raw, ret->raw_length));
  ret->is_record = FALSE;
  source->any = TRUE;
  enum row_status status
      = event_map_is_native (source->map) ? read_native_line (source, ret, error) : read_mapped_line (source, ret, error);
  if (status == ROW_BAD)
    error_prefix (error, "%s: line %" G_GINT64_FORMAT ": ", source->input->name, ret->line);
  return status;
}

enum row_status
row_source_next (struct row_source *source, struct import_row *ret, GError **error)
{
  return source->csv != NULL ? next_record (source, ret, error) : next_line (source, ret, error);
}

gboolean
row_source_finish (struct row_source *source, GError **error)
{
  if (source->csv != NULL)
    return TRUE;
  if (!source->any)
    return error_set (error, ERROR_USAGE, "%s: the file is empty", source->input->name);
  const char *unseen = event_map_unseen (source->map, (const gboolean *) (gpointer) source->seen->data);
  if (unseen == NULL)
    return TRUE;
  return error_set (error, ERROR_USAGE, "%s: no line has the member '%s' that --where asks for", source->input->name, unseen);
}

/* --- About the file --- */

const char *
row_source_name (const struct row_source *source)
{
  return source->csv != NULL ? csv_reader_name (source->csv) : source->input->name;
}

char *
row_source_header (const struct row_source *source)
{
  if (source->csv == NULL)
    return NULL;
  GString *header = g_string_new (NULL);
  for (const char *const *column = csv_reader_columns (source->csv); *column != NULL; column++) {
    g_autoptr (GString) name = g_string_new (*column);
    g_string_replace (name, "\"", "\"\"", 0);
    const char *quote = strpbrk (name->str, "\",\r\n") == NULL ? "" : "\"";
    g_string_append_printf (header, "%s%s%s%s", header->len > 0 ? "," : "", quote, name->str, quote);
  }
  return g_string_free (header, FALSE);
}

gint64
row_source_position (const struct row_source *source)
{
  return source->csv != NULL ? csv_reader_position (source->csv) : source->input->position;
}

gint64
row_source_size (const struct row_source *source)
{
  return source->csv != NULL ? csv_reader_size (source->csv) : source->input->size;
}
