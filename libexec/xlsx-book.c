/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spreadsheet file, through libxlsxwriter. */
#include "xlsx-book.h"

#include "base/error.h"
#include "core/date.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
  SIGNIFICANT_DIGITS = 15,
  POWERS = 19,
  MONEY_PLACES_MAX = 4,
  SHEET_NAME_MAX = 31,        /* UTF-16 units */
  CELL_TEXT_MAX = 32767,      /* characters */
  WIDTH_MAX = 80,
  TITLE_MARGIN = 4,           /* room for the filter button */
  SERIAL_OF_EPOCH = 25569,    /* 1970-01-01 in days since 1899-12-30 */
  FIRST_DAY = 61 - SERIAL_OF_EPOCH, /* 1900-03-01: before it, spreadsheets disagree about 29 February 1900 */
  SPACE_MARGIN = 1024 * 1024,
};

#define ZIP64_FROM (G_GUINT64_CONSTANT (3) << 30) /* bytes of sheets from which sizes may not fit 32 bits */

struct book {
  char *path;      /* the target, symbolic links followed */
  char *temporary; /* NULL once it has its name */
  char *directory; /* of the target */
  lxw_workbook *workbook;
  lxw_format *heading, *integer, *boolean, *date, *instant, *instant_fine, *exact;
  lxw_format *money[MONEY_PLACES_MAX + 1];
  GPtrArray *sheets;  /* lxw_worksheet, owned by the workbook */
  GHashTable *names;  /* casefolded names of the sheets */
  lxw_worksheet *sheet;
  char *sheet_name;   /* as asked for */
  GPtrArray *titles;
  GPtrArray *kinds;
  lxw_row_t row;      /* the row being written */
  lxw_col_t column;   /* its next cell */
  guint64 row_count;  /* over all sheets, without headings */
};

static gboolean
failed (lxw_error status, GError **error)
{
  return error_set (error, ERROR_FAILED, "%s", lxw_strerror (status));
}

static gboolean
scratch_failed (GError **error)
{
  return error_set (error, ERROR_FAILED, "writing scratch files: %s", g_strerror (errno != 0 ? errno : EIO));
}

/* --- the file -------------------------------------------------------------------------------------------------- */

/* A target that exists keeps its permissions, and only a regular file may be replaced. */
static gboolean
resolve_target (struct book *book, const char *path, mode_t *ret_mode, GError **error)
{
  struct stat status;
  *ret_mode = 0;
  char *resolved = realpath (path, NULL);
  book->path = g_strdup (resolved != NULL ? resolved : path);
  free (resolved);
  book->directory = g_path_get_dirname (book->path);
  if (stat (book->path, &status) != 0)
    return errno == ENOENT ? TRUE : error_set (error, ERROR_FAILED, "%s", g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return error_set (error, ERROR_FAILED, "not a regular file");
  *ret_mode = status.st_mode & 07777;
  return TRUE;
}

static gboolean
create_temporary (struct book *book, mode_t mode, GError **error)
{
  g_autofree char *name = g_build_filename (book->directory, ".billctl-XXXXXX.tmp", NULL);
  int fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0)
    return error_set (error, ERROR_FAILED, "creating a file in %s: %s", book->directory, g_strerror (errno));
  book->temporary = g_steal_pointer (&name);
  gboolean good = mode == 0 || fchmod (fd, mode) == 0;
  int why = errno;
  close (fd);
  return good || error_set (error, ERROR_FAILED, "setting its permissions: %s", g_strerror (why));
}

static lxw_format *
number_format (lxw_workbook *workbook, const char *text)
{
  lxw_format *format = workbook_add_format (workbook);
  format_set_num_format (format, text);
  return format;
}

/* What is read, not added up, stands under its heading. */
static lxw_format *
label_format (lxw_workbook *workbook, const char *text)
{
  lxw_format *format = number_format (workbook, text);
  format_set_align (format, LXW_ALIGN_LEFT);
  return format;
}

static void
add_formats (struct book *book)
{
  static const char *const money[MONEY_PLACES_MAX + 1] = { "#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000" };
  book->heading = workbook_add_format (book->workbook);
  format_set_bold (book->heading);
  book->exact = workbook_add_format (book->workbook);
  format_set_align (book->exact, LXW_ALIGN_RIGHT);
  book->integer = number_format (book->workbook, "0");
  /* Without a format of their own, some programs show truth values as 1 and 0. */
  book->boolean = label_format (book->workbook, "\"TRUE\";\"TRUE\";\"FALSE\"");
  book->date = label_format (book->workbook, "yyyy-mm-dd");
  book->instant = label_format (book->workbook, "yyyy-mm-dd hh:mm:ss");
  book->instant_fine = label_format (book->workbook, "yyyy-mm-dd hh:mm:ss.000");
  for (int places = 0; places <= MONEY_PLACES_MAX; places++)
    book->money[places] = number_format (book->workbook, money[places]);
}

static gboolean
open_workbook (struct book *book, gint64 created_us, GError **error)
{
  /* What is kept until the end lies beside the target, where room was made for it, unless the user says otherwise. */
  const char *wish = g_getenv ("TMPDIR");
  g_autofree char *scratch = g_strdup (wish != NULL && wish[0] != '\0' ? wish : book->directory);
  lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = scratch };
  book->workbook = workbook_new_opt (book->temporary, &options);
  if (book->workbook == NULL)
    return error_set (error, ERROR_FAILED, "out of memory");
  /* 0 would mean the clock. */
  lxw_doc_properties properties = { .created = created_us / MICROSECONDS_PER_SECOND };
  if (properties.created == 0)
    properties.created = 1;
  workbook_set_properties (book->workbook, &properties);
  add_formats (book);
  return TRUE;
}

gboolean
book_new (const char *path, gint64 created_us, struct book **ret, GError **error)
{
  mode_t mode;
  g_autoptr (book_t) book = g_new0 (struct book, 1);
  book->sheets = g_ptr_array_new ();
  book->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  book->titles = g_ptr_array_new_with_free_func (g_free);
  book->kinds = g_ptr_array_new_with_free_func (g_free);
  if (!resolve_target (book, path, &mode, error) || !create_temporary (book, mode, error)
      || !open_workbook (book, created_us, error))
    return FALSE;
  *ret = g_steal_pointer (&book);
  return TRUE;
}

void
book_free (struct book *book)
{
  if (book == NULL)
    return;
  if (book->workbook != NULL)
    lxw_workbook_free (book->workbook);
  if (book->temporary != NULL)
    g_unlink (book->temporary);
  g_free (book->path);
  g_free (book->temporary);
  g_free (book->directory);
  g_ptr_array_unref (book->sheets);
  g_hash_table_unref (book->names);
  g_ptr_array_unref (book->titles);
  g_ptr_array_unref (book->kinds);
  g_free (book->sheet_name);
  g_free (book);
}

guint64
book_row_count (const struct book *book)
{
  return book->row_count;
}

/* --- sheets ---------------------------------------------------------------------------------------------------- */

/* The beginning of the name in at most `units` UTF-16 units, without what a spreadsheet refuses in a sheet's name. */
static char *
allowed_name (const char *name, glong units)
{
  GString *allowed = g_string_new (NULL);
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      units -= character > 0xFFFF ? 2 : 1;
      if (units < 0)
        break;
      gboolean refused = character < 0x20 || (character < 0x80 && strchr ("[]:*?/\\'", (int) character) != NULL);
      g_string_append_unichar (allowed, refused ? '-' : character);
    }
  if (allowed->len == 0 || g_ascii_strcasecmp (allowed->str, "history") == 0)
    g_string_append (allowed, "-");
  return g_string_free (allowed, FALSE);
}

/* A name that no sheet has yet: "Lines", "Lines (2)", "Lines (3)" … */
static char *
free_name (struct book *book, const char *wish)
{
  for (guint part = 1;; part++)
    {
      g_autofree char *suffix = part == 1 ? g_strdup ("") : g_strdup_printf (" (%u)", part);
      g_autofree char *beginning = allowed_name (wish, SHEET_NAME_MAX - (glong) strlen (suffix));
      g_autofree char *name = g_strconcat (beginning, suffix, NULL);
      char *folded = g_utf8_casefold (name, -1);
      if (g_hash_table_add (book->names, folded))
        return g_steal_pointer (&name);
    }
}

static glong
width_of_kind (const char *kind)
{
  static const struct
  {
    const char *kind;
    glong width;
  } widths[] = {
    { "text", 28 },  { "code", 18 },    { "integer", 10 }, { "decimal", 16 },  { "money", 14 },
    { "json", 40 },  { "currency", 8 }, { "boolean", 8 },  { "date", 11 },     { "instant", 22 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    if (strcmp (widths[i].kind, kind) == 0)
      return widths[i].width;
  return 20;
}

static void
end_sheet (struct book *book)
{
  if (book->sheet != NULL && book->titles->len > 0)
    worksheet_autofilter (book->sheet, 0, 0, book->row, (lxw_col_t) (book->titles->len - 1));
  book->sheet = NULL;
}

/* A new sheet with the columns and the name that are in `book`. */
static gboolean
add_sheet (struct book *book, GError **error)
{
  end_sheet (book);
  g_autofree char *name = free_name (book, book->sheet_name);
  book->sheet = workbook_add_worksheet (book->workbook, name);
  if (book->sheet == NULL)
    return error_set (error, ERROR_FAILED, "adding the sheet \"%s\"", name);
  g_ptr_array_add (book->sheets, book->sheet);
  book->row = 0;
  for (guint i = 0; i < book->titles->len; i++)
    {
      const char *title = g_ptr_array_index (book->titles, i);
      glong width = MAX (width_of_kind (g_ptr_array_index (book->kinds, i)), g_utf8_strlen (title, -1) + TITLE_MARGIN);
      lxw_col_t at = (lxw_col_t) i;
      lxw_error status = worksheet_set_column (book->sheet, at, at, (double) MIN (width, WIDTH_MAX), NULL);
      if (status == LXW_NO_ERROR)
        status = worksheet_write_string (book->sheet, 0, at, title, book->heading);
      if (status != LXW_NO_ERROR)
        return failed (status, error);
    }
  worksheet_freeze_panes (book->sheet, 1, 0);
  worksheet_repeat_rows (book->sheet, 0, 0);
  worksheet_set_landscape (book->sheet);
  worksheet_fit_to_pages (book->sheet, 1, 0);
  return TRUE;
}

gboolean
book_begin_sheet (struct book *book, const char *name, const struct book_column *columns, gsize count, GError **error)
{
  end_sheet (book); /* before its columns are forgotten */
  g_free (book->sheet_name);
  book->sheet_name = g_strdup (name);
  g_ptr_array_set_size (book->titles, 0);
  g_ptr_array_set_size (book->kinds, 0);
  for (gsize i = 0; i < count; i++)
    {
      g_ptr_array_add (book->titles, g_strdup (columns[i].title));
      g_ptr_array_add (book->kinds, g_strdup (columns[i].kind));
    }
  return add_sheet (book, error);
}

/* --- cells ----------------------------------------------------------------------------------------------------- */

gboolean
book_begin_row (struct book *book, GError **error)
{
  if (book->sheet == NULL)
    return error_set (error, ERROR_FAILED, "a row before the first sheet");
  if (ferror (book->sheet->optimize_tmpfile))
    return scratch_failed (error);
  if (book->row + 1 == LXW_ROW_MAX && !add_sheet (book, error))
    return FALSE;
  book->row++;
  book->column = 0;
  book->row_count++;
  return TRUE;
}

/* [-]digits[.digits] with at most SIGNIFICANT_DIGITS of them, as the nearest floating-point number: both the whole
 * number that the digits make and the power of ten are exact, so the one division rounds correctly. */
static gboolean
read_number (const char *text, double *ret, int *ret_places)
{
  static const double powers[POWERS] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18 };
  gboolean negative = text[0] == '-';
  const char *at = negative ? text + 1 : text;
  gint64 whole = 0;
  int significant = 0, places = -1;
  for (; *at != '\0'; at++)
    {
      if (*at == '.' && places < 0)
        {
          places = 0;
          continue;
        }
      if (*at < '0' || *at > '9' || (significant += whole > 0 || *at > '0') > SIGNIFICANT_DIGITS)
        return FALSE;
      whole = whole * 10 + (*at - '0');
      places += places >= 0;
    }
  *ret_places = MAX (places, 0);
  if (*ret_places >= POWERS || at == text + negative)
    return FALSE;
  *ret = (double) (negative ? -whole : whole) / powers[*ret_places];
  return TRUE;
}

/* "_x0041_" in a cell means "A"; the text itself is written as "_x005F_x0041_". */
static char *
hide_escapes (const char *text)
{
  GString *hidden = g_string_new (NULL);
  for (; *text != '\0'; text++)
    {
      gboolean escape = text[0] == '_' && text[1] == 'x';
      for (int i = 2; escape && i < 6; i++)
        escape = g_ascii_isxdigit (text[i]);
      g_string_append (hidden, escape && text[6] == '_' ? "_x005F_" : "");
      if (!(escape && text[6] == '_'))
        g_string_append_c (hidden, *text);
    }
  return g_string_free (hidden, FALSE);
}

static lxw_error
write_text (struct book *book, const char *text, lxw_format *format)
{
  if (strstr (text, "_x") == NULL)
    return worksheet_write_string (book->sheet, book->row, book->column, text, format);
  g_autofree char *hidden = hide_escapes (text);
  return worksheet_write_string (book->sheet, book->row, book->column, hidden, format);
}

static lxw_error
write_number (struct book *book, const char *text, gboolean is_money)
{
  double number;
  int places;
  if (!read_number (text, &number, &places) || (is_money && places > MONEY_PLACES_MAX))
    return write_text (book, text, book->exact);
  lxw_format *format = is_money ? book->money[places] : strchr (text, '.') == NULL ? book->integer : NULL;
  return worksheet_write_number (book->sheet, book->row, book->column, number, format);
}

static lxw_error
write_date (struct book *book, const char *text)
{
  char formatted[DATE_TEXT_SIZE];
  gint64 day = g_ascii_strtoll (text, NULL, 10);
  if (day >= FIRST_DAY)
    return worksheet_write_number (book->sheet, book->row, book->column, (double) (day + SERIAL_OF_EPOCH), book->date);
  date_format ((struct date){ (int32_t) day }, formatted);
  return write_text (book, formatted, NULL);
}

static lxw_error
write_instant (struct book *book, const char *text)
{
  char formatted[INSTANT_TEXT_SIZE];
  gint64 instant_us = g_ascii_strtoll (text, NULL, 10);
  if (instant_us < FIRST_DAY * MICROSECONDS_PER_DAY)
    {
      instant_format (instant_us, formatted);
      return write_text (book, formatted, NULL);
    }
  double serial = (double) instant_us / (double) MICROSECONDS_PER_DAY + SERIAL_OF_EPOCH;
  lxw_format *format = instant_us % MICROSECONDS_PER_SECOND == 0 ? book->instant : book->instant_fine;
  return worksheet_write_number (book->sheet, book->row, book->column, serial, format);
}

static gboolean
cell_failed (const struct book *book, lxw_error status, const char *value, GError **error)
{
  const char *title = g_ptr_array_index (book->titles, book->column);
  if (status != LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
    return failed (status, error);
  return error_set (error, ERROR_FAILED,
                    "row %" G_GUINT64_FORMAT ", \"%s\": %ld characters where a spreadsheet cell holds %d; "
                    "leave the column out or write CSV",
                    book->row_count, title, g_utf8_strlen (value, -1), CELL_TEXT_MAX);
}

gboolean
book_cell (struct book *book, char *cell, GError **error)
{
  lxw_error status = LXW_NO_ERROR;
  const char *value = cell[0] == '\0' ? cell : cell + 1;
  if (book->column >= book->titles->len)
    return error_set (error, ERROR_FAILED, "row %" G_GUINT64_FORMAT " has more cells than columns", book->row_count);
  switch (cell[0])
    {
    case '\0':
      break;
    case 's':
      status = write_text (book, value, NULL);
      break;
    case 'n':
    case 'm':
      status = write_number (book, value, cell[0] == 'm');
      break;
    case 'b':
      status = worksheet_write_boolean (book->sheet, book->row, book->column, value[0] == '1', book->boolean);
      break;
    case 'd':
      status = write_date (book, value);
      break;
    case 't':
      status = write_instant (book, value);
      break;
    default:
      return error_set (error, ERROR_FAILED, "row %" G_GUINT64_FORMAT ": a cell of an unknown kind", book->row_count);
    }
  if (status != LXW_NO_ERROR)
    return cell_failed (book, status, value, error);
  book->column++;
  return TRUE;
}

/* --- end ------------------------------------------------------------------------------------------------------- */

/* libxlsxwriter does not look whether its scratch files could be written. So we do: what is there must have been
 * written without an error, and there must be room for the copies that it makes of them, one sheet after the other. */
static gboolean
check_scratch (struct book *book, GError **error)
{
  guint64 largest = 0, all = 0;
  struct statvfs room;
  for (guint i = 0; i < book->sheets->len; i++)
    {
      const lxw_worksheet *sheet = g_ptr_array_index (book->sheets, i);
      if (fflush (sheet->optimize_tmpfile) != 0 || ferror (sheet->optimize_tmpfile))
        return scratch_failed (error);
      guint64 size = (guint64) ftello (sheet->optimize_tmpfile);
      largest = MAX (largest, size);
      all += size;
    }
  const char *scratch = book->workbook->options.tmpdir;
  if (statvfs (scratch, &room) == 0 && (guint64) room.f_bavail * room.f_frsize < largest + SPACE_MARGIN)
    return error_set (error, ERROR_FAILED, "writing scratch files in %s: %s", scratch, g_strerror (ENOSPC));
  if (all >= ZIP64_FROM)
    book->workbook->options.use_zip64 = LXW_TRUE;
  return TRUE;
}

static gboolean
sync_temporary (const struct book *book, GError **error)
{
  int fd = g_open (book->temporary, O_RDONLY | O_CLOEXEC, 0);
  gboolean good = fd >= 0 && fsync (fd) == 0;
  int why = errno;
  if (fd >= 0)
    close (fd);
  return good || error_set (error, ERROR_FAILED, "writing the file out: %s", g_strerror (why));
}

gboolean
book_finish (struct book *book, GError **error)
{
  end_sheet (book);
  if (book->sheets->len == 0)
    return error_set (error, ERROR_FAILED, "no sheet was sent");
  if (!check_scratch (book, error))
    return FALSE;
  errno = 0;
  lxw_error status = workbook_close (g_steal_pointer (&book->workbook));
  int why = errno;
  if (status != LXW_NO_ERROR)
    return error_set (error, ERROR_FAILED, "%s", why != 0 ? g_strerror (why) : lxw_strerror (status));
  return sync_temporary (book, error);
}

gboolean
book_publish (struct book *book, GError **error)
{
  if (g_rename (book->temporary, book->path) != 0)
    return error_set (error, ERROR_FAILED, "renaming the finished file: %s", g_strerror (errno));
  g_clear_pointer (&book->temporary, g_free);
  int fd = g_open (book->directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY, 0);
  if (fd < 0)
    return TRUE; /* the file stands; a folder that cannot be opened cannot be synced */
  fsync (fd);
  close (fd);
  return TRUE;
}
