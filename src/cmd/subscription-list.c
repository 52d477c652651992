/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription list. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/subscription-document.h"

struct args {
  const char *customer;
  const char *plan;
  const char *status;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only of this customer", COMPLETE_CUSTOMER),
  OPTION_STRING_FROM (struct args, plan, "plan", 'p', "CODE", "only to this plan, whatever version", COMPLETE_PLAN),
  OPTION_STRING (struct args, status, "status", 's', "STATUS", "trialing, active, past_due, paused, canceled or expired"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription list",
  "billctl subscription list --plan professional --status trialing --as-of 2026-02-01",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  enum subscription_status status = SUBSCRIPTION_ACTIVE;
  if (args->status != NULL && !subscription_status_parse (args->status, &status)) {
    error_set (error, ERROR_USAGE, "'--status': '%s' is not a status of subscriptions", args->status);
    return error_add_hint (error, "trialing, active, past_due, paused, canceled and expired are");
  }
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  const struct subscription_list_request request = {
    .customer = args->customer,
    .plan = args->plan,
    .status = args->status == NULL ? -1 : (int) status,
    .each = subscription_document_row,
    .data = document,
  };
  return document_begin_list (document, subscription_columns, subscription_column_count, error)
         && subscription_list (&context, &request, error) && document_end_list (document, error) && document_close (document, error);
}

const struct command command_subscription_list = {
  .path = "subscription list",
  .summary = "list subscriptions",
  .description = "The status is that of the as-of time. Days are civil days in the customer's time zone.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
