/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl help: the pages made from the tables. */
#include "cli/help.h"

#include "base/error.h"
#include "cli/lookup.h"
#include "cmd/commands.h"

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autofree char *path = NULL;
  if (!command_path_from_words (invocation->commands, invocation->operands, &path, error))
    return FALSE;
  const struct command *command = command_find (invocation->commands, path);
  g_autofree char *page = NULL;
  if (command != NULL)
    page = help_command (command, invocation->render.width);
  else if (path[0] != '\0')
    page = help_group (invocation->commands, path, invocation->render.width);
  else
    page = help_overview (invocation->commands, invocation->render.width);
  fputs (page, invocation->render.out);
  return TRUE;
}

static const struct operand operands[] = {
  { "COMMAND", "words of a command, or the first ones of several; else all commands", COMPLETE_COMMAND, OPERAND_ANY },
  OPERAND_END
};

static const char *const examples[] = { "billctl help", "billctl help version", NULL };

const struct command command_help = {
  .path = "help",
  .summary = "explain billctl or one of its commands",
  .description = "'billctl COMMAND --help' is the same as 'billctl help COMMAND'. The manual pages say more: billctl(1) "
                 "and one for each command.",
  .examples = examples,
  .operands = operands,
  .needs = USES_PAGER,
  .run = run,
};
