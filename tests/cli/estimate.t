#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a plan would cost: the lines of one period from a catalog file or a ledger, and plans compared.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "name": "Calls" }, { "code": "gb", "name": "Storage", "aggregation": "max" },
               { "code": "seats_used", "aggregation": "unique", "property": "user" }, { "code": "jobs", "aggregation": "count" },
               { "code": "level", "aggregation": "last" }, { "code": "hours", "negative": "allow" }, { "code": "cost" }, { "code": "spare" },
               { "code": "gauge", "aggregation": "weighted_sum" } ],
  "addons": [ { "code": "support", "name": "Support", "prices": [ { "interval": "month", "amount": "20.00" } ] },
              { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "150.00" } ],
  "plans": [
    { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
      "quantities": [ { "code": "seat", "name": "Seats", "included": 2, "default": 2, "max": 50, "prices": [ { "interval": "month", "unit_price": "10" },
        { "interval": "year", "unit_price": "100" } ] } ],
      "addons": [ "support", "setup" ],
      "charges": [
        { "metric": "calls", "model": "graduated", "included": 100,
          "tiers": [ { "up_to": 1000, "unit_price": "0.011" }, { "up_to": null, "unit_price": "0.005", "flat_price": "2" } ] },
        { "metric": "gb", "model": "per_unit", "unit_price": "0.25" },
        { "metric": "seats_used", "model": "per_unit", "unit_price": "3" },
        { "metric": "jobs", "model": "package", "package_price": "1.50", "package_size": 2 },
        { "metric": "level", "model": "per_unit", "unit_price": "1" },
        { "metric": "gauge", "model": "per_unit", "unit_price": "2" },
        { "metric": "hours", "model": "per_unit", "filters": [
            { "match": { "size": "small" }, "unit_price": "0.10" },
            { "match": { "size": "small", "region": "eu" }, "unit_price": "0.12" } ] },
        { "metric": "cost", "model": "dynamic", "amount_property": "price", "multiplier": "1.1" } ] },
    { "code": "basic", "name": "Basic", "prices": [ { "interval": "month", "amount": "19.00" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.05" } ],
      "limits": [ { "metric": "calls", "value": 3000, "kind": "hard" } ] },
    { "code": "euro", "currency": "EUR", "prices": [ { "interval": "month", "amount": "15.00" } ],
      "charges": [ { "metric": "*", "model": "per_unit", "unit_price": "0.02" } ] },
    { "code": "weekly", "usage_interval": "week", "prices": [ { "interval": "month", "amount": "1.00" } ] },
    { "code": "agreed", "custom": true } ] }
END

# lines OPTIONS…: of plan pro, as code,quantity,unit_price,exact_amount,amount
lines () {
  billctl estimate --catalog catalog.json --plan pro --no-header --format csv --columns code,quantity,unit_price,exact_amount,amount "$@"
}

# --- Figures, worked out by hand ---

fees='pro,1,99.00,99,99.00
seat,2,10.00,0,0.00'
check_output 'fees alone: two seats are included' "$fees" lines
# 2,100.5 - 100 = 2,000.5: 1,000 x 0.011 = 11, then 1,000.5 x 0.005 + 2 = 7.0025. 18.0025 -> 18.00
check_output 'graduated tiers' "$fees
calls,2100.5,,18.0025,18.00" lines --usage calls=2000 --usage calls=1e2 --usage calls=0.5
check_output 'the peak counts' "$fees
gb,112,0.25,28,28.00" lines -u gb=80 -u gb=112 -u gb=90
check_output 'distinct values count' "$fees
seats_used,2,3.00,6,6.00" lines -u seats_used=1,user=ann -u seats_used=1,user=bob -u seats_used=1,user=ann
check_output 'events count, in started pairs: 2 x 1.50' "$fees
jobs,3,1.50,3,3.00" lines -u jobs=1 -u jobs=9 -u jobs=1
check_output 'the last one counts' "$fees
level,4,1.00,4,4.00" lines -u level=9 -u level=4
check_output 'a level holds the whole period' "$fees
gauge,4,2.00,8,8.00" lines -u gauge=3 -u gauge=1
# Each event has the filter that says most of it; what matches none is shown at no price.
check_output 'filters' "$fees
hours,7.5,0.10,0.75,0.75
hours,10,0.12,1.2,1.20
hours,3,0.00,0,0.00" lines -u hours=7.5,size=small,region=us -u hours=12,size=small,region=eu -u hours=-2,region=eu,size=small -u hours=3
# (1.25 + 0.333) x 1.1 = 1.7413
check_output 'events with their own amount' "$fees
cost,2,,1.7413,1.74" lines -u cost=1,price=1.25 -u cost=1,price=0.333
check_output 'quantities and add-ons: 3 x 10, 2 x 20, and 150 once' 'pro,1,99.00,99,99.00
seat,5,10.00,30,30.00
support,2,20.00,40,40.00
setup,1,150.00,150,150.00' lines --quantity seat=5 --addon support=2 --addon setup
check_json 'the year: 990 and 12 months of usage at 0.25' '[.interval,.usage_interval,.usage_periods,.fees,.usage,.total]' '["year","month",12,99000,25,99300]' \
  billctl estimate --catalog catalog.json --plan pro -i year -u gb=1 --format json
check_json 'weeks do not divide months: no total' '[.usage_periods,.total,.note]' '[0,null,"no total: usage periods do not divide the interval of the fees"]' \
  billctl estimate --catalog catalog.json --plan weekly --format json
check_json 'any metric' '[.currency, .note, (.lines[] | [.code, .quantity, .amount])]' '["eur",null,["euro","1",1500],["spare","50",100],["gb","7",14]]' \
  billctl estimate --catalog catalog.json --plan euro -u spare=20 -u gb=7 -u spare=30 --format json
check_json 'what the plan does not charge for is said' '[.note, (.lines | length)]' '["does not charge for spare",2]' \
  billctl estimate --catalog catalog.json --plan pro -u spare=20 --format json

# --- The tier rows ---

check_json 'the steps of a graduated charge' '.lines[2].derivation' '{"rule":"graduated","metric":"calls","aggregation":"sum","events":1,"quantity":"2100.5","included":"100","billable":"2000.5","steps":[{"quantity":"1000","unit_price":"0.011","from":"0","to":"1000","amount":"11"},{"quantity":"1000.5","unit_price":"0.005","flat_price":"2","from":"1000","amount":"7.0025"}]}' \
  billctl estimate --catalog catalog.json --plan pro -u calls=2100.5 --format json
check_json 'a quantity' '.lines[1].derivation' '{"rule":"fee","quantity":"5","included":"2","billable":"3","unit_price":"10"}' \
  billctl estimate --catalog catalog.json --plan pro --quantity seat=5 --format json

# --- Compared ---

compare () {
  billctl estimate --catalog catalog.json --compare --no-header --format csv --columns plan,fees,usage,total,currency,cheapest,note "$@"
}
# basic 19 + 1000 x 0.05 = 69; pro 99 + 900 x 0.011 = 108.90; euro 15 + 1000 x 0.02 = 35.
check_output 'the cheapest of each currency' 'euro,15.00,20.00,35.00,EUR,true,
basic,19.00,50.00,69.00,USD,true,
pro,99.00,9.90,108.90,USD,false,' compare -u calls=1000 --plan pro --plan basic --plan euro
# basic 19 + 150 = 169, within its limit; pro 99 + 11 + 1,900 x 0.005 + 2 = 121.50
check_output 'more usage turns it round' 'pro,99.00,22.50,121.50,USD,true,
basic,19.00,150.00,169.00,USD,false,' compare -u calls=3000 --plan pro --plan basic
# 11 + 1,901 x 0.005 + 2 = 22.505 -> 22.51
check_output 'a hard limit' 'pro,99.00,22.51,121.51,USD,true,
basic,19.00,150.05,169.05,USD,false,"hard limit: calls is 3001, more than 3000"' compare -u calls=3001 --plan basic --plan pro
check_output 'all plans; those that cannot be had say why' 'euro,15.00,0.00,15.00,EUR,true,
basic,19.00,0.00,19.00,USD,true,
pro,99.00,0.00,99.00,USD,false,
agreed,,,,USD,false,plan agreed is sold by agreement and has no price yet
weekly,1.00,0.00,,USD,false,"no total: usage periods do not divide the interval of the fees; bills usage by the week, unlike plan pro"' compare
check_output 'by the year' 'pro,990.00,0.00,990.00,USD,true,
basic,,,,USD,false,plan basic is not offered by '\''year'\' compare -i year --plan basic --plan pro
check_output 'a quantity that one of them has' "pro,129.00,0.00,129.00,USD,true,
basic,,,,USD,false,plan basic has no quantity 'seat'" compare --quantity seat=5 --plan basic --plan pro
check_json 'keys' '.[0] | [.plan, .version, .interval, .total, .currency, .cheapest, .note]' '["basic",null,"month",1900,"usd",true,null]' \
  billctl estimate --catalog catalog.json --compare --plan basic --format json

# --- Of a ledger, and what is billed in the end ---

check_error 3 'no ledger' "$(billctl plans list 2>&1)" billctl estimate --plan pro
billctl -q init && billctl -q plans apply catalog.json >/dev/null && billctl -q customer add acme --name Acme --currency USD >/dev/null &&
  billctl -q subscribe acme pro --start 2026-01-01 --quantity seat=5 --addon support >/dev/null &&
  billctl -q usage record acme calls 2100.5 --id a --at 2026-01-05T00:00:00Z >/dev/null &&
  billctl -q usage record acme hours 7.5 --id b --at 2026-01-06T00:00:00Z --property size=small >/dev/null &&
  billctl -q invoice generate --as-of 2026-02-01 >/dev/null || exit 1
same='[.lines[] | select (.kind == "usage" or .kind == "base" or .kind == "quantity" or .kind == "addon")
  | [.kind, .code, .description, .quantity, .unit_price, .exact_amount, .amount, (.derivation | del (.first, .last))]]'
billctl invoice show draft-2 --format json | jq -S "$same" >billed
billctl estimate --plan pro --quantity seat=5 --addon support -u calls=2000 -u calls=100.5 -u hours=7.5,size=small --format json |
  jq -S "$same" | sed 's/"events": 2/"events": 1/' >estimated
check_same 'the lines are those of the invoice' billed estimated
sed 's/"99.00"/"109.00"/' catalog.json >changed.json
billctl -q plans apply changed.json >/dev/null || exit 1
check_json 'the newest version' '[.version, .fees]' '[2,10900]' billctl estimate --plan pro --format json
check_json 'an older one' '[.version, .fees]' '[1,9900]' billctl estimate --plan pro --version 1 --format json
check_json 'a file needs no ledger' .fees 9900 billctl estimate --catalog catalog.json --plan pro --format json --ledger /nowhere
check_json 'standard input' .fees 9900 sh -c 'billctl estimate --catalog - --plan pro --format json <catalog.json'
cp ledger.db before.db
check_json 'all plans of a ledger' '[.[] | .plan]' '["euro","basic","pro","agreed","weekly"]' billctl estimate --compare --format json
check 'nothing was written' cmp ledger.db before.db

# --- Refusals ---

estimate () {
  billctl estimate --catalog catalog.json --plan pro "$@"
}
check_error 2 'no plan' 'billctl: the plan is missing: --plan PLAN, or --compare' billctl estimate --catalog catalog.json
check_error 3 'a plan that is not there' "billctl: there is no plan 'prp' in catalog.json
hint: it has: pro, basic, euro, weekly, agreed" billctl estimate --catalog catalog.json --plan prp
check_error 3 'a plan that the ledger does not have' "billctl: there is no plan 'prp'
hint: did you mean 'pro'?" billctl estimate --plan prp
check_error 3 'a metric that is not there' "billctl: there is no metric 'call' in catalog.json
hint: it has: calls, gb, seats_used, jobs, level, hours, cost, spare, gauge" estimate -u call=1
check_error 3 'a metric that the ledger does not have' "billctl: there is no metric 'call'
hint: did you mean 'calls'?" billctl estimate --plan pro -u call=1
check_error 3 'a quantity that is not there' "billctl: plan pro has no quantity 'seats'
hint: it has: seat" estimate --quantity seats=5
check_error 3 'an add-on that is not there' "billctl: plan pro has no add-on 'phone'
hint: it has: support, setup" estimate --addon phone
check_error 3 'comparing: a quantity that no plan has' "billctl: plan pro has no quantity 'seats'
hint: it has: seat" billctl estimate --catalog catalog.json --compare --plan pro --plan basic --quantity seats=5
check_error 4 'too many seats' "billctl: quantity 'seat': 51 is more than 50, the most that the plan sells" estimate --quantity seat=51
check_error 4 'an interval that is not offered' "billctl: plan pro is not offered by 'week'
hint: it is offered by: month, year" estimate -i week
check_error 2 'an interval of 0' "billctl: interval 'month:0' is not an interval such as month, year or day:30
hint: plan pro is offered by: month, year" estimate -i month:0
check_error 4 'a plan by agreement' 'billctl: plan agreed is sold by agreement and has no price yet' \
  billctl estimate --catalog catalog.json --plan agreed
check_error 2 'usage without a number' "billctl: usage 'calls' is not METRIC=QUANTITY
hint: for example --usage api_calls=1000, or --usage api_calls=1000,region=eu" estimate -u calls
check_error 2 'a number that is none' "billctl: usage 'calls=1.000,5': '5' is not a property
hint: write METRIC=QUANTITY,PROPERTY=VALUE,… as in api_calls=1000,region=eu" estimate -u calls=1.000,5
check_error 2 'no number at all' "billctl: usage 'calls=many': 'many' is not a decimal number" estimate -u calls=many
check_error 2 'a property twice' "billctl: usage 'hours=1,size=a,size=b': the property 'size' stands twice" estimate -u hours=1,size=a,size=b
check_error 2 'negative usage' "billctl: usage 'calls=-1' is negative, which the metric 'calls' refuses" estimate -u calls=-1
check_error 1 'an event that lacks its amount' "billctl: event cost=1 has no property 'price' with its amount
hint: charge cost is dynamic: each event must carry its amount" estimate -u cost=1
check_error 1 'an amount that does not fit' 'billctl: gb of plan pro: the amount does not fit' estimate -u gb=1e18
check_error 2 'several plans' 'billctl: several plans go with --compare' estimate --plan basic
check_error 2 'a version of a file' 'billctl: --version goes with one plan of a ledger, not with --catalog' estimate --version 1
check_error 2 'a version of several' 'billctl: --version goes with one plan of a ledger, not with --compare' billctl estimate --compare --version 1
echo '{ "plans": [ { "code": "x", "prices": [ { "interval": "month", "amount": 1.5 } ] } ] }' >bad.json
check_status 2 'a file that is no catalog' billctl estimate --catalog bad.json --plan x

# --- Coupons, a tax, another currency ---

cat >offers.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "gb", "name": "Storage", "aggregation": "max" }, { "code": "calls" } ],
  "addons": [ { "code": "care", "cycle": "own", "prices": [ { "interval": "month", "amount": "5.00" } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "4.50" } ] } } } ],
  "plans": [
    { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
      "addons": [ "care" ], "charges": [ { "metric": "gb", "code": "storage", "model": "per_unit", "unit_price": "0.25" },
        { "metric": "calls", "model": "per_unit", "unit_price": "0.10" } ],
      "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "89.00" }, { "interval": "year", "amount": "890.00" } ],
        "charges": [ { "metric": "gb", "unit_price": "0.20" }, { "metric": "calls", "unit_price": "0.09" } ] } } },
    { "code": "basic", "prices": [ { "interval": "month", "amount": "80.00" } ], "charges": [ { "metric": "gb", "model": "per_unit", "unit_price": "0.50" } ] } ],
  "coupons": [
    { "code": "FIFTH", "percent": 20, "duration": "forever" },
    { "code": "TEN", "amount": "10.00", "duration": "once" },
    { "code": "GB3", "percent": 50, "duration": { "periods": 3 }, "applies_to": { "metrics": [ "gb" ] } },
    { "code": "CENT50", "amount": "0.50", "duration": { "periods": 2 } },
    { "code": "PRO", "percent": 50, "duration": "forever", "applies_to": { "plans": [ "pro" ] } },
    { "code": "EURO", "amount": "5.00", "currency": "EUR", "duration": "once" },
    { "code": "OLD", "percent": 10, "duration": "once", "expires": "2026-01-31" } ] }
END
offer () { billctl estimate --catalog offers.json --plan pro "$@"; }
# 99.00 + 28.00 = 127.00: 25.40 = 19.80 + 5.60. 10.00 over 79.20 and 22.40: 7.795 + 2.204. 91.60 are left, 19 % is 17.404,
# of which 71.40 and 20.20 bear 13.562 and 3.837.
check_json 'coupons in their order, then the tax, and the parts of both' \
  '[.fees, .usage, .discount, .tax_rate, .tax, .total, (.lines[] | [.code, .amount, .discount, .tax])]' \
  '[9900,2800,3540,"19",1740,10900,["pro",9900,2760,1356],["storage",2800,780,384]]' \
  offer --coupon FIFTH --coupon TEN --tax 19 -u gb=112 --format json
check_json 'which coupons' '.lines[1].discounts' '[{"coupon":"FIFTH","redemption":1,"amount":560},{"coupon":"TEN","redemption":2,"amount":220}]' \
  offer --coupon FIFTH --coupon TEN --tax 19 -u gb=112 --format json
check_output 'in a table' 'Plan:           pro
Name:           Pro
Version:
Interval:       month
Usage by the:   month
Usage periods:  1
Currency:       USD
Fees:           99.00
Usage:          0.00
Discount:       19.80
Tax rate:       7.5
Tax:            5.94
Total:          85.14

Lines
#  Description  Kind  Quantity  Price  Amount  Discount   Tax
1  Pro (month)  base         1  99.00   99.00     19.80  5.94' offer --coupon FIFTH --tax 7.5
# A year: 990.00 and twelve times 0.25 of storage. Half of that for three months is 0.125 -> 0.13 each time. 10 % of 990.12 is 99.01,
# of 0.12 is 0.01 twice, of 0.25 is 0.03 nine times.
check_json 'a coupon for three of twelve invoices, each taxed by itself' '[.fees, .usage, .discount, .tax, .total]' '[99000,25,39,9930,109191]' \
  offer -i year -u gb=1 --coupon GB3 --tax 10 --format json
# 0.50 off the first, off the second no more than its 0.25.
check_json 'an amount at two of them' '[.discount, .total]' '[75,99225]' offer -i year -u gb=1 --coupon CENT50 --format json
# 990.00 + 12 x 5.00
check_json 'an add-on in a cycle of its own' '[.fees, .usage, .total, (.lines | length)]' '[105000,0,105000,2]' offer -i year --addon care --format json
check_json 'prices in another currency: 89.00 + 10 x 0.20' '[.currency, .fees, .usage, .total]' '["eur",8900,200,9100]' \
  offer --currency eur -u gb=10 --format json
check_json 'and its coupon' '[.currency, .discount, .total]' '["eur",500,8400]' offer --currency EUR --coupon EURO --format json
check_json 'no tax is asked for' '[.tax_rate, .tax, .lines[0].tax]' '[null,0,0]' offer --format json
# pro: 99 + 0.25 = 99.25, half of it 49.625 -> 49.63; basic: 80.50.
check_output 'compared: what is not for a plan is said' 'pro,49.63,0.00,49.62,true,
basic,0.00,0.00,80.50,false,coupon PRO is not for plan basic' \
  billctl estimate --catalog offers.json --compare -u gb=1 --coupon PRO --no-header --format csv --columns plan,discount,tax,total,cheapest,note
check_output 'compared in another currency' 'pro,EUR,89.20,true,
basic,USD,,false,plan basic has no prices in EUR' \
  billctl estimate --catalog offers.json --compare -u gb=1 --currency EUR --no-header --format csv --columns plan,currency,total,cheapest,note
check_error 4 'a coupon in another currency' 'billctl: coupon EURO takes off EUR, but plan pro is priced in USD' offer --coupon EURO
check_error 4 'a coupon for other plans' 'billctl: coupon PRO is not for plan basic' billctl estimate --catalog offers.json --plan basic --coupon PRO
check_error 4 'a coupon that is expired' 'billctl: coupon OLD is expired: its last day was 2026-01-31' offer --coupon OLD
check 'on its last day' offer --coupon OLD --as-of 2026-01-31
check_error 2 'a coupon twice' "billctl: coupon 'TEN' is given twice" offer --coupon TEN --coupon FIFTH --coupon TEN
check_error 3 'a coupon that is not there' "billctl: there is no coupon 'TENN' in offers.json
hint: it has: FIFTH, TEN, GB3, CENT50, PRO, EURO, OLD" offer --coupon TENN
check_error 2 'a tax of 101 %' "billctl: tax rate '101' is above 100 percent" offer --tax 101
check_error 2 'a negative tax' "billctl: tax rate '-1' is negative; it must be from 0 to 100 percent" offer --tax=-1
check_error 2 'too fine a tax' "billctl: tax rate '1.1234567' has more than 6 decimals" offer --tax 1.1234567
check_status 2 'a tax that is no number' offer --tax 19%
check_error 4 'a currency without prices' 'billctl: plan pro has no prices in GBP' offer --currency GBP
check_error 2 'a currency that is none' "billctl: 'XYZ' is not an ISO 4217 currency, such as USD or EUR" offer --currency XYZ
check 'a ledger with all of it' sh -c 'billctl -q init --ledger offers.db && billctl -q plans apply offers.json --ledger offers.db >/dev/null &&
  billctl -q coupon archive TEN --ledger offers.db'
check_json 'estimates the same' '[.currency, .version, .discount, .tax, .total]' '["eur",1,4460,847,5307]' \
  billctl estimate --ledger offers.db --plan pro --currency EUR -u gb=1 --coupon PRO --tax 19 --format json
check_error 4 'an archived coupon of a ledger' 'billctl: coupon TEN is archived: nobody can redeem it any more
hint: `billctl coupon reactivate TEN` takes that back' billctl estimate --ledger offers.db --plan pro --coupon TEN
done_testing
