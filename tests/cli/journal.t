#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The books: a year of a small ledger whose balances are worked out by hand, months that close, and what three other programs make of
# it.
#
# yearly costs 365.00 USD for a year, 1.00 a day, and a seat 73.00, 0.20 a day; basic 10.00 USD a month and 0.01 a call over 100;
# euro 31.00 EUR a month, with 20 % tax on top.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'END'
{ "currency": "USD", "metrics": [ { "code": "calls" } ],
  "plans": [ { "code": "yearly", "prices": [ { "interval": "year", "amount": "365.00" } ], "quantities": [ { "code": "seat", "unit_price": "73.00" } ] },
             { "code": "basic", "prices": [ { "interval": "month", "amount": "10.00" } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01", "included": "100" } ] },
             { "code": "euro", "currency": "EUR", "prices": [ { "interval": "month", "amount": "31.00" } ] } ] }
END

# balance [OPTION…]: account, debit, credit, currency
balance () { billctl journal balance --format csv --no-header --columns account,debit,credit,currency "$@"; }
# entries [OPTION…]: date, kind, account, amount
entries () { billctl journal show --format csv --no-header --columns date,kind,account,amount "$@"; }
# earned MONTH: account, amount, currency of what closing it books, on the first day of the next month
close_month () { billctl -q journal close "2026-$1" --as-of "$2" --format csv --no-header; }
sound () { billctl -q verify --quick; }

billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1
check_output 'empty books' '' balance
check_status 4 'a month that is not over is not closed' billctl journal close 2026-02
check_status 2 'nor what is no month' billctl journal close 2026-13
check_said 'which is said' "'2026-13' is not a month"
check_status 2 'nor a day' billctl journal close 2026-01-01
check_status 2 'nor the year 0' billctl journal close 0000-01
check_status 2 'nor the last month that there is' billctl journal close 9999-12

customer acme UTC yearly 2026-01-01 --quantity seat=1 && customer bolt UTC basic 2026-01-15 && currency=EUR customer cora UTC euro 2026-01-01 &&
  billctl -q customer update cora --country AT >/dev/null && event bolt calls 150 2026-01-20T00:00:00Z || exit 1
sqlite3 ledger.db "INSERT INTO tax_rate (code, name, kind, percent, country, from_day, created_at_us) VALUES ('at20', 'USt 20 %', 'exclusive', '20', 'AT', 0, 0)"

# --- January ---

generate 2026-01-01 --finalize && generate 2026-01-15 --finalize || exit 1
check_output 'an invoice in advance is deferred' '2026-01-01,invoice,receivable,438.00
2026-01-01,invoice,deferred_revenue,-438.00' entries --customer acme
check_output 'tax is payable at once' '2026-01-01,invoice,receivable,37.20
2026-01-01,invoice,deferred_revenue,-31.00
2026-01-01,invoice,tax_payable,-6.20' entries --customer cora
billctl -q invoice pay INV-2026-000001 --amount 400.00 --as-of 2026-01-20 >/dev/null || exit 1
check_output 'a payment is received and applied' '2026-01-20,payment,cash,400.00
2026-01-20,payment,unapplied_cash,-400.00
2026-01-20,payment_applied,unapplied_cash,400.00
2026-01-20,payment_applied,receivable,-400.00' entries --customer acme --from 2026-01-20
billctl -q invoice pay INV-2026-000002 --amount 40.00 --to-balance --as-of 2026-01-20 >/dev/null || exit 1
check_output 'what is too much is a balance' '2026-01-20,overpayment,unapplied_cash,2.80
2026-01-20,overpayment,customer_balance,-2.80' entries --customer cora --kind overpayment

check_status 4 'the month before the first entry is not closed' billctl journal close 2025-12
check_said 'since the books begin later' 'the books begin in 2026-01'
check_status 4 'nor is the second one first' billctl journal close 2026-02 --as-of 2026-03-01
check_said 'which is said with the right one' 'billctl journal close 2026-01'
billctl -q journal close 2026-01 --dry-run --format csv >dry || exit 1
check_output 'a dry run closes nothing' '' entries --kind recognition
# acme: 31 days of 1.00 and of 0.20. bolt: 10.00 x 17 / 31 = 5.48. cora: all of January.
check_output 'January earns' 'revenue_base,31.00,EUR
revenue_base,36.48,USD
revenue_quantity,6.20,USD' close_month 01 2026-02-01
check_equal 'as the dry run said' "revenue_base,31.00,EUR revenue_base,36.48,USD revenue_quantity,6.20,USD" "$(sed 1d dry | tr '\n' ' ' | sed 's/ $//')"
check_output 'on its last day' '2026-01-31,recognition,deferred_revenue,37.20
2026-01-31,recognition,revenue_base,-31.00
2026-01-31,recognition,revenue_quantity,-6.20' entries --customer acme --kind recognition
check_status 4 'once' billctl journal close 2026-01
check_said 'as is said' 'the month 2026-01 is closed already'
check 'the ledger is sound' sound

# --- Nothing is booked into a closed month ---

refused () {
  refused_name=$1; shift
  check_status 4 "$refused_name into a closed month" "$@"
  check_said 'is refused by that rule' 'the month 2026-01 is closed: nothing can be booked on 2026-01-[0-9]* any more'
}
customer late UTC basic 2026-01-05 --end 2026-02-05 || exit 1
sqlite3 ledger.db .dump >before
refused 'issuing' billctl invoice generate --finalize --as-of 2026-01-31T23:59:59Z
refused 'issuing for one customer' billctl invoice generate --finalize --customer late --as-of 2026-01-05
refused 'voiding' billctl invoice void INV-2026-000003 --yes --as-of 2026-01-31
refused 'paying' billctl invoice pay INV-2026-000003 --as-of 2026-01-31
refused 'paying on an earlier day' billctl invoice pay INV-2026-000003 --at 2026-01-31
refused 'writing off' billctl invoice uncollectible INV-2026-000003 --reason test --as-of 2026-01-31
refused 'crediting' billctl invoice credit INV-2026-000003 --all --reason test --as-of 2026-01-31
refused 'adjusting a balance' billctl customer adjust acme --amount 1.00 --reason test --as-of 2026-01-31
sqlite3 ledger.db .dump >after
check_same 'and nothing has changed' before after
billctl -q invoice generate --customer late --as-of 2026-01-31 >/dev/null || exit 1
refused 'issuing a draft' billctl invoice finalize --customer late --as-of 2026-01-31
check 'a draft of a closed month is issued in an open one' billctl -q invoice finalize --customer late --as-of 2026-02-01
check_output 'where its January is earned too' '2026-02-01,invoice,receivable,10.00
2026-02-01,invoice,deferred_revenue,-10.00' entries --customer late
billctl -q invoice void INV-2026-000004 --yes --as-of 2026-02-01 || exit 1

# --- February ---

generate 2026-02-01 --finalize || exit 1
check_output 'a balance is used' '2026-02-01,balance_applied,customer_balance,2.80
2026-02-01,balance_applied,receivable,-2.80' entries --kind balance_applied
generate 2026-02-15 --finalize || exit 1
billctl -q invoice pay INV-2026-000005 --as-of 2026-02-16 >/dev/null || exit 1
# 10.00 of bolt's first invoice were deferred, and 5.48 of them are earned.
billctl -q invoice void INV-2026-000003 --yes --as-of 2026-02-20 || exit 1
check_output 'a void invoice gives back what closed months have earned' '2026-02-20,void,deferred_revenue,4.52
2026-02-20,void,revenue_base,5.48
2026-02-20,void,receivable,-10.00' entries --kind void --customer bolt
check_output 'and comes to nothing' '' sh -c "billctl journal show --invoice INV-2026-000003 --format csv --no-header --columns account,amount |
  awk -F, '{ sub (/[.]/, \"\", \$2); sum[\$1] += \$2 } END { for (account in sum) if (sum[account]) print account, sum[account] }'"
# acme: 28 days. bolt: 14 of 28 days of 10.00. cora: 31.00.
check_output 'February earns' 'revenue_base,31.00,EUR
revenue_base,33.00,USD
revenue_quantity,5.60,USD' close_month 02 2026-03-01
check 'the ledger is sound with February closed' sound

# --- March ---

generate 2026-03-01 --finalize || exit 1
# 10.00 and 2.00 tax of what is paid; February is earned.
billctl -q invoice credit INV-2026-000005 --amount 12.00 --as refund --reason outage --as-of 2026-03-05 >/dev/null || exit 1
check_output 'a credit note takes revenue, tax and cash back' '2026-03-05,credit_note,tax_payable,2.00
2026-03-05,credit_note,revenue_base,10.00
2026-03-05,credit_note,cash,-12.00' entries --kind credit_note
# 36.50 for 365 days: 59 of them are in closed months, 5.90.
billctl -q invoice credit INV-2026-000001 --line 1=36.50 --reason discount --as-of 2026-03-10 >/dev/null || exit 1
check_output 'of a fee that is not all earned, by its days' '2026-03-10,credit_note,deferred_revenue,30.60
2026-03-10,credit_note,revenue_base,5.90
2026-03-10,credit_note,receivable,-36.50' entries --customer acme --kind credit_note
billctl -q invoice uncollectible INV-2026-000001 --reason insolvent --as-of 2026-03-12 >/dev/null || exit 1
check_output 'what will not be paid is written off' '2026-03-12,write_off,write_offs,1.50
2026-03-12,write_off,receivable,-1.50' entries --kind write_off
generate 2026-03-15 --finalize || exit 1
# acme: 31 x (1.00 - 0.10). bolt: the other 5.00, and 17 of 31 days of 10.00.
check_output 'March earns' 'revenue_base,31.00,EUR
revenue_base,38.38,USD
revenue_quantity,6.20,USD' close_month 03 2026-04-01
# acme: cash 400.00; earned 90 x 0.90 and 90 x 0.20; deferred 275 x 1.10. bolt: owes 10.50 and 10.00, earned 10.00 + 5.48 and 0.50 of
# calls, deferred 4.52. cora: owes 37.20; cash 40.00 + 34.40 - 12.00; earned 93.00 - 10.00; tax 18.60 - 2.00.
march='cash,62.40,,EUR
cash,400.00,,USD
receivable,37.20,,EUR
receivable,20.50,,USD
deferred_revenue,,307.02,USD
tax_payable,,16.60,EUR
revenue_base,,83.00,EUR
revenue_base,,96.48,USD
revenue_quantity,,18.00,USD
revenue_usage,,0.50,USD
write_offs,1.50,,USD'
check_output 'the first quarter' "$march" balance
check 'the ledger is sound at its end' sound
check_output 'by customer' 'acme,cash,400.00,USD
acme,deferred_revenue,-302.50,USD
acme,revenue_base,-81.00,USD
acme,revenue_quantity,-18.00,USD
acme,write_offs,1.50,USD
bolt,receivable,20.50,USD
bolt,deferred_revenue,-4.52,USD
bolt,revenue_base,-15.48,USD
bolt,revenue_usage,-0.50,USD
cora,cash,62.40,EUR
cora,receivable,37.20,EUR
cora,tax_payable,-16.60,EUR
cora,revenue_base,-83.00,EUR' billctl journal balance --by customer --format csv --no-header --columns customer,account,amount,currency

# --- The rest of the year ---

billctl -q customer adjust acme --amount 25.00 --reason goodwill --as-of 2026-04-01 >/dev/null || exit 1
check_output 'a balance given by hand' '2026-04-01,balance_adjusted,write_offs,25.00
2026-04-01,balance_adjusted,customer_balance,-25.00' entries --kind balance_adjusted
billctl -q invoice generate --finalize --as-of 2026-04-01 >/dev/null || exit 1
for month in 04 05 06 07 08 09 10 11 12; do
  billctl -q invoice generate --finalize --as-of "2026-$month-01" >/dev/null && billctl -q invoice generate --finalize --as-of "2026-$month-15" >/dev/null || exit 1
  next=$(printf '2026-%02d-01' "$((${month#0} + 1))")
  [ "$month" != 12 ] || next=2027-01-01
  close_month "$month" "$next" >"earned-$month" || exit 1
done
# acme: 30 x 0.90. bolt: 14 of 31 days of March's 10.00, and 16 of 30 of April's: 4.52 + 5.33.
check_output 'April earns' 'revenue_base,31.00,EUR
revenue_base,36.85,USD
revenue_quantity,6.00,USD' cat earned-04
# acme: 365.00 - 36.50 and 73.00 are earned. bolt: eleven invoices of 10.00 and 0.50 of calls; of the last, 17 days of 31. cora: twelve
# of 31.00 with 6.20 of tax; ten are owed.
check_output 'the year' 'cash,62.40,,EUR
cash,400.00,,USD
receivable,372.00,,EUR
receivable,110.50,,USD
deferred_revenue,,4.52,USD
tax_payable,,72.40,EUR
customer_balance,,25.00,USD
revenue_base,,362.00,EUR
revenue_base,,433.98,USD
revenue_quantity,,73.00,USD
revenue_usage,,0.50,USD
write_offs,26.50,,USD' balance
check_output 'the first quarter, looking back' "$march" balance --at 2026-03-31
check_json 'debits and credits come to the same' 'group_by (.currency) | map ([(map (.debit // 0) | add) == (map (.credit // 0) | add), (map (.amount) | add)])' \
  '[[true,0],[true,0]]' billctl journal balance --format json
check 'the ledger is sound at the end of the year' billctl -q verify

# --- Asking for some of it ---

check_status 2 'a range that is none' billctl journal show --from 2026-02-01 --to 2026-02-01
check_status 2 'a day, not a time' billctl journal balance --at 2026-02-01T10:00:00Z
check_said 'which is said' 'the books are kept by days'
check_error 3 'an account that there is not' "billctl: there is no account 'recievable'
hint: did you mean 'receivable'?" billctl journal show --account recievable
check_status 3 'a customer that there is not' billctl journal show --customer nobody
check_status 3 'an invoice that there is not' billctl journal show --invoice INV-1
check_output 'of an account' '2026-03-12,write_off,write_offs,1.50
2026-04-01,balance_adjusted,write_offs,25.00' entries --account write_offs

# --- Other programs ---

# Each prints account, currency and number of what is not zero.
balance_of_hledger () {
  hledger -f "$1" check --strict >&2 &&
    for currency in EUR USD; do
      hledger -f "$1" balance --flat --no-total --output-format csv "cur:$currency" |
        sed -n "2,\$s/^\"\(.*\)\",\"\(.*\) $currency\"\$/\1 $currency \2/p"
    done
}
balance_of_ledger () {
  for currency in EUR USD; do
    ledger --args-only --strict --pedantic -f "$1" balance --flat --no-total --limit "commodity == '$currency'" \
      --balance-format '%(account) %(scrub (display_total))\n' || return 1
  done | sed 's/^\([^ ]*\) *\([^ ]*\) \([A-Z]*\)$/\1 \3 \2/' | grep ' '
}
balance_of_beancount () {
  bean-check "$1" >&2 && bean-query -f csv "$1" 'SELECT account, currency, sum (number) AS n GROUP BY account, currency' |
    sed 1d | tr -d '\r' | awk -F, '{ gsub (/ /, "") } $3 != 0 { print $1, $2, $3 }'
}

# ours COLUMN [OPTION…]: the same of billctl, under the names of that column of `journal accounts`
ours () {
  ours_column=$1; shift
  billctl journal accounts --format csv --no-header --columns "account,$ours_column" >names
  billctl journal balance --format csv --no-header --columns account,currency,amount "$@" |
    awk -F, 'NR == FNR { name[$1] = $2; next } { print name[$1], $2, $3 }' names - | sort
}

# accepts PROGRAM COLUMN: the whole books, and a part of them; then books whose balances are wrong
accepts () {
  accepts_program=$1 accepts_column=$2
  billctl -q journal export --format "$accepts_program" -o all && ours "$accepts_column" >expected || exit 1
  "balance_of_$accepts_program" all 2>error | sort >actual
  check_same "$accepts_program reports the same balances" expected actual
  check_equal "$accepts_program has no objection" '' "$(cat error)"
  billctl -q journal export --format "$accepts_program" --from 2026-02-16 --to 2026-04-01 -o part && ours "$accepts_column" --at 2026-03-31 >expected || exit 1
  "balance_of_$accepts_program" part 2>error | sort >actual
  check_same "$accepts_program, from one day to another" expected actual
  sed 's/400\.00 USD$/400.01 USD/; s/-400\.00 USD$/-400.01 USD/; s/= 400\.01/= 400.00/; s/400\.00 ~/400.00 ~/' all >wrong
  ! cmp -s all wrong || exit 1
  "balance_of_$accepts_program" wrong >actual 2>error
  check "$accepts_program refuses other amounts" grep -qi 'assert\|balance failed' error
}
for program in hledger:hledger ledger:ledger beancount:bean-check; do
  if command -v "${program#*:}" >/dev/null 2>&1; then
    format=${program%:*}
    if [ "$format" = beancount ]; then accepts beancount beancount; else accepts "$format" hledger; fi
  else
    skip "what ${program%:*} makes of it" "it is not installed"
  fi
done
billctl -q journal export --format csv -o all.csv && billctl journal show --format csv >shown.csv || exit 1
check_same 'rows are those of journal show' shown.csv all.csv
billctl journal export >again.1 && billctl journal export --format hledger --output - >again.2 || exit 1
check_same 'the same books give the same bytes' again.1 again.2

# What people write must not become part of the format.
billctl -q invoice pay INV-2026-000006 --amount 0.50 --reference '"1; 2 | 3\" = 9 USD  ; x' --as-of 2027-01-02 >/dev/null || exit 1
for program in hledger:hledger ledger:ledger beancount:bean-check; do
  command -v "${program#*:}" >/dev/null 2>&1 || continue
  format=${program%:*}
  billctl -q journal export --format "$format" -o strange || exit 1
  "balance_of_$format" strange >actual 2>error
  check_equal "a strange reference does no harm in $format" '' "$(cat error)"
done

# --- Two digits, none, three ---

cat >other.json <<'END'
{ "metrics": [ { "code": "calls" } ],
  "plans": [ { "code": "yen", "currency": "JPY", "prices": [ { "interval": "month", "amount": "1000" } ] },
             { "code": "dinar", "currency": "KWD", "prices": [ { "interval": "month", "amount": "0.007" } ] } ] }
END
export BILLCTL_LEDGER="$tap_dir/other.db"
billctl -q init && billctl -q plans apply other.json >/dev/null && currency=JPY customer yuki Asia/Tokyo yen 2026-01-11 && currency=KWD customer kamal UTC dinar 2026-01-11 &&
  generate 2026-01-12 --finalize || exit 1
# 21 days of 31: 677.42 yen, 4.74 thousandths.
check_output 'other currencies earn in their own digits' 'revenue_base,677,JPY
revenue_base,0.005,KWD' close_month 01 2026-02-01
for program in hledger:hledger ledger:ledger beancount:bean-check; do
  command -v "${program#*:}" >/dev/null 2>&1 || continue
  format=${program%:*}
  billctl -q journal export --format "$format" -o digits || exit 1
  "balance_of_$format" digits >/dev/null 2>error
  check_equal "and $format takes them" '' "$(cat error)"
done

# --- More than there is ---

cat >huge.json <<'END'
{ "currency": "USD", "metrics": [ { "code": "calls" } ],
  "plans": [ { "code": "huge", "prices": [ { "interval": "month", "amount": "60000000000000000.00" } ] } ] }
END
export BILLCTL_LEDGER="$tap_dir/huge.db"
billctl -q init && billctl -q plans apply huge.json >/dev/null && customer one UTC huge 2026-01-01 && customer two UTC huge 2026-01-01 &&
  billctl -q invoice generate --finalize --customer one --as-of 2026-01-01 >/dev/null || exit 1
check_output 'an account of 6 x 10^18 minor units' 'receivable,60000000000000000.00,,USD
deferred_revenue,,60000000000000000.00,USD' balance
billctl -q invoice generate --finalize --as-of 2026-01-01 >/dev/null || exit 1
check_error 1 'two of them do not fit' 'billctl: adding up the accounts: a sum of amounts does not fit 64 bits of minor units' billctl journal balance
check_error 1 'nor what they earn' 'billctl: what was earned does not fit 64 bits of minor units' billctl journal close 2026-01
check_output 'so that nothing is' '' entries --kind recognition
check_status 0 'each alone is sound' billctl verify

# --- A ledger of before there were books ---

if [ -n "${BILLCTL_TEST_SERVER-}" ]; then
  skip 'an older ledger is migrated' 'there were books before there were ledgers on PostgreSQL'
  done_testing
  exit 0
fi

export BILLCTL_LEDGER="$tap_dir/old.db"
{
  cat "$srcdir/schema/0001-foundation.sql"
  sqlite3 ledger.db 'PRAGMA application_id' | sed 's/.*/PRAGMA application_id = &;/'
  cat <<'END'
PRAGMA user_version = 1;
INSERT INTO setting (name, value) VALUES ('ledger.id', '00000000-0000-4000-8000-000000000000');
INSERT INTO customer (id, code, name, currency, timezone, issuer_id, created_at_us) VALUES (1, 'acme', 'Acme', 'USD', 'UTC', 1, 0);
INSERT INTO plan (id, code, name, description, metadata, status, created_at_us) VALUES (1, 'basic', 'Basic', '', '{}', 'active', 0);
INSERT INTO number_series VALUES (1, 2026, 3);
INSERT INTO invoice (id, number, issuer_id, customer_id, currency, status, billed_at_us, issued_at_us, due_at_us, total_minor, usage_seen, created_at_us, name, timezone)
  VALUES (1, 'INV-2026-000001', 1, 1, 'USD', 'open', 1767225600000000, 1767225600000001, 1767225600000000, 1500, 0, 0, 'Acme', 'UTC'),
         (2, 'INV-2026-000002', 1, 1, 'USD', 'void', 1767225600000000, 1767225600000000, 1767225600000000, 1000, 0, 0, 'Acme', 'UTC'),
         (3, 'INV-2026-000003', 1, 1, 'USD', 'open', 1769904000000000, 1769904000000000, 1769904000000000, -700, 0, 0, 'Acme', 'UTC');
END
} | sqlite3 old.db && chmod 600 old.db || exit 1
check 'an older ledger is migrated' billctl -q config invoice.net-days 7
check_output 'what stood open is brought forward' '2026-01-01,opening,receivable,15.00
2026-01-01,opening,opening_balance,-15.00
2026-02-01,opening,customer_balance,-7.00
2026-02-01,opening,opening_balance,7.00' entries
billctl -q invoice void INV-2026-000001 --yes --as-of 2026-02-02 || exit 1
check_output 'and voided as it was brought forward' '2026-02-02,void,opening_balance,15.00
2026-02-02,void,receivable,-15.00' entries --kind void
check_json 'the books are sound' 'map (select (.check | test ("journal|books|deferred"))) | map (.result) | unique' '["ok"]' \
  sh -c 'billctl verify --quick --format json; true'

done_testing
