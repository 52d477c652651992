/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as people and terminals meet it. */
#include "base/text.h"

#include <string.h>

enum { CODE_LENGTH_MAX = 128 };

static gsize
length_of (const char *text, gssize length)
{
  return length < 0 ? strlen (text) : (gsize) length;
}

/* Reads one character; FALSE (and one byte consumed) where there is no valid one. */
static gboolean
next_character (const char **at, const char *end, gunichar *ret)
{
  gunichar character = g_utf8_get_char_validated (*at, end - *at);
  /* GLib answers -2 ("cut short") for a NUL as well. */
  if (**at == '\0')
    character = 0;
  if (character == (gunichar) -1 || character == (gunichar) -2) {
    *at += 1;
    return FALSE;
  }
  *at = g_utf8_next_char (*at);
  *ret = character;
  return TRUE;
}

static gboolean
is_control (gunichar character)
{
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

gsize
text_display_width (const char *text, gssize length)
{
  const char *at = text;
  const char *end = text + length_of (text, length);
  gsize width = 0;
  while (at < end) {
    gunichar character = 0;
    if (!next_character (&at, end, &character))
      width += 1;
    else if (is_control (character) || g_unichar_iszerowidth (character))
      width += 0;
    else
      width += g_unichar_iswide (character) ? 2 : 1;
  }
  return width;
}

/* Characters beyond ASCII that move the cursor, end the line or reorder what stands around them (the list of
 * CVE-2021-42574). */
static gboolean
is_treacherous (gunichar character)
{
  return is_control (character) || character == 0x2028 || character == 0x2029 || character == 0xfeff
         || (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

char *
text_sanitize (const char *text, gssize length)
{
  const char *at = text;
  const char *end = text + length_of (text, length);
  GString *safe = g_string_sized_new ((gsize) (end - at) + 1);
  while (at < end) {
    const char *start = at;
    gunichar character = 0;
    if (!next_character (&at, end, &character) || (character < 0x80 && is_control (character)))
      g_string_append_printf (safe, "\\x%02x", (guint) (guchar) *start);
    else if (is_treacherous (character))
      g_string_append_printf (safe, "\\u{%x}", (guint) character);
    else
      g_string_append_len (safe, start, at - start);
  }
  return g_string_free (safe, FALSE);
}

gboolean
text_is_plain (const char *text, gssize length)
{
  const char *at = text;
  const char *end = text + length_of (text, length);
  while (at < end) {
    gunichar character = 0;
    if (!next_character (&at, end, &character) || is_treacherous (character))
      return FALSE;
  }
  return TRUE;
}

/* Whether all bytes are ASCII and none is NUL, eight at a time: nearly all text that is read in bulk is. */
static gboolean
is_plain_ascii (const char *text, gsize length)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101), highs = G_GUINT64_CONSTANT (0x8080808080808080);
  guint64 bad = 0, word = 0;
  gsize i = 0;
  for (; i + 8 <= length; i += 8) {
    memcpy (&word, text + i, 8);
    bad |= (word | (word - ones)) & highs;
  }
  for (; i < length; i++)
    bad |= (signed char) text[i] <= 0;
  return bad == 0;
}

gboolean
text_is_utf8 (const char *text, gssize length, gsize *ret_bad_offset)
{
  const char *end = NULL;
  if ((length >= 0 && is_plain_ascii (text, (gsize) length)) || g_utf8_validate (text, length, &end))
    return TRUE;
  if (ret_bad_offset != NULL)
    *ret_bad_offset = (gsize) (end - text);
  return FALSE;
}

char *
text_to_code (const char *text)
{
  GString *code = g_string_sized_new (strlen (text) + 1);
  gboolean pending = FALSE;
  for (const char *at = text; *at != '\0'; at++) {
    if (!g_ascii_isalnum (*at)) {
      pending = TRUE;
      continue;
    }
    if (pending && code->len > 0)
      g_string_append_c (code, '_');
    pending = FALSE;
    g_string_append_c (code, g_ascii_tolower (*at));
  }
  return g_string_free (code, FALSE);
}

char *
text_counted (gint64 count, const char *noun)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s%s", count, noun, count == 1 ? "" : "s");
}

gboolean
text_is_code (const char *text)
{
  if (!g_ascii_isalnum (text[0]))
    return FALSE;
  gsize length = 1;
  while (text[length] != '\0' && (g_ascii_isalnum (text[length]) || strchr ("_.:-", text[length]) != NULL))
    length++;
  return text[length] == '\0' && length <= CODE_LENGTH_MAX;
}

gsize
text_edit_distance (const char *from, const char *to)
{
  gsize columns = strlen (to) + 1;
  g_autofree gsize *cells = g_new (gsize, 3 * columns);
  gsize *before_last = cells;
  gsize *last = cells + columns;
  gsize *row = cells + 2 * columns;
  for (gsize j = 0; j < columns; j++)
    last[j] = j;
  for (gsize i = 1; from[i - 1] != '\0'; i++) {
    row[0] = i;
    for (gsize j = 1; j < columns; j++) {
      row[j] = last[j - 1] + (from[i - 1] != to[j - 1] ? 1 : 0);
      row[j] = MIN (row[j], MIN (last[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        row[j] = MIN (row[j], before_last[j - 2] + 1);
    }
    gsize *free_row = before_last;
    before_last = last;
    last = row;
    row = free_row;
  }
  return last[columns - 1];
}

const char *
text_nearest (const char *word, const char *const *candidates)
{
  gsize limit = MAX (strlen (word) / 3, 1);
  const char *nearest = NULL;
  gsize nearest_distance = G_MAXSIZE;
  const char *longer = NULL;
  gsize longer_count = 0;
  for (; *candidates != NULL; candidates++) {
    gsize distance = text_edit_distance (word, *candidates);
    /* Replacing every character is no likeness. */
    if (distance <= limit && distance < MAX (strlen (word), strlen (*candidates)) && distance < nearest_distance) {
      nearest = *candidates;
      nearest_distance = distance;
    }
    if (word[0] != '\0' && g_str_has_prefix (*candidates, word)) {
      longer = *candidates;
      longer_count++;
    }
  }
  return nearest == NULL && longer_count == 1 ? longer : nearest;
}
