#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# billctl is killed, connections are cut, the server dies, at places that are known: afterwards the ledger is sound and nothing in it is
# half done, and the same command run again ends where the undisturbed run ended. The server writes to the disk as it does in earnest.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
. "$srcdir/tests/postgresql/hold.sh"
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
chmod 755 "$tap_root"
BILLCTL_TEST_SERVER=$tap_root/server
"$server" start "$BILLCTL_TEST_SERVER" 'fsync = on' 'synchronous_commit = on' 'full_page_writes = on' || exit 1
ask_server () { database=$1; shift; psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d "$database" "$@"; }
hold_file=$tap_root/hold
export BILLCTL_LEDGER="postgresql://billctl@/work?host=$BILLCTL_TEST_SERVER/socket"
ask_server postgres -c 'CREATE DATABASE work OWNER billctl'

check "a ledger to begin with" sample_ledger
{
  echo id,customer,metric,quantity,time
  sample_events 1 2000 acme
  sample_events 1 500 bolt
  sample_events 1 500 chip
} >usage.csv

keep () { ask_server postgres -c "CREATE DATABASE $1 OWNER billctl TEMPLATE work"; }
begin_with () { ask_server postgres -c 'DROP DATABASE IF EXISTS work WITH (FORCE)' -c "CREATE DATABASE work OWNER billctl TEMPLATE $1"; }
# All but the audit log and the list of imports, which say how often a command was run.
state () {
  sql=
  for table in customer subscription subscription_item plan_version usage usage_key invoice invoice_line number_series journal_entry posting deferral; do
    sql="$sql${sql:+ UNION ALL }SELECT '$table ' || count (*) || ' ' || coalesce (md5 (string_agg (t::text, '|' ORDER BY t::text COLLATE \"C\")), '') FROM $table t"
  done
  ask_server work -c "$sql"
}
import () { billctl usage import usage.csv; }
generate () { billctl invoice generate --finalize; }
keep started
state >started
check "the import, undisturbed" import
state >imported
check_match "it holds all events" '^usage 3000 ' cat imported
keep imported
check "the invoices, undisturbed" generate
state >generated
# 10.00 for January and for February; 100 calls are included, the other 1900, 400 and 400 cost 0.01 each.
check_equal "their figures are right" 3900,2400,2400 \
  "$(ask_server work -c "SELECT string_agg (s::text, ',' ORDER BY customer_id) FROM (SELECT customer_id, sum (total_minor) s FROM invoice GROUP BY customer_id) x")"

# --- Disturbances: each takes the process id of billctl, which is held ---

kill_billctl () { kill -9 "$1"; }
cut_connection () { ask_server postgres -c "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE datname = 'work'" >/dev/null; }
canary_sleeps () { [ -n "$(ask_server postgres -c "SELECT 1 FROM pg_stat_activity WHERE application_name = 'canary' AND wait_event = 'PgSleep'")" ]; }
# The main process of the server then ends all others, of which one is ours, and starts anew.
kill_backend () {
  ask_server postgres -c "SET application_name = 'canary'" -c 'SELECT pg_sleep (600)' >/dev/null 2>&1 &
  canary=$!
  await canary_sleeps
  kill -9 "$(ask_server postgres -c "SELECT pid FROM pg_stat_activity WHERE datname = 'work'")"
  wait "$canary"
}
stop_server () { "$server" stop "$BILLCTL_TEST_SERVER" immediate; }

standby_names () { ask_server postgres -c "ALTER SYSTEM SET synchronous_standby_names = '$1'" -c 'SELECT pg_reload_conf ()' >/dev/null; }

server_answers () { ask_server postgres -c 'SELECT 1' >/dev/null 2>&1; }
nobody_is_there () { [ -z "$(ask_server postgres -c "SELECT 1 FROM pg_stat_activity WHERE datname = 'work'")" ]; }
# The server is up, or brought up; nobody is at work there any more.
await_rest () {
  "$server" again "$BILLCTL_TEST_SERVER"
  await server_answers
  standby_names ''
  await nobody_is_there
}

# strike COMMAND BASE PLACE DISTURBANCE: leaves the exit status in $struck, and what was said in the file said
strike () {
  begin_with "$2"
  # A commit that is on this disk waits for another one, which never says that it has it.
  if [ "$3" = unconfirmed ]; then standby_names nobody; else hold_at work "$3"; fi
  billctl_run=$1
  case $billctl_run in import) set -- "$@" usage import usage.csv ;; *) set -- "$@" invoice generate --finalize ;; esac
  disturbance=$4; shift 4
  "$builddir/billctl" "$@" >said 2>&1 &
  pid=$!
  await_held work "$pid" || { echo "it was not held there"; cat said; return 1; }
  "$disturbance" "$pid"
  let_go
  struck=0
  wait "$pid" || struck=$?
  await_rest
  hold_nothing work
}

# expect_after COMMAND BASE END PLACE DISTURBANCE: the exit status, what is said, and what is in the ledger
expect_after () {
  want_status=5 want_state=$2 want_said='was lost: .*|was lost; '
  case $4-$5 in
    # The server is told to commit, and does, whether or not anyone waits for it.
    commit-kill_billctl|unconfirmed-*) want_state=$3 ;;
  esac
  case $4-$5 in
    *-kill_billctl) want_status=137 want_said= ;;
    commit-*|unconfirmed-*) want_said='was lost before the server said whether it was done' ;;
  esac
  [ "$struck" = "$want_status" ] || { echo "status $struck, not $want_status"; cat said; return 1; }
  [ -z "$want_said" ] || grep -Eq "^billctl: .*the connection to the ledger postgresql://[^ ]* ($want_said)" said || { echo "it did not say: $want_said"; cat said; return 1; }
  state >reached
  cmp -s "$want_state" reached || { echo "something is half done:"; diff "$want_state" reached; return 1; }
}

# disturbed COMMAND BASE END DISTURBANCE PLACE…
disturbed () {
  command=$1 base=$2 end=$3 disturbance=$4; shift 4
  for place; do
    echo "at $place:"
    strike "$command" "$base" "$place" "$disturbance" && expect_after "$command" "$base" "$end" "$place" "$disturbance" || return 1
    billctl verify >said 2>&1 || { echo "not sound:"; cat said; return 1; }
    "$command" >said 2>&1 || { echo "again: status $?"; cat said; return 1; }
    state >reached
    cmp -s "$end" reached || { echo "elsewhere:"; diff "$end" reached; return 1; }
  done
  billctl verify
}

check "the import, billctl killed" disturbed import started imported kill_billctl first merge copy commit unconfirmed
check "the invoices, billctl killed" disturbed generate imported generated kill_billctl invoice line commit unconfirmed
check "the import, the connection cut" disturbed import started imported cut_connection merge copy commit unconfirmed
check "the invoices, the connection cut" disturbed generate imported generated cut_connection line commit unconfirmed
check "the import, the server's process for it killed" disturbed import started imported kill_backend copy commit
check "the invoices, the server's process for it killed" disturbed generate imported generated kill_backend line commit
check "the import, the server stopped at once" disturbed import started imported stop_server first merge copy commit unconfirmed
check "the invoices, the server stopped at once" disturbed generate imported generated stop_server line commit unconfirmed

# A ledger that is being made: held when there is a table of usage, and half of the others.
made_in_part () {
  ask_server postgres -c 'DROP DATABASE IF EXISTS work WITH (FORCE)' -c 'CREATE DATABASE work OWNER billctl'
  : >"$hold_file"
  ask_server work -c 'CREATE SCHEMA hold' -c 'GRANT USAGE ON SCHEMA hold TO PUBLIC' -c "
    CREATE FUNCTION hold.made () RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS \$\$BEGIN
      WHILE EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands () WHERE object_identity = 'public.usage') AND (pg_stat_file ('$hold_file', true)).size IS NOT NULL LOOP
        PERFORM pg_sleep (0.01); END LOOP; END\$\$" -c "CREATE EVENT TRIGGER hold_made ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION hold.made ()"
  "$builddir/billctl" -q init >said 2>&1 &
  pid=$!
  await_held work "$pid" || { echo "it was not held"; cat said; return 1; }
  "$1" "$pid"
  let_go
  wait "$pid"
  await_rest
  hold_nothing work
  left=$(ask_server work -c "SELECT (SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) + (SELECT count (*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)")
  [ "$left" = 0 ] || { echo "$left things are left"; return 1; }
  billctl -q init && billctl -q verify
}
check "a ledger in the making, billctl killed" made_in_part kill_billctl
check "a ledger in the making, the connection cut" made_in_part cut_connection
check "a ledger in the making, the server stopped at once" made_in_part stop_server

# Told to go on without its standby, the server says that the ledger has it: that is not what billctl confirms.
cancel () { ask_server postgres -c "SELECT pg_cancel_backend (pid) FROM pg_stat_activity WHERE datname = 'work'" >/dev/null; }
check "a standby that is not waited for any longer" strike import started unconfirmed cancel
check_equal "is not taken for one that confirmed" 5 "$struck"
check_match "and it is said so" 'writing the ledger: the ledger .* has it, but perhaps no standby of it: canceling wait for synchronous replication' cat said
state >reached
check_same "the events are there" imported reached
check "a command that is canceled on the server" strike import started copy cancel
check_equal "ends" 5 "$struck"
check_match "and says so" 'loading rows: the server of the ledger .* gave up: canceling statement due to user request; what was under way was not written' cat said
state >reached
check_same "nothing is half done" started reached

# --- A server that has no room left ---

begin_with started
small=$tap_root/small
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null && mkdir "$small" && mount -t tmpfs -o size=100% none "$small" 2>/dev/null; then
  chown "$(stat -c %U "$BILLCTL_TEST_SERVER/data")" "$small"
  ask_server postgres -c "CREATE TABLESPACE small LOCATION '$small'" -c 'ALTER DATABASE work SET TABLESPACE small'
  # A fifth of what 3000 events take.
  mount -o remount,size=$(($(df --output=used "$small" | tail -n 1) + 200))k "$small"
  check_status 5 "a full disk" import
  check_said "is told" 'the server of the ledger .* has run out of room: .*No space left on device; '
  check_said "with what to do" '^hint: free some space there and run it again'
  state >reached
  check_same "nothing is half done" started reached
  check "the ledger is sound" billctl verify
  mount -o remount,size=100% "$small"
  check "with room, it goes on" import
  state >reached
  check_same "to the same end" imported reached
  ask_server postgres -c 'ALTER DATABASE work SET TABLESPACE pg_default' -c 'DROP TABLESPACE small'
  umount "$small"
else
  skip "a full disk" "no file system can be mounted here"
fi
"$server" stop "$BILLCTL_TEST_SERVER"
done_testing
