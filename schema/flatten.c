/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run while building: flatten FILE.sql … >newest-schema.c
 *
 * Runs the migrations in an empty SQLite database and writes down what they come to: each table, then the rows that they put in,
 * indices and triggers. For engines whose ledgers begin with the newest schema. And the columns and the key of each table, for copies
 * that take rows from any engine to any other. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
die (const char *what, sqlite3 *db)
{
  fprintf (stderr, "flatten: %s: %s\n", what, db == NULL ? "failed" : sqlite3_errmsg (db));
  exit (1);
}

static void
run_file (sqlite3 *db, const char *path)
{
  FILE *file = fopen (path, "rb");
  if (file == NULL || fseek (file, 0, SEEK_END) != 0)
    die (path, NULL);
  long size = ftell (file);
  rewind (file);
  char *text = calloc (1, (size_t) size + 1);
  if (text == NULL || fread (text, 1, (size_t) size, file) != (size_t) size)
    die (path, NULL);
  fclose (file);
  if (sqlite3_exec (db, text, NULL, NULL, NULL) != SQLITE_OK)
    die (path, db);
  free (text);
}

static void
print_statement (const char *sql)
{
  fputs ("  \"", stdout);
  for (const char *at = sql; *at != '\0'; at++) {
    if (*at == '\n')
      fputs ("\\n\"\n  \"", stdout);
    else {
      if (*at == '"' || *at == '\\')
        putchar ('\\');
      putchar (*at);
    }
  }
  puts ("\",");
}

/* Runs a query of one text column and hands each on. */
static void
each (sqlite3 *db, const char *sql, void (*use) (sqlite3 *db, const char *text))
{
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    die (sql, db);
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW)
    use (db, (const char *) sqlite3_column_text (stmt, 0));
  if (code != SQLITE_DONE)
    die (sql, db);
  sqlite3_finalize (stmt);
}

static void
print (sqlite3 *db, const char *sql)
{
  (void) db;
  print_statement (sql);
}

/* Makes the queries that make the INSERTs of a table. */
static void
print_rows (sqlite3 *db, const char *table)
{
  char *sql = sqlite3_mprintf ("SELECT group_concat (name, ', '), group_concat ('quote (\"' || name || '\")', ' || '', '' || ') FROM pragma_table_info (%Q)", table);
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK || sqlite3_step (stmt) != SQLITE_ROW)
    die (table, db);
  char *rows = sqlite3_mprintf ("SELECT 'INSERT INTO %s (%s) VALUES (' || %s || ')' FROM %s ORDER BY 1", table, sqlite3_column_text (stmt, 0),
                                sqlite3_column_text (stmt, 1), table);
  each (db, rows, print);
  sqlite3_finalize (stmt);
  sqlite3_free (rows);
  sqlite3_free (sql);
}

/* { "usage_key", "hash, usage_id", "ii", "hash" }: its columns, whether they are whole numbers or text, and what its rows are ordered by. */
static void
print_columns (sqlite3 *db, const char *table)
{
  char *sql = sqlite3_mprintf ("SELECT group_concat (name, ', '), group_concat (CASE type WHEN 'INTEGER' THEN 'i' WHEN 'TEXT' THEN 't' ELSE '?' END, ''),"
                               " (SELECT group_concat (name, ', ') FROM (SELECT name FROM pragma_table_info (%Q) WHERE pk > 0 ORDER BY pk))"
                               " FROM pragma_table_info (%Q)", table, table);
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK || sqlite3_step (stmt) != SQLITE_ROW)
    die (table, db);
  const char *types = (const char *) sqlite3_column_text (stmt, 1), *key = (const char *) sqlite3_column_text (stmt, 2);
  if (types == NULL || strchr (types, '?') != NULL || key == NULL)
    die ("a table without a key, or with a type that is neither INTEGER nor TEXT", NULL);
  printf ("  { \"%s\", \"%s\", \"%s\", \"%s\" },\n", table, (const char *) sqlite3_column_text (stmt, 0), types, key);
  sqlite3_finalize (stmt);
  sqlite3_free (sql);
}

/* A table stands behind those that it refers to. */
static const char tables[] =
  "WITH RECURSIVE refers (child, parent) AS (SELECT m.name, f.\"table\" FROM sqlite_schema m JOIN pragma_foreign_key_list (m.name) f"
  "   WHERE m.type = 'table' AND m.name <> f.\"table\"),"
  " depth (name, level) AS (SELECT name, 0 FROM sqlite_schema WHERE type = 'table'"
  "   UNION SELECT r.child, d.level + 1 FROM depth d JOIN refers r ON r.parent = d.name WHERE d.level < 100)"
  " SELECT %s FROM sqlite_schema m JOIN depth d ON d.name = m.name WHERE m.type = 'table' AND m.sql IS NOT NULL"
  " GROUP BY m.name ORDER BY max (d.level), m.rowid";

int
main (int argc, char **argv)
{
  sqlite3 *db = NULL;
  if (sqlite3_open (":memory:", &db) != SQLITE_OK)
    die ("sqlite3_open", db);
  for (int i = 1; i < argc; i++)
    run_file (db, argv[i]);
  puts ("/* Made by schema/flatten.c from schema/. */\n#include \"store/migrations.h\"\nconst char *const newest_schema[] = {");
  char *sql = sqlite3_mprintf (tables, "m.sql");
  each (db, sql, print);
  sqlite3_free (sql);
  sql = sqlite3_mprintf (tables, "m.name");
  each (db, sql, print_rows);
  sqlite3_free (sql);
  each (db, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid", print);
  each (db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid", print);
  puts ("  0,\n};\n\nconst struct table_layout newest_tables[] = {");
  sql = sqlite3_mprintf (tables, "m.name");
  each (db, sql, print_columns);
  sqlite3_free (sql);
  puts ("  { 0, 0, 0, 0 },\n};");
  sqlite3_close (db);
  return fflush (stdout) == 0 && !ferror (stdout) ? 0 : 1;
}
