/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage void: take an event back. */
#include "cmd/commands.h"
#include "cmd/usage-correction.h"
#include "service/usage-correct.h"

struct args {
  const char *source;
  const char *reason;
  const char *id;
};

static const struct option options[] = {
  OPTION_STRING (struct args, source, "source", 0, "NAME", "the feed that the event came from"),
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept in the audit log"),
  OPTION_STRING (struct args, id, "id", 0, "ID", "of the reversing event; else the event's with ':void' behind it"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "EVENT-ID", "the event's own id", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl usage void call-1 --reason \"a test call\"", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct usage_correct_request request = {
    .event_id = invocation->operands[0],
    .source = args->source,
    .reason = args->reason,
    .void_id = args->id,
  };
  return usage_correction (invocation, &request, error);
}

const struct command command_usage_void = {
  .path = "usage void",
  .summary = "take an event back, whole",
  .description = "Nothing that is recorded changes: a reversing event is recorded that names the original, with its customer, metric, "
                 "subscription, time and properties, and its quantity with the other sign. For every total both count as if the event "
                 "had never been. An event is taken back once, and what takes back is not taken back itself. Where the period of the "
                 "event is billed, the reversal is late usage, and lowers a later invoice.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
