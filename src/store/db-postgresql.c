/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver.
 *
 * One writer at a time: a write begins by taking an advisory lock, before its snapshot is taken, so that it sees all that the writer
 * before it did. Numbers without gaps, and ids that count on, then come as they do with SQLite. Readers never wait. What other programs
 * write at the same time, without the lock, SERIALIZABLE finds: then the command is run again (cli/dispatch.c).
 *
 * Statements are prepared once per connection and fetched whole, but for walks and cursors: those stay on the server and come a thousand
 * rows at a time. */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/append-only.h"

#include <string.h>

enum { FETCHED = 1000 };

#define BEGIN_WRITE "BEGIN ISOLATION LEVEL SERIALIZABLE"

static const char writing[] = "writing the ledger";
static const char using[] = "using the ledger";

/* --- Opening --- */

gboolean
db_open (const struct db_open_request *request, struct db **ret, GError **error)
{
  gboolean is_ledger = FALSE;
  struct db *db = NULL;
  if (!postgresql_connect (request, &db, &is_ledger, error))
    return FALSE;
  if (!request->create && !is_ledger) {
    postgresql_fail_no_ledger (db, error);
    db_close (db);
    return FALSE;
  }
  *ret = db;
  return TRUE;
}

void
db_close (struct db *db)
{
  if (db == NULL)
    return;
  for (int i = 0; i < SQL_STATEMENT_COUNT; i++)
    db_query_free (db->queries[i]);
  PQfinish (db->connection);
  g_ptr_array_unref (db->preparing);
  g_ptr_array_unref (db->cursors);
  g_ptr_array_unref (db->cursors_ended);
  g_free (db->server_version);
  g_free (db->warning);
  g_free (db->schema);
  g_free (db->advice);
  g_free (db->path);
  g_free (db);
}

const char *
db_path (const struct db *db)
{
  return db->path;
}

const char *
db_advice (const struct db *db)
{
  return db->advice;
}

void
db_protect (struct db *db)
{
  db->protected = TRUE;
}

/* --- Cursors --- */

static gboolean
send_ended_cursors (struct exchange *exchange, GError **error)
{
  GPtrArray *ended = exchange->db->cursors_ended;
  for (guint i = 0; i < ended->len; i++) {
    g_autofree char *sql = g_strconcat ("CLOSE ", g_ptr_array_index (ended, i), NULL);
    if (!postgresql_send (exchange, sql, NULL, error))
      return FALSE;
  }
  g_ptr_array_set_size (ended, 0);
  return TRUE;
}

static gboolean
send_fetch (struct exchange *exchange, const struct query *query, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("FETCH %d FROM %s", FETCHED, query->name);
  return postgresql_send (exchange, sql, NULL, error);
}

static gboolean
prepare_short (struct query *query, const char *name, GError **error)
{
  struct db *db = query->db;
  if (db->prepared_short[query->id])
    return TRUE;
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM (%s) few LIMIT %d", query->sql, FETCHED);
  if (!postgresql_settle (db, error))
    return FALSE;
  g_autoptr (result_t) result = PQprepare (db->connection, name, sql, query->count, query->types);
  db->prepared_short[query->id] = PQresultStatus (result) == PGRES_COMMAND_OK;
  return db->prepared_short[query->id] || postgresql_fail (db, result, using, error);
}

/* What has but a few rows, such as the usage of a customer, costs a third as a prepared statement of what a cursor does. */
static gboolean
try_short (struct query *query, gboolean *ret_all, GError **error)
{
  struct db *db = query->db;
  g_autofree char *name = g_strdup_printf ("short%d", (int) query->id);
  if (!prepare_short (query, name, error))
    return FALSE;
  g_autoptr (result_t) result = NULL;
  struct exchange exchange = postgresql_exchange (db, using);
  if (!postgresql_send_prepared (&exchange, name, query, error) || !postgresql_receive (&exchange, &result, error))
    return FALSE;
  *ret_all = PQntuples (result) < FETCHED;
  if (*ret_all)
    query->result = g_steal_pointer (&result);
  return TRUE;
}

/* A cursor lives in a transaction; where there is none, one for reading is begun, which lasts until the next is. */
static gboolean
cursor_begin (struct query *query, GError **error)
{
  struct db *db = query->db;
  gboolean all = FALSE;
  if (!statement_is_walk (query->id) && !try_short (query, &all, error))
    return FALSE;
  if (all)
    return TRUE;
  struct exchange exchange = postgresql_exchange (db, using);
  g_autofree char *sql = g_strdup_printf ("DECLARE %s NO SCROLL CURSOR FOR %s", query->name, query->sql);
  gboolean idle = PQtransactionStatus (db->connection) == PQTRANS_IDLE;
  PGresult *result = NULL;
  if (!send_ended_cursors (&exchange, error) || (idle && !postgresql_send (&exchange, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, error))
      || !postgresql_send (&exchange, sql, query, error) || !send_fetch (&exchange, query, error) || !postgresql_receive (&exchange, &result, error)) {
    if (idle)
      PQclear (PQexec (db->connection, "ROLLBACK"));
    return FALSE;
  }
  db->reading = db->reading || idle;
  query->result = result;
  query->is_open = TRUE;
  g_ptr_array_add (db->cursors, query);
  return TRUE;
}

static void
cursor_ended (struct query *query)
{
  if (!query->is_open)
    return;
  query->is_open = FALSE;
  g_ptr_array_remove_fast (query->db->cursors, query);
  g_ptr_array_add (query->db->cursors_ended, g_strdup (query->name));
}

static gboolean
cursor_continue (struct query *query, GError **error)
{
  if (query->is_lost)
    return error_set (error, ERROR_FAILED, "%s: the transaction that was read in has ended", using);
  if (!query->is_open)
    return TRUE;
  if (PQntuples (query->result) < FETCHED) {
    cursor_ended (query);
    return TRUE;
  }
  struct exchange exchange = postgresql_exchange (query->db, using);
  PGresult *result = NULL;
  if (!send_fetch (&exchange, query, error) || !postgresql_receive (&exchange, &result, error))
    return FALSE;
  PQclear (query->result);
  query->result = result;
  query->row = 0;
  return TRUE;
}

static void
append_rows (PGresult *all, const PGresult *from, int first)
{
  for (int row = first; row < PQntuples (from); row++) {
    int place = PQntuples (all);
    for (int column = 0; column < PQnfields (from); column++) {
      gboolean null = PQgetisnull (from, row, column) != 0;
      PQsetvalue (all, place, column, null ? NULL : PQgetvalue (from, row, column), null ? -1 : PQgetlength (from, row, column));
    }
  }
}

static void
keep_cursor (struct query *query)
{
  query->is_open = FALSE;
  if (PQntuples (query->result) < FETCHED)
    return;
  g_autofree char *sql = g_strconcat ("FETCH ALL FROM ", query->name, NULL);
  g_autoptr (result_t) rest = NULL;
  query->is_lost = PQtransactionStatus (query->db->connection) != PQTRANS_INTRANS
                   || !postgresql_run (query->db, sql, using, &rest, NULL);
  if (query->is_lost)
    return;
  PGresult *all = PQcopyResult (rest, PG_COPYRES_ATTRS);
  append_rows (all, query->result, query->row);
  append_rows (all, rest, 0);
  PQclear (query->result);
  query->result = all;
  query->row = 0;
}

/* The end of a transaction closes the cursors on the server: what they would still have given is fetched before. */
static void
keep_cursors (struct db *db)
{
  for (guint i = 0; i < db->cursors->len; i++)
    keep_cursor (g_ptr_array_index (db->cursors, i));
  g_ptr_array_set_size (db->cursors, 0);
  g_ptr_array_set_size (db->cursors_ended, 0);
}

/* --- Transactions --- */

static gboolean
end_reading (struct db *db, GError **error)
{
  if (!db->reading)
    return TRUE;
  db->reading = FALSE;
  keep_cursors (db);
  return postgresql_run (db, "COMMIT", using, NULL, error);
}

static gboolean
check_may_write (struct db *db, GError **error)
{
  if (db->creating || db->may_write)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role %s may only read the ledger %s", PQuser (db->connection), db->path);
  return error_add_hint (error, "the owner of the ledger says who may write: billctl ledger access grant %s --as operator", PQuser (db->connection));
}

/* The lock is one of the session, taken before the transaction and let go behind it. So the snapshot is taken under it, and the server
 * has written down that the last writer is through before the next one begins: to SERIALIZABLE the two are not concurrent. */
#define WRITE_LOCK "(" G_STRINGIFY (POSTGRESQL_LOCK_CLASS) ", '" POSTGRESQL_LEDGER_TABLE "'::regclass::oid::integer)"

/* Two commands in one way there and back, each in a transaction of its own: the second one runs whatever becomes of the first. */
static gboolean
run_apart (struct db *db, const char *const commands[2], const char *doing, PGresult *ret[2], GError **error)
{
  PGconn *connection = db->connection;
  ret[0] = ret[1] = NULL;
  gboolean ok = PQenterPipelineMode (connection) == 1;
  for (int i = 0; ok && i < 2; i++)
    ok = PQsendQueryParams (connection, commands[i], 0, NULL, NULL, NULL, NULL, 0) && PQpipelineSync (connection);
  for (int i = 0; ok && i < 2; i++) {
    ret[i] = PQgetResult (connection);
    PQclear (PQgetResult (connection)); /* the end of its results */
    g_autoptr (result_t) sync = PQgetResult (connection);
    ok = ret[i] != NULL && PQresultStatus (sync) == PGRES_PIPELINE_SYNC;
  }
  PQexitPipelineMode (connection);
  return (ok && PQstatus (connection) == CONNECTION_OK) || postgresql_fail (db, NULL, doing, error);
}

static gboolean
is_done (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static gboolean
lock_and_begin (struct db *db, GError **error)
{
  static const char *const commands[] = { "SELECT pg_catalog.pg_advisory_lock " WRITE_LOCK, BEGIN_WRITE };
  static const char doing[] = "starting a write";
  PGresult *results[2];
  gboolean ok = run_apart (db, commands, doing, results, error);
  db->locked = ok && is_done (results[0]);
  for (int i = 0; ok && i < 2; i++)
    ok = is_done (results[i]) || postgresql_fail (db, results[i], doing, error);
  PQclear (results[0]);
  PQclear (results[1]);
  return ok;
}

/* Ends a transaction, and lets the next writer go on. */
static gboolean
end_and_unlock (struct db *db, const char *ending, PGresult **ret, GError **error)
{
  const char *const commands[] = { ending, "SELECT pg_catalog.pg_advisory_unlock " WRITE_LOCK };
  PGresult *results[2];
  gboolean ok = run_apart (db, commands, writing, results, error);
  db->locked = FALSE;
  *ret = results[0];
  PQclear (results[1]);
  return ok;
}

gboolean
db_begin_write (struct db *db, GError **error)
{
  db->conflicted = FALSE;
  if (!check_may_write (db, error) || !end_reading (db, error))
    return FALSE;
  if (db->creating)
    return postgresql_run (db, BEGIN_WRITE, "starting a write", NULL, error);
  if (lock_and_begin (db, error))
    return TRUE;
  db_rollback (db);
  return FALSE;
}

gboolean
db_begin_read (struct db *db, GError **error)
{
  return end_reading (db, error) && postgresql_run (db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "starting to read", NULL, error);
}

/* A connection that breaks while a commit is under way leaves open whether it was done. */
static gboolean
fail_commit (struct db *db, GError **error)
{
  error_set (error, ERROR_REMOTE, "%s: the connection to the ledger %s was lost before the server said whether it was done", writing, db->path);
  return error_add_hint (error, "run it again when the server is back: what was done is not done twice");
}

/* The only thing that a server warns of here is that somebody made it give up waiting for its standby. */
static gboolean
check_confirmed (const struct db *db, GError **error)
{
  if (db->warning == NULL)
    return TRUE;
  error_set (error, ERROR_REMOTE, "%s: the ledger %s has it, but perhaps no standby of it: %s", writing, db->path, db->warning);
  return error_add_hint (error, "let its administrator look at the standby; run it again if another server takes over");
}

gboolean
db_commit (struct db *db, GError **error)
{
  g_autoptr (result_t) result = NULL;
  if (!postgresql_settle (db, error))
    return FALSE;
  keep_cursors (db);
  g_clear_pointer (&db->warning, g_free);
  /* What was done at the same time as somebody else's doings must not be half done. */
  if (db->conflicted)
    return postgresql_fail_conflict (db, writing, error);
  if (!db->locked)
    result = PQexec (db->connection, "COMMIT");
  else if (!end_and_unlock (db, "COMMIT", &result, NULL) && result == NULL)
    return fail_commit (db, error);
  if (PQresultStatus (result) == PGRES_COMMAND_OK && strcmp (PQcmdStatus (result), "COMMIT") == 0)
    return check_confirmed (db, error);
  if (PQresultStatus (result) == PGRES_COMMAND_OK)
    return error_set (error, ERROR_FAILED, "%s: a statement before failed; nothing was changed", writing);
  return PQstatus (db->connection) == CONNECTION_BAD ? fail_commit (db, error) : postgresql_fail (db, result, writing, error);
}

gboolean
db_settle (struct db *db, GError **error)
{
  return postgresql_settle (db, error);
}

void
db_rollback (struct db *db)
{
  if (!db->locked && !db_in_transaction (db) && !db->reading)
    return;
  db->reading = FALSE;
  postgresql_settle (db, NULL);
  keep_cursors (db);
  PGresult *result = NULL;
  if (db->locked)
    end_and_unlock (db, "ROLLBACK", &result, NULL);
  else
    result = PQexec (db->connection, "ROLLBACK");
  PQclear (result);
}

gboolean
db_conflicted (const struct db *db)
{
  return db->conflicted;
}

gboolean
db_in_transaction (const struct db *db)
{
  PGTransactionStatusType status = PQtransactionStatus (db->connection);
  return (db->put_off > 0 || status == PQTRANS_INTRANS || status == PQTRANS_INERROR) && !db->reading;
}

gboolean
db_savepoint (struct db *db, GError **error)
{
  db->cursors_before = db->cursor_count;
  return postgresql_run (db, "SAVEPOINT item", "starting a write", NULL, error);
}

gboolean
db_savepoint_release (struct db *db, GError **error)
{
  return postgresql_run (db, "RELEASE item", writing, NULL, error);
}

/* What was undone has taken its cursors with it. */
static void
forget_cursors (struct db *db)
{
  for (guint i = db->cursors_ended->len; i-- > 0;)
    if (g_ascii_strtoull ((const char *) g_ptr_array_index (db->cursors_ended, i) + 1, NULL, 10) > db->cursors_before)
      g_ptr_array_remove_index_fast (db->cursors_ended, i);
}

void
db_savepoint_undo (struct db *db)
{
  postgresql_settle (db, NULL);
  PQclear (PQexec (db->connection, "ROLLBACK TO item; RELEASE item"));
  forget_cursors (db);
}

/* --- Statements --- */

/* ?3 -> $3, but for what stands in quotes; *ret_used: for each number up to the highest, whether it is there. */
static char *
number_parameters (const char *sql, GArray *ret_used)
{
  GString *text = g_string_new (NULL);
  gboolean quoted = FALSE;
  for (const char *at = sql; *at != '\0'; at++) {
    quoted = quoted != (*at == '\'');
    g_string_append_c (text, *at == '?' && !quoted ? '$' : *at);
    guint number = *at == '?' && !quoted ? (guint) g_ascii_strtoull (at + 1, NULL, 10) : 0;
    if (number > ret_used->len)
      g_array_set_size (ret_used, number);
    if (number > 0)
      g_array_index (ret_used, gboolean, number - 1) = TRUE;
  }
  return g_string_free (text, FALSE);
}

char *
postgresql_word_behind (const char *sql, const char *verb)
{
  if (!g_str_has_prefix (sql, verb))
    return NULL;
  return g_strndup (sql + strlen (verb), strcspn (sql + strlen (verb), " ("));
}

/* What triggers refuse as well. */
static gboolean
check_protected (const struct db *db, enum statement id, GError **error)
{
  const char *sql = statement_sql (id);
  g_autofree char *updated = postgresql_word_behind (sql, "UPDATE "), *deleted = postgresql_word_behind (sql, "DELETE FROM ");
  if (!db->protected || ((updated == NULL || !append_only_table (updated)) && (deleted == NULL || !append_only_table (deleted))))
    return TRUE;
  return error_set (error, ERROR_FAILED, "preparing %s: not authorized", statement_name (id));
}

/* Whether an INSERT says itself which id its row has. */
static gboolean
names_id (const char *sql)
{
  return g_regex_match_simple ("^[^(]*\\((?:[^)]* )?id[,)]", sql, 0, 0);
}

struct query *
postgresql_query_new (struct db *db, enum statement id)
{
  struct query *query = g_new0 (struct query, 1);
  query->db = db;
  query->id = id;
  g_autofree char *table = postgresql_word_behind (statement_sql (id), "INSERT INTO ");
  g_autoptr (GArray) used = g_array_new (FALSE, TRUE, sizeof (gboolean));
  g_autofree char *sql = number_parameters (statement_sql (id), used);
  query->count = (int) used->len;
  query->returns_id = table != NULL && !names_id (statement_sql (id)) && postgresql_has_id (table);
  query->sql = g_strconcat (sql, query->returns_id ? " RETURNING id" : "", NULL);
  gsize count = used->len;
  query->types = g_new0 (Oid, count);
  /* The server finds out what its parameters are, if they are anywhere. */
  for (guint i = 0; i < used->len; i++)
    query->types[i] = g_array_index (used, gboolean, i) ? 0 : POSTGRESQL_TEXT;
  query->values = g_new0 (const char *, count);
  query->lengths = g_new0 (int, count);
  query->formats = g_new0 (int, count);
  query->numbers = g_malloc0_n (count, POSTGRESQL_INT64_SIZE);
  return query;
}

void
db_query_free (struct query *query)
{
  if (query == NULL)
    return;
  cursor_ended (query);
  PQclear (query->result);
  g_free (query->sql);
  g_free (query->name);
  g_free (query->types);
  g_free (query->values);
  g_free (query->lengths);
  g_free (query->formats);
  g_free (query->numbers);
  g_free (query);
}

static gboolean
prepare (struct query *query, GError **error)
{
  if (!postgresql_settle (query->db, error))
    return FALSE;
  g_autoptr (result_t) result = PQprepare (query->db->connection, query->name, query->sql, query->count, query->types);
  if (PQresultStatus (result) == PGRES_COMMAND_OK)
    return TRUE;
  g_autofree char *doing = g_strdup_printf ("preparing %s", statement_name (query->id));
  return postgresql_fail (query->db, result, doing, error);
}

static struct query *
cursor_new (struct db *db, enum statement id)
{
  struct query *query = postgresql_query_new (db, id);
  query->is_cursor = TRUE;
  query->name = g_strdup_printf ("c%u", ++db->cursor_count);
  return query;
}

gboolean
db_query (struct db *db, enum statement id, struct query **ret, GError **error)
{
  if (db->queries[id] == NULL) {
    if (!check_protected (db, id, error))
      return FALSE;
    db->queries[id] = statement_is_walk (id) ? cursor_new (db, id) : postgresql_query_new (db, id);
  }
  if (db->queries[id]->busy)
    BUG ("query %s is still in use", statement_name (id));
  *ret = db->queries[id];
  return TRUE;
}

gboolean
db_cursor (struct db *db, enum statement id, struct query **ret, GError **error)
{
  if (!check_protected (db, id, error))
    return FALSE;
  *ret = cursor_new (db, id);
  return TRUE;
}

static void
bind_at (struct query *query, int index, const char *value, int length, int format)
{
  if (index < 1 || index > query->count)
    BUG ("%s has no parameter %d", statement_name (query->id), index);
  query->values[index - 1] = value;
  query->lengths[index - 1] = length;
  query->formats[index - 1] = format;
}

void
db_bind_int64 (struct query *query, int index, gint64 value)
{
  bind_at (query, index, "", 0, 0);
  char *text = query->numbers[index - 1];
  query->values[index - 1] = text;
  if (query->is_load) {
    gint64 ordered = GINT64_TO_BE (value);
    query->lengths[index - 1] = (int) sizeof ordered;
    memcpy (text, &ordered, sizeof ordered);
  } else
    g_snprintf (text, POSTGRESQL_INT64_SIZE, "%" G_GINT64_FORMAT, value);
}

/* In binary form a text is its bytes, which need no end. */
void
db_bind_text (struct query *query, int index, const char *text, gssize length)
{
  bind_at (query, index, text, text == NULL ? 0 : (int) (length < 0 ? (gssize) strlen (text) : length), 1);
}

void
db_bind_null (struct query *query, int index)
{
  bind_at (query, index, NULL, 0, 0);
}

static gboolean
run_prepared (struct query *query, GError **error)
{
  struct db *db = query->db;
  g_autoptr (result_t) result = NULL;
  struct exchange exchange = postgresql_exchange (db, using);
  if (!postgresql_send_query (&exchange, query, error) || !postgresql_receive (&exchange, &result, error))
    return FALSE;
  if (PQresultStatus (result) == PGRES_COMMAND_OK || query->returns_id)
    db->changes = g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
  if (query->returns_id && PQntuples (result) > 0)
    db->last_id = g_ascii_strtoll (PQgetvalue (result, PQntuples (result) - 1, 0), NULL, 10);
  query->result = g_steal_pointer (&result);
  return TRUE;
}

/* Sums of whole numbers are of any size here. */
static gboolean
fits (const struct query *query, GError **error)
{
  for (int column = 0; column < PQnfields (query->result); column++)
    if (PQftype (query->result, column) == POSTGRESQL_NUMERIC && !PQgetisnull (query->result, query->row, column)
        && !g_ascii_string_to_signed (PQgetvalue (query->result, query->row, column), 10, G_MININT64, G_MAXINT64, NULL, NULL))
      return error_set (error, ERROR_FAILED, "a sum of amounts does not fit 64 bits of minor units");
  return TRUE;
}

static gboolean
advance (struct query *query, gboolean *ret_row, GError **error)
{
  if (!query->busy) {
    query->busy = TRUE;
    query->row = 0;
    if (!(query->is_cursor ? cursor_begin (query, error) : run_prepared (query, error)))
      return FALSE;
  } else
    query->row++;
  if (query->is_cursor && query->row >= PQntuples (query->result) && !cursor_continue (query, error))
    return FALSE;
  *ret_row = !query->returns_id && query->row < PQntuples (query->result);
  return !*ret_row || fits (query, error);
}

gboolean
db_step (struct query *query, gboolean *ret_row, GError **error)
{
  gboolean row = FALSE;
  gboolean ok = advance (query, &row, error);
  if (!ok || !row)
    db_reset (query);
  if (ok)
    *ret_row = row;
  return ok;
}

gboolean
db_run (struct query *query, GError **error)
{
  gboolean row = FALSE;
  if (!query->is_cursor && !query->returns_id)
    return postgresql_put_off (query, error);
  if (!db_step (query, &row, error))
    return FALSE;
  if (row)
    db_reset (query);
  return TRUE;
}

void
db_reset (struct query *query)
{
  if (query->is_cursor && query->busy) {
    cursor_ended (query);
    g_free (query->name);
    query->name = g_strdup_printf ("c%u", ++query->db->cursor_count);
  }
  g_clear_pointer (&query->result, PQclear);
  query->busy = FALSE;
}

gint64
db_int64 (struct query *query, int column)
{
  return g_ascii_strtoll (PQgetvalue (query->result, query->row, column), NULL, 10);
}

const char *
db_text (struct query *query, int column, gsize *ret_length)
{
  if (ret_length != NULL)
    *ret_length = (gsize) PQgetlength (query->result, query->row, column);
  return PQgetisnull (query->result, query->row, column) ? NULL : PQgetvalue (query->result, query->row, column);
}

gboolean
db_is_null (struct query *query, int column)
{
  return PQgetisnull (query->result, query->row, column) != 0;
}

gint64
db_last_id (struct db *db)
{
  return db->last_id;
}

gint64
db_changes (struct db *db)
{
  return db->changes;
}

/* The plan for parameters that are not known. */
gboolean
db_explain (struct db *db, enum statement id, GPtrArray *ret, GError **error)
{
  struct query *query = postgresql_query_new (db, id);
  query->name = g_strdup_printf ("x%d", (int) id);
  GString *sql = g_string_new (NULL);
  g_string_printf (sql, "EXPLAIN EXECUTE %s", query->name);
  for (int i = 0; i < query->count; i++)
    g_string_append_printf (sql, "%sNULL%s", i == 0 ? " (" : ", ", i == query->count - 1 ? ")" : "");
  g_autoptr (result_t) plan = NULL;
  gboolean ok = check_protected (db, id, error) && prepare (query, error) && postgresql_run (db, sql->str, statement_name (id), &plan, error);
  g_string_free (sql, TRUE);
  db_query_free (query);
  for (int row = 0; ok && row < PQntuples (plan); row++)
    g_ptr_array_add (ret, g_strdup (PQgetvalue (plan, row, 0)));
  return ok;
}
