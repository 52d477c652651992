/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a table, told so that two tables can be compared over a pipe: how many rows, the exact sum of every column of whole
 * numbers, and a digest (SHA-256) of all rows in the order of their key, in the form of db.h. Both engines come to the same. */
#ifndef BILLCTL_STORE_TABLE_PROOF_H
#define BILLCTL_STORE_TABLE_PROOF_H

#include "core/wide.h"

#include <glib.h>

struct db;
struct table_layout;

struct table_proof {
  const struct table_layout *table;
  gint64 rows;
  gsize columns;
  int128 *sums; /* of 2^63 rows none overflows; 0 for text */
  GChecksum *digest;
};
void table_proof_begin (struct table_proof *proof, const struct table_layout *table);
gboolean table_proof_add (struct table_proof *proof, const guint8 *row, gsize length, GError **error);
void table_proof_clear (struct table_proof *proof);
typedef struct table_proof table_proof_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (table_proof_t, table_proof_clear)

/* Of the rows that a database has: begins and fills `proof`. `use` (may be NULL) gets each row as well. */
struct row_visitor {
  gboolean (*use) (void *data, const guint8 *row, gsize length, GError **error);
  void *data;
};
gboolean table_proof_read (struct db *db, const struct table_layout *table, struct row_visitor visitor, struct table_proof *proof, GError **error);

/* "rows 2\nsha256 9f86…\nsum hash -17\n…", newly allocated. */
char *table_proof_text (const struct table_proof *proof);

/* That text, read again. */
struct table_told {
  const char *name; /* static */
  gint64 rows;
  char *sha256;       /* NULL: not known */
  GPtrArray *columns; /* char *: those that have a sum; NULL: not known */
  GPtrArray *sums;    /* char *: decimal */
};
gboolean table_told_read (const char *text, struct table_told *told); /* name and rows are there; FALSE: it says something else */
void table_told_clear (struct table_told *told);

/* The value at *at of a row that goes on to `end`: *ret_length of -1 for NULL. FALSE: there is none. */
gboolean row_value (const guint8 **at, const guint8 *end, const guint8 **ret, gint32 *ret_length);
gint64 row_int64 (const guint8 *value);

#endif
