#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Terms of a whole plan: what all usage comes to at least and at most, and what is taken off.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "name": "Calls" }, { "code": "texts", "name": "Texts" }, { "code": "disk", "aggregation": "max", "persistent": true } ],
  "addons": [ { "code": "care", "name": "Care", "prices": [ { "interval": "month", "amount": "20.00" } ] },
    { "code": "yearly", "name": "Yearly", "cycle": "own", "prices": [ { "interval": "year", "amount": "120.00" } ] } ],
  "plans": [
    { "code": "spend", "type": "pay_per_use", "alignment": "calendar", "minimum_spend": "50.00", "maximum_spend": "200.00",
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10" },
        { "metric": "texts", "model": "per_unit", "unit_price": "0.05", "maximum_amount": "30.00" } ] },
    { "code": "less", "type": "hybrid", "discount_percent": "10", "prices": [ { "interval": "month", "amount": "99.99" } ], "addons": [ "care", "yearly" ],
      "quantities": [ { "code": "seats", "name": "Seats", "included": 1, "unit_price": "7.77" } ],
      "charges": [ { "metric": "calls", "model": "graduated", "discount_percent": "12.5", "included": 10,
          "tiers": [ { "up_to": 100, "unit_price": "0.10" }, { "unit_price": "0.08", "flat_price": "1.00" } ] },
        { "metric": "texts", "model": "per_unit", "unit_price": "0.05" },
        { "metric": "disk", "model": "per_unit", "unit_price": "1", "discount_percent": 0, "minimum_amount": "5.00" } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
described () { billctl export lines --customer "$1" --no-header --columns kind,description,quantity,ratio,amount; }
at () { echo "2026-$1T12:00:00Z"; }

# --- The bounds of spending ---
# From 10 January, 22 of 31 days: 50 x 22/31 = 35.4838… -> 35.48; 100 calls are 10.00: 25.48 are missing.
# February: 1500 calls are 150.00, 800 texts 40.00, of which the charge keeps 30.00: 180.00, within the bounds.
# March: 2000 calls and 800 texts are 230.00: 30.00 too much. April: nothing used: 50.00. May: 500 calls are the 50.00.
customer acme UTC spend 2026-01-10 && event acme calls 100 "$(at 01-20)" && event acme calls 1500 "$(at 02-20)" \
  && event acme texts 800 "$(at 02-21)" && event acme calls 2000 "$(at 03-20)" && event acme texts 800 "$(at 03-21)" \
  && event acme calls 500 "$(at 05-20)" && generate 2026-06-01 || exit 1
check_output 'from period to period' 'usage,Calls,100,,10.00
spending,Minimum spend,1,,25.48
usage,Calls,1500,,150.00
usage,Texts,800,,40.00
usage,Texts: maximum,1,,-10.00
usage,Calls,2000,,200.00
usage,Texts,800,,40.00
usage,Texts: maximum,1,,-10.00
spending,Maximum spend,1,,-30.00
spending,Minimum spend,1,,50.00
usage,Calls,500,,50.00' described acme
check_output 'the totals' 'acme,2026-02-01,35.48
acme,2026-03-01,180.00
acme,2026-04-01,200.00
acme,2026-05-01,50.00
acme,2026-06-01,50.00' totals --customer acme
check_json 'how the first came about' '.[1] | [.code, .metric, .exact_amount, .derivation]' \
  '["spend",null,"25.48",{"rule":"minimum_spend","bound":"50","ratio":"22/31","charged":"10"}]' \
  billctl export lines --customer acme --format json
check_json 'and one above' '[.[] | select(.kind == "spending")][1] | [.exact_amount, .derivation]' \
  '["-30",{"rule":"maximum_spend","bound":"200","charged":"230"}]' billctl export lines --customer acme --format json
check_json 'an estimate has it too' '[.total, (.lines[-1] | [.kind, .amount])]' '[5000,["spending",4000]]' \
  billctl estimate --plan spend --usage calls=100 --format json

# --- What is taken off ---
# Fees less 10 %: 99.99 -> 89.991 -> 89.99; 3 x 7.77 = 23.31 -> 20.979 -> 20.98; 2 x 20.00 -> 36.00.
# 160 calls, 10 included: 100 x 0.10 + 50 x 0.08 + 1.00 = 15.00, less 12.5 % = 13.125 -> 13.13.
# 21 texts: 1.05, less 10 % = 0.945 -> 0.95 (half away from zero). Disk: nothing is taken off 3, and 2.00 are missing to 5.00.
billctl -q customer add beta >/dev/null && billctl -q subscribe beta less --start 2026-01-01 --quantity seats=4 --addon care=2 >/dev/null \
  && event beta calls 160 "$(at 01-20)" && event beta texts 21 "$(at 01-20)" && event beta disk 3 "$(at 01-20)" \
  && generate 2026-02-01 --customer beta || exit 1
check_output 'fees and usage' 'base,less (month),1,,89.99
quantity,Seats,4,,20.98
addon,Care,2,,36.00
base,less (month),1,,89.99
quantity,Seats,4,,20.98
addon,Care,2,,36.00
usage,Calls,160,,13.13
usage,Texts,21,,0.95
usage,disk,3,,3.00
usage,disk: minimum,1,,2.00' described beta
check_json 'how the usage came about' '[.[6,7,8] | [.exact_amount, .derivation.steps, .derivation.discount_percent]]' \
  '[["13.125",[{"quantity":"100","unit_price":"0.1","from":"0","to":"100","amount":"10"},{"quantity":"50","unit_price":"0.08","flat_price":"1","from":"100","amount":"5"}],"12.5"],["0.945",[{"quantity":"21","unit_price":"0.05","amount":"1.05"}],"10"],["3",[{"quantity":"3","unit_price":"1","amount":"3"}],null]]' \
  billctl export lines --customer beta --format json
check_json 'and the fees' '.[1] | [.exact_amount, .unit_price, .derivation]' \
  '["20.979","7.77",{"rule":"fee","quantity":"4","included":"1","billable":"3","unit_price":"7.77","discount_percent":"10"}]' \
  billctl export lines --customer beta --format json
check_match 'all of it is drawn up again' '^lines drawn up again +ok$' billctl verify --columns check,result

# --- Looking ---
check_json 'show' '[.minimum_spend, .maximum_spend, .discount_percent, .proration, .trial_payment_method, .customer]' \
  '["50.00","200.00",null,"day","optional",null]' billctl plans show spend --format json
check_json 'show charges and add-ons' '[.discount_percent, [.charges[] | .discount_percent], [.addons[] | [.code, .cycle, .interval]]]' \
  '["10",["12.5","12.5","10",null],[["care","plan","month"],["yearly","own","year"]]]' billctl plans show less --format json
check_match 'show for people' '^Minimum spend: +50.00$' billctl plans show spend
check_json 'compare' '[.[] | select(.item | test("spend|discount"))] | map([.item, .spend, .less])' \
  '[["minimum spend","50.00","-"],["maximum spend","200.00","-"],["discount","-","10 %"],["charge calls discount","-","12.5 %"],["charge disk discount","-","0 %"]]' \
  billctl plans compare spend less --format json
check_json 'metrics' '.[1] | [.code, .persistent, .late]' '["disk",true,"bill"]' billctl metric list --format json
sed -e 's/"persistent": true/"persistent": false/' catalog.json >other.json
check_error 4 'a metric that comes to stay or not' "billctl: metric 'disk' exists and cannot come to measure something else: persistent yes -> no
hint: give the new measurement a code of its own" billctl plans apply other.json
sed -e 's/"aggregation": "max", /&"late": "ignore", /' catalog.json >other.json
check_match 'what becomes of late events can change' '^metric +disk +changed +late bill -> ignore$' billctl plans apply other.json

# --- Other currencies ---
# In euros: 9.00 a month, 2 seats above the 2 included at 4.50, and 110 calls, 10 included: 100 x 0.09 = 9.00.

cat >euro.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "addons": [ { "code": "help", "prices": [ { "interval": "month", "amount": "20.00" } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "19.00" } ] } } } ],
  "plans": [ { "code": "world", "name": "World", "prices": [ { "interval": "month", "amount": "10.00" } ], "minimum_spend": "1.00", "addons": [ "help" ],
    "quantities": [ { "code": "seats", "name": "Seats", "included": 2, "unit_price": "5.00" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 10 } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "9.00" } ], "minimum_spend": null,
      "quantities": [ { "code": "seats", "unit_price": "4.50" } ], "charges": [ { "metric": "calls", "unit_price": "0.09" } ] } } } ] }
END_OF_CATALOG
check_output 'a plan in two currencies' 'Kind  Code   Change  Detail
plan  world  added   base 10.00 month USD; base 9.00 month EUR' billctl plans apply euro.json
check_json 'is one version' '[.versions[].version, .currencies, .prices[0].amount, .minimum_spend, .addons[0].amount]' '[1,"USD, EUR",1000,"1.00",2000]' \
  billctl plans show world --format json
check_json 'shown in the other one' '[.currency, .prices[0].amount, .minimum_spend, .addons[0].amount, .charges[0].unit_price, .charges[0].included]' \
  '["eur",900,null,1900,"0.09","10"]' billctl plans show world --currency eur --format json
check_error 3 'and in one that it does not have' "billctl: plan world is not sold in 'GBP'
hint: it is sold in: USD, EUR" billctl plans show world --currency GBP
check_json 'compared in it' '[.[] | select(.item == "base month")]' '[{"item":"base month","world":"9.00"}]' \
  billctl plans compare world --currency EUR --format json
check_json 'the same file again' 'map(.change) | unique' '["unchanged"]' billctl plans apply euro.json --format json
billctl -q customer add paris --currency EUR --timezone UTC >/dev/null && billctl -q customer add york --currency USD --timezone UTC >/dev/null \
  && billctl -q customer add london --currency GBP >/dev/null || exit 1
check_output 'a customer pays the prices in its currency' 'paris-1: world version 1, month, from 2026-01-01, first period 2026-01-01 to 2026-02-01' \
  billctl subscribe paris world --start 2026-01-01 --quantity seats=4 --addon help
check_error 4 'or none' 'billctl: plan world is priced in USD and EUR, customer london pays in GBP' billctl subscribe london world
billctl -q subscribe york world --start 2026-01-01 --quantity seats=4 >/dev/null && event paris calls 110 "$(at 01-20)" \
  && event york calls 110 "$(at 01-20)" && generate 2026-02-01 || exit 1
check_output 'in euros' 'base,World (month),1,,9.00
quantity,Seats,4,,9.00
addon,help,1,,19.00
base,World (month),1,,9.00
quantity,Seats,4,,9.00
addon,help,1,,19.00
usage,Calls,110,,9.00' described paris
check_output 'in dollars' 'base,World (month),1,,10.00
quantity,Seats,4,,10.00
base,World (month),1,,10.00
quantity,Seats,4,,10.00
usage,Calls,110,,10.00' described york
sed -e 's/"0.09"/"0.08"/' euro.json >next.json
check_output 'a price in one currency makes a version' 'Kind  Code   Change         Detail
plan  world  new version 2  in EUR: charge calls price 0.09 each -> 0.08 each; sold from 2026-02-01; 2 subscriptions stay on version 1' \
  billctl plans apply next.json
sed -e 's/"minimum_spend": null, *//' euro.json >lacks.json
check_error 2 'what lacks a price in it' "billctl: lacks.json:7: plans[0].currencies.EUR: it lacks the plan's minimum_spend in EUR; null says that there is none" \
  billctl plans apply lacks.json
sed -e 's/^ *"currencies": { "EUR": { "prices": \[ { "interval": "month", "amount": "19.*$/} ],/; s/"20.00" } \],$/"20.00" } ]/' euro.json >lacks.json
check_error 2 'an add-on too' "billctl: lacks.json:4: plans[0].currencies.EUR.addons[0]: the add-on 'help' is sold in USD, the plan in EUR" \
  billctl plans apply lacks.json

# --- For one customer ---

echo '{ "plans": [ { "code": "deal", "currency": "EUR", "customer": "paris", "prices": [ { "interval": "month", "amount": "5.00" } ] } ] }' >deal.json
billctl -q plans apply deal.json >/dev/null && billctl -q customer add lyon --currency EUR >/dev/null || exit 1
check_error 4 'a plan of somebody else' 'billctl: plan deal was agreed with customer paris: nobody else can have it' billctl subscribe lyon deal
check 'is sold to its customer' billctl subscribe paris deal

done_testing
