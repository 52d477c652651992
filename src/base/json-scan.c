/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scanner for flat JSON objects. */
#include "base/json-scan.h"

#include "base/text.h"

#include <string.h>

static gboolean
refuse (struct json_scan *scan, const char *problem)
{
  scan->problem = problem;
  return FALSE;
}

void
json_scan_begin (struct json_scan *scan, const char *text, gsize length, GString *scratch)
{
  gsize bad = 0;
  *scan = (struct json_scan){ .start = text, .at = text, .end = text + length, .scratch = scratch };
  if (!text_is_utf8 (text, (gssize) length, &bad)) {
    scan->at = text + bad;
    scan->problem = *scan->at == '\0' ? "a NUL byte" : "a byte that is not UTF-8";
  }
  /* Decoded text is never longer than its escapes, so the buffer stays where it is. */
  g_string_set_size (scratch, length);
  g_string_truncate (scratch, 0);
}

static void
skip_space (struct json_scan *scan)
{
  while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
    scan->at++;
}

char
json_scan_peek (struct json_scan *scan)
{
  skip_space (scan);
  return scan->at < scan->end ? *scan->at : '\0';
}

gboolean
json_scan_enter (struct json_scan *scan)
{
  if (scan->problem != NULL)
    return FALSE;
  if (json_scan_peek (scan) != '{')
    return refuse (scan, "expected an object, '{'");
  scan->at++;
  scan->fresh = TRUE;
  return TRUE;
}

/* Four hexadecimal digits. */
static gboolean
read_unit (struct json_scan *scan, guint *ret)
{
  guint unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = scan->at + i < scan->end ? g_ascii_xdigit_value (scan->at[i]) : -1;
    if (digit < 0)
      return refuse (scan, "expected four hexadecimal digits after '\\u'");
    unit = unit * 16 + (guint) digit;
  }
  scan->at += 4;
  *ret = unit;
  return TRUE;
}

/* What stands behind "\u". */
static gboolean
read_unicode (struct json_scan *scan)
{
  guint unit = 0, low = 0;
  if (!read_unit (scan, &unit))
    return FALSE;
  if (unit == 0)
    return refuse (scan, "a NUL character");
  if (unit >= 0xdc00 && unit < 0xe000)
    return refuse (scan, "half of a surrogate pair");
  if (unit >= 0xd800 && unit < 0xdc00) {
    if (scan->end - scan->at < 2 || scan->at[0] != '\\' || scan->at[1] != 'u')
      return refuse (scan, "half of a surrogate pair");
    scan->at += 2;
    if (!read_unit (scan, &low))
      return FALSE;
    if (low < 0xdc00 || low >= 0xe000)
      return refuse (scan, "half of a surrogate pair");
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  g_string_append_unichar (scan->scratch, unit);
  return TRUE;
}

static gboolean
read_escape (struct json_scan *scan)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  char letter = scan->at < scan->end ? *scan->at : '\0';
  const char *found = letter == '\0' ? NULL : strchr (from, letter);
  if (letter == 'u') {
    scan->at++;
    return read_unicode (scan);
  }
  if (found == NULL)
    return refuse (scan, "an unknown escape in a string");
  g_string_append_c (scan->scratch, to[found - from]);
  scan->at++;
  return TRUE;
}

/* The rest of a string from its first escape on; `start` is where it began. */
static gboolean
read_escaped (struct json_scan *scan, const char *start, struct json_text *ret)
{
  gsize offset = scan->scratch->len;
  g_string_append_len (scan->scratch, start, scan->at - start);
  while (scan->at < scan->end && *scan->at != '"') {
    if ((guchar) *scan->at < 0x20)
      return refuse (scan, "a control character in a string");
    if (*scan->at != '\\') {
      g_string_append_c (scan->scratch, *scan->at++);
      continue;
    }
    scan->at++;
    if (!read_escape (scan))
      return FALSE;
  }
  if (scan->at == scan->end)
    return refuse (scan, "the text ends inside a string");
  scan->at++;
  *ret = (struct json_text){ scan->scratch->str + offset, scan->scratch->len - offset };
  return TRUE;
}

/* At a '"'. */
static gboolean
read_string (struct json_scan *scan, struct json_text *ret)
{
  const char *start = ++scan->at, *at = start;
  while (at < scan->end && *at != '"' && *at != '\\' && (guchar) *at >= 0x20)
    at++;
  scan->at = at;
  if (at == scan->end)
    return refuse (scan, "the text ends inside a string");
  if (*at == '\\')
    return read_escaped (scan, start, ret);
  if (*at != '"')
    return refuse (scan, "a control character in a string");
  *ret = (struct json_text){ start, (gsize) (at - start) };
  scan->at++;
  return TRUE;
}

static gboolean
skip_digits (struct json_scan *scan)
{
  const char *start = scan->at;
  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > start || refuse (scan, "expected a digit");
}

static gboolean
read_number (struct json_scan *scan, struct json_text *ret)
{
  const char *start = scan->at;
  if (*scan->at == '-')
    scan->at++;
  const char *whole = scan->at;
  if (!skip_digits (scan))
    return FALSE;
  if (*whole == '0' && scan->at - whole > 1) {
    scan->at = whole;
    return refuse (scan, "a number with a leading zero");
  }
  if (scan->at < scan->end && *scan->at == '.') {
    scan->at++;
    if (!skip_digits (scan))
      return FALSE;
  }
  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E')) {
    scan->at++;
    if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
      scan->at++;
    if (!skip_digits (scan))
      return FALSE;
  }
  *ret = (struct json_text){ start, (gsize) (scan->at - start) };
  return TRUE;
}

static gboolean
take_word (struct json_scan *scan, const char *word)
{
  gsize length = strlen (word);
  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;
  return TRUE;
}

gboolean
json_scan_scalar (struct json_scan *scan, enum json_scalar *kind, struct json_text *value)
{
  char first = json_scan_peek (scan);
  const char *start = scan->at;
  if (first == '"') {
    *kind = JSON_SCALAR_STRING;
    return read_string (scan, value);
  }
  if (first == '-' || g_ascii_isdigit (first)) {
    *kind = JSON_SCALAR_NUMBER;
    return read_number (scan, value);
  }
  if (take_word (scan, "null")) {
    *kind = JSON_SCALAR_NULL;
    *value = (struct json_text){ NULL, 0 };
    return TRUE;
  }
  if (!take_word (scan, "true") && !take_word (scan, "false"))
    return refuse (scan, scan->at == scan->end ? "the text ends here" : "expected a string, a number, true, false or null");
  *kind = JSON_SCALAR_BOOLEAN;
  *value = (struct json_text){ start, (gsize) (scan->at - start) };
  return TRUE;
}

gboolean
json_scan_member (struct json_scan *scan, struct json_text *key)
{
  char first = json_scan_peek (scan);
  if (first == '}') {
    scan->at++;
    scan->fresh = FALSE;
    *key = (struct json_text){ NULL, 0 };
    return TRUE;
  }
  if (!scan->fresh) {
    if (first != ',')
      return refuse (scan, scan->at == scan->end ? "the text ends inside an object" : "expected ',' or '}'");
    scan->at++;
    first = json_scan_peek (scan);
  }
  if (first != '"')
    return refuse (scan, scan->at == scan->end ? "the text ends inside an object" : "expected a key in double quotes");
  if (!read_string (scan, key))
    return FALSE;
  if (json_scan_peek (scan) != ':')
    return refuse (scan, scan->at == scan->end ? "the text ends inside an object" : "expected ':'");
  scan->at++;
  scan->fresh = FALSE;
  return TRUE;
}

static gboolean skip_value (struct json_scan *scan, int depth);

static gboolean
skip_object (struct json_scan *scan, int depth)
{
  struct json_text key = { NULL, 0 };
  if (!json_scan_enter (scan))
    return FALSE;
  for (;;) {
    if (!json_scan_member (scan, &key))
      return FALSE;
    if (key.text == NULL)
      return TRUE;
    if (!skip_value (scan, depth + 1))
      return FALSE;
    scan->fresh = FALSE;
  }
}

static gboolean
skip_list (struct json_scan *scan, int depth)
{
  scan->at++;
  if (json_scan_peek (scan) == ']') {
    scan->at++;
    return TRUE;
  }
  for (;;) {
    if (!skip_value (scan, depth + 1))
      return FALSE;
    char next = json_scan_peek (scan);
    if (next != ',' && next != ']')
      return refuse (scan, scan->at == scan->end ? "the text ends inside a list" : "expected ',' or ']'");
    scan->at++;
    if (next == ']')
      return TRUE;
  }
}

static gboolean
skip_value (struct json_scan *scan, int depth)
{
  enum json_scalar kind;
  struct json_text value;
  gsize used = scan->scratch->len;
  if (depth > JSON_SCAN_DEPTH_MAX)
    return refuse (scan, "nested too deeply");
  switch (json_scan_peek (scan)) {
    case '{':
      return skip_object (scan, depth);
    case '[':
      return skip_list (scan, depth);
    default:
      if (!json_scan_scalar (scan, &kind, &value))
        return FALSE;
      g_string_truncate (scan->scratch, used);
      return TRUE;
  }
}

gboolean
json_scan_skip (struct json_scan *scan)
{
  if (!skip_value (scan, 1))
    return FALSE;
  scan->fresh = FALSE;
  return TRUE;
}

gboolean
json_scan_finish (struct json_scan *scan)
{
  skip_space (scan);
  return scan->at == scan->end || refuse (scan, "something stands behind the object");
}

gsize
json_scan_column (const struct json_scan *scan)
{
  return (gsize) (scan->at - scan->start) + 1;
}

void
json_append_text (GString *out, const char *text, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  g_string_append_c (out, '"');
  gsize done = 0;
  for (gsize i = 0; i < length; i++) {
    guchar byte = (guchar) text[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\')
      continue;
    g_string_append_len (out, text + done, (gssize) (i - done));
    done = i + 1;
    if (byte >= 0x20)
      g_string_append_c (g_string_append_c (out, '\\'), (char) byte);
    else {
      const char escape[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
      g_string_append_len (out, escape, sizeof escape);
    }
  }
  g_string_append_len (out, text + done, (gssize) (length - done));
  g_string_append_c (out, '"');
}
