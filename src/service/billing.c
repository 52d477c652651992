/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generating invoices: customer by customer, some thousands to a transaction. */
#include "service/billing.h"

#include "base/error.h"
#include "service/billed-customer.h"
#include "service/billed-list.h"
#include "service/draft.h"
#include "service/issued.h"
#include "service/numbering.h"
#include "service/usage-estimate.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/known.h"
#include "store/ledger.h"
#include "store/one-off.h"
#include "store/setting.h"
#include "store/usage.h"

#include <string.h>

enum { CUSTOMERS_PER_TRANSACTION = 2000 };

static const char *const change_names[] = { "drafted", "rebuilt", "unchanged", "issued", "discarded" };

const char *
billing_change_name (enum billing_change change)
{
  return change_names[change];
}

struct run {
  struct ledger *ledger;
  const struct billing_request *request;
  gboolean finalize;
  struct billing_result result;
  struct billed_customer *customer; /* the one whose subscriptions are being gathered */
  struct numbering *numbering;
  struct billed_list *billed;       /* by the transaction */
  GArray *drafts;                   /* struct invoice_draft_key: what stands in the ledger */
  gint64 customer_id;               /* of the request; 0: all */
  gint64 usage_seen;
  gboolean any_draft; /* among the customers from the transaction's first on */
  gint64 subscriptions_done;
};

static void
run_clear (struct run *run)
{
  g_clear_pointer (&run->customer, billed_customer_free);
  g_clear_pointer (&run->numbering, numbering_free);
  g_clear_pointer (&run->drafts, g_array_unref);
  g_clear_pointer (&run->billed, billed_list_free);
}
typedef struct run run_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (run_t, run_clear)

static gint64
count_estimates (const struct draft_view *view)
{
  gint64 count = 0;
  for (gsize i = 0; i < view->line_count; i++)
    count += usage_estimate_is (view->lines[i].role, view->lines[i].derivation);
  return count;
}

static void
report (struct run *run, enum billing_change change, const struct draft_view *view, gint64 id, const char *number)
{
  gint64 *const counts[] = { &run->result.drafted, &run->result.rebuilt, &run->result.unchanged, &run->result.issued, &run->result.discarded };
  ++*counts[change];
  run->result.no_place += view->no_place;
  if (run->request->estimate_missing)
    run->result.estimates += count_estimates (view);
  struct invoice named = { .id = id, .number = number };
  g_autofree char *reference = invoice_reference (&named);
  struct billed_invoice invoice = {
    .change = change,
    .reference = reference,
    .customer = run->customer->code,
    .billed_at_us = view->due_us,
    .billed_on = timezone_date (run->customer->zone, view->due_us),
    .issued = change == BILLING_ISSUED,
    .due_on = timezone_date (run->customer->zone, numbering_due_at_us (run->numbering, run->customer->zone)),
    .line_count = (gint64) view->line_count,
    .total_minor = view->total_minor,
    .currency = view->currency == NULL ? run->customer->currency : view->currency,
  };
  billed_list_add (run->billed, &invoice);
}

static gboolean
record (struct run *run, const struct draft_view *view, gint64 id, const char *number, GError **error)
{
  const struct booked_invoice invoice = {
    .id = id,
    .customer_id = run->customer->id,
    .number = number,
    .currency = view->currency->code,
    .billed_at_us = view->due_us,
    .issued_at_us = run->request->as_of_us,
    .zone = run->customer->zone,
    .total_minor = view->total_minor,
    .lines = view->lines,
    .line_count = view->line_count,
    .taxes = view->taxes,
    .tax_count = view->tax_count,
  };
  return issued_record (run->ledger, &invoice, error);
}

/* *id is that of the draft whose place it takes, or 0 and becomes its own. */
static gboolean
write_draft (struct run *run, const struct draft_view *view, const char *number, gint64 *id, GError **error)
{
  const struct invoice invoice = {
    .id = *id,
    .number = number,
    .issuer_id = run->customer->issuer_id,
    .customer_id = run->customer->id,
    .scope = view->scope,
    .status = number == NULL ? INVOICE_DRAFT : INVOICE_OPEN,
    .issued_at_us = run->request->as_of_us,
    .due_at_us = numbering_due_at_us (run->numbering, run->customer->zone),
    .usage_seen = run->usage_seen,
  };
  if (!draft_write (view, run->ledger, &invoice, id, error))
    return FALSE;
  return number == NULL || record (run, view, *id, number, error);
}

/* The stored draft for the same instant, currency and scope, taken out of the list of those that are still to be dealt with; id 0: none. */
static struct invoice_draft_key
take_stored (struct run *run, const struct draft_view *view)
{
  for (guint i = 0; i < run->drafts->len; i++) {
    struct invoice_draft_key key = g_array_index (run->drafts, struct invoice_draft_key, i);
    if (key.billed_at_us == view->due_us && strcmp (key.currency, view->currency->code) == 0 && strcmp (key.scope, view->scope) == 0) {
      g_array_remove_index (run->drafts, i);
      return key;
    }
  }
  return (struct invoice_draft_key){ 0 };
}

static gboolean
issue_stored (struct run *run, const struct draft_view *view, gint64 id, const char *number, GError **error)
{
  const struct invoice_issue issue = {
    .id = id,
    .number = number,
    .issued_at_us = run->request->as_of_us,
    .due_at_us = numbering_due_at_us (run->numbering, run->customer->zone),
    .usage_seen = run->usage_seen,
  };
  if (!invoice_issue (run->ledger, &issue, error) || !record (run, view, id, number, error)
      || !billed_customer_note_issued (run->customer, view, id, error))
    return FALSE;
  report (run, BILLING_ISSUED, view, id, number);
  return TRUE;
}

static gboolean
settle_draft (struct run *run, gsize index, GError **error)
{
  struct draft_view view = draft_at (run->customer->sheet, index);
  struct invoice_draft_key stored = take_stored (run, &view);
  gboolean same = FALSE;
  if (stored.id != 0 && !draft_equals_stored (run->customer->sheet, index, run->ledger, stored.id, &same, error))
    return FALSE;
  if (same && !run->finalize) {
    report (run, BILLING_UNCHANGED, &view, stored.id, NULL);
    return TRUE;
  }
  const char *number = NULL;
  if (run->finalize && !numbering_next (run->numbering, run->customer->issuer_id, &number, error))
    return FALSE;
  if (same)
    return issue_stored (run, &view, stored.id, number, error);
  gint64 id = stored.id;
  if (stored.id != 0 && !invoice_delete_draft (run->ledger, stored.id, error))
    return FALSE;
  if (!write_draft (run, &view, number, &id, error)
      || (number != NULL && !billed_customer_note_issued (run->customer, &view, id, error)))
    return FALSE;
  enum billing_change change = run->finalize ? BILLING_ISSUED : stored.id != 0 ? BILLING_REBUILT : BILLING_DRAFTED;
  report (run, change, &view, id, number);
  return TRUE;
}

/* Drafts that fell due by now but came out empty this time. Later ones (of a run with a later as-of) are left alone. */
static gboolean
discard_stale (struct run *run, GError **error)
{
  for (guint i = 0; i < run->drafts->len; i++) {
    struct invoice_draft_key key = g_array_index (run->drafts, struct invoice_draft_key, i);
    if (key.billed_at_us > run->request->as_of_us)
      continue;
    struct draft_view view = { .due_us = key.billed_at_us, .currency = currency_find (key.currency) };
    if (!invoice_delete_draft (run->ledger, key.id, error))
      return FALSE;
    report (run, BILLING_DISCARDED, &view, key.id, NULL);
  }
  return TRUE;
}

/* A customer that cannot be billed is reported and left as it was; only a ledger in trouble ends the run. */
static gboolean
fail_customer (struct run *run, GError *failure, GError **error)
{
  if (g_error_matches (failure, BILLCTL_ERROR, ERROR_LEDGER)) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  g_autoptr (GError) owned = failure;
  g_autofree char *message = error_message_text (owned);
  struct billing_failure failed = { .customer = run->customer->code, .message = message };
  run->result.failed++;
  return run->request->report_failure == NULL || run->request->report_failure (&failed, run->request->data, error);
}

static gboolean
bill_customer (struct run *run, GError **error)
{
  struct billed_customer *customer = run->customer;
  GError *failure = NULL;
  customer->late_alone = run->request->late;
  customer->estimate_missing = run->request->estimate_missing;
  if (!billed_customer_draw_up (customer, run->request->as_of_us, &failure))
    return fail_customer (run, failure, error);
  gsize count = draft_count (customer->sheet);
  g_array_set_size (run->drafts, 0);
  if (run->any_draft && !invoice_drafts_of (run->ledger, customer->id, run->drafts, error))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    if (!settle_draft (run, i, error))
      return FALSE;
  if (!discard_stale (run, error))
    return FALSE;
  return !run->finalize || count == 0 || billed_customer_move_on (customer, NULL, NULL, draft_at (customer->sheet, count - 1).due_us, error);
}

/* Bills customers from `first` on until the transaction is full; *ret_next is where the next one goes on, 0 at the end. */
static gboolean
bill_some (struct run *run, gint64 first, gint64 last, gint64 *ret_next, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  if (!subscription_walk_begin (run->ledger, first, last, &walk, error))
    return FALSE;
  gint64 customers = 0;
  run->customer->id = 0;
  *ret_next = 0;
  for (;;) {
    const struct subscription_row *row = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    gboolean other = row == NULL || row->subscription.payer_id != run->customer->id;
    if (other && run->customer->id != 0 && !bill_customer (run, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if (other && customers++ == CUSTOMERS_PER_TRANSACTION && !ledger_is_dry_run (run->ledger)) {
      *ret_next = row->subscription.payer_id;
      return TRUE;
    }
    if ((other && !billed_customer_start (run->customer, row, error)) || !billed_customer_add (run->customer, row, error))
      return FALSE;
    run->subscriptions_done++;
  }
}

static gint64
changes (const struct billing_result *result)
{
  return result->drafted + result->rebuilt + result->issued + result->discarded;
}

/* Bills customers without a subscription who have charges to pay. They are few. */
static gboolean
bill_lone (struct run *run, gint64 first, gint64 last, gint64 *ret_next, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  *ret_next = 0;
  if (!one_off_lone_payers (run->ledger, first, last, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!billed_customer_load (run->customer, g_array_index (ids, gint64, i), error) || !bill_customer (run, error))
      return FALSE;
  return TRUE;
}

typedef gboolean (*bill_func) (struct run *run, gint64 first, gint64 last, gint64 *ret_next, GError **error);

static gboolean
run_transaction (struct run *run, bill_func bill, gint64 first, gint64 last, gint64 *ret_next, GError **error)
{
  struct billing_result before = run->result;
  if (!ledger_begin (run->ledger, error))
    return FALSE;
  if (run->customer_id == 0)
    known_expect_walk (run->ledger);
  if (!usage_last_id (run->ledger, &run->usage_seen, error)
      || !invoice_any_draft (run->ledger, first, last, &run->any_draft, error) || !bill (run, first, last, ret_next, error)
      || !numbering_store (run->numbering, error)) {
    ledger_rollback (run->ledger);
    return FALSE;
  }
  const struct billing_result *now = &run->result;
  if (changes (now) != changes (&before)
      && !audit_add (run->ledger, error,
                     "invoices: %" G_GINT64_FORMAT " drafted, %" G_GINT64_FORMAT " rebuilt, %" G_GINT64_FORMAT " issued, %" G_GINT64_FORMAT
                     " discarded",
                     now->drafted - before.drafted, now->rebuilt - before.rebuilt, now->issued - before.issued,
                     now->discarded - before.discarded)) {
    ledger_rollback (run->ledger);
    return FALSE;
  }
  return ledger_commit (run->ledger, error)
         && billed_list_tell (run->billed, run->request->report_invoice, run->request->data, error);
}

static gboolean
run_prepare (struct run *run, GError **error)
{
  gboolean automatic = FALSE;
  if (!setting_get_boolean (run->ledger, "invoice.auto-finalize", &automatic, error))
    return FALSE;
  run->finalize = run->request->finalize || automatic;
  run->billed = billed_list_new ();
  run->drafts = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key));
  return billed_customer_new (run->ledger, &run->customer, error)
         && numbering_new (run->ledger, run->request->as_of_us, &run->numbering, error);
}

gboolean
billing_generate (struct ledger *ledger, const struct billing_request *request, struct billing_result *ret, GError **error)
{
  g_auto (run_t) run = { .ledger = ledger, .request = request };
  gint64 first = 1, last = G_MAXINT64, total = 0;
  if (!run_prepare (&run, error) || !invoice_run_size (ledger, &total, error))
    return FALSE;
  if (request->customer != NULL) {
    g_autoptr (customer_t) customer = NULL;
    if (!customer_find_by_code (ledger, request->customer, &customer, error))
      return FALSE;
    first = last = run.customer_id = customer->id;
    total = 0;
  }
  gint64 begin = first;
  while (first != 0) {
    if (!run_transaction (&run, bill_some, first, last, &first, error))
      return FALSE;
    progress_report (request->progress, run.subscriptions_done, total);
  }
  if (!run_transaction (&run, bill_lone, begin, last, &first, error))
    return FALSE;
  if (!usage_late_count (ledger, run.customer_id, &run.result.late, error))
    return FALSE;
  *ret = run.result;
  return TRUE;
}
