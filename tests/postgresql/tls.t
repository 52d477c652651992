#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What proves a server on a network to billctl, and what is said where nothing does.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need openssl
server=$srcdir/tests/postgresql/server
"$server" available || skip_all "no PostgreSQL server is installed"
[ -x "$builddir/libexec/billctl-postgresql" ] || skip_all "billctl was built without PostgreSQL"
address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -E '^[0-9.]+$' | grep -v '^127' | head -n 1)
[ -n "$address" ] || skip_all "this machine has no address but that of the loopback"
chmod 755 "$tap_root"
unset PGHOST PGUSER PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS PGSSLMODE PGSSLROOTCERT
for attempt in 1 2 3 4 5; do
  PGPORT=$((20000 + ($$ * 7 + attempt * 1009) % 12000)) BILLCTL_TEST_SERVER=$tap_root/server$attempt
  export PGPORT
  ! "$server" start "$BILLCTL_TEST_SERVER" "listen_addresses = '$address,127.0.0.1'" "port = $PGPORT" >server.log 2>&1 || break
  [ "$attempt" != 5 ] || { sed 's/^/# /' server.log; exit 1; }
done
as_superuser () { psql -q -X -At -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d acme "$@"; }
psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d postgres -c 'CREATE DATABASE acme OWNER billctl'
hba=$(as_superuser -c 'SHOW hba_file')
echo "host all all $address/32 trust" >>"$hba"
# Waits until the server has read its settings anew: $1 is then what it answers to $2.
reload () {
  as_superuser -c 'SELECT pg_reload_conf ()' >/dev/null
  for attempt in $(seq 100); do [ "$(as_superuser -c "$2")" != "$1" ] || return 0; sleep 0.1; done
  return 1
}
check 'the server is on the network' reload 1 "SELECT count (*) FROM pg_hba_file_rules WHERE address = '$address'"

# url_of HOST [MORE]
url_of () { printf 'postgresql://billctl@%s:%s/acme%s' "$1" "$PGPORT" "${2-}"; }
bare () { echo "warning: the connection to the ledger $1 is not encrypted: what is in it, and passwords, can be read and changed on the way; add sslmode=verify-full to the URL"; }
unproved () { echo "warning: the server of the ledger $1 need not prove that it is the right one (sslmode=$2); add sslmode=verify-full to the URL"; }

# --- Without TLS ---

url=$(url_of "$address")
check_error 0 'a dry run of init warns' "$(bare "$url")
would make the ledger $url
with the roles acme_operator, acme_auditor, acme_tenant
dry run: nothing was written" billctl --ledger "$url" init --dry-run
check_error 0 'so does init' "$(bare "$url")
made the ledger $url
with the roles acme_operator, acme_auditor, acme_tenant" billctl --ledger "$url" init
check_error 0 'a command warns once' "$(bare "$url")" billctl --ledger "$url" customer list
check_error 0 'one that writes too' "$(bare "$url")" billctl --ledger "$url" config invoice.net-days 20
check_error 0 'and a migration' "$(bare "$url")
the ledger $url is current: schema version 2" billctl --ledger "$url" ledger migrate
check_error 0 'not with --quiet' '' billctl --quiet --ledger "$url" customer list
check_error 0 'not on this machine' '' billctl --ledger "$(url_of 127.0.0.1)" customer list
check_error 0 'not by a socket' '' billctl --ledger "$(url_of '' "?host=$BILLCTL_TEST_SERVER/socket")" customer list
check_error 0 'a copy warns about the end that is on the network' "$(bare "$url")" billctl ledger copy "$url" copied.db
psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d postgres -c 'CREATE DATABASE acme_2 OWNER billctl'
second=$(printf %s "$url" | sed 's|/acme$|/acme_2|')
check_error 0 'or the ends' "$(bare "$url")
$(bare "$second")
with the roles acme_2_operator, acme_2_auditor, acme_2_tenant" billctl ledger copy "$url" "$second"
check_error 0 'a backup warns once' "$(bare "$url")" billctl --ledger "$url" ledger backup backup.db
psql -q -X -h "$BILLCTL_TEST_SERVER/socket" -U postgres -d postgres -c 'CREATE DATABASE acme_3 OWNER billctl'
third=$(printf %s "$url" | sed 's|/acme$|/acme_3|')
check_error 0 'so does a restore' "$(bare "$third")" billctl --ledger "$third" ledger restore backup.db
check_status 7 'a server without TLS where it must be' billctl --ledger "$url?sslmode=verify-full&sslrootcert=ca.crt" customer list

# --- With it ---

make_certificates () {
  for ca in ca other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$ca" -keyout "$ca.key" -out "$ca.crt" || return 1
  done
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=db.test -keyout server.key -out server.csr &&
    printf 'subjectAltName = DNS:db.test, IP:%s\n' "$address" >names && openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.crt
}
check 'certificates' make_certificates
data=$(as_superuser -c 'SHOW data_directory')
cp server.key server.crt "$data/" && chown --reference="$data" "$data/server.key" "$data/server.crt" && chmod 600 "$data/server.key"
as_superuser -c 'ALTER SYSTEM SET ssl = on'
check 'the server has TLS' reload on 'SHOW ssl'
check_error 0 'which by itself proves nothing' "$(unproved "$url" prefer)" billctl --ledger "$url" customer list
check_error 0 'nor does asking for it' "$(unproved "$url?sslmode=require" require)" billctl --ledger "$url?sslmode=require" customer list
check_error 0 'nor does a certificate for another name' "$(unproved "$url?sslmode=verify-ca&sslrootcert=ca.crt" verify-ca)" \
  billctl --ledger "$url?sslmode=verify-ca&sslrootcert=ca.crt" customer list
check_error 0 'TLS switched off' "$(bare "$url?sslmode=disable")" billctl --ledger "$url?sslmode=disable" customer list
check_error 0 'a server that is proved needs no words' '' billctl --ledger "$url?sslmode=verify-full&sslrootcert=ca.crt" customer list
check_error 0 'nor does one that the environment has proved' '' env PGSSLMODE=verify-full PGSSLROOTCERT=ca.crt billctl --ledger "$url" customer list
check_error 0 'by its name' '' billctl --ledger "$(url_of db.test "?hostaddr=$address&sslmode=verify-full&sslrootcert=ca.crt")" customer list
check_status 7 'a certificate that nobody vouches for' billctl --ledger "$url?sslmode=verify-full&sslrootcert=other.crt" customer list
check_said 'is refused' 'certificate verify failed'
check_said 'and what proves it is said' '^hint: check sslmode, sslrootcert and the certificate of the server'
check_status 7 'the certificate of another server' billctl --ledger "$(url_of other.test "?hostaddr=$address&sslmode=verify-full&sslrootcert=ca.crt")" customer list
check_said 'is refused too' 'server certificate for "db.test" .*does not match host name "other.test"'
check_status 7 'certificates that are not there' billctl --ledger "$url?sslmode=verify-full&sslrootcert=nothing.crt" customer list
check_said 'are named' 'root certificate file "nothing.crt" does not exist'
done_testing
