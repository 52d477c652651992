#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Making a ledger, and its settings.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq sqlite3
only_on_sqlite "it is about the file; tests/postgresql/ledger.t has what a server may do"

# --- init ---

check_error 3 'a command without a ledger' "billctl: there is no ledger $tap_dir/ledger.db
hint: make one with \`billctl init\`, or name yours with --ledger FILE or BILLCTL_LEDGER" billctl customer list
check_error 0 'a dry run says where' "would make the ledger $tap_dir/ledger.db
dry run: nothing was written" billctl init --dry-run
check_equal 'and makes nothing' '' "$(ls)"
check_error 0 'init says where' "made the ledger $tap_dir/ledger.db" billctl init
check_equal 'the ledger is for its owner alone' 600 "$(stat -c %a ledger.db)"
check_equal 'the audit log begins' '1|test|init|ledger made' "$(sqlite3 ledger.db 'SELECT id, actor, command, change FROM audit')"
before=$(sha256sum ledger.db)
check_error 4 'a ledger is not made twice' "billctl: there is already a ledger $tap_dir/ledger.db
hint: use it as it is, or name another file with --ledger FILE" billctl init
check_equal 'and is not touched' "$before" "$(sha256sum ledger.db)"
check_status 4 'not in a dry run either' billctl init --dry-run

echo 'some text' >text
check_error 4 'a file that is something else' 'billctl: there is already a file text: opening the ledger: text is not a billctl ledger
hint: name another file with --ledger FILE' billctl --ledger text init
check_equal 'it stays as it is' 'some text' "$(cat text)"
ln -s nowhere link
check_status 4 'a link to nowhere' billctl --ledger link init
check_error 4 'a folder' 'billctl: . is a directory' billctl --ledger . init
check_error 7 'below a file' 'billctl: cannot make the ledger text/ledger.db: text is not a directory' billctl --ledger text/ledger.db init
: >stray.db-wal
check_error 4 'beside the log of a ledger that is gone' 'billctl: there is a file stray.db-wal without its ledger, which would be taken for part of a new one
hint: move it away' billctl --ledger stray.db init
check 'folders are made' billctl --ledger deep/er/ledger.db init
check_equal 'for their owner alone' 700 "$(stat -c %a deep/er)"
check_error 0 'the actor can be named' '' billctl --quiet --actor ann --ledger ann.db init
check_equal 'and is written down' ann "$(sqlite3 ann.db 'SELECT actor FROM audit')"

# --- config ---

check_output 'a default' 14 billctl config invoice.net-days
check_output 'setting says nothing' '' billctl config invoice.net-days 30
check_output 'the value' 30 billctl config invoice.net-days
check_json 'as JSON' '.[0] | [.name, .value, .default]' '["invoice.net-days","30",false]' billctl config invoice.net-days --format json
check_json 'all of them' 'map (select (.default | not) | .name)' '["invoice.net-days"]' billctl config --format json
check_error 0 'setting it again' 'invoice.net-days: nothing to change' billctl config invoice.net-days 30
check 'a dry run' billctl config invoice.net-days 7 --dry-run
check_output 'changes nothing' 30 billctl config invoice.net-days
check 'back to the default' billctl config invoice.net-days --unset
check_output 'it is' 14 billctl config invoice.net-days
check_equal 'changes stand in the audit log' "setting invoice.net-days: '30' instead of '14'
setting invoice.net-days: '14' instead of '30'" "$(sqlite3 ledger.db 'SELECT change FROM audit WHERE id > 1')"
check_error 3 'an unknown setting' "billctl: there is no setting 'customer.curency'
hint: did you mean 'customer.currency'?" billctl config customer.curency
check_status 3 'setting an unknown one' billctl config nothing.at-all 1
check 'a currency in lower case' billctl config customer.currency eur
check_output 'is kept in upper case' EUR billctl config customer.currency
check 'back to the default' billctl config customer.currency --unset
check_error 2 'days that are none' "billctl: setting invoice.net-days: '1,5' is not a whole number from 0 to 3650" billctl config invoice.net-days 1,5
check_error 2 'a currency that is none' \
  "billctl: setting customer.currency: 'EURO' is not a currency of ISO 4217, such as EUR" billctl config customer.currency EURO
check_status 2 'a time zone that is none' billctl config customer.timezone +01:00
check_status 2 'a name with an escape sequence' billctl config ledger.name "$(printf 'a\033[31m')"
check_error 2 '--unset needs a name' "billctl: '--unset' goes with the name of one setting and no value" billctl config --unset
check_status 2 '--unset and a value' billctl config invoice.net-days 3 --unset

done_testing
