/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One customer as an answer: the same fields for every command that shows one. */
#ifndef BILLCTL_CMD_CUSTOMER_DOCUMENT_H
#define BILLCTL_CMD_CUSTOMER_DOCUMENT_H

#include "cli/command.h"
#include "service/customer.h"

gboolean customer_document_fields (const struct invocation *invocation, struct document *document, const struct customer_view *view,
                                   GError **error);

/* What a command that wrote the customer answers: one line, or with --format or --columns the fields. */
gboolean customer_document_answer (const struct invocation *invocation, const struct customer_view *view, GError **error);

/* Choices of --payer, in the order of customer_payer_names. */
extern const char *const customer_payer_choices[];

#endif
