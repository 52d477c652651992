#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Putting customers on plans, and subscriptions as they stand at a time.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

billctl --quiet init || exit 1
cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [
    { "code": "call_minutes", "name": "Call minutes", "unit": "minute", "aggregation": "sum" },
    { "code": "api_calls", "name": "API calls", "unit": "call", "aggregation": "count" } ],
  "addons": [
    { "code": "support", "name": "Support", "prices": [ { "interval": "month", "amount": "20.00" } ] },
    { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "99.00" } ],
  "plans": [
    { "code": "professional", "name": "Professional",
      "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
      "charges": [ { "code": "minutes", "metric": "call_minutes", "model": "per_unit", "unit_price": "0.10" } ],
      "quantities": [ { "code": "seats", "name": "Seats", "included": 3, "min": 1, "max": 50,
        "prices": [ { "interval": "month", "unit_price": "5" }, { "interval": "year", "unit_price": "50" } ] } ],
      "addons": [ "support", "setup" ] },
    { "code": "calls", "name": "Calls", "prices": [ { "interval": "month", "amount": "1.00" } ],
      "charges": [ { "code": "m", "metric": "call_minutes", "model": "per_unit", "unit_price": "0.20" } ] },
    { "code": "trial", "name": "With a trial", "trial_days": 14, "prices": [ { "interval": "month", "amount": "10.00" } ] },
    { "code": "arrears", "name": "Arrears", "billing": "arrears", "prices": [ { "interval": "month", "amount": "10.00" } ] },
    { "code": "custom", "name": "Custom", "custom": true } ] }
END
billctl plans apply catalog.json >/dev/null || exit 1
billctl customer add acme --timezone Europe/Berlin >/dev/null && billctl customer add kiwi --timezone Pacific/Auckland >/dev/null &&
  billctl customer add euro --currency EUR >/dev/null || exit 1

# --- The line, the code, the days ---

check_output 'a dry run' 'acme-1: professional version 1, month, from 2026-01-01, first period 2026-01-01 to 2026-02-01' \
  billctl subscribe acme professional --start 2026-01-01 --dry-run
check_json 'writes nothing' length 0 billctl subscription list --format json
check_output 'subscribe' 'acme-1: professional version 1, month, from 2026-01-01, first period 2026-01-01 to 2026-02-01' \
  billctl subscribe acme professional --start 2026-01-01
check_error 0 'an older subscription prices the metric too' \
  'acme-1 prices call_minutes too: events that name no subscription are billed there' billctl subscribe acme calls
check_error 0 'one that ended before does not matter' '' billctl subscribe kiwi calls --start 2025-01-01 --end 2025-06-01
check_error 0 'for the next one' '' billctl subscribe kiwi calls --start 2025-06-01 --code kiwi-calls
# 00:30 on 1 February in Berlin; 2026-02-01T00:00:00Z is 13:00 in Auckland.
check_output 'an instant is its day in the zone' \
  'acme-3: trial version 1, month, from 2026-02-01, first period 2026-02-01 to 2026-03-01' \
  billctl subscribe acme trial --start 2026-01-31T23:30:00Z --trial-days 0
check_output 'without a start: the as-of day there' \
  'kiwi-3: arrears version 1, month, from 2026-02-01, first period 2026-02-01 to 2026-03-01' \
  billctl subscribe kiwi arrears --as-of 2026-01-31T11:00:00Z
check_output 'a trial comes before the first period' \
  'kiwi-4: trial version 1, month, from 2026-01-31, trial to 2026-02-14, first period 2026-02-14 to 2026-03-14' \
  billctl subscribe kiwi trial --start 2026-01-31
check_output 'the month after 31 January is February' \
  'kiwi-5: arrears version 1, month, from 2026-01-31, first period 2026-01-31 to 2026-02-28' \
  billctl subscribe kiwi arrears --start 2026-01-31
check_output 'aligned to the calendar' 'kiwi-6: arrears version 1, month, from 2026-01-20, first period 2026-01-20 to 2026-02-01' \
  billctl subscribe kiwi arrears --start 2026-01-20 --alignment calendar
check_output 'an end within the first period' 'kiwi-7: arrears version 1, month, from 2026-01-20, first period 2026-01-20 to 2026-02-05' \
  billctl subscribe kiwi arrears --start 2026-01-20 --end 2026-02-05
check_output 'an end within the trial' 'kiwi-8: trial version 1, month, from 2026-01-20, trial to 2026-02-03, no paid period' \
  billctl subscribe kiwi trial --start 2026-01-20 --end 2026-01-25
check_output 'a code of its own, by the year, with numbers' \
  'big: professional version 1, year, from 2024-02-29, first period 2024-02-29 to 2025-02-28' \
  billctl subscribe acme professional --code big --interval annual --quantity seats=10 --addon setup=2 --start 2024-02-29
check_equal 'the audit log has it' 'subscription big: professional version 1 for acme' \
  "$(sqlite3 ledger.db 'SELECT change FROM audit ORDER BY id DESC LIMIT 1')"

# --- Versions ---

sed 's/"99.00" }, {/"109.00" }, {/' catalog.json >dearer.json
billctl plans apply dearer.json >/dev/null || exit 1
check_match 'the newest version is taken' '^kiwi-9: professional version 2, month' billctl subscribe kiwi professional
check_match 'an older one on demand' '^kiwi-10: professional version 1, month' billctl subscribe kiwi professional --version 1
check_error 3 'a version that is not there' "billctl: plan 'professional' has no version 7
hint: its newest version is 2" billctl subscribe kiwi professional --version 7
check_json 'subscribers stay where they are' .version 1 billctl subscription show acme-1 --format json

# --- What is refused ---

count=$(sqlite3 ledger.db 'SELECT count(*) FROM subscription')
check_error 3 'an unknown customer' "billctl: there is no customer 'acne'
hint: did you mean 'acme'?" billctl subscribe acne professional
check_error 3 'an unknown plan' "billctl: there is no plan 'profesional'
hint: did you mean 'professional'?" billctl subscribe acme profesional
check_error 4 'another currency' 'billctl: plan professional is priced in USD, customer euro pays in EUR' billctl subscribe euro professional
check_error 4 'a custom plan without a price' 'billctl: plan custom is sold by agreement and has no price yet
hint: set the agreed prices with --set or --terms, or apply a catalog file with a plan of that customer' billctl subscribe acme custom
check_error 4 'an interval that is not on offer' "billctl: plan professional is not offered by 'week'
hint: it is offered by: month, year" billctl subscribe acme professional --interval week
check_status 2 'an interval that is none' billctl subscribe acme professional --interval fortnight
check_error 3 'an unknown quantity' "billctl: plan professional has no quantity 'seets'
hint: it has: seats" billctl subscribe acme professional --quantity seets=5
check_error 4 'too many' "billctl: quantity 'seats': 51 is more than 50, the most that the plan sells" \
  billctl subscribe acme professional --quantity seats=51
check_error 4 'too few' "billctl: quantity 'seats': 0 is less than 1, the least that the plan sells" \
  billctl subscribe acme professional --quantity seats=0
check_error 2 'half a seat' "billctl: quantity 'seats': '1.5' is not a whole number from 0 on" \
  billctl subscribe acme professional --quantity seats=1.5
for value in -1 1,5 NaN 1e400 '' 1234567890123456789012345678901234567890; do
  check_status 2 "seats=$value" billctl subscribe acme professional --quantity "seats=$value"
done
check_error 2 'a quantity without its number' "billctl: quantity 'seats' lacks its number: seats=N" \
  billctl subscribe acme professional --quantity seats
check_error 2 'a quantity twice' "billctl: quantity 'seats' is given twice" \
  billctl subscribe acme professional --quantity seats=2 --quantity seats=2
check_error 3 'an unknown add-on' "billctl: plan professional has no add-on 'suport'
hint: it has: support, setup" billctl subscribe acme professional --addon suport
check_error 4 'an add-on that is not sold by the year' "billctl: add-on 'support' is not sold by the year
hint: it is sold by: month" billctl subscribe acme professional --interval year --addon support
check_status 2 'no add-on at all' billctl subscribe acme professional --addon support=0
check_status 2 'an add-on twice' billctl subscribe acme professional --addon setup --addon setup=2
check_error 2 'a day that is none' "billctl: '--start' has '2026-02-30', which is a day that the calendar does not have" \
  billctl subscribe acme professional --start 2026-02-30
check_error 2 'an end before the start' 'billctl: the end 2026-01-31 is not after the start 2026-01-31' \
  billctl subscribe acme professional --start 2026-01-31 --end 2026-01-31
check_status 2 'the end of the calendar' billctl subscribe acme professional --start 9999-12-31
check_status 2 'trial days that are none' billctl subscribe acme professional --trial-days 1.5
check_error 4 'a code that is taken' 'billctl: there is already a subscription big' billctl subscribe kiwi professional --code big
check_status 2 'a code that is none' billctl subscribe acme professional --code 'a b'
sqlite3 ledger.db "UPDATE plan SET status = 'archived' WHERE code = 'calls'"
check_error 4 'an archived plan' 'billctl: plan calls is archived: it is not sold any more
hint: `billctl plans archive calls --undo` sells it again' billctl subscribe acme calls
check_equal 'nothing of that was written' "$count" "$(sqlite3 ledger.db 'SELECT count(*) FROM subscription')"

# --- Showing ---

check_json 'a subscription' '[.customer, .plan, .version, .status, .interval, .start, .trial_end, .billed_from, .end]' \
  '["acme","professional",1,"active","year","2024-02-29",null,"2024-02-29",null]' billctl subscription show big --format json
# Years from 29 February 2024: 28 February 2025, 28 February 2026. Months: 29 January, 28 February 2026.
check_json 'its periods' '[.fee_period_from, .fee_period_until, .usage_period_from, .usage_period_until]' \
  '["2025-02-28","2026-02-28","2026-01-29","2026-02-28"]' billctl subscription show big --format json
check_json 'its numbers' '[.quantities, .addons] | map (map ([.code, .name, .quantity]))' \
  '[[["seats","Seats","10"]],[["setup","Set-up","2"]]]' billctl subscription show big --format json
check_json 'the default number' '.quantities[0].quantity' '"3"' billctl subscription show acme-1 --format json
check_json 'in advance: due at the first midnight in Berlin' .next_billing_at '"2025-12-31T23:00:00Z"' \
  billctl subscription show acme-1 --format json
check_json 'in arrears: due at the end of the period, in Auckland' .next_billing_at '"2026-02-28T11:00:00Z"' \
  billctl subscription show kiwi-3 --format json
check_json 'before the trial ends' '[.status, .trial_end, .fee_period_from]' '["trialing","2026-02-14",null]' \
  billctl subscription show kiwi-4 --format json --as-of 2026-02-13T10:59:59Z
check_json 'from its last midnight on' '[.status, .fee_period_from]' '["active","2026-02-14"]' \
  billctl subscription show kiwi-4 --format json --as-of 2026-02-13T11:00:00Z
check_json 'a period is cut off at the end' '[.status, .fee_period_until, .usage_period_until]' '["active","2026-02-05","2026-02-05"]' \
  billctl subscription show kiwi-7 --format json
check_json 'after the end' '[.status, .fee_period_until]' '["expired",null]' billctl subscription show kiwi-7 --format json --as-of 2026-02-06
check_error 2 'a customer with several' 'billctl: customer acme has several subscriptions: acme-1, acme-2, acme-3, big
hint: name one of them' billctl subscription show acme
billctl customer add solo >/dev/null && billctl subscribe solo arrears >/dev/null || exit 1
check_json 'a customer with one' .code '"solo-1"' billctl subscription show solo --format json
check_error 3 'a customer with none' 'billctl: customer euro has no subscription' billctl subscription show euro
check_error 3 'no such thing' "billctl: there is no subscription 'bigg'
hint: did you mean 'big'?" billctl subscription show bigg
billctl subscription show big >page
check_equal 'a page for people' 'Quantities
Code   Name   Quantity
seats  Seats        10

Add-ons
Code   Name    Quantity
setup  Set-up         2' "$(sed -n '/^Quantities/,$p' page)"
check_equal 'no line is wider than 80 columns' '' "$(awk 'length > 80' page)"

# --- Lists ---

check_output 'of a customer' 'Code    Customer  Plan          Version  Status  Interval  Start
acme-1  acme      professional        1  active  month     2026-01-01
acme-2  acme      calls               1  active  month     2026-02-01
acme-3  acme      trial               1  active  month     2026-02-01
big     acme      professional        1  active  year      2024-02-29' billctl subscription list --customer acme
check_json 'of a plan, whatever version' 'map (.code)' '["acme-1","big","kiwi-9","kiwi-10"]' \
  billctl subscription list --plan professional --format json
check_json 'by status' 'map (.code)' '["kiwi-4"]' billctl subscription list --status trial --format json
check_json 'by status and time' 'map (.code)' '["kiwi-4","kiwi-8"]' billctl subscription list --status trialing --as-of 2026-01-24 --format json
check_status 3 'of an unknown customer' billctl subscription list --customer nobody
check_status 3 'of an unknown plan' billctl subscription list --plan nothing
check_status 2 'by a status that is none' billctl subscription list --status sleeping
check_json 'with their customer' '.subscriptions | map (.code)' '["solo-1"]' billctl customer show solo --format json
check_json 'and counted' 'map (select (.code == "acme") | .subscriptions)' '[4]' billctl customer list --format json

# --- What a subscription does to its customer ---

check_error 4 'the currency stays' "billctl: currency 'EUR': customer acme has subscriptions in USD, so its currency stays
hint: add another customer for the other currency" billctl customer update acme --currency EUR
check_error 0 'a new time zone' 'the new time zone counts from the next period boundary on' \
  billctl customer update acme --timezone Asia/Tokyo
printf 'code,currency\nacme,EUR\n' >currency.csv
check_status 4 'no import changes the currency either' billctl customer import --update currency.csv

check_error 2 'a year that lacks a digit' 'billctl: the start 0226-01-01 lies before 1970
hint: is the year right? Every period since then would be billed' billctl subscribe acme trial --start 0226-01-01

# --- For programs ---

check_output 'as CSV, a subscription is one row' 'code,quantities,addons
row,"{""seats"":""5""}","{""setup"":""2"",""support"":""1""}"' billctl subscribe acme professional --code row --quantity seats=5 \
  --addon support --addon setup=2 --dry-run --format csv --columns code,quantities,addons
check_output 'as NDJSON too, also without any' '{"code":"kiwi-3","plan":"arrears","quantities":{},"addons":{}}' \
  billctl subscription show kiwi-3 --format ndjson --columns code,plan,quantities,addons

done_testing
