/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes on their way out: one buffer of 64 KiB in front of a file or a helper program, with a sticky error.
 *
 * The row path of CSV, NDJSON and XLSX writes here without allocating. After the first write error everything is
 * dropped and `error_number` stays; the document asks for it after each row and at the end. */
#ifndef BILLCTL_RENDER_OUTPUT_H
#define BILLCTL_RENDER_OUTPUT_H

#include <glib.h>
#include <string.h>

enum { OUTPUT_SIZE = 64 * 1024 };

/* Takes all of `length` bytes and returns 0, or returns an errno. */
typedef int (*output_sink) (void *target, const char *bytes, gsize length);

struct output {
  output_sink sink;
  void *target;
  char *bytes; /* OUTPUT_SIZE */
  gsize used;
  int error_number; /* 0: all is well */
};

void output_init (struct output *output, output_sink sink, void *target);
void output_clear (struct output *output); /* drops what was not flushed */
void output_flush (struct output *output);
void output_put_long (struct output *output, const char *bytes, gsize length);
void output_spaces (struct output *output, gsize count);

/* A sink whose target is a FILE. */
int output_to_file (void *file, const char *bytes, gsize length);

/* Room for `length` <= OUTPUT_SIZE bytes; say with output_filled() how many were written there. */
static inline char *
output_room (struct output *output, gsize length)
{
  if (OUTPUT_SIZE - output->used < length)
    output_flush (output);
  return output->bytes + output->used;
}

static inline void
output_filled (struct output *output, gsize length)
{
  output->used += length;
}

static inline void
output_put (struct output *output, const char *bytes, gsize length)
{
  if (length > OUTPUT_SIZE)
    {
      output_put_long (output, bytes, length);
      return;
    }
  memcpy (output_room (output, length), bytes, length);
  output->used += length;
}

static inline void
output_text (struct output *output, const char *text)
{
  output_put (output, text, strlen (text));
}

static inline void
output_byte (struct output *output, char byte)
{
  *output_room (output, 1) = byte;
  output->used++;
}

#endif
