/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans migrate: subscriptions of a plan go to another version of it. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"
#include "service/plan-migrate.h"

struct args {
  gint64 to_version, from_version;
  int at, proration;
  const char **customers;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, to_version, "to-version", 0, "N", "the version that they go to"),
  OPTION_INTEGER (struct args, from_version, "from-version", 0, "N", "only those on this version"),
  OPTION_LIST_FROM (struct args, customers, "customer", 0, "CODE", "only those of this customer; may be repeated", COMPLETE_CUSTOMER),
  OPTION_CHOICE (struct args, at, "at", 0, change_whens, "when: at the end of the period that is paid for (without it), or now"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_prorations, "where what it costs within a period goes; create without it"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans migrate professional --to-version 2 --dry-run",
  "billctl plans migrate professional --to-version 2 --from-version 1 --customer acme --at now",
  NULL,
};

static const struct column columns[] = {
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "from_version", .title = "From", .kind = CELL_INTEGER },
  { .key = "to_version", .title = "To", .kind = CELL_INTEGER },
  { .key = "terms", .title = "Terms", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "moved", .title = "Moved", .kind = CELL_BOOLEAN },
  { .key = "effective_on", .title = "From day", .kind = CELL_DATE },
  { .key = "total", .title = "Lines", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY, .hidden = TRUE },
  { .key = "message", .title = "Decision", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_row (struct document *document, const struct args *args, const struct migrate_row *row, GError **error)
{
  const struct cell cells[] = {
    cell_code (row->subscription),
    cell_code (row->customer),
    cell_integer (row->from_version),
    cell_integer (args->to_version),
    *row->terms == '\0' ? cell_null () : cell_code (row->terms),
    cell_boolean (row->moved),
    row->moved ? cell_date (row->effective) : cell_null (),
    row->moved ? cell_money (row->total_minor, row->currency) : cell_null (),
    row->moved ? cell_currency (row->currency->code) : cell_null (),
    cell_text (row->message),
  };
  return document_row (document, cells, error);
}

static gboolean
write_rows (struct invocation *invocation, const GPtrArray *rows, GError **error)
{
  g_autoptr (document_t) document = NULL;
  guint moved = 0;
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const struct migrate_row *row = g_ptr_array_index (rows, i);
    moved += row->moved ? 1 : 0;
    if (!write_row (document, invocation->args, row, error))
      return FALSE;
  }
  if (moved < rows->len)
    invocation->exit_status = ERROR_PARTIAL;
  if (!document_end_list (document, error) || !document_close (document, error))
    return FALSE;
  if (rows->len == 0)
    invocation_say (invocation, "no subscription is on another version");
  else
    invocation_say (invocation, "%u moved, %u left where they are", moved, rows->len - moved);
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (args->to_version <= 0 || args->from_version < 0)
    return error_set (error, ERROR_USAGE, "%s: versions are counted from 1", args->to_version <= 0 ? "--to-version" : "--from-version");
  const struct migrate_request request = {
    .plan = invocation->operands[0],
    .to_version = args->to_version,
    .from_version = args->from_version,
    .customers = args->customers,
    .when = args->at < 0 ? CHANGE_AT_PERIOD_END : (enum change_when) args->at,
    .proration = args->proration,
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) migrate_row_free);
  return plan_migrate (&context, &request, rows, error) && write_rows (invocation, rows, error);
}

const struct command command_plans_migrate = {
  .path = "plans migrate",
  .summary = "move subscriptions of a plan to another version of it",
  .description = "Each is changed as `billctl subscription change` would, all in one transaction. A subscription stays in its currency, and "
                 "what was agreed for it holds on the new version too. What a rule refuses is left where it is and says why; the exit status "
                 "is then 6.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
