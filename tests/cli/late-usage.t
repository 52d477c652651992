#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage that comes after its period was billed: recorded, told, listed, and billed as the difference that it makes.
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

# --- Every run says so, and bills them ---

check_error 0 'a run says how many' 'nothing is due
5 events came after their period was billed and stand on no invoice
`billctl usage late` lists them' billctl invoice generate --as-of 2026-02-01 --format csv --no-header
check_error 0 'of one customer' 'nothing is due
2 events came after their period was billed and stand on no invoice
`billctl usage late` lists them' billctl invoice generate --as-of 2026-02-01 --customer acme --format csv --no-header
check_error 0 'of one that has none: nothing' 'nothing is due' \
  billctl invoice generate --as-of 2026-02-01 --customer tried --format csv --no-header
# The next run: acme 3 + 1 for February, and 3 + 1 more of January, which stood at 5 + 1. two: 1 for February, 2 for the period from the 15th, and 2 + 1 + 1
# more of January, on its earliest draft, that of 15 February. tried has none: 5 + 2 + 1 and its fee.
check 'drafts' generate 2026-03-01
check_output 'drafts have it' 'late,calls,2026-01-01,2026-02-01,4,4.00
per_unit,calls,2026-02-01,2026-03-01,4,4.00' sh -c "billctl invoice list --customer acme --status draft --format json | jq -r '.[].invoice' |
  xargs -n 1 billctl invoice show --format json | jq -r '.lines[] | [.derivation.rule, .code, (.period_start | .[:10]), (.period_end | .[:10]), .quantity, (.amount / 100 | tostring + \".00\")] | join (\",\")' | sort"
check_output 'but the events are open' open sh -c "billctl usage late --customer acme --format csv --no-header --columns status | sort -u"
check 'the next run' generate 2026-03-01 --finalize
check_output 'bills what came in time, and what came late' 'calls,2026-01-01,2026-02-01,6,,6.00
calls,2026-02-01,2026-03-01,4,,4.00
calls,2026-01-01,2026-02-01,4,,4.00' lines acme
check_output 'on the earliest draft' 'calls,2026-01-01,2026-02-01,5,,5.00
calls,2026-01-15,2026-02-15,2,,2.00
calls,2026-01-01,2026-02-01,4,,4.00
calls,2026-02-01,2026-03-01,1,,1.00' lines two
check_output 'and of the one whose fee was billed' 'calls,2026-01-11,2026-02-11,8,,8.00' \
  sh -c "billctl export lines --customer tried --no-header --columns code,period_start,period_end,quantity,ratio,amount | sed 's/T00:00:00Z//g' | grep ^calls"
check_json 'how it came about' '[.lines[1].description, (.lines[1].derivation | [.rule, .before, .after, .now.quantity])]' \
  '["Late: calls",["late",{"quantity":"6","amount":"6"},{"quantity":"10","amount":"10"},"10"]]' \
  sh -c "billctl invoice show \"\$(billctl export lines --customer acme --no-header --columns invoice | tail -n 1)\" --format json"
check_output 'its lines are told apart' 'regular,regular,late' \
  sh -c "billctl export lines --customer acme --no-header --columns role | paste -sd , -"
check_output 'the events say where' 'late-1,billed,true
late-2,billed,true
late-3,billed,true
late-4,billed,true
late-5,billed,true' sh -c "billctl usage late --format json | jq -r '.[] | [.id, .status, (.invoice != null)] | join (\",\")'"
check_error 0 'nothing is left' 'nothing is due' billctl invoice generate --as-of 2026-03-01 --format csv --no-header
# Everything that is recorded is billed or without a price: 6 + 4 + 4 + 5 + 2 + 4 + 1 + 8 = 34 billed, and 3 unpriced, 3 before the start, 2 in the trial.
check_output 'nothing is lost' 42 sh -c "billctl export usage --no-header --columns quantity | awk '{ sum += \$1 } END { print sum }'"
check_output 'the billed ones' 34 sh -c "billctl export lines --no-header --columns kind,quantity | awk -F , '\$1 == \"usage\" { sum += \$2 } END { print sum }'"
check 'the ledger is sound' billctl verify

# --- Tiers, filters, bounds, levels, percentages: the difference of what the period comes to ---
cat >models.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "tiers" }, { "code": "least" }, { "code": "most" }, { "code": "kinds" }, { "code": "sales" },
    { "code": "level", "aggregation": "weighted_sum", "negative": "allow" }, { "code": "seats", "persistent": true, "negative": "allow" },
    { "code": "peak", "aggregation": "max" }, { "code": "held", "late": "hold" }, { "code": "gone", "late": "ignore" } ],
  "plans": [ { "code": "models", "type": "pay_per_use", "charges": [
      { "metric": "tiers", "model": "graduated", "tiers": [ { "up_to": "10", "unit_price": "1.00" }, { "up_to": null, "unit_price": "0.10" } ] },
      { "metric": "least", "model": "per_unit", "unit_price": "1.00", "minimum_amount": "10.00" },
      { "metric": "most", "model": "per_unit", "unit_price": "1.00", "maximum_amount": "10.00" },
      { "metric": "kinds", "model": "per_unit", "unit_price": "1.00", "filters": [ { "match": { "kind": "big" }, "unit_price": "5.00" } ] },
      { "metric": "sales", "model": "percentage", "percent": "10", "free_amount": "50" },
      { "metric": "level", "model": "per_unit", "unit_price": "31.00" }, { "metric": "seats", "model": "per_unit", "unit_price": "2.00" },
      { "metric": "peak", "model": "per_unit", "unit_price": "1.00" }, { "metric": "held", "model": "per_unit", "unit_price": "1.00" },
      { "metric": "gone", "model": "per_unit", "unit_price": "1.00" } ] } ] }
JSON
billctl -q plans apply models.json >/dev/null && customer m UTC models 2026-01-01 || exit 1
event m tiers 8 2026-01-10 && event m least 4 2026-01-10 && event m most 8 2026-01-10 && event m kinds 1 2026-01-10 && event m sales 40 2026-01-20 &&
  event m level 1 2026-01-01 && event m seats 1 2026-01-02 && event m peak 5 2026-01-10 && event m peak 7 2026-01-11 --property x=y || exit 1
# January: tiers 8.00; least 4.00 + 6.00; most 8.00; kinds 1.00; sales 40, all free; level 1 x 31.00; seats 2.00; peak 7.00. February: least 0 + 10.00,
# level 31.00, seats 2.00.
check 'two months' generate 2026-03-01 --customer m --finalize
check_output 'two months come to' 'm,2026-02-01,67.00
m,2026-03-01,43.00' totals --customer m
peak_7=$(billctl usage show m --events --metric peak --format json | jq -r '.[] | select (.quantity == "7") | .id')
{
  event m tiers 4 2026-01-11 && event m least 3 2026-01-11 && event m most 5 2026-01-11 && event m kinds 2 2026-01-11 --property kind=big &&
    event m sales 30 2026-01-10 && event m level 31 2026-01-31 && event m seats 4 2026-01-31 && event m seats -1 2026-02-10 &&
    event m held 3 2026-01-10 && event m gone 9 2026-01-10 && billctl -q usage void "$peak_7" >/dev/null
} 2>/dev/null || exit 1
check 'the third month' generate 2026-04-01 --customer m --finalize
# tiers: 10 x 1.00 + 2 x 0.10 = 10.20, 2.20 more. least: 3.00 more, and the minimum falls from 6.00 to 3.00. most: 13 are 10.00 at most: 5.00 more and
# 3.00 less. kinds: 2 x 5.00. sales: the event of 30 comes before that of 40, of which 20 are then not free: 2.00. level: 31 for the last day are 1.00 more
# in January (31.00) and 31 more in February (961.00). seats: 4 more in January (8.00); in February 4 - 1 = 3 (6.00). peak: 5 instead of 7.
# March itself: least 10.00, level 32 x 31.00 = 992.00, seats 4 x 2.00. What is held and what is ignored is on no invoice.
check_output 'each price and each bound by its difference' 'late,kinds,2,10.00
late,least,1,-3.00
late,least,3,3.00
late,level,1,31.00
late,level,31,961.00
late,most,1,-3.00
late,most,5,5.00
late,peak,-2,-2.00
late,sales,30,2.00
late,seats,3,6.00
late,seats,4,8.00
late,tiers,4,2.20
regular,least,1,10.00
regular,level,32,992.00
regular,seats,4,8.00' sh -c "billctl invoice show \"\$(billctl export lines --customer m --no-header --columns invoice | tail -n 1)\" --format json |
  jq -r '.lines[] | [(if .derivation.rule == \"late\" then \"late\" else \"regular\" end), .code, .quantity, (.amount | tostring | if (ltrimstr (\"-\") | length) < 3 then . else .[:-2] + \".\" + .[-2:] end)] | join (\",\")' | sort"
check_output 'each period comes to what it would have come to' 'January 120.20
February 1010.00' sh -c "billctl export lines --customer m --no-header --columns period_start,amount |
  awk -F , '/2026-01-01/ { a += \$2 } /2026-02-01/ { b += \$2 } END { printf \"January %.2f\nFebruary %.2f\n\", a, b }'"
check 'the ledger is sound again' billctl verify

# --- Held, ignored, released ---
check_output 'by status' 'gone,ignored
held,held' sh -c "billctl usage late --customer m --format csv --no-header --columns metric,status | sort | grep -v billed"
check_error 2 'what is open is not held' "billctl: --release: what is open is not held
hint: leave out --status" billctl usage late --release --status open
check_error 0 'released' '1 event released: the next invoice bills them' billctl usage late --customer m --release
check_error 0 'once' 'nothing is held' billctl usage late --customer m --release
check_output 'is open' 'held,open' billctl usage late --customer m --status open --format csv --no-header --columns metric,status
check 'the fourth month' generate 2026-05-01 --customer m --finalize
check_output 'is billed' 'held,2026-01-01,2026-02-01,3,,3.00' sh -c ". '$srcdir/tests/cli/billing.sh'; lines m | grep ^held"
check_output 'what is ignored never is' 'gone,ignored' billctl usage late --customer m --status ignored --format csv --no-header --columns metric,status

# --- Again and again: 2 more of tiers now, then void of it: the third difference is that of the second ---
{ billctl -q usage record m tiers 2 --at 2026-01-12 --id again >/dev/null; } 2>/dev/null
check 'the fifth month' generate 2026-06-01 --customer m --finalize
{ billctl -q usage void again >/dev/null; } 2>/dev/null
check 'the sixth month' generate 2026-07-01 --customer m --finalize
check_output 'differences of differences' 'tiers,8,8.00
tiers,4,2.20
tiers,2,0.20
tiers,-2,-0.20' sh -c ". '$srcdir/tests/cli/billing.sh'; amounts m | grep ^tiers"
check 'the ledger is sound once more' billctl verify

# --- Nothing else will come ---
customer gone UTC plain 2026-01-01 --end 2026-02-01 && event gone calls 5 2026-01-10 && generate 2026-03-01 --customer gone --finalize || exit 1
{ event gone calls 2 2026-01-11; } 2>/dev/null
check_error 0 'an ended subscription has no next invoice' 'nothing is due
1 events came after their period was billed and stand on no invoice
`billctl usage late` lists them' billctl invoice generate --as-of 2026-03-01 --customer gone --format csv --no-header
check 'late usage alone, as a draft' generate 2026-03-05 --customer gone --late
check_output 'it stands there' 'draft,2026-03-05,2.00' sh -c "billctl invoice list --customer gone --format csv --no-header --columns status,billed_on,total | tail -n 1"
check 'it is issued' billctl -q invoice finalize --customer gone --as-of 2026-03-05
check_output 'the event is billed' billed billctl usage late --customer gone --format csv --no-header --columns status
check_error 0 'once' 'nothing is due' billctl invoice generate --as-of 2026-03-06 --customer gone --late --format csv --no-header

# --- A change of the time zone leaves old periods where they were ---
customer zone UTC plain 2026-01-01 && event zone calls 5 2026-01-10 && generate 2026-02-01 --customer zone --finalize &&
  billctl -q customer update zone --timezone America/New_York >/dev/null || exit 1
{ event zone calls 2 2026-01-01T06:00:00Z; event zone calls 3 2026-02-01T01:00:00Z; } 2>/dev/null
check 'after the change' generate 2026-03-02 --customer zone --finalize
check_output 'each event in its period' 'calls,2026-01-01,2026-02-01,5,,5.00
calls,2026-02-01,2026-03-01T05:00:00Z,3,,3.00
calls,2026-01-01,2026-02-01,2,,2.00' lines zone
check 'the ledger is sound at the end' billctl verify

done_testing
