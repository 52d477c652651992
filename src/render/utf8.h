/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8, byte by byte: what a JSON string or a spreadsheet may hold. */
#ifndef BILLCTL_RENDER_UTF8_H
#define BILLCTL_RENDER_UTF8_H

#include <glib.h>

#define UTF8_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
enum { UTF8_REPLACEMENT_LENGTH = 3 };

/* The length of the well-formed sequence (RFC 3629: no overlong form, no surrogate, at most U+10FFFF) that `bytes`
 * begins with: 1 … 4; 0 when it begins with none. `length` > 0. */
static inline gsize
utf8_sequence_length (const guchar *bytes, gsize length)
{
  guchar lead = bytes[0];
  if (lead < 0x80)
    return 1;
  gsize wanted = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (wanted == 0 || length < wanted)
    return 0;
  guchar lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  guchar highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (bytes[1] < lowest || bytes[1] > highest)
    return 0;
  for (gsize i = 2; i < wanted; i++)
    if ((bytes[i] & 0xC0) != 0x80)
      return 0;
  return wanted;
}

#endif
