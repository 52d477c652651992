/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that every command shares. */
#include "cli/globals.h"

#include "base/error.h"

#include <string.h>

static const char *const formats[] = { "table", "json", "ndjson", "csv", NULL };
static const char *const colors[] = { "auto", "always", "never", NULL };

G_STATIC_ASSERT (FORMAT_TABLE == 0 && FORMAT_JSON == 1 && FORMAT_NDJSON == 2 && FORMAT_CSV == 3);

const struct option global_options[] = {
  [GLOBAL_LEDGER] = OPTION_STRING_FROM (struct globals, ledger, "ledger", 0, "FILE", "ledger to use", COMPLETE_FILE),
  [GLOBAL_AS_OF] = OPTION_TIME (struct globals, as_of, "as-of", 0, "work as of then; a date is its midnight in UTC"),
  [GLOBAL_FORMAT] = OPTION_CHOICE (struct globals, format, "format", 0, formats, "how rows are written"),
  [GLOBAL_COLUMNS] = OPTION_STRING (struct globals, columns, "columns", 0, "LIST", "only these columns, in this order"),
  [GLOBAL_NO_HEADER] = OPTION_FLAG (struct globals, no_header, "no-header", 0, "no line of headings in tables and CSV"),
  [GLOBAL_DRY_RUN] = OPTION_FLAG (struct globals, dry_run, "dry-run", 0, "do everything except writing"),
  [GLOBAL_YES] = OPTION_FLAG (struct globals, yes, "yes", 0, "answer yes where there is no way back"),
  [GLOBAL_QUIET] = OPTION_FLAG (struct globals, quiet, "quiet", 'q', "only warnings and errors on standard error"),
  [GLOBAL_VERBOSE] = OPTION_FLAG (struct globals, verbose, "verbose", 'v', "say more; may be repeated"),
  [GLOBAL_NO_PAGER] = OPTION_FLAG (struct globals, no_pager, "no-pager", 0, "write straight to the terminal"),
  [GLOBAL_COLOR] = OPTION_CHOICE (struct globals, color, "color", 0, colors, "when to use colour"),
  [GLOBAL_ACTOR] = OPTION_STRING (struct globals, actor, "actor", 0, "NAME", "who is written into the audit log"),
  [GLOBAL_HELP] = OPTION_FLAG (struct globals, help, "help", 'h', "explain the command"),
  [GLOBAL_VERSION] = OPTION_FLAG (struct globals, version, "version", 0, "print the version"),
  [GLOBAL_COUNT] = OPTION_END
};

gboolean
global_is_accepted (enum global global, const struct command *command)
{
  switch (global) {
    case GLOBAL_FORMAT:
    case GLOBAL_COLUMNS:
    case GLOBAL_NO_HEADER:
      return (command->needs & WRITES_ROWS) != 0;
    case GLOBAL_DRY_RUN:
      return (command->needs & (NEEDS_LEDGER_WRITE | ACCEPTS_DRY_RUN)) != 0;
    case GLOBAL_YES:
      return (command->needs & (NEEDS_LEDGER_WRITE | ACCEPTS_DRY_RUN | NEEDS_NETWORK)) != 0;
    default:
      return TRUE;
  }
}

const char *
global_refusal (enum global global)
{
  switch (global) {
    case GLOBAL_FORMAT:
    case GLOBAL_COLUMNS:
    case GLOBAL_NO_HEADER:
      return "it does not answer with rows";
    case GLOBAL_DRY_RUN:
      return "it changes nothing anyway";
    case GLOBAL_YES:
      return "it asks nothing";
    default:
      return NULL;
  }
}

gboolean
time_argument_parse (const char *name, const char *text, struct time_argument *ret, GError **error)
{
  struct time_argument argument = { .given = TRUE, .text = text };
  enum time_status status = time_parse (text, strlen (text), &argument.time);
  if (status != TIME_OK)
    return error_set (error, ERROR_USAGE, "%s has '%s', which %s", name, text, time_status_text (status));
  if (argument.time.has_time && !argument.time.has_zone) {
    error_set (error, ERROR_USAGE, "%s has '%s', which names no time zone", name, text);
    return error_add_hint (error, "write %sZ for UTC, or add the offset as in %s+01:00", text, text);
  }
  *ret = argument;
  return TRUE;
}

gboolean
global_parse_as_of (const char *name, const char *text, gint64 *ret_us, GError **error)
{
  struct time_argument argument = { 0 };
  if (!time_argument_parse (name, text, &argument, error))
    return FALSE;
  argument.time.has_zone = TRUE;
  *ret_us = time_instant_us (&argument.time);
  return TRUE;
}
