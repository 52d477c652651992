/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl complete: what the completion scripts of the shells ask. */
#include "cli/complete.h"

#include "cmd/commands.h"
#include "service/complete.h"

static gboolean
find_codes (struct ledger *ledger, enum completion completion, const char *prefix, GPtrArray *ret)
{
  static const struct {
    enum completion completion;
    enum code_of of;
  } nouns[] = {
    { COMPLETE_CUSTOMER, CODE_OF_CUSTOMER }, { COMPLETE_PLAN, CODE_OF_PLAN },
    { COMPLETE_METRIC, CODE_OF_METRIC },     { COMPLETE_SUBSCRIPTION, CODE_OF_SUBSCRIPTION },
    { COMPLETE_INVOICE, CODE_OF_INVOICE },   { COMPLETE_ADDON, CODE_OF_ADDON },
    { COMPLETE_SETTING, CODE_OF_SETTING },   { COMPLETE_ACCOUNT, CODE_OF_ACCOUNT },
    { COMPLETE_CREDIT_NOTE, CODE_OF_CREDIT_NOTE }, { COMPLETE_CHARGE, CODE_OF_CHARGE },
    { COMPLETE_COUPON, CODE_OF_COUPON },     { COMPLETE_HOLDER, CODE_OF_HOLDER },
    { COMPLETE_ROLE, CODE_OF_ROLE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (nouns); i++)
    if (nouns[i].completion == completion)
      return complete_codes (ledger, nouns[i].of, prefix, ret, NULL);
  return FALSE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  (void) error;
  struct complete_request request = {
    .commands = invocation->commands,
    .words = invocation->operands,
    .source = find_codes,
    .ledger_path = invocation->ledger_path,
    .exec_path = invocation->exec_path,
  };
  g_autoptr (GPtrArray) candidates = complete_words (&request);
  for (guint i = 0; i < candidates->len; i++)
    fprintf (invocation->render.out, "%s\n", (const char *) g_ptr_array_index (candidates, i));
  return TRUE;
}

static const struct operand operands[] = {
  { "WORD", "words behind 'billctl'; the last one is being written and may be empty", COMPLETE_NONE, OPERAND_ANY },
  OPERAND_END
};

static const char *const examples[] = { "billctl complete -- help ver", NULL };

const struct command command_complete = {
  .path = "complete",
  .summary = "list what may stand at the end of a command line",
  .description = "For the scripts that 'billctl completion' prints. Each line is a candidate and, behind a tab, what it "
                 "is; a line ':file' stands for the names of files.",
  .examples = examples,
  .operands = operands,
  .hidden = TRUE,
  .run = run,
};
