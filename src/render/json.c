/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON and NDJSON.
 *
 * A list is an array with one object on each line; a show is one object, pretty-printed with two spaces. NDJSON is one
 * compact object on each line. What stands before each value of a row is put together once for all rows. */
#include "render/renderer.h"
#include "render/utf8.h"

#include "base/json.h"

enum json_style { JSON_COMPACT, JSON_LINE, JSON_PRETTY };

enum {
  ESCAPE_GROWTH = 6,        /* a byte becomes \u00XX at most */
  ESCAPE_PART = 8 * 1024,   /* input bytes escaped at a time: they fit the output buffer */
  INDENT = 2,
};

struct json {
  enum json_style style;
  gboolean member;   /* the outer object has a member already */
  GString *prefixes; /* what stands before each value of a row, one behind the other */
  GArray *ends;      /* gsize: where each prefix ends */
};

/* 0: goes out as it is. Otherwise the letter behind the backslash, or 'u'. Bytes from 0x80 are looked at one by one. */
static const char escapes[256] = {
  [0x00] = 'u', [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u', [0x05] = 'u', [0x06] = 'u', [0x07] = 'u',
  [0x08] = 'b', [0x09] = 't', [0x0A] = 'n', [0x0B] = 'u', [0x0C] = 'f', [0x0D] = 'r', [0x0E] = 'u', [0x0F] = 'u',
  [0x10] = 'u', [0x11] = 'u', [0x12] = 'u', [0x13] = 'u', [0x14] = 'u', [0x15] = 'u', [0x16] = 'u', [0x17] = 'u',
  [0x18] = 'u', [0x19] = 'u', [0x1A] = 'u', [0x1B] = 'u', [0x1C] = 'u', [0x1D] = 'u', [0x1E] = 'u', [0x1F] = 'u',
  ['"'] = '"', ['\\'] = '\\', [0x7F] = 'u',
};

static gsize
put_unicode_escape (char *to, guint code)
{
  static const char digits[] = "0123456789abcdef";
  memcpy (to, "\\u00", 4);
  to[4] = digits[code >> 4 & 15];
  to[5] = digits[code & 15];
  return 6;
}

/* One sequence from 0x80 up: itself, \u0080 … \u009f for the C1 controls that some terminals obey, or U+FFFD. */
static gsize
put_sequence (char *to, const guchar *from, gsize length, gsize *ret_consumed)
{
  gsize sequence = utf8_sequence_length (from, length);
  *ret_consumed = MAX (sequence, 1);
  if (sequence == 0)
    {
      memcpy (to, UTF8_REPLACEMENT, UTF8_REPLACEMENT_LENGTH);
      return UTF8_REPLACEMENT_LENGTH;
    }
  if (from[0] == 0xC2 && from[1] < 0xA0)
    return put_unicode_escape (to, from[1]);
  memcpy (to, from, sequence);
  return sequence;
}

/* Escapes the first `limit` of `length` bytes, and the rest of a sequence that begins there. `raw`: the text is the
 * inside of a JSON string already, so that quotes and backslashes stay. `to` has room for ESCAPE_GROWTH * (limit +
 * 3). */
static gsize
escape (const char *text, gsize length, gsize limit, gboolean raw, char *to, gsize *ret_consumed)
{
  const guchar *from = (const guchar *) text;
  gsize at = 0, written = 0;
  while (at < MIN (limit, length))
    {
      guchar byte = from[at];
      char how = escapes[byte];
      if (byte >= 0x80)
        {
          gsize consumed;
          written += put_sequence (to + written, from + at, length - at, &consumed);
          at += consumed;
          continue;
        }
      at++;
      if (how == 0 || (raw && (byte == '"' || byte == '\\')))
        to[written++] = (char) byte;
      else if (how == 'u')
        written += put_unicode_escape (to + written, byte);
      else
        {
          to[written++] = '\\';
          to[written++] = how;
        }
    }
  *ret_consumed = at;
  return written;
}

static void
put_escaped (struct output *output, const char *text, gsize length, gboolean raw)
{
  while (length > 0)
    {
      gsize limit = MIN (length, (gsize) ESCAPE_PART), consumed;
      char *to = output_room (output, ESCAPE_GROWTH * (limit + 3));
      output_filled (output, escape (text, length, limit, raw, to, &consumed));
      text += consumed;
      length -= consumed;
    }
}

static void
put_string (struct output *output, const char *text, gsize length)
{
  output_byte (output, '"');
  put_escaped (output, text, length, FALSE);
  output_byte (output, '"');
}

static void
put_line_start (struct output *output, gsize depth)
{
  output_byte (output, '\n');
  output_spaces (output, depth * INDENT);
}

/* The end of the string that begins at text[0] == '"': behind its closing quote, or `length`. */
static gsize
string_end (const char *text, gsize length)
{
  gsize at = 1;
  while (at < length && text[at] != '"')
    at += text[at] == '\\' ? 2 : 1;
  return MIN (at + 1, length);
}

static gsize
skip_space (const char *text, gsize length, gsize at)
{
  while (at < length && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r')))
    at++;
  return at;
}

static gboolean
is_closing (const char *text, gsize length, gsize at)
{
  return at < length && (text[at] == '}' || text[at] == ']');
}

/* A JSON value that came as text, laid out in the style of what is around it. It is trusted to be JSON; the line
 * structure of the output stays whole even when it is not. */
static void
put_value (struct output *output, const char *text, gsize length, enum json_style style, gsize depth)
{
  gsize at = skip_space (text, length, 0);
  if (at == length)
    output_put (output, "null", 4);
  while (at < length)
    {
      char byte = text[at];
      gboolean opens = byte == '{' || byte == '[';
      gsize end = byte == '"' ? at + string_end (text + at, length - at) : at + 1;
      if (is_closing (text, length, at) && style == JSON_PRETTY)
        put_line_start (output, depth > 0 ? --depth : 0);
      put_escaped (output, text + at, end - at, TRUE);
      at = skip_space (text, length, end);
      if (opens && is_closing (text, length, at))
        {
          output_byte (output, text[at]);
          at = skip_space (text, length, at + 1);
        }
      else if (style == JSON_PRETTY && (opens || byte == ','))
        put_line_start (output, opens ? ++depth : depth);
      else if ((byte == ':' && style != JSON_COMPACT) || (byte == ',' && style == JSON_LINE))
        output_byte (output, ' ');
    }
}

/* In lower case, as the payment APIs write it. */
static void
put_currency (struct output *output, const char *code, gsize length)
{
  output_byte (output, '"');
  for (gsize i = 0; i < length; i++)
    {
      char letter = g_ascii_tolower (code[i]);
      put_escaped (output, &letter, 1, FALSE);
    }
  output_byte (output, '"');
}

/* `depth` is that of the member whose value this is. */
static void
put_cell (struct output *output, const struct cell *cell, enum json_style style, gsize depth)
{
  char text[CELL_TEXT_SIZE];
  switch (cell->kind)
    {
    case CELL_NULL:
      output_put (output, "null", 4);
      break;
    case CELL_TEXT:
    case CELL_CODE:
    case CELL_DECIMAL:
      put_string (output, cell->text.bytes, cell_text_length (cell));
      break;
    case CELL_CURRENCY:
      put_currency (output, cell->text.bytes, cell_text_length (cell));
      break;
    case CELL_JSON:
      put_value (output, cell->text.bytes, cell_text_length (cell), style, depth);
      break;
    case CELL_INTEGER:
    case CELL_MONEY:
      output_put (output, text, integer_format (cell->number, text));
      break;
    case CELL_BOOLEAN:
      output_put (output, text, cell_format (cell, text));
      break;
    case CELL_DATE:
    case CELL_INSTANT:
      output_byte (output, '"');
      output_put (output, text, cell_format (cell, text));
      output_byte (output, '"');
      break;
    }
}

static gboolean
open_in_style (struct document *document, enum json_style style)
{
  struct json *json = g_new0 (struct json, 1);
  json->style = style;
  json->prefixes = g_string_new (NULL);
  json->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  document->own = json;
  return TRUE;
}

static gboolean
json_open (struct document *document, GError **error)
{
  (void) error;
  return open_in_style (document, JSON_LINE);
}

static gboolean
ndjson_open (struct document *document, GError **error)
{
  (void) error;
  return open_in_style (document, JSON_COMPACT);
}

static void
json_free (struct document *document)
{
  struct json *json = document->own;
  if (json == NULL)
    return;
  g_string_free (json->prefixes, TRUE);
  g_array_unref (json->ends);
  g_free (json);
}

/* Begins a member of the outer object of a show. */
static void
put_member (struct document *document, const char *key)
{
  struct json *json = document->own;
  if (json->member)
    output_byte (&document->output, ',');
  json->member = TRUE;
  put_line_start (&document->output, 1);
  put_string (&document->output, key, strlen (key));
  output_put (&document->output, ": ", 2);
}

static void
json_fields (struct document *document)
{
  struct json *json = document->own;
  json->style = JSON_PRETTY;
  output_byte (&document->output, '{');
  for (gsize i = 0; i < document->rows.shown_count; i++)
    {
      const struct field *field = &g_array_index (document->fields, struct field, document->rows.shown[i]);
      put_member (document, field->key);
      put_cell (&document->output, &field->cell, JSON_PRETTY, 1);
    }
}

static void
prepare_prefixes (struct json *json, const struct rows *rows)
{
  static const char *const before_member[] = { [JSON_COMPACT] = "", [JSON_LINE] = " ", [JSON_PRETTY] = "\n      " };
  g_string_truncate (json->prefixes, 0);
  g_array_set_size (json->ends, 0);
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const char *key = rows->columns[rows->shown[i]].key;
      g_string_append_c (json->prefixes, i == 0 ? '{' : ',');
      if (i > 0 || json->style == JSON_PRETTY)
        g_string_append (json->prefixes, before_member[json->style]);
      json_append_string (json->prefixes, key);
      g_string_append (json->prefixes, json->style == JSON_COMPACT ? ":" : ": ");
      g_array_append_val (json->ends, json->prefixes->len);
    }
}

static void
json_begin_rows (struct document *document)
{
  struct json *json = document->own;
  prepare_prefixes (json, &document->rows);
  if (json->style == JSON_COMPACT)
    return;
  if (document->rows.key != NULL)
    put_member (document, document->rows.key);
  output_byte (&document->output, '[');
}

static void
put_row_start (struct document *document, enum json_style style)
{
  if (style == JSON_COMPACT)
    return;
  if (document->rows.written > 0)
    output_byte (&document->output, ',');
  put_line_start (&document->output, style == JSON_PRETTY ? 2 : 1);
}

static void
json_row (struct document *document, const struct cell *cells)
{
  const struct json *json = document->own;
  const struct rows *rows = &document->rows;
  gsize start = 0;
  put_row_start (document, json->style);
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      gsize end = g_array_index (json->ends, gsize, i);
      output_put (&document->output, json->prefixes->str + start, end - start);
      put_cell (&document->output, &cells[rows->shown[i]], json->style, 3);
      start = end;
    }
  if (json->style == JSON_PRETTY)
    put_line_start (&document->output, 2);
  output_byte (&document->output, '}');
  if (json->style == JSON_COMPACT)
    output_byte (&document->output, '\n');
}

static void
json_end_rows (struct document *document)
{
  const struct json *json = document->own;
  if (json->style == JSON_COMPACT)
    return;
  if (document->rows.written > 0)
    put_line_start (&document->output, json->style == JSON_PRETTY ? 1 : 0);
  output_byte (&document->output, ']');
  if (json->style == JSON_LINE)
    output_byte (&document->output, '\n');
}

static gboolean
json_close (struct document *document, GError **error)
{
  const struct json *json = document->own;
  (void) error;
  if (json->style == JSON_PRETTY)
    output_text (&document->output, json->member ? "\n}\n" : "}\n");
  return TRUE;
}

const struct renderer renderer_json = {
  .all_columns = TRUE,
  .open = json_open,
  .fields = json_fields,
  .begin_rows = json_begin_rows,
  .row = json_row,
  .end_rows = json_end_rows,
  .close = json_close,
  .free = json_free,
};

const struct renderer renderer_ndjson = {
  .first_section_only = TRUE,
  .all_columns = TRUE,
  .open = ndjson_open,
  .begin_rows = json_begin_rows,
  .row = json_row,
  .end_rows = json_end_rows,
  .free = json_free,
};
