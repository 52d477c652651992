/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions as an answer: the row of a list, and the fields and sections of one. */
#ifndef BILLCTL_CMD_SUBSCRIPTION_DOCUMENT_H
#define BILLCTL_CMD_SUBSCRIPTION_DOCUMENT_H

#include "cli/command.h"
#include "service/subscription.h"

extern const struct column subscription_columns[];
extern const gsize subscription_column_count;

/* For subscription_list; `document` is a struct document. */
gboolean subscription_document_row (const struct subscription_row *row, const struct life_phase *phase, const struct subscription_state *state,
                                    void *document, GError **error);

/* A whole document of one subscription. */
gboolean subscription_document_write (const struct invocation *invocation, const struct subscription_view *view, GError **error);

#endif
