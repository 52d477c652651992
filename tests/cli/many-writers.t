#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A day's work of many at once: sixteen processes record usage, four generate invoices, two collect. Some are killed, and run again.
# Nothing is lost, nothing is there twice, no number is missing, and what is billed is what was used.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3

# Three customers are billed on the first of January, February, March, April, and at last of May.
check "a ledger to begin with" sample_ledger
ask () { sqlite3 ledger.db "$1"; }

# --- What each of them does; all append to files of their own ---

# run_again SECONDS COMMAND …: killed, wherever it is then, and run again
run_again () {
  moment=$1; shift
  "$@" >/dev/null 2>&1 &
  sleep "$moment"
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
  "$@"
}

customer_of () {
  case $(($1 % 3)) in 0) echo acme ;; 1) echo bolt ;; 2) echo chip ;; esac
}

# batch NUMBER: 120 lines, 40 each in January, February and March, of 2 calls. Number n records them with n + 8, too.
batch () {
  awk -v feed="$(($1 % 8))" -v customer="$(customer_of $(($1 % 8)))" 'BEGIN {
    for (i = 0; i < 120; i++)
      printf "{\"id\":\"b%d-%d\",\"customer\":\"%s\",\"metric\":\"calls\",\"quantity\":2,\"time\":\"2026-%02d-%02dT%02d:00:00Z\"}\n", feed, i, customer, 1 + i % 3, 2 + i % 20, i % 24
  }'
}

# one NUMBER MONTH DAY [run_again SECONDS]: 5 calls
one () {
  id="one-$1-$2-$3" customer=$(customer_of "$1") at="2026-0$2-$3T12:00:00Z"
  shift 3
  "$@" billctl usage record "$customer" calls 5 --id "$id" --at "$at"
}

# Ten single events in each month, which are nobody else's; in the middle of them a batch that somebody else records as well.
record () {
  batch "$1" >"batch-$1"
  for day in 11 12 13 14 15 16 17 18 19 20; do
    for month in 1 2 3; do
      if [ "$day" = 12 ]; then one "$1" "$month" "$day" run_again "0.0$((($1 + month) % 10))"; else one "$1" "$month" "$day" env; fi || return 1
    done
    [ "$day" != 15 ] || run_again "0.0$(($1 % 10))" billctl usage record --batch "batch-$1" || return 1
  done
}

generate () {
  for day in 2026-01-01 2026-02-01 2026-03-01 2026-04-01; do
    billctl invoice generate --finalize --as-of "$day" || return 1
    run_again "0.0$1" billctl invoice generate --finalize --as-of "$day" || return 1
    billctl invoice generate --finalize --as-of "$day" || return 1
  done
}

# pay NUMBER INVOICE: whoever comes second is refused, since nothing is due any more. The first collector is killed each time.
pay () {
  status=0
  if [ "$1" = 1 ]; then set -- "$@" run_again 0.01; else set -- "$@" env; fi
  invoice=$2 collector=$1; shift 2
  "$@" billctl invoice pay "$invoice" --as-of 2026-04-01 --reference "collector $collector" || status=$?
  case $status in
    0) echo "$invoice" >>"paid-$collector" ;;
    4) ;;
    *) return "$status" ;;
  esac
}

collect () {
  : >"paid-$1"
  while :; do
    # What was there before the last look is paid by then.
    done=no
    [ ! -e generated ] || done=yes
    billctl invoice list --status open --as-of 2026-04-01 --format csv --columns invoice --no-header >"open-$1" || return 1
    while read -r number; do
      pay "$1" "$number" || return 1
    done <"open-$1"
    [ "$done" = no ] || return 0
  done
}

# --- All of them at once ---

recorders='1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16'
all_at_once () {
  processes= generators=
  for number in $recorders; do record "$number" >"record-$number" 2>&1 & processes="$processes $!"; done
  for number in 1 2 3 4; do generate >"generate-$number" 2>&1 & generators="$generators $!"; done
  for number in 1 2; do collect "$number" >"collect-$number" 2>&1 & processes="$processes $!"; done
  failures=0
  for process in $generators; do wait "$process" || failures=$((failures + 1)); done
  : >generated
  for process in $processes; do wait "$process" || failures=$((failures + 1)); done
  [ "$failures" = 0 ] || { echo "$failures failed"; tail -n 3 record-* generate-* collect-*; return 1; }
}
check "sixteen record, four generate, two collect" all_at_once

# 8 batches of 120 of 2 calls, and 16 × 30 of 5
check_equal "each event is there once" "1440|1440" "$(ask 'SELECT count (*), count (DISTINCT event_id) FROM usage')"
check_equal "with what was recorded" "4320" "$(ask 'SELECT sum (CAST (quantity AS INTEGER)) FROM usage')"
check "the ledger is sound" billctl verify --as-of 2026-04-01

# What came too late for its invoice is on the next one.
check "the last month is billed" billctl invoice generate --finalize --as-of 2026-05-01
check_equal "each was billed on five days" "15|15" "$(ask "SELECT count (*), count (DISTINCT customer_id || ' ' || billed_at_us) FROM invoice")"
check_equal "numbered without a gap" "$(seq 15)" "$(ask 'SELECT CAST (substr (number, 10) AS INTEGER) FROM invoice ORDER BY number')"

# Five base fees of 10.00, and in each of three months what is above 100 calls, at 0.01:
#   acme  batches 0, 3, 6: 3 × 80; numbers 3, 6, 9, 12, 15: 5 × 50; 490 a month, 3 × 390
#   bolt  batches 1, 4, 7: 3 × 80; numbers 1, 4, 7, 10, 13, 16: 6 × 50; 540 a month, 3 × 440
#   chip  batches 2, 5: 2 × 80; numbers 2, 5, 8, 11, 14: 5 × 50; 410 a month, 3 × 310
check_equal "what was used is billed, to the cent" "6170 6320 5930" \
  "$(ask 'SELECT sum (total_minor) FROM invoice GROUP BY customer_id ORDER BY customer_id' | paste -sd ' ')"

# --- What was collected ---

check_equal "no invoice was paid by both" '' "$(cat paid-1 paid-2 | sort | uniq -d)"
ask "SELECT number FROM invoice WHERE status = 'paid' ORDER BY number" >paid
check_equal "what they say they collected was" '' "$(cat paid-1 paid-2 | sort | comm -23 - paid)"
check_equal "all but those of May are paid" "12|12" "$(ask "SELECT count (*), count (DISTINCT billed_at_us || ' ' || customer_id) FROM invoice WHERE status = 'paid' AND billed_at_us < 1777593600000000")"
check_equal "each by one payment, of what was due" "12|12|12" "$(ask "SELECT count (*), count (DISTINCT s.invoice_id), count (DISTINCT p.id)
  FROM invoice i JOIN settlement s ON s.invoice_id = i.id JOIN payment p ON p.id = s.payment_id AND p.amount_minor = i.total_minor AND s.amount_minor = i.total_minor")"
check_equal "and there is no other" 12 "$(ask 'SELECT count (*) FROM payment')"
check_equal "the books balance" 0 "$(ask 'SELECT sum (amount_minor) FROM posting')"
check "the ledger is sound" billctl verify --as-of 2026-05-01
done_testing
