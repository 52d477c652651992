# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the shell tests share: TAP on standard output, and surroundings that are the same everywhere.
#
#   . "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
#   check "it starts" billctl version
#   check_status 2 "an unknown option is wrong usage" billctl version --nothing
#   check_output "one line" 'expected text, without its last newline' command …
#   check_error 3 "no such customer" "error: there is no customer 'x'" command …     the whole of standard error
#   check_said "and why" 'no such .*'                                      about standard error of the last command
#   check_match "says how many" '3 rows of 3' command …                    an extended regular expression over both streams
#   check_json "two plans" '.plans | length' 2 command …                   a jq expression, and its value as compact JSON
#   check_same "the same rows" FILE FILE
#   skip "the thing" "why it cannot be tested here"
#   done_testing
#
# Each script runs in a fresh folder, $tap_dir, which is removed at the end unless BILLCTL_TEST_KEEP is set. The clock,
# the actor, the locale and the ledger's path are fixed; billctl and its helpers are those of the build folder. What
# ran last is left in the files $tap_out and $tap_err, and in $tap_status.

srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd) || exit 1
builddir=$(cd "${builddir:-$srcdir/build}" && pwd) || exit 1

tap_count=0
tap_failed=0
tap_is_done=no
tap_status=0
tap_root=$(mktemp -d "${TMPDIR:-/tmp}/billctl-test.XXXXXX") || exit 1
tap_dir=$tap_root/work
tap_out=$tap_root/stdout
tap_err=$tap_root/stderr
tap_why=$tap_root/why
mkdir "$tap_dir" "$tap_root/home"

export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 HOME="$tap_root/home" PATH="$builddir:$PATH"
export BILLCTL_LEDGER="$tap_dir/ledger.db" BILLCTL_EXEC_PATH="$builddir/libexec"
export BILLCTL_AS_OF=2026-02-01T00:00:00Z BILLCTL_ACTOR=test
# What a sanitizer finds must not look like an ordinary failure.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99" UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99:print_stacktrace=1"
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}exitcode=99"
unset XDG_DATA_HOME XDG_CONFIG_HOME PAGER BILLCTL_PAGER BILLCTL_BUSY_TIMEOUT_MS BILLCTL_ALLOW_WORLD_READABLE STRIPE_API_KEY COLUMNS LANGUAGE
export srcdir builddir tap_dir
cd "$tap_dir" || exit 1
exec </dev/null

tap_leave () {
  tap_exit=$?
  trap - EXIT
  trap '' PIPE
  for tap_server in ${BILLCTL_TEST_SERVER-}; do "$srcdir/tests/postgresql/server" remove "$tap_server"; done
  if [ "$tap_is_done" = no ]; then
    echo "Bail out! the script ended early, with status $tap_exit"
    [ "$tap_exit" != 0 ] || tap_exit=1
  elif [ "$tap_failed" != 0 ]; then
    tap_exit=1
  fi
  cd / || :
  if [ -n "${BILLCTL_TEST_KEEP-}" ]; then
    echo "# kept: $tap_root"
  else
    chmod -R u+rwX "$tap_root" 2>/dev/null
    rm -rf "$tap_root"
  fi
  exit "$tap_exit"
}
trap tap_leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 141' PIPE

# --- The engine ---

# With BILLCTL_TEST_ENGINE=postgresql the ledgers that a script names are databases of a server of its own.
on_postgresql () {
  "$srcdir/tests/postgresql/server" available || skip_all "no PostgreSQL server is installed"
  [ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
  chmod 755 "$tap_root"
  # Not the psql of /usr/bin, which asks a script of Debian's each time which one that is.
  export BILLCTL_TEST_SERVER="$tap_root/server" PATH="$srcdir/tests/postgresql/bin:$("$srcdir/tests/postgresql/server" programs):$PATH"
  unset PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS
  BILLCTL_TEST_IN_MEMORY=yes "$srcdir/tests/postgresql/server" start "$BILLCTL_TEST_SERVER" &&
    "$srcdir/tests/postgresql/server" psql "$BILLCTL_TEST_SERVER" template1 -f "$srcdir/tests/postgresql/sqlite.sql" || exit 1
}

# await COMMAND: until it holds; a minute is for ever here
await () {
  tap_waits=0
  until eval "$1"; do
    tap_waits=$((tap_waits + 1))
    [ "$tap_waits" -lt 1200 ] || { echo "Bail out! a minute was not enough for: $1"; exit 1; }
    sleep 0.05
  done
}

# only_on_sqlite WHY: for scripts that are about the file
only_on_sqlite () {
  [ -z "${BILLCTL_TEST_SERVER-}" ] || skip_all "$1"
}

# --- Results ---

ok () {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1"
}

# not_ok NAME [FILE]: the file explains it
not_ok () {
  tap_count=$((tap_count + 1))
  tap_failed=$((tap_failed + 1))
  echo "not ok $tap_count - $1"
  [ -z "${2-}" ] || sed 's/^/# /' "$2"
}

skip () {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

skip_all () {
  echo "1..0 # SKIP $1"
  tap_is_done=yes
  exit 0
}

# need PROGRAM…: skips the whole script where one is missing
need () {
  for tap_program; do
    command -v "$tap_program" >/dev/null 2>&1 || skip_all "$tap_program is not installed"
  done
}

done_testing () {
  echo "1..$tap_count"
  tap_is_done=yes
}

if [ "${BILLCTL_TEST_ENGINE-}" = postgresql ]; then on_postgresql; fi

# --- Checks of commands ---

# Runs a command with its answers kept in $tap_out and $tap_err, and its exit status in $tap_status.
run () {
  tap_status=0
  "$@" >"$tap_out" 2>"$tap_err" || tap_status=$?
}

# What ran, for a person who reads the log.
explain () {
  echo "command: $*"
  echo "exit status: $tap_status"
  head -n 40 "$tap_out" | sed 's/^/stdout: /'
  head -n 40 "$tap_err" | sed 's/^/stderr: /'
}

# tap_has_status STATUS command …: whether the last run ended so; else why not stands in $tap_why
tap_has_status () {
  tap_want_status=$1; shift
  [ "$tap_status" = "$tap_want_status" ] && return 0
  { echo "expected exit status: $tap_want_status"; explain "$@"; } >"$tap_why"
  return 1
}

# tap_has_text TEXT FILE command …: the file holds exactly the text and a newline; nothing for an empty text
tap_has_text () {
  if [ -n "$1" ]; then printf '%s\n' "$1"; fi >"$tap_root/expected"
  cmp -s "$tap_root/expected" "$2" && return 0
  tap_file=$2; shift 2
  {
    (cd "$tap_root" && diff -u --label expected --label actual expected "$tap_file") || :
    explain "$@"
  } >"$tap_why"
  return 1
}

check_status () {
  tap_want=$1 tap_name=$2; shift 2
  run "$@"
  if tap_has_status "$tap_want" "$@"; then ok "$tap_name"; else not_ok "$tap_name" "$tap_why"; fi
}

check () {
  tap_name=$1; shift
  check_status 0 "$tap_name" "$@"
}

check_output () {
  tap_name=$1 tap_want=$2; shift 2
  run "$@"
  if tap_has_status 0 "$@" && tap_has_text "$tap_want" "$tap_out" "$@"; then ok "$tap_name"; else not_ok "$tap_name" "$tap_why"; fi
}

check_error () {
  tap_code=$1 tap_name=$2 tap_want=$3; shift 3
  run "$@"
  if tap_has_status "$tap_code" "$@" && tap_has_text "$tap_want" "$tap_err" "$@"; then
    ok "$tap_name"
  else
    not_ok "$tap_name" "$tap_why"
  fi
}

check_said () {
  if grep -Eq -e "$2" "$tap_err"; then
    ok "$1"
  else
    { echo "expected on standard error: $2"; explain "(the last one)"; } >"$tap_why"
    not_ok "$1" "$tap_why"
  fi
}

check_match () {
  tap_name=$1 tap_want=$2; shift 2
  run "$@"
  if [ "$tap_status" != 0 ] || ! cat "$tap_out" "$tap_err" | grep -Eq -e "$tap_want"; then
    { echo "expected a line like: $tap_want"; explain "$@"; } >"$tap_why"
    not_ok "$tap_name" "$tap_why"
  else
    ok "$tap_name"
  fi
}

check_json () {
  tap_name=$1 tap_expression=$2 tap_want=$3; shift 3
  run "$@"
  if ! tap_has_status 0 "$@"; then
    not_ok "$tap_name" "$tap_why"
    return 0
  fi
  jq -c "$tap_expression" <"$tap_out" >"$tap_root/value" 2>&1 || :
  if tap_has_text "$tap_want" "$tap_root/value" "$@"; then ok "$tap_name"; else not_ok "$tap_name" "$tap_why"; fi
}

# check_same NAME EXPECTED-FILE ACTUAL-FILE
check_same () {
  if diff -u "$2" "$3" >"$tap_root/difference" 2>&1; then
    ok "$1"
  else
    head -n 60 "$tap_root/difference" >"$tap_why"
    not_ok "$1" "$tap_why"
  fi
}

# check_equal NAME EXPECTED ACTUAL
check_equal () {
  if [ "$2" = "$3" ]; then
    ok "$1"
  else
    printf 'expected: %s\nactual:   %s\n' "$2" "$3" >"$tap_why"
    not_ok "$1" "$tap_why"
  fi
}
