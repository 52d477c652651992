#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ledger as a whole: what it is, who may read it, migrations, backups, ledgers from backups; with full disks, kills, and others at work.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3 jq
only_on_sqlite "it is about files; tests/postgresql/ledger.t has what a server may do"

check "a ledger to begin with" sample_ledger
check "and usage" sample_usage
sqlite3 ledger.db 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null
cp ledger.db start.db

# begin_with FILE: the ledger is a copy of it
begin_with () {
  rm -f ledger.db ledger.db-* ledger.db.*
  cp "$1" ledger.db
}
# All rows of a ledger.
rows_of () {
  sqlite3 "$1" .dump | grep -v '^PRAGMA\|^BEGIN\|^COMMIT'
}
# What is there but logs of ledgers.
files () {
  (cd "$1" && ls -A | grep -v -e '-wal$' -e '-shm$' | tr '\n' ' ' | sed 's/ $//')
}
as_user () {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi
}
can_be_user () {
  { [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null 2>&1; } && as_user "$builddir/billctl" version >/dev/null 2>&1
}
chmod 755 "$tap_root" "$tap_dir"

# --- What it is ---

head=$(sqlite3 ledger.db 'SELECT hash FROM audit ORDER BY id DESC LIMIT 1')
rows=$(sqlite3 ledger.db 'SELECT count (*) FROM audit')
check_json "the end of the audit log" '[.ledger, .engine, .mode, .shared, .drafts, .audit_rows, .audit_head]' \
  "[\"$tap_dir/ledger.db\",\"sqlite\",\"0600\",\"false\",0,$rows,\"$head\"]" billctl ledger info --format json
check_json "both versions of the schema" '.schema_version == .newest_version and .schema_version >= 2' true billctl ledger info --format json
check_json "when it was made and changed" '[.created, .last_change]' '["2026-02-01T00:00:00Z","2026-02-01T00:00:00Z"]' \
  billctl ledger info --format json
# 150 + 90 + 110 events; 3 customers.
check_json "rows of tables" '[.tables[] | select (.table == "usage" or .table == "customer" or .table == "invoice") | .rows]' '[3,0,350]' \
  billctl ledger info --format json
billctl -q invoice generate >/dev/null || exit 1
check_json "drafts" .drafts 6 billctl ledger info --format json
check_json "its name" .name '"Books"' sh -c 'billctl config ledger.name Books; billctl ledger info --format json'
check_status 3 "of a ledger that is not there" billctl --ledger nowhere.db ledger info
check "people get the tables with rows" sh -c 'billctl ledger info >page && grep -q "^usage  *350$" page && ! grep -q invoice_tax page'
begin_with start.db

# --- Migrations ---

make_old () {
  rm -f old.db*
  {
    cat "$srcdir/schema/0001-foundation.sql"
    sqlite3 ledger.db 'PRAGMA application_id' | sed 's/.*/PRAGMA application_id = &; PRAGMA user_version = 1;/'
    echo "INSERT INTO customer (id, code, name, currency, timezone, issuer_id, created_at_us) VALUES (1, 'old', 'Old', 'USD', 'UTC', 1, 0);"
  } | sqlite3 old.db && chmod 600 old.db
}
newest=$(sqlite3 ledger.db 'PRAGMA user_version')
names=$(cd "$srcdir/schema" && ls 0*.sql | sed -n 's/\.sql$//; 1!p' | jq -R . | jq -sc .)
check "an older ledger" make_old
cp old.db older.db
export BILLCTL_LEDGER="$tap_dir/old.db"
check_json "it can be looked at" '[.schema_version, .id, .audit_rows, .audit_head]' '[1,"",0,null]' billctl ledger info --format json
check_error 7 "but not read" "billctl: the ledger $tap_dir/old.db has the older schema version 1
hint: \`billctl ledger migrate\`, or any writing command, migrates it and keeps a copy" billctl customer list
check_status 7 "nor written in a dry run" billctl customer add new --dry-run
check_json "a dry run names what would be done" '[.from_version, .copy, (.migrations | map (select (.result == "pending") | .migration))]' \
  "[1,null,$names]" billctl ledger migrate --dry-run --format json
check_same "and does nothing" old.db older.db
check_equal "nor leaves anything" "old.db older.db" "$(cd "$tap_dir" && ls old* | grep -v -e -wal -e -shm | tr '\n' ' ' | sed 's/ $//')"
check_json "it is migrated" '[.from_version, .to_version, .copy, (.migrations | map (select (.result == "done") | .migration))]' \
  "[1,$newest,\"$tap_dir/old.db.v1\",$names]" billctl ledger migrate --format json
check_equal "which the audit log says" "ledger migrate|schema version $newest instead of 1" "$(sqlite3 old.db 'SELECT command, change FROM audit')"
rows_of older.db >expected
rows_of old.db.v1 >actual
check_same "the copy is what it was" expected actual
check_equal "of the same version" 1 "$(sqlite3 old.db.v1 'PRAGMA user_version')"
check_equal "for its owner alone" 600 "$(stat -c %a old.db.v1)"
check_output "its rows are there" old billctl customer list --format csv --columns code --no-header
check "it is sound" billctl verify --quick
check_error 0 "once more there is nothing to do" "the ledger $tap_dir/old.db is current: schema version $newest" billctl ledger migrate
check_equal "and no other copy" "old.db.v1" "$(ls old.db.v*)"

rm -f old.db old.db-*
cp older.db old.db
check_error 0 "another command that writes says that it migrates" \
  "migrated the ledger $tap_dir/old.db from schema version 1 to $newest; as it was it is kept as $tap_dir/old.db.v1-2" \
  billctl config ledger.name Old
check_equal "under a name that was free" 1 "$(sqlite3 old.db.v1-2 'PRAGMA user_version')"

make_old
sqlite3 old.db "PRAGMA foreign_keys = OFF; INSERT INTO customer (id, code, name, currency, timezone, issuer_id, created_at_us)
  VALUES (2, 'lost', 'Lost', 'USD', 'UTC', 99, 0)"
check_status 7 "a ledger that is not sound is not migrated" billctl ledger migrate
check_said "it says why" 'cannot migrate a ledger in which customer row 2 names a issuer that does not exist'
check_equal "it is of the version that it was" 1 "$(sqlite3 old.db 'PRAGMA user_version')"
check_equal "no copy is left" "" "$(ls | grep '^old\.db\.v')"

make_old
both_migrate () {
  billctl ledger migrate --format json >first.json 2>/dev/null & first=$!
  billctl ledger migrate --format json >second.json 2>/dev/null || return 1
  wait "$first"
}
check "two at once" both_migrate
check_output "one of them did it" 1 sh -c 'cat first.json second.json | jq "select (.copy != null) | .from_version"'
check_equal "there is one copy" "old.db.v1" "$(ls old.db.v*)"
check_equal "and one row about it" 1 "$(sqlite3 old.db 'SELECT count (*) FROM audit')"
check "the ledger is sound" billctl verify --quick
export BILLCTL_LEDGER="$tap_dir/ledger.db"

# --- Backups ---

rows_of start.db >started
tables=$(sqlite3 ledger.db "SELECT count (*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
(umask 0; billctl ledger backup open.db) >/dev/null 2>&1 || exit 1
check_equal "a backup is for its owner alone, whatever the umask" 600 "$(stat -c %a open.db)"
check_json "what is in a backup" '[.file, .ledger, .tables, .audit_rows, .audit_head]' "[\"whole.db\",\"$tap_dir/ledger.db\",$tables,$rows,\"$head\"]" \
  billctl ledger backup whole.db --format json
rows_of whole.db >actual
check_same "every row" started actual
check_equal "it is one file" whole.db "$(ls whole.db*)"
mkdir shelf
cp whole.db shelf/
chmod 555 shelf
check "that can be read where nobody writes" billctl --ledger shelf/whole.db customer show acme
if can_be_user; then
  chown -R 65534:65534 shelf 2>/dev/null
  check "by somebody who could not" as_user "$builddir/billctl" --ledger shelf/whole.db verify
  check_error 1 "no backup into a folder that is read-only" \
    'billctl: cannot write shelf/again.db: Permission denied' as_user "$builddir/billctl" --ledger shelf/whole.db ledger backup shelf/again.db
else
  skip "as another user" "another user cannot run $builddir/billctl"
fi
chmod 755 shelf
check "a backup is a ledger" billctl --ledger whole.db verify

cp whole.db taken.db
check_error 4 "a file that is there stays" 'billctl: there is already a file taken.db
hint: it is never overwritten; name another one, or move it away' billctl ledger backup taken.db
check_same "as it is" whole.db taken.db
ln -s nowhere link.db
check_status 4 "a link to nowhere too" billctl ledger backup link.db
check_status 4 "a folder too" billctl ledger backup shelf
check_status 4 "the ledger itself" billctl ledger backup ledger.db
check_error 2 "not to standard output" "billctl: a backup goes to a file, not to standard output: '-'
hint: it is checked before it gets its name; name a file that does not exist yet" billctl ledger backup -
check_status 2 "a name is needed" billctl ledger backup
check_error 1 "into a folder that is not there" 'billctl: cannot write nowhere/x.db: No such file or directory' billctl ledger backup nowhere/x.db
check_status 4 "not as the journal of the ledger" billctl ledger backup "$tap_dir/ledger.db-journal"
: >stray.db-wal
check_error 4 "not beside a log that is left over" 'billctl: there is a file stray.db-wal without its ledger, which would be taken for part of a new one
hint: move it away' billctl ledger backup stray.db
check "a dry run" billctl ledger backup dry.db --dry-run
check "makes no file" test ! -e dry.db
BILLCTL_PROGRESS=always billctl ledger backup told.db >/dev/null 2>told
check "it tells how far it is" grep -q 'backing up' told
check_status 3 "of a ledger that is not there" billctl --ledger nowhere.db ledger backup x.db
check "of an older schema" billctl --ledger older.db ledger backup older-copy.db
check_equal "which it keeps" 1 "$(sqlite3 older-copy.db 'PRAGMA user_version')"
check_same "the ledger is as it was" ledger.db start.db

cp start.db bent.db
sqlite3 bent.db "DROP TRIGGER audit_no_update; UPDATE audit SET change = 'another' WHERE id = 3" 2>/dev/null
check_status 7 "a ledger that is not sound is not backed up" billctl --ledger bent.db ledger backup bent-copy.db
check_said "it says why" 'the ledger bent\.db is not sound'
check "and there is no backup" test ! -e bent-copy.db
sqlite3 start.db '.dump audit' | grep -o 'CREATE TRIGGER audit_no_update.*' >trigger.sql
head -c 40000 start.db >torn.db && chmod 600 torn.db
check_status 7 "nor one that is torn" billctl --ledger torn.db ledger backup torn-copy.db
check "without a file that is left" test ! -e torn-copy.db

# --- Backups while others write ---

awk 'BEGIN { print "id,customer,metric,quantity,time"; for (i = 0; i < 60000; i++) printf "big-%d,acme,calls,1,2026-01-05T10:00:00Z\n", i }' >big.csv
while_importing () {
  billctl -q usage import big.csv >/dev/null & import=$!
  for n in 1 2 3 4 5 6; do
    billctl -q ledger backup "during-$n.db" >/dev/null || return 1
  done
  wait "$import" || return 1
  for n in 1 2 3 4 5 6; do
    billctl -q --ledger "during-$n.db" verify >/dev/null || return 1
    sqlite3 "during-$n.db" 'SELECT count (*) FROM usage' >>counts
  done
}
check "six backups during an import" while_importing
check_equal "each has all of it or nothing" "" "$(grep -vx -e 350 -e 60350 counts)"
check_equal "the import is all there" 60350 "$(sqlite3 ledger.db 'SELECT count (*) FROM usage')"
both_back_up () {
  billctl -q ledger backup race.db >/dev/null 2>first; echo $? >>statuses
}
both_back_up & pid=$!
both_back_up
wait "$pid"
check_equal "two at once with one name: one has it" "0 4" "$(sort statuses | tr '\n' ' ' | sed 's/ $//')"
check "and it is sound" billctl --ledger race.db verify --quick
begin_with start.db

# --- Ledgers from backups ---

billctl -q customer add later --name Later --currency USD >/dev/null || exit 1
check_status 2 "a ledger is not replaced unasked" billctl ledger restore whole.db
check_said "it asks" "$tap_dir/ledger\\.db is a ledger; replace it\\? \\(It is kept beside the new one\\.\\)"
check "it is still there" billctl customer show later
check_json "a dry run" '[.ledger, .kept, .audit_head]' "[\"$tap_dir/ledger.db\",null,\"$head\"]" billctl ledger restore whole.db --dry-run --format json
check "changes nothing" billctl customer show later
check_json "with --yes it is, and kept" '[.file, .ledger, .kept, .audit_rows]' "[\"whole.db\",\"$tap_dir/ledger.db\",\"$tap_dir/ledger.db.old-1\",$rows]" \
  billctl ledger restore whole.db --yes --format json
rows_of ledger.db >actual
check_same "it has every row of the backup" started actual
check "the old one has its own" billctl --ledger ledger.db.old-1 customer show later
check_equal "only its owner can read it" 600 "$(stat -c %a ledger.db)"
check_equal "the backup is as it was" "" "$(cmp whole.db taken.db 2>&1)"
check "readers do not wait for writers of it" sh -c 'billctl -q customer add after --name A --currency USD >/dev/null && test "$(sqlite3 ledger.db "PRAGMA journal_mode")" = wal'
check_json "once more" .kept "\"$tap_dir/ledger.db.old-2\"" billctl ledger restore whole.db --yes --format json
check "a new place, whose folders are made" billctl --ledger deep/er/new.db ledger restore whole.db
check_equal "for their owner alone" 700 "$(stat -c %a deep/er)"
check "it can be worked with" billctl --ledger deep/er/new.db customer add after --name After --currency USD
check "a dry run makes no folder" sh -c 'billctl --ledger high/er/new.db ledger restore whole.db --dry-run >/dev/null && test ! -e high'
ln -s deep/er/new.db way.db
check_json "through a link" .kept '"'"$(cd -P deep/er && pwd)"'/new.db.old-1"' billctl --ledger way.db ledger restore whole.db --yes --format json
check "which stays one" test -L way.db
check_error 3 "a backup that is not there" 'billctl: cannot read nowhere.db: No such file or directory' billctl ledger restore nowhere.db --yes
check_error 4 "the ledger itself" 'billctl: ledger.db is the ledger itself' billctl ledger restore ledger.db --yes
echo 'id,customer' >text.csv && chmod 600 text.csv
check_status 7 "what is no ledger" billctl ledger restore text.csv --yes
check_status 7 "what is torn" billctl ledger restore torn.db --yes
check_status 7 "what is not sound" billctl ledger restore bent.db --yes
cp start.db newer.db && sqlite3 newer.db 'PRAGMA user_version = 999'
check_status 7 "what is newer than the program" billctl ledger restore newer.db --yes
check_said "it says so" 'schema version 999, newer than this program'
check_status 4 "a folder is not replaced" billctl --ledger shelf ledger restore whole.db --yes
rows_of ledger.db >actual
check_same "after all that the ledger is as it was" started actual
check "an older one is restored as it is" billctl --ledger again.db ledger restore older.db
check_equal "with its version" 1 "$(sqlite3 again.db 'PRAGMA user_version')"
cp torn.db damaged.db
echo 'what was not in the file yet' >damaged.db-wal
check_json "a damaged ledger is replaced" .kept '"damaged.db.old-1"' billctl --ledger damaged.db ledger restore whole.db --yes --format json
check_same "and kept as it is" torn.db damaged.db.old-1
check_equal "with its log" 'what was not in the file yet' "$(cat damaged.db.old-1-wal)"
check "the new one is sound" billctl --ledger damaged.db verify

mkfifo commands
BILLCTL_BUSY_TIMEOUT_MS=200 export BILLCTL_BUSY_TIMEOUT_MS
sqlite3 ledger.db <commands >held &
holder=$!
exec 9>commands
echo 'SELECT count (*) FROM customer;' >&9
until [ -s held ]; do sleep 0.05; done
check_error 7 "while somebody works on it" "billctl: the ledger $tap_dir/ledger.db is in use by another process
hint: run it again when nobody works with it" billctl ledger restore whole.db --yes
check_equal "nothing is kept then" "" "$(ls | grep '^ledger\.db\.old-3')"
exec 9>&-
wait "$holder"
BILLCTL_BUSY_TIMEOUT_MS=20000
many_restore () {
  pids=
  for n in 1 2 3 4; do
    { billctl -q ledger restore whole.db --yes >/dev/null 2>"said-$n"; echo $? >>outcomes; } &
    pids="$pids $!"
    { billctl -q customer add "busy-$n" --name B --currency USD >/dev/null 2>"busy-$n"; echo $? >>busy; } &
    pids="$pids $!"
  done
  for pid in $pids; do wait "$pid"; done
  grep -qx 0 outcomes && [ -z "$(grep -vx -e 0 -e 7 outcomes busy -h)" ] && billctl verify --quick
}
check "four at once, and others who write" many_restore
check "each ledger that is kept is sound" sh -c 'for kept in ledger.db.old-*; do
  case $kept in *-wal | *-shm) continue ;; esac
  billctl --ledger "$kept" verify --quick || exit 1; done'
unset BILLCTL_BUSY_TIMEOUT_MS
begin_with start.db

# --- Who may read it ---

chmod 644 ledger.db
check_error 7 "a ledger that everybody can read" "billctl: the ledger $tap_dir/ledger.db may be read or written by everybody (mode 0644)
hint: \`chmod 600 $tap_dir/ledger.db\`; where everybody is meant to, say BILLCTL_ALLOW_WORLD_READABLE=1" billctl customer list
check_status 7 "is not written either" billctl customer add x --name X --currency USD
check_status 7 "nor restored from" billctl --ledger new.db ledger restore ledger.db
check "unless it is wanted" env BILLCTL_ALLOW_WORLD_READABLE=1 billctl customer list
check_error 2 "said in a way that is not known" "billctl: BILLCTL_ALLOW_WORLD_READABLE has 'yes', which is neither 1 nor 0" \
  env BILLCTL_ALLOW_WORLD_READABLE=yes billctl customer list
chmod 602 ledger.db
check_status 7 "that everybody can write" billctl customer list
chmod 660 ledger.db
check_error 7 "that its group can read" "billctl: the ledger $tap_dir/ledger.db may be read or written by its group (mode 0660), and is not shared
hint: \`chmod 600 $tap_dir/ledger.db\`; to share it, go on with \`billctl config ledger.shared group\`" billctl customer list
chmod 600 ledger.db
check_error 2 "a way of sharing that there is not" "billctl: setting ledger.shared: 'everybody' is not false or group" billctl config ledger.shared everybody
check "sharing in a dry run" billctl config ledger.shared group --dry-run
check_equal "changes no mode" 600 "$(stat -c %a ledger.db)"
check "sharing" billctl config ledger.shared group
check_equal "changes it" 660 "$(stat -c %a ledger.db)"
check "the ledger is opened" billctl customer add shared --name S --currency USD
check_equal "its files are shared too" "" "$(stat -c %a ledger.db-* 2>/dev/null | grep -vx 660)"
check "a backup of it" billctl ledger backup shared.db
check_equal "is not" 600 "$(stat -c %a shared.db)"
check "a ledger from that" billctl --ledger shared-again.db ledger restore shared.db
check_equal "is" 660 "$(stat -c %a shared-again.db)"
chmod 664 ledger.db
check_status 7 "everybody is not a group" billctl customer list
check_said "the hint knows of the group" 'hint: `chmod 660 '
chmod 660 ledger.db
if can_be_user && [ "$(id -u)" = 0 ]; then
  mkdir team
  cp shared-again.db team/ledger.db
  chgrp -R 65534 team
  chmod 2770 team
  chmod 660 team/ledger.db
  check "somebody of the group writes it" as_user "$builddir/billctl" --ledger team/ledger.db customer add mate --name M --currency USD
  check_status 7 "but does not change who may" as_user "$builddir/billctl" --ledger team/ledger.db config ledger.shared false
  check_equal "which stays so" "group 660" "$(billctl --ledger team/ledger.db config ledger.shared) $(stat -c %a team/ledger.db)"
  check "nor takes it away by restoring" as_user "$builddir/billctl" --ledger team/ledger.db config ledger.name Team
else
  skip "a ledger that is shared" "only root can be two people"
fi
check "not sharing any more" billctl config ledger.shared false
check_equal "is 0600 again" 600 "$(stat -c %a ledger.db)"
begin_with start.db

# --- A full disk ---

limited () (
  ulimit -f 200
  "$@"
)
mkdir room
check_status 1 "a backup that meets a limit of the file size" limited billctl ledger backup room/copy.db
check_said "says so" 'no space left on the disk of room/copy\.db; nothing was changed'
check_equal "and leaves nothing" "" "$(files room)"
check_status 1 "a ledger from a backup likewise" limited billctl --ledger room/new.db ledger restore whole.db
check_equal "leaves nothing" "" "$(files room)"
if unshare -m mount -t tmpfs none room 2>/dev/null; then
  full_disk () {
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount -t tmpfs -o size=300k none room && { billctl ledger backup room/copy.db; echo "status $?"; ls -A room; }'
  }
  check_output "onto a full disk" "status 1" full_disk
  check_said "says so" 'no space left on the disk'
else
  skip "a backup onto a full disk" "mounting a small one is not permitted"
fi

# --- Killed at every step ---

ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
can_trace () {
  command -v strace >/dev/null 2>&1 && strace -qq -o trace -e trace=getpid -e inject=getpid:retval=1 true 2>/dev/null
}
steps=write,pwrite64,ftruncate,fsync,fdatasync,linkat,renameat2,rename,unlink,chmod,fchmod,fchown

# until_done FUNCTION COMMAND…: runs the command killed at the first of these calls, at the second … until it is done; the function looks
# at what is left each time
until_done () {
  look=$1; shift
  n=0
  while [ "$n" -lt 900 ]; do
    n=$((n + 1))
    "$look" before
    strace -f -qq -o trace -e "trace=$steps" -e "inject=$steps:signal=SIGKILL:when=$n" "$@" >said 2>&1 && break
    "$look" after >looked 2>&1 || { echo "step $n:"; tail -n 3 trace; tail -n 5 said; tail -n 20 looked; return 1; }
  done
  [ "$n" -gt "$least" ] || { echo "it was killed $n times only"; return 1; }
}

look_at_backup () {
  case $1 in
    before) rm -rf room && mkdir room ;;
    after) [ -z "$(files room)" ] || { [ "$(files room)" = copy.db ] && billctl --ledger room/copy.db verify --quick; } ;;
  esac
}
look_at_restored () {
  case $1 in
    before) rm -rf room && mkdir room && cp torn.db room/ignored && cp later.db room/ledger.db ;;
    after) billctl --ledger room/ledger.db verify --quick && restored_state ;;
  esac
}
# The old one, or the new one with the old one beside it.
restored_state () {
  if billctl --ledger room/ledger.db customer show later >/dev/null 2>&1; then return 0; fi
  billctl --ledger room/ledger.db.old-1 customer show later
}
look_at_migrated () {
  case $1 in
    before) rm -rf room && mkdir room && cp older.db room/ledger.db ;;
    after)
      rm -rf again && cp -R room again &&
        billctl --ledger again/ledger.db ledger migrate && billctl --ledger again/ledger.db verify --quick &&
        { [ ! -e room/ledger.db.v1 ] || [ "$(sqlite3 room/ledger.db.v1 'PRAGMA user_version; PRAGMA integrity_check' | tr '\n' ' ')" = '1 ok ' ]; } ;;
  esac
}
if can_trace; then
  least=20
  check "a backup: nothing is left, or all of it" until_done look_at_backup billctl ledger backup room/copy.db
  cp start.db later.db && billctl -q --ledger later.db customer add later --name L --currency USD >/dev/null &&
    sqlite3 later.db 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null || exit 1
  rm -f later.db-*
  check "a ledger from a backup: the old one, or the new one with the old one beside it" \
    until_done look_at_restored billctl --ledger room/ledger.db ledger restore whole.db --yes
  check "a migration: run again, it ends as if undisturbed" until_done look_at_migrated billctl --ledger room/ledger.db ledger migrate
  # Where a file must have a name.
  rm -rf room && mkdir room
  named () {
    strace -f -qq -o trace -P room -e trace=openat -e inject=openat:error=EOPNOTSUPP:when=1 "$@"
  }
  check "without nameless files" named billctl ledger backup room/copy.db
  check_equal "there is one all the same" copy.db "$(files room)"
  check "and it is sound" billctl --ledger room/copy.db verify
  check_status 4 "that is never overwritten" named billctl ledger backup room/copy.db
  check_status 7 "of a ledger that is not sound" named billctl --ledger bent.db ledger backup room/bent.db
  check_equal "nothing is left there either" copy.db "$(files room)"
else
  skip "commands killed at every step" "strace is not installed or may not trace here"
fi
done_testing
