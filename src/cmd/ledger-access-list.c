/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger access list. */
#include "cmd/commands.h"
#include "service/ledger-access.h"

static const char *const examples[] = { "billctl ledger access list", "billctl ledger access list --format json", NULL };

static const struct column columns[] = {
  { .key = "role", .title = "Role", .kind = CELL_TEXT },
  { .key = "access", .title = "Opens it as", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "login", .title = "May log in", .kind = CELL_BOOLEAN },
};

static gboolean
write_row (const struct person *person, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_text (person->role),
    cell_code (person->access),
    cell_code (person->customer),
    cell_boolean (person->may_log_in),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && access_each (invocation->ledger, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_ledger_access_list = {
  .path = "ledger access list",
  .summary = "list the roles of the server that open the ledger",
  .description = "Of a ledger on a server. Its owner, who made it, is not among them. A tenant sees itself alone.",
  .examples = examples,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
