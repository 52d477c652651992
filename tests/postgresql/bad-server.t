#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Servers, databases and roles that are not as a ledger needs them: each is told apart, with what to do about it, and nothing is half
# done. And what an administrator sets for other programs does not reach billctl.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
need jq
chmod 755 "$tap_root"
BILLCTL_TEST_SERVER=$tap_root/server
unset PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS PGPASSFILE PGSERVICEFILE
"$server" start "$BILLCTL_TEST_SERVER" 'max_connections = 12' 'superuser_reserved_connections = 4' 'max_wal_senders = 0' || exit 1
port=$("$server" listen "$BILLCTL_TEST_SERVER") || exit 1
ask_server () { database=$1; shift; "$server" psql "$BILLCTL_TEST_SERVER" "$database" -At -v ON_ERROR_STOP=1 "$@"; }
ask_server postgres -c 'CREATE DATABASE acme OWNER billctl' -c 'CREATE ROLE guest LOGIN'
address="127.0.0.1:$port"
url="postgresql://billctl@$address/acme"
guest="postgresql://guest@$address/acme"
export BILLCTL_LEDGER="$url"
check "a ledger to begin with" sample_ledger
rows () { ask_server acme -c 'SELECT count (*) FROM audit' -c 'SELECT count (*) FROM customer' -c 'SELECT count (*) FROM usage'; }
before=$(rows)

# refused STATUS NAME MESSAGE HINT ARGUMENT…: billctl says both, as extended regular expressions, and writes nothing
refused () {
  want_status=$1 name=$2 want_said=$3 want_hint=$4; shift 4
  run billctl "$@"
  if [ "$tap_status" = "$want_status" ] && head -n 1 "$tap_err" | grep -Eq -e "^billctl: $want_said\$" && sed -n 2p "$tap_err" | grep -Eq -e "^hint: $want_hint\$" &&
    [ "$(wc -l <"$tap_err")" = 2 ] && [ ! -s "$tap_out" ]; then
    ok "$name"
  else
    { echo "wanted: $want_status, $want_said, $want_hint"; explain billctl "$@"; } >why
    not_ok "$name" why
  fi
}

# --- A server that does not let anybody in ---

# All places but those for superusers: who finds none yet tries again, since sessions that have ended are not gone at once.
for _ in 1 2 3 4 5 6 7 8; do
  until [ -e enough ] || ! kill -0 $$ 2>/dev/null || psql -q -X -h 127.0.0.1 -p "$port" -U billctl -d acme -c 'SELECT pg_sleep (600)' >/dev/null 2>&1; do sleep 0.05; done &
done
all_taken () { [ "$(ask_server postgres -c "SELECT count (*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 8 ]; }
await all_taken
refused 5 "too many connections" "cannot reach the ledger $url: .*(remaining connection slots are reserved|too many clients).*" \
  'run it again when others have finished, or let the server take more \(max_connections\)' customer list
: >enough
ask_server postgres -c "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE usename = 'billctl'" >/dev/null
wait
ask_server postgres -c 'ALTER ROLE billctl CONNECTION LIMIT 0'
refused 5 "too many of one role" "cannot reach the ledger $url: .*too many connections for role \"billctl\"" 'run it again when others have finished, or let more in \(CONNECTION LIMIT\)' customer list
ask_server postgres -c 'ALTER ROLE billctl CONNECTION LIMIT -1 NOLOGIN'
refused 7 "a role that may not log in" "cannot open the ledger $url: .*role \"billctl\" is not permitted to log in" 'let it: ALTER ROLE … LOGIN, or name another user' customer list
ask_server postgres -c 'ALTER ROLE billctl LOGIN'
refused 7 "a role that is not there" 'cannot open the ledger postgresql://nobody@[^ ]*: .*role "nobody" does not exist' 'check user, database and service; psql takes the same URL' \
  --ledger "postgresql://nobody@$address/acme" customer list
refused 7 "a database that is not there" "cannot open the ledger postgresql://billctl@$address/nothing: .*database \"nothing\" does not exist" \
  'make the database first: createdb -E UTF8 -T template0 nothing' --ledger "postgresql://billctl@$address/nothing" customer list
refused 5 "a host that has no name" 'cannot reach the ledger postgresql://billctl@nowhere\.invalid/acme: could not translate host name "nowhere\.invalid" to address: .*' \
  'check that the server runs and that host and port are right' --ledger 'postgresql://billctl@nowhere.invalid/acme' customer list
refused 7 "a server without TLS where that is wanted" "cannot open the ledger $url\\?sslmode=verify-full: .*SSL.*|cannot open the ledger $url\\?sslmode=verify-full: .*certificate.*" \
  'check sslmode, sslrootcert and the certificate of the server' --ledger "$url?sslmode=verify-full" customer list

# A server that still reads its log, or goes down, says so; one that says anything can be had without PostgreSQL.
if command -v python3 >/dev/null 2>&1; then
  cat >says.py <<'END'
import socket, struct, sys
listener = socket.socket ()
listener.bind (("127.0.0.1", 0))
listener.listen (5)
open ("says.port", "w").write (str (listener.getsockname ()[1]))
for message in sys.argv[1:]:
    connection, _ = listener.accept ()
    while True:
        length, code = struct.unpack (">II", connection.recv (8, socket.MSG_WAITALL))
        rest = connection.recv (length - 8, socket.MSG_WAITALL)
        if code == 196608:
            break
        connection.sendall (b"N")
    state, words = message.split (" ", 1)
    fields = b"SFATAL\0VFATAL\0C" + state.encode () + b"\0M" + words.encode () + b"\0\0"
    connection.sendall (b"E" + struct.pack (">I", 4 + len (fields)) + fields)
    connection.close ()
END
  python3 says.py '57P03 the database system is starting up' '57P03 the database system is shutting down' '57P03 the database system is in recovery mode' \
    '57P03 the database system is not accepting connections' '28000 no pg_hba.conf entry for host "10.0.0.1", user "billctl", database "acme", no encryption' \
    '28P01 Passwort-Authentifizierung fehlgeschlagen' '28P01 Passwort-Authentifizierung fehlgeschlagen' '53300 désolé, trop de clients' '53300 désolé, trop de clients' \
    '3D000 base de datos «acme» no existe' '3D000 base de datos «acme» no existe' 'XX000 чего-то нет' 'XX000 чего-то нет' &
  speaker=$!
  await '[ -s says.port ]'
  said="postgresql://billctl@127.0.0.1:$(cat says.port)/acme"
  refused 5 "a server that starts" "cannot reach the ledger $said: .*the database system is starting up" 'run it again in a moment' --ledger "$said" customer list
  refused 5 "one that goes down" "cannot reach the ledger $said: .*the database system is shutting down" 'run it again when the server is back' --ledger "$said" customer list
  refused 5 "one that recovers" "cannot reach the ledger $said: .*the database system is in recovery mode" 'run it again in a moment' --ledger "$said" customer list
  refused 5 "one that takes no connections" "cannot reach the ledger $said: .*not accepting connections" 'run it again when the server takes connections' --ledger "$said" customer list
  refused 7 "one that does not want this role from here" "cannot open the ledger $said: .*no pg_hba\.conf entry.*" \
    "let the server's pg_hba.conf take this role from here, or check user, database and sslmode" --ledger "$said" customer list
  # In the language of the server; it is asked twice, to learn what it means.
  refused 7 "a password that is wrong in German" "cannot open the ledger $said: .*Passwort-Authentifizierung fehlgeschlagen" 'put the password into .*' --ledger "$said" customer list
  refused 5 "too many in French" "cannot reach the ledger $said: .*désolé, trop de clients" 'run it again when others have finished, or .*' --ledger "$said" customer list
  refused 7 "a database that is not there in Spanish" "cannot open the ledger $said: .*no existe" 'make the database first: createdb -E UTF8 -T template0 acme' --ledger "$said" customer list
  refused 5 "something in Russian" "cannot reach the ledger $said: .*чего-то нет" 'check that the server runs .*' --ledger "$said" customer list
  wait "$speaker"
else
  skip "a server that starts" "python3 is not installed"
fi

# --- Passwords, over the network ---

hba=$(ask_server postgres -c 'SHOW hba_file')
cp "$hba" hba
# The password in a URL, with the signs of URLs in it.
secret='p@ss:w/rd?#%&'
ask_server postgres -c "SET password_encryption = 'scram-sha-256'" -c "ALTER ROLE billctl PASSWORD '$secret'"
{ echo 'host all billctl 127.0.0.1/32 scram-sha-256'; cat hba; } >"$hba"
ask_server postgres -c 'SELECT pg_reload_conf ()' >/dev/null
await '! billctl -q customer list >/dev/null 2>&1'
refused 7 "no password" "cannot open the ledger $url: .*no password supplied" 'put the password into ~/\.pgpass, or into a file that PGPASSFILE names' customer list
quoted='p%40ss%3Aw%2Frd%3F%23%25%26'
with_secret="postgresql://billctl:$quoted@$address/acme"
refused 7 "a wrong one" "cannot open the ledger $url: .*password authentication failed for user \"billctl\"" 'put the password into ~/\.pgpass, or into a file that PGPASSFILE names' \
  --ledger "postgresql://billctl:wrong-secret@$address/acme" customer list
check "the right one" billctl --ledger "$with_secret" customer list
printf '127.0.0.1:%s:acme:billctl:%s\n' "$port" "$(printf %s "$secret" | sed 's/[:\\]/\\&/g')" >passwords
chmod 600 passwords
check "in a file" env PGPASSFILE=passwords billctl customer list
check "with everything from the environment" env PGPASSFILE=passwords PGHOST=127.0.0.1 PGPORT="$port" PGUSER=billctl PGDATABASE=acme BILLCTL_LEDGER=postgresql:// billctl customer list
printf '[books]\nhost=127.0.0.1\nport=%s\nuser=billctl\ndbname=acme\n' "$port" >services
check "with everything from a service" env PGSERVICEFILE=services PGPASSFILE=passwords BILLCTL_LEDGER=service=books billctl customer list
check "or from a service that the environment names" env PGSERVICEFILE=services PGPASSFILE=passwords PGSERVICE=books BILLCTL_LEDGER=postgresql:// billctl customer list
chmod 644 passwords
check_status 7 "a file of passwords that others can read is not read" env PGPASSFILE=passwords billctl customer list
check_said "as libpq says" 'password file "passwords" has group or world access'
chmod 600 passwords

# What a command shows, what it stores, and what others on the machine see of it while it waits for its input.
mkfifo lines
billctl --ledger "$with_secret" usage record --batch - <lines >recorded 2>&1 &
recorder=$!
exec 8>lines
until [ -n "$(ask_server postgres -c "SELECT 1 FROM pg_stat_activity WHERE usename = 'billctl'")" ]; do
  kill -0 "$recorder" || break
  sleep 0.02
done
tr '\0' ' ' <"/proc/$recorder/cmdline" >shown
ps -o args= -A 2>/dev/null | grep '[b]illctl' >>shown
exec 8>&-
wait "$recorder"
billctl --ledger "$with_secret" --verbose ledger info >>shown 2>&1
billctl --ledger "$with_secret" customer add dora --currency USD >>shown 2>&1
billctl --ledger "$with_secret" init >>shown 2>&1
cat recorded >>shown
ask_server acme -c 'SELECT * FROM audit' >>shown
check_equal "no password is seen anywhere" 0 "$(grep -Fc -e "$secret" -e "$quoted" -e 'ss%3A' shown)"
check_match "where all that is shown" 'dora' cat shown
cat hba >"$hba"
ask_server postgres -c 'SELECT pg_reload_conf ()' >/dev/null
await 'billctl customer list >/dev/null 2>&1'
before=$(rows)

# --- Rights that a role lacks ---

ask_server postgres -c 'REVOKE CONNECT ON DATABASE acme FROM PUBLIC'
refused 7 "no right to connect" "cannot open the ledger $guest: .*permission denied for database \"acme\".*" 'grant it: GRANT CONNECT ON DATABASE acme TO guest' --ledger "$guest" customer list
ask_server postgres -c 'GRANT CONNECT ON DATABASE acme TO PUBLIC'
give='let the owner of the ledger give it \(`billctl ledger access grant`\), or connect as another role'
refused 7 "none to read" "opening the ledger: this role lacks a right in the ledger $guest: permission denied for table billctl_ledger" "$give" --ledger "$guest" customer list
ask_server acme -c 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest'
refused 7 "nobody whom the ledger knows" "the role guest sees nothing of the ledger $guest" 'let the owner of the ledger say what it may do: `billctl ledger access grant guest`' \
  --ledger "$guest" customer list
check "an auditor" billctl -q ledger access grant guest --as auditor
before=$(rows)
check "reads" billctl --ledger "$guest" customer list
check "and proves" billctl --ledger "$guest" verify
refused 7 "and does not write" "the role guest may only read the ledger $guest" 'the owner of the ledger says who may write: billctl ledger access grant guest --as operator' \
  --ledger "$guest" customer add eve --currency USD
ask_server postgres -c 'CREATE ROLE clerk LOGIN'
clerk="postgresql://clerk@$address/acme"
check "an operator" billctl -q ledger access grant clerk --as operator
operators=$(ask_server acme -c "SELECT roleid::regrole FROM pg_auth_members WHERE member = 'clerk'::regrole")
ask_server acme -c "REVOKE INSERT ON customer, usage FROM $operators"
refused 7 "from whom something was taken" "using the ledger: this role lacks a right in the ledger $clerk: permission denied for table customer" "$give" --ledger "$clerk" customer add eve --currency USD
refused 7 "also for events" ".*this role lacks a right in the ledger $clerk: permission denied for table usage.*" "$give" --ledger "$clerk" usage record acme calls 1
check_status 7 "verify says so" billctl verify --quick
check "the owner puts it right" billctl -q ledger access apply
check "and the operator writes" billctl -q --ledger "$clerk" usage record acme calls 1
before=$(rows)
ask_server postgres -c 'CREATE ROLE stranger LOGIN'
stranger="postgresql://stranger@$address/acme"
ask_server acme -c 'REVOKE USAGE ON SCHEMA public FROM PUBLIC'
refused 7 "none to use the schema" "this role lacks a right in the ledger $stranger: it may not use the schema public" 'grant it: GRANT USAGE ON SCHEMA public TO stranger' --ledger "$stranger" customer list
refused 7 "nor to make a ledger there" "cannot make the ledger $stranger: none of the schemas of its search_path is there for this role" \
  'make one: CREATE SCHEMA …, or let the role use it: GRANT USAGE, CREATE ON SCHEMA … TO stranger' --ledger "$stranger" init
ask_server acme -c 'GRANT USAGE ON SCHEMA public TO PUBLIC'
ask_server postgres -c 'CREATE DATABASE empty' && ask_server empty -c 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
refused 7 "none to make tables" "cannot make the ledger postgresql://guest@$address/empty: the role guest may not make tables in the schema public" \
  'grant it: GRANT CREATE ON SCHEMA public TO guest' --ledger "postgresql://guest@$address/empty" init
check_equal "and there are none" 0 "$(ask_server empty -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
check_equal "nothing was written by all of this" "$before" "$(rows)"

# --- Ledgers that are none, or damaged ---

ask_server empty -c 'CREATE TABLE other (x int)'
refused 3 "a database of something else" "there is no ledger postgresql://billctl@$address/empty" 'make one with `billctl init`, or name yours with --ledger URL or BILLCTL_LEDGER' \
  --ledger "postgresql://billctl@$address/empty" customer list
ask_server acme -c 'CREATE SCHEMA beside AUTHORIZATION billctl'
refused 3 "a schema beside the ledger" "there is no ledger $url\\?options=-csearch_path%3Dbeside" 'there is one in the schema public of this database: …\?options=-csearch_path%3Dpublic' \
  --ledger "$url?options=-csearch_path%3Dbeside" customer list
ask_server acme -c 'ALTER TABLE credit_note RENAME TO gone'
refused 7 "a table that is gone" ".*: the ledger $url is damaged: relation \"credit_note\" does not exist" "leave it as it is and look at the server's log; .billctl verify. tells what is wrong" credit-note list
check_status 7 "is a problem" billctl verify
check_match "among others that are looked for all the same" '^usage events  *ok ' sh -c 'billctl verify 2>&1; true'
check_match "and is named" 'the ledger lacks the table credit_note' sh -c 'billctl verify 2>&1; true'
ask_server acme -c 'ALTER TABLE gone RENAME TO credit_note'
ask_server acme -c 'ALTER TABLE invoice RENAME total_minor TO total'
refused 7 "a column that has another name" ".*: the ledger $url is damaged: column .*total_minor.* does not exist" "leave it as it is .*" invoice list
ask_server acme -c 'ALTER TABLE invoice RENAME total TO total_minor'
ask_server acme -c 'UPDATE billctl_ledger SET schema_version = 999'
for command in 'customer list' 'customer add fay --currency USD' 'verify' 'invoice generate --dry-run'; do
  # shellcheck disable=SC2086
  refused 7 "a newer ledger: $command" "the ledger $url has schema version 999, newer than this program knows .*" 'use the billctl that wrote it, or a newer one' $command
done
ask_server acme -c 'DELETE FROM billctl_ledger'
check_error 7 "a ledger that does not know its version" "billctl: $url is not a billctl ledger" billctl customer list
ask_server acme -c 'INSERT INTO billctl_ledger (one, schema_version) VALUES (1, 2)'
check "all is well again" billctl verify

# --- What an administrator sets ---

# set_to SETTING: for the role; then what is written and proved is as ever
set_to () {
  name=${1%%[ =]*}
  ask_server postgres -c "ALTER ROLE billctl SET $1" || { not_ok "$1"; return 0; }
  billctl -q config invoice.net-days 14 >said 2>&1 && { echo id,customer,metric,quantity,time; sample_events 1 200 acme; } | billctl -q usage import - >said 2>&1 &&
    billctl -q invoice generate --finalize --dry-run --format csv >drawn && billctl verify >said 2>&1 || { cat said drawn >why; not_ok "$1" why; }
  ask_server postgres -c "ALTER ROLE billctl RESET $name"
  check_same "$1 makes no difference" want drawn
}
{ echo id,customer,metric,quantity,time; sample_events 1 200 acme; } | billctl -q usage import - >/dev/null
billctl -q invoice generate --finalize --dry-run --format csv >want
check_equal "invoices to compare" 6 "$(grep -c INV- want)"
for setting in "default_transaction_isolation = 'serializable'" 'default_transaction_deferrable = on' "statement_timeout = '1ms'" "lock_timeout = '1ms'" \
  "idle_in_transaction_session_timeout = '1ms'" 'standard_conforming_strings = off' "datestyle = 'German'" "intervalstyle = 'iso_8601'" "client_min_messages = 'error'" \
  'search_path = beside, public' 'search_path = pg_temp, public, pg_catalog' "bytea_output = 'escape'" "timezone = 'America/St_Johns'" "client_encoding = 'LATIN1'" \
  'quote_all_identifiers = on' 'extra_float_digits = -15' "work_mem = '64kB'" 'enable_seqscan = off' 'row_security = off' "plan_cache_mode = 'force_generic_plan'"; do
  set_to "$setting"
done
# A trigger that tells what it sees.
ask_server acme -c 'CREATE SCHEMA watch' -c 'CREATE TABLE watch.seen (setting text)' -c "
  CREATE FUNCTION watch.look () RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS \$\$BEGIN
    INSERT INTO watch.seen VALUES (current_setting ('synchronous_commit')); RETURN new; END\$\$" \
  -c 'CREATE TRIGGER look BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION watch.look ()'
for setting in off local remote_apply; do
  ask_server postgres -c "ALTER ROLE billctl SET synchronous_commit = $setting"
  billctl -q customer add "waits-$setting" --currency USD >/dev/null
done
check_equal "a commit waits for the disk, whatever is set" 'on local remote_apply' "$(ask_server acme -c "SELECT string_agg (setting, ' ') FROM watch.seen")"
ask_server acme -c 'DROP SCHEMA watch CASCADE' 2>/dev/null
ask_server postgres -c 'ALTER ROLE billctl RESET synchronous_commit'
ask_server postgres -c 'ALTER ROLE billctl SET default_transaction_read_only = on'
check "a role that only reads, reads" billctl customer list
refused 7 "and does not write" ".*: the ledger $url is read-only" 'name all hosts in the URL .*; or let this role write \(default_transaction_read_only\)' customer add gil --currency USD
ask_server postgres -c 'ALTER ROLE billctl RESET default_transaction_read_only'
check "the ledger is sound" billctl verify
done_testing
