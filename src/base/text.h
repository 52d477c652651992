/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as people and terminals meet it: UTF-8, display width, harmless output, codes, near misses.
 *
 * A length of -1 means NUL-terminated. Nothing here looks at the locale: billctl reads and writes UTF-8 everywhere, and
 * widths come from the Unicode tables in GLib. */
#ifndef BILLCTL_BASE_TEXT_H
#define BILLCTL_BASE_TEXT_H

#include <glib.h>

/* Terminal columns that the text fills: 2 for wide East Asian characters and emoji, 0 for combining ones, 1 for each
 * byte that is not UTF-8. Meant for sanitised text; a control character counts 0. */
gsize text_display_width (const char *text, gssize length);

/* A copy that a terminal shows and does not obey: control characters (newline, tab, escape and DEL too) and bytes
 * that are not UTF-8 become \xNN; C1 controls, line and paragraph separators, the byte order mark and bidirectional
 * embeddings, overrides and isolates become \u{NNNN}. Newly allocated. */
char *text_sanitize (const char *text, gssize length);

/* Whether the text is shown as it is: text_sanitize() would change nothing. */
gboolean text_is_plain (const char *text, gssize length);

/* TRUE for valid UTF-8 without a NUL in it; else *ret_bad_offset (may be NULL) is the offset of the first bad byte. */
gboolean text_is_utf8 (const char *text, gssize length, gsize *ret_bad_offset);

/* "Box Usage: t3.micro" -> "box_usage_t3_micro": lower case ASCII letters and digits are kept, every run of anything
 * else becomes one '_', none at either end. May come out empty. Newly allocated. */
char *text_to_code (const char *text);

/* "1 event", "2 events". `noun` has a regular plural. Newly allocated. */
char *text_counted (gint64 count, const char *noun);

/* A code of a customer, plan, metric …: [A-Za-z0-9][A-Za-z0-9_.:-]{0,127} */
gboolean text_is_code (const char *text);

/* How many characters to insert, delete, replace or swap with a neighbour to get from one to the other; bytes, case
 * counts. */
gsize text_edit_distance (const char *from, const char *to);

/* The candidate nearest to `word` that is near enough to be meant: one change for every three characters of the word,
 * and one at least; or the only candidate that begins with `word`. NULL when none is. Borrowed from `candidates`
 * (NULL-terminated). */
const char *text_nearest (const char *word, const char *const *candidates);

#endif
