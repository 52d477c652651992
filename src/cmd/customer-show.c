/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer show: one customer and its subscriptions. */
#include "cmd/commands.h"
#include "cmd/customer-document.h"
#include "cmd/subscription-document.h"

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = { "billctl customer show acme", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (customer_view_t) view = { 0 };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_autoptr (document_t) document = NULL;
  if (!customer_get (invocation->ledger, invocation->operands[0], &view, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  const struct subscription_list_request request = {
    .customer = view.customer->code,
    .status = -1,
    .each = subscription_document_row,
    .data = document,
  };
  return customer_document_fields (invocation, document, &view, error)
         && document_begin_section (document, "subscriptions", "Subscriptions", subscription_columns, subscription_column_count, error)
         && subscription_list (&context, &request, error) && document_end_section (document, error) && document_close (document, error);
}

const struct command command_customer_show = {
  .path = "customer show",
  .summary = "show a customer and its subscriptions",
  .examples = examples,
  .operands = operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
