# SPDX-License-Identifier: GPL-3.0-or-later
# `make bench`: ratios against other programs, told and never asserted. See the head of tests/bench/run for its variables.
EXTRA_DIST += tests/bench/run tests/bench/generate.py

bench: all
	builddir='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 python3 $(srcdir)/tests/bench/run
.PHONY: bench
