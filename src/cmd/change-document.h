/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of a subscription did, as an answer; and the options that such commands share. */
#ifndef BILLCTL_CMD_CHANGE_DOCUMENT_H
#define BILLCTL_CMD_CHANGE_DOCUMENT_H

#include "cli/command.h"
#include "service/subscription-change.h"

extern const struct operand change_operands[];     /* SUBSCRIPTION */
extern const char *const change_whens[];           /* enum change_when */
extern const char *const change_prorations[];      /* enum change_proration */
extern const char *const change_short_prorations[]; /* create or none */

/* What can be changed of the terms, and when: struct change_args, whose options CHANGE_OPTIONS lists. */
struct change_args {
  gint64 version;
  const char *interval;
  const char **quantities, **addons, **without, **sets;
  const char *terms;
  int when, proration;
  struct time_argument at;
};
#define CHANGE_OPTIONS \
  OPTION_LIST (struct change_args, quantities, "quantity", 0, "NAME=N", "how many of what the plan licenses; may be repeated"), \
    OPTION_LIST_FROM (struct change_args, addons, "addon", 0, "CODE[=N]", "add-on, or how many of it; may be repeated", COMPLETE_ADDON), \
    OPTION_LIST_FROM (struct change_args, without, "without-addon", 0, "CODE", "add-on that goes; may be repeated", COMPLETE_ADDON), \
    OPTION_STRING (struct change_args, interval, "interval", 'i', "INTERVAL", "how often fees are due; as before if the plan offers that"), \
    OPTION_LIST (struct change_args, sets, "set", 0, "TERM=VALUE", "a term that was agreed otherwise, as in billctl-subscribe(1); may be repeated"), \
    OPTION_STRING_FROM (struct change_args, terms, "terms", 0, "FILE", "the same as a part of a plan in JSON", COMPLETE_FILE), \
    OPTION_CHOICE (struct change_args, when, "when", 0, change_whens, "when it takes effect; now if it costs more, else at the end of the period"), \
    OPTION_TIME (struct change_args, at, "at", 0, "the first day under the new terms, instead of --when"), \
    OPTION_CHOICE (struct change_args, proration, "proration", 0, change_prorations, "where what it costs within a period goes; create without it")
/* `plan`: NULL where the plan stays. */
gboolean change_run (struct invocation *invocation, const char *plan, GError **error);

/* The decision and the lines that follow from it. */
gboolean change_document_write (const struct invocation *invocation, const struct change_result *result, GError **error);

/* NULL when the option was not given. */
const struct time_text *change_time (const struct time_argument *argument);

#endif
