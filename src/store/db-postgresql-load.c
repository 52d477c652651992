/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: many rows at once. The first some are inserted one by one, since most loads are short; the others go by COPY
 * in its binary form, into the table itself, or, where rows may be left out, into a table beside it from which they are merged. */
#include "store/db-postgresql.h"

#include "base/error.h"

#include <string.h>

enum { SINGLE_ROWS = 50, CHUNK_BYTES = 256 * 1024 };

struct load {
  struct db *db;
  struct load_request request;
  struct query *row;    /* what is bound; sent by itself while `copying` is not */
  struct query *single; /* the same statement for single rows */
  char *table;
  char *columns; /* "hash, usage_id" */
  char *staging; /* NULL: the rows go into the table itself */
  guint64 rows;
  guint64 copied_from; /* the number of the first row that was copied */
  gboolean copying;
  GByteArray *buffer;
};

static const char loading[] = "loading rows";

/* "INSERT INTO usage_key (hash, usage_id) VALUES …" */
static void
read_statement (struct load *load)
{
  const char *sql = statement_sql (load->request.id);
  const char *open = strchr (sql, '('), *close = strchr (sql, ')');
  load->table = postgresql_word_behind (sql, "INSERT INTO ");
  if (load->table == NULL || open == NULL || close == NULL)
    BUG ("%s is nothing to load by", statement_name (load->request.id));
  load->columns = g_strndup (open + 1, (gsize) (close - open - 1));
  if (strstr (close, "ON CONFLICT") != NULL)
    load->staging = g_strconcat ("billctl_load_", load->table, NULL);
}

gboolean
db_load_begin (struct db *db, const struct load_request *request, struct load **ret, GError **error)
{
  struct query *single = NULL;
  if (!db_query (db, request->id, &single, error))
    return FALSE;
  struct load *load = g_new0 (struct load, 1);
  load->db = db;
  load->request = *request;
  load->single = single;
  load->row = postgresql_query_new (db, request->id);
  load->row->is_load = TRUE;
  load->buffer = g_byte_array_new ();
  read_statement (load);
  *ret = load;
  return TRUE;
}

struct query *
db_load_row (struct load *load)
{
  return load->row;
}

/* --- COPY --- */

static gboolean
flush (struct load *load, GError **error)
{
  if (PQputCopyData (load->db->connection, (const char *) load->buffer->data, (int) load->buffer->len) != 1)
    return postgresql_fail (load->db, NULL, loading, error);
  g_byte_array_set_size (load->buffer, 0);
  return TRUE;
}

static void
append_length (struct load *load, gint32 length)
{
  gint32 ordered = GINT32_TO_BE (length);
  g_byte_array_append (load->buffer, (const guint8 *) &ordered, sizeof ordered);
}

static void
append_count (struct load *load, gint16 count)
{
  gint16 ordered = GINT16_TO_BE (count);
  g_byte_array_append (load->buffer, (const guint8 *) &ordered, sizeof ordered);
}

static gboolean
copy_begin (struct load *load, GError **error)
{
  static const char head[] = "PGCOPY\n\377\r\n\0" "\0\0\0\0" "\0\0\0\0"; /* signature, flags, length of an extension */
  const char *to = load->staging == NULL ? load->table : load->staging;
  g_autofree char *make = load->staging == NULL ? g_strdup ("")
                                                : g_strdup_printf ("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT 0::bigint AS load_row, %s FROM %s"
                                                                   " WHERE false; ",
                                                                   to, load->columns, load->table);
  g_autofree char *copy = g_strdup_printf ("%sCOPY %s (%s%s) FROM STDIN (FORMAT binary)", make, to, load->staging == NULL ? "" : "load_row, ",
                                           load->columns);
  g_autoptr (result_t) result = PQexec (load->db->connection, copy);
  if (PQresultStatus (result) != PGRES_COPY_IN)
    return postgresql_fail (load->db, result, loading, error);
  load->copying = TRUE;
  load->copied_from = load->rows;
  g_byte_array_append (load->buffer, (const guint8 *) head, sizeof head - 1);
  return TRUE;
}

static gboolean
copy_row (struct load *load, GError **error)
{
  const struct query *row = load->row;
  append_count (load, (gint16) (row->count + (load->staging != NULL)));
  if (load->staging != NULL) {
    gint64 number = GINT64_TO_BE ((gint64) load->rows);
    append_length (load, sizeof number);
    g_byte_array_append (load->buffer, (const guint8 *) &number, sizeof number);
  }
  for (int i = 0; i < row->count; i++) {
    append_length (load, row->values[i] == NULL ? -1 : row->lengths[i]);
    if (row->values[i] != NULL)
      g_byte_array_append (load->buffer, (const guint8 *) row->values[i], (guint) row->lengths[i]);
  }
  return load->buffer->len < CHUNK_BYTES || flush (load, error);
}

static gboolean
copy_end (struct load *load, GError **error)
{
  append_count (load, -1);
  if (!flush (load, error))
    return FALSE;
  load->copying = FALSE;
  if (PQputCopyEnd (load->db->connection, NULL) != 1)
    return postgresql_fail (load->db, NULL, loading, error);
  g_autoptr (result_t) result = PQgetResult (load->db->connection);
  while (PQresultStatus (result) == PGRES_COPY_IN) {
    PQclear (result);
    result = PQgetResult (load->db->connection);
  }
  gboolean ok = PQresultStatus (result) == PGRES_COMMAND_OK || postgresql_fail (load->db, result, loading, error);
  for (PGresult *more; (more = PQgetResult (load->db->connection)) != NULL;)
    PQclear (more);
  return ok;
}

/* --- Rows that are left out --- */

/* "t.hash = s.hash AND t.usage_id = s.usage_id" */
static char *
same_row (const struct load *load)
{
  g_auto (GStrv) columns = g_strsplit (load->columns, ", ", -1);
  GString *text = g_string_new (NULL);
  for (char **column = columns; *column != NULL; column++)
    g_string_append_printf (text, "%st.%s = s.%s", text->len > 0 ? " AND " : "", *column, *column);
  return g_string_free (text, FALSE);
}

static gboolean
report_skipped (struct load *load, GError **error)
{
  g_autofree char *same = same_row (load);
  g_autofree char *sql = g_strdup_printf ("SELECT load_row FROM %s s WHERE NOT EXISTS (SELECT 1 FROM %s t WHERE %s) ORDER BY load_row",
                                          load->staging, load->table, same);
  g_autoptr (result_t) skipped = NULL;
  gboolean ok = postgresql_run (load->db, sql, loading, &skipped, error);
  for (int i = 0; ok && i < PQntuples (skipped); i++)
    ok = load->request.skipped (load->request.data, g_ascii_strtoull (PQgetvalue (skipped, i, 0), NULL, 10), error);
  return ok;
}

static gboolean
merge (struct load *load, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY load_row ON CONFLICT DO NOTHING", load->table,
                                          load->columns, load->columns, load->staging);
  g_autofree char *drop = g_strconcat ("DROP TABLE ", load->staging, NULL);
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (load->db, sql, loading, &result, error))
    return FALSE;
  guint64 inserted = g_ascii_strtoull (PQcmdTuples (result), NULL, 10);
  if (load->request.skipped != NULL && inserted < load->rows - load->copied_from && !report_skipped (load, error))
    return FALSE;
  return postgresql_run (load->db, drop, loading, NULL, error);
}

/* --- Rows --- */

static gboolean
insert_one (struct load *load, GError **error)
{
  struct query *single = load->single;
  for (int i = 0; i < single->count; i++) {
    single->values[i] = load->row->values[i];
    single->lengths[i] = load->row->lengths[i];
    single->formats[i] = 1;
  }
  gboolean any = FALSE;
  return db_step (single, &any, error)
         && (load->request.skipped == NULL || load->db->changes > 0 || load->request.skipped (load->request.data, load->rows, error));
}

gboolean
db_load_add (struct load *load, GError **error)
{
  gboolean ok = load->rows < SINGLE_ROWS ? insert_one (load, error)
                                         : (load->copying || copy_begin (load, error)) && copy_row (load, error);
  load->rows++;
  return ok;
}

gboolean
db_load_end (struct load *load, GError **error)
{
  return !load->copying || (copy_end (load, error) && (load->staging == NULL || merge (load, error)));
}

void
db_load_free (struct load *load)
{
  if (load == NULL)
    return;
  if (load->copying) {
    PQputCopyEnd (load->db->connection, "given up");
    for (PGresult *result; (result = PQgetResult (load->db->connection)) != NULL;)
      PQclear (result);
  }
  db_query_free (load->row);
  g_byte_array_unref (load->buffer);
  g_free (load->table);
  g_free (load->columns);
  g_free (load->staging);
  g_free (load);
}
