#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rules of ARCHITECTURE that a machine can see: who includes whom, what the libraries link, sizes, words that are banned.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need awk find grep sed
only_on_sqlite "what was built is no matter of the ledger"

lists=$srcdir/tests/architecture

# check_none NAME COMMAND…: passes when the command prints nothing; what it prints is what is wrong
check_none () {
  tap_name=$1; shift
  run "$@"
  if [ -s "$tap_out" ] || [ -s "$tap_err" ]; then
    cat "$tap_err" "$tap_out" | head -n 40 >"$tap_why"
    not_ok "$tap_name" "$tap_why"
  else
    ok "$tap_name"
  fi
}

# The C sources of a folder below $srcdir, or the file itself.
sources () {
  (cd "$srcdir" && find "$@" -type f \( -name '*.c' -o -name '*.h' -o -name '*.def' \) | sort)
}

# --- Includes ---

# Prints each include of a file of src/LAYER (or of libexec) that the table does not allow.
forbidden_includes () {
  while IFS=: read -r layer allowed; do
    case $layer in '#'*|'') continue ;; libexec) place=libexec ;; *) place=src/$layer ;; esac
    for file in $(sources "$place"); do
      sed -n 's/^# *include "\([^"]*\)".*/\1/p' "$srcdir/$file" | while read -r included; do
        case $included in
          */*) folder=${included%%/*} ;;
          *) [ "$place" = libexec ] || echo "$file includes \"$included\": includes are written from src/ on"; continue ;;
        esac
        case " $allowed $layer " in
          *" $folder "*|*" $included "*) ;;
          *) echo "$file includes \"$included\"; $layer may include:$allowed" ;;
        esac
      done
    done
  done <"$lists/layers"
}
check_none "every include keeps to the layers" forbidden_includes

layers_without_a_row () {
  (cd "$srcdir/src" && ls) | while read -r name; do
    grep -q "^$name:" "$lists/layers" || echo "src/$name has no row in tests/architecture/layers"
  done
}
check_none "every folder has its row" layers_without_a_row

core_system_headers () {
  for file in $(sources src/core); do
    sed -n 's/^# *include <\([^>]*\)>.*/\1/p' "$srcdir/$file" | grep -Ev '^(stdint|stdbool|stddef|string)\.h$' | sed "s|^|$file includes |"
  done
}
check_none "the core includes four headers of the C library at most" core_system_headers

# only_in HEADER-PATTERN PLACE-PATTERN: lists the files elsewhere that include it
only_in () {
  for file in $(sources src libexec); do
    printf '%s\n' "$file" | grep -Eq "$2" || grep -E "^# *include <($1)" "$srcdir/$file" | sed "s|^|$file: |"
  done
}
check_none "only the driver includes SQLite" only_in 'sqlite3' '^src/store/db-sqlite[a-z-]*\.[ch]$'
check_none "only the other driver includes libpq" only_in 'libpq' '^src/store/db-postgresql[a-z-]*\.[ch]$'
check_none "only the HTTP helper includes libcurl" only_in 'curl/' '^libexec/(billctl-http|http-)'
check_none "only the spreadsheet helper includes libxlsxwriter" only_in 'xlsxwriter' '^libexec/(billctl-xlsx|xlsx-)'
check_none "no GIO and no GObject" only_in 'gio/|glib-object' '^$'

# --- Words ---

# A source file without comments and texts, its lines kept.
code_of () {
  awk '
    { line = $0; out = ""
      while (line != "") {
        if (in_comment) {
          i = index (line, "*/")
          if (!i) { line = ""; break }
          line = substr (line, i + 2); in_comment = 0; continue
        }
        if (!match (line, /\/\*|\/\/|"|\047/)) { out = out line; line = ""; break }
        out = out substr (line, 1, RSTART - 1)
        mark = substr (line, RSTART, RLENGTH); line = substr (line, RSTART + RLENGTH)
        if (mark == "/*") { in_comment = 1; continue }
        if (mark == "//") { line = ""; break }
        while (line != "") {
          c = substr (line, 1, 1)
          if (c == "\\") { line = substr (line, 3); continue }
          line = substr (line, 2)
          if (c == mark) break
        }
        out = out mark mark
      }
      print out
    }' "$1"
}

# words_in PATTERN FOLDERS… -- EXCEPTIONS-PATTERN: lines of code with such a word
words_in () {
  pattern=$1; shift
  places=
  while [ "$1" != -- ]; do places="$places $1"; shift; done
  # shellcheck disable=SC2086
  for file in $(sources $places); do
    printf '%s\n' "$file" | grep -Eq "$2" && continue
    code_of "$srcdir/$file" | grep -En -e "$pattern" | sed "s|^|$file:|"
  done
}
check_none "no binary floating point where amounts are made" \
  words_in '\b(float|double|gfloat|gdouble|g_ascii_strtod|g_strtod|json_object_new_double|json_object_get_double)\b' src -- '^src/render/'
check_none "no banned function" words_in \
  '\b(strcpy|strcat|sprintf|vsprintf|strtok|strtok_r|localtime|gmtime|asctime|ctime|mktime|atoi|atol|atoll|atof|strtod|gets|system|scanf|fscanf|sscanf) *\(' \
  src libexec -- '^src/base/banned\.h$'

sql_outside_the_catalogue () {
  for file in $(sources src); do
    case $file in src/store/sql/*|src/store/db-sqlite*.c|src/store/db-postgresql*) continue ;; esac
    grep -En '"[^"]*\b(SELECT .* FROM|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|CREATE (TABLE|INDEX)|PRAGMA )' "$srcdir/$file" | sed "s|^|$file:|"
  done
}
# Which engine it is knows the driver, the name of the ledger, and what was built.
engine_outside_the_driver () {
  for file in $(sources src); do
    case $file in src/store/db-*|src/store/engine.*|src/store/migrations.h) continue ;; esac
    code_of "$srcdir/$file" | grep -Ein 'sqlite|postgres' | sed "s|^|$file:|"
  done
}
check_none "nothing but the drivers knows the engine" engine_outside_the_driver
check_none "SQL stands in the catalogue only" sql_outside_the_catalogue

# Three X may also stand for a currency code (ISO 4217), in a list of such.
marks="\\b(TO""DO|FIX""ME|HA""CK)\\b|\\bXX""X\\b[^\",]"
left_over_marks () {
  (cd "$srcdir" && find src libexec tests schema man examples completions bootstrap configure.ac Makefile.am -type f ! -name '*.xlsx' \
    ! -path 'tests/fuzz/corpus/*' 2>/dev/null | xargs grep -EnI -e "$marks" | head -n 20)
}
check_none "no left-over marks" left_over_marks

vague_names () {
  (cd "$srcdir" && find src libexec tests | grep -Ei '/([^/]*[-_.])?(utils?|misc|common|helpers?)([-_.][^/]*)?$')
}
check_none "no file is called after nothing in particular" vague_names

without_licence () {
  for file in $(sources src libexec tests); do
    case $file in *.def) continue ;; esac
    head -n 1 "$srcdir/$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file"
  done
}
check_none "every C file begins with its licence" without_licence

# --- Sizes ---

# (Tests are counted by the file only: their tables stand inside the functions.)
long_functions () {
  for file in $(sources src libexec); do
    awk -v file="$file" '
      /^[A-Za-z_].*\)/ { name = $0 }
      /^\{/ { start = NR }
      /^\}/ { if (start && NR - start + 1 > 70) printf "%s:%d: %d lines: %s\n", file, start, NR - start + 1, name; start = 0 }
    ' "$srcdir/$file"
  done
}
check_none "no function has more than 70 lines" long_functions

long_files () {
  (cd "$srcdir" && find src libexec tests -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.py' -o -name '*.sh' -o -name '*.t' \)) | sort |
    while read -r file; do
      case $file in src/cmd/*) limit=300 ;; *) limit=800 ;; esac
      lines=$(wc -l <"$srcdir/$file")
      [ "$lines" -le "$limit" ] || echo "$file: $lines lines, $limit are allowed"
    done
}
check_none "no command has more than 300 lines, no other file more than 800" long_files

# --- What was built ---

if ! command -v nm >/dev/null 2>&1 || ! command -v readelf >/dev/null 2>&1; then
  skip "what was built" "nm and readelf (binutils) are not installed"
  done_testing
  exit 0
fi
if nm "$builddir/billctl" 2>/dev/null | grep -q __asan_init; then
  skip "what was built" "sanitizers put symbols of their own into it"
  done_testing
  exit 0
fi

# What the core takes from elsewhere: these of the C library, and what compilers call for 128-bit arithmetic.
core_symbols () {
  nm -u "$builddir/libcore.a" | awk 'NF == 2 && $1 == "U" { print $2 }' | sort -u >undefined
  nm --defined-only "$builddir/libcore.a" | awk 'NF == 3 { print $3 }' | sort -u >defined
  comm -23 undefined defined |
    grep -Ev '^(mem(chr|cmp|cpy|move|set)|str(chr|cmp|len|ncmp)|__(u?div|u?mod|u?divmod|mul)ti[34]|__stack_chk_fail|__(memcpy|memmove|memset)_chk|_GLOBAL_OFFSET_TABLE_)$'
}
check_none "the core calls nothing but memory and string functions" core_symbols

# Symbols in sections that can be written while the program runs; constant tables with addresses (.data.rel.ro) cannot.
writable_data () {
  objects=$(cd "$builddir" && find src/cmd src/main*.o src/billctl-main*.o libexec -name '*.o' 2>/dev/null)
  # shellcheck disable=SC2086
  (cd "$builddir" && nm --format=sysv libcore.a libbase.a libstore.a libstripe.a librender.a libservice.a $objects) |
    awk -F'|' '
      /^Symbols from/ { member = $0; sub (/^Symbols from /, "", member) }
      NF == 7 { name = $1; section = $7; gsub (/ /, "", name); gsub (/ /, "", section) }
      NF == 7 && (section ~ /^\.(data|bss|tdata|tbss)/ || section == "*COM*") && section !~ /^\.data\.rel\.ro/ { print member " " name " in " section }'
}
check_none "no writable data outside src/cli" writable_data

needed () {
  readelf -d "$builddir/$1" | sed -n 's/.*(NEEDED).*\[\(lib[^]]*\)\.so.*/\1/p' | sort | tr '\n' ' ' | sed 's/ $//'
}
while IFS=: read -r program libraries; do
  [ -e "$builddir/$program" ] || { skip "$program links what it says and no more" "it was built without PostgreSQL"; continue; }
  check_equal "$program links what it says and no more" "${libraries# }" "$(needed "$program")"
done <"$lists/needed-libraries"

if command -v ldd >/dev/null 2>&1; then
  network_libraries () {
    ldd "$builddir/billctl" | grep -E 'lib(curl|pq|ssl|crypto|gnutls|krb5|ldap|nghttp2)'
  }
  check_none "billctl itself maps nothing that talks to a network" network_libraries
else
  skip "billctl itself maps nothing that talks to a network" "ldd is not there"
fi
done_testing
