/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl charge remove. */
#include "base/error.h"
#include "cmd/charge-document.h"
#include "cmd/commands.h"

static const struct operand operands[] = {
  { "CHARGE", "number of the charge", COMPLETE_CHARGE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl charge remove 3", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (charge_row_t) row = { 0 };
  gint64 id = 0;
  if (!g_ascii_string_to_signed (invocation->operands[0], 10, 1, G_MAXINT64, &id, NULL)) {
    error_set (error, ERROR_USAGE, "'%s' is not the number of a charge", invocation->operands[0]);
    return error_add_hint (error, "`billctl charge list` shows them");
  }
  return charge_remove (invocation->ledger, id, &row, error)
         && charge_document_answer (invocation, &row, " removed", error);
}

const struct command command_charge_remove = {
  .path = "charge remove",
  .summary = "take back a charge that was not billed yet",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
