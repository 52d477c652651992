#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Many at once: eight processes record usage, two bill, readers look on. Nothing is lost and nothing is there twice.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3

check "a ledger to begin with" sample_ledger
sqlite3 ledger.db 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null
cp ledger.db start.db
writers='1 2 3 4 5 6 7 8'

fresh () {
  rm -f ledger.db ledger.db-wal ledger.db-shm
  cp start.db ledger.db
}
ask () {
  sqlite3 ledger.db "$1"
}

# at_once FUNCTION: runs it eight times in parallel, with the number as its argument; fails when one fails
at_once () {
  pids=
  for writer in $writers; do
    "$1" "$writer" >"out-$writer" 2>&1 &
    pids="$pids $!"
  done
  failures=0
  for pid in $pids; do
    wait "$pid" || failures=$((failures + 1))
  done
  [ "$failures" = 0 ] || { cat out-*; return 1; }
}

# --- Usage, one process an event ---

record_fifty () {
  for number in $(seq 50); do
    billctl usage record acme calls "$1" --id "w$1-$number" --at 2026-01-10T00:00:00Z || return 1
  done
}
check "eight processes record fifty events each" at_once record_fifty
check_equal "none is lost, none is there twice" "400|400" "$(ask "SELECT count (*), count (DISTINCT event_id) FROM usage")"
# 50 × (1 + 2 + … + 8)
check_equal "their quantities are all there" 1800 "$(ask 'SELECT sum (quantity) FROM usage')"
check "the ledger is sound" billctl verify

fresh
record_same () {
  for number in $(seq 25); do
    billctl usage record acme calls 1 --id "same-$number" --at 2026-01-10T00:00:00Z || return 1
  done
}
check "eight processes record the same 25 events" at_once record_same
check_equal "each is there once" "25|25" "$(ask "SELECT count (*), count (DISTINCT event_id) FROM usage")"
check "the ledger is sound" billctl verify

# --- Usage, many events a process ---

fresh
record_batch () {
  for number in $(seq 50); do
    printf '{"id":"b%s-%s","customer":"acme","metric":"calls","quantity":"%s","time":"2026-01-10T00:00:00Z"}\n' "$1" "$number" "$1"
  done | billctl usage record --batch -
}
check "eight processes record batches of fifty" at_once record_batch
check_equal "none is lost, none is there twice" "400|400|1800" \
  "$(ask "SELECT count (*), count (DISTINCT event_id), sum (quantity) FROM usage")"
fresh
import_same () {
  billctl usage import usage.csv
}
{ echo id,customer,metric,quantity,time; sample_events 1 300 acme; } >usage.csv
check "eight processes import the same file" at_once import_same
check_equal "each event is there once" "300|300" "$(ask "SELECT count (*), count (DISTINCT event_id) FROM usage")"
check "the ledger is sound" billctl verify

# --- Invoices ---

fresh
check "usage to bill" sample_usage
generate () {
  billctl invoice generate --finalize
}
check "eight processes bill at once" at_once generate
# Three customers, due on 1 January and 1 February.
check_equal "there are six invoices and no more" 6 "$(ask 'SELECT count (*) FROM invoice')"
check_equal "numbered without a gap" "INV-2026-000001 INV-2026-000002 INV-2026-000003 INV-2026-000004 INV-2026-000005 INV-2026-000006" \
  "$(ask 'SELECT number FROM invoice ORDER BY number' | paste -sd ' ')"
# 2 × 10.00 each; 50 calls at 0.01 for acme, 10 for chip
check_equal "every period is billed once" "2050 2000 2010" \
  "$(ask 'SELECT sum (total_minor) FROM invoice GROUP BY customer_id ORDER BY customer_id' | paste -sd ' ')"
check "the ledger is sound" billctl verify

# --- Readers ---

fresh
mkfifo feed
billctl usage import - <feed >import.out 2>&1 &
importer=$!
exec 8>feed
{ echo id,customer,metric,quantity,time; sample_events 1 5000 acme; } >&8
BILLCTL_BUSY_TIMEOUT_MS=0
export BILLCTL_BUSY_TIMEOUT_MS
check "a reader does not wait for an import that is going on" billctl customer list
check_json "and sees nothing of it yet" length 0 billctl export usage --format json
unset BILLCTL_BUSY_TIMEOUT_MS
exec 8>&-
wait "$importer"
check_equal "the import ends well" 0 "$?"
check_equal "and then all of it is there" 5000 "$(ask 'SELECT count (*) FROM usage')"
done_testing
