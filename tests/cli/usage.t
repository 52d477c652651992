#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: recorded one by one, as a stream and from files; each id once; every kind of bad input; what is shown of it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "metrics": [
  { "code": "minutes", "name": "Minutes", "unit": "minute", "aggregation": "sum" },
  { "code": "calls", "name": "Calls", "unit": "call", "aggregation": "sum", "negative": "allow" } ],
  "plans": [ { "code": "base", "name": "Base", "currency": "USD", "prices": [ { "interval": "month", "amount": "10.00" } ] } ] }
END
start () {
  rm -f ledger.db ledger.db-*
  billctl -q init && billctl -q plans apply catalog.json >/dev/null && billctl -q customer add acme --timezone Europe/Berlin >/dev/null &&
    billctl -q customer add bolt >/dev/null || exit 1
}
# events: how many the ledger holds
events () { sqlite3 ledger.db 'SELECT count(*) FROM usage'; }
number_hint='write it like 15.5 or 9.984E-7: up to 38 digits, 18 of them after the point'
start

# --- One event ---

check_output "an event" 'recorded call-1' \
  billctl usage record acme minutes 15.50 --at 2026-01-05T10:00:00Z --id call-1 --property region=eu --property tier=gold
check_output "the same again, written otherwise, is a duplicate" 'duplicate call-1: it was recorded before' \
  billctl usage record acme minutes 155E-1 --at 2026-01-05T11:00:00+01:00 --id call-1 --property tier=gold --property region=eu
check_output "a time that was not said is not compared" 'duplicate call-1: it was recorded before' \
  billctl usage record acme minutes 15.5 --id call-1 --property region=eu --property tier=gold
conflict_hint='hint: an event never changes; a correction is an event of its own, with its own id'
check_error 4 "other content under a known id is refused" "billctl: id 'call-1' is already recorded with another quantity
$conflict_hint" billctl usage record acme minutes 16 --at 2026-01-05T10:00:00Z --id call-1
check_error 4 "another time too, when it is said" "billctl: id 'call-1' is already recorded with another time
$conflict_hint" billctl usage record acme minutes 15.5 --at 2026-01-06 --id call-1 --property region=eu --property tier=gold
check_error 4 "other properties" "billctl: id 'call-1' is already recorded with other properties
hint: an event never changes; a correction is an event of its own, with its own id" \
  billctl usage record acme minutes 15.5 --at 2026-01-05T10:00:00Z --id call-1 --property region=us
check_error 2 "an id that runs backwards" "billctl: id 'a\\u{202e}b' has control characters" \
  billctl usage record acme minutes 1 --id "$(printf 'a\342\200\256b')"
check_output "a dry run says what it would do" 'would record next' billctl usage record acme minutes 1 --id next --dry-run
check_output "another source has its own ids" 'recorded call-1' billctl usage record acme minutes 7 --id call-1 --source phone
check_match "without an id one is made up" '^recorded [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' \
  billctl usage record bolt calls 1
check_json "as JSON" '[.id,.result]' '["j","recorded"]' billctl usage record bolt calls 1 --id j --format json
check_output "a date is the start of the customer's day" 'recorded day' billctl usage record acme minutes 1 --at 2026-01-20 --id day
check_equal "in the customer's zone" 1768863600000000 "$(sqlite3 ledger.db "SELECT at_us FROM usage WHERE event_id = 'day'")"
check_output "negative where the metric allows it" 'recorded minus' billctl usage record acme calls -2.5 --id minus
before=$(events)
check_match "a dry run" 'dry run: nothing was written' billctl usage record acme calls 1 --dry-run
check_equal "records nothing" "$before" "$(events)"

# --- One bad event ---

check_error 3 "an unknown customer" "billctl: there is no customer 'acm'
hint: did you mean 'acme'?" billctl usage record acm minutes 1
check_error 3 "an unknown metric" "billctl: there is no metric 'minuts'
hint: did you mean 'minutes'?" billctl usage record acme minuts 1
check_status 3 "an unknown subscription" billctl usage record acme minutes 1 --subscription none
for bad in '1,5:is not a decimal number' 'NaN:is not a decimal number' '0x1F:is not a decimal number' '1e400:has more than 38 digits' \
  '1234567890123456789012345678901234567890:has more than 38 digits' '0.1234567890123456789:has more than 18 digits after the point'; do
  check_error 2 "quantity ${bad%%:*}" "billctl: quantity '${bad%%:*}' ${bad#*:}
hint: $number_hint" billctl usage record acme minutes "${bad%%:*}"
done
check_error 4 "a negative quantity where the metric refuses it" \
  "billctl: quantity '-5' is negative, which the metric 'minutes' refuses
hint: a correction is an event of its own with a negative quantity: let the metric take it with \"negative\": \"allow\" in the catalog" \
  billctl usage record acme minutes -5
check_status 2 "a day that does not exist" billctl usage record acme minutes 1 --at 2026-02-30
check_status 2 "a time without a zone" billctl usage record acme minutes 1 --at 2026-01-30T10:00:00
check_status 2 "a property without a value" billctl usage record acme minutes 1 --property region
check_error 2 "a property twice" "billctl: --property 'a': it is given twice" \
  billctl usage record acme minutes 1 --property a=1 --property b=2 --property a=1
check_error 2 "an id of two lines" "billctl: id 'a\\x0ab' has control characters" billctl usage record acme minutes 1 --id 'a
b'
check_status 2 "too few operands" billctl usage record acme minutes
check_equal "nothing of all this was recorded" "$before" "$(events)"

# --- A stream ---

cat >stream.jsonl <<'END'
{"id":"s1","customer":"acme","metric":"calls","quantity":1.50,"time":"2026-01-06T00:00:00Z","properties":{"z":1,"a":"é","n":null}}

{"id":"s1","customer":"acme","metric":"calls","quantity":"1.5","time":"2026-01-06T00:00:00Z","properties":{"a":"é","z":"1"}}
{"id":"s2","customer":"acme","metric":"calls","quantity":1
{"id":"s3","id":"s3"}
{"id":"s4","customer":"acme","metric":"calls","quantity":12345678901234567890123456789.5,"time":"2026-01-06T00:00:00Z"}
{"id":"s1","customer":"acme","metric":"calls","quantity":2,"time":"2026-01-06T00:00:00Z","properties":{"a":"é","z":1}}
{"id":"s6","customer":"acne","metric":"calls","quantity":1,"time":"2026-01-06T00:00:00Z"}
{"id":"s7","customer":"acme","metric":"calls","quantity":1,"time":"2026-01-06T00:00:00"}
END
cat >acks <<'END'
{"line":1,"id":"s1","result":"recorded","error":null}
{"line":3,"id":"s1","result":"duplicate","error":null}
{"line":4,"id":null,"result":"rejected","error":"column 59: the text ends inside an object"}
{"line":5,"id":null,"result":"rejected","error":"member 'id': it stands twice"}
{"line":6,"id":"s4","result":"recorded","error":null}
{"line":7,"id":"s1","result":"rejected","error":"id 's1' is already recorded with another quantity (an event never changes; a correction is an event of its own, with its own id)"}
{"line":8,"id":"s6","result":"rejected","error":"there is no customer 'acne' (did you mean 'acme'?)"}
{"line":9,"id":"s7","result":"rejected","error":"time '2026-01-06T00:00:00' has no time zone (add Z or an offset such as +01:00)"}
END
check_status 6 "a stream with bad lines" billctl usage record --batch stream.jsonl --format ndjson
check_same "every line is answered" acks "$tap_out"
check_equal "exact to the last digit" 12345678901234567890123456789.5 "$(sqlite3 ledger.db "SELECT quantity FROM usage WHERE event_id = 's4'")"
check_equal "properties are canonical" '{"a":"é","z":"1"}' "$(sqlite3 ledger.db "SELECT properties FROM usage WHERE event_id = 's1'")"
check_output "the summary" '0 recorded, 1 duplicates, 0 rejected' sh -c 'head -n 1 stream.jsonl | billctl usage record --batch -'
check_output "an empty stream" '0 recorded, 0 duplicates, 0 rejected' billctl usage record --batch /dev/null
check_status 2 "a stream and operands" billctl usage record acme --batch -
check_status 3 "a stream that is not there" billctl usage record --batch none.jsonl

# Acknowledged before the next line comes: the reader waits for the answer to each line.
mkfifo ask answer
billctl usage record --batch - --format ndjson <ask >answer &
exec 3>ask 4<answer
for i in 1 2; do
  echo '{"id":"live-'$i'","customer":"bolt","metric":"calls","quantity":1,"time":"2026-01-06T00:00:00Z"}' >&3
  read -r line <&4
  check_equal "event $i is acknowledged at once" '{"line":'$((2 * i - 1))',"id":"live-'$i'","result":"recorded","error":null}' "$line"
  check_equal "and is in the ledger then" 1 "$(sqlite3 ledger.db "SELECT count(*) FROM usage WHERE event_id = 'live-$i'")"
  printf '{"id":' >&3
  check "nobody waits for the half line that follows" billctl usage record bolt calls 1 --id "meanwhile-$i"
  echo '"half-'$i'"}' >&3
  read -r line <&4
done
exec 3>&- 4<&-
wait

# --- Files ---

start
cat >good.csv <<'END'
quantity,id,time,region,customer,metric,subscription,note
15.5,c1,2026-01-05T10:00:00Z,eu,acme,minutes,,
3,c2,2026-01-05T12:00:00+02:00,,acme,minutes,,"two
lines, and ""quotes"""
-1,c3,2026-01-31T23:30:00Z,us,bolt,calls,,
END
check_output "a CSV file, columns in any order" '3 recorded, 0 duplicates, 0 rejected, 0 skipped' billctl usage import good.csv
check_said "negative quantities are counted" '^negative among the events: 1$'
check_output "again" '0 recorded, 3 duplicates, 0 rejected, 0 skipped' billctl usage import good.csv
check_equal "properties are those that are not empty" 'c1|{"region":"eu"}
c2|{"note":"two\u000alines, and \"quotes\""}
c3|{"region":"us"}' "$(sqlite3 ledger.db 'SELECT event_id, properties FROM usage ORDER BY event_id')"
check_equal "each import leaves its row" 'good.csv|3|0|0
good.csv|0|3|0' "$(sqlite3 ledger.db 'SELECT file, recorded, duplicates, rejected FROM usage_import')"
check_match "and its line in the audit log" 'usage imported from good.csv: 3 recorded, 0 duplicates, 0 rejected' \
  sqlite3 ledger.db 'SELECT change FROM audit'
{ printf '\357\273\277'; sed 's/$/\r/' good.csv; } >crlf.csv
sed -i '3,4d' crlf.csv
check_output "a byte order mark and CRLF" '0 recorded, 2 duplicates, 0 rejected, 0 skipped' billctl usage import crlf.csv
check_output "from standard input" '0 recorded, 3 duplicates, 0 rejected, 0 skipped' sh -c 'billctl usage import - <good.csv'
check_json "the answer as JSON" '[.recorded,.duplicates,.negative]' '[0,3,0]' billctl usage import good.csv --format json

cat >good.jsonl <<'END'
{"id":"c1","customer":"acme","metric":"minutes","quantity":15.5,"time":"2026-01-05T10:00:00Z","properties":{"region":"eu"}}
{"id":"n1","customer":"acme","metric":"minutes","quantity":"9.984E-7","time":"2026-01-05T10:00:00Z"}
END
check_output "JSON lines: the same event in another dress" '1 recorded, 1 duplicates, 0 rejected, 0 skipped' billctl usage import good.jsonl
check_output "known by its first byte" '0 recorded, 2 duplicates, 0 rejected, 0 skipped' sh -c 'billctl usage import - <good.jsonl'
check_output "a condition on JSON lines" '0 recorded, 1 duplicates, 0 rejected, 1 skipped' billctl usage import good.jsonl --where region=eu
check_status 2 "a condition on what no line has" billctl usage import good.jsonl --where regoin=eu

# --- Bad files: nothing of them is recorded ---

before=$(events)
# bad NAME WHAT CONTENT: a file whose third line is bad, with the one message
bad () {
  printf 'id,customer,metric,quantity,time\nx1,acme,calls,1,2026-01-01T00:00:00Z\n%b\n' "$3" >bad.csv
  check_error 2 "$1" "billctl: bad.csv: $2" billctl usage import bad.csv
}
nothing='hint: nothing was recorded; --keep-going records the other rows'
bad "an unknown customer" "line 3: there is no customer 'acmee'
hint: did you mean 'acme'?" 'x2,acmee,calls,1,2026-01-01T00:00:00Z'
bad "an unknown metric" "line 3: there is no metric 'cals'
hint: did you mean 'calls'?" 'x2,acme,cals,1,2026-01-01T00:00:00Z'
bad "no id" "line 3: id is missing
$nothing" ',acme,calls,1,2026-01-01T00:00:00Z'
bad "no quantity" "line 3: quantity is missing
$nothing" 'x2,acme,calls,,2026-01-01T00:00:00Z'
bad "a comma in a number" "line 3: quantity '1,5' is not a decimal number
hint: $number_hint" 'x2,acme,calls,"1,5",2026-01-01T00:00:00Z'
bad "a quantity that is too large" "line 3: quantity '1e400' has more than 38 digits
hint: $number_hint" 'x2,acme,calls,1e400,2026-01-01T00:00:00Z'
bad "a refused negative" "line 3: quantity '-1' is negative, which the metric 'minutes' refuses
hint: a correction is an event of its own with a negative quantity: let the metric take it with \"negative\": \"allow\" in the catalog" \
  'x2,acme,minutes,-1,2026-01-01T00:00:00Z'
bad "a day that does not exist" "line 3: time '2026-02-30T00:00:00Z' is a day that the calendar does not have
hint: write it like 2026-02-28T10:00:00Z" 'x2,acme,calls,1,2026-02-30T00:00:00Z'
bad "no zone" "line 3: time '2026-01-01 00:00:00' has no time zone
hint: add Z or an offset such as +01:00, or pass --timezone ZONE" 'x2,acme,calls,1,2026-01-01 00:00:00'
bad "an escape sequence is shown harmlessly" "line 3: quantity '\\x1b[31m1' is not a decimal number
hint: $number_hint" 'x2,acme,calls,\033[31m1,2026-01-01T00:00:00Z'
bad "too many columns" "line 3: 6 columns where the header has 5
$nothing" 'x2,acme,calls,1,5,2026-01-01T00:00:00Z'
bad "a quote that is never closed" "line 3: column 2: the quote that is opened here is never closed
$nothing" 'x2,"acme,calls,1,2026-01-01T00:00:00Z\nx3,acme,calls,1,2026-01-01T00:00:00Z'
bad "a NUL byte" "line 3: at byte 4 of the line: a NUL byte
hint: save the file as UTF-8 text" 'x2,\000acme,calls,1,2026-01-01T00:00:00Z'
bad "bytes that are not UTF-8" "line 3: at byte 4 of the line: byte 0xe9 is not UTF-8
hint: save the file as UTF-8 text" 'x2,\0351acme,calls,1,2026-01-01T00:00:00Z'
bad "a known id with other content" "line 3: id 'c1' is already recorded with another metric
$conflict_hint" 'c1,acme,calls,15.5,2026-01-05T10:00:00Z'
bad "an id twice in the file with other content" "line 3: id 'x1' is already recorded with another quantity
$conflict_hint" 'x1,acme,calls,2,2026-01-01T00:00:00Z'
head -c 1048576 /dev/zero | tr '\0' x >long
bad "a field of 1 MiB in the wrong place" "line 3: customer: longer than 1024 bytes
$nothing" "x2,$(head -c 100000 long),calls,1,2026-01-01T00:00:00Z"

check_error 2 "an empty file" "billctl: /dev/null: the file is empty
hint: the first line names the columns" billctl usage import /dev/null
printf 'id,customer,metrik,quantity\n' >bad.csv
printf 'id;customer;metric;quantity;time\nx2;acme;calls;1;2026-01-01T00:00:00Z\n' >other-separator.csv
check_error 2 "another separator" "billctl: other-separator.csv: line 1: the header lacks id, customer, metric, quantity, time; it has: id;customer;metric;quantity;time
hint: the columns are separated by ';': save the file with commas between them" billctl usage import other-separator.csv
check_error 2 "another separator, with a map" "billctl: other-separator.csv: there is no column 'id'; there are: id;customer;metric;quantity;time
hint: the columns are separated by ';': save the file with commas between them" \
  billctl usage import other-separator.csv --map 'id=id,customer=customer,metric=metric,quantity=quantity,time=time'
check_error 2 "a source that would paint the terminal" "billctl: source 'a\\x1b' has control characters" \
  billctl usage import bad.csv --source "$(printf 'a\033')" --map 'id=id,customer=customer,metric=metrik,quantity=quantity,time=id'
check_status 2 "nothing to create" billctl usage import bad.csv --create ''
check_error 2 "a header that lacks columns" "billctl: bad.csv: line 1: the header lacks metric, time; it has: id, customer, metrik, quantity
hint: name the columns of another layout with --map id=COLUMN,customer=COLUMN,…" billctl usage import bad.csv
printf 'id,customer,metric,quantity,time,id\n' >bad.csv
check_error 2 "a column that stands twice" "billctl: bad.csv: line 1: the column 'id' stands twice in the header" billctl usage import bad.csv
check_status 3 "a file that is not there" billctl usage import none.csv
check_status 2 "a folder" billctl usage import .
printf '{"id":"c9","customer":"acme","metric":"calls","quantity":1,"ti' >bad.jsonl
check_error 2 "JSON that is cut off" "billctl: bad.jsonl: line 1: column 63: the text ends inside a string
$nothing" billctl usage import bad.jsonl
{
  echo id,customer,metric,quantity,time
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do echo "y$i,acme,calls,bad$i,2026-01-01T00:00:00Z"; done
  echo y26,acme,calls,1,2026-01-01T00:00:00Z
} >bad.csv
check_status 2 "many bad rows" billctl usage import bad.csv
check_equal "twenty of them are listed" 20 "$(grep -c "^billctl: bad.csv: line [0-9]*: quantity 'bad" "$tap_err")"
check_said "and all are counted" '^billctl: bad.csv: 25 of 26 rows are not right; nothing was recorded$'
check_equal "nothing of all this was recorded" "$before" "$(events)"

printf 'id,customer,metric,quantity,time,note\nlong,acme,calls,1,2026-01-01T00:00:00Z,"%s"\n' "$(cat long)" >long.csv
check_output "a property of 1 MiB is fine" '1 recorded, 0 duplicates, 0 rejected, 0 skipped' billctl usage import long.csv
check_equal "and is whole" 1048576 "$(sqlite3 ledger.db "SELECT length(json_extract(properties, '\$.note')) FROM usage WHERE event_id = 'long'")"

# --- Going on in spite of bad rows ---

cat >mixed.csv <<'END'
id,customer,metric,quantity,time,note
k1,acme,calls,1,2026-01-01T00:00:00Z,
k2,acme,calls,"1,5",2026-01-01T00:00:00Z,"a ""note"""
k3,acme,calls
c1,acme,calls,1,2026-01-01T00:00:00Z,x
k4,acme,calls,2,2026-01-01T00:00:00Z,
END
cat >rejects <<'END'
line,reason,id,customer,metric,quantity,time,note
3,"quantity '1,5' is not a decimal number",k2,acme,calls,"1,5",2026-01-01T00:00:00Z,"a ""note"""
4,"3 columns where the header has 6","k3,acme,calls"
5,"id 'c1' is already recorded with another metric",c1,acme,calls,1,2026-01-01T00:00:00Z,x
END
check_status 6 "the good rows of a mixed file" billctl usage import mixed.csv --keep-going
check_equal "are recorded" '2 recorded, 0 duplicates, 3 rejected, 0 skipped' "$(cat "$tap_out")"
check_said "the others are in a file" '^the rejected rows are in mixed.csv.rejects.csv$'
check_same "with line, reason and row" rejects mixed.csv.rejects.csv
check_status 4 "a file of rejects that is there is not overwritten" billctl usage import mixed.csv --keep-going
check_status 6 "another one can be named" billctl usage import mixed.csv --keep-going --rejects other.csv
check_same "with the same rows" rejects other.csv
check_equal "and the good ones are duplicates" '0 recorded, 2 duplicates, 3 rejected, 0 skipped' "$(cat "$tap_out")"
check_status 6 "a dry run" billctl usage import mixed.csv --keep-going --rejects dry.csv --dry-run
check_status 1 "writes no file" test -e dry.csv
check_error 2 "rejects onto standard output" \
  "billctl: --rejects '-': the rejected rows need a file, since standard output has the answer" \
  billctl usage import mixed.csv --keep-going --rejects -
check_status 2 "a file of rejects without --keep-going" billctl usage import mixed.csv --rejects other2.csv
check_status 2 "standard input needs a name for the rejects" sh -c 'billctl usage import - --keep-going <mixed.csv'
before=$(events)
check_status 1 "where rejects cannot be written" billctl usage import mixed.csv --keep-going --source again --rejects none/rejects.csv
check_equal "nothing is recorded" "$before" "$(events)"

# --- Other layouts ---

cat >other.csv <<'END'
Ref,Account,Service,Unit,Amount,Start,Kind,Cost
1,Big Corp,Object Store,GB,1.50,2026-03-01 00:30:00,Usage,0.10
2,Big Corp,Object Store,GB,-0.25,2026-03-01T00:30:00+01:00,Usage,NULL
3,acme,Mail,NULL,2,2026-03-01,Usage,
4,acme,Mail,Count,9,2026-03-01,Tax,
END
map='id=Ref,customer=Account,metric={Service}_{Unit},quantity=Amount,time=Start,Cost=Cost'
check_output "a foreign file" '3 recorded, 0 duplicates, 0 rejected, 1 skipped' \
  billctl usage import other.csv --map "$map" --where Kind=Usage --create customers,metrics --source other
check_said "what was added" '^added 1 customer and 2 metrics$'
check_said "what a time without a zone means" '^2 times without a zone read as UTC$'
check_equal "codes are made of names" 'big_corp|Big Corp|object_store_gb|1772325000000000|1.5|{"Cost":"0.10"}
big_corp|Big Corp|object_store_gb|1772321400000000|-0.25|
acme|acme|mail|1772323200000000|2|' "$(sqlite3 ledger.db "SELECT c.code, c.name, m.code, at_us, quantity, properties FROM usage u JOIN customer c
  ON c.id = u.customer_id JOIN metric m ON m.id = u.metric_id JOIN usage_source s ON s.id = source_id WHERE s.name = 'other' ORDER BY event_id")"
check_output "again: nothing is added" '0 recorded, 3 duplicates, 0 rejected, 1 skipped' \
  billctl usage import other.csv --map "$map" --where Kind=Usage --create customers,metrics --source other
check_output "with the zone of its times" '2 recorded, 0 duplicates, 0 rejected, 2 skipped' \
  billctl usage import other.csv --map "$map" --where Kind=Usage --where Account!=acme --timezone America/New_York --source zone
check_equal "which the rows without one are in" '1772343000000000
1772321400000000' "$(sqlite3 ledger.db "SELECT at_us FROM usage JOIN usage_source s ON s.id = source_id WHERE s.name = 'zone' ORDER BY event_id")"
check_error 2 "a column that is not there" "billctl: other.csv: there is no column 'Sevice'; there are: Ref, Account, Service, Unit, Amount, Start, Kind, Cost
hint: did you mean 'Service'?" billctl usage import other.csv --map 'id=Ref,customer=Account,metric={Sevice},quantity=Amount,time=Start'
check_status 2 "a condition on a column that is not there" billctl usage import other.csv --map "$map" --where kind=Usage
check_error 2 "a map that says too little" "billctl: --map does not say where to find: customer, metric, quantity, time
hint: id, customer, metric, quantity and time are needed, e.g. --map customer=COLUMN" billctl usage import other.csv --map id=Ref
check_error 2 "what cannot be created" "billctl: --create 'plans': expected customers, metrics, or customers,metrics" \
  billctl usage import other.csv --create plans
check_status 2 "a zone that does not exist" billctl usage import good.csv --timezone Europe/Atlantis
printf '%s\n' '{"ref":7,"who":"acme","what":"calls","n":1.5,"at":"2026-03-01","deep":{"x":[1]},"p":true}' >other.jsonl
check_output "JSON lines of another layout" '1 recorded, 0 duplicates, 0 rejected, 0 skipped' \
  billctl usage import other.jsonl --map id=ref,customer=who,metric=what,quantity=n,time=at,flag=p --source other
before=$(events)
check_match "a dry run of an import" '^4 recorded, 0 duplicates' billctl usage import other.csv --map "$map" --create customers,metrics --dry-run
check_equal "records nothing" "$before" "$(events)"

# --- What is shown ---

start
billctl -q usage import - --input csv >/dev/null <<'END'
id,customer,metric,quantity,time,region
1,acme,calls,0.1,2026-01-31T22:59:59Z,eu
2,acme,calls,0.2,2026-01-31T23:00:00Z,us
3,acme,calls,-0.05,2026-02-01T22:59:59.999999Z,eu
4,acme,minutes,7,2026-02-01T12:00:00Z,
5,bolt,calls,1000,2026-02-01T12:00:00Z,eu
END
check_output "totals by metric, exact" 'metric,events,quantity,unit,first,last
calls,3,0.25,call,2026-01-31T22:59:59Z,2026-02-01T22:59:59.999999Z
minutes,1,7,minute,2026-02-01T12:00:00Z,2026-02-01T12:00:00Z' billctl usage show acme --format csv
check_output "by day of the customer: Berlin's February begins an hour before UTC's" 'metric,day,events,quantity
calls,2026-01-31,1,0.1
calls,2026-02-01,2,0.15
minutes,2026-02-01,1,7' billctl usage show acme --by day --format csv --columns metric,day,events,quantity
check_output "by property" 'metric,value,events,quantity
calls,eu,2,0.05
calls,us,1,0.2
minutes,,1,7' billctl usage show acme --by property --property region --format csv --columns metric,value,events,quantity
check_output "a half-open range of days" 'metric,events,quantity
calls,2,0.15
minutes,1,7' billctl usage show acme --from 2026-02-01 --to 2026-02-02 --format csv --columns metric,events,quantity
check_output "of instants" 'metric,events,quantity
calls,1,0.1' billctl usage show acme --to 2026-01-31T23:00:00Z --format csv --columns metric,events,quantity
check_output "one metric" 'metric,events,quantity
minutes,1,7' billctl usage show acme --metric minutes --format csv --columns metric,events,quantity
check_output "the events by time" 'time,metric,quantity,id,properties
2026-01-31T22:59:59Z,calls,0.1,1,"{""region"":""eu""}"
2026-01-31T23:00:00Z,calls,0.2,2,"{""region"":""us""}"
2026-02-01T12:00:00Z,minutes,7,4,
2026-02-01T22:59:59.999999Z,calls,-0.05,3,"{""region"":""eu""}"' \
  billctl usage show acme --events --format csv --columns time,metric,quantity,id,properties
check_output "nothing" '[]' billctl usage show acme --from 2027-01-01 --format json
check_status 3 "of a customer that is not there" billctl usage show nobody
check_status 2 "an empty range" billctl usage show acme --from 2026-02-01 --to 2026-02-01
check_status 2 "by property without its name" billctl usage show acme --by property
check_status 2 "events by day" billctl usage show acme --events --by day

# --- Real data ---

sample=$srcdir/../shared/data/focus_sample.csv
if [ -r "$sample" ]; then
  start
  map='id=Id,customer=SubAccountId,metric={ServiceName}_{ConsumedUnit},quantity=ConsumedQuantity,time=ChargePeriodStart,ListCost=ListCost'
  check_output "real cost records" '997 recorded, 0 duplicates, 0 rejected, 3 skipped' \
    billctl usage import "$sample" --map "$map" --where ChargeCategory=Usage --create customers,metrics
  check_said "73 customers" '^added 73 customers and [0-9]* metrics$'
  check_said "12 corrections" '^negative among the events: 12$'
  check_output "again they are all known" '0 recorded, 997 duplicates, 0 rejected, 3 skipped' \
    billctl usage import "$sample" --map "$map" --where ChargeCategory=Usage --create customers,metrics
  check_equal "their sum, to the last digit" 13302.712904456820057 "$(sqlite3 ledger.db 'SELECT decimal_sum(quantity) FROM usage')"
  check_equal "no customer more" 75 "$(sqlite3 ledger.db 'SELECT count(*) FROM customer')"
else
  skip "real cost records" "the sample is not here"
fi
done_testing
