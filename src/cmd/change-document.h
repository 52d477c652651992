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

/* The decision and the lines that follow from it. */
gboolean change_document_write (const struct invocation *invocation, const struct change_result *result, GError **error);

/* NULL when the option was not given. */
const struct time_text *change_time (const struct time_argument *argument);

#endif
