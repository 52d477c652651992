/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that a command writes: what is written goes to a temporary file beside it, which takes its name only when it is whole. What
 * is no regular file (a device, a pipe) is written to as it is: it has no half, and must not be replaced by a file. */
#ifndef BILLCTL_CMD_OUTPUT_FILE_H
#define BILLCTL_CMD_OUTPUT_FILE_H

#include <glib.h>
#include <stdio.h>

/* Zero before it is opened. */
struct output_file {
  char *path;      /* symbolic links followed, so that they stay */
  char *temporary; /* NULL: written in place */
  FILE *stream;    /* NULL: not open */
};
gboolean output_file_open (struct output_file *file, const char *path, GError **error);
/* Everything is written: the file takes its name. */
gboolean output_file_finish (struct output_file *file, GError **error);
/* Without output_file_finish() before it, nothing is left of it. */
void output_file_clear (struct output_file *file);
typedef struct output_file output_file_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (output_file_t, output_file_clear)

#endif
