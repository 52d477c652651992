/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger send: the reading end of a copy, in a process of its own. */
#include "cmd/commands.h"
#include "service/ledger-copy.h"

#include <unistd.h>

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct send_request request = { .now_us = invocation->as_of_us, .in = STDIN_FILENO, .out = STDOUT_FILENO };
  return ledger_send (&request, error);
}

static const char *const examples[] = { "billctl ledger send", NULL };

const struct command command_ledger_send = {
  .path = "ledger send",
  .summary = "read a ledger for a copy",
  .description = "`billctl ledger copy` starts it where the ledger that is read is of another engine, or in another process; it says on "
                 "descriptor 3 which one that is, and takes the rows from standard output.",
  .examples = examples,
  .hidden = TRUE,
  .engine_operand = ENGINE_ANY,
  .run = run,
};
