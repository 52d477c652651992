/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money received for invoices, and what will never be. */
#include "service/payment.h"

#include "base/error.h"
#include "base/timezone.h"
#include "core/money.h"
#include "service/amount.h"
#include "service/settlement.h"
#include "store/audit.h"
#include "store/ledger.h"

struct paying {
  struct ledger *ledger;
  const struct payment_request *request;
  const struct invoice *invoice;
  const struct currency *currency;
  struct settlement_sums sums;
  gint64 received_at_us;
  gint64 unsettled_minor;
  gint64 amount_minor;
  gint64 rest_minor; /* above what is owed */
};

static gboolean
resolve_time (struct paying *paying, GError **error)
{
  const struct payment_request *request = paying->request;
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  const struct timezone *zone = NULL;
  char at[INSTANT_TEXT_SIZE], now[INSTANT_TEXT_SIZE];
  paying->received_at_us = request->as_of_us;
  if (request->at == NULL)
    return TRUE;
  if (!timezone_cache_get (zones, paying->invoice->timezone, &zone, error))
    return FALSE;
  paying->received_at_us = timezone_resolve (zone, request->at);
  instant_format (paying->received_at_us, at);
  instant_format (request->as_of_us, now);
  return paying->received_at_us <= request->as_of_us
         || error_set (error, ERROR_REFUSED, "a payment cannot be received at %s, which is after the as-of time %s", at, now);
}

static gboolean
refuse_settled (const struct paying *paying, GError **error)
{
  const struct invoice *invoice = paying->invoice;
  error_set (error, ERROR_REFUSED, "invoice %s is %s: nothing is owed on it", invoice->number, invoice_status_name (invoice->status));
  return error_add_hint (error, "money that came twice is kept for the customer with --amount and --to-balance");
}

static gboolean
check_amount (struct paying *paying, GError **error)
{
  const struct payment_request *request = paying->request;
  paying->amount_minor = paying->unsettled_minor;
  if (request->amount != NULL && !amount_parse ("amount", request->amount, paying->currency, &paying->amount_minor, error))
    return FALSE;
  if (paying->unsettled_minor <= 0 && !(request->to_balance && request->amount != NULL))
    return refuse_settled (paying, error);
  if (paying->amount_minor <= 0)
    return error_set (error, ERROR_USAGE, "amount '%s': a payment is above zero", request->amount);
  paying->rest_minor = MAX (0, paying->amount_minor - MAX (0, paying->unsettled_minor));
  if (paying->rest_minor == 0 || (request->to_balance && !request->from_balance))
    return TRUE;
  g_autofree char *amount = money_words (paying->amount_minor, paying->currency);
  g_autofree char *owed = money_words (paying->unsettled_minor, paying->currency);
  error_set (error, ERROR_REFUSED, "%s are more than the %s that are owed on invoice %s", amount, owed, paying->invoice->number);
  return request->from_balance ? FALSE : error_add_hint (error, "--to-balance keeps what is above that for the customer's next invoices");
}

/* Without an amount, what the balance has. */
static gboolean
check_balance (struct paying *paying, GError **error)
{
  const struct invoice *invoice = paying->invoice;
  gint64 balance_minor = 0;
  if (!balance_read (paying->ledger, invoice->customer_id, invoice->currency, &balance_minor, error))
    return FALSE;
  if (paying->request->amount == NULL && balance_minor > 0)
    paying->amount_minor = MIN (paying->amount_minor, balance_minor);
  if (paying->amount_minor <= balance_minor)
    return TRUE;
  g_autofree char *words = money_words (MAX (balance_minor, 0), paying->currency);
  return error_set (error, ERROR_REFUSED, "the balance of customer %s is short: it has %s", invoice->customer_code, words);
}

/* What is above all that is owed. */
static gboolean
keep_rest (const struct paying *paying, gint64 payment_id, GError **error)
{
  const struct invoice *invoice = paying->invoice;
  const struct balance_movement movement = {
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .amount_minor = paying->rest_minor,
    .kind = BALANCE_OVERPAYMENT,
    .invoice_id = invoice->id,
    .payment_id = payment_id,
  };
  struct booked_balance booked = {
    .kind = BOOKED_OVERPAYMENT,
    .customer_id = invoice->customer_id,
    .customer = invoice->customer_code,
    .currency = invoice->currency,
    .amount_minor = paying->rest_minor,
    .at_us = paying->received_at_us,
  };
  return settlement_move_balance (paying->ledger, &movement, &booked.movement_id, error)
         && booking_balance (paying->ledger, &booked, error);
}

static gboolean
receive (const struct paying *paying, struct settled_amount amount, GError **error)
{
  const struct payment payment = {
    .customer_id = paying->invoice->customer_id,
    .currency = paying->invoice->currency,
    .amount_minor = paying->amount_minor,
    .method = "manual",
    .reference = paying->request->reference,
    .received_at_us = paying->received_at_us,
  };
  struct booked_payment booked = {
    .customer_id = payment.customer_id,
    .currency = payment.currency,
    .amount_minor = payment.amount_minor,
    .at_us = payment.received_at_us,
    .reference = payment.reference,
  };
  return payment_insert (paying->ledger, &payment, &booked.id, error) && booking_payment (paying->ledger, &booked, error)
         && (amount.minor == 0 || settlement_apply_payment (paying->ledger, paying->invoice, booked.id, amount, error))
         && (paying->rest_minor == 0 || keep_rest (paying, booked.id, error));
}

static gboolean
add_audit (const struct paying *paying, GError **error)
{
  g_autofree char *amount = money_words (paying->amount_minor, paying->currency);
  const char *reference = paying->request->reference;
  return audit_add (paying->ledger, error, "invoice %s: %s %s%s%s", paying->invoice->number, amount,
                    paying->request->from_balance ? "paid from the balance" : "received", reference == NULL ? "" : ", reference ",
                    reference == NULL ? "" : reference);
}

static gboolean
pay (struct paying *paying, struct payment_result *ret, GError **error)
{
  struct ledger *ledger = paying->ledger;
  const struct invoice *invoice = paying->invoice;
  enum invoice_status status;
  if (!settlement_check_issued (invoice, error) || !settlement_sums_read (ledger, invoice->id, &paying->sums, error))
    return FALSE;
  paying->currency = currency_find (invoice->currency);
  paying->unsettled_minor = settlement_unsettled (invoice, &paying->sums);
  if (!resolve_time (paying, error) || !check_amount (paying, error)
      || (paying->request->from_balance && !check_balance (paying, error)))
    return FALSE;
  /* What came before the invoice was issued waits for it in the books. */
  const struct settled_amount settled = {
    .minor = paying->amount_minor - paying->rest_minor,
    .at_us = MAX (paying->received_at_us, invoice->issued_at_us),
  };
  gboolean ok = settlement_restore (ledger, invoice, &paying->sums, settled, error)
                && (paying->request->from_balance ? settlement_use_balance (ledger, invoice, settled.minor, error)
                                                  : receive (paying, settled, error))
                && settlement_renew_status (ledger, invoice, &status, error) && add_audit (paying, error);
  if (!ok)
    return FALSE;
  *ret = (struct payment_result){
    .amount_minor = paying->amount_minor,
    .to_balance_minor = paying->rest_minor,
    .owed_minor = status == INVOICE_OPEN ? paying->unsettled_minor - settled.minor : 0,
    .status = invoice_status_name (status),
    .currency = paying->currency,
  };
  return TRUE;
}

gboolean
payment_record (struct ledger *ledger, const struct payment_request *request, struct payment_result *ret, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  struct payment_result result;
  if (!ledger_begin (ledger, error))
    return FALSE;
  struct paying paying = { .ledger = ledger, .request = request };
  gboolean ok = invoice_find (ledger, request->invoice, &invoice, error);
  paying.invoice = invoice;
  if (!ok || !pay (&paying, &result, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = result;
  return TRUE;
}

static gboolean
write_off (struct ledger *ledger, const struct invoice *invoice, const char *reason, struct payment_result *ret, GError **error)
{
  const struct currency *currency = currency_find (invoice->currency);
  if (!settlement_check_issued (invoice, error))
    return FALSE;
  if (invoice->status != INVOICE_OPEN)
    return error_set (error, ERROR_REFUSED, "invoice %s is %s: only an open invoice can become uncollectible", invoice->number,
                      invoice_status_name (invoice->status));
  const struct settled_amount lost = { invoice->total_minor - invoice->settled_minor, ledger_now_us (ledger) };
  g_autofree char *amount = money_words (lost.minor, currency);
  *ret = (struct payment_result){
    .amount_minor = lost.minor,
    .status = invoice_status_name (INVOICE_UNCOLLECTIBLE),
    .currency = currency,
  };
  return settlement_write_off (ledger, invoice, lost, error) && invoice_set_status (ledger, invoice->id, INVOICE_UNCOLLECTIBLE, error)
         && audit_add (ledger, error, "invoice %s uncollectible, %s written off: %s", invoice->number, amount, reason);
}

gboolean
payment_write_off (struct ledger *ledger, const char *reference, const char *reason, struct payment_result *ret, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  struct payment_result result;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!invoice_find (ledger, reference, &invoice, error) || !write_off (ledger, invoice, reason, &result, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = result;
  return TRUE;
}
