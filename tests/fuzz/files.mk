# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz targets: fuzz-NAME.c with seeds in corpus/NAME/. `make check` replays the seeds and variants of them through driver.c;
# `make fuzz` lets libFuzzer work on each target for FUZZ_SECONDS. Another target is its file, a line in FUZZ_TARGETS, its two
# lines of sources and libraries below, and some seeds.
FUZZ_TARGETS = catalog csv date decimal event json map
FUZZ_SECONDS = 10

fuzz_frame = tests/fuzz/driver.c tests/fuzz/fuzz.h
fuzz_ldadd = libservice.a libstore.a librender.a libbase.a libcore.a $(SQLITE_LIBS) $(JSON_LIBS) $(GLIB_LIBS)

tests_fuzz_replay_catalog_SOURCES = tests/fuzz/fuzz-catalog.c $(fuzz_frame)
tests_fuzz_replay_catalog_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_csv_SOURCES = tests/fuzz/fuzz-csv.c $(fuzz_frame)
tests_fuzz_replay_csv_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_date_SOURCES = tests/fuzz/fuzz-date.c $(fuzz_frame)
tests_fuzz_replay_date_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_decimal_SOURCES = tests/fuzz/fuzz-decimal.c $(fuzz_frame)
tests_fuzz_replay_decimal_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_json_SOURCES = tests/fuzz/fuzz-json.c $(fuzz_frame)
tests_fuzz_replay_json_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_event_SOURCES = tests/fuzz/fuzz-event.c $(fuzz_frame)
tests_fuzz_replay_event_LDADD = $(fuzz_ldadd)
tests_fuzz_replay_map_SOURCES = tests/fuzz/fuzz-map.c $(fuzz_frame)
tests_fuzz_replay_map_LDADD = $(fuzz_ldadd)
check_PROGRAMS += tests/fuzz/replay-catalog tests/fuzz/replay-csv tests/fuzz/replay-date tests/fuzz/replay-decimal tests/fuzz/replay-event \
  tests/fuzz/replay-json tests/fuzz/replay-map

FUZZ_TESTS = tests/fuzz/corpus.t
EXTRA_DIST += tests/fuzz/corpus.t tests/fuzz/run tests/fuzz/corpus

fuzz: $(BUILT_SOURCES)
	srcdir='$(abs_top_srcdir)' builddir='$(abs_top_builddir)' FUZZ_TARGETS='$(FUZZ_TARGETS)' FUZZ_SECONDS='$(FUZZ_SECONDS)' \
	  CPPFLAGS='-I$(abs_top_builddir) $(GLIB_CFLAGS) $(JSON_CFLAGS) $(SQLITE_CFLAGS) -DLIBEXEC_PATH="\"\""' \
	  LIBS='$(SQLITE_LIBS) $(JSON_LIBS) $(GLIB_LIBS)' $(SHELL) $(srcdir)/tests/fuzz/run
.PHONY: fuzz
