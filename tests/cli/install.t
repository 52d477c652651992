#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `make install DESTDIR=…`: what is installed, and that the installed program looks for its helpers where they are.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need make find
only_on_sqlite "what is installed is no matter of the ledger"

root=$tap_dir/root
make_in_build () {
  env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$builddir" -s DESTDIR="$root" "$@"
}
# directory NAME: the value of a make variable of the build, such as bindir
directory () {
  printf 'tap-print:\n\t@echo $(%s)\n' "$1" >"$tap_dir/print.mk"
  env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$builddir" -s -f Makefile -f "$tap_dir/print.mk" tap-print
}

check "make install" make_in_build install
bin=$(directory bindir) helpers=$(directory pkglibexecdir) manual=$(directory mandir)
check "the program" test -x "$root$bin/billctl"
check "the HTTP helper" test -x "$root$helpers/billctl-http"
postgresql=
[ ! -x "$builddir/libexec/billctl-postgresql" ] || postgresql=$helpers/billctl-postgresql
[ -z "$postgresql" ] || check "the program for PostgreSQL" test -x "$root$postgresql"
check "the spreadsheet helper" test -x "$root$helpers/billctl-xlsx"
check_equal "nothing else is a program" "$bin/billctl
$helpers/billctl-http${postgresql:+
$postgresql}
$helpers/billctl-xlsx" "$(cd "$root" && find . -type f -perm -u+x | sed 's/^\.//' | sort)"
check "bash completion" test -f "$root$(directory bashcompletiondir)/billctl"
check "zsh completion" test -f "$root$(directory zshcompletiondir)/_billctl"
check "fish completion" test -f "$root$(directory fishcompletiondir)/billctl.fish"
check "the manual" test -f "$root$manual/man1/billctl.1"
if command -v man >/dev/null 2>&1; then
  check_match "man finds it" 'billctl' env MANPATH="$root$manual" MANWIDTH=80 man -P cat billctl
else
  skip "man finds it" "man is not installed"
fi

installed () {
  env -u BILLCTL_EXEC_PATH "$root$bin/billctl" "$@"
}
check_match "the installed program runs" "^billctl [0-9]" installed version
check "it makes a ledger" installed -q init
# Without the folder being there, its message says where it looks: exactly where the helpers go.
if [ -e "$helpers/billctl-xlsx" ]; then
  skip "the installed program looks for its helpers in $helpers" "another billctl is installed there"
else
  check_status 1 "a helper that is not there" installed export customers --format xlsx -o out.xlsx
  check_said "the installed program looks for its helpers in $helpers" "$helpers"
fi
check "it uses helpers of the other place when told" env BILLCTL_EXEC_PATH="$root$helpers" "$root$bin/billctl" export customers -o out.xlsx
check_equal "and makes a spreadsheet" PK "$(head -c 2 out.xlsx)"

check "make uninstall" make_in_build uninstall
check_equal "leaves no file" "" "$(find "$root" -type f)"
done_testing
