#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# invoice preview: the next invoices as they would be, as things stand and under other terms; and that nothing is written. Every figure is
# worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "pings" } ],
  "addons": [ { "code": "care", "name": "Care", "prices": [ { "interval": "month", "amount": "4.00" } ] },
              { "code": "cover", "name": "Cover", "cycle": "own", "prices": [ { "interval": "week", "amount": "7.00" } ] } ],
  "plans": [
    { "code": "small", "name": "Small", "prices": [ { "interval": "month", "amount": "31.00" } ], "addons": [ "care", "cover" ],
      "quantities": [ { "code": "seat", "name": "Seats", "included": 1, "unit_price": "3.10" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10" } ] },
    { "code": "big", "name": "Big", "prices": [ { "interval": "month", "amount": "62.00" } ],
      "quantities": [ { "code": "seat", "name": "Seats", "included": 1, "unit_price": "3.10" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.05" } ] },
    { "code": "ticks", "type": "pay_per_use", "charges": [ { "metric": "pings", "model": "per_unit", "unit_price": "1" } ] } ],
  "coupons": [ { "code": "HALF", "percent": 50, "duration": "once" } ],
  "taxes": [ { "code": "vat", "name": "VAT", "percent": "10", "country": "DE" } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
customer acme Europe/Berlin small 2026-01-01 --quantity seat=3 && generate 2026-01-01 --finalize && event acme calls 50 2026-01-10T10:00:00Z || exit 1
billctl -q customer add vera --country DE >/dev/null && billctl -q subscribe vera small --start 2026-01-01 >/dev/null && billctl -q coupon apply vera HALF --from 2026-01-01 >/dev/null || exit 1
customer idle UTC ticks 2026-01-01 || exit 1
export BILLCTL_AS_OF=2026-01-16T12:00:00Z
cp ledger.db before.db

# preview CUSTOMER [OPTION…]: due day and total of each invoice
preview () { billctl invoice preview "$@" --format json | jq -c '.invoices | map ([.billed_on, .total])'; }

# --- As things stand ---

# 1 February: 31.00 + (3 - 1) x 3.10 = 37.20, and 50 x 0.10 = 5.00 for January.
check_output 'the next due instant, with what was used so far' '[["2026-02-01",4220]]' preview acme
check_json 'which is said' '[.until, .until_at, .what_if, .decision, .totals]' \
  '["2026-02-01","2026-01-31T23:00:00Z",[],null,[{"currency":"usd","before":4220,"after":4220,"difference":0}]]' billctl invoice preview acme --format json
check_output 'several' '[["2026-02-01",4220],["2026-03-01",3720]]' preview acme --at 2026-03-01
check_output 'a day is one of the customer' '[["2026-02-01",4220]]' preview acme --at 2026-02-28
check_output 'so is its first instant' '[["2026-02-01",4220],["2026-03-01",3720]]' preview acme --at 2026-02-28T23:00:00Z
check_output 'none' '[]' preview acme --at 2026-01-31
check_said 'and it is said' '^nothing would be billed to acme until 2026-01-31$'
check_output 'usage that there is not' '[]' preview idle
# vera was not billed yet: 31.00 less 50 %, once, and 10 % on 15.50; then 31.00 and 10 %.
check_output 'what is not issued yet, with a coupon and a tax' '[["2026-01-01",1705],["2026-02-01",3410]]' preview vera
check_json 'with every line' '.invoices[0].lines | map ([.subscription, .kind, .amount, .discount, .tax])' '[["vera-1","base",3100,1550,155],["vera-1","quantity",0,0,0]]' billctl invoice preview vera --format json
check_output 'for people' 'Status:       draft
Customer:     vera
Name:         vera
E-mail:
Country:      DE
Time zone:    UTC
Fell due:     2026-02-01
Fell due at:  2026-02-01T00:00:00Z
Issued:
Payable by:
Overdue:      no
Currency:     USD
Total:        34.10

Lines
#  Description    From        Until       Quantity  Included  Price  Amount
1  Small (month)  2026-02-01  2026-03-01         1            31.00   31.00
2  Seats          2026-02-01  2026-03-01         1         1   3.10    0.00

Totals
What               Amount
Subtotal            31.00
VAT 10 % of 31.00    3.10
Total               34.10' sh -c 'billctl invoice preview vera | awk "/^Status/ { text = \"\" } { text = text \$0 \"\n\" } END { printf \"%s\", text }"'
check_output 'for spreadsheets' 'billed_on,description,amount,tax
2026-01-01,Small (month),31.00,1.55
2026-01-01,Seats,0.00,0.00
2026-02-01,Small (month),31.00,3.10
2026-02-01,Seats,0.00,0.00' billctl invoice preview vera --format csv --columns billed_on,description,amount,tax
check 'the ledger is as it was' cmp before.db ledger.db

# The preview of all that is due is what generating makes of it.
cp ledger.db made.db
billctl --ledger made.db -q invoice generate --as-of 2026-02-01 --customer vera >/dev/null || exit 1
billctl --ledger made.db invoice list --customer vera --format csv --no-header --columns invoice | while read -r draft; do
  billctl --ledger made.db invoice show "$draft" --format json
done | jq -s 'map (del (.invoice))' >made.json
billctl invoice preview vera --format json | jq '.invoices | map (del (.invoice))' >previewed.json
check_same 'the preview is what becomes of it' made.json previewed.json

# --- What if ---

# On the 16th 16 of 31 days are left: -16.00 and 32.00. Then 62.00 + 6.20, and 50 calls before the change at 0.10.
check_output 'an upgrade is now' '[["2026-02-01",8920]]' preview acme --what-if plan=big
check_json 'before and after' '[.decision, .totals[0]]' \
  '["acme-1: upgrade, small version 1 (month) -> big version 1 (month) from 2026-01-16: prorated, on the next invoice",{"currency":"usd","before":4220,"after":8920,"difference":4700}]' \
  billctl invoice preview acme --what-if plan=big --format json
check_output 'below, for people' 'Currency  As it is  What if  Difference
USD          42.20    89.20       47.00' sh -c 'billctl invoice preview acme --what-if plan=big:1 | tail -n 2'
# Two more seats: 6.20 x 16/31 = 3.20 for January, 6.20 for February.
check_output 'more seats' '[["2026-02-01",5160]]' preview acme --what-if quantity.seat=5
# 4.00 x 16/31 = 2.0645 for January, 4.00 for February.
check_output 'an add-on' '[["2026-02-01",4826]]' preview acme --what-if addon.care
# Both at once: 89.20 + 3.20 + 6.20.
check_output 'several things at once' '[["2026-02-01",9860]]' preview acme --what-if plan=big --what-if quantity.seat=5
# A downgrade is at the end of the period, 1 February: 1 x 31.00 there.
check_output 'fewer seats' '[["2026-02-01",3600]]' preview acme --what-if quantity.seat=1
check_json 'as asked for' '.what_if' '["quantity.seat=1"]' billctl invoice preview acme --what-if quantity.seat=1 --format json
check 'the ledger is as it was, also then' cmp before.db ledger.db
check_output 'and so is the history' '1' sh -c 'billctl subscription history acme --format json | jq length'
chmod a-w ledger.db
check 'a ledger that cannot be written can be previewed' billctl invoice preview acme
chmod u+w ledger.db

# --- Add-ons in a cycle of their own, several subscriptions, who pays ---

billctl -q customer add echo >/dev/null && billctl -q subscribe echo small --start 2026-01-01 --addon cover >/dev/null && generate 2026-01-16 --finalize --customer echo || exit 1
# Weeks from the 1st: 8, 15, 22.
check_output 'the next due instant may be that of an add-on' '[["2026-01-22",700]]' preview echo
billctl -q subscribe echo big --start 2026-01-10 >/dev/null
check_error 2 'whose terms has to be said' 'billctl: customer echo has several subscriptions: echo-1, echo-2
hint: name one of them' billctl invoice preview echo --what-if plan=big
# Weeks of the 22nd and the 29th and 31.00 are 45.00. Instead: -16.00 and 32.00, 62.00, and six of seven days of the week from the 15th back. Both with
# 62.00 of echo-2 from the 10th on.
check_json 'with several' '.totals[0] | [.before, .after]' '[10700,13400]' \
  billctl invoice preview echo --subscription echo-1 --what-if plan=big --at 2026-02-01 --format json
billctl -q customer add child --parent acme --payer parent >/dev/null && billctl -q subscribe child small --start 2026-01-20 >/dev/null || exit 1
check_error 4 'somebody else pays' 'billctl: the invoices of child are paid by acme
hint: billctl invoice preview acme' billctl invoice preview child
# child: 12 of 31 days of 31.00 would be 12.00 with calendar alignment; by the anniversary it is 31.00 on the 20th.
check_output 'and sees it' '[["2026-01-20",3100]]' preview acme
check_error 4 'a subscription of others' 'billctl: subscription echo-1 does not stand on the invoices of acme' \
  billctl invoice preview acme --subscription echo-1 --what-if plan=big

# --- What is refused ---

for wrong in nothing plan= 'seat=5' 'addon.=1'; do
  check_error 2 "no supposition: $wrong" "billctl: --what-if: '$wrong' says nothing that could be otherwise
hint: plan=CODE or plan=CODE:VERSION, interval=INTERVAL, quantity.NAME=N, addon.CODE or addon.CODE=N (0: without it)" billctl invoice preview vera --what-if "$wrong"
done
check_error 2 'two plans' "billctl: --what-if: 'plan=small': there is another plan already" billctl invoice preview vera --what-if plan=big --what-if plan=small
check_status 3 'no such plan' billctl invoice preview vera --what-if plan=huge
check_status 3 'no such version' billctl invoice preview vera --what-if plan=big:7
check_status 4 'no change' billctl invoice preview vera --what-if plan=small
check_status 3 'no such customer' billctl invoice preview nobody
check_status 3 'nor with a supposition' billctl invoice preview nobody --what-if plan=big

done_testing
