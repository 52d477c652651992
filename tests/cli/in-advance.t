#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Charges in advance: each event is a line that falls due at its time. Every figure is worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "messages" }, { "code": "pings", "aggregation": "count" }, { "code": "sales" }, { "code": "calls" },
    { "code": "hosts", "aggregation": "unique", "property": "host" } ],
  "plans": [
    { "code": "tiers", "prices": [ { "interval": "month", "amount": "10.00" } ], "charges": [
      { "metric": "messages", "model": "graduated", "billing": "advance",
        "tiers": [ { "up_to": "3", "unit_price": "1.00" }, { "up_to": null, "unit_price": "0.50" } ] },
      { "metric": "calls", "model": "per_unit", "unit_price": "1.00" } ] },
    { "code": "small", "type": "pay_per_use", "charges": [
      { "metric": "pings", "model": "per_unit", "billing": "advance", "unit_price": "0.004" },
      { "metric": "hosts", "model": "per_unit", "billing": "advance", "unit_price": "2.00", "included": "1" } ] },
    { "code": "shares", "type": "pay_per_use", "charges": [
      { "metric": "sales", "model": "percentage", "billing": "advance", "percent": "10", "event_fee": "0.30", "filters": [
        { "match": { "card": "gold" }, "percent": "5" } ] } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# story CUSTOMER: status, day of falling due, total of its invoices, then its lines
story () { billctl invoice list --customer "$1" --format csv --no-header --columns status,billed_on,total; amounts "$1"; }

# --- Event by event ---
# 2: 2.00. 2 more: 3 x 1.00 + 0.50 = 3.50, 1.50 more. 1 more at the same instant: 0.50. calls wait for the end of the month.
customer acme UTC tiers 2026-01-01 || exit 1
event acme messages 2 2026-01-05T10:00:00Z && event acme messages 2 2026-01-10 && event acme messages 1 2026-01-10 && event acme calls 3 2026-01-06 || exit 1
check 'drafts' generate 2026-01-12
check_output 'one for each instant' 'draft,2026-01-01,10.00
draft,2026-01-05,2.00
draft,2026-01-10,2.00
tiers,1,10.00
messages,2,2.00
messages,2,1.50
messages,1,0.50' story acme
check_json 'how it came about' '.[1].derivation | [.rule, .billing, .event, .at, .before, .after, .now.quantity]' \
  '["in_advance","advance","event-2","2026-01-10T00:00:00Z",{"quantity":"2","amount":"2"},{"quantity":"4","amount":"3.5"},"4"]' \
  sh -c "billctl export lines --customer acme --format json | jq '[.[] | select (.code == \"messages\")]'"
check 'issued' generate 2026-01-12 --finalize
check_error 0 'once' 'nothing is due' billctl invoice generate --as-of 2026-01-12 --customer acme --format csv --no-header
check 'the ledger is sound' billctl verify

# --- What comes next goes on from there, what comes late is the difference ---
# 1 on the 15th: 0.50. Then one of the 7th comes, after that period up to the 12th was billed: 1 more, 0.50, on the next draft, and the one of the 15th costs
# the same. The void of the first 2: of the 7 that there would be, 5 are left: 3 x 1.00 + 2 x 0.50 = 4.00, 1.00 less than 5.00.
event acme messages 1 2026-01-15 || exit 1
check_error 0 'late' 'warning: the event falls into a period that is already billed' \
  sh -c 'billctl usage record acme messages 1 --at 2026-01-07 --id late-1 >/dev/null'
check_error 0 'a new one is not' '' sh -c 'billctl usage record acme messages 0 --at 2026-01-12T00:00:01Z --id zero >/dev/null'
check 'the fifteenth' generate 2026-01-16 --finalize
check_output 'on the next invoice' 'messages,1,0.50,Messages
messages,1,0.50,Late' sh -c "billctl export lines --customer acme --no-header --columns code,quantity,amount,description | tail -n 2 | sed 's/: .*//; s/messages\$/Messages/'"
{ billctl -q usage void event-1 >/dev/null; } 2>/dev/null
check 'February' generate 2026-02-01 --finalize
check_output 'taken back' 'calls,3,3.00
messages,-2,-1.00
tiers,1,10.00' sh -c ". '$srcdir/tests/cli/billing.sh'; amounts acme | tail -n 3 | sort"
check_output 'January comes to what it comes to' '4.00' sh -c "billctl export lines --customer acme --no-header --columns code,amount | awk -F , '\$1 == \"messages\" { sum += \$2 } END { printf \"%.2f\n\", sum }'"
check 'the ledger is sound again' billctl verify
# A late event of a month that is over: 5 are 4.00 and 6 are 4.50.
{ event acme messages 1 2026-01-31; } 2>/dev/null
check 'March' generate 2026-03-01 --finalize
check_output 'a late one of a closed month' 'messages,1,0.50
tiers,1,10.00' sh -c ". '$srcdir/tests/cli/billing.sh'; amounts acme | tail -n 2 | sort"
check 'the ledger is still sound' billctl verify

# --- Parts add up: cents, allowances, filters ---
# 0.004 each: 0.00, 0.01 (0.008), 0.01, 0.02 (0.016), 0.02, 0.02 (0.024), 0.03 (0.028): lines for the 2nd, 4th and 7th. hosts: the first is included, the
# second costs 2.00, the same one again nothing.
customer small UTC small 2026-01-01 || exit 1
for day in 02 03 04 05 06 07 08; do event small pings 1 "2026-01-$day" || exit 1; done
event small hosts 1 2026-01-10 -p host=a && event small hosts 1 2026-01-11 -p host=b && event small hosts 1 2026-01-12 -p host=b || exit 1
check 'a run' generate 2026-02-01 --customer small --finalize
check_output 'a line for each cent' 'open,2026-01-03,0.01
open,2026-01-05,0.01
open,2026-01-08,0.01
open,2026-01-11,2.00
pings,1,0.01
pings,1,0.01
pings,1,0.01
hosts,1,2.00' story small
# 10 % of 100.00 + 0.30; 5 % of 200.00.
customer shares UTC shares 2026-01-01 && event shares sales 100 2026-01-02 && event shares sales 200 2026-01-02 -p card=gold || exit 1
check 'shares' generate 2026-01-03 --customer shares --finalize
check_output 'of filters' 'sales,100,10.30
sales,200,10.00' amounts shares
check 'the ledger is sound at last' billctl verify

# --- What cannot be known event by event is refused ---
for aggregation in max last weighted_sum; do
  printf '{ "currency": "USD", "metrics": [ { "code": "x", "aggregation": "%s" } ], "plans": [ { "code": "p", "type": "pay_per_use", "charges": [
    { "metric": "x", "model": "per_unit", "unit_price": "1", "billing": "advance" } ] } ] }' "$aggregation" >refused.json
  check_match "not $aggregation" "'x' is $aggregation" sh -c 'billctl plans apply refused.json 2>&1; test $? -eq 2'
done

done_testing
