#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Customers: adding, changing, importing, listing, showing.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

billctl --quiet init || exit 1
escape=$(printf '\033[31m')

# --- add ---

check 'a dry run' billctl customer add acme --name 'Acme GmbH' --dry-run
check_json 'adds nothing' length 0 billctl customer list --format json
check_output 'add' 'acme: Acme GmbH, USD, Europe/Berlin' \
  billctl customer add acme --name 'Acme GmbH' --email billing@acme.example --currency usd --timezone Europe/Berlin
check_output 'the code stands for the name; currency and zone have defaults' 'beta: beta, USD, UTC' billctl customer add beta
billctl config customer.currency EUR && billctl config customer.timezone Europe/Rome
check_output 'the defaults are settings' 'gamma: Gamma, EUR, Europe/Rome' billctl customer add gamma --name Gamma
check_json 'all fields' '[.locale, .address, .country, .tax_id, .parent, .created_at]' \
  '["pt-BR","Rua A 1\nRio","BR","12.345","acme","2026-02-01T00:00:00Z"]' \
  billctl customer add full --locale pt_BR --address "$(printf 'Rua A 1\r\nRio')" --country br --tax-id 12.345 --parent acme --format json
check_error 4 'a code that is taken' "billctl: customer acme already exists
hint: \`billctl customer update acme\` changes it" billctl customer add acme

check_error 2 'a code with a space' "billctl: code 'new one' is not a code
hint: 'new_one' would be one: letters, digits, '_', '.', ':' and '-', at most 128, a letter or digit first" billctl customer add 'new one'
check_status 2 'a code that is too long' billctl customer add "$(printf 'x%.0s' $(seq 129))"
check_error 2 'a terminal escape in a name' "billctl: name 'a\\x1b[31m' has control characters
hint: write it as plain text on one line" billctl customer add bad --name "a$escape"
check_status 2 'text that runs backwards' billctl customer add bad --name "$(printf 'a\342\200\256b')"
check_status 2 'a name of two lines' billctl customer add bad --name "$(printf 'a\nb')"
check_status 2 'an empty name' billctl customer add bad --name ''
check_status 2 'a name of 257 characters' billctl customer add bad --name "$(printf 'x%.0s' $(seq 257))"
check_error 2 'an e-mail address with two @' "billctl: email 'a@b@c' is not an e-mail address such as billing@acme.example" \
  billctl customer add bad --email a@b@c
check_status 2 'an e-mail address without a domain' billctl customer add bad --email a@
check_error 2 'an unknown currency' "billctl: currency 'EURO' is not a currency of ISO 4217 to bill in
hint: did you mean 'EUR'?" billctl customer add bad --currency EURO
check_status 2 'gold is no currency to bill in' billctl customer add bad --currency XAU
check_error 2 'an unknown time zone' "billctl: timezone 'europe/berlin' is not a time zone
hint: did you mean 'Europe/Berlin'?" billctl customer add bad --timezone europe/berlin
check_status 2 'an offset is no time zone' billctl customer add bad --timezone +01:00
check_status 2 'a path is no time zone' billctl customer add bad --timezone ../../../etc/passwd
check_error 2 'a country that is none' "billctl: country 'UK' is not a country code of ISO 3166
hint: did you mean 'GB'?" billctl customer add bad --country UK
check_error 2 'a tax id with a wrong digit' "billctl: tax_id 'DE136695975' is not a tax id of DE: its check digit is wrong
hint: after DE it has 9 digits, of which one is mistyped; without one, leave it empty" billctl customer add bad --country DE --tax-id DE136695975
check_error 2 'a tax id of another form' "billctl: tax_id 'ATU13585627' is not a tax id of GR: it has another form
hint: after EL it has 9 digits; without one, leave it empty" billctl customer add bad --country GR --tax-id ATU13585627
check_status 2 'a region of several words' billctl customer add bad --region 'New York'
check_status 2 'a locale that is none' billctl customer add bad --locale german!
check_error 3 'an unknown parent' "billctl: parent 'acmee': there is no customer 'acmee'
hint: did you mean 'acme'?" billctl customer add bad --parent acmee
check_status 4 'a parent of itself' billctl customer add bad --parent bad
check_json 'nothing of that was added' 'map (.code)' '["acme","beta","full","gamma"]' billctl customer list --format json

# --- update ---

check_output 'update' 'acme: Acme AG, USD, Europe/Berlin' billctl customer update acme --name 'Acme AG' --email ''
check_json 'an empty value clears' '.email' null billctl customer show acme --format json
check_error 0 'equal content' 'nothing to change' billctl customer update acme --name 'Acme AG'
check_error 2 'no field' 'billctl: nothing to change: say which fields, for example --name or --email' billctl customer update acme
check_error 3 'an unknown customer' "billctl: there is no customer 'acne'
hint: did you mean 'acme'?" billctl customer update acne --name x
check_error 4 'parents in a circle' 'billctl: customer acme would be its own parent, through full' billctl customer update acme --parent full
check 'the currency may change' billctl customer update beta --currency JPY
check_status 2 'a name cannot be cleared' billctl customer update beta --name ''
check_equal 'changes stand in the audit log' 'customer beta changed: currency' \
  "$(sqlite3 ledger.db 'SELECT change FROM audit ORDER BY id DESC LIMIT 1')"

# --- list and show ---

check_output 'list' 'Code   Name     E-mail  Currency  Time zone      Subs.
acme   Acme AG          USD       Europe/Berlin      0
beta   beta             JPY       UTC                0
full   full             EUR       Europe/Rome        0
gamma  Gamma            EUR       Europe/Rome        0' billctl customer list
check_output 'by currency, as CSV' 'code,name,currency
full,full,EUR
gamma,Gamma,EUR' billctl customer list --currency eur --format csv --columns code,name,currency
check_status 2 'by a currency that is none' billctl customer list --currency euro
check_output 'show: an address is one line for people' 'Address:         Rua A 1, Rio' sh -c 'billctl customer show full | grep Address'
check_json 'show: subscriptions' .subscriptions '[]' billctl customer show full --format json
check_status 3 'show an unknown one' billctl customer show nobody

# --- import ---

cat >good.csv <<'END'
name,code,email,currency,timezone,parent
Delta Ltd,delta,d@delta.example,GBP,Europe/London,epsilon
"Epsilon, Inc.",epsilon,,,America/New_York,
END
check_output 'a dry run counts' '2 added, 0 updated, 0 unchanged' billctl customer import good.csv --dry-run
check_status 3 'and adds nothing' billctl customer show delta
check_output 'import' '2 added, 0 updated, 0 unchanged' billctl customer import good.csv
check_json 'a parent may stand further down' '[.name, .currency, .parent]' '["Delta Ltd","gbp","epsilon"]' \
  billctl customer show delta --format json
check_json 'empty cells get the defaults' '[.name, .currency]' '["Epsilon, Inc.","eur"]' billctl customer show epsilon --format json
check_output 'again: nothing to do' '0 added, 0 updated, 2 unchanged' billctl customer import good.csv
check_json 'from standard input, as JSON' . '{"added":0,"updated":0,"unchanged":2}' \
  sh -c 'billctl customer import - --format json <good.csv'
sed 's/Delta Ltd/Delta PLC/' good.csv >changed.csv
check_error 4 'other content without --update' 'billctl: changed.csv: line 2: customer delta already exists and differs in name
hint: --update changes it' billctl customer import changed.csv
check_output 'other content with --update' '0 added, 1 updated, 1 unchanged' billctl customer import --update changed.csv
check_json 'it has changed, the rest has not' '[.name, .email, .parent]' '["Delta PLC","d@delta.example","epsilon"]' \
  billctl customer show delta --format json
printf '\357\273\277code,name\r\nzeta,"Zeta ""Z"" Co"\r\n' >windows.csv
check_output 'byte order mark and CRLF' '1 added, 0 updated, 0 unchanged' billctl customer import windows.csv
check_json 'are no part of it' .name '"Zeta \"Z\" Co"' billctl customer show zeta --format json

{
  echo 'code,name,email,currency,timezone,parent,country'
  echo 'new,New,,,,,'
  echo 'a b,x,,,,,'
  echo 'd1,x,nomail,EURO,,,UK'
  echo 'd2,x,,,,nobody,'
  echo 'd3,x,,,,d1,'
  echo 'd4,x,,,,d5,'
  echo 'd5,x,,,,d4,'
  echo 'new,Other,,,,,'
  echo ',x,,,,,'
  echo "d6,a$escape,,,,,"
  echo 'd7,too,few'
} >bad.csv
check_error 2 'every problem is listed with its line' "billctl: bad.csv: line 3: code 'a b' is not a code ('a_b' would be one: letters, digits, '_', '.', ':' and '-', at most 128, a letter or digit first)
billctl: bad.csv: line 4: email 'nomail' is not an e-mail address such as billing@acme.example
billctl: bad.csv: line 4: currency 'EURO' is not a currency of ISO 4217 to bill in (did you mean 'EUR'?)
billctl: bad.csv: line 4: country 'UK' is not a country code of ISO 3166 (did you mean 'GB'?)
billctl: bad.csv: line 9: code 'new' stands on line 2 already
billctl: bad.csv: line 10: code is empty
billctl: bad.csv: line 11: name 'a\\x1b[31m' has control characters (write it as plain text on one line)
billctl: bad.csv: line 12: 3 columns where the header has 7
billctl: bad.csv: line 5: parent 'nobody': there is no customer 'nobody' (\`billctl customer list\` shows the customers)
billctl: bad.csv: line 8: customer d5 would be its own parent, through d4
billctl: bad.csv: 10 problems, nothing was imported" billctl customer import bad.csv
check_status 3 'not even the good row' billctl customer show new
{ echo code,country; for n in $(seq 60); do echo "c$n,UK"; done; } >many.csv
check_status 2 'many problems' billctl customer import many.csv
check_equal 'twenty are listed' 21 "$(wc -l <"$tap_err")"
check_equal 'and that there are more' 'billctl: many.csv: 20 problems or more, nothing was imported' "$(tail -n 1 "$tap_err")"
printf 'code,emial\na,b\n' >header.csv
printf 'code;name\nx;X\n' >separator.csv
check_error 2 'another separator' "billctl: separator.csv: line 1: there is no column 'code;name'
hint: the columns are separated by ';': save the file with commas between them" billctl customer import separator.csv
printf "code,name\nguard,=1+2\nquote,'quoted'\n" >formula.csv
check 'names that a spreadsheet would run' billctl customer import formula.csv
check_output 'are exported with a guard' "guard,'=1+2" sh -c 'billctl export customers --columns code,name --no-header | grep guard'
check 'what was exported is imported again' sh -c 'billctl export customers >exported.csv'
check_output 'and has not changed' "0 added, 0 updated, $(billctl customer list --no-header --columns code | wc -l) unchanged" billctl customer import exported.csv
check_error 2 'an unknown column' "billctl: header.csv: line 1: there is no column 'emial'
hint: did you mean 'email'?" billctl customer import header.csv
printf 'name\na\n' >header.csv
check_error 2 'no column for the code' "billctl: header.csv: line 1: the column 'code' is missing" billctl customer import header.csv
: >empty.csv
check_status 2 'an empty file' billctl customer import empty.csv
check_status 3 'no file' billctl customer import missing.csv
printf 'code,name\nomega,"open\n' >open.csv
check_status 2 'a quote that is never closed' billctl customer import open.csv
printf 'code,name\nomega,a\377\n' >latin.csv
check_status 2 'bytes that are not UTF-8' billctl customer import latin.csv
printf 'code,name\nomega,%s\n' "$(head -c 1048576 /dev/zero | tr '\0' x)" >long.csv
check_status 2 'a field of a mebibyte' billctl customer import long.csv
check_equal 'is shown cut short' 1 "$(($(wc -c <"$tap_err") < 300))"
check_status 3 'nothing of that was added' billctl customer show omega

# --- what taxes need ---

check_json 'a tax id is stored as its country has it; a region in upper case' '[.country, .region, .tax_id, .tax_exempt]' \
  '["FR","IDF","FR40303265045","Diplomatic mission"]' \
  billctl customer add mission --country fr --region idf --tax-id '40 303 265 045' --tax-exempt 'Diplomatic mission' --format json
check_error 0 'written otherwise it is the same' 'nothing to change' billctl customer update mission --tax-id 'FR 40.303.265.045'
check_status 2 'a country that the tax id is not of' billctl customer update mission --country DE
check_json 'both at once' '[.country, .tax_id]' '["DE","DE136695976"]' \
  billctl customer update mission --country DE --tax-id 136695976 --format json
check_json 'none is fine, and so is any outside of the union' '[.country, .tax_id, .tax_exempt]' '["CH","CHE-116.281.710",null]' \
  billctl customer update mission --country CH --tax-id CHE-116.281.710 --tax-exempt '' --format json
check_json 'without a country nothing is checked' '.tax_id' '"any 1"' billctl customer add later --tax-id 'any 1' --format json
check_status 2 'it is when the country comes' billctl customer update later --country IT
printf 'code,country,region,tax_id,tax_exempt\nlater,it,lom,IT 00743110157,Customs warehouse\nwrong,IT,,00743110158,\n' >taxed.csv
check_error 2 'a file is checked likewise' "billctl: taxed.csv: line 3: tax_id '00743110158' is not a tax id of IT: its check digit is wrong
hint: after IT it has 11 digits, of which one is mistyped; without one, leave it empty" billctl customer import taxed.csv --update
sed -i 3d taxed.csv
check_output 'and imported' '0 added, 1 updated, 0 unchanged' billctl customer import taxed.csv --update
check_json 'as it is listed' '.[] | select (.code == "later") | [.country, .region, .tax_id, .tax_exempt]' \
  '["IT","LOM","IT00743110157","Customs warehouse"]' billctl customer list --format json

# --- export and import agree ---

billctl export customers --format csv -o out.csv || exit 1
billctl --quiet --ledger other.db init || exit 1
check_output 'what export writes, import reads' '11 added, 0 updated, 0 unchanged' billctl --ledger other.db customer import out.csv
billctl --ledger other.db export customers --format csv -o again.csv
check_same 'and loses nothing' out.csv again.csv
billctl export customers --format json >exact.json
billctl --ledger other.db export customers --format json >again.json
check_same 'nor adds anything' exact.json again.json

done_testing
