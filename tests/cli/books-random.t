#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The books of random years: whatever is issued, paid, credited, voided, written off and closed in whatever order, every entry
# balances and the books say what the documents do; and the same commands give the same books. BILLCTL_TEST_SEED=N runs the same again.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need sqlite3

seed=${BILLCTL_TEST_SEED:-$(date +%s)}
echo "# BILLCTL_TEST_SEED=$seed"

cat >catalog.json <<'END'
{ "currency": "USD", "metrics": [ { "code": "calls" } ], "addons": [ { "code": "help", "prices": [ { "interval": "month", "amount": "3.33" } ] } ],
  "plans": [ { "code": "small", "prices": [ { "interval": "month", "amount": "9.99" }, { "interval": "year", "amount": "99.90" } ], "addons": [ "help" ],
               "quantities": [ { "code": "seat", "prices": [ { "interval": "month", "unit_price": "1.01" }, { "interval": "year", "unit_price": "10.07" } ] } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.017" } ] },
             { "code": "large", "prices": [ { "interval": "month", "amount": "50.00" }, { "interval": "quarter", "amount": "145.00" } ],
               "charges": [ { "metric": "calls", "model": "per_unit", "unit_price": "0.01" } ] } ] }
END

# Six customers in five zones, two with a tax on top and two with one inside the price; fifteen months of what may happen. Each line is
# a day and a command; each month is closed some time after it, or not.
commands () {
  awk -v seed="$1" '
    function pick(n) { return int (rand () * n) }
    function day(month, of) { return sprintf ("%d-%02d-%02d", 2026 + int (month / 12), month % 12 + 1, of) }
    function invoice() { return sprintf ("INV-%d-%06d", 2026 + (rand () < 0.1), 1 + pick (40)) }
    function act(date, what) {
      if (what < 5) return "invoice pay " invoice ()
      if (what < 8) return "invoice pay " invoice () " --amount " 1 + pick (60) "." 10 + pick (90) " --to-balance"
      if (what < 9) return "invoice pay " invoice () " --from-balance"
      if (what < 11) return "invoice void " invoice () (pick (3) ? "" : " --reissue") " --yes"
      if (what < 13) return "invoice uncollectible " invoice () " --reason lost"
      if (what < 16) return "invoice credit " invoice () " --reason test --amount " 1 + pick (30) "." 10 + pick (90) " --as " (pick (2) ? "balance" : "refund")
      if (what < 17) return "invoice credit " invoice () " --reason test --all --as " (pick (2) ? "balance" : "write-off")
      if (what < 18) return "customer adjust c" pick (6) " --reason test --amount " pick (40) - 10 ".50"
      if (what < 20) return "usage record c" pick (6) " calls " pick (900) " --at " date "T0" pick (9) ":00:00Z --id " ++events
      return "subscription change c" pick (6) "-1 " (pick (2) ? "large" : "small") (pick (2) ? " --when now" : "")
    }
    BEGIN {
      srand (seed)
      closed = 0
      for (month = 0; month < 15; month++) {
        for (of = 1 + pick (3); of <= 28; of += 1 + pick (5)) {
          date = day (month, of)
          print date, "invoice generate" (pick (3) ? " --finalize" : "")
          for (n = pick (4); n > 0; n--) print date, act (date, pick (22))
          if (pick (12) == 0) print date, "invoice finalize --all"
          while (closed < month && pick (5) == 0) {
            print date, sprintf ("journal close %d-%02d", 2026 + int (closed / 12), closed % 12 + 1)
            closed += pick (6) > 0
          }
        }
        print day (month, 28), "verify --quick"
      }
    }'
}

prepare () {
  billctl -q init && billctl -q plans apply catalog.json >/dev/null || return 1
  n=0
  for zone in UTC Europe/Berlin America/Los_Angeles Pacific/Auckland Asia/Kolkata UTC; do
    case $((n % 3)) in 0) country= ;; 1) country='--country AT' ;; 2) country='--country GB' ;; esac
    # shellcheck disable=SC2086
    billctl -q customer add "c$n" --currency USD --timezone "$zone" $country >/dev/null || return 1
    n=$((n + 1))
  done
  sqlite3 ledger.db "INSERT INTO tax_rate (code, name, kind, percent, country, from_day, created_at_us)
    VALUES ('at', 'Tax', 'exclusive', '20', 'AT', 0, 0), ('gb', 'Tax', 'inclusive', '17.5', 'GB', 0, 0)" || return 1
  billctl -q subscribe c0 small --start 2026-01-01 --quantity seat=2 >/dev/null && billctl -q subscribe c1 small --start 2026-01-31 --addon help >/dev/null &&
    billctl -q subscribe c2 small --interval year --start 2026-01-10 --quantity seat=3 >/dev/null && billctl -q subscribe c3 large --start 2026-01-20 >/dev/null &&
    billctl -q subscribe c4 large --interval quarter --start 2026-02-14 >/dev/null && billctl -q subscribe c5 small --interval year --start 2026-02-01 >/dev/null
}

# Done, in part (6: customers whose drafts are out of date), or refused (2: an amount that is none; 3: no such invoice yet).
replay () {
  rm -f ledger.db ledger.db-wal ledger.db-shm
  prepare || return 1
  while read -r date command; do
    # shellcheck disable=SC2086
    billctl -q $command --as-of "${date}T12:00:00Z" >said 2>&1
    status=$?
    case $status in 0 | 2 | 3 | 4 | 6) ;; *) echo "$date: billctl $command: exit status $status"; cat said; return 1 ;; esac
    case "$status $command" in
      '0 verify --quick') ;;
      *' verify --quick') cat said; return 1 ;;
      0*) did=$((did + 1)) ;;
    esac
  done <commands
}

for round in 1 2 3; do
  commands "$((seed + round))" >commands
  did=0
  check "a random year, seed $((seed + round))" replay
  [ "$did" -gt 60 ] && ok "$did commands did something" || not_ok "only $did commands did something"
  check 'is sound to the last event' billctl -q verify
  check_equal 'and its entries add up to nothing' 0 "$(sqlite3 ledger.db 'SELECT coalesce (sum (amount_minor), 0) FROM posting')"
  for format in hledger ledger beancount csv; do billctl -q journal export --format "$format" -o "$format.$round" || exit 1; done
  if command -v hledger >/dev/null 2>&1; then check 'hledger agrees' hledger -f "hledger.$round" check --strict; fi
done
billctl -q journal export -o once || exit 1
check 'the same commands once more' replay
billctl -q journal export -o twice || exit 1
check_same 'give the same books' once twice

done_testing
