#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which subscription an event counts for, when a customer has several: each event for one, none for two.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "storage" }, { "code": "other" } ],
  "plans": [
    { "code": "first", "type": "pay_per_use", "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "1" } ] },
    { "code": "second", "type": "pay_per_use", "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "10" },
                                                            { "metric": "storage", "model": "per_unit", "unit_price": "100" } ] },
    { "code": "rest", "type": "pay_per_use", "charges": [ { "metric": "*", "model": "per_unit", "unit_price": "1000" } ] },
    { "code": "tried", "type": "pay_per_use", "trial_days": 10, "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "1" } ] },
    { "code": "weekly", "type": "pay_per_use", "usage_interval": "week", "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.5" } ] },
    { "code": "fee", "prices": [ { "interval": "month", "amount": "20.00" } ],
      "charges": [ { "metric": "storage", "model": "per_unit", "unit_price": "100" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# subscribed CUSTOMER PLAN START [OPTION…]: one more subscription
subscribed () {
  subscribed_customer=$1 subscribed_plan=$2 subscribed_start=$3; shift 3
  billctl -q subscribe "$subscribed_customer" "$subscribed_plan" --start "$subscribed_start" "$@" >/dev/null
}
# by_subscription CUSTOMER [OPTION…]
by_subscription () {
  by_customer=$1; shift
  billctl export lines --customer "$by_customer" --no-header --columns subscription,code,period_start,quantity,amount "$@" | sed 's/T00:00:00Z//g'
}

# --- Two subscriptions that price the same metric ---
# Without a name: the older one, at 1. With a name: that one, at 10. Storage is priced by the second alone.
customer two UTC first 2026-01-01 && subscribed two second 2026-01-01 || exit 1
event two calls 5 2026-01-10T00:00:00Z && event two calls 3 2026-01-11T00:00:00Z --subscription two-2 &&
  event two calls 2 2026-01-12T00:00:00Z --subscription two-1 && event two storage 1 2026-01-13T00:00:00Z && generate 2026-02-01 || exit 1
check_output 'the older one, unless the event names another' 'two-1,calls,2026-01-01,7,7.00
two-2,calls,2026-01-01,3,30.00
two-2,storage,2026-01-01,1,100.00' by_subscription two
check_output 'on one invoice: 7 + 30 + 100' 'two,2026-02-01,137.00' totals --customer two

# --- The older one has not begun, or has ended ---
# second (older) lives from 10 to 20 January, first (newer) from 1 January on: before and after, events go to the newer one.
customer life UTC second 2026-01-10 --end 2026-01-20 && subscribed life first 2026-01-01 || exit 1
event life calls 1 2026-01-09T23:59:59Z && event life calls 2 2026-01-10T00:00:00Z && event life calls 4 2026-01-19T23:59:59Z &&
  event life calls 8 2026-01-20T00:00:00Z && generate 2026-02-01 || exit 1
check_output 'the older one within its life, the newer one around it' 'life-1,calls,2026-01-10,6,60.00
life-2,calls,2026-01-01,9,9.00' by_subscription life

# The trial is part of the life: what is used then is tried, not billed elsewhere. 1 to 10 January are free.
customer trial UTC tried 2026-01-01 && subscribed trial second 2026-01-01 || exit 1
event trial calls 1 2026-01-10T23:59:59Z && event trial calls 2 2026-01-11T00:00:00Z && event trial calls 4 2026-01-05T00:00:00Z --subscription trial-2 &&
  generate 2026-02-11 --customer trial || exit 1
check_output 'usage of a trial is not billed to another subscription' 'trial-2,calls,2026-01-01,4,40.00
trial-1,calls,2026-01-11,2,2.00' by_subscription trial

# --- A charge for all metrics ---
# calls go to the older one that names them; storage and other to the one that takes all.
customer all UTC first 2026-01-01 && subscribed all rest 2026-01-01 || exit 1
event all calls 5 2026-01-10T00:00:00Z && event all storage 1 2026-01-10T00:00:00Z && event all other 2 2026-01-10T00:00:00Z &&
  event all calls 3 2026-01-11T00:00:00Z --subscription all-2 && generate 2026-02-01 || exit 1
check_output 'the newer one takes what is left' 'all-1,calls,2026-01-01,5,5.00
all-2,calls,2026-01-01,3,3000.00
all-2,storage,2026-01-01,1,1000.00
all-2,other,2026-01-01,2,2000.00' by_subscription all
customer greedy UTC rest 2026-01-01 && subscribed greedy second 2026-01-01 || exit 1
event greedy calls 1 2026-01-10T00:00:00Z && event greedy storage 2 2026-01-10T00:00:00Z --subscription greedy-2 && generate 2026-02-01 || exit 1
check_output 'the older one takes all' 'greedy-1,calls,2026-01-01,1,1000.00
greedy-2,storage,2026-01-01,2,200.00' by_subscription greedy

# --- A subscription that is added later, with a start in the past ---
# January of the first is issued: 5 calls. Then the fee plan is added from 1 January on: its fees and its storage of January are due as
# well, on invoices of their own; the calls of January stay where they were billed.
customer late UTC first 2026-01-01 && event late calls 5 2026-01-10T00:00:00Z && event late storage 2 2026-01-10T00:00:00Z &&
  generate 2026-02-01 --customer late --finalize && subscribed late fee 2026-01-01 && subscribed late second 2026-01-01 || exit 1
check 'it is drawn up' generate 2026-02-01 --customer late
check_output 'fees and usage since its start, nothing twice' 'late,2026-01-01,20.00
late,2026-02-01,5.00
late,2026-02-01,220.00' totals --customer late
check_output 'who bills what' 'late-1,calls,2026-01-01,5,5.00
late-2,fee,2026-01-01,1,20.00
late-2,fee,2026-02-01,1,20.00
late-2,storage,2026-01-01,2,200.00' by_subscription late
check 'issued' generate 2026-02-01 --customer late --finalize
check_error 0 'and nothing is due any more' 'nothing is due' billctl invoice generate --customer late --as-of 2026-02-01 --format csv --no-header
check 'the ledger is sound' billctl verify

# --- Nothing twice, nothing lost ---
# Four subscriptions with other intervals and lives, together from 1 January to 30 June; 600 events at fixed odd times, a quarter of them
# named. Everything lies within the life of some subscription that prices calls, so the quantities billed are those recorded.
customer sum Europe/Berlin first 2026-01-15 --end 2026-03-01 && subscribed sum second 2026-02-10 --end 2026-07-01 &&
  subscribed sum weekly 2026-01-01 --end 2026-07-01 && subscribed sum rest 2026-04-30 --end 2026-07-01 || exit 1
awk 'BEGIN {
  print "id,customer,metric,quantity,time,subscription"
  for (i = 0; i < 600; i++) {
    day = (i * 37) % 181; month = 1
    split ("31 28 31 30 31 30", length_of, " ")
    while (day >= length_of[month]) { day -= length_of[month]; month++ }
    hour = (i * 7) % 24; minute = (i * 13) % 60
    named = ""
    # in the life of each: second from 10 February on, weekly always, first from 15 January to February, rest in May and June
    if (i % 8 == 0) named = "sum-3"
    else if (i % 8 == 1 && month >= 3) named = "sum-2"
    else if (i % 8 == 2 && month == 2 && day < 27) named = "sum-1"
    else if (i % 8 == 3 && month >= 5) named = "sum-4"
    if (month == 6 && day == 29) hour = 12
    if (month == 1 && day == 0) hour = 12
    printf "s-%d,sum,calls,%d.%02d,2026-%02d-%02dT%02d:%02d:00Z,%s\n", i, i % 97, i % 100, month, day + 1, hour, minute, named
  }
}' >sum.csv
check 'events for four subscriptions' billctl -q usage import sum.csv
check 'billed in two runs, the first of them half way' generate 2026-03-20 --customer sum --finalize
check 'to the end' generate 2026-07-31 --customer sum --finalize
# The sum of the quantities, in hundredths, straight from the file.
recorded=$(awk -F , 'NR > 1 { split ($4, part, "."); sum += part[1] * 100 + part[2] } END { print sum }' sum.csv)
check_output 'what is billed is what was recorded' "$recorded" \
  sh -c 'billctl export lines --customer sum --no-header --columns quantity | awk -F . "{ sum += \$1 * 100 + (length (\$2) == 1 ? \$2 * 10 : \$2) } END { print sum }"'
check_json 'so many events' 'map (.derivation.events) | add' 600 billctl export lines --customer sum --format json --columns derivation
check_json 'in each of the four' 'map (.subscription) | unique' '["sum-1","sum-2","sum-3","sum-4"]' billctl export lines --customer sum --format json
check 'the ledger is sound' billctl verify

done_testing
