/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issued lines drawn up again. What was due is taken from the lines: subscription, plan version, period, metric. Their figures are not. */
#include "service/verify-lines.h"

#include "base/error.h"
#include "service/billed-customer.h"
#include "service/discount.h"
#include "service/one-offs.h"
#include "service/usage-estimate.h"
#include "store/invoice.h"
#include "store/ledger.h"

#include <string.h>

enum { PROBLEMS_MAX = 100, INVOICES_PER_REPORT = 1024 };

struct again {
  struct ledger *ledger;
  const struct progress_sink *progress;
  struct billed_customer *customer;
  GArray *parts; /* struct part: what stands on the invoice */
  GArray *estimates; /* struct usage_estimate: likewise */
  struct invoice_order order; /* where the invoice stands */
  const struct invoice_order *on; /* that; NULL: behind all that are issued, as a draft does */
  gint64 invoices;
  GPtrArray *problems;
  due_visit visit;
  void *data;
};

/* Consecutive lines that are drawn up together: the fees of a period, the usage of one, or what a change cost. */
struct part {
  enum part_kind { PART_FEES, PART_USAGE, PART_CHANGE, PART_LATE, PART_ADVANCE, PART_ONE_OFF } kind;
  gint64 subscription_id;
  gint64 phase;
  gint64 period_index; /* 0 for a change */
  gint64 position;     /* of what was charged by hand */
  struct window period;
  gboolean with_arrears; /* LATE: not only charges in advance */
  char addon[132]; /* fees: of an add-on with a cycle of its own; "" else */
};

static gboolean
is_in_advance (const struct invoice_line *line)
{
  return strstr (line->derivation, "\"billing\":\"advance\"") != NULL;
}

static enum part_kind
kind_of (const struct invoice_line *line)
{
  if (line->role == LINE_LATE)
    return PART_LATE;
  if (is_in_advance (line))
    return PART_ADVANCE;
  if (line->role == LINE_UNUSED || line->role == LINE_REMAINING)
    return PART_CHANGE;
  if (strcmp (line->kind, line_kind_name (LINE_ONE_OFF)) == 0)
    return PART_ONE_OFF;
  return strcmp (line->kind, line_kind_name (LINE_USAGE)) == 0 || strcmp (line->kind, line_kind_name (LINE_SPENDING)) == 0 ? PART_USAGE : PART_FEES;
}

static gboolean
note_estimate (const struct again *again, const struct invoice_line *line, GError **error)
{
  const struct usage_estimate estimate = {
    .subscription_id = line->subscription_id,
    .period_index = line->period_index,
    .phase = line->phase,
    .code = (char *) line->code,
  };
  return !usage_estimate_is (line->role, line->derivation) || usage_estimate_read (line->derivation, &estimate, again->estimates, error);
}

static gboolean
find_part (const struct invoice_line *line, void *data, GError **error)
{
  struct again *again = data;
  if (!note_estimate (again, line, error))
    return FALSE;
  struct part part = {
    .kind = kind_of (line),
    .subscription_id = line->subscription_id,
    .phase = line->phase,
    .period_index = line->period_index,
    .position = line->position,
    .period = { line->period_start_us, line->period_end_us },
  };
  part.with_arrears = !is_in_advance (line);
  if (part.kind == PART_CHANGE)
    part.period_index = 0;
  if (part.kind == PART_FEES && strstr (line->derivation, "\"cycle\":\"own\"") != NULL)
    g_strlcpy (part.addon, line->code, sizeof part.addon);
  struct part *last = again->parts->len == 0 ? NULL : &g_array_index (again->parts, struct part, again->parts->len - 1);
  gboolean of_period = part.kind == PART_USAGE || part.kind == PART_LATE || part.kind == PART_ADVANCE;
  gboolean joins = last != NULL && last->kind == part.kind && part.kind != PART_ONE_OFF && last->subscription_id == part.subscription_id
                   && strcmp (last->addon, part.addon) == 0 && last->period_index == part.period_index && (last->phase == part.phase || of_period);
  if (!joins) {
    g_array_append_val (again->parts, part);
    return TRUE;
  }
  last->with_arrears = last->with_arrears || part.with_arrears;
  last->period.from_us = MIN (last->period.from_us, part.period.from_us);
  last->period.to_us = MAX (last->period.to_us, part.period.to_us);
  return TRUE;
}

/* FALSE when the customer has no such subscription. */
static gboolean
find_subscription (const struct again *again, gint64 id, gsize *ret)
{
  const GArray *subscriptions = again->customer->subscriptions;
  for (guint i = 0; i < subscriptions->len; i++)
    if (g_array_index (subscriptions, struct billed_subscription, i).subscription.id == id) {
      *ret = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
draw_up_late (struct again *again, const struct due_request *request, const struct part *part, gsize index, GError **error)
{
  const struct late_request late = {
    .ledger = again->ledger,
    .reader = again->customer->due,
    .due = request,
    .on = again->on,
    .sheet = again->customer->sheet,
    .scratch = again->customer->scratch,
  };
  const struct late_again asked = { index, part->phase, part->period_index, part->with_arrears };
  return late_usage_again (&late, &asked, error);
}

static gboolean
draw_up_part (struct again *again, const struct due_request *request, gint64 invoice_id, const struct part *part, GError **error)
{
  struct billed_customer *customer = again->customer;
  struct due_again due = { .phase = part->phase, .period_index = part->period_index, .period = part->period };
  if (part->kind == PART_ONE_OFF)
    return one_off_again (customer, invoice_id, part->position, error);
  due.addon = *part->addon == '\0' ? NULL : part->addon;
  if (!find_subscription (again, part->subscription_id, &due.index))
    return TRUE;
  switch (part->kind) {
    case PART_FEES:
      return due_fees_again (customer->due, request, &due, customer->sheet, error);
    case PART_USAGE:
      due.estimates = again->estimates;
      return due_usage_again (customer->due, request, &due, customer->sheet, error);
    case PART_ADVANCE:
      due.usage = DUE_IN_ADVANCE;
      due.period.to_us = request->as_of_us + 1;
      due.due = (struct window){ request->as_of_us, request->as_of_us + 1 };
      return due_usage_again (customer->due, request, &due, customer->sheet, error);
    case PART_LATE:
      return draw_up_late (again, request, part, due.index, error);
    case PART_CHANGE:
    case PART_ONE_OFF:
      break;
  }
  return due_change_again (customer->due, request, &due, customer->sheet, error);
}

/* A draft comes after all that is issued, but for one that is issued again in the place of another. */
static gboolean
is_last (const struct invoice *invoice)
{
  return invoice->status == INVOICE_DRAFT && invoice->replaces_id == 0 && (invoice->scope == NULL || !g_str_has_prefix (invoice->scope, "m:"));
}

static gboolean
draw_up (struct again *again, const struct invoice *invoice, gboolean rules, GError **error)
{
  struct billed_customer *customer = again->customer;
  g_array_set_size (again->parts, 0);
  g_array_set_size (again->estimates, 0);
  draft_sheet_clear (customer->sheet);
  if (!invoice_each_line (again->ledger, invoice->id, find_part, again, error)
      || !billed_customer_load (customer, invoice->customer_id, error))
    return FALSE;
  if (customer->id != 0 && !billed_customer_set_zone (customer, invoice->timezone, error))
    return FALSE;
  struct due_request request = billed_customer_request (customer, invoice->billed_at_us);
  /* No event at all had been stored before the first: an id that leaves them all out is not 0. */
  request.last_usage_id = invoice->usage_seen == 0 ? -1 : invoice->usage_seen;
  /* A draft that takes the place of a void invoice stands where that one does, whose lines it bills again. */
  gboolean again_for = invoice->status == INVOICE_DRAFT && invoice->replaces_id != 0;
  again->order = (struct invoice_order){ invoice->usage_seen, invoice->billed_at_us, again_for ? invoice->replaces_id : invoice->id };
  again->on = is_last (invoice) ? NULL : &again->order;
  billed_customer_go_back (customer, again->on, &request);
  request.visit = again->visit;
  request.data = again->data;
  for (guint i = 0; i < again->parts->len; i++)
    if (!draw_up_part (again, &request, invoice->id, &g_array_index (again->parts, struct part, i), error))
      return FALSE;
  draft_sheet_join_at (customer->sheet, invoice->billed_at_us);
  if (!rules)
    return draft_sheet_close (customer->sheet, NULL, error);
  const struct tax_payer taxed = { customer->id, customer->issuer_id, customer->zone };
  tax_book_for (customer->rules.taxes, &taxed);
  return discount_rules_for_customer (customer->rules.discounts, customer->id, error)
         && draft_sheet_close (customer->sheet, &customer->rules, error);
}

gboolean
lines_again (struct billed_customer *customer, const struct invoice *invoice, gboolean rules, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  g_autoptr (GArray) estimates = usage_estimates_new ();
  struct again again = { .ledger = customer->ledger, .customer = customer, .parts = parts, .estimates = estimates };
  return draw_up (&again, invoice, rules, error);
}

struct comparison {
  struct again *again;
  const struct invoice *invoice;
  struct draft_view view;
  gsize seen;
  gboolean told;
};

/* Do both stand for the same thing, whatever it comes to? */
static gboolean
is_same_thing (const struct invoice_line *a, const struct invoice_line *b)
{
  return a->subscription_id == b->subscription_id && strcmp (a->kind, b->kind) == 0 && strcmp (a->code, b->code) == 0;
}

static void
tell (struct comparison *comparison, const struct invoice_line *stored, const struct invoice_line *line)
{
  GPtrArray *problems = comparison->again->problems;
  if (comparison->told || problems->len >= PROBLEMS_MAX)
    return;
  comparison->told = TRUE;
  g_autofree char *number = invoice_reference (comparison->invoice);
  if (stored == NULL)
    g_ptr_array_add (problems, g_strdup_printf ("invoice %s lacks a line: %s, %s, %s", number, line->code, line->quantity, line->exact_amount));
  else if (line == NULL || !is_same_thing (stored, line))
    g_ptr_array_add (problems, g_strdup_printf ("line %" G_GINT64_FORMAT " of invoice %s says %s, %s, %s; nothing else in the ledger does",
                                                stored->position, number, stored->code, stored->quantity, stored->exact_amount));
  else
    g_ptr_array_add (problems, g_strdup_printf ("line %" G_GINT64_FORMAT " of invoice %s says %s, %s, %s; drawn up again it is %s, %s, %s",
                                                stored->position, number, stored->code, stored->quantity, stored->exact_amount, line->code,
                                                line->quantity, line->exact_amount));
}

static gboolean
compare (const struct invoice_line *stored, void *data, GError **error)
{
  struct comparison *comparison = data;
  const struct invoice_line *line = comparison->seen < comparison->view.line_count ? &comparison->view.lines[comparison->seen] : NULL;
  (void) error;
  comparison->seen++;
  if (line == NULL || !line_figures_equal (stored, line))
    tell (comparison, stored, line);
  return TRUE;
}

/* That it cannot be drawn up at all is a problem like any other. */
static void
note_failure (struct again *again, const struct invoice *invoice, GError *failure)
{
  g_autoptr (GError) owned = failure;
  g_autofree char *message = error_message_text (owned), *reference = invoice_reference (invoice);
  if (again->problems->len < PROBLEMS_MAX)
    g_ptr_array_add (again->problems, g_strdup_printf ("invoice %s cannot be drawn up again: %s", reference, message));
}

static gboolean
prove_again (struct again *again, const struct invoice *invoice, GError **error)
{
  GError *failure = NULL;
  if (!draw_up (again, invoice, FALSE, &failure)) {
    note_failure (again, invoice, failure);
    return TRUE;
  }
  struct comparison comparison = { .again = again, .invoice = invoice };
  if (draft_count (again->customer->sheet) > 0)
    comparison.view = draft_at (again->customer->sheet, 0);
  if (!invoice_each_line (again->ledger, invoice->id, compare, &comparison, error))
    return FALSE;
  if (comparison.seen < comparison.view.line_count)
    tell (&comparison, NULL, &comparison.view.lines[comparison.seen]);
  return TRUE;
}

static gboolean
prove_invoice (const struct invoice *invoice, void *data, GError **error)
{
  struct again *again = data;
  if (invoice->status == INVOICE_DRAFT)
    return TRUE;
  if (++again->invoices % INVOICES_PER_REPORT == 0)
    progress_report (again->progress, again->invoices, 0);
  return prove_again (again, invoice, error);
}

gboolean
verify_lines_again (struct ledger *ledger, const struct progress_sink *progress, gint64 *ret_invoices, GPtrArray *ret_problems,
                    GError **error)
{
  g_autoptr (billed_customer_t) customer = NULL;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  g_autoptr (GArray) estimates = usage_estimates_new ();
  struct again again = { .ledger = ledger, .progress = progress, .parts = parts, .estimates = estimates, .problems = ret_problems };
  const struct invoice_filter all = { .from_us = G_MININT64, .to_us = G_MAXINT64 };
  if (!billed_customer_new (ledger, &customer, error))
    return FALSE;
  again.customer = customer;
  if (!invoice_each (ledger, &all, prove_invoice, &again, error))
    return FALSE;
  *ret_invoices = again.invoices;
  return TRUE;
}

gboolean
verify_invoice_again (struct ledger *ledger, const struct invoice *invoice, due_visit visit, void *data, GPtrArray *ret_problems, GError **error)
{
  g_autoptr (billed_customer_t) customer = NULL;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  g_autoptr (GArray) estimates = usage_estimates_new ();
  struct again again = { .ledger = ledger, .parts = parts, .estimates = estimates, .problems = ret_problems, .visit = visit, .data = data };
  if (!billed_customer_new (ledger, &customer, error))
    return FALSE;
  again.customer = customer;
  return prove_again (&again, invoice, error);
}
