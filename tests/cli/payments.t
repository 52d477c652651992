#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is owed: payments, balances, write-offs; and what each of them refuses.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

# owed [OPTION…]: number, status, total, what is due
owed () { billctl invoice list --format csv --no-header --columns invoice,status,total,amount_due "$@"; }
# movements CUSTOMER: kind, invoice, amount, balance after it
movements () { billctl customer balance "$1" --format csv --no-header --columns kind,invoice,amount,balance; }

# Plan basic: 10.00 a month in advance. INV-…1 to 3: acme, bolt, chip for January.
sample_ledger && generate 2026-01-01 --finalize || exit 1

# --- Payments ---

check_output 'an open invoice owes its total' 'INV-2026-000001,open,10.00,10.00' owed --customer acme
check_output 'a part' 'INV-2026-000001: 4.00 USD received; it is open, 6.00 USD is due' \
  billctl invoice pay INV-2026-000001 --amount 4 --reference 'transfer 1'
check_output 'leaves the rest' 'INV-2026-000001,open,10.00,6.00' owed --customer acme
check_json 'the document says both' '[.total, .credited, .balance_applied, .paid, .written_off, .amount_due]' '[1000,0,0,400,0,600]' \
  billctl invoice show INV-2026-000001 --format json
check_json 'the rest' . '{"invoice":"INV-2026-000001","status":"paid","amount":600,"to_balance":0,"amount_due":0,"currency":"usd"}' \
  billctl invoice pay INV-2026-000001 --at 2026-01-31 --format json
check_output 'pays it' 'INV-2026-000001,paid,10.00,0.00' owed --customer acme
check_equal 'each is audited' 'invoice INV-2026-000001: 4.00 USD received, reference transfer 1
invoice INV-2026-000001: 6.00 USD received' "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'invoice pay' ORDER BY id")"
check_equal 'with its day' '2026-01-31 00:00:00' \
  "$(sqlite3 ledger.db "SELECT datetime (received_at_us / 1000000, 'unixepoch') FROM payment WHERE amount_minor = 600")"

# --- More than is due ---

check_output 'more than is due goes to the balance when that is said' \
  'INV-2026-000002: 12.50 USD received, 2.50 USD of them kept as balance; it is paid' \
  billctl invoice pay INV-2026-000002 --amount 12.50 --to-balance
check_output 'as a movement' 'overpayment,INV-2026-000002,2.50,2.50' movements bolt
check_output 'what is paid twice too' 'INV-2026-000002: 10.00 USD received, 10.00 USD of them kept as balance; it is paid' \
  billctl invoice pay INV-2026-000002 --amount 10 --to-balance
# 12.50 of balance: 10.00 pay for February at issue, 2.50 of March.
check 'the next invoices' generate 2026-03-01 --finalize --customer bolt
check_output 'use it as they are issued' 'INV-2026-000002,paid,10.00,0.00
INV-2026-000004,paid,10.00,0.00
INV-2026-000005,open,10.00,7.50' owed --customer bolt
check_output 'and it is used up' 'overpayment,INV-2026-000002,2.50,2.50
overpayment,INV-2026-000002,10.00,12.50
applied,INV-2026-000004,-10.00,2.50
applied,INV-2026-000005,-2.50,0.00' movements bolt
check_json 'an invoice says so' '[.total, .balance_applied, .paid, .amount_due]' '[1000,250,0,750]' \
  billctl invoice show INV-2026-000005 --format json

# --- Balances by hand ---

check_output 'a gesture' 'bolt: balance changed by 5.00 USD to 5.00 USD' billctl customer adjust bolt --amount 5 --reason goodwill
check_output 'pays for an open invoice on request' 'INV-2026-000005: 5.00 USD taken from the balance; it is open, 2.50 USD is due' \
  billctl invoice pay INV-2026-000005 --from-balance
check_output 'a draft that is issued by name uses the balance too' 'acme: balance changed by 3.00 USD to 3.00 USD' \
  billctl customer adjust acme --amount 3.00 --reason goodwill
check 'such as this one' sh -c 'billctl -q invoice generate --customer acme --as-of 2026-02-01 && billctl invoice finalize --customer acme --as-of 2026-02-01'
check_output 'which owes the rest' 'INV-2026-000001,paid,10.00,0.00
INV-2026-000006,open,10.00,7.00' owed --customer acme

# --- Uncollectible ---

check_output 'a write-off' 'INV-2026-000003: 10.00 USD written off; it is uncollectible' \
  billctl invoice uncollectible INV-2026-000003 --reason insolvent
check_output 'owes nothing' 'INV-2026-000003,uncollectible,10.00,0.00' owed --customer chip
check_output 'and may be paid in part after all' 'INV-2026-000003: 3.00 USD received; it is uncollectible' \
  billctl invoice pay INV-2026-000003 --amount 3
check_json 'which takes that part of it back' '[.status, .paid, .written_off, .amount_due]' '["uncollectible",300,700,0]' \
  billctl invoice show INV-2026-000003 --format json
check_output 'or whole' 'INV-2026-000003: 7.00 USD received; it is paid' billctl invoice pay INV-2026-000003
check_json 'then nothing is written off' '[.status, .paid, .written_off, .amount_due]' '["paid",1000,0,0]' \
  billctl invoice show INV-2026-000003 --format json
check_equal 'the reason is in the audit log' 'invoice INV-2026-000003 uncollectible, 10.00 USD written off: insolvent' \
  "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'invoice uncollectible'")"

# --- Nothing and less ---
# A refund of 30 calls: 30 x -1.00 = -30.00 for January; 20.00 of fee for February make -10.00.

cat >less.json <<'END'
{ "currency": "EUR", "metrics": [ { "code": "returns", "negative": "allow" } ],
  "plans": [ { "code": "shop", "prices": [ { "interval": "month", "amount": "20.00" } ],
               "charges": [ { "metric": "returns", "model": "per_unit", "unit_price": "1.00" } ] } ] }
END
check 'a plan whose usage can be below zero' billctl plans apply less.json
currency=EUR customer less UTC shop 2026-01-01 && currency=EUR customer even UTC shop 2026-01-01 || exit 1
event less returns -30 2026-01-10T00:00:00Z && event even returns -20 2026-01-10T00:00:00Z || exit 1
check 'its invoices' generate 2026-03-01 --finalize --customer less
check_output 'below zero: paid, and the rest is balance for the next' 'INV-2026-000007,open,20.00,20.00
INV-2026-000008,paid,-10.00,0.00
INV-2026-000009,open,20.00,10.00' owed --customer less
check_output 'as movements' 'negative_invoice,INV-2026-000008,10.00,10.00
applied,INV-2026-000009,-10.00,0.00' movements less
check 'those of the other' generate 2026-02-01 --finalize --customer even
check_output 'nothing: paid at once' 'INV-2026-000010,open,20.00,20.00
INV-2026-000011,paid,0.00,0.00' owed --customer even

# --- What is refused, and changes nothing ---

sqlite3 ledger.db .dump >before
check_error 4 'more than is due' 'billctl: 7.51 USD are more than the 7.00 USD that are owed on invoice INV-2026-000006
hint: --to-balance keeps what is above that for the customer'"'"'s next invoices' billctl invoice pay INV-2026-000006 --amount 7.51
check_error 4 'a paid invoice' 'billctl: invoice INV-2026-000001 is paid: nothing is owed on it
hint: money that came twice is kept for the customer with --amount and --to-balance' billctl invoice pay INV-2026-000001
check_status 2 'nothing' billctl invoice pay INV-2026-000006 --amount 0
check_status 2 'less than nothing' billctl invoice pay INV-2026-000006 --amount=-1.00
check_error 2 'too many decimals' "billctl: amount '1.005' has too many decimals: USD has 2" billctl invoice pay INV-2026-000006 --amount 1.005
check_error 4 'another currency' "billctl: amount '5.00 EUR' is in EUR, but this is about USD" billctl invoice pay INV-2026-000006 --amount '5.00 EUR'
check_error 2 'what is no amount' "billctl: amount 'much' is not an amount of USD
hint: write it in major units, with a point before the decimals: 99 or 12.50" billctl invoice pay INV-2026-000006 --amount much
check_error 2 'what is too large' "billctl: amount '1000000000000000000' is too large" \
  billctl invoice pay INV-2026-000006 --amount 1000000000000000000 --to-balance
check_error 4 'money of tomorrow' \
  'billctl: a payment cannot be received at 2026-02-02T00:00:00Z, which is after the as-of time 2026-02-01T00:00:00Z' \
  billctl invoice pay INV-2026-000006 --at 2026-02-02
check_error 4 'a balance that is short' 'billctl: the balance of customer acme is short: it has 0.00 USD' \
  billctl invoice pay INV-2026-000006 --from-balance
check_error 4 'or taken below zero' 'billctl: the balance of customer acme is short: it has 0.00 USD' \
  billctl customer adjust acme --amount=-0.01 --reason typed
check_status 2 'a change of nothing' billctl customer adjust acme --amount 0 --reason none
check_status 2 'without a reason' billctl customer adjust acme --amount 1
check_status 3 'of nobody' billctl customer adjust nobody --amount 1 --reason none
check_status 3 'an invoice that is none' billctl invoice pay INV-2026-999999
check_status 2 'a write-off without a reason' billctl invoice uncollectible INV-2026-000006
check_error 4 'a write-off of what is paid' 'billctl: invoice INV-2026-000001 is paid: only an open invoice can become uncollectible' \
  billctl invoice uncollectible INV-2026-000001 --reason none
check_error 2 'a reason that would paint the terminal' "billctl: reason '\\x1b' has control characters
hint: write it as plain text on one line" billctl invoice uncollectible INV-2026-000006 --reason "$(printf '\033')"
check_status 4 'an overpayment of a balance payment' billctl invoice pay INV-2026-000006 --from-balance --amount 8.00
check_status 2 'a reference of money that does not come' billctl invoice pay INV-2026-000006 --from-balance --reference x
sqlite3 ledger.db .dump >after
check_same 'nothing was changed by any of it' before after
check 'a draft' generate 2026-04-01 --customer chip
draft=$(billctl invoice list --customer chip --status draft --format csv --no-header --columns invoice | head -n 1)
check_error 4 'owes nothing yet' "billctl: $draft is a draft: nothing is owed on it before it is issued
hint: billctl invoice finalize $draft" billctl invoice pay "$draft"
check 'a void invoice' billctl invoice void INV-2026-000010 --yes --reason test
check_error 4 'owes nothing any more' 'billctl: invoice INV-2026-000010 is void: nothing is owed on it' billctl invoice pay INV-2026-000010
check 'the ledger is sound' billctl verify

# --- Two at a time ---
# Eight payments of 1.00 each at once, of 7.00 that are due: seven come in.

for i in 1 2 3 4 5 6 7 8; do
  (billctl -q invoice pay INV-2026-000006 --amount 1.00 >"paid-$i" 2>&1; echo $? >"status-$i") &
done
wait
check_equal 'payments at once do not pay more than is due' '0 0 0 0 0 0 0 4' "$(cat status-? | sort | tr '\n' ' ' | sed 's/ $//')"
check_output 'and none is lost' 'INV-2026-000006,paid,10.00,0.00' sh -c 'billctl invoice list --customer acme --format csv --no-header --columns invoice,status,total,amount_due | tail -n 1'

# --- What verify sees ---

sqlite3 ledger.db "DROP TRIGGER settlement_no_delete; DELETE FROM settlement WHERE id = 1;
  CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement BEGIN SELECT raise (ABORT, 'settlements are append-only'); END"
check_status 7 'a settlement that is missing is found' billctl verify --quick
check_equal 'and said' 'invoice INV-2026-000001 is paid, but 400 minor units are owed on it' \
  "$(billctl verify --quick --format json 2>/dev/null | jq -r '.[] | select (.check == "what is owed" and .result == "failed") | .problem')"

done_testing
