/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of an import that are not right. */
#include "base/error.h"
#include "service/usage-import-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

struct problem {
  gint64 line;
  GError *error;
};

struct import_problems {
  GArray *first; /* struct problem, by line, at most USAGE_PROBLEMS_MAX */
  gint64 count;
  char *name;
  char *path;
  char *header;
  FILE *file;
};

static void
problem_clear (gpointer data)
{
  g_clear_error (&((struct problem *) data)->error);
}

struct import_problems *
import_problems_new (const char *name, const char *rejects, const char *header)
{
  struct import_problems *problems = g_new0 (struct import_problems, 1);
  problems->first = g_array_new (FALSE, FALSE, sizeof (struct problem));
  g_array_set_clear_func (problems->first, problem_clear);
  problems->name = g_strdup (name);
  problems->path = g_strdup (rejects);
  problems->header = g_strdup (header);
  return problems;
}

void
import_problems_free (struct import_problems *problems)
{
  if (problems == NULL)
    return;
  g_array_unref (problems->first);
  if (problems->file != NULL) {
    fclose (problems->file);
    g_unlink (problems->path);
  }
  g_free (problems->name);
  g_free (problems->path);
  g_free (problems->header);
  g_free (problems);
}

static void
remember (struct import_problems *problems, gint64 line, GError *problem)
{
  struct problem fresh = { line, problem };
  guint at = problems->first->len;
  while (at > 0 && g_array_index (problems->first, struct problem, at - 1).line > line)
    at--;
  g_array_insert_val (problems->first, at, fresh);
  if (problems->first->len > USAGE_PROBLEMS_MAX)
    g_array_set_size (problems->first, USAGE_PROBLEMS_MAX);
}

static gboolean
fail_file (const struct import_problems *problems, GError **error)
{
  return error_set (error, ERROR_FAILED, "cannot write %s: %s", problems->path, g_strerror (errno));
}

static void
write_quoted (FILE *file, const char *text, gsize length)
{
  putc ('"', file);
  for (gsize i = 0; i < length; i++) {
    if (text[i] == '"')
      putc ('"', file);
    putc (text[i], file);
  }
  putc ('"', file);
}

/* The message without its place, which the row's own columns say. */
static const char *
reason_of (const struct import_problems *problems, const struct import_row *row, const char *message)
{
  g_autofree char *place = g_strdup_printf ("%s: line %" G_GINT64_FORMAT ": ", problems->name, row->line);
  return g_str_has_prefix (message, place) ? message + strlen (place) : message;
}

/* line, reason, and the row: its own columns where it has them, else as one cell. */
static gboolean
write_reject (struct import_problems *problems, const struct import_row *row, const GError *problem, GError **error)
{
  if (problems->file == NULL) {
    problems->file = fopen (problems->path, "wxe");
    if (problems->file == NULL && errno == EEXIST) {
      error_set (error, ERROR_REFUSED, "there is already a file %s", problems->path);
      return error_add_hint (error, "move it away, or name another one with --rejects FILE");
    }
    if (problems->file == NULL)
      return fail_file (problems, error);
    fprintf (problems->file, "line,reason,%s\n", problems->header == NULL ? "row" : problems->header);
  }
  g_autofree char *message = error_message_text (problem);
  const char *reason = reason_of (problems, row, message);
  fprintf (problems->file, "%" G_GINT64_FORMAT ",", row->line);
  write_quoted (problems->file, reason, strlen (reason));
  putc (',', problems->file);
  if (row->is_record)
    fwrite (row->raw, 1, row->raw_length, problems->file);
  else
    write_quoted (problems->file, row->raw, row->raw_length);
  putc ('\n', problems->file);
  return !ferror (problems->file) || fail_file (problems, error);
}

gboolean
import_problems_add (struct import_problems *problems, const struct import_row *row, GError *problem, GError **error)
{
  problems->count++;
  gboolean ok = problems->path == NULL || write_reject (problems, row, problem, error);
  remember (problems, row->line, problem);
  return ok;
}

gint64
import_problems_count (const struct import_problems *problems)
{
  return problems->count;
}

gboolean
import_problems_keep (struct import_problems *problems, char **ret_path, GError **error)
{
  *ret_path = NULL;
  if (problems->file == NULL)
    return TRUE;
  FILE *file = problems->file;
  if (fflush (file) != 0 || ferror (file))
    return fail_file (problems, error);
  problems->file = NULL;
  if (fclose (file) != 0) {
    fail_file (problems, error);
    g_unlink (problems->path);
    return FALSE;
  }
  *ret_path = g_strdup (problems->path);
  return TRUE;
}

void
import_problems_list (const struct import_problems *problems, GPtrArray *ret)
{
  for (guint i = 0; i < problems->first->len; i++) {
    const GError *problem = g_array_index (problems->first, struct problem, i).error;
    g_autofree char *message = error_message_text (problem);
    g_autofree char *hint = error_hint_text (problem);
    g_ptr_array_add (ret, hint == NULL ? g_strdup (message) : g_strdup_printf ("%s (%s)", message, hint));
  }
}

GError *
import_problems_only (const struct import_problems *problems)
{
  if (problems->count != 1)
    return NULL;
  GError *only = g_error_copy (g_array_index (problems->first, struct problem, 0).error);
  only->code = ERROR_USAGE;
  return only;
}
