#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One catalogue of SQL and one schema for two engines: the server takes every statement, and has the same tables, column by column.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need sqlite3
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
as_superuser () { psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }
as_superuser -d postgres -c 'CREATE DATABASE statements OWNER billctl'
url="postgresql://billctl@/statements?host=$BILLCTL_TEST_SERVER/socket"

check_output 'every statement is understood and runs' '' "$builddir/tests/postgresql/run-statements" "$url"

# table|column|kind|not null|place in the primary key; then what is unique or an index, and its columns
"$builddir/billctl" -q --ledger file.db init
/usr/bin/env PATH="${PATH#*:}" sqlite3 file.db "
  SELECT m.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'bigint' ELSE lower (c.type) END, c.\"notnull\" OR c.pk > 0, c.pk
    FROM sqlite_schema m JOIN pragma_table_info (m.name) c WHERE m.type = 'table' ORDER BY 1, 2;
  SELECT 'index of', m.name, i.\"unique\", i.partial, (SELECT group_concat (name, ' ') FROM (SELECT x.name FROM pragma_index_info (i.name) x ORDER BY x.seqno))
    FROM sqlite_schema m JOIN pragma_index_list (m.name) i WHERE m.type = 'table' AND i.origin <> 'pk' ORDER BY 2, 5, 3, 4;
  SELECT 'reference', m.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_schema m JOIN pragma_foreign_key_list (m.name) f WHERE m.type = 'table' ORDER BY 2, 3;
  SELECT 'guard', name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 2" >of-sqlite
as_superuser -d statements -c "
  SELECT c.relname COLLATE \"C\", a.attname COLLATE \"C\", format_type (a.atttypid, NULL), a.attnotnull::int,
    coalesce ((SELECT array_position (i.indkey::int[], a.attnum::int) + 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)), 0)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND c.relname NOT LIKE 'billctl\_%' ORDER BY 1, 2" -c "
  SELECT 'index of', c.relname COLLATE \"C\", i.indisunique::int, (i.indpred IS NOT NULL)::int,
    (SELECT string_agg (a.attname, ' ' ORDER BY k.place) COLLATE \"C\" FROM unnest (i.indkey::int[]) WITH ORDINALITY k (number, place)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number)
    FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary ORDER BY 2, 5, 3, 4" -c "
  SELECT 'reference', c.relname COLLATE \"C\", a.attname COLLATE \"C\", p.relname, t.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] JOIN pg_attribute t ON t.attrelid = p.oid AND t.attnum = k.confkey[1]
    WHERE k.contype = 'f' AND c.relname NOT LIKE 'billctl\_%' AND c.relnamespace = 'public'::regnamespace ORDER BY 2, 3" -c "
  SELECT 'guard', t.tgname COLLATE \"C\", c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgtype & 32 = 0 AND c.relnamespace = 'public'::regnamespace ORDER BY 2" >of-postgresql
check_same 'the tables, columns, indices, references and guards are the same' of-sqlite of-postgresql
check_equal 'and there are some' yes "$([ "$(wc -l <of-sqlite)" -gt 400 ] && grep -q '^guard|usage_no_update|usage$' of-sqlite && echo yes)"
check_equal 'text is ordered by its bytes in all of them' 0 "$(as_superuser -d statements -c "SELECT count (*) FROM information_schema.columns
  WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'")"
check_equal 'checks are as many' "$(/usr/bin/env PATH="${PATH#*:}" sqlite3 file.db "SELECT sum ((length (sql) - length (replace (sql, 'CHECK (', ''))) / 7) FROM sqlite_schema WHERE type = 'table'")" \
  "$(as_superuser -d statements -c "SELECT count (*) FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 'billctl_ledger'::regclass")"
done_testing
