/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Voiding issued invoices, and issuing them again. */
#include "service/voiding.h"

#include "base/error.h"
#include "service/amount.h"
#include "service/booking.h"
#include "service/discount.h"
#include "service/kept-draft.h"
#include "service/settlement.h"
#include "service/verify-lines.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

struct voiding {
  struct ledger *ledger;
  const struct void_request *request;
  struct invoice *invoice;
  struct settlement_sums sums;
  struct billed_customer *customer; /* with reissue, as are the next */
  struct numbering *numbering;
  struct billed_list *billed;
};
typedef struct voiding voiding_t;

static void
voiding_clear (struct voiding *voiding)
{
  g_clear_pointer (&voiding->invoice, invoice_free);
  g_clear_pointer (&voiding->customer, billed_customer_free);
  g_clear_pointer (&voiding->numbering, numbering_free);
  g_clear_pointer (&voiding->billed, billed_list_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (voiding_t, voiding_clear)

/* --- What stands in the way --- */

static gboolean
refuse_status (const struct invoice *invoice, GError **error)
{
  g_autofree char *reference = invoice_reference (invoice);
  if (invoice->status == INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "%s is a draft: it has no number to void", reference);
    if (invoice->manual)
      return error_add_hint (error, "billctl invoice discard %s", reference);
    return error_add_hint (error, "a draft is drawn up anew by the next `billctl invoice generate`");
  }
  error_set (error, ERROR_REFUSED, "invoice %s is %s: only an open, unpaid invoice can be voided", reference,
             invoice_status_name (invoice->status));
  return invoice->status != INVOICE_PAID
             ? FALSE
             : error_add_hint (error, "a credit note takes it back: billctl invoice credit %s --all", reference);
}

static gboolean
refuse_settled (const struct voiding *voiding, GError **error)
{
  const char *number = voiding->invoice->number;
  const struct currency *currency = currency_find (voiding->invoice->currency);
  gint64 paid_minor = voiding->sums.of[SETTLEMENT_PAYMENT], credited_minor = voiding->sums.of[SETTLEMENT_CREDIT_NOTE];
  g_autofree char *amount = money_words (paid_minor != 0 ? paid_minor : credited_minor, currency);
  error_set (error, ERROR_REFUSED, "invoice %s cannot be voided: %s of it are %s", number, amount, paid_minor != 0 ? "paid" : "credited");
  return error_add_hint (error, "a credit note takes back what is left: billctl invoice credit %s --all", number);
}

/* A void invoice may still be issued again, once. */
static gboolean
check_again (const struct voiding *voiding, GError **error)
{
  g_autofree char *replacement = NULL;
  if (!voiding->request->reissue)
    return refuse_status (voiding->invoice, error);
  if (!invoice_replacement (voiding->ledger, voiding->invoice->id, &replacement, error))
    return FALSE;
  return replacement == NULL
         || error_set (error, ERROR_REFUSED, "invoice %s is issued again already, as %s", voiding->invoice->number, replacement);
}

static gboolean
check (struct voiding *voiding, GError **error)
{
  if (!invoice_find (voiding->ledger, voiding->request->reference, &voiding->invoice, error)
      || !settlement_sums_read (voiding->ledger, voiding->invoice->id, &voiding->sums, error))
    return FALSE;
  if (voiding->invoice->status == INVOICE_VOIDED)
    return check_again (voiding, error);
  if (voiding->invoice->status != INVOICE_OPEN && voiding->invoice->status != INVOICE_UNCOLLECTIBLE)
    return refuse_status (voiding->invoice, error);
  gboolean settled = voiding->sums.of[SETTLEMENT_PAYMENT] != 0 || voiding->sums.of[SETTLEMENT_CREDIT_NOTE] != 0;
  return !settled || refuse_settled (voiding, error);
}

static gboolean
count_charge (const struct invoice_line *line, void *data, GError **error)
{
  gint64 *charges = data;
  (void) error;
  *charges += line->period_index != 0 && strcmp (line->kind, line_kind_name (LINE_ONE_OFF)) == 0;
  return TRUE;
}

gboolean
voiding_examine (struct ledger *ledger, const struct void_request *request, struct void_consequences *ret, GError **error)
{
  g_auto (voiding_t) voiding = { .ledger = ledger, .request = request };
  if (!check (&voiding, error))
    return FALSE;
  *ret = (struct void_consequences){
    .currency = currency_find (voiding.invoice->currency),
    .balance_minor = voiding.sums.of[SETTLEMENT_BALANCE],
    .written_off_minor = voiding.sums.of[SETTLEMENT_WRITE_OFF],
    .discount_minor = voiding.invoice->status == INVOICE_VOIDED ? 0 : voiding.invoice->discount_minor,
  };
  return invoice_each_line (ledger, voiding.invoice->id, count_charge, &ret->charges, error);
}

/* --- Undoing --- */

static gboolean
undo (const struct voiding *voiding, GError **error)
{
  struct ledger *ledger = voiding->ledger;
  const struct invoice *invoice = voiding->invoice;
  const char *reason = voiding->request->reason;
  const struct settled_amount all = { voiding->sums.of[SETTLEMENT_WRITE_OFF], ledger_now_us (ledger) };
  gint64 balance_minor = voiding->sums.of[SETTLEMENT_BALANCE];
  const struct booked_void voided = {
    .invoice_id = invoice->id,
    .customer_id = invoice->customer_id,
    .number = invoice->number,
    .currency = invoice->currency,
    .at_us = ledger_now_us (ledger),
  };
  return settlement_restore (ledger, invoice, &voiding->sums, all, error)
         && (balance_minor == 0 || settlement_use_balance (ledger, invoice, -balance_minor, error))
         && invoice_set_void (ledger, invoice->id, reason, error) && booking_invoice_voided (ledger, &voided, error)
         && discount_give_back (ledger, invoice, error)
         && audit_add (ledger, error, "invoice %s voided%s%s", invoice->number, reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
}

/* --- Issuing again --- */

static gboolean
reissue (struct voiding *voiding, GError **error)
{
  struct ledger *ledger = voiding->ledger;
  const struct void_request *request = voiding->request;
  g_autoptr (customer_t) customer = NULL;
  gint64 id = 0;
  if (!billed_customer_new (ledger, &voiding->customer, error)
      || !customer_find_by_id (ledger, voiding->invoice->customer_id, &customer, error))
    return FALSE;
  struct invoice again = *voiding->invoice;
  again.timezone = customer->timezone; /* who it is issued to today */
  const struct invoice head = { .replaces_id = again.id, .usage_seen = again.usage_seen };
  if (!lines_again (voiding->customer, &again, TRUE, error))
    return FALSE;
  if (draft_count (voiding->customer->sheet) != 1)
    return error_set (error, ERROR_REFUSED, "nothing that invoice %s billed is due any more", again.number);
  if (!kept_draft_store (voiding->customer, &head, &id, error)
      || !audit_add (ledger, error, "invoice %s is issued again as draft-%" G_GINT64_FORMAT, again.number, id))
    return FALSE;
  if (!request->finalize) {
    kept_draft_tell (voiding->customer, id, voiding->billed);
    return TRUE;
  }
  return numbering_new (ledger, request->as_of_us, &voiding->numbering, error)
         && kept_draft_issue (voiding->customer, voiding->numbering, id, voiding->billed, error)
         && numbering_store (voiding->numbering, error) && audit_add (ledger, error, "invoices: 1 issued");
}

static gboolean
void_in_transaction (struct voiding *voiding, GError **error)
{
  return check (voiding, error) && (voiding->invoice->status == INVOICE_VOIDED || undo (voiding, error))
         && (!voiding->request->reissue || reissue (voiding, error));
}

gboolean
voiding_void (struct ledger *ledger, const struct void_request *request, GError **error)
{
  g_auto (voiding_t) voiding = { .ledger = ledger, .request = request, .billed = billed_list_new () };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!void_in_transaction (&voiding, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return ledger_commit (ledger, error) && billed_list_tell (voiding.billed, request->report_invoice, request->data, error);
}
