/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl completion: the script that teaches a shell to complete billctl's command lines. */
#include "cmd/completion-scripts.h"

#include "cmd/commands.h"

#include <string.h>

static gboolean
run (struct invocation *invocation, GError **error)
{
  (void) error;
  const char *shell = invocation->operands[0];
  const char *script = completion_script_bash;
  if (strcmp (shell, "zsh") == 0)
    script = completion_script_zsh;
  else if (strcmp (shell, "fish") == 0)
    script = completion_script_fish;
  fputs (script, invocation->render.out);
  return TRUE;
}

static const struct operand operands[] = {
  { "bash|zsh|fish", "the shell", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END
};

static const char *const examples[] = { "billctl completion bash", NULL };

const struct command command_completion = {
  .path = "completion",
  .summary = "print the completion script of a shell",
  .description = "An installed billctl brings these scripts to where the shells look for them. Otherwise:\n\n"
                 "  bash  eval \"$(billctl completion bash)\"                  in ~/.bashrc\n"
                 "  zsh   billctl completion zsh >DIR/_billctl               DIR in $fpath\n"
                 "  fish  billctl completion fish | source                   in config.fish",
  .examples = examples,
  .operands = operands,
  .run = run,
};
