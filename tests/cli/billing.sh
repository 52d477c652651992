# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the tests of billing share; sourced behind tests/tap.sh.

# customer CODE ZONE PLAN START [OPTION of subscribe…]: a customer on a plan
customer () {
  customer_code=$1 customer_zone=$2 customer_plan=$3 customer_start=$4; shift 4
  billctl -q customer add "$customer_code" --timezone "$customer_zone" --currency "${currency:-USD}" >/dev/null &&
    billctl -q subscribe "$customer_code" "$customer_plan" --start "$customer_start" "$@" >/dev/null
}

# event CUSTOMER METRIC QUANTITY TIME [OPTION of usage record…]: the ids count on
event_count=0
event () {
  event_count=$((event_count + 1))
  event_customer=$1 event_metric=$2 event_quantity=$3 event_time=$4; shift 4
  billctl -q usage record "$event_customer" "$event_metric" "$event_quantity" --at "$event_time" --id "event-$event_count" "$@" >/dev/null
}

# invoices [OPTION…]: number or draft, customer, status, day of falling due, total
invoices () { billctl invoice list --format csv --no-header --columns invoice,customer,status,billed_on,total "$@"; }

# totals [OPTION…]: customer, day of falling due, total
totals () { billctl invoice list --format csv --no-header --columns customer,billed_on,total "$@"; }

# lines CUSTOMER [OPTION…]: what stands on all its invoices. Midnights of UTC are written as days.
lines () {
  lines_customer=$1; shift
  billctl export lines --customer "$lines_customer" --no-header --columns code,period_start,period_end,quantity,ratio,amount "$@" |
    sed 's/T00:00:00Z//g'
}

# amounts CUSTOMER [OPTION…]: code, quantity, amount of the same
amounts () {
  amounts_customer=$1; shift
  billctl export lines --customer "$amounts_customer" --no-header --columns code,quantity,amount "$@"
}

# generate AS-OF [OPTION…]
generate () {
  generate_as_of=$1; shift
  billctl -q invoice generate --as-of "$generate_as_of" "$@" >generated
}
