/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of a ledger on its way through a pipe. */
#include "store/copy-stream.h"

#include "base/error.h"
#include "base/process.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_BYTES = 5 };

static gboolean
write_all (int fd, const guint8 *bytes, gsize length, GError **error)
{
  while (length > 0) {
    ssize_t written = write (fd, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return error_set (error, ERROR_FAILED, "cannot hand on the ledger: %s", g_strerror (errno));
    bytes += written;
    length -= (gsize) written;
  }
  return TRUE;
}

gboolean
copy_frame_send (int fd, enum copy_frame type, const void *bytes, gsize length, GError **error)
{
  guint8 start[HEAD_BYTES] = { (guint8) type };
  guint32 ordered = GUINT32_TO_BE ((guint32) length);
  memcpy (start + 1, &ordered, sizeof ordered);
  return write_all (fd, start, sizeof start, error) && write_all (fd, bytes, length, error);
}

static gboolean
fail_ended (struct process *process, GError **error)
{
  return process_finish_ours (process, error) && error_set (error, ERROR_FAILED, "the program that reads the ledger ended before its end");
}

gboolean
copy_frame_take (struct process *process, enum copy_frame *ret, const guint8 **ret_bytes, gsize *ret_length, GError **error)
{
  const char *start = NULL, *bytes = NULL;
  guint32 length = 0;
  if (!process_read (process, HEAD_BYTES, &start))
    return fail_ended (process, error);
  *ret = (enum copy_frame) start[0];
  memcpy (&length, start + 1, sizeof length);
  length = GUINT32_FROM_BE (length);
  if (length > COPY_FRAME_MAX)
    return error_set (error, ERROR_FAILED, "the program that reads the ledger says what is no ledger");
  if (!process_read (process, length, &bytes))
    return fail_ended (process, error);
  *ret_bytes = (const guint8 *) bytes;
  *ret_length = length;
  return TRUE;
}
