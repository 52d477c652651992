/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: one query for many keys. The keys go to the server as an array, some thousand at a time, and the statement
 * becomes part of one that goes over this array. (SELECT $1) keeps the planner from counting it: it would read whole tables for some
 * thousand of their rows, where the index takes the same time however much the table grows. */
#include "store/db-postgresql.h"

enum { ALONE = 4, CHUNK_KEYS = 10000 };

static void
append_number (GByteArray *to, gint32 number)
{
  gint32 ordered = GINT32_TO_BE (number);
  g_byte_array_append (to, (const guint8 *) &ordered, sizeof ordered);
}

/* An array as the server takes it: dimensions, whether it has NULLs, type, length, lower bound; then each number behind its length. */
static GByteArray *
make_array (const gint64 *keys, guint count)
{
  const gint32 head[] = { 1, 0, POSTGRESQL_INT64, (gint32) count, 1 };
  GByteArray *array = g_byte_array_sized_new ((guint) (sizeof head + count * (sizeof (gint32) + sizeof (gint64))));
  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    append_number (array, head[i]);
  for (guint i = 0; i < count; i++) {
    gint64 ordered = GINT64_TO_BE (keys[i]);
    append_number (array, sizeof ordered);
    g_byte_array_append (array, (const guint8 *) &ordered, sizeof ordered);
  }
  return array;
}

gboolean
postgresql_run_for_keys (struct db *db, const char *sql, const GArray *keys, postgresql_visit visit, void *data, GError **error)
{
  static const Oid types[] = { POSTGRESQL_INT64_ARRAY };
  static const int formats[] = { 1 };
  if (!postgresql_settle (db, error))
    return FALSE;
  for (guint from = 0; from < keys->len; from += CHUNK_KEYS) {
    g_autoptr (GByteArray) array = make_array (&g_array_index (keys, gint64, from), MIN (keys->len - from, CHUNK_KEYS));
    const char *const values[] = { (const char *) array->data };
    const int lengths[] = { (int) array->len };
    g_autoptr (result_t) result = PQexecParams (db->connection, sql, 1, types, values, lengths, formats, 0);
    if (PQresultStatus (result) != PGRES_TUPLES_OK)
      return postgresql_fail (db, result, "using the ledger", error);
    if (!visit (data, from, result, error))
      return FALSE;
  }
  return TRUE;
}

struct rows {
  const struct db_each *each;
  struct query *query; /* that the columns are read through */
};

/* The place of a row's key within the array is the last column. */
static gboolean
visit_rows (void *data, guint from, PGresult *result, GError **error)
{
  struct rows *rows = data;
  gboolean ok = TRUE;
  rows->query->result = result;
  for (int row = 0; ok && row < PQntuples (result); row++) {
    rows->query->row = row;
    guint place = from + (guint) g_ascii_strtoull (PQgetvalue (result, row, PQnfields (result) - 1), NULL, 10) - 1;
    ok = rows->each->visit (rows->each->data, place, rows->query, error);
  }
  rows->query->result = NULL;
  return ok;
}

gboolean
db_each (struct db *db, const struct db_each *each, GError **error)
{
  if (each->keys->len <= ALONE)
    return db_each_alone (db, each, error);
  g_autoptr (GString) statement = g_string_new (statement_sql (each->id));
  g_string_replace (statement, "?1", "k.key", 0);
  g_autofree char *sql = g_strdup_printf ("SELECT q.*, k.place FROM unnest ((SELECT $1)) WITH ORDINALITY AS k (key, place), LATERAL (%s) q"
                                          " ORDER BY k.place",
                                          statement->str);
  struct rows rows = { .each = each, .query = postgresql_query_new (db, each->id) };
  gboolean ok = postgresql_run_for_keys (db, sql, each->keys, visit_rows, &rows, error);
  db_query_free (rows.query);
  return ok;
}
