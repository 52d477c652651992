#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What invoices say: fees and their periods, prices of usage, rounding, time zones. Every figure is worked out by hand in the
# comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

# Nobody in this test is in trial or calendar-aligned; see proration.t for those.
cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [
    { "code": "unit", "negative": "allow" }, { "code": "tiny" }, { "code": "fine" }, { "code": "eighth", "negative": "allow" },
    { "code": "pack", "negative": "allow" }, { "code": "graduated", "negative": "allow" }, { "code": "volume" }, { "code": "flat" },
    { "code": "dynamic", "negative": "allow" }, { "code": "half_1" }, { "code": "half_2" }, { "code": "huge" },
    { "code": "counted", "aggregation": "count" }, { "code": "highest", "aggregation": "max", "negative": "allow" },
    { "code": "latest", "aggregation": "last" }, { "code": "users", "aggregation": "unique", "property": "user" } ],
  "addons": [
    { "code": "support", "name": "Support", "prices": [ { "interval": "month", "amount": "20.00" } ] },
    { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "150.00" },
    { "code": "entry", "kind": "one_off", "amount": "10.00" } ],
  "plans": [
    { "code": "usage", "type": "pay_per_use",
      "charges": [
        { "metric": "unit", "model": "per_unit", "unit_price": "0.10", "included": 100 },
        { "metric": "tiny", "model": "per_unit", "unit_price": "0.000998" },
        { "metric": "fine", "model": "per_unit", "unit_price": "0.000000000000000001" },
        { "metric": "eighth", "model": "per_unit", "unit_price": "0.125" },
        { "metric": "pack", "model": "package", "package_price": "0.80", "package_size": 1000, "included": 50000 },
        { "metric": "graduated", "model": "graduated", "tiers": [ { "up_to": 100, "unit_price": "0.10" },
          { "up_to": 1000, "unit_price": "0.05", "flat_price": "1.00" }, { "up_to": null, "unit_price": "0.01" } ] },
        { "metric": "volume", "model": "volume", "tiers": [ { "up_to": 1000, "unit_price": "0.10" },
          { "up_to": 10000, "unit_price": "0.08" }, { "up_to": null, "unit_price": "0.05", "flat_price": "5.00" } ] },
        { "metric": "flat", "model": "flat", "amount": "7.50", "included": 10 },
        { "metric": "dynamic", "model": "dynamic", "amount_property": "cost", "multiplier": "1.10" },
        { "metric": "half_1", "model": "per_unit", "unit_price": "0.005" },
        { "metric": "half_2", "model": "per_unit", "unit_price": "0.005" },
        { "metric": "huge", "model": "per_unit", "unit_price": "1000000" },
        { "metric": "counted", "model": "per_unit", "unit_price": "1" },
        { "metric": "highest", "model": "per_unit", "unit_price": "1" },
        { "metric": "latest", "model": "per_unit", "unit_price": "1" },
        { "metric": "users", "model": "per_unit", "unit_price": "1", "included": 1 } ] },
    { "code": "fees", "usage_interval": "month",
      "prices": [ { "interval": "month", "amount": "30.00" }, { "interval": "quarter", "amount": "80.00" },
                  { "interval": "year", "amount": "300.00" }, { "interval": "week", "amount": "8.00" }, { "interval": "day:30", "amount": "29.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.10" } ] },
    { "code": "later", "billing": "arrears", "prices": [ { "interval": "month", "amount": "30.00" } ] },
    { "code": "seats", "prices": [ { "interval": "month", "amount": "50.00" }, { "interval": "year", "amount": "500.00" } ],
      "quantities": [ { "code": "seat", "name": "Seats", "included": 3, "prices": [ { "interval": "month", "unit_price": "7.50" },
                                                                             { "interval": "year", "unit_price": "75" } ] },
                      { "code": "guest", "name": "Guests", "prices": [ { "interval": "month", "unit_price": "0" },
                                                                      { "interval": "year", "unit_price": "0" } ] } ],
      "addons": [ "support", "setup" ] },
    { "code": "nothing", "prices": [ { "interval": "month", "amount": "0.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0" } ] },
    { "code": "mixed", "prices": [ { "interval": "month", "amount": "5.00" } ], "addons": [ "entry" ] },
    { "code": "daily", "type": "pay_per_use", "usage_interval": "day", "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "1" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# --- Prices of usage ---
# Each row is a customer of its own: name, metric, quantities of its events, amount of its line. 2026-01, USD, rounded half away
# from zero.

cat >cases <<'END'
# per unit, 0.10 over 100: the boundary itself is free; 0.0001 rounds to nothing, 0.005 up
u1 unit 99.999 0.00
u2 unit 100 0.00
u3 unit 100.001 0.00
u4 unit 100.05 0.01
u5 unit 150 5.00
u6 unit 60,60,30 5.00
# corrections: 300 - 150 - 100 = 50; 100 - 350 = -250 x 0.10, mirrored, without the allowance
u7 unit 300,-150 5.00
u8 unit 100,-350 -25.00
u9 unit 100,-100 0.00
# 5 x 0.000998 = 0.00499; 6 x 0.000998 = 0.005988; 10^6 x 0.000998 = 998
t1 tiny 5 0.00
t2 tiny 6 0.01
t3 tiny 1000000 998.00
t4 tiny 9.984E-7 0.00
# 18 places: 4,999,999,999,999,999 x 10^-18 = 0.004999999999999999; one more is 0.005
f1 fine 4999999999999999 0.00
f2 fine 5000000000000000 0.01
# 0.125 and 0.375 lie halfway
e1 eighth 1 0.13
e2 eighth -1 -0.13
e3 eighth 3 0.38
e4 eighth 0.04 0.01
# packages of 1,000 for 0.80 over 50,000; a started one counts; -500 is one block the other way
p1 pack 50000 0.00
p2 pack 50000.000000000000000001 0.80
p3 pack 51000 0.80
p4 pack 51000.5 1.60
p5 pack -500 -0.80
# graduated: 100 x 0.10 = 10; then 1.00 once and 0.05 each up to 1,000 (45); then 0.01
g1 graduated 0 0.00
g2 graduated 99.999 10.00
g3 graduated 100 10.00
g4 graduated 100.5 11.03
g5 graduated 1000 56.00
g6 graduated 1001 56.01
g7 graduated 40,70 11.50
g8 graduated -150 -13.50
# volume: 1,000.01 x 0.08 = 80.0008; 10,000 x 0.08 = 800; 10,001 x 0.05 + 5 = 505.05
v1 volume 1000 100.00
v2 volume 1000.01 80.00
v3 volume 10000 800.00
v4 volume 10001 505.05
v5 volume 0 0.00
# flat: 7.50 once there is more than 10
l1 flat 10 0.00
l2 flat 10.0001 7.50
l3 flat 400,600 7.50
# count: three events whatever they carry; max: the highest, also when all are below zero; last: see below
c1 counted 5,0,2 3.00
m1 highest 5,9,2 9.00
m2 highest -5,-2 -2.00
# 38 digits: the sum of two is exact; 12,345,678,901.23 x 0.10 - 10.00 = 1,234,567,880.123
x1 unit 12345678901.23 1234567880.12
END
grep -v '^#' cases | {
  while read -r name metric quantities amount; do
    echo "$name,UTC" >>customers.rows
    n=0
    for quantity in $(echo "$quantities" | tr , ' '); do
      n=$((n + 1))
      echo "$name-$n,$name,$metric,$quantity,2026-01-1${n}T12:00:00Z" >>usage.rows
    done
    echo "$name,$metric,$amount" >>expected
  done
}
{ echo code,timezone; cat customers.rows; } >customers.csv
{ echo id,customer,metric,quantity,time; cat usage.rows; } >usage.csv
check 'customers' billctl -q customer import customers.csv
while IFS=, read -r name _; do billctl -q subscribe "$name" usage --start 2026-01-01 >/dev/null || exit 1; done <customers.rows
check 'usage' billctl -q usage import usage.csv
check 'a run' generate 2026-02-01
billctl export lines --no-header --columns customer,code,amount >actual
check_same 'each price, by hand' expected actual
check 'the ledger is sound' billctl verify

# --- Aggregations that look at more than the quantity ---

customer last UTC usage 2026-01-01 && customer unique UTC usage 2026-01-01 || exit 1
# The last by time counts, whenever it was recorded; of two at the same time the one recorded later.
event last latest 9 2026-01-20T00:00:00Z && event last latest 4 2026-01-10T00:00:00Z && event last latest 6 2026-01-20T00:00:00Z || exit 1
# a, b and c are three, one is included; an event without a user counts for none.
for user in a b a c; do event unique users 1 2026-01-10T00:00:00Z --property user=$user || exit 1; done
event unique users 1 2026-01-10T00:00:00Z || exit 1
generate 2026-02-01 || exit 1
check_output 'the last one' 'latest,6,6.00' amounts last
check_output 'distinct values: 3 less 1' 'users,3,2.00' amounts unique

# --- One rounding for each line ---
# Two lines of 0.005 are 0.01 each, 0.02 together; ten events of 0.005 on one line are 0.05.
customer halves UTC usage 2026-01-01 || exit 1
for day in 01 02 03 04 05 06 07 08 09 10; do event halves half_1 1 "2026-01-${day}T00:00:00Z" || exit 1; done
event halves half_2 1 2026-01-05T00:00:00Z || exit 1
customer pair UTC usage 2026-01-01 && event pair half_1 1 2026-01-05T00:00:00Z && event pair half_2 1 2026-01-05T00:00:00Z || exit 1
generate 2026-02-01 || exit 1
check_output 'ten times 0.005 in one line' 'half_1,10,0.05
half_2,1,0.01' amounts halves
check_output 'two lines of 0.005' 'half_1,1,0.01
half_2,1,0.01' amounts pair
check_output 'and their total' 'pair,2026-02-01,0.02' totals --customer pair
check_json 'the exact amount is kept' 'map (.exact_amount)' '["0.005","0.005"]' billctl export lines --customer pair --format json

# --- The amount that events carry ---
# (1.20 + 0.35 - 0.05) x 1.10 = 1.65; the quantity is the sum 3.
customer dynamic UTC usage 2026-01-01 && event dynamic dynamic 1 2026-01-05T00:00:00Z --property cost=1.20 &&
  event dynamic dynamic 3 2026-01-06T00:00:00Z --property cost=0.35 &&
  event dynamic dynamic -1 2026-01-07T00:00:00Z --property cost=-0.05 || exit 1
# 0.0000008 x 1.10 = 0.00000088; written with an exponent and as a number of JSON too: 4E-7 + 0.0000004
customer dust UTC usage 2026-01-01 || exit 1
printf '%s\n' '{"id":"d1","customer":"dust","metric":"dynamic","quantity":1,"time":"2026-01-05T00:00:00Z","properties":{"cost":"4E-7"}}' \
  '{"id":"d2","customer":"dust","metric":"dynamic","quantity":1,"time":"2026-01-05T00:00:00Z","properties":{"cost":0.0000004}}' >dust.jsonl
billctl -q usage import dust.jsonl >/dev/null || exit 1
generate 2026-02-01 || exit 1
check_output 'dynamic' 'dynamic,3,1.65' amounts dynamic
check_json 'exactly' 'map (.exact_amount)' '["0.00000088"]' billctl export lines --customer dust --format json

# --- A customer that cannot be billed does not stop the others ---

customer broken_1 UTC usage 2026-01-01 && event broken_1 dynamic 1 2026-01-05T00:00:00Z &&
  customer broken_2 UTC usage 2026-01-01 && event broken_2 huge 1000000000000000000000000000000 2026-01-05T00:00:00Z &&
  customer broken_3 UTC usage 2026-01-01 && event broken_3 dynamic 1 2026-01-05T00:00:00Z --property cost=1,5 &&
  customer sound UTC usage 2026-01-01 && event sound unit 110 2026-01-05T00:00:00Z || exit 1
last=$event_count
check_status 6 'some were not billed' billctl invoice generate --as-of 2026-02-01
check_said 'the event that lacks its amount is named' \
  "^warning: customer broken_1 was not billed: event event-$((last - 3)) has no property 'cost' with its amount$"
check_said '10^30 x 1,000,000 is too much' '^warning: customer broken_2 was not billed: huge of plan usage: the amount does not fit$'
check_said 'an amount that is none' \
  "^warning: customer broken_3 was not billed: event event-$((last - 1)): property cost: '1,5' is not a decimal number"
check_said 'they are counted' '^warning: 3 customers were not billed; the others were$'
check_output 'the others are billed' 'unit,110,1.00' amounts sound
check_output 'they have nothing' '' sh -c 'for c in broken_1 broken_2 broken_3; do billctl invoice list --customer $c --format csv --no-header; done'
check 'the ledger is sound' billctl verify

# --- Fees and their periods ---

customer month UTC fees 2026-01-31 --interval month && customer d29 UTC fees 2026-01-29 && customer d30 UTC fees 2026-01-30 &&
  customer leap UTC fees 2024-02-29 --interval year && customer quarter UTC fees 2025-11-30 --interval quarter &&
  customer week UTC fees 2026-01-01 --interval week && customer days UTC fees 2026-01-01 --interval day:30 || exit 1
generate 2026-05-30 --customer month && generate 2026-03-29 --customer d29 && generate 2026-03-30 --customer d30 &&
  generate 2028-03-01 --customer leap && generate 2026-08-30 --customer quarter && generate 2026-01-21 --customer week &&
  generate 2026-03-02 --customer days || exit 1
check_output 'from 31 January: clamped, and back to 31' 'fees,2026-01-31,2026-02-28,1,,30.00
fees,2026-02-28,2026-03-31,1,,30.00
fees,2026-03-31,2026-04-30,1,,30.00
fees,2026-04-30,2026-05-31,1,,30.00' lines month
check_output 'from 29 January' 'fees,2026-01-29,2026-02-28,1,,30.00
fees,2026-02-28,2026-03-29,1,,30.00
fees,2026-03-29,2026-04-29,1,,30.00' lines d29
check_output 'from 30 January' 'fees,2026-01-30,2026-02-28,1,,30.00
fees,2026-02-28,2026-03-30,1,,30.00
fees,2026-03-30,2026-04-30,1,,30.00' lines d30
check_output 'yearly from 29 February' 'fees,2024-02-29,2025-02-28,1,,300.00
fees,2025-02-28,2026-02-28,1,,300.00
fees,2026-02-28,2027-02-28,1,,300.00
fees,2027-02-28,2028-02-29,1,,300.00
fees,2028-02-29,2029-02-28,1,,300.00' lines leap
check_output 'quarters from 30 November' 'fees,2025-11-30,2026-02-28,1,,80.00
fees,2026-02-28,2026-05-30,1,,80.00
fees,2026-05-30,2026-08-30,1,,80.00
fees,2026-08-30,2026-11-30,1,,80.00' lines quarter
check_output 'weeks: one on each seventh day, the third due on the 15th' 'fees,2026-01-01,2026-01-08,1,,8.00
fees,2026-01-08,2026-01-15,1,,8.00
fees,2026-01-15,2026-01-22,1,,8.00' lines week
check_output '30 days' 'fees,2026-01-01,2026-01-31,1,,29.00
fees,2026-01-31,2026-03-02,1,,29.00
fees,2026-03-02,2026-04-01,1,,29.00' lines days

# Usage of a yearly subscription is billed month by month: 250 x 0.10 = 25.00, 30 x 0.10 = 3.00.
customer yearly UTC fees 2026-01-15 --interval year && event yearly unit 250 2026-01-20T00:00:00Z &&
  event yearly unit 30 2026-03-14T23:59:59Z && generate 2026-03-15 --customer yearly || exit 1
check_output 'usage month by month' 'fees,2026-01-15,2027-01-15,1,,300.00
unit,2026-01-15,2026-02-15,250,,25.00
unit,2026-02-15,2026-03-15,30,,3.00' lines yearly
check_output 'each when it is due' 'yearly,2026-01-15,300.00
yearly,2026-02-15,25.00
yearly,2026-03-15,3.00' totals --customer yearly

# In arrears: nothing before the period is over.
customer arrears UTC later 2026-01-31 && generate 2026-02-27T23:59:59Z --customer arrears || exit 1
check_output 'in arrears, not before the end' '' totals --customer arrears
generate 2026-03-31 --customer arrears || exit 1
check_output 'but then' 'arrears,2026-02-28,30.00
arrears,2026-03-31,30.00' totals --customer arrears

# --- Quantities, add-ons, nothings ---
# Month: 50.00 + (5 - 3) x 7.50 = 15.00 + 2 x 20.00 = 40.00, and set-up 150.00 once. Guests at 0 give no line.
customer team UTC seats 2026-01-01 --quantity seat=5 --quantity guest=9 --addon support=2 --addon setup && generate 2026-02-01 --customer team || exit 1
check_output 'quantities and add-ons' 'seats,2026-01-01,2026-02-01,1,,50.00
seat,2026-01-01,2026-02-01,5,,15.00
support,2026-01-01,2026-02-01,2,,40.00
setup,2026-01-01,2026-02-01,1,,150.00
seats,2026-02-01,2026-03-01,1,,50.00
seat,2026-02-01,2026-03-01,5,,15.00
support,2026-02-01,2026-03-01,2,,40.00' lines team
check_output 'the set-up once' 'team,2026-01-01,255.00
team,2026-02-01,105.00' totals --customer team
# Year: 500.00 + (4 - 3) x 75 = 575.00; with 2 seats nothing beyond the fee, never less.
customer big UTC seats 2026-01-01 --interval year --quantity seat=4 && customer small UTC seats 2026-01-01 --quantity seat=2 &&
  generate 2026-01-01 --customer big && generate 2026-01-01 --customer small || exit 1
check_output 'by the year' 'big,2026-01-01,575.00' totals --customer big
check_output 'below what is included' 'small,2026-01-01,50.00' totals --customer small
customer free UTC nothing 2026-01-01 && generate 2026-02-01 --customer free || exit 1
check_output 'a fee of nothing and no usage: no invoice' '' totals --customer free
event free unit 5 2026-01-05T00:00:00Z && generate 2026-02-01 --customer free || exit 1
check_output 'usage at no price is shown' 'unit,5,0.00' amounts free

# Years of nothing but now and then: March, April and October 2025, billed in one run. 250 - 100, 100 - 100, 101 - 100 units x 0.10.
customer sparse UTC usage 2020-01-01 && event sparse unit 250 2025-03-31T23:59:59Z && event sparse unit 100 2025-04-01T00:00:00Z &&
  event sparse unit 101 2025-10-15T00:00:00Z && event sparse counted 1 2025-04-30T23:59:59Z && generate 2026-01-01 --customer sparse || exit 1
check_output 'only periods with usage are billed' 'unit,2025-03-01,2025-04-01,250,,15.00
unit,2025-04-01,2025-05-01,100,,0.00
counted,2025-04-01,2025-05-01,1,,1.00
unit,2025-10-01,2025-11-01,101,,0.10' lines sparse

# A public case (killbill, TestDefaultInvoiceGenerator: "mixed mode"): 10.00 to set up, then 5.00 a month.
customer mixed UTC mixed 2011-01-01 --addon entry && generate 2011-02-01 --customer mixed || exit 1
check_output 'a set-up fee and a monthly fee' 'mixed,2011-01-01,15.00
mixed,2011-02-01,5.00' totals --customer mixed

# --- Midnight in four zones, and both changes of clocks ---
# 1 January, 1 April and 1 November begin, in UTC:
#   Berlin    12-31T23:00 (+1)  03-31T22:00 (+2, since 29 March)      10-31T23:00 (+1, since 25 October)
#   New York  01-01T05:00 (-5)  04-01T04:00 (-4, since 8 March)       11-01T04:00 (-4, until 02:00 that day)
#   Auckland  12-31T11:00 (+13) 03-31T11:00 (+13, until 5 April)      10-31T11:00 (+13, since 27 September)
#   Kolkata   12-31T18:30 (+5:30, always)  03-31T18:30                10-31T18:30
# and 1 December in New York at 05:00 (-5), 1 May in Auckland at 04-30T12:00 (+12).

# midnight NAME ZONE DAY-OF-START MIDNIGHT SECOND-BEFORE: at that midnight a monthly period from DAY-OF-START on ends
midnight () {
  customer "$1" "$2" usage "$3" && event "$1" tiny 1000000 "$5" && event "$1" tiny 5 "$4" || exit 1
  generate "$5" --customer "$1" || exit 1
  check_output "$1: nothing is due a second before midnight" '' totals --customer "$1"
  generate "$4" --customer "$1" || exit 1
  check_output "$1: at midnight the event of the second before is billed, that of midnight not" 'tiny,1000000,998.00' amounts "$1"
}
midnight berlin_spring Europe/Berlin 2026-03-01 2026-03-31T22:00:00Z 2026-03-31T21:59:59Z
midnight berlin_autumn Europe/Berlin 2026-10-01 2026-10-31T23:00:00Z 2026-10-31T22:59:59Z
midnight york_spring America/New_York 2026-03-01 2026-04-01T04:00:00Z 2026-04-01T03:59:59Z
midnight york_autumn America/New_York 2026-10-01 2026-11-01T04:00:00Z 2026-11-01T03:59:59Z
midnight york_winter America/New_York 2026-11-01 2026-12-01T05:00:00Z 2026-12-01T04:59:59Z
midnight auckland_summer Pacific/Auckland 2026-03-01 2026-03-31T11:00:00Z 2026-03-31T10:59:59Z
midnight auckland_autumn Pacific/Auckland 2026-04-01 2026-04-30T12:00:00Z 2026-04-30T11:59:59Z
midnight auckland_spring Pacific/Auckland 2026-10-01 2026-10-31T11:00:00Z 2026-10-31T10:59:59Z
midnight kolkata Asia/Kolkata 2026-03-01 2026-03-31T18:30:00Z 2026-03-31T18:29:59Z
# The first period begins at the midnight that the last one would have ended at.
check_json 'the period of the spring in Berlin' 'map ([.period_start, .period_end])' '[["2026-02-28T23:00:00Z","2026-03-31T22:00:00Z"]]' \
  billctl export lines --customer berlin_spring --format json
check_json 'and of the autumn' 'map ([.period_start, .period_end])' '[["2026-09-30T22:00:00Z","2026-10-31T23:00:00Z"]]' \
  billctl export lines --customer berlin_autumn --format json

# Days of 23 and 25 hours are one day: 29 March from 23:00 to 22:00 UTC, 25 October from 22:00 to 23:00.
customer short Europe/Berlin daily 2026-03-29 && event short unit 1 2026-03-28T23:00:00Z && event short unit 2 2026-03-29T21:59:59Z &&
  event short unit 4 2026-03-29T22:00:00Z && generate 2026-03-29T22:00:00Z --customer short || exit 1
check_output 'a day of 23 hours' 'unit,2026-03-28T23:00:00Z,2026-03-29T22:00:00Z,3,,3.00' lines short
customer long Europe/Berlin daily 2026-10-25 && event long unit 1 2026-10-24T22:00:00Z && event long unit 2 2026-10-25T22:59:59Z &&
  event long unit 4 2026-10-25T23:00:00Z && generate 2026-10-25T23:00:00Z --customer long || exit 1
check_output 'a day of 25 hours' 'unit,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z,3,,3.00' lines long

# A customer that moves: the period that began in Berlin ends in New York, at midnight there; no hour is billed twice or never.
customer mover Europe/Berlin usage 2026-01-01 && event mover tiny 1000000 2026-01-31T22:59:59Z && event mover tiny 2000000 2026-01-31T23:00:00Z &&
  event mover tiny 4000000 2026-03-01T04:59:59Z && event mover tiny 8000000 2026-03-01T05:00:00Z &&
  billctl -q invoice generate --as-of 2026-02-01 --customer mover --finalize >/dev/null &&
  billctl -q customer update mover --timezone America/New_York >/dev/null &&
  billctl -q invoice generate --as-of 2026-03-02 --customer mover --finalize >/dev/null || exit 1
check_output 'a change of the time zone leaves no gap' 'tiny,2025-12-31T23:00:00Z,2026-01-31T23:00:00Z,1000000,,998.00
tiny,2026-01-31T23:00:00Z,2026-03-01T05:00:00Z,6000000,,5988.00' lines mover
check 'the ledger is sound' billctl verify

done_testing
