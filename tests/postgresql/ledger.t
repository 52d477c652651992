#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ledgers on a server: how they are named and made, what the server may refuse, and what SQL from elsewhere may not do to them.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
PATH=$builddir:${PATH#*:}
export PATH
socket=$BILLCTL_TEST_SERVER/socket
as_superuser () { psql -q -X -At -h "$socket" -U postgres "$@"; }
place="host=$socket"
url="postgresql://billctl@/acme?$place"
export BILLCTL_LEDGER="$url"

# --- Making one ---

check_error 7 'a database that is not there' "billctl: cannot open the ledger $url: database \"acme\" does not exist
hint: make the database first: createdb -E UTF8 -T template0 acme" billctl init
as_superuser -d postgres -c 'CREATE DATABASE acme OWNER billctl'
check_error 3 'a database without a ledger' "billctl: there is no ledger $url
hint: make one with \`billctl init\`, or name yours with --ledger URL or BILLCTL_LEDGER" billctl customer list
check_error 0 'a dry run says where' "would make the ledger $url
with the roles acme_operator, acme_auditor, acme_tenant
dry run: nothing was written" billctl init --dry-run
check_equal 'and makes nothing' 0 "$(as_superuser -d acme -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
check_error 0 'init says where' "made the ledger $url
with the roles acme_operator, acme_auditor, acme_tenant" billctl init
check_equal 'the audit log begins' '1|test|init|ledger made' "$(as_superuser -d acme -c 'SELECT id, actor, command, change FROM audit')"
check_error 4 'a ledger is not made twice' "billctl: there is already a ledger $url
hint: use it as it is, or name another database with --ledger URL" billctl init
check_status 4 'not in a dry run either' billctl init --dry-run
check 'it is sound' billctl verify

check_json 'what it is' '[.engine, .schema_version == .newest_version, (.tables | length > 10), .mode]' '["postgresql",true,true,null]' billctl ledger info --format json
check_status 0 'a dry run of a backup' billctl ledger backup backup.db --dry-run
check_equal 'makes no file' '' "$(ls)"
check_status 4 'a backup is put into no ledger that is there' billctl ledger restore nothing.db

# --- Names ---

codes () { billctl "$@" customer list --format csv --columns code --no-header; }
billctl -q customer add acme --name 'Acme GmbH' --currency EUR >/dev/null
check_output 'postgres:// is the same' acme codes --ledger "postgres://billctl@/acme?$place"
check_output 'behind the command too' acme billctl customer list --ledger "$url" --format csv --columns code --no-header
printf '[books]\nhost=%s\nuser=billctl\ndbname=acme\n' "$socket" >services
check_output 'a service' acme env PGSERVICEFILE=services billctl --ledger service=books customer list --format csv --columns code --no-header
check_status 7 'a service that nobody defined' env PGSERVICEFILE=services billctl --ledger service=nothing customer list
check_said 'is named' 'definition of service "nothing" not found'
check_output 'host, user and database from the environment' acme env PGHOST="$socket" PGUSER=billctl PGDATABASE=acme \
  billctl --ledger postgresql:// customer list --format csv --columns code --no-header
check_output 'two hosts, of which one is there' acme codes --ledger "postgresql://billctl@/acme?host=/nowhere,$socket&target_session_attrs=read-write"
check_error 7 'without the other program' "billctl: this billctl cannot open the ledger $url: it was built for SQLite
hint: install billctl-postgresql, or say with BILLCTL_EXEC_PATH where it is" env BILLCTL_EXEC_PATH=nowhere billctl customer list
check 'which other commands do not need' env BILLCTL_EXEC_PATH=nowhere billctl help
check_error 7 'a file for the other program' "billctl: this billctl cannot open the ledger some.db: it was built for PostgreSQL
hint: install billctl, or say with BILLCTL_EXEC_PATH where it is" "$builddir/libexec/billctl-postgresql" --ledger some.db customer list
check_output 'completion knows what is in it' 'acme	Acme GmbH' billctl complete -- customer show a
check_output 'that of another one, too' 'acme	Acme GmbH' env -u BILLCTL_LEDGER billctl complete -- --ledger "$url" customer show a
as_superuser -d acme -c 'CREATE SCHEMA second AUTHORIZATION billctl'
second="$url&options=-csearch_path%3Dsecond"
check 'a ledger in a schema of its own' billctl -q --ledger "$second" init
check_output 'beside the first one' '' codes --ledger "$second"
check 'both are sound' sh -c 'billctl verify && billctl --ledger "$1" verify' - "$second"
check_status 7 'a schema that is not there' billctl --ledger "$url&options=-csearch_path%3Dthird" init
check_said 'is said to be none' 'none of the schemas of its search_path is there'

# --- Passwords ---

echo "local all billctl scram-sha-256" >hba
as_superuser -d postgres -c "SET password_encryption = 'scram-sha-256'; ALTER ROLE billctl PASSWORD 's3cret/pw'"
hba=$(as_superuser -d postgres -c 'SHOW hba_file')
{ cat hba; cat "$hba"; } >both && cat both >"$hba" && as_superuser -d postgres -c 'SELECT pg_reload_conf ()' >/dev/null && sleep 0.3
check_status 7 'no password' billctl customer list
check_said 'says where it may stand' '^hint: put the password into ~/\.pgpass'
check_status 7 'a wrong password' env PGPASSWORD=wrong billctl customer list
check_said 'says so' 'password authentication failed for user "billctl"'
printf '*:*:*:billctl:s3cret/pw\n' >pass && chmod 600 pass
check_output 'PGPASSFILE' acme env PGPASSFILE=pass billctl customer list --format csv --columns code --no-header
secret="postgresql://billctl:s3cret%2Fpw@/acme?$place"
check_output 'a password in the URL' acme codes --ledger "$secret"
check_error 4 'which no message shows' "billctl: there is already a ledger $url
hint: use it as it is, or name another database with --ledger URL" billctl --ledger "$secret" init
for wrong in 'postgresql://billctl:pw-hidden%zz@/acme' 'postgresql://billctl:pw-hidden/x@h:port/acme' 'postgresql://billctl:x@pw-hidden@h/acme' 'service=books password=pw-hidden' \
  "service=books password='pw-hidden" 'postgresql://billctl@h:1/acme?connect_timeout=1&password=pw-hidden&nothing=1'; do
  run env PGSERVICEFILE=services billctl --ledger "$wrong" customer list
  if [ "$tap_status" != 0 ] && ! grep -q pw-hidden "$tap_out" "$tap_err"; then ok "nor that of $wrong"; else explain billctl >why; not_ok "nor that of $wrong" why; fi
done
cat both | sed 1d >"$hba" && as_superuser -d postgres -c 'SELECT pg_reload_conf ()' >/dev/null && sleep 0.3

# --- What a server may refuse ---

check_status 5 'a server that is not there' billctl --ledger 'postgresql://billctl@127.0.0.1:1/acme' customer list
check_said 'is out of reach' '^billctl: cannot reach the ledger postgresql://billctl@127\.0\.0\.1:1/acme: .*Connection refused'
check_status 2 'a URL that is none' billctl --ledger 'postgresql://billctl@h:port/acme' customer list
check_said 'says why' 'does not name a ledger: invalid integer value "port"'
as_superuser -d postgres -c 'CREATE ROLE guest LOGIN'
guest="postgresql://guest@/acme?$place"
check_status 7 'a role without rights' billctl --ledger "$guest" customer list
check_said 'is told to ask for them' 'this role lacks a right in the ledger'
as_superuser -d postgres -c "CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0 OWNER billctl"
check_status 7 'a database of another encoding' billctl --ledger "postgresql://billctl@/latin?$place" init
check_said 'is refused' 'keeps text as LATIN1, not as UTF8'
as_superuser -d postgres -c 'CREATE DATABASE taken OWNER billctl' && as_superuser -d taken -c 'CREATE TABLE invoice (x int)'
check_status 4 'a table that is in the way' billctl --ledger "postgresql://billctl@/taken?$place" init
check_said 'is named' 'there is already a table invoice'
as_superuser -d acme -c 'UPDATE billctl_ledger SET schema_version = 999'
check_status 7 'a newer ledger' billctl customer list
check_said 'says so' 'has schema version 999, newer than this program knows'
as_superuser -d acme -c 'UPDATE billctl_ledger SET schema_version = (SELECT schema_version FROM second.billctl_ledger)'
as_superuser -d postgres -c 'ALTER DATABASE acme SET default_transaction_read_only = on'
check_status 7 'a server that only reads' billctl customer add x
check_said 'says how to find the one that writes' 'target_session_attrs=read-write'
as_superuser -d postgres -c 'ALTER DATABASE acme RESET default_transaction_read_only'

# --- One writer at a time ---

mkfifo commands
as_superuser -d acme <commands >held &
holder=$!
exec 9>commands
lock="(1651076204, 'billctl_ledger'::regclass::oid::int)"
echo "SELECT pg_advisory_lock $lock; SELECT 1;" >&9
await '[ -s held ]'
check_status 7 'a ledger that somebody else is writing' env BILLCTL_BUSY_TIMEOUT_MS=200 billctl customer add x
check_said 'is told by its name' '^billctl: starting a write: the ledger postgresql:.* is locked by another process$'
check_said 'and by whom' '^hint: run it again when the other command has finished: it is role postgres, process [0-9]+ of the server$'
check 'reading goes on' billctl customer list
billctl customer add y --name Y --currency USD --ledger "postgresql://billctl:sesam@${url#*@}" >out 2>&1 &
writer=$!
waiting () { as_superuser -d acme -c "SELECT count (*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'billctl'"; }
is_waiting () { [ "$(waiting)" = 1 ]; }
await_waiting () { await is_waiting; }
await_waiting
check_equal 'a list of processes has no password' "billctl customer add y --name Y --currency USD --ledger $url" \
  "$(tr -s '\0' ' ' <"/proc/$writer/cmdline" | sed 's|^[^ ]*/||; s/ $//')"
echo "SELECT pg_advisory_unlock $lock;" >&9
check 'a writer waits for its turn' wait "$writer"
check_equal 'nobody has the lock any more' 0 "$(as_superuser -d acme -c "SELECT count (*) FROM pg_locks WHERE locktype = 'advisory'")"

# --- Others who write without the lock ---

echo "BEGIN; UPDATE customer SET name = 'Yan' WHERE code = 'y';" >&9
has_updated () { [ "$(as_superuser -d acme -c "SELECT count (*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'UPDATE customer%'")" = 1 ]; }
await has_updated
billctl -v customer update y --email y@example.com >out 2>&1 &
writer=$!
await_waiting
echo 'COMMIT;' >&9
check 'a change of the same row, at the same time' wait "$writer"
check_equal 'is made again on top of it' 'Yan|y@example.com' "$(as_superuser -d acme -c "SELECT name, email FROM customer WHERE code = 'y'")"
check_match 'and that is told' '^others wrote into the ledger at the same time: run again 1 time$' cat out
exec 9>&-
wait "$holder"
# fail_for_times N STATE: so often, whoever writes fails so
fail_for_times () {
  as_superuser -d acme -c "CREATE SEQUENCE tries; GRANT USAGE ON SEQUENCE tries TO PUBLIC;
    CREATE FUNCTION fail_for_times () RETURNS trigger LANGUAGE plpgsql AS \$\$BEGIN
      IF nextval ('tries') <= $1 THEN RAISE EXCEPTION 'no' USING ERRCODE = '$2'; END IF; RETURN new; END\$\$;
    CREATE TRIGGER fail_for_times BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail_for_times ()"
}
fail_no_more () { as_superuser -d acme -c 'DROP TRIGGER fail_for_times ON audit; DROP FUNCTION fail_for_times; DROP SEQUENCE tries'; }
fail_for_times 2 deadlock_detected
check_match 'deadlocks' '^others wrote into the ledger at the same time: run again 2 times$' billctl -v customer update y --email y@example.org
fail_no_more
fail_for_times 1 serialization_failure
printf 'code,name,currency\nfile,File,USD\n' >customers.csv
check_match 'what comes in a file is read again' '^1 added' billctl customer import - <customers.csv
fail_no_more
fail_for_times 1000 serialization_failure
check_error 7 'but not for ever' "billctl: run again 8 times: using the ledger: somebody else wrote into the ledger $url at the same time; nothing was changed
hint: run it again" billctl customer update y --email y@example.net
check_error 7 'what comes through a pipe cannot be read again' "billctl: writing the ledger: somebody else wrote into the ledger $url at the same time; nothing was changed
hint: run it again" sh -c 'sed s/file/pipe/ customers.csv | billctl customer import -'
mkfifo pipe
check_error 7 'nor by its name' "billctl: writing the ledger: somebody else wrote into the ledger $url at the same time; nothing was changed
hint: run it again" sh -c 'sed s/file/pipe/ customers.csv >pipe & billctl customer import pipe'
fail_no_more
check_equal 'nothing of either is there' 'y@example.org' "$(as_superuser -d acme -c "SELECT string_agg (email, ',') FROM customer WHERE email LIKE 'y@%' OR code = 'pipe'")"

# --- SQL from elsewhere ---

# refused NAME SQL: the owner of the tables is told no
refused () {
  if psql -q -X -h "$socket" -U billctl -d acme -v ON_ERROR_STOP=1 -c "$2" >refusal 2>&1 || ! grep -Eq 'append-only|never change|immutable' refusal; then
    not_ok "$1" refusal
  else
    ok "$1"
  fi
}
refused 'the audit log is not changed' "UPDATE audit SET actor = 'nobody'"
refused 'nor shortened' 'DELETE FROM audit'
refused 'nor emptied' 'TRUNCATE audit'
billctl -q config invoice.net-days 7
check_equal 'ids count on, also behind a dry run' 'acme 1 y 2 file 3 z 4' "$(billctl -q customer add never --dry-run >/dev/null; billctl -q customer add z >/dev/null;
  as_superuser -d acme -c "SELECT string_agg (code || ' ' || id, ' ' ORDER BY id) FROM customer")"
as_superuser -d acme -c 'ALTER TABLE usage DISABLE TRIGGER usage_no_update'
check_status 7 'a guard that was turned off' billctl verify --quick
check_match 'is named' 'the trigger usage_no_update is not the one that billctl makes' sh -c 'billctl verify --quick 2>&1; true'
as_superuser -d acme -c 'ALTER TABLE usage ENABLE TRIGGER usage_no_update; DROP TRIGGER usage_no_delete ON usage'
check_match 'one that is gone' 'the ledger lacks the trigger usage_no_delete' sh -c 'billctl verify --quick 2>&1; true'
as_superuser -d acme -c 'CREATE TRIGGER usage_no_delete BEFORE DELETE ON usage FOR EACH ROW EXECUTE FUNCTION usage_no_delete ()'
check 'one that was put back' billctl verify --quick
as_superuser -d acme -c "CREATE OR REPLACE FUNCTION usage_no_delete () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'"
check_match 'one that does something else' 'the trigger usage_no_delete is not the one that billctl makes' sh -c 'billctl verify --quick 2>&1; true'

done_testing
