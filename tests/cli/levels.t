#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Levels that events change, weighted by time: they stay from period to period. Every figure is worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "licences", "name": "Licences", "aggregation": "weighted_sum", "negative": "allow" },
    { "code": "disk", "aggregation": "weighted_sum", "negative": "allow" }, { "code": "other" } ],
  "plans": [
    { "code": "team", "type": "pay_per_use", "charges": [ { "metric": "licences", "model": "per_unit", "unit_price": "31.00" } ] },
    { "code": "calendar", "type": "pay_per_use", "alignment": "calendar",
      "charges": [ { "metric": "licences", "model": "per_unit", "unit_price": "31.00" } ] },
    { "code": "disks", "type": "pay_per_use", "charges": [ { "metric": "disk", "model": "per_unit", "filters": [
        { "match": { "kind": "ssd" }, "unit_price": "0.30" }, { "match": { "kind": "hdd" }, "unit_price": "0.10" } ] } ] },
    { "code": "any", "type": "pay_per_use", "charges": [ { "metric": "*", "model": "per_unit", "unit_price": "1" } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# --- A level stays until an event changes it ---
# January has 31 days: 10 for the 30 days from the 2nd, 5 more for the 21 days from the 11th: (300 + 105) / 31 = 13.064516129032258064 516…, rounded
# to …065. x 31 = 405.000000000000000015 -> 405.00. February without events: 15 x 31. March: 15 - 4 x 10 of 31 days = 13.709677419354838709 677… -> …710.
customer acme UTC team 2026-01-01 && event acme licences 10 2026-01-02T00:00:00Z && event acme licences 5 2026-01-11T00:00:00Z &&
  event acme licences -4 2026-03-22T00:00:00Z && generate 2026-05-01 || exit 1
check_output 'weighted by time, carried on' 'licences,13.064516129032258065,405.00
licences,15,465.00
licences,13.70967741935483871,425.00
licences,11,341.00' amounts acme
# 10 x 30 days + 5 x 21 days, of 86,400,000,000 microseconds each.
check_json 'how it came about' '.[0:2] | map (.derivation | [.aggregation, .events, .first, .level_at_start, .level_microseconds, .microseconds, .quantity])' '[["weighted_sum",2,"2026-01-02T00:00:00Z",null,"34992000000000",2678400000000,"13.064516129032258065"],["weighted_sum",0,null,"15","36288000000000",2419200000000,"15"]]' \
  billctl export lines --customer acme --format json

# --- Within a day, and on the bounds of a period ---
# February 2026 has 28 days: 7 from the very start; 28 for 6 hours of the 10th are 28 / 4 / 28 = 0.25; what comes at the first instant of March is not of
# February: 7.25 x 31 = 224.75. March: 7 + 1.
customer exact UTC team 2026-02-01 && event exact licences 7 2026-02-01T00:00:00Z && event exact licences 28 2026-02-10T06:00:00Z &&
  event exact licences -28 2026-02-10T12:00:00Z && event exact licences 1 2026-03-01T00:00:00Z && generate 2026-04-01 --customer exact || exit 1
check_output 'hours and bounds' 'licences,7.25,224.75
licences,8,248.00' amounts exact
# New York loses an hour on the 8th of March: the month has 743 hours. 743 for one of them is 1.
customer york America/New_York team 2026-03-01 && event york licences 743 2026-03-08T06:30:00Z && event york licences -743 2026-03-08T07:30:00Z &&
  generate 2026-04-02 --customer york || exit 1
check_output 'a month of 743 hours' 'licences,1,31.00' amounts york

# --- A short first period ---
# Calendar months from the 15th: 10 for 17 of 31 days are 5.4838…, x 31 = 170.00, as fees would be; February is whole.
customer short UTC calendar 2026-01-15 && event short licences 10 2026-01-15T00:00:00Z && generate 2026-03-01 --customer short || exit 1
check_output 'counts in proportion' 'licences,5.483870967741935484,170.00
licences,10,310.00' amounts short

# --- By property; levels at nothing ---
# 280 x 0.30, and hdd 100 for 14 of 28 days = 50 x 0.10; then hdd is back to 0 and has no line.
customer disks UTC disks 2026-02-01 && event disks disk 280 2026-02-01T00:00:00Z --property kind=ssd &&
  event disks disk 100 2026-02-01T00:00:00Z --property kind=hdd && event disks disk -100 2026-02-15T00:00:00Z --property kind=hdd &&
  generate 2026-04-01 --customer disks || exit 1
check_output 'a level for each filter' 'disk,280,84.00
disk,50,5.00
disk,280,84.00' amounts disks

# --- The charge for all metrics ---
customer any UTC any 2026-01-01 && event any licences 3 2026-01-01T00:00:00Z && event any other 2 2026-01-05T00:00:00Z && generate 2026-03-01 --customer any || exit 1
check_output 'what stays is found without events, what does not is not' 'licences,3,3.00
other,2,2.00
licences,3,3.00' amounts any

# --- Afterwards ---
check_status 0 'issued' billctl -q invoice finalize --all
check 'drawn up again they are the same' billctl verify
done_testing
