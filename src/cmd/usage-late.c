/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl usage late: what came after its period was billed. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "service/late-list.h"

struct args {
  const char *customer;
  const char *metric;
  int status;
  gboolean release;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only of this customer", COMPLETE_CUSTOMER),
  OPTION_STRING_FROM (struct args, metric, "metric", 0, "CODE", "only of this metric", COMPLETE_METRIC),
  OPTION_CHOICE (struct args, status, "status", 0, usage_late_status_names, "only these"),
  OPTION_FLAG (struct args, release, "release", 0, "let go what is held: the next invoice bills it"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl usage late --status open",
  "billctl usage late --customer acme --release",
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

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  struct late_list_request request = { .customer = args->customer, .metric = args->metric, .status = args->status, .visit = write_row };
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
