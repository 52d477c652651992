# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The tests name ledgers by files. On PostgreSQL each such file stands for a database, and holds but a word: what the tests do to
# the files (cp, rm, cmp, sqlite3) the programs in bin/ do to the databases. $BILLCTL_TEST_SERVER is the folder of the server.
# All this happens some thousand times: what the shell can do itself is not left to programs.

mark='a ledger on PostgreSQL'
superuser () { command psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }

is_ledger () { [ -f "$1" ] && IFS= read -r first_line <"$1" 2>/dev/null && [ "$first_line" = "$mark" ]; }

# Puts the name of the database for a file into $database: its path in the folder of the test, '/' being '+'.
name_database () {
  case $1 in
    *./*|*//*)
      folder=$(cd "$(dirname "$1")" 2>/dev/null && pwd -P) || folder=$(dirname "$1")
      rest=$folder/${1##*/} ;;
    /*) rest=$1 ;;
    *) rest=$PWD/$1 ;;
  esac
  rest=${rest#"${BILLCTL_TEST_SERVER%/*}/"} database=
  while :; do
    case $rest in
      */*) database=$database${rest%%/*}+ rest=${rest#*/} ;;
      *) break ;;
    esac
  done
  database=$database$rest
  case $database in
    *[!A-Za-z0-9._+-]*|????????????????????????????????????????????????*) database=ledger_$(printf %s "$database" | cksum | tr ' ' _) ;;
  esac
}

# Puts the URL for a file into $url. Who owns the ledgers works with them, or the role $BILLCTL_TEST_ROLE as an operator.
name_url () { name_database "$1"; url="postgresql://${BILLCTL_TEST_ROLE:-billctl}@/$database?host=$BILLCTL_TEST_SERVER/socket"; }

drop () { name_database "$1"; superuser -d postgres -c "DROP DATABASE IF EXISTS \"$database\" WITH (FORCE)" 2>/dev/null; }

# make FILE: an empty database, where there is none yet
make () { name_database "$1"; superuser -d postgres -c "CREATE DATABASE \"$database\" OWNER billctl" 2>/dev/null; }

# clone FROM TO: files are copied as files, where the server (15 or later) must be told so
clone () {
  name_database "$1"; from_database=$database; name_database "$2"
  [ "$from_database" != "$database" ] || return 0
  set -- "CREATE DATABASE \"$database\" TEMPLATE \"$from_database\" OWNER billctl" "$2"
  superuser -d postgres -c "$1 STRATEGY file_copy" 2>/dev/null || { drop "$2" && superuser -d postgres -c "$1"; } || return 1
  printf '%s\n' "$mark" >"$2"
}

# All rows, as INSERTs.
dump () {
  command pg_dump -h "$BILLCTL_TEST_SERVER/socket" -U postgres --data-only --inserts "$@" 2>/dev/null |
    grep -Ev '^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict|$)'
}
