/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was recorded about an invoice, and where it stands then. */
#include "cmd/settled-invoice.h"

#include "base/error.h"
#include "base/text.h"
#include "service/amount.h"

#include <stdio.h>

static gboolean
write_document (const struct invocation *invocation, const struct payment_result *result, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "invoice", "Invoice", cell_code (invocation->operands[0]), error)
         && document_field (document, "status", "Status", cell_code (result->status), error)
         && document_field (document, "amount", "Amount", cell_money (result->amount_minor, result->currency), error)
         && document_field (document, "to_balance", "To balance", cell_money (result->to_balance_minor, result->currency), error)
         && document_field (document, "amount_due", "Amount due", cell_money (result->owed_minor, result->currency), error)
         && document_field (document, "currency", "Currency", cell_currency (result->currency->code), error)
         && document_close (document, error);
}

gboolean
settled_invoice_answer (const struct invocation *invocation, const char *what, const struct payment_result *result, GError **error)
{
  if (invocation->format_given || invocation->render.columns != NULL)
    return write_document (invocation, result, error);
  g_autofree char *amount = money_words (result->amount_minor, result->currency);
  g_autofree char *owed = money_words (result->owed_minor, result->currency);
  g_autofree char *kept = money_words (result->to_balance_minor, result->currency);
  FILE *out = invocation->render.out;
  fprintf (out, "%s: %s %s", invocation->operands[0], amount, what);
  if (result->to_balance_minor > 0)
    fprintf (out, ", %s of them kept as balance", kept);
  if (result->owed_minor > 0)
    fprintf (out, "; it is %s, %s is due\n", result->status, owed);
  else
    fprintf (out, "; it is %s\n", result->status);
  return TRUE;
}

gboolean
settled_invoice_check_text (const char *option, const char *text, GError **error)
{
  if (text == NULL || (*text != '\0' && text_is_plain (text, -1)))
    return TRUE;
  error_set (error, ERROR_USAGE, *text == '\0' ? "%s '%s' says nothing" : "%s '%s' has control characters", option, text);
  return error_add_hint (error, "write it as plain text on one line");
}
