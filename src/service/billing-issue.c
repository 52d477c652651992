/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuing drafts as they stand, and voiding issued invoices. */
#include "service/billing.h"

#include "base/error.h"
#include "service/billing-private.h"
#include "service/numbering.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/ledger.h"

struct issuing {
  struct ledger *ledger;
  const struct finalize_request *request;
  struct timezone_cache *zones;
  struct plan_cache *plans;
  struct numbering *numbering;
  GArray *ids; /* gint64: drafts in the order of being numbered */
  gint64 issued;
};
typedef struct issuing issuing_t;

static void
issuing_clear (struct issuing *issuing)
{
  g_clear_pointer (&issuing->zones, timezone_cache_free);
  g_clear_pointer (&issuing->plans, plan_cache_free);
  g_clear_pointer (&issuing->numbering, numbering_free);
  g_clear_pointer (&issuing->ids, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (issuing_t, issuing_clear)

/* One draft by name: earlier drafts of the customer come first, because issuing moves its subscriptions on past them. */
static gboolean
choose_one (struct issuing *issuing, const char *reference, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key));
  if (!invoice_find (issuing->ledger, reference, &invoice, error))
    return FALSE;
  if (invoice->status != INVOICE_DRAFT)
    return error_set (error, ERROR_REFUSED, "invoice %s is %s, not a draft: it never changes", invoice->number,
                      invoice_status_name (invoice->status));
  if (!invoice_drafts_of (issuing->ledger, invoice->customer_id, drafts, error))
    return FALSE;
  const struct invoice_draft_key *first = &g_array_index (drafts, struct invoice_draft_key, 0);
  if (first->id != invoice->id && first->billed_at_us < invoice->billed_at_us) {
    error_set (error, ERROR_REFUSED, "customer %s has an earlier draft, draft-%" G_GINT64_FORMAT ", which must be issued first",
               invoice->customer_code, first->id);
    return error_add_hint (error, "billctl invoice finalize --customer %s issues all of them in order", invoice->customer_code);
  }
  g_array_append_val (issuing->ids, invoice->id);
  return TRUE;
}

static gboolean
choose (struct issuing *issuing, GError **error)
{
  const struct finalize_request *request = issuing->request;
  if (request->reference != NULL)
    return choose_one (issuing, request->reference, error);
  if (request->customer == NULL)
    return invoice_draft_ids (issuing->ledger, issuing->ids, error);
  g_autoptr (customer_t) customer = NULL;
  g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key));
  if (!customer_find_by_code (issuing->ledger, request->customer, &customer, error)
      || !invoice_drafts_of (issuing->ledger, customer->id, drafts, error))
    return FALSE;
  for (guint i = 0; i < drafts->len; i++)
    g_array_append_val (issuing->ids, g_array_index (drafts, struct invoice_draft_key, i).id);
  return TRUE;
}

static gboolean
move_subscriptions_on (struct issuing *issuing, const struct invoice *invoice, const struct timezone *zone, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  if (!subscription_walk_begin (issuing->ledger, invoice->customer_id, invoice->customer_id, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    const struct plan *plan = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if (!plan_cache_get (issuing->plans, row->subscription.plan_version_id, &plan, error)
        || !billing_mark_billed (issuing->ledger, &row->subscription, plan, zone, invoice->billed_at_us, error))
      return FALSE;
  }
}

static gboolean
count_line (const struct invoice_line *line, void *data, GError **error)
{
  (void) line;
  (void) error;
  ++*(gint64 *) data;
  return TRUE;
}

static gboolean
issue (struct issuing *issuing, gint64 id, GError **error)
{
  g_autofree char *reference = g_strdup_printf ("draft-%" G_GINT64_FORMAT, id);
  g_autoptr (invoice_t) invoice = NULL;
  const struct timezone *zone = NULL;
  const char *number = NULL;
  gint64 lines = 0;
  if (!invoice_find (issuing->ledger, reference, &invoice, error)
      || !timezone_cache_get (issuing->zones, invoice->timezone, &zone, error) || !numbering_next (issuing->numbering, invoice->issuer_id, &number, error)
      || !invoice_issue (issuing->ledger, id, number, issuing->request->as_of_us, numbering_due_at_us (issuing->numbering), error)
      || !move_subscriptions_on (issuing, invoice, zone, error) || !invoice_each_line (issuing->ledger, id, count_line, &lines, error))
    return FALSE;
  issuing->issued++;
  struct billed_invoice billed = {
    .change = BILLING_ISSUED,
    .reference = number,
    .customer = invoice->customer_code,
    .billed_at_us = invoice->billed_at_us,
    .billed_on = timezone_date (zone, invoice->billed_at_us),
    .issued = TRUE,
    .due_on = timezone_date (zone, numbering_due_at_us (issuing->numbering)),
    .line_count = lines,
    .total_minor = invoice->total_minor,
    .currency = currency_find (invoice->currency),
  };
  return issuing->request->report_invoice == NULL || issuing->request->report_invoice (&billed, issuing->request->data, error);
}

static gboolean
issue_all (struct issuing *issuing, GError **error)
{
  if (!choose (issuing, error))
    return FALSE;
  for (guint i = 0; i < issuing->ids->len; i++)
    if (!issue (issuing, g_array_index (issuing->ids, gint64, i), error))
      return FALSE;
  return numbering_store (issuing->numbering, error)
         && (issuing->issued == 0 || audit_add (issuing->ledger, error, "invoices: %" G_GINT64_FORMAT " issued", issuing->issued));
}

gboolean
billing_finalize (struct ledger *ledger, const struct finalize_request *request, gint64 *ret_issued, GError **error)
{
  g_auto (issuing_t) issuing = {
    .ledger = ledger,
    .request = request,
    .zones = timezone_cache_new (),
    .plans = plan_cache_new (ledger),
    .ids = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!numbering_new (ledger, request->as_of_us, &issuing.numbering, error) || !issue_all (&issuing, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret_issued = issuing.issued;
  return TRUE;
}

static gboolean
void_in_transaction (struct ledger *ledger, const char *reference, const char *reason, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  if (!invoice_find (ledger, reference, &invoice, error))
    return FALSE;
  if (invoice->status == INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "%s is a draft: it has no number to void", reference);
    return error_add_hint (error, "a draft is drawn up anew by the next `billctl invoice generate`");
  }
  if (invoice->status != INVOICE_OPEN && invoice->status != INVOICE_UNCOLLECTIBLE) {
    error_set (error, ERROR_REFUSED, "invoice %s is %s: only an open, unpaid invoice can be voided", reference,
               invoice_status_name (invoice->status));
    return FALSE;
  }
  return invoice_set_void (ledger, invoice->id, reason, error)
         && audit_add (ledger, error, "invoice %s voided%s%s", reference, reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
}

gboolean
billing_void (struct ledger *ledger, const char *reference, const char *reason, GError **error)
{
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!void_in_transaction (ledger, reference, reason, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return ledger_commit (ledger, error);
}
