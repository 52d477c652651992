#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a change of plan within a period costs: two signed lines by one exact ratio.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq

cat >catalog.json <<'END'
{ "currency": "USD",
  "plans": [
    { "code": "small", "usage_interval": "month", "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" },
                                   { "interval": "week", "amount": "25.00" } ] },
    { "code": "large", "usage_interval": "month", "prices": [ { "interval": "month", "amount": "299.00" }, { "interval": "year", "amount": "2990.00" },
                                   { "interval": "week", "amount": "75.00" } ] },
    { "code": "monthly", "prices": [ { "interval": "month", "amount": "20.00" } ] },
    { "code": "free", "prices": [ { "interval": "month", "amount": "0" } ] },
    { "code": "yen", "currency": "JPY", "prices": [ { "interval": "month", "amount": "1000" } ] },
    { "code": "more_yen", "currency": "JPY", "prices": [ { "interval": "month", "amount": "2500" } ] },
    { "code": "behind", "billing": "arrears", "prices": [ { "interval": "month", "amount": "50.00" } ] } ] }
END

# change FROM TO ANCHOR AT OPTIONS…: the ratio, both amounts and the net, in minor units
change () {
  from=$1 to=$2 anchor=$3 at=$4; shift 4
  billctl prorate --catalog catalog.json --from "$from" --to "$to" --anchor "$anchor" --at "$at" --format json "$@" |
    jq -r '[.ratio // "whole", .lines[].amount, .net] | join (" ")'
}

# 16 to 31 January are 16 of 31 days: 99 x 16/31 = 51.0967..., 299 x 16/31 = 154.3225...
check_output 'up' '16/31 -5110 15432 10322' change small large 2026-01-01 2026-01-16
check_output 'down' '16/31 -15432 5110 -10322' change large small 2026-01-01 2026-01-16
check_output 'the time of day does not matter' '16/31 -5110 15432 10322' change small large 2026-01-01 2026-01-16T23:59:59Z
check_output 'the first day: the whole period' 'whole -9900 29900 20000' change small large 2026-01-01 2026-01-01T15:00:00Z
check_output 'the last day' '1/31 -319 965 646' change small large 2026-01-01 2026-01-31
check_output 'the same plan: nothing' '16/31 -5110 5110 0' change small small 2026-01-01 2026-01-16
check_output 'from nothing' '16/31 0 15432 15432' change free large 2026-01-01 2026-01-16
# From 31 January the second period is 28 February to 30 March: 31 days, of which 21 are left on the 10th.
check_output 'a later period of an anchor on the 31st' '21/31 -6706 20255 13549' change small large 2026-01-31 2026-03-10
# 1 July 2026 to 31 December are 184 of 365 days: 990 x 184/365 = 499.0684..., 2990 x 184/365 = 1507.2876...
check_output 'a year' '184/365 -49907 150729 100822' change small large 2026-01-01 2026-07-01 --interval year
check_output 'yen: 1000 x 16/31 = 516.1..., 2500 x 16/31 = 1290.3...' '16/31 -516 1290 774' change yen more_yen 2026-01-01 2026-01-16
# In Tokyo it is the 17th already: 15 days.
check_output 'days of the zone' '15/31 -4790 14468 9678' change small large 2026-01-01 2026-01-16T15:00:00Z --timezone Asia/Tokyo
# March has 31 days in Berlin, although one of them has 23 hours: 10/31, 99 x 10/31 = 31.9354..., 299 x 10/31 = 96.4516...
check_output 'a day of 23 hours is one day' '10/31 -3194 9645 6451' change small large 2026-03-01 2026-03-22 --timezone Europe/Berlin

# --- Other bases ---

# Half of January is over on the 16th at noon.
check_output 'seconds: exactly half' '1339200/2678400 -4950 14950 10000' change small large 2026-01-01 2026-01-16T12:00:00Z --basis second
# March in Berlin has 743 hours; from the 31st at 00:00 24 of them are left: 99 x 24/743 = 3.1978..., 299 x 24/743 = 9.6581...
check_output 'seconds of a month with a clock change' '86400/2674800 -320 966 646' \
  change small large 2026-03-01 2026-03-30T22:00:00Z --timezone Europe/Berlin --basis second
# The new part as another billing system has it: 20.00 x 30/31 = 19.35; from a plan without a fee.
check_output 'seconds: 30 of 31 days' '2592000/2678400 0 1935 1935' change free monthly 2024-01-01 2024-01-02 --basis second
check_output 'months of 30 days: January' '15/30 -4950 14950 10000' change small large 2026-01-01 2026-01-16 --basis 30/360
# February 15th to March 1st: 16 of 30 days. 99 x 16/30 = 52.80, 299 x 16/30 = 159.4666...
check_output 'months of 30 days: February' '16/30 -5280 15947 10667' change small large 2026-02-01 2026-02-15 --basis 30/360
check_output 'months of 30 days: the 31st is the 30th' '1/30 -330 997 667' change small large 2026-01-01 2026-01-31 --basis 30/360

# --- Keys ---

check_json 'the lines' '.lines' '[{"what":"unused","plan":"small","period_from":"2026-01-16","period_until":"2026-02-01","quantity":"1","unit_price":"99.00","exact_amount":"-99","ratio":"16/31","amount":-5110},{"what":"remaining","plan":"large","period_from":"2026-01-16","period_until":"2026-02-01","quantity":"1","unit_price":"299.00","exact_amount":"299","ratio":"16/31","amount":15432}]' \
  billctl prorate --catalog catalog.json --from small --to large --anchor 2026-01-01 --at 2026-01-16 --format json
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
check_json 'plans of a ledger' '[.from, .to, .net]' '["small","large",10322]' \
  billctl prorate --from small --to large --anchor 2026-01-01 --at 2026-01-16 --format json

# --- What the plans say themselves ---

cat >own.json <<'END'
{ "currency": "USD", "plans": [
  { "code": "clock", "proration": "second", "prices": [ { "interval": "month", "amount": "31.00" } ] },
  { "code": "bank", "proration": "30/360", "discount_percent": "10", "prices": [ { "interval": "month", "amount": "60.00" } ] } ] }
END
# At noon of the 16th 15.5 of 31 days are left: 15.50 of 31.00. Of 30 days 15 are left: 60.00 less 10 % is 54.00, half of it 27.00.
check_json 'each by its own basis, less the discount of the plan' '[.basis, .net, (.lines[] | [.ratio, .unit_price, .exact_amount, .amount])]' \
  '["second, 30/360",1150,["1339200/2678400","31.00","-31",-1550],["15/30","60.00","54",2700]]' \
  billctl prorate --catalog own.json --from clock --to bank --anchor 2026-01-01 --at 2026-01-16T12:00:00Z --format json
# 16 of 31 days: -16.00 and 54.00 x 16/31 = 27.8709…
check_json 'or both by one that is asked for' '[.basis, .ratio, .net, (.lines[].amount)]' '["day","16/31",1187,-1600,2787]' \
  billctl prorate --catalog own.json --from clock --to bank --anchor 2026-01-01 --at 2026-01-16T12:00:00Z --basis day --format json

# --- Refusals ---

refused () {
  status=$1 name=$2 text=$3; shift 3
  check_error "$status" "$name" "billctl: $text" billctl prorate --catalog catalog.json "$@"
}
refused 2 'one plan only' 'both plans are needed: --from PLAN --to PLAN' --from small --anchor 2026-01-01 --at 2026-01-16
refused 2 'no time' 'both times are needed: --anchor TIME --at TIME' --from small --to large --anchor 2026-01-01
refused 3 'a plan that is not there' "there is no plan 'big' in catalog.json
hint: it has: small, large, monthly, free, yen, more_yen, behind" --from small --to big --anchor 2026-01-01 --at 2026-01-16
refused 4 'another currency' 'plan small is priced in USD, plan yen in JPY' --from small --to yen --anchor 2026-01-01 --at 2026-01-16
refused 4 'in arrears' 'plan behind is paid in arrears: nothing of it has been paid that could be unused' \
  --from behind --to large --anchor 2026-01-01 --at 2026-01-16
refused 4 'an interval of one of them only' "plan monthly is not offered by 'year'
hint: it is offered by: month" --from small --to monthly --interval year --anchor 2026-01-01 --at 2026-01-16
refused 2 'before the anchor' '--at falls on 2025-12-31, before the start on 2026-01-01' --from small --to large --anchor 2026-01-01 --at 2025-12-31
refused 4 '30/360 for weeks' 'the basis 30/360 goes with months, quarters and years, not with days and weeks' \
  --from small --to large --interval week --basis 30/360 --anchor 2026-01-01 --at 2026-01-16
refused 2 'another basis' "'--basis' wants day, second or 30/360, not 'hour'" --from small --to large --basis hour --anchor 2026-01-01 --at 2026-01-16
done_testing
