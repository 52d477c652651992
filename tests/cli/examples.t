#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples: the commands of examples/expected/NAME.md, run as they stand there, give the invoices that were worked out by
# hand in the same file.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"

# block KIND FILE: the text of the first ```KIND block
block () {
  awk -v kind="$1" '/^```/ { if (inside) exit; inside = $0 == "```" kind; next } inside' "$2"
}

fresh () {
  rm -f "$BILLCTL_LEDGER" "$BILLCTL_LEDGER-wal" "$BILLCTL_LEDGER-shm"
  billctl -q init
}

# The commands name files from the top of the project on.
run_commands () {
  (cd "$srcdir" && sh -e "$tap_dir/commands.sh")
}

# Customer, day and total of all invoices, in a fixed order below the header.
invoices () {
  billctl invoice list --format csv --columns customer,billed_on,total >all.csv || return 1
  head -n 1 all.csv
  tail -n +2 all.csv | sort
}

for expected in "$srcdir"/examples/expected/*.md; do
  name=$(basename "$expected" .md)
  block sh "$expected" >commands.sh
  block csv "$expected" >expected.csv
  check "$name: there are commands and results" test -s commands.sh -a -s expected.csv
  check "$name: a fresh ledger" fresh
  check "$name: the commands work as written" run_commands
  check_output "$name: the invoices are those worked out by hand" "$(cat expected.csv)" invoices
  check "$name: the ledger is sound" billctl verify
  grep '^billctl usage import\|^billctl invoice generate' commands.sh >commands.again
  mv commands.again commands.sh
  check "$name: importing and billing again" run_commands
  check_output "$name: changes nothing" "$(cat expected.csv)" invoices
done

# The table of the catalogs is complete: each has its customers, its usage and its expected results.
for catalog in "$srcdir"/examples/catalogs/*.json; do
  name=$(basename "$catalog" .json)
  check "$name is worked out" test -f "$srcdir/examples/expected/$name.md" -a -f "$srcdir/examples/usage/$name.csv"
done
done_testing
