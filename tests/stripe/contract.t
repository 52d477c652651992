#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every kind of request that billctl stripe sync sends, checked against the API description where there is one.
set -eu
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
cd "$(dirname "$0")"
PYTHONDONTWRITEBYTECODE=1 exec python3 contract_test.py
