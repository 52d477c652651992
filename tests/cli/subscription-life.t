#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of a subscription: changes within periods, quantities, cancellation, pauses, renewal, trials, and taking back. All
# figures are worked out by hand: January has 31 days, February 28, a year 365.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls" } ],
  "addons": [ { "code": "setup", "kind": "one_off", "amount": "40.00" }, { "code": "care", "prices": [ { "interval": "month", "amount": "31.00" } ] },
    { "code": "cover", "cycle": "own", "prices": [ { "interval": "year", "amount": "36.50" } ] } ],
  "plans": [
    { "code": "small", "prices": [ { "interval": "month", "amount": "31.00" }, { "interval": "year", "amount": "310.00" } ], "addons": [ "care", "setup", "cover" ],
      "quantities": [ { "code": "seat", "included": 1, "prices": [ { "interval": "month", "unit_price": "6.20" }, { "interval": "year", "unit_price": "62.00" } ] } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 100 } ] },
    { "code": "large", "prices": [ { "interval": "month", "amount": "62.00" }, { "interval": "year", "amount": "730.00" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.05", "included": 0 } ] },
    { "code": "late", "prices": [ { "interval": "month", "amount": "31.00" } ], "billing": "arrears" },
    { "code": "later", "prices": [ { "interval": "month", "amount": "62.00" } ], "billing": "arrears" },
    { "code": "euro", "currency": "EUR", "prices": [ { "interval": "month", "amount": "31.00" } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# change SUBSCRIPTION ARGUMENT…: the verb comes first
life () { billctl -q subscription "$@" >/dev/null; }
shown () { billctl subscription "$@" --format json | jq -r '[.lines[] | .description + " " + .period_from + " " + (.ratio // "1") + " " + (.amount | tostring)] | .[]'; }
# lines of one invoice: what, first day, ratio, minor units
bill () { billctl invoice show "$1" --format json | jq -r '.lines[] | .description + " " + .period_from + " " + (.ratio // "1") + " " + (.amount | tostring)'; }
last_of () { billctl invoice list --customer "$1" --format json | jq -r '.[-1].invoice'; }

# --- An upgrade in the middle: 16 of 31 days are left ---

customer up UTC small 2026-01-01 && generate 2026-01-01 --finalize || exit 1
export BILLCTL_AS_OF=2026-01-16T09:00:00Z
check_equal 'an upgrade shows its lines' 'Unused: small (month) 2026-01-16 16/31 -1600
Remaining: large (month) 2026-01-16 16/31 3200' "$(shown change up large --dry-run)"
check_match 'a dry run records nothing' '^Recorded +Effective.*$' billctl subscription history up
check_equal 'still one event' 1 "$(billctl subscription history up --format csv --no-header | wc -l)"
check_match 'the decision is said' 'upgrade, small version 1 \(month\) -> large version 1 \(month\), without seat from 2026-01-16: prorated, on the next invoice' \
  billctl subscription change up large
check_json 'the plan of the day' '[.plan, .status]' '["large","active"]' billctl subscription show up --format json
check_json 'and of the day before' '.plan' '"small"' billctl subscription show up --as-of 2026-01-15 --format json
event up calls 150 2026-01-10T00:00:00Z && event up calls 40 2026-01-20T00:00:00Z || exit 1
generate 2026-02-01 --finalize || exit 1
check_equal 'usage by the terms of its time, then the fees and the change' 'large (month) 2026-02-01 1 6200
Unused: small (month) 2026-01-16 16/31 -1600
Remaining: large (month) 2026-01-16 16/31 3200
calls 2026-01-01 1 500
calls 2026-01-16 1 200' "$(bill "$(last_of up)")"

check_equal 'which part of the change a line is' 'regular unused remaining regular regular' \
  "$(billctl invoice show "$(last_of up)" --format json | jq -r '[.lines[].role] | join (" ")')"

# --- Several changes in one period: each swaps what is left ---

customer many UTC small 2026-01-01 --quantity seat=2 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
life set many --quantity seat=4 --as-of 2026-01-11 && life change many large --as-of 2026-01-21 || exit 1
generate 2026-02-01 --finalize --customer many || exit 1
# (2-1) x 6.20 = 6.20, (4-1) x 6.20 = 18.60; 21 of 31 days: 4.20 and 12.60; then 11 of 31: 31.00 -> 11.00, 18.60 -> 6.60, 62.00 -> 22.00
check_equal 'two changes' 'large (month) 2026-02-01 1 6200
Unused: seat 2026-01-11 21/31 -420
Remaining: seat 2026-01-11 21/31 1260
Unused: small (month) 2026-01-21 11/31 -1100
Unused: seat 2026-01-21 11/31 -660
Remaining: large (month) 2026-01-21 11/31 2200' "$(bill "$(last_of many)")"

# --- A downgrade waits for the end of the period; --when and --proration override ---

customer down UTC large 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
check_match 'a downgrade waits' 'downgrade, large .* from 2026-02-01: with the period that begins then' \
  billctl subscription change down small --as-of 2026-01-16 --dry-run
check_equal 'or not' 'Unused: large (month) 2026-01-16 16/31 -3200
Remaining: small (month) 2026-01-16 16/31 1600' "$(shown change down small --as-of 2026-01-16 --when now --dry-run)"
check_equal 'without lines' '' "$(shown change down small --as-of 2026-01-16 --when now --proration none --dry-run)"
check_json 'on an invoice of its own' '[.due_at, .total]' '["2026-01-16T00:00:00Z",-1600]' \
  billctl subscription change down small --as-of 2026-01-16 --when now --proration invoice-now --format json
generate 2026-01-16 --finalize --customer down || exit 1
check_equal 'which is drawn up then' 'Unused: large (month) 2026-01-16 16/31 -3200
Remaining: small (month) 2026-01-16 16/31 1600' "$(bill "$(last_of down)")"
check_equal 'below zero: paid, and owed to the customer' 'paid -16.00' \
  "$(billctl invoice show "$(last_of down)" --format json | jq -r '.status + " " + (.total / 100 | tostring)' | sed 's/-16$/-16.00/')"
life undo down --as-of 2026-01-16; check_status 4 'what stands on an invoice is not taken back' billctl subscription undo down --as-of 2026-01-16

# --- Another interval begins periods anew ---

customer long Europe/Berlin small 2026-01-10 && BILLCTL_AS_OF=2026-01-10 generate 2026-01-10 --finalize || exit 1
# 10 January to 10 February has 31 days; on the 20th 21 are left: 31.00 x 21/31
check_equal 'a month becomes a year' 'small (year) 2026-01-20 1 31000
seat 2026-01-20 1 0
Unused: small (month) 2026-01-20 21/31 -2100' "$(shown set long --interval year --when now --as-of 2026-01-20T12:00:00Z)"
generate 2027-01-20 --finalize --customer long || exit 1
check_equal 'and the next year starts there' '2026-01-10 2026-01-20 2027-01-20' "$(invoices --customer long | cut -d, -f4 | paste -sd ' ')"
check 'the ledger is sound' billctl verify

# --- One-off and recurring add-ons that come later ---

customer extra UTC small 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
check_equal 'an add-on for the rest, another one once' 'Remaining: care 2026-01-16 16/31 1600
Remaining: setup 2026-01-16 1 4000' "$(shown set extra --addon care --addon setup --as-of 2026-01-16)"
generate 2026-02-01 --finalize --customer extra || exit 1
check_equal 'the recurring one stays' 'small (month) 2026-02-01 1 3100
seat 2026-02-01 1 0
care 2026-02-01 1 3100
Remaining: care 2026-01-16 16/31 1600
Remaining: setup 2026-01-16 1 4000' "$(bill "$(last_of extra)")"
check_equal 'and goes' 'Unused: care 2026-02-15 14/28 -1550' "$(shown set extra --without-addon care --when now --as-of 2026-02-15)"
check_equal 'a second one costs once more' 'Remaining: setup 2026-02-15 1 4000' "$(shown set extra --addon setup=2 --as-of 2026-02-15)"
customer early UTC small 2026-01-01 --trial-days 14 && life set early --addon setup --as-of 2026-01-05 && generate 2026-02-15 --finalize --customer early || exit 1
check_output 'one that comes in the trial is charged with the first period, once' '2026-01-15,setup,40.00' \
  sh -c 'billctl export lines --customer early --no-header --columns period_start,code,amount | sed -n "s/T00:00:00Z//; /setup/p"'
check_error 3 'what is not there cannot go' "billctl: subscription extra-1 has no add-on 'care'" billctl subscription set extra --without-addon care

# --- An add-on by the year on a plan by the month; 365 days, on 2 February 333 are left ---

customer cover UTC small 2026-01-01 --addon cover && generate 2026-02-01 --finalize --customer cover || exit 1
check_output 'the year is billed once' 'base,2026-01-01,31.00
quantity,2026-01-01,0.00
addon,2026-01-01,36.50
base,2026-02-01,31.00
quantity,2026-02-01,0.00' sh -c 'billctl export lines --customer cover --no-header --columns kind,period_start,amount | sed s/T00:00:00Z//'
check_equal 'a second one for the rest of the year' 'Unused: cover 2026-02-02 333/365 -3330
Remaining: cover 2026-02-02 333/365 6660' "$(shown set cover --addon cover=2 --as-of 2026-02-02)"
generate 2027-01-01 --finalize --customer cover || exit 1
check_output 'and two in the next year' '2026-01-01,36.50
2026-02-02,-33.30
2026-02-02,66.60
2027-01-01,73.00' sh -c 'billctl export lines --customer cover --no-header --columns code,period_start,amount | sed -n "s/T00:00:00Z//; s/^cover,//p"'
check_equal 'canceled, the rest comes back' 'Unused: small (month) 2027-01-11 21/31 -2100
Unused: cover 2027-01-11 355/365 -7100' "$(shown cancel cover --now --as-of 2027-01-10)"

# --- Terms that are agreed on the way: 24.80 for 31.00, calls at half the price ---

customer deal UTC small 2026-01-01 && generate 2026-01-01 --finalize --customer deal || exit 1
check_equal 'a lower fee for the rest of the month' 'Unused: small (month) 2026-01-16 16/31 -1600
Remaining: small (month) 2026-01-16 16/31 1280' "$(shown set deal --set base.month=24.80 --set charge.calls.unit_price=0.05 --when now --as-of 2026-01-16)"
event deal calls 150 2026-01-10T00:00:00Z && event deal calls 120 2026-01-20T00:00:00Z && generate 2026-02-01 --finalize --customer deal || exit 1
check_equal 'each part by its terms' 'small (month) 2026-02-01 1 2480
seat 2026-02-01 1 0
Unused: small (month) 2026-01-16 16/31 -1600
Remaining: small (month) 2026-01-16 16/31 1280
calls 2026-01-01 1 500
calls 2026-01-16 1 100' "$(bill "$(last_of deal)")"
check_match 'said in the history' 'small version 1 .month. -> small version 1 .month, custom terms.' billctl subscription history deal
check_status 2 'a term that is none' billctl subscription set deal --set nothing=1
check_status 4 'the same again' billctl subscription set deal --set base.month=24.80

# --- In arrears: nothing is paid, and the lines come with the period ---

customer rear UTC late 2026-01-01 || exit 1
life change rear later --as-of 2026-01-16 || exit 1
generate 2026-02-01 --finalize --customer rear || exit 1
check_equal 'a change in arrears' 'late (month) 2026-01-01 1 3100
Unused: late (month) 2026-01-16 16/31 -1600
Remaining: later (month) 2026-01-16 16/31 3200' "$(bill "$(last_of rear)")"

# --- Cancellation ---

customer gone UTC small 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
event gone calls 130 2026-01-05T00:00:00Z || exit 1
check_match 'at the end of the period' 'cancellation, ends on 2026-02-01' billctl subscription cancel gone --as-of 2026-01-16 --dry-run
check_equal 'now: today is billed, 14 days come back' 'Unused: small (month) 2026-01-17 15/31 -1500' "$(shown cancel gone --now --as-of 2026-01-16 --dry-run)"
check_match 'and with a reason' 'ends on 2026-01-17: no need' billctl subscription cancel gone --now --reason 'no need' --as-of 2026-01-16
check_error 4 'canceled twice' "billctl: subscription gone-1 is canceled already, as of 2026-01-17
hint: \`billctl subscription undo gone-1\` takes that back while it is not over" billctl subscription cancel gone --as-of 2026-01-16
check_status 4 'a change after that' billctl subscription change gone large --as-of 2026-01-16
check_match 'taken back' 'cancellation from 2026-01-17 taken back' billctl subscription cancel gone --undo --as-of 2026-01-16
check_error 4 'nothing to take back' 'billctl: subscription gone-1 is not canceled' billctl subscription cancel gone --undo
check_json 'and active' '[.status, .end]' '["active",null]' billctl subscription show gone --as-of 2026-01-20 --format json
life cancel gone --now --as-of 2026-01-16 || exit 1
generate 2026-02-10 --finalize --customer gone || exit 1
check_equal 'the last invoice has open usage and what comes back' 'Unused: small (month) 2026-01-17 15/31 -1500
calls 2026-01-01 1 300' "$(bill "$(last_of gone)")"
check_json 'canceled it is' '.status' '"canceled"' billctl subscription show gone --as-of 2026-01-17 --format json
check_status 4 'too late to take it back' billctl subscription undo gone --as-of 2026-02-10
generate 2026-06-01 --finalize --customer gone || exit 1
check_equal 'and nothing comes after' 2 "$(billctl invoice list --customer gone --format csv --no-header | wc -l)"

customer quick UTC small 2026-01-01 && life cancel quick --as-of 2026-01-16 && generate 2026-03-01 --finalize --customer quick || exit 1
check_equal 'canceled before it was billed: one period' '2026-01-01,31.00' "$(invoices --customer quick | cut -d, -f4,5)"

# --- Pauses ---

customer rest UTC small 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
check_equal 'a pause gives back and charges again' 'Unused: small (month) 2026-01-11 21/31 -2100
Remaining: small (month) 2026-03-15 17/31 1700' "$(shown pause rest --at 2026-01-11 --until 2026-03-15 --as-of 2026-01-10)"
event rest calls 500 2026-02-10T00:00:00Z && event rest calls 110 2026-03-20T00:00:00Z || exit 1
check_json 'paused in between' '.status' '"paused"' billctl subscription show rest --as-of 2026-02-01 --format json
generate 2026-04-01 --finalize --customer rest || exit 1
check_output 'nothing of the pause is billed' '2026-01-01,31.00
2026-01-11,-21.00
2026-03-15,17.00
2026-04-01,32.00' sh -c 'billctl invoice list --customer rest --format csv --no-header --columns billed_on,total'
check_status 4 'a pause that is over' billctl subscription resume rest --as-of 2026-04-02

customer kept UTC small 2026-01-01 && life pause kept --billing keep --as-of 2026-01-05 && generate 2026-02-01 --finalize --customer kept || exit 1
check_json 'paused' '.status' '"paused"' billctl subscription show kept --as-of 2026-02-01 --format json
check_equal 'but billed' '2026-01-01,31.00 2026-02-01,31.00' "$(invoices --customer kept | cut -d, -f4,5 | paste -sd ' ')"
check_match 'until it goes on' 'goes on from 2026-02-01' billctl subscription resume kept --as-of 2026-02-01

# --- Trials and ends ---

customer trial UTC small 2026-01-01 --trial-days 14 || exit 1
check_json 'trialing' '[.status, .trial_end]' '["trialing","2026-01-15"]' billctl subscription show trial --as-of 2026-01-10 --format json
check_match 'longer' 'trial until 2026-01-20 instead of 2026-01-15' billctl subscription extend-trial trial --days 5 --as-of 2026-01-10
life change trial large --as-of 2026-01-12 || exit 1
generate 2026-02-20 --finalize --customer trial || exit 1
check_equal 'the first paid period starts there, with the terms of that day' 'large (month) 2026-01-20 1 6200' "$(bill "$(billctl invoice list --customer trial --format json | jq -r '.[0].invoice')")"
check_status 4 'a trial that is over' billctl subscription extend-trial trial --days 5 --as-of 2026-02-01
customer setup UTC small 2026-01-01 --trial-days 14 && life set setup --interval year --when now --as-of 2026-01-05 && life set setup --addon setup --as-of 2026-01-06 || exit 1
generate 2026-01-20 --finalize --customer setup || exit 1
check_equal 'another interval in the trial, and what is charged once' 'small (year) 2026-01-15 1 31000
seat 2026-01-15 1 0
setup 2026-01-15 1 4000' "$(bill "$(last_of setup)")"
customer never UTC small 2026-01-01 --trial-days 14 && life cancel never --as-of 2026-01-05 && generate 2026-03-01 --customer never || exit 1
check_equal 'canceled in the trial: nothing to pay' '' "$(invoices --customer never)"

customer fixed UTC small 2026-01-01 --end 2026-03-01 || exit 1
check_match 'renewed by a period' 'ends on 2026-04-01 instead of 2026-03-01' billctl subscription renew fixed
check_match 'until a day' 'ends on 2026-04-11 instead of 2026-04-01' billctl subscription renew fixed --until 2026-04-11
generate 2026-05-01 --finalize --customer fixed || exit 1
check_equal 'the last period is short: 10 of 30 days' 'small (month) 2026-04-01 10/30 1033' \
  "$(billctl export lines --customer fixed --format json | jq -r '.[] | select (.kind == "base" and (.period_start | startswith ("2026-04-01"))) | .description + " 2026-04-01 " + .ratio + " " + (.amount | tostring)')"
check_error 4 'a short period that is billed cannot grow' 'billctl: the last period of subscription fixed-1, up to 2026-04-11, is billed as a short one' \
  billctl subscription renew fixed
customer ended UTC small 2026-01-01 --end 2026-03-01 && event ended calls 150 2026-02-10T00:00:00Z && generate 2026-03-01 --finalize --customer ended || exit 1
life change ended large --at 2026-02-15 --as-of 2026-04-01 && generate 2026-04-01 --finalize --customer ended || exit 1
check_error 4 'what was changed after its end and settled is not renewed' 'billctl: subscription ended-1 was changed after it had ended on 2026-03-01 and was billed
hint: `billctl subscribe` begins anew on that day' billctl subscription renew ended --until 2026-06-01 --as-of 2026-05-01
check_error 4 'no end, no renewal' 'billctl: subscription up-1 has no end: it renews itself' billctl subscription renew up

# --- What is given back is what was charged ---

# From the 11th on for nothing until February; ten days later 11 of 31 are left: 31.00 x 11/31 was charged for them, not 62.00 x 11/31.
customer gift UTC small 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
life change gift large --proration none --as-of 2026-01-11 || exit 1
check_equal 'a plan that came for nothing is not given back' 'Unused: small (month) 2026-01-21 11/31 -1100' "$(shown cancel gift --at 2026-01-21 --as-of 2026-01-20)"
# A pause that gives nothing back has nothing to charge when it is over.
customer idle UTC small 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
life pause idle --proration none --as-of 2026-01-11 || exit 1
check_equal 'nor is a pause that was paid charged again' '' "$(shown resume idle --as-of 2026-01-21)"

# --- In arrears nothing comes back before it is charged ---

customer rest-rear UTC late 2026-01-01 && life pause rest-rear --at 2026-01-11 --as-of 2026-01-11 && generate 2026-01-20 --finalize --customer rest-rear || exit 1
check_equal 'nothing is due in the pause' '' "$(invoices --customer rest-rear)"
life cancel rest-rear --at 2026-01-21 --as-of 2026-01-20 && generate 2026-03-01 --finalize --customer rest-rear || exit 1
# 20 days of 31 until the end, of which ten were a pause: 20.00 - 10.00
check_equal 'a pause before the end' 'late (month) 2026-01-01 20/31 2000
Unused: late (month) 2026-01-11 10/31 -1000' "$(bill "$(last_of rest-rear)")"

# --- A year: what an upgrade costs waits for the next invoice, which is one for usage ---

customer annual UTC small 2026-01-01 --interval year && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
# 365 - 14 days are left: 310.00 x 351/365 = 298.109…, 730.00 x 351/365 = 702.00
check_json 'due in February' '[.due_at, .total]' '["2026-02-01T00:00:00Z",40389]' billctl subscription change annual large --as-of 2026-01-15 --format json
# 403.89 less 730.00 x 345/365 = 690.00
check_equal 'and what falls due at once takes it along' '2026-01-21,-286.11' \
  "$(life cancel annual --now --as-of 2026-01-20 && generate 2026-01-21 --finalize --customer annual && invoices --customer annual | tail -n 1 | cut -d, -f4,5)"

# --- Periods that begin anew in the past: usage that is billed stays so ---

customer again UTC small 2026-01-01 && event again calls 150 2026-01-20T00:00:00Z && generate 2026-02-01 --finalize --customer again || exit 1
event again calls 130 2026-02-05T00:00:00Z && life set again --interval year --when now --at 2026-01-10 --as-of 2026-02-03 || exit 1
generate 2026-03-01 --finalize --customer again || exit 1
# 50 calls beyond the allowance in January, and 30 in the next period, which ends with the new ones on the 10th
check_equal 'each event once' 'calls 2026-01-01 1 500 calls 2026-02-01 1 300' \
  "$(billctl export lines --customer again --format json | jq -r '[.[] | select (.kind == "usage") | .description + " " + (.period_start | .[0:10]) + " " + (.ratio // "1") + " " + (.amount | tostring)] | join (" ")')"

# --- A change that changes no price changes no total ---

sed 's/"plans": \[/"plans": [ { "code": "twin", "prices": [ { "interval": "month", "amount": "31.00" } ], "charges": [ { "metric": "calls", "model": "graduated", "tiers": [ { "up_to": 100, "unit_price": "1" }, { "unit_price": "0.50" } ] } ] }, { "code": "other-twin", "prices": [ { "interval": "month", "amount": "31.00" } ], "charges": [ { "metric": "calls", "model": "graduated", "tiers": [ { "up_to": 100, "unit_price": "1" }, { "unit_price": "0.50" } ] } ] },/' catalog.json >twins.json
billctl -q plans apply twins.json >/dev/null || exit 1
customer split UTC twin 2026-01-01 && BILLCTL_AS_OF=2026-01-01 generate 2026-01-01 --finalize || exit 1
event split calls 80 2026-01-05T00:00:00Z && event split calls 80 2026-01-25T00:00:00Z && life change split other-twin --as-of 2026-01-16 || exit 1
generate 2026-02-01 --finalize --customer split || exit 1
# 100 x 1.00 + 60 x 0.50, as if nothing had happened in between; 31.00 x 16/31 back and forth
check_equal 'a price is not begun anew' 'other-twin (month) 2026-02-01 1 3100
Unused: twin (month) 2026-01-16 16/31 -1600
Remaining: other-twin (month) 2026-01-16 16/31 1600
calls 2026-01-01 1 13000' "$(bill "$(last_of split)")"

# --- A cancellation that was billed as such ---

customer short UTC small 2026-01-01 && life cancel short --at 2026-01-21 --as-of 2026-01-01 && generate 2026-01-01 --finalize --customer short || exit 1
check_equal 'a short period' 'small (month) 2026-01-01 20/31 2000' "$(bill "$(last_of short)" | grep month)"
check_error 4 'cannot grow' 'billctl: the last period of subscription short-1, up to 2026-01-21, is billed as a short one' billctl subscription undo short --as-of 2026-01-05

# --- An interval that changes back in time, in a subscription that is over: what was used is billed once ---

customer over UTC small 2026-01-01 --interval year --end 2026-02-11 && event over calls 130 2026-02-05T00:00:00Z && generate 2026-02-20 --finalize --customer over || exit 1
life set over --interval month --at 2026-02-02 --as-of 2026-03-13 && generate 2026-03-14 --finalize --customer over || exit 1
check_equal 'usage stands on one invoice' 1 "$(billctl export lines --customer over --no-header --columns kind | grep -c usage)"

# --- Refused, and nothing is recorded ---

cp ledger.db before.db
check_status 4 'a plan in another currency' billctl subscription change up euro
check_error 4 'before the start' 'billctl: subscription up-1 starts on 2026-01-01: 2025-12-31 lies before that' billctl subscription change up small --at 2025-12-31
check_status 2 'a day that does not exist' billctl subscription change up small --at 2026-02-31
check_status 4 'before a change that is recorded' billctl subscription set up --interval year --at 2026-01-10
check_error 4 'nothing that would change' 'billctl: subscription up-1 has these terms already: nothing would change' billctl subscription change up large
check_status 3 'no such plan' billctl subscription change up nothing
check_status 4 'an interval that is not on offer' billctl subscription set up --interval week
check_status 4 'not paused' billctl subscription resume up
check_status 2 'now and then' billctl subscription cancel up --now --at 2026-05-01
check 'nothing was written' cmp before.db ledger.db

check_output 'the history of one' '2026-01-01,subscribed,small version 1
2026-01-17,canceled,ends on 2026-01-17: no need
2026-01-17,undone,cancellation from 2026-01-17 taken back
2026-01-17,canceled,ends on 2026-01-17' billctl subscription history gone --format csv --no-header --columns effective_on,event,detail
check 'and the ledger is sound' billctl verify

# --- An invoice over nothing, whose fees are earned all the same ---

rm -f ledger.db ledger.db-wal ledger.db-shm
cat >even.json <<'END_OF_CATALOG'
{ "currency": "USD", "plans": [
  { "code": "seats", "prices": [ { "interval": "month", "amount": "31.00" } ], "quantities": [ { "code": "seat", "default": 1, "prices": [ { "interval": "month", "unit_price": "31.00" } ] } ] },
  { "code": "whole", "prices": [ { "interval": "month", "amount": "62.00" } ] } ] }
END_OF_CATALOG
billctl -q init --as-of 2026-01-01 && billctl -q plans apply even.json >/dev/null && customer even UTC seats 2026-01-01 && generate 2026-01-01 --finalize || exit 1
life change even whole --proration invoice-now --as-of 2026-01-16 && generate 2026-01-16 --finalize && billctl -q journal close 2026-01 --as-of 2026-02-01 >/dev/null || exit 1
check_equal 'which is issued' '2026-01-16,0.00' "$(invoices --customer even | tail -n 1 | cut -d, -f4,5)"
# 16 of 31 days: 31.00 + (62.00 - 31.00) x 16/31 of the base fee, 31.00 - 31.00 x 16/31 of the seat
check_equal 'and booked' 'revenue_base,-47.00 revenue_quantity,-15.00' \
  "$(billctl journal balance --format csv --columns account,amount | grep revenue | paste -sd ' ')"
check 'as verify has it' billctl verify

done_testing
