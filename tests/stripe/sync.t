#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# billctl stripe sync against a server of our own: what it does and what it leaves alone.
set -eu
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
cd "$(dirname "$0")"
PYTHONDONTWRITEBYTECODE=1 exec python3 sync_test.py
