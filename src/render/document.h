/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one document model: what a command answers, before it is a table, JSON, NDJSON, CSV or a spreadsheet.
 *
 * A document is a list of rows (a "list" command) or a set of named fields with tables below them (a "show"
 * command). Rows are written as they come: CSV, NDJSON, JSON and XLSX stream in flat memory; only the table view is
 * kept until its widths are known. The same rows give every format.
 *
 *   list:  document_begin_list (columns) · document_row … · document_end_list · document_close
 *   show:  document_field … · document_begin_section ("lines", columns) · document_row … · document_end_section · document_close
 *
 * JSON: a list is an array of objects; a show is one object whose sections are arrays in it. CSV and NDJSON of a
 * show: the rows of its first section, or one row of the fields when it has none. `columns` chooses among the
 * columns of the first section of a show, or among its fields when it has no section; the rest of the document
 * stays whole.
 *
 * Text goes out sanitised where a person sees it (control characters as \xNN): tables, spreadsheets, CSV on a
 * terminal. It goes out exact where a program reads it; JSON has U+FFFD for bytes that are not UTF-8. CSV is RFC
 * 4180 with LF line ends. */
#ifndef BILLCTL_RENDER_DOCUMENT_H
#define BILLCTL_RENDER_DOCUMENT_H

#include "core/currency.h"
#include "core/date.h"

#include <glib.h>
#include <stdio.h>

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV, FORMAT_XLSX };

enum cell_kind {
  CELL_NULL,     /* "" in text and CSV, null in JSON */
  CELL_TEXT,     /* left aligned; a CSV cell that a spreadsheet would run is guarded */
  CELL_CODE,     /* a code or status: text that is never shortened; guarded like text */
  CELL_INTEGER,  /* right aligned */
  CELL_DECIMAL,  /* exact decimal text; right aligned; a string in JSON */
  CELL_MONEY,    /* minor units; major units in text, integer minor units in JSON */
  CELL_CURRENCY, /* "USD" in text, "usd" in JSON */
  CELL_BOOLEAN,  /* yes/no in tables, true/false elsewhere */
  CELL_DATE,     /* struct date */
  CELL_INSTANT,  /* microseconds since the epoch, UTC */
  CELL_JSON,     /* a JSON value as text: embedded in JSON, as it is elsewhere */
};

/* One cell; make it with the functions below. Text is borrowed until document_row() or document_field() returns. */
struct cell {
  enum cell_kind kind;
  union {
    struct {
      const char *bytes;
      gssize length; /* -1: NUL-terminated */
    } text;          /* TEXT, CODE, DECIMAL, CURRENCY, JSON */
    gint64 number;   /* INTEGER, MONEY, INSTANT, BOOLEAN, DATE (days) */
  };
  const struct currency *currency; /* MONEY */
  gboolean uncounted;              /* MONEY: not part of the total */
  gboolean words;                  /* CODE: tables have blanks for its underscores */
};

struct cell cell_null (void);
struct cell cell_text (const char *text);   /* NULL gives CELL_NULL; likewise below */
struct cell cell_text_n (const char *text, gsize length);
struct cell cell_code (const char *code);
struct cell cell_words (const char *code); /* one of a fixed list, "reverse_charge", that tables have as words */
struct cell cell_integer (gint64 number);
struct cell cell_decimal (const char *text);
struct cell cell_money (gint64 minor, const struct currency *currency);
struct cell cell_money_if (gboolean counts, gint64 minor, const struct currency *currency); /* else not in the total */
struct cell cell_currency (const char *code);
struct cell cell_boolean (gboolean value);
struct cell cell_date (struct date date);
struct cell cell_instant (gint64 instant_us);
struct cell cell_json (const char *json);

struct column {
  const char *key;   /* JSON key, CSV heading, name for --columns: snake_case */
  const char *title; /* table heading, e.g. "Due date" */
  enum cell_kind kind;
  gboolean hidden;   /* shown only when --columns names it (tables); always present in JSON, NDJSON, CSV and XLSX */
  gboolean total;    /* MONEY: tables end with a total per currency (from the row's CELL_CURRENCY) */
  gboolean wrap;     /* TEXT: where a terminal is too narrow, it goes on in the next lines instead of being shortened */
  int spare;         /* left out where a terminal is too narrow and --columns does not ask for it, the highest first, without
                      * anything in it at once; 0: never */
};

struct render_request {
  enum format format;
  const char *columns;    /* "code,name" or NULL for all; an unknown name is ERROR_USAGE listing the known ones */
  gboolean no_header;
  FILE *out;              /* borrowed; NULL only for FORMAT_XLSX, which writes `path` */
  const char *path;       /* FORMAT_XLSX: file to write; borrowed */
  const char *exec_path;  /* where the helper programs are; borrowed */
  const char *title;      /* XLSX sheet name; borrowed; may be NULL */
  gint64 as_of_us;        /* XLSX: creation time inside the workbook, so that equal input gives equal bytes */
  int width;              /* terminal columns; 0: not a terminal, never shorten */
  gboolean colour;
};

typedef struct document document_t; /* for g_autoptr (document_t) only */
struct document;

gboolean document_new (const struct render_request *request, struct document **ret, GError **error);
void document_free (struct document *document); /* NULL is fine; an unfinished XLSX file is removed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (document_t, document_free)

/* `columns` is copied, its strings are borrowed until the end of the list or section. */
gboolean document_begin_list (struct document *document, const struct column *columns, gsize count, GError **error);
gboolean document_end_list (struct document *document, GError **error);

/* `title` is what the table view prints before the value, e.g. "Time zone". Fields stand before the first section. */
gboolean document_field (struct document *document, const char *key, const char *title, struct cell cell,
                         GError **error);
gboolean document_begin_section (struct document *document, const char *key, const char *title,
                                 const struct column *columns, gsize count, GError **error);
gboolean document_end_section (struct document *document, GError **error);

/* `cells` has as many entries as there are columns. A write error may be reported here already; the document can
 * only be freed then. */
gboolean document_row (struct document *document, const struct cell *cells, GError **error);

/* Writes what is still held and reports every write error (full disk, closed pipe). The document can only be freed
 * then. */
gboolean document_close (struct document *document, GError **error);

#endif
