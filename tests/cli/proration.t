#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Part periods: calendar alignment, ends, trials. Civil days billed over civil days of the whole period, rounded once.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq

cat >catalog.json <<'END'
{ "currency": "USD",
  "metrics": [ { "code": "unit" } ],
  "addons": [ { "code": "support", "name": "Support", "prices": [ { "interval": "month", "amount": "20.00" } ] },
              { "code": "setup", "name": "Set-up", "kind": "one_off", "amount": "150.00" } ],
  "plans": [
    { "code": "ahead", "alignment": "calendar", "usage_interval": "month",
      "prices": [ { "interval": "month", "amount": "99.00" }, { "interval": "quarter", "amount": "270.00" },
                  { "interval": "year", "amount": "990.00" }, { "interval": "week", "amount": "25.00" } ],
      "quantities": [ { "code": "seat", "included": 2, "prices": [ { "interval": "month", "unit_price": "10" },
        { "interval": "quarter", "unit_price": "30" }, { "interval": "year", "unit_price": "100" }, { "interval": "week", "unit_price": "3" } ] } ],
      "addons": [ "support", "setup" ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.10", "included": 100 } ] },
    { "code": "behind", "billing": "arrears", "alignment": "calendar", "prices": [ { "interval": "month", "amount": "99.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.10", "included": 100 } ] },
    { "code": "anniversary", "prices": [ { "interval": "month", "amount": "99.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.10" } ] },
    { "code": "anniversary_behind", "billing": "arrears", "prices": [ { "interval": "month", "amount": "99.00" } ] },
    { "code": "tried", "trial_days": 14, "prices": [ { "interval": "month", "amount": "99.00" } ],
      "charges": [ { "metric": "unit", "model": "per_unit", "unit_price": "0.10" } ] } ] }
END
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1

# --- Calendar alignment: a short first period ---
# 15 to 31 January are 17 of 31 days: 99.00 x 17/31 = 54.290... -> 54.29; (4 - 2) x 10 x 17/31 = 10.967... -> 10.97;
# 20.00 x 17/31 = 10.967... -> 10.97; the set-up is not a fee of the period: 150.00 whole.
customer ahead UTC ahead 2026-01-15 --quantity seat=4 --addon support --addon setup && event ahead unit 150 2026-01-20T00:00:00Z &&
  event ahead unit 40 2026-01-14T23:59:59Z && generate 2026-02-01 || exit 1
# The allowance of usage is not prorated: 150 - 100 = 50 x 0.10 = 5.00. What was used before the start is not billed.
check_output 'in advance' 'ahead,2026-01-15,2026-02-01,1,17/31,54.29
seat,2026-01-15,2026-02-01,4,17/31,10.97
support,2026-01-15,2026-02-01,1,17/31,10.97
setup,2026-01-15,2026-02-01,1,,150.00
ahead,2026-02-01,2026-03-01,1,,99.00
seat,2026-02-01,2026-03-01,4,,20.00
support,2026-02-01,2026-03-01,1,,20.00
unit,2026-01-15,2026-02-01,150,,5.00' lines ahead
check_output 'in total: 54.29 + 10.97 + 10.97 + 150.00, then 99.00 + 20.00 + 20.00 + 5.00' 'ahead,2026-01-15,226.23
ahead,2026-02-01,144.00' totals --customer ahead
customer behind UTC behind 2026-01-15 && generate 2026-03-01 --customer behind || exit 1
check_output 'in arrears' 'behind,2026-01-15,2026-02-01,1,17/31,54.29
behind,2026-02-01,2026-03-01,1,,99.00' lines behind
customer whole UTC ahead 2026-02-01 && generate 2026-02-01 --customer whole || exit 1
check_output 'from the first of a month: a whole one' 'ahead,2026-02-01,2026-03-01,1,,99.00' sh -c "billctl export lines --customer whole \
  --no-header --columns code,period_start,period_end,quantity,ratio,amount | sed 's/T00:00:00Z//g' | grep '^ahead'"
customer last UTC ahead 2026-02-28 && generate 2026-03-01 --customer last || exit 1
# 1 of 28 days: 99.00 / 28 = 3.5357... -> 3.54
check_output 'one day of February' 'last,2026-02-28,3.54
last,2026-03-01,99.00' totals --customer last

# Quarters begin in January, April, July, October: 15 February to 31 March are 14 + 31 = 45 of 90 days: 135.00.
customer quarter UTC ahead 2026-02-15 --interval quarter && generate 2026-04-01 --customer quarter || exit 1
check_output 'a quarter' 'quarter,2026-02-15,135.00
quarter,2026-04-01,270.00' totals --customer quarter
# 2 July to 31 December are 183 of 365 days: 990.00 x 183/365 = 496.356... -> 496.36
customer year UTC ahead 2026-07-02 --interval year && generate 2027-01-01 --customer year || exit 1
check_output 'a year' 'year,2026-07-02,496.36
year,2027-01-01,990.00' totals --customer year
# Weeks begin on Monday; 2026-01-01 is a Thursday: 4 of 7 days: 25.00 x 4/7 = 14.285... -> 14.29
customer week UTC ahead 2026-01-01 --interval week && generate 2026-01-05 --customer week || exit 1
check_output 'a week' 'week,2026-01-01,14.29
week,2026-01-05,25.00' totals --customer week
# Days are civil days: 17 of 31 in Auckland and Berlin alike; midnight of 15 January there.
customer kiwi Pacific/Auckland ahead 2026-01-15 && generate 2026-01-31T11:00:00Z --customer kiwi || exit 1
check_output 'in Auckland' 'kiwi,2026-01-15,54.29
kiwi,2026-02-01,99.00' totals --customer kiwi
# March in Berlin has a day of 23 hours and is 31 days: 29 to 31 March are 3 of them: 99.00 x 3/31 = 9.580... -> 9.58
customer spring Europe/Berlin ahead 2026-03-29 && generate 2026-03-29 --customer spring || exit 1
check_output 'a short day is a day' 'spring,2026-03-29,9.58' totals --customer spring
check_json 'the ratio stands beside the exact amount' '.lines[0] | [.exact_amount, .ratio, .amount, .derivation]' \
  '["99","17/31",5429,{"rule":"fee","quantity":"1","unit_price":"99"}]' billctl invoice show draft-1 --format json
check_match 'for a person too' '^1  ahead \(month\)  2026-01-15  2026-02-01  .* 99\.00   54\.29$' billctl invoice show draft-1

# --- Subscriptions that end ---
# In advance, with the end known: 1 to 9 March are 9 of 31 days: 99.00 x 9/31 = 28.741... -> 28.74. The end is the first day not billed.
customer ends UTC anniversary 2026-01-01 --end 2026-03-10 && event ends unit 20 2026-03-09T23:59:59Z &&
  event ends unit 30 2026-03-10T00:00:00Z && generate 2026-06-01 --customer ends || exit 1
check_output 'in advance, to the end' 'anniversary,2026-01-01,2026-02-01,1,,99.00
anniversary,2026-02-01,2026-03-01,1,,99.00
anniversary,2026-03-01,2026-03-10,1,9/31,28.74
unit,2026-03-01,2026-03-10,20,,2.00' lines ends
check_output 'the last usage is due at the end' 'ends,2026-01-01,99.00
ends,2026-02-01,99.00
ends,2026-03-01,28.74
ends,2026-03-10,2.00' totals --customer ends
customer ended UTC anniversary_behind 2026-01-01 --end 2026-02-15 && generate 2026-06-01 --customer ended || exit 1
# 1 to 14 February are 14 of 28 days: 49.50
check_output 'in arrears' 'ended,2026-02-01,99.00
ended,2026-02-15,49.50' totals --customer ended
# Within the first calendar period: 10 to 19 January are 10 of 31: 99.00 x 10/31 = 31.935... -> 31.94
customer brief UTC behind 2026-01-10 --end 2026-01-20 && generate 2026-06-01 --customer brief || exit 1
check_output 'begins and ends in one month' 'brief,2026-01-20,31.94' totals --customer brief
# At the end of a period: whole.
customer tidy UTC anniversary 2026-01-01 --end 2026-02-01 && generate 2026-06-01 --customer tidy || exit 1
check_output 'ends with its period' 'tidy,2026-01-01,99.00' totals --customer tidy
check 'issue it' generate 2026-06-01 --customer tidy --finalize
check_error 0 'and then nothing is due any more' 'nothing is due' \
  billctl invoice generate --as-of 2030-01-01 --customer tidy --format csv --no-header

# --- Trials ---
# 20 January + 14 days: the first paid period begins on 3 February. Usage of the trial is not billed.
customer tried UTC tried 2026-01-20 && event tried unit 500 2026-02-02T23:59:59Z && event tried unit 30 2026-02-03T00:00:00Z &&
  generate 2026-02-02T23:59:59Z --customer tried || exit 1
check_output 'nothing falls due in the trial' '' totals --customer tried
generate 2026-03-03 --customer tried || exit 1
check_output 'paid periods begin when it ends' 'tried,2026-02-03,2026-03-03,1,,99.00
tried,2026-03-03,2026-04-03,1,,99.00
unit,2026-02-03,2026-03-03,30,,3.00' lines tried
customer keen UTC tried 2026-01-20 --trial-days 0 && generate 2026-01-20 --customer keen || exit 1
check_output 'without the trial' 'keen,2026-01-20,99.00' totals --customer keen
customer lost UTC tried 2026-01-20 --end 2026-02-01 && generate 2026-06-01 --customer lost || exit 1
check_output 'ended within the trial: nothing' '' totals --customer lost
# Trial and calendar: paid from 20 to 31 January, 12 of 31 days: 99.00 x 12/31 = 38.322... -> 38.32
customer both UTC ahead 2026-01-10 --trial-days 10 && generate 2026-01-20 --customer both || exit 1
check_output 'a trial, then the calendar' 'both,2026-01-20,38.32' totals --customer both

# --- The vectors ---
# Public cases of a subscription that begins in the middle of a calendar period: the first charge.
cases=$BILLCTL_VECTORS/proration.json
if [ -r "$cases" ]; then
  jq -r '.cases[] | select (.kind == "start_mid_period" and .basis == "day" and (.components | length) == 1 and .check == "recomputed"
                            and (.convention | test ("QUIRK|CUMULATIVE|TRUNCATES") | not))
         | select (.components[0] | .from != null and .to == .period_end and (.expected != null) and (.ratio_digits == null) and (.quantity == null))
         | [.id, .currency, .timezone, .components[0].from, .components[0].period_start, .components[0].period_end, .components[0].price,
            .components[0].expected] | @tsv' "$cases" >vectors.tsv
  # Months and years that begin on the first, which is what aligning to the calendar gives.
  awk -F '\t' '{ months = (substr ($6, 1, 4) * 12 + substr ($6, 6, 2)) - (substr ($5, 1, 4) * 12 + substr ($5, 6, 2)) }
               substr ($5, 9, 2) == "01" && substr ($6, 9, 2) == "01" && (months == 1 || (months == 12 && substr ($5, 6, 2) == "01")) {
                 print $1 "\t" $2 "\t" $3 "\t" $4 "\t" (months == 1 ? "month" : "year") "\t" $7 "\t" $8 }' vectors.tsv >aligned.tsv
  check 'there are such cases' test "$(wc -l <aligned.tsv)" -ge 3
  while IFS='	' read -r id currency zone from interval price expected; do
    plan=$(echo "$id" | tr -c 'a-zA-Z0-9\n' _)
    printf '{ "currency": "%s", "plans": [ { "code": "%s", "alignment": "calendar", "prices": [ { "interval": "%s", "amount": "%s" } ] } ] }' \
      "$currency" "$plan" "$interval" "$price" >vector.json
    billctl -q plans apply vector.json >/dev/null && customer "v_$plan" "$zone" "$plan" "$from" && generate "$from" --customer "v_$plan" || exit 1
    check_output "$id" "$expected" sh -c "billctl invoice list --customer v_$plan --format csv --no-header --columns total | head -n 1"
  done <aligned.tsv
else
  skip 'the public cases of proration' "there is no $cases"
fi
check 'the ledger is sound' billctl verify

done_testing
