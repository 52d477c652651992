#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Many events at once: what COPY must not put in a second time. Each import runs on both engines, which must say and keep the same.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
PATH=$builddir:${PATH#*:}
export PATH
as_superuser () { psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }
url="postgresql://billctl@/bulk?host=$BILLCTL_TEST_SERVER/socket"
as_superuser -d postgres -c 'CREATE DATABASE bulk OWNER billctl'

# import WHAT EXPECTED …: what is said of rows
import () {
  what=$1 expected=$2; shift 2
  for ledger in ledger.db "$url"; do
    rm -f ./*.rejects.csv
    billctl --ledger "$ledger" usage import "$@" >said 2>&1 || :
    grep ' recorded, ' said >"said.${ledger%%:*}" || :
    sort said >"all.${ledger%%:*}"
  done
  check_output "$what" "$expected" cat said.postgresql
  check "$what: on both engines the same" cmp all.postgresql all.ledger.db
}
rows () { as_superuser -d bulk -c 'SELECT count (*), count (DISTINCT event_id), (SELECT count (*) FROM usage_key), (SELECT count (*) FROM usage_key_collision) FROM usage'; }
same_events () {
  for ledger in ledger.db "$url"; do billctl --ledger "$ledger" export usage --format csv >"events.${ledger%%:*}" || return 1; done
  cmp events.postgresql events.ledger.db
}

for ledger in ledger.db "$url"; do billctl -q --ledger "$ledger" init; done

# More customers than are looked up one by one, more events than are inserted one by one. e7 comes twice, e8 too, with another quantity.
awk 'BEGIN { print "id,customer,metric,quantity,time"
  for (i = 1; i <= 3000; i++) printf "e%d,c%d,calls,%d,2026-01-02T00:00:00Z\n", i, i % 700, i }' >right.csv
{ cat right.csv; echo e7,c7,calls,7,2026-01-02T00:00:00Z; echo e8,c8,calls,9,2026-01-02T00:00:00Z; } >twice.csv
# The first 1000 of them, of which two differ, and 1000 new ones between them.
awk -F, -v OFS=, 'NR == 1 { print; next } NR <= 1001 { print $1, $2, $3, (NR % 400 == 0 ? $4 ".5" : $4), $5; print "n" $1, $2, $3, $4, $5 }' right.csv >mixed.csv

import 'a dry run' '3000 recorded, 0 duplicates, 0 rejected, 0 skipped' --dry-run --create customers,metrics right.csv
check_equal 'leaves nothing' '0|0|0|0' "$(rows)"
import 'two events of one id in a file' '3000 recorded, 1 duplicates, 1 rejected, 0 skipped' --create customers,metrics --keep-going twice.csv
check_equal 'each event is there once, and its key' '3000|3000|3000|0' "$(rows)"
import 'the same file again' '0 recorded, 3000 duplicates, 0 rejected, 0 skipped' right.csv
import 'known ones among new ones' '1000 recorded, 998 duplicates, 2 rejected, 0 skipped' --keep-going mixed.csv
check_equal 'the new ones are there' '4000|4000|4000|0' "$(rows)"
check 'both engines hold the same events' same_events

# A key that belongs to another event: what two ids with one hash come to.
collide="UPDATE usage_key SET usage_id = (SELECT id FROM usage WHERE event_id = 'e2') WHERE usage_id = (SELECT id FROM usage WHERE event_id = 'e1')"
as_superuser -d bulk -c "$collide"
sqlite3 ledger.db "$collide"
import 'an event whose key is that of another' '1 recorded, 2999 duplicates, 0 rejected, 0 skipped' right.csv
check_equal 'is there beside it' '4001|4000|4000|1' "$(rows)"
import 'and is known from then on' '0 recorded, 3000 duplicates, 0 rejected, 0 skipped' right.csv
check 'both engines hold the same events still' same_events

done_testing
