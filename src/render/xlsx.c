/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreadsheets: the rows go to the helper program billctl-xlsx, which writes the file.
 *
 * What it is sent, one line each:
 *
 *   {"billctl-xlsx":1,"as_of_us":…}
 *   {"sheet":"Invoices","columns":[{"title":"Number","kind":"code"},…]}     a new sheet
 *   CELL<tab>CELL…                                                          a row of it
 *   {"end":true,"rows":…}                                                   all is there, in that many rows
 *
 * and it answers {"ok":true,"rows":…}. The file's name is its argument: a name need not be UTF-8. A cell is empty
 * (null) or a letter and a value: s text, n number, m amount in major units (its digits after the point are those
 * of the currency), b 0 or 1, d day since 1970-01-01, t microseconds since then. In text, \\ \t \n \r stand for a
 * backslash, a tab, a newline and a carriage return. No row begins with "{". */
#include "render/renderer.h"
#include "render/utf8.h"

#include "base/error.h"
#include "base/json.h"
#include "base/process.h"

#include <errno.h>

enum {
  ESCAPE_GROWTH = 5,      /* a control character becomes \\x1b */
  ESCAPE_PART = 8 * 1024, /* input bytes escaped at a time: they fit the output buffer */
};

struct xlsx {
  struct process *process;
  guint64 rows;
};

static int
output_to_helper (void *target, const char *bytes, gsize length)
{
  return process_write (target, bytes, length, NULL) ? 0 : EPIPE;
}

static gboolean
xlsx_open (struct document *document, GError **error)
{
  if (document->request.path == NULL || document->request.exec_path == NULL)
    BUG ("a spreadsheet without a path");
  const char *arguments[] = { document->request.path, NULL };
  const struct process_request request = {
    .directory = document->request.exec_path, .name = "billctl-xlsx", .arguments = arguments
  };
  struct process *process;
  if (!process_start (&request, &process, error))
    return FALSE;
  struct xlsx *xlsx = g_new0 (struct xlsx, 1);
  xlsx->process = process;
  document->own = xlsx;
  document->output.sink = output_to_helper;
  document->output.target = process;
  g_autofree char *first = g_strdup_printf ("{\"billctl-xlsx\":1,\"as_of_us\":%" G_GINT64_FORMAT "}\n",
                                            document->request.as_of_us);
  output_text (&document->output, first);
  return TRUE;
}

static void
xlsx_free (struct document *document)
{
  struct xlsx *xlsx = document->own;
  if (xlsx == NULL)
    return;
  process_free (xlsx->process);
  g_free (xlsx);
}

/* --- text ------------------------------------------------------------------------------------------------------ */

/* 0: as it is; 'x': made visible as \xNN; otherwise the letter behind the backslash. Bytes from 0x80 are looked at
 * one by one. */
static const char escapes[256] = {
  [0x00] = 'x', [0x01] = 'x', [0x02] = 'x', [0x03] = 'x', [0x04] = 'x', [0x05] = 'x', [0x06] = 'x', [0x07] = 'x',
  [0x08] = 'x', ['\t'] = 't', ['\n'] = 'n', [0x0B] = 'x', [0x0C] = 'x', ['\r'] = 'r', [0x0E] = 'x', [0x0F] = 'x',
  [0x10] = 'x', [0x11] = 'x', [0x12] = 'x', [0x13] = 'x', [0x14] = 'x', [0x15] = 'x', [0x16] = 'x', [0x17] = 'x',
  [0x18] = 'x', [0x19] = 'x', [0x1A] = 'x', [0x1B] = 'x', [0x1C] = 'x', [0x1D] = 'x', [0x1E] = 'x', [0x1F] = 'x',
  ['\\'] = '\\', [0x7F] = 'x',
};

static gsize
escape_byte (char *to, guchar byte)
{
  static const char digits[] = "0123456789abcdef";
  to[0] = '\\';
  to[1] = escapes[byte];
  if (to[1] != 'x')
    return 2;
  memcpy (to + 1, "\\x", 2);
  to[3] = digits[byte >> 4];
  to[4] = digits[byte & 15];
  return 5;
}

/* XML has no place for U+FFFE and U+FFFF. */
static gboolean
is_noncharacter (const guchar *sequence, gsize length)
{
  return length == 3 && sequence[0] == 0xEF && sequence[1] == 0xBF && sequence[2] >= 0xBE;
}

static gsize
put_sequence (char *to, const guchar *from, gsize length, gsize *ret_consumed)
{
  gsize sequence = utf8_sequence_length (from, length);
  *ret_consumed = MAX (sequence, 1);
  if (sequence == 0 || is_noncharacter (from, sequence))
    {
      memcpy (to, UTF8_REPLACEMENT, UTF8_REPLACEMENT_LENGTH);
      return UTF8_REPLACEMENT_LENGTH;
    }
  memcpy (to, from, sequence);
  return sequence;
}

static gsize
escape (const char *text, gsize length, gsize limit, char *to, gsize *ret_consumed)
{
  const guchar *from = (const guchar *) text;
  gsize at = 0, written = 0;
  while (at < MIN (limit, length))
    {
      gsize consumed = 1;
      if (from[at] >= 0x80)
        written += put_sequence (to + written, from + at, length - at, &consumed);
      else if (escapes[from[at]] == 0)
        to[written++] = text[at];
      else
        written += escape_byte (to + written, from[at]);
      at += consumed;
    }
  *ret_consumed = at;
  return written;
}

static void
put_text (struct output *output, const char *text, gsize length)
{
  output_byte (output, 's');
  while (length > 0)
    {
      gsize limit = MIN (length, (gsize) ESCAPE_PART), consumed;
      char *to = output_room (output, ESCAPE_GROWTH * (limit + 3));
      output_filled (output, escape (text, length, limit, to, &consumed));
      text += consumed;
      length -= consumed;
    }
}

static void
put_currency (struct output *output, const char *code, gsize length)
{
  g_autofree char *upper = g_ascii_strup (code, (gssize) length);
  put_text (output, upper, length);
}

/* --- sheets ---------------------------------------------------------------------------------------------------- */

static void
put_cell (struct output *output, const struct cell *cell)
{
  static const char letters[] = {
    [CELL_INTEGER] = 'n', [CELL_MONEY] = 'm', [CELL_BOOLEAN] = 'b', [CELL_DATE] = 'd', [CELL_INSTANT] = 't',
  };
  switch (cell->kind)
    {
    case CELL_NULL:
      break;
    case CELL_TEXT:
    case CELL_CODE:
    case CELL_JSON:
      put_text (output, cell->text.bytes, cell_text_length (cell));
      break;
    case CELL_CURRENCY:
      put_currency (output, cell->text.bytes, cell_text_length (cell));
      break;
    case CELL_DECIMAL:
      output_byte (output, 'n');
      output_put (output, cell->text.bytes, cell_text_length (cell));
      break;
    case CELL_MONEY:
      output_byte (output, letters[cell->kind]);
      output_filled (output, cell_format (cell, output_room (output, CELL_TEXT_SIZE)));
      break;
    case CELL_INTEGER:
    case CELL_BOOLEAN:
    case CELL_DATE:
    case CELL_INSTANT:
      output_byte (output, letters[cell->kind]);
      output_filled (output, integer_format (cell->number, output_room (output, CELL_TEXT_SIZE)));
      break;
    }
}

static void
append_column (GString *line, const char *title, enum cell_kind kind)
{
  static const char *const kinds[] = {
    [CELL_NULL] = "text",       [CELL_TEXT] = "text",       [CELL_CODE] = "code",         [CELL_INTEGER] = "integer",
    [CELL_DECIMAL] = "decimal", [CELL_MONEY] = "money",     [CELL_CURRENCY] = "currency", [CELL_BOOLEAN] = "boolean",
    [CELL_DATE] = "date",       [CELL_INSTANT] = "instant", [CELL_JSON] = "json",
  };
  g_autofree char *heading = g_strconcat (title, kind == CELL_INSTANT ? " (UTC)" : NULL, NULL);
  g_string_append (line, "{\"title\":");
  json_append_string (line, heading);
  g_string_append_printf (line, ",\"kind\":\"%s\"}", kinds[kind]);
}

static GString *
begin_sheet_line (const char *name)
{
  GString *line = g_string_new ("{\"sheet\":");
  json_append_string (line, name);
  g_string_append (line, ",\"columns\":[");
  return line;
}

static void
end_sheet_line (struct document *document, GString *line)
{
  g_string_append (line, "]}\n");
  output_put (&document->output, line->str, line->len);
  g_string_free (line, TRUE);
}

static const char *
first_sheet_name (const struct document *document)
{
  return document->request.title != NULL ? document->request.title : "billctl";
}

static void
xlsx_fields (struct document *document)
{
  struct xlsx *xlsx = document->own;
  struct output *output = &document->output;
  GString *line = begin_sheet_line (first_sheet_name (document));
  append_column (line, "Field", CELL_CODE);
  g_string_append_c (line, ',');
  append_column (line, "Value", CELL_TEXT);
  end_sheet_line (document, line);
  for (gsize i = 0; i < document->rows.shown_count; i++)
    {
      const struct field *field = &g_array_index (document->fields, struct field, document->rows.shown[i]);
      g_autofree char *title = g_strconcat (field->title, field->cell.kind == CELL_INSTANT ? " (UTC)" : NULL, NULL);
      put_text (output, title, strlen (title));
      output_byte (output, '\t');
      put_cell (output, &field->cell);
      output_byte (output, '\n');
      xlsx->rows++;
    }
}

static void
xlsx_begin_rows (struct document *document)
{
  const struct rows *rows = &document->rows;
  GString *line = begin_sheet_line (rows->key != NULL ? rows->title : first_sheet_name (document));
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const struct column *column = &rows->columns[rows->shown[i]];
      if (i > 0)
        g_string_append_c (line, ',');
      append_column (line, column->title, column->kind);
    }
  end_sheet_line (document, line);
}

static void
xlsx_row (struct document *document, const struct cell *cells)
{
  struct xlsx *xlsx = document->own;
  const struct rows *rows = &document->rows;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      if (i > 0)
        output_byte (&document->output, '\t');
      put_cell (&document->output, &cells[rows->shown[i]]);
    }
  output_byte (&document->output, '\n');
  xlsx->rows++;
}

static void
xlsx_end_rows (struct document *document)
{
  (void) document;
}

/* --- end ------------------------------------------------------------------------------------------------------- */

static gboolean
xlsx_explain (struct document *document, GError **error)
{
  struct xlsx *xlsx = document->own;
  if (!process_finish (xlsx->process, error))
    return error_prefix (error, "writing %s: ", document->request.path);
  return error_set (error, ERROR_FAILED, "writing %s: the helper program billctl-xlsx ended early",
                    document->request.path);
}

static gboolean
xlsx_close (struct document *document, GError **error)
{
  struct xlsx *xlsx = document->own;
  g_autofree char *end = g_strdup_printf ("{\"end\":true,\"rows\":%" G_GUINT64_FORMAT "}\n", xlsx->rows);
  g_autofree char *expected = g_strdup_printf ("{\"ok\":true,\"rows\":%" G_GUINT64_FORMAT "}", xlsx->rows);
  output_text (&document->output, end);
  output_flush (&document->output);
  if (document->output.error_number != 0)
    return xlsx_explain (document, error);
  /* The input stays open until the answer is there: a helper whose input ends early throws its file away. */
  const char *answer;
  gsize length;
  if (process_read_line (xlsx->process, -1, &answer, &length) != PROCESS_LINE || strcmp (answer, expected) != 0)
    return xlsx_explain (document, error);
  if (!process_finish (xlsx->process, error))
    return error_prefix (error, "writing %s: ", document->request.path);
  return TRUE;
}

const struct renderer renderer_xlsx = {
  .all_columns = TRUE,
  .open = xlsx_open,
  .fields = xlsx_fields,
  .begin_rows = xlsx_begin_rows,
  .row = xlsx_row,
  .end_rows = xlsx_end_rows,
  .close = xlsx_close,
  .explain = xlsx_explain,
  .free = xlsx_free,
};
