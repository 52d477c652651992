/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The usage of an issued invoice, from its lines and from the events again. */
#include "service/usage-snapshot.h"

#include "base/error.h"
#include "core/date.h"
#include "service/counted-lines.h"
#include "service/verify-lines.h"
#include "store/codes.h"
#include "store/invoice.h"
#include "store/ledger.h"
#include "store/usage.h"

#include <json-c/json.h>
#include <string.h>

struct snapshot {
  struct ledger *ledger;
  const struct snapshot_request *request;
  struct invoice *invoice;
  struct codes *metrics;
  struct counted_lines *lines;
};
typedef struct snapshot snapshot_t;

static void
snapshot_clear (struct snapshot *snapshot)
{
  invoice_free (snapshot->invoice);
  codes_free (snapshot->metrics);
  counted_lines_free (snapshot->lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (snapshot_t, snapshot_clear)

/* --- Lines --- */

static gboolean
tell_line (const struct snapshot *snapshot, const struct invoice_line *line, json_object *derivation, GError **error)
{
  json_object *usage = derivation_of_events (derivation), *events = NULL;
  const struct snapshot_line told = {
    .position = line->position,
    .role = line_role_name (line->role),
    .subscription = line->subscription_code,
    .metric = codes_get (snapshot->metrics, line->metric_id),
    .filter = derivation_text (derivation, "filter"),
    .group = derivation_text (derivation, "group"),
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .quantity = usage == NULL ? "0" : derivation_text (usage, "quantity"),
    .events = usage != NULL && json_object_object_get_ex (usage, "events", &events) ? json_object_get_int64 (events) : 0,
    .first_us = usage == NULL ? 0 : derivation_instant (usage, "first"),
    .last_us = usage == NULL ? 0 : derivation_instant (usage, "last"),
    .amount_minor = line->amount_minor,
  };
  return snapshot->request->line (&told, snapshot->request->data, error);
}

static gboolean
visit_line (const struct invoice_line *line, void *data, GError **error)
{
  struct snapshot *snapshot = data;
  gboolean ok = TRUE;
  if (strcmp (line->kind, "usage") != 0)
    return TRUE;
  json_object *derivation = json_tokener_parse (line->derivation);
  if (derivation == NULL)
    return error_set (error, ERROR_LEDGER, "line %" G_GINT64_FORMAT " of invoice %s has a derivation that is no JSON", line->position,
                      snapshot->invoice->number);
  if (!derivation_is_bound (derivation)) {
    counted_lines_add (snapshot->lines, line, derivation);
    ok = snapshot->request->event != NULL || tell_line (snapshot, line, derivation, error);
  }
  json_object_put (derivation);
  return ok;
}

/* --- Events --- */

static gboolean
visit_event (void *data, const struct due_counted *counted, GError **error)
{
  const struct snapshot *snapshot = data;
  const struct usage_event *event = counted->event;
  gint64 position = 0;
  if (!counted_lines_find (snapshot->lines, counted, &position))
    return TRUE;
  const struct snapshot_event told = {
    .position = position,
    .at_us = event->at_us,
    .metric = codes_get (snapshot->metrics, counted->metric_id),
    .filter = *counted->filter == '\0' ? NULL : counted->filter,
    .quantity = event->quantity,
    .event_id = event->event_id,
    .source = event->source,
    .properties = event->properties,
  };
  return snapshot->request->event (&told, snapshot->request->data, error);
}

/* --- The whole --- */

static gboolean
prove (const struct snapshot *snapshot, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  if (!verify_invoice_again (snapshot->ledger, snapshot->invoice, NULL, NULL, problems, error))
    return FALSE;
  if (problems->len == 0)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the events of the ledger do not come to what the invoice says: %s",
             (const char *) g_ptr_array_index (problems, 0));
  return error_add_hint (error, "`billctl verify` looks at the whole ledger");
}

static gboolean
show (struct snapshot *snapshot, GError **error)
{
  const struct snapshot_request *request = snapshot->request;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  if (!invoice_find (snapshot->ledger, request->reference, &snapshot->invoice, error))
    return FALSE;
  const struct invoice *invoice = snapshot->invoice;
  if (invoice->status == INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "%s is a draft: what it comes to may change with each event", request->reference);
    return error_add_hint (error, "billctl usage show %s shows the usage that there is", invoice->customer_code);
  }
  if (!prove (snapshot, error) || !codes_load (snapshot->ledger, CODES_OF_METRICS, &snapshot->metrics, error))
    return FALSE;
  const struct snapshot_head head = {
    .invoice = invoice->number,
    .customer = invoice->customer_code,
    .currency = currency_find (invoice->currency),
    .billed_at_us = invoice->billed_at_us,
    .issued_at_us = invoice->issued_at_us,
    .usage_seen = invoice->usage_seen,
  };
  snapshot->lines = counted_lines_new ();
  return request->head (&head, request->data, error) && invoice_each_line (snapshot->ledger, invoice->id, visit_line, snapshot, error)
         && (request->event == NULL
             || verify_invoice_again (snapshot->ledger, invoice, visit_event, snapshot, problems, error));
}

gboolean
usage_snapshot (struct ledger *ledger, const struct snapshot_request *request, GError **error)
{
  g_auto (snapshot_t) snapshot = { .ledger = ledger, .request = request };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = show (&snapshot, error);
  ledger_rollback (ledger);
  return ok;
}
