/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice numbers: the series of document numbers, and that they have no gap. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/verify.h"

struct args {
  gboolean check;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, check, "check", 0, "fail when a number is missing"),
  OPTION_END,
};

static const char *const examples[] = { "billctl invoice numbers", "billctl invoice numbers --check", NULL };

static const struct column columns[] = {
  { .key = "document", .title = "Document", .kind = CELL_TEXT },
  { .key = "issuer", .title = "Issuer", .kind = CELL_CODE },
  { .key = "year", .title = "Year", .kind = CELL_INTEGER },
  { .key = "first", .title = "First", .kind = CELL_CODE },
  { .key = "last", .title = "Last", .kind = CELL_CODE },
  { .key = "count", .title = "Numbers", .kind = CELL_INTEGER },
  { .key = "missing", .title = "Missing", .kind = CELL_INTEGER },
};

static gboolean
write_row (const struct series_state *state, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_text (state->document),
    cell_code (state->issuer),
    state->year == 0 ? cell_null () : cell_integer (state->year),
    cell_code (state->first),
    cell_code (state->last),
    cell_integer (state->count),
    cell_integer (state->missing),
  };
  return document_row (data, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (document_t) document = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  const struct series_visitor visitor = { write_row, document };
  if (!document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
      || !verify_numbers (invocation->ledger, &visitor, problems, error) || !document_end_list (document, error)
      || !document_close (document, error))
    return FALSE;
  for (guint i = 0; i < problems->len; i++)
    invocation_warn (invocation, "%s", (const char *) g_ptr_array_index (problems, i));
  if (!args->check)
    return TRUE;
  if (problems->len == 0) {
    invocation_say (invocation, "no number is missing");
    return TRUE;
  }
  error_set (error, ERROR_LEDGER, "the series of numbers are not whole");
  return error_add_hint (error, "keep the file as it is, and let `billctl verify` look at all of it");
}

const struct command command_invoice_numbers = {
  .path = "invoice numbers",
  .summary = "list the series of document numbers",
  .description = "Invoices and credit notes have a series each, for every issuer and year. Every number from the first to the last is "
                 "looked for; with --check the exit status is 7 when one is missing, or when a document has a number that was not given "
                 "out.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
  .run = run,
};
