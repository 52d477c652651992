# SPDX-License-Identifier: GPL-3.0-or-later
# Sources of librender.a.
librender_a_SOURCES = src/render/document.c src/render/document.h src/render/renderer.h src/render/cell.c src/render/output.c \
  src/render/output.h src/render/utf8.h src/render/csv.c src/render/journal.c src/render/journal.h src/render/json.c src/render/table.c src/render/xlsx.c
