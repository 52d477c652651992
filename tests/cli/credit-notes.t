#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Credit notes: what they take back, where it goes, and that they never take more than there is.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

# owed INVOICE: status, credited, from the balance, paid, written off, due
owed () { billctl invoice show "$1" --format json | jq -c '[.status, .credited, .balance_applied, .paid, .written_off, .amount_due]'; }
# credit_lines NUMBER: line of the invoice, amount, tax
credit_lines () { billctl credit-note show "$1" --format csv --no-header --columns invoice_line,amount,tax; }
movements () { billctl customer balance "$1" --format csv --no-header --columns kind,credit_note,amount,balance; }

cat >catalog.json <<'END'
{ "currency": "USD", "metrics": [ { "code": "calls" }, { "code": "returns", "negative": "allow" } ],
  "addons": [ { "code": "support", "name": "Support", "prices": [ { "interval": "month", "amount": "5.00" } ] } ],
  "plans": [ { "code": "basic", "prices": [ { "interval": "month", "amount": "10.00" } ], "addons": [ "support" ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" },
                            { "metric": "returns", "model": "per_unit", "unit_price": "1.00" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
customer acme UTC basic 2026-01-01 --addon support && customer bolt UTC basic 2026-01-01 && customer chip UTC basic 2026-01-01 &&
  customer less UTC basic 2026-01-01 && event less returns -5 2026-01-10T00:00:00Z || exit 1
# INV-…1: acme, 10.00 + 5.00; 2 to 4: bolt, chip, less, 10.00 each
check 'invoices' generate 2026-01-01 --finalize

# --- An invoice that is open ---

check_output 'a part of a line' 'CN-2026-000001: 4.00 USD of INV-2026-000001 credited; 4.00 USD less is due; it is open' \
  billctl invoice credit INV-2026-000001 --line 1=4.00 --reason outage
check_equal 'is owed no more' '["open",400,0,0,0,1100]' "$(owed INV-2026-000001)"
check_output 'the credit note' '1,4.00,0.00' credit_lines CN-2026-000001
check_json 'and its head' 'del (.lines)' '{"credit_note":"CN-2026-000001","invoice":"INV-2026-000001","customer":"acme","name":"acme","issued_at":"2026-02-01T00:00:00Z","kind":"balance","reason":"outage","currency":"usd","subtotal":400,"tax":0,"total":400}' \
  billctl credit-note show CN-2026-000001 --format json
# 5.50 over the 6.00 and 5.00 that are left: 3.00 and 2.50.
check_json 'an amount is spread over what is left' '[.total, .off_due, .to_balance, .refunded, .status]' '[550,550,0,0,"open"]' \
  billctl invoice credit INV-2026-000001 --amount 5.50 --reason outage --format json
check_output 'in its ratio' '1,3.00,0.00
2,2.50,0.00' credit_lines CN-2026-000002
check_output 'all the rest' 'CN-2026-000003: 5.50 USD of INV-2026-000001 credited; 5.50 USD less is due; it is paid' \
  billctl invoice credit INV-2026-000001 --all --reason 'sent twice'
check_output 'takes what is left of each' '1,3.00,0.00
2,2.50,0.00' credit_lines CN-2026-000003
check_equal 'then nothing is due' '["paid",1500,0,0,0,0]' "$(owed INV-2026-000001)"
check_equal 'each is audited' 'credit note CN-2026-000003 of 5.50 USD for invoice INV-2026-000001: sent twice' \
  "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'invoice credit' ORDER BY id DESC LIMIT 1")"

# --- One that is paid in part ---
# 10.00, of which 6.00 are paid: 5.00 take the 4.00 that are due, and 1.00 of what was paid.

billctl -q invoice pay INV-2026-000002 --amount 6.00 >/dev/null || exit 1
check_error 4 'a loss is not more than what is due' 'billctl: 5.00 USD cannot be written off: 4.00 USD are owed on invoice INV-2026-000002
hint: --as refund or --as balance gives back what was paid' billctl invoice credit INV-2026-000002 --amount 5.00 --as write-off --reason lost
check_output 'what is due first, the rest is refunded' \
  'CN-2026-000004: 5.00 USD of INV-2026-000002 credited; 4.00 USD less is due; 1.00 USD refunded; it is paid' \
  billctl invoice credit INV-2026-000002 --amount 5.00 --as refund --reason outage
check_equal 'so that 5.00 stay paid' '["paid",500,0,500,0,0]' "$(owed INV-2026-000002)"
check_equal 'the money that went back is a payment below zero' '-100|refund|CN-2026-000004' \
  "$(sqlite3 ledger.db 'SELECT amount_minor, method, reference FROM payment WHERE amount_minor < 0')"
check_output 'or goes to the balance' 'CN-2026-000005: 2.00 USD of INV-2026-000002 credited; 2.00 USD to the balance; it is paid' \
  billctl invoice credit INV-2026-000002 --line 1=2 --as balance --reason outage
check_output 'as a movement' 'credit_note,CN-2026-000005,2.00,2.00' movements bolt
check_equal 'that the invoice knows' '["paid",700,-200,500,0,0]' "$(owed INV-2026-000002)"
# February: 10.00, of which the balance pays 2.00. Only 8.00 of it are money.
check 'the next invoice' generate 2026-02-01 --finalize --customer bolt
check_equal 'uses it' '["open",0,200,0,0,800]' "$(owed INV-2026-000005)"
billctl -q invoice pay INV-2026-000005 >/dev/null || exit 1
check_error 4 'what came from the balance is not refunded as money' \
  'billctl: 9.00 USD cannot be refunded: 8.00 USD were paid in money for invoice INV-2026-000005
hint: --as balance keeps it for the next invoices' billctl invoice credit INV-2026-000005 --amount 9.00 --as refund --reason outage
check 'what came as money is' billctl invoice credit INV-2026-000005 --amount 8.00 --as refund --reason outage
check_error 4 'but once' 'billctl: 2.00 USD cannot be refunded: 0.00 USD were paid in money for invoice INV-2026-000005
hint: --as balance keeps it for the next invoices' billctl invoice credit INV-2026-000005 --all --as refund --reason outage
check 'and the balance gets back what was its' billctl invoice credit INV-2026-000005 --all --reason outage
check_output 'to the cent' 'credit_note,CN-2026-000005,2.00,2.00
applied,,-2.00,0.00
credit_note,CN-2026-000007,2.00,2.00' movements bolt

# --- One that is given up ---

check_output 'a part is a loss' 'CN-2026-000008: 3.00 USD of INV-2026-000003 credited; 3.00 USD less is due; it is open' \
  billctl invoice credit INV-2026-000003 --amount 3.00 --as write-off --reason 'small claim'
billctl -q invoice uncollectible INV-2026-000003 --reason insolvent >/dev/null || exit 1
check_output 'an uncollectible one can be credited: less of it is lost' \
  'CN-2026-000009: 2.00 USD of INV-2026-000003 credited; 2.00 USD less is due; it is uncollectible' \
  billctl invoice credit INV-2026-000003 --amount 2.00 --reason outage
check_equal 'the write-off is less by that' '["uncollectible",500,0,0,500,0]' "$(owed INV-2026-000003)"

check_output 'where nothing was paid, a refund takes off what is due' \
  'CN-2026-000010: 5.00 USD of INV-2026-000003 credited; 5.00 USD less is due; it is paid' \
  billctl invoice credit INV-2026-000003 --all --as refund --reason outage

# --- Lines below zero ---
# less, February: a fee of 10.00, 5 returns at -1.00: 5.00. 4.00 are taken from the fee; then 1.00 is left, as 6.00 - 5.00.

check 'an invoice with a line below zero' generate 2026-02-01 --finalize --customer less
check 'an amount comes from the lines above zero' billctl invoice credit INV-2026-000006 --amount 4.00 --reason outage
check_output 'alone' '1,4.00,0.00' credit_lines CN-2026-000011
check_error 4 'a line below zero gives back already' 'billctl: line 2 of invoice INV-2026-000006 gives back -5.00 USD already
hint: `billctl invoice show INV-2026-000006` has the lines, --all credits all that is left' \
  billctl invoice credit INV-2026-000006 --line 2 --reason outage
check_error 4 'a line is not more than the whole invoice' \
  'billctl: 6.00 USD are more than the 1.00 USD that are left of invoice INV-2026-000006' \
  billctl invoice credit INV-2026-000006 --line 1 --reason outage
check 'all that is left' billctl invoice credit INV-2026-000006 --all --reason outage
check_output 'is both' '1,6.00,0.00
2,-5.00,0.00' credit_lines CN-2026-000012

# --- What is refused, and changes nothing ---

sqlite3 ledger.db .dump >before
check_error 4 'more than is left of a line' 'billctl: 10.01 USD are more than the 10.00 USD that are left of line 1 of invoice INV-2026-000004
hint: `billctl invoice show INV-2026-000004` has the lines, --all credits all that is left' \
  billctl invoice credit INV-2026-000004 --line 1=10.01 --reason x
check_error 4 'more than is left of the invoice' 'billctl: 10.01 USD are more than the 10.00 USD that are left of invoice INV-2026-000004' \
  billctl invoice credit INV-2026-000004 --amount 10.01 --reason x
check_error 4 'what is credited whole' 'billctl: nothing is left of invoice INV-2026-000001 to be credited' \
  billctl invoice credit INV-2026-000001 --all --reason x
check_error 3 'a line that is not there' 'billctl: invoice INV-2026-000004 has no line 2: its last one is 1' \
  billctl invoice credit INV-2026-000004 --line 2 --reason x
check_error 2 'a line that is none' "billctl: 'first' does not begin with the number of a line
hint: --line 2 for what is left of it, --line 2=10.00 for so much of its price" billctl invoice credit INV-2026-000004 --line first --reason x
check_error 2 'a line twice' 'billctl: line 1 is named twice' billctl invoice credit INV-2026-000004 --line 1=1 --line 1=2 --reason x
check_error 2 'too many decimals' "billctl: amount '1.005' has too many decimals: USD has 2" \
  billctl invoice credit INV-2026-000004 --line 1=1.005 --reason x
check_error 4 'another currency' "billctl: amount '1.00 EUR' is in EUR, but this is about USD" \
  billctl invoice credit INV-2026-000004 --amount '1.00 EUR' --reason x
check_error 2 'nothing' "billctl: amount '0': what is credited is above zero" billctl invoice credit INV-2026-000004 --amount 0 --reason x
check_status 2 'nothing of a line' billctl invoice credit INV-2026-000004 --line 1=0 --reason x
check_status 2 'less than nothing' billctl invoice credit INV-2026-000004 --line 1=-1 --reason x
check_error 2 'without saying what' 'billctl: it is not said what to credit
hint: --line N for lines, --amount AMOUNT for an amount with its taxes, --all for all that is left' \
  billctl invoice credit INV-2026-000004 --reason x
check_status 2 'in two ways' billctl invoice credit INV-2026-000004 --all --amount 1 --reason x
check_status 2 'without a reason' billctl invoice credit INV-2026-000004 --all
check_status 2 'as nothing that there is' billctl invoice credit INV-2026-000004 --all --as gift --reason x
check_status 3 'of no invoice' billctl invoice credit INV-2026-999999 --all --reason x
check_status 3 'a credit note that is none' billctl credit-note show CN-2026-999999
check_error 4 'of a draft' 'billctl: draft-7 is a draft: only an issued invoice can be credited
hint: a draft can still be drawn up otherwise' \
  sh -c 'billctl -q invoice generate --as-of 2026-02-01 --customer acme >/dev/null && sqlite3 ledger.db .dump >before && billctl invoice credit draft-7 --all --reason x'
check 'a dry run' billctl invoice credit INV-2026-000004 --all --reason x --dry-run
sqlite3 ledger.db .dump >after
check_same 'nothing was changed by any of it' before after
check 'a void invoice' billctl invoice void INV-2026-000004 --yes --reason x
check_error 4 'has nothing to credit' 'billctl: invoice INV-2026-000004 is void: there is nothing to credit' \
  billctl invoice credit INV-2026-000004 --all --reason x

# --- Lists and numbers ---

check_output 'of an invoice' 'CN-2026-000001,4.00
CN-2026-000002,5.50
CN-2026-000003,5.50' billctl credit-note list --invoice INV-2026-000001 --format csv --no-header --columns credit_note,total
check_output 'of a customer' 'CN-2026-000011
CN-2026-000012' billctl credit-note list --customer less --format csv --no-header --columns credit_note
check_output 'of another day' '' billctl credit-note list --to 2026-02-01 --format csv --no-header
check_output 'exported line by line' 'CN-2026-000012,1,1,6.00
CN-2026-000012,2,2,-5.00' sh -c 'billctl export credit_notes --customer less --no-header --columns credit_note,position,invoice_line,amount | tail -n 2'
check_output 'the series' 'invoice,2026,INV-2026-000001,INV-2026-000006,6,0
credit note,2026,CN-2026-000001,CN-2026-000012,12,0' \
  billctl invoice numbers --check --format csv --no-header --columns document,year,first,last,count,missing
check_output 'a new year begins a new one' 'CN-2027-000001' \
  sh -c 'billctl -q customer add new --currency USD >/dev/null; billctl -q subscribe new basic --start 2026-01-01 >/dev/null
    billctl -q invoice generate --customer new --as-of 2026-01-01 --finalize >/dev/null
    billctl invoice credit INV-2026-000007 --amount 1 --reason x --as-of 2027-01-01 --format csv --no-header --columns credit_note'
check 'the ledger is sound' billctl verify

# --- Two at a time ---
# Eight credits of 2.00 each at once, of 9.00 that are left: four are issued.

for i in 1 2 3 4 5 6 7 8; do
  (billctl -q invoice credit INV-2026-000007 --amount 2.00 --reason x >"credit-$i" 2>&1; echo $? >"status-$i") &
done
wait
check_equal 'credits at once take no more than there is' '0 0 0 0 4 4 4 4' "$(cat status-? | sort | tr '\n' ' ' | sed 's/ $//')"
check_equal 'and have a number each' '["open",900,0,0,0,100]' "$(owed INV-2026-000007)"
check 'without a gap' billctl invoice numbers --check

# --- For ever ---

# refused NAME SQL: the database itself says no
refused () {
  if sqlite3 ledger.db "$2" 2>refusal || ! grep -Eq 'never change' refusal; then not_ok "$1" refusal; else ok "$1"; fi
}
refused 'SQL cannot change a credit note' 'UPDATE credit_note SET total_minor = 1'
refused 'nor delete one' 'DELETE FROM credit_note'
refused 'nor change a line of it' 'UPDATE credit_note_line SET amount_minor = 1'
refused 'nor delete that' 'DELETE FROM credit_note_line'
sqlite3 ledger.db "PRAGMA foreign_keys = OFF; DROP TRIGGER credit_note_no_delete; DELETE FROM credit_note WHERE number = 'CN-2026-000002';
  CREATE TRIGGER credit_note_no_delete BEFORE DELETE ON credit_note BEGIN SELECT raise (ABORT, 'credit notes never change'); END"
check_status 7 'a gap is found' billctl invoice numbers --check
check_said 'and the number named' '^warning: credit note number CN-2026-000002 was given out, but there is no such credit note$'
check_json 'and counted' '.[] | select (.document == "credit note" and .year == 2026) | .missing' 1 billctl invoice numbers --format json
check_status 7 'verify finds it too' billctl verify --quick

done_testing
