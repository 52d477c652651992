#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the usage on an issued invoice was computed from: it stays what it was, whatever comes later.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "seats", "persistent": true, "negative": "allow" }, { "code": "sms" },
    { "code": "hosts", "aggregation": "unique", "property": "host" } ],
  "plans": [ { "code": "all", "prices": [ { "interval": "month", "amount": "1.00" } ], "charges": [
    { "metric": "calls", "model": "per_unit", "unit_price": "1", "minimum_amount": "50.00",
      "filters": [ { "match": { "kind": "far" }, "unit_price": "2" } ] },
    { "metric": "seats", "model": "per_unit", "unit_price": "1" }, { "metric": "hosts", "model": "per_unit", "unit_price": "1" },
    { "metric": "sms", "model": "per_unit", "unit_price": "0.50", "billing": "advance" } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null && customer acme UTC all 2026-01-01 && customer bolt UTC all 2026-01-01 || exit 1
# record METRIC QUANTITY DAY ID [OPTION…]
record () {
  record_metric=$1 record_quantity=$2 record_day=$3 record_id=$4; shift 4
  billctl -q usage record acme "$record_metric" "$record_quantity" --at "$record_day" --id "$record_id" "$@" >/dev/null
}
record seats 3 2025-12-15 s1 && record seats 2 2026-01-20 s2 && record calls 5 2026-01-10 c1 && record calls 4 2026-01-11 c2 -p kind=far &&
  record calls 7 2026-01-12 c3 && record calls 9 2026-01-13 gone && billctl -q usage void gone >/dev/null && record hosts 1 2026-01-14 h1 -p host=a &&
  record hosts 1 2026-01-15 h2 -p host=a && record sms 6 2026-01-16T10:00:00Z m1 && event bolt calls 1 2026-01-10 || exit 1

check_error 4 'a draft has none' "billctl: draft-1 is a draft: what it comes to may change with each event
hint: billctl usage show acme shows the usage that there is" sh -c 'billctl -q invoice generate --as-of 2026-01-02 >/dev/null; billctl usage snapshot draft-1'
check 'issued' generate 2026-02-01 --finalize
invoice=$(billctl invoice list --customer acme --format json | jq -r '.[] | select (.billed_on == "2026-02-01") | .invoice')
advance=$(billctl invoice list --customer acme --format json | jq -r '.[] | select (.billed_on == "2026-01-16") | .invoice')

# --- Lines ---
# calls: 5 + 7; 4 far. seats: 3 from before and 2: one event within. hosts: two events, one host. The minimum (50.00 - 20.00) has no events.
lines_of () { billctl usage snapshot "$1" --format csv --no-header --columns metric,filter,quantity,events,first,last,amount; }
january='calls,kind=far,4,1,2026-01-11T00:00:00Z,2026-01-11T00:00:00Z,8.00
calls,,12,2,2026-01-10T00:00:00Z,2026-01-12T00:00:00Z,12.00
seats,,5,1,2026-01-20T00:00:00Z,2026-01-20T00:00:00Z,5.00
hosts,,1,2,2026-01-14T00:00:00Z,2026-01-15T00:00:00Z,1.00'
check_output 'the lines' "$january" lines_of "$invoice"
check_output 'of a charge in advance' 'sms,,6,1,2026-01-16T10:00:00Z,2026-01-16T10:00:00Z,3.00' lines_of "$advance"
check_json 'what was seen: 9 of acme, their void, and 1 of bolt' '[.invoice != null, .customer, .usage_seen]' '[true,"acme",11]' \
  billctl usage snapshot "$invoice" --format json

# --- Events ---
events_of () { billctl usage snapshot "$1" --events --format csv --no-header --columns metric,filter,quantity,id; }
listed='calls,,5,c1
calls,kind=far,4,c2
calls,,7,c3
seats,,3,s1
seats,,2,s2
hosts,,1,h1
hosts,,1,h2'
check_output 'exactly these' "$listed" events_of "$invoice"
check_output 'the one of a charge in advance' 'sms,,6,m1' events_of "$advance"
check_json 'each under its line' '[.events[] | [.position, .id]] | map (select (.[1] == "c2" or .[1] == "c1")) | map (.[0])' '[3,2]' \
  billctl usage snapshot "$invoice" --events --format json

# --- It stays ---
{ record calls 100 2026-01-20 late && billctl -q usage void c1 >/dev/null && billctl -q usage correct c3 --quantity 8 >/dev/null; } 2>/dev/null || exit 1
check_output 'later usage and corrections do not change it' "$january" lines_of "$invoice"
check_output 'nor its events' "$listed" events_of "$invoice"
check 'the next month' generate 2026-03-01 --customer acme --finalize
# January now: far 4; others 100 + 8 = 108. 116.00 is more than 50.00: the minimum of 30.00 goes.
later=$(billctl invoice list --customer acme --format json | jq -r '.[] | select (.billed_on == "2026-03-01") | .invoice')
check_output 'late usage has a snapshot of its own' 'regular,seats,5,5.00
late,calls,108,96.00' sh -c "billctl usage snapshot $later --format csv --no-header --columns role,metric,quantity,amount"
check_output 'with the events that count then' 'seats,,3,s1
seats,,2,s2
calls,,8,c3:corrected
calls,,100,late' events_of "$later"
check_output 'and the first one stays' "$january" lines_of "$invoice"

# --- It is proved ---
sqlite3 "$BILLCTL_LEDGER" "DROP TRIGGER usage_no_update; UPDATE usage SET quantity = '6' WHERE event_id = 'c2'" || exit 1
check_match 'what does not add up is not shown' 'the events of the ledger do not come to what the invoice says: line 2 of invoice' \
  sh -c "billctl usage snapshot $invoice 2>&1; test \$? -eq 7"
check_match 'what is not there' "there is no invoice 'INV-9'" sh -c 'billctl usage snapshot INV-9 2>&1; test $? -eq 3'

done_testing
