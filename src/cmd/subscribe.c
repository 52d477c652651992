/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscribe: a customer takes a plan. */
#include "service/subscribe.h"

#include "cmd/commands.h"
#include "cmd/subscription-document.h"

struct args {
  gint64 version;
  struct time_argument start, end;
  const char *interval;
  const char **quantities;
  const char **addons;
  const char **coupons;
  const char *trial_days;
  int alignment;
  const char *align_to;
  const char *code;
  const char **sets;
  const char *terms;
};

static const char *const alignments[] = { "anniversary", "calendar", NULL };

static const struct option options[] = {
  OPTION_INTEGER (struct args, version, "version", 0, "N", "version of the plan; the newest without it"),
  OPTION_TIME (struct args, start, "start", 0, "first day, in the customer's time zone; the as-of day without it"),
  OPTION_TIME (struct args, end, "end", 0, "the first day that is not billed any more"),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "how often fees are due, as the plan offers it: month, year …"),
  OPTION_LIST (struct args, quantities, "quantity", 0, "NAME=N", "how many of what the plan licenses; may be repeated"),
  OPTION_LIST_FROM (struct args, addons, "addon", 0, "CODE[=N]", "add-on of the plan; may be repeated", COMPLETE_ADDON),
  OPTION_LIST_FROM (struct args, coupons, "coupon", 0, "CODE", "coupon to redeem, from the start on; may be repeated", COMPLETE_COUPON),
  OPTION_STRING (struct args, trial_days, "trial-days", 0, "N", "days before the first paid period, instead of the plan's"),
  OPTION_CHOICE (struct args, alignment, "alignment", 0, alignments, "where periods begin, instead of the plan's"),
  OPTION_LIST (struct args, sets, "set", 0, "PATH=VALUE", "a term that was agreed otherwise than the plan has it; may be repeated"),
  OPTION_STRING_FROM (struct args, terms, "terms", 0, "FILE", "such terms in a file, as a plan in a catalog has them", COMPLETE_FILE),
  OPTION_STRING_FROM (struct args, align_to, "align-to", 0, "SUBSCRIPTION", "another one of the customer, whose periods it shares",
                      COMPLETE_SUBSCRIPTION),
  OPTION_STRING (struct args, code, "code", 0, "CODE", "code of the subscription; CUSTOMER-1, -2 … without it"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl subscribe acme professional --start 2026-01-01",
  "billctl subscribe acme platform --interval year --quantity users=5 --addon support",
  "billctl subscribe acme professional --set base.month=89.00 --set charge.call_minutes.included=5000",
  NULL,
};

static void
print_line (const struct invocation *invocation, const struct subscribe_result *result)
{
  const struct subscription *subscription = &result->view.row->subscription;
  FILE *out = invocation->render.out;
  char interval[INTERVAL_TEXT_SIZE], first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
  interval_format (subscription->fee_interval, interval);
  date_format (subscription->start, first);
  fprintf (out, "%s: %s version %" G_GINT64_FORMAT "%s, %s, from %s", subscription->code, result->view.row->plan_code,
           result->view.row->plan_version, result->view.differences->len == 0 ? "" : ", custom terms", interval, first);
  date_format (result->first_period.start, first);
  if (result->view.state.has_trial)
    fprintf (out, ", trial to %s", first);
  date_format (result->first_period.end, last);
  if (result->first_period.start.day < result->first_period.end.day)
    fprintf (out, ", first period %s to %s\n", first, last);
  else
    fputs (", no paid period\n", out);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct subscribe_request request = {
    .customer = invocation->operands[0],
    .plan = invocation->operands[1],
    .version = args->version,
    .start = args->start.given ? &args->start.time : NULL,
    .end = args->end.given ? &args->end.time : NULL,
    .interval = args->interval,
    .quantities = args->quantities,
    .addons = args->addons,
    .coupons = args->coupons,
    .trial_days = args->trial_days,
    .alignment = args->alignment,
    .align_to = args->align_to,
    .code = args->code,
    .terms = { args->sets, args->terms },
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_auto (subscribe_result_t) result = { 0 };
  if (!subscribe (&context, &request, &result, error))
    return FALSE;
  if (result.shared_with != NULL)
    invocation_say (invocation, "%s prices %s too: events that name no subscription are billed there", result.shared_with,
                    result.shared_metrics);
  if (invocation->format_given || invocation->render.columns != NULL)
    return subscription_document_write (invocation, &result.view, error);
  print_line (invocation, &result);
  return TRUE;
}

const struct command command_subscribe = {
  .path = "subscribe",
  .summary = "put a customer on a plan",
  .description = "The subscription stays on its version of the plan until it is moved. A date is a day in the customer's time zone; a time "
                 "is the day there on which it falls. Periods are counted from the first paid day: the start, or the day after the trial. "
                 "With calendar alignment they begin with calendar months, quarters, years or weeks, and the first one is short.\n\n"
                 "Without --interval the fees are due as often as usage is billed if the plan offers that, else by the first interval of "
                 "the plan. Licensed quantities that are not named have the plan's default.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
