/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the document: what one output format does, and the state that all of them share. For files of src/render
 * only. */
#ifndef BILLCTL_RENDER_RENDERER_H
#define BILLCTL_RENDER_RENDERER_H

#include "render/document.h"
#include "render/output.h"

/* The rows being written: the list, or one section of a show. */
struct rows {
  const char *key;   /* NULL for a list */
  const char *title; /* NULL for a list */
  const struct column *columns;
  gsize count;
  const guint *shown; /* indexes into `columns`, in the order wanted */
  gsize shown_count;
  guint64 written;
};

/* One field of a show; owns its strings. */
struct field {
  char *key;
  char *title;
  char *text; /* what the cell borrows, or NULL */
  struct cell cell;
};

/* The hooks write into document->output, whose error is sticky; only what can fail otherwise returns an error. */
struct renderer {
  gboolean first_section_only; /* CSV, NDJSON: the other sections are left out */
  gboolean all_columns;        /* hidden columns are shown without being named */
  gboolean (*open) (struct document *document, GError **error); /* may be NULL */
  /* All fields of a show, before its first section. NULL: they become a list of one row, or nothing beside a section. */
  void (*fields) (struct document *document);
  void (*begin_rows) (struct document *document);
  void (*row) (struct document *document, const struct cell *cells);
  void (*end_rows) (struct document *document);
  gboolean (*close) (struct document *document, GError **error); /* before the last flush; may be NULL */
  /* Why the output failed, when it is not the error number alone; may be NULL. */
  gboolean (*explain) (struct document *document, GError **error);
  void (*free) (struct document *document); /* may be NULL */
};

extern const struct renderer renderer_table;
extern const struct renderer renderer_json;
extern const struct renderer renderer_ndjson;
extern const struct renderer renderer_csv;
extern const struct renderer renderer_xlsx;

enum document_state {
  DOCUMENT_NEW,
  DOCUMENT_LIST,
  DOCUMENT_FIELDS,
  DOCUMENT_SECTION,
  DOCUMENT_BETWEEN, /* behind a section */
  DOCUMENT_ENDED,   /* behind the list */
  DOCUMENT_CLOSED,
};

struct document {
  struct render_request request;
  const struct renderer *renderer;
  void *own; /* the renderer's */
  enum document_state state;
  struct output output;
  struct rows rows;
  GArray *columns;     /* struct column: what rows.columns points to */
  GArray *shown;       /* guint: what rows.shown points to */
  GArray *fields;      /* struct field */
  gboolean is_show;
  guint section_count; /* sections begun */
  gboolean anything;   /* table: something was printed already */
};

enum { CELL_TEXT_SIZE = 48 };

/* The text of INTEGER, MONEY, DATE, INSTANT and BOOLEAN cells ("true"/"false"): what CSV has. Returns the length. */
gsize cell_format (const struct cell *cell, char text[CELL_TEXT_SIZE]);

/* Whether the cell carries text of its own: TEXT, CODE, DECIMAL, CURRENCY, JSON. */
gboolean cell_has_text (const struct cell *cell);
gsize cell_text_length (const struct cell *cell);
gsize integer_format (gint64 number, char text[CELL_TEXT_SIZE]);

#endif
