/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an import: where rows come from, and where bad ones go. */
#ifndef BILLCTL_SERVICE_USAGE_IMPORT_PRIVATE_H
#define BILLCTL_SERVICE_USAGE_IMPORT_PRIVATE_H

#include "service/event-map.h"
#include "service/usage-import.h"

/* --- Rows --- */

struct import_row {
  gint64 line;
  const char *raw; /* as it stands in the file */
  gsize raw_length;
  gboolean is_record; /* raw is a well-formed CSV record */
  struct event_fields fields;
};

enum row_status {
  ROW_EVENT,
  ROW_SKIPPED, /* a condition does not hold */
  ROW_BAD,     /* the error is about this row; one may go on */
  ROW_END,
  ROW_FAILED,
};

struct row_source;
/* Opens the file and binds the map to it. */
gboolean row_source_open (const struct usage_import_request *request, struct event_map *map, struct row_source **ret,
                          GError **error);
void row_source_free (struct row_source *source);
typedef struct row_source row_source_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (row_source_t, row_source_free)
enum row_status row_source_next (struct row_source *source, struct import_row *ret, GError **error);
/* After the end: what only the whole file tells. */
gboolean row_source_finish (struct row_source *source, GError **error);
const char *row_source_name (const struct row_source *source);
char *row_source_header (
    const struct row_source *source); /* the CSV header as it could stand in a file; NULL for JSON. Newly allocated */
gint64 row_source_position (const struct row_source *source);
gint64 row_source_size (const struct row_source *source);

/* --- Problems --- */

/* The first problems by line, and the file of rejected rows. */
struct import_problems;
/* `name` is the file as messages have it. `rejects`: the path of the file, made with the first bad row; NULL: none is
 * written. `header` as above. */
struct import_problems *import_problems_new (const char *name, const char *rejects, const char *header);
/* Removes the file of rejects unless import_problems_keep() was called. */
void import_problems_free (struct import_problems *problems);
typedef struct import_problems import_problems_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (import_problems_t, import_problems_free)
/* Takes `problem` over. */
gboolean import_problems_add (struct import_problems *problems, const struct import_row *row, GError *problem, GError **error);
gint64 import_problems_count (const struct import_problems *problems);
/* Finishes the file of rejects; *ret_path is NULL when there is none. */
gboolean import_problems_keep (struct import_problems *problems, char **ret_path, GError **error);
/* Appends their texts, each with its hint. */
void import_problems_list (const struct import_problems *problems, GPtrArray *ret);
/* The only problem as an error, when there is exactly one. */
GError *import_problems_only (const struct import_problems *problems);

#endif
