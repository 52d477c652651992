/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document: its order of calls, the choice of columns, and the errors of its output. */
#include "render/renderer.h"

#include "base/error.h"

#include <errno.h>

static const struct renderer *const renderers[] = {
  [FORMAT_TABLE] = &renderer_table, [FORMAT_JSON] = &renderer_json, [FORMAT_NDJSON] = &renderer_ndjson,
  [FORMAT_CSV] = &renderer_csv,     [FORMAT_XLSX] = &renderer_xlsx,
};

static void
field_clear (gpointer data)
{
  struct field *field = data;
  g_free (field->key);
  g_free (field->title);
  g_free (field->text);
}

gboolean
document_new (const struct render_request *request, struct document **ret, GError **error)
{
  if (request->format != FORMAT_XLSX && request->out == NULL)
    BUG ("a document without a file to write to");
  g_autoptr (document_t) document = g_new0 (struct document, 1);
  document->request = *request;
  document->renderer = renderers[request->format];
  document->columns = g_array_new (FALSE, FALSE, sizeof (struct column));
  document->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  document->fields = g_array_new (FALSE, FALSE, sizeof (struct field));
  g_array_set_clear_func (document->fields, field_clear);
  output_init (&document->output, output_to_file, request->out);
  if (document->renderer->open != NULL && !document->renderer->open (document, error))
    return FALSE;
  *ret = g_steal_pointer (&document);
  return TRUE;
}

void
document_free (struct document *document)
{
  if (document == NULL)
    return;
  if (document->renderer->free != NULL)
    document->renderer->free (document);
  output_clear (&document->output);
  g_array_unref (document->columns);
  g_array_unref (document->shown);
  g_array_unref (document->fields);
  g_free (document);
}

static gboolean
check_output (struct document *document, GError **error)
{
  if (document->output.error_number == 0)
    return TRUE;
  if (document->renderer->explain != NULL)
    return document->renderer->explain (document, error);
  return error_set (error, ERROR_FAILED, "writing the output: %s", g_strerror (document->output.error_number));
}

static void
expect_state (const struct document *document, gboolean fits, const char *call)
{
  if (!fits)
    BUG ("%s called out of turn (state %d)", call, (int) document->state);
}

/* Or might become a show: nothing was begun yet. */
static gboolean
is_in_show (const struct document *document)
{
  return document->state == DOCUMENT_NEW || document->state == DOCUMENT_FIELDS || document->state == DOCUMENT_BETWEEN;
}

static gboolean
find_column (const GArray *columns, const char *name, guint *ret)
{
  for (guint i = 0; i < columns->len; i++)
    if (strcmp (g_array_index (columns, struct column, i).key, name) == 0)
      {
        *ret = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
unknown_column (const GArray *columns, const char *name, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < columns->len; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", g_array_index (columns, struct column, i).key);
  error_set (error, ERROR_USAGE, "there is no column '%s'", name);
  return error_add_hint (error, "the columns are %s", known->str);
}

static gboolean
is_shown (const GArray *shown, guint index)
{
  for (guint i = 0; i < shown->len; i++)
    if (g_array_index (shown, guint, i) == index)
      return TRUE;
  return FALSE;
}

static gboolean
show_named_columns (struct document *document, GError **error)
{
  g_auto (GStrv) names = g_strsplit (document->request.columns, ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint index;
      const char *name = g_strstrip (names[i]);
      if (!find_column (document->columns, name, &index))
        return unknown_column (document->columns, name, error);
      if (is_shown (document->shown, index))
        return error_set (error, ERROR_USAGE, "column '%s' is named twice", name);
      g_array_append_val (document->shown, index);
    }
  return TRUE;
}

/* Fills document->shown for what is in document->columns. `named`: the user's choice of columns is about these. */
static gboolean
choose_columns (struct document *document, gboolean named, GError **error)
{
  g_array_set_size (document->shown, 0);
  if (named && document->request.columns != NULL)
    {
      /* An empty choice would name the column ''. */
      if (document->request.columns[0] == '\0')
        return unknown_column (document->columns, "", error);
      if (!show_named_columns (document, error))
        return FALSE;
    }
  else
    for (guint i = 0; i < document->columns->len; i++)
      if (document->renderer->all_columns || !g_array_index (document->columns, struct column, i).hidden)
        g_array_append_val (document->shown, i);
  return TRUE;
}

static void
set_rows (struct document *document, const char *key, const char *title)
{
  document->rows = (struct rows){
    .key = key,
    .title = title,
    .columns = (const struct column *) (const void *) document->columns->data,
    .count = document->columns->len,
    .shown = (const guint *) (const void *) document->shown->data,
    .shown_count = document->shown->len,
  };
}

static gboolean
set_columns (struct document *document, const struct column *columns, gsize count, gboolean named, GError **error)
{
  g_array_set_size (document->columns, 0);
  g_array_append_vals (document->columns, columns, (guint) count);
  return choose_columns (document, named, error);
}

gboolean
document_begin_list (struct document *document, const struct column *columns, gsize count, GError **error)
{
  expect_state (document, document->state == DOCUMENT_NEW, "document_begin_list");
  if (!set_columns (document, columns, count, TRUE, error))
    return FALSE;
  set_rows (document, NULL, NULL);
  document->state = DOCUMENT_LIST;
  document->renderer->begin_rows (document);
  return check_output (document, error);
}

gboolean
document_end_list (struct document *document, GError **error)
{
  expect_state (document, document->state == DOCUMENT_LIST, "document_end_list");
  document->renderer->end_rows (document);
  document->state = DOCUMENT_ENDED;
  return check_output (document, error);
}

gboolean
document_row (struct document *document, const struct cell *cells, GError **error)
{
  expect_state (document, document->state == DOCUMENT_LIST || document->state == DOCUMENT_SECTION, "document_row");
  if (document->section_count <= 1 || !document->renderer->first_section_only)
    document->renderer->row (document, cells);
  document->rows.written++;
  return document->output.error_number == 0 || check_output (document, error);
}

gboolean
document_field (struct document *document, const char *key, const char *title, struct cell cell, GError **error)
{
  expect_state (document, document->state == DOCUMENT_NEW || document->state == DOCUMENT_FIELDS, "document_field");
  struct field field = { .key = g_strdup (key), .title = g_strdup (title), .cell = cell };
  if (cell_has_text (&cell))
    {
      gsize length = cell_text_length (&cell);
      field.text = g_malloc (length + 1);
      memcpy (field.text, cell.text.bytes, length);
      field.text[length] = '\0';
      field.cell.text.bytes = field.text;
      field.cell.text.length = (gssize) length;
    }
  g_array_append_val (document->fields, field);
  document->state = DOCUMENT_FIELDS;
  return check_output (document, error);
}

/* The fields as columns. */
static gboolean
set_field_columns (struct document *document, gboolean named, GError **error)
{
  g_array_set_size (document->columns, 0);
  for (guint i = 0; i < document->fields->len; i++)
    {
      const struct field *field = &g_array_index (document->fields, struct field, i);
      struct column column = { .key = field->key, .title = field->title, .kind = field->cell.kind };
      g_array_append_val (document->columns, column);
    }
  if (!choose_columns (document, named, error))
    return FALSE;
  set_rows (document, NULL, NULL);
  return TRUE;
}

static void
write_fields_as_row (struct document *document)
{
  g_autofree struct cell *cells = g_new (struct cell, document->fields->len);
  for (guint i = 0; i < document->fields->len; i++)
    cells[i] = g_array_index (document->fields, struct field, i).cell;
  document->renderer->begin_rows (document);
  document->renderer->row (document, cells);
  document->renderer->end_rows (document);
}

gboolean
document_begin_section (struct document *document, const char *key, const char *title, const struct column *columns,
                        gsize count, GError **error)
{
  gboolean first = document->section_count == 0;
  expect_state (document, is_in_show (document), "document_begin_section");
  /* The user's choice is checked before the first byte is written. */
  if (!set_columns (document, columns, count, first, error))
    return FALSE;
  if (first && document->renderer->fields != NULL)
    {
      if (!set_field_columns (document, FALSE, error))
        return FALSE;
      document->renderer->fields (document);
      if (!set_columns (document, columns, count, first, error))
        return FALSE;
    }
  set_rows (document, key, title);
  document->section_count++;
  document->state = DOCUMENT_SECTION;
  if (first || !document->renderer->first_section_only)
    document->renderer->begin_rows (document);
  return check_output (document, error);
}

gboolean
document_end_section (struct document *document, GError **error)
{
  expect_state (document, document->state == DOCUMENT_SECTION, "document_end_section");
  if (document->section_count == 1 || !document->renderer->first_section_only)
    document->renderer->end_rows (document);
  document->state = DOCUMENT_BETWEEN;
  return check_output (document, error);
}

/* A show without sections is written at its end. */
static gboolean
write_fields_only (struct document *document, GError **error)
{
  if (!set_field_columns (document, TRUE, error))
    return FALSE;
  if (document->renderer->fields != NULL)
    document->renderer->fields (document);
  else if (document->fields->len > 0)
    write_fields_as_row (document);
  return TRUE;
}

gboolean
document_close (struct document *document, GError **error)
{
  expect_state (document, is_in_show (document) || document->state == DOCUMENT_ENDED, "document_close");
  if (document->state != DOCUMENT_ENDED && document->section_count == 0 && !write_fields_only (document, error))
    return FALSE;
  document->state = DOCUMENT_CLOSED;
  if (document->renderer->close != NULL && !document->renderer->close (document, error))
    return FALSE;
  output_flush (&document->output);
  gboolean to_file = document->request.format != FORMAT_XLSX;
  if (document->output.error_number == 0 && to_file && fflush (document->request.out) != 0)
    document->output.error_number = errno;
  return check_output (document, error);
}
