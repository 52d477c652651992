/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is owed on issued invoices. */
#include "service/settlement.h"

#include "base/error.h"
#include "core/money.h"
#include "store/ledger.h"

gboolean
settlement_move_balance (struct ledger *ledger, const struct balance_movement *movement, gint64 *ret_id, GError **error)
{
  gint64 balance_minor = 0;
  if (!balance_read (ledger, movement->customer_id, movement->currency, &balance_minor, error))
    return FALSE;
  if (!money_add (balance_minor, movement->amount_minor, &balance_minor))
    return error_set (error, ERROR_FAILED, "the balance of the customer does not fit 64 bits of minor units");
  return balance_movement_insert (ledger, movement, ret_id, error);
}

/* Where the total is below zero the seller owes it: the customer has it as balance from now on. */
static gboolean
give_negative (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  const struct settlement settlement = { .invoice_id = invoice->id, .kind = SETTLEMENT_BALANCE, .amount_minor = invoice->total_minor };
  struct balance_movement movement = {
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .kind = BALANCE_NEGATIVE_INVOICE,
    .invoice_id = invoice->id,
  };
  if (!money_subtract (0, invoice->total_minor, &movement.amount_minor))
    return error_set (error, ERROR_FAILED, "the total of an invoice does not fit 64 bits of minor units");
  const struct booked_negative_invoice booked = {
    .invoice_id = invoice->id,
    .customer_id = invoice->customer_id,
    .invoice_number = invoice->number,
    .currency = invoice->currency,
    .amount_minor = movement.amount_minor,
    .at_us = invoice->issued_at_us,
  };
  return settlement_insert (ledger, &settlement, error) && settlement_move_balance (ledger, &movement, NULL, error)
         && booking_negative_invoice (ledger, &booked, error) && invoice_set_status (ledger, invoice->id, INVOICE_PAID, error);
}

static gboolean
book (struct ledger *ledger, const struct invoice *invoice, const struct booked_settlement *what, GError **error)
{
  struct booked_settlement booked = *what;
  booked.invoice_id = invoice->id;
  booked.customer_id = invoice->customer_id;
  booked.invoice_number = invoice->number;
  booked.currency = invoice->currency;
  return booking_settlement (ledger, &booked, error);
}

gboolean
settlement_use_balance (struct ledger *ledger, const struct invoice *invoice, gint64 amount_minor, GError **error)
{
  const struct settlement settlement = { .invoice_id = invoice->id, .kind = SETTLEMENT_BALANCE, .amount_minor = amount_minor };
  const struct balance_movement movement = {
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .amount_minor = -amount_minor,
    .kind = amount_minor > 0 ? BALANCE_APPLIED : BALANCE_RETURNED,
    .invoice_id = invoice->id,
  };
  const struct booked_settlement booked = { BOOKED_BALANCE_APPLIED, .amount_minor = amount_minor, .at_us = ledger_now_us (ledger) };
  return settlement_insert (ledger, &settlement, error) && settlement_move_balance (ledger, &movement, NULL, error)
         && book (ledger, invoice, &booked, error);
}

gboolean
settlement_apply_payment (struct ledger *ledger, const struct invoice *invoice, gint64 payment_id, struct settled_amount amount,
                          GError **error)
{
  const struct settlement settlement = {
    .invoice_id = invoice->id,
    .kind = SETTLEMENT_PAYMENT,
    .amount_minor = amount.minor,
    .payment_id = payment_id,
  };
  const struct booked_settlement booked = {
    BOOKED_PAYMENT_APPLIED,
    .document_id = payment_id,
    .amount_minor = amount.minor,
    .at_us = amount.at_us,
  };
  return settlement_insert (ledger, &settlement, error) && book (ledger, invoice, &booked, error);
}

gboolean
settlement_write_off (struct ledger *ledger, const struct invoice *invoice, struct settled_amount amount, GError **error)
{
  const struct settlement settlement = { .invoice_id = invoice->id, .kind = SETTLEMENT_WRITE_OFF, .amount_minor = amount.minor };
  const struct booked_settlement booked = { BOOKED_WRITTEN_OFF, .amount_minor = amount.minor, .at_us = amount.at_us };
  return settlement_insert (ledger, &settlement, error) && book (ledger, invoice, &booked, error);
}

gboolean
settlement_at_issue (struct ledger *ledger, const struct booked_invoice *issued, GError **error)
{
  gint64 balance_minor = 0;
  if (issued->total_minor < 0)
    return give_negative (ledger, issued, error);
  if (issued->total_minor == 0)
    return invoice_set_status (ledger, issued->id, INVOICE_PAID, error);
  if (!balance_read (ledger, issued->customer_id, issued->currency, &balance_minor, error))
    return FALSE;
  gint64 used_minor = MIN (balance_minor, issued->total_minor);
  if (used_minor <= 0)
    return TRUE;
  const struct invoice invoice = {
    .id = issued->id,
    .number = issued->number,
    .customer_id = issued->customer_id,
    .currency = issued->currency,
  };
  return settlement_use_balance (ledger, &invoice, used_minor, error)
         && (used_minor < issued->total_minor || invoice_set_status (ledger, issued->id, INVOICE_PAID, error));
}

gint64
settlement_unsettled (const struct invoice *invoice, const struct settlement_sums *sums)
{
  return invoice->total_minor - sums->of[SETTLEMENT_BALANCE] - sums->of[SETTLEMENT_PAYMENT] - sums->of[SETTLEMENT_CREDIT_NOTE];
}

gboolean
settlement_restore (struct ledger *ledger, const struct invoice *invoice, const struct settlement_sums *sums, struct settled_amount amount,
                    GError **error)
{
  amount.minor = -MIN (sums->of[SETTLEMENT_WRITE_OFF], amount.minor);
  return amount.minor >= 0 || settlement_write_off (ledger, invoice, amount, error);
}

gboolean
settlement_renew_status (struct ledger *ledger, const struct invoice *invoice, enum invoice_status *ret, GError **error)
{
  struct settlement_sums sums;
  if (!settlement_sums_read (ledger, invoice->id, &sums, error))
    return FALSE;
  enum invoice_status status = settlement_unsettled (invoice, &sums) == 0 ? INVOICE_PAID
                               : sums.of[SETTLEMENT_WRITE_OFF] != 0       ? INVOICE_UNCOLLECTIBLE
                                                                          : INVOICE_OPEN;
  if (status != invoice->status && !invoice_set_status (ledger, invoice->id, status, error))
    return FALSE;
  if (ret != NULL)
    *ret = status;
  return TRUE;
}

gboolean
settlement_check_issued (const struct invoice *invoice, GError **error)
{
  g_autofree char *reference = invoice_reference (invoice);
  if (invoice->status == INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "%s is a draft: nothing is owed on it before it is issued", reference);
    return error_add_hint (error, "billctl invoice finalize %s", reference);
  }
  return invoice->status != INVOICE_VOIDED || error_set (error, ERROR_REFUSED, "invoice %s is void: nothing is owed on it", reference);
}
