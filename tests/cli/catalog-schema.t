#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The schema of catalog files: every catalog that is taken is valid by it, and it refuses what the grammar does not have.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need python3
python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null || skip_all "python3-jsonschema is not installed"

cat >validate.py <<'END_OF_PROGRAM'
import json, re, sys
import jsonschema

def without_comments (text):
    """Comments as in C, but not those inside strings."""
    return re.sub (r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', lambda m: m.group (0) if m.group (0)[0] == '"' else ' ', text, flags=re.S)

schema = json.load (open (sys.argv[1], encoding='utf-8'))
validator = jsonschema.Draft202012Validator (schema)
jsonschema.Draft202012Validator.check_schema (schema)
for path in sys.argv[2:]:
    text = sys.stdin.read () if path == '-' else open (path, encoding='utf-8').read ()
    errors = list (validator.iter_errors (json.loads (without_comments (text))))
    for error in errors:
        print (path, error.json_path, error.message[:200])
    if errors:
        sys.exit (1)
END_OF_PROGRAM
validate () { python3 validate.py "$srcdir/schema/catalog.schema.json" "$@"; }

check 'the schema is one itself' validate
for catalog in "$srcdir"/examples/catalogs/*.json; do
  check "example ${catalog##*/}" validate "$catalog"
done
sed -n '/^\.\\" show/,/^\.\\" end/p' "$srcdir/man/billctl-catalog.5.in" | sed '/^\./d' >manual.json
check 'the catalog in the manual page' validate manual.json
check 'the coupons of the examples' validate "$srcdir/examples/coupons.json"
for script in "$srcdir"/tests/cli/plan-terms.t "$srcdir"/tests/cli/models.t "$srcdir"/tests/cli/bounds.t "$srcdir"/tests/cli/units.t; do
  sed -n "/<<'END_OF_CATALOG'/,/^END_OF_CATALOG/p" "$script" | sed '/END_OF_CATALOG/d' >tested.json
  [ -s tested.json ] || { not_ok "${script##*/} has a catalog"; continue; }
  python3 - tested.json <<'END_OF_PROGRAM' || exit 1
import json, sys
text, place, decoder = open (sys.argv[1]).read (), 0, json.JSONDecoder ()
count = 0
while text[place:].strip ():
    while text[place].isspace ():
        place += 1
    value, place = decoder.raw_decode (text, place)
    json.dump (value, open (f'part-{count}.json', 'w'))
    count += 1
END_OF_PROGRAM
  check "catalogs of ${script##*/}" validate part-*.json
  rm -f part-*.json
done

# What neither of them takes.
refused () { # NAME CATALOG
  printf '%s' "$2" >bad.json
  run validate bad.json
  schema_status=$tap_status
  run billctl plans lint bad.json
  if [ "$schema_status" = 1 ] && [ "$tap_status" = 2 ]; then ok "$1"; else not_ok "$1: schema $schema_status, billctl $tap_status"; fi
}
refused 'no such field' '{"plan":[]}'
refused 'no such field of a plan' '{"currency":"USD","plans":[{"code":"a","price":[]}]}'
refused 'no such model' '{"currency":"USD","metrics":[{"code":"m"}],"plans":[{"code":"a","custom":true,"charges":[{"metric":"m","model":"flatt"}]}]}'
refused 'an amount that is a number' '{"currency":"USD","plans":[{"code":"a","prices":[{"interval":"month","amount":99}]}]}'
refused 'a negative amount' '{"currency":"USD","plans":[{"code":"a","prices":[{"interval":"month","amount":"-1"}]}]}'
refused 'an interval of 0' '{"currency":"USD","plans":[{"code":"a","prices":[{"interval":{"unit":"day","count":0},"amount":"1"}]}]}'
refused 'a code with a space' '{"metrics":[{"code":"a b"}]}'
refused 'a rate of 101 %' '{"currency":"USD","plans":[{"code":"a","custom":true,"discount_percent":101}]}'
refused 'a coupon of 101 %' '{"coupons":[{"code":"a","percent":101,"duration":"once"}]}'
refused 'a coupon that takes off both' '{"currency":"USD","coupons":[{"code":"a","percent":5,"amount":"1.00","duration":"once"}]}'
refused 'a coupon for nothing' '{"coupons":[{"code":"a","percent":5,"duration":{"periods":0}}]}'
refused 'a field that another currency does not have' '{"currency":"USD","plans":[{"code":"a","custom":true,"currencies":{"EUR":{"trial_days":3}}}]}'

done_testing
