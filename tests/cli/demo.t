#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo, twice, from elsewhere: the sums that examples/expected/ works out by hand, the files, and nothing outside its folder.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
only_on_sqlite "the demo has a file of its own"

mkdir 'a build' elsewhere
ln -s "$builddir/billctl" 'a build/billctl'
ln -s "$builddir/libexec" 'a build/libexec'
unset BILLCTL_LEDGER BILLCTL_AS_OF BILLCTL_ACTOR BILLCTL_EXEC_PATH
export STRIPE_API_KEY=sk_test_not_to_be_used

demo () { (cd elsewhere && sh "$srcdir/examples/demo.sh" '../a build'); }
run demo
check_equal 'it runs to its end' 0 "$tap_status"
[ "$tap_status" = 0 ] || tail -n 20 "$tap_err" | sed 's/^/# /'
cp "$tap_out" first

total () { awk -F, -v customer="$1" -v day="$2" '$2 == customer && $6 == day { print $10 }' 'a build/demo/invoices.csv'; }
check_equal 'the columns of invoices.csv' invoice,customer,name,status,overdue,billed_on,issued_on,due_on,billed_at,total,currency,void_reason,amount_due,subtotal,discount,tax,tax_note,country,tax_id \
  "$(head -n 1 'a build/demo/invoices.csv')"
check_equal 'acme, January' 99.00 "$(total acme 2026-01-01)"
check_equal 'acme, February' 137.85 "$(total acme 2026-02-01)"
check_equal 'bolt' '44.00 45.00' "$(total bolt 2026-01-01) $(total bolt 2026-02-01)"
check_equal 'crane' '2990.00 20.02' "$(total crane 2026-01-01) $(total crane 2026-02-01)"
check_equal 'lime, mango, nutmeg' '40.00 254.50 1010.00' "$(total lime 2026-01-31) $(total mango 2026-01-31) $(total nutmeg 2026-01-31)"
# Enterprise has 299.00 for 19 of 28 days, 202.89; Professional gives 99.00 x 19/28 = 67.18 back.
check_equal 'a change of plan' 1 "$(grep -c '^Total USD  *135.71$' first)"
# The storage of February's invoice, 2.40.
check_equal 'a credit note' 1 "$(grep -c '^CN-2026-000001: 2.40 USD of INV-2026-000002 credited; 2.40 USD less is due; it is open$' first)"
# 99.00 + 137.85 + 44.00 + 45.00 + 2990.00 + 20.02 + 40.00 + 254.50 + 1010.00 = 4640.37 are invoiced, 2.40 credited, 99.00 paid.
check_equal 'the books' 1 "$(grep -c '^receivable  *Accounts receivable  *4538.97  *USD$' first)"
check_equal 'and no other invoice' 9 "$(sed 1d 'a build/demo/invoices.csv' | wc -l | tr -d ' ')"

for file in ledger.db invoices.csv lines.csv invoices.xlsx lines.xlsx books.journal environment; do
  if [ -s "a build/demo/$file" ]; then ok "$file is there"; else not_ok "$file is there"; fi
done
check_equal 'nothing stands in the home folder' '' "$(ls -A "$HOME")"
check_equal 'nor where it was called' '' "$(ls -A elsewhere)"
check_output 'the environment that it names works' INV-2026-000002 sh -c '. "./a build/demo/environment" && billctl invoice list --customer acme \
  --from 2026-02-01 --columns invoice --no-header --format csv'

run demo
check_equal 'it runs a second time' 0 "$tap_status"
check_same 'and says the same' first "$tap_out"

done_testing
