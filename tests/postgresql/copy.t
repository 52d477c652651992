#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ledgers move: from a file to a server, back, and from each to another of its kind; cut off and killed at every moment; with others at
# work; with ends that are not what they should be. Backups of a ledger on a server, and ledgers there from backups.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/sample-ledger.sh"
need sqlite3 jq prlimit
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
chmod 755 "$tap_root"
unset PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS
BILLCTL_TEST_SERVER=$tap_root/server
"$server" start "$BILLCTL_TEST_SERVER" || exit 1
socket=$BILLCTL_TEST_SERVER/socket
as_superuser () { psql -q -X -At -h "$socket" -U postgres "$@"; }
url () { echo "postgresql://${2-billctl}@/$1?host=$socket"; }
# room DATABASE…: empty ones
room () { for database; do as_superuser -d postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" -c "CREATE DATABASE $database OWNER billctl" 2>/dev/null; done; }
room a b c
a=$(url a) b=$(url b) c=$(url c)

# All rows of a file, table by table.
rows_of () {
  sqlite3 "$1" "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name" | while read -r table; do
    echo "-- $table"
    sqlite3 "$1" ".mode quote" "SELECT * FROM $table" | sort
  done
}
# Everything that there is in a database but its rows; roles are called by it.
schema_of () {
  pg_dump -h "$socket" -U postgres --schema-only "$1" 2>/dev/null | grep -Ev '^(--|$|SET |SELECT pg_catalog|\\(un)?restrict)' |
    sed -E "s/\\b$1_(operator|auditor|tenant)\\b/NAME_\\1/g" | sort
}
audit_of () { as_superuser -d "$1" -c 'SELECT count (*), max (hash COLLATE "C") FROM audit'; }

# A ledger with something of everything: children whose parent comes later, texts that SQL and COPY have to mind, empty ones and none.
make_ledger () {
  sample_ledger && sample_usage || return 1
  billctl -q customer add early --name 'With "quote", O'\''Neil \N \\. \t ü €' --currency USD >/dev/null &&
    billctl -q customer add parent --name Parent --currency USD >/dev/null &&
    billctl -q customer update early --parent parent >/dev/null || return 1
  billctl -q usage void acme-3 >/dev/null && billctl -q coupon apply acme TENTH >/dev/null &&
    billctl -q invoice generate --finalize >/dev/null && billctl -q invoice pay INV-2026-000001 --amount 5.00 >/dev/null &&
    billctl -q invoice credit INV-2026-000002 --amount 1.00 --reason test >/dev/null &&
    billctl -q journal close 2026-02 --as-of 2026-03-01 >/dev/null && billctl -q config ledger.name Books
}
check "a ledger to begin with" make_ledger
export BILLCTL_LEDGER=/nowhere/ledger.db
rows_of ledger.db >original
check_equal "with a row that names a later one" '4|5' "$(sqlite3 ledger.db "SELECT id, parent_id FROM customer WHERE parent_id IS NOT NULL")"

# --- All four ways ---

check "from a file to a server" billctl ledger copy ledger.db "$a"
check "where it is sound" billctl --ledger "$a" verify
check "from a server to a server" billctl ledger copy "$a" "$b"
check "there too" billctl --ledger "$b" verify
check "from a server to a file" billctl ledger copy "$b" back.db
rows_of back.db >actual
check_same "every row came back as it was" original actual
check "and is a sound ledger" billctl --ledger back.db verify
check "from a file to a file" billctl ledger copy back.db again.db
rows_of again.db >actual
check_same "with every row" original actual
check_equal "for its owner alone, and nothing beside it" '600 again.db' "$(stat -c '%a %n' again.db*)"
check "readers do not wait for its writers" sh -c 'billctl --ledger again.db -q customer add more --name More --currency USD >/dev/null && test "$(sqlite3 again.db "PRAGMA journal_mode")" = wal'
billctl -q --ledger "$c" init 2>/dev/null
schema_of c >made
schema_of a >copied
check_same "a ledger that was copied has what one that was made has" made copied
check "it can be written, and ids go on" billctl -q --ledger "$a" customer add more --name More --currency USD
check_equal "as they would have in the file" 6 "$(as_superuser -d a -c "SELECT id FROM customer WHERE code = 'more'")"

# --- What is said ---

room a
head=$(sqlite3 ledger.db 'SELECT hash FROM audit ORDER BY id DESC LIMIT 1')
rows=$(sqlite3 ledger.db 'SELECT count (*) FROM audit')
# Two metrics; 350 events and one that takes another back; five customers. Entries balance; a payment of 5.00.
check_json "the proof, by a dry run" '[.to, .audit_rows, .audit_head, .begun, .size_bytes,
  (.tables[] | select (.table == "usage" or .table == "customer" or .table == "metric") | .rows), ([.tables[].rows] | add) == .rows,
  (.sums[] | select (.column == "amount_minor" and (.table == "posting" or .table == "payment")) | .sum)]' \
  "[\"$a\",$rows,\"$head\",false,null,2,351,5,true,\"0\",\"500\"]" billctl ledger copy ledger.db "$a" --dry-run --format json
billctl ledger copy ledger.db "$a" --dry-run --format json 2>/dev/null | jq -cS '.tables, .sums' >foretold
check_equal "which makes nothing" 0 "$(as_superuser -d a -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
billctl ledger copy ledger.db "$a" --format json | jq -cS '.tables, .sums' >told
check_same "is that of the copy" foretold told
# By another way: the server's numbers are of any size.
check_equal "sums may be beyond 64 bits" "$(as_superuser -d a -c 'SELECT sum (hash) FROM usage_key')" \
  "$(jq -r 'select (.[0].sum) | .[] | select (.table == "usage_key" and .column == "hash") | .sum' told)"
check_equal "a digest is of the rows in their order" "$(printf '\000\002\000\000\000\010\000\000\000\000\000\000\000\000\000\000\000\000' | sha256sum | cut -d' ' -f1)" \
  "$(jq -r 'select (.[0].sha256) | .[] | select (.table == "usage_source") | .sha256' told)"
check_error 4 "a ledger is not overwritten" "billctl: there is already a ledger $a
hint: use it as it is, or name another database" billctl ledger copy ledger.db "$a"
check_error 4 "a file neither" "billctl: there is already a ledger back.db
hint: use it as it is, or name another file" billctl ledger copy ledger.db back.db
check_status 4 "not onto itself" billctl ledger copy ledger.db ledger.db
ln -s ledger.db link.db
check_status 4 "under another name neither" billctl ledger copy ledger.db link.db
check_error 3 "a ledger that is not there" "billctl: there is no ledger nothing.db
hint: make one with \`billctl init\`, or name yours with --ledger FILE or BILLCTL_LEDGER" billctl ledger copy nothing.db other.db
check_status 2 "one operand is not enough" billctl ledger copy ledger.db
check_status 2 "the reading end is nothing for people" billctl ledger send
BILLCTL_PROGRESS=always billctl ledger copy ledger.db told.db >/dev/null 2>progress
check "it tells how far it is" grep -q 'copying: 100% ([0-9]* of [0-9]* rows)' progress
check_match "and how long it took" 'copied and proved in [0-9]+\.[0-9]{3} s' billctl -v ledger copy ledger.db timed.db

# --- Cut off ---

# The program that reads hands on so many bytes, and then something happens to the one that writes.
mkdir cut
for program in billctl billctl-postgresql; do
  real=$builddir/billctl
  [ $program = billctl ] || real=$builddir/libexec/billctl-postgresql
  cat >cut/$program <<END
#!/bin/sh
case "\$*" in
  'ledger send') ;;
  *) exec "$real" "\$@" ;;
esac
tr '\0' '\n' </proc/\$\$/cmdline >"$tap_dir/cut/arguments"
tr '\0' '\n' </proc/\$\$/environ >"$tap_dir/cut/environment"
. "$tap_dir/cut/how"
END
  chmod +x cut/$program
done
# The programs of both ends are those of the folder.
with_cut () {
  from=$1 to=$2; shift 2
  case $to in postgresql:*) writer=cut/billctl-postgresql ;; *) writer=cut/billctl ;; esac
  BILLCTL_EXEC_PATH=$tap_dir/cut $writer ledger copy "$from" "$to" "$@"
}
# cut_at BYTES WHAT: then WHAT, and no more bytes
cut_at () {
  cat >cut/how <<END
case \$0 in *postgresql) real=$builddir/libexec/billctl-postgresql ;; *) real=$builddir/billctl ;; esac
pipe=$tap_dir/cut/pipe.\$\$
mkfifo "\$pipe"
exec 5<&0
"\$real" "\$@" <&5 >"\$pipe" &
dd bs=1 count=$1 status=none <"\$pipe"
rm "\$pipe"
$2
END
}
size_of_stream () {
  cut_at 0 ''
  sed -i "s|^dd.*|tee '$tap_dir/cut/stream' <\"\$pipe\"|" cut/how
  with_cut "$1" "$2" >/dev/null 2>&1 && wc -c <cut/stream
}
away () { case $1 in postgresql:*) room "$(echo "$1" | sed 's|.*@/\([a-z]*\)?.*|\1|')" ;; *) rm -f "$1" "$1".* ;; esac; }
proved () {
  case $1 in
    postgresql:*) billctl -q ledger backup "$tap_dir/proof.db" --ledger "$1" >/dev/null || return 1; rows_of proof.db >reached; rm -f proof.db ;;
    *) rows_of "$1" >reached ;;
  esac
  cmp -s original reached || { diff original reached | head; return 1; }
}

# cut_everywhere FROM TO WHAT STATUS PLACES LEAST: at so many places; each time the same command then goes on, and its end is the same
cut_everywhere () {
  from=$1 to=$2 what=$3 want=$4 places=$5 least=$6 went_on=0 piece=0
  away "$to"
  total=$(size_of_stream "$from" "$to")
  [ "$total" -gt 50000 ] || { echo "a stream of $total bytes"; return 1; }
  while [ "$piece" -lt "$places" ]; do
    away "$to"
    cut_at $((total * piece / places + 3 * piece)) "$what"
    with_cut "$from" "$to" >said 2>&1
    [ $? = "$want" ] || { echo "piece $piece: not status $want:"; cat said; return 1; }
    billctl --ledger "$to" customer list >said 2>&1
    case $?$to in
      3*|7postgresql:*) ;;
      *) echo "piece $piece: what is there can be opened:"; cat said; return 1 ;;
    esac
    billctl ledger copy "$from" "$to" >said 2>&1 || { echo "piece $piece: again:"; cat said; return 1; }
    ! grep -q 'going on with the copy that was begun: [1-9][0-9]* rows are there' said || went_on=$((went_on + 1))
    ! grep -q 'starting over' said || { echo "piece $piece: it started over"; return 1; }
    proved "$to" || { echo "piece $piece: other rows"; return 1; }
    piece=$((piece + 1))
  done
  # The first pieces are before the first row, and one that is killed may not have taken in yet what came.
  [ "$went_on" -ge "$least" ] || { echo "it went on $went_on times only"; return 1; }
}
# shellcheck disable=SC2016
killing='kill -9 $PPID'
check "to a server, the pipe cut everywhere" cut_everywhere ledger.db "$c" '' 1 8 5
check "to a server, killed everywhere" cut_everywhere ledger.db "$c" "$killing" 137 5 1
check "to a file, the pipe cut everywhere" cut_everywhere "$a" new.db '' 1 8 5
check "to a file, killed everywhere" cut_everywhere "$a" new.db "$killing" 137 5 1

# Most of it is there.
half_way () {
  away "$1"
  cut_at "$((total * 11 / 12))" ''
  with_cut "$from" "$1" >/dev/null 2>&1
  [ $? = 1 ]
}
from=ledger.db
check "most of a ledger, on a server" half_way "$c"
check_error 7 "nobody opens it" "billctl: a copy into the ledger $c has not finished
hint: run \`billctl ledger copy\` again: it goes on where it stopped" billctl --ledger "$c" customer list
check_status 7 "nor makes another one there" billctl --ledger "$c" init
check_json "a dry run says that it is begun" .begun true billctl ledger copy ledger.db "$c" --dry-run --format json
check_match "--restart begins anew" '^starting over: ' billctl ledger copy ledger.db "$c" --restart
check "to the same end" proved "$c"

cp ledger.db changed.db
from=changed.db
check "most of it once more" half_way "$c"
billctl -q --ledger changed.db customer add later --name Later --currency USD >/dev/null
check_match "where the original has changed, it starts over" '^starting over: what an earlier copy left is not of this ledger as it is now' billctl ledger copy changed.db "$c"
check_equal "and has the change" later "$(as_superuser -d c -c 'SELECT code FROM customer ORDER BY id DESC LIMIT 1')"
from=$a
check "most of it, in a file" half_way new.db
rm -f changed.db changed.db.* && cp ledger.db changed.db
billctl -q --ledger changed.db customer add later --name Later --currency USD >/dev/null
check_match "another ledger starts over there" '^starting over' billctl ledger copy changed.db new.db
check_equal "and is there" later "$(sqlite3 new.db 'SELECT code FROM customer ORDER BY id DESC LIMIT 1')"
check "most of it, where something else is done to it" half_way new.db
echo nonsense >new.db.copying
check_match "what is of no use is thrown away" '^starting over' billctl ledger copy ledger.db new.db
check "and made anew" proved new.db

# --- Ends that are not what they should be ---

from=ledger.db
check "a row of what is there is changed" half_way "$c"
as_superuser -d c -c "UPDATE usage SET quantity = '2' WHERE id = 5"
check_status 7 "which is found" billctl ledger copy ledger.db "$c"
check_said "and said" 'the copy postgresql://.* is not what the original is: usage has sha256 [0-9a-f]{64}, and there sha256 [0-9a-f]{64}'
check_status 3 "nothing is left of it" billctl --ledger "$c" customer list
check_json "the next run begins anew" .begun false billctl ledger copy ledger.db "$c" --format json
check "and is right" proved "$c"
from=$a
check "a row of what is there is gone" half_way new.db
sqlite3 new.db.copying 'DELETE FROM usage_key WHERE hash = (SELECT max (hash) FROM usage_key)'
check "it is brought again" billctl ledger copy ledger.db new.db
check "where it was the last one" proved new.db

cp ledger.db bent.db
sqlite3 bent.db "DROP TRIGGER audit_no_update; UPDATE audit SET change = 'another' WHERE id = 3; $(sqlite3 ledger.db "SELECT sql FROM sqlite_schema WHERE name = 'audit_no_update'")"
room c
check_error 7 "a ledger whose audit log was changed is not copied" "billctl: the ledger bent.db is not sound: the chain of its audit log is broken
hint: \`billctl verify\` tells all that is wrong; leave it as it is, and look for a backup" billctl ledger copy bent.db "$c"
check_status 7 "not even in a dry run" billctl ledger copy bent.db other.db --dry-run
check_equal "nothing is left of it" 0 "$(as_superuser -d c -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
cp ledger.db bent.db
sqlite3 bent.db 'DROP TRIGGER usage_no_delete'
check_status 7 "one without its guards is not copied" billctl ledger copy bent.db other.db
check_said "which is said" 'the ledger bent\.db is not sound: the ledger lacks the trigger usage_no_delete'
cp ledger.db bent.db
sqlite3 bent.db "PRAGMA foreign_keys = OFF; UPDATE customer SET parent_id = 99 WHERE code = 'early'"
check_status 7 "nor one with references to nothing" billctl ledger copy bent.db "$c"
check_said "which the original says" 'the ledger bent\.db is not sound: customer row 4 names a customer that does not exist'
cp ledger.db bent.db
sqlite3 bent.db "UPDATE customer SET name = CAST (X'41C3' AS TEXT) WHERE code = 'early'"
check_status 7 "nor one with bytes that are no text" billctl ledger copy bent.db "$c"
check_said "which are named" 'the ledger bent\.db is damaged: row 4 of customer has bytes that are no text in column 3'
head -c 100000 ledger.db >torn.db && chmod 600 torn.db
check_status 7 "nor one that is torn" billctl ledger copy torn.db other.db
rm -f old.db
{ cat "$srcdir/schema/0001-foundation.sql"; sqlite3 ledger.db 'PRAGMA application_id' | sed 's/.*/PRAGMA application_id = &; PRAGMA user_version = 1;/'; } | sqlite3 old.db && chmod 600 old.db
check_error 7 "an older one must be migrated first" "billctl: the ledger old.db has the older schema version 1
hint: \`billctl ledger migrate\`, or any writing command, migrates it and keeps a copy" billctl ledger copy old.db "$c"

# --- What may be in the way ---

check_status 5 "a server that is not there" billctl ledger copy ledger.db 'postgresql://billctl@127.0.0.1:1/x'
check_said "is named" 'cannot reach the ledger postgresql://billctl@127\.0\.0\.1:1/x'
check_status 5 "at the other end too" billctl ledger copy 'postgresql://billctl@127.0.0.1:1/x' other.db
check_said "which is told by its name" 'cannot reach the ledger postgresql://billctl@127\.0\.0\.1:1/x'
check_equal "and nothing is left" '' "$(ls -d other.db* 2>/dev/null)"
as_superuser -d postgres -c 'CREATE ROLE guest LOGIN'
room c
check_status 7 "a role that may not make tables" billctl ledger copy ledger.db "$(url c guest)"
check_said "says which right it lacks" 'the role guest may not make tables in the schema public'
check_status 7 "a role that may not read" billctl ledger copy "$(url a guest)" other.db
check_said "either" 'this role lacks a right in the ledger'
billctl -q ledger access grant guest --as auditor --ledger "$b" >/dev/null
check "an auditor reads all of it" billctl ledger copy "$(url b guest)" seen.db
check_equal "as it is" "$(as_superuser -d b -c 'SELECT hash FROM audit ORDER BY id DESC LIMIT 1')" "$(sqlite3 seen.db 'SELECT hash FROM audit ORDER BY id DESC LIMIT 1')"
as_superuser -d b -c "CREATE POLICY one ON customer AS RESTRICTIVE FOR SELECT TO guest USING (code = 'acme')"
check_error 7 "who sees some rows only gets no part of a ledger" "billctl: the role guest may not see every row of customer, so that it cannot copy the ledger $(url b guest)
hint: connect as its owner, an operator or an auditor" billctl ledger copy "$(url b guest)" other.db
check_status 7 "nor a backup of a part" billctl ledger backup other.db --ledger "$(url b guest)"
as_superuser -d b -c 'DROP POLICY one ON customer'
billctl -q ledger access revoke guest --ledger "$b" >/dev/null && billctl -q ledger access grant guest --as tenant --customer acme --ledger "$b" >/dev/null
check_status 7 "nor does a tenant" billctl ledger copy "$(url b guest)" other.db
check_said "who is told why" 'the role guest sees the rows of one customer, not the whole ledger'
check_equal "nothing is left" '' "$(ls -d other.db* 2>/dev/null)"
as_superuser -d c -c 'CREATE TABLE invoice (x int)'
check_status 4 "a table of somebody else" billctl ledger copy ledger.db "$c"
check_said "is named" 'there is already a table invoice'
rm -f other.db*
# Almost all of it has room.
prlimit --fsize=$(($(stat -c %s again.db) - 50000)) "$builddir/billctl" ledger copy ledger.db other.db >said 2>&1
check_equal "no room in the file system" 1 $?
check_match "is told" 'no space left on the disk of other\.db|input/output error on other\.db' cat said
check_status 3 "there is no ledger" billctl --ledger other.db customer list
check_match "with room, it goes on" '^going on with the copy that was begun: [1-9]' billctl ledger copy ledger.db other.db
check "to the same end" proved other.db

# Somebody is at it: the program that reads says nothing more until it is told.
room c
mkfifo gate
cut_at 60000 'read -r word <"$tap_dir/gate"'
with_cut ledger.db "$c" >first 2>&1 &
first=$!
is_begun () { [ "$(as_superuser -d c -c "SELECT count (*) FROM pg_class WHERE relname = 'billctl_copy'")" = 1 ]; }
await is_begun
check_error 4 "two at once into one place" "billctl: somebody else is copying into $c just now
hint: wait until that is done" billctl ledger copy ledger.db "$c"
echo go >gate
wait "$first"
rm -f new.db new.db.*
with_cut "$a" new.db >first 2>&1 &
first=$!
await '[ -s new.db.copying ]'
check_error 4 "into one file neither" "billctl: somebody else is copying into new.db just now
hint: wait until that is done" billctl ledger copy "$a" new.db
echo go >gate
wait "$first"
check "the work of the first goes on" billctl ledger copy "$a" new.db

# --- Passwords ---

# Everybody is let in here, whatever the password is.
cut_at 100000000 ''
sed -i 's/^dd.*/cat <"$pipe"/' cut/how
room c
secret="postgresql://billctl:s3cret-pw@/a?host=$socket"
rm -f other.db*
export BILLCTL_LEDGER="$secret"
with_cut "$secret" other.db >said 2>&1
check_equal "the reading end is told the name of its ledger by a pipe" 'yes no no no' \
  "$([ -s other.db ] && echo yes) $(for file in cut/arguments cut/environment said; do grep -q s3cret-pw "$file" && echo yes || echo no; done | tr '\n' ' ' | sed 's/ $//')"
export BILLCTL_LEDGER=/nowhere/ledger.db
check_json "no answer shows one" '[.from, .to]' "[\"$a\",\"$c\"]" billctl ledger copy "$secret" "postgresql://billctl:other-pw@/c?host=$socket" --format json
check_json "nor that of other commands" .ledger "\"$a\"" billctl --ledger "$secret" ledger info --format json
check_json "which look at ledgers" .ledger "\"$a\"" billctl --ledger "$secret" ledger migrate --quiet --format json

# --- Backups ---

export BILLCTL_LEDGER="$a"
check_json "a backup of a ledger on a server is a file" '[.ledger, .file, .audit_rows, .audit_head]' "[\"$a\",\"backup.db\",$rows,\"$head\"]" \
  billctl ledger backup backup.db --format json
check_equal "for its owner alone, and nothing beside it" '600 backup.db' "$(stat -c '%a %n' backup.db*)"
rows_of backup.db >actual
check_same "with every row" original actual
check "it is a sound ledger" billctl --ledger backup.db verify
check_error 4 "a file that is there stays" 'billctl: there is already a file backup.db
hint: it is never overwritten; name another one, or move it away' billctl ledger backup backup.db
check_status 2 "not to standard output" billctl ledger backup -
check_error 2 "nor to a server" "billctl: a backup is a file, and '$b' is none
hint: \`billctl ledger copy FROM TO\` copies a ledger from one server to another" billctl ledger backup "$b"
check_status 0 "a dry run" billctl ledger backup dry.db --dry-run
check "makes no file" test ! -e dry.db
room c
check_status 3 "of a ledger that is not there" billctl --ledger "$c" ledger backup x.db
check_equal "is none" '' "$(ls x.db* 2>/dev/null)"
check_json "a ledger on a server from a backup" '[.file, .ledger, .kept, .audit_head]' "[\"backup.db\",\"$c\",null,\"$head\"]" \
  billctl --ledger "$c" ledger restore backup.db --format json
check "it is sound" billctl --ledger "$c" verify
schema_of c >copied
check_same "and has all that one has that was made" made copied
check_error 4 "one that is there is not replaced" "billctl: there is already a ledger $c
hint: use it as it is, or name another database" billctl --ledger "$c" ledger restore backup.db --yes
room c
check_status 0 "a dry run" billctl --ledger "$c" ledger restore backup.db --dry-run
check_equal "makes nothing" 0 "$(as_superuser -d c -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
check_status 7 "what is not sound" billctl --ledger "$c" ledger restore torn.db
check_status 3 "a file that is not there" billctl --ledger "$c" ledger restore nowhere.db
check_status 2 "a server is no backup" billctl --ledger "$c" ledger restore "$a"

# 400 customers one after the other, each with an invoice line by hand: every backup has as many of the one as of the other.
writing () {
  n=0
  while [ -e go ]; do
    n=$((n + 1))
    billctl -q customer add "w-$n" --name W --currency USD >/dev/null || return 1
  done
}
while_writing () {
  : >go
  writing & writer=$!
  for n in 1 2 3 4 5; do
    billctl -q ledger backup "during-$n.db" >/dev/null || return 1
    billctl -q --ledger "during-$n.db" verify >/dev/null || return 1
    # A row of the audit log for each customer.
    sqlite3 "during-$n.db" "SELECT (SELECT count (*) FROM customer WHERE code LIKE 'w-%') = (SELECT count (*) FROM audit WHERE change LIKE 'customer w-%')" >>consistent
  done
  rm go
  wait "$writer"
}
check "five backups while somebody writes" while_writing
check_equal "each is of one instant" '1 1 1 1 1' "$(tr '\n' ' ' <consistent | sed 's/ $//')"
check_equal "and the last one has rows that the first one has not" 1 "$(sqlite3 during-5.db "ATTACH 'during-1.db' AS one; SELECT (SELECT count (*) FROM main.customer) > (SELECT count (*) FROM one.customer)")"

"$server" stop "$BILLCTL_TEST_SERVER"
done_testing
