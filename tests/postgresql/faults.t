#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# billctl is killed, connections are cut, the server dies: afterwards the ledger is sound, and the same command run again ends where
# the undisturbed run ended. The server writes to the disk as it does in earnest.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
chmod 755 "$tap_root"
BILLCTL_TEST_SERVER=$tap_root/server
"$server" start "$BILLCTL_TEST_SERVER" 'fsync = on' 'synchronous_commit = on' 'full_page_writes = on' || exit 1
as_superuser () { psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }
export BILLCTL_LEDGER="postgresql://billctl@/work?host=$BILLCTL_TEST_SERVER/socket"
as_superuser -d postgres -c 'CREATE DATABASE work OWNER billctl'

check "a ledger to begin with" sample_ledger
{
  echo id,customer,metric,quantity,time
  sample_events 1 20000 acme
  sample_events 1 5000 bolt
  sample_events 1 5000 chip
} >usage.csv

# Databases are copied from files, by the server itself.
keep () { as_superuser -d postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 OWNER billctl TEMPLATE work"; }
begin_with () { as_superuser -d postgres -c 'DROP DATABASE IF EXISTS work WITH (FORCE)' -c "CREATE DATABASE work OWNER billctl TEMPLATE $1"; }
# All but the audit log and the list of imports, which say how often a command was run.
state () {
  for table in customer subscription subscription_item plan_version usage usage_key invoice invoice_line number_series journal_entry posting deferral; do
    echo "$table $(as_superuser -d work -c "SELECT count (*), md5 (string_agg (t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM $table t")"
  done
}
import () { billctl usage import usage.csv; }
generate () { billctl invoice generate --finalize; }
keep started
state >started
check "the import, undisturbed" import
state >imported
check_match "it holds all events" '^usage 30000\|' cat imported
keep imported
check "the invoices, undisturbed" generate
state >generated
# 10.00 for January and for February; 100 calls are included, the others cost 0.01: 19900, 4900, 4900 of them.
check_equal "their figures are right" 219.00,69.00,69.00 \
  "$(as_superuser -d work -c "SELECT string_agg (round (s / 100.0, 2)::text, ',' ORDER BY customer_id) FROM (SELECT customer_id, sum (total_minor) s FROM invoice GROUP BY customer_id) x")"

# --- Disturbances: each takes the process id of billctl ---

kill_billctl () { kill -9 "$1" 2>/dev/null || :; }
cut_connection () { as_superuser -d postgres -c "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE datname = 'work'" >/dev/null; }
kill_backend () {
  backend=$(as_superuser -d postgres -c "SELECT pid FROM pg_stat_activity WHERE datname = 'work' LIMIT 1")
  [ -z "$backend" ] || kill -9 "$backend" 2>/dev/null
}
stop_server () { "$server" stop "$BILLCTL_TEST_SERVER" immediate; }

# The server is up, or brought up.
await_server () {
  "$server" again "$BILLCTL_TEST_SERVER"
  until as_superuser -d postgres -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
}

# disturbed COMMAND BASE END DISTURBANCE: at ever later moments, until the command is through before it is disturbed
disturbed () {
  command=$1 base=$2 end=$3 disturbance=$4 hit=0
  for delay in 0.01 0.03 0.05 0.08 0.12 0.16 0.2 0.25 0.3 0.4 0.5; do
    begin_with "$base"
    "$command" >said 2>&1 &
    pid=$!
    sleep "$delay"
    "$disturbance" "$(pgrep -P "$pid" billctl || echo "$pid")"
    wait "$pid"
    status=$?
    await_server
    case $status in
      0) ;;
      5) hit=$((hit + 1)); grep -Eq '^(billctl: .*(lost|cannot reach|starting up|recovery|shut))' said || { echo "after $delay s:"; cat said; return 1; } ;;
      7) hit=$((hit + 1)) ;;
      137) hit=$((hit + 1)) ;;
      *) echo "after $delay s: status $status"; cat said; return 1 ;;
    esac
    billctl verify >said 2>&1 || { echo "after $delay s, not sound:"; cat said; return 1; }
    "$command" >said 2>&1 || { echo "after $delay s, again: status $?"; cat said; return 1; }
    state >reached
    cmp -s "$end" reached || { echo "after $delay s, elsewhere:"; diff "$end" reached; return 1; }
  done
  [ "$hit" -gt 0 ] || { echo 'nothing was disturbed'; return 1; }
}

for disturbance in kill_billctl cut_connection kill_backend stop_server; do
  check "the import, disturbed: $disturbance" disturbed import started imported "$disturbance"
  check "the invoices, disturbed: $disturbance" disturbed generate imported generated "$disturbance"
done

# --- A server that has no room left ---

begin_with started
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null && mkdir "$tap_root/small" && mount -t tmpfs -o size=24m none "$tap_root/small" 2>/dev/null; then
  chown "$(stat -c %U "$BILLCTL_TEST_SERVER/data")" "$tap_root/small"
  as_superuser -d postgres -c "CREATE TABLESPACE small LOCATION '$tap_root/small'" -c 'ALTER DATABASE work SET TABLESPACE small'
  check_status 5 "a full disk" import
  check_said "is told" 'the server of the ledger .* has run out of room: .*No space left on device; nothing was changed'
  check "the ledger is sound" billctl verify
  as_superuser -d postgres -c 'ALTER DATABASE work SET TABLESPACE pg_default' -c 'DROP TABLESPACE small'
  umount "$tap_root/small"
  check "with room, it goes on" import
  state >reached
  check_same "to the same end" imported reached
else
  skip "a full disk" "no file system can be mounted here"
fi
"$server" stop "$BILLCTL_TEST_SERVER"
done_testing
