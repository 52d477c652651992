/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts that stand for themselves. */
#include "service/kept-draft.h"

#include "base/error.h"
#include "service/issued.h"
#include "service/verify-lines.h"
#include "store/audit.h"
#include "store/ledger.h"

gboolean
kept_draft_store (struct billed_customer *customer, const struct invoice *head, gint64 *ret_id, GError **error)
{
  struct draft_view view = draft_at (customer->sheet, 0);
  const struct invoice draft = {
    .id = head->id,
    .issuer_id = customer->issuer_id,
    .customer_id = customer->id,
    .status = INVOICE_DRAFT,
    .manual = TRUE,
    .scope = "m:",
    .usage_seen = head->usage_seen,
    .net_days = head->net_days,
    .replaces_id = head->replaces_id,
  };
  return draft_write (&view, customer->ledger, &draft, ret_id, error) && invoice_name_scope (customer->ledger, *ret_id, error);
}

static struct billed_invoice
told (const struct billed_customer *customer, const struct draft_view *view, const char *reference)
{
  return (struct billed_invoice){
    .change = BILLING_DRAFTED,
    .reference = reference,
    .customer = customer->code,
    .billed_at_us = view->due_us,
    .billed_on = timezone_date (customer->zone, view->due_us),
    .line_count = (gint64) view->line_count,
    .total_minor = view->total_minor,
    .currency = view->currency,
  };
}

void
kept_draft_tell (const struct billed_customer *customer, gint64 id, struct billed_list *billed)
{
  struct draft_view view = draft_at (customer->sheet, 0);
  g_autofree char *reference = g_strdup_printf ("draft-%" G_GINT64_FORMAT, id);
  struct billed_invoice invoice = told (customer, &view, reference);
  billed_list_add (billed, &invoice);
}

/* Drawn up once more; what stands there is replaced where it comes out otherwise. */
static gboolean
renew (struct billed_customer *customer, const struct invoice *draft, GError **error)
{
  gboolean same = FALSE;
  gint64 id = draft->id;
  if (!lines_again (customer, draft, TRUE, error))
    return FALSE;
  if (draft_count (customer->sheet) != 1)
    return error_set (error, ERROR_REFUSED, "nothing stands on draft-%" G_GINT64_FORMAT " any more", draft->id);
  if (!draft_equals_stored (customer->sheet, 0, customer->ledger, draft->id, &same, error))
    return FALSE;
  return same || (invoice_delete_draft (customer->ledger, draft->id, error) && kept_draft_store (customer, draft, &id, error));
}

static gboolean
record (struct billed_customer *customer, const struct draft_view *view, const struct invoice_issue *issue, GError **error)
{
  const struct booked_invoice invoice = {
    .id = issue->id,
    .customer_id = customer->id,
    .number = issue->number,
    .currency = view->currency->code,
    .billed_at_us = view->due_us,
    .issued_at_us = issue->issued_at_us,
    .zone = customer->zone,
    .total_minor = view->total_minor,
    .lines = view->lines,
    .line_count = view->line_count,
    .taxes = view->taxes,
    .tax_count = view->tax_count,
  };
  return issued_record (customer->ledger, &invoice, error);
}

gboolean
kept_draft_issue (struct billed_customer *customer, struct numbering *numbering, gint64 id, struct billed_list *billed, GError **error)
{
  g_autoptr (invoice_t) draft = NULL;
  g_autofree char *reference = g_strdup_printf ("draft-%" G_GINT64_FORMAT, id);
  if (!invoice_find (customer->ledger, reference, &draft, error) || !renew (customer, draft, error))
    return FALSE;
  struct draft_view view = draft_at (customer->sheet, 0);
  struct invoice_issue issue = {
    .id = id,
    .issued_at_us = ledger_now_us (customer->ledger),
    .due_at_us = numbering_due_after_us (numbering, customer->zone, draft->net_days),
    .usage_seen = draft->usage_seen,
  };
  if (!numbering_next (numbering, customer->issuer_id, &issue.number, error) || !invoice_issue (customer->ledger, &issue, error)
      || !record (customer, &view, &issue, error))
    return FALSE;
  struct billed_invoice invoice = told (customer, &view, issue.number);
  invoice.change = BILLING_ISSUED;
  invoice.issued = TRUE;
  invoice.due_on = timezone_date (customer->zone, issue.due_at_us);
  billed_list_add (billed, &invoice);
  return TRUE;
}

static gboolean
discard (struct ledger *ledger, const char *reference, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  if (!invoice_find (ledger, reference, &invoice, error))
    return FALSE;
  if (invoice->status != INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "invoice %s is %s: only a draft can be discarded", reference, invoice_status_name (invoice->status));
    return error_add_hint (error, "`billctl invoice void` and `billctl invoice credit` undo what was issued");
  }
  if (!invoice->manual) {
    error_set (error, ERROR_REFUSED, "%s is drawn up from what is due, and would come back", reference);
    return error_add_hint (error, "change what it is drawn up from: the subscription, a charge, the usage");
  }
  return invoice_delete_draft (ledger, invoice->id, error) && audit_add (ledger, error, "%s of customer %s discarded", reference, invoice->customer_code);
}

gboolean
kept_draft_discard (struct ledger *ledger, const char *reference, GError **error)
{
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!discard (ledger, reference, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return ledger_commit (ledger, error);
}
