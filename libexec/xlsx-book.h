/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spreadsheet file: sheets that are written row after row in flat memory, in a temporary file beside the target
 * that takes the target's name at the very end.
 *
 * A spreadsheet knows only binary floating-point numbers. A number goes in as one when it has at most 15
 * significant digits, which every program shows again as they were; otherwise it goes in as text. Texts are never
 * formulas. */
#ifndef BILLCTL_LIBEXEC_XLSX_BOOK_H
#define BILLCTL_LIBEXEC_XLSX_BOOK_H

#include <glib.h>

struct book;
typedef struct book book_t; /* for g_autoptr (book_t) only */

/* A column of a sheet; `kind` as in the column list of the protocol. The strings are copied. */
struct book_column {
  const char *title;
  const char *kind;
};

/* `created_us`: the creation time inside the file. ERROR_FAILED when `path` cannot be written or is not a regular
 * file. */
gboolean book_new (const char *path, gint64 created_us, struct book **ret, GError **error);
void book_free (struct book *book); /* removes what was not finished; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (book_t, book_free)

/* Ends the sheet before, if any. A name that a spreadsheet refuses or that is taken is changed a little. */
gboolean book_begin_sheet (struct book *book, const char *name, const struct book_column *columns, gsize count,
                           GError **error);

/* A row is begun, then its cells from left to right. When the sheet is full, the row begins the sheet "name (2)". */
gboolean book_begin_row (struct book *book, GError **error);

/* One cell: a letter of the protocol and a NUL-terminated value, unescaped; the text may be changed. "" is an empty
 * cell. */
gboolean book_cell (struct book *book, char *cell, GError **error);

guint64 book_row_count (const struct book *book);

/* Assembles the file; book_publish() then gives it the name. */
gboolean book_finish (struct book *book, GError **error);
gboolean book_publish (struct book *book, GError **error);

#endif
