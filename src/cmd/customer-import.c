/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer import. */
#include "service/customer-import.h"

#include "cli/progress.h"
#include "cmd/commands.h"

struct args {
  gboolean update;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, update, "update", 'u', "change customers that exist with other content"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "FILE", "CSV file with a header line; '-' is standard input", COMPLETE_FILE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl customer import customers.csv",
  "billctl customer import customers.csv --update --dry-run",
  NULL,
};

static gboolean
answer (const struct invocation *invocation, const struct customer_import_result *result, GError **error)
{
  if (!invocation->format_given && invocation->render.columns == NULL) {
    fprintf (invocation->render.out,
             "%" G_GINT64_FORMAT " added, %" G_GINT64_FORMAT " updated, %" G_GINT64_FORMAT " unchanged\n", result->added,
             result->updated, result->unchanged);
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "added", "Added", cell_integer (result->added), error)
         && document_field (document, "updated", "Updated", cell_integer (result->updated), error)
         && document_field (document, "unchanged", "Unchanged", cell_integer (result->unchanged), error)
         && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct progress *progress = progress_new (invocation, "importing customers", 0, "bytes");
  const struct progress_sink sink = progress_sink (progress);
  const struct customer_import_request request = { invocation->operands[0], args->update, &sink };
  struct customer_import_result result = { 0 };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  gboolean done = customer_import (invocation->ledger, &request, problems, &result, error);
  progress_finish (progress);
  for (guint i = 0; i < problems->len; i++)
    invocation_problem (invocation, g_ptr_array_index (problems, i));
  return done && answer (invocation, &result, error);
}

const struct command command_customer_import = {
  .path = "customer import",
  .summary = "add customers from a CSV file",
  .description = "The header names the columns, in any order: code, name, email, currency, timezone, locale, address, country, tax_id, "
                 "payment_method, parent, payer, invoices; only code must be there. An empty cell says nothing: a new customer gets the default, an existing one keeps what it "
                 "has. Either all rows are taken or none: up to twenty problems are listed with their lines. A customer that exists with the "
                 "same content is left alone; with other content it is a problem, or is changed with --update.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
