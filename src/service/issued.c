/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What issuing an invoice brings with it. */
#include "service/issued.h"

#include "base/error.h"
#include "service/discount.h"
#include "service/draft.h"
#include "service/settlement.h"
#include "store/one-off.h"

#include <string.h>

/* Charges that waited for an invoice wait no more. */
static gboolean
mark_charges (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  for (gsize i = 0; i < invoice->line_count; i++) {
    const struct invoice_line *line = &invoice->lines[i];
    gboolean done = FALSE;
    if (line->period_index == 0 || strcmp (line->kind, line_kind_name (LINE_ONE_OFF)) != 0)
      continue;
    if (!one_off_set_billed (ledger, line->period_index, invoice->id, &done, error))
      return FALSE;
    if (!done)
      return error_set (error, ERROR_REFUSED, "charge %" G_GINT64_FORMAT " does not wait for an invoice any more", line->period_index);
  }
  return TRUE;
}

gboolean
issued_record (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  const struct discount_issue discounted = { invoice->billed_at_us, invoice->lines, invoice->line_count };
  return discount_count_uses (ledger, &discounted, error) && booking_invoice_issued (ledger, invoice, error)
         && settlement_at_issue (ledger, invoice, error) && mark_charges (ledger, invoice, error);
}
