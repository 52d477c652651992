#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A year in the life of a customer of each example catalog: the commands of NAME.md, run as they stand there, give the invoices, the
# lines and the books that were worked out by hand in the same file; the same commands again, in another ledger, give the same bytes.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"

# block KIND N FILE: the text of the N-th ```KIND block
block () {
  awk -v kind="$1" -v wanted="$2" '
    /^```/ && inside { if (mine) exit; inside = 0; next }
    /^```/ { inside = 1; mine = $0 == "```" kind && ++n == wanted; next }
    mine' "$3"
}

# live LEDGER: the commands name files from the top of the project on
live () {
  BILLCTL_LEDGER=$tap_dir/$1
  export BILLCTL_LEDGER
  billctl -q init --as-of 2026-01-01 && (cd "$srcdir" && sh -e "$tap_dir/commands.sh")
}

# In an order that does not matter.
sorted () {
  head -n 1 "$1"
  tail -n +2 "$1" | sort
}
invoices () {
  billctl export invoices --columns customer,billed_on,total >invoices.csv && sorted invoices.csv
}
# The lines that cost something.
lines () {
  billctl export lines --columns customer,kind,code,quantity,ratio,amount >all.csv || return 1
  grep -v ',0\.00$' all.csv >lines.csv
  sorted lines.csv
}
# Of the accounts that are named, in their order.
balances () {
  billctl journal balance --format csv --columns account,amount >all.csv || return 1
  head -n 1 all.csv
  tail -n +2 expected-balances.csv | while IFS=, read -r account _; do grep "^$account," all.csv; done
}
# everything LEDGER: all that can be exported of it
everything () {
  for what in customers subscriptions invoices lines usage; do
    billctl --ledger "$1" export "$what" --format json || return 1
  done
  billctl --ledger "$1" journal export --format hledger && billctl --ledger "$1" credit-note list --format json
}

for scenario in "$srcdir"/tests/scenarios/*.md; do
  name=$(basename "$scenario" .md)
  block sh 1 "$scenario" >commands.sh
  block csv 1 "$scenario" >expected.csv
  block csv 2 "$scenario" >expected-lines.csv
  block csv 3 "$scenario" >expected-balances.csv
  check "$name: there are commands and results" test -s commands.sh -a -s expected.csv -a -s expected-lines.csv -a -s expected-balances.csv
  check "$name: the commands work as written" live "$name.db"
  check_output "$name: the invoices are those worked out by hand" "$(sorted expected.csv)" invoices
  check_output "$name: and so are their lines" "$(sorted expected-lines.csv)" lines
  check_output "$name: and what stands open" "$(cat expected-balances.csv)" balances
  check "$name: the ledger is sound" billctl verify
  check "$name: a second time" live "$name-again.db"
  check_output "$name: gives the same bytes" "$(everything "$name.db")" everything "$name-again.db"
done

# Each example catalog has its year.
for catalog in "$srcdir"/examples/catalogs/*.json; do
  check "$(basename "$catalog" .json) has a year" test -f "$srcdir/tests/scenarios/$(basename "$catalog" .json).md"
done
done_testing
