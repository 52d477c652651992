#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of an invoice: drawn up, drawn up anew, issued, void; and what never changes.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

# invoices [OPTION…]: number, customer, status, day of falling due, total
invoices () { billctl invoice list --format csv --no-header --columns invoice,customer,status,billed_on,total "$@"; }
# lines INVOICE: what stands on it
lines () { billctl invoice show "$1" --format csv --no-header --columns code,period_from,period_until,quantity,unit_price,amount; }
# generated [OPTION…]: what a run says of each invoice
generated () { billctl invoice generate --format csv --no-header --columns invoice,customer,change,billed_on,total "$@"; }

billctl -q init && billctl -q plans apply "$srcdir/examples/catalogs/voice-ai.json" >/dev/null || exit 1

# --- As one would type it ---
# Professional: 99.00 a month in advance; 10 team members and 10 assistants are included and billed at nothing; 2,000 call minutes
# are included, further ones cost 0.10. Berlin is one hour ahead of UTC in winter: January ends at 2026-01-31T23:00:00Z.

check 'a customer' billctl customer add acme --name "Acme GmbH" --email billing@acme.example --currency USD --timezone Europe/Berlin
check 'a subscription' billctl subscribe acme professional --start 2026-01-01
check 'usage' billctl usage record acme call_minutes 15.5 --at 2026-01-05T10:00:00Z --id call-1 --property region=eu
check_output 'a dry run says what would be drawn up' 'draft-1,acme,drafted,2026-01-01,99.00
draft-2,acme,drafted,2026-02-01,99.00' generated --customer acme --as-of 2026-02-01 --dry-run
check_output 'and draws nothing up' '' invoices
check_output 'drafts' 'draft-1,acme,drafted,2026-01-01,99.00
draft-2,acme,drafted,2026-02-01,99.00' generated --as-of 2026-02-01
check_said 'the run counts them' '^invoices: 2 drafted$'
check_output 'the fee of January' 'professional,2026-01-01,2026-02-01,1,99.00,99.00
team_members,2026-01-01,2026-02-01,10,12.00,0.00
assistants,2026-01-01,2026-02-01,10,15.00,0.00' lines draft-1
check_output 'the fee of February, and the usage of January' 'professional,2026-02-01,2026-03-01,1,99.00,99.00
team_members,2026-02-01,2026-03-01,10,12.00,0.00
assistants,2026-02-01,2026-03-01,10,15.00,0.00
call_minutes,2026-01-01,2026-02-01,15.5,0.10,0.00' lines draft-2
check_output 'running it again changes nothing' 'draft-1,acme,unchanged,2026-01-01,99.00
draft-2,acme,unchanged,2026-02-01,99.00' generated --as-of 2026-02-01
check_said 'and says so' '^nothing new is due: 2 unchanged$'
check_equal 'a run that changes nothing leaves no audit row' 'invoices: 2 drafted, 0 rebuilt, 0 issued, 0 discarded' \
  "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'invoice generate'")"

# --- Usage arrives: the draft is rebuilt ---
# 15.5 + 2,100 - 2,000 = 115.5 minutes x 0.10 = 11.55; 99.00 + 11.55 = 110.55. The event on the last instant of January counts, the
# one at midnight does not.

billctl -q usage record acme call_minutes 2099 --at 2026-01-20T10:00:00Z --id call-2 >/dev/null &&
  billctl -q usage record acme call_minutes 1 --at 2026-01-31T22:59:59.999999Z --id call-3 >/dev/null &&
  billctl -q usage record acme call_minutes 500 --at 2026-01-31T23:00:00Z --id call-4 >/dev/null || exit 1
check_output 'usage makes a draft over, which keeps its name' 'draft-1,acme,unchanged,2026-01-01,99.00
draft-2,acme,rebuilt,2026-02-01,110.55' generated --as-of 2026-02-01
check_output 'with all of it' 'call_minutes,2026-01-01,2026-02-01,2115.5,0.10,11.55' sh -c 'billctl invoice show draft-2 --format csv \
  --no-header --columns code,period_from,period_until,quantity,unit_price,amount | tail -n 1'
# --- An earlier as-of, and one just before the due instant ---

check_output 'an earlier as-of sees the earlier draft alone' 'draft-1,acme,unchanged,2026-01-01,99.00' generated --as-of 2026-01-15
check_output 'and leaves the later one as it was' 'draft-1,acme,draft,2026-01-01,99.00
draft-2,acme,draft,2026-02-01,110.55' invoices
check_output 'a second before midnight in Berlin' 'draft-1,acme,unchanged,2026-01-01,99.00' generated --as-of 2026-01-31T22:59:59Z
check_output 'at midnight' 'draft-1,acme,unchanged,2026-01-01,99.00
draft-2,acme,unchanged,2026-02-01,110.55' generated --as-of 2026-01-31T23:00:00Z

# --- Issuing ---

check_error 4 'a later draft does not come first' 'billctl: customer acme has an earlier draft, draft-1, which must be issued first
hint: billctl invoice finalize --customer acme issues all of them in order' billctl invoice finalize draft-2 --format csv --no-header
check_error 4 'nor does one whose time has not come' \
  'billctl: draft-1 falls due at 2025-12-31T23:00:00Z, which is after the as-of time 2025-12-31T00:00:00Z' \
  billctl invoice finalize draft-1 --as-of 2025-12-31 --format csv --no-header
check_status 2 'no draft is named' billctl invoice finalize
check_status 2 'two ways of naming' billctl invoice finalize draft-1 --all
check_status 3 'no such draft' billctl invoice finalize draft-99
check 'a dry run of issuing' billctl invoice finalize --all --dry-run
check_output 'issues nothing' 'draft-1,acme,draft,2026-01-01,99.00
draft-2,acme,draft,2026-02-01,110.55' invoices
check_output 'one by name' 'INV-2026-000001,acme,issued,2026-01-01,99.00' \
  billctl invoice finalize draft-1 --format csv --no-header --columns invoice,customer,change,billed_on,total
check_error 3 'its draft is no more' 'billctl: draft-1 is not a draft any more: it became INV-2026-000001' billctl invoice show draft-1
check_error 4 'issued once' 'billctl: invoice INV-2026-000001 is open, not a draft: it never changes' \
  billctl invoice finalize INV-2026-000001 --format csv --no-header

# What came after the draft would be lost if the draft were issued as it stands.
billctl -q usage record acme call_minutes 10 --at 2026-01-21T10:00:00Z --id call-5 >/dev/null || exit 1
check_error 4 'a draft that is out of date is not issued' 'billctl: what is due has changed since draft-2 was drawn up
hint: `billctl invoice generate` draws drafts up anew, and with --finalize issues them in the same transaction' \
  billctl invoice finalize draft-2 --format csv --no-header
check_status 4 'nor with all of the customer' billctl invoice finalize --customer acme
check_status 6 'among all drafts it is left out' billctl invoice finalize --all
check_said 'and named' '^warning: customer acme was not billed: what is due has changed since draft-2 was drawn up$'
# 2,125.5 - 2,000 = 125.5 x 0.10 = 12.55; 99.00 + 12.55 = 111.55
check_output 'drawn up anew and issued at once' 'INV-2026-000002,acme,issued,2026-02-01,111.55' generated --as-of 2026-02-01 --finalize
check_output 'then nothing is due' '' generated --as-of 2026-02-01 --finalize
check_said 'and the run says so' '^nothing is due$'
check_output 'nor without issuing' '' generated --as-of 2026-02-01
check_output 'an earlier as-of finds nothing either' '' generated --as-of 2026-01-01 --finalize
check_error 0 'no drafts are left' 'there are no drafts' billctl invoice finalize --all --format csv --no-header

# --- A late run fills every missed period in order ---
# February: 500 minutes, all included. March, April, May: nothing used. Fees in advance: March, April, May; one invoice each.

check_output 'three months late' 'INV-2026-000003,acme,issued,2026-03-01,99.00
INV-2026-000004,acme,issued,2026-04-01,99.00
INV-2026-000005,acme,issued,2026-05-01,99.00' generated --as-of 2026-05-01 --finalize
check_output 'the usage of the month before stands on each' 'call_minutes,2026-02-01,2026-03-01,500,0.10,0.00' \
  sh -c 'billctl invoice show INV-2026-000003 --format csv --no-header --columns code,period_from,period_until,quantity,unit_price,amount | tail -n 1'
check_output 'a run with an earlier as-of afterwards' '' generated --as-of 2026-03-01 --finalize
check_json 'all are dated by the run' 'map (.issued_on) | unique' '["2026-02-01","2026-05-01"]' billctl invoice list --format json

# A look ahead: drafts that are not due yet stay drafts.
check_output 'a look ahead' 'draft-6,acme,drafted,2026-06-01,99.00
draft-7,acme,drafted,2026-07-01,99.00' generated --as-of 2026-07-01
check_output 'issuing takes what is due' 'INV-2026-000006,acme,issued,2026-06-01,99.00' \
  billctl invoice finalize --all --as-of 2026-06-15 --format csv --no-header --columns invoice,customer,change,billed_on,total
check_said 'and says what is left' '^1 fall due after the as-of time and stay drafts$'
check_output 'which stays a draft' 'draft-7,acme,draft,2026-07-01,99.00' invoices --status draft

# --- The setting ---

billctl -q config invoice.auto-finalize true || exit 1
check_output 'with invoice.auto-finalize every run issues' 'INV-2026-000007,acme,issued,2026-07-01,99.00' generated --as-of 2026-07-01
billctl -q config invoice.auto-finalize --unset || exit 1

# --- The payment day ---
# Issued on 2026-07-01T00:00:00Z, 02:00 in Berlin: payable by 15 July there, overdue from 2026-07-15T22:00:00Z on.

check_json 'payable within 14 days' '[.issued_on, .due_on, .overdue]' '["2026-07-01","2026-07-15",false]' \
  billctl invoice show INV-2026-000007 --format json --as-of 2026-07-15T21:59:59Z
check_json 'overdue when that day is over' .overdue true billctl invoice show INV-2026-000007 --format json --as-of 2026-07-15T22:00:00Z
check_output 'a list of what is overdue then' 'INV-2026-000007,acme,open,2026-07-01,99.00' \
  sh -c 'billctl invoice list --status overdue --as-of 2026-07-15T22:00:00Z --format csv --no-header --columns invoice,customer,status,billed_on,total | tail -n 1'
# Clocks go back in the night to 25 October: 14 days from 20 October are 3 November all the same.
billctl -q customer add autumn --timezone Europe/Berlin >/dev/null && billctl -q subscribe autumn starter --start 2026-10-20 >/dev/null || exit 1
check_json 'days are civil days, also across a change of clocks' '.[0].due_on' '"2026-11-03"' \
  billctl invoice generate --customer autumn --as-of 2026-10-19T22:30:00Z --finalize --format json

# --- Void ---

check_status 3 'an invoice that is none is not asked about' billctl invoice void INV-2026-999999
check_status 2 'voiding asks' billctl invoice void INV-2026-000002
check_error 4 'a draft cannot be void' 'billctl: draft-9 is a draft: it has no number to void
hint: a draft is drawn up anew by the next `billctl invoice generate`' \
  sh -c 'billctl -q invoice generate --as-of 2026-08-01 --customer acme >/dev/null && billctl invoice void draft-9 --yes'
check_error 2 'a reason that would paint the terminal' "billctl: reason 'x\\x1b[31m' has control characters
hint: write it as plain text on one line" billctl invoice void INV-2026-000002 --yes --reason "$(printf 'x\033[31m')"
check_error 0 'a dry run of voiding' 'invoice INV-2026-000002 would be void
dry run: nothing was written' billctl invoice void INV-2026-000002 --yes --dry-run
check_json 'voids nothing' .status '"open"' billctl invoice show INV-2026-000002 --format json
check_error 0 'an open invoice' 'invoice INV-2026-000002 is void' billctl invoice void INV-2026-000002 --reason 'wrong company' --yes
check_error 4 'once' 'billctl: invoice INV-2026-000002 is void: only an open, unpaid invoice can be voided' \
  billctl invoice void INV-2026-000002 --yes
check_json 'it keeps number, total and lines' '[.invoice, .status, .total, .void_reason, (.lines | length)]' \
  '["INV-2026-000002","void",11155,"wrong company",4]' billctl invoice show INV-2026-000002 --format json
check_output 'its periods are not billed again' '' generated --as-of 2026-02-01
# 804.55 stand on the invoices of acme, 111.55 of them on the void one.
total () {
  billctl "$@" --customer acme --columns invoice,total | grep '^Total' | tr -s ' '
}
check_equal 'lists leave it out of the total' 'Total USD 693.00' "$(total invoice list)"
check_equal 'so do exports' 'Total USD 693.00' "$(total export invoices --format table)"
check_equal 'the audit log has it' 'invoice INV-2026-000002 voided: wrong company' \
  "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'invoice void'")"
check_equal 'the series has no gap' '1,2,3,4,5,6,7,8' \
  "$(sqlite3 ledger.db "SELECT group_concat (n) FROM (SELECT CAST (substr (number, 10) AS INTEGER) n FROM invoice WHERE number IS NOT NULL ORDER BY n) AS numbers")"
check 'the ledger is sound' billctl verify

# --- Lists ---

check_output 'by status' 'INV-2026-000002,acme,void,2026-02-01,111.55' invoices --status void
check_output 'by customer' 'INV-2026-000008,autumn,open,2026-10-20,29.00' invoices --customer autumn
check_output 'by time, half-open, days of the customer' 'INV-2026-000003,acme,open,2026-03-01,99.00
INV-2026-000004,acme,open,2026-04-01,99.00' invoices --customer acme --from 2026-03-01 --to 2026-05-01
check_output 'and days of UTC without one' 'INV-2026-000004,acme,open,2026-04-01,99.00' invoices --from 2026-03-01 --to 2026-04-01
check_status 3 'of nobody' billctl invoice list --customer nobody
check_status 2 'by a status that is none' billctl invoice list --status settled
check_status 2 'an empty stretch of time' billctl invoice list --from 2026-03-01 --to 2026-03-01
check_output 'as lines of JSON' '{"invoice":"INV-2026-000008","total":2900,"currency":"usd"}' \
  billctl invoice list --customer autumn --format ndjson --columns invoice,total,currency

# --- What a document says ---

check_json 'the head' 'del (.lines)' '{"invoice":"INV-2026-000001","status":"open","customer":"acme","name":"Acme GmbH","email":"billing@acme.example","country":null,"tax_id":null,"timezone":"Europe/Berlin","billed_on":"2026-01-01","billed_at":"2025-12-31T23:00:00Z","issued_on":"2026-02-01","due_on":"2026-02-15","overdue":false,"currency":"usd","subtotal":9900,"discount":0,"tax":0,"tax_note":null,"total":9900,"credited":0,"balance_applied":0,"paid":0,"written_off":0,"amount_due":9900,"replaces":null,"replaced_by":null,"taxes":[]}' \
  billctl invoice show INV-2026-000001 --format json
check_json 'a line of a fee' '.lines[0]' '{"position":1,"description":"Professional (month)","subscription":"acme-1","kind":"base","code":"professional","period_from":"2026-01-01","period_until":"2026-02-01","period_start":"2025-12-31T23:00:00Z","period_end":"2026-01-31T23:00:00Z","quantity":"1","included":null,"unit_price":"99.00","exact_amount":"99","ratio":null,"amount":9900,"discount":0,"discounts":[],"tax":0,"taxes":[],"category":null,"role":"regular","derivation":{"rule":"fee","quantity":"1","unit_price":"99"}}' \
  billctl invoice show INV-2026-000001 --format json
check_json 'a line of usage says how it came about' '.lines[3].derivation' '{"rule":"per_unit","metric":"call_minutes","aggregation":"sum","events":4,"first":"2026-01-05T10:00:00Z","last":"2026-01-31T22:59:59.999999Z","quantity":"2125.5","included":"2000","billable":"125.5","steps":[{"quantity":"125.5","unit_price":"0.1","amount":"12.55"}]}' \
  billctl invoice show INV-2026-000002 --format json

# --- For ever ---

billctl invoice show INV-2026-000001 --format json >before.json
billctl -q export lines --customer acme >lines-before.csv
billctl -q customer update acme --name 'Acme AG' --email new@acme.example --timezone Pacific/Auckland >/dev/null &&
  sed 's/"99.00"/"199.00"/; s/"Professional"/"Renamed"/' "$srcdir/examples/catalogs/voice-ai.json" >dearer.json &&
  billctl -q plans apply dearer.json >/dev/null &&
  billctl -q usage record acme call_minutes 70000 --at 2026-01-06T10:00:00Z --id call-late >/dev/null &&
  billctl -q invoice generate --as-of 2026-08-01 >/dev/null || exit 1
billctl invoice show INV-2026-000001 --format json >after.json
check_same 'neither a new name, zone or price nor late usage changes an issued invoice' before.json after.json
billctl -q export lines --customer acme >lines-after.csv
grep -v draft lines-before.csv >issued-before.csv
grep -v draft lines-after.csv >issued-after.csv
check_same 'nor their lines' issued-before.csv issued-after.csv
draft=$(billctl invoice list --customer acme --status draft --format csv --no-header --columns invoice | head -n 1)
check_json 'a draft has the new name' .name '"Acme AG"' billctl invoice show "$draft" --format json

# refused NAME SQL: the database itself says no
refused () {
  if sqlite3 ledger.db "$2" 2>refusal || ! grep -Eq 'never change|append-only|immutable' refusal; then
    not_ok "$1" refusal
  else
    ok "$1"
  fi
}
refused 'SQL cannot change a total' "UPDATE invoice SET total_minor = 1 WHERE number = 'INV-2026-000001'"
refused 'nor a number' "UPDATE invoice SET number = 'INV-2026-000099' WHERE number = 'INV-2026-000001'"
refused 'nor a name' "UPDATE invoice SET name = 'Other' WHERE number = 'INV-2026-000001'"
refused 'nor a due day' "UPDATE invoice SET due_at_us = due_at_us + 1 WHERE number = 'INV-2026-000001'"
refused 'nor make a draft of it' \
  "UPDATE invoice SET status = 'draft', number = NULL, issued_at_us = NULL WHERE number = 'INV-2026-000001'"
refused 'nor raise it from void' "UPDATE invoice SET status = 'open' WHERE status = 'void'"
refused 'nor give another reason' "UPDATE invoice SET void_reason = 'none' WHERE status = 'void'"
refused 'nor delete it' "DELETE FROM invoice WHERE number = 'INV-2026-000001'"
refused 'nor change a line' 'UPDATE invoice_line SET amount_minor = 1 WHERE invoice_id = 1'
refused 'nor delete one' 'DELETE FROM invoice_line WHERE invoice_id = 1'
refused 'nor change usage' 'UPDATE usage SET quantity = 1'
refused 'nor delete it' 'DELETE FROM usage'
refused 'nor change terms' "UPDATE plan_version SET definition = '{}'"
refused 'nor delete them' 'DELETE FROM plan_version'
refused 'nor change the audit log' "UPDATE audit SET actor = 'nobody'"
refused 'nor delete from it' 'DELETE FROM audit'
check 'the ledger is still sound' billctl verify

# --- A reader that takes its time ---
# More rows than a pipe holds, and nobody reads them: the ledger is free for others all the same.
echo '{ "currency": "USD", "plans": [ { "code": "daily", "prices": [ { "interval": "day", "amount": "1.00" } ] } ] }' >daily.json
mkfifo slow && billctl -q plans apply daily.json >/dev/null && billctl -q customer add slow >/dev/null &&
  billctl -q subscribe slow daily --start 2023-01-01 >/dev/null || exit 1
billctl -q invoice generate --customer slow --as-of 2025-12-31 --finalize --format ndjson >slow &
exec 3<slow
tries=0
until [ "$(sqlite3 ledger.db "SELECT count (*) > 1000 FROM invoice WHERE customer_id = (SELECT id FROM customer WHERE code = 'slow')")" = 1 ] ||
  [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
check 'while nobody reads the answer others can write' \
  env BILLCTL_BUSY_TIMEOUT_MS=1000 billctl usage record slow call_minutes 1 --at 2026-07-02T00:00:00Z --id meanwhile
# From 2023-01-01 to 2025-12-31 are 365 + 366 + 365 days.
check_equal 'and all of it is there to read' 1096 "$(wc -l <&3)"
exec 3<&-
wait

done_testing
