#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of what only the ledger knows: codes and names by their first letters.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"

# offers NAME EXPECTED WORD…: the candidates, one a line; "→" stands for the tab before what a candidate is
offers () {
  offers_name=$1 offers_want=$(printf '%s' "$2" | sed 's/→/\t/'); shift 2
  check_output "$offers_name" "$offers_want" billctl complete -- "$@"
}

offers 'without a ledger there are no codes' '' customer show a
if [ ! -e "$BILLCTL_LEDGER" ]; then ok 'and none is made'; else not_ok 'and none is made'; fi

sample_ledger || exit 1
billctl -q customer add bare >/dev/null
billctl -q customer add 'a:1' --name 'Tab "and" percent % 🚀' >/dev/null

offers 'customers' 'a:1→Tab "and" percent % 🚀
acme→Customer acme
bare
bolt→Customer bolt
chip→Customer chip' customer show ''
offers 'customers by prefix' 'bare
bolt→Customer bolt' customer show b
offers 'a whole code' 'acme→Customer acme' customer show acme
offers 'a prefix of nothing' '' customer show x
offers 'letter case counts' '' customer show A
offers 'no pattern is meant' '' customer show '%'
offers 'values of an option' 'acme→Customer acme' invoice list --customer ac
offers 'accounts of the books' 'revenue_quantity→Licences' journal show --account revenue_q
offers 'values behind =' '--customer=acme→Customer acme' invoice list --customer=ac
offers 'plans' 'basic→Basic
pro→Pro' subscribe acme ''
offers 'add-ons' 'support→Support' subscribe acme basic --addon s
offers 'subscriptions' 'acme-1→Customer acme, Basic' subscription show acm
offers 'settings' 'invoice.auto-finalize→number and open invoices as soon as they are generated (true or false)
invoice.net-days→days from issue to due date (0 to 3650)
invoice.tax-rounding→round each tax once per invoice, or on each line as Stripe does (invoice or line)' config invoice.

offers 'no invoices yet' '' invoice show ''
billctl -q invoice generate --customer acme >/dev/null
offers 'drafts' 'draft-1→Customer acme
draft-2→Customer acme' invoice show ''
billctl -q invoice finalize draft-1 >/dev/null
offers 'drafts before numbers' 'draft-2→Customer acme
INV-2026-000001→Customer acme' invoice show ''
offers 'numbers by prefix' 'INV-2026-000001→Customer acme' invoice void INV-2
offers 'drafts by prefix' 'draft-2→Customer acme' invoice finalize d
offers 'no credit notes yet' '' credit-note show ''
billctl -q invoice credit INV-2026-000001 --all --reason test >/dev/null
offers 'credit notes' 'CN-2026-000001→Customer acme' credit-note show CN
billctl -q charge add acme --amount 5 --description Set-up >/dev/null && billctl -q charge add bolt --amount 7 --description Training >/dev/null
offers 'charges that wait' '1→acme: Set-up
2→bolt: Training' charge remove ''
billctl -q charge remove 1 >/dev/null
offers 'and none that was taken back' '2→bolt: Training' charge remove ''

cp "$BILLCTL_LEDGER" other.db
offers 'in the ledger that the line names' 'bare
bolt→Customer bolt' --ledger other.db customer show b
billctl -q --ledger other.db customer add brick >/dev/null
offers 'and in no other' 'bare
bolt→Customer bolt' customer show b
offers 'also with =' 'brick' --ledger=other.db customer show br

echo 'not a ledger' >bad.db
offers 'a file that is no ledger' '' --ledger bad.db customer show a
check_equal 'which is left as it is' 'not a ledger' "$(cat bad.db)"

awk 'BEGIN { print "code"; for (i = 0; i < 400; i++) printf "many-%03d\n", i }' | billctl -q customer import - >/dev/null
check_equal 'a few hundred at most' 300 "$(billctl complete -- customer show many- | wc -l | tr -d ' ')"
check_equal 'in order' many-299 "$(billctl complete -- customer show many- | tail -n 1)"

done_testing
