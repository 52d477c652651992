/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What issuing an invoice brings with it. */
#include "service/issued.h"

#include "service/settlement.h"

gboolean
issued_record (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  return booking_invoice_issued (ledger, invoice, error) && settlement_at_issue (ledger, invoice, error);
}
