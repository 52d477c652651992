#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The power fails between any two writes, the disk is full, the reader goes away: afterwards the ledger is sound, and the
# same command run again ends where the undisturbed run ended.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3
only_on_sqlite "it cuts off writes to the file; tests/postgresql/faults.t kills servers"

check "a ledger to begin with" sample_ledger
sqlite3 ledger.db 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null
{
  echo id,customer,metric,quantity,time
  sample_events 1 150 acme
  sample_events 1 90 bolt
  sample_events 1 410 chip
} >usage.csv
cp ledger.db start.db

# What the disturbed and the undisturbed run must agree on: all but the audit log and the list of imports, which say how often a
# command was run.
state () {
  sqlite3 ledger.db '.dump customer subscription subscription_item subscription_phase subscription_event plan_version usage usage_key usage_key_collision invoice invoice_line number_series journal_entry posting deferral journal_month'
}
# begin_with FILE: the ledger is a copy of it
begin_with () {
  rm -f ledger.db ledger.db-wal ledger.db-shm
  cp "$1" ledger.db
}
state >started
import () {
  "$@" billctl usage import usage.csv
}
generate () {
  "$@" billctl invoice generate --finalize
}
# Closed already is as good as closed.
close () {
  close_status=0
  "$@" billctl journal close 2026-02 --as-of 2026-03-01 || close_status=$?
  [ "$close_status" = 4 ] || return "$close_status"
}

# So is changed already.
change () {
  change_status=0
  "$@" billctl subscription change acme pro --at 2026-01-15 || change_status=$?
  [ "$change_status" = 4 ] || return "$change_status"
}

# --- The undisturbed run ---

check "the import, undisturbed" import
state >imported
check_equal "it holds all events" 650 "$(sqlite3 ledger.db 'SELECT count (*) FROM usage')"
cp ledger.db imported.db
check "the invoices, undisturbed" generate
state >generated
# 150, 90 and 410 calls at 0.01 over 100, and 10.00 each for January and February.
check_equal "their figures are right" "2050|2000|2310" \
  "$(sqlite3 -separator '|' ledger.db 'SELECT (SELECT sum (total_minor) FROM invoice WHERE customer_id = c.id) FROM customer c ORDER BY c.code' | paste -sd '|')"
check "nothing is due afterwards" generate
state >again
check_same "and nothing changes" generated again

cp ledger.db generated.db
check "a month, undisturbed" close
state >closed
# 3 fees of 10.00 for February.
check_equal "what it earned is right" 3000 "$(sqlite3 ledger.db "SELECT sum (p.amount_minor) FROM posting p JOIN journal_entry e ON e.id = p.entry_id
  WHERE e.kind = 'recognition' AND p.amount_minor > 0")"

begin_with generated.db
check "a change back in time, undisturbed" change
state >changed

# --- Disturbed at every step ---

# The search for leaks does not work while strace looks on.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0

can_trace () {
  command -v strace >/dev/null 2>&1 && strace -qq -o trace -e trace=getpid -e inject=getpid:retval=1 true 2>/dev/null
}

# disturb NAME BASE START END COMMAND CALLS FAULT STATUSES: runs the command on a copy of BASE with the fault at the first of the
# system calls, then at the second … until it is met no more. Each time the command must end with one of the statuses, the
# ledger must be sound and in the state START or END, END if the command claimed success; and the command run
# again must reach END.
disturb () {
  name=$1 base=$2 start=$3 end=$4 command=$5 calls=$6 fault=$7 statuses=$8
  n=0
  while [ "$n" -lt 500 ]; do
    n=$((n + 1))
    begin_with "$base"
    run "$command" strace -f -qq -o trace -e "trace=$calls" -e "inject=$calls:$fault:when=$n"
    grep -q 'INJECTED\|killed by\|--- SIG' trace || break
    if ! survived >complaint 2>&1; then
      { echo "step $n:"; cat complaint; explain "$command"; tail -n 3 trace; } >"$tap_why"
      not_ok "$name" "$tap_why"
      return 0
    fi
  done
  if [ "$n" -le 2 ] || [ "$n" = 500 ]; then
    echo "it was disturbed $((n - 1)) times" >"$tap_why"
    not_ok "$name" "$tap_why"
  else
    ok "$name: $((n - 1)) times"
  fi
}

# Says what is wrong after one disturbed run.
survived () {
  case " $statuses " in *" $tap_status "*) ;; *) echo "expected exit status: $statuses"; return 1 ;; esac
  billctl verify || return 1
  state >reached
  if ! cmp -s "$end" reached && { [ "$tap_status" = 0 ] || ! cmp -s "$start" reached; }; then
    echo "half done:"
    diff "$start" reached | head -n 10
    return 1
  fi
  "$command" || return 1
  state >reached
  diff "$end" reached | head -n 10 >difference
  [ ! -s difference ] || { echo "run again, it ended elsewhere:"; cat difference; return 1; }
}

writes=write,pwrite64,pwritev,ftruncate
if can_trace; then
  for command in import generate close change; do
    case $command in
      import) base=start.db start=started end=imported ;;
      generate) base=imported.db start=imported end=generated ;;
      close) base=generated.db start=generated end=closed ;;
      change) base=generated.db start=generated end=changed ;;
    esac
    disturb "$command, killed at every sync" $base $start $end $command fsync,fdatasync signal=SIGKILL 137
    disturb "$command, killed at every write" $base $start $end $command $writes signal=SIGKILL 137
    disturb "$command, interrupted at every write" $base $start $end $command $writes signal=SIGINT 130
    disturb "$command, a sync fails" $base $start $end $command fsync,fdatasync error=EIO '0 1 7'
    disturb "$command, the disk is full for one write" $base $start $end $command pwrite64 error=ENOSPC '0 1 7'
  done
  # A ledger that was begun is no obstacle: it is either there, or it can be made.
  init_killed () {
    n=0
    while [ "$n" -lt 500 ]; do
      n=$((n + 1))
      rm -rf made
      mkdir made
      strace -f -qq -o trace -e "trace=$writes,fsync,fdatasync" -e "inject=$writes,fsync,fdatasync:signal=SIGKILL:when=$n" \
        billctl --ledger made/ledger.db init >said 2>&1 && break
      [ -e made/ledger.db ] || billctl --ledger made/ledger.db init >>said 2>&1 || { echo "step $n:"; cat said; return 1; }
      billctl --ledger made/ledger.db verify >>said 2>&1 || { echo "step $n:"; cat said; return 1; }
    done
    [ "$n" -gt 50 ]
  }
  check "init, killed at every write" init_killed
else
  skip "commands killed, interrupted and failing at every step" "strace is not installed or may not trace here"
fi

# --- A full disk ---

# A limit on the size of files, as a full disk, is met in the middle of a write.
# The signal that usually goes with such a limit kills nobody.
limited () (
  ulimit -f 200
  "$@"
)
begin_with start.db
awk 'BEGIN { print "id,customer,metric,quantity,time"; for (i = 0; i < 20000; i++) printf "big-%d,acme,calls,1,2026-01-05T10:00:00Z\n", i }' >big.csv
check_status 1 "an import that meets a limit of the file size fails" limited billctl usage import big.csv
check "the ledger is sound" billctl verify
state >reached
check_same "and as it was" started reached
check "with more room it succeeds" billctl usage import big.csv
for format in csv xlsx; do
  check_status 1 "so does an export to $format" limited billctl export usage -o "large.$format"
  check_equal "and nothing of it is left" "" "$(ls | grep large)"
done

mkdir small
if unshare -m mount -t tmpfs none small 2>/dev/null; then
  full_disk () {
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount -t tmpfs -o size=1500k none "$tap_dir/small" && cp start.db small/ledger.db && {
      billctl --ledger small/ledger.db usage import big.csv; echo "status $?"
      billctl --ledger small/ledger.db verify >&2 && sqlite3 small/ledger.db "SELECT count (*) FROM usage"; }'
  }
  check_output "an import onto a full disk fails, and leaves the ledger sound and as it was" "status 1
0" full_disk
  check_said "it says that there is no space" 'no space left on the disk'
else
  skip "an import onto a full disk" "mounting a small one is not permitted"
fi

# --- A reader that goes away ---

begin_with imported.db
cut_off () {
  { billctl usage import big.csv >/dev/null; billctl export usage --format csv; echo "status $?" >&3; } 3>status 2>said | head -n 1
}
check_output "the first line of an export" "$(billctl export usage --format csv | head -n 1)" cut_off
check_equal "the export ends with status 1" "status 1" "$(cat status)"
check_equal "and says nothing" "" "$(cat said)"
begin_with imported.db
unread () {
  { billctl invoice generate --finalize --format json; echo "status $?" >&3; } 3>status 2>said | true
}
check "invoices that nobody reads" unread
state >reached
check_same "are drawn up all the same" generated reached
done_testing
