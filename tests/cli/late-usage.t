#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage that comes after its period was billed: recorded, told, listed, never lost without a word.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "free" } ],
  "plans": [
    { "code": "plain", "type": "pay_per_use", "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "1" } ] },
    { "code": "fee", "trial_days": 10, "prices": [ { "interval": "month", "amount": "20.00" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "1" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
customer acme UTC plain 2026-01-01 && customer two UTC plain 2026-01-01 && billctl -q subscribe two plain --start 2026-01-15 --code two-mid >/dev/null &&
  customer tried UTC fee 2026-01-01 || exit 1
event acme calls 5 2026-01-10T00:00:00Z && event two calls 5 2026-01-10T00:00:00Z && event tried calls 5 2026-01-20T00:00:00Z || exit 1

# late: the ids of what is listed
late () { billctl export usage --late --no-header --columns id "$@"; }

check_match 'nothing is late before anything is billed' '^recorded early$' \
  billctl usage record acme calls 1 --at 2026-01-02T00:00:00Z --id early --as-of 2026-01-20
# acme and two: 1 February; tried: 11 January (fee), 11 February.
check 'January is billed' generate 2026-02-01 --finalize
check_output 'nothing is late' '' late

# --- One event ---

check_error 0 'an event of a billed period' 'warning: the event falls into a period that is already billed' \
  billctl usage record acme calls 3 --at 2026-01-31T23:59:59Z --id late-1
check_error 0 'not one of the running period' '' billctl usage record acme calls 3 --at 2026-02-01T00:00:00Z --id now-1
check_error 0 'nor one that is known already' '' billctl usage record acme calls 3 --at 2026-01-31T23:59:59Z --id late-1
check_error 0 'nor one of a metric that nobody prices' '' billctl usage record acme free 3 --at 2026-01-10T00:00:00Z --id free-1
check_error 0 'nor one from before the subscription' '' billctl usage record acme calls 3 --at 2025-12-31T23:59:59Z --id before-1
# The second subscription of `two` runs from the 15th to the 15th, so its period is open; the first one is billed to 1 February.
check_error 0 'nor one for a subscription whose period is open' '' \
  billctl usage record two calls 2 --at 2026-01-20T00:00:00Z --id open-1 --subscription two-mid
check_error 0 'but one for the other' 'warning: the event falls into a period that is already billed' \
  billctl usage record two calls 2 --at 2026-01-20T00:00:00Z --id late-2
# The fee of `tried` is billed to 11 February, its usage since 11 January is not; the trial before is never billed.
check_error 0 'nor one of a period whose fee alone is billed' '' billctl usage record tried calls 2 --at 2026-01-25T00:00:00Z --id open-2
check_error 0 'nor one of a trial' '' billctl usage record tried calls 2 --at 2026-01-05T00:00:00Z --id trial-1
check_output 'what is late is listed' 'late-1
late-2' late
check_output 'by customer' 'late-2' late --customer two
check_output 'by time' 'late-2' late --to 2026-01-31
check_error 2 'only usage can be late' 'billctl: --late: it is usage that can be late
hint: billctl export usage --late' billctl export lines --late

# --- Many ---

{
  echo id,customer,metric,quantity,time
  echo late-1,acme,calls,3,2026-01-31T23:59:59Z
  echo late-3,acme,calls,1,2026-01-05T00:00:00Z
  echo now-2,acme,calls,1,2026-02-05T00:00:00Z
  echo late-4,two,calls,1,2026-01-05T00:00:00Z
  echo open-3,tried,calls,1,2026-01-21T00:00:00Z
} >file.csv
check_json 'a dry run of an import counts them' '[.recorded, .duplicates, .late]' '[4,1,2]' billctl usage import file.csv --dry-run --format json
check_output 'and lists none' 'late-1
late-2' late
check_json 'an import counts them' '[.recorded, .duplicates, .late]' '[4,1,2]' billctl usage import file.csv --format json
check_said 'and warns' '^warning: 2 events in periods that are already billed$'
check_json 'once' '[.recorded, .duplicates, .late]' '[0,5,0]' billctl usage import file.csv --format json
printf '%s\n' '{"id":"late-5","customer":"two","metric":"calls","quantity":1,"time":"2026-01-06T00:00:00Z"}' \
  '{"id":"now-3","customer":"two","metric":"calls","quantity":1,"time":"2026-02-06T00:00:00Z"}' >lines.jsonl
check_output 'a stream too' '2 recorded, 0 duplicates, 0 rejected' billctl usage record --batch lines.jsonl
check_said 'warns' '^warning: 1 event in periods that are already billed$'
check_output 'all of them are listed, in the order of coming' 'late-1
late-2
late-3
late-4
late-5' late

# --- Every run says so ---

check_error 0 'a run says how many' 'nothing is due
5 events came after their period was billed and stand on no invoice
`billctl export usage --late` lists them' billctl invoice generate --as-of 2026-02-01 --format csv --no-header
check_error 0 'of one customer' 'nothing is due
2 events came after their period was billed and stand on no invoice
`billctl export usage --late` lists them' billctl invoice generate --as-of 2026-02-01 --customer acme --format csv --no-header
check_error 0 'of one that has none: nothing' 'nothing is due' \
  billctl invoice generate --as-of 2026-02-01 --customer tried --format csv --no-header
# What is not late is billed in its turn: acme 3 + 1 for February; two 1, and 2 for the open period; tried 5 + 2 + 1 and its fee.
check 'the next run' generate 2026-03-01 --finalize
check_output 'bills what came in time' 'calls,2026-01-01,2026-02-01,6,,6.00
calls,2026-02-01,2026-03-01,4,,4.00' lines acme
check_output 'also of the period that was open' 'calls,2026-01-01,2026-02-01,5,,5.00
calls,2026-01-15,2026-02-15,2,,2.00
calls,2026-02-01,2026-03-01,1,,1.00' sh -c "billctl export lines --customer two --no-header --columns code,period_start,period_end,quantity,ratio,amount |
  sed 's/T00:00:00Z//g' | sort"
check_output 'and of the one whose fee was billed' 'calls,2026-01-11,2026-02-11,8,,8.00' \
  sh -c "billctl export lines --customer tried --no-header --columns code,period_start,period_end,quantity,ratio,amount | sed 's/T00:00:00Z//g' | grep ^calls"
check_output 'what was late stays so' 5 sh -c 'billctl export usage --late --no-header --columns id | wc -l'
# Everything that is recorded is billed, late, or without a price: 6 + 4 + 5 + 2 + 1 + 8 = 26 billed, 3 + 2 + 1 + 1 + 1 = 8 late, and
# 3 unpriced, 3 before the start, 2 in the trial.
check_output 'nothing is lost' 42 sh -c "billctl export usage --no-header --columns quantity | awk '{ sum += \$1 } END { print sum }'"
check_output 'the late ones' 8 sh -c "billctl export usage --late --no-header --columns quantity | awk '{ sum += \$1 } END { print sum }'"
check_output 'the billed ones' 26 sh -c "billctl export lines --no-header --columns kind,quantity | awk -F , '\$1 == \"usage\" { sum += \$2 } END { print sum }'"
check 'the ledger is sound' billctl verify

done_testing
