/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl coupon show: one coupon, and who has it. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/coupon-document.h"

static const struct operand operands[] = {
  { "CODE", "code of the coupon", COMPLETE_COUPON, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl coupon show WELCOME20", NULL };

struct shown {
  struct invocation *invocation;
  struct document *document;
};

static gboolean
write_shown (const struct coupon_row *row, void *data, GError **error)
{
  const struct shown *shown = data;
  const struct redemption_request request = { REDEMPTIONS_OF_COUPON, row->coupon->id, shown->invocation->as_of_us, redemption_write_row,
                                              shown->document };
  return coupon_write_fields (row, shown->document, shown->invocation->render.format, error)
         && document_begin_section (shown->document, "redemptions", "Redemptions", redemption_columns, REDEMPTION_COLUMN_COUNT, error)
         && redemption_rows (shown->invocation->ledger, &request, error) && document_end_section (shown->document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  struct shown shown = { invocation, document };
  return coupon_show (invocation->ledger, invocation->operands[0], invocation->as_of_us, write_shown, &shown, error)
         && document_close (document, error);
}

const struct command command_coupon_show = {
  .path = "coupon show",
  .summary = "show one coupon, and who has redeemed it",
  .description = "A redemption keeps the discount and the duration that the coupon had when it was redeemed, whatever the catalog makes "
                 "of it later.",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
