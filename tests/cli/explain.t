#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# invoice explain: a ledger with one line of every kind there is, each of which is explained down to its events. Every figure is worked
# out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3 python3

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [
    { "code": "lines" }, { "code": "unit", "unit": "call" }, { "code": "pack" }, { "code": "grad" }, { "code": "vol" },
    { "code": "stair", "aggregation": "max" }, { "code": "pay" }, { "code": "cards" }, { "code": "trans" }, { "code": "dyn" }, { "code": "disk" },
    { "code": "talk", "unit": "second" }, { "code": "level", "aggregation": "weighted_sum" }, { "code": "staff", "persistent": true, "negative": "allow" },
    { "code": "least" }, { "code": "most" }, { "code": "now" }, { "code": "team" }, { "code": "back", "negative": "allow" },
    { "code": "users", "aggregation": "unique", "property": "user" }, { "code": "jobs", "aggregation": "count" }, { "code": "gauge", "aggregation": "last" } ],
  "addons": [
    { "code": "care", "name": "Care", "prices": [ { "interval": "month", "amount": "4.00" } ] },
    { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "5.00" },
    { "code": "cover", "name": "Cover", "cycle": "own", "prices": [ { "interval": "month", "amount": "6.00" } ] } ],
  "plans": [
    { "code": "all", "name": "All", "minimum_spend": "1200.00", "prices": [ { "interval": "month", "amount": "31.00" } ],
      "quantities": [ { "code": "seat", "name": "Seats", "included": 1, "unit_price": "2.50" } ], "addons": [ "care", "setup", "cover" ],
      "charges": [
        { "metric": "lines", "model": "flat", "amount": "7.50" },
        { "metric": "unit", "model": "per_unit", "unit_price": "0.10", "included": 100, "discount_percent": "10" },
        { "metric": "pack", "model": "package", "package_price": "0.80", "package_size": 1000, "included": 50000 },
        { "metric": "grad", "model": "graduated", "tiers": [ { "up_to": 100, "unit_price": "0.10" },
          { "up_to": 1000, "unit_price": "0.05", "flat_price": "1.00" }, { "up_to": null, "unit_price": "0.01" } ] },
        { "metric": "vol", "model": "volume", "tiers": [ { "up_to": 1000, "unit_price": "0.10" }, { "up_to": null, "unit_price": "0.08", "flat_price": "5.00" } ] },
        { "metric": "stair", "model": "stairstep", "included": 2, "tiers": [ { "up_to": 10, "flat_price": "50.00" }, { "up_to": null, "flat_price": "200.00" } ] },
        { "metric": "pay", "model": "percentage", "percent": "1.3", "event_fee": "2.00", "free_amount": "250" },
        { "metric": "cards", "model": "percentage", "percent": "2.99", "event_min": "1.75", "event_max": "12.00" },
        { "metric": "trans", "model": "graduated_percentage", "tiers": [ { "up_to": 1000, "percent": "1", "flat_price": "200.00" },
          { "up_to": null, "percent": "2", "flat_price": "300.00" } ] },
        { "metric": "dyn", "model": "dynamic", "amount_property": "cost", "multiplier": "1.10" },
        { "metric": "disk", "model": "per_unit", "unit_price": "0.10", "filters": [ { "match": { "kind": "ssd" }, "unit_price": "0.30" } ] },
        { "metric": "talk", "model": "per_unit", "unit_price": "0.10", "unit_size": "60", "round": { "mode": "up" } },
        { "metric": "level", "model": "per_unit", "unit_price": "1.00" },
        { "metric": "staff", "model": "per_unit", "unit_price": "2.00" },
        { "metric": "least", "model": "per_unit", "unit_price": "0.01", "minimum_amount": "10.00" },
        { "metric": "most", "model": "per_unit", "unit_price": "1", "maximum_amount": "50.00" },
        { "metric": "team", "model": "per_unit", "unit_price": "0.111", "group_by": "team" },
        { "metric": "back", "model": "per_unit", "unit_price": "0.50" },
        { "metric": "users", "model": "per_unit", "unit_price": "1", "included": 1 },
        { "metric": "jobs", "model": "per_unit", "unit_price": "1" },
        { "metric": "gauge", "model": "per_unit", "unit_price": "1" } ] },
    { "code": "small", "name": "Small", "prices": [ { "interval": "month", "amount": "31.00" } ], "discount_percent": "50",
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "1" } ], "maximum_spend": "31.00" },
    { "code": "fast", "name": "Fast", "type": "pay_per_use", "charges": [ { "metric": "now", "model": "per_unit", "unit_price": "2.00", "billing": "advance" } ] },
    { "code": "big", "name": "Big", "prices": [ { "interval": "month", "amount": "62.00" } ] } ],
  "coupons": [ { "code": "TEN", "percent": 10, "duration": "forever", "applies_to": { "kinds": [ "base" ] } } ],
  "taxes": [ { "code": "vat", "name": "VAT", "percent": "19", "country": "DE" },
             { "code": "ct", "name": "Consumption tax", "kind": "inclusive", "percent": "10", "country": "JP" } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
billctl -q customer add acme --currency USD --country DE >/dev/null && billctl -q coupon apply acme TEN --from 2026-01-01 >/dev/null &&
  billctl -q subscribe acme all --start 2026-01-01 --quantity seat=3 --addon care --addon setup --addon cover >/dev/null &&
  billctl -q subscribe acme fast --start 2026-01-01 --code acme-fast >/dev/null || exit 1
# Usage of January, all of it of acme.
event acme lines 1 2026-01-02T00:00:00Z && event acme unit 90 2026-01-03T00:00:00Z && event acme unit 60 2026-01-04T00:00:00Z &&
  event acme pack 52300 2026-01-03T00:00:00Z && event acme grad 1100 2026-01-03T00:00:00Z && event acme vol 2000 2026-01-03T00:00:00Z &&
  event acme stair 5 2026-01-03T00:00:00Z && event acme stair 13 2026-01-04T00:00:00Z &&
  event acme pay 200 2026-01-03T00:00:00Z && event acme pay 100 2026-01-04T00:00:00Z && event acme pay 500 2026-01-05T00:00:00Z &&
  event acme cards 10 2026-01-03T00:00:00Z && event acme cards 1000 2026-01-04T00:00:00Z && event acme trans 2000 2026-01-03T00:00:00Z &&
  event acme dyn 1 2026-01-03T00:00:00Z --property cost=3.00 && event acme dyn 1 2026-01-04T00:00:00Z --property cost=4.50 &&
  event acme disk 7 2026-01-03T00:00:00Z --property kind=ssd && event acme disk 4 2026-01-04T00:00:00Z &&
  event acme talk 1801 2026-01-03T00:00:00Z && event acme talk 1 2026-01-04T00:00:00Z && event acme level 31 2026-01-11T00:00:00Z &&
  event acme staff 3 2026-01-03T00:00:00Z && event acme least 100 2026-01-03T00:00:00Z && event acme most 60 2026-01-03T00:00:00Z &&
  event acme now 2 2026-01-10T00:00:00Z && event acme team 10 2026-01-03T00:00:00Z --property team=a && event acme team 5 2026-01-03T00:00:00Z --property team=b &&
  event acme back -4 2026-01-03T00:00:00Z || exit 1
for user in u1 u2 u1 u3; do event acme users 1 2026-01-03T00:00:00Z --property user=$user || exit 1; done
for day in 03 04 05; do event acme jobs 1 2026-01-${day}T00:00:00Z || exit 1; done
event acme gauge 5 2026-01-03T00:00:00Z && event acme gauge 4 2026-01-04T00:00:00Z || exit 1
billctl -q charge add acme --amount 25 --description Repair --at 2026-01-20 >/dev/null || exit 1
# bolt moves from small to big on the 16th: 16 of 31 days are left of what was paid.
customer bolt UTC small 2026-01-01 && event bolt unit 110 2026-01-05T00:00:00Z && generate 2026-01-16 --finalize &&
  billctl -q subscription change bolt big --as-of 2026-01-16 >/dev/null || exit 1
billctl -q customer add cherry --timezone Asia/Tokyo --currency USD --country JP >/dev/null && billctl -q subscribe cherry big --start 2026-01-01 >/dev/null &&
  generate 2026-02-01 --finalize || exit 1
number_of () { billctl invoice list --customer "$1" --format csv --no-header --columns invoice,billed_on | sed -n "s/,$2\$//p"; } # CUSTOMER DAY
fees=$(number_of acme 2026-01-01) at_once=$(number_of acme 2026-01-10) usage=$(number_of acme 2026-02-01) change=$(number_of bolt 2026-02-01)
japan=$(number_of cherry 2026-02-01)
# What comes late, and a draft: staff falls to 2, nothing else is used in February.
event acme unit 10 2026-01-20T00:00:00Z 2>/dev/null && event acme staff -1 2026-02-10T00:00:00Z && generate 2026-03-01 || exit 1
draft=$(number_of acme 2026-03-01)

# line_of INVOICE CODE [ROLE]: its number
line_of () { billctl invoice show "$1" --format json | jq ".lines | map (select (.code == \"$2\") | .position)[${3:-0}]"; }
# below INVOICE CODE [N]: kind, amounts and label of what stands below the line, but for discounts and taxes
below () {
  billctl invoice explain "$1" --line "$(line_of "$@")" --format json |
    jq -r '.tree.children[] | select (.node != "tax" and .node != "discount") | [.node, .amount, .exact_amount, .label] | map (. // "") | join ("|")'
}
# steps INVOICE CODE [N]: exact amount and label of each step of its price
steps () {
  billctl invoice explain "$1" --line "$(line_of "$@")" --format json |
    jq -r '.tree.children[] | select (.node == "price") | .children[] | [.exact_amount, .label] | join ("|")'
}
# words INVOICE CODE KIND [N]: what is said of the first such node of the line
words () {
  billctl invoice explain "$1" --line "$(line_of "$1" "$2" "${4:-0}")" --format json | jq -r "[.tree | .. | objects | select (.node? == \"$3\")][0].words[]"
}

# --- Explain is the invoice, of every line ---

check 'every line is explained to the cent, and proved' python3 "$srcdir/tests/cli/explained.py" "$(command -v billctl)"
check_json 'there are lines of all kinds and roles' '[.[] | .kind + " " + .role] | unique' \
  '["addon regular","base regular","base remaining","base unused","one_off regular","quantity regular","spending late","spending regular","usage late","usage regular"]' \
  sh -c "for invoice in $fees $at_once $usage $change $draft; do billctl invoice explain \$invoice --format json; done | jq -s '[.[].tree | .. | objects | select (.node? == \"line\") | .facts]'"

# --- Fees ---

check_output 'a base fee' 'price||31|price' below "$fees" all
check_output 'licences: 3 - 1' '5|2 x 2.50' steps "$fees" seat
check_output 'what is included' '3 in all, of which 1 cost nothing: 2 charged
rounded once, half away from zero: 5.00' words "$fees" seat price
check_output 'an add-on' '4|1 x 4.00' steps "$fees" care
check_output 'once' '5|1 x 5.00' steps "$fees" setup
check_match 'in a cycle of its own' '^in a cycle of its own' billctl invoice explain "$fees" --line "$(line_of "$fees" cover)"
check_output 'charged by hand' '25|1 x 25.00' steps "$usage" one-off
# 31.00 less 50 % is 15.50; of that 16/31 are 8.00 given back. 62.00 x 16/31 = 32.00.
check_output 'what a change gives back' '-31|given back: 1 x 31.00
15.5|less 50 % as agreed' steps "$change" small
check_output 'by which part' 'for a part of the period, 16 of 31 days: -15.5 x 16/31 = -8
rounded once, half away from zero: -8.00' words "$change" small price
check_output 'and what it costs' 'for a part of the period, 16 of 31 days: 62 x 16/31 = 32
rounded once, half away from zero: 32.00' words "$change" big price 1
check_json 'as figures' '.tree.facts | [.plan, .role, .period_from, .period_until, .days]' '["big","remaining","2026-01-16","2026-02-01",16]' \
  billctl invoice explain "$change" --line "$(line_of "$change" big 1)" --format json

# --- Usage ---

check_output 'flat' '7.5|flat 7.50' steps "$usage" lines
# 150 - 100 = 50; 5.00 less 10 %.
check_output 'per unit, less what was agreed' '5|50 x 0.10
-0.5|less 10 % as agreed' steps "$usage" unit
check_output 'its allowance' 'the sum of the quantities of the events
included, at no charge: 100
charged: 50' words "$usage" unit quantity
check_output 'packages: 2,300 are 3' '2.4|3 packages x 0.80' steps "$usage" pack
check_output 'graduated' '10|tier above 0 up to 100: 100 x 0.10
46|tier above 100 up to 1000: 900 x 0.05, and flat 1.00
1|tier above 1000: 100 x 0.01' steps "$usage" grad
check_output 'volume' '165|tier above 1000: 2000 x 0.08, and flat 5.00' steps "$usage" vol
check_output 'stairstep: 13 - 2' '200|tier above 10: flat 200.00' steps "$usage" stair
# 250 of 800 are free: all of the first event, half of the second. 550 x 1.3 %, and twice 2.00.
check_output 'percentage' '7.15|1.3 % of 550
4|fee of each event, 2.00: events 2' steps "$usage" pay
# 1010 x 2.99 %; 0.299 is raised to 1.75, 29.90 cut to 12.00.
check_output 'with a least and a most for each event' '30.199|2.99 % of 1010
1.451|raised to the least that an event costs, 1.75: events 1
-17.9|cut to the most that an event costs, 12.00: events 1' steps "$usage" cards
check_output 'graduated percentage' '210|tier above 0 up to 1000: 1 % of 1000, and flat 200.00
320|tier above 1000: 2 % of 1000, and flat 300.00' steps "$usage" trans
check_output 'dynamic: 3.00 + 4.50, and 10 %' '8.25|amounts of the events, 7.5 x 1.1' steps "$usage" dyn
check_output 'a filter' '2.1|7 x 0.30' steps "$usage" disk
check_output 'and what matches none' '0.4|4 x 0.10' steps "$usage" disk 1
check_output '1,802 seconds are 31 begun minutes' 'the sum of the quantities of the events
60 measured units are one that is billed; rounded up to multiples of 1: 31' words "$usage" talk quantity
# 31 for 21 of 31 days.
check_output 'a level over time' 'price||21|price
quantity|||quantity of level: 21' below "$usage" level
check_output 'in microseconds' 'a level, weighted by the time for which it held
each level times its microseconds: 56246400000000, divided by the 2678400000000 microseconds of the whole period' words "$usage" level quantity
check_output 'different values' "the number of different values of 'user'
included, at no charge: 1
charged: 2" words "$usage" users quantity
check_output 'a number of events' '3|3 x 1.00' steps "$usage" jobs
check_output 'the last reading' 'the last of the readings' words "$usage" gauge quantity
check_output 'below zero' '-2|-4 x 0.50' steps "$usage" back
check_output 'a minimum' 'bound|1000||minimum of 10.00
charged|-100||less what is charged for it without this line' below "$usage" least 1
check_output 'a maximum' 'bound|5000||maximum of 50.00
charged|-6000||less what is charged for it without this line' below "$usage" most 1
check_output 'the least of all usage' 'bound|120000||minimum of 1200.00
charged|-110082||less what is charged for it without this line' below "$usage" all 1
# 110 x 1.00 less 50 % are 55.00; 31.00 for 15 of 31 days are 15.00.
words_of_bound () { billctl invoice explain "$change" --format json | jq -r '[.tree | .. | objects | select (.node? == "bound")][0].words[]'; }
check_output 'the most of a part of a period' 'for a part of the period, 15 of 31: 15, rounded half away from zero: 15.00' words_of_bound
check_output 'shares of a whole: 15 x 0.111 = 1.665, 10 : 5' 'quantity|||quantity of this line: 5
whole|167||the whole, for all values of '\''team'\'': 15' below "$usage" team 1
check_output 'at once, for one event' 'now|400||what the period comes to with this event: 2
before|0||less what it came to before this event: 0
events|||1 event, at 2026-01-10T00:00:00Z' below "$at_once" now
# (160 - 100) x 0.10 less 10 % are 5.40, 4.50 were billed.
check_output 'late usage' 'now|540||what the period comes to with all events that count now: 160
before|-450||less what was billed for it before: 150' below "$draft" unit
check_output 'a bound that late usage changes' 'now|9828||what the period comes to with all events that count now
before|-9918||less what was billed for it before' below "$draft" all 2
check_output 'what stays from one period to the next' 'the sum of the quantities of the events, with what stays from the periods before
the level at the start of the period: 3' words "$draft" staff quantity

# --- Events ---

# listed INVOICE CODE [N]: the ids
listed () {
  billctl invoice explain "$1" --line "$(line_of "$@")" --events --format json |
    jq -r '[.tree | .. | objects | select (.node? == "event") | .facts | .id + (if .before_period then " before" else "" end)] | join (",")'
}
check_output 'those of a line' 'event-2,event-3' listed "$usage" unit
check_output 'of a filter' 'event-17' listed "$usage" disk
check_output 'of a value' 'event-27' listed "$usage" team 1
check_output 'of a line in advance' 'event-25' listed "$at_once" now
check_output 'with the late one' 'event-2,event-3,event-39' listed "$draft" unit
check_output 'with those that make the level' 'event-22 before,event-40' listed "$draft" staff
check_json 'count, first, last and sum' '[.tree | .. | objects | select (.node? == "events") | .facts] | .[0]' \
  '{"count":2,"first":"2026-01-03T00:00:00Z","last":"2026-01-04T00:00:00Z","sum":"150"}' \
  billctl invoice explain "$usage" --line "$(line_of "$usage" unit)" --events --format json
check_json 'not without --events' '[.tree | .. | objects | select (.node? == "event")] | length' 0 billctl invoice explain "$usage" --format json

# --- Discounts and taxes ---

# 10 % of 31.00. (1,271.00 - 3.10) x 19 % = 240.901.
check_json 'from the total down' '[.tree.amount, (.tree.children[] | [.node, .amount, .adds])]' \
  '[150880,["subtotal",127100,true],["discounts",-310,true],["tax",24090,true]]' billctl invoice explain "$usage" --format json
check_json 'a coupon' '.tree.children[1].children[0] | [.label, .words[0], (.children[] | [.line, .amount])]' '["coupon TEN","10 % off, forever, for base",[1,-310]]' \
  billctl invoice explain "$usage" --format json
check_json 'a tax' '.tree.children[2] | [.label, .words[0], .facts.base, .children[0].amount]' \
  '["VAT 19 % on 1267.90","1267.90 x 19 % = 240.901, rounded once, half away from zero: 240.90",126790,530]' billctl invoice explain "$usage" --format json
# 62.00 x 10 / 110 = 5.636.
check_json 'one that is inside the prices' '.tree.children[1] | [.label, .amount, .adds, .words[0]]' \
  '["Consumption tax 10 % on 56.36",564,false,"is inside the prices, and not added: 5.64 of them is this tax, on 56.36 without it"]' billctl invoice explain "$japan" --format json
check_json 'days are those of the customer' '.tree.facts | [.period_from, .period_until, .period_start, .days]' '["2026-02-01","2026-03-01","2026-01-31T15:00:00Z",28]' \
  billctl invoice explain "$japan" --line 1 --format json

# --- Text and rows ---

check_output 'for people' "$japan, open, for cherry (cherry), fell due 2026-02-01
Amounts in USD, days of Asia/Tokyo.

total                                                                      62.00
  - subtotal of 1 line                                                     62.00
    - line 1: Big (month)                                                  62.00
      base fee of subscription cherry-1, by plan big version 1
      from 2026-02-01 to 2026-02-28: 28 days
      - price = 62
        rounded once, half away from zero: 62.00
        - 1 x 62.00 = 62
      - tax ct 10 %, inside the price, on 56.36                             5.64
  - Consumption tax 10 % on 56.36                                           5.64
    is inside the prices, and not added: 5.64 of them is this tax, on 56.36
    without it
    - line 1, Big (month): on 56.36                                         5.64

Proved:
- 1 line drawn up again from subscription, plan version and 0 events that there
  were then: quantity, price, amount and derivation are the same
- each amount is its exact amount, rounded once
- 1 tax rate computed again on the lines: base and amount are the same
- subtotal, discount, tax and total add up" billctl invoice explain "$japan" --verify
check_output 'no line is wider than 80 columns' '' sh -c "billctl invoice explain $usage --events | awk 'length (\$0) > 80'"
check_output 'for spreadsheets' 'number,parent,depth,node,line,label,words,exact_amount,amount,currency
1,,0,line,1,line 1: Big (month),"base fee of subscription cherry-1, by plan big version 1; from 2026-02-01 to 2026-02-28: 28 days",,62.00,USD
2,1,1,price,,price,"rounded once, half away from zero: 62.00",62,,USD
3,2,2,step,,1 x 62.00,,62,,USD
4,1,1,tax,1,"tax ct 10 %, inside the price, on 56.36",,,5.64,USD' billctl invoice explain "$japan" --line 1 --format csv

# --- What is not there ---

check_error 3 'no such invoice' "billctl: there is no invoice 'INV-2026-000099'
hint: \`billctl invoice list\` shows them; a draft is named draft-N" billctl invoice explain INV-2026-000099
check_error 3 'no such line' "billctl: there is no line 9 on $japan: it has 1 line" billctl invoice explain "$japan" --line 9
check_status 2 'line 0' billctl invoice explain "$japan" --line 0

# --- Changed behind its back ---

# tampered NAME INVOICE PROBLEM SQL: on a copy, behind the triggers; --verify exits with 7 and names the difference
tampered () {
  cp ledger.db tampered.db
  sqlite3 tampered.db .schema | sed -n 's/^CREATE TRIGGER \([a-z_]*\) .*/DROP TRIGGER \1;/p' >drop.sql
  sqlite3 tampered.db .dump | awk '/^CREATE TRIGGER/ { inside = 1 } inside { print } /END;$/ { inside = 0 }' >make.sql
  { echo 'BEGIN;'; cat drop.sql; printf '%s;\n' "$4"; cat make.sql; echo 'COMMIT;'; } | sqlite3 tampered.db || exit 1
  run billctl --ledger tampered.db invoice explain "$2" --verify
  if [ "$tap_status" = 7 ] && [ ! -s "$tap_out" ] && grep -Eq "$3" "$tap_err"; then
    ok "changed: $1"
  else
    { echo "expected: $3"; explain billctl invoice explain "$2" --verify; } >why
    not_ok "changed: $1" why
  fi
}
in_usage="WHERE invoice_id = (SELECT id FROM invoice WHERE number = '$usage')"
tampered 'an event' "$usage" "^billctl: line 6 of invoice $usage says unit, 150, 4.5; drawn up again it is unit, 151, 4.59$" \
  "UPDATE usage SET quantity = '91' WHERE event_id = 'event-2'"
tampered 'the time of one' "$usage" "line 6 of invoice $usage says unit, 150, 4.5; " "UPDATE usage SET at_us = at_us + 60 * 86400000000 WHERE event_id = 'event-2'"
tampered 'a price in the terms' "$usage" "line 1 of invoice $usage says all, 1, 31; drawn up again it is all, 1, 32" \
  "UPDATE plan_version SET definition = replace (definition, '\"31.00\"', '\"32.00\"')"
tampered 'an amount' "$usage" "line 1 of invoice $usage: 31 USD does not round to 3000 minor units" \
  "UPDATE invoice_line SET amount_minor = 3000 $in_usage AND position = 1"
tampered 'a discount' "$usage" "line 1 of invoice $usage has a discount of 311 minor units" "UPDATE invoice_line SET discount_minor = 311 $in_usage AND position = 1"
tampered 'a tax' "$usage" "invoice $usage has taxes that do not follow from its lines and rates" \
  "UPDATE invoice_tax SET tax_minor = tax_minor + 1 $in_usage; UPDATE invoice SET tax_minor = tax_minor + 1, total_minor = total_minor + 1 WHERE number = '$usage'"
tampered 'a total' "$usage" "invoice $usage has a total of 1 minor units, added up it is 150880" "UPDATE invoice SET total_minor = 1 WHERE number = '$usage'"
tampered 'the last line' "$usage" "^billctl: invoice $usage has a subtotal of 127100 minor units, added up it is 124600" "DELETE FROM invoice_line $in_usage AND position = 31"
tampered 'a draft' "$draft" "line . of invoice $draft says all, 1, 31; drawn up again it is all, 1, 32" \
  "UPDATE plan_version SET definition = replace (definition, '\"31.00\"', '\"32.00\"')"
tampered 'the part of a change' "$change" "line . of invoice $change" "UPDATE invoice_line SET ratio = '15/31', amount_minor = 3000 WHERE ratio = '16/31' AND code = 'big'"
run billctl --ledger tampered.db invoice explain "$usage" --line 1
check 'another invoice is explained as it stands' billctl --ledger tampered.db invoice explain "$usage" --verify
# A rule of a later version of the program.
cp ledger.db tampered.db
sqlite3 tampered.db "DROP TRIGGER invoice_line_issued_no_update; UPDATE invoice_line SET derivation = '{\"rule\":\"lottery\",\"ticket\":\"17\"}' $in_usage AND position = 6"
check_json 'a rule without words' '.tree.children[0] | [.node, .words]' '["other",["rule: lottery","ticket: 17"]]' \
  billctl --ledger tampered.db invoice explain "$usage" --line 6 --format json

done_testing
