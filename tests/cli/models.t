#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stairsteps and percentages from the catalog to the invoice. Every figure is worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "EUR",
  "metrics": [ { "code": "devices", "aggregation": "max" }, { "code": "payments", "negative": "allow" }, { "code": "cards" },
    { "code": "transfers", "negative": "allow" } ],
  "plans": [
    { "code": "pay", "type": "pay_per_use",
      "charges": [
        { "metric": "devices", "model": "stairstep", "included": 2, "tiers": [ { "up_to": 10, "flat_price": "50.00" },
          { "up_to": 100, "flat_price": "200.00" }, { "up_to": null, "flat_price": "500.00" } ] },
        { "metric": "payments", "model": "percentage", "percent": "1.3", "event_fee": "2.00", "free_amount": "250" },
        { "metric": "cards", "model": "percentage", "percent": "2.99", "event_min": "1.75", "event_max": "12.00", "filters": [
            { "match": { "scheme": "amex" }, "percent": "3.5", "free_events": 1 } ] },
        { "metric": "transfers", "model": "graduated_percentage", "tiers": [ { "up_to": 1000, "percent": "1", "flat_price": "200.00" },
          { "up_to": 10000, "percent": "2", "flat_price": "300.00" }, { "up_to": null, "percent": "3", "flat_price": "400.00" } ] } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
currency=EUR

# --- Looking at them ---
check_output 'what a plan costs' 'devices,stairstep,,2,0,10,50.00 flat,,50,,,,,,
devices,stairstep,,2,10,100,200.00 flat,,200,,,,,,
devices,stairstep,,2,100,,500.00 flat,,500,,,,,,
payments,percentage,,,,,"1.3 % + 2.00 per event, first 250.00 of amounts free",,,1.3,2,,250,,
cards,percentage,scheme=amex,,,,"3.5 %, first 1 free",,,3.5,,1,,,
cards,percentage,,,,,"2.99 %, at least 1.75 each, at most 12.00 each",,,2.99,,,,1.75,12
transfers,graduated_percentage,,0,0,1000,1 % + 200.00 flat,,200,1,,,,,
transfers,graduated_percentage,,0,1000,10000,2 % + 300.00 flat,,300,2,,,,,
transfers,graduated_percentage,,0,10000,,3 % + 400.00 flat,,400,3,,,,,' sh -c "billctl plans show pay --format json | jq -r '.charges[] |
  [.code, .model, .filter, .included, .tier_from, .tier_to, .price, .unit_price, .flat_price, .percent, .event_fee, .free_events,
   .free_amount, .event_min, .event_max] | map(. // \"\" | tostring) | map(if test(\",\") then \"\\\"\" + . + \"\\\"\" else . end) | join(\",\")'"
check_match 'for people' '^ *devices +stairstep +2 +10 +100 +200.00 flat *$' billctl plans show pay

# --- One flat price by the tier that is reached ---
# 12 less the 2 that are included are 10: the first tier, whose end is inside. 12.5: the second, alone. 2: nothing billable.
for devices in 12 12.5 2; do
  customer "d$devices" UTC pay 2026-01-01 && event "d$devices" devices "$devices" 2026-01-02T00:00:00Z || exit 1
done
generate 2026-02-01 || exit 1
check_output 'within the first step' 'devices,12,50.00' amounts d12
check_output 'a little above it' 'devices,12.5,200.00' amounts d12.5
check_output 'wholly included' 'devices,2,0.00' amounts d2

# --- A percentage and a fee, the first 250 free ---
# In the order of their time: 50 and 100 are free; of 250 another 100 is, and the rest pays; 400 pays.
# (150 + 400) x 1.3 % = 7.15, and 2 fees of 2.00: 11.15. They arrive in another order.
customer free UTC pay 2026-01-01 && event free payments 400 2026-01-20T00:00:00Z && event free payments 250 2026-01-05T00:00:00Z &&
  event free payments 50 2026-01-02T00:00:00Z && event free payments 100 2026-01-03T00:00:00Z && generate 2026-02-01 --customer free || exit 1
check_output 'the first events by time are free' 'payments,800,11.15' amounts free
check_json 'how it came about' '.[0].derivation' '{"rule":"percentage","metric":"payments","aggregation":"sum","events":4,"first":"2026-01-02T00:00:00Z","last":"2026-01-20T00:00:00Z","quantity":"800","free_events":2,"free_amount":"250","billable":"550","steps":[{"quantity":"550","unit_price":"0.013","amount":"7.15"},{"part":"event_fee","quantity":"2","unit_price":"2","amount":"4"}]}' \
  billctl export lines --customer free --format json
# At one time the order is that of arrival: 200 is free, 50 of 100 are, and 50 and 10 pay: 0.78, and 2 fees. (The other way round it were one fee.)
customer same UTC pay 2026-01-01 && event same payments 200 2026-01-05T00:00:00Z && event same payments 100 2026-01-05T00:00:00Z &&
  event same payments 10 2026-01-05T00:00:00Z && generate 2026-02-01 --customer same || exit 1
check_output 'at one time, by arrival' 'payments,310,4.78' amounts same
# The reversal of 400 takes its 5.20 and its fee back: 150 x 1.3 % + 2.00 = 3.95. Only a reversal, of a payment of last month: -(1.30 + 2.00).
customer back UTC pay 2026-01-01 && event back payments 50 2026-01-02T00:00:00Z && event back payments 100 2026-01-03T00:00:00Z &&
  event back payments 250 2026-01-04T00:00:00Z && event back payments 400 2026-01-05T00:00:00Z && event back payments -400 2026-01-06T00:00:00Z &&
  event back payments -100 2026-02-06T00:00:00Z && generate 2026-03-01 --customer back || exit 1
check_output 'reversals' 'payments,400,3.95
payments,-100,-3.30' amounts back

# --- At least, at most, and another price by property ---
# 10 -> 0.299, raised to 1.75; 80 -> 2.392; 10000 -> 299, cut to 12: 16.142. American Express: the first is free, 200 x 3.5 % = 7.00.
customer cards UTC pay 2026-01-01 && event cards cards 10 2026-01-02T00:00:00Z && event cards cards 100 2026-01-03T00:00:00Z --property scheme=amex &&
  event cards cards 80 2026-01-04T00:00:00Z && event cards cards 200 2026-01-05T00:00:00Z --property scheme=amex &&
  event cards cards 10000 2026-01-06T00:00:00Z && generate 2026-02-01 --customer cards || exit 1
check_output 'bounds for each event, filters' 'cards,300,7.00
cards,10090,16.14' amounts cards
check_json 'what the bounds changed' '.[1] | [.exact_amount, .unit_price, .derivation.steps]' '["16.142",null,[{"quantity":"10090","unit_price":"0.0299","amount":"301.691"},{"part":"event_min","quantity":"1","unit_price":"1.75","amount":"1.451"},{"part":"event_max","quantity":"1","unit_price":"12","amount":"-287"}]]' \
  billctl export lines --customer cards --format json

# --- Percentages by tier ---
# 1000 x 1 % + 200 = 210; 4050 x 2 % + 300 = 381: 591. Below zero the mirror image: -(500 x 1 % + 200).
customer tiers UTC pay 2026-01-01 && event tiers transfers 5000 2026-01-02T00:00:00Z && event tiers transfers 50 2026-01-03T00:00:00Z &&
  event tiers transfers -500 2026-02-03T00:00:00Z && generate 2026-03-01 --customer tiers || exit 1
check_output 'each slice at its own' 'transfers,5050,591.00
transfers,-500,-205.00' amounts tiers
check_json 'its steps' '.[0].derivation.steps' '[{"quantity":"1000","unit_price":"0.01","flat_price":"200","from":"0","to":"1000","amount":"210"},{"quantity":"4050","unit_price":"0.02","flat_price":"300","from":"1000","to":"10000","amount":"381"}]' \
  billctl export lines --customer tiers --format json

# --- Changing them ---
sed 's/"1.3"/"1.2"/; s/"free_events": 1 /"free_events": 2 /' catalog.json >next.json
check_output 'what a new version changes' 'plan,pay,new version 2,"charge payments price 1.3 % + 2.00 per event, first 250.00 of amounts free -> 1.2 % + 2.00 per event, first 250.00 of amounts free"
plan,pay,new version 2,"charge cards price for scheme=amex 3.5 %, first 1 free -> 3.5 %, first 2 free"' sh -c \
  'billctl plans diff next.json --format csv --no-header | grep "^plan.*charge"'
check 'issued' billctl -q invoice finalize --all
check 'the ledger is sound, drawn up again from its events' billctl verify
done_testing
