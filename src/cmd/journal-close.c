/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl journal close: book what was earned in a month, and close it. */
#include "cmd/commands.h"
#include "service/journal-close.h"

static const struct operand operands[] = {
  { "MONTH", "the month, as 2026-01", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const struct column columns[] = {
  { .key = "account", .title = "Account", .kind = CELL_CODE },
  { .key = "earned", .title = "Earned", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

static const char *const examples[] = { "billctl journal close 2026-01 --dry-run", "billctl journal close 2026-01", NULL };

static gboolean
write_row (const struct journal_earned *earned, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (earned->account),
    cell_money (earned->amount_minor, earned->currency),
    cell_currency (earned->currency->code),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  struct journal_close_result result = { 0 };
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  const struct journal_close_request request = {
    .month = invocation->operands[0],
    .as_of_us = invocation->as_of_us,
    .report = write_row,
    .data = document,
  };
  if (!journal_close (invocation->ledger, &request, &result, error) || !document_end_list (document, error)
      || !document_close (document, error))
    return FALSE;
  invocation_say (invocation, "%s %s closed: %" G_GINT64_FORMAT " %s of what was earned", request.month,
                  invocation->dry_run ? "would be" : "is", result.entries, result.entries == 1 ? "entry" : "entries");
  return TRUE;
}

const struct command command_journal_close = {
  .path = "journal close",
  .summary = "book what was earned in a month, and close it",
  .description = "Fees that were charged in advance are earned evenly over the civil days of their periods. Closing a month books what was "
                 "earned in it, one entry for each invoice on the last day of the month, and from then on nothing can be booked into it. "
                 "Months are closed in order, from that of the first entry on, each when it is over; a closed month stays closed.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
