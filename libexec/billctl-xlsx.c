/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl-xlsx FILE: writes the rows that come on standard input into a spreadsheet file.
 *
 * The lines that it reads and its answer are described in src/render/xlsx.c. It exits with status 1 and says why on
 * standard error when it cannot; then, and when its input ends or it is stopped before the end was announced, no
 * file is written. */
#include "xlsx-book.h"

#include "base/error.h"
#include "base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_SIZE = 256 * 1024 };

struct reader {
  char *bytes;
  gsize size;  /* of `bytes` */
  gsize start; /* of what was not given out yet */
  gsize end;
};

static gboolean
refill (struct reader *reader, GError **error)
{
  memmove (reader->bytes, reader->bytes + reader->start, reader->end - reader->start);
  reader->end -= reader->start;
  reader->start = 0;
  if (reader->end == reader->size)
    reader->bytes = g_realloc (reader->bytes, reader->size *= 2);
  ssize_t got;
  do
    got = read (STDIN_FILENO, reader->bytes + reader->end, reader->size - reader->end);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return error_set (error, ERROR_FAILED, "reading the rows: %s", g_strerror (errno));
  if (got == 0)
    return error_set (error, ERROR_FAILED, "the rows ended early");
  reader->end += (gsize) got;
  return TRUE;
}

/* The next line, NUL-terminated in place of its newline; good until the next call. */
static gboolean
read_line (struct reader *reader, char **ret_line, gsize *ret_length, GError **error)
{
  gsize searched = 0;
  char *newline = NULL;
  for (;;)
    {
      gsize length = reader->end - reader->start;
      newline = memchr (reader->bytes + reader->start + searched, '\n', length - searched);
      if (newline != NULL)
        break;
      searched = length;
      if (!refill (reader, error))
        return FALSE;
    }
  *newline = '\0';
  *ret_line = reader->bytes + reader->start;
  *ret_length = (gsize) (newline - *ret_line);
  reader->start += *ret_length + 1;
  return TRUE;
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

static void
unescape (char *text)
{
  char *to = strchr (text, '\\');
  if (to == NULL)
    return;
  for (const char *from = to; *from != '\0'; from++)
    {
      if (*from == '\\' && from[1] != '\0')
        {
          from++;
          *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from;
        }
      else
        *to++ = *from;
    }
  *to = '\0';
}

static gboolean
write_row (struct book *book, char *line, GError **error)
{
  if (!book_begin_row (book, error))
    return FALSE;
  for (char *cell = line; cell != NULL;)
    {
      char *tab = strchr (cell, '\t');
      if (tab != NULL)
        *tab = '\0';
      unescape (cell);
      if (!book_cell (book, cell, error))
        return FALSE;
      cell = tab == NULL ? NULL : tab + 1;
    }
  return TRUE;
}

static gboolean
begin_sheet (struct book *book, const struct json_node *line, GError **error)
{
  const struct json_node name_node = json_node_member (line, "sheet"), list = json_node_member (line, "columns");
  const char *name;
  gsize count = json_node_length (&list);
  g_autofree struct book_column *columns = g_new0 (struct book_column, count);
  if (!json_node_string (&name_node, &name, error))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    {
      const struct json_node column = json_node_element (&list, i);
      const struct json_node title = json_node_member (&column, "title"), kind = json_node_member (&column, "kind");
      if (!json_node_string (&title, &columns[i].title, error) || !json_node_string (&kind, &columns[i].kind, error))
        return FALSE;
    }
  return book_begin_sheet (book, name, columns, count, error);
}

static gboolean
check_end (const struct book *book, const struct json_node *line, GError **error)
{
  const struct json_node rows = json_node_member (line, "rows");
  gint64 announced;
  if (!json_node_int64 (&rows, &announced, error))
    return FALSE;
  if ((guint64) announced != book_row_count (book))
    return error_set (error, ERROR_FAILED, "%" G_GINT64_FORMAT " rows were announced and %" G_GUINT64_FORMAT " came",
                      announced, book_row_count (book));
  return TRUE;
}

/* A line in JSON: a sheet begins, or *ret_end is set. */
static gboolean
read_instruction (struct book *book, const char *text, gsize length, gboolean *ret_end, GError **error)
{
  g_autoptr (json_object) value = NULL;
  if (!json_parse_text (text, length, "instruction", JSON_PLAIN, &value, error))
    return FALSE;
  const struct json_node line = { .value = value };
  const struct json_node end = json_node_member (&line, "end");
  if (end.value == NULL)
    return begin_sheet (book, &line, error);
  *ret_end = TRUE;
  return check_end (book, &line, error);
}

static gboolean
read_rows (struct reader *reader, struct book *book, GError **error)
{
  gboolean end = FALSE;
  while (!end)
    {
      char *line;
      gsize length;
      if (!read_line (reader, &line, &length, error))
        return FALSE;
      if (!(line[0] == '{' ? read_instruction (book, line, length, &end, error) : write_row (book, line, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_start (struct reader *reader, gint64 *ret_as_of_us, GError **error)
{
  char *text;
  gsize length;
  g_autoptr (json_object) value = NULL;
  if (!read_line (reader, &text, &length, error)
      || !json_parse_text (text, length, "first line", JSON_PLAIN, &value, error))
    return FALSE;
  const struct json_node line = { .value = value };
  const struct json_node version = json_node_member (&line, "billctl-xlsx");
  const struct json_node as_of = json_node_member (&line, "as_of_us");
  gint64 number;
  if (!json_node_int64 (&version, &number, error) || !json_node_int64 (&as_of, ret_as_of_us, error))
    return FALSE;
  return number == 1 || error_set (error, ERROR_FAILED, "billctl and billctl-xlsx are of different versions");
}

/* --- program --------------------------------------------------------------------------------------------------- */

/* From here on the input is at its end, which makes everything be cleaned up in the usual way. */
static void
stop_reading (int signal_number)
{
  int why = errno;
  (void) signal_number;
  int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0)
    {
      dup2 (nothing, STDIN_FILENO);
      close (nothing);
    }
  errno = why;
}

static void
prepare_signals (void)
{
  static const int stopping[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_handler = stop_reading, .sa_flags = SA_RESTART };
  sigemptyset (&action.sa_mask);
  for (gsize i = 0; i < G_N_ELEMENTS (stopping); i++)
    sigaction (stopping[i], &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction (SIGPIPE, &action, NULL);
}

/* Whoever sent the rows keeps the pipe open until the answer is there; an input that has ended means that nobody
 * waits for the file any more. */
static gboolean
is_wanted (GError **error)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
  if (poll (&input, 1, 0) == 0)
    return TRUE;
  return error_set (error, ERROR_FAILED, "stopped");
}

static gboolean
write_file (const char *path, GError **error)
{
  struct reader reader = { .bytes = g_malloc (READ_SIZE), .size = READ_SIZE };
  g_autoptr (book_t) book = NULL;
  gint64 as_of_us;
  gboolean good = read_start (&reader, &as_of_us, error) && book_new (path, as_of_us, &book, error)
                  && read_rows (&reader, book, error) && book_finish (book, error) && is_wanted (error)
                  && book_publish (book, error);
  g_free (reader.bytes);
  if (!good)
    return FALSE;
  if (printf ("{\"ok\":true,\"rows\":%" G_GUINT64_FORMAT "}\n", book_row_count (book)) < 0 || fflush (stdout) != 0)
    return error_set (error, ERROR_FAILED, "answering: %s", g_strerror (errno));
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc != 2)
    {
      fputs ("usage: billctl-xlsx FILE < ROWS (run by billctl)\n", stderr);
      return ERROR_USAGE;
    }
  prepare_signals ();
  if (write_file (argv[1], &error))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return 1;
}
