# SPDX-License-Identifier: GPL-3.0-or-later
# `make bench`: ratios against other programs, told and never asserted. See the head of tests/bench/run for its variables.
EXTRA_DIST += tests/bench/run tests/bench/generate.py

EXTRA_PROGRAMS = tests/bench/rate
tests_bench_rate_SOURCES = tests/bench/rate.c
tests_bench_rate_LDADD = libcore.a
CLEANFILES += tests/bench/rate$(EXEEXT)

bench: all tests/bench/rate$(EXEEXT)
	builddir='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 python3 $(srcdir)/tests/bench/run
.PHONY: bench
