/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What issuing an invoice brings with it. */
#include "service/issued.h"

#include "service/discount.h"
#include "service/settlement.h"

gboolean
issued_record (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  const struct discount_issue discounted = { invoice->billed_at_us, invoice->lines, invoice->line_count };
  return discount_count_uses (ledger, &discounted, error) && booking_invoice_issued (ledger, invoice, error)
         && settlement_at_issue (ledger, invoice, error);
}
