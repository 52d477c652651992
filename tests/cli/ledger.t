#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ledgers that cannot be used, and which ledger is used.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3
only_on_sqlite "it is about the file; tests/postgresql/ledger.t has what a server may do"

check "a ledger to begin with" sample_ledger

# refuses NAME STATUS PATTERN LEDGER: reading and writing both fail with that status and say so, and the file stays as it was
refuses () {
  name=$1 status=$2 pattern=$3 ledger=$4
  before=$(cksum "$ledger" 2>&1)
  check_status "$status" "$name: reading is refused" billctl --ledger "$ledger" customer list
  check_said "$name: reading says why" "$pattern"
  check_status "$status" "$name: writing is refused" billctl --ledger "$ledger" customer add x --name X --currency USD
  check_said "$name: writing says why" "$pattern"
  check_equal "$name: the file is untouched" "$before" "$(cksum "$ledger" 2>&1)"
}

# --- Not a ledger ---

refuses "a ledger that is not there" 3 'there is no ledger .*nowhere\.db' nowhere.db
check "nothing was made there" test ! -e nowhere.db
: >empty.db
refuses "an empty file" 7 'empty\.db is empty, not a ledger' empty.db
mkdir folder
refuses "a directory" 7 'folder is a directory, not a ledger' folder
echo 'id,customer,metric,quantity,time' >text.db
refuses "a text file" 7 'text\.db is not a billctl ledger' text.db
sqlite3 other.db 'CREATE TABLE t (x)'
refuses "another SQLite database" 7 'other\.db is an SQLite database, but not a billctl ledger' other.db

# --- Newer, damaged, read-only ---

sqlite3 ledger.db 'VACUUM INTO "newer.db"' && chmod 600 newer.db
sqlite3 newer.db 'PRAGMA user_version = 999'
refuses "a newer ledger" 7 'schema version 999, newer than this program' newer.db
check_equal "a newer ledger is still one of version 999" 999 "$(sqlite3 newer.db 'PRAGMA user_version')"

sqlite3 ledger.db 'VACUUM INTO "whole.db"' && chmod 600 whole.db
head -c 20000 whole.db >truncated.db
check_status 7 "a ledger cut in the middle is refused" billctl --ledger truncated.db verify
check_said "it is called damaged" 'damaged|malformed'
head -c 50 whole.db >stump.db
refuses "the stump of a ledger" 7 'the ledger stump\.db is damaged' stump.db

if [ "$(id -u)" = 0 ] && ! command -v setpriv >/dev/null 2>&1; then
  skip "a read-only ledger" "root may write everything, and setpriv is not there"
else
  # Root may write everything, so these run as somebody else.
  as_user () {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi
  }
  mkdir locked
  cp whole.db locked/ledger.db
  chmod 444 locked/ledger.db
  chmod 755 "$tap_root" "$tap_dir"
  chmod 555 locked
  if as_user "$builddir/billctl" version >/dev/null 2>&1; then
    check_status 7 "a ledger that everybody can read is not opened" as_user "$builddir/billctl" --ledger locked/ledger.db customer list
    export BILLCTL_ALLOW_WORLD_READABLE=1
    check "a read-only ledger in a read-only folder can be read" as_user "$builddir/billctl" --ledger locked/ledger.db customer list
    check_status 7 "a read-only ledger is not written" \
      as_user "$builddir/billctl" --ledger locked/ledger.db customer add x --name X --currency USD
    check_said "it is called read-only" 'read-only'
    chmod 755 locked
    cp ledger.db locked/wal.db
    chmod 644 locked/wal.db
    chmod 555 locked
    check_error 7 "a ledger as it is needs a folder that can be written" \
      'billctl: the ledger locked/wal.db is in a folder that is read-only, and cannot even be read there
hint: make the folder writable, or copy the ledger to one that is: SQLite keeps files beside it' \
      as_user "$builddir/billctl" --ledger locked/wal.db customer list
    unset BILLCTL_ALLOW_WORLD_READABLE
    check_status 7 "no ledger is made in a read-only folder" as_user "$builddir/billctl" --ledger locked/new.db init
    check_said "it says why" 'no right to write into'
  else
    skip "a read-only ledger" "another user cannot run $builddir/billctl"
  fi
  chmod 755 locked
fi

# --- Locked by another process ---

# Holds the ledger until `release` is called.
hold () {
  mkfifo commands
  sqlite3 ledger.db <commands >held &
  holder=$!
  exec 9>commands
  echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
  until [ -s held ]; do sleep 0.05; done
}
release () {
  exec 9>&-
  wait "$holder"
  rm -f commands held
}

hold
export BILLCTL_BUSY_TIMEOUT_MS=200
check_error 7 "a ledger that somebody else is writing" "billctl: starting a write: the ledger $tap_dir/ledger.db is locked by another process
hint: run it again when the other command has finished" billctl customer add x --name X --currency USD
check "reading goes on" billctl customer list
release
check "afterwards it can be written" billctl customer add x --name X --currency USD
hold
export BILLCTL_BUSY_TIMEOUT_MS=20000
(sleep 1; echo 'ROLLBACK;' >&9) &
check "a writer waits for its turn" billctl customer add y --name Y --currency USD
release
check_error 2 "a wait that is no number" "billctl: BILLCTL_BUSY_TIMEOUT_MS has '1s', which is not a number of milliseconds up to 86400000" \
  env BILLCTL_BUSY_TIMEOUT_MS=1s billctl customer list
unset BILLCTL_BUSY_TIMEOUT_MS

# --- Which ledger ---

check_status 4 "init does not touch a file that is there" billctl init
check "a ledger made by name" billctl --ledger named.db init
check_equal "only its owner can read it" 600 "$(stat -c %a named.db)"
billctl -q --ledger named.db customer add named --name N --currency USD >/dev/null
codes () {
  billctl "$@" customer list --format csv --columns code --no-header
}
check_output "BILLCTL_LEDGER names the ledger" "acme
bolt
chip
x
y" codes
check_output "--ledger wins over it" named codes --ledger named.db
check_output "--ledger may stand behind the command" named billctl customer list --ledger named.db --format csv --columns code --no-header
default_ledger () {
  unset BILLCTL_LEDGER
  billctl -q init && billctl -q customer add home --name H --currency USD >/dev/null && codes
}
check_output "without them there is one in the home folder" home default_ledger
check "it is .local/share/billctl/ledger.db" test -f "$HOME/.local/share/billctl/ledger.db"
check_equal "in a folder of its owner's" 700 "$(stat -c %a "$HOME/.local/share/billctl")"
data_ledger () {
  unset BILLCTL_LEDGER
  XDG_DATA_HOME=$tap_dir/data default_ledger
}
check_output "XDG_DATA_HOME moves it" home data_ledger
check "to billctl/ledger.db in that folder" test -f data/billctl/ledger.db
empty_variable () {
  BILLCTL_LEDGER='' codes
}
check_output "an empty BILLCTL_LEDGER is none" home empty_variable
for name in mysql://server/db postgresql:db POSTGRESQL://server/db sqlite:///ledger.db; do
  check_status 2 "$name is no ledger" billctl --ledger "$name" init
done
check_said "and what is one is told" "^billctl: 'sqlite:…' names no ledger: it is a file, or begins with postgresql:// or service=$"
check_equal "nothing is made of them" "" "$(find . -name '*:*')"
done_testing
