/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A streaming reader of CSV as RFC 4180 has it: comma, double quotes, quotes doubled inside quotes, a header line.
 *
 * Accepted beyond it: a byte order mark, LF as well as CRLF, a last line without an end, empty lines (skipped). Refused: a
 * quote that is never closed, text behind a closing quote, a quote inside an unquoted field, a NUL byte, bytes that are not
 * UTF-8, a wrong number of columns, a column name that stands twice, a file without a header, records over 16 MiB.
 *
 * Fields are slices of the reader's buffer, without a terminating NUL, valid until the next record is read.
 *
 *   if (!csv_reader_open (path, &reader, error)) return FALSE;      // reads the header too
 *   int name = csv_reader_column (reader, "name");                  // -1: there is no such column
 *   for (;;) {
 *     if (!csv_reader_next (reader, &record, error)) return FALSE;  // "customers.csv: line 7: …"
 *     if (record == NULL) break;
 *     … record->fields[name].text, record->fields[name].length …
 *   } */
#ifndef BILLCTL_BASE_CSV_H
#define BILLCTL_BASE_CSV_H

#include <glib.h>

enum { CSV_RECORD_MAX = 16 * 1024 * 1024 };

struct csv_field {
  const char *text; /* not NUL-terminated */
  gsize length;
};

struct csv_record {
  gint64 line; /* where it begins, from 1 */
  gsize count; /* as many as the header has */
  const struct csv_field *fields;
  const char *raw; /* as it stands in the file, without the line end */
  gsize raw_length;
};

struct csv_reader;
struct input;

/* Opens the file, "-" for standard input, and reads the header. ERROR_NOT_FOUND or ERROR_FAILED when it cannot be read,
 * ERROR_USAGE when the header is not right; messages name the file. */
gboolean csv_reader_open (const char *path, struct csv_reader **ret, GError **error);
/* The same over bytes in memory, which must outlive the reader. */
gboolean csv_reader_open_memory (const char *name, const char *bytes, gsize length, struct csv_reader **ret, GError **error);
/* The same over an input, which the reader owns from now on, whatever comes of it. */
gboolean csv_reader_new (struct input *input, struct csv_reader **ret, GError **error);
void csv_reader_free (struct csv_reader *reader); /* NULL is fine */
typedef struct csv_reader csv_reader_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (csv_reader_t, csv_reader_free)

const char *const *csv_reader_columns (const struct csv_reader *reader); /* the header's names, NULL-terminated */
int csv_reader_column (const struct csv_reader *reader, const char *name);
const char *csv_reader_name (const struct csv_reader *reader); /* the file as messages name it */

/* For an error about the header: hints at another separator where the header is one column that looks like several.
 * Returns FALSE, as error_add_hint() does; only the first hint of an error counts. */
gboolean csv_hint_separator (const char *const *columns, GError **error);

/* The next record; *ret is NULL at the end. A malformed one is ERROR_USAGE with file and line. */
gboolean csv_reader_next (struct csv_reader *reader, const struct csv_record **ret, GError **error);

/* After csv_reader_next() has failed: the bad record as it stands in the file (no fields), and one may go on reading behind
 * it; or NULL when nothing can be read any more. */
const struct csv_record *csv_reader_bad (const struct csv_reader *reader);

/* For progress: bytes read so far, and the size of the file (0: not known). */
gint64 csv_reader_position (const struct csv_reader *reader);
gint64 csv_reader_size (const struct csv_reader *reader);

#endif
