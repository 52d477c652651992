#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of a plan: looked over before it is applied, changed, not sold any more.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "name": "Calls" } ],
  "plans": [
    { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
      "quantities": [ { "code": "seats", "included": 2, "prices": [ { "interval": "month", "unit_price": "10.00" }, { "interval": "year", "unit_price": "100.00" } ] } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 100 } ] },
    { "code": "basic", "name": "Basic", "prices": [ { "interval": "month", "amount": "9.00" } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# --- Lint ---

check_error 0 'a file without anything odd' 'nothing to ask about' billctl plans lint --strict catalog.json
cat >odd.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "m" }, { "code": "idle" } ],
  "plans": [
    { "code": "odd", "prices": [ { "interval": "month", "amount": "10.00" }, { "interval": "year", "amount": "120.01" }, { "interval": "quarter", "amount": "30.00" } ],
      "quantities": [ { "code": "seats", "included": 1, "default": 3, "prices": [ { "interval": "month", "unit_price": "1" } , { "interval": "quarter", "unit_price": "3" }, { "interval": "year", "unit_price": "12" } ] } ],
      "charges": [ { "metric": "m", "model": "graduated", "tiers": [ { "up_to": 10, "unit_price": "0.10" }, { "unit_price": "0.11" } ] } ],
      "limits": [ { "metric": "seats", "value": 3 } ] },
    { "code": "steps", "custom": true, "charges": [ { "metric": "m", "model": "stairstep", "tiers": [ { "up_to": 10, "flat_price": "5" }, { "flat_price": "4" } ] } ] },
    { "code": "given", "type": "pay_per_use", "charges": [ { "metric": "m", "model": "per_unit", "unit_price": "0", "included": 10, "filters": [
      { "match": { "a": "b" }, "unit_price": "0" } ] } ], "limits": [ { "metric": "m", "value": 5 } ] },
    { "code": "part", "type": "pay_per_use", "charges": [ { "metric": "m", "model": "per_unit", "filters": [ { "match": { "a": "b" }, "unit_price": "1" } ] } ] },
    { "code": "over", "prices": [ { "interval": "month", "amount": "1" } ], "limits": [ { "metric": "m", "value": 5 } ] },
    { "code": "gift", "type": "pay_per_use" } ] }
END_OF_CATALOG
check_output 'what looks odd' ',metric-unused,metric idle: no plan of the file charges for it or limits it
odd,interval-dearer,"a year costs 120.01 USD, more than 12 times the month at 10.00"
odd,interval-dearer,"a year costs 120.01 USD, more than 4 times the quarter at 30.00"
odd,default-paid,"quantity seats: who names no number pays for 3, of which 1 are included"
odd,tier-dearer,"charge m: above 10 it is 0.11 each, more than 0.10 each before"
steps,step-cheaper,"charge m: above 10 it is 4.00 flat, less than 5.00 flat before"
given,included-free,"charge m: units are included, and those beyond cost nothing either"
given,price-zero,charge m for a=b: its price is 0
given,limit-below-included,limit m: 5 is less than the 10 that are included
part,filters-alone,charge m: what matches none of its filters is not billed
over,overage-unpriced,"limit m: what goes beyond it is billed, but no charge has a price for it"
gift,plan-free,nothing of it costs anything' billctl plans lint odd.json --no-header --format csv
check_status 0 'is no failure' billctl plans lint odd.json
check_status 1 'unless it shall be one' billctl plans lint --strict odd.json
check_status 1 'with rows for programs too' billctl plans lint --strict odd.json --format json
echo '{ "currency": "USD", "plans": [ { "code": "a", "custom": true, "charges": [ { "metric": "calls", "model": "flat", "amount": "1" } ] } ] }' >part.json
check_error 2 'a metric that the file lacks' "billctl: part.json:1: plans[0].charges[0].metric: there is no metric 'calls' in this file or in the ledger" \
  billctl plans lint part.json
check 'may be one of the ledger' billctl plans lint part.json --with-ledger
check_status 2 'a file that cannot be applied' sh -c 'echo "{ \"plans\": [ {} ] }" | billctl plans lint -'
check_status 3 'no such file' billctl plans lint nowhere.json
check 'no ledger is needed' billctl plans lint catalog.json --ledger nowhere.db

# --- Versions ---

customer acme UTC pro 2026-01-01 && customer beta UTC pro 2026-01-15 || exit 1
sed -e 's/"99.00"/"109.00"/' catalog.json >next.json
check_output 'what a new version changes, and from when' 'Kind    Code   Change         Detail
metric  calls  unchanged
plan    pro    new version 2  base month 99.00 -> 109.00 USD; sold from 2026-05-01; 2 subscriptions stay on version 1
plan    basic  unchanged' billctl plans apply next.json --as-of 2026-05-01T08:00:00Z
cp ledger.db full.db
sed -e 's/"109.00"/"119.00"/' next.json >third.json
check_status 1 'what cannot be shown is not written' sh -c 'billctl plans apply third.json >/dev/full'
check_json 'and so there is no third version' '[.[] | .version]' '[1,2]' billctl plans list --format json

# --- Archive ---

check_error 0 'a dry run' 'plan pro would be archived; 2 subscriptions stay on it
dry run: nothing was written' billctl plans archive pro --dry-run
check_error 0 'archiving' 'plan pro is archived; 2 subscriptions stay on it' billctl plans archive pro
check_error 0 'again' 'plan pro is archived already' billctl plans archive pro
check_json 'lists leave it out' 'map(.code)' '["basic"]' billctl plans list --format json
check_json 'unless all are asked for' 'map([.code, .status])' '[["basic","active"],["pro","archived"]]' billctl plans list --all --format json
billctl -q customer add gamma --currency USD >/dev/null || exit 1
check_error 4 'nobody can take it' 'billctl: plan pro is archived: it is not sold any more
hint: `billctl plans archive pro --undo` sells it again' billctl subscribe gamma pro
check_match 'its subscriptions are billed' 'acme' billctl invoice generate --as-of 2026-02-01
check_match 'a file can still change it' 'plan +pro +new version 3 .*the plan is archived; 2 subscriptions stay on version 1' \
  billctl plans apply third.json --dry-run
check_error 0 'sold again' 'plan pro is sold again' billctl plans archive pro --undo
check_error 0 'twice' 'plan pro is sold already' billctl plans archive pro --undo
check_status 0 'and taken' billctl subscribe gamma pro
check_status 3 'no such plan' billctl plans archive prof
check_equal 'each is in the audit log' 'plan pro: active -> archived
plan pro: archived -> active' "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'plans archive' ORDER BY id")"

# --- Impact ---
# Calls cost 0.10 above 100, then 0.08 above 50; 99.00 a month become 109.00, 990.00 a year 1,000.00; 89.00 euros 95.00.
# acme used 400 calls in January: 99 + 30.00 = 129.00, then 109 + 28.00 = 137.00. beta, from the 15th, used 60 until now, in its first
# period: 99 + 0, then 109 + 0.80. deal has a base fee of 80.00 and used nothing. euro used 200: 89 + 9.00, then 95 + 12.00 (0.08).
# yearly used 150: 990 + 12 x 5.00 = 1050.00, then 1000 + 12 x 8.00 = 1096.00. eyear pays by the year, which the euros lack.

rm -f ledger.db* && billctl -q init || exit 1
cat >old.json <<'END_OF_CATALOG'
{ "currency": "USD", "metrics": [ { "code": "calls", "name": "Calls" } ],
  "plans": [ { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "year", "amount": "990.00" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 100 } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "89.00" } , { "interval": "year", "amount": "890.00" } ],
      "charges": [ { "metric": "calls", "unit_price": "0.09" } ] } } } ] }
END_OF_CATALOG
cat >new.json <<'END_OF_CATALOG'
{ "currency": "USD", "metrics": [ { "code": "calls", "name": "Calls" }, { "code": "texts" } ],
  "plans": [ { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "109.00" }, { "interval": "year", "amount": "1000.00" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.08", "included": 50 }, { "metric": "texts", "model": "per_unit", "unit_price": "1" } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "95.00" } ], "charges": [ { "metric": "calls", "unit_price": "0.08" },
      { "metric": "texts", "unit_price": "1" } ] } } },
    { "code": "fresh", "prices": [ { "interval": "month", "amount": "1.00" } ] } ] }
END_OF_CATALOG
billctl -q plans apply old.json >/dev/null && customer acme UTC pro 2026-01-01 && customer beta UTC pro 2026-01-15 \
  && customer deal UTC pro 2026-01-01 --set base.month=80.00 && currency=EUR customer euro UTC pro 2026-01-01 \
  && currency=EUR customer eyear UTC pro 2026-01-01 --interval year && customer yearly UTC pro 2026-01-01 --interval year \
  && customer gone UTC pro 2026-01-01 && billctl -q subscription cancel gone --now --as-of 2026-01-20 >/dev/null \
  && customer ends UTC pro 2026-01-01 && billctl -q subscription cancel ends >/dev/null \
  && event acme calls 400 "2026-01-05" && event beta calls 60 "2026-01-20" && event euro calls 200 "2026-01-05" && event yearly calls 150 "2026-01-05" \
  && event acme calls 9999 "2026-02-01" || exit 1
cp ledger.db impact.db
check_output 'who would pay what, from when' 'acme-1,1,month,2026-03-01,99.00,109.00,30.00,28.00,129.00,137.00,8.00,USD,
beta-1,1,month,2026-02-15,99.00,109.00,0.00,0.80,99.00,109.80,10.80,USD,
deal-1,1,month,2026-03-01,80.00,80.00,0.00,0.00,80.00,80.00,0.00,USD,
euro-1,1,month,2026-03-01,89.00,95.00,9.00,12.00,98.00,107.00,9.00,EUR,
eyear-1,1,year,2027-01-01,890.00,,0.00,,890.00,,,EUR,the new version is not offered by '"'year'"'
yearly-1,1,year,2027-01-01,990.00,1000.00,5.00,8.00,1050.00,1096.00,46.00,USD,' \
  billctl plans impact new.json --no-header --format csv \
  --columns subscription,version,interval,from,fees_before,fees_after,usage_before,usage_after,before,after,difference,currency,note
# USD: 129 + 99 + 80 + 1050 = 1358.00, then 137 + 109.80 + 80 + 1096 = 1422.80.
check_json 'in all' .totals '[{"currency":"usd","subscriptions":4,"before":135800,"after":142280,"difference":6480},{"currency":"eur","subscriptions":1,"before":9800,"after":10700,"difference":900}]' \
  billctl plans impact new.json --format json
check_error 0 'a file that changes nothing' 'nobody would pay anything else' billctl plans impact old.json
check_status 2 'a file that cannot be applied' sh -c 'echo "{ \"plans\": [ {} ] }" | billctl plans impact -'
check 'nothing is written' cmp ledger.db impact.db

# --- Migrate ---
# acme since 2026-01-01 and beta since 2026-01-15 are on version 1 (99.00), version 2 costs 109.00. euro is on the euros of version 1,
# deal on terms of its own (80.00), gone is canceled, late is on version 2 already.

rm -f ledger.db* && billctl -q init || exit 1
cat >world.json <<'END_OF_CATALOG'
{ "currency": "USD", "metrics": [ { "code": "calls", "name": "Calls" } ],
  "plans": [ { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" } ],
    "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 100 } ],
    "currencies": { "EUR": { "prices": [ { "interval": "month", "amount": "89.00" } ], "charges": [ { "metric": "calls", "unit_price": "0.09" } ] } } } ] }
END_OF_CATALOG
billctl -q plans apply world.json >/dev/null || exit 1
customer acme UTC pro 2026-01-01 && customer beta UTC pro 2026-01-15 && currency=EUR customer euro UTC pro 2026-01-01 \
  && customer deal UTC pro 2026-01-01 --set base.month=80.00 && customer gone UTC pro 2026-01-01 \
  && billctl -q subscription cancel gone --now --as-of 2026-01-20 >/dev/null || exit 1
sed -e 's/"99.00"/"109.00"/; s/"89.00"/"95.00"/; s/"included": 100/"included": 200/' world.json >next.json
billctl -q plans apply next.json >/dev/null && customer late UTC pro 2026-02-01 && generate 2026-02-01 --finalize || exit 1
moved='acme-1,1,2,true,2026-03-01,109.00
beta-1,1,2,true,2026-02-15,109.00
deal-1,1,2,true,2026-03-01,80.00
euro-1,1,2,true,2026-03-01,95.00'
columns=subscription,from_version,to_version,moved,effective_on,total
# The lines are what falls due with the change: the fee of the first period on the new version.
check_output 'a dry run says who goes when and for how much' "$moved" billctl plans migrate pro --to-version 2 --dry-run --no-header --format csv --columns "$columns"
check_json 'and moves nobody' '[.versions[] | [.version, .subscribers]]' '[[1,4],[2,1]]' billctl plans show pro --format json
check_output 'one customer' 'acme-1,1,2,true,2026-03-01,109.00' \
  billctl plans migrate pro --to-version 2 --customer acme --no-header --format csv --columns "$columns"
check_output 'the others' "$(printf '%s\n' "$moved" | tail -n 3)" \
  billctl plans migrate pro --to-version 2 --from-version 1 --at period-end --no-header --format csv --columns "$columns"
check_error 0 'nobody is left' 'no subscription is on another version' billctl plans migrate pro --to-version 2
generate 2026-03-15 --finalize || exit 1
check_output 'what they pay' 'acme,2026-01-01,99.00
acme,2026-02-01,99.00
acme,2026-03-01,109.00
beta,2026-01-15,99.00
beta,2026-02-15,109.00
beta,2026-03-15,109.00
deal,2026-01-01,80.00
deal,2026-02-01,80.00
deal,2026-03-01,80.00
euro,2026-01-01,89.00
euro,2026-02-01,89.00
euro,2026-03-01,95.00' sh -c "billctl invoice list --format csv --no-header --columns customer,billed_on,total | grep -v 'gone\|late' | sort"
check_json 'what was agreed stays agreed' '[.version, .terms, .custom_terms[].term]' '[2,"custom:1","base month 109.00 -> 80.00 USD"]' \
  billctl subscription show deal --as-of 2026-03-02 --format json
check_json 'and the rest is that of the new version' '.charges[0].included' '"200"' billctl plans show pro --version 2 --terms custom:1 --format json
check_match 'all of it is drawn up again' '^lines drawn up again +ok$' billctl verify --columns check,result
check_equal 'one entry for the whole' 'plan pro: 1 subscriptions moved to version 2
plan pro: 3 subscriptions moved to version 2' \
  "$(sqlite3 ledger.db "SELECT change FROM audit WHERE command = 'plans migrate' AND change LIKE 'plan pro: %' ORDER BY id")"

# Back to version 1 in the middle of March: 16 of 31 days are left from the 16th on. acme: -109.00 x 16/31 = -56.258… -> -56.26 and
# 99.00 x 16/31 = 51.096… -> 51.10.
check_output 'at once, with the lines that this brings' 'acme-1,2,1,true,2026-03-16,-5.16' \
  billctl plans migrate pro --to-version 1 --customer acme --at now --as-of 2026-03-16 --no-header --format csv --columns "$columns"
sed -e 's/, *$/,/; s/"currencies": .*$/"metadata": {} } ] }/' next.json >dollars.json
billctl -q plans apply dollars.json >/dev/null || exit 1
run billctl plans migrate pro --to-version 3 --as-of 2026-03-16 --no-header --format csv --columns subscription,moved,message
check_equal 'what cannot go stays, and the rest goes' 6 "$tap_status"
check_equal 'and says why' 'euro-1,false,version 3 is not sold in EUR' "$(grep euro "$tap_out")"
check_equal 'four went' 4 "$(grep -c ',true,' "$tap_out")"
check_status 3 'no such version' billctl plans migrate pro --to-version 9
check_status 3 'no such customer' billctl plans migrate pro --to-version 2 --customer nobody
check_status 3 'no such plan' billctl plans migrate pri --to-version 2
check_error 2 'no version' 'billctl: --to-version: versions are counted from 1' billctl plans migrate pro

done_testing
