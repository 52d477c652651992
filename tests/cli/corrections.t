#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Events that are taken back, by hand and by file: what every total comes to, and what is refused.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "jobs", "aggregation": "count" }, { "code": "peak", "aggregation": "max" },
    { "code": "seats", "aggregation": "last" }, { "code": "hosts", "aggregation": "unique", "property": "host" },
    { "code": "level", "aggregation": "weighted_sum", "negative": "allow" }, { "code": "sales" } ],
  "plans": [
    { "code": "all", "type": "pay_per_use", "charges": [
      { "metric": "calls", "model": "per_unit", "unit_price": "1" }, { "metric": "jobs", "model": "per_unit", "unit_price": "1" },
      { "metric": "peak", "model": "per_unit", "unit_price": "1" }, { "metric": "seats", "model": "per_unit", "unit_price": "1" },
      { "metric": "hosts", "model": "per_unit", "unit_price": "1" }, { "metric": "level", "model": "per_unit", "unit_price": "1" },
      { "metric": "sales", "model": "percentage", "percent": "10", "event_fee": "0.30", "free_events": 1 } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null && customer acme UTC all 2026-01-01 || exit 1

# record METRIC QUANTITY TIME ID [OPTION…]
record () {
  record_metric=$1 record_quantity=$2 record_time=$3 record_id=$4; shift 4
  billctl -q usage record acme "$record_metric" "$record_quantity" --at "$record_time" --id "$record_id" "$@" >/dev/null
}
# count SQL
count () { sqlite3 -readonly "$BILLCTL_LEDGER" "$1"; }

# --- What every aggregation comes to ---
# calls: 5 + 7, the 7 voided: 5. jobs: three events, one voided: 2. peak: 3, 9, 4, the 9 voided: 4. seats: 8 then 6, the 6 voided: 8.
# hosts: a, b, b, both of b voided: 1. level: 31 from the 1st and -31 from the 2nd, which is voided: 31 the whole month.
# sales: 100 (free), 200, 300: 10 % of 500 + 2 x 0.30; the free one voided, 200 is free: 30.00 + 0.30.
record calls 5 2026-01-02 c1 && record calls 7 2026-01-03 c2 &&
  record jobs 1 2026-01-02 j1 && record jobs 1 2026-01-03 j2 && record jobs 1 2026-01-03 j3 &&
  record peak 3 2026-01-02 p1 && record peak 9 2026-01-03 p2 && record peak 4 2026-01-04 p3 &&
  record seats 8 2026-01-02 s1 && record seats 6 2026-01-03 s2 &&
  record hosts 1 2026-01-02 h1 -p host=a && record hosts 1 2026-01-03 h2 -p host=b && record hosts 1 2026-01-04 h3 -p host=b &&
  record level 31 2026-01-01 l1 && record level -31 2026-01-02 l2 &&
  record sales 100 2026-01-02 x1 && record sales 200 2026-01-03 x2 && record sales 300 2026-01-04 x3 || exit 1
check 'before' generate 2026-02-01
check_output 'what it comes to before' 'calls,12,12.00
jobs,3,3.00
peak,9,9.00
seats,6,6.00
hosts,2,2.00
level,1,1.00
sales,600,50.60' amounts acme
for id in c2 j2 p2 s2 h2 h3 l2 x1; do
  check_output "void $id" "$id voided by $id:void" billctl usage void "$id"
done
check 'after' generate 2026-02-01
check_output 'as if they had never been' 'calls,5,5.00
jobs,2,2.00
peak,4,4.00
seats,8,8.00
hosts,1,1.00
level,31,31.00
sales,500,30.30' amounts acme
check_output 'sums do not have them either' 'calls,1,5
hosts,1,1
jobs,2,2
level,1,31
peak,2,7
sales,2,500
seats,1,8' billctl usage show acme --format csv --no-header --columns metric,events,quantity
check_output 'the events do' 'c1,5,
c2,7,
c2:void,-7,c2' billctl usage show acme --events --metric calls --format csv --no-header --columns id,quantity,reverses
check_output 'and so does the export' 'c1,5,
c2,7,
c2:void,-7,c2' sh -c "billctl export usage --no-header --columns id,metric,quantity,reverses | grep ,calls, | sed 's/calls,//'"

# --- Refused ---
check_error 4 'twice' "billctl: event 'c2' is already reversed by event 'c2:void'
hint: an event is reversed once, whole" billctl usage void c2
check_error 4 'twice with another id' "billctl: event 'c2' is already reversed by event 'c2:void'
hint: an event is reversed once, whole" billctl usage void c2 --id c2-again
check_error 4 'a reversal' "billctl: event 'c2:void' is itself a reversal, which cannot be reversed
hint: record the usage again, as an event with an id of its own" billctl usage void c2:void
check_error 3 'what is not there' "billctl: there is no event 'c9'
hint: \`billctl usage show CUSTOMER --events\` shows ids; --source NAME names the feed it came from" billctl usage void c9
check_error 3 'in another source' "billctl: there is no event 'c1' in source 'feed'
hint: \`billctl usage show CUSTOMER --events --columns id,source\` shows ids and their sources" billctl usage void c1 --source feed
check_error 4 'an id that is taken' "billctl: id 'c2' is already recorded for another event
hint: give the reversing event an id of its own" billctl usage void c1 --id c2
check_error 2 'a reason of two lines' "billctl: reason 'a\x0ab' has control characters
hint: write it as plain text on one line" billctl usage void c1 --reason 'a
b'
check_output 'none of it changed anything' '26|8' count 'SELECT (SELECT count (*) FROM usage), (SELECT count (*) FROM usage_reversal)'
check_output 'a dry run either' 'c1 would be voided by c1:void' billctl usage void c1 --dry-run
check_output 'as the ledger says' '26|8' count 'SELECT (SELECT count (*) FROM usage), (SELECT count (*) FROM usage_reversal)'

# --- Corrected ---
check_output 'a correction' 'c1 corrected by c1:void and c1:corrected' billctl usage correct c1 --quantity 6.50 --reason 'misread'
check_output 'in the sum' 'calls,1,6.5' billctl usage show acme --metric calls --format csv --no-header --columns metric,events,quantity
check_output 'in the audit log' 'usage c1 corrected by c1:void and c1:corrected: customer acme, metric calls, quantity 6.50, before that 5: misread' \
  count 'SELECT change FROM audit ORDER BY id DESC LIMIT 1'
check_error 4 'of what was corrected' "billctl: event 'c1' is already reversed by event 'c1:void'
hint: an event is reversed once, whole" billctl usage correct c1 --quantity 7
check_error 4 'to what it is' "billctl: event 'c1:corrected' has the quantity 6.5 already" billctl usage correct c1:corrected --quantity 6.5
check_error 4 'below zero' "billctl: quantity '-1' is negative, which the metric 'calls' refuses
hint: to take the event back altogether: billctl usage void c1:corrected" billctl usage correct c1:corrected --quantity -1
check_error 2 'without a quantity' "billctl: usage correct: the right quantity is not said
hint: add --quantity QUANTITY; billctl usage void takes an event back altogether" billctl usage correct c1:corrected
check_error 4 'to an id that is taken' "billctl: id 'c2' is already recorded
hint: give the corrected event an id of its own with --id ID" billctl usage correct c1:corrected --quantity 3 --id c2
check_output 'a refused one leaves no half' 'calls,1,6.5' billctl usage show acme --metric calls --format csv --no-header --columns metric,events,quantity
check_json 'the corrected one again' '[.event, .voided_by, .corrected_by, .late]' '["c1:corrected","v","c3",false]' \
  billctl usage correct c1:corrected --quantity 8 --id c3 --void-id v --format json
check_output 'keeps time and customer' '2026-01-02T00:00:00Z,8' \
  sh -c "billctl usage show acme --events --metric calls --format csv --no-header --columns id,time,quantity | sed -n 's/^c3,//p'"

# --- By file ---
# The reversal stands before its event; f1 and f2 are taken back, 30 stays. The rows that say more say what the event says.
cat >file.csv <<'CSV'
id,customer,metric,quantity,time,reverses
r1,,,,,f1
f1,acme,calls,10,2026-01-10T00:00:00Z,
f2,acme,calls,20,2026-01-10T00:00:00Z,
f3,acme,calls,30,2026-01-10T00:00:00Z,
r2,acme,calls,-20,2026-01-10T01:00:00+01:00,f2
CSV
check_json 'a file with reversals' '[.recorded, .duplicates, .rejected]' '[5,0,0]' billctl usage import file.csv --source feed --format json
check_output 'what it leaves' 'calls,2,38' billctl usage show acme --metric calls --format csv --no-header --columns metric,events,quantity
check_json 'again' '[.recorded, .duplicates, .rejected]' '[0,5,0]' billctl usage import file.csv --source feed --format json
check_error 4 'by hand too it is reversed' "billctl: event 'f1' is already reversed by event 'r1'
hint: an event is reversed once, whole" billctl usage void f1 --source feed
cat >bad.csv <<'CSV'
id,customer,metric,quantity,time,reverses
b1,,,,,nothing
b2,,,,,r1
b3,,,,,f1
b4,,,20,,f3
b5,acme,jobs,,,f3
b6,,,,2026-01-11T00:00:00Z,f3
f2,,,,,f3
,,,,,f3
b7,,,,,f3
b8,,,,,f3
CSV
check_output 'bad rows, one by one' '1 9 6' sh -c 'billctl usage import bad.csv --source feed --keep-going --format json >bad.json 2>bad.said; status=$?
  jq -r "\"\(.recorded) \(.rejected) $status\"" bad.json'
check_output 'with their reasons' "2,\"there is no event 'nothing' in source 'feed'\"
3,\"event 'r1' is itself a reversal, which cannot be reversed\"
4,\"event 'f1' is already reversed by event 'r1'\"
5,\"quantity '20' does not fit event 'f3', which it reverses\"
6,\"metric 'jobs' does not fit event 'f3', which it reverses\"
7,\"time '2026-01-11T00:00:00Z' does not fit event 'f3', which it reverses\"
8,\"id 'f2' is already recorded for another event\"
9,\"id is missing\"
11,\"event 'f3' is already reversed by event 'b7'\"" sh -c "sed 1d bad.csv.rejects.csv | cut -d , -f 1-3 | sed 's/,[^ ,]*\$//' | sed 's/,\$//'"
check_error 2 'all or nothing' "billctl: one.csv: line 2: event 'f1' is already reversed by event 'r1'
hint: an event is reversed once, whole" \
  sh -c "printf 'id,customer,metric,quantity,time,reverses\nn1,,,,,f1\n' >one.csv && billctl usage import one.csv --source feed"
printf '%s\n' '{"id":"g1","customer":"acme","metric":"calls","quantity":4,"time":"2026-01-12T00:00:00Z"}' \
  '{"id":"g2","reverses":"g1"}' '{"id":"g2","reverses":"g1"}' '{"id":"g3","reverses":"g1"}' '{"id":"g2","customer":"acme","metric":"calls","quantity":4,"time":"2026-01-12T00:00:00Z"}' >lines.jsonl
check_output 'a stream' 'g1 recorded
g2 recorded
g2 duplicate
g3 rejected
g2 rejected' sh -c "billctl usage record --batch lines.jsonl --format ndjson | jq -r '.id + \" \" + .result'"
check_output 'leaves what it found' 'calls,1,8' billctl usage show acme --metric calls --format csv --no-header --columns metric,events,quantity
check_error 19 'reversals are append-only' 'Error: stepping, usage events are append-only (19)' sqlite3 "$BILLCTL_LEDGER" 'DELETE FROM usage_reversal'
check 'the ledger is sound' billctl verify

done_testing
