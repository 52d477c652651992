/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl issuer show. */
#include "cmd/commands.h"
#include "cmd/issuer-document.h"

static const struct operand operands[] = {
  { "ISSUER", "code of the issuer; default: default", COMPLETE_NONE, OPERAND_OPTIONAL },
  OPERAND_END,
};

static const char *const examples[] = { "billctl issuer show", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (issuer_t) issuer = { 0 };
  return issuer_get (invocation->ledger, issuer_document_code (invocation), &issuer, error)
         && issuer_document (invocation, &issuer, error);
}

const struct command command_issuer_show = {
  .path = "issuer show",
  .summary = "show who invoices",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
