#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Terms that were agreed for one subscription: how they are written, what they come to, what is refused; trials and payment methods.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END_OF_CATALOG'
{ "currency": "USD",
  "metrics": [ { "code": "calls", "name": "Calls" }, { "code": "v1.gb", "name": "Data" } ],
  "addons": [ { "code": "care", "name": "Care", "prices": [ { "interval": "month", "amount": "20.00" } ] }, { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "50.00" } ],
  "plans": [
    { "code": "pro", "name": "Pro", "prices": [ { "interval": "month", "amount": "99.00" } ], "minimum_spend": "5.00", "addons": [ "care", "setup" ],
      "quantities": [ { "code": "seats", "name": "Seats", "included": 2, "unit_price": "10.00" } ],
      "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10", "included": 100 },
        { "metric": "v1.gb", "model": "graduated", "tiers": [ { "up_to": 10, "unit_price": "1.00" }, { "unit_price": "0.50" } ] } ],
      "limits": [ { "metric": "calls", "value": 1000, "kind": "soft" } ], "features": { "support": "mail" } },
    { "code": "deal", "custom": true, "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.10" } ] },
    { "code": "try", "prices": [ { "interval": "month", "amount": "10.00" } ], "trial_days": 14, "trial_payment_method": "required" } ] }
END_OF_CATALOG
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
for code in acme beta gamma; do billctl -q customer add "$code" --currency USD --timezone UTC >/dev/null || exit 1; done
described () { billctl export lines --customer "$1" --no-header --columns kind,description,quantity,amount; }
terms () { billctl subscription show "$1" --format json | jq -r '.custom_terms[].term'; }

# --- What they come to ---
# 89.00 less 10 % = 80.10; 3 seats, 1 included at 8.00: 16.00 - 10 % = 14.40; Care 15.00 - 10 % = 13.50; Set-up 40.00 - 10 % = 36.00.
# 400 calls, 300 included, at 0.08 without a discount: 8.00; 12 GB: 10 + 2 x 0.50 = 11.00 - 10 % = 9.90. No minimum any more.

check_output 'subscribing with terms of its own' \
  'acme-1: pro version 1, custom terms, month, from 2026-01-01, first period 2026-01-01 to 2026-02-01' \
  billctl subscribe acme pro --start 2026-01-01 --quantity seats=3 --addon care --addon setup \
  --set base.month=89.00 --set quantity.seats.included=1 --set quantity.seats.unit_price=8.00 --set charge.calls.unit_price=0.08 \
  --set charge.calls.included=300 --set charge.calls.discount_percent=0 --set limit.calls=5000 --set limit.calls.kind=hard --set limit.v1.gb=50 \
  --set minimum_spend= --set discount_percent=10 --set addon.care.month=15.00 --set addon.setup=40 --set feature.support=phone --set credits=100
check_output 'what differs' 'discount none -> 10 %
included credits 0 -> 100
base month 99.00 -> 89.00 USD
quantity seats included 2 -> 1
quantity seats price month 10.00 -> 8.00 USD
charge calls price 0.10 each -> 0.08 each
charge calls included 100 -> 300
charge calls discount none -> 0 %
limit calls 1000 -> 5000
limit calls kind soft -> hard
limit v1.gb added: 50, kind overage
feature support mail -> phone
add-on care price month 20.00 -> 15.00 USD
add-on setup once 50.00 -> 40.00 USD
minimum spend 5.00 USD -> none' terms acme-1
event acme calls 400 2026-01-10 && event acme v1.gb 12 2026-01-10 && generate 2026-02-01 --finalize || exit 1
check_output 'what is billed' 'base,Pro (month),1,80.10
quantity,Seats,3,14.40
addon,Care,1,13.50
addon,Set-up,1,36.00
base,Pro (month),1,80.10
quantity,Seats,3,14.40
addon,Care,1,13.50
usage,Calls,400,8.00
usage,Data,12,9.90' described acme
check_match 'and drawn up again' '^lines drawn up again +ok$' billctl verify --columns check,result
check_json 'the plan is as it was' '[.terms, .prices[0].amount, .minimum_spend, .versions[0].subscribers]' '[null,9900,"5.00",1]' \
  billctl plans show pro --format json
check_json 'its custom terms can be shown' '[.terms, .prices[0].amount, (.custom_terms | length)]' '["custom:1",8900,15]' \
  billctl plans show pro --terms custom:1 --format json
check_error 3 'others not' "billctl: plan pro version 1 has no terms 'custom:9'
hint: \`billctl subscription show\` names the version and the terms of a subscription" billctl plans show pro --terms custom:9
check_match 'show says it' '^Terms: +custom:1$' billctl subscription show acme-1
sed -e 's/"99.00"/"109.00"/' catalog.json >next.json
check_match 'a new version of the plan leaves them alone' '1 subscription stays on version 1' billctl plans apply next.json
check_json 'they stay' '[.version, .terms]' '[1,"custom:1"]' billctl subscription show acme-1 --format json

# --- From a file ---

cat >terms.json <<'END'
{ // what was agreed in March
  "prices": [ { "interval": "month", "amount": "80.00" } ],
  "charges": [ { "metric": "v1.gb", "tiers": [ { "up_to": 100, "unit_price": "0.90" }, { "unit_price": "0.40" } ] } ],
  "minimum_spend": null }
END
check_output 'terms in a file, and what is set behind it' \
  'beta-1: pro version 2, custom terms, month, from 2026-02-01, first period 2026-02-01 to 2026-03-01' \
  billctl subscribe beta pro --terms terms.json --set base.month=81.00
check_output 'both count' 'base month 109.00 -> 81.00 USD
charge v1.gb price graduated: 1.00 each to 10, 0.50 each above -> graduated: 0.90 each to 100, 0.40 each above
minimum spend 5.00 USD -> none' terms beta-1
count () { sqlite3 ledger.db 'SELECT count (*) FROM plan_version WHERE base_id IS NOT NULL'; }
before=$(count)
billctl -q subscribe gamma pro --set minimum_spend= --terms terms.json --set base.month=81.00 >/dev/null 2>&1 || exit 1
check_equal 'the same terms are one row' "$before" "$(count)"
check_output 'terms that are those of the plan' 'gamma-2: pro version 2, month, from 2026-02-01, first period 2026-02-01 to 2026-03-01' \
  billctl subscribe gamma pro --set base.month=109
check_output 'a plan by agreement, with its price' 'gamma-3: deal version 1, custom terms, month, from 2026-02-01, first period 2026-02-01 to 2026-03-01' \
  billctl subscribe gamma deal --set base.month=500.00

# --- A currency of its own ---

cat >euro.json <<'END'
{ "currency": "EUR", "prices": [ { "interval": "month", "amount": "85.00" } ], "minimum_spend": null,
  "quantities": [ { "code": "seats", "unit_price": "9.00" } ],
  "charges": [ { "code": "calls", "unit_price": "0.09" }, { "code": "v1.gb", "model": "per_unit", "unit_price": "0.70" } ] }
END
check_status 0 'for a customer that pays in dollars' billctl subscribe gamma pro --terms euro.json --code euros --version 1
check_json 'all of it is in euros' '.custom_terms | map(.term)[:3]' \
  '["currency USD -> EUR","base month 99.00 USD -> 85.00 EUR","quantity seats price month 10.00 USD -> 9.00 EUR"]' \
  billctl subscription show euros --format json
check_error 4 'a price that was not agreed' "billctl: plan pro is not sold in EUR, and its minimum_spend in that currency was not agreed
hint: set each of its prices, or take it away with an empty value" billctl subscribe gamma pro --set currency=EUR --set base.month=1

# --- Refused ---

cp ledger.db unchanged.db
refused () { # NAME STATUS MESSAGE PATH=VALUE…
  refused_name=$1 refused_status=$2 refused_message=$3; shift 3
  for refused_set; do shift; set -- "$@" --set "$refused_set"; done
  check_error "$refused_status" "$refused_name" "$refused_message" billctl subscribe beta pro "$@"
}
refused 'no such charge' 3 "billctl: plan pro version 2 has no charge 'call'
hint: it has: calls, v1.gb" charge.call.unit_price=1
refused 'no such quantity' 3 "billctl: plan pro version 2 has no quantity 'users'
hint: it has: seats" quantity.users.unit_price=1
refused 'no such add-on' 3 "billctl: plan pro version 2 has no add-on 'help'
hint: it has: care, setup" addon.help.month=1
refused 'no such metric' 2 "billctl: limits[1].metric: there is no metric 'minutes' in this file or in the ledger" limit.minutes=5
refused 'no such term' 2 "billctl: 'minimum_spent' cannot be set: there is no such term
hint: did you mean 'minimum_spend'?" minimum_spent=5
refused 'nothing is set' 2 "billctl: 'base.month' does not set a term
hint: write PATH=VALUE, such as base.month=89.00" base.month
refused 'a rate of 101 %' 2 "billctl: discount_percent: '101' is not a percentage from 0 to 100 with at most 4 decimals" discount_percent=101
refused 'an amount too fine' 2 "billctl: prices[0].amount: '89.005' is in the wrong number of decimals: USD has 2" base.month=89.005
refused 'an amount too large' 2 "billctl: prices[0].amount: '1000000000000000000' is too large" base.month=1000000000000000000
refused 'an interval of 0' 2 "billctl: 'base.day:0' cannot be set: a base fee is that of an interval, such as base.month
hint: base.month=89.00, charge.calls.unit_price=0.08, limit.calls=5000, discount_percent=10 are examples" base.day:0=1
refused 'a price of another model' 2 "billctl: charges[0].package_price: the model per_unit has no such field; it has unit_price, included" \
  charge.calls.package_price=1
refused 'no such currency' 2 "billctl: currency: 'EURO' is not an ISO 4217 currency, such as USD or EUR" currency=EURO
refused 'two mistakes' 2 "billctl: trial_days: expected a whole number, found a string; minimum_spend: '-1' is negative; it must be 0 or more" \
  minimum_spend=-1 trial_days=abc
echo '{ "code": "pro", "prices": [] }' >bad.json
check_error 2 'a file with more than terms' 'billctl: bad.json: the code of a plan is not a term of one subscription' billctl subscribe beta pro --terms bad.json
printf '{\n  "prices": [\n    { "interval": "month", "amount": 80 } ] }' >bad.json
check_error 2 'a file with a mistake' 'billctl: bad.json:3: plans[0].prices[0].amount: 80 is a number: write "80.00", a string in major units' \
  billctl subscribe beta pro --terms bad.json
check_equal 'nothing of that was written' "$(sqlite3 unchanged.db 'SELECT count (*), max (id) FROM plan_version; SELECT count (*) FROM audit')" \
  "$(sqlite3 ledger.db 'SELECT count (*), max (id) FROM plan_version; SELECT count (*) FROM audit')"
check 'a dry run' billctl subscribe beta pro --set base.month=1.00 --dry-run
check_equal 'writes nothing either' "$(sqlite3 unchanged.db 'SELECT count (*) FROM plan_version')" "$(sqlite3 ledger.db 'SELECT count (*) FROM plan_version')"

# --- Trials and payment methods ---

check_error 4 'a trial that needs a payment method' 'billctl: plan try has no trial without a payment method, and customer beta has none
hint: `billctl customer update beta --payment-method TOKEN` sets it' billctl subscribe beta try
check 'without a trial it needs none' billctl subscribe beta try --trial-days 0 --dry-run
card='billctl: payment_method looks like the number of a card: it is not kept here
hint: give the token that the payment provider has for it, such as pm_1Nx…'
for number in 4242424242424242 '4242 4242 4242 4242' '378282246310005' 'card 4000-0566-5566-5556' 123456789012; do
  check_error 4 "no number of a card: $number" "$card" billctl customer update beta --payment-method "$number"
done
check 'a token' billctl customer update beta --payment-method pm_1NxYzA2eZvKYlo2C4242424242
check_json 'is kept' .payment_method '"pm_1NxYzA2eZvKYlo2C4242424242"' billctl customer show beta --format json
check_output 'now there is a trial' 'beta-2: try version 1, month, from 2026-02-01, trial to 2026-02-15, first period 2026-02-15 to 2026-03-15' \
  billctl subscribe beta try
billctl -q customer update beta --payment-method '' >/dev/null || exit 1
check_json 'it can be taken away' .payment_method null billctl customer show beta --format json

done_testing
