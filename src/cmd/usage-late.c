/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage late: what came after its period was billed. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "service/estimate-list.h"
#include "service/late-list.h"

struct args {
  const char *customer;
  const char *metric;
  int status;
  gboolean release;
  gboolean estimates;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only of this customer", COMPLETE_CUSTOMER),
  OPTION_STRING_FROM (struct args, metric, "metric", 0, "CODE", "only of this metric", COMPLETE_METRIC),
  OPTION_CHOICE (struct args, status, "status", 0, usage_late_status_names, "only these"),
  OPTION_FLAG (struct args, release, "release", 0, "let go what is held: the next invoice bills it"),
  OPTION_FLAG (struct args, estimates, "estimates", 0, "instead, lines that stand for usage that did not come"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl usage late --status open",
  "billctl usage late --customer acme --release",
  "billctl usage late --estimates --status open",
  NULL,
};

static const struct column columns[] = {
  { .key = "time", .title = "Time", .kind = CELL_INSTANT },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "id", .title = "Id", .kind = CELL_TEXT },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "source", .title = "Source", .kind = CELL_TEXT, .hidden = TRUE },
};

static gboolean
write_row (const struct usage_late_event *event, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_instant (event->at_us),    cell_code (event->customer),
    cell_code (event->metric),      cell_decimal (event->quantity),
    cell_text (event->event_id),    cell_code (usage_late_status_names[event->status]),
    cell_code (event->invoice),     cell_code (event->subscription),
    cell_text (event->source),
  };
  return document_row (data, cells, error);
}

static gboolean
release (const struct invocation *invocation, const struct late_list_request *request, GError **error)
{
  gint64 count = 0;
  if (request->status >= 0 && request->status != USAGE_LATE_HELD) {
    error_set (error, ERROR_USAGE, "--release: what is %s is not held", usage_late_status_names[request->status]);
    return error_add_hint (error, "leave out --status");
  }
  if (!late_release (invocation->ledger, request, &count, error))
    return FALSE;
  g_autofree char *events = text_counted (count, "event");
  if (count == 0)
    invocation_say (invocation, "nothing is held");
  else
    invocation_say (invocation, invocation->dry_run ? "%s would be released" : "%s released: the next invoice bills them", events);
  return TRUE;
}

/* --- Estimates --- */

static const struct column estimate_columns[] = {
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "filter", .title = "Filter", .kind = CELL_TEXT },
  { .key = "period_start", .title = "Period start", .kind = CELL_INSTANT },
  { .key = "period_end", .title = "Period end", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "events", .title = "Events", .kind = CELL_INTEGER },
  { .key = "billed_on", .title = "Billed on", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE, .hidden = TRUE },
};

static gboolean
write_estimate (const struct listed_estimate *estimate, void *data, GError **error)
{
  enum usage_late_status status = estimate->settled_by == NULL ? USAGE_LATE_OPEN : USAGE_LATE_BILLED;
  const struct cell cells[] = {
    cell_code (estimate->customer),
    cell_code (estimate->metric),
    cell_text (estimate->filter),
    cell_instant (estimate->period_start_us),
    cell_instant (estimate->period_end_us),
    cell_decimal (estimate->quantity),
    cell_money (estimate->amount_minor, estimate->currency),
    cell_code (estimate->invoice),
    cell_code (usage_late_status_names[status]),
    cell_integer (estimate->events),
    cell_code (estimate->settled_by),
    cell_code (estimate->subscription),
  };
  return document_row (data, cells, error);
}

static gboolean
list_estimates (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  struct estimate_list_request request = { .customer = args->customer, .metric = args->metric, .visit = write_estimate };
  if (args->release) {
    error_set (error, ERROR_USAGE, "--release: an estimate is not held");
    return error_add_hint (error, "it is open until usage comes for it; an event that is taken back by `billctl usage void` says that there was none");
  }
  if (args->status >= 0 && args->status != USAGE_LATE_OPEN && args->status != USAGE_LATE_BILLED)
    return error_set (error, ERROR_USAGE, "--status: an estimate is open or billed, not %s", usage_late_status_names[args->status]);
  if (args->status >= 0)
    request.which = args->status == USAGE_LATE_OPEN ? ESTIMATES_OPEN : ESTIMATES_SETTLED;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  request.data = document;
  return document_begin_list (document, estimate_columns, G_N_ELEMENTS (estimate_columns), error)
         && estimate_list (invocation->ledger, &request, error) && document_end_list (document, error)
         && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  struct late_list_request request = { .customer = args->customer, .metric = args->metric, .status = args->status, .visit = write_row };
  if (args->estimates)
    return list_estimates (invocation, error);
  if (args->release)
    return release (invocation, &request, error);
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  request.data = document;
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error) && late_list (invocation->ledger, &request, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_usage_late = {
  .path = "usage late",
  .summary = "list usage that came after its period was billed",
  .description = "The metric says what becomes of it (late in the catalog): bill puts it onto the next invoice, as lines of the old "
                 "period at that period's price and place in the tiers; hold waits until --release; ignore bills it never. Billed usage "
                 "stays listed, with its invoice.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS | USES_PAGER,
  .run = run,
};
