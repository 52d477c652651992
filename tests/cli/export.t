#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Exports: kinds, formats, columns, choices; files that are whole or not there; equal ledgers, equal bytes.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq python3

# A ledger with a bit of everything. Names and ids that a spreadsheet would run as formulas are among it.
cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "negative": "allow" } ],
  "plans": [ { "code": "basic", "name": "=Basic", "prices": [ { "interval": "month", "amount": "10.00" } ],
    "quantities": [ { "code": "seat", "included": 1, "unit_price": "2.50" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.015" } ] } ] }
END
make_ledger () {
  billctl -q init && billctl -q plans apply catalog.json >/dev/null &&
    billctl -q customer add acme --name '=HYPERLINK("http://x")' --email a@acme.example --timezone Europe/Berlin >/dev/null &&
    billctl -q customer add bolt --name 'Bolt, "Nuts" & Co' >/dev/null && billctl -q customer add chip --name '-1+1' >/dev/null &&
    billctl -q subscribe acme basic --start 2026-01-01 --quantity seat=3 >/dev/null && billctl -q subscribe bolt basic --start 2026-01-10 >/dev/null &&
    billctl -q usage record acme calls 12.5 --at 2026-01-05T10:00:00Z --id @1 --property 'note=a,"b"' >/dev/null &&
    billctl -q usage record acme calls -2.5 --at 2026-01-06T10:00:00Z --id e2 --source feed >/dev/null &&
    billctl -q usage record bolt calls 40 --at 2026-01-31T23:30:00Z --id e3 --subscription bolt-1 >/dev/null &&
    billctl -q invoice generate --as-of 2026-01-15 --finalize >/dev/null && billctl -q invoice generate --as-of 2026-02-10 >/dev/null &&
    billctl -q invoice void INV-2026-000002 --reason '+wrong' --yes
}
check 'a ledger' make_ledger

# --- Kinds, in CSV ---
# acme: 10.00 + (3 - 1) x 2.50 = 15.00; February 15.00 and 10 calls x 0.015 = 0.15. bolt, from the 10th on: 10.00; February 10.00 and
# 40 x 0.015 = 0.60.

check_output 'invoices' "invoice,customer,name,status,overdue,billed_on,issued_on,due_on,billed_at,total,currency,void_reason,amount_due,subtotal,discount,tax,tax_note,country,tax_id
INV-2026-000001,acme,\"'=HYPERLINK(\"\"http://x\"\")\",open,false,2026-01-01,2026-01-15,2026-01-29,2025-12-31T23:00:00Z,15.00,USD,,15.00,15.00,0.00,0.00,,,
INV-2026-000002,bolt,\"Bolt, \"\"Nuts\"\" & Co\",void,false,2026-01-10,2026-01-15,2026-01-29,2026-01-10T00:00:00Z,10.00,USD,'+wrong,0.00,10.00,0.00,0.00,,,
draft-3,acme,\"'=HYPERLINK(\"\"http://x\"\")\",draft,false,2026-02-01,,,2026-01-31T23:00:00Z,15.15,USD,,,15.15,0.00,0.00,,,
draft-4,bolt,\"Bolt, \"\"Nuts\"\" & Co\",draft,false,2026-02-10,,,2026-02-10T00:00:00Z,10.60,USD,,,10.60,0.00,0.00,,," \
  billctl export invoices --as-of 2026-01-20
check_output 'lines' "INV-2026-000001,1,open,acme,acme-1,basic v1,base,basic,,'=Basic (month),2025-12-31T23:00:00Z,2026-01-31T23:00:00Z,1,10.00,10,,10.00,USD
INV-2026-000001,2,open,acme,acme-1,basic v1,quantity,seat,,seat,2025-12-31T23:00:00Z,2026-01-31T23:00:00Z,3,2.50,5,,5.00,USD" \
  sh -c 'billctl export lines --to 2026-01-05 --no-header --columns invoice,position,status,customer,subscription,plan,kind,code,metric,description,period_start,period_end,quantity,unit_price,exact_amount,ratio,amount,currency'
check_output 'usage' "id,customer,metric,quantity,time,subscription,source,properties,reverses
'@1,acme,calls,12.5,2026-01-05T10:00:00Z,,,\"{\"\"note\"\":\"\"a,\\\"\"b\\\"\"\"\"}\",
e2,acme,calls,-2.5,2026-01-06T10:00:00Z,,feed,,
e3,bolt,calls,40,2026-01-31T23:30:00Z,bolt-1,,," billctl export usage
check_output 'customers' "code,name,email,currency,timezone
acme,\"'=HYPERLINK(\"\"http://x\"\")\",a@acme.example,USD,Europe/Berlin
bolt,\"Bolt, \"\"Nuts\"\" & Co\",,USD,UTC
chip,'-1+1,,USD,UTC" billctl export customers --columns code,name,email,currency,timezone
check_output 'subscriptions' 'code,customer,plan,version,status,start,fee_periods_billed,usage_periods_billed,quantities
acme-1,acme,basic,1,active,2026-01-01,1,0,"{""seat"":""3""}"
bolt-1,bolt,basic,1,active,2026-01-10,1,0,"{""seat"":""1""}"' \
  billctl export subscriptions --columns code,customer,plan,version,status,start,fee_periods_billed,usage_periods_billed,quantities
check_error 2 'there are no others' "billctl: 'export' wants invoices, lines, usage, customers, subscriptions or credit_notes, not 'plans'" \
  billctl export plans

# --- Columns and choices ---

check_output 'columns in the order asked for' 'total,invoice
15.00,INV-2026-000001' billctl export invoices --columns total,invoice --customer acme --to 2026-01-15
check_status 2 'a column that is none' billctl export invoices --columns invoice,totals
check_said 'and which there are' 'hint: .*invoice, customer, name'
check_output 'from a day of the customer on' 'draft-3' billctl export invoices --customer acme --from 2026-02-01 --no-header --columns invoice
check_output 'without one a day is of UTC' 'draft-4' billctl export invoices --from 2026-02-01 --no-header --columns invoice
check_output 'to is not included' 'e2' billctl export usage --from 2026-01-06T10:00:00Z --to 2026-01-31T23:30:00Z --no-header --columns id
check_status 3 'of a customer that is none' billctl export usage --customer nobody
check_status 2 'a stretch without length' billctl export usage --from 2026-01-06 --to 2026-01-06
check_output 'nothing to write is a header' 'id' billctl export usage --from 2030-01-01 --columns id

# --- JSON ---

check_json 'amounts are minor units, currencies lower case' '.[2] | [.invoice, .total, .currency, .overdue, .issued_on]' \
  '["draft-3",1515,"usd",false,null]' billctl export invoices --format json
check_json 'text is as it is' 'map (.name)' '["=HYPERLINK(\"http://x\")","Bolt, \"Nuts\" & Co","-1+1"]' billctl export customers --format json
check_json 'properties are an object' '.[0].properties' '{"note":"a,\"b\""}' billctl export usage --format json
check_json 'so are derivations' 'map (.derivation.rule)' '["fee","fee"]' billctl export lines --customer acme --to 2026-01-15 --format json
check_output 'a line for each row' '{"id":"@1","quantity":"12.5"}
{"id":"e2","quantity":"-2.5"}' billctl export usage --customer acme --format ndjson --columns id,quantity
for kind in invoices lines usage customers subscriptions; do
  billctl export $kind --format json >rows.json && billctl export $kind --format ndjson >rows.ndjson || exit 1
  check_equal "$kind: NDJSON has the rows of JSON" "$(jq -c '.[]' rows.json)" "$(jq -c . rows.ndjson)"
done

# --- Files ---

check_error 0 'to a file' '4 invoices written to out.csv' billctl export invoices -o out.csv
billctl export invoices >direct.csv
check_same 'the same as to standard output' direct.csv out.csv
check 'the ending says the format' billctl -q export usage -o out.ndjson
check_equal 'so that this is NDJSON' 3 "$(jq -c . out.ndjson | wc -l)"
check 'a file that is there is replaced' billctl -q export usage -o out.csv
check_equal 'by the new one' 'id,customer' "$(head -n 1 out.csv | cut -d , -f 1,2)"
chmod 600 out.csv && ln -s out.csv link.csv || exit 1
check 'through a link' billctl -q export invoices -o link.csv
check 'which stays a link' test -L link.csv
check_equal 'the file keeps its mode' 600 "$(stat -c %a out.csv)"
check_same 'and has the rows' direct.csv out.csv
check_output '- is standard output' "$(cat direct.csv)" billctl export invoices -o -
mkfifo pipe && { cat pipe >piped & } || exit 1
check_error 0 'one event' '1 event written to one.csv' billctl export usage -o one.csv --customer bolt
check 'a pipe is written to' billctl -q export invoices -o pipe
wait
check 'and stays one' test -p pipe
check_same 'with the rows' direct.csv piped
check_status 1 'a folder that is not there' billctl export invoices -o nowhere/out.csv
check_status 1 'a folder' billctl export invoices -o .
check_equal 'no halves are left' '' "$(find . -name '*part*')"
if [ -w /dev/full ]; then
  check_status 1 'a full disk below standard output' sh -c 'billctl export invoices >/dev/full'
  check_status 1 'and below a file' billctl export invoices -o /dev/full
  check 'which is still a device' test -c /dev/full
else
  skip 'a full disk' 'there is no /dev/full'
fi

# Killed half way, the name is not there, or is still the old file.
awk 'BEGIN { print "id,customer,metric,quantity,time"; for (i = 0; i < 60000; i++) printf "k-%d,chip,calls,1,2026-01-05T00:00:00Z\n", i }' >many.csv
billctl -q usage import many.csv >/dev/null || exit 1
cp direct.csv kept.csv
# It writes until somebody kills it; the temporary file shows that it has begun.
billctl -q export usage -o kept.csv & export=$!
tries=0
while [ -z "$(find . -name 'kept.csv.part-*' -size +0)" ] && kill -0 $export 2>/dev/null && [ $tries -lt 500 ]; do tries=$((tries + 1)); done
kill -9 $export 2>/dev/null
wait $export 2>/dev/null
if [ "$(wc -l <kept.csv)" = 60004 ]; then
  skip 'killed half way' 'it was done before'
else
  check_same 'killed half way, the old file is still there' direct.csv kept.csv
fi

# --- Spreadsheets ---

if [ -x "$builddir/libexec/billctl-xlsx" ]; then
  check_status 2 'not to standard output' billctl export invoices --format xlsx
  check 'a spreadsheet' billctl -q export lines -o lines.xlsx --as-of 2026-02-10
  cat >read.py <<'END'
import sys, zipfile, xml.etree.ElementTree as tree
book = zipfile.ZipFile (sys.argv[1])
assert book.testzip () is None
for name in book.namelist ():
    if name.endswith (".xml") or name.endswith (".rels"):
        tree.fromstring (book.read (name))
space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
strings = []
if "xl/sharedStrings.xml" in book.namelist ():
    strings = ["".join (t.text or "" for t in s.iter (space + "t")) for s in tree.fromstring (book.read ("xl/sharedStrings.xml"))]
sheet = tree.fromstring (book.read ("xl/worksheets/sheet1.xml"))
assert not list (sheet.iter (space + "f")), "there is a formula"
for row in sheet.iter (space + "row"):
    cells = []
    for cell in row:
        if cell.get ("t") == "inlineStr":
            cells.append ("".join (t.text or "" for t in cell.iter (space + "t")))
        else:
            value = cell.find (space + "v")
            text = "" if value is None else value.text
            cells.append (strings[int (text)] if cell.get ("t") == "s" else text)
    print ("|".join (cells))
END
  check 'opens: whole parts, XML, no formulas' python3 read.py lines.xlsx
  billctl -q export invoices -o few.xlsx --columns invoice,name,total --as-of 2026-02-10
  check_output 'with its rows; text that looks like a formula is text' 'Invoice|Name|Total
INV-2026-000001|=HYPERLINK("http://x")|15
INV-2026-000002|Bolt, "Nuts" & Co|10
draft-3|=HYPERLINK("http://x")|15.15
draft-4|Bolt, "Nuts" & Co|10.6' python3 read.py few.xlsx
else
  skip 'spreadsheets' 'billctl-xlsx was not built'
fi

# --- Equal ledgers, equal bytes ---

mkdir first second
for ledger in first second; do
  BILLCTL_LEDGER=$tap_dir/$ledger/ledger.db
  make_ledger >/dev/null || exit 1
  for kind in invoices lines usage customers subscriptions; do
    for format in csv json ndjson xlsx; do
      [ $format != xlsx ] || [ -x "$builddir/libexec/billctl-xlsx" ] || continue
      billctl -q export $kind -o "$ledger/$kind.$format" --as-of 2026-02-10 || exit 1
    done
  done
  billctl verify --format json 2>/dev/null >$ledger/verify.json || exit 1
  rm -f $ledger/ledger.db*
done
check 'there is something to compare' test "$(find first -type f | wc -l)" -ge 16
check_output 'the same commands give the same bytes' '' diff -r first second

done_testing
