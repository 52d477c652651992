/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription change: another plan, another version, another interval. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  gint64 version;
  const char *interval;
  const char **quantities, **addons, **without;
  const char **sets;
  const char *terms;
  int when, proration;
  struct time_argument at;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, version, "version", 0, "N", "version of the plan; the newest without it"),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "how often fees are due; as before if the plan offers that"),
  OPTION_LIST (struct args, quantities, "quantity", 0, "NAME=N", "how many of what the plan licenses; may be repeated"),
  OPTION_LIST_FROM (struct args, addons, "addon", 0, "CODE[=N]", "add-on that is taken; may be repeated", COMPLETE_ADDON),
  OPTION_LIST_FROM (struct args, without, "without-addon", 0, "CODE", "add-on that goes; may be repeated", COMPLETE_ADDON),
  OPTION_LIST (struct args, sets, "set", 0, "TERM=VALUE", "terms that were agreed otherwise, as in billctl-subscribe(1); may be repeated"),
  OPTION_STRING_FROM (struct args, terms, "terms", 0, "FILE", "the same as a part of a plan in JSON", COMPLETE_FILE),
  OPTION_CHOICE (struct args, when, "when", 0, change_whens, "when it takes effect; now for an upgrade, else at the end of the period"),
  OPTION_TIME (struct args, at, "at", 0, "the first day under the new terms, instead of --when"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_prorations, "where what it costs within a period goes; create without it"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "SUBSCRIPTION", "its code, or the code of a customer who has only one", COMPLETE_SUBSCRIPTION, OPERAND_ONE },
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl subscription change acme enterprise --dry-run",
  "billctl subscription change acme-2 starter --when period-end",
  "billctl subscription change acme professional --version 3 --proration invoice-now",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct custom_terms_request agreed = { args->sets, args->terms };
  g_autoptr (custom_terms_t) terms = NULL;
  if (!custom_terms_read (&agreed, &terms, error))
    return FALSE;
  const struct change_request request = {
    .subscription = invocation->operands[0],
    .plan = invocation->operands[1],
    .version = args->version,
    .interval = args->interval,
    .quantities = args->quantities,
    .addons = args->addons,
    .without = args->without,
    .terms = terms,
    .when = args->when,
    .at = change_time (&args->at),
    .proration = args->proration,
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (change_result_t) result = { 0 };
  return subscription_change (&context, &request, &result, error) && change_document_write (invocation, &result, error);
}

const struct command command_subscription_change = {
  .path = "subscription change",
  .summary = "move a subscription to another plan or version",
  .description = "A plan that costs as much or more in the same time takes effect now, a cheaper one at the end of the period that is paid "
                 "for. Within a period the unused part of what was charged is given back and the remaining part of the new fees is "
                 "charged. With another interval periods begin anew. The answer shows the decision and the lines it brings; --dry-run shows "
                 "them without recording anything. What the subscriber has of quantities and add-ons stays as far as the new plan sells it.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
