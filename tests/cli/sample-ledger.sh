# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A small ledger for the tests that need one; sourced behind tests/tap.sh. The figures are small enough to check by hand:
# plan `basic` costs 10.00 USD a month in advance, and 0.01 per call over 100 calls.

sample_catalog () {
  cat <<'END'
{
  "currency": "USD",
  "metrics": [{ "code": "calls", "name": "Calls", "unit": "call" }, { "code": "storage", "name": "Storage", "unit": "GB", "late": "hold" }],
  "addons": [{ "code": "support", "name": "Support", "prices": [{ "interval": "month", "amount": "5.00" }] }],
  "plans": [
    { "code": "basic", "name": "Basic", "prices": [{ "interval": "month", "amount": "10.00" }], "addons": ["support"],
      "charges": [{ "metric": "calls", "model": "per_unit", "unit_price": "0.01", "included": "100" }] },
    { "code": "pro", "name": "Pro", "prices": [{ "interval": "month", "amount": "50.00" }],
      "quantities": [{ "code": "seats", "unit_price": "3.00", "included": 1 }],
      "charges": [{ "metric": "calls", "model": "per_unit", "unit_price": "0.005", "included": "1000" },
                  { "metric": "storage", "model": "per_unit", "unit_price": "0.10" }] }
  ],
  "coupons": [{ "code": "TENTH", "percent": 10, "duration": "forever" }, { "code": "LATER", "amount": "1.00", "duration": "once" },
              { "code": "OLD", "percent": 50, "duration": "once" }]
}
END
}

# sample_events FIRST LAST CUSTOMER: one call an hour from 2026-01-02 on, with the ids CUSTOMER-FIRST … CUSTOMER-LAST
sample_events () {
  awk -v first="$1" -v last="$2" -v customer="$3" 'BEGIN {
    for (i = first; i <= last; i++)
      printf "%s-%d,%s,calls,1,2026-01-%02dT%02d:00:00Z\n", customer, i, customer, 2 + int (i / 24) % 28, i % 24
  }'
}

# The catalog, and three customers on plan `basic` since 2026-01-01; no usage yet.
sample_ledger () {
  billctl --quiet init && sample_catalog >catalog.json && billctl --quiet plans apply catalog.json >/dev/null || return 1
  for customer in acme bolt chip; do
    billctl --quiet customer add "$customer" --name "Customer $customer" --email "billing@$customer.example" --currency USD >/dev/null &&
      billctl --quiet subscribe "$customer" basic --start 2026-01-01 >/dev/null || return 1
  done
}

# 150, 90 and 110 calls in January: 0.50, nothing, and 0.10 over the allowance.
sample_usage () {
  {
    echo id,customer,metric,quantity,time
    sample_events 1 150 acme
    sample_events 1 90 bolt
    sample_events 1 110 chip
  } >usage.csv
  billctl --quiet usage import usage.csv >/dev/null
}
