#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One-off charges: on which invoice they come to stand, what they come to, and what is refused.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

# charge CUSTOMER AMOUNT DESCRIPTION [OPTION…]
charge () {
  charge_customer=$1 charge_amount=$2 charge_text=$3; shift 3
  billctl -q charge add "$charge_customer" --amount "$charge_amount" --description "$charge_text" "$@" >/dev/null
}
# generated AS-OF [OPTION…]: what a run says of each invoice
generated () {
  generated_as_of=$1; shift
  billctl invoice generate --as-of "$generated_as_of" --format csv --no-header --columns invoice,customer,change,billed_on,total "$@"
}
# lines_of INVOICE: description, days, quantity, price, amount
lines_of () { billctl invoice show "$1" --format csv --no-header --columns description,period_from,period_until,quantity,unit_price,amount; }

cat >catalog.json <<'END'
{ "currency": "USD", "metrics": [ { "code": "calls" } ],
  "plans": [ { "code": "basic", "name": "Basic", "prices": [ { "interval": "month", "amount": "10.00" } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" } ] },
             { "code": "free", "type": "pay_per_use", "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
customer acme UTC basic 2026-01-01 && customer free UTC free 2026-01-01 && customer ended UTC basic 2026-01-01 --end 2026-02-01 || exit 1
billctl -q customer add lone --currency EUR --timezone Europe/Berlin >/dev/null && generate 2026-01-01 --finalize || exit 1

# --- Waiting for the next invoice ---

check_output 'a charge' 'charge 1: 250.00 USD for acme, on the first invoice that falls due from 2026-01-15 on' \
  billctl charge add acme --amount 250 --description Set-up --as-of 2026-01-15
# 3.5 x 1.111 = 3.8885
check_json 'a quantity with a price' '[.quantity, .unit_price, .amount, .from, .status, .category]' '["3.5","1.111",389,"2026-02-02","waiting","services"]' \
  billctl charge add acme --quantity 3.5 --unit-price 1.111 --description Consulting --category services --at 2026-02-02 --format json
check_output 'it waits' '' generated 2026-01-31
check_output 'for the next invoice' 'draft-3,acme,drafted,2026-02-01,260.00' generated 2026-02-01 --customer acme
check_output 'on which it stands' 'Basic (month),2026-02-01,2026-03-01,1,10.00,10.00
Set-up,2026-01-15,,1,250.00,250.00' lines_of draft-3
check_json 'with what it is made of' '.lines[1] | [.kind, .code, .subscription, .derivation]' \
  '["one_off","one-off",null,{"rule":"one_off","quantity":"1","unit_price":"250"}]' billctl invoice show draft-3 --format json
check_output 'that of tomorrow waits on' 'draft-3,acme,rebuilt,2026-02-01,260.00
draft-4,acme,drafted,2026-03-01,13.89' sh -c 'billctl charge remove 1 >/dev/null && billctl charge add acme --amount 250 --description "Set-up" --at 2026-01-20 >/dev/null &&
  billctl invoice generate --as-of 2026-03-01 --customer acme --format csv --no-header --columns invoice,customer,change,billed_on,total'
check_output 'a charge that is taken back is on no draft' 'draft-3,acme,rebuilt,2026-02-01,10.00' \
  sh -c 'billctl charge remove 3 >/dev/null && billctl invoice generate --as-of 2026-02-01 --customer acme --format csv --no-header --columns invoice,customer,change,billed_on,total'
check 'another one' charge acme 5.00 Extra --at 2026-01-20
check_error 4 'a draft that lacks a charge is not issued' 'billctl: what is due has changed since draft-3 was drawn up
hint: `billctl invoice generate` draws drafts up anew, and with --finalize issues them in the same transaction' \
  billctl invoice finalize draft-3 --format csv --no-header
check 'the invoice of February' generate 2026-02-01 --customer acme --finalize
check_output 'has it' 'Basic (month),2026-02-01,2026-03-01,1,10.00,10.00
Extra,2026-01-20,,1,5.00,5.00' lines_of INV-2026-000003
check_output 'and it waits no more' '2,acme,Consulting,3.89,waiting,
4,acme,Extra,5.00,billed,INV-2026-000003' sh -c 'billctl charge list --all --format csv --no-header --columns charge,customer,description,amount,status,invoice | grep -v removed'
check_output 'the list has what waits' '2,acme,Consulting' billctl charge list --format csv --no-header --columns charge,customer,description

# --- After the invoice ---
# Recorded on 10 February for 20 January, when the invoice of 1 February is out: it stands on that of March, once.

check 'a charge of days before' charge acme 7.00 Late --at 2026-01-20 --as-of 2026-02-10
check 'March' generate 2026-03-01 --customer acme --finalize
# 10.00 + 3.89 + 7.00
check_output 'is on the next one' 'INV-2026-000003,15.00
INV-2026-000004,20.89' sh -c 'billctl invoice list --customer acme --format csv --no-header --columns invoice,total | tail -n 2'

# --- A late run ---
# Three invoices fall due; the charge of 15 April goes to that of May.

check 'a charge' charge acme 1.00 April --at 2026-04-15 --as-of 2026-03-20
check_output 'of the invoices of a late run it takes the first behind it' 'acme,2026-04-01,10.00
acme,2026-05-01,11.00
acme,2026-06-01,10.00' sh -c 'billctl -q invoice generate --as-of 2026-06-01 --customer acme --format csv --no-header --columns customer,billed_on,total'

# --- Where nothing else is charged ---

check 'a customer who used nothing' charge free 9.00 Extra --at 2026-01-10 --as-of 2026-01-10
check_output 'waits for the end of the period' '' generated 2026-01-31 --customer free
check_output 'and gets an invoice then' 'draft-8,free,drafted,2026-02-01,9.00' generated 2026-02-01 --customer free
check 'one whose subscription has an end' charge ended 8.00 Extra --at 2026-01-10
check 'and another behind it' charge ended 4.00 Key --at 2026-03-05
check_output 'waits for the end, and what comes later is billed alone' 'ended,2026-02-01,8.00
ended,2026-03-05,4.00' sh -c 'billctl -q invoice generate --as-of 2026-04-01 --customer ended --format csv --no-header --columns customer,billed_on,total'
check 'one without a subscription' charge lone 5.00 Extra --at 2026-02-10
check_output 'before that day' '' generated 2026-02-09T22:59:59Z --customer lone
# The 10th begins in Berlin an hour before it does in UTC.
check_output 'is billed alone on its day' 'draft-11,lone,drafted,2026-02-10,5.00' generated 2026-02-09T23:00:00Z --customer lone
check_output 'by a run over all customers too' 'draft-11,lone,unchanged,2026-02-10,5.00' sh -c 'billctl -q invoice generate --as-of 2026-02-10 \
  --format csv --no-header --columns invoice,customer,change,billed_on,total | grep lone'
check_output 'a draft whose charge is taken back is discarded' 'draft-11,lone,discarded,2026-02-10,0.00' \
  sh -c 'billctl charge remove 10 >/dev/null && billctl invoice generate --as-of 2026-02-10 --customer lone --format csv --no-header --columns invoice,customer,change,billed_on,total'
check 'one more' charge lone 6.00 Extra --at 2026-02-10
check_output 'issued at once' 'INV-2026-000005,lone,issued,2026-02-10,6.00' generated 2026-02-10 --customer lone --finalize
check_output 'and again' '' generated 2026-02-11 --customer lone --finalize

# --- Credits ---
# 10.00 - 12.50 for April of a new customer.

check 'a credit' charge ended 1.00 Sorry --credit --at 2026-01-11
check_output 'makes an invoice less' 'ended,2026-02-01,7.00' sh -c 'billctl -q invoice generate --as-of 2026-02-01 --customer ended --format csv --no-header --columns customer,billed_on,total | head -n 1'
customer less UTC basic 2026-03-01 && charge less 12.50 Sorry --credit --at 2026-02-20 || exit 1
check 'more than there is' generate 2026-03-01 --finalize --customer less
check_output 'goes to the balance' 'negative_invoice,2.50' billctl customer balance less --format csv --no-header --columns kind,amount

# --- With a subscription ---

billctl -q subscribe acme basic --code second --start 2026-06-15 >/dev/null || exit 1
check 'a charge of one subscription' charge acme 2.00 'For the second' --subscription second --at 2026-06-02
check_output 'waits for an invoice like the others' 'acme,2026-06-15,12.00' sh -c 'billctl -q invoice generate --as-of 2026-06-15 --customer acme --format csv --no-header --columns customer,billed_on,total | tail -n 1'
check_output 'and names it' 'second' sh -c 'billctl export lines --customer acme --no-header --columns subscription,description | grep "For the second" | cut -d, -f1'

# --- What is refused, and changes nothing ---

sqlite3 ledger.db .dump >before
check_error 2 'below zero' 'billctl: a charge is above zero
hint: --credit gives an amount above zero to the customer' billctl charge add acme --amount=-5 --description x
check_error 2 'nothing' 'billctl: the charge comes to nothing' billctl charge add acme --amount 0 --description x
check_status 2 'a quantity of nothing' billctl charge add acme --quantity 0 --unit-price 1 --description x
check_error 2 'too many decimals' "billctl: amount '5.005' has too many decimals: USD has 2" billctl charge add acme --amount 5.005 --description x
check_error 4 'another currency' "billctl: amount '5.00 EUR' is in EUR, but this is about USD" billctl charge add acme --amount '5.00 EUR' --description x
check_status 2 'an amount that does not fit' billctl charge add acme --amount 1000000000000000000 --description x
check_error 2 'a product that does not fit' 'billctl: 1000000000000000000 × 1000 does not fit 64 bits of minor units' \
  billctl charge add acme --quantity 1e18 --unit-price 1000 --description x
check_status 2 'no amount' billctl charge add acme --description x
check_status 2 'half of one' billctl charge add acme --quantity 3 --description x
check_status 2 'both' billctl charge add acme --amount 3 --quantity 3 --unit-price 3 --description x
check_status 2 'no description' billctl charge add acme --amount 3
check_status 2 'one that would paint the terminal' billctl charge add acme --amount 3 --description "$(printf '\033')"
check_status 2 'a code that is none' billctl charge add acme --amount 3 --description x --code 'a b'
check_status 3 'nobody' billctl charge add nobody --amount 3 --description x
check_status 3 'no such subscription' billctl charge add acme --amount 3 --description x --subscription none
check_error 4 "somebody else's" 'billctl: subscription free-1 is one of customer free, not of acme' \
  billctl charge add acme --amount 3 --description x --subscription free-1
check_status 2 'a day that there is not' billctl charge add acme --amount 3 --description x --at 2026-02-31
check_error 4 'what is billed stays' 'billctl: charge 4 is billed with invoice INV-2026-000003
hint: billctl invoice credit INV-2026-000003 takes it back' billctl charge remove 4
check_error 4 'what is removed too' 'billctl: charge 1 is removed already' billctl charge remove 1
check_status 3 'no such charge' billctl charge remove 999
check_status 2 'what is no number' billctl charge remove first
check 'a dry run' billctl charge add acme --amount 3 --description x --dry-run
sqlite3 ledger.db .dump >after
check_same 'nothing was changed by any of it' before after
check 'the ledger is sound' billctl verify

# --- What verify sees ---

sqlite3 ledger.db "UPDATE one_off SET quantity = '2' WHERE id = 4; UPDATE one_off SET invoice_id = 1 WHERE id = 2"
check_status 7 'a charge that was changed behind its invoice is found' billctl verify
check_equal 'and what counts as billed and is not' 'charge 2 counts as billed with invoice INV-2026-000001, which does not have it
line 2 of invoice INV-2026-000003 says one-off, 1, 5; drawn up again it is one-off, 2, 10' \
  "$(billctl verify --format json 2>/dev/null | jq -r '.[] | select (.result == "failed") | .problem')"

done_testing
