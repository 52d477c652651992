#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command, as `billctl introspect` lists them: help that fits, wrong options refused, a full disk noticed, dry runs
# that change nothing, and a manual page.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need jq sqlite3

# A command line of each command that answers or changes something in the ledger below. A new command needs a line here.
# Where two lines stand, the second is for the dry run.
arguments_of () {
  case $1 in
    'charge add') echo 'acme --amount 5.00 --description Extra' ;;
    'charge list') ;;
    'charge remove') echo 1 ;;
    complete) echo "''" ;;
    completion) echo bash ;;
    config) echo 'invoice.net-days 21' ;;
    'credit-note list') ;;
    'credit-note show') echo CN-2026-000001 ;;
    'customer adjust') echo 'acme --amount 5.00 --reason goodwill' ;;
    'customer balance') echo acme ;;
    'coupon apply') echo 'acme LATER' ;;
    'coupon archive' | 'coupon show') echo TENTH ;;
    'coupon list') ;;
    'coupon reactivate') echo OLD ;;
    'coupon remove') echo 'chip TENTH' ;;
    'customer add') echo 'delta --name Delta --currency EUR' ;;
    'customer import') echo customers.csv ;;
    'customer list' | 'subscription list' | 'plans list' | 'metric list' | 'invoice list') ;;
    'customer show') echo acme ;;
    'customer update') echo 'acme --name Renamed' ;;
    estimate) echo '--plan pro --usage calls=10 --quantity seats=2' ;;
    export) echo invoices ;;
    help | introspect | version | verify) ;;
    init) echo "--ledger '$tap_dir/other.db'" ;;
    'invoice finalize') echo '--all' ;;
    'invoice generate') echo '--as-of 2026-03-01' ;;
    'invoice create') echo "acme --line 'Key;1;5.00'" ;;
    'invoice discard') echo "$kept" ;;
    'invoice credit') echo 'INV-2026-000001 --amount 1.00 --reason test' ;;
    'invoice numbers') ;;
    'invoice pay') echo 'INV-2026-000001 --amount 5.00' ;;
    'invoice explain') echo INV-2026-000001 ;;
    'invoice preview') echo acme ;;
    'invoice show') echo INV-2026-000001 ;;
    'invoice uncollectible') echo 'INV-2026-000001 --reason test' ;;
    'invoice void') echo 'INV-2026-000001 --reason test --yes' ;;
    'issuer show' | 'tax list' | 'report tax') ;;
    'issuer update') echo '--name Renamed' ;;
    'journal accounts' | 'journal balance' | 'journal export' | 'journal show') ;;
    'journal close') echo '2026-01 --as-of 2026-02-01' ;;
    'ledger info' | 'ledger migrate') ;;
    'ledger access apply' | 'ledger access list') ;;
    'ledger access grant') echo 'clerk --as operator' ;;
    'ledger access revoke') echo clerk ;;
    'ledger backup') echo '--dry-run backup.db' ;;
    'ledger copy') echo '--dry-run ledger.db copied.db' ;;
    'ledger send') ;;
    'ledger restore') echo '--dry-run --ledger restored.db ledger.db' ;;
    'plans apply' | 'plans diff' | 'plans impact') echo changed.json ;;
    'plans lint') echo odd.json ;;
    'plans compare') echo 'basic pro' ;;
    'plans show' | 'plans archive') echo pro ;;
    'plans migrate') echo 'pro --to-version 2' ;;
    prorate) echo '--from basic --to pro --anchor 2026-01-01 --at 2026-01-16' ;;
    schedule) echo '--start 2026-01-31 --interval month --periods 3' ;;
    'stripe sync') echo --dry-run ;;
    subscribe) echo 'acme pro --code acme-2 --start 2026-02-01' ;;
    'subscription show' | 'subscription history') echo chip-pro ;;
    'subscription change') echo 'acme pro' ;;
    'subscription set') echo 'acme --addon support' ;;
    'subscription cancel' | 'subscription pause') echo acme ;;
    'subscription undo') echo echo-undo ;;
    'subscription resume') echo echo-resume ;;
    'subscription renew') echo echo-renew ;;
    'subscription extend-trial') echo 'echo-trial --days 7' ;;
    'usage record') echo 'acme calls 3 --id call-1 --at 2026-01-20T10:00:00Z' ;;
    'usage import') echo more.csv ;;
    'usage snapshot') echo INV-2026-000005 ;;
    'usage late') echo --release ;;
    'usage void') echo acme-1 ;;
    'usage correct') echo 'acme-2 --quantity 4' ;;
    'usage show') echo acme ;;
    *) return 1 ;;
  esac
}

# On a server it is an operator who runs all that, but for what its owner must do.
if [ -n "${BILLCTL_TEST_SERVER-}" ]; then
  for role in worker clerk watcher; do psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d postgres -c "CREATE ROLE $role LOGIN"; done
  export BILLCTL_TEST_ROLE=worker
fi

# Of a ledger on a server alone.
is_elsewhere () {
  case ${BILLCTL_TEST_SERVER:-file}$1 in file'ledger access '*) return 0 ;; esac
  return 1
}

prepare () {
  sample_ledger && sample_usage || return 1
  [ -z "${BILLCTL_TEST_SERVER-}" ] || billctl -q ledger access grant watcher --as auditor >/dev/null || return 1
  echo '{ "taxes": [{ "code": "none", "kind": "zero" }] }' | billctl -q plans apply - >/dev/null || return 1
  billctl -q invoice generate --as-of 2026-01-15 --finalize >/dev/null || return 1
  billctl -q invoice credit INV-2026-000002 --amount 1.00 --reason test >/dev/null || return 1
  billctl -q charge add acme --amount 1.00 --description Extra --at 2026-02-15 >/dev/null || return 1
  kept=$(billctl -q invoice create acme --line 'Key;1;5.00' --format csv --no-header --columns invoice) || return 1
  billctl -q customer adjust acme --amount 1.00 --reason goodwill >/dev/null || return 1
  billctl -q subscribe chip pro --code chip-pro --start 2026-02-01 --quantity seats=2 >/dev/null || return 1
  billctl -q subscribe bolt pro --code bolt-pro --start 2025-11-01 >/dev/null &&
    billctl -q usage record bolt calls 1500 --at 2025-11-05 --id early-1 >/dev/null &&
    billctl -q invoice generate --as-of 2026-01-14 --finalize --customer bolt >/dev/null &&
    billctl -q usage record bolt storage 5 --at 2025-11-10 --id late-1 >/dev/null 2>&1 || return 1
  billctl -q coupon apply chip TENTH >/dev/null && billctl -q coupon archive OLD || return 1
  billctl -q invoice generate >/dev/null || return 1
  for code in undo resume renew trial; do
    billctl -q customer add "echo-$code" --name Echo --currency USD >/dev/null || return 1
  done
  billctl -q subscribe echo-undo basic >/dev/null && billctl -q subscription cancel echo-undo >/dev/null &&
    billctl -q subscribe echo-resume basic >/dev/null && billctl -q subscription pause echo-resume >/dev/null &&
    billctl -q subscribe echo-renew basic --end 2026-06-01 >/dev/null &&
    billctl -q subscribe echo-trial basic --trial-days 30 >/dev/null || return 1
  printf 'code,name,currency\necho,Echo,USD\n' >customers.csv
  echo '{ "currency": "USD", "plans": [ { "code": "gift", "type": "pay_per_use" } ] }' >odd.json
  sed 's/"10.00"/"12.00"/' catalog.json >changed.json
  sed 's/"50.00"/"55.00"/' catalog.json | billctl -q plans apply - >/dev/null || return 1
  { echo id,customer,metric,quantity,time; sample_events 500 510 acme; } >more.csv
}
check "a ledger to work on" prepare

billctl introspect --format json >commands.json || exit 1
jq -r '.commands[].path' commands.json >paths
check "introspect lists commands" test "$(wc -l <paths)" -gt 20

# has NEED PATH
has () {
  jq -e --arg path "$2" --arg need "$1" '.commands[] | select (.path == $path) | .needs | index ($need)' commands.json >/dev/null
}

# call PATH [MORE ARGUMENTS…]: with the arguments of its line above
call () {
  path=$1; shift
  eval "billctl $path $(arguments_of "$path")" '"$@"'
}

# --- Help ---

help_fits () {
  # shellcheck disable=SC2086
  billctl $1 -h >page && test -s page && test "$(wc -L <page)" -le 80 && ! grep -q '[[:space:]]$' page
}
while read -r path; do
  check "$path -h fits into 80 columns" help_fits "$path"
  # shellcheck disable=SC2086
  check_status 2 "$path refuses an unknown option" billctl $path --no-such-option
  check_equal "$path: nothing on standard output then" "" "$(cat "$tap_out")"
  check "$path has a line in this test" arguments_of "$path"
done <paths

check_output "summaries and explanations: lower case, no full stop, one line" "" jq -r '
  def bad: test ("^[A-Z][a-z]") or test ("[.]$") or test ("\n") or . == "";
  .commands[] | . as $c
  | (select (.summary | bad) | "\($c.path): \(.summary)"),
    (.options[] | select (.help == null or (.help | bad)) | "\($c.path) --\(.name): \(.help)"),
    (.operands[] | select (.help == null or (.help | bad)) | "\($c.path) \(.name): \(.help)")' commands.json
check_output "no option stands twice or takes the letter of a global one" "" jq -r '
  .global_options as $g | .commands[] | . as $c
  | (([.options[].name], [.options[].letter | values]) | group_by (.)[] | select (length > 1) | "\($c.path): \(.[0]) twice"),
    (.options[] | .letter as $l | .name as $n | select ($l != null and ($g | any (.letter == $l and .name != $n))) | "\($c.path) -\($l)")
  ' commands.json
check_output "every example is a line of this program" "" jq -r '
  .commands[] | .path as $p | .examples[] | select (startswith ("billctl ") or test ("[|] *billctl ") | not) | "\($p): \(.)"' commands.json

# --- Manual pages ---

while read -r path; do
  [ "$(jq -r --arg path "$path" '.commands[] | select (.path == $path) | .hidden' commands.json)" = false ] || continue
  page=billctl-$(echo "$path" | tr ' ' -).1
  check "there is a manual page $page" test -e "$srcdir/man/$page" -o -e "$builddir/man/$page"
done <paths

# --- A full disk ---

# answers_to_full_disk PATH [OPTIONS]: must fail, and say so
lost_answer_is_noticed () {
  if call "$@" >/dev/full 2>error; then
    return 1
  fi
  grep -q 'standard output\|No space left' error
}
if [ -c /dev/full ]; then
  while read -r path; do
    has rows "$path" && ! has ledger-write "$path" && ! is_elsewhere "$path" || continue
    case ${BILLCTL_TEST_SERVER:+$path} in 'ledger copy'|'ledger restore') continue ;; esac
    for format in table json ndjson csv; do
      check "$path --format $format >/dev/full fails" lost_answer_is_noticed "$path" --format "$format"
    done
  done <paths
  for path in help completion version introspect 'journal export'; do
    check "$path >/dev/full fails" lost_answer_is_noticed "$path"
  done
  check "help of a command >/dev/full fails" lost_answer_is_noticed version -h
else
  skip "answers that cannot be written" "there is no /dev/full"
fi

# --- Dry runs ---

dump () {
  sqlite3 "$BILLCTL_LEDGER" .dump
}
cp ledger.db kept.db
restore () {
  rm -f ledger.db ledger.db-wal ledger.db-shm
  sqlite3 kept.db 'VACUUM INTO "ledger.db"'
}
sqlite3 ledger.db 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null
cp ledger.db kept.db
dump >before
while read -r path; do
  has ledger-write "$path" && ! is_elsewhere "$path" || continue
  check "$path --dry-run succeeds" call "$path" --dry-run
  dump >after
  check_same "$path --dry-run leaves the ledger as it was" before after
  [ "$path" = 'stripe sync' ] && continue
  check "$path without it succeeds" call "$path"
  dump >after
  check_status 1 "$path without it changes the ledger" cmp -s before after
  cp kept.db ledger.db
  rm -f ledger.db-wal ledger.db-shm
done <paths
check "init --dry-run succeeds" call init --dry-run
check "init --dry-run makes no file" test ! -e other.db
done_testing
