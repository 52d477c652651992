/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window that slides over a file: what the streaming readers (CSV, JSON lines) stand on.
 *
 * The unread bytes are input->bytes[0 … input->length). input_more() adds bytes behind them and may move them;
 * input_skip() drops bytes in front. Messages name the file by input->name. */
#ifndef BILLCTL_BASE_INPUT_H
#define BILLCTL_BASE_INPUT_H

#include <glib.h>

struct input {
  const char *bytes; /* the unread bytes */
  gsize length;
  gint64 position; /* offset of bytes[0] in the file */
  gint64 size;     /* of the whole file; 0: not known */
  gboolean ended;  /* nothing comes behind the unread bytes */
  char *name;      /* "usage.csv", "standard input" */
  /* Private: */
  int fd; /* -1: bytes in memory */
  char *buffer;
  gsize capacity;
};

/* Opens the file, "-" for standard input. ERROR_NOT_FOUND or ERROR_FAILED. */
gboolean input_open (const char *path, struct input **ret, GError **error);
/* Bytes that outlive the input; nothing is copied. */
struct input *input_new_memory (const char *name, const char *bytes, gsize length);
void input_free (struct input *input); /* NULL is fine */
typedef struct input input_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (input_t, input_free)

/* Reads some more; sets `ended` when there is no more. ERROR_FAILED when reading fails. */
gboolean input_more (struct input *input, GError **error);

static inline void
input_skip (struct input *input, gsize count)
{
  input->bytes += count;
  input->length -= count;
  input->position += (gint64) count;
}

/* The next line without its end (LF or CRLF), skipped over; the text stays valid until the next call. *ret is NULL at the
 * end. A line over `limit` bytes is ERROR_USAGE, and nothing can be read behind it. */
gboolean input_line (struct input *input, gsize limit, const char **ret, gsize *ret_length, GError **error);

/* Whether input_line() would answer without waiting. Reads what is there to find out. */
gboolean input_has_line (struct input *input, gboolean *ret, GError **error);

/* Skips a UTF-8 byte order mark in front of the unread bytes. */
gboolean input_skip_mark (struct input *input, GError **error);

#endif
