/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window that slides over a file. */
#include "base/input.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT_CHUNK = 256 * 1024 };

gboolean
input_open (const char *path, struct input **ret, GError **error)
{
  gboolean is_standard = strcmp (path, "-") == 0;
  int fd = is_standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  struct stat info = { 0 };
  if (fd < 0 || fstat (fd, &info) != 0) {
    int reason = errno;
    return error_set (error, reason == ENOENT ? ERROR_NOT_FOUND : ERROR_FAILED, "cannot open %s: %s", path, g_strerror (reason));
  }
  if (S_ISDIR (info.st_mode)) {
    if (!is_standard)
      close (fd);
    return error_set (error, ERROR_USAGE, "cannot read %s: it is a directory", path);
  }
  struct input *input = g_new0 (struct input, 1);
  input->name = g_strdup (is_standard ? "standard input" : path);
  input->fd = fd;
  input->size = S_ISREG (info.st_mode) ? info.st_size : 0;
  input->capacity = INPUT_CHUNK;
  input->buffer = g_malloc (input->capacity);
  input->bytes = input->buffer;
  *ret = input;
  return TRUE;
}

struct input *
input_new_memory (const char *name, const char *bytes, gsize length)
{
  struct input *input = g_new0 (struct input, 1);
  input->name = g_strdup (name);
  input->fd = -1;
  input->bytes = bytes;
  input->length = length;
  input->size = (gint64) length;
  input->ended = TRUE;
  return input;
}

void
input_free (struct input *input)
{
  if (input == NULL)
    return;
  if (input->fd > STDIN_FILENO)
    close (input->fd);
  g_free (input->buffer);
  g_free (input->name);
  g_free (input);
}

/* Brings the unread bytes to the front and makes room for a chunk behind them. */
static void
make_room (struct input *input)
{
  if (input->length > 0 && input->bytes != input->buffer)
    memmove (input->buffer, input->bytes, input->length);
  if (input->capacity - input->length < INPUT_CHUNK / 2) {
    input->capacity *= 2;
    input->buffer = g_realloc (input->buffer, input->capacity);
  }
  input->bytes = input->buffer;
}

gboolean
input_more (struct input *input, GError **error)
{
  if (input->ended)
    return TRUE;
  make_room (input);
  ssize_t count;
  do
    count = read (input->fd, input->buffer + input->length, input->capacity - input->length);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    return error_set (error, ERROR_FAILED, "cannot read %s: %s", input->name, g_strerror (errno));
  input->length += (gsize) count;
  input->ended = count == 0;
  return TRUE;
}

gboolean
input_line (struct input *input, gsize limit, const char **ret, gsize *ret_length, GError **error)
{
  gsize searched = 0;
  for (;;) {
    const char *end = input->length > searched ? memchr (input->bytes + searched, '\n', input->length - searched) : NULL;
    searched = input->length;
    if (end != NULL || input->ended) {
      gsize length = end != NULL ? (gsize) (end - input->bytes) : input->length;
      if (length > limit)
        return error_set (error, ERROR_USAGE, "%s: a line is longer than %" G_GSIZE_FORMAT " bytes", input->name, limit);
      *ret = end == NULL && length == 0 ? NULL : input->bytes;
      input_skip (input, length + (end != NULL ? 1 : 0));
      *ret_length = length > 0 && (*ret)[length - 1] == '\r' ? length - 1 : length;
      return TRUE;
    }
    if (input->length > limit)
      return error_set (error, ERROR_USAGE, "%s: a line is longer than %" G_GSIZE_FORMAT " bytes", input->name, limit);
    if (!input_more (input, error))
      return FALSE;
  }
}

gboolean
input_has_line (struct input *input, gboolean *ret, GError **error)
{
  gsize searched = 0;
  for (;;) {
    *ret = input->ended || (input->length > searched && memchr (input->bytes + searched, '\n', input->length - searched) != NULL);
    searched = input->length;
    struct pollfd wanted = { .fd = input->fd, .events = POLLIN };
    if (*ret || poll (&wanted, 1, 0) <= 0)
      return TRUE;
    if (!input_more (input, error))
      return FALSE;
  }
}

gboolean
input_skip_mark (struct input *input, GError **error)
{
  while (input->length < 3 && !input->ended)
    if (!input_more (input, error))
      return FALSE;
  if (input->length >= 3 && memcmp (input->bytes, "\xef\xbb\xbf", 3) == 0)
    input_skip (input, 3);
  return TRUE;
}
