/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL driver: what operators, auditors and tenants of a ledger may do with each table, and which rows they see.
 *
 * Operators and auditors see every row; a tenant sees those of one customer: the one that billctl_tenant names for the role that it is
 * right now. That is a matter of the server alone, which nothing that a session can set has a say in. Who made the tables is exempt. A table
 * that has no condition for tenants is closed to them. Conditions are initial plans, asked once for a query, and read indices; they are
 * written as the server writes them down, so that they can be compared (check_policy). */
#include "store/db-postgresql.h"

#include "base/error.h"
#include "store/migrations.h"

#include <string.h>

enum { ADDS = 1, CHANGES = 2, REMOVES = 4 };

#define THE_CUSTOMER "(SELECT t.customer_id FROM billctl_tenant t WHERE t.role = CURRENT_USER)"
#define OF_CUSTOMER "customer_id = " THE_CUSTOMER
#define OF_INVOICE "invoice_id = ANY (ARRAY (SELECT i.id FROM invoice i WHERE i.customer_id = " THE_CUSTOMER "))"
#define OF_SUBSCRIPTION "subscription_id = ANY (ARRAY (SELECT s.id FROM subscription s WHERE s.customer_id = " THE_CUSTOMER "))"
/* Versions hold prices that others have agreed: those that stand in the terms and on the invoices of this one. */
#define OWN_VERSION \
  "id = ANY (ARRAY (SELECT s.plan_version_id FROM subscription s WHERE s.customer_id = " THE_CUSTOMER \
  " UNION SELECT p.plan_version_id FROM subscription_phase p" \
  " UNION SELECT l.plan_version_id FROM invoice_line l))"

static const struct {
  const char *table;
  unsigned operator; /* what operators may do besides reading; as the statements of the catalogue need it */
  const char *tenant; /* which rows are the customer's; NULL: a tenant does not see the table */
} tables[] = {
  { "account", 0, NULL },
  { "audit", ADDS, NULL },
  { "balance_movement", ADDS, OF_CUSTOMER },
  { "billctl_ledger", 0, "true" }, /* the version of the schema, without which nobody can open the ledger */
  { "billctl_tenant", 0, "role = CURRENT_USER" },
  { "coupon", ADDS | CHANGES, "id = ANY (ARRAY (SELECT r.coupon_id FROM redemption r WHERE r.customer_id = " THE_CUSTOMER "))" },
  { "credit_event", ADDS | CHANGES, NULL },
  { "credit_note", ADDS, OF_CUSTOMER },
  { "credit_note_line", ADDS,
    "credit_note_id = ANY (ARRAY (SELECT n.id FROM credit_note n WHERE n.customer_id = " THE_CUSTOMER "))" },
  { "credit_package", ADDS | CHANGES, NULL },
  { "customer", ADDS | CHANGES, "id = " THE_CUSTOMER },
  { "deferral", ADDS, NULL },
  { "invoice", ADDS | CHANGES | REMOVES, OF_CUSTOMER },
  { "invoice_line", ADDS | REMOVES, OF_INVOICE },
  { "invoice_tax", ADDS | REMOVES, OF_INVOICE },
  { "issuer", CHANGES,
    "id = ANY (ARRAY (SELECT c.issuer_id FROM customer c WHERE c.id = " THE_CUSTOMER
    " UNION SELECT i.issuer_id FROM invoice i WHERE i.customer_id = " THE_CUSTOMER "))" },
  { "journal_entry", ADDS, NULL },
  { "journal_month", ADDS, NULL },
  { "metric", ADDS | CHANGES,
    "EXISTS (SELECT 1 FROM usage u WHERE u.customer_id = " THE_CUSTOMER " AND u.metric_id = metric.id)"
    " OR EXISTS (SELECT 1 FROM plan_version v WHERE strpos(v.definition, '\"metric\":\"' || metric.code || '\"') > 0)" },
  { "number_series", ADDS | CHANGES, NULL },
  { "one_off", ADDS | CHANGES, OF_CUSTOMER },
  { "outbox", ADDS | CHANGES, NULL },
  { "payment", ADDS, OF_CUSTOMER },
  { "plan", ADDS | CHANGES, "id = ANY (ARRAY (SELECT v.plan_id FROM plan_version v))" },
  { "plan_version", ADDS, OWN_VERSION },
  { "posting", ADDS, NULL },
  { "redemption", ADDS | CHANGES, OF_CUSTOMER },
  { "redemption_use", ADDS | CHANGES,
    "redemption_id = ANY (ARRAY (SELECT r.id FROM redemption r WHERE r.customer_id = " THE_CUSTOMER "))" },
  { "setting", ADDS | CHANGES | REMOVES,
    "name = ANY (ARRAY['customer.timezone', 'invoice.net-days', 'invoice.tax-rounding', 'ledger.id', 'ledger.name', 'ledger.shared'])"
    " AND " THE_CUSTOMER " IS NOT NULL" },
  { "settlement", ADDS, OF_INVOICE },
  { "stripe_object", ADDS | CHANGES | REMOVES, NULL },
  { "subscription", ADDS | CHANGES, OF_CUSTOMER },
  { "subscription_addon", ADDS | CHANGES, OF_SUBSCRIPTION },
  { "subscription_event", ADDS, OF_SUBSCRIPTION },
  { "subscription_item", ADDS | REMOVES, OF_SUBSCRIPTION },
  { "subscription_phase", ADDS | CHANGES | REMOVES, OF_SUBSCRIPTION },
  { "tax_rate", ADDS | REMOVES,
    "country = ANY (ARRAY (SELECT c.country FROM customer c UNION SELECT i.country FROM issuer i))"
    " OR country IS NULL AND " THE_CUSTOMER " IS NOT NULL" },
  { "usage", ADDS, OF_CUSTOMER },
  { "usage_import", ADDS, NULL },
  { "usage_key", ADDS, NULL },
  { "usage_key_collision", ADDS, NULL },
  { "usage_late", ADDS | CHANGES, OF_CUSTOMER },
  { "usage_reversal", ADDS, OF_CUSTOMER },
  { "usage_source", ADDS,
    "id = 0 AND " THE_CUSTOMER " IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM usage u WHERE u.customer_id = " THE_CUSTOMER " AND u.source_id = usage_source.id)" },
};

/* --- The names of what the schema makes --- */

static void
each_table (void (*use) (const char *table, void *data), void *data)
{
  use (POSTGRESQL_LEDGER_TABLE, data);
  use (POSTGRESQL_TENANT_TABLE, data);
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *table = postgresql_schema_name (*statement, "CREATE TABLE");
    if (table != NULL)
      use (table, data);
  }
}

static gsize
find_table (const char *table)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (strcmp (tables[i].table, table) == 0)
      return i;
  BUG ("nobody said who may see the table %s", table);
  return 0;
}

/* --- Making it so --- */

struct access_text {
  GString *sql;
  GString *by_rights[ADDS + CHANGES + REMOVES + 1]; /* lists of tables, as are the next */
  GString *all, *shown;
  GString *numbering, *functions; /* lists of functions */
  const char *staff, *tenant; /* quoted names of roles; staff: two */
};

static void
add_name (GString *list, const char *name)
{
  g_string_append_printf (list, "%s%s", list->len == 0 ? "" : ", ", name);
}

static void
add_table (const char *table, void *data)
{
  struct access_text *text = data;
  gsize i = find_table (table);
  add_name (text->all, table);
  add_name (text->by_rights[tables[i].operator], table);
  g_string_append_printf (text->sql, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;\nCREATE POLICY billctl_staff ON %s TO %s USING (true);\n", table,
                          table, text->staff);
  if (tables[i].tenant == NULL)
    return;
  add_name (text->shown, table);
  g_string_append_printf (text->sql, "CREATE POLICY billctl_tenant ON %s FOR SELECT TO %s USING (%s);\n", table, text->tenant, tables[i].tenant);
}

static void
add_functions (struct access_text *text)
{
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *table = postgresql_schema_name (*statement, "CREATE TABLE"), *guard = postgresql_schema_name (*statement, "CREATE TRIGGER");
    gboolean has_id = table != NULL && strstr (*statement, " id INTEGER PRIMARY KEY") != NULL;
    g_autofree char *name = guard != NULL ? g_strconcat (guard, " ()", NULL) : has_id ? g_strconcat (table, "_next_id ()", NULL) : NULL;
    if (name != NULL)
      add_name (text->functions, name);
    if (has_id)
      add_name (text->numbering, name);
  }
}

static void
access_text_init (struct access_text *text)
{
  GString **const parts[] = { &text->sql, &text->all, &text->shown, &text->numbering, &text->functions };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    *parts[i] = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (text->by_rights); i++)
    text->by_rights[i] = g_string_new (NULL);
}

static void
access_text_clear (struct access_text *text)
{
  GString *const parts[] = { text->sql, text->all, text->shown, text->numbering, text->functions };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_string_free (parts[i], TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (text->by_rights); i++)
    g_string_free (text->by_rights[i], TRUE);
}

/* Of an operator, in the order in which the server sorts them here. */
static char *
rights_text (gsize rights)
{
  return g_strconcat ((rights & REMOVES) != 0 ? "DELETE, " : "", (rights & ADDS) != 0 ? "INSERT, " : "", "SELECT",
                      (rights & CHANGES) != 0 ? ", UPDATE" : "", NULL);
}

/* Who could make things where the ledger is could have others run them. Where the schema belongs to somebody else, that is his to see to. */
static const char check_schema[]
    = "DO $do$BEGIN IF pg_has_role ((SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = current_schema ()), 'USAGE') THEN"
      " EXECUTE format ('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema ()); END IF;"
      " IF NOT has_schema_privilege ((SELECT tenant_role FROM billctl_ledger), current_schema (), 'USAGE') THEN"
      " RAISE EXCEPTION 'the schema % is not this role''s to let others into', current_schema () USING ERRCODE = 'insufficient_privilege';"
      " END IF; END$do$;\n";

static void
add_rights (struct access_text *text, const struct postgresql_roles *roles, const char *schema)
{
  GString *sql = text->sql;
  const char *operator = roles->quoted[POSTGRESQL_OPERATOR];
  g_string_append_printf (sql, "GRANT USAGE ON SCHEMA %s TO %s, %s;\n%s", schema, text->staff, text->tenant, check_schema);
  g_string_append_printf (sql, "GRANT SELECT ON %s TO %s;\nGRANT SELECT ON %s TO %s;\n", text->all->str,
                          roles->quoted[POSTGRESQL_AUDITOR], text->shown->str, text->tenant);
  for (gsize rights = 0; rights < G_N_ELEMENTS (text->by_rights); rights++) {
    g_autofree char *names = rights_text (rights);
    if (text->by_rights[rights]->len > 0)
      g_string_append_printf (sql, "GRANT %s ON %s TO %s;\n", names, text->by_rights[rights]->str, operator);
  }
  g_string_append_printf (sql, "GRANT EXECUTE ON FUNCTION %s TO %s;\n", text->numbering->str, operator);
}

char *
postgresql_access_sql (const struct postgresql_roles *roles, const char *schema)
{
  struct access_text text = { .sql = NULL };
  access_text_init (&text);
  add_functions (&text);
  g_string_append_printf (text.sql, "REVOKE ALL ON FUNCTION %s FROM PUBLIC;\n", text.functions->str);
  if (roles->names[0] != NULL) {
    g_autofree char *staff = g_strconcat (roles->quoted[POSTGRESQL_OPERATOR], ", ", roles->quoted[POSTGRESQL_AUDITOR], NULL);
    text.staff = staff;
    text.tenant = roles->quoted[POSTGRESQL_TENANT];
    each_table (add_table, &text);
    add_rights (&text, roles, schema);
  }
  char *sql = g_strdup (text.sql->str);
  access_text_clear (&text);
  return sql;
}

/* "{customer_next_id,usage_no_update,…}" */
static char *
function_list (void)
{
  GString *list = g_string_new ("{");
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *table = postgresql_schema_name (*statement, "CREATE TABLE"), *guard = postgresql_schema_name (*statement, "CREATE TRIGGER");
    if (guard != NULL)
      g_string_append_printf (list, "%s%s", list->len == 1 ? "" : ",", guard);
    else if (table != NULL && strstr (*statement, " id INTEGER PRIMARY KEY") != NULL)
      g_string_append_printf (list, "%s%s_next_id", list->len == 1 ? "" : ",", table);
  }
  g_string_append_c (list, '}');
  return g_string_free (list, FALSE);
}

/* What somebody gave or took away by hand, or an older version of the program. */
char *
postgresql_access_clear_sql (const struct postgresql_roles *roles)
{
  g_autofree char *people = g_strjoin (", ", roles->quoted[0], roles->quoted[1], roles->quoted[2], NULL);
  g_autofree char *functions = function_list ();
  return g_strdup_printf (
      "DO $do$DECLARE found record; BEGIN"
      " FOR found IN SELECT p.polname, c.relname FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
      " WHERE c.relnamespace = current_schema ()::regnamespace LOOP"
      " EXECUTE format ('DROP POLICY %%I ON %%I', found.polname, found.relname); END LOOP;"
      " FOR found IN SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relnamespace = current_schema ()::regnamespace AND c.relkind = 'r'"
      " AND pg_has_role (c.relowner, 'USAGE') LOOP"
      " EXECUTE format ('REVOKE ALL ON %%I FROM PUBLIC, %s', found.relname);"
      " EXECUTE format ('ALTER TABLE %%I NO FORCE ROW LEVEL SECURITY', found.relname); END LOOP;"
      " FOR found IN SELECT proname FROM pg_catalog.pg_proc WHERE pronamespace = current_schema ()::regnamespace AND proname = ANY ('%s'::text[]) LOOP"
      " EXECUTE format ('ALTER FUNCTION %%I () SET search_path = %%I, pg_temp', found.proname, current_schema ()); END LOOP;"
      " END$do$;\n",
      people, functions);
}

/* --- Whether it is so: "KIND of NAME" -> what it is --- */

/* The server puts blanks and parentheses where it likes, and says of what type a constant is. */
static char *
plain_expression (const char *text)
{
  g_autoptr (GRegex) types = g_regex_new ("::\\w+(\\[\\])?|COLLATE \"C\"|[\\s()]", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (types, text, -1, 0, "", 0, NULL);
  return g_ascii_strdown (plain, -1);
}

struct wanted {
  GHashTable *objects;
  const struct postgresql_roles *roles;
};

static void
want (struct wanted *wanted, char *name, char *value)
{
  g_hash_table_insert (wanted->objects, name, value);
}

static void
want_table (const char *table, void *data)
{
  struct wanted *wanted = data;
  const struct postgresql_roles *roles = wanted->roles;
  gsize i = find_table (table);
  want (wanted, g_strdup_printf ("right of %s to %s", roles->names[POSTGRESQL_OPERATOR], table), rights_text (tables[i].operator));
  want (wanted, g_strdup_printf ("right of %s to %s", roles->names[POSTGRESQL_AUDITOR], table), g_strdup ("SELECT"));
  want (wanted, g_strconcat ("row level security of ", table, NULL), g_strdup ("on"));
  g_autofree char *staff = g_strdup_printf ("* permissive %s, %s true", roles->names[POSTGRESQL_OPERATOR], roles->names[POSTGRESQL_AUDITOR]);
  want (wanted, g_strdup_printf ("policy billctl_staff of %s", table), g_steal_pointer (&staff));
  if (tables[i].tenant == NULL)
    return;
  g_autofree char *condition = plain_expression (tables[i].tenant);
  want (wanted, g_strdup_printf ("right of %s to %s", roles->names[POSTGRESQL_TENANT], table), g_strdup ("SELECT"));
  want (wanted, g_strdup_printf ("policy billctl_tenant of %s", table),
        g_strdup_printf ("r permissive %s %s", roles->names[POSTGRESQL_TENANT], condition));
}

static void
want_functions (struct wanted *wanted)
{
  for (const char *const *statement = newest_schema; *statement != NULL; statement++) {
    g_autofree char *table = postgresql_schema_name (*statement, "CREATE TABLE");
    if (table != NULL && strstr (*statement, " id INTEGER PRIMARY KEY") != NULL)
      want (wanted, g_strdup_printf ("right of %s to the function %s_next_id", wanted->roles->names[POSTGRESQL_OPERATOR], table),
            g_strdup ("EXECUTE"));
  }
}

/* Rights of everybody and of the roles, of columns as well; and the policies; of the schema where the owner of the ledger can mend that. $1 … $3: the roles; $4: whether there are any. */
static const char found_access[]
    = "WITH person (role, name) AS (VALUES (0::oid, 'everybody') UNION ALL SELECT oid, rolname::text FROM pg_catalog.pg_roles WHERE rolname IN ($1, $2, $3)),"
      " relation AS (SELECT * FROM pg_catalog.pg_class WHERE relnamespace = current_schema ()::regnamespace AND relkind IN ('r', 'p', 'v', 'm'))"
      " SELECT 'right of ' || p.name || ' to ' || c.relname, string_agg (a.privilege_type, ', ' ORDER BY a.privilege_type COLLATE \"C\")"
      " FROM relation c, LATERAL aclexplode (c.relacl) a JOIN person p ON p.role = a.grantee GROUP BY 1"
      " UNION ALL SELECT 'right of ' || p.name || ' to the column ' || c.relname || '.' || t.attname, string_agg (a.privilege_type, ', ')"
      " FROM relation c JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid, LATERAL aclexplode (t.attacl) a JOIN person p ON p.role = a.grantee GROUP BY 1"
      " UNION ALL SELECT 'right of ' || p.name || ' to the function ' || f.proname, a.privilege_type FROM pg_catalog.pg_proc f,"
      " LATERAL aclexplode (coalesce (f.proacl, acldefault ('f', f.proowner))) a JOIN person p ON p.role = a.grantee"
      " WHERE f.pronamespace = current_schema ()::regnamespace AND f.proname = ANY ($4::text[])"
      " UNION ALL SELECT 'row level security of ' || relname, CASE WHEN relforcerowsecurity THEN 'forced' ELSE 'on' END FROM relation"
      " WHERE relrowsecurity"
      " UNION ALL SELECT 'policy ' || o.polname || ' of ' || c.relname, o.polcmd::text || CASE WHEN o.polpermissive THEN ' permissive ' ELSE ' restrictive ' END"
      " || (SELECT string_agg (coalesce (r.rolname::text, 'everybody'), ', ' ORDER BY array_position (ARRAY[$1, $2, $3], r.rolname::text))"
      " FROM unnest (o.polroles) u (role) LEFT JOIN pg_catalog.pg_roles r ON r.oid = u.role)"
      " || coalesce (' but ' || pg_get_expr (o.polwithcheck, o.polrelid), '') || E'\\n' || pg_get_expr (o.polqual, o.polrelid)"
      " FROM pg_catalog.pg_policy o JOIN relation c ON c.oid = o.polrelid"
      " UNION ALL SELECT 'right of everybody to the schema ' || nspname, 'CREATE' FROM pg_catalog.pg_namespace,"
      " LATERAL aclexplode (nspacl) a WHERE oid = current_schema ()::regnamespace AND a.grantee = 0 AND a.privilege_type = 'CREATE'"
      " AND pg_has_role ((SELECT relowner FROM relation WHERE relname = '" POSTGRESQL_LEDGER_TABLE "'), nspowner, 'MEMBER')"
      " UNION ALL SELECT 'search path of the function ' || f.proname, coalesce ((SELECT setting FROM unnest (f.proconfig) setting WHERE setting LIKE 'search\\_path=%'), '')"
      " FROM pg_catalog.pg_proc f WHERE f.pronamespace = current_schema ()::regnamespace AND f.proname = ANY ($4::text[])"
      " AND coalesce (f.proconfig <> ARRAY['search_path=' || quote_ident (current_schema ()) || ', pg_temp'], true)";

static gboolean
find_access (struct db *db, const struct postgresql_roles *roles, PGresult **ret, GError **error)
{
  g_autofree char *functions = function_list ();
  const char *values[] = { roles->names[0], roles->names[1], roles->names[2], functions };
  static const Oid types[] = { POSTGRESQL_TEXT, POSTGRESQL_TEXT, POSTGRESQL_TEXT, POSTGRESQL_TEXT };
  if (!postgresql_settle (db, error))
    return FALSE;
  PGresult *result = PQexecParams (db->connection, found_access, 4, types, values, NULL, NULL, 0);
  *ret = result;
  return PQresultStatus (result) == PGRES_TUPLES_OK || postgresql_fail (db, result, "reading who may do what", error);
}

/* The condition of a policy stands behind a line break. */
static char *
plain_value (const char *value)
{
  const char *condition = strchr (value, '\n');
  if (condition == NULL)
    return g_strdup (value);
  g_autofree char *plain = plain_expression (condition);
  return g_strdup_printf ("%.*s %s", (int) (condition - value), value, plain);
}

gboolean
postgresql_compare_access (struct db *db, const struct postgresql_roles *roles, GHashTable *ret_wanted, GHashTable *ret_found, GError **error)
{
  g_autoptr (result_t) found = NULL;
  if (!find_access (db, roles, &found, error))
    return FALSE;
  struct wanted wanted = { ret_wanted, roles };
  each_table (want_table, &wanted);
  want_functions (&wanted);
  for (int row = 0; row < PQntuples (found); row++)
    g_hash_table_insert (ret_found, g_strdup (PQgetvalue (found, row, 0)), plain_value (PQgetvalue (found, row, 1)));
  return TRUE;
}
