#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a charge costs at least and at most: alone, over several prices, without usage, in a short period, and drawn up again.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "name": "Calls" }, { "code": "traffic", "name": "Traffic", "negative": "allow" } ],
  "plans": [
    { "code": "bounded", "type": "pay_per_use",
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.125", "minimum_amount": "100.00", "maximum_amount": "500.00" } ] },
    { "code": "several", "type": "pay_per_use", "alignment": "calendar",
      "charges": [ { "metric": "traffic", "model": "per_unit", "unit_price": "0.01", "minimum_amount": "10.00", "filters": [
        { "match": { "region": "eu" }, "unit_price": "0.003" }, { "match": { "region": "us" }, "unit_price": "0.004" } ] } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
described () { billctl export lines --customer "$1" --no-header --columns description,quantity,unit_price,amount; }

# --- One price ---
# 0: 100.00 are missing; 799 x 0.125 = 99.875 -> 99.88: 0.12 are missing; 800: none is; 4001 x 0.125 = 500.125 -> 500.13: 0.13 too much.
for calls in 799 800 4000 4001; do
  customer "c$calls" UTC bounded 2026-01-01 && event "c$calls" calls "$calls" 2026-01-02T00:00:00Z || exit 1
done
customer c0 UTC bounded 2026-01-01 && generate 2026-02-01 || exit 1
check_output 'without usage' 'Calls: minimum,1,,100.00' described c0
check_output 'a little below the minimum' 'Calls,799,0.125,99.88
Calls: minimum,1,,0.12' described c799
check_output 'at the minimum' 'Calls,800,0.125,100.00' described c800
check_output 'at the maximum' 'Calls,4000,0.125,500.00' described c4000
check_output 'above it' 'Calls,4001,0.125,500.13
Calls: maximum,1,,-0.13' described c4001
check_output 'the total is the maximum' 'c4001,2026-02-01,500.00' totals --customer c4001
check_json 'how it came about' '.[1] | [.kind, .code, .metric, .exact_amount, .ratio, .derivation]' \
  '["usage","calls","calls","-0.13",null,{"rule":"maximum","metric":"calls","bound":"500","charged":"500.13"}]' \
  billctl export lines --customer c4001 --format json

# A late run over months without usage, and one with 4 x 0.125 in the second of them.
customer late UTC bounded 2026-01-01 && event late calls 4 2026-02-02T00:00:00Z && generate 2026-05-01 --customer late || exit 1
check_output 'each month by itself' 'late,2026-02-01,100.00
late,2026-03-01,100.00
late,2026-04-01,100.00
late,2026-05-01,100.00' totals --customer late

# --- Several prices together, in a short first period ---
# Calendar months from the 15th of January: 17 of 31 days: 10.00 x 17/31 = 5.4838… -> 5.48.
# eu 335 x 0.003 = 1.005 -> 1.01; us 1 x 0.004 -> 0.00; others 2 x 0.01 = 0.02: 1.03, 4.45 are missing. February is whole: -1 x 0.01, so 10.01 are.
customer several UTC several 2026-01-15 && event several traffic 335 2026-01-16T00:00:00Z --property region=eu &&
  event several traffic 1 2026-01-17T00:00:00Z --property region=us && event several traffic 2 2026-01-18T00:00:00Z &&
  event several traffic -1 2026-02-18T00:00:00Z && generate 2026-03-01 --customer several || exit 1
check_output 'lines are rounded before, and the sum is the minimum' 'Traffic (region=eu),335,0.003,1.01
Traffic (region=us),1,0.004,0.00
Traffic,2,0.01,0.02
Traffic: minimum,1,,4.45
Traffic,-1,0.01,-0.01
Traffic: minimum,1,,10.01' described several
check_output 'the totals' 'several,2026-02-01,5.48
several,2026-03-01,10.00' totals --customer several
check_json 'the part of the period' 'map (select (.derivation.rule == "minimum") | [.exact_amount, .derivation])' '[["4.45",{"rule":"minimum","metric":"traffic","bound":"10","ratio":"17/31","charged":"1.03"}],["10.01",{"rule":"minimum","metric":"traffic","bound":"10","charged":"-0.01"}]]' \
  billctl export lines --customer several --format json

# --- Seen from outside ---
check_match 'in the plan' '^calls +per_unit +0 +0.125 each +100 +500 *$' billctl plans show bounded
check_json 'in JSON' '.charges[0] | [.minimum_amount, .maximum_amount]' '["100","500"]' billctl plans show bounded --format json
check_status 0 'issued' billctl -q invoice finalize --all
check 'drawn up again they are the same' billctl verify
done_testing
