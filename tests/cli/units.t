#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Billed units: measured in one unit, billed in another, and rounded. Every figure is worked out by hand in the comment beside it.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "tokens" }, { "code": "seconds", "negative": "allow" }, { "code": "bytes" } ],
  "plans": [
    { "code": "units", "type": "pay_per_use",
      "charges": [
        { "metric": "tokens", "model": "per_unit", "unit_price": "2.50", "unit_size": 1000000 },
        { "metric": "seconds", "model": "graduated", "unit_size": "60", "round": { "mode": "up" }, "included": 10,
          "tiers": [ { "up_to": 20, "unit_price": "0.10" }, { "up_to": null, "unit_price": "0.05" } ] },
        { "metric": "bytes", "model": "per_unit", "unit_price": "0.20", "unit_size": "1073741824", "round": { "mode": "nearest", "to": "0.5" },
          "filters": [ { "match": { "way": "in" }, "unit_price": "0.01" } ] } ] } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# 1,234,567 tokens are 1.234567 million: x 2.50 = 3.0864175.
# 1,801 + 1 seconds are 30.03 minutes, billed as 31, less 10: 20 x 0.10 + 1 x 0.05. They are rounded together, not call by call. Then -30 seconds: -1.
# 2,600,000,000 bytes are 2.42 GiB -> 2.5 x 0.20; inbound 268,435,455 are less than a quarter of one -> 0.
customer acme UTC units 2026-01-01 && event acme tokens 1234567 2026-01-02T00:00:00Z && event acme seconds 1801 2026-01-02T00:00:00Z &&
  event acme seconds 1 2026-01-03T00:00:00Z && event acme bytes 2600000000 2026-01-04T00:00:00Z &&
  event acme bytes 268435455 2026-01-05T00:00:00Z --property way=in && event acme seconds -30 2026-02-02T00:00:00Z && generate 2026-03-01 || exit 1
check_output 'quantities on the invoice are billed units' 'tokens,1.234567,3.09
seconds,31,2.05
bytes,0,0.00
bytes,2.5,0.50
seconds,-1,-0.10' amounts acme
check_json 'what was measured, and how it was converted' '.[0:2] | map (.derivation | [.quantity, .unit_size, .round, .to, .converted, .included, .billable])' \
  '[["1234567","1000000",null,null,"1.234567",null,"1.234567"],["1802","60","up","1","31","10","21"]]' billctl export lines --customer acme --format json
check_json 'in the plan' '[.charges[] | [.code, .unit_size, .round, .round_to]] | unique' \
  '[["bytes","1073741824","nearest","0.5"],["seconds","60","up","1"],["tokens","1000000",null,null]]' billctl plans show units --format json
check_status 0 'issued' billctl -q invoice finalize --all
check 'drawn up again they are the same' billctl verify
done_testing
