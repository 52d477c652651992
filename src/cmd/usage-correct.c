/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage correct: an event again with another quantity. */
#include "cmd/commands.h"
#include "cmd/usage-correction.h"
#include "base/error.h"
#include "service/usage-correct.h"

struct args {
  const char *quantity;
  const char *source;
  const char *reason;
  const char *id;
  const char *void_id;
};

static const struct option options[] = {
  OPTION_STRING (struct args, quantity, "quantity", 0, "QUANTITY", "how much it was in truth: 15.5, 9.984E-7; needed"),
  OPTION_STRING (struct args, source, "source", 0, "NAME", "the feed that the event came from"),
  OPTION_STRING (struct args, reason, "reason", 'r', "TEXT", "why, kept in the audit log"),
  OPTION_STRING (struct args, id, "id", 0, "ID", "of the corrected event; else the event's with ':corrected' behind it"),
  OPTION_STRING (struct args, void_id, "void-id", 0, "ID", "of the reversing event; else the event's with ':void' behind it"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "EVENT-ID", "the event's own id", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl usage correct call-1 --quantity 12 --reason \"the meter ran on\"", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (args->quantity == NULL) {
    error_set (error, ERROR_USAGE, "usage correct: the right quantity is not said");
    return error_add_hint (error, "add --quantity QUANTITY; billctl usage void takes an event back altogether");
  }
  const struct usage_correct_request request = {
    .event_id = invocation->operands[0],
    .source = args->source,
    .reason = args->reason,
    .quantity = args->quantity,
    .id = args->id,
    .void_id = args->void_id,
  };
  return usage_correction (invocation, &request, error);
}

const struct command command_usage_correct = {
  .path = "usage correct",
  .summary = "give an event another quantity",
  .description = "The event is taken back as by billctl usage void, and recorded again with the right quantity under an id of its own, "
                 "both in one transaction. Customer, metric, subscription, time and properties stay. The corrected event can be "
                 "corrected in its turn.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
