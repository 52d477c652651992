#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the rules of billing refuse: each with the rule named and the exit status of its kind, and nothing is changed. The dump of the
# ledger is compared behind each.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need sqlite3

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls" } ],
  "plans": [
    { "code": "small", "prices": [ { "interval": "month", "amount": "31.00" } ],
      "quantities": [ { "code": "seat", "included": 0, "prices": [ { "interval": "month", "unit_price": "6.20" } ] } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "1.00" } ] },
    { "code": "large", "prices": [ { "interval": "month", "amount": "62.00" } ] },
    { "code": "old", "prices": [ { "interval": "month", "amount": "10.00" } ] },
    { "code": "euro", "currency": "EUR", "prices": [ { "interval": "month", "amount": "31.00" } ] } ],
  "coupons": [ { "code": "OFF", "percent": 10, "duration": "forever" }, { "code": "OVER", "percent": 10, "duration": "forever" } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null && billctl -q coupon archive OFF >/dev/null && billctl -q plans archive old >/dev/null || exit 1
customer acme Europe/Berlin small 2026-01-01 && customer gone UTC small 2026-01-01 && customer fine UTC small 2026-01-01 || exit 1
generate 2026-01-01 --finalize && billctl -q subscription cancel gone --now --as-of 2026-01-10 >/dev/null || exit 1
event acme calls 9 2026-01-20T00:00:00Z && generate 2026-02-01 --finalize || exit 1
number () { billctl invoice list --customer "$1" --format csv --no-header --columns invoice | sed -n "$2p"; }
paid=$(number fine 1) open=$(number acme 2)
billctl -q invoice pay "$paid" >/dev/null && billctl -q journal close 2026-01 --as-of 2026-02-02 >/dev/null || exit 1
sqlite3 ledger.db .dump >before

# refused STATUS NAME MESSAGE COMMAND…: a pattern of the message, and the ledger is as it was
refused () {
  refused_status=$1 refused_name=$2 refused_rule=$3; shift 3
  check_status "$refused_status" "$refused_name" "$@"
  check_said "$refused_name: which rule" "$refused_rule"
  sqlite3 ledger.db .dump >after
  check_same "$refused_name: nothing is changed" before after
}

# --- The life of a subscription ---

refused 4 'a change on a canceled subscription' 'gone-1 is canceled as of 2026-01-11' billctl subscription change gone large
refused 4 'seats of a canceled subscription' 'gone-1 is canceled as of 2026-01-11' billctl subscription set gone --quantity seat=3
refused 4 'a pause of it' 'gone-1 is canceled as of 2026-01-11' billctl subscription pause gone
refused 4 'canceled twice' 'gone-1 is canceled already, as of 2026-01-11' billctl subscription cancel gone
refused 4 'renewed when canceled' 'gone-1 is canceled' billctl subscription renew gone --for-ever
refused 4 'a change before the start' 'acme-1 starts on 2026-01-01: 2025-12-31 lies before that' billctl subscription change acme large --at 2025-12-31
refused 4 'an end before the start' 'starts on 2026-01-01' billctl subscription cancel acme --at 2025-12-31
refused 2 'a start on a day that there is not' '2026-02-31' billctl subscribe acme small --start 2026-02-31
refused 2 'a change on a day that there is not' '2026-02-31' billctl subscription change acme large --at 2026-02-31
refused 2 'an interval of 0' 'month:0' billctl subscribe acme small --interval month:0
refused 2 'an interval of 0 on a change' 'month:0' billctl subscription set acme --interval month:0
refused 2 'an interval of 0 in a schedule' 'month:0' billctl schedule --start 2026-01-01 --interval month:0 --periods 1
refused 4 'an interval that is not on offer' "not offered by 'year'" billctl subscribe acme small --interval year
refused 4 'a plan in another currency' 'EUR' billctl subscription change acme euro
refused 4 'a subscription in another currency' 'EUR' billctl subscribe acme euro
refused 4 'a plan that is not sold any more' 'old is archived' billctl subscription change acme old
refused 4 'a change of nothing' 'nothing would change' billctl subscription change acme small
refused 4 'a resumption without a pause' 'acme-1 is not paused' billctl subscription resume acme
refused 4 'a trial that is over' 'trial' billctl subscription extend-trial acme --days 3

# --- Coupons and taxes ---

refused 4 'an inactive coupon' 'OFF is archived' billctl coupon apply acme OFF
refused 3 'a coupon that there is not' 'NONE' billctl coupon apply acme NONE
sed 's/"code": "OVER", "percent": 10/"code": "OVER", "percent": 101/' catalog.json >over.json
refused 2 'a coupon of 101 %' '101' billctl plans apply over.json
# rate PERCENT: the catalog with a tax rate
rate () { sed "s|\"coupons\"|\"taxes\": [ { \"code\": \"vat\", \"name\": \"VAT\", \"percent\": \"$1\", \"country\": \"DE\" } ], \"coupons\"|" catalog.json >rate.json; }
rate 101
refused 2 'a tax rate of 101 %' '101' billctl plans apply rate.json
rate -1
refused 2 'a tax rate below zero' '-1' billctl plans apply rate.json
rate 100
check 'one of 100 % is fine' billctl plans apply rate.json --dry-run

# --- Documents ---

# 31.00 for February and 9 calls
refused 4 'a credit above what is left' '40\.00' billctl invoice credit "$open" --amount 40.01 --reason test
refused 4 'a credit above a line' '9\.00' billctl invoice credit "$open" --line 2=9.01 --reason test
refused 3 'a line that there is not' '9' billctl invoice credit "$open" --line 9 --reason test
refused 4 'a void of a paid invoice' "$paid is paid" billctl --yes invoice void "$paid" --reason test
refused 4 'finalized twice' "$open is open" billctl invoice finalize "$open"
refused 4 'paid twice' "$paid" billctl invoice pay "$paid"
refused 4 'more than is due' '40\.00' billctl invoice pay "$open" --amount 40.01

# --- Books ---

refused 4 'a closed month is closed' '2026-01' billctl journal close 2026-01
refused 4 'a month that is not over' '2026-03' billctl journal close 2026-03
refused 4 'nothing is booked into a closed month: a payment' '2026-01' billctl invoice pay "$open" --as-of 2026-01-31
refused 4 'a credit note' '2026-01' billctl invoice credit "$open" --all --reason test --as-of 2026-01-31
refused 4 'a void' '2026-01' billctl --yes invoice void "$open" --reason test --as-of 2026-01-31

# --- What does not fit ---

refused 2 'a price of 10^18' '1000000000000000000' sh -c 'sed "s/\"62.00\"/\"1000000000000000000.00\"/" catalog.json >huge.json; billctl plans apply huge.json'
refused 2 'a charge of 10^18' '1000000000000000000' billctl charge add acme --amount 1000000000000000000 --description test
refused 2 'an adjustment of 10^18' '1000000000000000000' billctl customer adjust acme 1000000000000000000 --reason test
refused 2 'a payment of 10^18' '1000000000000000000' billctl invoice pay "$open" --amount 1000000000000000000
refused 2 'a quantity of 40 digits' 'quantity' billctl usage record acme calls 1234567890123456789012345678901234567890 --at 2026-02-03T00:00:00Z --id huge
# 10^18 seats at 6.20 do not fit 64 bits of minor units, with which the change is shown
refused 1 'seats that make a line overflow' 'fit' billctl subscription set acme --quantity seat=1000000000000000000
# Usage is taken, since prices may change; its invoice is not made, and the others are.
check 'usage beyond all invoices' billctl usage record acme calls 1000000000000000000 --at 2026-02-03T00:00:00Z --id huge
check_status 6 'cannot be billed' billctl invoice generate --as-of 2026-03-01 --finalize
check_said 'and says for whom and why' 'acme.*fit'
check_equal 'the others are' 2 "$(billctl invoice list --customer fine --format csv --no-header --columns billed_on | grep -c '2026-0[23]-01')"
check_equal 'it has nothing new' 2 "$(billctl invoice list --customer acme --format csv --no-header | wc -l)"
check 'and the ledger is sound' billctl verify

done_testing
