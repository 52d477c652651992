#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What holds for every command: verbs, options, help, the streams, programs of one's own, completion.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq

# --- Verbs ---

only_on_sqlite "what stands on the command line is no matter of the ledger"
check_match 'version' '^billctl [0-9]+\.[0-9]+' billctl version
check_match '--version' '^billctl [0-9]+\.[0-9]+' billctl --version
check_match 'with its libraries' '^SQLite 3\.' billctl version -v
check_json 'version as JSON' '.name' '"billctl"' billctl version --format json
check_error 2 'an unknown verb' "billctl: unknown command 'vrsion'
hint: did you mean 'version'?" billctl vrsion
check_error 2 'an unknown verb that is like nothing' "billctl: unknown command 'zzzzzzzz'
hint: 'billctl help' lists the commands" billctl zzzzzzzz
check_error 2 'a verb with an escape sequence' "billctl: unknown command '\\x1b[31mred'
hint: 'billctl help' lists the commands" billctl "$(printf '\033[31mred')"
check_error 2 'an unknown option' "billctl: unknown option '--fomat' for 'version'
hint: did you mean '--format'?" billctl version --fomat json
check_error 2 'no abbreviations' "billctl: unknown option '--form' for 'version'
hint: did you mean '--format'?" billctl version --form json
check_error 2 'a global option that means nothing to the command' \
  "billctl: 'version' does not take '--dry-run': it changes nothing anyway" billctl --dry-run version
run billctl
check_equal 'no verb is wrong usage' 2 "$tap_status"
check_equal 'and the list goes to standard error' 0 "$(wc -c <"$tap_out" | tr -d ' ')"
check_status 2 'nor is a list of global options enough' billctl --quiet

# --- Values ---

check_error 2 'an option that is given twice: neither is ignored' "billctl: '--status' is given twice" \
  billctl invoice list --status open --status paid
check_match 'a global option: the last one counts' '"name": "billctl"' billctl --format csv version --format json
check_error 2 'a count of nothing' "billctl: '--version' wants a whole number from 1 on, not '0'" billctl plans show x --version 0
check_error 2 'a negative one' "billctl: '--version' wants a whole number from 1 on, not '-1'" billctl plans show x --version -1
check_error 2 'a file without a name' "billctl: '--ledger' needs the name of a file, not ''" billctl --ledger '' version
check_error 2 'as an operand' "billctl: 'plans apply' needs the name of a file, not ''" billctl plans apply ''
check_error 2 'an actor who would paint the audit log' \
  "billctl: BILLCTL_ACTOR has 'a\\x1b[31m', which is not a name: plain text in UTF-8 of 1 to 256 bytes" \
  env BILLCTL_ACTOR="$(printf 'a\033[31m')" billctl init
check_status 2 'an actor of 257 bytes' billctl version --actor "$(printf 'x%.0s' $(seq 257))"

check_error 3 'a word of 100,000 letters is not repeated as a whole' \
  "billctl: there is no setting '$(printf 'x%.0s' $(seq 78))…$(printf 'x%.0s' $(seq 18))'
hint: \`billctl config\` lists them" sh -c 'billctl init -q && billctl config "$(head -c 100000 /dev/zero | tr "\\0" x)"'

# --- Times ---

check_error 2 '--as-of without a zone' "billctl: '--as-of' has '2026-01-05T10:00:00', which names no time zone
hint: write 2026-01-05T10:00:00Z for UTC, or add the offset as in 2026-01-05T10:00:00+01:00" \
  billctl --as-of 2026-01-05T10:00:00 version
check_error 2 '--as-of on a day that there is not' \
  "billctl: '--as-of' has '2026-02-30', which is a day that the calendar does not have" billctl version --as-of 2026-02-30
check_error 2 'BILLCTL_AS_OF is named' \
  "billctl: BILLCTL_AS_OF has 'soon', which is not a time such as 2026-02-28 or 2026-02-28T10:00:00Z" \
  env BILLCTL_AS_OF=soon billctl version

# --- Help ---

billctl introspect >commands.json
jq -r '.commands[].path' commands.json >paths
check_equal 'introspect lists itself' introspect "$(grep -x introspect paths)"
LC_ALL=C sort paths | cmp -s - paths
check_equal 'the commands are sorted' 0 "$?"
wide=
while read -r path; do
  # shellcheck disable=SC2086
  billctl help $path >page || wide="$wide $path (status)"
  # shellcheck disable=SC2086
  billctl $path --help | cmp -s - page || wide="$wide $path (differs)"
  [ "$(wc -L <page)" -le 80 ] || wide="$wide $path"
done <paths
check_equal 'help pages are 80 columns wide at most, and help and --help agree' '' "$wide"
loose=
while read -r path; do
  status=0
  # shellcheck disable=SC2086
  billctl $path --no-such-option </dev/null >out 2>err || status=$?
  if [ "$status" != 2 ] || [ -s out ] || ! grep -q '^hint: ' err || [ "$(wc -l <err)" -gt 2 ]; then loose="$loose $path"; fi
done <paths
check_equal 'an unknown option is status 2 with a hint, for every command' '' "$loose"
check_match 'help lists the commands' '^  introspect +describe the commands' billctl help
check_error 2 'help on nothing' "billctl: unknown command 'vrsion'
hint: did you mean 'version'?" billctl help vrsion

# --- Streams ---

for command in version help introspect 'completion bash'; do
  # shellcheck disable=SC2086
  { billctl $command >/dev/full; } 2>err && status=0 || status=$?
  check_equal "$command to a full disk" "1 $(head -n 1 err)" "$status $(grep 'No space left on device' err)"
done
# The reader is gone before the first byte: the pipe stays open until `true` has ended.
status=$( { { sleep 1; billctl introspect 2>err; echo $? >&3; } | true; } 3>&1)
check_equal 'a closed pipe is status 1' 1 "$status"
check_equal 'without a word' '' "$(cat err)"
{ billctl version >&-; } 2>err && status=0 || status=$?
check_equal 'a closed standard output' "1 billctl: cannot write to standard output: Bad file descriptor" "$status $(cat err)"

# A terminal of its own for the command line.
on_terminal () {
  env TERM=xterm script -qec "$1" /dev/null </dev/null
}
if command -v script >/dev/null 2>&1 && on_terminal true >/dev/null 2>&1; then
  run on_terminal 'BILLCTL_PAGER=no-such-pager billctl help'
  check_equal 'a pager that is not there is an error, since nobody sees the answer' \
    "1 billctl: the pager could not be run" "$tap_status $(tr -d '\r' <"$tap_out" | grep billctl: )"
  run on_terminal 'BILLCTL_PAGER="head -n 1" billctl help'
  check_equal 'one that is left early is none' '0 1' "$tap_status $(wc -l <"$tap_out")"
else
  skip 'pagers' 'script(1) is not there'
fi

# --- Programs of one's own ---

mkdir own path
cat >own/billctl-greet <<'END'
#!/bin/sh
echo "greet $* ledger=$BILLCTL_LEDGER as-of=$BILLCTL_AS_OF actor=$BILLCTL_ACTOR"
exit 9
END
chmod +x own/billctl-greet
cp own/billctl-greet path/billctl-wave
run env BILLCTL_EXEC_PATH=own billctl --ledger l.db --as-of 2026-03-01 --actor ann greet --to 'the world' -x
check_equal 'the exec path, options and status' '9 greet --to the world -x ledger=l.db as-of=2026-03-01 actor=ann' \
  "$tap_status $(cat "$tap_out")"
run env PATH="$tap_dir/path:$PATH" billctl wave
check_equal 'PATH' 9 "$tap_status"
check_error 2 'an option that would get lost' \
  "billctl: '--dry-run' in front of 'greet' cannot be passed on to it: it is a program of its own
hint: write it behind 'greet' if the program takes it" env BILLCTL_EXEC_PATH=own billctl --dry-run greet

# --- Completion ---

check_output 'verbs' 'version	print the version of billctl' billctl complete -- vers
check_output 'options' '--format	how rows are written' billctl complete -- version --fo
check_output 'values of an option' 'json' billctl complete -- version --format j
check_output 'values behind =' '--format=json' billctl complete -- version --format=j
check_output 'global options before the verb' '--ledger	ledger to use' billctl complete -- --led
check_output 'words that an operand allows' 'fish' billctl complete -- completion f
check_output 'commands to explain' 'introspect	describe the commands for programs' billctl complete -- help intros
check_output 'files' ':file' billctl complete -- --ledger ''
check_output 'nothing to offer' '' billctl complete -- version --no-such-option=
for shell in bash:billctl.bash zsh:_billctl fish:billctl.fish; do
  billctl completion "${shell%%:*}" >script
  check_same "the script of ${shell%%:*} is the installed one" "$srcdir/completions/${shell#*:}" script
done
check_error 2 'an unknown shell' "billctl: 'completion' wants bash, zsh or fish, not 'tcsh'" billctl completion tcsh

done_testing
