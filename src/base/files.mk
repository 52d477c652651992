# SPDX-License-Identifier: GPL-3.0-or-later
# Sources of libbase.a. Append lines of your own: libbase_a_SOURCES += …
libbase_a_SOURCES = src/base/error.c src/base/error.h src/base/text.c src/base/text.h src/base/progress.h
libbase_a_SOURCES += src/base/process.c src/base/process.h
libbase_a_SOURCES += src/base/json.c src/base/json.h
libbase_a_SOURCES += src/base/input.c src/base/input.h src/base/csv.c src/base/csv.h src/base/json-scan.c src/base/json-scan.h
libbase_a_SOURCES += src/base/timezone.c src/base/timezone.h src/base/tzif.c src/base/tzif.h
libbase_a_SOURCES += src/base/new-file.c src/base/new-file.h
libbase_a_SOURCES += src/base/banned.h
