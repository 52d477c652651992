#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands for the unit tests where the library for them was not found.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
skip_all 'unit tests: configure did not find Check (Debian: check)'
