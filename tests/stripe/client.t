#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Stripe client and the HTTP helper together, against a server that fails on demand.
set -eu
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
cd "$(dirname "$0")"
PYTHONDONTWRITEBYTECODE=1 exec python3 client_test.py
