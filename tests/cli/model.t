#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Random ledgers, billed by billctl and by the rules written down a second time (model.py). BILLCTL_TEST_SEED chooses another one.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need python3
python3 -c 'import zoneinfo; zoneinfo.ZoneInfo ("Europe/Berlin")' 2>/dev/null || skip_all 'Python has no zoneinfo'

for seed in ${BILLCTL_TEST_SEED:-1 2 3}; do
  mkdir "seed-$seed" && cd "seed-$seed" || exit 1
  check "seed $seed: each line as the model has it" \
    env BILLCTL_LEDGER="$PWD/ledger.db" python3 "$srcdir/tests/cli/model.py" billctl "$seed"
  check "seed $seed: each line explained to the cent, and proved" \
    env BILLCTL_LEDGER="$PWD/ledger.db" python3 "$srcdir/tests/cli/explained.py" billctl
  cd .. || exit 1
done

done_testing
