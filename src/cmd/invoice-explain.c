/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice explain: how each cent of an invoice came about. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/explain-document.h"

struct args {
  gint64 line;
  gboolean events;
  gboolean verify;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, line, "line", 0, "N", "only this line"),
  OPTION_FLAG (struct args, events, "events", 0, "list the usage events that each line was computed from"),
  OPTION_FLAG (struct args, verify, "verify", 0, "compute everything again from events and plan versions; fail when anything differs"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "INVOICE", "number of the invoice, or draft-N", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl invoice explain INV-2026-000001",
  "billctl invoice explain INV-2026-000001 --line 4 --events",
  "billctl invoice explain draft-2 --verify --format json",
  NULL,
};

/* Each difference is named; the first one is the error. */
static gboolean
fail (const struct invocation *invocation, const struct explanation *explanation, GError **error)
{
  for (guint i = 1; i < explanation->problems->len; i++)
    invocation_problem (invocation, g_ptr_array_index (explanation->problems, i));
  error_set (error, ERROR_LEDGER, "%s", (const char *) g_ptr_array_index (explanation->problems, 0));
  return error_add_hint (error, "`billctl verify` looks at the whole ledger");
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct explain_request request = {
    .reference = invocation->operands[0],
    .line = args->line,
    .events = args->events,
    .verify = args->verify,
  };
  g_autoptr (explanation_t) explanation = NULL;
  if (!explain_invoice (invocation->ledger, &request, &explanation, error))
    return FALSE;
  if (explanation->root == NULL)
    return fail (invocation, explanation, error);
  return explain_document_write (invocation, explanation, error);
}

const struct command command_invoice_explain = {
  .path = "invoice explain",
  .summary = "show how each amount of an invoice came about",
  .description = "A tree from the total down to lines, tiers, quantities and events, with periods, days, parts of periods, roundings, and the "
                 "parts that each line has of discounts and taxes. A draft can be explained as well. With --events or --verify the invoice "
                 "is first computed again from the raw events; when it comes out otherwise, the differences are named and the exit status is 7.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
