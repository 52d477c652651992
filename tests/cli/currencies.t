#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Currencies without decimals, with two and with three, and that they are never added.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END'
{ "metrics": [ { "code": "unit", "negative": "allow" }, { "code": "call" } ],
  "plans": [
    { "code": "yen", "currency": "JPY", "alignment": "calendar", "prices": [ { "interval": "month", "amount": "980" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.5" },
                   { "metric": "call", "model": "graduated", "tiers": [ { "up_to": 10, "unit_price": "1.25", "flat_price": "3" }, { "up_to": null, "unit_price": "1" } ] } ] },
    { "code": "dinar", "currency": "KWD", "alignment": "calendar", "prices": [ { "interval": "month", "amount": "12.345" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.0005" } ] },
    { "code": "dollar", "currency": "USD", "alignment": "calendar", "prices": [ { "interval": "month", "amount": "99.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.005" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
currency=JPY && customer tokyo Asia/Tokyo yen 2026-01-15 && currency=KWD && customer kuwait Asia/Kuwait dinar 2026-01-15 &&
  currency=USD && customer boston America/New_York dollar 2026-01-15 || exit 1
for name in tokyo kuwait boston; do event $name unit 1 2026-01-20T00:00:00Z || exit 1; done
event tokyo call 11 2026-01-20T00:00:00Z || exit 1
generate 2026-01-16 || exit 1

# 17 of 31 days: 980 x 17/31 = 537.419... -> 537 yen; 12.345 x 17/31 = 6.76983... -> 6.770 dinars; 99.00 x 17/31 -> 54.29 dollars
check_output 'each in its own decimals' 'tokyo,2026-01-15,537
kuwait,2026-01-15,6.770
boston,2026-01-15,54.29' totals
check_json 'in JSON in minor units' 'map ([.customer, .total, .currency])' \
  '[["tokyo",537,"jpy"],["kuwait",6770,"kwd"],["boston",5429,"usd"]]' billctl invoice list --format json
check_output 'currencies are never added' 'Customer  Total  Currency
tokyo       537  JPY
kuwait    6.770  KWD
boston    54.29  USD
Total       537  JPY
Total     6.770  KWD
Total     54.29  USD' billctl invoice list --columns customer,total,currency

# 1 x 0.5 = 0.5 -> 1 yen; 10 x 1.25 + 3 + 1 x 1 = 16.5 -> 17 yen; 0.0005 -> 0.001 dinars; 0.005 -> 0.01 dollars
generate 2026-02-01T06:00:00Z || exit 1
check_output 'half a yen' 'yen,1,980
unit,1,1
call,11,17' amounts tokyo --from 2026-02-01
check_output 'half of a thousandth of a dinar' 'dinar,1,12.345
unit,1,0.001' amounts kuwait --from 2026-02-01
check_output 'half a cent' 'dollar,1,99.00
unit,1,0.01' amounts boston --from 2026-02-01
check_json 'exact amounts are in major units' 'map (.exact_amount)' '["980","980","0.5","16.5"]' \
  billctl export lines --customer tokyo --format json
# -1 x 0.5 = -0.5, away from zero: -1
event tokyo unit -1 2026-02-20T00:00:00Z && generate 2026-03-01 --customer tokyo || exit 1
check_output 'away from zero below it too' 'yen,1,980
unit,-1,-1' amounts tokyo --from 2026-03-01

sed 's/"980"/"980.5"/' catalog.json >bad.json
check_status 2 'a price with more decimals than its currency' billctl plans apply bad.json
check_status 4 'a plan in another currency is not sold to a customer' billctl subscribe boston yen
check 'the ledger is sound' billctl verify

done_testing
