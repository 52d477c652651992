/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit notes: issuing and reading them. */
#include "service/credit-note.h"

#include "base/error.h"
#include "base/timezone.h"
#include "service/amount.h"
#include "service/booking.h"
#include "service/numbering.h"
#include "service/settlement.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

void
credit_result_clear (struct credit_result *result)
{
  g_clear_pointer (&result->number, g_free);
}

struct crediting {
  struct ledger *ledger;
  const struct credit_request *request;
  struct invoice *invoice;
  struct credit_lines *lines;
  struct timezone_cache *zones;
  struct numbering *numbering;
  struct settlement_sums settled; /* before */
  struct credit_sums sums;
  gint64 id;
  struct credit_result result;
};
typedef struct crediting crediting_t;

static void
crediting_clear (struct crediting *crediting)
{
  g_clear_pointer (&crediting->invoice, invoice_free);
  g_clear_pointer (&crediting->lines, credit_lines_free);
  g_clear_pointer (&crediting->zones, timezone_cache_free);
  g_clear_pointer (&crediting->numbering, numbering_free);
  credit_result_clear (&crediting->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (crediting_t, crediting_clear)

/* --- Where it goes --- */

static gboolean
refuse_loss (const struct crediting *crediting, gint64 owed_minor, GError **error)
{
  g_autofree char *total = money_words (crediting->sums.total_minor, crediting->result.currency);
  g_autofree char *owed = money_words (owed_minor, crediting->result.currency);
  error_set (error, ERROR_REFUSED, "%s cannot be written off: %s are owed on invoice %s", total, owed, crediting->invoice->number);
  return error_add_hint (error, "--as refund or --as balance gives back what was paid");
}

static gboolean
refuse_refund (const struct crediting *crediting, gint64 wanted_minor, gint64 paid_minor, GError **error)
{
  g_autofree char *wanted = money_words (wanted_minor, crediting->result.currency);
  g_autofree char *paid = money_words (paid_minor, crediting->result.currency);
  error_set (error, ERROR_REFUSED, "%s cannot be refunded: %s were paid in money for invoice %s", wanted, paid, crediting->invoice->number);
  return error_add_hint (error, "--as balance keeps it for the next invoices");
}

/* What is owed becomes less first. */
static gboolean
split_total (struct crediting *crediting, GError **error)
{
  struct credit_result *result = &crediting->result;
  gint64 unsettled_minor = settlement_unsettled (crediting->invoice, &crediting->settled);
  gint64 paid_minor = crediting->settled.of[SETTLEMENT_PAYMENT];
  result->owed_minor = MIN (crediting->sums.total_minor, unsettled_minor);
  gint64 rest_minor = crediting->sums.total_minor - result->owed_minor;
  switch (crediting->request->kind) {
    case CREDIT_WRITE_OFF:
      return rest_minor == 0 || refuse_loss (crediting, unsettled_minor, error);
    case CREDIT_REFUND:
      result->refunded_minor = rest_minor;
      return rest_minor <= paid_minor || refuse_refund (crediting, rest_minor, paid_minor, error);
    case CREDIT_BALANCE:
      result->balance_minor = rest_minor;
      return TRUE;
  }
  return TRUE;
}

static gboolean
check (struct crediting *crediting, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  struct ledger *ledger = crediting->ledger;
  crediting->result.currency = currency_find (invoice->currency);
  if (invoice->status == INVOICE_DRAFT || invoice->status == INVOICE_VOIDED) {
    g_autofree char *reference = invoice_reference (invoice);
    if (invoice->status == INVOICE_VOIDED)
      return error_set (error, ERROR_REFUSED, "invoice %s is void: there is nothing to credit", reference);
    error_set (error, ERROR_REFUSED, "%s is a draft: only an issued invoice can be credited", reference);
    return error_add_hint (error, "a draft can still be drawn up otherwise");
  }
  return settlement_sums_read (ledger, invoice->id, &crediting->settled, error)
         && credit_lines_load (ledger, invoice, &crediting->lines, error)
         && credit_lines_choose (crediting->lines, &crediting->request->choice, error)
         && credit_lines_sum (crediting->lines, &crediting->sums, error) && split_total (crediting, error);
}

/* --- Writing it down --- */

static gboolean
insert_note (struct crediting *crediting, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  const char *number = NULL;
  if (!numbering_new (crediting->ledger, crediting->request->as_of_us, &crediting->numbering, error)
      || !numbering_next_credit_note (crediting->numbering, invoice->issuer_id, &number, error))
    return FALSE;
  crediting->result.number = g_strdup (number);
  const struct credit_note note = {
    .number = number,
    .invoice_id = invoice->id,
    .issuer_id = invoice->issuer_id,
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .kind = crediting->request->kind,
    .reason = crediting->request->reason,
    .subtotal_minor = crediting->sums.subtotal_minor,
    .tax_minor = crediting->sums.tax_minor,
    .total_minor = crediting->sums.total_minor,
    .issued_at_us = crediting->request->as_of_us,
  };
  crediting->result.total_minor = note.total_minor;
  crediting->result.tax_minor = note.tax_minor;
  return credit_note_insert (crediting->ledger, &note, &crediting->id, error) && numbering_store (crediting->numbering, error);
}

static gint64
taxes_now (const struct credit_line *line, gboolean inside_only)
{
  gint64 sum = 0;
  for (gsize i = 0; i < line->tax_count; i++)
    if (!inside_only || !line->taxes[i].on_top)
      sum += line->taxes[i].now;
  return sum;
}

/* Its lines, and in `ret_booked` what the books hear of them. */
static gboolean
insert_lines (const struct crediting *crediting, GArray *ret_booked, GError **error)
{
  gint64 position = 0;
  for (gsize i = 0; i < credit_lines_count (crediting->lines); i++) {
    const struct creditable *creditable = credit_lines_at (crediting->lines, i);
    g_autofree char *taxes = creditable_taxes_json (creditable);
    const struct credit_note_line line = {
      .position = position + 1,
      .invoice_position = creditable->position,
      .description = creditable->description,
      .amount_minor = creditable->line.now,
      .tax_minor = taxes_now (&creditable->line, FALSE),
      .taxes = taxes,
    };
    if (line.amount_minor == 0 && line.tax_minor == 0)
      continue;
    const struct booked_credit_line booked = {
      .kind = creditable->kind,
      .period_start_us = creditable->period_start_us,
      .period_end_us = creditable->period_end_us,
      .net_minor = line.amount_minor - taxes_now (&creditable->line, TRUE),
      .tax_minor = line.tax_minor,
    };
    position++;
    g_array_append_val (ret_booked, booked);
    if (!credit_note_line_insert (crediting->ledger, crediting->id, &line, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
book (struct crediting *crediting, const GArray *lines, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  struct booked_credit_note note = {
    .id = crediting->id,
    .invoice_id = invoice->id,
    .customer_id = invoice->customer_id,
    .number = crediting->result.number,
    .invoice_number = invoice->number,
    .currency = invoice->currency,
    .at_us = crediting->request->as_of_us,
    .invoice_issued_at_us = invoice->issued_at_us,
    .write_off = crediting->request->kind == CREDIT_WRITE_OFF,
    .owed_minor = crediting->result.owed_minor,
    .balance_minor = crediting->result.balance_minor,
    .refunded_minor = crediting->result.refunded_minor,
    .lines = (const struct booked_credit_line *) (gpointer) lines->data,
    .line_count = lines->len,
  };
  crediting->zones = timezone_cache_new ();
  return timezone_cache_get (crediting->zones, invoice->timezone, &note.zone, error)
         && booking_credit_note (crediting->ledger, &note, error);
}

/* The money goes back: a payment below zero. */
static gboolean
refund (const struct crediting *crediting, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  const struct payment payment = {
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .amount_minor = -crediting->result.refunded_minor,
    .method = "refund",
    .reference = crediting->result.number,
    .received_at_us = crediting->request->as_of_us,
  };
  struct settlement settlement = {
    .invoice_id = invoice->id,
    .kind = SETTLEMENT_PAYMENT,
    .amount_minor = payment.amount_minor,
    .credit_note_id = crediting->id,
  };
  return payment_insert (crediting->ledger, &payment, &settlement.payment_id, error)
         && settlement_insert (crediting->ledger, &settlement, error);
}

static gboolean
give_balance (const struct crediting *crediting, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  const struct settlement settlement = {
    .invoice_id = invoice->id,
    .kind = SETTLEMENT_BALANCE,
    .amount_minor = -crediting->result.balance_minor,
    .credit_note_id = crediting->id,
  };
  const struct balance_movement movement = {
    .customer_id = invoice->customer_id,
    .currency = invoice->currency,
    .amount_minor = crediting->result.balance_minor,
    .kind = BALANCE_CREDIT_NOTE,
    .invoice_id = invoice->id,
    .credit_note_id = crediting->id,
  };
  return settlement_insert (crediting->ledger, &settlement, error)
         && settlement_move_balance (crediting->ledger, &movement, NULL, error);
}

static gboolean
settle (struct crediting *crediting, GError **error)
{
  const struct invoice *invoice = crediting->invoice;
  const struct settlement settlement = {
    .invoice_id = invoice->id,
    .kind = SETTLEMENT_CREDIT_NOTE,
    .amount_minor = crediting->sums.total_minor,
    .credit_note_id = crediting->id,
  };
  const struct settled_amount settled = { crediting->result.owed_minor, crediting->request->as_of_us };
  enum invoice_status status;
  gboolean ok = settlement_restore (crediting->ledger, invoice, &crediting->settled, settled, error)
                && settlement_insert (crediting->ledger, &settlement, error)
                && (crediting->result.refunded_minor == 0 || refund (crediting, error))
                && (crediting->result.balance_minor == 0 || give_balance (crediting, error))
                && settlement_renew_status (crediting->ledger, invoice, &status, error);
  if (ok)
    crediting->result.status = invoice_status_name (status);
  return ok;
}

static gboolean
credit_in_transaction (struct crediting *crediting, GError **error)
{
  g_autoptr (GArray) booked = g_array_new (FALSE, FALSE, sizeof (struct booked_credit_line));
  if (!invoice_find (crediting->ledger, crediting->request->invoice, &crediting->invoice, error) || !check (crediting, error)
      || !insert_note (crediting, error) || !insert_lines (crediting, booked, error) || !settle (crediting, error)
      || !book (crediting, booked, error))
    return FALSE;
  g_autofree char *total = money_words (crediting->sums.total_minor, crediting->result.currency);
  return audit_add (crediting->ledger, error, "credit note %s of %s for invoice %s: %s", crediting->result.number, total,
                    crediting->invoice->number, crediting->request->reason);
}

gboolean
credit_note_issue (struct ledger *ledger, const struct credit_request *request, struct credit_result *ret, GError **error)
{
  g_auto (crediting_t) crediting = { .ledger = ledger, .request = request };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!credit_in_transaction (&crediting, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = crediting.result;
  crediting.result.number = NULL;
  return TRUE;
}

/* --- Reading --- */

gboolean
credit_note_list (struct ledger *ledger, const struct credit_note_list_request *request, credit_note_visit visit, void *data, GError **error)
{
  struct credit_note_filter filter = { .from_us = request->from_us, .to_us = request->to_us };
  if (request->customer != NULL) {
    g_autoptr (customer_t) customer = NULL;
    if (!customer_find_by_code (ledger, request->customer, &customer, error))
      return FALSE;
    filter.customer_id = customer->id;
  }
  if (request->invoice != NULL) {
    g_autoptr (invoice_t) invoice = NULL;
    if (!invoice_find (ledger, request->invoice, &invoice, error))
      return FALSE;
    filter.invoice_id = invoice->id;
  }
  return credit_note_each (ledger, &filter, visit, data, error);
}

struct showing {
  const struct credit_note_show_request *request;
  gint64 id;
};

static gboolean
show_head (const struct credit_note *note, void *data, GError **error)
{
  struct showing *showing = data;
  showing->id = note->id;
  return showing->request->head (note, showing->request->data, error);
}

gboolean
credit_note_show (struct ledger *ledger, const struct credit_note_show_request *request, GError **error)
{
  struct showing showing = { .request = request };
  return credit_note_find (ledger, request->number, show_head, &showing, error)
         && credit_note_each_line (ledger, showing.id, request->line, request->data, error);
}
