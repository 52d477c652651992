#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on the shipped examples: sh examples/demo.sh BUILD-FOLDER
#
# Works in BUILD-FOLDER/demo, which is made anew each time, with a ledger of its own and the clock standing still. Each command
# is printed before it runs. A key for Stripe is neither needed nor used.
set -eu
unset CDPATH

[ $# = 1 ] || { echo 'usage: sh examples/demo.sh BUILD-FOLDER' >&2; exit 2; }
examples=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
demo=$build/demo
[ -x "$build/billctl" ] || { echo "demo: there is no billctl in $build; build it first" >&2; exit 1; }

rm -rf "$demo" || { echo "demo: $demo belongs to somebody else; remove it first" >&2; exit 1; }
mkdir "$demo"
cd "$demo"
ln -s "$examples" examples

# A path as a shell takes it.
quoted () {
  case $1 in
    *[!A-Za-z0-9_./-]*) printf %s "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
    *) printf %s "$1" ;;
  esac
}

cat >environment <<END
# For a shell: . $(quoted "$demo/environment")
export PATH=$(quoted "$build"):"\$PATH"
export BILLCTL_EXEC_PATH=$(quoted "$build/libexec")
export BILLCTL_LEDGER=$(quoted "$demo/ledger.db")
END
# shellcheck source=/dev/null
. ./environment
export BILLCTL_AS_OF=2026-02-01T00:00:00Z BILLCTL_ACTOR=demo BILLCTL_PAGER=cat
unset BILLCTL_PROGRESS STRIPE_API_KEY

say () { printf '\n# %s\n' "$*"; }

# The command as one would type it, then what it answers.
run () {
  printf '$ billctl'
  for word; do
    case $word in
      *[!A-Za-z0-9_./:=,-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  billctl "$@" </dev/null
}

say 'A ledger, and in it two catalogs'
run init
run plans apply examples/catalogs/voice-ai.json
run plans apply examples/catalogs/platform.json
run plans compare starter professional enterprise

say 'Customers, and what they have ordered'
run customer import examples/customers/voice-ai.csv
run customer import examples/customers/platform.csv
run subscribe acme professional --start 2026-01-01
run subscribe bolt starter --start 2026-01-01 --quantity team_members=4
run subscribe crane enterprise --start 2026-01-01 --interval year
run subscribe lime platform --start 2026-01-01 --quantity licence_basic=2
run subscribe mango platform --start 2026-01-01 --quantity licence_standard=5 --quantity extra_user=3
run subscribe nutmeg platform --start 2026-01-01 --quantity licence_premium=10 --quantity extra_user=10

say 'What they have used in January; a second time, nothing is counted twice'
run usage import examples/usage/voice-ai.csv
run usage import examples/usage/platform.csv
run usage import examples/usage/platform.csv
run usage show acme

say 'Invoices for everything that is due on 1 February 2026'
run invoice generate --finalize
run invoice show INV-2026-000002
run invoice generate --finalize

say 'Where an amount comes from, in words'
run invoice explain INV-2026-000002 --line 4

say 'A change of plan in the middle of the month'
run subscription change acme enterprise --at 2026-02-10

say 'What was wrong is set right by a credit note, and what comes in is booked'
run invoice credit INV-2026-000002 --line 6 --reason 'measured twice'
run invoice pay INV-2026-000001 --reference 'transfer 4711'
run journal balance

say 'Data out'
run export invoices -o invoices.csv
run export lines -o lines.csv
run export invoices -o invoices.xlsx
run export lines -o lines.xlsx
run journal export -o books.journal

say 'What a mirror at Stripe would take; without a key, and nothing is sent'
run stripe sync --dry-run

say 'Proof'
run verify

cat <<END

Written to $demo:
  ledger.db                   the ledger
  invoices.csv, lines.csv     for programs
  invoices.xlsx, lines.xlsx   for people
  books.journal               for hledger

To go on in this shell, type

  . $(quoted "$demo/environment")
  billctl invoice show INV-2026-000002 --format json

which says of each line of that invoice how it came about.
END
