#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Migrations of a ledger on a server. There is none yet, since ledgers there begin with the newest schema: the next one is made up here.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
PATH=$builddir:${PATH#*:}
export PATH
as_superuser () { psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres "$@"; }
url () { echo "postgresql://billctl@/$1?host=$BILLCTL_TEST_SERVER/socket"; }
next=$builddir/tests/postgresql/migrate-next
for database in work twice broken; do
  as_superuser -d postgres -c "CREATE DATABASE $database OWNER billctl"
  billctl -q --ledger "$(url $database)" init 2>/dev/null && billctl -q --ledger "$(url $database)" customer add acme --name Acme --currency USD >/dev/null || exit 1
done
export BILLCTL_LEDGER="$(url work)"

check_output "the next version migrates it" '2 3' "$next" "$BILLCTL_LEDGER"
check_equal "all of it" 'the acme' "$(as_superuser -d work -c 'SELECT nickname FROM customer')"
check_equal "which the audit log says" 'ledger migrate|schema version 3 instead of 2' \
  "$(as_superuser -d work -c 'SELECT command, change FROM audit ORDER BY id DESC LIMIT 1')"
check_status 1 "its guard stands" psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U billctl -d work -c 'DELETE FROM customer'
check_said "and says why" 'customers stay'
check_output "once more it has nothing to do" '0 3' "$next" "$BILLCTL_LEDGER"
check_status 7 "this version says that it is too new" billctl customer list
check_said "and what to do" 'has schema version 3, newer than this program knows \(2\)'
check_status 7 "nor can it be copied" billctl ledger copy "$BILLCTL_LEDGER" file.db
check_status 7 "or migrated" billctl ledger migrate
check_equal "nothing is left of that" '' "$(ls)"

both_migrate () {
  "$next" "$(url twice)" >first & first=$!
  "$next" "$(url twice)" >second || return 1
  wait "$first" && cat first second | sort
}
check_output "two at once: one of them does it" '0 3
2 3' both_migrate
check_equal "once" 1 "$(as_superuser -d twice -c "SELECT count (*) FROM audit WHERE command = 'ledger migrate'")"

# Its last statement fails.
psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U billctl -d broken -c 'CREATE FUNCTION customer_no_delete () RETURNS int LANGUAGE sql AS $$SELECT 1$$'
check_status 1 "one that fails" "$next" "$(url broken)"
check_said "says at which migration" 'migration 0003-next: setting up the ledger: '
check_equal "leaves what there was" '2 0' "$(as_superuser -d broken -F ' ' -c "SELECT schema_version,
  (SELECT count (*) FROM pg_attribute WHERE attrelid = 'customer'::regclass AND attname = 'nickname') FROM billctl_ledger")"
check "with which one goes on working" billctl --ledger "$(url broken)" customer add bolt --name Bolt --currency USD

# As if it were older.
as_superuser -d broken -c 'UPDATE billctl_ledger SET schema_version = 1'
check_json "a dry run names what would be done" '[.from_version, .to_version, .copy, (.migrations[] | .result)]' '[1,2,null,"present","pending"]' \
  billctl --ledger "$(url broken)" ledger migrate --dry-run --format json
check_status 7 "an older one is not read" billctl --ledger "$(url broken)" customer list
check_said "and how that is mended is said" '`billctl ledger migrate`'
check_json "but can be looked at" .schema_version 1 billctl --ledger "$(url broken)" ledger info --format json
check_status 7 "it is not copied" billctl ledger copy "$(url broken)" file.db
done_testing
