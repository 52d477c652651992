#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The roles that `billctl init` makes on a server: what they are called, and who may make them. What proves the server to billctl.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
[ -n "${BILLCTL_TEST_SERVER-}" ] || on_postgresql
PATH=$builddir:${PATH#*:}
export PATH
socket=$BILLCTL_TEST_SERVER/socket
as_superuser () { psql -q -X -At -h "$socket" -U postgres "$@"; }
unset BILLCTL_LEDGER
# url DATABASE [ROLE]
url () { printf 'postgresql://%s@/%s?host=%s' "${2-billctl}" "$1" "$socket"; }
make () { echo 'CREATE DATABASE :"name" OWNER :owner' | as_superuser -d postgres -v name="$1" -v owner="${2-billctl}"; }
roles_like () { as_superuser -d postgres -c "SELECT rolname FROM pg_roles WHERE rolname LIKE '$1' ORDER BY rolname COLLATE \"C\"" | paste -sd ' '; }
said_roles () { sed -n 's/^with the roles //p' "$tap_err"; }

# --- Names ---

make acme
check 'by the database' billctl --ledger "$(url acme)" init
check_equal 'as it says' 'acme_operator, acme_auditor, acme_tenant' "$(said_roles)"
check_equal 'they are there' 'acme_auditor acme_operator acme_tenant' "$(roles_like 'acme%')"
as_superuser -d acme -c 'CREATE SCHEMA second AUTHORIZATION billctl'
check 'and by the schema' billctl --ledger "$(url acme)&options=-csearch_path%3Dsecond" init
check_equal 'where that is not public' 'acme_second_operator, acme_second_auditor, acme_second_tenant' "$(said_roles)"
make 'Acme "Süd" & Co'
check 'a name that SQL must quote' billctl --ledger "$(url 'Acme%20%22S%C3%BCd%22%20&%20Co')" init
check_equal 'is kept as it is' 'Acme "Süd" & Co_auditor Acme "Süd" & Co_operator Acme "Süd" & Co_tenant' "$(roles_like 'Acme%')"
check 'and sound' billctl --ledger "$(url 'Acme%20%22S%C3%BCd%22%20&%20Co')" verify
as_superuser -d postgres -c "CREATE ROLE \"p.o'neil\" LOGIN"
check 'so is one of a person' billctl --ledger "$(url 'Acme%20%22S%C3%BCd%22%20&%20Co')" ledger access grant "p.o'neil" --as operator
long=$(printf 'l%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)$(printf 'ö%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
make "$long"
check 'a long name' billctl --ledger "$(url "$long")" init
check_equal 'is cut between letters' 'yes yes yes' "$(for role in $(roles_like 'lll%'); do
  if [ "$(printf %s "$role" | wc -c)" -le 63 ] && printf %s "$role" | grep -Eq '^l{31}ö+_[0-9a-f]{8}_(operator|auditor|tenant)$'; then echo yes; else echo "$role"; fi
done | paste -sd ' ')"

# --- Two ledgers share no people ---

# acme_second is what both the schema above and this database would call theirs.
make acme_second
check 'a name that another ledger has' billctl --ledger "$(url acme_second)" init
check_equal 'is given a number' 'acme_second_2_operator, acme_second_2_auditor, acme_second_2_tenant' "$(said_roles)"
as_superuser -d postgres -c 'CREATE ROLE ann LOGIN'
check 'who is an operator of one' billctl --ledger "$(url acme)" ledger access grant ann --as operator
check_status 7 'is nobody in the other' billctl --ledger "$(url acme_second ann)" customer list
check 'a database that is renamed' as_superuser -d postgres -c 'ALTER DATABASE acme RENAME TO renamed'
check 'keeps its roles' billctl --ledger "$(url renamed ann)" customer add x --name X --currency USD
check 'and is sound' billctl --ledger "$(url renamed)" verify
make acme
check 'another one of the old name' billctl --ledger "$(url acme)" init
check_equal 'has others' 'acme_2_operator, acme_2_auditor, acme_2_tenant' "$(said_roles)"
as_superuser -d postgres -c 'DROP DATABASE renamed' -c 'DROP DATABASE acme' -c 'CREATE DATABASE acme OWNER billctl'
check 'roles of a ledger that is gone' billctl --ledger "$(url acme)" init
check_equal 'are taken again, and whom they hold is said' \
  'acme_operator (there already), acme_auditor (there already), acme_tenant (there already); in acme_operator: ann' "$(said_roles)"

# --- Who may make them ---

as_superuser -d postgres -c 'CREATE ROLE modest LOGIN'
make modest modest
check_error 7 'a role that may not' "billctl: cannot make the ledger $(url modest modest): the role modest may not make the roles that it needs
hint: let an administrator run: CREATE ROLE \"modest_operator\" NOLOGIN ADMIN \"modest\"; CREATE ROLE \"modest_auditor\" NOLOGIN ADMIN \"modest\"; CREATE ROLE \"modest_tenant\" NOLOGIN ADMIN \"modest\"; or make a ledger that only its owner can open: billctl init --no-roles" \
  billctl --ledger "$(url modest modest)" init
check_status 7 'nor in a dry run' billctl --ledger "$(url modest modest)" init --dry-run
check_equal 'makes nothing' 0 "$(as_superuser -d modest -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
sed -n 's/^hint: let an administrator run: \(.*\); or make.*/\1/p' "$tap_err" >made.sql
check 'what the hint says' as_superuser -d postgres -f made.sql
check 'is enough' billctl --ledger "$(url modest modest)" init
check 'also to let somebody in' billctl --ledger "$(url modest modest)" ledger access grant ann --as auditor
check_output 'who is the only one' 'role,access,customer,login
ann,auditor,,true' billctl --ledger "$(url modest modest)" ledger access list --format csv
check 'and to take it away' billctl --ledger "$(url modest modest)" ledger access revoke ann
make alone modest
check_error 0 'without roles' "made the ledger $(url alone modest)" billctl --ledger "$(url alone modest)" init --no-roles
check 'it is sound' billctl --ledger "$(url alone modest)" verify
check_equal 'and there are none' '' "$(roles_like 'alone%')"
check_error 4 'nobody is let in' "billctl: the ledger $(url alone modest) has no roles: only its owner opens it
hint: \`billctl ledger access apply\` makes them" billctl --ledger "$(url alone modest)" ledger access grant ann --as auditor
check_output 'nobody is' 'role,access,customer,login' billctl --ledger "$(url alone modest)" ledger access list --format csv
check_status 7 'nobody else opens it' billctl --ledger "$(url alone ann)" customer list
as_superuser -d postgres -c 'ALTER ROLE modest CREATEROLE'
check_error 0 'it gets them later' 'roles of the ledger: alone_operator, alone_auditor, alone_tenant' billctl --ledger "$(url alone modest)" ledger access apply
check 'for people' billctl --ledger "$(url alone modest)" ledger access grant ann --as auditor
check 'who open it' billctl --ledger "$(url alone ann)" verify
for role in operator auditor tenant; do as_superuser -d alone -c "DROP OWNED BY alone_$role" -c "DROP ROLE alone_$role"; done
check_status 7 'a ledger that came without its roles' billctl --ledger "$(url alone modest)" verify --quick
check_match 'says how to mend that' 'billctl ledger access apply. puts that right' sh -c 'billctl --ledger "$1" verify --quick 2>&1; true' - "$(url alone modest)"
as_superuser -d postgres -c 'ALTER ROLE modest NOCREATEROLE'
check_error 7 'not without the right to' "billctl: cannot open up the ledger $(url alone modest): the role modest may not make the roles that it needs
hint: let an administrator run: CREATE ROLE \"alone_operator\" NOLOGIN ADMIN \"modest\"; CREATE ROLE \"alone_auditor\" NOLOGIN ADMIN \"modest\"; CREATE ROLE \"alone_tenant\" NOLOGIN ADMIN \"modest\"" \
  billctl --ledger "$(url alone modest)" ledger access apply
check_status 7 'nor is anybody let in' billctl --ledger "$(url alone modest)" ledger access grant ann --as auditor
as_superuser -d postgres -c 'ALTER ROLE modest CREATEROLE'
check 'gets them again' billctl --ledger "$(url alone modest)" ledger access apply
check 'and is sound' billctl --ledger "$(url alone modest)" verify
check 'people are let in anew' billctl --ledger "$(url alone modest)" ledger access grant ann --as auditor
check 'and open it' billctl --ledger "$(url alone ann)" customer list
make odd
as_superuser -d postgres -c 'CREATE ROLE odd_auditor LOGIN'
check_error 7 'a role of that name that is something else' "billctl: cannot make the ledger $(url odd): the role odd_auditor is there already, and has LOGIN, which a role that is given to people must not have
hint: let an administrator give it another name or take that away: ALTER ROLE …" billctl --ledger "$(url odd)" init
as_superuser -d postgres -c 'ALTER ROLE odd_auditor NOLOGIN' -c 'GRANT pg_read_all_data TO odd_auditor'
check_status 7 'or is in others' billctl --ledger "$(url odd)" init
as_superuser -d postgres -c 'REVOKE pg_read_all_data FROM odd_auditor'
check 'one that is harmless is used' billctl --ledger "$(url odd)" init
check_equal 'and said to be' 'odd_operator, odd_auditor (there already), odd_tenant' "$(said_roles)"
make locked
as_superuser -d locked -c 'CREATE SCHEMA books' -c 'GRANT USAGE, CREATE ON SCHEMA books TO billctl'
check_status 7 'a schema of somebody else, who lets nobody in' billctl --ledger "$(url locked)&options=-csearch_path%3Dbooks" init
check_said 'says so' 'the schema books is not this role.s to let others into'
check_equal 'and leaves nothing' '0 ' "$(as_superuser -d locked -c "SELECT count (*) FROM pg_class WHERE relnamespace = 'books'::regnamespace") $(roles_like 'locked%')"
make public_to_all
as_superuser -d public_to_all -c 'ALTER SCHEMA public OWNER TO postgres' -c 'GRANT ALL ON SCHEMA public TO PUBLIC'
check_error 0 'a schema where everybody makes things' "warning: everybody may make things in the schema public, which could pass for those of the server; let an administrator run: REVOKE CREATE ON SCHEMA public FROM PUBLIC
made the ledger $(url public_to_all)
with the roles public_to_all_operator, public_to_all_auditor, public_to_all_tenant" billctl --ledger "$(url public_to_all)" init
check 'is a matter of its owner, not of the ledger' billctl --ledger "$(url public_to_all)" verify
check_error 0 'a file has no roles' "made the ledger file.db" billctl --ledger file.db init
done_testing
