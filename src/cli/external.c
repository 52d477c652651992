/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that are programs of their own. */
#include "cli/external.h"

#include "base/error.h"
#include "base/text.h"
#include "store/ledger.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static char *
find_program (const char *word, const char *exec_path)
{
  g_autofree char *name = g_strconcat ("billctl-", word, NULL);
  g_autofree char *ours = g_build_filename (exec_path, name, NULL);
  /* Given a path, this only looks whether it is a program. */
  char *program = g_find_program_in_path (ours);
  return program != NULL ? program : g_find_program_in_path (name);
}

/* An option in front of the word that the program would never hear of must not be lost, --dry-run least of all. */
static gboolean
check_passable (const struct parsed *parsed, const char *word, GError **error)
{
  const guint passable = 1U << GLOBAL_LEDGER | 1U << GLOBAL_AS_OF | 1U << GLOBAL_ACTOR;
  for (guint i = 0; i < GLOBAL_COUNT; i++) {
    if ((parsed->globals_given & ~passable & (1U << i)) == 0)
      continue;
    error_set (error, ERROR_USAGE, "'--%s' in front of '%s' cannot be passed on to it: it is a program of its own",
               global_options[i].name, word);
    return error_add_hint (error, "write it behind '%s' if the program takes it", word);
  }
  return TRUE;
}

gboolean
external_become (const struct parsed *parsed, char **argv, const char *exec_path, GError **error)
{
  const char *word = argv[parsed->unknown_index];
  g_autofree char *program = text_is_code (word) ? find_program (word, exec_path) : NULL;
  if (program == NULL)
    return TRUE;
  if (!check_passable (parsed, word, error))
    return FALSE;
  if (parsed->globals.ledger != NULL)
    g_setenv ("BILLCTL_LEDGER", parsed->globals.ledger, TRUE);
  if (parsed->globals.as_of.given)
    g_setenv ("BILLCTL_AS_OF", parsed->globals.as_of.text, TRUE);
  if (parsed->globals.actor != NULL)
    g_setenv ("BILLCTL_ACTOR", parsed->globals.actor, TRUE);
  char **arguments = argv + parsed->unknown_index;
  arguments[0] = program;
  signal (SIGPIPE, SIG_DFL);
  signal (SIGXFSZ, SIG_DFL);
  execv (program, arguments);
  return error_set (error, ERROR_FAILED, "cannot run %s: %s", program, g_strerror (errno));
}

gboolean
external_become_engine (const char *ledger_path, char **argv, const char *exec_path, GError **error)
{
  const char *name = ledger_path == NULL ? NULL : ledger_engine_program (ledger_path);
  if (name == NULL)
    return TRUE;
  g_autofree char *path = g_build_filename (exec_path, name, NULL);
  g_autofree char *program = g_find_program_in_path (path);
  if (program == NULL)
    return TRUE;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  if (self != NULL)
    g_setenv ("BILLCTL_PROGRAM", self, TRUE);
  execv (program, argv);
  return error_set (error, ERROR_FAILED, "cannot run %s: %s", program, g_strerror (errno));
}
