/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and fields for people: kept until the widths are known, aligned by display width, sanitised.
 *
 * When the terminal is too narrow, text columns are shortened or wrapped, the widest first, down to READABLE columns
 * or the width of their heading; where that is not enough, spare columns are left out, and then texts are shortened
 * down to SHORTEST; and when that is not enough either, rows are printed as they are. Codes and numbers are never
 * shortened. */
#include "render/renderer.h"

#include "base/text.h"
#include "core/money.h"

enum { SHORTEST = 8, READABLE = 16, GAP = 2 };
#define LEFT_OUT G_MAXSIZE /* the width of a column that is not printed */

#define BOLD "\033[1m"
#define PLAIN "\033[0m"
#define ELLIPSIS "\xE2\x80\xA6"

/* One kept cell: where its text lies in table->text. */
struct kept {
  gsize offset;
  gsize length;
  gsize width;
};

/* The sums of one currency, one for each shown column. */
struct total {
  const struct currency *currency;
  GArray *sums; /* struct sum */
};

struct sum {
  gint64 minor;
  gboolean used;
  gboolean too_large;
};

struct table {
  GString *text;
  GArray *kept;       /* struct kept, row after row; the first row is the header unless it is left out */
  GPtrArray *totals;  /* struct total, sorted by code */
  gsize body_end;     /* entries of `kept` before the totals */
};

static void
total_free (gpointer data)
{
  struct total *total = data;
  g_array_unref (total->sums);
  g_free (total);
}

static gboolean
table_open (struct document *document, GError **error)
{
  (void) error;
  struct table *table = g_new0 (struct table, 1);
  table->text = g_string_new (NULL);
  table->kept = g_array_new (FALSE, FALSE, sizeof (struct kept));
  table->totals = g_ptr_array_new_with_free_func (total_free);
  document->own = table;
  return TRUE;
}

static void
table_free (struct document *document)
{
  struct table *table = document->own;
  if (table == NULL)
    return;
  g_string_free (table->text, TRUE);
  g_array_unref (table->kept);
  g_ptr_array_unref (table->totals);
  g_free (table);
}

static gboolean
is_printable_ascii (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7E)
      return FALSE;
  return TRUE;
}

/* Appends the sanitised text and says where it lies. */
static struct kept
keep_text (GString *text, const char *bytes, gsize length)
{
  struct kept kept = { .offset = text->len, .length = length, .width = length };
  if (is_printable_ascii (bytes, length))
    {
      g_string_append_len (text, bytes, (gssize) length);
      return kept;
    }
  g_autofree char *harmless = text_sanitize (bytes, (gssize) length);
  g_string_append (text, harmless);
  kept.length = text->len - kept.offset;
  kept.width = text_display_width (harmless, -1);
  return kept;
}

static struct kept
keep_cell (GString *text, const struct cell *cell)
{
  char formatted[CELL_TEXT_SIZE];
  if (cell->kind == CELL_NULL)
    return keep_text (text, "", 0);
  if (cell->kind == CELL_BOOLEAN)
    return keep_text (text, cell->number ? "yes" : "no", cell->number ? 3 : 2);
  if (!cell_has_text (cell))
    return keep_text (text, formatted, cell_format (cell, formatted));
  struct kept kept = keep_text (text, cell->text.bytes, cell_text_length (cell));
  for (gsize i = kept.offset; cell->kind == CELL_CURRENCY && i < text->len; i++)
    text->str[i] = g_ascii_toupper (text->str[i]);
  for (gsize i = kept.offset; cell->words && i < text->len; i++)
    text->str[i] = text->str[i] == '_' ? ' ' : text->str[i];
  return kept;
}

static gboolean
is_right_aligned (enum cell_kind kind)
{
  return kind == CELL_INTEGER || kind == CELL_DECIMAL || kind == CELL_MONEY;
}

static gboolean
may_be_shortened (enum cell_kind kind)
{
  return kind == CELL_TEXT || kind == CELL_JSON;
}

static void
put_kept (struct output *output, const struct table *table, const struct kept *kept)
{
  output_put (output, table->text->str + kept->offset, kept->length);
}

/* The longest beginning that fills at most `width` columns; combining characters stay with what they combine with. */
static gsize
fitting_length (const char *text, gsize length, gsize width, gsize *ret_width)
{
  gsize at = 0, filled = 0;
  while (at < length)
    {
      gsize next = (gsize) (g_utf8_next_char (text + at) - text);
      gsize columns = text_display_width (text + at, (gssize) (next - at));
      if (filled + columns > width)
        break;
      filled += columns;
      at = next;
    }
  *ret_width = filled;
  return at;
}

/* --- fields ---------------------------------------------------------------------------------------------------- */

static void
table_fields (struct document *document)
{
  struct table *table = document->own;
  struct output *output = &document->output;
  const struct rows *rows = &document->rows;
  gsize widest = 0;
  for (gsize i = 0; i < rows->shown_count; i++)
    widest = MAX (widest, text_display_width (rows->columns[rows->shown[i]].title, -1));
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const struct field *field = &g_array_index (document->fields, struct field, rows->shown[i]);
      g_string_truncate (table->text, 0);
      struct kept value = keep_cell (table->text, &field->cell);
      output_text (output, field->title);
      output_byte (output, ':');
      if (value.length > 0)
        output_spaces (output, widest - text_display_width (field->title, -1) + GAP);
      put_kept (output, table, &value);
      output_byte (output, '\n');
      document->anything = TRUE;
    }
}

/* --- rows ------------------------------------------------------------------------------------------------------ */

static void
table_begin_rows (struct document *document)
{
  struct table *table = document->own;
  const struct rows *rows = &document->rows;
  g_string_truncate (table->text, 0);
  g_array_set_size (table->kept, 0);
  g_ptr_array_set_size (table->totals, 0);
  if (document->request.no_header)
    return;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const char *title = rows->columns[rows->shown[i]].title;
      struct kept kept = keep_text (table->text, title, strlen (title));
      g_array_append_val (table->kept, kept);
    }
}

/* The sums of the currency; made, in the order of the codes, when it is new. */
static struct total *
find_total (struct table *table, const struct currency *currency, gsize columns)
{
  guint at = 0;
  for (; at < table->totals->len; at++)
    {
      struct total *total = g_ptr_array_index (table->totals, at);
      int order = strcmp (total->currency->code, currency->code);
      if (order == 0)
        return total;
      if (order > 0)
        break;
    }
  struct total *total = g_new0 (struct total, 1);
  total->currency = currency;
  total->sums = g_array_sized_new (FALSE, TRUE, sizeof (struct sum), (guint) columns);
  g_array_set_size (total->sums, (guint) columns);
  g_ptr_array_insert (table->totals, (gint) at, total);
  return total;
}

static void
add_to_total (struct table *table, const struct cell *cell, gsize column, gsize columns)
{
  struct total *total = find_total (table, cell->currency, columns);
  struct sum *sum = &g_array_index (total->sums, struct sum, column);
  int64_t added = 0;
  sum->used = TRUE;
  sum->too_large = sum->too_large || !money_add (sum->minor, cell->number, &added);
  sum->minor = added;
}

static void
table_row (struct document *document, const struct cell *cells)
{
  struct table *table = document->own;
  const struct rows *rows = &document->rows;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      const struct cell *cell = &cells[rows->shown[i]];
      struct kept kept = keep_cell (table->text, cell);
      g_array_append_val (table->kept, kept);
      if (rows->columns[rows->shown[i]].total && cell->kind == CELL_MONEY && !cell->uncounted)
        add_to_total (table, cell, i, rows->shown_count);
    }
}

/* The shown column that says which currency a total is in; shown_count when there is none. */
static gsize
currency_column (const struct rows *rows)
{
  for (gsize i = 0; i < rows->shown_count; i++)
    if (rows->columns[rows->shown[i]].kind == CELL_CURRENCY)
      return i;
  return rows->shown_count;
}

/* The shown column that has room for the word "Total"; shown_count when there is none. */
static gsize
label_column (const struct rows *rows)
{
  for (gsize i = 0; i < rows->shown_count; i++)
    if (!rows->columns[rows->shown[i]].total && rows->columns[rows->shown[i]].kind != CELL_CURRENCY)
      return i;
  return rows->shown_count;
}

static struct kept
keep_total_cell (struct table *table, const struct rows *rows, const struct total *total, gsize column)
{
  const struct sum *sum = &g_array_index (total->sums, struct sum, column);
  char text[MONEY_TEXT_SIZE];
  if (sum->too_large)
    return keep_text (table->text, "too large", strlen ("too large"));
  if (sum->used)
    return keep_text (table->text, text, money_format (sum->minor, total->currency, text));
  if (column == currency_column (rows))
    return keep_text (table->text, total->currency->code, strlen (total->currency->code));
  if (column != label_column (rows))
    return keep_text (table->text, "", 0);
  gboolean named = currency_column (rows) < rows->shown_count;
  g_autofree char *label = g_strconcat ("Total", named ? NULL : " ", total->currency->code, NULL);
  return keep_text (table->text, label, strlen (label));
}

/* A total that nothing on its line would name is left out. */
static void
keep_totals (struct table *table, const struct rows *rows)
{
  table->body_end = table->kept->len;
  if (label_column (rows) == rows->shown_count && currency_column (rows) == rows->shown_count)
    return;
  for (guint t = 0; t < table->totals->len; t++)
    for (gsize i = 0; i < rows->shown_count; i++)
      {
        struct kept kept = keep_total_cell (table, rows, g_ptr_array_index (table->totals, t), i);
        g_array_append_val (table->kept, kept);
      }
}

static gsize *
natural_widths (const struct table *table, const struct rows *rows)
{
  gsize *widths = g_new0 (gsize, rows->shown_count);
  for (gsize i = 0; i < table->kept->len; i++)
    {
      gsize *width = &widths[i % rows->shown_count];
      *width = MAX (*width, g_array_index (table->kept, struct kept, i).width);
    }
  return widths;
}

static gsize
shortest_width (const struct rows *rows, gsize shown, gsize least)
{
  return MAX (least, text_display_width (rows->columns[rows->shown[shown]].title, -1));
}

/* The widest column that can still give something; shown_count when none can. */
static gsize
widest_shrinkable (const struct rows *rows, const gsize *widths)
{
  gsize found = rows->shown_count;
  for (gsize i = 0; i < rows->shown_count; i++)
    if (may_be_shortened (rows->columns[rows->shown[i]].kind) && widths[i] != LEFT_OUT
        && widths[i] > shortest_width (rows, i, SHORTEST) && (found == rows->shown_count || widths[i] > widths[found]))
      found = i;
  return found;
}

/* A line of these widths; with texts that are wider than `least`, which may be none, shortened to it. */
static gsize
line_width (const struct rows *rows, const gsize *widths, gsize least)
{
  gsize line = 0;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      if (widths[i] == LEFT_OUT)
        continue;
      gboolean may_shrink = least > 0 && may_be_shortened (rows->columns[rows->shown[i]].kind);
      line += (line > 0 ? (gsize) GAP : 0) + (may_shrink ? MIN (widths[i], shortest_width (rows, i, least)) : widths[i]);
    }
  return line;
}

static gboolean
leave_one_out (const struct rows *rows, gsize *widths)
{
  gsize found = rows->shown_count;
  for (gsize i = 0; i < rows->shown_count; i++)
    if (widths[i] != LEFT_OUT && rows->columns[rows->shown[i]].spare > 0
        && (found == rows->shown_count
            || rows->columns[rows->shown[i]].spare > rows->columns[rows->shown[found]].spare))
      found = i;
  if (found == rows->shown_count)
    return FALSE;
  widths[found] = LEFT_OUT;
  return TRUE;
}

/* Spare columns without anything in them: nobody misses those. */
static void
leave_empty_out (const struct table *table, const struct rows *rows, gsize header_rows, gsize *widths)
{
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      gsize filled = 0;
      for (gsize at = header_rows * rows->shown_count + i; at < table->kept->len; at += rows->shown_count)
        filled += g_array_index (table->kept, struct kept, at).length;
      if (filled == 0 && rows->columns[rows->shown[i]].spare > 0)
        widths[i] = LEFT_OUT;
    }
}

/* Narrows `widths` until a line fits `available` columns; leaves them as wide as they are when it cannot. */
static void
fit_widths (const struct document *document, gsize *widths)
{
  const struct rows *rows = &document->rows;
  gboolean named = document->request.columns != NULL;
  gsize available = (gsize) document->request.width;
  if (line_width (rows, widths, 0) > available && !named)
    leave_empty_out (document->own, rows, document->request.no_header ? 0 : 1, widths);
  while (!named && line_width (rows, widths, READABLE) > available && leave_one_out (rows, widths))
    continue;
  if (line_width (rows, widths, SHORTEST) > available)
    return;
  for (gsize line = line_width (rows, widths, 0); line > available; line--)
    widths[widest_shrinkable (rows, widths)]--;
}

/* How much of the text stands on one line: up to a space if there is one to break at. */
static gsize
breaking_length (const char *text, gsize length, gsize width, gsize *ret_width)
{
  gsize fitting = fitting_length (text, length, width, ret_width);
  gsize at = fitting;
  if (fitting == length || text[fitting] == ' ')
    return fitting;
  while (at > 0 && text[at - 1] != ' ')
    at--;
  while (at > 0 && text[at - 1] == ' ')
    at--;
  if (at == 0)
    return fitting;
  *ret_width = text_display_width (text, (gssize) at);
  return at;
}

/* The part of the cell that stands on the next line; the rest stays in *cell. */
static struct kept
take_part (const struct table *table, const struct column *column, struct kept *cell, gsize width, gboolean *ret_shortened)
{
  struct kept part = *cell;
  const char *text = table->text->str + cell->offset;
  gboolean fits = cell->width <= width;
  *ret_shortened = !fits && !column->wrap;
  *cell = (struct kept) { 0 };
  if (fits)
    return part;
  if (!column->wrap)
    {
      part.length = fitting_length (text, part.length, width - 1, &part.width);
      part.width++;
      return part;
    }
  gsize whole = part.length;
  part.length = breaking_length (text, whole, width, &part.width);
  gsize next = part.length;
  while (next < whole && text[next] == ' ')
    next++;
  *cell = (struct kept) { part.offset + next, whole - next, text_display_width (text + next, (gssize) (whole - next)) };
  return part;
}

/* Prints what of the cells stands on one line; TRUE when something is left in them for the next one. */
static gboolean
put_line (struct output *output, const struct table *table, const struct rows *rows, struct kept *cells,
          const gsize *widths)
{
  gsize pending = 0; /* spaces wait, so that none stand at the end of a line */
  gboolean more = FALSE;
  for (gsize i = 0; i < rows->shown_count; i++)
    {
      if (widths[i] == LEFT_OUT)
        continue;
      const struct column *column = &rows->columns[rows->shown[i]];
      gboolean shortened = FALSE;
      struct kept part = take_part (table, column, &cells[i], widths[i], &shortened);
      more = more || cells[i].length > 0;
      gboolean right = is_right_aligned (column->kind);
      pending += right ? widths[i] - part.width : 0;
      if (part.length > 0)
        {
          output_spaces (output, pending);
          pending = 0;
        }
      put_kept (output, table, &part);
      if (shortened)
        output_text (output, ELLIPSIS);
      pending += (right ? 0 : widths[i] - part.width) + GAP;
    }
  return more;
}

/* `cells` is room for a row. */
static void
put_row (struct document *document, const struct kept *line, const gsize *widths, struct kept *cells)
{
  struct output *output = &document->output;
  memcpy (cells, line, document->rows.shown_count * sizeof *cells);
  while (put_line (output, document->own, &document->rows, cells, widths))
    output_byte (output, '\n');
}

static void
put_bold_row (struct document *document, const struct kept *line, const gsize *widths, struct kept *cells)
{
  gboolean colour = document->request.colour;
  output_text (&document->output, colour ? BOLD : "");
  put_row (document, line, widths, cells);
  output_text (&document->output, colour ? PLAIN "\n" : "\n");
}

static void
put_heading (struct document *document)
{
  gboolean colour = document->request.colour;
  if (document->rows.title == NULL)
    return;
  output_text (&document->output, document->anything ? "\n" : "");
  output_text (&document->output, colour ? BOLD : "");
  output_text (&document->output, document->rows.title);
  output_text (&document->output, colour ? PLAIN "\n" : "\n");
}

static void
table_end_rows (struct document *document)
{
  struct table *table = document->own;
  const struct rows *rows = &document->rows;
  if (rows->title != NULL && rows->written == 0)
    return; /* a section without rows says nothing */
  put_heading (document);
  keep_totals (table, rows);
  g_autofree gsize *widths = natural_widths (table, rows);
  if (document->request.width > 0)
    fit_widths (document, widths);
  g_autofree struct kept *cells = g_new (struct kept, rows->shown_count);
  for (gsize i = 0; i < table->kept->len; i += rows->shown_count)
    {
      const struct kept *line = &g_array_index (table->kept, struct kept, i);
      if ((i == 0 && !document->request.no_header) || i >= table->body_end)
        put_bold_row (document, line, widths, cells);
      else
        {
          put_row (document, line, widths, cells);
          output_byte (&document->output, '\n');
        }
    }
  document->anything = TRUE;
}

const struct renderer renderer_table = {
  .open = table_open,
  .fields = table_fields,
  .begin_rows = table_begin_rows,
  .row = table_row,
  .end_rows = table_end_rows,
  .free = table_free,
};
