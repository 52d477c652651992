/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl stripe sync: plans, prices and customers to Stripe. */
#include "service/stripe-sync.h"

#include "base/error.h"
#include "cli/progress.h"
#include "cmd/commands.h"

struct args {
  const char *plan;
  const char *customer;
  gboolean force_update;
  gboolean verify_remote;
  gboolean live;
  const char *key_file;
  const char *key_command;
  const char *api_base;
  gint64 timeout;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, plan, "plan", 0, "CODE", "only this plan and its prices, no customers", COMPLETE_PLAN),
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only this customer, no plans but one named with --plan",
                      COMPLETE_CUSTOMER),
  OPTION_FLAG (struct args, force_update, "force-update", 0, "where an amount differs, make a new price and retire the old one"),
  OPTION_FLAG (struct args, verify_remote, "verify-remote", 0, "look at customers too that have not changed since they were sent"),
  OPTION_FLAG (struct args, live, "live", 0, "accept a live key"),
  OPTION_STRING_FROM (struct args, key_file, "key-file", 0, "FILE", "file with the key, mode 0600; default: setting stripe.key-file",
                      COMPLETE_FILE),
  OPTION_STRING (struct args, key_command, "key-command", 0, "COMMAND",
                 "command that prints the key; default: setting stripe.key-command"),
  OPTION_STRING (struct args, api_base, "api-base", 0, "URL", "send requests there; plain http to this machine only"),
  OPTION_INTEGER (struct args, timeout, "timeout", 0, "SECONDS", "longest wait for one answer; default: 80"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl stripe sync --dry-run",
  "billctl stripe sync --plan professional --force-update",
  "billctl stripe sync --customer acme",
  "billctl stripe sync --key-command 'pass show stripe/test'",
  NULL,
};

static const struct column columns[] = {
  { .key = "operation", .title = "Operation", .kind = CELL_CODE },
  { .key = "object", .title = "Object", .kind = CELL_CODE },
  { .key = "key", .title = "Key", .kind = CELL_CODE },
  { .key = "stripe_id", .title = "Stripe id", .kind = CELL_TEXT, .spare = 1 },
  { .key = "outcome", .title = "Outcome", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "detail", .title = "Detail", .kind = CELL_TEXT, .wrap = TRUE },
};

enum { TIMEOUT_MAX_S = 3600 };

struct writer {
  const struct invocation *invocation;
  document_t *document;
};

/* What is in step is counted, not listed: of ten thousand customers a person wants to see the three that are not. */
static gboolean
write_row (const struct stripe_sync_row *row, void *data, GError **error)
{
  const struct writer *writer = data;
  if (row->outcome == STRIPE_SYNC_UNCHANGED && writer->invocation->verbose == 0)
    return TRUE;
  const struct cell cells[] = {
    cell_code (stripe_sync_operation_names[row->operation]),
    cell_code (row->object),
    cell_code (row->key),
    cell_text (row->stripe_id),
    cell_code (stripe_sync_outcome_names[row->outcome]),
    cell_text (row->detail),
  };
  return document_row (writer->document, cells, error);
}

static void
write_log (void *data, gboolean is_warning, const char *message)
{
  const struct writer *writer = data;
  if (is_warning)
    invocation_warn (writer->invocation, "%s", message);
  else if (writer->invocation->verbose > 0)
    invocation_say (writer->invocation, "%s", message);
}

/* "3 created, 1 retired, 20 unchanged"; in a dry run "3 to create, …" */
static char *
summary (const struct stripe_sync_result *result, gboolean is_dry_run)
{
  static const char *const words[][STRIPE_SYNC_OPERATION_COUNT] = {
    { "kept", "created", "updated", "replaced", "retired" },
    { "to keep", "to create", "to update", "to replace", "to retire" },
  };
  GString *text = g_string_new (NULL);
  for (int operation = 0; operation < STRIPE_SYNC_OPERATION_COUNT; operation++)
    if (result->done[operation] > 0)
      g_string_append_printf (text, "%" G_GINT64_FORMAT " %s, ", result->done[operation],
                              words[is_dry_run ? 1 : 0][operation]);
  g_string_append_printf (text, "%" G_GINT64_FORMAT " unchanged", result->unchanged);
  if (result->not_done > 0)
    g_string_append_printf (text, ", %" G_GINT64_FORMAT " not done", result->not_done);
  return g_string_free (text, FALSE);
}

static void
say_result (const struct invocation *invocation, const struct stripe_sync_result *result)
{
  g_autofree char *text = summary (result, invocation->dry_run);
  if (!result->looked && result->account == NULL)
    invocation_say (invocation, "planned without looking at Stripe: nothing is known to be there");
  else if (!result->looked)
    invocation_say (invocation, "planned without looking at Stripe, from what was sent to %s", result->account);
  if (result->account == NULL)
    invocation_say (invocation, "stripe: %s", text);
  else
    invocation_say (invocation, "stripe %s: %s", result->account, text);
}

static gboolean
synchronize (struct invocation *invocation, struct writer *writer, struct stripe_sync_result *result, GError **error)
{
  const struct args *args = invocation->args;
  const char *variable = g_getenv ("BILLCTL_STRIPE_API_BASE");
  const char *base = variable != NULL && *variable != '\0' ? variable : NULL;
  g_autoptr (progress_t) progress = progress_new (invocation, "synchronizing with Stripe", 0, "objects");
  struct progress_sink sink = progress_sink (progress);
  const struct stripe_sync_request request = {
    .plan = args->plan,
    .customer = args->customer,
    .force_update = args->force_update,
    .verify_remote = args->verify_remote,
    .allow_live = args->live,
    .key_file = args->key_file,
    .key_command = args->key_command,
    .api_base = args->api_base != NULL ? args->api_base : base,
    .exec_path = invocation->exec_path,
    .timeout_ms = (int) args->timeout * 1000,
    .report = write_row,
    .log = write_log,
    .data = writer,
    .progress = &sink,
  };
  return stripe_sync (invocation->ledger, &request, result, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (args->timeout < 0 || args->timeout > TIMEOUT_MAX_S)
    return error_set (error, ERROR_USAGE, "'--timeout' takes 1 to %d seconds", TIMEOUT_MAX_S);
  g_autoptr (document_t) document = NULL;
  g_auto (stripe_sync_result_t) result = { 0 };
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  struct writer writer = { invocation, document };
  if (!synchronize (invocation, &writer, &result, error) || !document_end_list (document, error) || !document_close (document, error))
    return FALSE;
  if (result.stopped != NULL)
    invocation_problem (invocation, result.stopped);
  say_result (invocation, &result);
  if (result.not_done > 0)
    invocation->exit_status = ERROR_PARTIAL;
  return TRUE;
}

const struct command command_stripe_sync = {
  .path = "stripe sync",
  .summary = "mirror plans, prices and customers to Stripe",
  .description = "Makes or updates one product for each plan, one price for each interval that its newest version has a base fee for, and one "
                 "customer for each customer, and lists what it did; what is in step is counted, and listed with --verbose. Amounts never "
                 "change at Stripe: see --force-update. What is not marked as this ledger's is never touched. With --dry-run nothing is "
                 "changed, and without a key nothing is asked.\n\nThe key is taken from STRIPE_API_KEY, a file, or a command. A run that was "
                 "interrupted is completed by the next one; nothing is made twice.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | NEEDS_NETWORK | WRITES_ROWS,
  .run = run,
};
