#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The helper program that writes spreadsheets, looked at from inside the files that it writes.
set -eu
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
cd "$(dirname "$0")"
PYTHONDONTWRITEBYTECODE=1 exec python3 xlsx_test.py
