/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over files: PROGRAM FILE-OR-FOLDER… Each file whole, each file cut after every byte (up to 4 KiB), and each
 * file with single bytes changed: a little of what the fuzzer does, the same on every run. */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

enum { CUTS_MAX = 4096 };

/* The target gets bytes of its own, so that a read beyond their end is seen by a sanitizer. */
static void
try_bytes (const char *bytes, size_t length)
{
  uint8_t *copy = malloc (length + (length == 0));
  HOLDS (copy != NULL);
  if (length != 0)
    memcpy (copy, bytes, length);
  LLVMFuzzerTestOneInput (copy, length);
  free (copy);
}

static void
try_variants (char *bytes, size_t length)
{
  static const char replacements[] = { '\0', '"', '\n', (char) 0xff, '9', '{' };
  size_t limit = length < CUTS_MAX ? length : CUTS_MAX;
  for (size_t cut = 0; cut <= limit; cut++)
    try_bytes (bytes, cut);
  for (size_t i = 0; i < limit; i++) {
    char old = bytes[i];
    bytes[i] = replacements[i % sizeof replacements];
    try_bytes (bytes, length);
    bytes[i] = old;
  }
}

static unsigned
run_file (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;
  if (!g_file_get_contents (path, &bytes, &length, &error)) {
    fprintf (stderr, "%s\n", error->message);
    exit (1);
  }
  fprintf (stderr, "%s\n", path);
  try_bytes (bytes, length);
  try_variants (bytes, length);
  return 1;
}

static unsigned
run_place (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    return run_file (path);
  unsigned count = 0;
  for (const char *name; (name = g_dir_read_name (folder)) != NULL;) {
    g_autofree char *inside = g_build_filename (path, name, NULL);
    count += run_file (inside);
  }
  return count;
}

int
main (int argc, char **argv)
{
  unsigned count = 0;
  for (int i = 1; i < argc; i++)
    count += run_place (argv[i]);
  printf ("%u files\n", count);
  return count == 0;
}
