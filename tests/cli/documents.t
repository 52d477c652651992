#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Documents that are not drawn up from what is due: invoices by hand, void ones, and those issued again; and credit notes with taxes.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

# created CUSTOMER [OPTION…]: reference, change, day, payable by, lines, total
created () { billctl invoice create "$@" --format csv --no-header --columns invoice,change,billed_on,due_on,lines,total; }
# settled INVOICE: status, total, from the balance, written off, due
settled () { billctl invoice show "$1" --format json | jq -c '[.status, .total, .balance_applied, .written_off, .amount_due]'; }
# links INVOICE: what it replaces, and what replaces it
links () { billctl invoice show "$1" --format json | jq -c '[.replaces, .replaced_by]'; }
# lines_of INVOICE: code, quantity, amount
lines_of () { billctl invoice show "$1" --format csv --no-header --columns code,quantity,amount; }

catalog () { # PERCENT
  cat <<END
{ "currency": "USD", "metrics": [ { "code": "calls" } ],
  "taxes": [ { "code": "vat", "percent": "$1" }, { "code": "ct", "kind": "inclusive", "percent": "10", "country": "JP" } ],
  "coupons": [ { "code": "welcome", "percent": "50", "duration": "once" } ],
  "plans": [ { "code": "basic", "prices": [ { "interval": "month", "amount": "10.00" } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" } ] } ] }
END
}
billctl -q init && catalog 19 >catalog.json && billctl -q plans apply catalog.json >/dev/null || exit 1
customer acme UTC basic 2026-01-01 && customer bolt UTC basic 2026-01-01 && customer chip UTC basic 2026-01-01 || exit 1

# --- By hand ---
# 1 x 1,200.00 + 340 x 0.30 = 1,302.00; 19 % are 247.38.

check_output 'an invoice by hand is a draft' 'draft-1,drafted,2026-02-01,,2,1549.38' \
  created acme --line 'Workshop;1;1200.00' --line 'Travel, km;340;0.30;travel' --due-days 30
check_json 'with its taxes' '[.status, .total, (.lines | map ([.kind, .subscription, .quantity, .unit_price, .amount]))]' \
  '["draft",154938,[["one_off",null,"1","1200.00",120000],["one_off",null,"340","0.30",10200]]]' billctl invoice show draft-1 --format json
check_output 'a run leaves it alone' 'acme,2026-01-01,drafted
acme,2026-02-01,drafted' billctl invoice generate --customer acme --as-of 2026-02-01 --format csv --no-header --columns customer,billed_on,change
check_output 'it stands among the drafts' 'draft-1,1549.38' sh -c 'billctl invoice list --status draft --customer acme --format csv --no-header --columns invoice,total | grep draft-1,'
# The rate of the day of issue: 20 % of 1,302.00 are 260.40.
catalog 20 >catalog.json
check 'the rate changes' billctl plans apply catalog.json
check_output 'it bears the taxes of the day of issue, and its own days' 'INV-2026-000001,issued,2026-03-03,1562.40' \
  billctl invoice finalize draft-1 --format csv --no-header --columns invoice,change,due_on,total
check_error 3 'issued once' 'billctl: draft-1 is not a draft any more: it became INV-2026-000001' billctl invoice finalize draft-1 --format csv --no-header
check_error 4 'and not again' 'billctl: invoice INV-2026-000001 is open, not a draft: it never changes' \
  billctl invoice finalize INV-2026-000001 --format csv --no-header
# 2.5 x 100 = 250.00, and 20 %: 300.00
printf 'description,quantity,unit_price,category\n"Hours, senior",2.5,100,\n' >lines.csv
check_output 'from a file of CSV, issued at once' 'INV-2026-000002,issued,2026-02-01,2026-02-15,1,300.00' created acme --from lines.csv --finalize
printf '[ { "description": "Hours", "quantity": 2, "unit_price": "100" }, // and\n  { "description": "Less", "quantity": "1", "unit_price": "-50", "code": "rebate" } ]' >lines.json
# 200.00 - 50.00 = 150.00, and 30.00
check_output 'from one of JSON' 'draft-5,drafted,2026-02-01,,2,180.00' created bolt --from lines.json
check_output 'with their codes' 'one-off,2,200.00
rebate,1,-50.00' lines_of draft-5
check_output 'among all that is issued' 'INV-2026-000003,acme,12.00
INV-2026-000004,acme,12.00
INV-2026-000005,bolt,180.00' sh -c 'billctl -q invoice generate --customer acme --as-of 2026-02-01 >/dev/null
  billctl invoice finalize --all --format csv --no-header --columns invoice,customer,total'
check_output 'below zero goes to the balance' 'INV-2026-000006,issued,2026-02-01,2026-02-15,1,-12.00' created chip --line 'Back;1;-10' --finalize
check_equal 'paid at once' '["paid",-1200,-1200,0,0]' "$(settled INV-2026-000006)"

# --- Discarding ---

check_output 'one more' 'draft-7,drafted,2026-02-01,,1,6.00' created bolt --line 'Key;1;5'
check_error 0 'is discarded' 'draft-7 is discarded' billctl invoice discard draft-7
check_status 3 'and is no more' billctl invoice show draft-7
check 'a draft of what is due' generate 2026-01-01 --customer bolt
check_error 4 'would come back' 'billctl: draft-7 is drawn up from what is due, and would come back
hint: change what it is drawn up from: the subscription, a charge, the usage' billctl invoice discard draft-7
check_error 4 'what is issued stays' 'billctl: invoice INV-2026-000005 is open: only a draft can be discarded
hint: `billctl invoice void` and `billctl invoice credit` undo what was issued' billctl invoice discard INV-2026-000005

# --- What is refused by hand, and changes nothing ---

sqlite3 ledger.db .dump >before
check_error 2 'no lines' 'billctl: an invoice has lines
hint: --line "DESCRIPTION;QUANTITY;PRICE", or --from FILE' billctl invoice create acme --format csv --no-header
check_error 2 'half a line' "billctl: line 'Key;1' has 2 parts
hint: DESCRIPTION;QUANTITY;PRICE or DESCRIPTION;QUANTITY;PRICE;CATEGORY" billctl invoice create acme --line 'Key;1' --format csv --no-header
check_status 2 'no description' billctl invoice create acme --line ';1;1'
check_status 2 'a quantity that is none' billctl invoice create acme --line 'Key;many;1'
check_status 2 'a quantity of nothing' billctl invoice create acme --line 'Key;0;1'
check_status 2 'a price that is none' billctl invoice create acme --line 'Key;1;1,50'
check_status 1 'an amount that does not fit' billctl invoice create acme --line 'Key;1e18;1000'
check_status 1 'a total that does not fit' billctl invoice create acme --line 'A;1;90000000000000000' --line 'B;1;90000000000000000'
check_status 2 'zero days' billctl invoice create acme --line 'Key;1;1' --due-days 0
check_status 3 'nobody' billctl invoice create nobody --line 'Key;1;1'
check_status 3 'no file' billctl invoice create acme --from none.csv
printf 'description,quantity,price\nKey,1,1\n' >bad.csv
check_error 2 'a column that is none' "billctl: bad.csv: there is no 'price' of a line
hint: description, quantity, unit_price, category, code" billctl invoice create acme --from bad.csv --format csv --no-header
printf 'description,quantity,unit_price\nKey,1,1\nKey,x,1\n' >bad.csv
check_status 2 'a row that is not right' billctl invoice create acme --from bad.csv
check_said 'and its line' '^billctl: bad.csv: line 3: quantity '
printf '{}' >bad.json
check_status 2 'JSON that is no list' billctl invoice create acme --from bad.json
check 'a dry run' billctl invoice create acme --line 'Key;1;1' --finalize --dry-run
sqlite3 ledger.db .dump >after
check_same 'nothing was changed by any of it' before after

# --- Void: what must be undone ---
# chip has 12.00 of balance. January and February: 10.00 and 20 % each; the balance pays for January.

event chip calls 100 2026-01-10T00:00:00Z && generate 2026-02-01 --finalize --customer chip || exit 1
check_equal 'January is paid by the balance' '["paid",1200,1200,0,0]' "$(settled INV-2026-000007)"
# February: 10.00 + 1.00 of calls, 13.20 with tax
check_equal 'February is due' '["open",1320,0,0,1320]' "$(settled INV-2026-000008)"
billctl -q customer adjust chip --amount 3.20 --reason goodwill >/dev/null && billctl -q invoice pay INV-2026-000008 --from-balance >/dev/null || exit 1
sqlite3 ledger.db .dump >before
check_error 4 'a paid invoice cannot be void' 'billctl: invoice INV-2026-000007 is paid: only an open, unpaid invoice can be voided
hint: a credit note takes it back: billctl invoice credit INV-2026-000007 --all' billctl invoice void INV-2026-000007 --yes
check_error 2 'what is undone is said before it asks' "3.20 USD go back to the customer's balance
billctl: 'invoice void' asks before it goes on, and there is no terminal to ask at: Void invoice INV-2026-000008? Its number stays used and its periods are not billed again.
hint: say --yes if that is wanted" billctl invoice void INV-2026-000008
check 'a dry run' billctl invoice void INV-2026-000008 --yes --dry-run
check 'also of one that is issued again' billctl invoice void INV-2026-000008 --yes --reissue --finalize --dry-run
check_status 2 'issued at once is issued again' billctl invoice void INV-2026-000008 --yes --finalize
sqlite3 ledger.db .dump >after
check_same 'nothing was changed by any of it' before after
billctl -q invoice pay INV-2026-000008 --amount 1.00 >/dev/null || exit 1
check_error 4 'nor one that is paid in part' 'billctl: invoice INV-2026-000008 cannot be voided: 1.00 USD of it are paid
hint: a credit note takes back what is left: billctl invoice credit INV-2026-000008 --all' billctl invoice void INV-2026-000008 --yes
billctl -q invoice credit INV-2026-000005 --amount 30.00 --reason test >/dev/null || exit 1
check_error 4 'nor one that is credited in part' 'billctl: invoice INV-2026-000005 cannot be voided: 30.00 USD of it are credited
hint: a credit note takes back what is left: billctl invoice credit INV-2026-000005 --all' billctl invoice void INV-2026-000005 --yes
billctl -q customer adjust acme --amount 2.00 --reason goodwill >/dev/null && billctl -q invoice pay INV-2026-000003 --from-balance >/dev/null &&
  billctl -q invoice uncollectible INV-2026-000003 --reason insolvent >/dev/null || exit 1
check_error 0 'an uncollectible one can be' "2.00 USD go back to the customer's balance
10.00 USD are not written off any more
invoice INV-2026-000003 is void" billctl invoice void INV-2026-000003 --yes --reason test
check_equal 'then nothing of it is left' '["void",1200,0,0,0]' "$(settled INV-2026-000003)"
check_output 'and the balance has it again' '2.00' sh -c 'billctl customer balance acme --format csv --no-header --columns balance | tail -n 1'
check 'the ledger is sound' billctl verify

# --- Issued again ---
# February of acme, INV-…4: 12.00. Meanwhile the name changes, the rate goes to 25 %, and 50 calls come late.

check 'a charge' billctl charge add acme --amount 4.00 --description Extra --at 2026-02-10
check 'March' generate 2026-03-01 --finalize --customer acme
# 10.00 + 4.00 and 20 %: 16.80, of which the balance pays 2.00
check_equal 'with the charge' '["open",1680,200,0,1480]' "$(settled INV-2026-000009)"
catalog 25 >catalog.json
billctl -q plans apply catalog.json >/dev/null && billctl -q customer update acme --name 'Acme AG' >/dev/null &&
  event acme calls 50 2026-02-10T00:00:00Z || exit 1
check_output 'it is void, and a draft takes its place' 'draft-11,drafted,2026-03-01,2,17.50' \
  billctl invoice void INV-2026-000009 --reissue --reason 'new name' --yes --format csv --no-header --columns invoice,change,billed_on,lines,total
check_equal 'the void one says what replaces it' '[null,"draft-11"]' "$(links INV-2026-000009)"
check_equal 'and the draft what it replaces' '["INV-2026-000009",null]' "$(links draft-11)"
check_equal 'nothing is owed on the void one' '["void",1680,0,0,0]' "$(settled INV-2026-000009)"
check_error 4 'once' 'billctl: invoice INV-2026-000009 is issued again already, as draft-11' \
  billctl invoice void INV-2026-000009 --reissue --yes --format csv --no-header
check_output 'the run leaves the draft alone' '' billctl invoice generate --customer acme --as-of 2026-03-01 --format csv --no-header
check_error 0 'it can be discarded' 'draft-11 is discarded' billctl invoice discard draft-11
check_error 4 'then the invoice is just void' 'billctl: invoice INV-2026-000009 is void: only an open, unpaid invoice can be voided' \
  billctl invoice void INV-2026-000009 --yes
check 'and may be issued again after all' billctl invoice void INV-2026-000009 --reissue --yes
check_output 'with the taxes of the day of issue' 'INV-2026-000010,17.50' \
  billctl invoice finalize draft-11 --as-of 2026-03-01 --format csv --no-header --columns invoice,total
check_output 'and the same periods and charges' 'basic,1,10.00
one-off,1,4.00' lines_of INV-2026-000010
check_json 'to whom it is today' .name '"Acme AG"' billctl invoice show INV-2026-000010 --format json
check_equal 'linked for ever' '["INV-2026-000009",null]' "$(links INV-2026-000010)"
check_equal 'and the other way round' '[null,"INV-2026-000010"]' "$(links INV-2026-000009)"
check_equal 'the balance that came back is used' '["open",1750,200,0,1550]' "$(settled INV-2026-000010)"
check_output 'the charge is billed with it' 'INV-2026-000010' billctl charge list --all --customer acme --format csv --no-header --columns invoice
check_json 'its periods are billed once: April has fees and late calls' 'map ([.code, .amount])' '[["basic",1000],["calls",50]]' \
  sh -c 'billctl -q invoice generate --customer acme --as-of 2026-04-01 --finalize >/dev/null; billctl invoice show INV-2026-000011 --format json | jq .lines'
check 'the ledger is sound' billctl verify

# A coupon for one period: 5.00 off 10.00, and 25 %: 6.25. Given back and taken again.
customer once UTC basic 2026-03-01 && billctl -q coupon apply once welcome >/dev/null && generate 2026-03-01 --finalize --customer once || exit 1
check_equal 'an invoice with a coupon' '["open",625,0,0,625]' "$(settled INV-2026-000012)"
check_error 0 'says so, and is issued again at once' '5.00 USD of discounts are given back to their coupons
invoice INV-2026-000012 is void' billctl invoice void INV-2026-000012 --reissue --finalize --yes --as-of 2026-03-01 --format csv --no-header
check_equal 'with the coupon' '["open",625,0,0,625]' "$(settled INV-2026-000013)"
check 'April' generate 2026-04-01 --finalize --customer once
check_equal 'which is used then' '["open",1250,0,0,1250]' "$(settled INV-2026-000014)"
check 'the ledger is sound with it' billctl verify

# An invoice with late usage: the 50 calls of February stand on that of April, INV-…11, and do so again; 7 more of February, and 3 of
# March, come after it, and stand on that of May alone.
event acme calls 7 2026-02-11T00:00:00Z && event acme calls 3 2026-03-11T00:00:00Z || exit 1
check 'an invoice with late usage' billctl invoice void INV-2026-000011 --reissue --finalize --yes --as-of 2026-04-01
check_output 'has it when it is issued again' 'basic,1,10.00
calls,50,0.50' lines_of INV-2026-000015
check 'May' generate 2026-05-01 --finalize --customer acme
check_output 'what came later is on the next one' 'basic,1,10.00
calls,7,0.07
calls,3,0.03' lines_of INV-2026-000016
check 'the ledger is sound with that' billctl verify

# --- Credit notes with taxes ---
# 10.00 and 25 %: 2.50. 3.33 are 0.8325 of tax, 6.66 are 1.665: 0.83, then 1.67 - 0.83 = 0.84, then the rest, 3.34 and 0.83.

credited () { billctl credit-note show "$1" --format csv --no-header --columns amount,tax; }
for i in 1 2; do billctl -q invoice credit INV-2026-000014 --line 1=3.33 --reason outage >/dev/null || exit 1; done
billctl -q invoice credit INV-2026-000014 --all --reason outage >/dev/null || exit 1
check_output 'a third' 3.33,0.83 credited CN-2026-000002
check_output 'another one: taxes are rounded by what is credited by then' 3.33,0.84 credited CN-2026-000003
check_output 'the rest' 3.34,0.83 credited CN-2026-000004
check_equal 'all of it is credited' '["paid",1250,0,0,0]' "$(settled INV-2026-000014)"
check_json 'with the rate of each' '.lines[0].taxes' '[{"code":"vat","kind":"exclusive","percent":"25","base":334,"amount":83}]' \
  billctl credit-note show CN-2026-000004 --format json
# 5.00 of 6.25: 4.00 and 1.00
check 'an amount with its tax' billctl invoice credit INV-2026-000013 --amount 5.00 --reason outage
check_output 'is split' 4.00,1.00 credited CN-2026-000005
# Japan: 11.00 have 1.00 inside; 5.50 have 0.50.
billctl -q customer add tokyo --country JP >/dev/null && billctl -q invoice create tokyo --line 'Key;1;11.00' --finalize >/dev/null || exit 1
check_equal 'a tax inside the price' '["open",1100,0,0,1100]' "$(settled INV-2026-000017)"
check 'half of it' billctl invoice credit INV-2026-000017 --amount 5.50 --reason outage
check_output 'has half of the tax' 5.50,0.50 credited CN-2026-000006
check_json 'which is not added' '[.subtotal, .tax, .total]' '[550,50,550]' billctl credit-note show CN-2026-000006 --format json
check 'the ledger is sound to the end' billctl verify
check 'no number is missing' billctl invoice numbers --check

done_testing
