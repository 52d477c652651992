#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual and the README: every example in them is executed and gives exactly what stands there; every command has its page; the
# pages are well formed. BILLCTL_UPDATE=1 writes what comes out into the sources instead, to be read and committed by a person.
#
# A block of examples in a page runs in a folder of its own with the files below and one of these ledgers, at 2026-02-01T00:00:00Z:
#   none       no ledger yet
#   new        an empty one
#   catalog    voice-ai.json applied
#   customers  and its customers added and subscribed as examples/expected/voice-ai.md has it
#   usage      and usage.csv imported
#   billed     and the invoices up to 2026-02-01 generated and issued
# A block without a name goes on where the one before it ended. The README begins with `none` and goes on.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq

export BILLCTL_LEDGER=ledger.db
examples=$srcdir/examples

make_ledgers () {
  mkdir none || return 1
  cp "$examples/catalogs/voice-ai.json" "$examples/catalogs/platform.json" none/ || return 1
  cp "$examples/customers/voice-ai.csv" none/customers.csv || return 1
  cp "$examples/usage/voice-ai.csv" none/usage.csv || return 1
  ln -s "$examples" none/examples || return 1
  before=none
  for name in new catalog customers usage billed; do
    cp -R "$before" "$name" && (cd "$name" && "make_$name") >"$name.log" 2>&1 || { sed 's/^/# /' "$name.log"; return 1; }
    before=$name
  done
}
make_new () { billctl init; }
make_catalog () { billctl plans apply voice-ai.json; }
make_customers () {
  billctl customer import customers.csv && billctl subscribe acme professional --start 2026-01-01 &&
    billctl subscribe bolt starter --start 2026-01-01 --quantity team_members=4 &&
    billctl subscribe crane enterprise --start 2026-01-01 --interval year
}
make_usage () { billctl usage import usage.csv; }
make_billed () { billctl invoice generate --finalize; }

# Runs the commands of a block ("$ …", with further lines while they end in a backslash or up to the END of <<'END') one after
# the other in one shell, and prints them and what they print.
run_block () {
  last=0
  while IFS= read -r line <&3; do
    case $line in '$ '*) ;; *) continue ;; esac
    printf '%s\n' "$line"
    command=${line#'$ '}
    while :; do
      case $command in
        *\\) ;;
        *"<<'END'") ;;
        *"<<'END'"*) [ "$line" != END ] || break ;;
        *) break ;;
      esac
      IFS= read -r line <&3 || break
      printf '%s\n' "$line"
      command="$command
$line"
    done
    (exit "$last")
    eval "$command"
    last=$?
  done
}

# On the other engine the ledger has another name, and all else is the same.
on_files () {
  [ -z "${BILLCTL_TEST_SERVER-}" ] || sed -i 's|postgresql://[^ ]*|ledger.db|; s|another database with --ledger URL|another file with --ledger FILE|; s|ledger second.db|ledger ledger.db|; /^with the roles /d' "$@"
}

# check_examples NAME STYLE FILE: one test for each block
check_examples () {
  name=$1 style=$2 file=$3 blocks=$tap_dir/blocks number=1
  rm -rf "$blocks" "$tap_dir/place"
  mkdir "$blocks"
  awk -v style="$style" -v dir="$blocks" -f "$srcdir/tests/cli/examples.awk" "$file"
  while [ -f "$blocks/$number.expected" ]; do
    ledger=$(cat "$blocks/$number.ledger")
    [ -n "$ledger" ] || [ -d "$tap_dir/place" ] || ledger=none
    if [ -n "$ledger" ]; then
      rm -rf "$tap_dir/place"
      cp -R "$tap_dir/$ledger" "$tap_dir/place" || return 1
    fi
    if [ -n "${BILLCTL_TEST_SERVER-}" ] && grep -Eq 'chmod|billctl ledger' "$blocks/$number.expected"; then
      skip "$name, examples $number" "they are about the file"
      number=$((number + 1))
      continue
    fi
    (cd "$tap_dir/place" && run_block 3<"$blocks/$number.expected" >"$blocks/$number.actual" 2>&1)
    on_files "$blocks/$number.expected" "$blocks/$number.actual"
    check_same "$name, examples $number" "$blocks/$number.expected" "$blocks/$number.actual"
    number=$((number + 1))
  done
  if [ -n "${BILLCTL_UPDATE-}" ]; then
    awk -v style="$style" -v dir="$blocks" -v replace=1 -f "$srcdir/tests/cli/examples.awk" "$file" >"$tap_dir/replaced" &&
      cat "$tap_dir/replaced" >"$file"
  fi
}

# --- Examples ---

make_ledgers || exit 1
for page in ${BILLCTL_PAGES-$(cd "$srcdir/man" && ls ./*.in)}; do
  check_examples "$(basename "$page" .in)" page "$srcdir/man/$page"
done
if [ -n "${BILLCTL_PAGES-}" ]; then
  done_testing
  exit 0
fi
check_examples README text "$srcdir/README"

# --- The pages ---

billctl introspect | jq -r '.commands[] | select(.hidden | not) | "billctl-" + (.path | gsub(" "; "-")) + ".1"' | LC_ALL=C sort >wanted
(cd "$srcdir/man" && ls billctl-*.1.in) | sed 's/\.in$//' | LC_ALL=C sort >found
check_same 'every command has a page, and every page a command' wanted found
(cd "$srcdir/man" && ls ./*.in) | sed 's|^\./||; s/\.in$//' | LC_ALL=C sort >sources
(cd "$builddir/man" && ls ./*.[15]) | sed 's|^\./||' | LC_ALL=C sort >built
check_same 'every page is built' sources built

# References such as ".BR billctl\-export (1)", to pages of our own.
cat "$builddir"/man/*.[15] | sed 's/\\-/-/g' | sed -n 's/^\.BR \(billctl[a-z-]*\) (\([15]\)).*/\1.\2/p' | LC_ALL=C sort -u >named
check_equal 'pages refer to pages that exist' '' "$(comm -23 named sources | tr '\n' ' ')"

# What billctl-json(5) says of keys: `.\" keys COMMAND :: FILTER`, and the words up to `.\" end`.
mkdir keys && cp -R billed keys/place && (cd keys/place && billctl -q plans apply examples/catalogs/call-center.json >/dev/null &&
  billctl -q plans apply examples/coupons.json >/dev/null)
# Nothing is taxed there but one invoice.
(cd keys/place && echo '{ "taxes": [{ "code": "vat", "percent": "19" }] }' | billctl -q plans apply - && billctl -q customer add zoe &&
  billctl -q subscribe zoe starter --start 2026-01-15 && billctl -q invoice generate --customer zoe --finalize) >/dev/null
awk '/^\.\\" keys / { sub (/^[^ ]* keys /, ""); n++; print >("keys/" n ".command"); reading = 1; next }
  /^\.\\" end/ { reading = 0 }
  reading { for (i = 1; i <= NF; i++) print $i >("keys/" n ".expected") }' "$srcdir/man/billctl-json.5.in"
number=1
while [ -f "keys/$number.command" ]; do
  line=$(cat "keys/$number.command")
  command=${line%% :: *} filter=${line##* :: }
  case ${BILLCTL_TEST_SERVER:+$command} in
    'ledger copy '*|'ledger restore '*) skip "keys of $command" 'they are about files'; number=$((number + 1)); continue ;;
  esac
  (cd keys/place && eval "billctl $command --format json" 2>"$tap_err") | jq -r "$filter | keys_unsorted[]" >"keys/$number.actual" 2>&1
  check_same "keys of $command, $filter" "keys/$number.expected" "keys/$number.actual"
  number=$((number + 1))
done

# The examples in the tables, which help shows, are at least command lines: whatever they find, the parser takes them.
billctl introspect | jq -r '.commands[].examples[]' | grep '^billctl ' >lines
while read -r line; do
  rm -rf place
  cp -R billed place
  (cd place && eval "$line" </dev/null >/dev/null 2>"$tap_err")
  grep -E "unknown (option|command)|does not take|needs ([A-Z]|a value)|' wants |takes no |operand too many" "$tap_err" | sed "s|^|$line: |"
done <lines >wrong
check_equal 'help shows examples that can be typed' '' "$(cat wrong)"

# The lines of examples may be longer: they are what the commands print.
if command -v man >/dev/null 2>&1; then
  for page in "$builddir"/man/*.[15]; do
    awk '/^\.EX/ { skip = 1 } !skip { print } /^\.EE/ { skip = 0 }' "$page" >page
    MANWIDTH=80 man --warnings -E UTF-8 -l page >text 2>warnings
    [ "$(wc -L <text)" -le 80 ] || echo "wider than 80 columns" >>warnings
    check_equal "$(basename "$page") is well formed" '' "$(cat warnings)"
  done
else
  skip 'the pages are well formed' 'man is not installed'
fi
done_testing
