#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage that is split by a property: a line for each team, which come to what one line would. Every figure is worked out by hand.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "negative": "allow" }, { "code": "jobs", "aggregation": "count" }, { "code": "peak", "aggregation": "max" } ],
  "plans": [
    { "code": "teams", "type": "pay_per_use", "charges": [
      { "metric": "calls", "name": "Calls", "model": "graduated", "included": "10", "group_by": "team", "minimum_amount": "5.00",
        "tiers": [ { "up_to": "10", "unit_price": "1.00" }, { "up_to": null, "unit_price": "0.10" } ] },
      { "metric": "jobs", "name": "Jobs", "model": "per_unit", "unit_price": "0.10", "group_by": "team",
        "filters": [ { "match": { "size": "big" }, "unit_price": "1.00" } ] } ] },
    { "code": "one", "type": "pay_per_use", "charges": [
      { "metric": "calls", "name": "Calls", "model": "graduated", "included": "10", "minimum_amount": "5.00",
        "tiers": [ { "up_to": "10", "unit_price": "1.00" }, { "up_to": null, "unit_price": "0.10" } ] } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
# described CUSTOMER: description, quantity, amount
described () { billctl export lines --customer "$1" --no-header --columns description,quantity,amount; }

# --- One price, spread over the teams ---
# 10 + 7 + 3 + 5 = 25, 15 above the allowance: 10.00 + 0.50 = 10.50. Of 25: 10 are 4.20, 7 are 2.94, 3 are 1.26, 5 are 2.10. The jobs: 2 big ones, one for
# each team, and 3 others, 0.10 each: red 2, blue 1.
customer acme UTC teams 2026-01-01 && customer same UTC one 2026-01-01 || exit 1
for customer in acme same; do
  event $customer calls 10 2026-01-02 -p team=red && event $customer calls 4 2026-01-03 -p team=blue && event $customer calls 3 2026-01-04 -p team=blue &&
    event $customer calls 3 2026-01-05 -p 'team=green, light' && event $customer calls 5 2026-01-06 || exit 1
done
event acme jobs 1 2026-01-02 -p team=red -p size=big && event acme jobs 1 2026-01-02 -p team=blue -p size=big && event acme jobs 1 2026-01-03 -p team=red &&
  event acme jobs 1 2026-01-04 -p team=blue && event acme jobs 1 2026-01-05 -p team=red || exit 1
check 'billed' generate 2026-02-01
check_output 'a line for each team' '"Calls, without team",5,2.10
"Calls, team blue",7,2.94
"Calls, team green, light",3,1.26
"Calls, team red",10,4.20
"Jobs (size=big), team blue",1,1.00
"Jobs (size=big), team red",1,1.00
"Jobs, team blue",1,0.10
"Jobs, team red",2,0.20' described acme
check_output 'as much as in one line' 'Calls,25,10.50' described same
check_json 'how it came about' '[.[] | select (.description == "Calls, team blue") | .derivation | [.rule, .property, .group, .events, .quantity, .whole, .now.rule]]' \
  '[["share","team","blue",2,"7",{"quantity":"25","amount":"10.5"},"graduated"]]' billctl export lines --customer acme --format json
check_output 'usage by team' 'calls,,5
calls,blue,7
calls,"green, light",3
calls,red,10' billctl usage show acme --metric calls --by property --property team --format csv --no-header --columns metric,value,quantity

# --- Cents that do not divide: 0.10 over three equal parts: 0.04, 0.03, 0.03, the first of equals first ---
customer thirds UTC teams 2026-01-01 && event thirds jobs 1 2026-01-02 -p team=a -p size=no || exit 1
event thirds calls 3.34 2026-01-02 -p team=a && event thirds calls 3.34 2026-01-02 -p team=b && event thirds calls 3.34 2026-01-02 -p team=c || exit 1
# 10.02: 0.02 above the allowance: 0.02, two cents over three: 0.01, 0.01, 0.00. The minimum adds 4.98 in a line of its own.
check 'thirds' generate 2026-02-01 --customer thirds
check_output 'the largest remainders' '"Calls, team a",3.34,0.01
"Calls, team b",3.34,0.01
"Calls, team c",3.34,0.00
Calls: minimum,1,4.98
"Jobs, team a",1,0.10' described thirds

# --- Corrections below zero ---
# a 30, b -10: 20, 10 above the allowance: 10.00. a has 30 / 20 of it, 15.00, and b gives back 5.00.
customer below UTC teams 2026-01-01 && event below calls 30 2026-01-02 -p team=a && event below calls -10 2026-01-03 -p team=b || exit 1
check 'below zero' generate 2026-02-01 --customer below
check_output 'each with its sign' '"Calls, team a",30,15.00
"Calls, team b",-10,-5.00' described below

# --- Late usage, snapshots, and the proof ---
# Without the property at all there is nothing to split.
customer plain UTC teams 2026-01-01 && event plain calls 12 2026-01-02 && event plain calls 4 2026-01-02 || exit 1
check 'all issued' generate 2026-02-01 --finalize
check_output 'nothing to split' 'Calls,16,6.00' described plain
# 5 more of blue: 30, 20 above the allowance: 10.00 + 1.00 = 11.00: blue 12 of 30: 4.40, 1.46 more; the others have 5, 3 and 10 of 30: 1.83, 1.10, 3.67,
# 0.27, 0.16 and 0.53 less: 0.50 more in all.
{ event acme calls 5 2026-01-20 -p team=blue; } 2>/dev/null
event acme calls 11 2026-02-20 -p team=red || exit 1
check 'the next month' generate 2026-03-01 --customer acme --finalize
check_output 'late usage by team' '"Calls, team red",11,1.00
Calls: minimum,1,4.00
"Late: Calls, without team",0,-0.27
"Late: Calls, team blue",5,1.46
"Late: Calls, team green, light",0,-0.16
"Late: Calls, team red",0,-0.53' sh -c "billctl export lines --customer acme --no-header --columns description,quantity,amount | tail -n 6"
first=$(billctl invoice list --customer acme --format json | jq -r '.[] | select (.billed_on == "2026-02-01") | .invoice')
check_output 'the snapshot knows teams' ',5,1
blue,7,2
"green, light",3,1
red,10,1' sh -c "billctl usage snapshot $first --format csv --no-header --columns metric,group,quantity,events | sed -n 's/^calls,//p'"
check_output 'and whose events these are' '2,4
2,3
7,1' sh -c "billctl usage snapshot $first --events --format csv --no-header --columns position,quantity,properties | sed -n 's/,\"{\"\"team\"\":\"\"blue\"\"}\"\$//p'"
check 'the ledger is sound' billctl verify

# --- What the catalog refuses ---
# refused FIELDS WHAT
refused () {
  printf '{ "currency": "USD", "metrics": [ { "code": "sum" }, { "code": "max", "aggregation": "max" } ], "plans": [ { "code": "p", "type": "pay_per_use",
    "charges": [ { "model": "per_unit", "unit_price": "1", "group_by": "team", %s } ] } ] }' "$1" >refused.json
  check_match "not $1" "$2" sh -c 'billctl plans apply refused.json 2>&1; test $? -eq 2'
}
refused '"metric": "max"' "only what is counted or summed up can be split by a property: 'max' is max"
refused '"metric": "*"' 'a charge for all metrics cannot be split by a property'
refused '"metric": "sum", "billing": "advance"' 'a charge that is billed in advance has a line for each event, which cannot be split'

done_testing
