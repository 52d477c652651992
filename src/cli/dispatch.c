/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dispatcher: from argv to the exit status.
 *
 * SIGPIPE is ignored: a command that writes to the ledger is not to be killed by the reader of its answer. Writing
 * to a pipe that nobody reads then fails, the command ends as after any other error, and the status is 1 without a
 * word, since whoever closed the pipe knows. (git lets the signal kill it, status 141, and so is silent as well.)
 * Leaving the pager early is no failure: status 0. */
#include "cli/cli.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/external.h"
#include "cli/help.h"
#include "cli/lookup.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "store/ledger.h"

#include <errno.h>
#include <signal.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef LIBEXEC_PATH
#define LIBEXEC_PATH "/usr/local/libexec/billctl"
#endif

/* Large answers in few writes. */
static char output_buffer[64 * 1024];

/* At most 8 times, after 10 ms to 1.3 s: together some three seconds. */
enum { ACTOR_SIZE = 256, RETRIES_MAX = 8, RETRY_MS = 10 };

/* --- Surroundings --- */

/* An empty variable is one that is not set. */
static const char *
environment (const char *name)
{
  const char *value = g_getenv (name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

static const char *
exec_path (void)
{
  const char *path = environment ("BILLCTL_EXEC_PATH");
  return path != NULL ? path : LIBEXEC_PATH;
}

static char *
default_ledger_path (void)
{
  const char *data = environment ("XDG_DATA_HOME");
  /* The base directory specification: a relative path is invalid and ignored. */
  if (data != NULL && g_path_is_absolute (data))
    return g_build_filename (data, "billctl", "ledger.db", NULL);
  const char *home = environment ("HOME");
  return g_build_filename (home != NULL ? home : g_get_home_dir (), ".local", "share", "billctl", "ledger.db", NULL);
}

static char *
resolve_ledger_path (const struct globals *globals)
{
  if (globals->ledger != NULL)
    return g_strdup (globals->ledger);
  const char *path = environment ("BILLCTL_LEDGER");
  return path != NULL ? g_strdup (path) : default_ledger_path ();
}

static gboolean
resolve_as_of (const struct globals *globals, gint64 now_us, struct invocation *invocation, GError **error)
{
  const char *variable = environment ("BILLCTL_AS_OF");
  invocation->as_of_given = globals->as_of.given || variable != NULL;
  invocation->as_of_us = now_us;
  if (globals->as_of.given)
    return global_parse_as_of ("'--as-of'", globals->as_of.text, &invocation->as_of_us, error);
  return variable == NULL || global_parse_as_of ("BILLCTL_AS_OF", variable, &invocation->as_of_us, error);
}

static gboolean
resolve_actor (const struct globals *globals, const char **ret, GError **error)
{
  const char *actor = globals->actor != NULL ? globals->actor : environment ("BILLCTL_ACTOR");
  if (actor != NULL && (actor[0] == '\0' || strlen (actor) > ACTOR_SIZE || !text_is_plain (actor, -1)))
    return error_set (error, ERROR_USAGE, "%s has '%s', which is not a name: plain text in UTF-8 of 1 to %d bytes",
                      globals->actor != NULL ? "'--actor'" : "BILLCTL_ACTOR", actor, ACTOR_SIZE);
  *ret = actor;
  return TRUE;
}

/* From lists of processes, and from the programs that this one starts. Words that the command itself may still need stay as they are. */
static void
hide_ledger_password (const struct globals *globals, const char *path, char **argv)
{
  g_autofree char *shown = ledger_path_shown (path);
  if (strcmp (shown, path) == 0)
    return;
  if (globals->ledger == NULL)
    g_setenv ("BILLCTL_LEDGER", shown, TRUE);
  for (char **word = argv; *word != NULL; word++)
    if (globals->ledger != NULL && (globals->ledger == *word || (g_str_has_prefix (*word, "--ledger=") && globals->ledger == strchr (*word, '=') + 1)))
      ledger_hide_password (*word);
}

/* Names of ledgers among the operands: the command gets them as they were written (`kept`). */
static void
hide_operand_passwords (const struct parsed *parsed, GPtrArray *kept)
{
  for (guint i = 0; parsed->command->engine_operand > 0 && i + 1 < parsed->operands->len; i++) {
    char *word = g_ptr_array_index (parsed->operands, i);
    g_autofree char *shown = ledger_path_shown (word);
    if (strcmp (shown, word) == 0)
      continue;
    g_ptr_array_index (parsed->operands, i) = g_strdup (word);
    g_ptr_array_add (kept, g_ptr_array_index (parsed->operands, i));
    ledger_hide_password (word);
  }
}

static struct render_request
render_request (const struct globals *globals)
{
  return (struct render_request) {
    .format = globals->format < 0 ? FORMAT_TABLE : (enum format) globals->format,
    .columns = globals->columns,
    .no_header = globals->no_header,
    .out = stdout,
    .exec_path = exec_path (),
    .width = isatty (STDOUT_FILENO) == 1 ? terminal_width () : 0,
    .colour = terminal_wants_color (globals->color < 0 ? COLOR_AUTO : (enum color) globals->color),
  };
}

/* --- Output --- */

/* Whether the answer was lost because nobody reads it any more, and nothing else went wrong. */
static gboolean
is_only_unread (const GError *error)
{
  return ferror (stdout) != 0 && terminal_reader_is_gone ()
         && (error == NULL || strstr (error->message, g_strerror (EPIPE)) != NULL);
}

/* Everything printed has arrived, or an error says that it has not: a full disk shows only when the stream is
 * flushed or closed. */
static gboolean
finish_output (GError **error)
{
  terminal_flush ();
  gboolean is_lost = ferror (stdout) != 0;
  int cause = terminal_flush_errno ();
  if (!is_lost && close (STDOUT_FILENO) != 0) {
    is_lost = TRUE;
    cause = errno;
  }
  if (!is_lost)
    return TRUE;
  return error_set (error, ERROR_FAILED, "cannot write to standard output%s%s", cause != 0 ? ": " : "",
                    cause != 0 ? g_strerror (cause) : "");
}

/* The exit status after a run; `error` is what it failed with, or NULL. */
static int
conclude (int status, const GError *error)
{
  g_autoptr (GError) output_error = NULL;
  gboolean is_paged = pager_is_running ();
  if (is_paged)
    fflush (stdout);
  else
    finish_output (&output_error);
  gboolean is_unread = is_only_unread (error);
  if (!pager_finish () && (error == NULL || is_unread)) {
    error_set (&output_error, ERROR_FAILED, "the pager could not be run");
    error_add_hint (&output_error, "BILLCTL_PAGER or PAGER names it; --no-pager does without");
    error = output_error;
    is_unread = FALSE;
  }
  if (is_unread)
    return is_paged ? status : ERROR_FAILED;
  if (output_error != NULL && error == NULL)
    error = output_error;
  if (error == NULL)
    return status;
  talk_error (error);
  return error_exit_status (error);
}

static int
print_page (const char *page, const struct globals *globals)
{
  if (!globals->no_pager)
    pager_start ();
  fputs (page, stdout);
  return conclude (0, NULL);
}

static int
fail (const GError *error)
{
  return conclude (0, error);
}

/* --- Commands --- */

/* It happens once in the life of a ledger, and leaves a file beside it. */
static void
say_migrated (const struct invocation *invocation)
{
  const struct ledger *ledger = invocation->ledger;
  const char *copy = ledger_migration_copy (ledger);
  invocation_say (invocation, "migrated the ledger %s from schema version %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s%s", ledger_path (ledger),
                  ledger_migrated_from (ledger), ledger_schema_version (ledger), copy == NULL ? "" : "; as it was it is kept as ",
                  copy == NULL ? "" : copy);
}

static gboolean
open_ledger (struct invocation *invocation, gboolean is_again, GError **error)
{
  const struct command *command = invocation->command;
  if ((command->needs & (NEEDS_LEDGER_READ | NEEDS_LEDGER_WRITE)) == 0)
    return TRUE;
  struct ledger_open_request request = {
    .path = invocation->ledger_path,
    .mode = (command->needs & NEEDS_LEDGER_WRITE) != 0 ? LEDGER_WRITE : LEDGER_READ,
    .any_version = (command->needs & ANY_SCHEMA_VERSION) != 0,
    .dry_run = invocation->dry_run,
    .actor = invocation->actor,
    .command = command->path,
    .now_us = invocation->as_of_us,
  };
  if (!ledger_open (&request, &invocation->ledger, error))
    return FALSE;
  if (!is_again)
    invocation_advise (invocation, ledger_advice (invocation->ledger));
  if (ledger_migrated_from (invocation->ledger) != 0)
    say_migrated (invocation);
  return TRUE;
}

static gboolean
run_once (const struct globals *globals, struct invocation *invocation, gboolean is_again, GError **error)
{
  if (!open_ledger (invocation, is_again, error))
    return FALSE;
  if ((invocation->command->needs & USES_PAGER) != 0 && !globals->no_pager)
    pager_start ();
  gboolean is_done = invocation->command->run (invocation, error);
  if (is_done && invocation->dry_run)
    invocation_say (invocation, "dry run: nothing was written");
  if (is_done)
    g_clear_pointer (&invocation->ledger, ledger_close);
  return is_done;
}

/* A pipe gives what it has once. */
static gboolean
is_read_once (const char *name)
{
  struct stat info;
  return stat (name, &info) == 0 && (S_ISFIFO (info.st_mode) || S_ISSOCK (info.st_mode));
}

/* Whether what the command line names can be read again from its beginning: files can, also as standard input ("-"). A value may stand
 * behind a '=', or behind the letter of an option. */
static gboolean
rewind_input (char **argv, off_t start)
{
  gboolean is_read = FALSE;
  for (char **word = argv; *word != NULL; word++) {
    const char *value = strchr (*word, '=');
    if (is_read_once (*word) || (value != NULL && is_read_once (value + 1)) || (**word == '-' && strlen (*word) > 2 && is_read_once (*word + 2)))
      return FALSE;
    is_read = is_read || g_str_has_suffix (*word, "-");
  }
  return !is_read || (start >= 0 && lseek (STDIN_FILENO, start, SEEK_SET) == start);
}

/* Nothing of it has been stored, and nothing of an answer has been said. */
static gboolean
may_run_again (const struct invocation *invocation)
{
  return invocation->ledger != NULL && (invocation->command->needs & NEEDS_LEDGER_WRITE) != 0 && ledger_may_try_again (invocation->ledger)
         && __fpending (stdout) == 0;
}

/* Ever longer, and not as long as the others that met here. */
static void
wait_for_others (int attempt)
{
  gint32 longest_ms = RETRY_MS << attempt;
  g_usleep ((gulong) g_random_int_range (longest_ms / 2, longest_ms + 1) * 1000);
}

/* A transaction that met somebody else's is done again, as the whole command: what it had read may have changed. */
static gboolean
run (const struct globals *globals, struct invocation *invocation, char **argv, GError **error)
{
  off_t input_start = lseek (STDIN_FILENO, 0, SEEK_CUR);
  for (int again = 0;; again++) {
    g_autoptr (GError) failure = NULL;
    gboolean is_done = run_once (globals, invocation, again > 0, &failure);
    if (is_done && again > 0 && invocation->verbose > 0)
      invocation_say (invocation, "others wrote into the ledger at the same time: run again %d time%s", again, again == 1 ? "" : "s");
    if (is_done)
      return TRUE;
    gboolean once_more = again < RETRIES_MAX && may_run_again (invocation) && rewind_input (argv, input_start);
    g_clear_pointer (&invocation->ledger, ledger_close);
    if (!once_more) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return again == 0 ? FALSE : error_prefix (error, "run again %d times: ", again);
    }
    invocation->exit_status = 0;
    wait_for_others (again);
  }
}

/* The ledger whose engine decides which program runs the command; NULL: this one does. */
static const char *
engine_path (const struct parsed *parsed, const char *ledger_path)
{
  int operand = parsed->command->engine_operand;
  if (operand == 0)
    return ledger_path;
  return operand == ENGINE_ANY ? NULL : g_ptr_array_index (parsed->operands, operand - 1);
}

static int
run_command (const struct parsed *parsed, const struct command *const *commands, char **argv, gint64 now_us)
{
  const struct globals *globals = &parsed->globals;
  g_autofree char *path = resolve_ledger_path (globals);
  struct invocation invocation = {
    .command = parsed->command,
    .args = parsed->args,
    .operands = (const char *const *) parsed->operands->pdata,
    .operand_count = (int) parsed->operands->len - 1,
    .ledger_path = path,
    .format_given = globals->format >= 0,
    .dry_run = globals->dry_run,
    .assume_yes = globals->yes,
    .quiet = globals->quiet,
    .verbose = globals->verbose,
    .exec_path = exec_path (),
    .render = render_request (globals),
    .commands = commands,
  };
  g_autoptr (GError) error = NULL;
  if (!external_become_engine (engine_path (parsed, path), argv, invocation.exec_path, &error))
    return fail (error);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  hide_ledger_password (globals, path, argv);
  hide_operand_passwords (parsed, kept);
  if (!resolve_as_of (globals, now_us, &invocation, &error)
      || !resolve_actor (globals, &invocation.actor, &error)
      || !run (globals, &invocation, argv, &error))
    return fail (error);
  return conclude (invocation.exit_status, NULL);
}

static int
fail_unknown (const struct parsed *parsed, const struct command *const *commands, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *const *words = (const char *const *) argv + parsed->unknown_index;
  if (parsed->path[0] == '\0' && !external_become (parsed, argv, exec_path (), &error))
    return fail (error);
  command_unknown (commands, parsed->path, words, &error);
  return fail (error);
}

/* No command was named: the list of those that could be. */
static int
answer_without_command (const struct parsed *parsed, const struct command *const *commands)
{
  int width = terminal_width ();
  g_autofree char *page
      = parsed->verb == VERB_NONE ? help_overview (commands, width) : help_group (commands, parsed->path, width);
  if (parsed->globals.help)
    return print_page (page, &parsed->globals);
  fputs (page, stderr);
  return ERROR_USAGE;
}

static int
dispatch (struct parsed *parsed, const struct command *const *commands, char **argv, gint64 now_us)
{
  if (parsed->verb == VERB_UNKNOWN)
    return fail_unknown (parsed, commands, argv);
  if (parsed->verb == VERB_COMMAND && parsed->globals.help) {
    g_autofree char *page = help_command (parsed->command, terminal_width ());
    return print_page (page, &parsed->globals);
  }
  if (parsed->globals.version && !parsed->globals.help) {
    /* Whatever else stands on the line, the answer is that of `billctl version`. */
    g_clear_pointer (&parsed->args, g_free);
    g_ptr_array_set_size (parsed->operands, 0);
    g_ptr_array_add (parsed->operands, NULL);
    parsed->command = command_find (commands, "version");
    parsed->verb = parsed->command == NULL ? VERB_NONE : VERB_COMMAND;
  }
  if (parsed->verb == VERB_COMMAND)
    return run_command (parsed, commands, argv, now_us);
  return answer_without_command (parsed, commands);
}

int
cli_main (char **argv, const struct command *const *commands, gint64 now_us)
{
  terminal_secure_streams ();
  signal (SIGPIPE, SIG_IGN);
  /* Beyond a limit of the file size, writing fails like on a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  setvbuf (stdout, output_buffer, _IOFBF, sizeof output_buffer);
  g_auto (parsed_t) parsed = { 0 };
  g_autoptr (GError) error = NULL;
  if (!command_line_parse (commands, argv, &parsed, &error) && !parsed.globals.help)
    return fail (error);
  return dispatch (&parsed, commands, argv, now_us);
}
