/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: getting to the server, and saying why something failed there. */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/db-busy.h"
#include "store/engine.h"

#include <string.h>

enum { SERVER_VERSION_MIN = 130000, VERSION_14 = 140000, VERSION_17 = 170000, CONNECT_TIMEOUT_S = 15 };

/* --- Errors of commands --- */

static gboolean
is_class (const char *state, const char *class)
{
  return g_str_has_prefix (state, class);
}

/* Of a command in several transactions, those before stay. */
static gboolean
fail_lost (const struct db *db, const char *message, const char *doing, GError **error)
{
  error_set (error, ERROR_REMOTE, "%s: the connection to the ledger %s was lost%s%s; what was under way was not written", doing, db->path,
             message == NULL ? "" : ": ", message == NULL ? "" : message);
  return error_add_hint (error, "run it again when the server is back");
}

static gboolean
fail_limit (const struct db *db, const char *state, const char *message, const char *doing, GError **error)
{
  gboolean disk = strcmp (state, "53100") == 0;
  error_set (error, ERROR_REMOTE, "%s: the server of the ledger %s has %s: %s; what was under way was not written", doing, db->path,
             disk ? "run out of room" : "reached a limit", message);
  return error_add_hint (error, "%s and run it again", disk ? "free some space there" : "let its administrator raise it");
}

/* What an administrator has to mend. */
static gboolean
fail_server (const struct db *db, const char *state, const char *message, const char *doing, GError **error)
{
  const char *path = db->path;
  if (is_class (state, "53"))
    return fail_limit (db, state, message, doing, error);
  if (strcmp (state, "42501") == 0) {
    error_set (error, ERROR_LEDGER, "%s: this role lacks a right in the ledger %s: %s", doing, path, message);
    return error_add_hint (error, "let the owner of the ledger give it (`billctl ledger access grant`), or connect as another role");
  }
  /* A standby has no serializable transactions at all. */
  if (strcmp (state, "25006") == 0 || strcmp (state, "0A000") == 0) {
    error_set (error, ERROR_LEDGER, "%s: the ledger %s is read-only", doing, path);
    return error_add_hint (error, "name all hosts in the URL and add target_session_attrs=read-write, so that the primary is found; or let this role write (default_transaction_read_only)");
  }
  error_set (error, ERROR_LEDGER, "%s: the ledger %s is damaged: %s", doing, path, message);
  return error_add_hint (error, "leave it as it is and look at the server's log; `billctl verify` tells what is wrong");
}

gboolean
postgresql_fail_conflict (struct db *db, const char *doing, GError **error)
{
  db->conflicted = TRUE;
  error_set (error, ERROR_LEDGER, "%s: somebody else wrote into the ledger %s at the same time; nothing was changed", doing, db->path);
  return error_add_hint (error, "run it again");
}

/* Who has the lock of writers. */
static const char holders[]
    = "SELECT a.usename, a.client_addr, l.pid, extract (epoch FROM pg_catalog.now () - a.xact_start)::bigint"
      " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted"
      " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database ())"
      " AND l.classid = " G_STRINGIFY (POSTGRESQL_LOCK_CLASS) " AND l.objid = '" POSTGRESQL_LEDGER_TABLE "'::regclass AND l.pid <> pg_backend_pid ()";

/* No row where the lock is free by now, or what is waited for is a lock of another kind. */
static gboolean
fail_locked (struct db *db, const char *doing, GError **error)
{
  error_set (error, ERROR_LEDGER, "%s: the ledger %s is locked by another process", doing, db->path);
  g_autoptr (result_t) holder = PQtransactionStatus (db->connection) == PQTRANS_INERROR ? NULL : PQexec (db->connection, holders);
  if (PQntuples (holder) == 0)
    return error_add_hint (error, "run it again when the other command has finished");
  const char *address = PQgetvalue (holder, 0, 1), *seconds = PQgetvalue (holder, 0, 3);
  return error_add_hint (error, "run it again when the other command has finished: it is role %s%s%s, process %s of the server%s%s%s", PQgetvalue (holder, 0, 0),
                         *address == '\0' ? "" : " at ", address, PQgetvalue (holder, 0, 2), *seconds == '\0' ? "" : ", since ",
                         seconds, *seconds == '\0' ? "" : " s");
}

static gboolean
fail_state (struct db *db, const char *state, const char *message, const char *doing, GError **error)
{
  if (is_class (state, "08") || is_class (state, "57P0"))
    return fail_lost (db, message, doing, error);
  if (strcmp (state, "57014") == 0) {
    error_set (error, ERROR_REMOTE, "%s: the server of the ledger %s gave up: %s; what was under way was not written", doing, db->path, message);
    return error_add_hint (error, "run it again; its log says who canceled it");
  }
  if (strcmp (state, "55P03") == 0)
    return fail_locked (db, doing, error);
  if (is_class (state, "40"))
    return postgresql_fail_conflict (db, doing, error);
  if (is_class (state, "53") || is_class (state, "58") || is_class (state, "XX") || strcmp (state, "42501") == 0
      || strcmp (state, "25006") == 0 || strcmp (state, "0A000") == 0 || strcmp (state, "42P01") == 0 || strcmp (state, "42703") == 0)
    return fail_server (db, state, message, doing, error);
  if (is_class (state, "23"))
    return error_set (error, ERROR_REFUSED, "%s: refused by the ledger: %s", doing, message);
  if (strcmp (state, "22003") == 0)
    return error_set (error, ERROR_FAILED, "a sum of amounts does not fit 64 bits of minor units");
  return error_set (error, ERROR_FAILED, "%s: %s", doing, message);
}

gboolean
postgresql_fail (struct db *db, const PGresult *result, const char *doing, GError **error)
{
  const char *state = result == NULL ? NULL : PQresultErrorField (result, PG_DIAG_SQLSTATE);
  const char *message = result == NULL ? NULL : PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
  if (state == NULL || PQstatus (db->connection) == CONNECTION_BAD)
    return fail_lost (db, message, doing, error);
  return fail_state (db, state, message == NULL ? state : message, doing, error);
}

gboolean
postgresql_run (struct db *db, const char *sql, const char *doing, PGresult **ret, GError **error)
{
  if (!postgresql_settle (db, error))
    return FALSE;
  g_autoptr (result_t) result = PQexec (db->connection, sql);
  ExecStatusType status = PQresultStatus (result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    return postgresql_fail (db, result, doing, error);
  if (ret != NULL)
    *ret = g_steal_pointer (&result);
  return TRUE;
}

/* --- Connecting --- */

/* libpq says a line for each host that it tried; told in one line, without the words that only programs need. */
static char *
told_in_one_line (const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  GString *text = g_string_new (NULL);
  for (char **line = lines; *line != NULL; line++) {
    const char *said = g_strstrip (*line);
    const char *fatal = strstr (said, "FATAL:  ");
    if (fatal != NULL)
      said = fatal + strlen ("FATAL:  ");
    if (*said != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", said);
  }
  return g_string_free (text, FALSE);
}

/* A failed connection has no error class, only words, in the language of the server. What a person has to mend is ERROR_LEDGER; what
 * passes, or is a matter of the network, is ERROR_REMOTE. The first that fits counts. */
static const struct connect_failure {
  const char *words;
  const char *state; /* of a server that says it in other words; "": it has none of its own */
  enum error_code code;
  const char *hint; /* with {database} and {user} in it */
} connect_failures[] = {
  { "password authentication failed", "28P01", ERROR_LEDGER, "put the password into ~/.pgpass, or into a file that PGPASSFILE names" },
  { "no password supplied", "", ERROR_LEDGER, "put the password into ~/.pgpass, or into a file that PGPASSFILE names" },
  { "too many connections for", "", ERROR_REMOTE, "run it again when others have finished, or let more in (CONNECTION LIMIT)" },
  { "too many clients already", "53300", ERROR_REMOTE,
    "run it again when others have finished, or let the server take more (max_connections)" },
  { "connection slots are reserved", "", ERROR_REMOTE,
    "run it again when others have finished, or let the server take more (max_connections)" },
  { "shutting down", "", ERROR_REMOTE, "run it again when the server is back" },
  { "recovery mode", "", ERROR_REMOTE, "run it again in a moment" },
  { "not accepting connections", "", ERROR_REMOTE, "run it again when the server takes connections" },
  { "starting up", "57P03", ERROR_REMOTE, "run it again in a moment" },
  { "session is read-only", "", ERROR_REMOTE, "there is no primary among these hosts: run it again when a standby has taken over" },
  { "hot standby mode", "", ERROR_REMOTE, "there is no host among these that is what target_session_attrs asks for" },
  { "permission denied for database", "42501", ERROR_LEDGER, "grant it: GRANT CONNECT ON DATABASE {database} TO {user}" },
  { "definition of service", "", ERROR_LEDGER, "define it in ~/.pg_service.conf, or in a file that PGSERVICEFILE names" },
  { "no pg_hba.conf entry", "", ERROR_LEDGER,
    "let the server's pg_hba.conf take this role from here, or check user, database and sslmode" },
  { "pg_hba.conf rejects", "", ERROR_LEDGER,
    "let the server's pg_hba.conf take this role from here, or check user, database and sslmode" },
  { "not permitted to log in", "", ERROR_LEDGER, "let it: ALTER ROLE … LOGIN, or name another user" },
  { "authentication failed", "28000", ERROR_LEDGER, "check the user, and how the server's pg_hba.conf wants it to prove who it is" },
  { "unsupported startup parameter", "", ERROR_LEDGER, "leave it out of the name, or let the connection pooler pass it on" },
  { "SSL SYSCALL", "", ERROR_REMOTE, "check that the server runs and that host and port are right" },
  { "SSL", "", ERROR_LEDGER, "check sslmode, sslrootcert and the certificate of the server" },
  { "certificate", "", ERROR_LEDGER, "check sslmode, sslrootcert and the certificate of the server" },
  { "database \"", "3D000", ERROR_LEDGER, "make the database first: createdb -E UTF8 -T template0 {database}" },
  { "does not exist", "", ERROR_LEDGER, "check user, database and service; psql takes the same URL" },
  { "", "", ERROR_REMOTE, "check that the server runs and that host and port are right" },
};

/* Asked once more, the server says which class of errors it is: "FATAL:  28P01: …". */
static char *
connect_state (PGconn *connection)
{
  PQsetErrorVerbosity (connection, PQERRORS_VERBOSE);
  PQreset (connection);
  g_autoptr (GRegex) regex = g_regex_new (":  ([0-9A-Z]{5}): ", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  return g_regex_match (regex, PQerrorMessage (connection), 0, &match) ? g_match_info_fetch (match, 1) : g_strdup ("-");
}

static const struct connect_failure *
find_connect_failure (PGconn *connection, const char *message)
{
  const struct connect_failure *failure = connect_failures;
  while (strstr (message, failure->words) == NULL)
    failure++;
  /* What the server says has two blanks behind the word for FATAL, and what libpq says has not. */
  if (*failure->words != '\0' || strstr (PQerrorMessage (connection), ":  ") == NULL)
    return failure;
  g_autofree char *state = connect_state (connection);
  for (failure = connect_failures; *failure->words != '\0' && strcmp (failure->state, state) != 0;)
    failure++;
  return failure;
}

/* Before a name was understood, there is neither database nor user. */
static char *
filled_in (const char *hint, const PGconn *connection)
{
  const char *database = PQdb (connection), *user = PQuser (connection);
  GString *text = g_string_new (hint);
  g_string_replace (text, "{database}", database == NULL ? "DATABASE" : database, 0);
  g_string_replace (text, "{user}", user == NULL ? "USER" : user, 0);
  return g_string_free (text, FALSE);
}

static gboolean
fail_connect (struct db *db, GError **error)
{
  g_autofree char *message = told_in_one_line (PQerrorMessage (db->connection));
  if (g_str_has_prefix (message, "invalid "))
    return error_set (error, ERROR_USAGE, "'%s' does not name a ledger: %s", db->path, message);
  const struct connect_failure *failure = find_connect_failure (db->connection, message);
  g_autofree char *hint = filled_in (failure->hint, db->connection);
  error_set (error, failure->code, "cannot %s the ledger %s: %s", failure->code == ERROR_REMOTE ? "reach" : "open", db->path, message);
  return error_add_hint (error, "%s", hint);
}

/* With a bare '/' or '@' in it, a password is read as something else, which messages would then show. */
static gboolean
is_clear (const char *path)
{
  const char *authority = strstr (path, "://");
  if (authority == NULL)
    return TRUE;
  gsize length = strcspn (authority + 3, "/?");
  const char *at = memchr (authority + 3, '@', length);
  const char *query = strchr (path, '?');
  return at != NULL ? memchr (at + 1, '@', query == NULL ? strlen (at + 1) : (gsize) (query - at - 1)) == NULL
                    : memchr (authority, '@', query == NULL ? strlen (authority) : (gsize) (query - authority)) == NULL;
}

/* What libpq says of a name that it does not understand may quote a password. */
static gboolean
check_name (const char *path, const char *shown, GError **error)
{
  char *message = NULL;
  PQconninfoOption *options = strcmp (path, shown) == 0 || is_clear (path) ? PQconninfoParse (path, &message) : NULL;
  gboolean ok = options != NULL;
  if (!ok && strcmp (path, shown) == 0 && message != NULL)
    error_set (error, ERROR_USAGE, "'%s' does not name a ledger: %s", shown, g_strstrip (message));
  else if (!ok)
    error_set (error, ERROR_USAGE, "'%s' does not name a ledger: it is not what libpq takes", shown);
  PQconninfoFree (options);
  PQfreemem (message);
  return ok || error_add_hint (error, "postgresql://USER@HOST:PORT/DATABASE; a '%%', '@' or '/' in a name is written %%25, %%40, %%2F");
}

static gboolean
has_own_timeout (const char *path)
{
  return g_getenv ("PGCONNECT_TIMEOUT") != NULL || g_getenv ("PGSERVICE") != NULL || g_str_has_prefix (path, "service=");
}

/* What comes later wins. A machine that went without a word is given up after a minute, so that another one can be tried. */
static PGconn *
connect_to (const char *path)
{
  g_autofree char *timeout = g_strdup_printf ("%d", CONNECT_TIMEOUT_S);
  enum { OWN = 5 };
  const char *keys[] = { "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
                         "fallback_application_name", "dbname", "client_encoding", NULL };
  const char *values[] = { timeout, "30", "10", "3", "60000", "billctl", path, "UTF8", NULL };
  gsize own = has_own_timeout (path) ? OWN : 0;
  return PQconnectdbParams (keys + own, values + own, 1);
}

/* Of what the server says by the way, db_commit() needs to know warnings. */
static void
take_notice (void *data, const PGresult *result)
{
  struct db *db = data;
  const char *severity = PQresultErrorField (result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (g_strcmp0 (severity, "WARNING") != 0)
    return;
  g_free (db->warning);
  db->warning = g_strdup (PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY));
}

static gboolean
check_server (struct db *db, const PGresult *surroundings, gboolean creating, GError **error)
{
  int version = PQserverVersion (db->connection);
  if (version < SERVER_VERSION_MIN)
    return error_set (error, ERROR_LEDGER, "the server of the ledger %s has version %d of PostgreSQL; billctl needs %d or later", db->path,
                      version / 10000, SERVER_VERSION_MIN / 10000);
  const char *encoding = PQgetvalue (surroundings, 0, 1);
  if (strcmp (encoding, "UTF8") != 0) {
    error_set (error, ERROR_LEDGER, "the database of the ledger %s keeps text as %s, not as UTF8", db->path, encoding);
    return error_add_hint (error, "make another database: createdb -E UTF8 -T template0 NAME");
  }
  if (creating && PQgetisnull (surroundings, 0, 2)) {
    error_set (error, ERROR_LEDGER, "cannot make the ledger %s: none of the schemas of its search_path is there for this role", db->path);
    return error_add_hint (error, "make one: CREATE SCHEMA …, or let the role use it: GRANT USAGE, CREATE ON SCHEMA … TO %s", PQuser (db->connection));
  }
  return TRUE;
}

/* A socket, or an address that never leaves the machine. */
static gboolean
is_local (const PGconn *connection)
{
  const char *host = PQhost (connection), *address = PQhostaddr (connection);
  return (host != NULL && (*host == '/' || *host == '@')) || address == NULL || *address == '\0' || g_str_has_prefix (address, "127.")
         || strcmp (address, "::1") == 0 || g_str_has_prefix (address, "::ffff:127.");
}

static char *
find_sslmode (PGconn *connection)
{
  char *mode = NULL;
  PQconninfoOption *options = PQconninfo (connection);
  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (strcmp (option->keyword, "sslmode") == 0)
      mode = g_strdup (option->val == NULL ? "prefer" : option->val);
  PQconninfoFree (options);
  return mode;
}

/* Over a network the server has to prove who it is: a connection that Kerberos keeps has done so. */
static char *
find_advice (const struct db *db)
{
  PGconn *connection = db->connection;
  g_autofree char *mode = find_sslmode (connection);
  if (is_local (connection) || g_strcmp0 (mode, "verify-full") == 0 || PQgssEncInUse (connection))
    return NULL;
  if (!PQsslInUse (connection))
    return g_strdup_printf ("the connection to the ledger %s is not encrypted: what is in it, and passwords, can be read and changed on the way; "
                            "add sslmode=verify-full to the URL", db->path);
  return g_strdup_printf ("the server of the ledger %s need not prove that it is the right one (sslmode=%s); add sslmode=verify-full to the URL",
                          db->path, mode);
}

/* What this driver counts on, whatever the server, the database or the role is set to: */
static char *
session_settings (const struct db *db, gboolean write)
{
  GString *sql = g_string_new (/* On a standby nothing runs, not even SET, in a serializable transaction. */
                               "BEGIN ISOLATION LEVEL READ COMMITTED; SET default_transaction_isolation = 'read committed';"
                               " SET standard_conforming_strings = on; SET TIME ZONE 'UTC';"
                               /* What is read with a cursor is read to its end. */
                               " SET cursor_tuple_fraction = 1;"
                               /* A transaction waits for its input, and for as long as it takes. */
                               " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
                               /* What is confirmed is on a disk. */
                               " SELECT pg_catalog.set_config ('synchronous_commit', 'on', false)"
                               " WHERE pg_catalog.current_setting ('synchronous_commit') = 'off';");
  g_string_append_printf (sql, " SET lock_timeout = %" G_GINT64_FORMAT ";", MAX (db->busy_limit_ms, 1));
  /* A program that is killed lets go of its lock soon, also where the server is in the middle of a long command. */
  if (PQserverVersion (db->connection) >= VERSION_14)
    g_string_append (sql, " SET idle_session_timeout = 0; SELECT pg_catalog.set_config ('client_connection_check_interval', '2000', false)"
                          " WHERE pg_catalog.version () LIKE '%linux%';");
  if (PQserverVersion (db->connection) >= VERSION_17)
    g_string_append (sql, " SET transaction_timeout = 0;");
  /* Who writes looks for single rows, also in tables of which the server thinks that they are empty: it makes its plans, those for
   * references among them, once for a session, in which the table may come to hold a million rows. What such a plan is said to cost must
   * not have it compiled. */
  g_string_append (sql, write ? " SET enable_seqscan = off; SET jit = off;" : " SET default_transaction_read_only = on;");
  /* The schema of the ledger, and no other, whichever stand before it. */
  g_string_append (sql, " SELECT pg_catalog.set_config ('search_path', pg_catalog.quote_ident (n.nspname) || ', pg_temp', false)"
                        " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        " WHERE c.oid = pg_catalog.to_regclass ('" POSTGRESQL_LEDGER_TABLE "'); COMMIT;");
  return g_string_free (sql, FALSE);
}

static gboolean
begin_session (struct db *db, const struct db_open_request *request, gboolean *ret_is_ledger, GError **error)
{
  static const char look[] = "SELECT pg_catalog.to_regclass ('" POSTGRESQL_LEDGER_TABLE "') IS NOT NULL,"
                             " pg_catalog.current_setting ('server_encoding'), pg_catalog.current_schema (),"
                             " coalesce (pg_catalog.has_table_privilege (pg_catalog.to_regclass ('audit'), 'INSERT'), true),"
                             " coalesce (pg_catalog.has_table_privilege (pg_catalog.to_regclass ('audit'), 'SELECT'), true),"
                             " coalesce (pg_catalog.row_security_active (pg_catalog.to_regclass ('" POSTGRESQL_LEDGER_TABLE "')), false),"
                             " pg_catalog.quote_ident (pg_catalog.current_schema ()), pg_catalog.to_regclass ('" POSTGRESQL_COPY_TABLE "') IS NOT NULL";
  g_autofree char *settings = session_settings (db, request->write);
  g_autofree char *sql = g_strconcat (settings, look, NULL);
  g_autoptr (result_t) surroundings = NULL;
  if (!postgresql_run (db, sql, "opening the ledger", &surroundings, error) || !check_server (db, surroundings, request->create, error))
    return FALSE;
  *ret_is_ledger = *PQgetvalue (surroundings, 0, 0) == 't';
  db->may_write = *PQgetvalue (surroundings, 0, 3) == 't';
  db->sees_all = *PQgetvalue (surroundings, 0, 4) == 't';
  db->is_held = *PQgetvalue (surroundings, 0, 5) == 't';
  db->schema = g_strdup (PQgetvalue (surroundings, 0, 6));
  db->advice = find_advice (db);
  db->is_unfinished = !*ret_is_ledger && *PQgetvalue (surroundings, 0, 7) == 't';
  if (!db->is_unfinished || request->unfinished)
    return TRUE;
  error_set (error, ERROR_LEDGER, "a copy into the ledger %s has not finished", db->path);
  return error_add_hint (error, "run `billctl ledger copy` again: it goes on where it stopped");
}

/* Where there is one after all. */
gboolean
postgresql_fail_no_ledger (struct db *db, GError **error)
{
  static const char elsewhere[] = "SELECT n.nspname, pg_catalog.has_schema_privilege (n.oid, 'USAGE'), current_user"
                                  " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                  " WHERE c.relname = '" POSTGRESQL_LEDGER_TABLE "' AND c.relkind = 'r' ORDER BY 2 DESC, 1";
  g_autoptr (result_t) found = NULL;
  if (!postgresql_run (db, elsewhere, "opening the ledger", &found, error))
    return FALSE;
  const char *schema = PQntuples (found) == 0 ? NULL : PQgetvalue (found, 0, 0);
  if (schema != NULL && *PQgetvalue (found, 0, 1) != 't') {
    error_set (error, ERROR_LEDGER, "this role lacks a right in the ledger %s: it may not use the schema %s", db->path, schema);
    return error_add_hint (error, "grant it: GRANT USAGE ON SCHEMA %s TO %s", schema, PQgetvalue (found, 0, 2));
  }
  error_set (error, ERROR_NOT_FOUND, "there is no ledger %s", db->path);
  if (schema != NULL)
    return error_add_hint (error, "there is one in the schema %s of this database: …?options=-csearch_path%%3D%s", schema, schema);
  return error_add_hint (error, "make one with `billctl init`, or name yours with --ledger URL or BILLCTL_LEDGER");
}

gboolean
postgresql_connect (const struct db_open_request *request, struct db **ret, gboolean *ret_is_ledger, GError **error)
{
  gint64 busy_limit_ms = 0;
  g_autofree char *shown = engine_path_shown (request->path);
  if (!busy_limit_find (&busy_limit_ms, error) || !check_name (request->path, shown, error))
    return FALSE;
  struct db *db = g_new0 (struct db, 1);
  db->path = request->name == NULL ? g_steal_pointer (&shown) : g_strdup (request->name);
  db->busy_limit_ms = busy_limit_ms;
  db->creating = request->create;
  db->without_roles = request->without_roles;
  db->cursors = g_ptr_array_new ();
  db->preparing = g_ptr_array_new ();
  db->cursors_ended = g_ptr_array_new_with_free_func (g_free);
  db->connection = connect_to (request->path);
  gboolean ok = PQstatus (db->connection) == CONNECTION_OK || fail_connect (db, error);
  PQsetNoticeReceiver (db->connection, take_notice, db);
  if (!ok || !begin_session (db, request, ret_is_ledger, error)) {
    db_close (db);
    return FALSE;
  }
  *ret = db;
  return TRUE;
}
