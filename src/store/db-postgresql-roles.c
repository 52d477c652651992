/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: the roles of a ledger, and who is in them.
 *
 * Roles belong to the whole server, so they are called by the database, and by the schema where that is not public; two ledgers never
 * share any. What they were called in the beginning stands in the ledger, since a database can get another name. */
#include "store/db-postgresql.h"

#include "base/error.h"

#include <string.h>

enum { NAME_SIZE = 63, DIGEST_SIZE = 8, ATTEMPTS = 100, VERSION_16 = 160000 };

static const char looking[] = "looking for the roles of the ledger";
static const char giving[] = "saying who may open the ledger";

static const char *const kinds[POSTGRESQL_ROLE_COUNT] = { "operator", "auditor", "tenant" };

void
postgresql_roles_clear (struct postgresql_roles *roles)
{
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++) {
    g_clear_pointer (&roles->names[i], g_free);
    g_clear_pointer (&roles->quoted[i], g_free);
  }
}

static char *
quote (struct db *db, const char *name)
{
  char *quoted = PQescapeIdentifier (db->connection, name, strlen (name));
  char *copy = g_strdup (quoted == NULL ? "\"\"" : quoted);
  PQfreemem (quoted);
  return copy;
}

static void
set_name (struct db *db, struct postgresql_roles *roles, int kind, const char *name)
{
  g_free (roles->names[kind]);
  g_free (roles->quoted[kind]);
  roles->names[kind] = g_strdup (name);
  roles->quoted[kind] = quote (db, name);
}

gboolean
postgresql_roles_read (struct db *db, struct postgresql_roles *ret, GError **error)
{
  static const char names[] = "SELECT operator_role, auditor_role, tenant_role FROM " POSTGRESQL_LEDGER_TABLE " WHERE operator_role IS NOT NULL";
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, names, looking, &result, error))
    return FALSE;
  for (int i = 0; PQntuples (result) > 0 && i < POSTGRESQL_ROLE_COUNT; i++)
    set_name (db, ret, i, PQgetvalue (result, 0, i));
  return TRUE;
}

/* A command with texts as its parameters. */
static gboolean
run_with (struct db *db, const char *sql, int count, const char *const *values, const char *doing, PGresult **ret, GError **error)
{
  static const Oid types[] = { POSTGRESQL_TEXT, POSTGRESQL_TEXT, POSTGRESQL_TEXT, POSTGRESQL_TEXT };
  if (!postgresql_settle (db, error))
    return FALSE;
  g_autoptr (result_t) result = PQexecParams (db->connection, sql, count, types, values, NULL, NULL, 0);
  ExecStatusType status = PQresultStatus (result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    return postgresql_fail (db, result, doing, error);
  if (ret != NULL)
    *ret = g_steal_pointer (&result);
  return TRUE;
}

/* --- Choosing names --- */

/* Of at most `size` bytes; what is longer is cut between two characters and told from others by a digest. */
static char *
name_within (const char *name, gsize size)
{
  if (strlen (name) <= size)
    return g_strdup (name);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  gsize length = size - DIGEST_SIZE - 1;
  while (((unsigned char) name[length] & 0xc0) == 0x80)
    length--;
  return g_strdup_printf ("%.*s_%.*s", (int) length, name, DIGEST_SIZE, digest);
}

/* "billing_operator"; where that belongs to another ledger, "billing_2_operator" */
static void
name_roles (struct db *db, struct postgresql_roles *roles, const char *ledger, int attempt)
{
  g_autofree char *number = attempt == 1 ? g_strdup ("") : g_strdup_printf ("_%d", attempt);
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++) {
    g_autofree char *ending = g_strdup_printf ("%s_%s", number, kinds[i]);
    g_autofree char *beginning = name_within (ledger, NAME_SIZE - strlen (ending));
    g_autofree char *name = g_strconcat (beginning, ending, NULL);
    set_name (db, roles, i, name);
  }
}

/* What there is of them: the attribute that a role for people to be in must not have, whether another ledger has it, whom it holds. */
static const char state_of_roles[]
    = "SELECT r.rolname,"
      " CASE WHEN r.rolcanlogin THEN 'LOGIN' WHEN r.rolsuper THEN 'SUPERUSER' WHEN r.rolcreaterole THEN 'CREATEROLE' WHEN r.rolcreatedb THEN 'CREATEDB'"
      " WHEN r.rolreplication THEN 'REPLICATION' WHEN r.rolbypassrls THEN 'BYPASSRLS'"
      " WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid) THEN 'membership in other roles' END,"
      " EXISTS (SELECT 1 FROM pg_catalog.pg_shdepend d WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid AND d.dbid <> 0"
      " AND (d.dbid <> (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database ()) OR d.classid = 'pg_catalog.pg_class'::regclass)),"
      " (SELECT string_agg (p.rolname, ', ' ORDER BY p.rolname) FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles p ON p.oid = m.member"
      " WHERE m.roleid = r.oid AND p.rolname <> current_user)"
      " FROM pg_catalog.pg_roles r WHERE r.rolname IN ($1, $2, $3)";

static gboolean
look_at_roles (struct db *db, const struct postgresql_roles *roles, PGresult **ret, gboolean *ret_is_taken, GError **error)
{
  const char *const values[] = { roles->names[0], roles->names[1], roles->names[2] };
  if (!run_with (db, state_of_roles, POSTGRESQL_ROLE_COUNT, values, looking, ret, error))
    return FALSE;
  *ret_is_taken = FALSE;
  for (int row = 0; row < PQntuples (*ret); row++)
    *ret_is_taken = *ret_is_taken || *PQgetvalue (*ret, row, 2) == 't';
  return TRUE;
}

static gboolean
check_harmless (struct db *db, const PGresult *state, GError **error)
{
  for (int row = 0; row < PQntuples (state); row++) {
    if (PQgetisnull (state, row, 1))
      continue;
    const char *name = PQgetvalue (state, row, 0), *attribute = PQgetvalue (state, row, 1);
    error_set (error, ERROR_LEDGER, "cannot %s the ledger %s: the role %s is there already, and has %s, which a role that is given to people must not have",
               db->creating ? "make" : "open up", db->path, name, attribute);
    return error_add_hint (error, "let an administrator give it another name or take that away: ALTER ROLE …");
  }
  return TRUE;
}

static gboolean
role_is_there (const PGresult *state, const char *name)
{
  for (int row = 0; row < PQntuples (state); row++)
    if (strcmp (PQgetvalue (state, row, 0), name) == 0)
      return TRUE;
  return FALSE;
}

/* Those that are there already may hold people, of a ledger that is gone or by an administrator's wish: that is said. */
static char *
told (const struct postgresql_roles *roles, const PGresult *state)
{
  GString *text = g_string_new (NULL);
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++)
    g_string_append_printf (text, "%s%s%s", i == 0 ? "" : ", ", roles->names[i], role_is_there (state, roles->names[i]) ? " (there already)" : "");
  for (int row = 0; row < PQntuples (state); row++)
    if (!PQgetisnull (state, row, 3))
      g_string_append_printf (text, "; in %s: %s", PQgetvalue (state, row, 0), PQgetvalue (state, row, 3));
  return g_string_free (text, FALSE);
}

/* The commands that make those which are not there. */
static char *
missing_roles (const struct postgresql_roles *roles, const PGresult *state, const char *options, const char *between)
{
  GString *sql = g_string_new (NULL);
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++)
    if (!role_is_there (state, roles->names[i]))
      g_string_append_printf (sql, "%sCREATE ROLE %s NOLOGIN%s", sql->len == 0 ? "" : between, roles->quoted[i], options);
  return g_string_free (sql, FALSE);
}

/* Who is connected, and whether he may make roles. */
static gboolean
look_at_maker (struct db *db, char **ret_name, gboolean *ret_may, GError **error)
{
  g_autoptr (result_t) maker = NULL;
  if (!postgresql_run (db, "SELECT rolname, rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user", looking, &maker, error))
    return FALSE;
  *ret_name = g_strdup (PQgetvalue (maker, 0, 0));
  *ret_may = *PQgetvalue (maker, 0, 1) == 't';
  return TRUE;
}

static gboolean
check_may_make (struct db *db, const char *owner, const struct postgresql_roles *roles, const PGresult *state, gboolean may, GError **error)
{
  g_autofree char *quoted = quote (db, owner), *options = g_strconcat (" ADMIN ", quoted, NULL);
  g_autofree char *commands = missing_roles (roles, state, options, "; ");
  if (may || *commands == '\0')
    return TRUE;
  error_set (error, ERROR_LEDGER, "cannot %s the ledger %s: the role %s may not make the roles that it needs", db->creating ? "make" : "open up",
             db->path, owner);
  if (!db->creating)
    return error_add_hint (error, "let an administrator run: %s", commands);
  return error_add_hint (error, "let an administrator run: %s; or make a ledger that only its owner can open: billctl init --no-roles", commands);
}

gboolean
postgresql_roles_choose (struct db *db, struct postgresql_roles *ret, char **ret_sql, char **ret_told, GError **error)
{
  static const char surroundings[]
      = "SELECT current_database () || CASE current_schema () WHEN 'public' THEN '' ELSE '_' || current_schema () END";
  g_autofree char *owner = NULL;
  g_autoptr (result_t) here = NULL;
  g_autoptr (result_t) state = NULL;
  gboolean is_taken = TRUE, may = FALSE;
  if (!postgresql_run (db, surroundings, looking, &here, error) || !look_at_maker (db, &owner, &may, error))
    return FALSE;
  for (int attempt = 1; is_taken && attempt <= ATTEMPTS; attempt++) {
    g_clear_pointer (&state, PQclear);
    name_roles (db, ret, PQgetvalue (here, 0, 0), attempt);
    if (!look_at_roles (db, ret, &state, &is_taken, error))
      return FALSE;
  }
  if (is_taken)
    return error_set (error, ERROR_LEDGER, "cannot make the ledger %s: every name for its roles belongs to another ledger", db->path);
  if (!check_harmless (db, state, error) || !check_may_make (db, owner, ret, state, may, error))
    return FALSE;
  if (ret_sql != NULL)
    *ret_sql = missing_roles (ret, state, "", ";\n");
  if (ret_told != NULL)
    *ret_told = told (ret, state);
  return TRUE;
}

/* --- People --- */

gboolean
db_check_sees_all (struct db *db, GError **error)
{
  if (db->sees_all)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role %s sees the rows of one customer, not the whole ledger %s", PQuser (db->connection), db->path);
  return error_add_hint (error, "connect as an operator or an auditor");
}

void
db_person_clear (struct db_person *person)
{
  g_clear_pointer (&person->role, g_free);
  g_clear_pointer (&person->access, g_free);
  g_clear_pointer (&person->customer, g_free);
}

/* A role that is in several stands there several times. Who may not read the audit log sees himself alone. */
static const char people[]
    = "SELECT m.rolname, g.access, c.code, m.rolcanlogin FROM (VALUES ('operator', $1), ('auditor', $2), ('tenant', $3)) g (access, name)"
      " JOIN pg_catalog.pg_roles r ON r.rolname = g.name JOIN pg_catalog.pg_auth_members a ON a.roleid = r.oid"
      " JOIN pg_catalog.pg_roles m ON m.oid = a.member"
      " LEFT JOIN " POSTGRESQL_TENANT_TABLE " t ON g.access = 'tenant' AND t.role = m.rolname LEFT JOIN customer c ON c.id = t.customer_id"
      " WHERE (has_table_privilege ('audit', 'SELECT') OR m.rolname = current_user)"
      " AND m.oid <> (SELECT relowner FROM pg_catalog.pg_class WHERE oid = '" POSTGRESQL_LEDGER_TABLE "'::regclass)"
      " GROUP BY 1, 2, 3, 4 ORDER BY m.rolname COLLATE \"C\", g.access";

gboolean
db_people (struct db *db, GArray *ret, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autoptr (result_t) result = NULL;
  if (!postgresql_roles_read (db, &roles, error))
    return FALSE;
  const char *const values[] = { roles.names[0], roles.names[1], roles.names[2] };
  if (roles.names[0] == NULL)
    return TRUE;
  if (!run_with (db, people, POSTGRESQL_ROLE_COUNT, values, "reading who may open the ledger", &result, error))
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    struct db_person person = {
      .role = g_strdup (PQgetvalue (result, row, 0)),
      .access = g_strdup (PQgetvalue (result, row, 1)),
      .customer = PQgetisnull (result, row, 2) ? NULL : g_strdup (PQgetvalue (result, row, 2)),
      .may_log_in = *PQgetvalue (result, row, 3) == 't',
    };
    g_array_append_val (ret, person);
  }
  return TRUE;
}

static gboolean
check_owner (struct db *db, GError **error)
{
  static const char owner[] = "SELECT pg_has_role (relowner, 'USAGE'), pg_get_userbyid (relowner), current_user FROM pg_catalog.pg_class WHERE oid = '"
                              POSTGRESQL_LEDGER_TABLE "'::regclass";
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, owner, giving, &result, error))
    return FALSE;
  if (*PQgetvalue (result, 0, 0) == 't')
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role %s may not say who opens the ledger %s", PQgetvalue (result, 0, 2), db->path);
  return error_add_hint (error, "its owner may: connect as %s", PQgetvalue (result, 0, 1));
}

static gboolean
find_roles (struct db *db, struct postgresql_roles *ret, GError **error)
{
  g_autoptr (result_t) state = NULL;
  gboolean is_taken = FALSE;
  if (!check_owner (db, error) || !postgresql_roles_read (db, ret, error) || (ret->names[0] != NULL && !look_at_roles (db, ret, &state, &is_taken, error)))
    return FALSE;
  if (state != NULL && PQntuples (state) == POSTGRESQL_ROLE_COUNT)
    return TRUE;
  if (state != NULL) {
    error_set (error, ERROR_LEDGER, "the roles of the ledger %s are not on this server", db->path);
    return error_add_hint (error, "`billctl ledger access apply` makes them");
  }
  error_set (error, ERROR_REFUSED, "the ledger %s has no roles: only its owner opens it", db->path);
  return error_add_hint (error, "`billctl ledger access apply` makes them");
}

/* What a role (m) may do that no right in the ledger (l), in its schema (s) and database (d), would hold back: words, or NULL. */
#define DANGER \
  "CASE WHEN m.rolsuper THEN 'is a superuser' WHEN m.rolbypassrls THEN 'has BYPASSRLS'" \
  " WHEN m.rolcreaterole THEN 'has CREATEROLE' WHEN m.rolreplication THEN 'has REPLICATION'" \
  " WHEN pg_has_role (m.oid, d.datdba, 'MEMBER') THEN 'owns the database, or is in the role that does'" \
  " WHEN pg_has_role (m.oid, s.nspowner, 'MEMBER') THEN 'owns the schema, or is in the role that does'" \
  " WHEN pg_has_role (m.oid, l.relowner, 'MEMBER') THEN 'owns the ledger, or is in the role that does'" \
  " WHEN pg_has_role (m.oid, 'pg_execute_server_program', 'MEMBER') OR pg_has_role (m.oid, 'pg_read_server_files', 'MEMBER')" \
  " OR pg_has_role (m.oid, 'pg_write_server_files', 'MEMBER') THEN 'may reach the files of the server' END"
#define DANGER_FROM \
  " FROM pg_catalog.pg_roles m, pg_catalog.pg_database d, pg_catalog.pg_class l JOIN pg_catalog.pg_namespace s ON s.oid = l.relnamespace" \
  " WHERE d.datname = current_database () AND l.oid = '" POSTGRESQL_LEDGER_TABLE "'::regclass"

gboolean
postgresql_check_people (struct db *db, const struct postgresql_roles *roles, GPtrArray *ret_problems, GError **error)
{
  static const char dangerous[]
      = "SELECT rolname, danger FROM (SELECT m.rolname, " DANGER " AS danger" DANGER_FROM " AND m.oid <> l.relowner AND EXISTS (SELECT 1"
        " FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles g ON g.oid = a.roleid WHERE a.member = m.oid AND g.rolname IN ($1, $2, $3))) x"
        " WHERE danger IS NOT NULL ORDER BY rolname COLLATE \"C\"";
  const char *const values[] = { roles->names[0], roles->names[1], roles->names[2] };
  g_autoptr (result_t) result = NULL;
  if (!run_with (db, dangerous, POSTGRESQL_ROLE_COUNT, values, "reading who may open the ledger", &result, error))
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++)
    g_ptr_array_add (ret_problems, g_strdup_printf ("the role '%s' opens the ledger and %s: no right in it holds that role back",
                                                    PQgetvalue (result, row, 0), PQgetvalue (result, row, 1)));
  return TRUE;
}

static gboolean
fail_unknown (struct db *db, const char *role, GError **error)
{
  g_autofree char *quoted = quote (db, role);
  error_set (error, ERROR_NOT_FOUND, "there is no role '%s' on the server", role);
  return error_add_hint (error, "an administrator makes it: CREATE ROLE %s LOGIN; its password is his to give (\\password in psql)", quoted);
}

static gboolean
check_person (struct db *db, const struct postgresql_roles *roles, const char *role, int kind, gboolean *ret_is_in, GError **error)
{
  static const char person[]
      = "SELECT m.rolinherit, " DANGER ", CASE WHEN pg_has_role (m.oid, $2::name, 'MEMBER') THEN 'operator'"
        " WHEN pg_has_role (m.oid, $3::name, 'MEMBER') THEN 'auditor' WHEN pg_has_role (m.oid, $4::name, 'MEMBER') THEN 'tenant' END" DANGER_FROM
        " AND m.rolname = $1";
  g_autoptr (result_t) result = NULL;
  const char *const values[] = { role, roles->names[0], roles->names[1], roles->names[2] };
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++)
    if (strcmp (role, roles->names[i]) == 0)
      return error_set (error, ERROR_REFUSED, "'%s' is the role of the ledger for its %ss, and no one who could be one", role, kinds[i]);
  if (!run_with (db, person, G_N_ELEMENTS (values), values, giving, &result, error))
    return FALSE;
  if (PQntuples (result) == 0)
    return fail_unknown (db, role, error);
  if (!PQgetisnull (result, 0, 1)) {
    error_set (error, ERROR_REFUSED, "the role '%s' %s: no right in the ledger would hold it back", role, PQgetvalue (result, 0, 1));
    return error_add_hint (error, "name a role for one person or program that may do nothing else");
  }
  if (*PQgetvalue (result, 0, 0) != 't' && PQserverVersion (db->connection) < VERSION_16) {
    error_set (error, ERROR_REFUSED, "the role '%s' has NOINHERIT, so that it would have none of the rights that it is given", role);
    return error_add_hint (error, "let an administrator change that: ALTER ROLE … INHERIT");
  }
  const char *now = PQgetisnull (result, 0, 2) ? NULL : PQgetvalue (result, 0, 2);
  *ret_is_in = now != NULL && strcmp (now, kinds[kind]) == 0;
  if (now == NULL || *ret_is_in)
    return TRUE;
  error_set (error, ERROR_REFUSED, "the role '%s' opens the ledger as %s already", role, now);
  return error_add_hint (error, "take that away first: billctl ledger access revoke %s", role);
}

static int
find_kind (const char *access)
{
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++)
    if (strcmp (kinds[i], access) == 0)
      return i;
  BUG ("unknown access '%s'", access);
  return 0;
}

/* Who may not give a role away is told how he might. */
static gboolean
run_membership (struct db *db, const char *sql, const char *group, GError **error)
{
  if (!postgresql_settle (db, error))
    return FALSE;
  g_autoptr (result_t) result = PQexec (db->connection, sql);
  if (PQresultStatus (result) == PGRES_COMMAND_OK)
    return TRUE;
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);
  if (state == NULL || strcmp (state, "42501") != 0)
    return postgresql_fail (db, result, giving, error);
  error_set (error, ERROR_LEDGER, "%s: the role %s may not put others into %s", giving, PQuser (db->connection), group);
  return error_add_hint (error, "let an administrator allow it: GRANT %s TO \"%s\" WITH ADMIN OPTION", group, PQuser (db->connection));
}

gboolean
db_access_grant (struct db *db, const struct db_access_request *request, gboolean *ret_changed, GError **error)
{
  static const char map[] = "INSERT INTO " POSTGRESQL_TENANT_TABLE " AS t (role, customer_id) VALUES ($1::name, $2::bigint)"
                            " ON CONFLICT (role) DO UPDATE SET customer_id = excluded.customer_id WHERE t.customer_id <> excluded.customer_id";
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autoptr (result_t) mapped = NULL;
  int kind = find_kind (request->access);
  gboolean is_in = FALSE;
  if (!find_roles (db, &roles, error) || !check_person (db, &roles, request->role, kind, &is_in, error))
    return FALSE;
  g_autofree char *customer = g_strdup_printf ("%" G_GINT64_FORMAT, request->customer_id), *quoted = quote (db, request->role);
  const char *const values[] = { request->role, customer };
  if (kind == POSTGRESQL_TENANT && !run_with (db, map, G_N_ELEMENTS (values), values, giving, &mapped, error))
    return FALSE;
  *ret_changed = !is_in || (mapped != NULL && strcmp (PQcmdTuples (mapped), "0") != 0);
  g_autofree char *sql = g_strdup_printf ("GRANT %s TO %s%s", roles.quoted[kind], quoted,
                                          PQserverVersion (db->connection) < VERSION_16 ? "" : " WITH INHERIT TRUE");
  return is_in || run_membership (db, sql, roles.quoted[kind], error);
}

static gboolean
is_member (struct db *db, const char *role, const char *group, gboolean *ret, GError **error)
{
  static const char member[] = "SELECT 1 FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles m ON m.oid = a.member"
                               " JOIN pg_catalog.pg_roles g ON g.oid = a.roleid WHERE m.rolname = $1 AND g.rolname = $2";
  const char *const values[] = { role, group };
  g_autoptr (result_t) result = NULL;
  if (!run_with (db, member, G_N_ELEMENTS (values), values, giving, &result, error))
    return FALSE;
  *ret = PQntuples (result) > 0;
  return TRUE;
}

/* Since version 16 a server takes back what the same role gave, and leaves what others gave without a word. */
static gboolean
leave (struct db *db, const struct postgresql_roles *roles, int kind, const char *role, gboolean *ret_changed, GError **error)
{
  gboolean is_in = FALSE, is_still_in = FALSE;
  g_autofree char *quoted = quote (db, role);
  g_autofree char *sql = g_strdup_printf ("REVOKE %s FROM %s", roles->quoted[kind], quoted);
  if (!is_member (db, role, roles->names[kind], &is_in, error))
    return FALSE;
  if (!is_in)
    return TRUE;
  *ret_changed = TRUE;
  if (!run_membership (db, sql, roles->quoted[kind], error) || !is_member (db, role, roles->names[kind], &is_still_in, error))
    return FALSE;
  if (!is_still_in)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role '%s' was put into %s by somebody else, who alone can take it out", role, roles->names[kind]);
  return error_add_hint (error, "let an administrator run: %s", sql);
}

gboolean
db_access_revoke (struct db *db, const char *role, gboolean *ret_changed, GError **error)
{
  static const char forget[] = "DELETE FROM " POSTGRESQL_TENANT_TABLE " WHERE role = $1::name";
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autoptr (result_t) forgotten = NULL;
  const char *const values[] = { role };
  *ret_changed = FALSE;
  if (!find_roles (db, &roles, error))
    return FALSE;
  for (int kind = 0; kind < POSTGRESQL_ROLE_COUNT; kind++)
    if (!leave (db, &roles, kind, role, ret_changed, error))
      return FALSE;
  if (!run_with (db, forget, G_N_ELEMENTS (values), values, giving, &forgotten, error))
    return FALSE;
  *ret_changed = *ret_changed || strcmp (PQcmdTuples (forgotten), "0") != 0;
  return TRUE;
}

/* --- All of it as billctl makes it --- */

static gboolean
store_names (struct db *db, const struct postgresql_roles *roles, GError **error)
{
  static const char names[] = "UPDATE " POSTGRESQL_LEDGER_TABLE " SET operator_role = $1::name, auditor_role = $2::name, tenant_role = $3::name";
  const char *const values[] = { roles->names[0], roles->names[1], roles->names[2] };
  return run_with (db, names, POSTGRESQL_ROLE_COUNT, values, giving, NULL, error);
}

gboolean
postgresql_apply_access (struct db *db, const struct postgresql_roles *roles, GError **error)
{
  g_autofree char *clear = roles->names[0] == NULL ? g_strdup ("") : postgresql_access_clear_sql (roles);
  g_autofree char *access = postgresql_access_sql (roles, db->schema);
  g_autofree char *sql = g_strconcat (clear, access, NULL);
  return postgresql_run (db, sql, giving, NULL, error);
}

/* Some may be gone, as where a copy of the ledger was brought to another server. */
static gboolean
find_missing (struct db *db, const struct postgresql_roles *roles, char **ret_sql, GError **error)
{
  g_autoptr (result_t) state = NULL;
  gboolean is_taken = FALSE, may = FALSE;
  g_autofree char *owner = NULL;
  if (!look_at_roles (db, roles, &state, &is_taken, error) || !check_harmless (db, state, error) || !look_at_maker (db, &owner, &may, error)
      || !check_may_make (db, owner, roles, state, may, error))
    return FALSE;
  *ret_sql = missing_roles (roles, state, "", ";\n");
  return TRUE;
}

gboolean
db_access_apply (struct db *db, char **ret_roles, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autofree char *make = NULL, *chosen = NULL;
  if (!check_owner (db, error) || !postgresql_roles_read (db, &roles, error))
    return FALSE;
  gboolean had_none = roles.names[0] == NULL;
  if (had_none ? !postgresql_roles_choose (db, &roles, &make, &chosen, error) : !find_missing (db, &roles, &make, error))
    return FALSE;
  if ((*make != '\0' && !postgresql_run (db, make, giving, NULL, error)) || (had_none && !store_names (db, &roles, error))
      || !postgresql_apply_access (db, &roles, error))
    return FALSE;
  *ret_roles = had_none ? g_steal_pointer (&chosen) : g_strjoin (", ", roles.names[0], roles.names[1], roles.names[2], NULL);
  return TRUE;
}
