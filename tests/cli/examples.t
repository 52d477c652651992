#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples: the commands of examples/expected/NAME.md, run as they stand there, give the invoices that were worked out by
# hand in the same file.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"

# block KIND N FILE: the text of the N-th ```KIND block
block () {
  awk -v kind="$1" -v wanted="$2" '
    /^```/ && inside { if (mine) exit; inside = 0; next }
    /^```/ { inside = 1; mine = $0 == "```" kind && ++n == wanted; next }
    mine' "$3"
}

fresh () {
  rm -f "$BILLCTL_LEDGER" "$BILLCTL_LEDGER-wal" "$BILLCTL_LEDGER-shm"
  billctl -q init
}

# The commands name files from the top of the project on.
run_commands () {
  (cd "$srcdir" && sh -e "$tap_dir/commands.sh")
}

# What is below the header, in an order that does not matter.
sorted () {
  head -n 1 "$1"
  tail -n +2 "$1" | sort
}
invoices () {
  billctl invoice list --format csv --columns customer,billed_on,total >invoices.csv && sorted invoices.csv
}
# The lines that cost something.
lines () {
  billctl export lines --format csv --columns customer,kind,code,quantity,amount >all.csv || return 1
  grep -v ',0\.00$' all.csv >lines.csv
  sorted lines.csv
}

for expected in "$srcdir"/examples/expected/*.md; do
  name=$(basename "$expected" .md)
  block sh 1 "$expected" >commands.sh
  block csv 1 "$expected" >expected.csv
  block csv 2 "$expected" >expected-lines.csv
  check "$name: there are commands and results" test -s commands.sh -a -s expected.csv -a -s expected-lines.csv
  check "$name: a fresh ledger" fresh
  check "$name: the commands work as written" run_commands
  check_output "$name: the invoices are those worked out by hand" "$(sorted expected.csv)" invoices
  check_output "$name: and so are their lines" "$(sorted expected-lines.csv)" lines
  check "$name: the ledger is sound" billctl verify
  grep '^billctl usage import\|^billctl invoice generate' commands.sh >commands.again
  mv commands.again commands.sh
  check "$name: importing and billing again" run_commands
  check_output "$name: changes nothing" "$(sorted expected.csv)" invoices
done

# The table of the catalogs is complete: each has its customers, its usage and its expected results.
for catalog in "$srcdir"/examples/catalogs/*.json; do
  name=$(basename "$catalog" .json)
  check "$name is worked out" test -f "$srcdir/examples/expected/$name.md" -a -f "$srcdir/examples/usage/$name.csv"
done
done_testing
