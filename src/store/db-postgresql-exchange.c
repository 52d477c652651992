/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: several commands in one way to the server and back. Statements whose results nobody waits for are put off: they
 * go with the next one that somebody does, or with the commit. When one fails the server leaves out all that come behind it. */
#include "store/db-postgresql.h"

#include "base/error.h"

/* What is put off at most: the answers, which are read together, must find room on their way. */
enum { PUT_OFF_MAX = 200 };

struct exchange
postgresql_exchange (struct db *db, const char *doing)
{
  struct exchange exchange = { .db = db, .doing = doing, .count = db->put_off };
  db->put_off = 0;
  return exchange;
}

static gboolean
is_open (struct exchange *exchange)
{
  return exchange->count > 0 || PQenterPipelineMode (exchange->db->connection);
}

static gboolean
count_sent (struct exchange *exchange, int sent, GError **error)
{
  exchange->count += sent;
  return sent || postgresql_fail (exchange->db, NULL, exchange->doing, error);
}

gboolean
postgresql_send (struct exchange *exchange, const char *sql, const struct query *parameters, GError **error)
{
  PGconn *connection = exchange->db->connection;
  static const struct query none = { 0 };
  const struct query *with = parameters == NULL ? &none : parameters;
  int sent = is_open (exchange)
             && PQsendQueryParams (connection, sql, with->count, with->types, with->values, with->lengths, with->formats, 0);
  return count_sent (exchange, sent, error);
}

gboolean
postgresql_send_prepared (struct exchange *exchange, const char *name, const struct query *query, GError **error)
{
  PGconn *connection = exchange->db->connection;
  int sent = is_open (exchange)
             && PQsendQueryPrepared (connection, name, query->count, query->values, query->lengths, query->formats, 0);
  return count_sent (exchange, sent, error);
}

gboolean
postgresql_send_query (struct exchange *exchange, struct query *query, GError **error)
{
  struct db *db = exchange->db;
  if (!query->is_prepared) {
    g_free (query->name);
    query->name = g_strdup_printf ("s%u", ++db->prepared_count);
    int sent = is_open (exchange) && PQsendPrepare (db->connection, query->name, query->sql, query->count, query->types);
    if (!count_sent (exchange, sent, error))
      return FALSE;
    query->is_prepared = TRUE;
    g_ptr_array_add (db->preparing, query);
  }
  return postgresql_send_prepared (exchange, query->name, query, error);
}

/* Behind a failure the server leaves out what it was told to prepare. */
static void
end_preparing (struct db *db, gboolean ok)
{
  for (guint i = 0; !ok && i < db->preparing->len; i++)
    ((struct query *) g_ptr_array_index (db->preparing, i))->is_prepared = FALSE;
  g_ptr_array_set_size (db->preparing, 0);
}

/* What the last command returned, or the error of the first that failed. */
gboolean
postgresql_receive (struct exchange *exchange, PGresult **ret, GError **error)
{
  PGconn *connection = exchange->db->connection;
  g_autoptr (result_t) last = NULL;
  g_autoptr (result_t) failed = NULL;
  gboolean ok = PQpipelineSync (connection) == 1;
  for (int i = 0; ok && i <= exchange->count; i++) {
    PGresult *result = PQgetResult (connection);
    ExecStatusType status = PQresultStatus (result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      PQclear (last);
      last = result;
    } else if (status == PGRES_FATAL_ERROR && failed == NULL)
      failed = result;
    else
      PQclear (result);
    ok = PQstatus (connection) == CONNECTION_OK;
    if (ok && status != PGRES_PIPELINE_SYNC)
      PQclear (PQgetResult (connection));
  }
  PQexitPipelineMode (connection);
  end_preparing (exchange->db, ok && failed == NULL);
  if (!ok || failed != NULL)
    return postgresql_fail (exchange->db, failed, exchange->doing, error);
  *ret = g_steal_pointer (&last);
  return TRUE;
}

gboolean
postgresql_settle (struct db *db, GError **error)
{
  PGresult *last = NULL;
  if (db->put_off == 0)
    return TRUE;
  struct exchange exchange = postgresql_exchange (db, "writing the ledger");
  gboolean ok = postgresql_receive (&exchange, &last, error);
  PQclear (last);
  return ok;
}

gboolean
postgresql_put_off (struct query *query, GError **error)
{
  struct db *db = query->db;
  struct exchange exchange = postgresql_exchange (db, "using the ledger");
  if (!postgresql_send_query (&exchange, query, error))
    return FALSE;
  db->put_off = exchange.count;
  return db->put_off < PUT_OFF_MAX || postgresql_settle (db, error);
}
