#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzz target survives its seeds, each of them cut anywhere and with bytes changed.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"

for folder in "$srcdir"/tests/fuzz/corpus/*/; do
  target=$(basename "$folder")
  check "$target survives its seeds" "$builddir/tests/fuzz/replay-$target" "$folder"
done
for source in "$srcdir"/tests/fuzz/fuzz-*.c; do
  target=$(basename "$source" .c)
  check "$target has seeds" test -d "$srcdir/tests/fuzz/corpus/${target#fuzz-}"
done
done_testing
