#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Taxes: which rates hold for whom, what they come to on invoices, the report, and what is refused. Figures by hand.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "EUR",
  "metrics": [ { "code": "calls" }, { "code": "minutes" } ],
  "addons": [ { "code": "manual", "kind": "one_off", "amount": "10.10", "category": "books" } ],
  "plans": [
    { "code": "basic", "name": "Basic", "category": "saas", "prices": [ { "interval": "month", "amount": "10.00" } ], "addons": [ "manual" ],
      "quantities": [ { "code": "seats", "unit_price": "3.33" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" },
                   { "metric": "minutes", "model": "per_unit", "unit_price": "0.05", "category": "telecom" } ] },
    { "code": "plain", "prices": [ { "interval": "month", "amount": "99.99" } ] } ],
  "taxes": [
    { "code": "vat-de", "name": "VAT", "percent": "19", "country": "de" },
    { "code": "vat-de-books", "name": "VAT reduced", "percent": "7", "country": "DE", "category": "books" },
    { "code": "vat-fr", "name": "TVA", "percent": "20", "country": "FR" },
    { "code": "gst", "name": "GST", "percent": "5", "country": "CA" },
    { "code": "qst", "name": "QST", "percent": "9.975", "country": "CA", "region": "qc" },
    { "code": "ct", "name": "Consumption tax", "kind": "inclusive", "percent": "10", "country": "JP" },
    { "code": "vat-ie", "name": "VAT", "percent": "21", "country": "IE", "until": "2026-02-01" },
    { "code": "vat-ie", "name": "VAT", "percent": "23", "country": "IE", "from": "2026-02-01" },
    { "code": "abroad", "name": "Export", "kind": "zero" },
    { "code": "telecom-abroad", "name": "Telecom", "kind": "exempt", "category": "telecom" } ] }
END
# customer CODE OPTIONS …: on plan `basic`, two seats, from January on.
customer () {
  code=$1 plan=${plan:-basic}
  shift
  billctl -q customer add "$code" --currency EUR "$@" >/dev/null && billctl -q subscribe "$code" basic --start 2026-01-01 --quantity seats=2 >/dev/null
}
taxes_of () { # INVOICE
  sqlite3 ledger.db "SELECT group_concat (t.code || ' ' || t.kind || ' ' || t.percent || ' ' || t.base_minor || ' ' || t.tax_minor, '; ')
    FROM invoice_tax t JOIN invoice i ON i.id = t.invoice_id JOIN customer c ON c.id = i.customer_id WHERE c.code = '$1'"
}
total_of () { sqlite3 ledger.db "SELECT subtotal_minor, tax_minor, total_minor, coalesce (tax_note, '-') FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE c.code = '$1'"; }
export BILLCTL_LEDGER=ledger.db BILLCTL_AS_OF=2026-01-15

billctl -q init && billctl -q issuer update --country DE --tax-id DE136695976 >/dev/null || exit 1

# --- Catalog ---

check_json 'rates are part of the catalog' 'map (select (.kind == "tax") | .change) | unique' '["added"]' billctl plans apply catalog.json --format json
check_json 'a second time they are unchanged' 'map (.change) | unique' '["unchanged"]' billctl plans apply catalog.json --format json
check_json 'a rate has its terms' '.[] | select (.code == "qst") | [.name, .kind, .percent, .country, .region, .category, .from, .until]' \
  '["QST","exclusive","9.975","CA","QC",null,null,null]' billctl tax list --format json
check_json 'only those that hold are listed' 'map (select (.code == "vat-ie") | .percent)' '["21"]' billctl tax list --format json
check_json 'from its first day on the next one' 'map (select (.code == "vat-ie") | .percent)' '["23"]' billctl tax list --as-of 2026-02-01 --format json
check_json 'or all' 'map (select (.code == "vat-ie") | [.percent, .from, .until])' '[["21",null,"2026-02-01"],["23","2026-02-01",null]]' \
  billctl tax list --all --format json
# refused MESSAGE RATE: a file with one rate more
refused () {
  printf '{ "taxes": [ { "code": "a", "percent": "1", "from": "2026-01-01", "until": "2027-01-01" }, %s ] }' "$2" >bad.json
  check_error 2 "refused: $2" "billctl: bad.json:1: $1" billctl plans apply bad.json
}
refused "taxes[1].percent: '101' is not a percentage from 0 to 100 with at most 6 decimals" '{ "code": "b", "percent": "101" }'
refused "taxes[1].percent: '0.0000001' is not a percentage from 0 to 100 with at most 6 decimals" '{ "code": "b", "percent": "0.0000001" }'
refused 'taxes[1].percent: expected a decimal in a string, such as "0.10", found nothing' '{ "code": "b" }'
refused 'taxes[1].percent: the kind zero has no percentage' '{ "code": "b", "kind": "zero", "percent": "1" }'
refused "taxes[1].country: 'UK' is not a country code of ISO 3166, such as DE or US" '{ "code": "b", "percent": "1", "country": "UK" }'
refused 'taxes[1].region: a region needs its country' '{ "code": "b", "percent": "1", "region": "BY" }'
refused "taxes[1]: the tax 'a' has another rate at the same time: say from and until which day each holds" '{ "code": "a", "percent": "2", "from": "2026-12-31" }'
refused "taxes[1]: the tax 'a' has another rate at the same time: say from and until which day each holds" '{ "code": "a", "percent": "2" }'
refused 'taxes[1].until: it is the first day on which the rate does not hold, and comes after from' \
  '{ "code": "b", "percent": "1", "from": "2026-01-01", "until": "2026-01-01" }'
refused "taxes[1].from: '2026-02-30' is a day that the calendar does not have" '{ "code": "b", "percent": "1", "from": "2026-02-30" }'
check_json 'one day after the other is fine' 'map (.change)' '["added"]' sh -c \
  'echo "{ \"taxes\": [ { \"code\": \"a\", \"percent\": 1, \"until\": \"2026-01-01\" }, { \"code\": \"a\", \"percent\": 2, \"from\": \"2026-01-01\" } ] }" |
   billctl plans apply - --dry-run --format json'

# --- Who pays what ---
# In January each has 10.00 + 2 x 3.33 = 16.66 for the category saas.

customer berlin --country DE && customer paris --country FR && customer paris-vat --country FR --tax-id FR40303265045 &&
  customer montreal --country CA --region QC && customer toronto --country CA --region ON && customer tokyo --country JP &&
  customer zurich --country CH && customer nowhere && customer mission --country DE --tax-exempt 'Diplomatic mission' &&
  customer munich-vat --country DE --tax-id 811907980 && customer dublin --country IE || exit 1
billctl -q subscribe berlin plain --start 2026-01-01 >/dev/null && billctl -q subscribe berlin basic --code berlin-books --addon manual \
  --start 2026-01-01 >/dev/null || exit 1
check 'drafts' billctl -q invoice generate
# 19 % of 16.66 + 99.99 + 10.00 = 126.65 is 24.0635; 7 % of 10.10 is 0.707. Total 136.75 + 24.06 + 0.71.
check_output 'Germany: 19 %, and 7 % for books' 'vat-de exclusive 19 12665 2406; vat-de-books exclusive 7 1010 71' taxes_of berlin
check_output 'added up' '13675|2477|16152|-' total_of berlin
check_output 'France without a tax id: the rate there, 3.332' 'vat-fr exclusive 20 1666 333' taxes_of paris
check_output 'with one: reverse charge' 'reverse_charge reverse_charge 0 1666 0' taxes_of paris-vat
check_output 'which the invoice says' '1666|0|1666|Reverse charge' total_of paris-vat
check_output 'not in the country of the issuer' 'vat-de exclusive 19 1666 317' taxes_of munich-vat
# 5 % of 16.66 is 0.833, 9.975 % is 1.661835.
check_output 'a region has its own beside that of the country' 'gst exclusive 5 1666 83; qst exclusive 9.975 1666 166' taxes_of montreal
check_output 'another region has not' 'gst exclusive 5 1666 83' taxes_of toronto
# 16.66 x 10/110 = 1.51454...
check_output 'inside the price' 'ct inclusive 10 1515 151' taxes_of tokyo
check_output 'it is not added' '1666|151|1666|-' total_of tokyo
check_output 'a country without a rate has the one without a country' 'abroad zero 0 1666 0' taxes_of zurich
check_output 'so has a customer without a country' 'abroad zero 0 1666 0' taxes_of nowhere
check_output 'the exempt' 'exempt exempt 0 1666 0' taxes_of mission
check_output 'with the reason' '1666|0|1666|Diplomatic mission' total_of mission
check_output 'the rate of the day' 'vat-ie exclusive 21 1666 350' taxes_of dublin
# 10.00 x 19 % = 1.90 and 2 x 3.33 x 19 % = 1.2654; 3.1654 in all is 3.17: the larger remainder gets the cent.
lines_of () { sqlite3 ledger.db "SELECT group_concat (l.tax_minor, ' ') FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id JOIN customer c
  ON c.id = i.customer_id WHERE c.code = '$1'"; }
check_output 'the lines have parts that add up' '190 127' lines_of munich-vat
check_equal 'each with its terms' '[{"code":"vat-de","kind":"exclusive","percent":"19","base":1000,"amount":190}]' \
  "$(sqlite3 ledger.db "SELECT taxes FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id JOIN customer c ON c.id = i.customer_id
    WHERE c.code = 'munich-vat' AND l.position = 1")"

# --- Drafts follow the rates, invoices do not ---

check_error 0 'nothing changes by itself' 'nothing new is due: 11 unchanged' billctl invoice generate
sed 's/"percent": "20"/"percent": "21"/' catalog.json >raised.json
check_json 'a rate changes in place' '.[] | select (.code == "vat-fr") | [.change, .detail]' \
  '["changed","20 % exclusive, FR -> 21 % exclusive, FR"]' billctl plans apply raised.json --format json
check_json 'and the drafts with it' 'map (select (.change == "rebuilt") | .customer)' '["paris"]' billctl invoice generate --format json
check_output '21 % of 16.66 is 3.4986' 'vat-fr exclusive 21 1666 350' taxes_of paris
check 'issued' billctl -q invoice finalize --all
sed 's/"percent": "20"/"percent": "25"/' catalog.json >again.json
check 'another rate' billctl -q plans apply again.json
check_output 'leaves what was issued' 'vat-fr exclusive 21 1666 350' taxes_of paris
check 'a ledger that was taxed is sound' billctl verify
check_json 'also in its changes' '[.[] | select (.kind == "tax" and .change != "unchanged") | .code]' '[]' billctl plans diff again.json --format json

# A month on: usage of January, 200 calls of saas for 2.00 and 100 minutes of telecom for 5.00, with the fees of February.
billctl -q usage record zurich calls 200 --at 2026-01-10T00:00:00Z --id 1 >/dev/null && billctl -q usage record zurich minutes 100 --at 2026-01-10T00:00:00Z \
  --id 2 >/dev/null && billctl -q invoice generate --customer zurich --as-of 2026-02-01 && billctl -q invoice generate --customer dublin --as-of 2026-02-01 >/dev/null
check_output 'a category has its rate instead of the one for any' \
  'abroad zero 0 1666 0; abroad zero 0 1866 0; telecom-abroad exempt 0 500 0' taxes_of zurich
check_output 'from February on another rate: 23 % of 16.66 is 3.8318' 'vat-ie exclusive 21 1666 350; vat-ie exclusive 23 1666 383' taxes_of dublin

# --- On the invoice ---

number_of () { sqlite3 ledger.db "SELECT i.number FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE c.code = '$1' AND i.number IS NOT NULL"; }
show () { billctl invoice show "$(number_of "$1")" | sed -n '/^Totals/,$p'; }
check_output 'a table ends with the totals' 'Totals
What                  Amount
Subtotal               16.66
GST 5 % of 16.66        0.83
QST 9.975 % of 16.66    1.66
Total                  19.15' show montreal
check_output 'what is inside the prices' 'Totals
What                                              Amount
Subtotal                                           16.66
Consumption tax 10 % of 15.15, inside the prices    1.51
Total                                              16.66' show tokyo
check_output 'why there is none' 'Totals
What                     Amount
Subtotal                  16.66
Reverse charge on 16.66    0.00
Total                     16.66' show paris-vat
check_json 'all of it for programs' '[.subtotal, .discount, .tax, .total, .tax_note, .country, .tax_id]' \
  '[1666,0,0,1666,"Reverse charge","FR","FR40303265045"]' billctl invoice show "$(number_of paris-vat)" --format json
check_json 'with a row for each rate' '.taxes' \
  '[{"code":"gst","name":"GST","kind":"exclusive","percent":"5","country":"CA","base":1666,"amount":83},{"code":"qst","name":"QST","kind":"exclusive","percent":"9.975","country":"CA","base":1666,"amount":166}]' \
  billctl invoice show "$(number_of montreal)" --format json
# 5 % of 10.00 and 6.66 is 0.50 and 0.333, 9.975 % is 0.9975 and 0.664335.
check_json 'and on the lines' '[.lines[] | .tax, .category, (.taxes[] | .code, .base, .amount)]' \
  '[150,"saas","gst",1000,50,"qst",1000,100,99,"saas","gst",666,33,"qst",666,66]' billctl invoice show "$(number_of montreal)" --format json
check_output 'in exports' 'invoice,subtotal,discount,tax,total,tax_note,country,tax_id
'"$(number_of paris-vat)"',16.66,0.00,0.00,16.66,Reverse charge,FR,FR40303265045' \
  billctl export invoices --customer paris-vat --columns invoice,subtotal,discount,tax,total,tax_note,country,tax_id
check_output 'line by line' '10.00,1.50,saas
6.66,0.99,saas' billctl export lines --customer montreal --no-header --columns amount,tax,category
check 'the customer moves' billctl -q customer update paris-vat --country CH --tax-id CHE-116.281.710
check_json 'what was issued does not' '[.country, .tax_id]' '["FR","FR40303265045"]' billctl invoice show "$(number_of paris-vat)" --format json

# --- Proved ---

# tampered PROBLEM SQL: behind the triggers
tampered () {
  cp ledger.db tampered.db
  { echo 'PRAGMA foreign_keys = OFF;'; sqlite3 ledger.db "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger'"; echo "$2;"; } | sqlite3 tampered.db
  check_json "verify: $1" 'map (select (.check == "taxes") | .problem)' "[\"$1\"]" sh -c 'billctl --ledger tampered.db verify --format json || [ $? = 7 ]'
}
check_json 'sound' 'map (select (.check == "taxes") | .result)' '["ok"]' billctl verify --format json
invoice=$(number_of montreal) of="invoice_id = (SELECT id FROM invoice WHERE number = '$(number_of montreal)')"
tampered "invoice $invoice has taxes that do not follow from its lines and rates" \
  "UPDATE invoice_tax SET tax_minor = tax_minor + 1 WHERE code = 'gst' AND $of"
tampered "invoice $invoice has taxes that do not follow from its lines and rates" "UPDATE invoice_tax SET percent = '6' WHERE code = 'gst' AND $of"
tampered "invoice $invoice has taxes that do not follow from its lines and rates" "UPDATE invoice_tax SET base_minor = 1 WHERE code = 'qst' AND $of"
tampered "invoice $invoice has a line whose taxes do not add up to what it says" "UPDATE invoice_line SET tax_minor = 1 WHERE position = 1 AND $of"
tampered "invoice $invoice has a line with a tax that the invoice has not" "UPDATE invoice_line SET taxes = replace (taxes, 'gst', 'hst') WHERE $of"

# --- The report ---

check_json 'by rate: berlin, munich-vat' '.[] | select (.code == "vat-de") | [.country, .percent, .invoices, .base, .tax, .currency]' \
  '["DE","19",2,14331,2723,"eur"]' billctl report tax --from 2026-01-01 --to 2026-02-01 --format json
check_json 'the reason is a row too' '.[] | select (.code == "exempt") | [.name, .country, .base, .tax]' '["Diplomatic mission","DE",1666,0]' \
  billctl report tax --format json
# DE: 24.06 + 0.71 + 3.17 on 126.65 + 10.10 + 16.66 and the exempt 16.66, on three invoices: that of berlin has two rates.
check_json 'by country' '.[] | select (.country == "DE") | [.code, .base, .tax, .invoices]' '[null,17007,2794,3]' billctl report tax --by country --format json
check_json 'another period has nothing' . '[]' billctl report tax --from 2026-02-01 --format json
check_status 2 'a period that ends before it begins' billctl report tax --from 2026-02-01 --to 2026-01-01
check 'what is void' billctl -q invoice void "$(number_of munich-vat)" --yes
check_json 'is no more in it' '.[] | select (.code == "vat-de") | [.invoices, .base, .tax]' '[1,12665,2406]' billctl report tax --format json
check 'a credit note of all of Tokyo' billctl -q invoice credit "$(number_of tokyo)" --all --reason test
check_json 'takes off what the invoice had' '.[] | select (.code == "ct") | [.invoices, .credit_notes, .base, .tax]' '[1,1,0,0]' \
  billctl report tax --format json
check_match 'a total for each currency' '^Total .* EUR$' billctl report tax
check_output 'people read words' 'FR,Reverse charge,reverse charge,1' sh -c "billctl report tax --columns country,name,kind,invoices --no-header | sed -n 's/  */ /g; s/^FR Reverse charge reverse charge 1$/FR,Reverse charge,reverse charge,1/p'"
check_output 'programs the code' 'FR,reverse_charge' sh -c "billctl report tax --columns country,kind --no-header --format csv | grep FR,r"

# --- Rounding on each line ---
# Three times 19 % of 3.33 = 0.6327: 1.8981 for the invoice, 3 x 0.63 on lines.

check 'a setting' billctl -q config invoice.tax-rounding line
check_error 2 'with two values' "billctl: setting invoice.tax-rounding: 'cent' is not invoice or line" billctl config invoice.tax-rounding cent
cat >three.json <<'END'
{ "currency": "EUR", "plans": [ { "code": "three", "prices": [ { "interval": "month", "amount": "3.33" } ],
  "quantities": [ { "code": "a", "unit_price": "3.33" }, { "code": "b", "unit_price": "3.33" } ] } ] }
END
billctl -q plans apply three.json >/dev/null && billctl -q customer add bonn --currency EUR --country DE >/dev/null &&
  billctl -q subscribe bonn three --quantity a=1 --quantity b=1 --start 2026-01-01 >/dev/null && billctl -q invoice generate --customer bonn >/dev/null
check_output 'line by line' 'vat-de exclusive 19 999 189' taxes_of bonn
billctl -q config invoice.tax-rounding invoice && billctl -q invoice generate --customer bonn >/dev/null
check_output 'once for the invoice' 'vat-de exclusive 19 999 190' taxes_of bonn
check_output 'with the cent on the first of equal lines' '64 63 63' lines_of bonn

# --- Nobody knows where ---

check 'a ledger whose rates all have a country' sh -c 'BILLCTL_LEDGER=other.db && export BILLCTL_LEDGER && billctl -q init &&
  echo "{ \"currency\": \"EUR\", \"plans\": [ { \"code\": \"p\", \"prices\": [ { \"interval\": \"month\", \"amount\": \"1.00\" } ] } ],
    \"taxes\": [ { \"code\": \"v\", \"percent\": 10, \"country\": \"DE\" } ] }" | billctl -q plans apply - &&
  billctl -q customer add a --currency EUR && billctl -q subscribe a p --start 2026-01-01'
check_error 0 'says for whom there is no tax' "invoices: 1 drafted
1 invoice has no tax, because its customer has no country: \`billctl customer update\` gives it one" \
  billctl --ledger other.db invoice generate

# --- The issuer ---

check_json 'is shown' '[.country, .tax_id]' '["DE","DE136695976"]' billctl issuer show --format json
check_error 4 'its pattern stays once it has given numbers' 'billctl: number_pattern: issuer default has given numbers by the one that it has, so it stays' \
  billctl issuer update --number-pattern 'X{seq:4}'
check_json 'before that it changes' .number_pattern '"X{seq:4}"' billctl --ledger other.db issuer update --number-pattern 'X{seq:4}' --format json
check_json 'and numbers follow it' 'map (.invoice)' '["X0001"]' billctl --ledger other.db invoice generate --finalize --format json
check_error 2 'a pattern without a number' "billctl: number_pattern 'X' is not a pattern for numbers
hint: such as INV-{year}-{seq:6}: letters, digits and - _ . / # :, with one {seq:N}, 40 characters at most" \
  billctl issuer update --number-pattern X
check_status 2 'nothing to change' billctl issuer update
check_error 0 'equal content' 'nothing to change' billctl issuer update --country de --format json
check_error 3 'another issuer' "billctl: there is no issuer 'defualt'
hint: did you mean 'default'?" billctl issuer show defualt
billctl -q issuer update --name Dry --dry-run >/dev/null
check_json 'a dry run changes nothing' .name '"Default issuer"' billctl issuer show --format json

done_testing
