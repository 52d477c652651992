# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a manual page: awk -v page=billctl-verify -v version=0.1.0 -f page.awk NEWS PARTS PAGE.in
#
# PARTS is what `billctl introspect --manual` writes; NEWS names the day of the version. In a page's source
#   @HEAD@                              is title, name and synopsis
#   @DESCRIPTION@ @OPERANDS@ @OPTIONS@  are the parts of the command, each on a line of its own
#   @COMMANDS@ @GLOBALS@ @STATUSES@     are the parts of billctl(1)
#   @DATE@ @VERSION@                    stand anywhere
# Between the lines .\" run [LEDGER] or .\" show and .\" end stands what a terminal shows, without any roff in it; what is
# marked with run is executed and compared by tests/cli/manual.t. The words between .\" keys and .\" end,
# a list of keys, are compared too.

function fail(what) {
  printf "%s:%d: %s\n", FILENAME, FNR, what >"/dev/stderr"
  failed = 1
  exit 1
}

function part(name,    key) {
  key = page " " name
  if (!(key in parts))
    fail("the program has no part " name " for " page)
  return parts[key]
}

# Text that the formatter leaves as it is.
function literal(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  gsub(/'/, "\\(aq", text)
  gsub(/`/, "\\(ga", text)
  gsub(/\^/, "\\(ha", text)
  gsub(/~/, "\\(ti", text)
  return text ~ /^\./ ? "\\&" text : text
}

function head(    summary) {
  summary = part("SUMMARY")
  sub(/\n$/, "", summary)
  printf ".TH \"%s\" 1 \"%s\" \"billctl %s\" \"billctl manual\"\n%s\n", toupper(page), date, version, layout
  printf ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n%s", page, summary, part("SYNOPSIS")
}

# Words are not split, lines are not stretched: options and names of commands stay what they are.
BEGIN {
  layout = ".nr HY 0\n.nh\n.ad l"
}

FNR == 1 {
  file++
}

file == 1 {
  if (date == "" && match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/))
    date = substr($0, RSTART, RLENGTH)
  next
}

file == 2 && /^\.\\" part / {
  key = $3 " " $4
  parts[key] = ""
  next
}

file == 2 {
  parts[key] = parts[key] $0 "\n"
  next
}

/^\.\\" (run|show)/ {
  if (in_terminal)
    fail("a block stands inside another")
  in_terminal = 1
  print (after_heading ? ".EX" : ".PP\n.EX")
  next
}

# What the test of billctl-json(5) compares with the program.
/^\.\\" keys/ {
  in_keys = 1
  keys = ""
  next
}

/^\.\\" end/ && in_keys {
  in_keys = 0
  print keys "."
  next
}

in_keys {
  gsub(/ /, ", ")
  keys = keys (keys == "" ? "" : ",\n") $0
  next
}

/^\.\\" end/ {
  if (!in_terminal)
    fail("no block ends here")
  in_terminal = 0
  print ".EE"
  next
}

in_terminal {
  gsub(/@VERSION@/, version)
  print literal($0)
  next
}

/^@HEAD@$/ {
  head()
  next
}

/^@[A-Z]+@$/ {
  text = part(substr($0, 2, length($0) - 2))
  if (text != "")
    after_heading = 0
  printf "%s", text
  next
}

# A command without a description in its table begins with the prose.
/^\.PP$/ && after_heading {
  next
}

{
  gsub(/@DATE@/, date)
  gsub(/@VERSION@/, version)
  if ($0 ~ /@[A-Z]+@/)
    fail("it is not known what stands for this")
  after_heading = $0 ~ /^\.S[HS] /
  print
  if ($0 ~ /^\.TH /)
    print layout
}

END {
  if (!failed && in_terminal)
    fail("a block has no end")
}
