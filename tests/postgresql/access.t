#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may do what with a ledger on a server: operators, auditors, tenants, and everybody else; not only by way of billctl.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need jq
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
PATH=$builddir:${PATH#*:}
export PATH
socket=$BILLCTL_TEST_SERVER/socket
as_superuser () { psql -q -X -At -h "$socket" -U postgres -d billing "$@"; }
# as ROLE [OPTIONS OF PSQL]
as () { role=$1; shift; psql -q -X -At -h "$socket" -U "$role" -d billing -v ON_ERROR_STOP=1 "$@"; }
url_of () { printf 'postgresql://%s@/billing?host=%s' "$1" "$socket"; }
export BILLCTL_LEDGER="$(url_of billctl)"
psql -q -X -h "$socket" -U postgres -d postgres -c 'CREATE DATABASE billing OWNER billctl'
for role in ann revision acme_portal bolt_portal guest; do as_superuser -c "CREATE ROLE $role LOGIN"; done

# --- Something of everything that customers can have, for two of them ---

fill_ledger () {
  sample_ledger || return 1
  echo '{ "taxes": [{ "code": "vat", "percent": "10", "kind": "exclusive", "country": "DE" }, { "code": "none", "kind": "zero", "country": "FR" }] }' |
    billctl -q plans apply - >/dev/null || return 1
  billctl -q customer update acme --country DE >/dev/null && billctl -q customer update bolt --country FR >/dev/null || return 1
  for customer in acme bolt; do
    billctl -q coupon apply "$customer" TENTH >/dev/null &&
      billctl -q charge add "$customer" --amount 3.00 --description "Set-up of $customer" --at 2026-01-10 >/dev/null &&
      billctl -q subscription set "$customer" --addon support --as-of 2026-01-15 >/dev/null || return 1
  done
  billctl -q subscribe bolt pro --code bolt-pro --start 2026-01-01 --set base.month=42.00 >/dev/null && sample_usage || return 1
  for customer in acme bolt; do
    billctl -q usage record "$customer" calls 1 --id "own-$customer" --at 2026-01-20 --source "feed of $customer" >/dev/null &&
      billctl -q usage void "$customer-1" >/dev/null || return 1
  done
  billctl -q invoice generate --finalize >/dev/null || return 1
  for customer in acme bolt; do
    number=$(billctl invoice list --customer "$customer" --format csv --columns invoice --no-header | sed -n 1p)
    billctl -q invoice pay "$number" --amount 5.00 >/dev/null &&
      billctl -q usage record "$customer" calls 1 --id "late-$customer" --at 2026-01-21 >/dev/null 2>&1 &&
      billctl -q customer adjust "$customer" --amount 2.00 --reason goodwill >/dev/null &&
      billctl -q invoice credit "$number" --amount 1.00 --reason "test of $customer" >/dev/null || return 1
  done
  as_superuser -c "INSERT INTO subscription_addon SELECT id, 'support', 0 FROM subscription"
}
check 'a ledger with something of everything' fill_ledger
acme=$(as_superuser -c "SELECT id FROM customer WHERE code = 'acme'") bolt=$(as_superuser -c "SELECT id FROM customer WHERE code = 'bolt'")

# --- Who opens it ---

check_equal 'nobody can but its owner' '' "$(billctl ledger access list --no-header)"
check_equal 'its roles are nobody who can log in' 'billing_auditor|f|f|f
billing_operator|f|f|f
billing_tenant|f|f|f' "$(as_superuser -c "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'billing%' ORDER BY 1")"
check_output 'an operator' 'Role:         ann
Opens it as:  operator
Customer:' billctl ledger access grant ann --as operator
check_json 'an auditor' . '{"role":"revision","access":"auditor","customer":null}' billctl ledger access grant revision --as auditor --format json
check_json 'a tenant' . '{"role":"acme_portal","access":"tenant","customer":"acme"}' billctl ledger access grant acme_portal --as tenant --customer acme --format json
check 'a dry run' billctl ledger access grant guest --as operator --dry-run
check 'another tenant' billctl ledger access grant bolt_portal --as tenant --customer chip
check 'who is given another customer' billctl ledger access grant bolt_portal --as tenant --customer bolt
check_match 'again' 'bolt_portal: nothing to change' billctl ledger access grant bolt_portal --as tenant --customer bolt
check_output 'all of them' 'role,access,customer,login
acme_portal,tenant,acme,true
ann,operator,,true
bolt_portal,tenant,bolt,true
revision,auditor,,true' billctl ledger access list --format csv
check_equal 'the audit log has it' 'role ann opens the ledger as operator
role revision opens the ledger as auditor
role acme_portal opens the ledger as tenant of customer acme
role bolt_portal opens the ledger as tenant of customer chip
role bolt_portal opens the ledger as tenant of customer bolt' "$(as_superuser -c "SELECT change FROM audit WHERE command = 'ledger access grant' ORDER BY id")"
check_error 3 'a role that is not there' "billctl: there is no role 'nobody here' on the server
hint: an administrator makes it: CREATE ROLE \"nobody here\" LOGIN; its password is his to give (\\password in psql)" billctl ledger access grant 'nobody here' --as auditor
check_status 3 'a customer who is not there' billctl ledger access grant guest --as tenant --customer nobody
check_status 2 'a tenant of nobody' billctl ledger access grant guest --as tenant
check_status 2 'an auditor of somebody' billctl ledger access grant guest --as auditor --customer acme
check_status 2 'nothing said' billctl ledger access grant guest
check_error 4 'two ways at once' "billctl: the role 'revision' opens the ledger as auditor already
hint: take that away first: billctl ledger access revoke revision" billctl ledger access grant revision --as operator
check_status 4 'the role of all operators' billctl ledger access grant billing_operator --as auditor
for danger in 'SUPERUSER|is a superuser' 'BYPASSRLS|has BYPASSRLS' 'CREATEROLE|has CREATEROLE' 'REPLICATION|has REPLICATION' 'IN ROLE pg_read_server_files|may reach the files' \
  'IN ROLE billctl|owns the database'; do
  as_superuser -c "CREATE ROLE mighty LOGIN ${danger%%|*}"
  check_status 4 "one with ${danger%%|*}" billctl ledger access grant mighty --as tenant --customer acme
  check_said 'would not be held back' "the role 'mighty' ${danger#*|}"
  as_superuser -c 'DROP ROLE mighty'
done
as_superuser -c 'CREATE ROLE stiff LOGIN NOINHERIT'
if [ "$(as_superuser -c "SELECT current_setting ('server_version_num')::int < 160000")" = t ]; then
  check_status 4 'one that would not have the rights' billctl ledger access grant stiff --as operator
  check_said 'is told why' "the role 'stiff' has NOINHERIT"
else
  check 'one that inherits nothing by itself' billctl ledger access grant stiff --as operator
  check 'has the rights' billctl --ledger "$(url_of stiff)" customer list
  check 'and has them no more' billctl ledger access revoke stiff
fi
check_output 'completion knows who opens it' 'acme_portal	tenant
ann	operator' billctl complete -- ledger access revoke a
check_error 7 'who may say so' "billctl: the role ann may not say who opens the ledger $(url_of ann)
hint: its owner may: connect as billctl" billctl --ledger "$(url_of ann)" ledger access grant guest --as auditor
check_status 3 'who does not open it' billctl ledger access revoke guest
check 'SQLite has none of this' billctl -q --ledger file.db init --no-roles
check_error 4 'as it says' 'billctl: the ledger file.db is a file, which has no roles: who may read the file opens it
hint: `billctl config ledger.shared group` shares it with its group' billctl --ledger file.db ledger access list

# --- A tenant with SQL of his own: table by table, what is his and nothing else ---

# Which rows belong to customer $1; written down here once more, by joins instead of policies.
own_rows () {
  cat <<END
billctl_ledger|true
billctl_tenant|t.customer_id = $1
balance_movement|t.customer_id = $1
coupon|EXISTS (SELECT FROM redemption r WHERE r.coupon_id = t.id AND r.customer_id = $1)
credit_note|t.customer_id = $1
credit_note_line|EXISTS (SELECT FROM credit_note n WHERE n.id = t.credit_note_id AND n.customer_id = $1)
customer|t.id = $1
invoice|t.customer_id = $1
invoice_line|EXISTS (SELECT FROM invoice i WHERE i.id = t.invoice_id AND i.customer_id = $1)
invoice_tax|EXISTS (SELECT FROM invoice i WHERE i.id = t.invoice_id AND i.customer_id = $1)
issuer|true
metric|t.code = 'calls' OR $1 = $bolt
one_off|t.customer_id = $1
payment|t.customer_id = $1
plan|t.code = 'basic' OR $1 = $bolt
plan_version|EXISTS (SELECT FROM subscription s WHERE s.plan_version_id = t.id AND s.customer_id = $1)
redemption|t.customer_id = $1
redemption_use|EXISTS (SELECT FROM redemption r WHERE r.id = t.redemption_id AND r.customer_id = $1)
setting|t.name = 'ledger.id'
settlement|EXISTS (SELECT FROM invoice i WHERE i.id = t.invoice_id AND i.customer_id = $1)
subscription|t.customer_id = $1
subscription_addon|EXISTS (SELECT FROM subscription s WHERE s.id = t.subscription_id AND s.customer_id = $1)
subscription_event|EXISTS (SELECT FROM subscription s WHERE s.id = t.subscription_id AND s.customer_id = $1)
subscription_item|EXISTS (SELECT FROM subscription s WHERE s.id = t.subscription_id AND s.customer_id = $1)
subscription_phase|EXISTS (SELECT FROM subscription s WHERE s.id = t.subscription_id AND s.customer_id = $1)
tax_rate|t.country = (SELECT country FROM customer WHERE id = $1)
usage|t.customer_id = $1
usage_late|t.customer_id = $1
usage_reversal|t.customer_id = $1
usage_source|t.name = '' OR t.name = 'feed of ' || (SELECT code FROM customer WHERE id = $1)
END
}
closed='account audit credit_event credit_package deferral journal_entry journal_month number_series outbox posting stripe_object usage_import usage_key usage_key_collision'
billctl -q config stripe.key-command 'pass stripe'
as_superuser -c "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY relname COLLATE \"C\"" >tables
check_equal 'every table is either closed to tenants, or has an owner in this test' "$(cat tables)" \
  "$({ own_rows 0 | cut -d '|' -f 1; echo "$closed" | tr ' ' '\n'; } | LC_ALL=C sort)"
check_equal 'all of them are under row level security' '' \
  "$(as_superuser -c "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity")"
digest="count (*) || ' ' || coalesce (md5 (string_agg (t::text, '|' ORDER BY t::text COLLATE \"C\")), '')"
for portal in acme bolt; do
  eval "id=\$$portal"
  own_rows "$id" | while IFS='|' read -r table condition; do
    echo "SELECT '$table', $digest, $digest = (SELECT $digest FROM $table t) FROM $table t WHERE $condition;"
  done >wanted.sql
  own_rows "$id" | while IFS='|' read -r table condition; do echo "SELECT '$table', $digest FROM $table t;"; done >seen.sql
  as_superuser -f wanted.sql | tee wanted.all | cut -d '|' -f 1,2 >wanted
  as "${portal}_portal" -f seen.sql >seen
  check_same "$portal sees the rows of $portal, in every table, and no others" wanted seen
  check_equal "of each there is something" '' "$(grep '|0 ' wanted)"
  check_equal "and but for what all share, something that is not $portal's" 'billctl_ledger issuer' "$(sed -n 's/|.*|t$//p' wanted.all | grep -Ev '^(metric|plan)$' | paste -sd ' ')"
done

# refused ROLE NAME SQL [PATTERN]: an error, and that one
refused () {
  if as "$1" -c "$3" >answer 2>&1 || ! grep -Eq "${4:-permission denied|must be owner|row-level security}" answer; then not_ok "$2" answer; else ok "$2"; fi
}
for table in $closed; do refused acme_portal "$table is closed" "SELECT 1 FROM $table" "permission denied for table $table"; done

# nothing_in SQL…: statements of acme's; what they print must have no trace of the others, but may be an error
nothing_of_others () {
  name=$1; shift
  for sql; do set -- "$@" -c "$sql"; shift; done
  psql -X -At -h "$socket" -U acme_portal -d billing "$@" 2>&1 | grep -v 'permission denied to set' >answer
  if grep -Eqi 'bolt|chip' answer || ! grep -q . answer; then not_ok "$name" answer; else ok "$name"; fi
}
nothing_of_others 'a join' "SELECT 'own', c.code, i.number, l.description FROM customer c LEFT JOIN invoice i ON true LEFT JOIN invoice_line l ON true"
nothing_of_others 'a subquery' "SELECT 'own', (SELECT string_agg (name, ',') FROM customer), (SELECT string_agg (event_id, ',') FROM usage WHERE customer_id <> $acme)"
nothing_of_others 'a common table expression' "WITH RECURSIVE w AS (SELECT id, code FROM customer UNION ALL SELECT w.id + 1, c.code FROM w JOIN customer c ON c.id = w.id + 1) SELECT * FROM w"
nothing_of_others 'COPY' 'COPY customer TO STDOUT' 'COPY (SELECT * FROM invoice_line) TO STDOUT' "COPY (SELECT 'own', event_id FROM usage) TO STDOUT"
nothing_of_others 'TABLE and set operations' 'TABLE customer' 'SELECT name FROM customer UNION SELECT event_id FROM usage EXCEPT SELECT 1::text'
nothing_of_others 'a view of his own' 'CREATE TEMP VIEW v AS SELECT * FROM customer' 'SELECT * FROM v' 'SELECT * FROM pg_temp.v WHERE id > 0 OR true'
nothing_of_others 'a function that tells what it is asked about' "
  CREATE FUNCTION pg_temp.leak (t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE NOTICE ''saw %'', t; RETURN true; END'" \
  'SELECT code FROM customer WHERE pg_temp.leak (name)' 'SELECT description FROM invoice_line WHERE pg_temp.leak (description)' \
  'SELECT u.event_id FROM usage u WHERE pg_temp.leak (event_id) LIMIT 200' 'SELECT definition FROM plan_version WHERE pg_temp.leak (definition)'
nothing_of_others 'an operator that does so' "
  CREATE FUNCTION pg_temp.same (a text, b text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE NOTICE ''saw %'', a; RETURN true; END'" \
  'CREATE OPERATOR pg_temp.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.same)' "SELECT code FROM customer WHERE name OPERATOR (pg_temp.===) 'x'"
nothing_of_others 'an error that quotes a row' "SELECT code FROM customer WHERE name::bigint > 0" "SELECT 1 FROM usage WHERE event_id::bigint > 0" "SELECT 1 / (id - $bolt) FROM customer"
nothing_of_others 'a merge or hash join over a leaky condition' 'SET enable_hashjoin = off' "
  CREATE FUNCTION pg_temp.leak (t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE NOTICE ''saw %'', t; RETURN true; END'" \
  'SELECT c.code FROM customer c JOIN invoice i ON i.customer_id = c.id AND pg_temp.leak (i.name) AND pg_temp.leak (c.name)'
nothing_of_others 'a cursor and a prepared statement' 'PREPARE p AS SELECT * FROM customer' 'EXECUTE p' 'BEGIN; DECLARE c CURSOR FOR SELECT * FROM customer; FETCH ALL FROM c; COMMIT'
nothing_of_others 'row security switched off' 'SET row_security = off' 'SELECT * FROM customer'
check_said_in () { if grep -Eq -e "$2" answer; then ok "$1"; else not_ok "$1" answer; fi; }
check_said_in 'is an error' 'would be affected by row-level security'
nothing_of_others 'settings of the session' "SELECT set_config ('row_security', 'off', false), set_config ('role', 'billctl', false)" 'SELECT * FROM customer' \
  "SET session_replication_role = replica" "SET app.customer = $bolt" "SET billctl.customer_id = '$bolt'" 'SELECT * FROM invoice' 'SHOW server_version'
for become in 'SET ROLE billing_operator' 'SET ROLE billing_auditor' 'SET ROLE billctl' 'SET ROLE bolt_portal' 'SET ROLE postgres' 'SET SESSION AUTHORIZATION bolt_portal' \
  'SET SESSION AUTHORIZATION billctl'; do
  refused acme_portal "$become" "$become" 'permission denied'
  nothing_of_others "$become changes nothing" "$become" 'SELECT * FROM customer'
done
check_equal 'as the role of all tenants he is nobody' '0 0 0' "$(as acme_portal -c 'SET ROLE billing_tenant' \
  -c "SELECT (SELECT count (*) FROM customer) || ' ' || (SELECT count (*) FROM billctl_tenant) || ' ' || (SELECT count (*) FROM setting)")"
check_equal 'and himself again behind it' acme "$(as acme_portal -c 'SET ROLE billing_tenant' -c 'RESET ROLE' -c 'SELECT code FROM customer')"
nothing_of_others 'tables of his own before those of the ledger' "CREATE TEMP TABLE billctl_tenant AS SELECT 'acme_portal'::name AS role, $bolt::bigint AS customer_id" \
  "CREATE TEMP TABLE subscription AS SELECT $bolt::bigint AS customer_id, 2::bigint AS plan_version_id" 'SET search_path = pg_temp, public' \
  "SELECT 'own', * FROM public.customer" 'SELECT * FROM public.invoice' 'SELECT * FROM public.plan_version'
nothing_of_others 'functions of his own before those of the server' "
  CREATE FUNCTION pg_temp.int8eq (bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'" "
  CREATE OPERATOR pg_temp.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = pg_temp.int8eq)" 'SET search_path = pg_temp, pg_catalog, public' 'SELECT * FROM customer'
check_equal 'who he is stands there, and nobody else' "acme_portal|$acme" "$(as acme_portal -c 'SELECT * FROM billctl_tenant')"
nothing_of_others 'statistics' "SELECT 'own', count (*) FROM pg_stats WHERE tablename = 'customer'" "SELECT * FROM pg_stats WHERE schemaname = 'public'"
as_superuser -c 'ANALYZE'
check_equal 'are not his to read' 0 "$(as acme_portal -c "SELECT count (*) FROM pg_stats WHERE schemaname = 'public'")"
refused acme_portal 'nor where they are kept' 'SELECT * FROM pg_statistic'
nothing_of_others 'a plan of a query' "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT name FROM customer WHERE code LIKE 'b%'"
refused acme_portal 'a lock' 'BEGIN; LOCK TABLE invoice IN EXCLUSIVE MODE' 'permission denied'
refused acme_portal 'rows locked' 'SELECT * FROM customer FOR UPDATE' 'permission denied'
refused acme_portal 'a program of the server' "COPY pg_temp.x FROM PROGRAM 'id'" 'does not exist|COPY to or from an external program'
refused acme_portal 'a file of the server' "SELECT pg_read_file ('PG_VERSION')" 'permission denied'
refused acme_portal 'a file of the server as a large object' "SELECT lo_import ('/etc/passwd')" 'permission denied'
refused acme_portal 'who else is connected' "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE usename = 'postgres'; SELECT pg_reload_conf ()" 'permission denied|must be'

# --- Nobody but the owner changes what there is, and tenants change nothing ---

# Of a table the first column.
while read -r table; do
  column=$(as_superuser -c "SELECT attname FROM pg_attribute WHERE attrelid = '$table'::regclass AND attnum = 1")
  for sql in "INSERT INTO $table DEFAULT VALUES" "INSERT INTO $table SELECT * FROM $table" "UPDATE $table SET $column = $column" "DELETE FROM $table" "TRUNCATE $table" \
    "ALTER TABLE $table DISABLE ROW LEVEL SECURITY" "ALTER TABLE $table DISABLE TRIGGER ALL" "DROP TABLE $table" "COPY $table FROM STDIN"; do
    printf '%s\n' "$sql"
  done
done <tables >attempts
# attempts_of ROLE: those that were not refused
attempts_of () {
  while IFS= read -r sql; do
    printf '\\echo %s\n%s;\n' "$sql" "$sql"
    case $sql in COPY*) echo '\.' ;; esac
  done <attempts | psql -X -At -h "$socket" -U "$1" -d billing 2>&1 | awk '
    /ERROR: *(permission denied|must be owner|new row violates row-level security)/ { attempt = ""; next }
    /^(INSERT|UPDATE|DELETE|TRUNCATE|ALTER|DROP|COPY) / && !/^(INSERT 0|UPDATE|DELETE|COPY) [0-9]+$/ { if (attempt != "") print attempt; attempt = $0 }
    END { if (attempt != "") print attempt }'
}
check_equal 'a tenant can do nothing to any table' '' "$(attempts_of acme_portal)"
check_equal 'nor can an auditor' '' "$(attempts_of revision)"
check_equal 'nor somebody who is in none of it' '' "$(attempts_of guest)"
check_equal 'who does not see anything either' '' "$(while read -r table; do as guest -c "SELECT 1 FROM $table" 2>/dev/null; done <tables)"
for role in acme_portal revision ann; do
  refused $role "$role does not touch a policy" 'DROP POLICY billctl_tenant ON customer'
  refused $role "$role does not change a policy" 'ALTER POLICY billctl_tenant ON customer USING (true)'
  refused $role "$role does not make a policy" "CREATE POLICY mine ON customer TO $role USING (true)"
  refused $role "$role does not make a trigger" 'CREATE TRIGGER mine BEFORE INSERT ON customer FOR EACH ROW EXECUTE FUNCTION usage_no_update ()'
  refused $role "$role does not take a guard away" 'DROP FUNCTION usage_no_update () CASCADE'
  refused $role "$role does not change a guard" "CREATE OR REPLACE FUNCTION usage_no_update () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'" \
    'permission denied for schema|must be owner'
  refused $role "$role makes nothing in the schema" 'CREATE TABLE mine (x int)'
  refused $role "$role lets nobody in" "GRANT billing_operator TO guest" 'must have admin option|permission denied'
  as $role -c 'GRANT SELECT ON customer TO guest' 2>/dev/null
  check_equal "$role gives nothing away" f "$(as_superuser -c "SELECT has_table_privilege ('guest', 'customer', 'SELECT')")"
done
for role in acme_portal revision guest; do
  refused $role "$role takes no numbers" 'SELECT customer_next_id ()' 'permission denied for function'
  refused $role "$role runs no guards" 'SELECT usage_no_update ()' 'permission denied for function|can only be called as triggers'
done
refused acme_portal 'no foreign key asks for him' 'CREATE TEMP TABLE f (c bigint REFERENCES customer (id))' 'permission denied|temporary tables may reference only'

# --- An operator: all that billctl does, and nothing else ---

# What the statements of the catalogue need.
cat "$srcdir"/src/store/sql/*.def | tr '\n' ' ' | sed 's/STATEMENT (/\n&/g' >statements
{
  grep -oE '"UPDATE [a-z_]+' statements | sed 's/"UPDATE //'
  grep 'DO UPDATE' statements | grep -oE 'INSERT INTO [a-z_]+' | sed 's/INSERT INTO //'
} | LC_ALL=C sort -u >updated
grep -oE '"DELETE FROM [a-z_]+' statements | sed 's/"DELETE FROM //' | LC_ALL=C sort -u >deleted
grep -oE '"INSERT INTO [a-z_]+' statements | sed 's/"INSERT INTO //' | LC_ALL=C sort -u >inserted
rights_to () { as ann -c "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege (oid, '$1') ORDER BY relname COLLATE \"C\""; }
check_equal 'an operator changes the rows that statements change' "$(cat updated)" "$(rights_to UPDATE)"
check_equal 'removes those that they remove' "$(cat deleted)" "$(rights_to DELETE)"
check_equal 'adds where they add' "$(cat inserted)" "$(rights_to INSERT)"
check_equal 'reads all' "$(cat tables)" "$(rights_to SELECT)"
check_equal 'and may do nothing else' '' "$(rights_to 'TRUNCATE, TRIGGER, REFERENCES')"
check_equal 'append-only tables are closed to changes by rights, not only by guards' '' "$(cat updated deleted | grep -xE "$(sed -n '/tables\[\] = {/,/}/p' "$srcdir/src/store/append-only.c" | grep -oE '"[a-z_]+"' | tr -d '"' | paste -sd '|')")"
check_output 'every statement runs as an operator' '' "$builddir/tests/postgresql/run-statements" "$(url_of ann)"
refused ann 'a guard is not taken in by a table of his own' "CREATE TEMP TABLE invoice AS SELECT id, 'draft'::text AS status FROM public.invoice; DELETE FROM public.invoice_line" 'an issued invoice never changes'
refused ann 'nor by one in his path' "SET search_path = pg_temp, public; CREATE TEMP TABLE invoice AS SELECT id, 'draft'::text AS status FROM public.invoice; DELETE FROM public.invoice_line" \
  'an issued invoice never changes'
refused ann 'the version of the ledger is not his' 'UPDATE billctl_ledger SET schema_version = 99'
refused ann 'nor who is whose tenant' "INSERT INTO billctl_tenant VALUES ('guest', $acme)"

# --- billctl as each of them ---

BILLCTL_LEDGER=$(url_of ann)
sample_events 1000 1400 chip >events.csv
check 'an operator adds a customer' billctl customer add delta --name Delta --currency USD
check 'subscribes it' billctl subscribe delta basic --start 2026-01-01
check_match 'imports usage, more than goes in one by one' '401 recorded' sh -c '{ echo id,customer,metric,quantity,time; cat events.csv; } | billctl usage import - 2>&1'
check_match 'again' '401 duplicates' sh -c '{ echo id,customer,metric,quantity,time; cat events.csv; } | billctl usage import - 2>&1'
check 'issues invoices' billctl invoice generate --finalize --as-of 2026-03-01
check 'changes a setting' billctl config invoice.net-days 21
check 'closes a month' billctl journal close 2026-02 --as-of 2026-03-05
check 'applies a catalog' billctl plans apply catalog.json
check 'discards a draft' sh -c 'billctl invoice discard "$(billctl -q invoice create acme --line "Key;1;5.00" --format csv --no-header --columns invoice)"'
check 'proves all of it' billctl verify

BILLCTL_LEDGER=$(url_of revision)
check 'an auditor proves all of it too' billctl verify
check_json 'sees all customers' length 4 billctl customer list --format json
check_output 'and settings' 21 billctl config invoice.net-days
check 'and what the ledger is' billctl ledger info
before=$(as_superuser -c 'SELECT count (*), max (hash) FROM audit')
for command in 'customer add x --name X --currency USD' 'invoice generate --as-of 2026-04-01' 'config invoice.net-days 3' 'usage import usage.csv' 'plans apply catalog.json' \
  'customer add x --name X --currency USD --dry-run' 'ledger access grant guest --as operator' 'ledger access apply'; do
  # shellcheck disable=SC2086
  check_error 7 "an auditor: $command" "billctl: the role revision may only read the ledger $BILLCTL_LEDGER
hint: the owner of the ledger says who may write: billctl ledger access grant revision --as operator" billctl $command
done
check_equal 'nothing came of it' "$before" "$(as_superuser -c 'SELECT count (*), max (hash) FROM audit')"

BILLCTL_LEDGER=$(url_of acme_portal)
check_json 'a tenant sees its customer' 'map (.code)' '["acme"]' billctl customer list --format json
check_json 'its subscriptions' 'map (.code)' '["acme-1"]' billctl subscription list --format json
check_json 'its invoices' 'map (.customer) | unique' '["acme"]' billctl invoice list --format json
number=$(billctl invoice list --format csv --columns invoice --no-header | sed -n 1p)
for command in "customer show acme" "customer balance acme" "invoice show $number" "invoice explain $number" "invoice preview acme" "usage show acme" "subscription show acme-1" \
  "subscription history acme-1" "plans show basic" "plans list" "metric list" "coupon list" "charge list" "credit-note list" "tax list" "report tax" "usage late" "export usage" \
  "export invoices" "export lines" "export customers" "export subscriptions" "ledger access list" "config" "usage snapshot $number"; do
  # shellcheck disable=SC2086
  run billctl $command
  if [ "$tap_status" = 0 ] && [ -s "$tap_out" ] && ! cat "$tap_out" "$tap_err" | grep -Eqi 'bolt|chip|delta|pass stripe|42[.]00'; then ok "a tenant: $command"; else explain billctl "$command" >why; not_ok "a tenant: $command" why; fi
done
theirs=$(as_superuser -c "SELECT number FROM invoice WHERE customer_id = $bolt AND number IS NOT NULL LIMIT 1")
for command in 'customer show bolt' "invoice show $theirs" "invoice explain $theirs" 'subscription show bolt-1' 'usage show bolt' 'plans show pro'; do
  # shellcheck disable=SC2086
  check_status 3 "what is not there for a tenant: $command" billctl $command
done
# A child whose invoices acme pays: on acme's invoices, and a customer of its own.
BILLCTL_LEDGER=$(url_of billctl)
as_superuser -c 'CREATE ROLE kid_portal LOGIN'
check 'a child of acme' sh -c 'billctl -q customer add kid --name Kid --currency USD --parent acme --payer parent && billctl -q subscribe kid pro --start 2026-03-01 &&
  billctl -q invoice generate --finalize --as-of 2026-03-01 && billctl ledger access grant kid_portal --as tenant --customer kid'
BILLCTL_LEDGER=$(url_of acme_portal)
check_json 'is not seen by the tenant of acme' 'map (.code)' '["acme"]' billctl customer list --format json
check_json 'nor is what it subscribes' 'map (.code)' '["acme-1"]' billctl subscription list --format json
check_match 'but what acme pays for it is' 'Pro \(month\)' sh -c 'billctl invoice list --format csv --columns invoice --no-header | while read -r number; do billctl invoice show "$number"; done'
BILLCTL_LEDGER=$(url_of kid_portal)
check_json 'its own tenant sees it' 'map ([.code, .customer])' '[["kid-1","kid"]]' billctl subscription list --format json
check_json 'and no invoices, which are those of acme' . '[]' billctl invoice list --format json
check_error 4 'nor who pays them' 'billctl: the invoices of kid are paid by another customer' billctl invoice preview kid
BILLCTL_LEDGER=$(url_of acme_portal)
check_error 7 'a tenant has not the whole' "billctl: the role acme_portal sees the rows of one customer, not the whole ledger $BILLCTL_LEDGER
hint: connect as an operator or an auditor" billctl verify
check_status 7 'nor can it count' billctl ledger info
check_status 7 'or carry it away' billctl ledger backup all.db
check_status 7 'to another place' billctl ledger copy "$BILLCTL_LEDGER" all.db
check_equal 'nothing is there' '' "$(ls all.db 2>&1 | grep -v 'No such file')"
check 'which an auditor may' billctl --ledger "$(url_of revision)" ledger backup all.db
check_status 7 'it writes nothing' billctl customer update acme --name Mine
check_status 7 'nor usage' billctl usage record acme calls -100 --id mine
check_status 7 'the books are closed' billctl journal show
check_equal 'with its role, a program that serves several tenants is one of them' 'acme bolt' "$(as_superuser -c 'CREATE ROLE web LOGIN' -c 'GRANT acme_portal, bolt_portal TO web'
  for portal in acme bolt; do billctl --ledger "$(url_of web)&options=-crole%3D${portal}_portal" customer list --format csv --columns code --no-header; done | paste -sd ' ')"
check_status 7 'somebody who is in none of it' billctl --ledger "$(url_of guest)" customer list
check_said 'is told to ask for it' 'this role lacks a right in the ledger'

# --- What the manual leaves to the administrator ---

sed -n '/^REVOKE CONNECT/,/^END \$\$/p' "$srcdir/man/billctl.1.in" | sed 's/TO billing,/TO billctl,/' >administrator.sql
check_equal 'it is there' 'REVOKE CONNECT, TEMPORARY ON DATABASE billing FROM PUBLIC;' "$(sed 1q administrator.sql)"
check 'and runs' as_superuser -v ON_ERROR_STOP=1 -f administrator.sql
refused acme_portal 'then a tenant makes no tables at all' 'CREATE TEMP TABLE mine (x int)'
refused acme_portal 'and does not hold up who writes' "SELECT pg_advisory_lock (1651076204, 'billctl_ledger'::regclass::oid::int)" 'permission denied for function'
refused acme_portal 'nor in another way' "SELECT pg_try_advisory_xact_lock_shared (1651076204, 'billctl_ledger'::regclass::oid::int)" 'permission denied for function'
refused guest 'nobody else connects' 'SELECT 1' 'permission denied for database'
check 'a tenant reads on' billctl customer list
check 'an auditor too' billctl --ledger "$(url_of revision)" verify --quick
sample_events 1500 1600 chip >events.csv
check_match 'an operator writes on' '101 recorded' sh -c '{ echo id,customer,metric,quantity,time; cat events.csv; } | billctl --ledger "$1" usage import - 2>&1' - "$(url_of ann)"
check 'so does the owner' billctl --ledger "$(url_of billctl)" config invoice.net-days 22

# --- Taken away again ---

BILLCTL_LEDGER=$(url_of billctl)
check_error 0 'an operator no more' 'ann opens the ledger no more' billctl ledger access revoke ann
check_status 7 'cannot even read' billctl --ledger "$(url_of ann)" customer list
check 'a tenant no more' billctl ledger access revoke bolt_portal
check 'nor another one' billctl ledger access revoke kid_portal
check_equal 'is nobody' '1 f' "$(as_superuser -c "SELECT count (*) || ' ' || pg_has_role ('bolt_portal', 'billing_tenant', 'MEMBER') FROM billctl_tenant" | sed 's/false/f/')"
as_superuser -c 'DROP ROLE web' -c 'REVOKE billing_tenant FROM acme_portal' -c 'DROP ROLE acme_portal'
check 'one whose role an administrator removed' billctl ledger access revoke acme_portal
as_superuser -c 'CREATE ROLE acme_portal LOGIN IN ROLE billing_tenant'
check_equal 'another one of that name is nobody' 0 "$(as acme_portal -c 'SELECT count (*) FROM customer')"
check_output 'as the list says' 'role,access,customer,login
acme_portal,tenant,,true
revision,auditor,,true' billctl ledger access list --format csv

# --- What is not as billctl makes it ---

# wrong NAME SQL PATTERN: verify says so, and `ledger access apply` mends it
wrong () {
  as_superuser -c "$2"
  run billctl verify --quick
  if [ "$tap_status" = 7 ] && cat "$tap_out" "$tap_err" | grep -q "$3"; then ok "$1"; else explain billctl verify >why; not_ok "$1" why; fi
  check "$1: put right" sh -c 'billctl ledger access apply && billctl verify --quick'
}
wrong 'a policy that is gone' 'DROP POLICY billctl_tenant ON invoice' 'the ledger lacks the policy billctl_tenant of invoice'
wrong 'a policy that lets more through' "ALTER POLICY billctl_tenant ON invoice USING (customer_id > 0)" 'the policy billctl_tenant of invoice is not the one'
wrong 'a policy for somebody else' 'ALTER POLICY billctl_staff ON usage TO PUBLIC' 'the policy billctl_staff of usage is not the one'
wrong 'a policy that nobody asked for' 'CREATE POLICY more ON customer FOR SELECT TO guest USING (true)' 'the policy more of customer is not the one'
wrong 'row level security that is off' 'ALTER TABLE payment DISABLE ROW LEVEL SECURITY' 'lacks the row level security of payment'
wrong 'row level security for the owner too' 'ALTER TABLE payment FORCE ROW LEVEL SECURITY' 'the row level security of payment is not the one'
wrong 'a right of everybody' 'GRANT SELECT ON customer TO PUBLIC' 'the right of everybody to customer is not the one'
wrong 'a right too many' 'GRANT DELETE ON audit TO billing_operator' 'the right of billing_operator to audit is not the one'
wrong 'a right to a column' 'GRANT UPDATE (name) ON customer TO billing_tenant' 'the right of billing_tenant to the column customer.name'
wrong 'a right that is gone' 'REVOKE SELECT ON invoice FROM billing_auditor' 'the ledger lacks the right of billing_auditor to invoice'
wrong 'a function that anybody runs' 'GRANT EXECUTE ON FUNCTION customer_next_id () TO PUBLIC' 'the right of everybody to the function customer_next_id'
wrong 'a function that looks elsewhere' 'ALTER FUNCTION invoice_line_issued_no_delete () RESET search_path' 'the search path of the function invoice_line_issued_no_delete'
wrong 'a schema where anybody makes things' 'GRANT CREATE ON SCHEMA public TO PUBLIC' 'the right of everybody to the schema public'

as_superuser -c 'ALTER ROLE acme_portal BYPASSRLS'
check_status 7 'a tenant whom an administrator made mighty' billctl verify --quick
check_match 'is named' "the role 'acme_portal' opens the ledger and has BYPASSRLS: no right in it holds that role back" sh -c 'billctl verify --quick; true'
as_superuser -c 'ALTER ROLE acme_portal NOBYPASSRLS'
check 'and is not again' billctl verify --quick

# --- An older ledger ---

as_superuser -c 'UPDATE billctl_ledger SET schema_version = 1'
billctl -q ledger access list >/dev/null 2>&1
as_superuser -c 'GRANT billing_operator TO ann'
check_error 7 'who does not own it does not migrate it' "billctl: migration 0002-engine: the role ann may not migrate the ledger $(url_of ann)
hint: its owner may: connect as billctl and run \`billctl ledger migrate\`" billctl --ledger "$(url_of ann)" customer add x --name X --currency USD
as_superuser -c 'UPDATE billctl_ledger SET schema_version = 2'

done_testing
