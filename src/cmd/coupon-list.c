/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl coupon list. */
#include "cmd/commands.h"
#include "cmd/coupon-document.h"

static const char *const examples[] = { "billctl coupon list", "billctl coupon list --format csv --columns code,redeemed,status", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, coupon_columns, COUPON_COLUMN_COUNT, error)
         && coupon_list (invocation->ledger, invocation->as_of_us, coupon_write_row, document, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_coupon_list = {
  .path = "coupon list",
  .summary = "list the coupons of the catalog",
  .examples = examples,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
