#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What stays from one period to the next: persistent metrics. Every figure is worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "seats", "persistent": true, "negative": "allow" },
    { "code": "peak", "aggregation": "max", "persistent": true },
    { "code": "rooms", "aggregation": "last", "persistent": true },
    { "code": "hosts", "aggregation": "unique", "property": "host", "persistent": true, "negative": "allow" },
    { "code": "plain", "aggregation": "max" } ],
  "plans": [
    { "code": "all", "type": "pay_per_use", "charges": [
      { "metric": "seats", "model": "per_unit", "unit_price": "10" }, { "metric": "peak", "model": "per_unit", "unit_price": "1" },
      { "metric": "rooms", "model": "per_unit", "unit_price": "1" }, { "metric": "hosts", "model": "per_unit", "unit_price": "1" },
      { "metric": "plain", "model": "per_unit", "unit_price": "1" } ] },
    { "code": "kinds", "type": "pay_per_use", "charges": [ { "metric": "seats", "model": "per_unit", "unit_price": "1", "included": "0",
      "filters": [ { "match": { "kind": "full" }, "unit_price": "20" }, { "match": { "kind": "light" }, "unit_price": "5" } ] } ] },
    { "code": "any", "type": "pay_per_use", "charges": [ { "metric": "*", "model": "per_unit", "unit_price": "1" } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# months CUSTOMER: month, code, quantity, amount
months () {
  billctl export lines --customer "$1" --no-header --columns period_start,code,quantity,amount | sed 's/-01T00:00:00Z//; s/^2026-//'
}

# --- The four aggregations over four months ---
# seats: 3 in December, before the start, and 4 + 1 in January: 8; -2 in February: 6; nothing in March and April: 6.
# peak: readings 5 on 10 January and 2 on the 20th: 5. February begins at 2 and reads 1: 2. March begins at 1 and reads nothing: 1. April reads
# 7 and then 3: 7. rooms: 4 then 9 in January: 9; February has none: 9; March 2: 2; April 2. hosts: a and b come in January: 2; in February a goes, c comes
# and goes: b: 1; in March a comes back, twice: 2; in April b goes: 1. plain does not stay: 6 in January, nothing, and 1 in April.
customer acme UTC all 2026-01-01 || exit 1
event acme seats 3 2025-12-15 && event acme seats 4 2026-01-05 && event acme seats 1 2026-01-31T23:59:59.999999Z &&
  event acme seats -2 2026-02-01 && event acme peak 5 2026-01-10 && event acme peak 2 2026-01-20 && event acme peak 1 2026-02-10 &&
  event acme peak 7 2026-04-01 && event acme peak 3 2026-04-02 && event acme rooms 4 2026-01-10 && event acme rooms 9 2026-01-11 &&
  event acme rooms 2 2026-03-31 && event acme hosts 1 2026-01-10 -p host=a && event acme hosts 1 2026-01-11 -p host=b &&
  event acme hosts -1 2026-02-10 -p host=a && event acme hosts 1 2026-02-11 -p host=c && event acme hosts -1 2026-02-12 -p host=c &&
  event acme hosts 1 2026-03-10 -p host=a && event acme hosts 1 2026-03-11 -p host=a && event acme hosts 0 2026-03-12 -p host=z &&
  event acme hosts -1 2026-04-10 -p host=b && event acme plain 6 2026-01-10 && event acme plain 1 2026-04-10 &&
  generate 2026-05-01 --customer acme || exit 1
check_output 'four months' '01,seats,8,80.00
01,peak,5,5.00
01,rooms,9,9.00
01,hosts,2,2.00
01,plain,6,6.00
02,seats,6,60.00
02,peak,2,2.00
02,rooms,9,9.00
02,hosts,1,1.00
03,seats,6,60.00
03,peak,1,1.00
03,rooms,2,2.00
03,hosts,2,2.00
04,seats,6,60.00
04,peak,7,7.00
04,rooms,2,2.00
04,hosts,1,1.00
04,plain,1,1.00' months acme
# What was there at the start of March: 6 seats, the reading 1, 9 rooms, one host.
check_json 'the level at the start is told' '[.[] | select (.period_start == "2026-03-01T00:00:00Z") | .derivation | [.metric, .events, .level_at_start]]' \
  '[["seats",0,"6"],["peak",0,"1"],["rooms",1,"9"],["hosts",3,"1"]]' billctl export lines --customer acme --format json

# --- A run that is late fills the months in the same way, and a second one changes nothing ---
months acme >drafted.csv
check 'issued' generate 2026-05-01 --customer acme --finalize
months acme >issued.csv
check_same 'issued are the same figures' drafted.csv issued.csv
check 'the ledger is sound' billctl verify

# --- Filters and what has no charge of its own ---
# full: 2, then 2 + 1; light: 4, then 4 - 4 = 0, which makes no line. The plan for all metrics bills the level of a month without events too.
customer kinds UTC kinds 2026-01-01 && event kinds seats 2 2026-01-02 -p kind=full && event kinds seats 4 2026-01-03 -p kind=light &&
  event kinds seats 1 2026-02-02 -p kind=full && event kinds seats -4 2026-02-03 -p kind=light &&
  customer any UTC any 2026-01-01 && event any seats 2 2026-01-02 && generate 2026-04-01 || exit 1
check_output 'each filter has its level' '01,seats,2,40.00
01,seats,4,20.00
02,seats,3,60.00
02,seats,0,0.00
03,seats,3,60.00' months kinds
check_output 'a charge for all metrics' '01,seats,2,2.00
02,seats,2,2.00
03,seats,2,2.00' months any

# --- Taken back ---
# The voided 4 seats of January never were: 4 of all; the void of the last reading makes the one before it stay.
customer back UTC all 2026-01-01 && event back seats 3 2026-01-02 && event back seats 4 2026-01-05 &&
  event back peak 5 2026-01-10 && event back peak 2 2026-01-20 || exit 1
billctl -q usage record back seats 7 --at 2026-01-06 --id seats-7 >/dev/null && billctl -q usage record back peak 1 --at 2026-01-25 --id peak-1 >/dev/null &&
  billctl -q usage void seats-7 >/dev/null && billctl -q usage void peak-1 >/dev/null && generate 2026-03-01 --customer back || exit 1
check_output 'as if they had never been' '01,seats,7,70.00
01,peak,5,5.00
02,seats,7,70.00
02,peak,2,2.00' months back

# --- What the catalog refuses ---
for aggregation in count weighted_sum; do
  printf '{ "metrics": [ { "code": "x", "aggregation": "%s", "persistent": true } ] }' "$aggregation" >refused.json
  check_match "not with $aggregation" 'metrics\[0\].persistent' sh -c 'billctl plans apply refused.json 2>&1; test $? -eq 2'
done

done_testing
