/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer list. */
#include "cmd/commands.h"
#include "service/customer.h"

struct args {
  const char *currency;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "only customers who pay in it", COMPLETE_CURRENCY),
  OPTION_END,
};

static const char *const examples[] = { "billctl customer list", "billctl customer list --currency EUR --format csv", NULL };

static const struct column columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "email", .title = "E-mail", .kind = CELL_TEXT },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "timezone", .title = "Time zone", .kind = CELL_TEXT },
  { .key = "country", .title = "Country", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "region", .title = "Region", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "tax_id", .title = "Tax id", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "tax_exempt", .title = "Tax exempt", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "parent", .title = "Parent", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "subscriptions", .title = "Subs.", .kind = CELL_INTEGER },
};

static gboolean
write_row (const struct customer *customer, gint64 subscriptions, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (customer->code),
    cell_text (customer->name),
    cell_text (customer->email),
    cell_currency (customer->currency),
    cell_text (customer->timezone),
    cell_code (customer->country),
    cell_code (customer->region),
    cell_text (customer->tax_id),
    cell_text (customer->tax_exempt),
    cell_code (customer->parent_code),
    cell_integer (subscriptions),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  const struct customer_list_request request = { .currency = args->currency, .each = write_row, .data = document };
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error) && customer_list (invocation->ledger, &request, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_customer_list = {
  .path = "customer list",
  .summary = "list customers",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
