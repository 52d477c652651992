/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The output buffer. */
#include "render/output.h"

#include <errno.h>
#include <stdio.h>

void
output_init (struct output *output, output_sink sink, void *target)
{
  *output = (struct output){ .sink = sink, .target = target, .bytes = g_malloc (OUTPUT_SIZE) };
}

void
output_clear (struct output *output)
{
  g_clear_pointer (&output->bytes, g_free);
  output->used = 0;
}

void
output_flush (struct output *output)
{
  if (output->used > 0 && output->error_number == 0)
    output->error_number = output->sink (output->target, output->bytes, output->used);
  output->used = 0;
}

void
output_put_long (struct output *output, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gsize part = MIN (length, OUTPUT_SIZE);
      memcpy (output_room (output, part), bytes, part);
      output->used += part;
      bytes += part;
      length -= part;
    }
}

void
output_spaces (struct output *output, gsize count)
{
  while (count > 0)
    {
      gsize part = MIN (count, OUTPUT_SIZE);
      memset (output_room (output, part), ' ', part);
      output->used += part;
      count -= part;
    }
}

int
output_to_file (void *file, const char *bytes, gsize length)
{
  errno = 0;
  if (fwrite (bytes, 1, length, file) == length)
    return 0;
  return errno != 0 ? errno : EIO;
}
