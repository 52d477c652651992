#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the C file that embeds the migrations named on the command line, in their order: embed.sh FILE.sql … >migrations.c
set -eu
echo '/* Made by schema/embed.sh from schema/. */'
echo '#include "store/migrations.h"'
echo 'const struct migration migrations[] = {'
for file; do
  name=$(basename "$file" .sql)
  version=$(printf '%s' "$name" | sed 's/^0*//; s/-.*//')
  printf '  { %s, "%s",\n' "$version" "$name"
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "$file"
  echo '  },'
done
echo '  { 0, 0, 0 },'
echo '};'
