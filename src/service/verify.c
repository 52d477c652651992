/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving a ledger. Each proof is a row of one table. */
#include "service/verify.h"

#include "base/error.h"
#include "core/currency.h"
#include "core/exact.h"
#include "service/plan.h"
#include "service/verify-books.h"
#include "service/verify-discounts.h"
#include "service/verify-lines.h"
#include "service/verify-taxes.h"
#include "store/audit.h"
#include "store/codes.h"
#include "store/export.h"
#include "store/ledger.h"
#include "store/verify.h"

#include <string.h>

enum { PROBLEMS_MAX = 100, EVENTS_PER_REPORT = 65536 };

struct proof {
  struct ledger *ledger;
  const struct verify_request *request;
  GPtrArray *problems;
  gint64 examined;
  gint64 events; /* examined */
  gint64 size;   /* events and invoices to examine */
  struct codes *customers;
  struct codes *metrics;
  struct codes *subscriptions;
};

static void add_problem (struct proof *proof, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_problem (struct proof *proof, const char *format, ...)
{
  if (proof->problems->len >= PROBLEMS_MAX)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (proof->problems, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* The message without its hint. */
static void
add_failure (struct proof *proof, const GError *failure)
{
  g_autofree char *message = error_message_text (failure);
  add_problem (proof, "%s", message);
}

static gboolean
prove_database (struct proof *proof, GError **error)
{
  return verify_database (proof->ledger, proof->problems, error) && verify_schema (proof->ledger, proof->problems, error);
}

static gboolean
prove_audit (struct proof *proof, GError **error)
{
  gint64 broken = 0;
  if (!audit_check (proof->ledger, &proof->examined, &broken, error))
    return FALSE;
  if (broken != 0)
    add_problem (proof, "the audit log is broken at row %" G_GINT64_FORMAT ": it, or a row before it, was changed or removed", broken);
  return TRUE;
}

static gboolean
prove_plans (struct proof *proof, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (plan_cache_t) plans = plan_cache_new (proof->ledger);
  if (!verify_plan_version_ids (proof->ledger, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    const struct plan *plan = NULL;
    g_autoptr (GError) failure = NULL;
    proof->examined++;
    if (!plan_cache_get (plans, g_array_index (ids, gint64, i), &plan, &failure))
      add_failure (proof, failure);
  }
  return TRUE;
}

static gboolean
prove_totals (struct proof *proof, GError **error)
{
  return verify_invoice_sums (proof->ledger, proof->problems, error);
}

/* Of the invoices, which come behind the events. */
static void
report_invoices (void *data, gint64 done, gint64 total)
{
  const struct proof *proof = data;
  (void) total;
  progress_report (proof->request->progress, proof->events + done, proof->size);
}

static gboolean
prove_again (struct proof *proof, GError **error)
{
  const struct progress_sink sink = { .report = report_invoices, .data = proof };
  return verify_lines_again (proof->ledger, &sink, &proof->examined, proof->problems, error);
}

static gboolean
prove_discounts (struct proof *proof, GError **error)
{
  return verify_discounts (proof->ledger, &proof->examined, proof->problems, error);
}

static gboolean
prove_taxes (struct proof *proof, GError **error)
{
  return verify_taxes (proof->ledger, &proof->examined, proof->problems, error);
}

static gboolean
prove_periods (struct proof *proof, GError **error)
{
  return verify_periods (proof->ledger, proof->problems, error);
}

static gboolean
prove_settlements (struct proof *proof, GError **error)
{
  return verify_settlements (proof->ledger, proof->problems, error);
}

static gboolean
prove_numbers (struct proof *proof, GError **error)
{
  return verify_number_series (proof->ledger, proof->problems, (struct series_visitor){ NULL, NULL }, error);
}

static gboolean
prove_entries (struct proof *proof, GError **error)
{
  return verify_entries (proof->ledger, &proof->examined, proof->problems, error);
}

static gboolean
prove_booked (struct proof *proof, GError **error)
{
  return verify_invoices_booked (proof->ledger, &proof->examined, proof->problems, error);
}

static gboolean
prove_documents (struct proof *proof, GError **error)
{
  return verify_books_and_documents (proof->ledger, proof->problems, error);
}

static gboolean
prove_deferred (struct proof *proof, GError **error)
{
  return verify_deferred (proof->ledger, &proof->examined, proof->problems, error);
}

static gboolean
parse_ratio (const char *text, struct ratio *ret)
{
  char *end = NULL;
  if (text == NULL) {
    *ret = RATIO_ONE;
    return TRUE;
  }
  ret->numerator = g_ascii_strtoll (text, &end, 10);
  if (*end != '/')
    return FALSE;
  ret->denominator = g_ascii_strtoll (end + 1, &end, 10);
  return *end == '\0' && ret->denominator > 0;
}

/* The one rounding of each line, done again from what is stored. */
static gboolean
prove_line (const struct export_line *line, void *data, GError **error)
{
  struct proof *proof = data;
  const struct currency *currency = currency_find (line->currency);
  struct exact exact;
  struct ratio ratio;
  gint64 amount = 0;
  (void) error;
  proof->examined++;
  gboolean ok = currency != NULL && exact_parse (line->exact_amount, strlen (line->exact_amount), &exact)
                && parse_ratio (line->ratio, &ratio) && exact_round (&exact, ratio, currency->digits, &amount)
                && amount == line->amount_minor;
  if (!ok)
    add_problem (proof, "line %" G_GINT64_FORMAT " of invoice %s: %s%s%s %s does not round to %" G_GINT64_FORMAT " minor units",
                 line->position, line->number == NULL ? "(draft)" : line->number, line->exact_amount,
                 line->ratio == NULL ? "" : " × ", line->ratio == NULL ? "" : line->ratio, line->currency, line->amount_minor);
  return TRUE;
}

static gboolean
prove_lines (struct proof *proof, GError **error)
{
  struct export_filter filter = { .from_us = G_MININT64, .to_us = G_MAXINT64 };
  return export_each_line (proof->ledger, &filter, prove_line, proof, error);
}

static gboolean
prove_event (const struct export_event *event, void *data, GError **error)
{
  struct proof *proof = data;
  struct decimal quantity;
  (void) error;
  proof->events = ++proof->examined;
  if (proof->events % EVENTS_PER_REPORT == 0)
    progress_report (proof->request->progress, proof->events, proof->size);
  if (codes_get (proof->customers, event->customer_id) == NULL)
    add_problem (proof, "event %s names customer %" G_GINT64_FORMAT ", which does not exist", event->event_id, event->customer_id);
  if (codes_get (proof->metrics, event->metric_id) == NULL)
    add_problem (proof, "event %s names metric %" G_GINT64_FORMAT ", which does not exist", event->event_id, event->metric_id);
  if (event->subscription_id != 0 && codes_get (proof->subscriptions, event->subscription_id) == NULL)
    add_problem (proof, "event %s names subscription %" G_GINT64_FORMAT ", which does not exist", event->event_id, event->subscription_id);
  if (decimal_parse (event->quantity, strlen (event->quantity), &quantity) != DECIMAL_OK)
    add_problem (proof, "event %s has a quantity that is not a decimal: '%s'", event->event_id, event->quantity);
  return TRUE;
}

static gboolean
prove_events (struct proof *proof, GError **error)
{
  struct export_filter filter = { .from_us = G_MININT64, .to_us = G_MAXINT64 };
  gboolean ok = verify_size (proof->ledger, &proof->size, error)
                && verify_usage_keys (proof->ledger, proof->problems, error)
                && codes_load (proof->ledger, CODES_OF_CUSTOMERS, &proof->customers, error)
                && codes_load (proof->ledger, CODES_OF_METRICS, &proof->metrics, error)
                && codes_load (proof->ledger, CODES_OF_SUBSCRIPTIONS, &proof->subscriptions, error)
                && export_each_event (proof->ledger, &filter, prove_event, proof, error);
  g_clear_pointer (&proof->customers, codes_free);
  g_clear_pointer (&proof->metrics, codes_free);
  g_clear_pointer (&proof->subscriptions, codes_free);
  return ok;
}

static const struct {
  const char *name;
  gboolean (*run) (struct proof *proof, GError **error);
  gboolean counts; /* says how many rows it examined */
  gboolean slow;
} proofs[] = {
  { "database file and references", prove_database, FALSE, FALSE },
  { "audit chain", prove_audit, TRUE, FALSE },
  { "plan versions", prove_plans, TRUE, FALSE },
  { "invoice totals", prove_totals, FALSE, FALSE },
  { "line rounding", prove_lines, TRUE, FALSE },
  { "discounts", prove_discounts, TRUE, FALSE },
  { "taxes", prove_taxes, TRUE, FALSE },
  { "periods billed once", prove_periods, FALSE, FALSE },
  { "what is owed", prove_settlements, FALSE, FALSE },
  { "invoice numbers", prove_numbers, FALSE, FALSE },
  { "journal entries", prove_entries, TRUE, FALSE },
  { "invoices in the books", prove_booked, TRUE, FALSE },
  { "books and documents", prove_documents, FALSE, FALSE },
  { "deferred revenue", prove_deferred, TRUE, FALSE },
  { "usage events", prove_events, TRUE, TRUE },
  { "lines drawn up again", prove_again, TRUE, TRUE },
};

/* A ledger that is damaged ends one proof, not all of them: what is wrong is said, and the next one is tried, in a transaction of its own
 * since that which met it may be good for nothing any more. */
static gboolean
prove (struct proof *proof, gboolean (*run) (struct proof *proof, GError **error), GError **error)
{
  g_autoptr (GError) failure = NULL;
  if (run (proof, &failure))
    return TRUE;
  if (!g_error_matches (failure, BILLCTL_ERROR, ERROR_LEDGER)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  add_failure (proof, failure);
  ledger_rollback (proof->ledger);
  return ledger_begin_read (proof->ledger, error);
}

static gboolean
run_proofs (struct proof *proof, gint64 *ret_problems, GError **error)
{
  gint64 problems = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (proofs); i++) {
    if (proofs[i].slow && proof->request->quick)
      continue;
    g_ptr_array_set_size (proof->problems, 0);
    proof->examined = 0;
    if (!prove (proof, proofs[i].run, error))
      return error_prefix (error, "checking %s: ", proofs[i].name);
    struct verify_outcome outcome = { proofs[i].name, proofs[i].counts ? proof->examined : -1, proof->problems };
    problems += proof->problems->len;
    if (!proof->request->report (&outcome, proof->request->data, error))
      return FALSE;
  }
  *ret_problems = problems;
  return TRUE;
}

gboolean
verify_numbers (struct ledger *ledger, const struct series_visitor *visitor, GPtrArray *ret_problems, GError **error)
{
  if (!verify_sees_all (ledger, error) || !ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = verify_number_series (ledger, ret_problems, *visitor, error);
  ledger_rollback (ledger);
  return ok;
}

gboolean
verify_ledger (struct ledger *ledger, const struct verify_request *request, gint64 *ret_problems, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  struct proof proof = { .ledger = ledger, .request = request, .problems = problems };
  if (!verify_sees_all (ledger, error) || !ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = run_proofs (&proof, ret_problems, error);
  ledger_rollback (ledger);
  return ok;
}
