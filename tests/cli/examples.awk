# SPDX-License-Identifier: GPL-3.0-or-later
# Finds what is to be executed in a manual page's source (style=page: between .\" run and .\" end) or in a plain text (style=text:
# indented by four blanks, from a line that begins with "$ " on). Block N goes to DIR/N.expected, without its indentation, and
# the name of the ledger that it wants to DIR/N.ledger. With replace=1 the file itself is printed, DIR/N.actual in the place of the blocks.
#
#   awk -v style=page -v dir=DIR [-v replace=1] -f examples.awk FILE

function begin(ledger) {
  number++
  in_block = 1
  if (!replace) {
    print ledger >(dir "/" number ".ledger")
    printf "" >(dir "/" number ".expected")
  }
}

function add(line) {
  if (!replace)
    print line >(dir "/" number ".expected")
}

function finish(indent,    line, name) {
  in_block = 0
  name = dir "/" number (replace ? ".actual" : ".expected")
  if (!replace) {
    close(name)
    close(dir "/" number ".ledger")
    return
  }
  while ((getline line <name) > 0)
    print line == "" ? "" : indent line
  close(name)
}

function pass(line) {
  if (replace)
    print line
}

style == "page" && !in_block {
  pass($0)
  if ($0 ~ /^\.\\" run/)
    begin(NF > 2 ? $3 : "")
  next
}

style == "page" {
  if ($0 ~ /^\.\\" end/) {
    finish("")
    pass($0)
  } else
    add($0)
  next
}

# An empty line inside belongs to the block only when more of it follows.
in_block && $0 == "" {
  empty++
  next
}

in_block && /^    / {
  for (; empty > 0; empty--)
    add("")
  add(substr($0, 5))
  next
}

in_block {
  finish("    ")
  for (; empty > 0; empty--)
    pass("")
}

/^    \$ / {
  begin("")
  add(substr($0, 5))
  next
}

{
  pass($0)
}

END {
  if (in_block)
    finish("    ")
}
