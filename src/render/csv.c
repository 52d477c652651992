/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: RFC 4180 with LF line ends, quoted only where needed.
 *
 * A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return) gets an
 * apostrophe in front. Numbers, amounts and times are never touched. */
#include "render/renderer.h"

#include "base/text.h"

static const guchar quoting[256] = { [','] = 1, ['"'] = 1, ['\n'] = 1, ['\r'] = 1 };

static gboolean
is_run_by_spreadsheets (char first)
{
  return first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' || first == '\r';
}

static gboolean
needs_quotes (const char *bytes, gsize length)
{
  guchar found = 0;
  for (gsize i = 0; i < length; i++)
    found |= quoting[(guchar) bytes[i]];
  return found != 0;
}

static void
put_quoted (struct output *output, const char *bytes, gsize length, gboolean guard)
{
  output_byte (output, '"');
  if (guard)
    output_byte (output, '\'');
  while (length > 0)
    {
      const char *quote = memchr (bytes, '"', length);
      gsize part = quote == NULL ? length : (gsize) (quote - bytes) + 1;
      output_put (output, bytes, part);
      if (quote != NULL)
        output_byte (output, '"');
      bytes += part;
      length -= part;
    }
  output_byte (output, '"');
}

static void
put_text (struct output *output, const char *bytes, gsize length)
{
  gboolean guard = length > 0 && is_run_by_spreadsheets (bytes[0]);
  if (needs_quotes (bytes, length))
    {
      put_quoted (output, bytes, length, guard);
      return;
    }
  if (guard)
    output_byte (output, '\'');
  output_put (output, bytes, length);
}

/* For a person in front of a terminal: nothing that the terminal would obey. */
static void
put_text_for_terminal (struct output *output, const char *bytes, gsize length)
{
  g_autofree char *harmless = text_sanitize (bytes, (gssize) length);
  put_text (output, harmless, strlen (harmless));
}

static void
put_currency (struct output *output, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    output_byte (output, g_ascii_toupper (bytes[i]));
}

static void
put_cell (struct document *document, const struct cell *cell)
{
  struct output *output = &document->output;
  if (cell->kind == CELL_NULL)
    return;
  if (!cell_has_text (cell))
    {
      output_filled (output, cell_format (cell, output_room (output, CELL_TEXT_SIZE)));
      return;
    }
  gsize length = cell_text_length (cell);
  if (cell->kind == CELL_DECIMAL)
    output_put (output, cell->text.bytes, length);
  else if (cell->kind == CELL_CURRENCY)
    put_currency (output, cell->text.bytes, length);
  else if (document->request.width > 0)
    put_text_for_terminal (output, cell->text.bytes, length);
  else
    put_text (output, cell->text.bytes, length);
}

static void
csv_begin_rows (struct document *document)
{
  const struct rows *rows = &document->rows;
  if (document->request.no_header)
    return;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const char *key = rows->columns[rows->shown[i]].key;
      if (i > 0)
        output_byte (&document->output, ',');
      put_text (&document->output, key, strlen (key));
    }
  output_byte (&document->output, '\n');
}

static gboolean
is_empty (const struct cell *cell)
{
  return cell->kind == CELL_NULL || (cell_has_text (cell) && cell_text_length (cell) == 0);
}

static void
csv_row (struct document *document, const struct cell *cells)
{
  const struct rows *rows = &document->rows;
  /* A line with nothing on it would be skipped by readers. */
  if (rows->shown_count == 1 && is_empty (&cells[rows->shown[0]]))
    output_put (&document->output, "\"\"", 2);
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      if (i > 0)
        output_byte (&document->output, ',');
      put_cell (document, &cells[rows->shown[i]]);
    }
  output_byte (&document->output, '\n');
}

static void
csv_end_rows (struct document *document)
{
  (void) document;
}

const struct renderer renderer_csv = {
  .first_section_only = TRUE,
  .all_columns = TRUE,
  .begin_rows = csv_begin_rows,
  .row = csv_row,
  .end_rows = csv_end_rows,
};
