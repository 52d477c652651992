/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger access grant: somebody opens the ledger. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/ledger-access.h"

struct args {
  int as;
  const char *customer;
};

static const struct option options[] = {
  OPTION_CHOICE (struct args, as, "as", 0, people_access, "what it may do: read and write, read, or read what is one customer's"),
  OPTION_STRING_FROM (struct args, customer, "customer", 0, "CODE", "whose rows a tenant sees", COMPLETE_CUSTOMER),
  OPTION_END,
};

static const struct operand operands[] = {
  { "ROLE", "a role of the server, of one person or program", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl ledger access grant ann --as operator",
  "billctl ledger access grant revision --as auditor",
  "billctl ledger access grant acme_portal --as tenant --customer acme",
  NULL,
};

static gboolean
write_answer (const struct invocation *invocation, const struct access_request *request, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "role", "Role", cell_text (request->role), error)
         && document_field (document, "access", "Opens it as", cell_code (people_access[request->access]), error)
         && document_field (document, "customer", "Customer", cell_code (request->customer), error) && document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  gboolean changed = FALSE;
  if (args->as < 0)
    return error_set (error, ERROR_USAGE, "'--as' is missing: operator, auditor or tenant");
  const struct access_request request = {
    .role = invocation->operands[0],
    .access = (enum people_access) args->as,
    .customer = args->customer,
  };
  if (!access_grant (invocation->ledger, &request, &changed, error))
    return FALSE;
  if (!changed)
    invocation_say (invocation, "%s: nothing to change", request.role);
  return write_answer (invocation, &request, error);
}

const struct command command_ledger_access_grant = {
  .path = "ledger access grant",
  .summary = "let a role of the server open the ledger",
  .description = "Of a ledger on a server, by its owner. The role is there already: an administrator makes it and gives it its password. "
                 "A tenant that is given another customer sees the rows of that one from then on.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
