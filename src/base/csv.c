/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A streaming reader of RFC 4180. Lines without a quote, nearly all of them, are only searched for commas; the others go
 * through the fields one by one. A record that is cut by the end of the window is split again when there is more of it. */
#include "base/csv.h"

#include "base/error.h"
#include "base/input.h"
#include "base/text.h"

#include <string.h>

struct csv_reader {
  struct input *input;
  struct csv_record record;
  GArray *fields; /* of struct csv_field; as many as the header has, once it is read */
  GPtrArray *columns;
  gboolean has_header;
  gboolean has_bad;
  gint64 line;   /* of the first unread byte */
  char *scratch; /* fields with doubled quotes, undoubled */
  gsize scratch_capacity;
  gsize scratch_used;
};

/* How far splitting came with one record. */
struct splitting {
  gsize at;       /* offset in the unread bytes */
  gsize count;    /* fields */
  gsize line_end; /* offset of the LF that ends the line of `at`, or the end of all bytes */
  gint64 line;    /* of `at` */
};

enum outcome { OUTCOME_FIELD, OUTCOME_RECORD, OUTCOME_CUT, OUTCOME_BAD };

static gboolean bad_record (const struct csv_reader *reader, gint64 line, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
bad_record (const struct csv_reader *reader, gint64 line, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return error_set (error, ERROR_USAGE, "%s: line %" G_GINT64_FORMAT ": %s", reader->input->name, line, what);
}

static void
put_field (struct csv_reader *reader, struct splitting *splitting, const char *text, gsize length)
{
  if (!reader->has_header && splitting->count == reader->fields->len)
    g_array_set_size (reader->fields, reader->fields->len * 2 + 16);
  if (splitting->count < reader->fields->len)
    g_array_index (reader->fields, struct csv_field, splitting->count) = (struct csv_field){ text, length };
  splitting->count++;
}

/* Finds the end of the line that `at` stands on; FALSE when the window ends before it. */
static gboolean
find_line_end (const struct csv_reader *reader, struct splitting *splitting)
{
  const struct input *input = reader->input;
  const char *end = memchr (input->bytes + splitting->at, '\n', input->length - splitting->at);
  if (end == NULL && !input->ended)
    return FALSE;
  splitting->line_end = end == NULL ? input->length : (gsize) (end - input->bytes);
  return TRUE;
}

/* The end of the line without a CR. */
static gsize
text_end (const struct csv_reader *reader, const struct splitting *splitting)
{
  gsize end = splitting->line_end;
  return end > splitting->at && reader->input->bytes[end - 1] == '\r' ? end - 1 : end;
}

/* A line without quotes. */
static void
split_plain (struct csv_reader *reader, struct splitting *splitting)
{
  const char *bytes = reader->input->bytes;
  const char *at = bytes + splitting->at, *end = bytes + text_end (reader, splitting);
  for (;;) {
    const char *comma = memchr (at, ',', (gsize) (end - at));
    if (comma == NULL)
      break;
    put_field (reader, splitting, at, (gsize) (comma - at));
    at = comma + 1;
  }
  put_field (reader, splitting, at, (gsize) (end - at));
  splitting->at = splitting->line_end;
}

static enum outcome
split_unquoted (struct csv_reader *reader, struct splitting *splitting, GError **error)
{
  const char *bytes = reader->input->bytes;
  gsize end = text_end (reader, splitting);
  const char *text = bytes + splitting->at;
  const char *comma = memchr (text, ',', end - splitting->at);
  gsize length = comma == NULL ? end - splitting->at : (gsize) (comma - text);
  if (memchr (text, '"', length) != NULL) {
    bad_record (reader, splitting->line, error, "column %" G_GSIZE_FORMAT ": a quote inside a field that does not begin with one",
                splitting->count + 1);
    error_add_hint (error, "put the whole field into quotes and double the quotes inside it");
    return OUTCOME_BAD;
  }
  put_field (reader, splitting, text, length);
  splitting->at = comma == NULL ? splitting->line_end : splitting->at + length + 1;
  return comma == NULL ? OUTCOME_RECORD : OUTCOME_FIELD;
}

static char *
scratch_room (struct csv_reader *reader)
{
  if (reader->scratch_capacity < reader->input->length) {
    reader->scratch_capacity = reader->input->length;
    reader->scratch = g_realloc (reader->scratch, reader->scratch_capacity);
  }
  return reader->scratch + reader->scratch_used;
}

/* Undoubles the quotes of the text between the outer ones. */
static void
put_undoubled (struct csv_reader *reader, struct splitting *splitting, const char *text, gsize length)
{
  char *into = scratch_room (reader);
  gsize used = 0;
  for (gsize i = 0; i < length; i++) {
    into[used++] = text[i];
    if (text[i] == '"')
      i++;
  }
  reader->scratch_used += used;
  put_field (reader, splitting, into, used);
}

/* What stands behind a closing quote at `at`. */
static enum outcome
finish_quoted (struct csv_reader *reader, struct splitting *splitting, GError **error)
{
  const struct input *input = reader->input;
  if (splitting->at < input->length && input->bytes[splitting->at] == ',') {
    splitting->at++;
    return OUTCOME_FIELD;
  }
  if (!find_line_end (reader, splitting))
    return OUTCOME_CUT;
  if (text_end (reader, splitting) == splitting->at) {
    splitting->at = splitting->line_end;
    return OUTCOME_RECORD;
  }
  bad_record (reader, splitting->line, error, "column %" G_GSIZE_FORMAT ": text behind the closing quote", splitting->count);
  error_add_hint (error, "double the quotes inside a quoted field");
  return OUTCOME_BAD;
}

static enum outcome
split_quoted (struct csv_reader *reader, struct splitting *splitting, GError **error)
{
  const struct input *input = reader->input;
  const char *text = input->bytes + splitting->at + 1, *end = input->bytes + input->length;
  const char *quote = text;
  gboolean doubled = FALSE;
  for (;; quote += 2) {
    quote = memchr (quote, '"', (gsize) (end - quote));
    if (quote == NULL || (quote + 1 == end && !input->ended))
      break;
    if (quote + 1 == end || quote[1] != '"')
      break;
    doubled = TRUE;
  }
  if (quote == NULL && input->ended) {
    bad_record (reader, splitting->line, error, "column %" G_GSIZE_FORMAT ": the quote that is opened here is never closed",
                splitting->count + 1);
    splitting->at = input->length;
    return OUTCOME_BAD;
  }
  if (quote == NULL || (quote + 1 == end && !input->ended))
    return OUTCOME_CUT;
  gsize length = (gsize) (quote - text);
  if (doubled)
    put_undoubled (reader, splitting, text, length);
  else
    put_field (reader, splitting, text, length);
  for (const char *at = text; (at = memchr (at, '\n', (gsize) (quote - at))) != NULL; at++)
    splitting->line++;
  splitting->at = (gsize) (quote - input->bytes) + 1;
  return finish_quoted (reader, splitting, error);
}

/* Splits the record at the beginning of the window. */
static enum outcome
split (struct csv_reader *reader, struct splitting *splitting, GError **error)
{
  const struct input *input = reader->input;
  *splitting = (struct splitting){ .line = reader->line };
  reader->scratch_used = 0;
  if (!find_line_end (reader, splitting))
    return OUTCOME_CUT;
  if (memchr (input->bytes, '"', splitting->line_end) == NULL) {
    split_plain (reader, splitting);
    return OUTCOME_RECORD;
  }
  enum outcome outcome = OUTCOME_FIELD;
  while (outcome == OUTCOME_FIELD) {
    if (splitting->at < input->length && input->bytes[splitting->at] == '"')
      outcome = split_quoted (reader, splitting, error);
    else if (find_line_end (reader, splitting))
      outcome = split_unquoted (reader, splitting, error);
    else
      outcome = OUTCOME_CUT;
  }
  /* A bad record ends with its line, so that reading can go on behind it. */
  if (outcome == OUTCOME_BAD && !find_line_end (reader, splitting))
    outcome = OUTCOME_CUT;
  if (outcome == OUTCOME_BAD)
    splitting->at = splitting->line_end;
  return outcome;
}

static gboolean
fail_length (const struct csv_reader *reader, gint64 line, GError **error)
{
  bad_record (reader, line, error, "the record that begins here is longer than %d MiB", CSV_RECORD_MAX >> 20);
  return error_add_hint (error, "look for a quote that is opened here and not closed");
}

/* At least doubles the window, so that a long record is split a few times only. FALSE at the limit. */
static gboolean
widen (struct csv_reader *reader, GError **error)
{
  struct input *input = reader->input;
  if (input->length > CSV_RECORD_MAX)
    return fail_length (reader, reader->line, error);
  gsize wanted = input->length * 2;
  do
    if (!input_more (input, error))
      return FALSE;
  while (input->length < wanted && !input->ended);
  return TRUE;
}

static gboolean
check_bytes (struct csv_reader *reader, GError **error)
{
  const struct csv_record *record = &reader->record;
  gsize offset = 0;
  if (text_is_utf8 (record->raw, (gssize) record->raw_length, &offset))
    return TRUE;
  const char *bad = record->raw + offset;
  gint64 line = record->line;
  const char *start = record->raw;
  for (const char *at = start; (at = memchr (at, '\n', (gsize) (bad - at))) != NULL; at++) {
    line++;
    start = at + 1;
  }
  g_autofree char *what
      = *bad == '\0' ? g_strdup ("a NUL byte") : g_strdup_printf ("byte 0x%02x is not UTF-8", (guint) (guchar) *bad);
  bad_record (reader, line, error, "at byte %" G_GSIZE_FORMAT " of the line: %s", (gsize) (bad - start) + 1, what);
  return error_add_hint (error, "save the file as UTF-8 text");
}

/* Takes the split record out of the window. */
static void
take_record (struct csv_reader *reader, const struct splitting *splitting)
{
  struct input *input = reader->input;
  gsize end = splitting->at;
  reader->record.line = reader->line;
  reader->record.raw = input->bytes;
  reader->record.raw_length = end > 0 && input->bytes[end - 1] == '\r' ? end - 1 : end;
  reader->record.count = splitting->count;
  reader->record.fields = (const struct csv_field *) (const void *) reader->fields->data;
  reader->line = splitting->line + 1;
  input_skip (input, end < input->length ? end + 1 : end);
}

/* *ret: there is a record. A failure with has_bad can be read over. */
static gboolean
read_record (struct csv_reader *reader, gboolean *ret, GError **error)
{
  struct splitting splitting = { 0 };
  reader->has_bad = FALSE;
  *ret = FALSE;
  for (;;) {
    if (reader->input->length == 0 && reader->input->ended)
      return TRUE;
    g_autoptr (GError) bad = NULL;
    enum outcome outcome = split (reader, &splitting, &bad);
    if (outcome == OUTCOME_CUT) {
      if (!widen (reader, error))
        return FALSE;
      continue;
    }
    take_record (reader, &splitting);
    if (outcome == OUTCOME_RECORD && reader->record.raw_length == 0)
      continue;
    reader->has_bad = TRUE;
    if (outcome == OUTCOME_BAD) {
      g_propagate_error (error, g_steal_pointer (&bad));
      return FALSE;
    }
    if (reader->record.raw_length > CSV_RECORD_MAX)
      return fail_length (reader, reader->record.line, error);
    if (!check_bytes (reader, error))
      return FALSE;
    reader->has_bad = FALSE;
    *ret = TRUE;
    return TRUE;
  }
}

gboolean
csv_reader_next (struct csv_reader *reader, const struct csv_record **ret, GError **error)
{
  gboolean any = FALSE;
  if (!read_record (reader, &any, error))
    return FALSE;
  if (any && reader->record.count != reader->columns->len - 1) {
    reader->has_bad = TRUE;
    return bad_record (reader, reader->record.line, error, "%" G_GSIZE_FORMAT " columns where the header has %u",
                       reader->record.count, reader->columns->len - 1);
  }
  *ret = any ? &reader->record : NULL;
  return TRUE;
}

const struct csv_record *
csv_reader_bad (const struct csv_reader *reader)
{
  return reader->has_bad ? &reader->record : NULL;
}

static gboolean
read_header (struct csv_reader *reader, GError **error)
{
  gboolean any = FALSE;
  if (!input_skip_mark (reader->input, error) || !read_record (reader, &any, error))
    return FALSE;
  if (!any) {
    error_set (error, ERROR_USAGE, "%s: the file is empty", reader->input->name);
    return error_add_hint (error, "the first line names the columns");
  }
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (gsize i = 0; i < reader->record.count; i++) {
    char *name = g_strndup (reader->record.fields[i].text, reader->record.fields[i].length);
    g_ptr_array_add (reader->columns, name);
    if (!g_hash_table_add (seen, name))
      return bad_record (reader, reader->record.line, error, "the column '%s' stands twice in the header", name);
  }
  g_ptr_array_add (reader->columns, NULL);
  g_array_set_size (reader->fields, (guint) reader->record.count);
  reader->has_header = TRUE;
  return TRUE;
}

gboolean
csv_reader_new (struct input *input, struct csv_reader **ret, GError **error)
{
  g_autoptr (csv_reader_t) reader = g_new0 (struct csv_reader, 1);
  reader->input = input;
  reader->line = 1;
  reader->fields = g_array_new (FALSE, TRUE, sizeof (struct csv_field));
  reader->columns = g_ptr_array_new_with_free_func (g_free);
  if (!read_header (reader, error))
    return FALSE;
  *ret = g_steal_pointer (&reader);
  return TRUE;
}

gboolean
csv_reader_open (const char *path, struct csv_reader **ret, GError **error)
{
  struct input *input = NULL;
  return input_open (path, &input, error) && csv_reader_new (input, ret, error);
}

gboolean
csv_reader_open_memory (const char *name, const char *bytes, gsize length, struct csv_reader **ret, GError **error)
{
  return csv_reader_new (input_new_memory (name, bytes, length), ret, error);
}

void
csv_reader_free (struct csv_reader *reader)
{
  if (reader == NULL)
    return;
  input_free (reader->input);
  g_array_unref (reader->fields);
  g_ptr_array_unref (reader->columns);
  g_free (reader->scratch);
  g_free (reader);
}

const char *const *
csv_reader_columns (const struct csv_reader *reader)
{
  return (const char *const *) reader->columns->pdata;
}

int
csv_reader_column (const struct csv_reader *reader, const char *name)
{
  for (guint i = 0; i + 1 < reader->columns->len; i++)
    if (strcmp (name, g_ptr_array_index (reader->columns, i)) == 0)
      return (int) i;
  return -1;
}

const char *
csv_reader_name (const struct csv_reader *reader)
{
  return reader->input->name;
}

gint64
csv_reader_position (const struct csv_reader *reader)
{
  return reader->input->position;
}

gint64
csv_reader_size (const struct csv_reader *reader)
{
  return reader->input->size;
}

gboolean
csv_hint_separator (const char *const *columns, GError **error)
{
  if (columns[0] == NULL || columns[1] != NULL)
    return FALSE;
  if (strchr (columns[0], ';') != NULL)
    return error_add_hint (error, "the columns are separated by ';': save the file with commas between them");
  if (strchr (columns[0], '\t') != NULL)
    return error_add_hint (error, "the columns are separated by tabs: save the file with commas between them");
  return FALSE;
}
