/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuing drafts as they stand. */
#include "service/billing.h"

#include "base/error.h"
#include "service/billed-customer.h"
#include "service/billed-list.h"
#include "service/booking.h"
#include "service/issued.h"
#include "service/kept-draft.h"
#include "service/numbering.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/ledger.h"
#include "store/usage.h"

#include <string.h>

struct issuing {
  struct ledger *ledger;
  const struct finalize_request *request;
  struct billed_customer *customer;
  struct numbering *numbering;
  struct billed_list *billed;
  gint64 usage_seen;
  GArray *drafts; /* struct invoice_draft_key, in the order of being numbered */
  GArray *places; /* gsize: where those of a customer stand on its sheet */
  GArray *kept;   /* gint64: drafts that stand for themselves */
  struct finalize_result result;
};
typedef struct issuing issuing_t;

static void
issuing_clear (struct issuing *issuing)
{
  g_clear_pointer (&issuing->customer, billed_customer_free);
  g_clear_pointer (&issuing->numbering, numbering_free);
  g_clear_pointer (&issuing->drafts, g_array_unref);
  g_clear_pointer (&issuing->places, g_array_unref);
  g_clear_pointer (&issuing->kept, g_array_unref);
  g_clear_pointer (&issuing->billed, billed_list_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (issuing_t, issuing_clear)

/* --- Which drafts --- */

static gboolean
refuse_early (const struct invoice *invoice, const struct issuing *issuing, GError **error)
{
  char due[INSTANT_TEXT_SIZE], now[INSTANT_TEXT_SIZE];
  instant_format (invoice->billed_at_us, due);
  instant_format (issuing->request->as_of_us, now);
  return error_set (error, ERROR_REFUSED, "draft-%" G_GINT64_FORMAT " falls due at %s, which is after the as-of time %s", invoice->id, due,
                    now);
}

static gboolean
same_series (const struct invoice_draft_key *a, const struct invoice_draft_key *b)
{
  return strcmp (a->scope, b->scope) == 0 && strcmp (a->currency, b->currency) == 0;
}

/* One draft by name: earlier drafts of the same currency and scope come first, because issuing moves its subscriptions on past them. */
static gboolean
choose_one (struct issuing *issuing, const char *reference, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  struct invoice_draft_key wanted = { 0 };
  if (!invoice_find (issuing->ledger, reference, &invoice, error))
    return FALSE;
  if (invoice->status != INVOICE_DRAFT)
    return error_set (error, ERROR_REFUSED, "invoice %s is %s, not a draft: it never changes", invoice->number,
                      invoice_status_name (invoice->status));
  if (invoice->billed_at_us > issuing->request->as_of_us)
    return refuse_early (invoice, issuing, error);
  if (invoice->manual) {
    g_array_append_val (issuing->kept, invoice->id);
    return TRUE;
  }
  if (!invoice_drafts_of (issuing->ledger, invoice->customer_id, issuing->drafts, error))
    return FALSE;
  g_strlcpy (wanted.currency, invoice->currency, sizeof wanted.currency);
  g_strlcpy (wanted.scope, invoice->scope, sizeof wanted.scope);
  const struct invoice_draft_key *first = &g_array_index (issuing->drafts, struct invoice_draft_key, 0);
  while (!same_series (first, &wanted))
    first++;
  if (first->id != invoice->id) {
    error_set (error, ERROR_REFUSED, "customer %s has an earlier draft, draft-%" G_GINT64_FORMAT ", which must be issued first",
               invoice->customer_code, first->id);
    return error_add_hint (error, "billctl invoice finalize --customer %s issues all of them in order", invoice->customer_code);
  }
  wanted = *first;
  g_array_set_size (issuing->drafts, 0);
  g_array_append_val (issuing->drafts, wanted);
  return TRUE;
}

static gboolean
choose_kept (struct issuing *issuing, gint64 customer_id, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key));
  if (!invoice_kept_drafts (issuing->ledger, customer_id, keys, error))
    return FALSE;
  for (guint i = 0; i < keys->len; i++) {
    const struct invoice_draft_key *key = &g_array_index (keys, struct invoice_draft_key, i);
    if (key->billed_at_us > issuing->request->as_of_us)
      issuing->result.later++;
    else
      g_array_append_val (issuing->kept, key->id);
  }
  return TRUE;
}

/* All of a customer, or all there are, that have fallen due: a later one was a look ahead, and its period is not over. */
static gboolean
choose (struct issuing *issuing, GError **error)
{
  const struct finalize_request *request = issuing->request;
  g_autoptr (customer_t) customer = NULL;
  if (request->reference != NULL)
    return choose_one (issuing, request->reference, error);
  if (request->customer != NULL && !customer_find_by_code (issuing->ledger, request->customer, &customer, error))
    return FALSE;
  gint64 customer_id = customer == NULL ? 0 : customer->id;
  if (!invoice_drafts_of (issuing->ledger, customer_id, issuing->drafts, error) || !choose_kept (issuing, customer_id, error))
    return FALSE;
  guint kept = 0;
  for (guint i = 0; i < issuing->drafts->len; i++) {
    struct invoice_draft_key key = g_array_index (issuing->drafts, struct invoice_draft_key, i);
    if (key.billed_at_us > request->as_of_us)
      issuing->result.later++;
    else
      g_array_index (issuing->drafts, struct invoice_draft_key, kept++) = key;
  }
  g_array_set_size (issuing->drafts, kept);
  return TRUE;
}

/* --- Issuing the drafts of one customer --- */

struct drafts_of_customer {
  const struct invoice_draft_key *keys;
  gsize count;
};

static gboolean
is_view_of (const struct draft_view *view, const struct invoice_draft_key *key)
{
  return strcmp (view->scope, key->scope) == 0 && strcmp (view->currency->code, key->currency) == 0;
}

/* Where the drafts stand on the sheet, in their order. Not as many as there are keys: what is due has changed. */
static void
match_drafts (struct issuing *issuing, struct drafts_of_customer drafts)
{
  gsize count = draft_count (issuing->customer->sheet);
  g_array_set_size (issuing->places, 0);
  for (gsize i = 0; i < count; i++) {
    struct draft_view view = draft_at (issuing->customer->sheet, i);
    if (issuing->request->reference == NULL || is_view_of (&view, drafts.keys))
      g_array_append_val (issuing->places, i);
  }
}

/* Drawn up again, the drafts must come out as they stand. Otherwise what has come since then (usage, a subscription that began
 * earlier) would count as billed without being on any invoice. */
static gboolean
compare_current (struct issuing *issuing, struct drafts_of_customer drafts, gboolean *ret_same, GError **error)
{
  struct billed_customer *customer = issuing->customer;
  gboolean same = customer->id != 0;
  if (same && !billed_customer_draw_up (customer, drafts.keys[drafts.count - 1].billed_at_us, error))
    return FALSE;
  if (same)
    match_drafts (issuing, drafts);
  same = same && issuing->places->len == drafts.count;
  for (guint i = 0; same && i < drafts.count; i++) {
    gsize place = g_array_index (issuing->places, gsize, i);
    struct draft_view view = draft_at (customer->sheet, place);
    same = view.due_us == drafts.keys[i].billed_at_us && is_view_of (&view, &drafts.keys[i]);
    if (same && !draft_equals_stored (customer->sheet, place, issuing->ledger, drafts.keys[i].id, &same, error))
      return FALSE;
  }
  *ret_same = same;
  return TRUE;
}

/* As `invoice generate` made the drafts: plainly, with --late, with --estimate-missing, or with both. */
static gboolean
check_current (struct issuing *issuing, struct drafts_of_customer drafts, GError **error)
{
  struct billed_customer *customer = issuing->customer;
  gboolean same = FALSE;
  for (int way = 0; way < 4 && !same; way++) {
    customer->late_alone = (way & 1) != 0;
    customer->estimate_missing = (way & 2) != 0;
    if ((!customer->late_alone || customer->late->len > 0) && !compare_current (issuing, drafts, &same, error))
      return FALSE;
  }
  if (same)
    return TRUE;
  error_set (error, ERROR_REFUSED, "what is due has changed since draft-%" G_GINT64_FORMAT " was drawn up", drafts.keys[0].id);
  return error_add_hint (error, "`billctl invoice generate` draws drafts up anew, and with --finalize issues them in the same transaction");
}

static gboolean
record (struct issuing *issuing, const struct draft_view *view, const struct invoice_issue *issue, GError **error)
{
  const struct booked_invoice invoice = {
    .id = issue->id,
    .customer_id = issuing->customer->id,
    .number = issue->number,
    .currency = view->currency->code,
    .billed_at_us = view->due_us,
    .issued_at_us = issue->issued_at_us,
    .zone = issuing->customer->zone,
    .total_minor = view->total_minor,
    .lines = view->lines,
    .line_count = view->line_count,
    .taxes = view->taxes,
    .tax_count = view->tax_count,
  };
  return issued_record (issuing->ledger, &invoice, error);
}

static gboolean
issue (struct issuing *issuing, const struct invoice_draft_key *key, gsize index, GError **error)
{
  const struct billed_customer *customer = issuing->customer;
  struct draft_view view = draft_at (customer->sheet, index);
  struct invoice_issue issue = {
    .id = key->id,
    .issued_at_us = issuing->request->as_of_us,
    .due_at_us = numbering_due_at_us (issuing->numbering, customer->zone),
    .usage_seen = issuing->usage_seen,
  };
  if (!numbering_next (issuing->numbering, customer->issuer_id, &issue.number, error) || !invoice_issue (issuing->ledger, &issue, error)
      || !record (issuing, &view, &issue, error) || !billed_customer_note_issued (customer, &view, key->id, error))
    return FALSE;
  issuing->result.issued++;
  struct billed_invoice billed = {
    .change = BILLING_ISSUED,
    .reference = issue.number,
    .customer = customer->code,
    .billed_at_us = view.due_us,
    .billed_on = timezone_date (customer->zone, view.due_us),
    .issued = TRUE,
    .due_on = timezone_date (customer->zone, issue.due_at_us),
    .line_count = (gint64) view.line_count,
    .total_minor = view.total_minor,
    .currency = view.currency,
  };
  billed_list_add (issuing->billed, &billed);
  return TRUE;
}

/* With all drafts of the ledger, a customer whose drafts cannot be issued does not stop the others. */
static gboolean
fail_customer (struct issuing *issuing, const char *customer, GError *failure, GError **error)
{
  const struct finalize_request *request = issuing->request;
  if (request->reference != NULL || request->customer != NULL || g_error_matches (failure, BILLCTL_ERROR, ERROR_LEDGER)) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  g_autoptr (GError) owned = failure;
  g_autofree char *message = error_message_text (owned);
  struct billing_failure failed = { .customer = customer, .message = message };
  issuing->result.failed++;
  return request->report_failure == NULL || request->report_failure (&failed, request->data, error);
}

static gboolean
issue_customer (struct issuing *issuing, struct drafts_of_customer drafts, GError **error)
{
  GError *failure = NULL;
  if (!billed_customer_load (issuing->customer, drafts.keys[0].customer_id, error))
    return FALSE;
  if (!check_current (issuing, drafts, &failure))
    return fail_customer (issuing, issuing->customer->code, failure, error);
  for (gsize i = 0; i < drafts.count; i++)
    if (!issue (issuing, &drafts.keys[i], g_array_index (issuing->places, gsize, i), error))
      return FALSE;
  const struct invoice_draft_key *last = &drafts.keys[drafts.count - 1];
  return issuing->request->reference == NULL
             ? billed_customer_move_on (issuing->customer, NULL, NULL, last->billed_at_us, error)
             : billed_customer_move_on (issuing->customer, last->scope, last->currency, last->billed_at_us, error);
}

static gboolean
issue_all (struct issuing *issuing, GError **error)
{
  if (!usage_last_id (issuing->ledger, &issuing->usage_seen, error) || !choose (issuing, error))
    return FALSE;
  for (guint first = 0, next; first < issuing->drafts->len; first = next) {
    const struct invoice_draft_key *keys = &g_array_index (issuing->drafts, struct invoice_draft_key, first);
    next = first + 1;
    while (next < issuing->drafts->len && keys[next - first].customer_id == keys[0].customer_id)
      next++;
    if (!issue_customer (issuing, (struct drafts_of_customer){ keys, next - first }, error))
      return FALSE;
  }
  for (guint i = 0; i < issuing->kept->len; i++, issuing->result.issued++)
    if (!kept_draft_issue (issuing->customer, issuing->numbering, g_array_index (issuing->kept, gint64, i), issuing->billed, error))
      return FALSE;
  gint64 issued = issuing->result.issued;
  return numbering_store (issuing->numbering, error)
         && (issued == 0 || audit_add (issuing->ledger, error, "invoices: %" G_GINT64_FORMAT " issued", issued));
}

gboolean
billing_finalize (struct ledger *ledger, const struct finalize_request *request, struct finalize_result *ret, GError **error)
{
  g_auto (issuing_t) issuing = {
    .ledger = ledger,
    .request = request,
    .billed = billed_list_new (),
    .drafts = g_array_new (FALSE, FALSE, sizeof (struct invoice_draft_key)),
    .places = g_array_new (FALSE, FALSE, sizeof (gsize)),
    .kept = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!billed_customer_new (ledger, &issuing.customer, error)
      || !numbering_new (ledger, request->as_of_us, &issuing.numbering, error) || !issue_all (&issuing, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = issuing.result;
  return billed_list_tell (issuing.billed, request->report_invoice, request->data, error);
}
