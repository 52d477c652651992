/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading flat JSON objects fast, a line at a time: a scanner that walks over the text and builds nothing.
 *
 * For streams of small records; whole documents are read with json.h. It refuses what json.h refuses (RFC 8259 to the letter,
 * UTF-8, no NUL, paired surrogates, nesting up to JSON_SCAN_DEPTH_MAX), but integers may be of any size: numbers are handed
 * out as the exact text that stands there. Repeated keys are the caller's to refuse.
 *
 *   json_scan_begin (&scan, text, length, scratch);
 *   if (!json_scan_enter (&scan)) … scan.problem …
 *   for (;;) {
 *     if (!json_scan_member (&scan, &key)) … scan.problem …
 *     if (key.text == NULL) break;
 *     if (!json_scan_scalar (&scan, &kind, &value)) …      // or json_scan_skip (&scan), or json_scan_enter (&scan) again
 *   }
 *   if (!json_scan_finish (&scan)) … */
#ifndef BILLCTL_BASE_JSON_SCAN_H
#define BILLCTL_BASE_JSON_SCAN_H

#include <glib.h>

enum { JSON_SCAN_DEPTH_MAX = 64 };

/* A slice of the scanned text, or of the scratch buffer when it had escapes. Not NUL-terminated. */
struct json_text {
  const char *text; /* NULL: there is none */
  gsize length;
};

enum json_scalar { JSON_SCALAR_STRING, JSON_SCALAR_NUMBER, JSON_SCALAR_BOOLEAN, JSON_SCALAR_NULL };

struct json_scan {
  const char *start;
  const char *at; /* where the problem is, when there is one */
  const char *end;
  const char *problem; /* "expected ':'"; static text */
  GString *scratch;
  gboolean fresh; /* no member of the current object was read yet */
};

/* Checks that the text is UTF-8, which json_scan_enter() reports. `scratch` receives the strings that have escapes; it is
 * emptied, and what it held before is no longer valid. */
void json_scan_begin (struct json_scan *scan, const char *text, gsize length, GString *scratch);

/* The '{' of an object. */
gboolean json_scan_enter (struct json_scan *scan);
/* The next key and its ':'; key->text is NULL at the object's '}'. */
gboolean json_scan_member (struct json_scan *scan, struct json_text *key);
/* A string, number, true, false or null; the text of null is NULL. ("expected …" when it is an object or a list.) */
gboolean json_scan_scalar (struct json_scan *scan, enum json_scalar *kind, struct json_text *value);
/* Any value. */
gboolean json_scan_skip (struct json_scan *scan);
/* What the next value begins with: '{', '[', '"', a digit …; '\0' at the end. */
char json_scan_peek (struct json_scan *scan);
/* After the value nothing but white space. */
gboolean json_scan_finish (struct json_scan *scan);

/* The place of the problem: bytes from 1. */
gsize json_scan_column (const struct json_scan *scan);

/* Appends the text as a JSON string in its quotes, the shortest way; `text` is UTF-8. */
void json_append_text (GString *out, const char *text, gsize length);

#endif
