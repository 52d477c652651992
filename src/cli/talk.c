/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talk on standard error: errors, warnings, remarks, questions. */
#include "cli/talk.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The longest path is 4095 bytes; whatever else is so long between two spaces is not read by anybody. */
enum { WORD_MAX = 4095, WORD_HEAD = 80, WORD_TAIL = 20 };

/* Without the middle of what is too long. */
static char *
shorten_words (const char *text)
{
  GString *line = g_string_new (NULL);
  while (*text != '\0') {
    gsize length = strcspn (text, " ");
    if (length <= WORD_MAX)
      g_string_append_len (line, text, (gssize) length);
    else {
      const char *head = g_utf8_find_prev_char (text, text + WORD_HEAD);
      const char *tail = g_utf8_find_next_char (text + length - WORD_TAIL, NULL);
      g_string_append_len (line, text, head - text);
      g_string_append (line, "…");
      g_string_append_len (line, tail, text + length - tail);
    }
    text += length;
    for (; *text == ' '; text++)
      g_string_append_c (line, ' ');
  }
  return g_string_free (line, FALSE);
}

static void
print_line (const char *prefix, const char *text)
{
  g_autofree char *harmless = text_sanitize (text, -1);
  g_autofree char *safe = shorten_words (harmless);
  /* What was printed before comes out before, also where both streams go to one file. */
  terminal_flush ();
  progress_hide ();
  /* In one piece, so that lines of processes that share a terminal or a log do not mix. */
  g_autofree char *line = g_strdup_printf ("%s%s\n", prefix, safe);
  fputs (line, stderr);
}

void
talk_error (const GError *error)
{
  g_autofree char *message = error_message_text (error);
  g_autofree char *hint = error_hint_text (error);
  print_line ("billctl: ", message);
  if (hint != NULL)
    print_line ("hint: ", hint);
}

void
invocation_say (const struct invocation *invocation, const char *format, ...)
{
  if (invocation->quiet)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_line ("", text);
}

void
invocation_warn (const struct invocation *invocation, const char *format, ...)
{
  (void) invocation;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_line ("warning: ", text);
}

void
invocation_advise (const struct invocation *invocation, const char *advice)
{
  if (advice != NULL && !invocation->quiet)
    print_line ("warning: ", advice);
}

void
invocation_problem (const struct invocation *invocation, const char *problem)
{
  (void) invocation;
  print_line ("billctl: ", problem);
}

/* Reads the rest of the line too, so that no half answer is left for the next question. */
static gboolean
answer_is_yes (void)
{
  GString *answer = g_string_new (NULL);
  int c;
  while ((c = getc (stdin)) != EOF && c != '\n')
    if (answer->len < 8)
      g_string_append_c (answer, (char) c);
  g_autofree char *word = g_ascii_strdown (g_strstrip (answer->str), -1);
  g_string_free (answer, TRUE);
  return strcmp (word, "y") == 0 || strcmp (word, "yes") == 0;
}

gboolean
invocation_confirm (const struct invocation *invocation, const char *question, GError **error)
{
  /* A dry run takes nothing that could not be taken back. */
  if (invocation->assume_yes || invocation->dry_run)
    return TRUE;
  if (isatty (STDIN_FILENO) != 1 || isatty (STDERR_FILENO) != 1) {
    error_set (error, ERROR_USAGE, "'%s' asks before it goes on, and there is no terminal to ask at: %s",
               invocation->command->path, question);
    return error_add_hint (error, "say --yes if that is wanted");
  }
  g_autofree char *safe = text_sanitize (question, -1);
  progress_hide ();
  fprintf (stderr, "%s [y/N] ", safe);
  fflush (stderr);
  if (answer_is_yes ())
    return TRUE;
  return error_set (error, ERROR_REFUSED, "declined, nothing was changed");
}
