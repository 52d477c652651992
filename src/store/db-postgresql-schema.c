/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: the schema. It is that of schema/, told in other words:
 *
 *   INTEGER                          BIGINT
 *   TEXT                             TEXT COLLATE "C": in the order of its bytes, as everywhere
 *   id INTEGER PRIMARY KEY           the next id is one more than the greatest there is, as with SQLite: writers come one by one
 *   STRICT, WITHOUT ROWID            (nothing)
 *   CREATE TRIGGER … raise (…)       a function that raises, and a trigger for each row; against TRUNCATE as well
 *   x IS NOT y                       x IS DISTINCT FROM y */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/migrations.h"

#include <string.h>

static const char setting_up[] = "setting up the ledger";

/* Functions find what they name where the ledger is, whatever the session that they run in has put before it. */
#define SEARCHING " SET search_path FROM CURRENT"
const char postgresql_search_here[] = "SELECT pg_catalog.set_config ('search_path', quote_ident (current_schema ()) || ', pg_temp', true);\n";

/* --- Translation --- */

static char *
replace (const char *text, const char *pattern, const char *by)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
  return g_regex_replace (regex, text, -1, 0, by, 0, NULL);
}

char *
postgresql_schema_name (const char *statement, const char *words)
{
  g_autofree char *pattern = g_strdup_printf ("^%s \"?([a-z_0-9]+)", words);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  return g_regex_match (regex, statement, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

static char *
translate_table (const char *statement, const char *table)
{
  g_autofree char *next = g_strdup_printf ("id BIGINT PRIMARY KEY DEFAULT %s_next_id ()", table);
  g_autofree char *ids = replace (statement, "\\bid INTEGER PRIMARY KEY", next);
  g_autofree char *numbers = replace (ids, "\\bINTEGER\\b", "BIGINT");
  g_autofree char *texts = replace (numbers, "\\bTEXT\\b", "TEXT COLLATE \"C\"");
  g_autofree char *plain = replace (texts, "\\) *STRICT(, *WITHOUT ROWID)?\\s*$", ")");
  if (strcmp (ids, statement) == 0)
    return g_steal_pointer (&plain);
  return g_strdup_printf ("CREATE OR REPLACE FUNCTION %s_next_id () RETURNS BIGINT LANGUAGE plpgsql" SEARCHING " AS $$BEGIN"
                          " RETURN (SELECT coalesce (max (id), 0) + 1 FROM %s); END$$;\n%s",
                          table, table, plain);
}

/* The guards of the schema have one shape; what they guard, against what, when, and what they say. */
struct guard {
  char *name, *verb, *table, *when, *message;
};

static void
guard_clear (struct guard *guard)
{
  g_free (guard->name);
  g_free (guard->verb);
  g_free (guard->table);
  g_free (guard->when);
  g_free (guard->message);
}
typedef struct guard guard_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (guard_t, guard_clear)

static gboolean
guard_parse (const char *statement, struct guard *ret)
{
  static const char pattern[] = "^CREATE TRIGGER (\\w+) BEFORE (UPDATE|DELETE) ON \"?(\\w+)\"?\\s+(?:WHEN (.*?)\\s)?BEGIN SELECT raise "
                                "\\(ABORT, '([^']*)'\\); END$";
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  if (!g_regex_match (regex, statement, 0, &match))
    return FALSE;
  ret->name = g_match_info_fetch (match, 1);
  ret->verb = g_match_info_fetch (match, 2);
  ret->table = g_match_info_fetch (match, 3);
  ret->when = g_match_info_fetch (match, 4);
  ret->message = g_match_info_fetch (match, 5);
  return TRUE;
}

/* The body of the function, as the server keeps it. */
static char *
guard_body (const struct guard *guard)
{
  g_autofree char *condition = replace (guard->when, "\\bIS NOT (?=old\\.)", "IS DISTINCT FROM ");
  gboolean always = *condition == '\0';
  return g_strdup_printf ("BEGIN%s%s%s RAISE EXCEPTION '%s' USING ERRCODE = 'integrity_constraint_violation'; %sRETURN %s; END",
                          always ? "" : " IF ", condition, always ? "" : " THEN", guard->message, always ? "" : "END IF; ",
                          strcmp (guard->verb, "UPDATE") == 0 ? "new" : "old");
}

static char *
translate_guard (const char *statement)
{
  g_auto (guard_t) guard = { 0 };
  if (!guard_parse (statement, &guard))
    BUG ("a trigger that has no translation: %s", statement);
  g_autofree char *body = guard_body (&guard);
  GString *sql = g_string_new (NULL);
  g_string_printf (sql, "CREATE OR REPLACE FUNCTION %s () RETURNS trigger LANGUAGE plpgsql" SEARCHING " AS $$%s$$;\n", guard.name, body);
  g_string_append_printf (sql, "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION %s ();", guard.name, guard.verb,
                          guard.table, guard.name);
  if (strcmp (guard.verb, "DELETE") == 0 && *guard.when == '\0')
    g_string_append_printf (sql, "\nCREATE TRIGGER %s_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s ();", guard.name,
                            guard.table, guard.name);
  return g_string_free (sql, FALSE);
}

char *
postgresql_translate (const char *statement)
{
  g_autofree char *table = postgresql_schema_name (statement, "CREATE TABLE");
  if (table != NULL)
    return translate_table (statement, table);
  if (g_str_has_prefix (statement, "CREATE TRIGGER"))
    return translate_guard (statement);
  g_autofree char *dropped = postgresql_schema_name (statement, "DROP TRIGGER");
  if (dropped != NULL)
    return g_strdup_printf ("DROP FUNCTION %s () CASCADE", dropped);
  g_autofree char *altered = postgresql_schema_name (statement, "ALTER TABLE");
  return altered != NULL ? translate_table (statement, altered) : g_strdup (statement);
}

gboolean
postgresql_has_id (const char *table)
{
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *name = postgresql_schema_name (*statement, "CREATE TABLE");
    if (name != NULL && strcmp (name, table) == 0)
      return strstr (*statement, " id INTEGER PRIMARY KEY") != NULL;
  }
  return FALSE;
}

/* --- Making and migrating --- */

static gboolean
run_statement (struct db *db, const char *statement, GError **error)
{
  g_autofree char *sql = postgresql_translate (statement);
  return postgresql_run (db, sql, setting_up, NULL, error);
}

/* A role that nobody asked for is none. */
static void
append_literal (struct db *db, GString *sql, const char *name)
{
  char *literal = name == NULL ? NULL : PQescapeLiteral (db->connection, name, strlen (name));
  g_string_append_printf (sql, ", %s", literal == NULL ? "NULL" : literal);
  PQfreemem (literal);
}

static void
append_access (struct db *db, const struct postgresql_roles *roles, const char *make_roles, GString *sql)
{
  g_autofree char *access = postgresql_access_sql (roles, db->schema);
  g_string_append (sql, "INSERT INTO " POSTGRESQL_LEDGER_TABLE " (one, schema_version, operator_role, auditor_role, tenant_role) VALUES (1, 0");
  for (int i = 0; i < POSTGRESQL_ROLE_COUNT; i++)
    append_literal (db, sql, roles->names[i]);
  g_string_append_printf (sql, ");\n%s;\n%s", make_roles == NULL ? "" : make_roles, access);
}

gboolean
db_make_schema (struct db *db, GError **error)
{
  GString *sql = g_string_new (postgresql_search_here);
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *translated = postgresql_translate (*statement);
    g_string_append_printf (sql, "%s;\n", translated);
  }
  gboolean ok = postgresql_run (db, sql->str, setting_up, NULL, error) && postgresql_make_ledger_table (db, error);
  g_string_free (sql, TRUE);
  return ok;
}

gboolean
postgresql_make_ledger_table (struct db *db, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autofree char *make_roles = NULL;
  if (!db->without_roles && !postgresql_roles_choose (db, &roles, &make_roles, NULL, error))
    return FALSE;
  GString *sql = g_string_new ("CREATE TABLE " POSTGRESQL_LEDGER_TABLE " (one BIGINT PRIMARY KEY CHECK (one = 1), schema_version BIGINT NOT NULL,"
                               " operator_role name, auditor_role name, tenant_role name);\n"
                               "CREATE TABLE " POSTGRESQL_TENANT_TABLE " (role name PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer (id));\n");
  append_access (db, &roles, make_roles, sql);
  gboolean ok = postgresql_run (db, sql->str, setting_up, NULL, error);
  g_string_free (sql, TRUE);
  return ok;
}

/* Where the statement ends: behind its semicolon, that of END for a trigger. Quotes and comments are passed over. */
static const char *
statement_end (const char *at)
{
  gboolean trigger = g_str_has_prefix (at, "CREATE TRIGGER");
  gboolean quoted = FALSE;
  for (; *at != '\0'; at++) {
    if (!quoted && at[0] == '-' && at[1] == '-')
      at += strcspn (at, "\n");
    quoted = quoted != (*at == '\'');
    if (*at == ';' && !quoted && (!trigger || strncmp (at - 3, "END", 3) == 0))
      break;
    if (*at == '\0')
      break;
  }
  return at;
}

static gboolean
check_owner (struct db *db, GError **error)
{
  static const char owner[] = "SELECT pg_has_role (relowner, 'USAGE'), pg_get_userbyid (relowner), current_user FROM pg_catalog.pg_class WHERE oid = '"
                              POSTGRESQL_LEDGER_TABLE "'::regclass";
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, owner, setting_up, &result, error))
    return FALSE;
  if (*PQgetvalue (result, 0, 0) == 't')
    return TRUE;
  error_set (error, ERROR_LEDGER, "the role %s may not migrate the ledger %s", PQgetvalue (result, 0, 2), db->path);
  return error_add_hint (error, "its owner may: connect as %s and run `billctl ledger migrate`", PQgetvalue (result, 0, 1));
}

static const char *
skip_blanks (const char *at)
{
  for (;;) {
    while (g_ascii_isspace (*at) || *at == ';')
      at++;
    if (at[0] != '-' || at[1] != '-')
      return at;
    at += strcspn (at, "\n");
  }
}

gboolean
db_run_script (struct db *db, const char *sql, GError **error)
{
  if (!check_owner (db, error) || !postgresql_run (db, postgresql_search_here, setting_up, NULL, error))
    return FALSE;
  for (const char *at = skip_blanks (sql); *at != '\0'; at = skip_blanks (at)) {
    const char *end = statement_end (at);
    g_autofree char *statement = g_strndup (at, (gsize) (end - at));
    if (!run_statement (db, statement, error))
      return FALSE;
    at = end;
  }
  return TRUE;
}

/* Who may read the table, but is neither staff nor a tenant, sees no row of it. */
gboolean
db_schema_version (struct db *db, gint64 *ret, GError **error)
{
  static const char look[] = "SELECT (SELECT schema_version FROM " POSTGRESQL_LEDGER_TABLE "),"
                             " pg_catalog.row_security_active ('" POSTGRESQL_LEDGER_TABLE "'::regclass), current_user";
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, look, "opening the ledger", &result, error))
    return FALSE;
  if (PQgetisnull (result, 0, 0) && *PQgetvalue (result, 0, 1) == 't') {
    error_set (error, ERROR_LEDGER, "the role %s sees nothing of the ledger %s", PQgetvalue (result, 0, 2), db->path);
    return error_add_hint (error, "let the owner of the ledger say what it may do: `billctl ledger access grant %s`", PQgetvalue (result, 0, 2));
  }
  *ret = g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10);
  return TRUE;
}

gboolean
db_set_schema_version (struct db *db, gint64 version, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autofree char *sql = g_strdup_printf ("UPDATE " POSTGRESQL_LEDGER_TABLE " SET schema_version = %" G_GINT64_FORMAT, version);
  if (!postgresql_run (db, sql, setting_up, NULL, error))
    return FALSE;
  /* What a migration has made is open to nobody else yet. */
  return db->creating || (postgresql_roles_read (db, &roles, error) && postgresql_apply_access (db, &roles, error));
}

gboolean
db_enforce_references (struct db *db, gboolean on, GError **error)
{
  (void) db;
  (void) on;
  (void) error;
  return TRUE;
}

/* The names of our tables that are taken in the schema where a new ledger would be. */
static char *
taken_table (struct db *db)
{
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *name = postgresql_schema_name (*statement, "CREATE TABLE");
    if (name == NULL)
      continue;
    g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                            " WHERE n.nspname = current_schema () AND c.relname = '%s'",
                                            name);
    g_autoptr (result_t) result = NULL;
    if (postgresql_run (db, sql, setting_up, &result, NULL) && PQntuples (result) > 0)
      return g_steal_pointer (&name);
  }
  return NULL;
}

static gboolean
check_schema_right (struct db *db, GError **error)
{
  g_autoptr (result_t) result = NULL;
  if (!postgresql_run (db, "SELECT has_schema_privilege (current_schema (), 'CREATE'), current_schema (), current_user", setting_up,
                       &result, error))
    return FALSE;
  if (*PQgetvalue (result, 0, 0) == 't')
    return TRUE;
  error_set (error, ERROR_LEDGER, "cannot make the ledger %s: the role %s may not make tables in the schema %s", db_path (db),
             PQgetvalue (result, 0, 2), PQgetvalue (result, 0, 1));
  return error_add_hint (error, "grant it: GRANT CREATE ON SCHEMA %s TO %s", PQgetvalue (result, 0, 1), PQgetvalue (result, 0, 2));
}

/* Before version 15 everybody could make things in the schema public, of which the administrator is the owner. */
static gboolean
add_advice (struct db *db, struct db_place_words *ret, GError **error)
{
  static const char open[] = "SELECT quote_ident (nspname) FROM pg_catalog.pg_namespace, LATERAL aclexplode (nspacl) a WHERE oid = current_schema ()::regnamespace"
                             " AND a.grantee = 0 AND a.privilege_type = 'CREATE' AND NOT pg_has_role (nspowner, 'USAGE')";
  g_autoptr (result_t) result = NULL;
  if (db->without_roles)
    return TRUE;
  if (!postgresql_run (db, open, setting_up, &result, error))
    return FALSE;
  if (PQntuples (result) == 0)
    return TRUE;
  const char *schema = PQgetvalue (result, 0, 0);
  g_autofree char *before = ret->advice;
  ret->advice = g_strdup_printf ("%s%severybody may make things in the schema %s, which could pass for those of the server; let an administrator run: "
                                 "REVOKE CREATE ON SCHEMA %s FROM PUBLIC",
                                 before == NULL ? "" : before, before == NULL ? "" : "; ", schema, schema);
  return TRUE;
}

static gboolean
look_around (struct db *db, struct db_place_words *ret, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  if (!check_schema_right (db, error) || (!db->without_roles && !postgresql_roles_choose (db, &roles, NULL, &ret->roles, error)))
    return FALSE;
  ret->advice = g_strdup (db->advice);
  return add_advice (db, ret, error);
}

gboolean
postgresql_check_room (struct db *db, gboolean is_ledger, struct db_place_words *ret, GError **error)
{
  g_autofree char *taken = is_ledger || db->is_unfinished ? NULL : taken_table (db);
  if (is_ledger) {
    error_set (error, ERROR_REFUSED, "there is already a ledger %s", db->path);
    return error_add_hint (error, "use it as it is, or name another database with --ledger URL");
  }
  if (taken != NULL) {
    error_set (error, ERROR_REFUSED, "cannot make the ledger %s: there is already a table %s", db->path, taken);
    return error_add_hint (error, "name another database, or another schema: …?options=-csearch_path%%3DSCHEMA");
  }
  return look_around (db, ret, error);
}

gboolean
db_check_place (const char *path, gboolean without_roles, struct db_place_words *ret, GError **error)
{
  struct db *db = NULL;
  gboolean is_ledger = FALSE;
  const struct db_open_request request = { .path = path, .create = TRUE, .without_roles = without_roles };
  if (!postgresql_connect (&request, &db, &is_ledger, error))
    return FALSE;
  gboolean ok = postgresql_check_room (db, is_ledger, ret, error);
  db_close (db);
  return ok;
}

gboolean
db_publish (struct db *db, GError **error)
{
  (void) error;
  db->creating = FALSE;
  return TRUE;
}

/* --- Checks --- */

static gboolean
add_lost_references (struct db *db, const PGresult *keys, int key, GPtrArray *ret_problems, GError **error)
{
  const char *child = PQgetvalue (keys, key, 0), *column = PQgetvalue (keys, key, 1), *parent = PQgetvalue (keys, key, 2),
             *target = PQgetvalue (keys, key, 3);
  g_autofree char *sql = g_strdup_printf ("SELECT coalesce (to_jsonb (c) ->> 'id', c.ctid::text) FROM %s c WHERE c.%s IS NOT NULL"
                                          " AND NOT EXISTS (SELECT 1 FROM %s p WHERE p.%s = c.%s) LIMIT 20",
                                          child, column, parent, target, column);
  g_autoptr (result_t) lost = NULL;
  if (!postgresql_run (db, sql, "checking the ledger", &lost, error))
    return FALSE;
  for (int row = 0; row < PQntuples (lost); row++)
    g_ptr_array_add (ret_problems, g_strdup_printf ("%s row %s names a %s that does not exist", child, PQgetvalue (lost, row, 0), parent));
  return TRUE;
}

gboolean
db_check_references (struct db *db, GPtrArray *ret_problems, GError **error)
{
  static const char keys_of_schema[]
      = "SELECT c.conrelid::regclass, a.attname, c.confrelid::regclass, t.attname FROM pg_catalog.pg_constraint c"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_catalog.pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = c.confkey[1]"
        " WHERE c.contype = 'f' AND c.connamespace = current_schema ()::regnamespace ORDER BY 1, 2";
  g_autoptr (result_t) keys = NULL;
  if (!postgresql_run (db, keys_of_schema, "checking the ledger", &keys, error))
    return FALSE;
  gboolean ok = TRUE;
  for (int key = 0; ok && key < PQntuples (keys); key++)
    ok = add_lost_references (db, keys, key, ret_problems, error);
  return ok;
}

gboolean
db_check_integrity (struct db *db, GPtrArray *ret_problems, GError **error)
{
  return db_check_references (db, ret_problems, error);
}

/* "table NAME", "index NAME", "trigger NAME" -> for a trigger, what it does. */
static GHashTable *
wanted_objects (void)
{
  GHashTable *wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *table = postgresql_schema_name (*statement, "CREATE TABLE"), *index = postgresql_schema_name (*statement, "CREATE (?:UNIQUE )?INDEX");
    g_auto (guard_t) guard = { 0 };
    if (table != NULL)
      g_hash_table_insert (wanted, g_strconcat ("table ", table, NULL), g_strdup (""));
    else if (index != NULL)
      g_hash_table_insert (wanted, g_strconcat ("index ", index, NULL), g_strdup (""));
    else if (guard_parse (*statement, &guard)) {
      g_autofree char *body = guard_body (&guard);
      const char *verb = strcmp (guard.verb, "UPDATE") == 0 ? "19" : "11";
      g_hash_table_insert (wanted, g_strconcat ("trigger ", guard.name, NULL), g_strconcat (guard.table, " O ", verb, " ", body, NULL));
      if (strcmp (guard.verb, "DELETE") == 0 && *guard.when == '\0')
        g_hash_table_insert (wanted, g_strconcat ("trigger ", guard.name, "_all", NULL), g_strconcat (guard.table, " O 34 ", body, NULL));
    }
  }
  return wanted;
}

/* A trigger by its table, whether it is on, its kind (bits of the server: each row, before, which verb), and its function. */
static const char found_objects[]
    = "SELECT CASE relkind WHEN 'r' THEN 'table ' ELSE 'index ' END || relname, '' FROM pg_catalog.pg_class"
      " WHERE relnamespace = current_schema ()::regnamespace AND relkind IN ('r', 'i')"
      " UNION ALL SELECT 'trigger ' || t.tgname, c.relname || ' ' || t.tgenabled::text || ' ' || t.tgtype || ' ' || p.prosrc"
      " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid"
      " WHERE c.relnamespace = current_schema ()::regnamespace AND NOT t.tgisinternal";

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Who may do and see what is put right without a loss. */
static const char *
remedy (const char *name)
{
  gboolean is_booked = g_str_has_prefix (name, "table ") || g_str_has_prefix (name, "index ") || g_str_has_prefix (name, "trigger ");
  return is_booked ? "" : "; `billctl ledger access apply` puts that right";
}

static void
compare_objects (GHashTable *wanted, GHashTable *found, GPtrArray *ret_problems)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name = NULL;
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_str_has_prefix (name, "table ") && !g_str_has_prefix (name, "index ") && !g_hash_table_contains (wanted, name))
      g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    name = g_ptr_array_index (names, i);
    const char *here = g_hash_table_lookup (found, name);
    if (here == NULL)
      g_ptr_array_add (ret_problems, g_strdup_printf ("the ledger lacks the %s%s", (const char *) name, remedy (name)));
    else if (g_strcmp0 (g_hash_table_lookup (wanted, name), here) != 0)
      g_ptr_array_add (ret_problems, g_strdup_printf ("the %s is not the one that billctl makes%s", (const char *) name, remedy (name)));
  }
}

gboolean
db_check_schema (struct db *db, GPtrArray *ret_problems, GError **error)
{
  g_auto (postgresql_roles_t) roles = { 0 };
  g_autoptr (result_t) objects = NULL;
  if (!postgresql_run (db, found_objects, "reading the schema", &objects, error))
    return FALSE;
  g_autoptr (GHashTable) wanted = wanted_objects ();
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (int row = 0; row < PQntuples (objects); row++)
    g_hash_table_insert (found, g_strdup (PQgetvalue (objects, row, 0)), g_strdup (PQgetvalue (objects, row, 1)));
  /* A ledger without roles is its owner's alone; what others were given there by hand is meant. */
  if (!postgresql_roles_read (db, &roles, error)
      || (roles.names[0] != NULL && (!postgresql_compare_access (db, &roles, wanted, found, error) || !postgresql_check_people (db, &roles, ret_problems, error))))
    return FALSE;
  compare_objects (wanted, found, ret_problems);
  return TRUE;
}

static char *
library_version (void)
{
  return g_strdup_printf ("%d.%d", PQlibVersion () / 10000, PQlibVersion () % 10000);
}

const struct db_engine *
db_engine (void)
{
  static const struct db_engine engine = { "postgresql", "PostgreSQL", library_version };
  return &engine;
}
