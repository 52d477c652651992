#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every answer has in common: text that is harmless, formats that agree, options anywhere, times, exit statuses.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need jq sqlite3

check "a ledger" sample_ledger
check "drafts" billctl -q invoice generate

# --- Formats agree ---

table='Invoice  Customer  Status  Fell due    Total  Currency
draft-3  bolt      draft   2026-01-01  10.00  USD
draft-4  bolt      draft   2026-02-01  10.00  USD
Total                                  20.00  USD'
csv='invoice,customer,status,billed_on,total,currency
draft-3,bolt,draft,2026-01-01,10.00,USD
draft-4,bolt,draft,2026-02-01,10.00,USD'
ndjson='{"invoice":"draft-3","customer":"bolt","status":"draft","billed_on":"2026-01-01","total":1000,"currency":"usd"}
{"invoice":"draft-4","customer":"bolt","status":"draft","billed_on":"2026-02-01","total":1000,"currency":"usd"}'
list () {
  billctl invoice list --customer bolt --columns invoice,customer,status,billed_on,total,currency "$@"
}
check_output "a table" "$table" list
check_output "it is the format when none is named" "$table" list --format table
check_output "CSV: amounts in major units" "$csv" list --format csv
check_output "NDJSON: integer minor units and a small currency code" "$ndjson" list --format ndjson
list --format json | jq -c '.[]' >json
check_equal "JSON: the same rows in a list" "$ndjson" "$(cat json)"
check_output "no header" "$(echo "$csv" | tail -n +2)" list --format csv --no-header
check_output "columns in the order that is asked for" "total,invoice
10.00,draft-3
10.00,draft-4" list --format csv --columns total,invoice
check_error 2 "a column that is not there" "billctl: there is no column 'nope'
hint: the columns are code, name, email, currency, timezone, country, region, tax_id, tax_exempt, parent, subscriptions" billctl customer list --columns nope
check_output "no rows, as a table" "Invoice  Customer  Name  Status  Fell due  Issued  Payable by  Total  Due  Currency" billctl invoice list --status paid
check_output "no rows, as JSON" "[]" billctl invoice list --status paid --format json
check_output "no rows, as NDJSON" "" billctl invoice list --status paid --format ndjson
check_output "no rows, as CSV" "invoice,customer" billctl invoice list --status paid --format csv --columns invoice,customer

# --- Options before and behind the command ---

check_output "global options before the command" "$csv" \
  billctl --format csv --columns invoice,customer,status,billed_on,total,currency invoice list --customer bolt
check_output "between its words" "$csv" \
  billctl invoice --format=csv --columns=invoice,customer,status,billed_on,total,currency list --customer bolt
check_status 2 "a format that is not one" billctl customer list --format yaml
check_status 2 "a format for a command without rows" billctl init --format csv

# --- Answer and talk in one file ---

check_output "what is said after the answer stands behind it" 'acme,Customer acme
dry run: nothing was written' sh -c 'billctl customer update acme --email a@acme.example --dry-run --columns code,name \
  --format csv --no-header 2>&1'

# --- Text that is harmless ---

# billctl would refuse such names, so they are written behind its back: escape, bell, backspace, and U+009B, which is
# another escape.
sqlite3 ledger.db "UPDATE customer SET name = 'a' || char (27) || '[31mred' || char (7, 8, 155) || 'b' WHERE code = 'acme'"
check_output "a table shows control characters, it does not send them" 'Code  Name
acme  a\x1b[31mred\x07\x08\u{9b}b
bolt  Customer bolt
chip  Customer chip' billctl customer list --columns code,name
check_output "JSON escapes them" '{"name":"a\u001b[31mred\u0007\b\u009bb"}
{"name":"Customer bolt"}
{"name":"Customer chip"}' billctl customer list --format ndjson --columns name
check_status 3 "an unknown customer with an escape in its code" billctl customer show "$(printf 'x\033[31m')"
check_said "the message shows it" 'no customer .x\\x1b\[31m'
check_equal "and does not send it" 0 "$(LC_ALL=C grep -c "$(printf '\033')" "$tap_err")"

# 43 +, 45 -, 61 =, 64 @: a spreadsheet takes what begins so for a formula.
for code in 43 45 61 64; do
  # shellcheck disable=SC2059
  billctl -q customer add "guard$code" --name "$(printf "\\$(printf %o $code)")1+2" >/dev/null
done
guarded="guard43,'+1+2
guard45,'-1+2
guard61,'=1+2
guard64,'@1+2"
guard () {
  "$@" --columns code,name --no-header | grep '^guard'
}
check_output "CSV guards text that a spreadsheet would run" "$guarded" guard billctl customer list --format csv
check_output "exports do too" "$guarded" guard billctl export customers --format csv
check_json "JSON leaves it alone" '[.[] | select (.code == "guard61")][0].name' '"=1+2"' billctl export customers --format json
check "the manual says so" grep -q 'apostrophe' "$srcdir/man/billctl-export.1.in"

# --- Times ---

# Invoices due on 1 January and 1 February at 0:00 in UTC.
due () {
  billctl "$@" invoice generate --customer chip --dry-run --format csv --columns billed_on --no-header
}
both='2026-01-01
2026-02-01'
check_output "--as-of a date is its midnight in UTC" "$both" due --as-of 2026-02-01
check_output "a second before it" 2026-01-01 due --as-of 2026-01-31T23:59:59Z
check_output "an offset counts" 2026-01-01 due --as-of 2026-02-01T00:59:59+01:00
check_output "the same instant in another zone" "$both" due --as-of 2026-02-01T01:00:00+01:00
check_output "BILLCTL_AS_OF stands for it" 2026-01-01 env BILLCTL_AS_OF=2026-01-15 billctl invoice generate --customer chip --dry-run \
  --format csv --columns billed_on --no-header
check_output "and the option wins over it" "$both" env BILLCTL_AS_OF=2026-01-15 billctl invoice generate --customer chip --dry-run \
  --format csv --columns billed_on --no-header --as-of 2026-02-01
check_error 2 "a day that does not exist" "billctl: '--as-of' has '2026-02-30', which is a day that the calendar does not have" \
  billctl customer list --as-of 2026-02-30
check_error 2 "a time without a zone" "billctl: '--as-of' has '2026-02-28T10:00', which names no time zone
hint: write 2026-02-28T10:00Z for UTC, or add the offset as in 2026-02-28T10:00+01:00" billctl customer list --as-of 2026-02-28T10:00
check_status 2 "a word" billctl customer list --as-of yesterday
check_status 2 "a BILLCTL_AS_OF that is no time" env BILLCTL_AS_OF=yesterday billctl customer list

# --- Exit statuses ---

check_output "the statuses, as introspect documents them" "0 done
1 failed
2 wrong usage or malformed input
3 not found
4 refused by a rule
5 the remote side failed or is out of reach
6 done in part, the rest listed
7 ledger busy, newer than the program, or damaged" sh -c 'billctl introspect | jq -r ".exit_statuses[] | \"\(.status) \(.meaning)\""'
check_status 0 "0: done" billctl version
check_status 1 "1: failed" billctl export customers -o "$tap_dir/no-such-folder/out.csv"
check_status 2 "2: wrong usage" billctl customer list --bad
check_status 3 "3: not found" billctl customer show nobody
check_status 4 "4: refused" billctl customer add acme --name again
check_status 7 "7: no usable ledger" billctl --ledger / customer list
done_testing
