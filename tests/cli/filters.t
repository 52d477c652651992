#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Prices by the properties of events: one and two dimensions, with and without a default, and the charge for all metrics.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "cluster", "name": "Clusters" }, { "code": "traffic", "name": "Traffic", "negative": "allow" },
    { "code": "call", "aggregation": "count" }, { "code": "people", "aggregation": "unique", "property": "user" }, { "code": "peak", "aggregation": "max" },
    { "code": "cloud", "name": "Cloud" }, { "code": "plain" }, { "code": "other", "name": "Other things" }, { "code": "unseen" } ],
  "plans": [
    { "code": "matrix", "type": "pay_per_use",
      "charges": [
        { "metric": "cluster", "name": "Clusters", "model": "per_unit", "unit_price": "1",
          "filters": [ { "match": { "size": "small" }, "unit_price": "10" },
                       { "match": { "size": "small", "environment": "production" }, "unit_price": "40" },
                       { "match": { "environment": "production" }, "unit_price": "35", "included": 2 },
                       { "match": { "size": "large", "environment": "production" }, "unit_price": "160" } ] },
        { "metric": "traffic", "model": "graduated", "filters": [
            { "match": { "region": "eu" }, "tiers": [ { "up_to": 10, "unit_price": "0.10" }, { "up_to": null, "unit_price": "0.05" } ] },
            { "match": { "region": "us" }, "tiers": [ { "up_to": null, "unit_price": "0.08" } ], "included": 5 } ] },
        { "metric": "call", "model": "package", "package_price": "1.00", "package_size": 2, "filters": [
            { "match": { "kind": "long" }, "package_price": "3.00", "package_size": 1 } ] },
        { "metric": "people", "model": "per_unit", "unit_price": "2", "filters": [ { "match": { "role": "admin" }, "unit_price": "5" } ] },
        { "metric": "peak", "model": "per_unit", "filters": [ { "match": { "disk": "ssd" }, "unit_price": "0.30" } ] },
        { "metric": "cloud", "model": "dynamic", "amount_property": "cost", "filters": [
            { "match": { "tier": "1" }, "multiplier": "1.5" }, { "match": { "tier": "2" }, "multiplier": "2" } ] } ] },
    { "code": "all", "type": "pay_per_use",
      "charges": [ { "metric": "plain", "model": "per_unit", "unit_price": "0.50" },
                   { "metric": "*", "name": "Anything", "model": "per_unit", "unit_price": "0.01" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# What a line is called, and what it comes to.
described () { billctl export lines --customer "$1" --no-header --columns description,quantity,unit_price,amount; }

# --- Two dimensions ---
# small, development: the filter on the size, 10.   small, production: the one with both, 40 (35 matches too).
# medium, production: the one on the environment, 35, of which 2 are included: (5 - 2) x 35 = 105.   large, production: 160.
# large, development; without properties; another case of letters: no filter, the default of 1 for 4 + 2 + 1 = 7.
customer matrix UTC matrix 2026-01-01 || exit 1
event matrix cluster 3 2026-01-02T00:00:00Z --property size=small --property environment=development &&
  event matrix cluster 2 2026-01-03T00:00:00Z --property size=small --property environment=production &&
  event matrix cluster 1 2026-01-04T00:00:00Z --property environment=production --property size=small --property colour=red &&
  event matrix cluster 5 2026-01-05T00:00:00Z --property size=medium --property environment=production &&
  event matrix cluster 1 2026-01-06T00:00:00Z --property size=large --property environment=production &&
  event matrix cluster 4 2026-01-07T00:00:00Z --property size=large --property environment=development &&
  event matrix cluster 2 2026-01-08T00:00:00Z && event matrix cluster 1 2026-01-09T00:00:00Z --property size=Small || exit 1
generate 2026-02-01 --customer matrix || exit 1
check_output 'the filter with the most properties wins' 'Clusters (size=small),3,10.00,30.00
"Clusters (size=small,environment=production)",3,40.00,120.00
Clusters (environment=production),5,35.00,105.00
"Clusters (size=large,environment=production)",1,160.00,160.00
Clusters,7,1.00,7.00' described matrix
check_output 'the total: 30 + 120 + 105 + 160 + 7' 'matrix,2026-02-01,422.00' totals --customer matrix
check_json 'the filter stands in the derivation' 'map (.derivation.filter)' \
  '["size=small","size=small,environment=production","environment=production","size=large,environment=production",null]' \
  billctl export lines --customer matrix --format json --columns derivation

# --- One dimension without a default: what matches nothing is shown, at nothing ---
# eu: 10 x 0.10 + 2.5 x 0.05 = 1.125 -> 1.13; us: (7 - 5) x 0.08 = 0.16; 4 + 3 elsewhere.
customer traffic UTC matrix 2026-01-01 && event traffic traffic 12.5 2026-01-02T00:00:00Z --property region=eu &&
  event traffic traffic 7 2026-01-02T00:00:00Z --property region=us && event traffic traffic 4 2026-01-03T00:00:00Z --property region=ap &&
  event traffic traffic 3 2026-01-04T00:00:00Z && generate 2026-02-01 --customer traffic || exit 1
check_output 'tiers and an allowance for each filter' 'Traffic (region=eu),12.5,,1.13
Traffic (region=us),7,,0.16
Traffic (no price),7,0.00,0.00' described traffic
# Corrections count within their own filter: eu 2 - 3 = -1 x 0.10.
customer credit UTC matrix 2026-01-01 && event credit traffic 2 2026-01-02T00:00:00Z --property region=eu &&
  event credit traffic -3 2026-01-03T00:00:00Z --property region=eu && event credit traffic 6 2026-01-02T00:00:00Z --property region=us &&
  generate 2026-02-01 --customer credit || exit 1
check_output 'a correction within its filter' 'Traffic (region=eu),-1,,-0.10
Traffic (region=us),6,,0.08' described credit

# --- Other aggregations by filter ---
# long: 2 calls at 3.00 each; others: 3 calls are 2 started packages of 2. admins a, b: 2 x 5; others a, c: 2 x 2 (a counts in both).
# The highest on ssd is 9; the highest elsewhere is not priced.
customer mixed UTC matrix 2026-01-01 || exit 1
event mixed call 1 2026-01-02T00:00:00Z --property kind=long && event mixed call 1 2026-01-02T00:00:00Z --property kind=long &&
  event mixed call 1 2026-01-02T00:00:00Z --property kind=short && event mixed call 1 2026-01-02T00:00:00Z && event mixed call 9 2026-01-02T00:00:00Z &&
  event mixed people 1 2026-01-02T00:00:00Z --property user=a --property role=admin &&
  event mixed people 1 2026-01-03T00:00:00Z --property user=b --property role=admin &&
  event mixed people 1 2026-01-04T00:00:00Z --property user=a && event mixed people 1 2026-01-05T00:00:00Z --property user=c &&
  event mixed people 1 2026-01-06T00:00:00Z --property user=c &&
  event mixed peak 9 2026-01-02T00:00:00Z --property disk=ssd && event mixed peak 4 2026-01-03T00:00:00Z --property disk=ssd &&
  event mixed peak 100 2026-01-03T00:00:00Z --property disk=tape && generate 2026-02-01 --customer mixed || exit 1
check_output 'counts, distinct values, maxima' 'call (kind=long),2,3.00,6.00
call,3,1.00,2.00
people (role=admin),2,5.00,10.00
people,2,2.00,4.00
peak (disk=ssd),9,0.30,2.70
peak (no price),100,0.00,0.00' described mixed

# --- The amount that events carry ---
# tier 1: (1.00 + 0.01) x 1.5 = 1.515 -> 1.52; tier 2: 3 x 2 = 6. An event that has no price needs no amount.
customer cloud UTC matrix 2026-01-01 && event cloud cloud 1 2026-01-02T00:00:00Z --property tier=1 --property cost=1.00 &&
  event cloud cloud 1 2026-01-02T00:00:00Z --property tier=1 --property cost=0.01 &&
  event cloud cloud 1 2026-01-02T00:00:00Z --property tier=2 --property cost=3 && event cloud cloud 1 2026-01-02T00:00:00Z --property tier=3 || exit 1
check 'an event without price needs no amount' generate 2026-02-01 --customer cloud
check_output 'a factor for each filter' 'Cloud (tier=1),2,,1.52
Cloud (tier=2),1,,6.00
Cloud (no price),1,0.00,0.00' described cloud

# --- The charge for all metrics ---
# plain has a charge of its own: 4 x 0.50 = 2.00; other 150 x 0.01 = 1.50; cluster 3 x 0.01 = 0.03; unseen has no events.
customer all UTC all 2026-01-01 && event all plain 4 2026-01-02T00:00:00Z && event all other 150 2026-01-02T00:00:00Z &&
  event all cluster 3 2026-01-02T00:00:00Z && event all other 1000 2026-02-01T00:00:00Z && event all unseen 5 2025-12-31T23:59:59Z &&
  generate 2026-02-01 --customer all || exit 1
check_output 'every metric that has events gets its line' 'plain,4,0.50,2.00
Clusters,3,0.01,0.03
Other things,150,0.01,1.50' described all
check_json 'under its own code' 'map ([.code, .metric])' '[["plain","plain"],["cluster","cluster"],["other","other"]]' \
  billctl export lines --customer all --format json
# A metric that appears later is billed as well.
billctl -q usage record all unseen 7 --at 2026-02-10T00:00:00Z --id new >/dev/null && generate 2026-03-01 --customer all || exit 1
check_output 'also those that appear later: 1000 x 0.01, 7 x 0.01' 'Other things,1000,0.01,10.00
unseen,7,0.01,0.07' sh -c 'billctl export lines --customer all --no-header --from 2026-03-01 --columns description,quantity,unit_price,amount'
check 'the ledger is sound' billctl verify

done_testing
