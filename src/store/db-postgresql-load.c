/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: many rows at once. The first few are inserted one by one, since most loads are short; the others go by COPY in
 * its binary form into the table itself: row by row they would cost three times as much, and so would a table beside it that is merged.
 *
 * COPY knows no ON CONFLICT. Rows whose keys may be taken are kept until the end, and then go in as if none was. Where that fails, what
 * it did is undone, the keys that are there are asked for, all in a few statements, and the other rows go in.
 *
 * Nor does COPY go into tables that have policies for who is connected, as for operators: then it goes into a temporary table, and one
 * INSERT takes the rows on. */
#include "store/db-postgresql.h"

#include "base/error.h"

#include <string.h>

enum { SINGLE_ROWS = 4, CHUNK_BYTES = 256 * 1024 };

struct load {
  struct db *db;
  struct load_request request;
  struct query *row;    /* what is bound; sent by itself while `copying` is not */
  struct query *single; /* the same statement for single rows */
  char *table;
  char *columns; /* "hash, usage_id" */
  char *key;     /* "hash": the column by which rows are left out; NULL: none are */
  int key_place; /* among the columns */
  guint64 rows;
  gboolean copying;
  GByteArray *buffer;   /* rows in binary form; with a key: all but the single ones */
  GByteArray *left_out; /* with a key: a byte for each row in the buffer, whether it is left out */
  gint64 last_key;
};

static const char loading[] = "loading rows";

#define STAGING "billctl_load"

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
  const char *conflict = strstr (close, "ON CONFLICT (");
  if (conflict == NULL)
    return;
  load->key = g_strndup (conflict + strlen ("ON CONFLICT ("), strcspn (conflict + strlen ("ON CONFLICT ("), ")"));
  g_auto (GStrv) columns = g_strsplit (load->columns, ", ", -1);
  while (strcmp (columns[load->key_place], load->key) != 0)
    load->key_place++;
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
  load->left_out = g_byte_array_new ();
  read_statement (load);
  *ret = load;
  return TRUE;
}

struct query *
db_load_row (struct load *load)
{
  return load->row;
}

/* --- Rows in binary form: how many columns, and each behind its length --- */

static void
append_length (GByteArray *to, gint32 length)
{
  gint32 ordered = GINT32_TO_BE (length);
  g_byte_array_append (to, (const guint8 *) &ordered, sizeof ordered);
}

static void
append_count (GByteArray *to, gint16 count)
{
  gint16 ordered = GINT16_TO_BE (count);
  g_byte_array_append (to, (const guint8 *) &ordered, sizeof ordered);
}

static void
append_row (struct load *load)
{
  const struct query *row = load->row;
  append_count (load->buffer, (gint16) row->count);
  for (int i = 0; i < row->count; i++) {
    append_length (load->buffer, row->values[i] == NULL ? -1 : row->lengths[i]);
    if (row->values[i] != NULL)
      g_byte_array_append (load->buffer, (const guint8 *) row->values[i], (guint) row->lengths[i]);
  }
}

static gint64
read_number (const void *bytes)
{
  gint64 ordered = 0;
  memcpy (&ordered, bytes, sizeof ordered);
  return GINT64_FROM_BE (ordered);
}

/* Where the row that begins at `at` ends; *ret_key: its key. */
static guint
row_end (const struct load *load, guint at, gint64 *ret_key)
{
  at += sizeof (gint16);
  for (int i = 0; i < load->row->count; i++) {
    gint32 ordered = 0;
    memcpy (&ordered, load->buffer->data + at, sizeof ordered);
    at += sizeof ordered;
    if (i == load->key_place)
      *ret_key = read_number (load->buffer->data + at);
    at += (guint) MAX (GINT32_FROM_BE (ordered), 0);
  }
  return at;
}

/* --- COPY --- */

static gboolean
put (struct load *load, const void *bytes, guint length, GError **error)
{
  return length == 0 || PQputCopyData (load->db->connection, bytes, (int) length) == 1 || postgresql_fail (load->db, NULL, loading, error);
}

static gboolean
flush (struct load *load, GError **error)
{
  if (!put (load, load->buffer->data, load->buffer->len, error))
    return FALSE;
  g_byte_array_set_size (load->buffer, 0);
  return TRUE;
}

/* `before`: commands that come first. */
static gboolean
copy_begin (struct load *load, const char *before, GError **error)
{
  static const char head[] = "PGCOPY\n\377\r\n\0" "\0\0\0\0" "\0\0\0\0"; /* signature, flags, length of an extension */
  if (!postgresql_settle (load->db, error))
    return FALSE;
  g_autofree char *make = !load->db->is_held ? g_strdup (before)
                                             : g_strdup_printf ("%sCREATE TEMPORARY TABLE " STAGING " AS SELECT %s FROM %s WHERE false; ", before,
                                                                load->columns, load->table);
  g_autofree char *copy = g_strdup_printf ("%sCOPY %s (%s) FROM STDIN (FORMAT binary)", make, load->db->is_held ? STAGING : load->table,
                                           load->columns);
  g_autoptr (result_t) result = PQexec (load->db->connection, copy);
  if (PQresultStatus (result) != PGRES_COPY_IN)
    return postgresql_fail (load->db, result, loading, error);
  load->copying = TRUE;
  return put (load, head, sizeof head - 1, error);
}

static gboolean
is_taken (const PGresult *result)
{
  return g_strcmp0 (PQresultErrorField (result, PG_DIAG_SQLSTATE), "23505") == 0;
}

/* On from the temporary table. */
static gboolean
move (struct load *load, gboolean *ret_taken, GError **error)
{
  if (!load->db->is_held || (ret_taken != NULL && *ret_taken))
    return TRUE;
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s) SELECT %s FROM " STAGING "; DROP TABLE " STAGING, load->table, load->columns,
                                          load->columns);
  g_autoptr (result_t) result = PQexec (load->db->connection, sql);
  if (PQresultStatus (result) == PGRES_COMMAND_OK)
    return TRUE;
  if (ret_taken == NULL || !is_taken (result))
    return postgresql_fail (load->db, result, loading, error);
  *ret_taken = TRUE;
  return TRUE;
}

/* With `ret_taken`, a key that is there already is no failure. */
static gboolean
copy_end (struct load *load, gboolean *ret_taken, GError **error)
{
  PGconn *connection = load->db->connection;
  gint16 end = -1;
  if (!put (load, &end, sizeof end, error))
    return FALSE;
  load->copying = FALSE;
  if (PQputCopyEnd (connection, NULL) != 1)
    return postgresql_fail (load->db, NULL, loading, error);
  g_autoptr (result_t) result = PQgetResult (connection);
  while (PQresultStatus (result) == PGRES_COPY_IN) {
    PQclear (result);
    result = PQgetResult (connection);
  }
  gboolean ok = PQresultStatus (result) == PGRES_COMMAND_OK;
  if (!ok && ret_taken != NULL && is_taken (result))
    ok = *ret_taken = TRUE;
  ok = ok || postgresql_fail (load->db, result, loading, error);
  for (PGresult *more; (more = PQgetResult (connection)) != NULL;)
    PQclear (more);
  return ok && move (load, ret_taken, error);
}

/* --- Rows that may be left out --- */

static void
keep_row (struct load *load)
{
  gint64 key = read_number (load->row->values[load->key_place]);
  guint8 again = load->left_out->len > 0 && key == load->last_key;
  load->last_key = key;
  append_row (load);
  g_byte_array_append (load->left_out, &again, 1);
}

/* The rows that are kept, in stretches between those that are left out. */
static gboolean
put_kept (struct load *load, GError **error)
{
  guint from = 0, at = 0;
  gint64 key = 0;
  for (guint row = 0; row < load->left_out->len; row++) {
    guint next = row_end (load, at, &key);
    if (load->left_out->data[row] || at - from >= CHUNK_BYTES) {
      if (!put (load, load->buffer->data + from, at - from, error))
        return FALSE;
      from = load->left_out->data[row] ? next : at;
    }
    at = next;
  }
  return put (load, load->buffer->data + from, at - from, error);
}

static gboolean
note_taken (void *data, guint from, PGresult *result, GError **error)
{
  struct load *load = data;
  (void) error;
  for (int row = 0; row < PQntuples (result); row++)
    load->left_out->data[from + g_ascii_strtoull (PQgetvalue (result, row, 0), NULL, 10) - 1] = TRUE;
  return TRUE;
}

static gboolean
find_taken (struct load *load, GError **error)
{
  g_autoptr (GArray) keys = g_array_sized_new (FALSE, FALSE, sizeof (gint64), load->left_out->len);
  g_autofree char *sql = g_strdup_printf ("SELECT k.place FROM unnest ((SELECT $1)) WITH ORDINALITY AS k (key, place) JOIN %s t ON t.%s = k.key",
                                          load->table, load->key);
  guint at = 0;
  for (guint row = 0; row < load->left_out->len; row++) {
    gint64 key = 0;
    at = row_end (load, at, &key);
    g_array_append_val (keys, key);
  }
  return postgresql_run_for_keys (load->db, sql, keys, note_taken, load, error);
}

static gboolean
report_skipped (struct load *load, GError **error)
{
  for (guint row = 0; load->request.skipped != NULL && row < load->left_out->len; row++)
    if (load->left_out->data[row] && !load->request.skipped (load->request.data, SINGLE_ROWS + row, error))
      return FALSE;
  return TRUE;
}

static gboolean
load_kept (struct load *load, GError **error)
{
  gboolean taken = FALSE;
  if (!copy_begin (load, "SAVEPOINT load; ", error) || !put_kept (load, error) || !copy_end (load, &taken, error))
    return FALSE;
  if (taken
      && (!postgresql_run (load->db, "ROLLBACK TO load", loading, NULL, error) || !find_taken (load, error) || !copy_begin (load, "", error)
          || !put_kept (load, error) || !copy_end (load, NULL, error)))
    return FALSE;
  return postgresql_run (load->db, "RELEASE load", loading, NULL, error) && report_skipped (load, error);
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
  if (load->key == NULL)
    return db_run (single, error);
  return db_step (single, &any, error)
         && (load->request.skipped == NULL || load->db->changes > 0 || load->request.skipped (load->request.data, load->rows, error));
}

/* What goes to the server at once as it comes, and what is kept until it does. */
static gboolean
copy_row (struct load *load, GError **error)
{
  if (load->key != NULL) {
    keep_row (load);
    return TRUE;
  }
  if (!load->copying && !copy_begin (load, "", error))
    return FALSE;
  append_row (load);
  return load->buffer->len < CHUNK_BYTES || flush (load, error);
}

gboolean
db_load_add (struct load *load, GError **error)
{
  gboolean ok = load->rows < SINGLE_ROWS ? insert_one (load, error) : copy_row (load, error);
  load->rows++;
  return ok;
}

gboolean
db_load_end (struct load *load, GError **error)
{
  if (load->rows <= SINGLE_ROWS)
    return TRUE;
  return load->key != NULL ? load_kept (load, error) : flush (load, error) && copy_end (load, NULL, error);
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
  g_byte_array_unref (load->left_out);
  g_free (load->table);
  g_free (load->columns);
  g_free (load->key);
  g_free (load);
}
