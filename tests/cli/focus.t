#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Real cost and usage records: the FOCUS sample of September 2024, 73 accounts, billed at list cost plus 10 %. Skipped where the
# file is not there. What must come out is worked out from the file itself, by Python's decimals.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq python3
file=${BILLCTL_FOCUS_SAMPLE:-$srcdir/../shared/data/focus_sample.csv}
[ -r "$file" ] || skip_all "there is no $file"

# events; sum of quantities; sum of list costs; accounts; negative events; the sum of the lines: list cost of each account and metric
# x 1.1, each rounded to cents, half away from zero
cat >expected.py <<'END'
import csv, re, sys
from decimal import Decimal, ROUND_HALF_UP, getcontext
getcontext ().prec = 60
code = lambda text: re.sub ("[^a-z0-9]+", "_", text.lower ()).strip ("_")
lines, quantities, costs, accounts, negative, events = {}, Decimal (0), Decimal (0), set (), 0, 0
for row in csv.DictReader (open (sys.argv[1], newline = "", encoding = "utf-8")):
    if row["ChargeCategory"] != "Usage":
        continue
    events += 1
    quantities += Decimal (row["ConsumedQuantity"])
    costs += Decimal (row["ListCost"])
    accounts.add (row["SubAccountId"])
    negative += Decimal (row["ConsumedQuantity"]) < 0
    key = (row["SubAccountId"], code (row["ServiceName"] + "_" + row["ConsumedUnit"]))
    lines[key] = lines.get (key, Decimal (0)) + Decimal (row["ListCost"])
cent = Decimal ("0.01")
rounded = sum ((cost * Decimal ("1.1")).quantize (cent, ROUND_HALF_UP) for cost in lines.values ())
plain = lambda value: format (value.normalize (), "f")
print (events, plain (quantities), plain (costs * Decimal ("1.1")), len (accounts), negative, len (lines), plain (rounded))
END
# sum.py COLUMN: the exact sum of a column of CSV
cat >sum.py <<'END'
import csv, sys
from decimal import Decimal, getcontext
getcontext ().prec = 60
print (format (sum (Decimal (row[sys.argv[1]]) for row in csv.DictReader (sys.stdin)).normalize (), "f"))
END
python3 expected.py "$file" >expected || exit 1
read -r events quantities costs accounts negative lines rounded <expected || exit 1
check_equal 'the file is the one that is meant' '997 13302.712904456820057 73' "$events $quantities $accounts"

import_sample () {
  billctl usage import "$file" --where ChargeCategory=Usage --create customers,metrics --map \
    'id=Id,customer=SubAccountId,metric={ServiceName}_{ConsumedUnit},quantity=ConsumedQuantity,time=ChargePeriodStart,ListCost=ListCost' "$@"
}
billctl -q init && billctl -q plans apply "$srcdir/examples/catalogs/focus-resale.json" >/dev/null || exit 1
check_json 'a dry run' '[.recorded, .duplicates, .rejected]' '[997,0,0]' import_sample --dry-run --format json
check_output 'records nothing' '' billctl export usage --no-header
check_json 'the import: 997 events, 12 of them corrections' '[.recorded, .duplicates, .rejected, .skipped]' '[997,0,0,3]' import_sample --format json
check_equal 'negative ones are among them' 12 "$negative"
billctl export usage >usage.csv || exit 1
check_output 'their quantities, exactly' 13302.712904456820057 sh -c 'python3 sum.py quantity <usage.csv'
check_json 'once more: nothing but duplicates' '[.recorded, .duplicates, .rejected]' '[0,997,0]' import_sample --format json
check_json 'the accounts are customers' length 73 billctl customer list --format json

billctl export customers --no-header --columns code >codes || exit 1
check_equal 'all of them get the plan' 73 \
  "$(while read -r code; do billctl -q subscribe "$code" resale --start 2024-09-01 >/dev/null && echo "$code"; done <codes | wc -l)"
check 'the bill of September' generate 2024-10-01 --finalize
check_json 'one invoice each' '[length, (map (.customer) | unique | length)]' '[73,73]' billctl invoice list --format json
billctl export lines >lines.csv || exit 1
check_output 'before rounding, the lines are the list costs and 10 %, exactly' "$costs" sh -c 'python3 sum.py exact_amount <lines.csv'
check_output 'each account and metric is a line' "$lines" sh -c 'tail -n +2 lines.csv | wc -l'
check_output 'rounded once each' "$rounded" sh -c 'python3 sum.py amount <lines.csv'
billctl export invoices >invoices.csv || exit 1
check_output 'which is what the invoices come to' "$rounded" sh -c 'python3 sum.py total <invoices.csv'
check_json 'no event is left out or billed twice' 'map (.derivation.events) | add' 997 billctl export lines --format json --columns derivation
check_output 'nor a quantity' 13302.712904456820057 sh -c 'python3 sum.py quantity <lines.csv'
echo "# 997 events, 73 invoices, $lines lines: $costs USD before rounding, $rounded USD billed"
check_error 0 'then nothing is due' 'nothing is due' billctl invoice generate --as-of 2024-10-01 --format csv --no-header
check 'the ledger is sound' billctl verify

done_testing
