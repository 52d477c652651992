#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `billctl verify` proves: a sound ledger is sound, and whatever is changed behind its back is found and named.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "storage", "aggregation": "max" } ],
  "addons": [ { "code": "setup", "kind": "one_off", "amount": "5.00" } ],
  "plans": [ { "code": "basic", "name": "Basic", "prices": [ { "interval": "month", "amount": "10.00" } ], "addons": [ "setup" ],
    "quantities": [ { "code": "seat", "included": 1, "unit_price": "2.50" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.015", "included": 10 },
                 { "metric": "storage", "model": "per_unit", "unit_price": "0.10", "filters": [ { "match": { "disk": "ssd" }, "unit_price": "0.30" } ] } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null && customer acme Europe/Berlin basic 2026-01-15 --quantity seat=3 --addon setup --alignment calendar &&
  customer bolt UTC basic 2026-01-01 && billctl -q subscribe bolt basic --start 2026-01-01 >/dev/null || exit 1
# acme, on INV-2026-000002: base, seats, (110 - 10) x 0.015 = 1.50, 7 x 0.30 = 2.10, 4 x 0.10.
event acme calls 110 2026-01-20T10:00:00Z && event acme storage 7 2026-01-20T10:00:00Z --property disk=ssd && event acme storage 4 2026-01-21T10:00:00Z &&
  event bolt calls 20 2026-01-05T10:00:00Z && event bolt calls 30 2026-01-06T10:00:00Z --subscription bolt-2 || exit 1
generate 2026-02-01 --finalize || exit 1
billctl -q invoice void INV-2026-000001 --yes
# What comes after: late usage, usage of the running period, a draft.
event acme calls 1000 2026-01-22T10:00:00Z 2>/dev/null && event bolt calls 10 2026-02-05T10:00:00Z && billctl -q invoice generate --as-of 2026-03-01 >/dev/null || exit 1

# --- A sound ledger ---

check_output 'a sound ledger' 'database file and references,ok,
audit chain,ok,
plan versions,ok,
invoice totals,ok,
line rounding,ok,
discounts,ok,
taxes,ok,
periods billed once,ok,
what is owed,ok,
invoice numbers,ok,
journal entries,ok,
invoices in the books,ok,
books and documents,ok,
deferred revenue,ok,
usage events,ok,
lines drawn up again,ok,' billctl verify --format csv --no-header --columns check,result,problem
check_said 'and says so' '^the ledger .*ledger.* is sound$'
check_json 'the quick way leaves the events out' 'map (.check) | .[-1]' '"deferred revenue"' billctl verify --quick --format json
cp ledger.db before.db
check 'a proof' billctl -q verify
check 'writes nothing' cmp before.db ledger.db
billctl -q customer update acme --name Renamed --timezone Asia/Tokyo >/dev/null && sed 's/"Basic"/"Renamed"/' catalog.json >renamed.json &&
  billctl -q plans apply renamed.json >/dev/null || exit 1
check 'new names and zones do not disturb it' billctl verify

# --- Changed behind its back ---

# tampered NAME CHECK PROBLEM SQL: on a copy, behind the triggers; verify exits with 7 and names the problem under the check
tampered () {
  cp ledger.db tampered.db
  sqlite3 tampered.db .schema | sed -n 's/^CREATE TRIGGER \([a-z_]*\) .*/DROP TRIGGER \1;/p' >drop.sql
  sqlite3 tampered.db .dump | awk '/^CREATE TRIGGER/ { inside = 1 } inside { print } /END;$/ { inside = 0 }' >make.sql
  { echo 'BEGIN;'; cat drop.sql; printf '%s;\n' "$4"; cat make.sql; echo 'COMMIT;'; } | sqlite3 tampered.db || exit 1
  run billctl --ledger tampered.db verify --format json
  if [ "$tap_status" = 7 ] && jq -e --arg check "$2" --arg problem "$3" \
    'map (select (.check == $check and .result == "failed" and (.problem | test ($problem)))) | length > 0' "$tap_out" >/dev/null; then
    ok "$1"
  else
    { echo "expected under '$2': $3"; explain billctl verify; } >why
    not_ok "$1" why
  fi
}
in_2="WHERE invoice_id = (SELECT id FROM invoice WHERE number = 'INV-2026-000002')"

tampered 'a total' 'invoice totals' '^invoice INV-2026-000002 has a total of 1 minor units, its lines add up to ' \
  "UPDATE invoice SET total_minor = 1 WHERE number = 'INV-2026-000002'"
tampered 'the amount of a line' 'line rounding' '^line 1 of invoice INV-2026-000002: 10 USD does not round to 900 minor units$' \
  "UPDATE invoice_line SET amount_minor = 900 $in_2 AND position = 1"
tampered 'a line and the total with it' 'line rounding' '^line 1 of invoice INV-2026-000002' \
  "UPDATE invoice_line SET amount_minor = amount_minor - 100 $in_2 AND position = 1;
   UPDATE invoice SET total_minor = total_minor - 100 WHERE number = 'INV-2026-000002'"
tampered 'a line, its exact amount and the total' 'lines drawn up again' \
  '^line 1 of invoice INV-2026-000002 says basic, 1, 9; drawn up again it is basic, 1, 10$' \
  "UPDATE invoice_line SET amount_minor = 900, exact_amount = '9' $in_2 AND position = 1;
   UPDATE invoice SET total_minor = total_minor - 100 WHERE number = 'INV-2026-000002'"
tampered 'also on a void invoice' 'lines drawn up again' '^line 1 of invoice INV-2026-000001' \
  "UPDATE invoice_line SET amount_minor = 0, exact_amount = '0' WHERE invoice_id = 1 AND position = 1;
   UPDATE invoice SET (total_minor, subtotal_minor) = (SELECT sum (amount_minor), sum (amount_minor) FROM invoice_line WHERE invoice_id = 1) WHERE id = 1"
tampered 'a ratio' 'lines drawn up again' '^line 1 of invoice INV-2026-000001' \
  "UPDATE invoice_line SET ratio = NULL, amount_minor = 1000 WHERE invoice_id = 1 AND position = 1;
   UPDATE invoice SET (total_minor, subtotal_minor) = (SELECT sum (amount_minor), sum (amount_minor) FROM invoice_line WHERE invoice_id = 1) WHERE id = 1"
tampered 'a derivation' 'lines drawn up again' '^line 4 of invoice INV-2026-000002' \
  "UPDATE invoice_line SET derivation = replace (derivation, '\"events\":1', '\"events\":2') $in_2 AND position = 4"
tampered 'the last line, and the total' 'lines drawn up again' '^invoice INV-2026-000002 lacks a line: storage' \
  "UPDATE invoice SET total_minor = total_minor - (SELECT amount_minor FROM invoice_line $in_2 AND position = 5) WHERE number = 'INV-2026-000002';
   DELETE FROM invoice_line $in_2 AND position = 5"
tampered 'a line in the middle' 'invoice totals' '^invoice INV-2026-000002 lacks a line$' "DELETE FROM invoice_line $in_2 AND position = 2"
tampered 'all lines' 'invoice totals' '^invoice INV-2026-000002 has no lines$' \
  "DELETE FROM invoice_line $in_2; UPDATE invoice SET total_minor = 0 WHERE number = 'INV-2026-000002'"
tampered 'a number' 'invoice numbers' '^invoice number INV-2026-000002 was given out, but there is no such invoice$' \
  "UPDATE invoice SET number = 'INV-2026-000092' WHERE number = 'INV-2026-000002'"
tampered 'a whole invoice' 'invoice numbers' '^invoice number INV-2026-000002 was given out' \
  "DELETE FROM invoice_line $in_2; DELETE FROM invoice WHERE number = 'INV-2026-000002'"
tampered 'the end of the series' 'invoice numbers' '^4 invoices have a number, but 3 numbers were given out$' 'UPDATE number_series SET last_number = 3'
tampered 'an audit row' 'audit chain' '^the audit log is broken at row 3' "UPDATE audit SET actor = 'nobody' WHERE id = 3"
tampered 'an audit row taken out' 'audit chain' '^the audit log is broken at row 4' 'DELETE FROM audit WHERE id = 3'
tampered 'the quantity of an event' 'lines drawn up again' '^line 3 of invoice INV-2026-000002 says calls, 110, 1.5; drawn up again it is calls, 11, 0.015$' \
  "UPDATE usage SET quantity = '11' WHERE event_id = 'event-1'"
tampered 'its time' 'lines drawn up again' '^invoice INV-2026-000004|^line . of invoice INV-2026-000004' \
  "UPDATE usage SET at_us = at_us + 30 * 86400000000 WHERE event_id = 'event-4'"
tampered 'its properties' 'lines drawn up again' '^line 4 of invoice INV-2026-000002 says storage, 7, 2.1; drawn up again it is storage, 7, 0.7$' \
  "UPDATE usage SET properties = NULL WHERE event_id = 'event-2'"
tampered 'an event taken out' 'usage events' '^there are 1 more keys than usage events$' "DELETE FROM usage WHERE event_id = 'event-1'"
tampered 'an event taken out with its key' 'lines drawn up again' \
  '^line 3 of invoice INV-2026-000002 says calls, 110, 1.5; nothing else in the ledger does$' \
  "DELETE FROM usage_key WHERE usage_id = (SELECT id FROM usage WHERE event_id = 'event-1'); DELETE FROM usage WHERE event_id = 'event-1'"
tampered 'an event put in beside the keys' 'usage events' 'more keys than usage events$' \
  "INSERT INTO usage (source_id, event_id, customer_id, metric_id, at_us, quantity) VALUES (0, 'extra', 1, 1, 0, '1')"
tampered 'an event of nobody' 'usage events' '^event event-1 names customer 99, which does not exist$' \
  "UPDATE usage SET customer_id = 99 WHERE event_id = 'event-1'"
tampered 'a quantity that is none' 'usage events' "^event event-1 has a quantity that is not a decimal: 'many'$" \
  "UPDATE usage SET quantity = 'many' WHERE event_id = 'event-1'"
tampered 'a price in the terms' 'lines drawn up again' '^line . of invoice INV-2026-00000[12]' \
  "UPDATE plan_version SET definition = replace (definition, '\"10.00\"', '\"11.00\"')"
tampered 'terms that are none' 'plan versions' "^the definition of plan 'basic' is damaged" "UPDATE plan_version SET definition = '{}'"
tampered 'a quantity of a subscription' 'lines drawn up again' '^line 2 of invoice INV-2026-00000[12] says seat, 3, 5; drawn up again it is seat, 2, 2.5$' \
  "UPDATE subscription_item SET quantity = '2' WHERE code = 'seat' AND quantity = '3'"
tampered 'what counts as billed' 'periods billed once' \
  '^subscription acme-1: issued invoices bill 2 fee and 1 usage periods, but 0 and 0 are counted$' \
  "UPDATE subscription SET fees_billed = 0, usage_billed = 0 WHERE code = 'acme-1'"
tampered 'a reference' 'database file and references' 'subscription row .* names a customer that does not exist' \
  "UPDATE subscription SET customer_id = 99 WHERE code = 'acme-1'"

# The books. bolt has two subscriptions: 2 x 10.00 for January on INV-2026-000003 and 2 x 10.00 for February on INV-2026-000004,
# which alone is deferred: the others were over when they were issued on 2026-02-01.
entry_4="WHERE entry_id = (SELECT id FROM journal_entry WHERE kind = 'invoice' AND description = 'invoice INV-2026-000004')"
tampered 'a posting' 'journal entries' '^entry [0-9]+ of the journal does not balance: its postings add up to 100 minor units of USD$' \
  "UPDATE posting SET amount_minor = amount_minor + 100 $entry_4 AND account_id = 2"
tampered 'two postings of an entry' 'invoices in the books' '^invoice INV-2026-000004 is not in the books as it was issued$' \
  "UPDATE posting SET amount_minor = amount_minor - 100 $entry_4 AND account_id = 3;
   UPDATE posting SET amount_minor = amount_minor + 100 $entry_4 AND account_id = 2"
tampered 'what is owed in the books' 'books and documents' \
  '^invoice INV-2026-000004: [0-9]+ minor units are owed, but in the books they are [0-9]+$' \
  "UPDATE posting SET amount_minor = amount_minor - 100 $entry_4 AND account_id = 3;
   UPDATE posting SET amount_minor = amount_minor + 100 $entry_4 AND account_id = 2"
tampered 'an entry taken out' 'invoices in the books' '^invoice INV-2026-000004 is not in the books as it was issued$' \
  "DELETE FROM posting $entry_4; DELETE FROM deferral $entry_4; DELETE FROM journal_entry WHERE description = 'invoice INV-2026-000004'"
tampered 'its postings alone' 'journal entries' '^entry [0-9]+ of the journal has no postings$' "DELETE FROM posting $entry_4"
tampered 'the entry alone' 'journal entries' '^posting 1 of entry [0-9]+ is on no account, or not on the day of an entry$' \
  "DELETE FROM journal_entry WHERE description = 'invoice INV-2026-000004'"
tampered 'the day of an entry' 'journal entries' 'not on the day of an entry$' \
  "UPDATE journal_entry SET day = day - 40 WHERE description = 'invoice INV-2026-000004'"
tampered 'what waits to be earned' 'deferred revenue' '^invoice INV-2026-000004: 1000 minor units of USD are not earned, but 2000 are deferred$' \
  "UPDATE deferral SET amount_minor = 1000 $entry_4"
tampered 'its days' 'invoices in the books' '^invoice INV-2026-000004 is not in the books' "UPDATE deferral SET until_day = until_day + 1 $entry_4"
tampered 'what waits to be earned taken out' 'deferred revenue' \
  '^invoice INV-2026-000004: 0 minor units of USD are not earned, but 2000 are deferred$' "DELETE FROM deferral $entry_4"
tampered 'the entry of a void invoice' 'books and documents' '^invoice INV-2026-000001 is void, but -?[0-9]+ minor units of it are left on receivable$' \
  "DELETE FROM posting WHERE entry_id = (SELECT id FROM journal_entry WHERE kind = 'void');
   DELETE FROM deferral WHERE entry_id = (SELECT id FROM journal_entry WHERE kind = 'void'); DELETE FROM journal_entry WHERE kind = 'void'"
tampered 'a balance that nobody booked' 'books and documents' '^customer bolt: the balance comes to -500 minor units of USD, but in the books to 0$' \
  "INSERT INTO balance_movement (customer_id, currency, amount_minor, kind, at_us) SELECT id, 'USD', 500, 'adjustment', 0 FROM customer WHERE code = 'bolt'"
tampered 'a payment that nobody booked' 'books and documents' '^customer bolt: what was received comes to 500 minor units of USD, but in the books to 0$' \
  "INSERT INTO payment (customer_id, currency, amount_minor, status, method, received_at_us, created_at_us)
   SELECT id, 'USD', 500, 'succeeded', 'manual', 0, 0 FROM customer WHERE code = 'bolt'"

if [ -n "${BILLCTL_TEST_SERVER-}" ]; then
  skip 'a page of the file, guards that were replaced' 'tests/postgresql/ledger.t has what may happen to a server'
else
# A page of the file itself: what is wrong is listed, and the other proofs go on.
sqlite3 ledger.db "VACUUM INTO 'flipped.db'" && chmod 600 flipped.db
page=$(sqlite3 flipped.db "SELECT rootpage FROM sqlite_schema WHERE name = 'plan_version'")
size=$(sqlite3 flipped.db 'PRAGMA page_size')
printf '\377\377\377\377\377\377\377\377' | dd of=flipped.db bs=1 seek=$(((page - 1) * size)) conv=notrunc 2>/dev/null
check_status 7 'a page of the file' billctl --ledger flipped.db verify --format csv --no-header --columns check,result,problem
cp "$tap_out" flipped
check_match 'is named' "^database file and references,failed,.*Page $page" cat flipped
check_match 'what depends on it fails' '^plan versions,failed,.*is damaged' cat flipped
check_match 'what does not is proved' '^invoice totals,ok,' cat flipped

# The guards themselves.
cp ledger.db guard.db && sqlite3 guard.db 'DROP TRIGGER usage_no_update' || exit 1
check_status 7 'a guard that is gone' billctl --ledger guard.db verify
check_match 'is named' 'the ledger lacks the trigger usage_no_update' sh -c 'billctl --ledger guard.db verify 2>&1; true'
cp ledger.db guard.db && sqlite3 guard.db "DROP TRIGGER usage_no_update; CREATE TRIGGER usage_no_update BEFORE UPDATE ON usage BEGIN SELECT 1; END;
  CREATE TRIGGER mine AFTER INSERT ON invoice BEGIN UPDATE invoice SET total_minor = 0 WHERE id = new.id; END" || exit 1
check_match 'one that was replaced' 'the trigger usage_no_update is not the one that billctl makes' sh -c 'billctl --ledger guard.db verify 2>&1; true'
check_match 'one that was put in' 'the trigger mine is not the one that billctl makes' sh -c 'billctl --ledger guard.db verify --quick 2>&1; true'
fi
cp ledger.db guard.db && sqlite3 guard.db 'CREATE VIEW mine AS SELECT * FROM invoice; ANALYZE' || exit 1
check 'a view of somebody, and statistics, do no harm' billctl --ledger guard.db verify

# A table that is gone.
cp ledger.db gone.db && sqlite3 gone.db 'ALTER TABLE credit_note RENAME TO gone' || exit 1
check_status 7 'a table that is gone' billctl --ledger gone.db credit-note list
check_said 'is damage' 'the ledger .* is damaged: .*credit_note'
check_match 'which is named' 'the ledger lacks the table credit_note' sh -c 'billctl --ledger gone.db verify 2>&1; true'
check_match 'and the rest is proved all the same' '^journal entries  *ok' sh -c 'billctl --ledger gone.db verify 2>&1; true'

# Billing twice what is not counted as billed any more.
cp ledger.db twice.db && sqlite3 twice.db "UPDATE subscription SET fees_billed = 0, usage_billed = 0, fees_from_us = 1767222000000000,
  usage_from_us = 1767222000000000 WHERE code = 'bolt-1'" || exit 1
billctl -q --ledger twice.db invoice generate --as-of 2026-02-01 --finalize --customer bolt >/dev/null || exit 1
check_match 'periods that are billed twice' 'subscription bolt-1: base basic of period 0 is billed 2 times' sh -c 'billctl --ledger twice.db verify 2>&1; true'
check_match 'and usage' 'subscription bolt-1: usage calls of period 0 is billed 2 times' sh -c 'billctl --ledger twice.db verify 2>&1; true'

# Not a ledger, or half of one.
if [ -z "${BILLCTL_TEST_SERVER-}" ]; then
  head -c 20000 ledger.db >half.db
  check_status 7 'a ledger that was cut off' billctl --ledger half.db verify
fi
check 'the ledger itself is sound' billctl verify

done_testing
