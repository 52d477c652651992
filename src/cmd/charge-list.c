/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl charge list. */
#include "base/error.h"
#include "cmd/charge-document.h"
#include "cmd/commands.h"

struct args {
  const char *customer;
  gboolean all;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only of this customer", COMPLETE_CUSTOMER),
  OPTION_FLAG (struct args, all, "all", 0, "also what is billed or removed"),
  OPTION_END,
};

static const char *const examples[] = { "billctl charge list", "billctl charge list --customer acme --all", NULL };

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, charge_columns, CHARGE_COLUMN_COUNT, error)
         && charge_list (invocation->ledger, args->customer, !args->all, charge_document_row, document, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_charge_list = {
  .path = "charge list",
  .summary = "list one-off charges that wait for an invoice",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
