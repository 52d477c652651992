# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The tests name ledgers by files. On PostgreSQL each such file stands for a database, and holds but a word: what the tests do to
# the files (cp, rm, cmp, sqlite3) the programs in bin/ do to the databases. $BILLCTL_TEST_SERVER is the folder of the server.

mark='a ledger on PostgreSQL'
superuser () { command psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }

is_ledger () { [ -f "$1" ] && [ "$(head -c 22 "$1" 2>/dev/null | tr -d '\0')" = "$mark" ]; }

# The name of the database for a file.
database_of () {
  folder=$(cd "$(dirname "$1")" 2>/dev/null && pwd -P) || folder=$(dirname "$1")
  printf 'ledger_%s' "$(printf %s "$folder/$(basename "$1")" | cksum | tr ' ' _)"
}

url_of () { printf 'postgresql://billctl@/%s?host=%s/socket' "$(database_of "$1")" "$BILLCTL_TEST_SERVER"; }

drop () { superuser -d postgres -c "DROP DATABASE IF EXISTS $(database_of "$1") WITH (FORCE)" 2>/dev/null; }

# make FILE: an empty database, where there is none yet
make () { superuser -d postgres -c "CREATE DATABASE $(database_of "$1") OWNER billctl" 2>/dev/null; }

# clone FROM TO
clone () {
  [ "$(database_of "$1")" != "$(database_of "$2")" ] || return 0
  drop "$2"
  superuser -d postgres -c "CREATE DATABASE $(database_of "$2") TEMPLATE $(database_of "$1") OWNER billctl" &&
    printf '%s\n' "$mark" >"$2"
}

# All rows, as INSERTs.
dump () {
  command pg_dump -h "$BILLCTL_TEST_SERVER/socket" -U postgres --data-only --inserts "$@" 2>/dev/null |
    grep -Ev '^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict|$)'
}
