/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription set: other quantities, add-ons, an interval, within the plan. */
#include "base/error.h"
#include "cmd/change-document.h"
#include "cmd/commands.h"

struct args {
  const char *interval;
  const char **quantities, **addons, **without;
  const char **sets;
  const char *terms;
  int when, proration;
  struct time_argument at;
};

static const struct option options[] = {
  OPTION_LIST (struct args, quantities, "quantity", 0, "NAME=N", "how many of what the plan licenses; may be repeated"),
  OPTION_LIST_FROM (struct args, addons, "addon", 0, "CODE[=N]", "add-on, or how many of it; may be repeated", COMPLETE_ADDON),
  OPTION_LIST_FROM (struct args, without, "without-addon", 0, "CODE", "add-on that goes; may be repeated", COMPLETE_ADDON),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "how often fees are due"),
  OPTION_LIST (struct args, sets, "set", 0, "TERM=VALUE", "terms that were agreed otherwise, as in billctl-subscribe(1); may be repeated"),
  OPTION_STRING_FROM (struct args, terms, "terms", 0, "FILE", "the same as a part of a plan in JSON", COMPLETE_FILE),
  OPTION_CHOICE (struct args, when, "when", 0, change_whens, "when it takes effect; now if it costs more, else at the end of the period"),
  OPTION_TIME (struct args, at, "at", 0, "the first day under the new terms, instead of --when"),
  OPTION_CHOICE (struct args, proration, "proration", 0, change_prorations, "where what it costs within a period goes; create without it"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl subscription set acme --quantity team_members=12",
  "billctl subscription set acme --addon support --without-addon training --dry-run",
  "billctl subscription set acme --interval year --when period-end",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct custom_terms_request agreed = { args->sets, args->terms };
  g_autoptr (custom_terms_t) terms = NULL;
  if (args->interval == NULL && args->quantities[0] == NULL && args->addons[0] == NULL && args->without[0] == NULL
      && args->sets[0] == NULL && args->terms == NULL)
    return error_set (error, ERROR_USAGE, "nothing to set: name a quantity, an add-on, an interval or a term");
  if (!custom_terms_read (&agreed, &terms, error))
    return FALSE;
  const struct change_request request = {
    .subscription = invocation->operands[0],
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

const struct command command_subscription_set = {
  .path = "subscription set",
  .summary = "set quantities, add-ons, the interval or agreed terms of a subscription",
  .description = "The plan and its version stay. What costs more takes effect now, what costs less at the end of the period that is paid for, "
                 "unless --when or --at says otherwise; within a period the difference is prorated as in `billctl subscription change`.",
  .examples = examples,
  .operands = change_operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
