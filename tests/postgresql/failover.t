#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The machine of the primary goes while billctl is at work, a standby takes over, the same command is run again: nothing that was
# confirmed is lost, and it ends where an undisturbed run ends that a server without a standby has seen.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
. "$srcdir/tests/postgresql/hold.sh"
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
chmod 755 "$tap_root"
hold_file=$tap_root/hold
calm=$tap_root/calm one=$tap_root/one two=$tap_root/two three=$tap_root/three four=$tap_root/four
BILLCTL_TEST_SERVER="$calm $one $two $three $four"

"$server" start "$calm" || exit 1
"$server" psql "$calm" postgres -c 'CREATE DATABASE work OWNER billctl'
"$server" start "$one" 'fsync = on' 'synchronous_commit = on' 'full_page_writes = on' && left=$("$server" listen "$one") || exit 1
"$server" psql "$one" postgres -c 'CREATE DATABASE work OWNER billctl'
primary=$one
ask_server () { database=$1; shift; "$server" psql "$primary" "$database" -At "$@"; }
right=$("$server" standby "$two" "$one") || exit 1

both="127.0.0.1:$left,127.0.0.1:$right/work"
url="postgresql://billctl@$both?target_session_attrs=read-write"
calm_url="postgresql://billctl@/work?host=$calm/socket"
export BILLCTL_LEDGER="$url"

check "a ledger, by a URL of two hosts" sample_ledger
check "the same one elsewhere, without a standby" env BILLCTL_LEDGER="$calm_url" sh -c '. "$srcdir/tests/cli/sample-ledger.sh"; sample_ledger'

# What both must agree on: all but the audit log, the lists of imports and of sources, and the ledger's own name.
state () {
  sql=
  for table in customer subscription subscription_item plan_version usage usage_key invoice invoice_line number_series journal_entry posting deferral; do
    sql="$sql${sql:+ UNION ALL }SELECT '$table ' || count (*) || ' ' || coalesce (md5 (string_agg (t::text, '|' ORDER BY t::text COLLATE \"C\")), '') FROM $table t"
  done
  "$server" psql "$1" work -At -c "$sql"
}

# --- A standby: it is read, and not written ---

standby_url="postgresql://billctl@127.0.0.1:$right/work"
is_level () { [ "$(state "$one")" = "$(state "$two")" ]; }
await_standby () { await is_level; }
await_standby
check_output "a standby answers" 'acme
bolt
chip' billctl --ledger "$standby_url" customer list --format csv --columns code --no-header
check "and is proved sound" billctl --ledger "$standby_url" verify
check_error 7 "it takes nothing" "billctl: starting a write: the ledger $standby_url is read-only
hint: name all hosts in the URL and add target_session_attrs=read-write, so that the primary is found; or let this role write (default_transaction_read_only)" \
  billctl --ledger "$standby_url" customer add dora --currency USD
check_error 7 "nor does it in a dry run" "billctl: starting a write: the ledger $standby_url is read-only
hint: name all hosts in the URL and add target_session_attrs=read-write, so that the primary is found; or let this role write (default_transaction_read_only)" \
  billctl --ledger "$standby_url" usage record acme calls 1 --dry-run
# There is no such transaction on a standby, and billctl wants none.
ask_server postgres -c "ALTER ROLE billctl SET default_transaction_isolation = 'serializable'"
has_setting () { [ -n "$("$server" psql "$two" postgres -At -c 'SELECT 1 FROM pg_db_role_setting')" ]; }
await has_setting
check "whatever kind of transactions the role is set to" billctl --ledger "$standby_url" customer list
ask_server postgres -c 'ALTER ROLE billctl RESET default_transaction_isolation'
check "reports may be read from it where there is one" billctl --ledger "postgresql://billctl@$both?target_session_attrs=prefer-standby" invoice list

# --- Records, one by one, and the machine goes ---

: >confirmed
# Goes on, whatever happens, until twenty are confirmed by the server that took over.
record_on () {
  number=0 after=0
  while [ "$after" -lt 20 ] && [ "$number" -lt 1000 ]; do
    number=$((number + 1))
    if billctl usage record acme calls 1 --id "one-$number" --at 2026-01-10T00:00:00Z >record.out 2>record.err; then
      echo "one-$number" >>confirmed
      [ ! -e taken-over ] || after=$((after + 1))
    else
      echo "$? $(head -n 1 record.err)" >>refused
      echo "one-$number" >>unconfirmed
    fi
  done
}
# Another one, in a stream: each line is confirmed.
stream_on () {
  number=0
  while number=$((number + 1)) && printf '{"id":"stream-%d","customer":"acme","metric":"calls","quantity":1,"time":"2026-01-10T00:00:00Z"}\n' "$number"; do
    sleep 0.01
  done | billctl usage record --batch - --format ndjson >streamed 2>stream.err
}
record_on &
recorder=$!
stream_on &
streamer=$!
await '[ "$(wc -l <confirmed)" -ge 20 ] && [ "$(wc -l <streamed)" -ge 20 ]'
"$server" kill "$one"
await '[ -s refused ] || ! kill -0 "$recorder" 2>/dev/null'
struck=0
wait "$streamer" || struck=$?
check_equal "a stream is cut off" 5 "$struck"
check_match "and says so" '^billctl: .*the connection to the ledger .* was lost' cat stream.err
check_status 5 "before the standby takes over, nothing is written" billctl usage record acme calls 1 --id never --at 2026-01-10T00:00:00Z
check_said "and it is said why" '^billctl: cannot reach the ledger .*Connection refused.*; .*session is read-only'
check_said "and what to do" '^hint: there is no primary among these hosts: run it again when a standby has taken over'
"$server" promote "$two"
primary=$two
: >taken-over
wait "$recorder"
check_equal "what failed was out of reach or cut off" '' "$(grep -v '^5 ' refused)"
ask_server work -c "SELECT event_id FROM usage ORDER BY 1" >there
{ cat confirmed; sed -n 's/.*"id":"\(stream-[0-9]*\)","result":"recorded".*/\1/p' streamed; } | LC_ALL=C sort >sorted
check_equal "with twenty or more of the stream" yes "$([ "$(grep -c stream sorted)" -ge 20 ] && echo yes)"
check_equal "what was confirmed before and after is there" '' "$(LC_ALL=C sort there | comm -13 - sorted)"
check_equal "the one that never was is not" 0 "$(grep -c never there)"
again () {
  while read -r id; do
    billctl usage record acme calls 1 --id "$id" --at 2026-01-10T00:00:00Z || return 1
  done <unconfirmed
}
check "what was not confirmed is recorded again" again
check_equal "and everything is there once" "$(cat confirmed unconfirmed | wc -l)" "$(ask_server work -c "SELECT count (*) FROM usage WHERE event_id LIKE 'one-%'")"
check "the ledger is sound" billctl verify

# Elsewhere, the same events without a failure.
{
  echo id,customer,metric,quantity,time
  ask_server work -At -F, -c "SELECT event_id, 'acme', 'calls', 1, '2026-01-10T00:00:00Z' FROM usage ORDER BY id"
} >recorded.csv
check "the undisturbed ledger gets the same" billctl -q --ledger "$calm_url" usage import recorded.csv

# --- An import, and an invoice run ---

# struck_down PLACE STANDBY COMMAND …: the machine goes while the command is there, and STANDBY takes over
struck_down () {
  place=$1 standby=$2; shift 2
  hold_at work "$place"
  "$builddir/billctl" "$@" >said 2>&1 &
  pid=$!
  await_held work "$pid" || { cat said; return 1; }
  "$server" kill "$primary"
  let_go
  struck=0
  wait "$pid" || struck=$?
  "$server" promote "$standby"
  primary=$standby
  hold_nothing work
  [ "$struck" = 5 ] && grep -q 'the connection to the ledger .* was lost' said || { echo "status $struck"; cat said; return 1; }
}

{
  echo id,customer,metric,quantity,time
  sample_events 1 2000 acme
  sample_events 1 500 bolt
  sample_events 1 500 chip
} >usage.csv
"$server" standby "$three" "$two" "$left" >/dev/null || exit 1
state "$two" >before
check "an import, and the machine goes in the middle" struck_down copy "$three" usage import usage.csv
state "$three" >after
check_same "nothing of it is there" before after
check "it is run again" billctl usage import usage.csv
check "elsewhere it is not disturbed" billctl -q --ledger "$calm_url" usage import usage.csv
state "$calm" >undisturbed
state "$three" >after
check_same "both have come to the same" undisturbed after
check "the ledger is sound" billctl verify

"$server" standby "$four" "$three" "$right" >/dev/null || exit 1
check "invoices, and the machine goes in the middle" struck_down line "$four" invoice generate --finalize
state "$four" >after
check_same "there is no invoice" undisturbed after
check "they are run again" billctl invoice generate --finalize
check "elsewhere they are not disturbed" billctl -q --ledger "$calm_url" invoice generate --finalize
state "$calm" >undisturbed
state "$four" >after
check_same "both have come to the same" undisturbed after
check_equal "with six invoices, numbered without a gap" "1 2 3 4 5 6" \
  "$(ask_server work -c "SELECT string_agg (ltrim (right (number, 6), '0'), ' ' ORDER BY number) FROM invoice")"
check "the ledger is sound" billctl verify

"$server" stop "$four"
check_status 5 "no machine is left" billctl customer list
check_said "both are named" "127\.0\.0\.1.*port $left failed: .*refused.*port $right failed: .*refused"
done_testing
