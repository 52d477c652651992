#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is billed on which invoice: several subscriptions together, apart, aligned to each other; a parent that pays for its children,
# on one invoice or on one for each. All figures are worked out by hand.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD", "metrics": [ { "code": "calls" } ],
  "plans": [ { "code": "small", "prices": [ { "interval": "month", "amount": "31.00" }, { "interval": "year", "amount": "365.00" } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10" } ] },
             { "code": "extra", "prices": [ { "interval": "month", "amount": "62.00" } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
bill () { billctl export lines --customer "$1" --no-header --columns invoice,subscription,code,period_start,ratio,amount | sed 's/T[0-9:]*Z//'; }

# --- Together and apart ---

customer one UTC small 2026-01-01 && billctl -q subscribe one extra --start 2026-01-01 >/dev/null && generate 2026-01-01 --finalize || exit 1
check_output 'subscriptions that fall due together stand together' 'INV-2026-000001,one-1,small,2026-01-01,,31.00
INV-2026-000001,one-2,extra,2026-01-01,,62.00' bill one
check 'apart from now on' billctl -q customer update one --invoices apart
generate 2026-02-01 || exit 1
check_output 'an invoice for each' '31.00
62.00' sh -c 'billctl invoice list --customer one --status draft --format csv --no-header --columns total'
second=$(billctl invoice list --customer one --status draft --format json | jq -r '.[1].invoice')
check 'one of them is issued by itself' billctl -q invoice finalize "$second" --as-of 2026-02-01
check_output 'and the other one stays a draft' '31.00' sh -c 'billctl invoice list --customer one --status draft --format csv --no-header --columns total'
generate 2026-02-01 --finalize || exit 1
check_equal 'nothing is billed twice' 4 "$(bill one | wc -l)"
check 'sound' billctl verify

# --- Aligned: February has 28 days, 19 are left on the 10th ---

billctl -q customer update one --invoices together >/dev/null
check_match 'a third one shares the periods of the first' 'first period 2026-02-10 to 2026-03-01' billctl subscribe one small --start 2026-02-10 --align-to one-1 --code third
generate 2026-03-01 --finalize || exit 1
check_output 'the first period is short, then all fall due together' 'INV-2026-000004,third,small,2026-02-10,19/28,21.04
INV-2026-000005,one-1,small,2026-03-01,,31.00
INV-2026-000005,one-2,extra,2026-03-01,,62.00
INV-2026-000005,third,small,2026-03-01,,31.00' sh -c 'billctl export lines --customer one --no-header --columns invoice,subscription,code,period_start,ratio,amount | sed "s/T[0-9:]*Z//" | tail -n 4'
check_json 'which it says' '[.billed_from, .fees_billed_until]' '["2026-01-01","2026-04-01"]' billctl subscription show third --format json --as-of 2026-03-01
check_status 4 'not before the periods begin' billctl subscribe one small --start 2025-12-01 --align-to one-1
check_status 4 'not with a trial' billctl subscribe one small --start 2026-03-01 --align-to one-1 --trial-days 7
check_status 3 'nor to nothing' billctl subscribe one small --start 2026-03-01 --align-to nothing

# --- A parent pays ---

billctl -q customer add group --currency USD --timezone UTC >/dev/null && billctl -q customer add west --parent group --payer parent --currency USD --timezone America/New_York >/dev/null &&
  billctl -q customer add east --parent group --currency USD --timezone UTC >/dev/null || exit 1
billctl -q subscribe group extra --start 2026-04-01 >/dev/null && billctl -q subscribe east small --start 2026-04-01 >/dev/null &&
  billctl -q subscribe west small --start 2026-04-01 >/dev/null || exit 1
billctl -q invoice generate --as-of 2026-04-02 --customer east >/dev/null || exit 1
check_equal 'a draft of its own' 1 "$(billctl invoice list --customer east --format csv --no-header | wc -l)"
check 'the parent pays for east too' billctl -q customer update east --payer parent
check_equal 'so that there is none any more' 0 "$(billctl invoice list --customer east --format csv --no-header | wc -l)"
event east calls 100 2026-04-10T00:00:00Z && event west calls 50 2026-04-10T00:00:00Z || exit 1
generate 2026-04-02 --finalize || exit 1
check_output 'the fees of all stand on invoices of the parent' '2026-04-01,93.00
2026-04-01,31.00' sh -c 'billctl invoice list --customer group --format csv --no-header --columns billed_on,total'
billctl -q customer update east --payer parent-apart >/dev/null || exit 1
generate 2026-05-02 --finalize || exit 1
check_output 'east apart: its fee and its usage' '2026-05-01,62.00
2026-05-01,41.00
2026-05-01,36.00' sh -c 'billctl invoice list --customer group --from 2026-05-01 --format csv --no-header --columns billed_on,total'
check_equal 'none of the children has an invoice of its own' 0 "$(billctl invoice list --customer west --format csv --no-header | wc -l)"
check 'sound' billctl verify

check_error 4 'without a parent nobody pays' 'billctl: customer one has no parent that could pay for it
hint: name one with --parent, or let it pay itself: --payer self' billctl customer update one --payer parent
check_error 4 'who pays pays for itself' 'billctl: customer west does not pay for itself, so it cannot pay for one' billctl customer update one --parent west --payer parent
check_error 4 'who pays for others is not paid for' 'billctl: customer group pays for others, so nobody can pay for it' billctl customer update group --parent one --payer parent
billctl -q customer add euro --currency EUR >/dev/null || exit 1
check_status 4 'in one currency' billctl customer update euro --parent group --payer parent
check_status 4 'a parent that pays cannot go' billctl customer update west --parent ''
check 'late usage finds who pays' billctl usage record west calls 10 --at 2026-04-11T00:00:00Z --id late-1
check_output 'and is listed' 'late-1' sh -c 'billctl usage late --format csv --no-header --columns id 2>/dev/null || billctl usage late --format json | jq -r ".[].id"'
check_match 'the words that there are' "payer 'nobody' is none of" sh -c 'printf "code,payer\nx,nobody\n" >c.csv; billctl customer import c.csv 2>&1; true'

done_testing
