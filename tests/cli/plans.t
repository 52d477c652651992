#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Catalogs from the outside: applying, versions, differences, lists, comparisons, what is refused.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3

billctl --quiet init || exit 1
cat >one.json <<'END'
{ // version 1
  "currency": "USD",
  "metrics": [ { "code": "call_minutes", "name": "Call minutes", "unit": "minute" } ],
  "addons": [ { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "50.00" } ],
  "credit_events": [ { "event": "basic", "credits": 1 } ],
  "credit_packages": [ { "code": "small", "credits": 1000, "amount": "9.90" } ],
  "plans": [
    { "code": "professional", "name": "Professional",
      "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
      "charges": [ { "metric": "call_minutes", "model": "graduated", "included": 500,
        "tiers": [ { "up_to": 1000, "unit_price": "0.10" }, { "up_to": null, "unit_price": "0.08", "flat_price": "5.00" } ] } ],
      "limits": [ { "metric": "call_minutes", "value": 500, "alerts": [80, 100] } ],
      "features": { "support": "priority" }, "addons": [ "setup" ] },
    { "code": "basic", "name": "Basic", "prices": [ { "interval": "month", "amount": "9.00" } ] } ] }
END
sed -e 's/"99.00"/"109.00"/' -e 's/"Basic"/"Base"/' -e 's/"credits": 1 /"credits": 2 /' one.json >two.json
changes='Kind            Code          Change  Detail
metric          call_minutes  added   sum of minute
credit event    basic         added   credits 1
credit package  small         added   1000 credits for 9.90 USD
plan            professional  added   base 99.00 month, 990.00 year USD
plan            basic         added   base 9.00 month USD'

# --- Applying ---

cp ledger.db before.db
check_output 'a dry run says what it would do' "$changes" billctl plans apply --dry-run one.json
check_json 'and writes nothing' length 0 billctl plans list --format json
check_output 'the first time all is new' "$changes" billctl plans apply one.json
check_json 'again nothing changes' 'map(.change) | unique' '["unchanged"]' billctl plans apply one.json --format json
check_equal 'one entry of the audit log for each object' 5 \
  "$(sqlite3 ledger.db "SELECT count (*) FROM audit WHERE command = 'plans apply'")"

for number in 1 2; do
  billctl customer add "c$number" >/dev/null && billctl subscribe "c$number" professional --start 2026-01-01 >/dev/null || exit 1
done
check_output 'changed terms make a version and leave subscriptions where they are' \
  'Kind            Code          Change         Detail
metric          call_minutes  unchanged
credit event    basic         changed        credits 1 -> 2
credit package  small         unchanged
plan            professional  new version 2  base month 99.00 -> 109.00 USD; sold from 2026-02-01; 2 subscriptions stay on version 1
plan            basic         changed        name Basic -> Base' billctl plans apply two.json
check_equal 'version 1 is as it was' 1 "$(sqlite3 ledger.db \
  "SELECT count (*) FROM plan_version WHERE version = 1 AND definition LIKE '%99.00%' AND definition NOT LIKE '%109.00%'")"
check_json 'the subscription pays the price of its version' '.[0] | [.plan, .version]' '["professional",1]' \
  billctl subscription list --format json
check_error 0 'nothing is said about a file that holds' '' billctl plans apply two.json
check_json 'another file of the same terms changes nothing' '[.[] | select(.change != "unchanged")] | length' 0 \
  sh -c 'billctl plans apply - --format json <two.json'

# --- Differences ---

check_output 'a diff has a row for each term' \
  'Kind          Code          Change         Detail
credit event  basic         changed        credits 2 -> 1
plan          professional  new version 3  base month 109.00 -> 99.00 USD
plan          professional  new version 3  sold from 2026-02-01
plan          professional  new version 3  2 subscriptions stay on version 1
plan          basic         changed        name Base -> Basic' billctl plans diff one.json
check_json 'it writes nothing' '.[0].version' 1 billctl plans list --format json
check_status 1 '--exit-code with differences' billctl plans diff one.json --exit-code
check_error 0 '--exit-code without' 'no differences' billctl plans diff two.json --exit-code
echo '{ "plans": [] }' >none.json
check_output 'what the file lacks' \
  'Kind            Code          Change       Detail
metric          call_minutes  not in file
credit event    basic         not in file
credit package  small         not in file
plan            basic         not in file
plan            professional  not in file' billctl plans diff none.json
check_json 'is left alone by applying' length 0 billctl plans apply none.json --format json
check_json 'and is still there' length 2 billctl plans list --format json

# --- Looking ---

check_output 'list' \
  'Code          Name          Ver.  Price                      Currency  Used by
basic         Base             1  9.00 month                 USD             0
professional  Professional     2  109.00 month, 990.00 year  USD             2' billctl plans list
check_json 'amounts in minor units' '.[1].prices' '[{"interval":"month","amount":10900},{"interval":"year","amount":99000}]' \
  billctl plans list --format json
check_output 'list as CSV' 'code,version,currency,subscribers
basic,1,USD,0
professional,2,USD,2' billctl plans list --format csv --columns code,version,currency,subscribers
check_json 'show' '[.version, .prices[0].amount, (.charges | length), .charges[1].tier_from, .charges[1].flat_price,
  .limits[0].alerts, .features[0].value, .addons[0].amount, [.versions[] | [.version, .subscribers]]]' \
  '[2,10900,2,"1000","5","80,100","priority",5000,[[1,2],[2,0]]]' billctl plans show professional --format json
check_json 'show an older version' '[.version, .prices[0].amount]' '[1,9900]' \
  billctl plans show professional --version 1 --format json
check_match 'show for people' '^call_minutes +graduated +500 +1000 +0.08 each \+ 5.00 flat$' billctl plans show professional
check_output 'compare' \
  'Item                          professional                                               basic
currency                      USD                                                        USD
base month                    109.00                                                     9.00
base year                     990.00                                                     -
charge call_minutes price     graduated: 0.10 each to 1000, 0.08 each + 5.00 flat above  -
charge call_minutes included  500                                                        -
limit call_minutes            500                                                        -
feature support               priority                                                   -
add-on setup once             50.00                                                      -' \
  billctl plans compare professional basic
check_json 'compare as JSON' '.[1]' '{"item":"base month","basic":"9.00","professional":"109.00"}' \
  billctl plans compare basic professional --format json
check_json 'metrics' '.[0]' \
  '{"code":"call_minutes","name":"Call minutes","unit":"minute","aggregation":"sum","property":null,"negative":"refuse","persistent":false,"late":"bill"}' \
  billctl metric list --format json
for example in voice-ai credits usage platform call-center focus-resale; do
  check "example $example" billctl plans apply --dry-run "$srcdir/examples/catalogs/$example.json"
done
sed -n '/^\.\\" show/,/^\.\\" end/p' "$srcdir/man/billctl-catalog.5.in" | sed '/^\./d' >manual.json
check_output 'the catalog in the manual page' 'Kind    Code          Change         Detail
metric  call_minutes  unchanged
plan    professional  new version 3  base month 109.00 -> 99.00 USD; charge call_minutes price graduated: 0.10 each to 1000, 0.08 each + 5.00 flat above -> 0.10 each; charge call_minutes included 500 -> 2000; limit call_minutes 500 -> 2000; limit call_minutes alerts 80,100 -> 80,95,100; add-on setup removed; sold from 2026-02-01; 2 subscriptions stay on version 1' \
  billctl plans apply --dry-run manual.json
run sh -c "billctl plans apply '$srcdir/examples/catalogs/voice-ai.json' >/dev/null && billctl plans show professional &&
  billctl plans compare starter professional enterprise && billctl plans list"
check_equal 'no line is wider than 80 columns' 0 "$(awk 'length > 80 { wide++ } END { print wide + 0 }' "$tap_out")"
rm ledger.db* && billctl --quiet init && billctl plans apply two.json >/dev/null || exit 1

# --- Refused ---

check_error 3 'no such plan' "billctl: there is no plan 'profesional'
hint: did you mean 'professional'?" billctl plans show profesional
check_error 3 'no such version' "billctl: plan 'professional' has no version 9
hint: its newest version is 1" billctl plans show professional --version 9
check_match 'versions say when they were made, to the second' '^2026-02-01T00:00:01Z$' \
  sh -c 'echo "{\"currency\":\"USD\",\"plans\":[{\"code\":\"late\",\"custom\":true}]}" | billctl -q plans apply - --as-of 2026-02-01T00:00:01.25Z >/dev/null &&
    billctl plans show late --format json | jq -r ".versions[0].created_at"'
check_error 3 'a plan that is like none' "billctl: there is no plan 'zzzzzzzz'
hint: \`billctl plans list\` shows the plans" billctl plans show zzzzzzzz
check_error 2 'compared with itself' "billctl: plan 'basic' is named twice" billctl plans compare basic basic
check_error 2 'a folder' "billctl: cannot read .: it is a directory" billctl plans apply .
check_error 2 'a file without end' 'billctl: /dev/zero is larger than 64 MiB' billctl plans apply /dev/zero
check_error 1 'a standard input that is closed' 'billctl: cannot read standard input: Bad file descriptor' sh -c 'billctl plans apply - <&-'
check_error 0 'a file that says nothing' 'nothing stands in the file' sh -c 'echo {} | billctl plans apply -'
check_error 3 'no such file' "billctl: cannot open nothing.json: No such file or directory" billctl plans apply nothing.json
cp ledger.db unchanged.db
refused () { # NAME STATUS MESSAGE CATALOG
  printf '%s' "$4" >bad.json
  check_error "$2" "$1" "$3" billctl plans apply bad.json
}
refused 'not JSON' 2 "billctl: bad.json:2:5: unexpected character ']' where a key in double quotes should follow" '{ "plans": [
  { ] }'
refused 'cut in the middle' 2 "billctl: bad.json:1:27: the text ends where ',' or '}' should follow" '{ "plans": [ { "code": "p"'
refused 'a key twice' 2 'billctl: bad.json:1:21: the key "currency" stands twice in this object' '{ "currency": "USD","currency": "EUR" }'
refused 'unknown currency' 2 "billctl: bad.json:1: currency: 'USX' is not an ISO 4217 currency, such as USD or EUR" '{ "currency": "USX" }'
refused 'a terminal escape in a name' 2 \
  "billctl: bad.json:1: metrics[0].name: 'x\\x1b[31m' has control characters: write it as plain text on one line" \
  '{ "metrics": [ { "code": "a", "name": "x\u001b[31m" } ] }'
refused 'text that runs backwards, deep inside' 2 \
  "billctl: bad.json:1: plans[0].features.tone: 'a\\u{202e}b' has control characters: write it as plain text on one line" \
  '{ "currency": "USD", "plans": [ { "code": "p", "custom": true, "features": { "tone": "a\u202eb" } } ] }'
refused 'an escape in the name of a feature' 2 \
  "billctl: bad.json:1: plans[0].features.\\x1b[0m: the name of this field has control characters" \
  '{ "currency": "USD", "plans": [ { "code": "p", "custom": true, "features": { "\u001b[0m": "a" } } ] }'
refused 'an empty name' 2 "billctl: bad.json:1: metrics[0].name: it is empty: leave it out, or say something" \
  '{ "metrics": [ { "code": "a", "name": "" } ] }'
refused 'a name of 257 characters' 2 "billctl: bad.json:1: metrics[0].name: it is longer than 256 characters" \
  "{ \"metrics\": [ { \"code\": \"a\", \"name\": \"$(printf 'ü%.0s' $(seq 257))\" } ] }"
refused 'a comma in a number' 2 "billctl: bad.json:1: plans[0].prices[0].amount: '1,5' is not a decimal number such as 12.5" \
  '{ "currency": "USD", "plans": [ { "code": "p", "prices": [ { "interval": "month", "amount": "1,5" } ] } ] }'
refused 'wrong decimals' 2 "billctl: bad.json:2: plans[0].prices[0].amount: '100.5' is in the wrong number of decimals: JPY has 0" \
  '{ "currency": "JPY",
  "plans": [ { "code": "p", "prices": [ { "interval": "month", "amount": "100.5" } ] } ] }'
refused 'duplicate code' 2 "billctl: bad.json:1: metrics[1]: the metric 'a' stands twice" '{ "metrics": [ { "code": "a" }, { "code": "a" } ] }'
refused 'a metric that measures something else' 4 \
  "billctl: metric 'call_minutes' exists and cannot come to measure something else: aggregation sum -> max
hint: give the new measurement a code of its own" '{ "metrics": [ { "code": "call_minutes", "aggregation": "max" } ] }'
refused 'every problem is listed' 2 "billctl: bad.json:3: plans[0].charges[0].metric: there is no metric 'calls' in this file or in the ledger
billctl: bad.json:4: plans[0].charges[1].tiers[1].up_to: tiers overlap: 50 is not above 100, where the tier before ends
billctl: bad.json has 2 problems; nothing was applied" \
  '{ "currency": "USD", "plans": [ { "code": "p", "prices": [ { "interval": "month", "amount": "1" } ],
  "charges": [
    { "metric": "calls", "model": "flat", "amount": "1.00" },
    { "metric": "call_minutes", "model": "volume", "tiers": [ { "up_to": 100, "unit_price": "1" }, { "up_to": 50, "unit_price": "1" },
      { "unit_price": "1" } ] } ] } ] }'
refused 'a good plan beside a bad one' 2 \
  "billctl: bad.json:2: plans[1]: a plan needs prices, such as [{ \"interval\": \"month\", \"amount\": \"99.00\" }], unless it is custom or pay_per_use" \
  '{ "currency": "USD", "plans": [ { "code": "good", "custom": true },
    { "code": "bad" } ] }'
check_same 'and nothing was written' unchanged.db ledger.db
check_status 0 'a metric of the ledger can be priced' sh -c 'echo "{\"currency\":\"USD\",\"plans\":[{\"code\":\"p\",\"type\":\"pay_per_use\",
  \"charges\":[{\"metric\":\"call_minutes\",\"model\":\"per_unit\",\"unit_price\":\"0.05\"}]}]}" | billctl plans apply -'
check_json 'its charge has the name of the metric' '.charges[0].name' '"Call minutes"' billctl plans show p --format json

done_testing
