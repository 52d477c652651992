/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was recorded about an invoice, and where it stands then. */
#ifndef BILLCTL_CMD_SETTLED_INVOICE_H
#define BILLCTL_CMD_SETTLED_INVOICE_H

#include "cli/command.h"
#include "service/payment.h"

/* As a document with --format, else as one line: "INVOICE: 40.00 USD WHAT; …". */
gboolean settled_invoice_answer (const struct invocation *invocation, const char *what, const struct payment_result *result, GError **error);

/* ERROR_USAGE for a text that would paint the terminal, or that is empty; NULL is fine. `option`: "reason". */
gboolean settled_invoice_check_text (const char *option, const char *text, GError **error);

#endif
