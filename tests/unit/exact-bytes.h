/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text without the NUL behind it, in a block of exactly its length: a parser that reads one byte too many is found by
 * AddressSanitizer, and by nothing else. */
#ifndef BILLCTL_TESTS_UNIT_EXACT_BYTES_H
#define BILLCTL_TESTS_UNIT_EXACT_BYTES_H

#include <stdlib.h>
#include <string.h>

struct exact_bytes {
  char *bytes;
  size_t length;
};

static inline struct exact_bytes
exact_bytes_new (const char *text)
{
  const size_t length = strlen (text);
  char *const block = malloc (length + 1); /* one byte before the text, so that even an empty one ends the block */

  if (block == NULL)
    abort ();
  memcpy (block + 1, text, length);
  return (struct exact_bytes){ block + 1, length };
}

static inline void
exact_bytes_free (struct exact_bytes copy)
{
  free (copy.bytes - 1);
}

#endif
