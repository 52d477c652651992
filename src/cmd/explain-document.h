/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations of invoices as answers: a tree of text, a tree of JSON, or the rows of it. */
#ifndef BILLCTL_CMD_EXPLAIN_DOCUMENT_H
#define BILLCTL_CMD_EXPLAIN_DOCUMENT_H

#include "cli/command.h"
#include "service/explain.h"

gboolean explain_document_write (const struct invocation *invocation, const struct explanation *explanation, GError **error);

#endif
