/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice discard: delete a draft that was written by hand. */
#include "cmd/commands.h"
#include "service/kept-draft.h"

static const struct operand operands[] = {
  { "DRAFT", "the draft: draft-N", COMPLETE_INVOICE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl invoice discard draft-3", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  if (!kept_draft_discard (invocation->ledger, invocation->operands[0], error))
    return FALSE;
  invocation_say (invocation, invocation->dry_run ? "%s would be discarded" : "%s is discarded", invocation->operands[0]);
  return TRUE;
}

const struct command command_invoice_discard = {
  .path = "invoice discard",
  .summary = "delete a draft that was written by hand",
  .description = "Also one that was drawn up again for a void invoice. Other drafts would come back with the next run: they are drawn up "
                 "from what is due.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE,
  .run = run,
};
